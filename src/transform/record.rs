//! The record of a module: what it requests, imports and exports (ECMA-262 16.2.1.7, ParseModule),
//! and the cells that its own exported bindings are.

use oxc_ast::ast::{
    Declaration, ExportDefaultDeclarationKind, ImportAttributeKey, ImportDeclarationSpecifier,
    ImportPhase, ModuleExportName, Program, Statement, StringLiteral, WithClause,
    WithClauseKeyword,
};
use oxc_semantic::{Scoping, SymbolId};
use oxc_span::GetSpan;
use rustc_hash::FxHashMap;

use super::bindings::Bindings;
use crate::error::Span;
use crate::scan::bound_names;

/// A ModuleRequest Record: one for each specifier with its attributes, in source order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requested {
    pub specifier: String,
    pub attributes: Vec<(String, String)>,
    pub span: Span,
    /// `import defer * as ns` asks for it, too.
    pub is_deferred: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportName {
    Name(String),
    /// `* as x`
    Namespace,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportEntry {
    pub request: usize,
    pub name: ImportName,
    pub local: String,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalExport {
    pub exported: String,
    pub cell: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndirectExport {
    pub exported: String,
    pub request: usize,
    pub name: ImportName,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    Function,
    Var,
    /// `let`, `const`, `class`, `using`.
    Lexical,
    /// `export default` of an expression, or of a class without a name.
    Default,
    /// `export default function () {}`
    DefaultFunction,
    /// `import * as ns from "x"; export { ns }`: the number of the import.
    Namespace(usize),
}

/// An exported binding of the module's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub local: String,
    pub kind: CellKind,
    /// Written after it was initialized: the body pushes each time.
    pub pushed: bool,
    /// … over and over: where many import it, some of them read it where it is instead.
    pub counted: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    pub requests: Vec<Requested>,
    pub imports: Vec<ImportEntry>,
    pub locals: Vec<LocalExport>,
    pub indirect: Vec<IndirectExport>,
    /// Requests of `export * from`.
    pub stars: Vec<usize>,
    /// In the order of their declarations, which is the order they are initialized in.
    pub cells: Vec<Cell>,
    pub has_top_level_await: bool,
    pub uses_import_meta: bool,
    /// `import defer`, `import source`: nothing we could stand in for.
    pub uses_phases: bool,
    /// … in declarations, which are no part of the body: V8 does not see them there.
    pub declares_phases: bool,
    /// `assert` in place of `with`: syntax to Node 20 only.
    pub uses_assert: bool,
    /// What stands in the code for imports that are assigned to, and their names: V8 names functions after it.
    pub stand_ins: Vec<(String, String)>,
}

pub(super) fn collect(program: &Program, scoping: &Scoping) -> (Record, Bindings) {
    let mut it = Collector {
        scoping,
        record: Record::default(),
        bindings: Bindings::default(),
        requests: FxHashMap::default(),
        cells: Vec::new(),
    };
    // Imports first: `export { x }` may come before `import { x }`.
    for statement in &program.body {
        it.requests(statement);
    }
    for statement in &program.body {
        it.exports(statement);
    }
    it.finish()
}

struct Collector<'s> {
    scoping: &'s Scoping,
    record: Record,
    /// Its cells stand as they do in `cells` until these are sorted.
    bindings: Bindings,
    /// By specifier, the newest one: few are asked for with other attributes, too.
    requests: FxHashMap<String, usize>,
    /// Declaration offset, the symbol if there is one, the cell; sorted at the end.
    cells: Vec<(u32, Option<SymbolId>, Cell)>,
}

impl Collector<'_> {
    fn request(&mut self, source: &StringLiteral, with: Option<&WithClause>) -> usize {
        self.record.uses_assert |=
            with.is_some_and(|clause| clause.keyword == WithClauseKeyword::Assert);
        let entries = with
            .map(|clause| clause.with_entries.iter())
            .into_iter()
            .flatten();
        let mut attributes: Vec<(String, String)> = entries
            .map(|entry| {
                let key = match &entry.key {
                    ImportAttributeKey::Identifier(key) => key.name.to_string(),
                    ImportAttributeKey::StringLiteral(key) => key.value.to_string(),
                };
                (key, entry.value.value.to_string())
            })
            .collect();
        // ModuleRequestsEqual (16.2.1.3): the order of attributes does not matter.
        attributes.sort();
        let specifier = source.value.as_str();
        let requests = &mut self.record.requests;
        let is_it =
            |known: &Requested| known.specifier == specifier && known.attributes == attributes;
        if let Some(newest) = self.requests.get(specifier).copied() {
            let known = Some(newest).filter(|newest| is_it(&requests[*newest]));
            if let Some(known) = known.or_else(|| requests.iter().position(is_it)) {
                return known;
            }
        }
        let request = requests.len();
        requests.push(Requested {
            specifier: specifier.to_owned(),
            attributes,
            span: span(source.span),
            is_deferred: false,
        });
        self.requests.insert(specifier.to_owned(), request);
        request
    }

    fn requests(&mut self, statement: &Statement) {
        match statement {
            Statement::ImportDeclaration(it) => {
                self.record.uses_phases |= it.phase.is_some();
                self.record.declares_phases |= it.phase.is_some();
                let request = self.request(&it.source, it.with_clause.as_deref());
                self.record.requests[request].is_deferred |= it.phase == Some(ImportPhase::Defer);
                for specifier in it.specifiers.iter().flatten() {
                    let (name, local, at) = match specifier {
                        ImportDeclarationSpecifier::ImportSpecifier(it) => (
                            ImportName::Name(it.imported.name().to_string()),
                            &it.local,
                            it.imported.span(),
                        ),
                        ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => {
                            (ImportName::Name("default".to_owned()), &it.local, it.span)
                        }
                        ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => {
                            (ImportName::Namespace, &it.local, it.span)
                        }
                    };
                    if let Some(symbol) = local.symbol_id.get() {
                        self.bindings
                            .imports
                            .insert(symbol, self.record.imports.len());
                    }
                    let local = local.name.to_string();
                    self.record.imports.push(ImportEntry {
                        request,
                        name,
                        local,
                        span: span(at),
                    });
                }
            }
            Statement::ExportAllDeclaration(it) => {
                self.request(&it.source, it.with_clause.as_deref());
            }
            Statement::ExportFromDeclaration(it) => {
                self.request(&it.source, it.with_clause.as_deref());
            }
            _ => {}
        }
    }

    fn exports(&mut self, statement: &Statement) {
        match statement {
            Statement::ExportAllDeclaration(it) => {
                let request = self.request(&it.source, it.with_clause.as_deref());
                match &it.exported {
                    Some(name) => self.record.indirect.push(IndirectExport {
                        exported: name.name().to_string(),
                        request,
                        name: ImportName::Namespace,
                        span: span(name.span()),
                    }),
                    None => self.record.stars.push(request),
                }
            }
            Statement::ExportFromDeclaration(it) => {
                let request = self.request(&it.source, it.with_clause.as_deref());
                for specifier in &it.specifiers {
                    self.record.indirect.push(IndirectExport {
                        exported: specifier.exported.name().to_string(),
                        request,
                        name: ImportName::Name(specifier.local.name().to_string()),
                        span: span(specifier.local.span()),
                    });
                }
            }
            Statement::ExportNamedDeclaration(it) => {
                for specifier in &it.specifiers {
                    let exported = specifier.exported.name().to_string();
                    if let ModuleExportName::IdentifierReference(local) = &specifier.local {
                        let reference = local.reference_id.get();
                        let symbol =
                            reference.and_then(|id| self.scoping.get_reference(id).symbol_id());
                        if let Some(symbol) = symbol {
                            self.export_symbol(exported, symbol, span(local.span));
                        }
                    }
                }
            }
            Statement::ExportDeclaration(it) => self.export_declaration(&it.declaration),
            Statement::ExportDefaultDeclaration(it) => {
                let id = match &it.declaration {
                    ExportDefaultDeclarationKind::FunctionDeclaration(it) => it.id.as_ref(),
                    ExportDefaultDeclarationKind::ClassDeclaration(it) => it.id.as_ref(),
                    _ => None,
                };
                if let Some(symbol) = id.and_then(|id| id.symbol_id.get()) {
                    return self.export_symbol("default".to_owned(), symbol, span(it.span));
                }
                let kind = match &it.declaration {
                    ExportDefaultDeclarationKind::FunctionDeclaration(_) => {
                        CellKind::DefaultFunction
                    }
                    _ => CellKind::Default,
                };
                self.record.locals.push(LocalExport {
                    exported: "default".to_owned(),
                    cell: self.cells.len(),
                });
                let cell = Cell {
                    local: "default".to_owned(),
                    kind,
                    pushed: false,
                    counted: false,
                };
                self.cells.push((it.span.start, None, cell));
            }
            _ => {}
        }
    }

    fn export_declaration(&mut self, declaration: &Declaration) {
        bound_names(declaration, &mut |id| {
            if let Some(symbol) = id.symbol_id.get() {
                self.export_symbol(id.name.to_string(), symbol, span(id.span));
            }
        });
    }

    fn export_symbol(&mut self, exported: String, symbol: SymbolId, span: Span) {
        let import = self.bindings.imports.get(&symbol).copied();
        if let Some(number) = import {
            let entry = &self.record.imports[number];
            // ParseModule: an import that is exported is an indirect export, a namespace is not.
            if let ImportName::Name(_) = entry.name {
                let (request, name) = (entry.request, entry.name.clone());
                self.record.indirect.push(IndirectExport {
                    exported,
                    request,
                    name,
                    span,
                });
                return;
            }
        }
        let known = self.bindings.cells.get(&symbol).copied();
        let cell = known.unwrap_or_else(|| {
            self.bindings.cells.insert(symbol, self.cells.len());
            let flags = self.scoping.symbol_flags(symbol);
            let kind = match import {
                Some(number) => CellKind::Namespace(number),
                None if flags.is_function() => CellKind::Function,
                None if flags.is_function_scoped_declaration() => CellKind::Var,
                None => CellKind::Lexical,
            };
            let local = self.scoping.symbol_name(symbol).to_owned();
            let at = self.scoping.symbol_span(symbol).start;
            self.cells.push((
                at,
                Some(symbol),
                Cell {
                    local,
                    kind,
                    pushed: false,
                    counted: false,
                },
            ));
            self.cells.len() - 1
        });
        self.record.locals.push(LocalExport { exported, cell });
    }

    fn finish(self) -> (Record, Bindings) {
        let Self {
            mut record,
            mut bindings,
            cells,
            ..
        } = self;
        let mut order: Vec<usize> = (0..cells.len()).collect();
        order.sort_by_key(|cell| cells[*cell].0);
        let mut place = vec![0; cells.len()];
        for (to, from) in order.iter().enumerate() {
            place[*from] = to;
        }
        for export in &mut record.locals {
            export.cell = place[export.cell];
        }
        for from in order {
            let (_, symbol, cell) = &cells[from];
            match symbol {
                Some(symbol) => {
                    bindings.cells.insert(*symbol, record.cells.len());
                }
                None => bindings.default_cell = Some(record.cells.len()),
            }
            record.cells.push(cell.clone());
        }
        (record, bindings)
    }
}

fn span(span: oxc_span::Span) -> Span {
    Span::new(span.start, span.end)
}
