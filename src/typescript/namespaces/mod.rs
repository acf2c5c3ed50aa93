//! What a namespace exports is a property of its object, for whoever writes or reads it: tsc names that
//! property wherever the variable is named. oxc's transformer keeps a variable beside it.
//!
//! Input:
//! ```ts
//! namespace N { export let a = 1; export function b() { a++ } }
//! namespace N { export const c = () => b() + a }
//! ```
//! Output, still TypeScript:
//! ```ts
//! namespace N { ;            N.a = 1; export function b() { N.a++ } }
//! namespace N { ;            N.c = () => N.b() + N.a }
//! ```
//!
//! An enum that another block began goes on with its members, and where the namespace's name means something
//! else it has another, as in tsc's output:
//! ```ts
//! namespace N { export enum E { A } export let b = 2 }
//! namespace N { export enum E { B = A } export class N { c = b } }
//! ```
//! ```ts
//! namespace N { export enum E { A } ;          N.b = 2 }
//! namespace N {const N_1 = arguments[0]; export namespace E{0}export enum E { B = (0) } export class N { c = N_1.b } }
//! ```

mod blocks;

use oxc_ast::ast::{
    AssignmentTargetPropertyIdentifier, BindingIdentifier, BindingPattern, BindingProperty,
    Declaration, Expression, IdentifierReference, ObjectProperty, Program, Statement,
    StaticMemberExpression, TSEnumBody, TSNamespaceDeclaration, TSNamespaceDeclarationBody,
    VariableDeclaration,
};
use oxc_ast_visit::{VisitJs, walk_js as walk};
use oxc_semantic::{Scoping, SemanticBuilder, SymbolId};
use oxc_span::{GetSpan, Span};
use oxc_syntax::scope::ScopeId;
use rustc_hash::FxHashMap;

use super::erasable::is_erased;
use crate::transform::edits::{Edits, Shift};
use blocks::{Block, Exports, key_of_enum};

/// The text, and which columns have moved. `None`: no namespace needs it.
pub(super) fn with_properties(text: &str, program: &Program) -> Option<(String, Vec<Shift>)> {
    let built = SemanticBuilder::new().with_enum_eval(true).build(program);
    let mut it = Namespaces {
        text,
        scoping: built.semantic.scoping(),
        edits: Edits::new(text),
        blocks: Vec::new(),
        open: Vec::new(),
        enums: 0,
        variables: FxHashMap::default(),
        exports: FxHashMap::default(),
        has_changed: false,
    };
    for statement in &program.body {
        it.collect(statement, "");
    }
    it.visit_program(program);
    it.make_names();
    let shifts = it.edits.shifts();
    it.has_changed.then(|| (it.edits.apply("", ""), shifts))
}

struct Namespaces<'s, 'b> {
    text: &'s str,
    scoping: &'b Scoping,
    edits: Edits<'s>,
    blocks: Vec<Block>,
    /// Blocks we are in, by their number.
    open: Vec<usize>,
    /// How many enums we are in.
    enums: usize,
    /// Exported variables → the block that declares them.
    variables: FxHashMap<SymbolId, usize>,
    /// Key of a namespace → what its blocks export.
    exports: FxHashMap<String, Exports>,
    has_changed: bool,
}

fn is_within(scoping: &Scoping, scope: ScopeId, outer: ScopeId) -> bool {
    scoping.scope_ancestors(scope).any(|it| it == outer)
}

impl Namespaces<'_, '_> {
    fn block_at(&self, span: Span) -> Option<usize> {
        self.blocks.iter().position(|it| it.span == span)
    }

    /// Where a block declares it, or no block does.
    fn scope_of(&self, id: &IdentifierReference, number: usize) -> Option<ScopeId> {
        let reference = self.scoping.get_reference(id.reference_id.get()?);
        let scope = self.scoping.symbol_scope_id(reference.symbol_id()?);
        is_within(self.scoping, scope, self.blocks[number].scope).then_some(scope)
    }

    /// `N.name`
    fn property(&mut self, number: usize, name: &str) -> String {
        let namespace = &mut self.blocks[number].name;
        namespace.is_used = true;
        format!("{}.{name}", namespace.text)
    }

    /// What stands for a name: a variable that is exported, or what another block exports.
    fn text_of(&mut self, id: &IdentifierReference) -> Option<String> {
        let reference = self.scoping.get_reference(id.reference_id.get()?);
        if reference.is_type() && !reference.is_value() {
            return None;
        }
        let name = id.name.as_str();
        let symbol = reference.symbol_id();
        if let Some(number) = symbol.and_then(|symbol| self.variables.get(&symbol)) {
            return Some(self.property(*number, name));
        }
        for number in self.open.iter().rev().copied() {
            let block = &self.blocks[number];
            if self.scope_of(id, number).is_some() {
                return None;
            }
            let exports = self.exports.get(&block.key);
            let value = exports.and_then(|exports| exports.get(name));
            if let Some(value) = value
                && !block.exports(name)
            {
                return Some(match value {
                    Some(value) => value.clone(),
                    None => self.property(number, name),
                });
            }
        }
        None
    }

