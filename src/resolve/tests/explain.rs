//! What is said of a specifier that leads nowhere, and which files would mend it.

use super::*;
#[cfg(unix)]
use {crate::resolve::missing_candidates, std::path::PathBuf};

#[test]
fn help() {
    let p = Project::new(&[
        "src/utils.js",
        "src/Case.js",
        "src/dir/index.mjs",
        "src/t.ts",
        "src/Deep/er/x.js",
        "src/100%.js",
        "src/m.mjs",
        "node_modules/lodash/index.js",
        "node_modules/lodash/fp.js",
        "node_modules/@s/name/index.js",
        "node_modules/two/package.json={\"exports\":{\"./r\":{\"require\":\"./r.js\"},\"./i\":{\"import\":\"./r.js\"}}}",
        "node_modules/two/r.js",
    ]);
    p.fails(
        Import,
        "./utils",
        "MISSING_FILE",
        "'./utils.js'? An import names the file with its extension",
    );
    p.fails(Import, "./utils?v=1", "MISSING_FILE", "'./utils.js?v=1'");
    p.fails(Import, "./m", "MISSING_FILE", "'./m.mjs'");
    p.fails(Require, "./m", "MISSING_FILE", "'./m.mjs'? require() adds");
    p.fails(Import, "./utils.ts", "MISSING_FILE", "'./utils.js'");
    p.fails(Import, "./t.js", "MISSING_FILE", "'./t.ts'");
    p.fails(Import, "./dir", "NOT_A_FILE", "'./dir/index.mjs'");
    p.fails(Import, "./dir/", "NOT_A_FILE", "'./dir/index.mjs'");
    p.fails(Import, "./utils.js/", "NOT_A_FILE", "'./utils.js'");
    p.fails(Import, "./utlis.js", "MISSING_FILE", "'./utils.js'?");
    p.fails(Import, "./utlis", "MISSING_FILE", "'./utils.js'?");
    p.fails(Require, "./utlis", "MISSING_FILE", "'./utils.js'?");
    p.fails(
        Import,
        "../scr/utils.js",
        "MISSING_FILE",
        "'../src/utils.js'?",
    );
    p.fails(Import, "./101%25.js", "MISSING_FILE", "'./100%25.js'?");
    p.fails(Import, "./nothing-like-it.js", "MISSING_FILE", "none");
    p.fails(Import, "utils.js", "UNRESOLVED_IMPORT", "'./utils.js'?");
    p.fails(Require, "utils", "UNRESOLVED_IMPORT", "'./utils'?");
    p.fails(Import, "lodahs", "UNRESOLVED_IMPORT", "'lodash'?");
    p.fails(Import, "@s/nmae/x", "UNRESOLVED_IMPORT", "'@s/name/x'?");
    p.fails(Import, "crytpo", "UNRESOLVED_IMPORT", "'crypto'?");
    p.fails(Import, "test", "UNRESOLVED_IMPORT", "'node:test'?");
    p.fails(
        Import,
        "unknown-pkg/x",
        "UNRESOLVED_IMPORT",
        "npm install unknown-pkg",
    );
    p.fails(Import, "lodash/fp", "MISSING_FILE", "'lodash/fp.js'?");
    p.fails(Import, "#x", "UNRESOLVED_IMPORT", "\"imports\"");
    p.fails(
        Require,
        "file:///a.js",
        "UNRESOLVED_IMPORT",
        "fileURLToPath",
    );
    p.fails(Import, "two/r", "PACKAGE_EXPORT", "require() only");
    p.fails(Require, "two/i", "PACKAGE_EXPORT", "import only");
    p.fails(Import, "two", "PACKAGE_EXPORT", "none");
    // A file system that ignores case finds these.
    if !p.root.join("src/case.js").exists() {
        p.fails(
            Import,
            "./case.js",
            "MISSING_FILE",
            "'./Case.js'? The name on disk is 'Case.js'",
        );
        p.fails(
            Import,
            "./deep/er/x.js",
            "MISSING_FILE",
            "'./Deep/er/x.js'? The name on disk is 'Deep'",
        );
    }
}

