//! The declarations of the top level.
//!
//! Input:
//! ```js
//! import { a } from "x";
//! export const b = 1;
//! export { b as c };
//! export default a + b;
//! ```
//! Output:
//! ```js
//! ;
//! ;      const b = 1;
//! ;
//! $d={default:   a + b};
//! ```
//! Each blank begins with a semicolon: the declaration ended the statement before it, which
//! automatic semicolon insertion might now join with the one after.
//!
//! In a cycle every lexical declaration of an exported name is followed by `$n(0,b)`: the binding is
//! initialized now (ECMA-262 9.1.1.1.4).

use oxc_ast::ast::{
    Class, Declaration, ExportDefaultDeclaration, ExportDefaultDeclarationKind, Program, Statement,
    VariableDeclaration,
};
use oxc_semantic::SymbolId;
use oxc_span::GetSpan;

use crate::error::Span;
use crate::lexical::after_trivia;

use super::{Place, bindings::Bindings, declared::Late, edits::Edits, names::Names};

pub(super) struct Statements<'b, 's> {
    pub(super) source: &'s str,
    pub(super) names: &'b Names,
    pub(super) edits: &'b mut Edits<'s>,
    bindings: &'b Bindings,
    cyclic: bool,
    temporaries: usize,
    /// What is declared around the body.
    pub(super) late: Vec<Late>,
}

impl<'b, 's> Statements<'b, 's> {
    pub(super) fn new(
        source: &'s str,
        names: &'b Names,
        edits: &'b mut Edits<'s>,
        bindings: &'b Bindings,
        place: Place,
    ) -> Self {
        Self {
            source,
            names,
            edits,
            bindings,
            cyclic: place == Place::Cyclic,
            temporaries: 0,
            late: Vec::new(),
        }
    }

    pub(super) fn temporary(&mut self) -> String {
        self.temporaries += 1;
        self.names.numbered("i", self.temporaries)
    }

    pub(super) fn program(&mut self, program: &Program) {
        for statement in &program.body {
            match statement {
                Statement::ImportDeclaration(_)
                | Statement::ExportAllDeclaration(_)
                | Statement::ExportFromDeclaration(_)
                | Statement::ExportNamedDeclaration(_) => {
                    let span = statement.span();
                    self.edits.blank(span.start, span.end, ";");
                }
                Statement::ExportDeclaration(it) => {
                    self.edits
                        .blank(it.span.start, it.span.start + KEYWORD, ";");
                    match &it.declaration {
                        Declaration::VariableDeclaration(it) => self.variables(it),
                        Declaration::ClassDeclaration(it) => self.class(it),
                        _ => {}
                    }
                }
                Statement::VariableDeclaration(it) => self.variables(it),
                Statement::ClassDeclaration(it) => self.class(it),
                Statement::ExportDefaultDeclaration(it) => self.default(it),
                _ => {}
            }
        }
    }

    pub(super) fn init(&self, cell: usize, value: &str) -> String {
        format!("{}({cell},{value})", self.names.of("n"))
    }

    fn variables(&mut self, it: &VariableDeclaration) {
        if !self.cyclic || it.kind.is_var() {
            return;
        }
        for declarator in &it.declarations {
            if self.late(declarator, it.kind.is_const()) {
                continue;
            }
            let mut waiting = Vec::new();
            self.pattern(&declarator.id, &mut waiting);
            for init in waiting {
                let name = self.temporary();
                self.edits
                    .insert(declarator.span.end, format!(",{name}={init}"));
            }
        }
    }

    fn class(&mut self, it: &Class) {
        let Some(id) = it.id.as_ref().filter(|_| self.cyclic) else {
            return;
        };
        if let Some(cell) = self.cell(id.symbol_id.get()) {
            let init = self.init(cell, &id.name);
            self.edits.insert(it.span.end, format!(";{init};"));
        }
    }

    pub(super) fn cell(&self, symbol: Option<SymbolId>) -> Option<usize> {
        self.bindings.cells.get(&symbol?).copied()
    }

    fn default(&mut self, it: &ExportDefaultDeclaration) {
        let keyword = after_trivia(self.source, it.span.start + KEYWORD);
        let value = it.declaration.span();
        match &it.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function)
                if function.id.is_some() =>
            {
                self.blank_keywords(it.span.start, keyword);
            }
            ExportDefaultDeclarationKind::ClassDeclaration(class) if class.id.is_some() => {
                self.blank_keywords(it.span.start, keyword);
                self.class(class);
            }
            // Hoisted, and in a cycle others may call it before this module runs. Its `name` is
            // set when it is handed out.
            ExportDefaultDeclarationKind::FunctionDeclaration(function) if self.cyclic => {
                self.blank_keywords(it.span.start, keyword);
                self.edits.insert(
                    function.params.span.start,
                    format!(" {}", self.names.of("d")),
                );
            }
            // The property gives an anonymous function or class its name, "default"
            // (13.2.5.5, PropertyDefinitionEvaluation), as the declaration would have (16.2.3.7).
            _ => {
                let open = format!("{}={{default:", self.names.of("d"));
                if keyword == it.span.start + KEYWORD + 1 {
                    self.edits.blank(it.span.start, keyword + DEFAULT, &open);
                } else {
                    // Comments or line ends between the keywords stay where they are.
                    let (assign, property) = open.split_once('{').unwrap_or((&open, ""));
                    self.edits
                        .blank(it.span.start, it.span.start + KEYWORD, assign);
                    self.edits
                        .blank(keyword, keyword + DEFAULT, &format!("{{{property}"));
                }
                let text = &self.source[value.start as usize..it.span.end as usize];
                let end = it.span.end - u32::from(text.ends_with(';') && value.end < it.span.end);
                let mut close = "};".to_owned();
                if let Some(cell) = self.bindings.default_cell.filter(|_| self.cyclic) {
                    close.push_str(&self.init(cell, &self.names.of("d.default")));
                    close.push(';');
                }
                self.edits.insert(end, close);
            }
        }
    }

    fn blank_keywords(&mut self, export: u32, default: u32) {
        self.edits.blank(export, export + KEYWORD, ";");
        self.edits.blank(default, default + DEFAULT, "");
    }
}

/// `export {} from;`, which the parser takes.
pub(super) fn unfinished(program: &Program, source: &str) -> Option<Span> {
    program.body.iter().find_map(|statement| match statement {
        Statement::ExportNamedDeclaration(it) => {
            let text = &source[..it.span.end as usize];
            let next = |from: u32, c: char| {
                let at = after_trivia(text, from);
                at + u32::from(text[at as usize..].starts_with(c))
            };
            let last = match it.specifiers.last() {
                Some(last) => next(last.span.end, ','),
                None => next(it.span.start + KEYWORD, '{'),
            };
            let rest = &text[after_trivia(text, next(last, '}')) as usize..];
            let from = it.span.end - 4;
            (!rest.is_empty() && rest != ";").then(|| Span::new(from, it.span.end))
        }
        _ => None,
    })
}

/// `export`
const KEYWORD: u32 = 6;
/// `default`
const DEFAULT: u32 = 7;
