//! What TypeScript means by a path: `./x.js` is `./x.ts`, extensions and `index` may be left out.
//! Holds for TypeScript files alone: from JavaScript, Node's rules hold.
//!
//! The order is tsc's (`moduleResolution: "bundler"`): a source before what it was compiled to.

use std::path::{Path, PathBuf};

use super::append;

/// Added to a path without one.
const ADDED: [&str; 9] = [
    ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json",
];

/// What `path` may name, likeliest first; `folder_only` as in `./x/`.
pub(super) fn candidates(path: &Path, folder_only: bool) -> impl Iterator<Item = PathBuf> {
    let as_file = (!folder_only).then(|| {
        let itself = std::iter::once_with(|| path.to_path_buf());
        let added = ADDED.iter().map(|extension| append(path, extension));
        sources_of(path).chain(itself).chain(added)
    });
    let indexes = ADDED
        .iter()
        .map(|extension| path.join(format!("index{extension}")));
    as_file.into_iter().flatten().chain(indexes)
}

/// What `path` is compiled from, if its name says that it is compiled.
fn sources_of(path: &Path) -> impl Iterator<Item = PathBuf> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    let sources: &[&str] = match extension {
        Some("js") => &["ts", "tsx"],
        Some("jsx") => &["tsx", "ts"],
        Some("mjs") => &["mts"],
        Some("cjs") => &["cts"],
        _ => &[],
    };
    sources
        .iter()
        .map(|extension| path.with_extension(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, folder_only: bool, want: &[&str]) {
        let all = candidates(Path::new(path), folder_only);
        let all: Vec<_> = all.map(|path| path.display().to_string()).collect();
        assert_eq!(&all[..want.len()], want);
    }

    #[test]
    #[cfg(unix)]
    fn order() {
        check("/a.js", false, &["/a.ts", "/a.tsx", "/a.js", "/a.js.ts"]);
        check("/a.mjs", false, &["/a.mts", "/a.mjs"]);
        check("/a.cjs", false, &["/a.cts", "/a.cjs"]);
        check("/a.jsx", false, &["/a.tsx", "/a.ts", "/a.jsx"]);
        check("/a", false, &["/a", "/a.ts", "/a.tsx", "/a.mts"]);
        check("/a.service", false, &["/a.service", "/a.service.ts"]);
        check("/a", true, &["/a/index.ts", "/a/index.tsx"]);
    }
}
