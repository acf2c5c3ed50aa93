//! Where imports are read and exports are written.

use oxc_ast::{
    AstKind,
    ast::{
        AssignmentExpression, AssignmentTarget, CallExpression, Expression, ExpressionStatement,
        IdentifierReference, ImportExpression, ObjectProperty, SimpleAssignmentTarget, Statement,
        TaggedTemplateExpression, UpdateExpression,
    },
};
use oxc_ast_visit::{Visit, VisitJs, walk};
use oxc_span::{GetSpan, Span};

use super::Converter;
use crate::{nodes::Nodes, typescript::trivia};

impl Converter<'_, '_> {
    /// A write to an exported binding: the property is written, too.
    fn write(&mut self, target: &AssignmentTarget, span: Span) {
        let mut symbols = Vec::new();
        if let AssignmentTarget::AssignmentTargetIdentifier(id) = target {
            if let Some(symbol) = self.symbol_of(id) {
                self.edits.insert(span.start, self.targets(symbol));
            }
            return;
        }
        let mut look_at = |node: AstKind| {
            if let AstKind::IdentifierReference(it) = node
                && let Some(id) = it.reference_id.get()
            {
                let reference = self.scoping.get_reference(id).symbol_id();
                symbols.extend(reference.filter(|symbol| self.exports.contains_key(symbol)));
            }
            true
        };
        Nodes::asking(&mut look_at).visit_assignment_target(target);
        for symbol in symbols {
            let name = self.scoping.symbol_name(symbol);
            let text = format!(",{}{name}", self.targets(symbol));
            self.edits.insert(span.end, text);
        }
    }

    /// `a()\nb()` must not become `a()\n(0,m.b)()`, one call of what the other returns (ECMA-262 12.10).
    fn end(&mut self, statement: &Statement) {
        let ends_itself = matches!(
            statement,
            Statement::ExpressionStatement(_)
                | Statement::VariableDeclaration(_)
                | Statement::ReturnStatement(_)
                | Statement::ThrowStatement(_)
                | Statement::BreakStatement(_)
                | Statement::ContinueStatement(_)
                | Statement::DebuggerStatement(_)
                | Statement::DoWhileStatement(_)
                | Statement::ExportDeclaration(_)
                | Statement::ExportDefaultDeclaration(_)
        );
        let end = statement.span().end;
        if !ends_itself || self.source[..end as usize].ends_with(';') {
            return;
        }
        let next = trivia::word(self.source, trivia::skip(self.source, end));
        let is_import = !next.is_empty()
            && self
                .imports
                .keys()
                .any(|symbol| self.scoping.symbol_name(*symbol) == next);
        if is_import {
            self.edits.insert(end, ";");
        }
    }

    /// A function that is called has no receiver: `a()` is `(0,x.a)()`.
    fn callee(&mut self, callee: &Expression) {
        if let Expression::Identifier(id) = callee
            && let Some(symbol) = self.symbol_of(id)
            && let Some(text) = self.imports.get(&symbol)
        {
            let text = format!("(0,{text})");
            return self.edits.replace(id.span.start, id.span.end, text);
        }
        self.visit_expression(callee);
    }
}

impl<'a> Visit<'a> for Converter<'_, '_> {
    javascript_only!(&);

    fn visit_statement(&mut self, it: &Statement<'a>) {
        // Their names are rewritten with them.
        let is_list = matches!(
            it,
            Statement::ImportDeclaration(_)
                | Statement::ExportNamedDeclaration(_)
                | Statement::ExportFromDeclaration(_)
                | Statement::ExportAllDeclaration(_)
        );
        if !is_list {
            walk::walk_statement(self, it);
            self.end(it);
        }
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        let symbol = self.symbol_of(it);
        if let Some(text) = symbol.and_then(|symbol| self.imports.get(&symbol)) {
            self.edits.replace(it.span.start, it.span.end, text.clone());
        }
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        if it.shorthand
            && let Expression::Identifier(id) = &it.value
            && let Some(symbol) = self.symbol_of(id)
            && let Some(text) = self.imports.get(&symbol)
        {
            let text = format!("{}: {text}", id.name);
            return self.edits.replace(it.span.start, it.span.end, text);
        }
        walk::walk_object_property(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.callee(&it.callee);
        it.arguments
            .iter()
            .for_each(|argument| self.visit_argument(argument));
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        walk::walk_import_expression(self, it);
        if self.options.imports_as_required {
            self.imported = true;
            let then = format!(".then({})", self.names.of("import"));
            self.edits.insert(it.span.end, then);
        }
    }

    fn visit_tagged_template_expression(&mut self, it: &TaggedTemplateExpression<'a>) {
        self.callee(&it.tag);
        self.visit_template_literal(&it.quasi);
    }

    fn visit_expression_statement(&mut self, it: &ExpressionStatement<'a>) {
        self.discarded.insert(it.expression.span());
        walk::walk_expression_statement(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        self.write(&it.left, it.span);
        walk::walk_assignment_expression(self, it);
    }

    fn visit_update_expression(&mut self, it: &UpdateExpression<'a>) {
        if let SimpleAssignmentTarget::AssignmentTargetIdentifier(id) = &it.argument
            && let Some(symbol) = self.symbol_of(id)
            && self.exports.contains_key(&symbol)
        {
            let (start, end) = (it.span.start, it.span.end);
            let targets = self.targets(symbol);
            if it.prefix || self.discarded.contains(&it.span) {
                let operator = it.operator.as_str();
                let (open, close) = match self.discarded.contains(&it.span) {
                    true => ("", ""),
                    false => ("(", ")"),
                };
                let text = format!("{open}{targets}{operator}{}{close}", id.name);
                self.edits.replace(start, end, text);
            } else {
                self.edits.insert(start, "[");
                self.edits.insert(end, format!(",{targets}{}][0]", id.name));
            }
            return;
        }
        walk::walk_update_expression(self, it);
    }
}
