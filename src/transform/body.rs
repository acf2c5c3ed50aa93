//! What lies in statements and expressions.
//!
//! Input:
//! ```js
//! import { a } from "x"; export let n = 0;
//! export const up = () => ++n;
//! function f() { n += 1; a = 2; import.meta; import("y"); }
//! ```
//! Output (import and export declarations are `statements`' business):
//! ```js
//! export const up = () => $w0(++n,n);
//! function f() { n += 1,$s0(n); þ = 2; import_meta; $aaaaa("y"); }
//! ```
//!
//! A write at the top level of a module outside every cycle needs no push: nobody can look before
//! the module has ended, and then its exports are handed out.

use oxc_ast::ast::{
    ArrowFunctionExpression, AssignmentExpression, AssignmentTarget, AssignmentTargetMaybeDefault,
    AssignmentTargetProperty, AssignmentTargetPropertyIdentifier, AwaitExpression,
    BinaryExpression, BinaryOperator, Class, Expression, ForInStatement, ForOfStatement,
    ForStatement, ForStatementInit, ForStatementLeft, Function, IdentifierReference,
    ImportExpression, ImportMeta, ObjectProperty, Program, PropertyDefinition, SequenceExpression,
    SimpleAssignmentTarget, Statement, StaticBlock, UnaryExpression, UnaryOperator,
    UpdateExpression, VariableDeclaration, VariableDeclarationKind,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::{Scoping, SymbolId};
use oxc_span::{GetSpan, Span};
use oxc_syntax::scope::ScopeFlags;
use std::collections::{BTreeMap, BTreeSet};

use super::{Place, edits::Edits, names::Names, record::Bindings};

/// What the preamble has to provide.
#[derive(Debug, Default)]
pub(super) struct Used {
    pub awaits: bool,
    pub import_meta: bool,
    pub import_call: bool,
    pub phases: bool,
    pub arguments: bool,
    /// Each cell: does the body push it?
    pub pushed: Vec<bool>,
    /// Constants that stand in for imports that are assigned to, by their length.
    pub constants: BTreeMap<usize, String>,
    /// Imports in `a += 1` and the like: read, then refused.
    pub refused: BTreeSet<String>,
    /// `a <!-- b`: four tokens by the grammar, and a SyntaxError in V8, which we follow.
    pub html_comment: Option<Span>,
}

pub(super) struct Body<'b, 's> {
    names: &'b Names,
    edits: &'b mut Edits<'s>,
    scoping: &'b Scoping,
    bindings: &'b Bindings,
    cyclic: bool,
    /// How many functions of any kind we are in.
    functions: u32,
    /// How many of them have `arguments` of their own.
    with_arguments: u32,
    temporaries: usize,
    used: Used,
    /// Names of cells, to push by.
    cell_names: BTreeMap<usize, String>,
}

impl<'b, 's> Body<'b, 's> {
    pub(super) fn new(
        names: &'b Names,
        edits: &'b mut Edits<'s>,
        scoping: &'b Scoping,
        bindings: &'b Bindings,
        place: Place,
    ) -> Self {
        let count = bindings.cells.len() + usize::from(bindings.default_cell.is_some());
        let used = Used {
            pushed: vec![false; count],
            ..Used::default()
        };
        let names_of =
            |(symbol, cell): (&SymbolId, &usize)| (*cell, scoping.symbol_name(*symbol).to_owned());
        let cell_names = bindings.cells.iter().map(names_of).collect();
        Self {
            names,
            edits,
            scoping,
            bindings,
            cyclic: place == Place::Cyclic,
            functions: 0,
            with_arguments: 0,
            temporaries: 0,
            used,
            cell_names,
        }
    }

    pub(super) fn program<'a>(&mut self, program: &Program<'a>) {
        self.visit_program(program);
    }

    pub(super) fn finish(self) -> Used {
        self.used
    }

    fn symbol_of(&self, id: &IdentifierReference) -> Option<SymbolId> {
        self.scoping
            .get_reference(id.reference_id.get()?)
            .symbol_id()
    }

    /// The cells an assignment target writes, if writes are to be pushed here.
    fn cells_of(&self, target: &AssignmentTarget) -> Vec<usize> {
        let mut cells = Vec::new();
        if self.functions > 0 || self.cyclic {
            each_target(target, &mut |id| {
                let symbol = self.symbol_of(id);
                cells.extend(symbol.and_then(|symbol| self.bindings.cells.get(&symbol)));
            });
        }
        cells
    }

    fn cells_of_simple(&self, target: &SimpleAssignmentTarget) -> Vec<usize> {
        match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(id)
                if self.functions > 0 || self.cyclic =>
            {
                let symbol = self.symbol_of(id);
                symbol
                    .and_then(|symbol| self.bindings.cells.get(&symbol))
                    .into_iter()
                    .copied()
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    fn cells_of_variables(&self, declaration: &VariableDeclaration) -> Vec<usize> {
        let ids = declaration
            .declarations
            .iter()
            .flat_map(|it| it.id.get_binding_identifiers());
        let symbols = ids.filter_map(|id| id.symbol_id.get());
        symbols
            .filter_map(|symbol| self.bindings.cells.get(&symbol).copied())
            .collect()
    }

    fn name_of(&self, cell: usize) -> &str {
        self.cell_names.get(&cell).map_or("", String::as_str)
    }

    /// `$s0(n)`
    fn push(&mut self, cell: usize) -> String {
        self.used.pushed[cell] = true;
        format!("{}({})", self.names.numbered("s", cell), self.name_of(cell))
    }

    fn pushes(&mut self, cells: &[usize], end: char) -> String {
        cells
            .iter()
            .map(|cell| self.push(*cell) + &end.to_string())
            .collect()
    }

    /// `n = 1` → `n = 1,$s0(n)` where its value is not used, else `$w0(n = 1,n)`.
    fn with_pushes(
        &mut self,
        span: Span,
        cells: &[usize],
        is_used: bool,
        visit: impl FnOnce(&mut Self),
    ) {
        if is_used {
            let open: String = cells
                .iter()
                .rev()
                .map(|cell| self.names.numbered("w", *cell) + "(")
                .collect();
            self.edits.insert(span.start, open);
        }
        visit(self);
        let mut after = String::new();
        for cell in cells {
            self.used.pushed[*cell] = true;
            if is_used {
                after.push_str(&format!(",{})", self.name_of(*cell)));
            } else {
                after.push(',');
                after.push_str(&self.push(*cell));
            }
        }
        self.edits.insert(span.end, after);
    }

    /// An expression whose value nobody uses.
    fn discarded<'a>(&mut self, expression: &Expression<'a>) {
        match expression {
            Expression::AssignmentExpression(it) => self.assignment(it, false),
            Expression::UpdateExpression(it) => self.update(it, false),
            Expression::SequenceExpression(it) => {
                it.expressions
                    .iter()
                    .for_each(|expression| self.discarded(expression));
            }
            other => self.visit_expression(other),
        }
    }

    fn assignment<'a>(&mut self, it: &AssignmentExpression<'a>, is_used: bool) {
        let cells = self.cells_of(&it.left);
        let reads_first = !it.operator.is_assign();
        self.with_pushes(it.span, &cells, is_used, |this| {
            match &it.left {
                AssignmentTarget::AssignmentTargetIdentifier(id) if reads_first => {
                    this.refuse_after_reading(id)
                }
                target => this.visit_assignment_target(target),
            }
            this.visit_expression(&it.right);
        });
    }

    fn update<'a>(&mut self, it: &UpdateExpression<'a>, is_used: bool) {
        let cells = self.cells_of_simple(&it.argument);
        self.with_pushes(it.span, &cells, is_used, |this| match &it.argument {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(id) => this.refuse_after_reading(id),
            target => this.visit_simple_assignment_target(target),
        });
    }

    /// `a += 1`, `a ||= 1`, `a++` of an import: read, and refused only when it is written.
    fn refuse_after_reading(&mut self, id: &IdentifierReference) {
        let symbol = self.symbol_of(id);
        if symbol.is_some_and(|symbol| self.bindings.imports.contains_key(&symbol)) {
            self.used.refused.insert(id.name.to_string());
            self.edits.insert(id.span.start, self.names.of("c."));
        }
    }

    /// The constant that stands in for an import that is written: V8 throws its own TypeError, in
    /// every syntactic position, at the place where the assignment would happen.
    fn constant_for(&mut self, id: &IdentifierReference) -> Option<String> {
        let symbol = self.symbol_of(id)?;
        self.bindings.imports.get(&symbol)?;
        let constant = self.names.constant_like(&id.name);
        self.used
            .constants
            .insert(id.name.encode_utf16().count(), constant.clone());
        Some(constant)
    }

    fn for_in_or_of<'a>(
        &mut self,
        left: &ForStatementLeft<'a>,
        right: &Expression<'a>,
        body: &Statement<'a>,
    ) {
        let cells = match left {
            ForStatementLeft::VariableDeclaration(it) if it.kind.is_var() && self.cyclic => {
                self.cells_of_variables(it)
            }
            ForStatementLeft::VariableDeclaration(_) => Vec::new(),
            other => other
                .as_assignment_target()
                .map(|it| self.cells_of(it))
                .unwrap_or_default(),
        };
        match left {
            ForStatementLeft::VariableDeclaration(it) => walk::walk_variable_declaration(self, it),
            other => self.visit_for_statement_left(other),
        }
        self.visit_expression(right);
        if cells.is_empty() {
            return self.visit_statement(body);
        }
        let pushes = self.pushes(&cells, ';');
        if let Statement::BlockStatement(block) = body {
            self.edits.insert(block.span.start + 1, pushes);
            self.visit_statement(body);
        } else {
            self.edits.insert(body.span().start, format!("{{{pushes}"));
            self.visit_statement(body);
            self.edits.insert(body.span().end, "}");
        }
    }

    fn in_function(&mut self, has_arguments: bool, visit: impl FnOnce(&mut Self)) {
        self.functions += 1;
        self.with_arguments += u32::from(has_arguments);
        visit(self);
        self.functions -= 1;
        self.with_arguments -= u32::from(has_arguments);
    }

    fn temporary(&mut self) -> String {
        self.temporaries += 1;
        self.names.numbered("t", self.temporaries)
    }
}

