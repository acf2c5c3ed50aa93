//! What a package.json says of names, and of kinds.

use super::*;

const PACKAGES: [&str; 31] = [
    "package.json={\"name\":\"app\",\"exports\":{\".\":\"./src/self.js\",\"./x\":{\"import\":\"./src/i.js\",\"require\":\"./src/r.js\"}},\"imports\":{\"#a\":\"./src/self.js\",\"#dep\":\"main\",\"#fs\":\"fs\",\"#noext\":\"./src/self\",\"#w/*\":\"./src/*.js\"}}",
    "src/self.js",
    "src/i.js",
    "src/r.js",
    "node_modules/main/package.json={\"main\":\"lib/m\"}",
    "node_modules/main/lib/m.js",
    "node_modules/main/sub.js",
    "node_modules/main/dir/index.js",
    "node_modules/nomain/index.js",
    "node_modules/exp/package.json={\"exports\":{\".\":{\"import\":\"./i.mjs\",\"require\":\"./r.cjs\"},\"./sub/*\":\"./s/*.js\",\"./dir\":\"./s\",\"./noext\":\"./i\",\"./only\":{\"require\":\"./r.cjs\"},\"./null\":null}}",
    "node_modules/exp/i.mjs",
    "node_modules/exp/r.cjs",
    "node_modules/exp/s/a.js",
    "node_modules/exp/s/index.js",
    "node_modules/exp/i.js",
    "node_modules/exp/other.js",
    "node_modules/sync/package.json={\"exports\":{\"module-sync\":\"./s.mjs\",\"default\":\"./d.js\"}}",
    "node_modules/sync/s.mjs",
    "node_modules/sync/d.js",
    "node_modules/dev/package.json={\"exports\":{\"development\":\"./dev.js\",\"default\":\"./d.js\"}}",
    "node_modules/dev/dev.js",
    "node_modules/dev/d.js",
    "node_modules/@s/p/package.json={\"main\":\"./x.js\"}",
    "node_modules/@s/p/x.js",
    "node_modules/@s/p/y.js",
    "node_modules/bad/package.json={",
    "node_modules/mixed/package.json={\"exports\":{\".\":\"./a.js\",\"b\":\"./b.js\"}}",
    "src/node_modules/near/index.js",
    "node_modules/near/index.js",
    "node_modules/empty/x.txt",
    "node_modules/fs/index.js",
];

#[test]
fn packages() {
    let p = Project::new(&PACKAGES);
    for mode in [Import, Require] {
        p.check(mode, "main", "package node_modules/main/lib/m.js");
        p.check(mode, "main/sub.js", "package node_modules/main/sub.js");
        p.check(mode, "nomain", "package node_modules/nomain/index.js");
        p.check(mode, "exp/sub/a", "package node_modules/exp/s/a.js");
        p.check(mode, "exp/other.js", "HEATSYNC_PACKAGE_EXPORT");
        p.check(mode, "exp/null", "HEATSYNC_PACKAGE_EXPORT");
        p.check(mode, "sync", "package node_modules/sync/s.mjs");
        p.check(mode, "dev", "package node_modules/dev/d.js");
        p.check(mode, "@s/p", "package node_modules/@s/p/x.js");
        p.check(mode, "@s/p/y.js", "package node_modules/@s/p/y.js");
        p.check(mode, "near", "package src/node_modules/near/index.js");
        p.check(mode, "mixed", "HEATSYNC_PACKAGE_EXPORT");
        p.check(mode, "bad", "HEATSYNC_SYNTAX");
        p.check(mode, "empty", "HEATSYNC_UNRESOLVED_IMPORT");
        p.check(mode, "fs", "node:fs");
        p.check(mode, "app", "src/self.js");
        p.check(mode, "#a", "src/self.js");
        p.check(mode, "#w/self", "src/self.js");
        p.check(mode, "#dep", "package node_modules/main/lib/m.js");
        p.check(mode, "#fs", "node:fs");
        p.check(mode, "#none", "HEATSYNC_PACKAGE_EXPORT");
        p.check(
            mode,
            "data:text/javascript,1",
            if mode == Import {
                "url data:text/javascript,1"
            } else {
                "HEATSYNC_UNRESOLVED_IMPORT"
            },
        );
    }
    p.check(
        Import,
        "main/sub.js?v=1",
        "package node_modules/main/sub.js",
    );
    p.check(Require, "main/sub.js?v=1", "HEATSYNC_MISSING_FILE");
    p.check(Import, "nomain?v=1", "HEATSYNC_UNRESOLVED_IMPORT");
    p.check(Import, "exp", "package node_modules/exp/i.mjs");
    p.check(Require, "exp", "package node_modules/exp/r.cjs");
    p.check(Import, "app/x", "src/i.js");
    p.check(Require, "app/x", "src/r.js");
    p.check(Import, "main/sub", "HEATSYNC_MISSING_FILE");
    p.check(Require, "main/sub", "package node_modules/main/sub.js");
    p.check(Import, "main/dir", "HEATSYNC_NOT_A_FILE");
    p.check(
        Require,
        "main/dir",
        "package node_modules/main/dir/index.js",
    );
    p.check(Import, "fs/", "HEATSYNC_NOT_A_FILE");
    // What exports names is taken to the letter: no extension, no folder.
    for mode in [Import, Require] {
        assert!(p.resolve("exp/noext", mode).is_err());
        assert!(p.resolve("exp/dir", mode).is_err());
        assert!(p.resolve("#noext", mode).is_err());
    }
    let dev = Resolver::with_conditions(&["development"]);
    let found = dev.resolve("dev", &p.root.join("src/main.js"), Import);
    assert_eq!(
        found,
        Ok(Resolved::Package {
            path: p.root.join("node_modules/dev/dev.js"),
            suffix: String::new(),
        })
    );
}

