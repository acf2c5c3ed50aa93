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
//!
//! The tree loses what the text loses. So it is that of the JavaScript, which need not be parsed then: unless something
//! moved, or stands where the tree has no room for what is left (`is_exact`).

mod elements;
mod expressions;

use oxc_allocator::{Allocator, TakeIn, Vec as ArenaVec};
use oxc_ast::ast::{
    AccessorProperty, ArrowFunctionBody, ArrowFunctionExpression, CallExpression, CatchParameter,
    Class, ClassElement, Declaration, ExportDefaultDeclarationKind, Expression, FormalParameter,
    FormalParameterRest, Function, MethodDefinition, NewExpression, PropertyDefinition, Statement,
    TSAsExpression, TSNonNullExpression, TSSatisfiesExpression, TSTypeAnnotation, TSTypeAssertion,
    TSTypeParameterDeclaration, TSTypeParameterInstantiation, TaggedTemplateExpression,
    VariableDeclarator,
};
use oxc_ast::builder::AstBuilder;
use oxc_ast_visit::{VisitMut, walk_mut};
use oxc_span::{GetSpan, Span};
use oxc_syntax::scope::ScopeFlags;
use rustc_hash::FxHashSet;

use super::{erasable::is_erased, imports::Imports, trivia};
use crate::lexical::is_line_end;
use crate::transform::edits::Edits;

pub(super) struct Blank<'b, 's, 'a> {
    pub(super) source: &'s str,
    pub(super) edits: &'b mut Edits<'s>,
    pub(super) imports: &'b Imports<'b>,
    arena: &'a Allocator,
    /// Ends of statements and fields that no semicolon closes.
    open_ends: FxHashSet<u32>,
    /// The tree is that of the text that is left.
    is_exact: bool,
}

impl<'b, 's, 'a> Blank<'b, 's, 'a> {
    pub(super) fn new(
        source: &'s str,
        edits: &'b mut Edits<'s>,
        imports: &'b Imports<'b>,
        arena: &'a Allocator,
    ) -> Self {
        Self {
            source,
            edits,
            imports,
            arena,
            open_ends: FxHashSet::default(),
            is_exact: true,
        }
    }

    pub(super) fn is_exact(&self) -> bool {
        self.is_exact && self.edits.keep_offsets()
    }

    /// A class element that goes as a whole.
    fn erase(&mut self, span: Span) {
        self.edits.blank(span.start, span.end, ";");
    }

