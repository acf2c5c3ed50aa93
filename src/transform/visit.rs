//! Where in the tree `body`'s rules apply.

use oxc_ast::ast::{
    ArrayExpression, ArrowFunctionBody, ArrowFunctionExpression, AssignmentExpression,
    AssignmentPattern, AssignmentTargetPropertyIdentifier, AssignmentTargetWithDefault,
    AwaitExpression, BinaryExpression, BinaryOperator, CallExpression, Class, ClassBody,
    ClassHeritage, Directive, DoWhileStatement, ExportNamedDeclaration, Expression, ForInStatement,
    ForOfStatement, ForStatement, ForStatementInit, FormalParameter, Function, IdentifierReference,
    ImportDeclaration, ImportExpression, ImportMeta, MemberExpression, NewExpression,
    NumericLiteral, ObjectExpression, ObjectProperty, PropertyDefinition, PropertyKey,
    SequenceExpression, SimpleAssignmentTarget, SpreadElement, Statement, StaticBlock,
    StringLiteral, TaggedTemplateExpression, TemplateElement, UnaryExpression, UnaryOperator,
    UpdateExpression, VariableDeclaration, VariableDeclarator, WhileStatement, YieldExpression,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};
use oxc_syntax::scope::ScopeFlags;

use super::{
    body::{Body, In},
    harmless::Inside,
    retext::LiteralKind,
};

impl<'a> Visit<'a> for Body<'_, '_> {
    javascript_only!(&);

    fn visit_statement(&mut self, it: &Statement<'a>) {
        match it {
            Statement::ExpressionStatement(it) => {
                self.statement = it.span.start;
                match self.keeps_values {
                    true => self.visit_expression(&it.expression),
                    false => self.discarded(&it.expression),
                }
            }
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
        self.repeated(|this| {
            it.test.iter().for_each(|test| this.visit_expression(test));
            it.update.iter().for_each(|update| this.discarded(update));
            this.visit_statement(&it.body);
        });
    }

    fn visit_while_statement(&mut self, it: &WhileStatement<'a>) {
        self.repeated(|this| walk::walk_while_statement(this, it));
    }

    fn visit_do_while_statement(&mut self, it: &DoWhileStatement<'a>) {
        self.repeated(|this| walk::walk_do_while_statement(this, it));
    }

    fn visit_for_in_statement(&mut self, it: &ForInStatement<'a>) {
        self.repeated(|this| this.for_in_or_of(&it.left, &it.right, &it.body));
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        self.used.awaits |= it.r#await && self.functions == 0;
        self.repeated(|this| this.for_in_or_of(&it.left, &it.right, &it.body));
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        self.note_using(it);
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
            let Span { start, end, .. } = it.binding.span;
            self.edits.insert(start, format!("{}:", it.binding.name));
            self.edits.replace(start, end, constant);
        }
        self.spoken_of(true, |this| {
            it.init.iter().for_each(|init| this.default(init));
        });
    }

    fn visit_assignment_target_with_default(&mut self, it: &AssignmentTargetWithDefault<'a>) {
        self.visit_assignment_target(&it.binding);
        self.spoken_of(true, |this| this.default(&it.init));
    }

    fn visit_await_expression(&mut self, it: &AwaitExpression<'a>) {
        self.used.awaits |= self.functions == 0;
        // "(intermediate value)", whatever is awaited.
        self.spoken_of(false, |this| walk::walk_await_expression(this, it));
    }

