//! TypeScript and JSX → JavaScript.
//!
//! - `options`: what a tsconfig says about it
//! - `erasable`: what blanks are enough for
//! - `blank`, `imports`: types become blanks, positions stay
//! - `rewrite`: the rest: oxc's transformer and printer
//! - `decorators`: standard decorators and `accessor`, which V8 has not
//! - `layout`: what was rewritten, on the lines it comes from
//! - `commonjs`: ES module syntax in a CommonJS file
//! - `helpers`: what rewritten code calls
//! - `positions`: where generated code comes from
//! - `namespaces`: what namespaces export, by the property it is
//! - `like_tsc`: where tsc and oxc's transformer differ
//! - `trivia`: what lies between the nodes of the tree
//! - `usage`: which imports and exports are values, without a table of scopes
//!
//! Pure: no file is read.

mod blank;
mod commonjs;
mod decorator_places;
mod decorators;
mod erasable;
mod helpers;
mod imports;
mod layout;
mod like_tsc;
mod namespaces;
mod options;
mod positions;
mod rewrite;
pub(crate) mod trivia;
mod usage;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::{ParseOptions, Parser, ParserReturn};
use oxc_semantic::{Scoping, SemanticBuilder};
use oxc_span::SourceType;

pub use options::{Jsx, Options, note_node};
pub use positions::{Positions, Segment};

use crate::arena::with_arena;
use crate::error::{Error, ErrorCode, Span};
use crate::scan::{ModuleKind, language_of, source_type, stack, without_mark};
use crate::transform::{
    Transformed,
    edits::{Edits, Shift},
    label_of, located, transform_parsed,
};
use blank::Blank;
use imports::Imports;
use usage::Usage;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JavaScript {
    pub code: String,
    /// Where it comes from; none when every position is the source's.
    pub positions: Option<Positions>,
}

impl JavaScript {
    /// The code with insertions, which have moved what stands behind them.
    fn moved(self, code: String, shifts: &[Shift]) -> Self {
        let lines = code.lines().count();
        let positions = match self.positions {
            Some(it) => it,
            None => Positions::of_lines(lines),
        };
        Self {
            positions: Some(positions.shifted(shifts)),
            code,
        }
    }

    /// An error in the JavaScript, placed in the source it comes from.
    #[must_use]
    pub fn relocated(&self, error: Error, source: &str) -> Error {
        if error.line == 0 {
            return error;
        }
        let (line, column) = (error.line - 1, error.column - 1);
        let place = match &self.positions {
            Some(positions) => positions.source_of(line, column),
            None => Some((line, column)),
        };
        let (line, column) = place.unwrap_or_default();
        let from = positions::offset_of(without_mark(source), line, column);
        error.at(without_mark(source), Span::new(from, from + 1))
    }
}

/// Has a file of this name types or JSX?
pub fn is_typescript(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    matches!(extension, Some("ts" | "mts" | "cts" | "tsx" | "jsx"))
}

/// Never panics.
///
/// # Errors
/// When the source is no TypeScript.
pub fn to_javascript(
    source: &str,
    path: &Path,
    kind: ModuleKind,
    options: &Options,
) -> Result<JavaScript, Error> {
    compile_safely(source, path, kind, options, false).map(|(done, _)| done)
}

/// [`to_javascript`] of an ES module, and what [`crate::transform::transform`] makes of that outside every cycle, where it
/// takes no parser of its own.
///
/// # Errors
/// As [`to_javascript`].
pub fn to_module(
    source: &str,
    path: &Path,
    options: &Options,
) -> Result<(JavaScript, Option<Transformed>), Error> {
    compile_safely(source, path, ModuleKind::Esm, options, true)
}

fn compile_safely(
    source: &str,
    path: &Path,
    kind: ModuleKind,
    options: &Options,
    wants_module: bool,
) -> Result<(JavaScript, Option<Transformed>), Error> {
    let text = without_mark(source);
    let done = stack::with_room_for(text, || {
        // A panic in here is a bug of ours or of oxc; it must not end the user's process.
        catch_unwind(AssertUnwindSafe(|| {
            compile(text, path, kind, options, wants_module)
        }))
    });
    match done {
        Some(Ok(result)) => result,
        Some(Err(_)) => Err(Error::new(
            ErrorCode::Internal,
            "The TypeScript compiler failed on this file",
        )
        .with_file(path)),
        None => Err(Error::new(ErrorCode::Syntax, "The code is nested too deeply").with_file(path)),
    }
}

