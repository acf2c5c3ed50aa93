//! Which files a user's watch paths mean. Pure, but for [`PathFilter::roots`], which has to ask
//! whether a plain path is a folder.
//!
//! As chokidar 3 reads its watch paths:
//! - a plain path is a file, or a folder with everything below it;
//! - a glob (`*`, `?`, `**`, `[a-z]`, `{a,b}`, `@(a|b)`, `?(a|b)`, `(a|b)`) is relative to the root
//!   and written with forward slashes; `*` and `?` stop at `/`, and match dotfiles (`dot: true`);
//!   a folder that a glob matches brings nothing below it along;
//! - `!pattern` takes away, wherever it stands in the list; with a folder goes all below it.
//!
//! Unlike chokidar, a pattern also means the file of exactly that name, so that `app/[id].js` finds
//! it; and `+(…)`, `*(…)`, `!(…)` are refused instead of matched.

use std::path::{Component, Path, PathBuf};

use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};

use super::chokidar_glob::{expand_groups, glob_start};
use crate::watch::{FileSystem, RealFs};

#[derive(Debug)]
pub struct PathFilter {
    root: PathBuf,
    wanted: Vec<Pattern>,
    wanted_globs: GlobSet,
    unwanted: Vec<Pattern>,
    unwanted_globs: GlobSet,
}

#[derive(Debug)]
struct Pattern {
    /// The pattern read as a plain path.
    literal: PathBuf,
    /// For a glob its longest prefix without one, and whether it reaches below that folder's own
    /// files.
    glob: Option<(PathBuf, bool)>,
}

impl PathFilter {
    /// # Errors
    /// With one sentence that quotes the pattern, when a glob is malformed or not supported.
    pub fn compile(root: &Path, patterns: &[String]) -> Result<Self, String> {
        let (mut wanted, mut unwanted) = (Vec::new(), Vec::new());
        let (mut wanted_globs, mut unwanted_globs) = (GlobSetBuilder::new(), GlobSetBuilder::new());
        for text in patterns {
            let (text, list, globs) = match text.strip_prefix('!') {
                Some(rest) => (rest, &mut unwanted, &mut unwanted_globs),
                None => (text.as_str(), &mut wanted, &mut wanted_globs),
            };
            let (pattern, glob) = compile_one(root, text)?;
            list.push(pattern);
            if let Some(glob) = glob {
                globs.add(glob);
            }
        }
        let build = |globs: GlobSetBuilder| globs.build().map_err(|error| error.to_string());
        Ok(Self {
            root: root.to_path_buf(),
            wanted,
            wanted_globs: build(wanted_globs)?,
            unwanted,
            unwanted_globs: build(unwanted_globs)?,
        })
    }

    /// `path` is absolute, or relative to the root.
    #[must_use]
    pub fn matches(&self, path: &Path) -> bool {
        let path = self.root.join(path);
        let wanted = self
            .wanted
            .iter()
            .any(|pattern| path.starts_with(&pattern.literal))
            || self.wanted_globs.is_match(to_slash(&path));
        wanted && !self.excludes(&path)
    }

    /// Is `path`, absolute, one of the patterns themselves?
    #[must_use]
    pub fn names(&self, path: &Path) -> bool {
        self.wanted.iter().any(|pattern| path == pattern.literal)
    }

    /// Whether a negated pattern takes `path`, or a folder it lies in, away. Such a folder need
    /// not be walked.
    #[must_use]
    pub fn excludes(&self, path: &Path) -> bool {
        let path = self.root.join(path);
        self.unwanted
            .iter()
            .any(|pattern| path.starts_with(&pattern.literal))
            || (!self.unwanted_globs.is_empty()
                && path
                    .ancestors()
                    .any(|at| self.unwanted_globs.is_match(to_slash(at))))
    }

    /// The plain paths in `folder` itself: what is a file, or not there yet, when its folder is watched alone may be a
    /// folder later.
    #[must_use]
    pub fn plain_in(&self, folder: &Path) -> Vec<PathBuf> {
        let plain = self.wanted.iter().filter(|pattern| pattern.glob.is_none());
        plain
            .filter(|pattern| pattern.literal.parent() == Some(folder))
            .map(|pattern| pattern.literal.clone())
            .collect()
    }

    /// The folders to watch, and whether with everything below: a folder itself; for a file (or
    /// what does not exist yet) the folder it is in, alone; for a glob its longest plain prefix.
    /// Sorted; folders that lie below another one are left out.
    #[must_use]
    pub fn roots(&self) -> Vec<(PathBuf, bool)> {
        self.roots_in(&RealFs)
    }