    /// A statement that goes as a whole.
    pub(super) fn erase_statement(&mut self, it: &mut Statement<'a>) {
        let span = it.span();
        self.erase(span);
        let semicolon = Span::new(span.start, span.start + 1);
        *it = Statement::new_empty_statement(semicolon, &AstBuilder::new(self.arena));
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
        // The statement ends before its node does.
        self.is_exact &= !is_open;
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

impl<'a> VisitMut<'a> for Blank<'_, '_, 'a> {
    // What has them is rewritten, or goes as a whole.
    no_jsx_or_declarations!(&mut);

    fn visit_statement(&mut self, it: &mut Statement<'a>) {
        let goes = match it {
            _ if is_erased(it) => true,
            Statement::ImportDeclaration(it) => !self.leaves_import(it),
            Statement::ExportNamedDeclaration(it) => !self.leaves_export_names(it),
            Statement::ExportFromDeclaration(it) => !self.leaves_export_from(it),
            Statement::ExportDefaultDeclaration(it) => matches!(
                &it.declaration,
                ExportDefaultDeclarationKind::Identifier(id) if self.imports.is_type(id)
            ),
            _ => false,
        };
        if goes {
            return self.erase_statement(it);
        }
        if matches!(
            it,
            Statement::ImportDeclaration(_)
                | Statement::ExportNamedDeclaration(_)
                | Statement::ExportFromDeclaration(_)
        ) {
            return;
        }
        self.note_end(it.span());
        walk_mut::walk_statement(self, it);
    }

    fn visit_declaration(&mut self, it: &mut Declaration<'a>) {
        self.note_end(it.span());
        walk_mut::walk_declaration(self, it);
    }

    fn visit_ts_type_annotation(&mut self, it: &mut TSTypeAnnotation<'a>) {
        self.blank_end(it.span.start, it.span.end);
    }

    fn visit_ts_type_parameter_declaration(&mut self, it: &mut TSTypeParameterDeclaration<'a>) {
        self.blank(it.span.start, it.span.end);
    }

    fn visit_ts_type_parameter_instantiation(&mut self, it: &mut TSTypeParameterInstantiation<'a>) {
        self.blank_end(it.span.start, it.span.end);
    }

    fn visit_variable_declarator(&mut self, it: &mut VariableDeclarator<'a>) {
        self.visit_binding_pattern(&mut it.id);
        it.definite = false;
        if let Some(annotation) = it.type_annotation.take() {
            self.blank_end(it.id.span().end, annotation.span.end);
            if it.init.is_none() {
                it.span.end = it.id.span().end;
            }
        }
        if let Some(init) = &mut it.init {
            self.visit_expression(init);
        }
    }

    fn visit_catch_parameter(&mut self, it: &mut CatchParameter<'a>) {
        self.visit_binding_pattern(&mut it.pattern);
        if let Some(annotation) = it.type_annotation.take() {
            self.blank(it.pattern.span().end, annotation.span.end);
            it.span.end = it.pattern.span().end;
        }
    }

    fn visit_formal_parameter(&mut self, it: &mut FormalParameter<'a>) {
        self.visit_binding_pattern(&mut it.pattern);
        let after = it.pattern.span().end;
        let annotation = it.type_annotation.take();
        if it.optional || annotation.is_some() {
            let end = annotation.map_or(after, |it| it.span.end);
            self.mark_and_type(after, end);
            it.optional = false;
        }
        match &mut it.initializer {
            Some(initializer) => self.visit_expression(initializer),
            None => it.span.end = after,
        }
    }

    fn visit_formal_parameter_rest(&mut self, it: &mut FormalParameterRest<'a>) {
        self.visit_binding_pattern(&mut it.rest.argument);
        if let Some(annotation) = it.type_annotation.take() {
            self.blank(it.rest.argument.span().end, annotation.span.end);
            it.span.end = it.rest.argument.span().end;
        }
    }

    fn visit_function(&mut self, it: &mut Function<'a>, _flags: ScopeFlags) {
        if let Some(parameters) = it.type_parameters.take() {
            // Whether it needs a name, the parser asks where its parameters come first.
            self.is_exact &= it.id.is_some() || !it.is_declaration();
            self.blank(parameters.span.start, parameters.span.end);
        }
        if let Some(this) = it.this_param.take() {
            self.this_parameter(&this, &it.params);
        }
        self.visit_formal_parameters(&mut it.params);
        if let Some(annotation) = it.return_type.take() {
            self.blank(it.params.span.end, annotation.span.end);
        }
        if let Some(body) = &mut it.body {
            self.visit_function_body(body);
        }
    }

    fn visit_arrow_function_expression(&mut self, it: &mut ArrowFunctionExpression<'a>) {
        let open = it.params.span.start;
        if let Some(parameters) = it.type_parameters.take() {
            let Span { start, end, .. } = parameters.span;
            if it.span.start == start {
                it.span.start = open;
            }
            // No line end may follow `async` (15.9).
            if it.r#async && self.has_line_end(start, open) {
                self.is_exact = false;
                self.edits.blank(start, end, "(");
                self.blank(open, open + 1);
            } else {
                self.blank(start, end);
            }
        }
        self.visit_formal_parameters(&mut it.params);
        if let Some(annotation) = it.return_type.take() {
            let (close, end) = (it.params.span.end, annotation.span.end);
            // No line end may come before `=>` (15.3).
            if self.has_line_end(close, end) {
                self.is_exact = false;
                self.blank(close - 1, close);
                let last = self.source[..end as usize].chars().next_back();
                let last = end - last.map_or(0, |it| it.len_utf8() as u32);
                self.blank(close, last);
                self.edits.replace(last, end, ")");
            } else {
                self.blank(close, end);
            }
        }
        match &mut it.body {
            ArrowFunctionBody::FunctionBody(body) => self.visit_function_body(body),
            other => {
                if let Some(expression) = other.as_expression_mut() {
                    self.visit_expression(expression);
                }
            }
        }
    }