fn compile(
    text: &str,
    path: &Path,
    kind: ModuleKind,
    options: &Options,
    wants_module: bool,
) -> Result<(JavaScript, Option<Transformed>), Error> {
    // JavaScript with JSX: what is imported is meant.
    let javascript = Options {
        verbatim_module_syntax: true,
        use_define_for_class_fields: true,
        ..options.clone()
    };
    let options = match path.extension() {
        Some(extension) if extension == "jsx" => &javascript,
        _ => options,
    };
    let mut module = None;
    let wanted = wants_module.then_some(&mut module);
    let done = with_arena(|arena| without_types(arena, text, path, kind, options, true, wanted))?;
    if kind == ModuleKind::CommonJs
        && let Some((code, shifts)) = commonjs::to_commonjs(&done.code, options)
    {
        return Ok((done.moved(code, &shifts), None));
    }
    Ok((done, module))
}

fn without_types(
    arena: &Allocator,
    text: &str,
    path: &Path,
    kind: ModuleKind,
    options: &Options,
    // Namespaces may be as they were written.
    is_source: bool,
    module: Option<&mut Option<Transformed>>,
) -> Result<JavaScript, Error> {
    // CommonJS may be written in the syntax of ES modules, and is strict then.
    let language = match kind {
        ModuleKind::Esm => source_type(path, kind),
        _ => language_of(path),
    };
    let mut parsed = Parser::new(arena, text, language)
        .with_options(ParseOptions {
            allow_return_outside_function: kind != ModuleKind::Esm,
            ..ParseOptions::default()
        })
        .parse();
    if let Some(diagnostic) = parsed.diagnostics.errors().next() {
        return Err(located(diagnostic, label_of(diagnostic), text, path));
    }
    let found = erasable::find(&parsed.program, options);
    if found.has_namespaces
        && is_source
        && let Some((changed, shifts)) = namespaces::with_properties(text, &parsed.program)
    {
        let done =
            with_arena(|arena| without_types(arena, &changed, path, kind, options, false, None))?;
        let before = Positions::of_lines(text.lines().count()).shifted(&shifts);
        return Ok(JavaScript {
            positions: done.positions.map(|positions| before.after(&positions)),
            ..done
        });
    }
    let done = match found.rewriting {
        true => rewrite::rewrite(arena, parsed.program, path, kind, options, found.lowering)?,
        false => {
            let program = &mut parsed.program;
            let (code, is_exact) = blanked(arena, text, program, options, &found.usage);
            if let Some(module) = module.filter(|_| is_exact && !found.lowering) {
                program.source_type = SourceType::mjs();
                program.source_text = arena.alloc_str(&code);
                *module = transform_parsed(program, &code, path);
            }
            JavaScript {
                code,
                positions: None,
            }
        }
    };
    if !found.lowering {
        return Ok(done);
    }
    let assigns = !options.use_define_for_class_fields;
    Ok(match decorators::lower(&done.code, assigns) {
        Some((code, shifts)) => done.moved(code, &shifts),
        None => done,
    })
}

/// The code, and whether `program` is its tree now.
fn blanked<'a>(
    arena: &'a Allocator,
    text: &str,
    program: &mut Program<'a>,
    options: &Options,
    usage: &Usage,
) -> (String, bool) {
    let scoping;
    let names = if usage.is_plain() {
        imports::Names::Plain(usage)
    } else {
        scoping = scoping_of(program);
        imports::Names::Scoped(&scoping)
    };
    let verbatim = options.verbatim_module_syntax;
    without_erasable(arena, text, program, &Imports { names, verbatim })
}

fn scoping_of(program: &Program) -> Scoping {
    (SemanticBuilder::new().build(program))
        .semantic
        .into_scoping()
}

fn without_erasable<'a>(
    arena: &'a Allocator,
    text: &str,
    program: &mut Program<'a>,
    imports: &Imports,
) -> (String, bool) {
    let mut edits = Edits::new(text);
    let mut blank = Blank::new(text, &mut edits, imports, arena);
    oxc_ast_visit::VisitMut::visit_program(&mut blank, program);
    let is_exact = blank.is_exact();
    (edits.apply("", ""), is_exact)
}

/// JavaScript that was made here, whichever of the two module systems it is for. `None` when it can't be
/// read: V8 has the words then.
fn parsed_script_or_module<'a>(
    allocator: &'a Allocator,
    code: &'a str,
) -> Option<ParserReturn<'a>> {
    let parsed = Parser::new(allocator, code, SourceType::unambiguous())
        .with_options(ParseOptions {
            allow_return_outside_function: true,
            ..ParseOptions::default()
        })
        .parse();
    let is_read = !parsed.panicked && !parsed.diagnostics.has_errors();
    is_read.then_some(parsed)
}

#[cfg(test)]
mod tests;
