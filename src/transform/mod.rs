//! JavaScript of an ES module → [`Transformed`]: its record, and a body for `vm.compileFunction`.
//!
//! - `record`: ImportEntries, ExportEntries and cells (ECMA-262 16.2.1.7, ParseModule)
//! - `names`: identifiers of ours that the source does not contain
//! - `statements`: import and export declarations become blanks
//! - `body`: assignments to exported bindings push, assignments to imports throw, `import.meta`, `import()`
//! - `visit`: where in the tree that happens
//! - `eval`: direct evals, whose code is treated likewise when they are given it
//! - `patterns`: in a cycle, destructuring that hands out each name when it is initialized
//! - `declared`: those of them that no text can do that for
//! - `preamble`: the line before line 1, and the lines after the last
//! - `edits`: text replacements by offset
//! - `retext`: the next version of a source, without parsing it
//! - `compare`: where it is another one
//! - `places`: where it may be another one
//! - `harmless`: what may be put into a source for that
//! - `tokens`: what it consists of
//!
//! Pure: no file is read. Every token of the user's stays on its line, and on its column except
//! after an inserted push in the same line (listed in no case that is not an assignment to an
//! exported binding inside a function, or a module in an import cycle).
//!
//! Two shapes. A module outside every import cycle can be seen by nobody before it is evaluated
//! as a whole (ECMA-262 16.2.1.6.1.3.1, InnerModuleEvaluation: importers come later), so its body
//! is a plain function, imports are its parameters, and exports are handed out when it ends.
//! A member of a cycle is a generator whose first step hands out hoisted functions (16.2.1.7.3.1,
//! InitializeEnvironment), which hands out every other binding at the moment it is initialized,
//! and whose imports are `let`s of generators of their own: V8's real temporal dead zone.

mod bindings;
mod body;
mod compare;
mod declared;
pub(crate) mod edits;
mod eval;
mod harmless;
mod live;
mod loops;
pub(crate) mod names;
mod passed;
mod patterns;
mod places;
mod preamble;
mod record;
mod retext;
mod spoken;
mod statements;
mod targets;
mod tokens;
mod visit;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::Arc,
};

use oxc_allocator::Allocator;
use oxc_ast::ast::{Program, Statement};
use oxc_diagnostics::{LabeledSpan, OxcDiagnostic};
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::{Scoping, SemanticBuilder};
use oxc_span::SourceType;
use rustc_hash::FxHashSet;

pub use edits::{Edit, Recipe, Shift};
pub(crate) use eval::quoted;
pub use eval::{EvalSite, transform_eval};
pub use live::{LiveImport, live_in};
pub use record::{
    Cell, CellKind, ImportEntry, ImportName, IndirectExport, LocalExport, Record, Requested,
};

pub use retext::Known;

use crate::arena::with_arena;
use crate::error::{Error, ErrorCode, Span};
use crate::scan::{early, stack, without_mark};
use body::Body;
use edits::Edits;
use names::Names;
use retext::Places;

/// Where a module stands in its graph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Acyclic,
    /// Member of an import cycle, itself included.
    Cyclic,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transformed {
    /// Shared with what is made of the next text of the module, which is like it in all but its positions.
    pub record: Arc<Record>,
    /// Parameters of the function to compile.
    pub parameters: Vec<String>,
    /// Its body, to be compiled with `lineOffset: -1`.
    pub code: String,
    /// Where its columns are not those of the source.
    pub shifts: Vec<Shift>,
    /// How `code` is made of the source.
    pub recipe: Arc<Recipe>,
}

/// The record, to change it: a copy, if others have it.
#[inline(never)] // it is large, for what it is
pub(crate) fn own(record: &mut Arc<Record>) -> &mut Record {
    Arc::make_mut(record)
}

/// Never panics. The error is the first of what makes the source no module: V8 has its own words
/// for the same thing, the caller may prefer them.
pub fn transform(source: &str, path: &Path, place: Place) -> Result<Transformed, Error> {
    transform_live(source, path, place, &[])
}

/// [`transform`], with imports that are read where they come from.
///
/// # Errors
/// As [`transform`].
pub fn transform_live(
    source: &str,
    path: &Path,
    place: Place,
    live: &[LiveImport],
) -> Result<Transformed, Error> {
    let text = without_mark(source);
    transform_safely(text, path, place, live, false).map(|(module, _)| module)
}

