//! Expressions with types around them: what is left is the expression within.

use oxc_ast::ast::{
    TSAsExpression, TSInstantiationExpression, TSNonNullExpression, TSSatisfiesExpression,
    TSTypeAssertion,
};
use oxc_ast_visit::VisitMut;
use oxc_span::GetSpan;

use super::Blank;
use crate::typescript::trivia;

impl<'a> Blank<'_, '_, 'a> {
    pub(super) fn as_type(&mut self, it: &mut TSAsExpression<'a>) {
        let from = trivia::skip(self.source, it.expression.span().end);
        self.visit_expression(&mut it.expression);
        self.blank_end(from, it.span.end);
    }

    pub(super) fn satisfies(&mut self, it: &mut TSSatisfiesExpression<'a>) {
        let from = trivia::skip(self.source, it.expression.span().end);
        self.visit_expression(&mut it.expression);
        self.blank_end(from, it.span.end);
    }

    pub(super) fn non_null(&mut self, it: &mut TSNonNullExpression<'a>) {
        self.visit_expression(&mut it.expression);
        self.blank_end(it.span.end - 1, it.span.end);
    }

    pub(super) fn instantiation(&mut self, it: &mut TSInstantiationExpression<'a>) {
        self.visit_expression(&mut it.expression);
        self.blank_end(it.type_arguments.span.start, it.type_arguments.span.end);
    }

    pub(super) fn assertion(&mut self, it: &mut TSTypeAssertion<'a>) {
        let (start, inner) = (it.span.start, it.expression.span());
        let first = trivia::word(self.source, trivia::skip(self.source, inner.start));
        // Without its type `<T>{}` may be a block, and `return <T>\n x` returns nothing.
        let needs_parentheses = self.source[inner.start as usize..].starts_with('{')
            || matches!(first, "function" | "class" | "let" | "async")
            || self.has_line_end(start, inner.start);
        let close = trivia::skip(self.source, it.type_annotation.span().end) + 1;
        if needs_parentheses {
            self.edits.blank(start, close, "(");
            self.visit_expression(&mut it.expression);
            self.edits.insert(it.span.end, ")");
        } else {
            self.blank(start, close);
            self.visit_expression(&mut it.expression);
        }
    }
}
