use super::*;

struct Project {
    _folder: tempfile::TempDir,
    root: PathBuf,
    configs: TsConfigs,
}

impl Project {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let root = crate::path::real(folder.path());
        let project = Self {
            _folder: folder,
            root,
            configs: TsConfigs::default(),
        };
        for (name, text) in files {
            project.write(name, text);
        }
        project
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.root.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
    }

    fn options(&self, name: &str) -> Options {
        self.configs
            .options(&self.root.join(name))
            .expect("options")
    }

    fn aliases(&self, specifier: &str, name: &str) -> Vec<String> {
        let all = self.configs.aliases(specifier, &self.root.join(name));
        all.iter()
            .map(|path| {
                let path = path.strip_prefix(&self.root).unwrap_or(path);
                path.to_string_lossy()
                    .replace(std::path::MAIN_SEPARATOR, "/")
            })
            .collect()
    }
}

#[test]
fn the_nearest_one_counts_and_may_extend() {
    let project = Project::with(&[
        (
            "tsconfig.json",
            r#"{ "compilerOptions": { "jsx": "react-jsx", "target": "ES2021" } }"#,
        ),
        (
            "base.json",
            r#"{ "compilerOptions": { "experimentalDecorators": true, "strict": true } }"#,
        ),
        (
            "a/tsconfig.json",
            "{ // a comment\n \"extends\": \"../base.json\", \"compilerOptions\": { \"target\": \"es2022\", }, }",
        ),
    ]);
    let top = project.options("x.tsx");
    assert_eq!(
        (top.jsx, top.use_define_for_class_fields),
        (Jsx::Automatic, false)
    );
    let inner = project.options("a/b/x.tsx");
    assert_eq!(
        (inner.jsx, inner.use_define_for_class_fields),
        (Jsx::Classic, true)
    );
    assert!(inner.experimental_decorators && inner.strict_null_checks);
    assert_eq!(
        project.options("node_modules/p/x.ts"),
        Options::default(),
        "packages have none"
    );
}

#[test]
fn a_file_that_none_includes_has_the_nearest() {
    let project = Project::with(&[(
        "tsconfig.json",
        r#"{ "include": ["src"], "compilerOptions": { "experimentalDecorators": true, "paths": { "@/*": ["./src/*"] } } }"#,
    )]);
    assert!(project.options("test/x.ts").experimental_decorators);
    assert_eq!(project.aliases("@/a", "test/x.ts"), ["src/a"]);
}

#[test]
fn paths_and_base_url() {
    let project = Project::with(&[(
        "tsconfig.json",
        r##"{ "compilerOptions": { "baseUrl": "lib", "paths": { "~/*": ["a/*", "b/*"], "one": ["c.ts"], "#x": ["d"] } } }"##,
    )]);
    assert_eq!(
        project.aliases("~/x.js", "y.ts"),
        ["lib/a/x.js", "lib/b/x.js"]
    );
    assert_eq!(project.aliases("one", "y.ts"), ["lib/c.ts"]);
    assert_eq!(project.aliases("#x", "y.ts"), ["lib/d"]);
    assert_eq!(project.aliases("other/z", "y.ts"), ["lib/other/z"]);
    let none = Project::with(&[("tsconfig.json", "{}")]);
    assert_eq!(none.aliases("other", "y.ts"), [""; 0]);
}

#[test]
fn an_edit_is_seen_after_clear() {
    let project = Project::with(&[("tsconfig.json", "{}")]);
    assert!(!project.options("x.ts").experimental_decorators);
    project.write(
        "tsconfig.json",
        r#"{ "compilerOptions": { "experimentalDecorators": true } }"#,
    );
    project.configs.clear();
    assert!(project.options("x.ts").experimental_decorators);
}

#[test]
fn what_is_wrong_has_its_file() {
    let project = Project::with(&[("tsconfig.json", "{ \"compilerOptions\": 1")]);
    let error = project.configs.options(&project.root.join("x.ts"));
    let error = error.expect_err("broken");
    assert_eq!(
        error.file.as_deref(),
        Some(&*project.root.join("tsconfig.json")),
        "{error}"
    );
    let extending = Project::with(&[("tsconfig.json", r#"{ "extends": "./none.json" }"#)]);
    let error = extending.configs.options(&extending.root.join("x.ts"));
    assert!(error.expect_err("missing").message.contains("none.json"));
}

#[test]
fn the_module_system_of_a_package_without_a_type() {
    for (module, want) in [
        ("CommonJS", true),
        ("NodeNext", true),
        ("node16", true),
        ("esnext", false),
        ("preserve", false),
    ] {
        let text = format!(r#"{{ "compilerOptions": {{ "module": "{module}" }} }}"#);
        let project = Project::with(&[("tsconfig.json", &text)]);
        let file = project.root.join("x.ts");
        assert_eq!(project.configs.makes_commonjs(&file), want, "{module}");
    }
}

#[test]
fn targets() {
    for (target, want) in [
        ("es5", false),
        ("ES2021", false),
        ("ES2022", true),
        ("ESNext", true),
        ("es6", false),
    ] {
        assert_eq!(defines_fields(target), want, "{target}");
    }
}
