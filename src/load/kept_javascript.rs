//! What a TypeScript file became, as bytes, so that the next process need not compile it.
//!
//! Kept in the code cache's file, as [`super::kept`] keeps records; the key says of what it was made, and by
//! which make of the compiler.

use std::{hash::Hash, path::Path};

use xxhash_rust::xxh3::Xxh3;

use super::bytes::{Reader, Writer};
use crate::{
    scan::{ModuleKind, without_mark},
    transform::{Edit, Recipe},
    typescript::{JavaScript, Jsx, Options, Positions, Segment},
};

pub(super) fn key(source: &str, path: &Path, kind: ModuleKind, options: &Options) -> u128 {
    // JSX for development names the file it is in.
    let name = (options.jsx == Jsx::Development).then_some(path.as_os_str());
    let mut hash = Xxh3::new();
    let make = concat!("typescript ", env!("HEATSYNC_SOURCES"));
    (make, path.extension(), kind, options, name, source).hash(&mut hash);
    hash.digest128()
}

pub(super) fn encode(made: &JavaScript, source: &str) -> Vec<u8> {
    let mut out = Writer::default();
    out.edits(&differences(without_mark(source), &made.code));
    out.flag(made.positions.is_some());
    if let Some(positions) = &made.positions {
        let mut before = NOWHERE;
        out.list(positions.segments(), |out, it| {
            let Segment {
                line,
                column,
                source_line,
                source_column,
            } = *it;
            let numbers = [line, column, source_line, source_column];
            for (number, before) in numbers.into_iter().zip(&mut before) {
                out.signed(i64::from(number) - i64::from(*before));
                *before = number;
            }
        });
    }
    out.done()
}

/// Each number is told by how far it is from the one before.
const NOWHERE: [u32; 4] = [0; 4];

/// What to replace in `source` so that it is `code`: most lines of which are the source's.
fn differences(source: &str, code: &str) -> Vec<Edit> {
    if source.len() == code.len() {
        return blanks(source, code);
    }
    let mut edits = Vec::new();
    let mut lines = source.split_inclusive('\n');
    let mut made = code.split_inclusive('\n');
    let (mut at, mut at_made) = (0, 0);
    for (line, made) in lines.by_ref().zip(made.by_ref()) {
        if line != made {
            let same = |(a, b): &(char, char)| a == b;
            let length = |(it, _): (char, char)| it.len_utf8();
            let before: usize = (line.chars().zip(made.chars()))
                .take_while(same)
                .map(length)
                .sum();
            let (rest, rest_made) = (&line[before..], &made[before..]);
            let after: usize = (rest.chars().rev().zip(rest_made.chars().rev()))
                .take_while(same)
                .map(length)
                .sum();
            edits.push(Edit {
                from: at + before,
                to: at + line.len() - after,
                text: rest_made[..rest_made.len() - after].to_owned().into(),
            });
        }
        at += line.len();
        at_made += made.len();
    }
    if (at, at_made) != (source.len(), code.len()) {
        edits.push(Edit {
            from: at,
            to: source.len(),
            text: code[at_made..].to_owned().into(),
        });
    }
    edits
}

/// The same for texts that are as long as each other, as they are when types became blanks.
fn blanks(source: &str, code: &str) -> Vec<Edit> {
    /// Bytes that are compared at once.
    const STEP: usize = 32;
    /// Equal bytes after which the next difference is an edit of its own.
    const APART: usize = 8;
    let mut edits: Vec<Edit> = Vec::new();
    let (old, new) = (source.as_bytes(), code.as_bytes());
    let mut open: Option<(usize, usize)> = None;
    let mut close = |(mut from, mut to): (usize, usize)| {
        let is_inside = |at| !(source.is_char_boundary(at) && code.is_char_boundary(at));
        while is_inside(from) {
            from -= 1;
        }
        while is_inside(to) {
            to += 1;
        }
        let text = code[from..to].to_owned().into();
        edits.push(Edit { from, to, text });
    };
    for (step, (a, b)) in old.chunks(STEP).zip(new.chunks(STEP)).enumerate() {
        if a == b {
            continue;
        }
        for (offset, _) in a.iter().zip(b).enumerate().filter(|(_, (a, b))| a != b) {
            let at = step * STEP + offset;
            open = match open {
                Some((from, to)) if at < to + APART => Some((from, at + 1)),
                before => {
                    before.map(&mut close);
                    Some((at, at + 1))
                }
            };
        }
    }
    open.map(close);
    edits
}