/// AssignmentTargets that are identifiers, in order.
fn each_target<'t, 'a>(
    target: &'t AssignmentTarget<'a>,
    each: &mut impl FnMut(&'t IdentifierReference<'a>),
) {
    match target {
        AssignmentTarget::AssignmentTargetIdentifier(id) => each(id),
        AssignmentTarget::ArrayAssignmentTarget(it) => {
            it.elements
                .iter()
                .flatten()
                .for_each(|element| each_maybe_default(element, each));
            if let Some(rest) = &it.rest {
                each_target(&rest.target, each);
            }
        }
        AssignmentTarget::ObjectAssignmentTarget(it) => {
            for property in &it.properties {
                match property {
                    AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(it) => {
                        each(&it.binding)
                    }
                    AssignmentTargetProperty::AssignmentTargetPropertyProperty(it) => {
                        each_maybe_default(&it.binding, each);
                    }
                }
            }
            if let Some(rest) = &it.rest {
                each_target(&rest.target, each);
            }
        }
        _ => {}
    }
}

fn each_maybe_default<'t, 'a>(
    target: &'t AssignmentTargetMaybeDefault<'a>,
    each: &mut impl FnMut(&'t IdentifierReference<'a>),
) {
    match target {
        AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(it) => {
            each_target(&it.binding, each)
        }
        other => {
            if let Some(target) = other.as_assignment_target() {
                each_target(target, each);
            }
        }
    }
}