    fn visit_import_meta(&mut self, it: &ImportMeta) {
        self.import_meta(it);
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        match it.phase {
            Some(_) => self.used.phases = true,
            None => self.import_call(it),
        }
        self.spoken_of(false, |this| walk::walk_import_expression(this, it));
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
        } else if let Some(live) = self.live_of(it) {
            self.edits.replace(it.span.start, it.span.end, live);
        }
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        match &it.callee {
            Expression::Identifier(id) if id.name == "eval" && !it.optional => {
                // Its code may speak of all.
                self.used.spoken_of.extend(self.bindings.live.keys());
                if let Some(first) = it.arguments.first().filter(|first| !first.is_spread()) {
                    let site = self.eval_site(id);
                    self.edits.insert(first.span().start, site);
                    walk::walk_call_expression(self, it);
                    return self.edits.insert(first.span().end, ")");
                }
            }
            Expression::Identifier(id) => {
                if let Some(live) = self.spoken_of(true, |this| this.live_of(id)) {
                    // A function of a namespace, without the namespace as its `this`.
                    self.edits
                        .replace(id.span.start, id.span.end, format!("(0,{live})"));
                    return self.visit_arguments(&it.arguments);
                }
            }
            _ => {}
        }
        let is_spoken_of = self.is_spoken_of || !Self::is_of_promise(&it.callee);
        self.applied(is_spoken_of, &it.callee);
        self.visit_arguments(&it.arguments);
    }

    fn visit_member_expression(&mut self, it: &MemberExpression<'a>) {
        self.applied = it.object().without_parentheses().span().start;
        walk::walk_member_expression(self, it);
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        self.applied(true, &it.callee);
        self.visit_arguments(&it.arguments);
    }

    fn visit_spread_element(&mut self, it: &SpreadElement<'a>) {
        self.spoken_of(true, |this| this.visit_expression(&it.argument));
    }

    fn visit_yield_expression(&mut self, it: &YieldExpression<'a>) {
        let is_spoken_of = self.is_spoken_of || it.delegate;
        self.spoken_of(is_spoken_of, |this| walk::walk_yield_expression(this, it));
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        self.spoken_of(!it.id.is_binding_identifier(), |this| {
            walk::walk_variable_declarator(this, it);
        });
    }

    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        self.spoken_of(!it.pattern.is_binding_identifier(), |this| {
            walk::walk_formal_parameter(this, it);
        });
    }

    fn visit_assignment_pattern(&mut self, it: &AssignmentPattern<'a>) {
        self.spoken_of(true, |this| walk::walk_assignment_pattern(this, it));
    }

    fn visit_tagged_template_expression(&mut self, it: &TaggedTemplateExpression<'a>) {
        if let Expression::Identifier(id) = &it.tag
            && let Some(live) = self.spoken_of(true, |this| this.live_of(id))
        {
            self.edits
                .replace(id.span.start, id.span.end, format!("(0,{live})"));
            return self.visit_template_literal(&it.quasi);
        }
        self.applied(true, &it.tag);
        self.visit_template_literal(&it.quasi);
    }

    fn visit_unary_expression(&mut self, it: &UnaryExpression<'a>) {
        if let Expression::Identifier(id) = &it.argument
            && it.operator == UnaryOperator::Typeof
            && self.with_arguments == 0
            && id.name == "arguments"
        {
            let value = format!("{}.arguments.v", self.names.of("h"));
            return self.edits.replace(id.span.start, id.span.end, value);
        }
        if let Expression::ImportMeta(meta) = &it.argument
            && it.operator == UnaryOperator::Delete
        {
            // What stands for it is a variable, which strict mode code can't delete.
            self.edits.insert(meta.span.start, "(0,");
            self.visit_import_meta(meta);
            return self.edits.insert(meta.span.end, ")");
        }
        walk::walk_unary_expression(self, it);
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        match &it.value {
            Expression::Identifier(id) if it.shorthand => {
                let is_arguments = self.with_arguments == 0 && id.name == "arguments";
                if is_arguments || self.live_of(id).is_some() {
                    self.edits.insert(id.span.start, format!("{}:", id.name));
                }
                self.visit_identifier_reference(id);
            }
            _ => walk::walk_object_property(self, it),
        }
    }

    // Where another text may stand (`retext`). Keys are none: there may not be two of some names.

    fn visit_property_key(&mut self, it: &PropertyKey<'a>) {
        let is_literal = matches!(
            it,
            PropertyKey::StringLiteral(_) | PropertyKey::NumericLiteral(_)
        );
        if !is_literal {
            walk::walk_property_key(self, it);
        }
    }

    fn visit_string_literal(&mut self, it: &StringLiteral<'a>) {
        let Span { start, end, .. } = it.span;
        self.note_literal(start + 1, end - 1, LiteralKind::String);
    }

    fn visit_numeric_literal(&mut self, it: &NumericLiteral<'a>) {
        self.note_literal(it.span.start, it.span.end, LiteralKind::Number);
    }

    fn visit_template_element(&mut self, it: &TemplateElement<'a>) {
        self.note_literal(it.span.start, it.span.end, LiteralKind::Template);
    }

    fn visit_directive(&mut self, _: &Directive<'a>) {}

    fn visit_import_declaration(&mut self, _: &ImportDeclaration<'a>) {}

    /// `export { a }`: names, and nothing is read there.
    fn visit_export_named_declaration(&mut self, _: &ExportNamedDeclaration<'a>) {}

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        self.note_free(it.params.span, Inside::Parameters);
        if let Some(body) = &it.body {
            self.note_free(body.span, Inside::Function);
        }
        self.inside(In::Function, |this| walk::walk_function(this, it, flags));
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.note_free(it.params.span, Inside::Parameters);
        if let ArrowFunctionBody::FunctionBody(body) = &it.body {
            self.note_free(body.span, Inside::Function);
        }
        self.inside(In::Arrow, |this| {
            walk::walk_arrow_function_expression(this, it);
        });
    }

    // What is in functions can be told by these.

    fn visit_array_expression(&mut self, it: &ArrayExpression<'a>) {
        if self.functions == 0 {
            self.note_free(it.span, Inside::Brackets);
        }
        walk::walk_array_expression(self, it);
    }

    fn visit_object_expression(&mut self, it: &ObjectExpression<'a>) {
        if self.functions == 0 {
            self.note_free(it.span, Inside::Brackets);
        }
        walk::walk_object_expression(self, it);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        let symbol = it.id.as_ref().and_then(|id| id.symbol_id.get());
        self.classes.extend(symbol);
        walk::walk_class(self, it);
        self.classes
            .truncate(self.classes.len() - usize::from(symbol.is_some()));
    }

    /// Where what is no constructor is shown is V8's choice.
    fn visit_class_heritage(&mut self, it: &ClassHeritage<'a>) {
        self.spoken_of(true, |this| walk::walk_class_heritage(this, it));
    }

    fn visit_class_body(&mut self, it: &ClassBody<'a>) {
        if self.functions == 0 {
            self.note_free(it.span, Inside::Brackets);
        }
        walk::walk_class_body(self, it);
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.visit_property_key(&it.key);
        if let Some(value) = &it.value {
            self.inside(In::Initializer, |this| this.visit_expression(value));
        }
    }

    fn visit_static_block(&mut self, it: &StaticBlock<'a>) {
        self.inside(In::Initializer, |this| walk::walk_static_block(this, it));
    }
}
