//! Erasable syntax → blanks: every token that stays keeps its line and its column.
//!
//! Input:
//! ```ts
//! import type { A } from "a";
//! class B<T> extends C<T> implements D { private x?: number; constructor(public: A) { super() } }
//! const f = (a: A): Promise<
//!   void> => a as any
//! ```
//! Output:
//! ```js
//! ;
//! class B    extends C                 { ;       x;           constructor(public   ) { super() } }
//! const f = (a
//!       ) => a;
//! ```
//!
//! Blanks can join what automatic semicolon insertion kept apart (ECMA-262 12.10): a statement that
//! goes begins with a semicolon, and so does a type at the end of a statement that has none.

mod elements;

use oxc_ast::ast::{
    AccessorProperty, AccessorPropertyType, ArrowFunctionBody, ArrowFunctionExpression,
    CatchParameter, Class, ClassElement, Declaration, ExportDefaultDeclarationKind,
    FormalParameter, FormalParameterRest, Function, MethodDefinition, PropertyDefinition,
    PropertyDefinitionType, Statement, TSAsExpression, TSInstantiationExpression,
    TSNonNullExpression, TSSatisfiesExpression, TSTypeAnnotation, TSTypeAssertion,
    TSTypeParameterDeclaration, TSTypeParameterInstantiation, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use oxc_syntax::scope::ScopeFlags;
use rustc_hash::FxHashSet;

use super::{erasable::is_erased, imports::Imports, trivia};
use crate::lexical::is_line_end;
use crate::transform::edits::Edits;

pub(super) struct Blank<'b, 's> {
    pub(super) source: &'s str,
    pub(super) edits: &'b mut Edits<'s>,
    pub(super) imports: &'b Imports<'b>,
    /// Ends of statements and fields that no semicolon closes.
    open_ends: FxHashSet<u32>,
}

impl<'b, 's> Blank<'b, 's> {
    pub(super) fn new(source: &'s str, edits: &'b mut Edits<'s>, imports: &'b Imports<'b>) -> Self {
        Self {
            source,
            edits,
            imports,
            open_ends: FxHashSet::default(),
        }
    }

    /// A statement or a class element that goes as a whole.
    fn erase(&mut self, span: Span) {
        self.edits.blank(span.start, span.end, ";");
    }

    fn blank(&mut self, from: u32, to: u32) {
        if from < to {
            self.edits.blank(from, to, "");
        }
    }

    /// What ends an expression or a binding: the statement may end with it.
    fn blank_end(&mut self, from: u32, to: u32) {
        if from >= to {
            return;
        }
        let is_open = self.open_ends.contains(&to);
        self.edits.blank(from, to, if is_open { ";" } else { "" });
    }

    fn note_end(&mut self, span: Span) {
        if span.end > span.start && self.source.as_bytes()[span.end as usize - 1] != b';' {
            self.open_ends.insert(span.end);
        }
    }

    fn has_line_end(&self, from: u32, to: u32) -> bool {
        self.source[from as usize..to as usize].contains(is_line_end)
    }
}

impl<'a> Visit<'a> for Blank<'_, '_> {
    fn visit_statement(&mut self, it: &Statement<'a>) {
        if is_erased(it) {
            return self.erase(it.span());
        }
        match it {
            Statement::ImportDeclaration(it) => return self.import(it),
            Statement::ExportNamedDeclaration(it) => return self.export_names(it),
            Statement::ExportFromDeclaration(it) => return self.export_from(it),
            Statement::ExportDefaultDeclaration(it) => {
                if let ExportDefaultDeclarationKind::Identifier(id) = &it.declaration
                    && self.imports.is_type(id)
                {
                    return self.erase(it.span);
                }
            }
            _ => {}
        }
        self.note_end(it.span());
        walk::walk_statement(self, it);
    }

    fn visit_declaration(&mut self, it: &Declaration<'a>) {
        self.note_end(it.span());
        walk::walk_declaration(self, it);
    }

    fn visit_ts_type_annotation(&mut self, it: &TSTypeAnnotation<'a>) {
        self.blank_end(it.span.start, it.span.end);
    }

    fn visit_ts_type_parameter_declaration(&mut self, it: &TSTypeParameterDeclaration<'a>) {
        self.blank(it.span.start, it.span.end);
    }

    fn visit_ts_type_parameter_instantiation(&mut self, it: &TSTypeParameterInstantiation<'a>) {
        self.blank_end(it.span.start, it.span.end);
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        self.visit_binding_pattern(&it.id);
        if let Some(annotation) = &it.type_annotation {
            self.blank_end(it.id.span().end, annotation.span.end);
        }
        if let Some(init) = &it.init {
            self.visit_expression(init);
        }
    }

    fn visit_catch_parameter(&mut self, it: &CatchParameter<'a>) {
        self.visit_binding_pattern(&it.pattern);
        if let Some(annotation) = &it.type_annotation {
            self.blank(it.pattern.span().end, annotation.span.end);
        }
    }

    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        self.visit_binding_pattern(&it.pattern);
        let after = it.pattern.span().end;
        let end = it.type_annotation.as_ref().map_or(after, |it| it.span.end);
        if it.optional || it.type_annotation.is_some() {
            self.mark_and_type(after, end);
        }
        if let Some(initializer) = &it.initializer {
            self.visit_expression(initializer);
        }
    }

    fn visit_formal_parameter_rest(&mut self, it: &FormalParameterRest<'a>) {
        self.visit_binding_pattern(&it.rest.argument);
        if let Some(annotation) = &it.type_annotation {
            self.blank(it.rest.argument.span().end, annotation.span.end);
        }
    }

    fn visit_function(&mut self, it: &Function<'a>, _flags: ScopeFlags) {
        if let Some(parameters) = &it.type_parameters {
            self.blank(parameters.span.start, parameters.span.end);
        }
        if let Some(this) = &it.this_param {
            self.this_parameter(this, &it.params);
        }
        self.visit_formal_parameters(&it.params);
        if let Some(annotation) = &it.return_type {
            self.blank(it.params.span.end, annotation.span.end);
        }
        if let Some(body) = &it.body {
            self.visit_function_body(body);
        }
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        let open = it.params.span.start;
        if let Some(parameters) = &it.type_parameters {
            let Span { start, end, .. } = parameters.span;
            // No line end may follow `async` (15.9).
            if it.r#async && self.has_line_end(start, open) {
                self.edits.blank(start, end, "(");
                self.blank(open, open + 1);
            } else {
                self.blank(start, end);
            }
        }
        self.visit_formal_parameters(&it.params);
        if let Some(annotation) = &it.return_type {
            let (close, end) = (it.params.span.end, annotation.span.end);
            // No line end may come before `=>` (15.3).
            if self.has_line_end(close, end) {
                self.blank(close - 1, close);
                let last = self.source[..end as usize].chars().next_back();
                let last = end - last.map_or(0, |it| it.len_utf8() as u32);
                self.blank(close, last);
                self.edits.replace(last, end, ")");
            } else {
                self.blank(close, end);
            }
        }
        match &it.body {
            ArrowFunctionBody::FunctionBody(body) => self.visit_function_body(body),
            other => {
                if let Some(expression) = other.as_expression() {
                    self.visit_expression(expression);
                }
            }
        }
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        self.visit_decorators(&it.decorators);
        let start = self.after_decorators(it);
        if it.r#abstract {
            let at = start;
            if trivia::word(self.source, at) == "abstract" {
                self.blank(at, at + "abstract".len() as u32);
            }
        }
        let mut end = it.id.as_ref().map(|it| it.span.end);
        if let Some(parameters) = &it.type_parameters {
            self.blank(parameters.span.start, parameters.span.end);
            end = Some(parameters.span.end);
        }
        if let Some(heritage) = &it.heritage {
            self.visit_expression(&heritage.expression);
            end = Some(heritage.expression.span().end);
            if let Some(arguments) = &heritage.type_arguments {
                self.blank(arguments.span.start, arguments.span.end);
                end = Some(arguments.span.end);
            }
        }
        if let Some(last) = it.implements.last() {
            let after_class = || {
                let at = match trivia::word(self.source, start) {
                    "abstract" => trivia::skip(self.source, start + "abstract".len() as u32),
                    _ => start,
                };
                at + "class".len() as u32
            };
            let from = trivia::skip(self.source, end.unwrap_or_else(after_class));
            self.blank(from, last.span.end);
        }
        self.visit_class_body(&it.body);
    }

    fn visit_class_element(&mut self, it: &ClassElement<'a>) {
        let is_type = match it {
            ClassElement::TSIndexSignature(_) => true,
            ClassElement::MethodDefinition(it) => it.value.body.is_none(),
            ClassElement::PropertyDefinition(it) => {
                it.declare || it.r#type == PropertyDefinitionType::TSAbstractPropertyDefinition
            }
            ClassElement::AccessorProperty(it) => {
                it.r#type == AccessorPropertyType::TSAbstractAccessorProperty
            }
            ClassElement::StaticBlock(_) => false,
        };
        if is_type {
            return self.erase(it.span());
        }
        walk::walk_class_element(self, it);
    }

    fn visit_method_definition(&mut self, it: &MethodDefinition<'a>) {
        self.visit_decorators(&it.decorators);
        self.modifiers(it.span.start, &it.decorators, it.key.span().start);
        if it.computed {
            self.visit_property_key(&it.key);
        }
        if it.optional {
            self.mark(self.after_key(&it.key, it.computed));
        }
        self.visit_function(&it.value, ScopeFlags::Function);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.field(
            it.span,
            &it.decorators,
            (&it.key, it.computed),
            it.type_annotation.as_deref(),
            it.value.as_ref(),
        );
    }

    fn visit_accessor_property(&mut self, it: &AccessorProperty<'a>) {
        self.field(
            it.span,
            &it.decorators,
            (&it.key, it.computed),
            it.type_annotation.as_deref(),
            it.value.as_ref(),
        );
    }

    fn visit_ts_as_expression(&mut self, it: &TSAsExpression<'a>) {
        self.visit_expression(&it.expression);
        let from = trivia::skip(self.source, it.expression.span().end);
        self.blank_end(from, it.span.end);
    }

    fn visit_ts_satisfies_expression(&mut self, it: &TSSatisfiesExpression<'a>) {
        self.visit_expression(&it.expression);
        let from = trivia::skip(self.source, it.expression.span().end);
        self.blank_end(from, it.span.end);
    }

    fn visit_ts_non_null_expression(&mut self, it: &TSNonNullExpression<'a>) {
        self.visit_expression(&it.expression);
        self.blank_end(it.span.end - 1, it.span.end);
    }

    fn visit_ts_instantiation_expression(&mut self, it: &TSInstantiationExpression<'a>) {
        self.visit_expression(&it.expression);
        self.blank_end(it.type_arguments.span.start, it.type_arguments.span.end);
    }

    fn visit_ts_type_assertion(&mut self, it: &TSTypeAssertion<'a>) {
        let (start, inner) = (it.span.start, it.expression.span());
        let first = trivia::word(self.source, trivia::skip(self.source, inner.start));
        // Without its type `<T>{}` may be a block, and `return <T>\n x` returns nothing.
        let needs_parentheses = self.source[inner.start as usize..].starts_with('{')
            || matches!(first, "function" | "class" | "let" | "async")
            || self.has_line_end(start, inner.start);
        let close = trivia::skip(self.source, it.type_annotation.span().end) + 1;
        if needs_parentheses {
            self.edits.blank(start, close, "(");
            self.visit_expression(&it.expression);
            let end = it.span.end;
            self.edits.insert(end, ")");
        } else {
            self.blank(start, close);
            self.visit_expression(&it.expression);
        }
    }
}