#[test]
fn what_the_own_package_lacks_is_not_to_be_installed() {
    let p =
        Project::new(&["package.json={\"name\":\"own\",\"exports\":{\"./gone\":\"./gone.js\"}}"]);
    p.fails(Import, "own/gone", "UNRESOLVED_IMPORT", "none");
}

#[test]
#[cfg(unix)]
fn candidates() {
    let list = |specifier: &str, mode| {
        let all = missing_candidates(specifier, Path::new("/none/main.js"), mode);
        all.iter()
            .map(|path| path.display().to_string())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(list("./a.js?v=1", Import), "/none/a.js");
    assert_eq!(list("file:///x/a.js", Import), "/x/a.js");
    assert_eq!(list("./a/", Import), "");
    assert_eq!(list("pkg", Import), "");
    assert_eq!(list("pkg", Require), "");
    assert_eq!(
        list("./a", Require),
        "/none/a /none/a.js /none/a.json /none/a.node /none/a/index.js /none/a/index.json /none/a/index.node /none/a/package.json"
    );
    assert_eq!(
        list("./a/", Require),
        "/none/a/index.js /none/a/index.json /none/a/index.node /none/a/package.json"
    );
    for mode in [Import, Require] {
        let all = missing_candidates("./a.js", Path::new("/none/main.ts"), mode);
        assert_eq!(all[..2], ["/none/a.ts", "/none/a.tsx"].map(PathBuf::from));
    }
    let p = Project::new(&["d/package.json={\"main\":\"lib\"}"]);
    let all = missing_candidates("./d/", &p.root.join("x.js"), Require);
    assert!(all.contains(&p.root.join("d/lib.js")) && all.contains(&p.root.join("d/lib/index.js")));
}

#[test]
fn what_names_would_lead_to() {
    let p = Project::new(&[
        "package.json={\"name\":\"own\",\"imports\":{\"#x\":\"./lib/x.js\",\"#w/*\":{\"require\":\"./r/*.cjs\",\"default\":\"./d/*.js\"},\"#dep\":\"dep/a.js\",\"#url\":\"./a%20b/c%23.js\"},\"exports\":{\"./*\":\"./src/*.js\"}}",
        "tsconfig.json={\"compilerOptions\":{\"paths\":{\"@/*\":[\"./src/*\"]}}}",
        "src/main.js",
        "node_modules/dep/package.json={}",
    ]);
    let missing = |specifier: &str, from: &str, mode| {
        let from = p.root.join(from);
        let all = p.resolver.missing_targets(specifier, &from, mode);
        let mut all: Vec<String> = all.iter().map(|path| p.short(path)).collect();
        all.sort();
        all
    };
    for (specifier, mode, target) in [
        ("#x", Import, "lib/x.js"),
        ("#w/a", Import, "d/a.js"),
        ("#w/a", Require, "r/a.cjs"),
        ("own/a", Import, "src/a.js"),
        ("own/a", Require, "src/a.js"),
        ("#url", Import, "a b/c#.js"),
        ("#url", Require, "a b/c#.js"),
    ] {
        assert_eq!(missing(specifier, "src/main.js", mode), [target]);
    }
    for specifier in ["#dep", "#none", "dep/b.js", "none", "node:none", "./a"] {
        assert!(
            missing(specifier, "src/main.js", Import).is_empty(),
            "{specifier}"
        );
    }
    let typed = missing("#x", "src/main.ts", Import);
    assert!(
        ["lib/x.js", "lib/x.ts"]
            .iter()
            .all(|it| typed.contains(&(*it).to_owned()))
    );
    assert!(missing("@/a", "src/main.ts", Import).contains(&"src/a.ts".to_owned()));
}
