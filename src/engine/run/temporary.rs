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

#[cfg(test)]
mod tests {
    use super::*;

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