/// [`transform`] outside every cycle, with what it takes to do the next source in less time.
///
/// # Errors
/// As [`transform`].
pub fn transform_known(source: &str, path: &Path) -> Result<Known, Error> {
    let text = without_mark(source);
    let (module, places) = transform_safely(text, path, Place::Acyclic, &[], true)?;
    Ok(Known {
        source: text.to_owned(),
        module,
        places,
    })
}

fn transform_safely(
    text: &str,
    path: &Path,
    place: Place,
    live: &[LiveImport],
    keeps_places: bool,
) -> Result<(Transformed, Places), Error> {
    let done = stack::with_room_for(text, || {
        // A panic in here is a bug of ours or of oxc; it must not end the user's process.
        catch_unwind(AssertUnwindSafe(|| {
            with_arena(|arena| transform_text(arena, text, path, place, live, keeps_places))
        }))
    });
    match done {
        Some(Ok(result)) => result,
        Some(Err(_)) => Err(
            Error::new(ErrorCode::Internal, "The transform failed on this file").with_file(path),
        ),
        None => Err(Error::new(ErrorCode::Syntax, "The code is nested too deeply").with_file(path)),
    }
}

fn transform_text(
    arena: &Allocator,
    text: &str,
    path: &Path,
    place: Place,
    live: &[LiveImport],
    keeps_places: bool,
) -> Result<(Transformed, Places), Error> {
    // JavaScript under whatever name: `typescript` has compiled the rest.
    let parsed = Parser::new(arena, text, SourceType::mjs())
        .with_options(ParseOptions {
            preserve_parens: false,
            ..ParseOptions::default()
        })
        .parse();
    if let Some(diagnostic) = parsed.diagnostics.errors().next() {
        return Err(located(diagnostic, label_of(diagnostic), text, path));
    }
    transform_program(&parsed.program, text, path, place, live, keeps_places)
}

/// What is at fault, of all that the parser names: what is said to be there twice was right the first time.
pub(crate) fn label_of(diagnostic: &OxcDiagnostic) -> Option<&LabeledSpan> {
    let message = &diagnostic.message;
    let is_twice = message.starts_with("Duplicated export")
        || message.ends_with("multiple default exports.")
        || message.ends_with("has already been declared");
    let labels = &diagnostic.labels;
    let first = labels
        .iter()
        .map(LabeledSpan::offset)
        .min()
        .filter(|_| is_twice);
    let later = first.and_then(|first| {
        (labels.iter().filter(|it| it.offset() > first)).min_by_key(|it| it.offset())
    });
    later.or(labels.first())
}

/// What is wrong with `text`, at the place that `label` names.
pub(crate) fn located(
    diagnostic: &OxcDiagnostic,
    label: Option<&LabeledSpan>,
    text: &str,
    path: &Path,
) -> Error {
    let error = Error::new(ErrorCode::Syntax, diagnostic.message.to_string()).with_file(path);
    match label {
        Some(label) => {
            let (from, len) = (label.offset(), label.len());
            error.at(text, Span::new(from, from + len))
        }
        None => error,
    }
}

/// The module, outside every cycle, that `text` was parsed to as TypeScript, without types and parentheses in the tree.
/// Its caller catches panics, and has room on the stack. `None`: what is wrong with it is for those to say who parse it.
pub(crate) fn transform_parsed(program: &Program, text: &str, path: &Path) -> Option<Transformed> {
    // ECMA-262 16.2.1.1, which the parser leaves to others where types may have the same names. A module's cells are counted with one default.
    let is_default = |it: &&Statement| matches!(it, Statement::ExportDefaultDeclaration(_));
    if program.body.iter().filter(is_default).count() > 1 {
        return None;
    }
    let done = transform_program(program, text, path, Place::Acyclic, &[], false);
    let (module, _) = done.ok()?;
    let mut names = FxHashSet::default();
    let Record {
        locals, indirect, ..
    } = &*module.record;
    let mut exported =
        (locals.iter().map(|it| &it.exported)).chain(indirect.iter().map(|it| &it.exported));
    let is_unique = exported.all(|name| names.insert(name));
    is_unique.then_some(module)
}