    fn visit_class(&mut self, it: &mut Class<'a>) {
        self.visit_decorators(&mut it.decorators);
        let has_types = it.type_parameters.is_some() || !it.implements.is_empty();
        self.is_exact &= it.id.is_some() || it.is_expression() || !has_types;
        let start = self.after_decorators(it);
        if std::mem::take(&mut it.r#abstract) && trivia::word(self.source, start) == "abstract" {
            let end = start + "abstract".len() as u32;
            self.blank(start, end);
            if it.span.start == start {
                it.span.start = trivia::skip(self.source, end);
            }
        }
        let mut end = it.id.as_ref().map(|it| it.span.end);
        if let Some(parameters) = it.type_parameters.take() {
            self.blank(parameters.span.start, parameters.span.end);
            end = Some(parameters.span.end);
        }
        if let Some(heritage) = &mut it.heritage {
            end = Some(heritage.expression.span().end);
            self.visit_expression(&mut heritage.expression);
            if let Some(arguments) = heritage.type_arguments.take() {
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
        it.implements.clear();
        self.visit_class_body(&mut it.body);
    }

    fn visit_class_elements(&mut self, it: &mut ArenaVec<'a, ClassElement<'a>>) {
        it.retain_mut(|element| self.leaves_element(element));
    }

    fn visit_method_definition(&mut self, it: &mut MethodDefinition<'a>) {
        self.visit_decorators(&mut it.decorators);
        it.span.start = self.modifiers(it.span.start, &it.decorators, it.key.span().start);
        (it.accessibility, it.r#override) = (None, false);
        let after = self.after_key(&it.key, it.computed);
        if it.computed {
            self.visit_property_key(&mut it.key);
        }
        if std::mem::take(&mut it.optional) {
            self.mark(after);
        }
        self.visit_function(&mut it.value, ScopeFlags::Function);
    }

    fn visit_property_definition(&mut self, it: &mut PropertyDefinition<'a>) {
        it.span.start = self.field(
            it.span,
            &mut it.decorators,
            (&mut it.key, it.computed),
            it.type_annotation.take().as_deref(),
            it.value.as_mut(),
        );
        (it.accessibility, it.r#override) = (None, false);
        (it.readonly, it.optional, it.definite) = (false, false, false);
    }

    fn visit_accessor_property(&mut self, it: &mut AccessorProperty<'a>) {
        self.is_exact = false;
        self.field(
            it.span,
            &mut it.decorators,
            (&mut it.key, it.computed),
            it.type_annotation.take().as_deref(),
            it.value.as_mut(),
        );
    }

    fn visit_expression(&mut self, it: &mut Expression<'a>) {
        match it {
            Expression::TSAsExpression(inner) => self.as_type(inner),
            Expression::TSSatisfiesExpression(inner) => self.satisfies(inner),
            Expression::TSNonNullExpression(inner) => self.non_null(inner),
            Expression::TSInstantiationExpression(inner) => self.instantiation(inner),
            Expression::TSTypeAssertion(inner) => self.assertion(inner),
            _ => walk_mut::walk_expression(self, it),
        }
        let inner = match it {
            Expression::TSAsExpression(it) => &mut it.expression,
            Expression::TSSatisfiesExpression(it) => &mut it.expression,
            Expression::TSNonNullExpression(it) => &mut it.expression,
            Expression::TSInstantiationExpression(it) => &mut it.expression,
            Expression::TSTypeAssertion(it) => &mut it.expression,
            Expression::ParenthesizedExpression(it) => &mut it.expression,
            _ => return,
        };
        *it = inner.take_in(&self.arena);
    }

    fn visit_call_expression(&mut self, it: &mut CallExpression<'a>) {
        walk_mut::walk_call_expression(self, it);
        it.type_arguments = None;
    }

    fn visit_new_expression(&mut self, it: &mut NewExpression<'a>) {
        let callee = it.callee.span();
        walk_mut::walk_new_expression(self, it);
        if let Some(arguments) = it.type_arguments.take()
            && arguments.span.end == it.span.end
        {
            it.span.end = callee.end;
        }
    }

    fn visit_tagged_template_expression(&mut self, it: &mut TaggedTemplateExpression<'a>) {
        walk_mut::walk_tagged_template_expression(self, it);
        it.type_arguments = None;
    }

    // What is assigned to, and the end of an optional chain: the tree keeps them.

    fn visit_ts_as_expression(&mut self, it: &mut TSAsExpression<'a>) {
        self.is_exact = false;
        self.as_type(it);
    }

    fn visit_ts_satisfies_expression(&mut self, it: &mut TSSatisfiesExpression<'a>) {
        self.is_exact = false;
        self.satisfies(it);
    }

    fn visit_ts_non_null_expression(&mut self, it: &mut TSNonNullExpression<'a>) {
        self.is_exact = false;
        self.non_null(it);
    }

    fn visit_ts_type_assertion(&mut self, it: &mut TSTypeAssertion<'a>) {
        self.is_exact = false;
        self.assertion(it);
    }
}