impl<'a> Visit<'a> for Body<'_, '_> {
    fn visit_statement(&mut self, it: &Statement<'a>) {
        match it {
            Statement::ExpressionStatement(it) => self.discarded(&it.expression),
            other => walk::walk_statement(self, other),
        }
    }

    fn visit_for_statement(&mut self, it: &ForStatement<'a>) {
        match &it.init {
            Some(ForStatementInit::VariableDeclaration(it)) => self.visit_variable_declaration(it),
            Some(init) => {
                if let Some(expression) = init.as_expression() {
                    self.discarded(expression);
                }
            }
            None => {}
        }
        it.test.iter().for_each(|test| self.visit_expression(test));
        it.update.iter().for_each(|update| self.discarded(update));
        self.visit_statement(&it.body);
    }

    fn visit_for_in_statement(&mut self, it: &ForInStatement<'a>) {
        self.for_in_or_of(&it.left, &it.right, &it.body);
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        self.used.awaits |= it.r#await && self.functions == 0;
        self.for_in_or_of(&it.left, &it.right, &it.body);
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        self.used.awaits |= it.kind == VariableDeclarationKind::AwaitUsing && self.functions == 0;
        for declarator in &it.declarations {
            self.visit_variable_declarator(declarator);
            let is_write = self.cyclic && it.kind.is_var() && declarator.init.is_some();
            if !is_write {
                continue; // lexical declarations of the top level: see `statements`
            }
            for id in declarator.id.get_binding_identifiers() {
                let cell = id
                    .symbol_id
                    .get()
                    .and_then(|symbol| self.bindings.cells.get(&symbol).copied());
                if let Some(cell) = cell {
                    let (name, push) = (self.temporary(), self.push(cell));
                    self.edits
                        .insert(declarator.span.end, format!(",{name}={push}"));
                }
            }
        }
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        self.assignment(it, true);
    }

