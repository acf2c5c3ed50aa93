//! Against files on disk. What Node itself says to the same was compared when these were written.

use std::{fs, path::Path};

mod explain;
mod packages;

use super::{Mode, Mode::*, Resolved, Resolver};
use crate::{error::Error, path::real};

struct Project {
    _dir: tempfile::TempDir,
    root: std::path::PathBuf,
    resolver: Resolver,
}

impl Project {
    /// Files as `path` or `path=content`.
    fn new(files: &[&str]) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let root = real(dir.path());
        let project = Self {
            _dir: dir,
            root,
            resolver: Resolver::new(),
        };
        files.iter().for_each(|file| project.write(file));
        project
    }

    fn write(&self, file: &str) {
        let (path, content) = file.split_once('=').unwrap_or((file, ""));
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, content).expect("a file");
    }

    fn resolve(&self, specifier: &str, mode: Mode) -> Result<Resolved, Error> {
        self.resolver.resolve(
            &specifier.replace("ROOT", &self.root.to_string_lossy()),
            &self.root.join("src/main.js"),
            mode,
        )
    }

    fn short(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        path.to_string_lossy().replace('\\', "/")
    }

    #[track_caller]
    fn check(&self, mode: Mode, specifier: &str, want: &str) {
        let got = match self.resolve(specifier, mode) {
            Ok(Resolved::File {
                path, link: None, ..
            }) => self.short(&path),
            Ok(Resolved::File {
                path,
                link: Some(link),
                ..
            }) => {
                format!("{} by {}", self.short(&path), self.short(&link))
            }
            Ok(Resolved::Package { path, .. }) => format!("package {}", self.short(&path)),
            Ok(Resolved::Builtin(name)) => name,
            Ok(Resolved::Url(url)) => format!("url {url}"),
            Err(error) => error.code.as_str().to_owned(),
        };
        assert_eq!(got, want, "{mode:?} {specifier}");
    }

    /// The code, and the help's words.
    #[track_caller]
    fn fails(&self, mode: Mode, specifier: &str, code: &str, help: &str) {
        let error = self.resolve(specifier, mode).expect_err("an error");
        assert_eq!(error.code.as_str(), format!("HEATSYNC_{code}"), "{error}");
        assert!(
            error.help.as_deref().unwrap_or("none").contains(help),
            "{error}"
        );
        assert!(error.message.contains("main.js"), "{error}");
        assert_eq!(error.file.as_deref(), Some(&*self.root.join("src/main.js")));
    }
}

#[test]
#[cfg(unix)] // a `?` is in no name of Windows
fn paths() {
    let p = Project::new(&[
        "src/a.js",
        "src/b.json",
        "src/c.node",
        "src/d/index.js",
        "src/e/package.json={\"main\":\"lib/x\"}",
        "src/e/lib/x.js",
        "src/f.js",
        "src/f/index.js",
        "src/a b.js",
        "src/q?r#s.js",
        "src/g/h.js",
        "src/g/package.json={}",
        "src/i.mjs",
        "src/j.ts",
        "src/k/package.json={\"main\":\"none\"}",
        "src/k/index.json",
        "src/l#m/index.js",
        "src/n/package.json={\"exports\":\"./x.js\"}",
        "src/n/x.js",
        "src/o/package.json={",
        "src/o/index.js",
    ]);
    p.check(Import, "./a.js", "src/a.js");
    p.check(Import, "../src/a.js?v=1", "src/a.js");
    p.check(Import, "ROOT/src/a.js", "src/a.js");
    p.check(Import, "file://ROOT/src/a.js?v=2#x", "src/a.js");
    p.check(Import, "./a%20b.js", "src/a b.js");
    p.check(Import, "./q%3Fr%23s.js", "src/q?r#s.js");
    p.check(Import, "./a", "HEATSYNC_MISSING_FILE");
    p.check(Import, "./d", "HEATSYNC_NOT_A_FILE");
    p.check(Import, ".", "HEATSYNC_NOT_A_FILE");
    p.check(Import, "./a.js/", "HEATSYNC_NOT_A_FILE");
    p.check(Require, "./a", "src/a.js");
    p.check(Require, "./a.js", "src/a.js");
    p.check(Require, "./b", "src/b.json");
    p.check(Require, "./c", "src/c.node");
    p.check(Require, "./d", "src/d/index.js");
    p.check(Require, "./d/", "src/d/index.js");
    p.check(Require, "./e", "src/e/lib/x.js");
    p.check(Require, "./f", "src/f.js");
    p.check(Require, "./f/", "src/f/index.js");
    p.check(Require, "./q?r#s", "src/q?r#s.js");
    p.check(Require, "./a.js?v=1", "HEATSYNC_MISSING_FILE");
    p.check(Require, "./a%20b.js", "HEATSYNC_MISSING_FILE");
    p.check(Require, "./i", "HEATSYNC_MISSING_FILE");
    p.check(Require, "./j", "HEATSYNC_MISSING_FILE");
    p.check(Require, "./g", "HEATSYNC_NOT_A_FILE");
    p.check(Require, "./k", "src/k/index.json");
    p.check(Require, "./l#m", "src/l#m/index.js");
    p.check(Require, "./n", "HEATSYNC_NOT_A_FILE");
    p.check(Require, "./a.js/", "HEATSYNC_NOT_A_FILE");
    p.check(Require, ".", "HEATSYNC_NOT_A_FILE");
    p.check(Require, "ROOT/src/a", "src/a.js");
}