#[test]
fn what_leaves_open_what_a_module_is() {
    let p = Project::new(&[
        "package.json={}",
        "module/package.json={\"type\":\"module\"}",
        "odd/package.json={\"type\":\"odd\"}",
    ]);
    for (file, want) in [
        ("a.js", Some("package.json")),
        ("deep/er/a.ts", Some("package.json")),
        ("odd/a.js", Some("odd/package.json")),
        ("a.mjs", None),
        ("a", None),
        ("module/a.js", None),
        ("node_modules/a.js", None),
    ] {
        let manifest = p.resolver.typeless(&p.root.join(file));
        let got = manifest.map(|manifest| p.short(&manifest));
        assert_eq!(got.as_deref(), want, "{file}");
    }
}

/// What Node gives, Node 20 to 26 (`packages.txt` compares).
#[test]
fn of_a_list_the_first_valid_target_counts() {
    let p = Project::new(&[
        r##"package.json={"name":"app","exports":{"./x":["./src/none.js","./src/a.js"],"./y":["../a.js",null,{"none":"./src/b.js"},{"default":"./src/a.js"}]},
            "imports":{"#gone":["./src/none.js","./src/a.js"],"#bad":["../a.js","./src/a.js"],"#conditions":[{"none":"./src/b.js"},"./src/a.js"],
            "#package":["lacked","./src/a.js"],"#builtin":["fs","./src/a.js"],"#empty":[],"#w/*":["./src/*.js","./src/a.js"],"#dep":["dep","./src/a.js"]}}"##,
        "src/a.js",
        "src/b.js",
        "node_modules/dep/index.js",
    ]);
    for mode in [Import, Require] {
        for gone in ["#gone", "#package", "#w/none", "app/x"] {
            p.check(mode, gone, "HEATSYNC_UNRESOLVED_IMPORT");
        }
        p.check(mode, "#empty", "HEATSYNC_PACKAGE_EXPORT");
        for there in ["#bad", "#conditions", "#w/a", "app/y"] {
            p.check(mode, there, "src/a.js");
        }
        p.check(mode, "#builtin", "node:fs");
        p.check(mode, "#dep", "package node_modules/dep/index.js");
    }
}

#[test]
fn a_target_may_be_what_is_below_a_builtins_name() {
    let p = Project::new(&[
        r##"package.json={"imports":{"#fs":"fs","#promises":"fs/promises","#path/*":"path/*","#either":{"none":"fs","default":"fs/promises"},"#none":"fs/none"}}"##,
    ]);
    for mode in [Import, Require] {
        p.check(mode, "#fs", "node:fs");
        p.check(mode, "#promises", "node:fs/promises");
        p.check(mode, "#either", "node:fs/promises");
        p.check(mode, "#path/posix", "node:path/posix");
        p.check(mode, "#none", "HEATSYNC_UNRESOLVED_IMPORT");
    }
}

/// Node looks for it among packages, and finds none (`packages.txt` compares).
#[test]
fn a_target_of_imports_is_no_name_of_imports() {
    let p = Project::new(&[
        r##"package.json={"name":"app","exports":{"./a":"./a.js"},"imports":{"#a":"./a.js","#again":"#a","#if":{"none":"./a.js","default":"#a"},
            "#list":["#a","./a.js"],"#any/*":"#a","#own":"app/a"}}"##,
        "a.js",
    ]);
    for mode in [Import, Require] {
        for name in ["#again", "#if", "#list", "#any/x"] {
            p.check(mode, name, "HEATSYNC_UNRESOLVED_IMPORT");
        }
        p.check(mode, "#a", "a.js");
        p.check(mode, "#own", "a.js");
    }
}

/// Node takes what has a scheme for a URL, and refuses it (`packages.txt` compares).
#[test]
fn a_target_is_no_url() {
    let p = Project::new(&[
        r##"package.json={"imports":{"#fs":"node:fs","#if":{"node":"node:fs"},"#none":"node:none","#sqlite":"node:sqlite","#any/*":"node:*",
            "#data":"data:text/javascript,","#list":["node:fs","./a.js"],"#last":["./a.js","node:fs"]}}"##,
        "a.js",
    ]);
    for mode in [Import, Require] {
        for name in ["#fs", "#if", "#none", "#sqlite", "#any/fs", "#data"] {
            p.check(mode, name, "HEATSYNC_UNRESOLVED_IMPORT");
        }
        p.check(mode, "#list", "a.js");
        p.check(mode, "#last", "a.js");
    }
}
