//! Packages that are not installed, or not as a whole yet: what is written when they are.

use super::contents::Content;
use super::reader::Reader;
use crate::path::in_package;
use std::path::{Path, PathBuf};

/// What package managers write into `node_modules` when everything is in its place: npm (since 7), pnpm (two), Yarn 1, and
/// Yarn since 2 (`nodeLinker: node-modules`).
const WRITTEN_LAST: [&str; 5] = [
    ".package-lock.json",
    ".modules.yaml",
    ".pnpm/lock.yaml",
    ".yarn-integrity",
    ".yarn-state.yml",
];

/// The `package.json` of the package that `specifier`, which leads nowhere, would be of, in each folder that Node looks into:
/// `npm install` mends it.
pub fn installable(specifier: &str, from: &Path) -> Vec<PathBuf> {
    let parts: Vec<&str> = specifier.split('/').collect();
    let name = match specifier.starts_with('@') {
        true => parts.get(..2).map(|parts| parts.join("/")),
        false => parts.first().map(|name| (*name).to_owned()),
    };
    let is_package = |name: &String| !name.is_empty() && !name.starts_with(['.', '#', '/']);
    let Some(name) = name.filter(is_package) else {
        return Vec::new();
    };
    folders(from)
        .map(|folder| folder.join(&name).join("package.json"))
        .collect()
}

/// What changes when an installation ends of which `path` lacks something: a file of the project that names a package, or a file
/// of a package.
pub fn written_last(path: &Path) -> Vec<PathBuf> {
    let in_folder = |folder: PathBuf| WRITTEN_LAST.iter().map(move |name| folder.join(name));
    folders(path).flat_map(in_folder).collect()
}

/// Files that change when what `specifier` leads to, or what `path` lacks of its packages, is installed.
pub fn installation(specifier: &str, path: &Path) -> Vec<PathBuf> {
    let mut files = installable(specifier, path);
    files.extend(written_last(path));
    files
}

/// The `node_modules` of `path` that are there, or may come.
fn folders(path: &Path) -> impl Iterator<Item = PathBuf> {
    let above = path.ancestors().skip(1);
    let may_come = |above: &&Path| {
        above.join("node_modules").is_dir()
            || !in_package(above) && above.join("package.json").is_file()
    };
    above
        .filter(may_come)
        .map(|above| above.join("node_modules"))
}

impl Reader {
    /// `path` needs a package that is not there as a whole, as of now: what would change with it, and what that holds.
    pub fn installs(&self, path: &Path) -> Vec<(PathBuf, Content)> {
        self.held_by(written_last(path))
    }

    /// Some are there, and of no use: a folder's package.json.
    pub fn held_by(&self, paths: Vec<PathBuf>) -> Vec<(PathBuf, Content)> {
        let held = |path: PathBuf| {
            let content = self.read(&path).1?;
            Some((path, content))
        };
        paths.into_iter().filter_map(held).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_may_be_installed_where_node_looks_for_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = crate::path::real(folder.path());
        std::fs::create_dir_all(root.join("app/src")).expect("made");
        std::fs::create_dir(root.join("node_modules")).expect("made");
        let from = root.join("app/src/a.js");
        let in_root = root.join("node_modules/@a/b/package.json");
        assert_eq!(
            installable("@a/b/c.js", &from),
            std::slice::from_ref(&in_root)
        );

        std::fs::write(root.join("app/package.json"), "{}").expect("written");
        let in_app = root.join("app/node_modules/@a/b/package.json");
        assert_eq!(installable("@a/b", &from), [in_app, in_root]);
        for specifier in ["./a", "#a", "/a", ""] {
            assert!(installable(specifier, &from).is_empty(), "{specifier}");
        }
    }

    #[test]
    fn an_installation_ends_in_the_folders_above() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = crate::path::real(folder.path());
        let package = root.join("node_modules/p");
        std::fs::create_dir_all(&package).expect("made");
        std::fs::write(package.join("package.json"), "{}").expect("written");
        let all = written_last(&package.join("index.js"));
        assert!(all.contains(&root.join("node_modules/.package-lock.json")));
        assert!(all.iter().all(|path| !path.starts_with(&package)));
    }
}
