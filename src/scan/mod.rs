//! Source → [`ModuleRecord`]: what a module requests, what it exports, and what is wrong with it.
//!
//! - `kind`: which module system a file belongs to, by Node's rules
//! - `statics`: the declarations of the top level: imports, exports (ECMA-262 16.2)
//! - `dynamic`: what lies deeper: `import()`, `require()`, top-level await
//! - `awaits`: where a module awaits
//! - `commonjs_exports`: the names an ES module may import from a CommonJS one
//! - `early`: early errors that neither the parser nor V8 would report
//! - `json`: JSON is checked here too, so that a broken file is refused before anything runs
//! - `renumbered`: whether a text is another one but for a number
//! - `stack`: room for deeply nested sources; `depth` counts how deep
//!
//! Pure: no file is read. No scopes or symbols are built; they would triple the cost.

mod awaits;
mod commonjs_exports;
mod depth;
mod dynamic;
pub(crate) mod early;
pub(crate) mod json;
mod kind;
mod renumbered;
pub mod stack;
mod statics;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_span::SourceType;

pub use crate::error::Span;
use crate::error::{Error, ErrorCode};
use crate::transform::label_of;
pub use awaits::{Awaited, top_level_awaits};
pub use commonjs_exports::{CommonJsExports, commonjs_exports, note_lexer};
pub use kind::{ModuleKind, kind_of, only_esm};
pub use renumbered::is_renumbered;
pub(crate) use statics::bound_names;

/// One mention of another module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// As the module means it: escapes are resolved, quotes are gone.
    pub specifier: String,
    /// The specifier's literal, quotes included.
    pub span: Span,
    pub kind: RequestKind,
    /// `with { key: "value" }`, in source order.
    pub attributes: Vec<(String, String)>,
    /// Inside a function, a `try` block or a condition: it may never run, or is expected to fail,
    /// so what it names need not exist.
    pub guarded: bool,
    /// For [`RequestKind::Import`] and [`RequestKind::ExportFrom`]. Empty for `import "x"` and for
    /// `export * from "x"`.
    pub names: Vec<ImportedName>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestKind {
    Import,
    ExportFrom,
    DynamicImport,
    Require,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedName {
    pub imported: Imported,
    /// The binding it becomes; for [`RequestKind::ExportFrom`] the name it is exported under.
    pub local: String,
    /// The name as the other module exports it: what to point at when it does not.
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// `default` included.
    Name(String),
    /// `* as x`
    Namespace,
}

/// What one parse of a module tells. After a syntax error it holds what could be read, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleRecord {
    pub kind: ModuleKind,
    /// In source order.
    pub requests: Vec<Request>,
    /// Local and re-exported names, `default` included; what stars bring is not here.
    pub exports: Vec<String>,
    /// How many `export * from` there are.
    pub star_exports: usize,
    pub has_top_level_await: bool,
    pub errors: Vec<Error>,
}

impl ModuleRecord {
    fn new(kind: ModuleKind) -> Self {
        Self {
            kind,
            requests: Vec::new(),
            exports: Vec::new(),
            star_exports: 0,
            has_top_level_await: false,
            errors: Vec::new(),
        }
    }
}

/// More would only bury the first.
const MOST_ERRORS: usize = 10;

/// Reads a module. Never panics; a byte order mark and a `#!` line are fine.
pub fn scan(source: &str, path: &Path, kind: ModuleKind) -> ModuleRecord {
    let mut record = ModuleRecord::new(kind);
    match kind {
        ModuleKind::Json => {
            // Node: a JSON module has one export.
            record.exports.push("default".to_owned());
            record.errors.extend(
                json::check(without_mark(source))
                    .err()
                    .map(|(at, message)| {
                        let at = at + mark_of(source);
                        Error::new(ErrorCode::Syntax, message)
                            .with_file(path)
                            .at(source, Span::new(at, at + 1))
                    }),
            );
            record
        }
        ModuleKind::Esm | ModuleKind::CommonJs => {
            let scanned = stack::with_room_for(source, || {
                // A panic in the parser is a bug of ours or of oxc, not the user's; it must not end
                // the process they work in.
                catch_unwind(AssertUnwindSafe(|| scan_code(source, path, kind)))
            });
            let why = match scanned {
                Some(Ok(scanned)) => return scanned,
                Some(Err(_)) => Error::new(ErrorCode::Internal, "The parser failed on this file"),
                None => Error::new(ErrorCode::Syntax, "The code is nested too deeply"),
            };
            record.errors.push(why.with_file(path));
            record
        }
        ModuleKind::Wasm | ModuleKind::Addon | ModuleKind::Other => record,
    }
}