    /// [`roots`](Self::roots), with the file system as an argument.
    #[must_use]
    pub fn roots_in(&self, fs: &dyn FileSystem) -> Vec<(PathBuf, bool)> {
        let root_of = |pattern: &Pattern| match &pattern.glob {
            Some(glob) => glob.clone(),
            None if fs.stat(&pattern.literal).is_ok_and(|stat| stat.is_dir) => {
                (pattern.literal.clone(), true)
            }
            None => {
                let parent = pattern.literal.parent().unwrap_or(&pattern.literal);
                (parent.to_path_buf(), false)
            }
        };
        let mut all: Vec<(PathBuf, bool)> = self.wanted.iter().map(root_of).collect();
        // Of the same folder the recursive one comes first, and covers the other.
        all.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        let mut roots: Vec<(PathBuf, bool)> = Vec::new();
        for (folder, recursive) in all {
            let covered = roots
                .iter()
                .any(|(root, whole)| *root == folder || (*whole && folder.starts_with(root)));
            if !covered {
                roots.push((folder, recursive));
            }
        }
        roots
    }
}

fn compile_one(root: &Path, text: &str) -> Result<(Pattern, Option<Glob>), String> {
    // A backslash separates on Windows, and escapes elsewhere.
    let slashed = if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.to_owned()
    };
    if slashed.is_empty() {
        return Err("An empty watch path matches nothing.".to_owned());
    }
    let literal = join(root, &slashed);
    let Some(rest_at) = glob_start(&slashed) else {
        return Ok((
            Pattern {
                literal,
                glob: None,
            },
            None,
        ));
    };
    let (plain, rest) = slashed.split_at(rest_at);
    let base = join(root, plain);
    let recursive = rest.contains('/') || rest.contains("**");
    let expanded = expand_groups(rest).map_err(|group| {
        format!("The watch path \"{text}\" uses {group}, which is not supported; list the paths instead.")
    })?;
    let prefix = globset::escape(&to_slash(&base));
    let glob = GlobBuilder::new(&format!("{}/{expanded}", prefix.trim_end_matches('/')))
        .literal_separator(true)
        .backslash_escape(true)
        .empty_alternates(true)
        .build()
        .map_err(|error| {
            format!(
                "The watch path \"{text}\" is not a valid glob: {}.",
                error.kind()
            )
        })?;
    Ok((
        Pattern {
            literal,
            glob: Some((base, recursive)),
        },
        Some(glob),
    ))
}

/// Joins, and takes out `.` and `..` by their names alone.
fn join(root: &Path, path: &str) -> PathBuf {
    let mut joined = PathBuf::new();
    for component in root.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                joined.pop();
            }
            other => joined.push(other),
        }
    }
    joined
}