fn transform_program(
    program: &Program,
    text: &str,
    path: &Path,
    place: Place,
    live: &[LiveImport],
    keeps_places: bool,
) -> Result<(Transformed, Places), Error> {
    let built = SemanticBuilder::new()
        .with_check_syntax_error(true)
        .build(program);
    let scoping = built.semantic.scoping();
    let mut errors = built.diagnostics.errors();
    if let Some(diagnostic) = errors.find(|it| !is_of_reading(it, scoping)) {
        // What was there first is no error: the last label is what came to it.
        return Err(located(diagnostic, diagnostic.labels.last(), text, path));
    }
    if let Some((span, message)) = early::module_errors(program).into_iter().next() {
        return Err(Error::new(ErrorCode::Syntax, message)
            .with_file(path)
            .at(text, span));
    }
    if let Some(span) = statements::unfinished(program, text) {
        let error = Error::new(ErrorCode::Syntax, "Unexpected token").with_file(path);
        return Err(error.at(text, span));
    }
    let names = Names::new(text);
    let mut edits = Edits::new(text);
    let (mut record, mut bindings) = record::collect(program, scoping);
    for it in live {
        // Of another text, maybe: a place asks for what it has found in a line (code_frame.rs).
        if let Some(import) = record.imports.get(it.import) {
            let read = live::in_place(&names, it, &import.local);
            bindings.live.insert(it.import, read);
        }
    }
    let mut body = Body::new(&names, &mut edits, scoping, &bindings, place);
    body.program(program);
    let mut used = body.finish();
    let is_spoken_of = |it: &LiveImport| it.name.is_none() && used.spoken_of.contains(&it.import);
    if live.iter().any(is_spoken_of) {
        let rest: Vec<_> = live
            .iter()
            .filter(|it| !is_spoken_of(it))
            .cloned()
            .collect();
        return transform_program(program, text, path, place, &rest, keeps_places);
    }
    if let Some(span) = used.html_comment {
        let message = "HTML comments are not allowed in modules";
        let error = Error::new(ErrorCode::Syntax, message).with_file(path);
        return Err(error.at(text, Span::new(span.start, span.end)));
    }
    record.has_top_level_await = used.awaits;
    record.uses_import_meta = used.import_meta;
    record.uses_phases |= used.phases;
    record.stand_ins = used
        .constants
        .iter()
        .map(|(name, constant)| (constant.clone(), name.clone()))
        .collect();
    for (number, cell) in record.cells.iter_mut().enumerate() {
        cell.pushed = used.pushed[number];
        cell.counted = used.counted[number];
    }
    if let Some(hashbang) = &program.hashbang {
        // Line 1 is not the start of the compiled text: what is legal there is a comment.
        edits.replace(hashbang.span.start, hashbang.span.start + 2, "//");
    }
    let mut statements = statements::Statements::new(text, &names, &mut edits, &bindings, place);
    statements.program(program);
    used.late = statements.late;
    let shell = preamble::shell(&record, &names, &used, &bindings, place);
    let shifts = edits.shifts();
    let recipe = Arc::new(edits.recipe(shell.head, shell.tail));
    let Some(code) = recipe.apply(text) else {
        let message = "The transform's edits do not fit the file";
        return Err(Error::new(ErrorCode::Internal, message).with_file(path));
    };
    let module = Transformed {
        record: Arc::new(record),
        parameters: shell.parameters,
        code,
        shifts,
        recipe,
    };
    let places = match keeps_places {
        true => Places::of(program, scoping, text, used, &module.recipe.edits),
        false => Places::default(),
    };
    Ok((module, places))
}

/// oxc 0.146 takes what reads `eval` or `arguments` in a pattern that is assigned to for a target, too: `[n = f(arguments)] = x`.
fn is_of_reading(diagnostic: &OxcDiagnostic, scoping: &Scoping) -> bool {
    let is_strict = |name: &str| matches!(name, "eval" | "arguments");
    diagnostic.message.starts_with("Cannot assign to '")
        && !scoping.symbol_names().any(is_strict)
        && !(scoping.root_unresolved_references().iter())
            .filter(|(name, _)| is_strict(name))
            .any(|(_, ids)| ids.iter().any(|id| scoping.get_reference(*id).is_write()))
}

#[cfg(test)]
mod record_tests;
#[cfg(test)]
mod refused_tests;
#[cfg(test)]
mod retext_tests;
#[cfg(test)]
mod rewritten_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod write_tests;