fn scan_code(source: &str, path: &Path, kind: ModuleKind) -> ModuleRecord {
    let mut record = ModuleRecord::new(kind);
    let shift = mark_of(source);
    let allocator = Allocator::default();
    let parsed = parse(&allocator, without_mark(source), source_type(path, kind));

    for diagnostic in parsed.diagnostics.errors().take(MOST_ERRORS) {
        let mut error =
            Error::new(ErrorCode::Syntax, diagnostic.message.to_string()).with_file(path);
        if let Some(label) = label_of(diagnostic) {
            let (from, len) = (label.offset() + shift, label.len());
            error = error.at(source, Span::new(from, from + len));
        }
        error.help = diagnostic.help.as_ref().map(ToString::to_string);
        record.errors.push(error);
    }
    if parsed.panicked {
        return record;
    }
    let early = match kind {
        ModuleKind::Esm => {
            statics::collect(&parsed.program, &mut record);
            early::module_errors(&parsed.program)
        }
        _ => early::commonjs_errors(&parsed),
    };
    if record.errors.is_empty() {
        record
            .errors
            .extend(early.into_iter().take(MOST_ERRORS).map(|(span, message)| {
                let span = Span::new(span.start + shift, span.end + shift);
                let error = Error::new(ErrorCode::Syntax, message)
                    .with_file(path)
                    .at(source, span);
                if matches!(kind, ModuleKind::Esm) {
                    error
                } else {
                    error.with_help(early::OF_MODULES)
                }
            }));
    }
    dynamic::collect(&parsed, source, &mut record);
    if shift > 0 {
        for request in &mut record.requests {
            move_span(&mut request.span, shift);
            request
                .names
                .iter_mut()
                .for_each(|name| move_span(&mut name.span, shift));
        }
    }
    record
}

fn move_span(span: &mut Span, by: u32) {
    span.start += by;
    span.end += by;
}

fn parse<'a>(allocator: &'a Allocator, source: &'a str, language: SourceType) -> ParserReturn<'a> {
    let options = ParseOptions {
        preserve_parens: false,
        // The CommonJS wrapper makes `return` legal; modules are checked by the grammar.
        allow_return_outside_function: !language.is_module(),
        // Nothing here looks identifiers up.
        enable_ident_hashes: false,
        ..ParseOptions::default()
    };
    Parser::new(allocator, source, language)
        .with_options(options)
        .parse()
}

/// How the parser is to read this file.
pub(crate) fn source_type(path: &Path, kind: ModuleKind) -> SourceType {
    let base = language_of(path);
    if kind == ModuleKind::Esm {
        base.with_module(true)
    } else {
        base.with_commonjs(true)
    }
}

pub(crate) fn language_of(path: &Path) -> SourceType {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    let base = SourceType::unambiguous();
    match extension {
        "ts" | "mts" | "cts" => base.with_typescript(true),
        "tsx" => base.with_typescript(true).with_jsx(true),
        "jsx" => base.with_jsx(true),
        _ => base,
    }
}

/// Node strips the mark before it parses; a `#!` line may follow it.
pub(crate) fn without_mark(source: &str) -> &str {
    source.strip_prefix('\u{feff}').unwrap_or(source)
}

fn mark_of(source: &str) -> u32 {
    if source.starts_with('\u{feff}') { 3 } else { 0 }
}

#[cfg(test)]
mod tests;
