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

use oxc_ast::ast::{
    AssignmentTargetPropertyIdentifier, BindingIdentifier, BindingPattern, BindingProperty,
    Declaration, IdentifierReference, ObjectProperty, Program, Statement, TSNamespaceDeclaration,
    TSNamespaceDeclarationBody, TSType, VariableDeclaration,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::{Scoping, SemanticBuilder, SymbolId};
use oxc_span::{GetSpan, Span};
use oxc_syntax::scope::ScopeId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::erasable::is_erased;
use crate::transform::edits::{Edits, Shift};

/// The text, and which columns have moved. `None`: no namespace needs it, or one whose name means
/// something else inside it.
pub(super) fn with_properties(text: &str, program: &Program) -> Option<(String, Vec<Shift>)> {
    let built = SemanticBuilder::new().build(program);
    let mut it = Namespaces {
        scoping: built.semantic.scoping(),
        edits: Edits::new(text),
        blocks: Vec::new(),
        open: Vec::new(),
        variables: FxHashMap::default(),
        exports: FxHashMap::default(),
        has_changed: false,
    };
    for statement in &program.body {
        it.collect(statement, "");
    }
    if it.blocks.iter().any(|block| it.is_shadowed(block)) {
        return None;
    }
    it.visit_program(program);
    let shifts = it.edits.shifts();
    it.has_changed.then(|| (it.edits.apply("", ""), shifts))
}

struct Block {
    /// Where its braces are.
    span: Span,
    scope: ScopeId,
    name: String,
    /// Of all blocks of one namespace.
    key: String,
    /// What it exports itself.
    own: FxHashSet<String>,
}

struct Namespaces<'s, 'b> {
    scoping: &'b Scoping,
    edits: Edits<'s>,
    blocks: Vec<Block>,
    /// Blocks we are in, by their number.
    open: Vec<usize>,
    /// Exported variables → what stands for them.
    variables: FxHashMap<SymbolId, String>,
    /// Key of a namespace → what its blocks export.
    exports: FxHashMap<String, FxHashSet<String>>,
    has_changed: bool,
}

fn namespace_of<'p, 'a>(statement: &'p Statement<'a>) -> Option<&'p TSNamespaceDeclaration<'a>> {
    if is_erased(statement) {
        return None;
    }
    match statement {
        Statement::ExportDeclaration(it) => match &it.declaration {
            Declaration::TSNamespaceDeclaration(it) => Some(it),
            _ => None,
        },
        Statement::TSNamespaceDeclaration(it) => Some(it),
        _ => None,
    }
}

impl Namespaces<'_, '_> {
    fn collect(&mut self, statement: &Statement, outer: &str) {
        let Some(namespace) = namespace_of(statement) else {
            return;
        };
        let is_shared = outer.is_empty() || matches!(statement, Statement::ExportDeclaration(_));
        let name = &namespace.id.name;
        let key = match is_shared {
            true => format!("{outer}.{name}"),
            false => format!("{outer}.{name}@{}", namespace.span.start),
        };
        self.namespace(namespace, key);
    }

    fn namespace(&mut self, namespace: &TSNamespaceDeclaration, key: String) {
        let block = match &namespace.body {
            TSNamespaceDeclarationBody::TSModuleBlock(block) => block,
            TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                // `namespace A.B {}`: B is exported.
                let names = self.exports.entry(key.clone()).or_default();
                names.insert(inner.id.name.to_string());
                return self.namespace(inner, format!("{key}.{}", inner.id.name));
            }
        };
        let Some(scope) = namespace.scope_id.get() else {
            return;
        };
        let name = namespace.id.name.to_string();
        let mut own = FxHashSet::default();
        for statement in &block.body {
            if let Statement::ExportDeclaration(it) = statement
                && !is_erased(statement)
            {
                if let Declaration::VariableDeclaration(variables) = &it.declaration {
                    for id in identifiers(variables) {
                        if let Some(symbol) = id.symbol_id.get() {
                            let text = format!("{name}.{}", id.name);
                            self.variables.insert(symbol, text);
                        }
                    }
                }
                own.extend(declared(&it.declaration));
            }
        }
        let names = self.exports.entry(key.clone()).or_default();
        names.extend(own.iter().cloned());
        self.blocks.push(Block {
            span: block.span,
            scope,
            name,
            key: key.clone(),
            own,
        });
        for statement in &block.body {
            self.collect(statement, &key);
        }
    }

    /// Does the namespace's name mean something else somewhere in it?
    fn is_shadowed(&self, block: &Block) -> bool {
        self.scoping.symbol_ids().any(|symbol| {
            self.scoping.symbol_name(symbol) == block.name
                && self.is_within(self.scoping.symbol_scope_id(symbol), block.scope)
        })
    }

    fn is_within(&self, scope: ScopeId, outer: ScopeId) -> bool {
        self.scoping.scope_ancestors(scope).any(|it| it == outer)
    }

    /// What stands for a name: a variable that is exported, or what another block exports.
    fn text_of(&self, id: &IdentifierReference) -> Option<String> {
        let reference = self.scoping.get_reference(id.reference_id.get()?);
        if reference.is_type() && !reference.is_value() {
            return None;
        }
        let symbol = reference.symbol_id();
        if let Some(text) = symbol.and_then(|symbol| self.variables.get(&symbol)) {
            return Some(text.clone());
        }
        for block in self.open.iter().rev().map(|number| &self.blocks[*number]) {
            let is_declared = symbol.is_some_and(|symbol| {
                self.is_within(self.scoping.symbol_scope_id(symbol), block.scope)
            });
            if is_declared {
                return None;
            }
            let name = id.name.as_str();
            let exports = self.exports.get(&block.key);
            let is_exported = exports.is_some_and(|names| names.contains(name));
            if is_exported && !block.own.contains(name) {
                return Some(format!("{}.{name}", block.name));
            }
        }
        None
    }

    fn put(&mut self, span: Span, text: String) {
        self.has_changed = true;
        self.edits.replace(span.start, span.end, text);
    }

    fn text_of_binding(&self, id: &BindingIdentifier) -> String {
        let symbol = id.symbol_id.get();
        let text = symbol.and_then(|symbol| self.variables.get(&symbol));
        text.cloned().unwrap_or_else(|| id.name.to_string())
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

fn identifiers<'p, 'a>(it: &'p VariableDeclaration<'a>) -> Vec<&'p BindingIdentifier<'a>> {
    let declarators = it.declarations.iter();
    declarators
        .flat_map(|it| it.id.get_binding_identifiers())
        .collect()
}

fn declared(declaration: &Declaration) -> Vec<String> {
    match declaration {
        Declaration::VariableDeclaration(it) => identifiers(it)
            .iter()
            .map(|id| id.name.to_string())
            .collect(),
        Declaration::FunctionDeclaration(it) => {
            it.id.iter().map(|id| id.name.to_string()).collect()
        }
        Declaration::ClassDeclaration(it) => it.id.iter().map(|id| id.name.to_string()).collect(),
        Declaration::TSEnumDeclaration(it) => vec![it.id.name.to_string()],
        Declaration::TSNamespaceDeclaration(it) => vec![it.id.name.to_string()],
        Declaration::TSImportEqualsDeclaration(it) => vec![it.id.name.to_string()],
        _ => Vec::new(),
    }
}

impl<'a> Visit<'a> for Namespaces<'_, '_> {
    fn visit_ts_type(&mut self, _: &TSType<'a>) {}

    fn visit_ts_namespace_declaration(&mut self, it: &TSNamespaceDeclaration<'a>) {
        let TSNamespaceDeclarationBody::TSModuleBlock(block) = &it.body else {
            return walk::walk_ts_namespace_declaration(self, it);
        };
        let found = self.blocks.iter().position(|it| it.span == block.span);
        let Some(number) = found else {
            return; // nothing but types
        };
        self.open.push(number);
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
            && let oxc_ast::ast::Expression::Identifier(id) = &it.value
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
