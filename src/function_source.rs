//! The text of a function as its author has written it: `Function.prototype.toString` (ECMA-262 20.2.3.5) gives what V8
//! has compiled, which for a function of a module of ours may be the transform's.
//! ```text
//! async () => (await $aaaaa("./a.mjs")).n      async () => (await import("./a.mjs")).n
//! ```
//! Programs send such texts to where our names are nobody's: to workers, to a browser's page.

use std::path::Path;

use crate::{
    scan::without_mark,
    transform::{Place, Recipe, live_in, transform_live},
    written::Written,
};

/// What `compiled`, a function's text in the module that was made of the file `path`, is made of. `None`: it is not of that text of
/// the file.
pub fn function_source(written: &Written, path: &Path, compiled: &str) -> Option<String> {
    let modules = written.texts().into_iter().filter(|text| text.is_module);
    modules
        .flat_map(|text| [(text.code, Place::Acyclic), (text.code, Place::Cyclic)])
        .find_map(|(code, place)| {
            let source = without_mark(code);
            let done = transform_live(code, path, place, &live_in(source, compiled)).ok()?;
            let found = done.code.match_indices(compiled);
            found
                .map(|(at, _)| source_of(&done.recipe, source, at, at + compiled.len()))
                .find(Option::is_some)?
        })
}

/// What the bytes `from..to` of the text that `recipe` makes are made of; `None` if they begin or end within what it puts there.
fn source_of(recipe: &Recipe, source: &str, from: usize, to: usize) -> Option<String> {
    let mut out = String::with_capacity(to - from);
    let (mut made, mut read) = (recipe.head.len(), 0);
    for edit in &recipe.edits {
        let kept = edit.from.saturating_sub(read);
        out.push_str(within(source, read, kept, made, from, to)?);
        made += kept;
        read = read.max(edit.from);
        let end = made + edit.text.len();
        let is_within = made >= from && end <= to && (from < made || end < to);
        if is_within {
            out.push_str(source.get(read..edit.to.max(read))?);
        } else if end > from && made < to {
            return None;
        }
        made = end;
        read = read.max(edit.to);
    }
    let kept = source.len() - read;
    out.push_str(within(source, read, kept, made, from, to)?);
    let is_whole = from >= recipe.head.len() && to <= made + kept;
    is_whole.then_some(out)
}

/// What of `length` bytes of the source, from `read` on, is between `from` and `to` in the text where they begin at `made`.
fn within(
    source: &str,
    read: usize,
    length: usize,
    made: usize,
    from: usize,
    to: usize,
) -> Option<&str> {
    let start = from.max(made).min(made + length) - made;
    let end = to.max(made).min(made + length) - made;
    source.get(read + start..read + end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::{LiveImport, transform};

    /// The function in `source` whose text begins with the last `head`, compiled, and led back.
    fn round(source: &str, head: &str, place: Place) -> (String, Option<String>) {
        let path = Path::new("/a.mjs");
        let done = transform(source, path, place).expect("a module");
        let from = done
            .code
            .rfind(head)
            .unwrap_or_else(|| panic!("{head} in {}", done.code));
        let end = done.code[from..].find("/*end*/").expect("is marked");
        let compiled = done.code[from..from + end].to_owned();
        let written = Written::javascript(source.to_owned());
        let back = function_source(&written, path, &compiled);
        (compiled, back)
    }

    #[test]
    fn what_was_put_in_is_taken_out() {
        let cases = [
            (
                "async (a) =>",
                "export const f = async (a) => [await import('./b.mjs'), import.meta.url, a]/*end*/;",
            ),
            (
                "function f(",
                "\u{feff}import x from './x.mjs';\nexport let n = 0, m;\nexport function f() { n++; for (n of [1]) ; [n] = [m = 2]; return eval('n') + x; }/*end*/",
            ),
            (
                "function",
                "// é\nexport default function () { return import('./é.mjs'); }/*end*/",
            ),
            (
                "class",
                "export let n = 1; export default class { m() { n = 2; } }/*end*/",
            ),
        ];
        for (head, source) in cases {
            for place in [Place::Acyclic, Place::Cyclic] {
                let (compiled, back) = round(source, head, place);
                let back = back.unwrap_or_else(|| panic!("{compiled}"));
                let name = head.split('(').next().unwrap_or_default();
                assert!(back.starts_with(name.trim_end()), "{back}");
                assert!(
                    source.contains(&format!("{back}/*end*/")),
                    "{compiled} → {back}"
                );
                assert_ne!(compiled, back);
            }
        }
    }

    #[test]
    fn what_is_read_in_place_is_named_again() {
        let source = "import { a, \"m n\" as b } from 'pkg'; import c, { d } from 'pkg';\n\
            export const f = (b) => c(a(b), { a, d }, c`${d.x}`, ...b);\nexport const g = () => [b, -d, import('c')];";
        let live = [
            (0, Some("late")),
            (1, Some("m n")),
            (2, Some("default")),
            (3, None),
        ]
        .map(|(import, name)| LiveImport {
            import,
            name: name.map(str::to_owned),
        });
        for place in [Place::Acyclic, Place::Cyclic] {
            let done = transform_live(source, Path::new("/a.mjs"), place, &live).expect("a module");
            for (head, end) in [("(b) =>", ";\n"), ("() => [", ";")] {
                let from = done.code.rfind(head).expect(head);
                let to = from + done.code[from..].find(end).expect(end);
                let compiled = &done.code[from..to];
                assert!(compiled.contains("$l"), "{compiled}");
                let written = Written::javascript(source.to_owned());
                let back =
                    function_source(&written, Path::new("/a.mjs"), compiled).expect(compiled);
                assert!(
                    back.starts_with(head) && source.contains(&format!("{back}{end}")),
                    "{back}"
                );
            }
        }
    }

    #[test]
    fn what_is_not_of_the_text_is_not_led_back() {
        let written = Written::javascript("export const f = () => import('a');".to_owned());
        let of = |text| function_source(&written, Path::new("/a.mjs"), text);
        assert_eq!(of("() => $aaaaa('b')"), None);
        // It begins within what was put there.
        assert_eq!(of("aaaa('a')"), None);
        assert_eq!(
            of("() => $aaaaa('a')").as_deref(),
            Some("() => import('a')")
        );
        let broken = Written::javascript("export const f = () => import('a'".to_owned());
        assert_eq!(
            function_source(&broken, Path::new("/a.mjs"), "() => $aaaaa('a')"),
            None
        );
    }
}
