//! Which imports and exports exist when the program runs.
//!
//! Input:
//! ```ts
//! import a, { type B, c, D } from "x"; import { E } from "y"; interface F {}
//! c(a as D as E); export { F, c };
//! ```
//! Output:
//! ```js
//! import a, {         c    } from "x"; ;                      ;
//! c(a          ); export {    c };
//! ```
//!
//! As tsc: without `verbatimModuleSyntax` an import goes when nothing but types refers to it, and
//! with the last name of a declaration goes the declaration; with it only what says `type` goes.

use oxc_ast::ast::{
    BindingIdentifier, ExportFromDeclaration, ExportNamedDeclaration, ExportSpecifier,
    IdentifierReference, ImportDeclaration, ImportDeclarationSpecifier, ModuleExportName,
};
use oxc_semantic::Scoping;
use oxc_span::{GetSpan, Span};
use oxc_syntax::symbol::SymbolFlags;

use super::{blank::Blank, trivia, usage::Usage};

pub(super) struct Imports<'b> {
    pub(super) names: Names<'b>,
    /// `verbatimModuleSyntax`
    pub(super) verbatim: bool,
}

/// What names mean.
pub(super) enum Names<'b> {
    /// Where no two things share one.
    Plain(&'b Usage<'b>),
    Scoped(&'b Scoping),
}

impl Imports<'_> {
    /// Does anything but a type refer to an import?
    fn is_used(&self, local: &BindingIdentifier) -> bool {
        let scoping = match self.names {
            Names::Plain(usage) => return usage.is_used(&local.name),
            Names::Scoped(scoping) => scoping,
        };
        let Some(symbol) = local.symbol_id.get() else {
            return true;
        };
        // `import { A } from "x"; const A = 1`: the value is the constant.
        if (scoping.symbol_flags(symbol) - SymbolFlags::Import).is_value() {
            return false;
        }
        let mut references = scoping.get_resolved_references(symbol);
        references.any(|reference| !reference.is_type())
    }

    /// Is what `id` names a type and nothing else?
    pub(super) fn is_type(&self, id: &IdentifierReference) -> bool {
        let scoping = match self.names {
            Names::Plain(usage) => return usage.is_type(&id.name),
            Names::Scoped(scoping) => scoping,
        };
        let Some(reference) = id.reference_id.get() else {
            return false;
        };
        let reference = scoping.get_reference(reference);
        reference.symbol_id().is_some_and(|symbol| {
            let flags = scoping.symbol_flags(symbol);
            let redeclared = scoping.symbol_redeclarations(symbol);
            let is_ambient =
                flags.is_ambient() && redeclared.iter().all(|it| it.flags.is_ambient());
            let is_import = flags.intersects(SymbolFlags::Import);
            // A namespace without values is one of the types.
            is_ambient
                || flags.intersects(SymbolFlags::TypeImport)
                || !(is_import || flags.is_value())
        })
    }

    fn keeps_export(&self, it: &ExportSpecifier) -> bool {
        !it.export_kind.is_type()
            && !matches!(&it.local, ModuleExportName::IdentifierReference(id) if self.is_type(id))
    }
}

/// Each: false where nothing is left of the statement.
impl Blank<'_, '_, '_> {
    pub(super) fn leaves_import(&mut self, it: &mut ImportDeclaration) -> bool {
        // `import "x"`
        let Some(specifiers) = &mut it.specifiers else {
            return true;
        };
        let keeps = |specifier: &ImportDeclarationSpecifier| {
            let (is_type, local) = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(it) => {
                    (it.import_kind.is_type(), &it.local)
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => (false, &it.local),
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => (false, &it.local),
            };
            !is_type && (self.imports.verbatim || self.imports.is_used(local))
        };
        let kept: Vec<bool> = specifiers.iter().map(keeps).collect();
        if !self.imports.verbatim && !kept.contains(&true) {
            return false;
        }
        // In `import a, { b }` and `import a, * as b` the comma lies between the two forms.
        let has_default = matches!(
            specifiers.first(),
            Some(ImportDeclarationSpecifier::ImportDefaultSpecifier(_))
        );
        let names = usize::from(has_default);
        if has_default {
            let rest_kept = kept[1..].contains(&true);
            let default = specifiers[0].span();
            if !kept[0] {
                // `import a, { b }` → `import    { b }`
                let end = self.after_comma(default.end);
                self.edits.blank(default.start, end, "");
            } else if specifiers.len() > 1 && !rest_kept {
                // `import a, { type b }` → `import a            `
                let end = self.before_from(specifiers[specifiers.len() - 1].span().end);
                self.edits.blank(default.end, end, "");
                specifiers.truncate(1);
                return true;
            }
        }
        for (number, specifier) in specifiers.iter().enumerate().skip(names) {
            if !kept[number] {
                self.name(specifier.span());
            }
        }
        let mut kept = kept.into_iter();
        specifiers.retain(|_| kept.next() != Some(false));
        true
    }

    pub(super) fn leaves_export_from(&mut self, it: &mut ExportFromDeclaration) -> bool {
        // What another module exports, a local of the same name says nothing about.
        let kept = |it: &ExportSpecifier| !it.export_kind.is_type();
        let all_go = !it.specifiers.is_empty() && !it.specifiers.iter().any(kept);
        if all_go && !self.imports.verbatim {
            return false;
        }
        for specifier in it.specifiers.iter().filter(|it| !kept(it)) {
            self.name(specifier.span);
        }
        it.specifiers.retain(kept);
        true
    }

    pub(super) fn leaves_export_names(&mut self, it: &mut ExportNamedDeclaration) -> bool {
        let mut gone: Vec<Span> = Vec::new();
        for specifier in &it.specifiers {
            if !self.imports.keeps_export(specifier) {
                gone.push(specifier.span);
            }
        }
        if !gone.is_empty() && gone.len() == it.specifiers.len() {
            return false;
        }
        it.specifiers.retain(|it| !gone.contains(&it.span));
        for span in gone {
            self.name(span);
        }
        true
    }

    /// A name of a list, and the comma after it.
    fn name(&mut self, span: Span) {
        let end = self.after_comma(span.end);
        self.edits.blank(span.start, end, "");
    }

    fn after_comma(&self, from: u32) -> u32 {
        let at = trivia::skip(self.source, from);
        match self.source.as_bytes().get(at as usize) {
            Some(b',') => at + 1,
            _ => from,
        }
    }

    /// The offset after the closing brace of a list whose last name ends at `from`.
    fn before_from(&self, from: u32) -> u32 {
        let at = trivia::skip(self.source, self.after_comma(from));
        match self.source.as_bytes().get(at as usize) {
            Some(b'}') => at + 1,
            _ => from,
        }
    }
}