fn to_slash(path: &Path) -> String {
    let text = path.to_string_lossy();
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text.into_owned()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::watch::test_support::MemFs;

    fn compile(patterns: &[&str]) -> Result<PathFilter, String> {
        let patterns: Vec<String> = patterns.iter().map(|text| (*text).to_owned()).collect();
        PathFilter::compile(Path::new("/p/[x]"), &patterns)
    }

    #[track_caller]
    fn check(patterns: &[&str], yes: &[&str], no: &[&str]) {
        let filter = compile(patterns).unwrap();
        for (paths, expected) in [(yes, true), (no, false)] {
            for path in paths {
                assert_eq!(
                    filter.matches(Path::new(path)),
                    expected,
                    "{patterns:?} {path}"
                );
                let absolute = Path::new("/p/[x]").join(path);
                assert_eq!(
                    filter.matches(&absolute),
                    expected,
                    "{patterns:?} absolute {path}"
                );
            }
        }
    }

    #[test]
    fn files_and_folders() {
        check(
            &["a.js"],
            &["a.js", "a.js/b"],
            &["b.js", "src/a.js", "a.jsx"],
        );
        check(
            &["src"],
            &["src/a.js", "src/b/c.js", "src"],
            &["srcs/a.js", "a/src/b.js"],
        );
        check(
            &["./src/", "lib/../a.js"],
            &["src/x", "a.js"],
            &["lib/a.js"],
        );
        check(&["../b"], &["/p/b/x.js"], &["b/x.js"]);
        check(&["."], &["a", "b/c"], &["/p/a"]);
        check(&["/q"], &["/q/a"], &["q/a"]);
        check(
            &["app/(group)/a.js"],
            &["app/(group)/a.js"],
            &["app/group/a.js"],
        );
    }

    #[test]
    fn globs() {
        check(&["*.js"], &["a.js", ".a.js"], &["a.ts", "src/a.js"]);
        check(
            &["src/**/*.js"],
            &["src/a.js", "src/b/.c/d.js"],
            &["src/a.ts", "a.js"],
        );
        check(&["src/**"], &["src/a", "src/b/c"], &["a"]);
        check(&["src/*"], &["src/a", "src/b"], &["src/b/c"]);
        check(&["a?.{js,ts}"], &["ab.js", "ac.ts"], &["a.js", "abc.js"]);
        check(
            &["[ab].js", "[!a-c].ts"],
            &["a.js", "d.ts", "[ab].js"],
            &["c.js", "b.ts"],
        );
        check(
            &["app/[id].js"],
            &["app/[id].js", "app/i.js"],
            &["app/id.js"],
        );
        check(&["@(a|b).js"], &["a.js", "b.js"], &["c.js", "ab.js"]);
        check(&["(a|b,c)/x"], &["a/x", "b,c/x"], &["c/x"]);
        check(&["a?(b|c).js"], &["a.js", "ab.js", "ac.js"], &["abc.js"]);
        check(&["{a/b,c}/*.js"], &["a/b/x.js", "c/x.js"], &["a/x.js"]);
        check(&["../lib/*.js"], &["/p/lib/a.js"], &["lib/a.js"]);
        check(&["/q/**"], &["/q/a/b"], &["q/a"]);
        check(&["a\\*.js"], &["a*.js"], &["ab.js"]);
        // No groups: a parenthesis and a bar of their own.
        check(&["(x)*.js"], &["(x)a.js"], &["xa.js", "(x).ts"]);
        check(&["a|b*.js"], &["a|b1.js"], &["a,b1.js", "b1.js"]);
    }

    #[test]
    fn negated_patterns_take_away_wherever_they_stand() {
        let patterns = ["!src/skip", "src", "!**/*.test.js", "!**/fix*"];
        check(
            &patterns,
            &["src/a.js", "src/skipped.js"],
            &[
                "src/skip",
                "src/skip/a.js",
                "src/a.test.js",
                "src/fixtures/a.js",
                "b.js",
            ],
        );
        check(&["!src"], &[], &["a.js", "src/a.js"]);
        let filter = compile(&patterns).unwrap();
        assert!(filter.excludes(Path::new("src/fixtures")));
        assert!(!filter.excludes(Path::new("src/b")));
    }

    #[test]
    fn errors_quote_the_pattern() {
        for (pattern, word) in [
            ("", "empty"),
            ("src/+(a|b).js", "+(…)"),
            ("src/!(a).js", "!(…)"),
            ("src/*(a).js", "*(…)"),
            ("src/[a", "not a valid glob"),
            ("src/{a", "not a valid glob"),
        ] {
            let error = compile(&[pattern]).unwrap_err();
            assert!(error.contains(word) && error.contains(pattern), "{error}");
        }
    }

    #[test]
    fn roots() {
        let fs = MemFs::with(&[
            "/p/[x]/src/deep/a.js",
            "/p/[x]/b.js",
            "/p/[x]/(x)/a.js",
            "/p/[x]/a|b/a.js",
        ]);
        type Case<'a> = (&'a [&'a str], &'a [(&'a str, bool)]);
        let cases: [Case<'_>; 11] = [
            (&["src"], &[("/p/[x]/src", true)]),
            // No groups: a parenthesis and a bar of their own.
            (
                &["(x)", "a|b"],
                &[("/p/[x]/(x)", true), ("/p/[x]/a|b", true)],
            ),
            (&["b.js"], &[("/p/[x]", false)]),
            (&["b.js", "c.js"], &[("/p/[x]", false)]),
            (&["new/file.js"], &[("/p/[x]/new", false)]),
            (&["src/*.js"], &[("/p/[x]/src", false)]),
            (&["src/**/*.js"], &[("/p/[x]/src", true)]),
            (&["{src/a,b}.js"], &[("/p/[x]", true)]),
            (&["src/*.js", "src"], &[("/p/[x]/src", true)]),
            (
                &["b.js", "src/deep", "src", "!lib"],
                &[("/p/[x]", false), ("/p/[x]/src", true)],
            ),
            (&["**", "src", "/q/*"], &[("/p/[x]", true), ("/q", false)]),
        ];
        for (patterns, expected) in cases {
            let roots = compile(patterns).unwrap().roots_in(&*fs);
            let expected: Vec<_> = expected
                .iter()
                .map(|(p, r)| (PathBuf::from(p), *r))
                .collect();
            assert_eq!(roots, expected, "{patterns:?}");
        }
    }

    #[test]
    fn plain_paths_in_a_folder() {
        let filter = compile(&["b.js", "new", "new/deep", "*.ts", "[a]", "!no"]).unwrap();
        let named = |folder: &str| filter.plain_in(Path::new(folder));
        assert_eq!(
            named("/p/[x]"),
            [PathBuf::from("/p/[x]/b.js"), "/p/[x]/new".into()]
        );
        assert_eq!(named("/p/[x]/new"), [PathBuf::from("/p/[x]/new/deep")]);
        assert!(named("/p").is_empty());
    }
}
