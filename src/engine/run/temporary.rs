//! Files saved by way of a temporary one: `app.mjs.tmp` is written, closed, and renamed to `app.mjs`.

use super::Run;
use std::path::{Path, PathBuf};

/// A file of such a name may be what a specifier leads to that says something shorter, however it begins.
const MODULES: [&str; 11] = [
    "js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx", "json", "node", "wasm",
];

impl Run {
    /// Is `path`, which nobody has asked for, only how a file in use is saved? What such a one is called no
    /// specifier leads to, so that it may come and go without everything that was found on disk being forgotten.
    pub(super) fn is_temporary(&self, path: &Path) -> bool {
        originals(path).any(|it| self.engine.reader.contents.get(&it).is_some())
    }
}

/// What `path` may be a temporary form of, going by its name: `app.mjs` of `app.mjs.tmp`, `app.mjs~`, `.app.mjs.x7Yq`,
/// `app.mjs___jb_tmp___`.
fn originals(path: &Path) -> impl Iterator<Item = PathBuf> {
    let is_module = |name: &str| {
        let extension = Path::new(name).extension();
        extension.is_some_and(|it| MODULES.iter().any(|module| it == *module))
    };
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.filter(|name| !is_module(name)).unwrap_or_default();
    let name = name.trim_start_matches(['.', '#', '~', '_']);
    name.char_indices()
        .filter(|(_, c)| !c.is_alphanumeric())
        .map(|(end, _)| &name[..end])
        .filter(move |name| is_module(name))
        .map(|name| path.with_file_name(name))
}

/// Is `path` called as editors, and tools that save, call what they put beside a file for a while? A watch path means none of
/// these, or opening a file would be a change (vim's `.x.swp`, Emacs' `.#x`), and a save two (`x~`, `x___jb_old___`).
pub(super) fn is_of_an_editor(path: &Path) -> bool {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return false;
    };
    let is_swap_file = |name: &str| {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        extension == "kate-swp"
            || (extension.len() == 3 && extension.starts_with("sw") && extension.is_ascii())
    };
    let is_between = |from, to| name.len() > 2 && name.starts_with(from) && name.ends_with(to);
    // Backups: vim, Emacs, nano, `cp -b`, `rsync -b`.
    name.ends_with('~')
        // vim tries with it whether it may write here.
        || name == "4913"
        || (name.starts_with('.') && is_swap_file(name))
        || name.starts_with(".#")
        || is_between("#", "#")
        || is_between(".~lock.", "#")
        || (name.ends_with("___") && name.contains("___jb_"))
        || name.starts_with(".goutputstream-")
        || is_between(".subl", ".tmp")
        || name.ends_with(".vsctmp")
        || is_between(".syncthing.", ".tmp")
        // What is deleted on NFS and still open; what macOS' Finder keeps of a folder that was looked at.
        || name.starts_with(".nfs")
        || name == ".DS_Store"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_editors_put_beside_a_file() {
        for name in [
            "app.ini~",
            "app.ini.~1~",
            "4913",
            ".app.ini.swp",
            ".app.ini.swx",
            ".swo",
            ".app.ini.kate-swp",
            ".#app.ini",
            "#app.ini#",
            ".~lock.a.csv#",
            "app.ini___jb_tmp___",
            "app.ini___jb_old___",
            ".goutputstream-A1B2C3",
            ".subl1x2.tmp",
            "app.ini.vsctmp",
            ".syncthing.app.ini.tmp",
            ".nfs000123",
            ".DS_Store",
        ] {
            assert!(is_of_an_editor(&Path::new("/p").join(name)), "{name}");
        }
        for name in [
            "app.ini",
            ".env",
            ".env.local",
            "4914",
            "a.swift",
            "map.swf",
            ".app.sw",
            "#1.md",
            "#",
            "c#",
            "a.tmp",
            "___jb_",
            ".eslintrc.json",
            "~a",
            "ü.ini",
            ".x.swé",
        ] {
            assert!(!is_of_an_editor(&Path::new("/p").join(name)), "{name}");
        }
    }

    fn names(path: &str) -> Vec<String> {
        originals(Path::new(path))
            .filter_map(|it| Some(it.file_name()?.to_string_lossy().into_owned()))
            .collect()
    }

    #[test]
    fn what_a_name_may_be_a_temporary_form_of() {
        for temporary in [
            "/p/app.mjs.tmp",
            "/p/app.mjs~",
            "/p/.app.mjs.x7Yq",
            "/p/app.mjs___jb_tmp___",
            "/p/app.mjs.123.456",
            "/p/#app.mjs#",
            "/p/.app.mjs.swp",
        ] {
            assert_eq!(names(temporary), ["app.mjs"], "{temporary}");
        }
        assert_eq!(names("/p/a.js.b.ts.tmp"), ["a.js", "a.js.b.ts"]);
        for other in [
            "/p/app.mjs",
            "/p/app.mjs.js",
            "/p/4913",
            "/p/app.css.tmp",
            "/p/",
            "/p/ü.tmp",
        ] {
            assert_eq!(names(other), Vec::<String>::new(), "{other}");
        }
    }
}