/// `None`: these are not the bytes of what this source became.
pub(super) fn decode(bytes: &[u8], source: &str) -> Option<JavaScript> {
    let mut from = Reader::new(bytes);
    let recipe = Recipe {
        edits: from.edits()?,
        ..Recipe::default()
    };
    let code = recipe.apply(without_mark(source))?;
    let positions = match from.flag()? {
        true => {
            let mut before = NOWHERE;
            let segments = from.list(|from| {
                for number in &mut before {
                    let next = i64::from(*number).checked_add(from.signed()?)?;
                    *number = u32::try_from(next).ok()?;
                }
                let [line, column, source_line, source_column] = before;
                Some(Segment {
                    line,
                    column,
                    source_line,
                    source_column,
                })
            })?;
            Some(Positions::new(segments))
        }
        false => None,
    };
    from.end()?;
    Some(JavaScript { code, positions })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        code_cache::CodeCache, load::Loader, path::to_file_url, typescript::to_javascript,
    };

    const SOURCES: [&str; 3] = [
        "",
        "import type { A } from './a';\nexport const \u{e9}: A = 1 as any;",
        "enum A { B, C = B << 2 }\n\nexport class D { constructor(private e: A) { f(e); } }\nnamespace N { export let n = 0 }",
    ];

    fn made(source: &str) -> JavaScript {
        to_javascript(
            source,
            Path::new("/a.ts"),
            ModuleKind::Esm,
            &Options::default(),
        )
        .expect("good")
    }

    #[test]
    fn what_is_kept_is_what_the_compiler_makes() {
        for source in SOURCES {
            let made = made(source);
            assert_eq!(
                decode(&encode(&made, source), source),
                Some(made),
                "{source}"
            );
        }
    }

    #[test]
    fn a_text_is_what_it_differs_in() {
        let cases = [
            ("", ""),
            ("", "a\nb"),
            ("a\nb", ""),
            ("a\nb\n", "a\nb"),
            (
                "let \u{e9}: \u{1F600}\u{1F601};\nc",
                "let \u{e9}  ;\nc\nd\ne",
            ),
            ("a: \u{1F600}", "a: \u{1F601}"),
            ("\u{E9}\u{E8}", "\u{EA}ab"),
            ("ab\u{E9}", "\u{E9}\u{E9}"),
            ("aaa\n", "aa\n"),
            ("aa\nb\nc\n", "aaa\nb\n"),
        ];
        for (source, code) in cases {
            let edits = differences(source, code);
            let recipe = Recipe {
                edits,
                ..Recipe::default()
            };
            assert_eq!(recipe.apply(source).as_deref(), Some(code));
        }
        assert_eq!(differences("a\nb: c;\nd", "a\nb   ;\nd").len(), 1);
    }

    #[test]
    fn bytes_that_are_cut_off_are_nothing() {
        let source = SOURCES[2];
        let bytes = encode(&made(source), source);
        for length in 0..bytes.len() {
            assert_eq!(decode(&bytes[..length], source), None, "{length} bytes");
        }
        assert_eq!(decode(&bytes, "short"), None);
        assert_eq!(decode(&[&bytes[..], &[0]].concat(), source), None);
    }

    #[test]
    fn a_key_is_of_one_way_to_compile_one_source() {
        let (ts, esm) = (Path::new("/a.ts"), ModuleKind::Esm);
        let options = Options::default();
        let decorators = Options {
            experimental_decorators: true,
            ..Options::default()
        };
        let development = Options {
            jsx: Jsx::Development,
            ..Options::default()
        };
        let keys = [
            key("a", ts, esm, &options),
            key("b", ts, esm, &options),
            key("a", ts, ModuleKind::CommonJs, &options),
            key("a", Path::new("/a.tsx"), esm, &options),
            key("a", ts, esm, &decorators),
            key("a", ts, esm, &development),
            key("a", Path::new("/b.ts"), esm, &development),
        ];
        let distinct: std::collections::HashSet<u128> = keys.into_iter().collect();
        assert_eq!(distinct.len(), keys.len());
        assert_eq!(keys[0], key("a", Path::new("/b/c.ts"), esm, &options));
    }

    #[test]
    fn what_a_process_before_has_made_is_not_made_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = crate::path::real(folder.path());
        let path = |name: &str| root.join(name);
        let write = |name: &str, text: &str| std::fs::write(path(name), text).expect("written");
        write("package.json", r#"{ "type": "module" }"#);
        write("a.ts", "import './b';");
        write("b.ts", "enum A { B }");
        write("c.cts", "enum A { C }");
        let before: &CodeCache = Box::leak(Box::default());
        let place = || Some(path("cache").into());
        assert!(before.open(&root, place(), "make"));
        let keep = |name: &str, kind, source: &str, code: &str| {
            let made = JavaScript {
                code: code.to_owned(),
                positions: None,
            };
            let key = key(source, &path(name), kind, &Options::default());
            before.add(key, &encode(&made, source));
        };
        keep("b.ts", ModuleKind::Esm, "enum A { B }", "f('kept b')");
        keep("c.cts", ModuleKind::CommonJs, "enum A { C }", "f('kept c')");
        (0..20).for_each(|number| before.add(number, b"more"));
        before.save();
        assert!(CodeCache::global().open(&root, place(), "make"));

        let loader = std::sync::Arc::new(Loader::default());
        loader.load_ahead(&path("a.ts"));
        let load = |name: &str| {
            loader
                .text(&path(name), crate::transform::Place::Acyclic, &[])
                .expect("a module")
        };
        assert!(load("a.ts").record.contains(&to_file_url(&path("b.ts"))));
        assert!(load("b.ts").code.contains("f('kept b')"));
        let required = |is_first| {
            let made = loader.javascript(&path("c.cts"), ModuleKind::CommonJs, is_first, None);
            made.expect("good").code
        };
        assert_eq!(required(true), "f('kept c')");
        assert!(required(false).contains("var A"));
        write("b.ts", "enum A { D }");
        loader.forget_ahead();
        assert!(load("b.ts").code.contains("\"D\""), "it was edited");
    }
}