#[test]
#[cfg(unix)]
fn links() {
    use std::os::unix::fs::symlink;
    let p = Project::new(&[
        "packages/lib/package.json={\"main\":\"index.js\"}",
        "packages/lib/index.js",
        "src/a.js",
        "src/real/b.js",
        "store/node_modules/dep/index.js",
    ]);
    fs::create_dir_all(p.root.join("node_modules")).expect("a folder");
    let link = |to: &str, at: &str| symlink(p.root.join(to), p.root.join(at)).expect("a link");
    link("packages/lib", "node_modules/lib");
    link("store/node_modules/dep", "node_modules/dep");
    link("src/a.js", "src/link.js");
    link("src/real", "src/folder");
    link("src/none.js", "src/broken.js");
    for mode in [Import, Require] {
        p.check(
            mode,
            "lib",
            "packages/lib/index.js by node_modules/lib/index.js",
        );
        p.check(mode, "dep", "package store/node_modules/dep/index.js");
        p.check(mode, "./link.js", "src/a.js by src/link.js");
        p.check(mode, "./folder/b.js", "src/real/b.js by src/folder/b.js");
        p.fails(mode, "./broken.js", "MISSING_FILE", "none");
    }
    p.check(Require, "./link", "src/a.js by src/link.js");
}

#[test]
fn types() {
    let p = Project::new(&[
        "package.json={\"type\":\"module\"}",
        "a.js",
        "src/deep/a.js",
        "cjs/package.json={\"type\":\"commonjs\"}",
        "none/package.json={\"name\":\"x\"}",
        "node_modules/pkg/a.js",
        "node_modules/typed/package.json={\"type\":\"module\"}",
        "odd/package.json={\"type\":\"odd\"}",
        "broken/package.json={",
    ]);
    let kind = |file: &str| p.resolver.package_type(&p.root.join(file));
    for _ in 0..2 {
        assert_eq!(kind("a.js").as_deref(), Some("module"));
        assert_eq!(kind("src/deep/a.js").as_deref(), Some("module"));
        assert_eq!(kind("cjs/a.js").as_deref(), Some("commonjs"));
        assert_eq!(kind("none/a.js"), None);
        assert_eq!(kind("node_modules/pkg/a.js"), None);
        assert_eq!(
            kind("node_modules/typed/lib/a.js").as_deref(),
            Some("module")
        );
        assert_eq!(kind("odd/a.js"), None);
        assert_eq!(kind("broken/a.js"), None);
    }
    p.write("package.json={\"type\":\"commonjs\"}");
    assert_eq!(kind("a.js").as_deref(), Some("module"));
    p.resolver.clear_cache();
    assert_eq!(kind("a.js").as_deref(), Some("commonjs"));
}

#[test]
fn the_cache_is_cleared() {
    let p = Project::new(&["src/x.js", "node_modules/keep/index.js"]);
    p.check(Import, "./new.js", "HEATSYNC_MISSING_FILE");
    p.check(Import, "late", "HEATSYNC_UNRESOLVED_IMPORT");
    p.check(Import, "./x.js", "src/x.js");
    p.write("src/new.js");
    p.write("node_modules/late/index.js");
    fs::remove_file(p.root.join("src/x.js")).expect("removed");
    p.resolver.clear_cache();
    p.check(Import, "./new.js", "src/new.js");
    p.check(Import, "late", "package node_modules/late/index.js");
    p.check(Import, "./x.js", "HEATSYNC_MISSING_FILE");
}

#[test]
fn is_shared_between_threads() {
    fn check<T: Send + Sync>() {}
    check::<Resolver>();
}

#[test]
fn from_typescript_the_source_is_meant_in_the_project() {
    let p = Project::new(&[
        "package.json={\"name\":\"own\",\"imports\":{\"#lib/*\":\"./src/*.js\",\"#both\":\"./src/both.js\"},\"exports\":{\"./*\":\"./src/*.js\"}}",
        "src/main.ts",
        "src/a.ts",
        "src/b.tsx",
        "src/both.ts",
        "src/both.js",
        "node_modules/pkg/package.json={\"exports\":\"./index.js\"}",
        "node_modules/pkg/index.js",
        "node_modules/pkg/index.ts",
    ]);
    let from = p.root.join("src/main.ts");
    for (specifier, want) in [
        ("#lib/a", Some("src/a.ts")),
        ("#lib/b", Some("src/b.tsx")),
        ("#both", Some("src/both.ts")),
        ("own/a", Some("src/a.ts")),
        ("pkg", Some("node_modules/pkg/index.js")),
        ("#lib/none", None),
    ] {
        for mode in [Import, Require] {
            let got = p.resolver.resolve(specifier, &from, mode);
            let got = got.ok().map(|resolved| match resolved {
                Resolved::File { path, .. } | Resolved::Package { path, .. } => p.short(&path),
                other => format!("{other:?}"),
            });
            assert_eq!(got.as_deref(), want, "{specifier}");
        }
    }
    p.check(Import, "#lib/a", "HEATSYNC_UNRESOLVED_IMPORT");
    p.check(Import, "#both", "src/both.js");
}

/// Where the package leaves it open, and to TypeScript alone.
#[test]
fn a_tsconfig_may_say_what_a_module_is() {
    use crate::scan::ModuleKind::{CommonJs, Esm};
    let p = Project::new(&[
        "package.json={}",
        "tsconfig.json={\"compilerOptions\":{\"module\":\"commonjs\"}}",
        "typed/package.json={\"type\":\"module\"}",
    ]);
    for (name, text, want) in [
        ("a.ts", "export {}", CommonJs),
        ("a.tsx", "export {}", CommonJs),
        ("a.ts", "export {}; import.meta.url", Esm),
        ("a.mts", "export {}", Esm),
        ("typed/a.ts", "export {}", Esm),
        ("a.js", "export {}", Esm),
        ("a.jsx", "export {}", Esm),
    ] {
        let kind = p.resolver.kind(&p.root.join(name), || Some(text));
        assert_eq!(kind, want, "{name}: {text}");
    }
}