    fn visit_update_expression(&mut self, it: &UpdateExpression<'a>) {
        self.update(it, true);
    }

    fn visit_sequence_expression(&mut self, it: &SequenceExpression<'a>) {
        if let Some((last, others)) = it.expressions.split_last() {
            others
                .iter()
                .for_each(|expression| self.discarded(expression));
            self.visit_expression(last);
        }
    }

    fn visit_simple_assignment_target(&mut self, it: &SimpleAssignmentTarget<'a>) {
        if let SimpleAssignmentTarget::AssignmentTargetIdentifier(id) = it {
            if let Some(constant) = self.constant_for(id) {
                self.edits.replace(id.span.start, id.span.end, constant);
            }
        } else {
            walk::walk_simple_assignment_target(self, it);
        }
    }

    fn visit_assignment_target_property_identifier(
        &mut self,
        it: &AssignmentTargetPropertyIdentifier<'a>,
    ) {
        if let Some(constant) = self.constant_for(&it.binding) {
            self.edits
                .insert(it.binding.span.end, format!(":{constant}"));
        }
        it.init.iter().for_each(|init| self.visit_expression(init));
    }

    fn visit_await_expression(&mut self, it: &AwaitExpression<'a>) {
        self.used.awaits |= self.functions == 0;
        walk::walk_await_expression(self, it);
    }

    fn visit_import_meta(&mut self, it: &ImportMeta) {
        self.used.import_meta = true;
        self.edits
            .blank(it.span.start, it.span.end, &self.names.import_meta);
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        if it.phase.is_some() {
            self.used.phases = true;
        } else {
            self.used.import_call = true;
            self.edits.replace(
                it.span.start,
                it.span.start + 6,
                self.names.import_call.as_str(),
            );
        }
        walk::walk_import_expression(self, it);
    }

    fn visit_binary_expression(&mut self, it: &BinaryExpression<'a>) {
        let right = it.right.span().start;
        if it.operator == BinaryOperator::LessThan
            && it.left.span().end < right
            && self.names.is_html_comment(right)
        {
            self.used
                .html_comment
                .get_or_insert(Span::sized(right - 1, 4));
        }
        walk::walk_binary_expression(self, it);
    }

    // `arguments` means a function's own, and a module has none: a global, or a ReferenceError.

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        if self.with_arguments == 0 && it.name == "arguments" {
            self.used.arguments = true;
            self.edits.replace(
                it.span.start,
                it.span.end,
                format!("{}()", self.names.arguments),
            );
        }
    }

    fn visit_unary_expression(&mut self, it: &UnaryExpression<'a>) {
        if let Expression::Identifier(id) = &it.argument
            && it.operator == UnaryOperator::Typeof
            && self.with_arguments == 0
            && id.name == "arguments"
        {
            return self.edits.replace(id.span.start, id.span.end, "undefined");
        }
        walk::walk_unary_expression(self, it);
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        match &it.value {
            Expression::Identifier(id) if it.shorthand => {
                if self.with_arguments == 0 && id.name == "arguments" {
                    self.edits.insert(id.span.start, "arguments:");
                }
                self.visit_identifier_reference(id);
            }
            _ => walk::walk_object_property(self, it),
        }
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        self.in_function(true, |this| walk::walk_function(this, it, flags));
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.in_function(false, |this| walk::walk_arrow_function_expression(this, it));
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        walk::walk_class(self, it);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.visit_property_key(&it.key);
        if let Some(value) = &it.value {
            self.in_function(false, |this| this.visit_expression(value));
        }
    }

    fn visit_static_block(&mut self, it: &StaticBlock<'a>) {
        self.in_function(false, |this| walk::walk_static_block(this, it));
    }
}