    /// `E.A` in an enum, where another block has said what that is.
    fn constant_of(&self, it: &StaticMemberExpression) -> Option<String> {
        let Expression::Identifier(id) = &it.object else {
            return None;
        };
        if self.enums == 0 {
            return None;
        }
        let name = id.name.as_str();
        for number in self.open.iter().rev().copied() {
            let block = &self.blocks[number];
            let is_declared = match self.scope_of(id, number) {
                Some(scope) if scope != block.scope => return None,
                scope => scope.is_some(),
            };
            let exports = self.exports.get(&block.key);
            if exports.is_some_and(|exports| exports.contains_key(name))
                && is_declared == block.exports(name)
            {
                let members = self.exports.get(&key_of_enum(&block.key, name))?;
                return members.get(it.property.name.as_str())?.clone();
            }
            if is_declared {
                return None;
            }
        }
        None
    }

    fn put(&mut self, span: Span, text: String) {
        self.has_changed = true;
        self.edits.replace(span.start, span.end, text);
    }

    fn put_first(&mut self, at: u32, text: String) {
        self.has_changed = true;
        self.edits.insert_first(at, text);
    }

    fn text_of_binding(&mut self, id: &BindingIdentifier) -> String {
        let symbol = id.symbol_id.get();
        match symbol.and_then(|symbol| self.variables.get(&symbol)) {
            Some(number) => self.property(*number, &id.name),
            None => id.name.to_string(),
        }
    }

    /// `export let a = 1, b: B` → `N.a = 1, 0`
    fn variables(&mut self, start: u32, it: &VariableDeclaration) {
        self.has_changed = true;
        let Some(first) = it.declarations.first() else {
            return;
        };
        if it.declarations.iter().all(|it| it.init.is_none()) {
            return self.edits.blank(start, it.span.end, ";");
        }
        self.edits.blank(start, first.span.start, ";");
        for declarator in &it.declarations {
            let annotation = declarator.type_annotation.as_ref();
            let end = annotation.map_or(declarator.id.span().end, |it| it.span.end);
            let Some(init) = &declarator.init else {
                self.edits
                    .blank(declarator.span.start, declarator.span.end, "0");
                continue;
            };
            if let Some(annotation) = annotation {
                self.edits
                    .blank(declarator.id.span().end, annotation.span.end, "");
            }
            let is_object = matches!(declarator.id, BindingPattern::ObjectPattern(_));
            if is_object {
                self.edits.insert(declarator.span.start, "(");
            }
            debug_assert!(end <= init.span().start);
            self.visit_binding_pattern(&declarator.id);
            self.visit_expression(init);
            if is_object {
                self.edits.insert(declarator.span.end, ")");
            }
        }
    }
}

impl<'a> VisitJs<'a> for Namespaces<'_, '_> {
    fn visit_ts_namespace_declaration(&mut self, it: &TSNamespaceDeclaration<'a>) {
        let Some(number) = self.block_at(it.body.span()) else {
            return; // nothing but types
        };
        self.open.push(number);
        let block = match &it.body {
            TSNamespaceDeclarationBody::TSModuleBlock(block) => block,
            TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                self.visit_ts_namespace_declaration(inner);
                self.open.pop();
                return;
            }
        };
        for statement in &block.body {
            match statement {
                Statement::ExportDeclaration(export) if !is_erased(statement) => {
                    match &export.declaration {
                        Declaration::VariableDeclaration(it) => {
                            self.variables(export.span.start, it);
                        }
                        _ => self.visit_statement(statement),
                    }
                }
                _ => self.visit_statement(statement),
            }
        }
        self.open.pop();
    }

    fn visit_ts_enum_body(&mut self, it: &TSEnumBody<'a>) {
        let number = self.block_at(it.span);
        self.open.extend(number);
        self.enums += 1;
        walk::walk_ts_enum_body(self, it);
        self.enums -= 1;
        if number.is_some() {
            self.open.pop();
        }
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        match self.constant_of(it) {
            Some(value) => self.put(it.span, value),
            None => walk::walk_static_member_expression(self, it),
        }
    }

    fn visit_statement(&mut self, it: &Statement<'a>) {
        if !is_erased(it) {
            walk::walk_statement(self, it);
        }
    }

    fn visit_binding_property(&mut self, it: &BindingProperty<'a>) {
        if it.shorthand
            && let Some(id) = it.value.get_binding_identifiers().first()
        {
            let text = self.text_of_binding(id);
            if text != id.name.as_str() {
                self.put(id.span, format!("{}: {text}", id.name));
            }
            if let BindingPattern::AssignmentPattern(it) = &it.value {
                self.visit_expression(&it.right);
            }
            return;
        }
        walk::walk_binding_property(self, it);
    }

    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        let text = self.text_of_binding(it);
        if text != it.name.as_str() {
            self.put(it.span, text);
        }
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        if let Some(text) = self.text_of(it) {
            self.put(it.span, text);
        }
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        if it.shorthand
            && let Expression::Identifier(id) = &it.value
        {
            if let Some(text) = self.text_of(id) {
                self.put(id.span, format!("{}: {text}", id.name));
            }
            return;
        }
        walk::walk_object_property(self, it);
    }

    fn visit_assignment_target_property_identifier(
        &mut self,
        it: &AssignmentTargetPropertyIdentifier<'a>,
    ) {
        if let Some(text) = self.text_of(&it.binding) {
            self.put(it.binding.span, format!("{}: {text}", it.binding.name));
        }
        it.init.iter().for_each(|init| self.visit_expression(init));
    }
}
