//! What the transform made of a source, as bytes, so that the next process need not parse it: its record,
//! and how the body is made of the source.
//!
//! Kept in the code cache's file, whose checksum vouches for it; the key says which source, and which
//! transform: `build.rs` gives a hash of all that can change what it does.

use std::sync::Arc;

use xxhash_rust::xxh3::Xxh3;

use super::bytes::{Reader, Writer};
use crate::{
    scan::without_mark,
    transform::{
        Cell, CellKind, ImportEntry, IndirectExport, LocalExport, Recipe, Record, Requested, Shift,
        Transformed,
    },
};

/// Of a source outside every import cycle.
pub(super) fn key(source: &str) -> u128 {
    let mut hash = Xxh3::new();
    hash.update(concat!("record ", env!("HEATSYNC_SOURCES"), "\n").as_bytes());
    hash.update(source.as_bytes());
    hash.digest128()
}

pub(super) fn encode(module: &Transformed) -> Vec<u8> {
    let Transformed {
        record,
        parameters,
        shifts,
        recipe,
        code: _,
    } = module;
    let mut out = Writer::default();
    out.list(&record.requests, |out, request| {
        out.text(&request.specifier);
        out.list(&request.attributes, |out, (name, value)| {
            out.text(name);
            out.text(value);
        });
        out.span(request.span);
        out.flag(request.is_deferred);
    });
    out.list(&record.imports, |out, import| {
        out.number(import.request);
        out.name(&import.name);
        out.text(&import.local);
        out.span(import.span);
    });
    out.list(&record.locals, |out, local| {
        out.text(&local.exported);
        out.number(local.cell);
    });
    out.list(&record.indirect, |out, export| {
        out.text(&export.exported);
        out.number(export.request);
        out.name(&export.name);
        out.span(export.span);
    });
    out.list(&record.stars, |out, star| out.number(*star));
    out.list(&record.cells, |out, cell| {
        out.text(&cell.local);
        let (kind, import) = match cell.kind {
            CellKind::Function => (0, 0),
            CellKind::Var => (1, 0),
            CellKind::Lexical => (2, 0),
            CellKind::Default => (3, 0),
            CellKind::DefaultFunction => (4, 0),
            CellKind::Namespace(import) => (5, import),
        };
        out.number(kind);
        out.number(import);
        out.flag(cell.pushed);
        out.flag(cell.counted);
    });
    out.flag(record.has_top_level_await);
    out.flag(record.uses_import_meta);
    out.flag(record.uses_phases);
    out.flag(record.declares_phases);
    out.flag(record.uses_assert);
    out.list(&record.stand_ins, |out, (constant, name)| {
        out.text(constant);
        out.text(name);
    });
    out.list(parameters, |out, parameter| out.text(parameter));
    out.list(shifts, |out, shift| {
        out.number(shift.line);
        out.number(shift.column);
        out.number(shift.source_column);
    });
    out.text(&recipe.head);
    out.edits(&recipe.edits);
    out.text(&recipe.tail);
    out.done()
}

/// `None`: these are not the bytes of this source's module.
pub(super) fn decode(bytes: &[u8], source: &str) -> Option<Transformed> {
    let mut from = Reader::new(bytes);
    let record = Record {
        requests: from.list(|from| {
            Some(Requested {
                specifier: from.text()?,
                attributes: from.list(|from| Some((from.text()?, from.text()?)))?,
                span: from.span()?,
                is_deferred: from.flag()?,
            })
        })?,
        imports: from.list(|from| {
            Some(ImportEntry {
                request: from.number()?,
                name: from.name()?,
                local: from.text()?,
                span: from.span()?,
            })
        })?,
        locals: from.list(|from| {
            Some(LocalExport {
                exported: from.text()?,
                cell: from.number()?,
            })
        })?,
        indirect: from.list(|from| {
            Some(IndirectExport {
                exported: from.text()?,
                request: from.number()?,
                name: from.name()?,
                span: from.span()?,
            })
        })?,
        stars: from.list(Reader::number)?,
        cells: from.list(|from| {
            let local = from.text()?;
            let (kind, import) = (from.number()?, from.number()?);
            Some(Cell {
                local,
                kind: match kind {
                    0 => CellKind::Function,
                    1 => CellKind::Var,
                    2 => CellKind::Lexical,
                    3 => CellKind::Default,
                    4 => CellKind::DefaultFunction,
                    5 => CellKind::Namespace(import),
                    _ => return None,
                },
                pushed: from.flag()?,
                counted: from.flag()?,
            })
        })?,
        has_top_level_await: from.flag()?,
        uses_import_meta: from.flag()?,
        uses_phases: from.flag()?,
        declares_phases: from.flag()?,
        uses_assert: from.flag()?,
        stand_ins: from.list(|from| Some((from.text()?, from.text()?)))?,
    };
    let parameters = from.list(Reader::text)?;
    let shifts = from.list(|from| {
        Some(Shift {
            line: from.number()?,
            column: from.number()?,
            source_column: from.number()?,
        })
    })?;
    let recipe = Recipe {
        head: from.text()?,
        edits: from.edits()?,
        tail: from.text()?,
    };
    from.end()?;
    Some(Transformed {
        code: recipe.apply(without_mark(source))?,
        record: Arc::new(record),
        parameters,
        shifts,
        recipe: Arc::new(recipe),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::{Place, transform};
    use std::path::Path;

    const SOURCES: [&str; 6] = [
        "",
        "import a, { b as c, 'd e' as f } from './x.mjs' with { type: 'json' };\nimport * as ns from 'p';\nexport { ns };\nexport * from './y';\nexport * as z from './z';\nexport { q as r } from './r';",
        "export default function () {}\nexport let n = 0;\nexport const up = () => { n += 1; \u{e9} };",
        "export default class {}\nexport var v = await 1;\nexport async function f() { return import.meta.url }",
        "#!/usr/bin/env node\nexport default (1, 2);\neval('1');",
        "\u{feff}import { a } from './a';\r\n() => { a = 1 };",
    ];

    #[test]
    fn what_is_kept_is_what_the_transform_makes() {
        for source in SOURCES {
            let made = transform(source, Path::new("/a.mjs"), Place::Acyclic).expect("a module");
            let kept = decode(&encode(&made), source);
            assert_eq!(kept, Some(made), "{source}");
        }
    }

    #[test]
    fn bytes_that_are_cut_off_are_nothing() {
        let made = transform(SOURCES[1], Path::new("/a.mjs"), Place::Acyclic).expect("a module");
        let bytes = encode(&made);
        for length in 0..bytes.len() {
            assert_eq!(decode(&bytes[..length], SOURCES[1]), None, "{length} bytes");
        }
        assert_eq!(decode(&bytes, "short"), None);
    }

    #[test]
    fn a_key_is_of_one_source() {
        assert_eq!(key("a"), key("a"));
        assert_ne!(key("a"), key("b"));
    }
}
