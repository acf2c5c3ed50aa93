//! Where classes stand, what they are assigned to, and what `this` is in their static initializers.

use oxc_ast::ast::{
    AssignmentExpression, AssignmentPattern, AssignmentTarget, AssignmentTargetPropertyIdentifier,
    AssignmentTargetWithDefault, BindingPattern, Class, Declaration, ExportDefaultDeclaration,
    ExportDefaultDeclarationKind, Expression, FormalParameter, Function, ObjectProperty,
    PrivateFieldExpression, Statement, ThisExpression, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan;
use oxc_syntax::scope::ScopeFlags;

use super::{
    Assigned, Lower, Place, first_of,
    plan::{Counter, plan},
};

impl Lower<'_, '_> {
    /// NamedEvaluation, ECMA-262 8.4.5.
    pub(super) fn name(&mut self, expression: &Expression, name: &str) {
        self.name_by(expression, Assigned::to(name));
    }

    pub(super) fn name_by(&mut self, expression: &Expression, name: Assigned) {
        if let Expression::ClassExpression(class) = expression.without_parentheses()
            && class.id.is_none()
        {
            self.assigned.insert(class.span.start, name);
        }
    }

    /// Does an anonymous class get a function around it, in which it takes no name?
    fn is_enclosed(&self, expression: &Expression) -> Option<u32> {
        let Expression::ClassExpression(class) = expression.without_parentheses() else {
            return None;
        };
        let mut counter = Counter {
            names: self.counter.names,
            next: 0,
        };
        let plan = plan(class, self.assigns, &mut counter);
        (class.id.is_none() && !plan.variables.is_empty()).then_some(class.span.start)
    }

    fn name_as(&mut self, expression: &Expression, pattern: &BindingPattern) {
        if let BindingPattern::BindingIdentifier(id) = pattern {
            self.name(expression, &id.name);
        }
    }

    fn name_as_target(&mut self, expression: &Expression, target: &AssignmentTarget) {
        if let AssignmentTarget::AssignmentTargetIdentifier(id) = target {
            self.name(expression, &id.name);
        }
    }
}

impl<'a> Visit<'a> for Lower<'_, '_> {
    javascript_only!(&);

    fn visit_statement(&mut self, it: &Statement<'a>) {
        match it {
            Statement::ClassDeclaration(class) => {
                let start = first_of(&class.decorators, class.span.start);
                self.class(class, Place::Declaration { start });
            }
            Statement::ExportDeclaration(export) => match &export.declaration {
                Declaration::ClassDeclaration(class) => {
                    let start = first_of(&class.decorators, export.span.start);
                    self.class(class, Place::Export { start });
                }
                _ => walk::walk_statement(self, it),
            },
            _ => walk::walk_statement(self, it),
        }
    }

    fn visit_export_default_declaration(&mut self, it: &ExportDefaultDeclaration<'a>) {
        match &it.declaration {
            ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                let start = first_of(&class.decorators, it.span.start);
                self.class(class, Place::Default { start });
            }
            declaration => {
                if let Some(expression) = declaration.as_expression() {
                    self.name(expression, "default");
                }
                walk::walk_export_default_declaration(self, it);
            }
        }
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        self.class(it, Place::Expression);
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        let before = self.statics.clone();
        if let Some(statics) = &mut self.statics {
            statics.this = None;
        }
        let is_async = std::mem::replace(&mut self.is_async, it.r#async);
        walk::walk_function(self, it, flags);
        self.is_async = is_async;
        self.statics = before;
    }

    fn visit_this_expression(&mut self, it: &ThisExpression) {
        let this = self.statics.as_ref().and_then(|it| it.this.clone());
        if let Some(this) = this {
            self.edits.replace(it.span.start, it.span.end, this);
        }
    }

    fn visit_private_field_expression(&mut self, it: &PrivateFieldExpression<'a>) {
        let found = self.statics.as_ref().and_then(|statics| {
            let original = statics.original.as_ref()?;
            let is_static = statics
                .privates
                .iter()
                .any(|name| name[1..] == *it.field.name);
            let is_class = match &it.object {
                Expression::Identifier(id) => statics.name.as_deref() == Some(id.name.as_str()),
                Expression::ThisExpression(_) => statics.this.is_some(),
                _ => false,
            };
            (is_static && is_class).then(|| original.clone())
        });
        match found {
            Some(original) => {
                let span = it.object.span();
                self.edits.replace(span.start, span.end, original);
            }
            None => walk::walk_private_field_expression(self, it),
        }
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let Some(init) = &it.init {
            self.name_as(init, &it.id);
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_assignment_pattern(&mut self, it: &AssignmentPattern<'a>) {
        self.name_as(&it.right, &it.left);
        walk::walk_assignment_pattern(self, it);
    }

    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        if let Some(init) = &it.initializer {
            self.name_as(init, &it.pattern);
        }
        walk::walk_formal_parameter(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if it.operator.is_assign() || it.operator.is_logical() {
            self.name_as_target(&it.right, &it.left);
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_assignment_target_with_default(&mut self, it: &AssignmentTargetWithDefault<'a>) {
        self.name_as_target(&it.init, &it.binding);
        walk::walk_assignment_target_with_default(self, it);
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        if let Some(name) = it.key.static_name().filter(|_| !it.computed) {
            self.name(&it.value, &name);
        }
        if it.computed
            && let Some(class) = self.is_enclosed(&it.value)
        {
            let (span, helpers) = (it.key.span(), &self.helpers);
            self.edits
                .insert(span.start, format!("{helpers}.last={helpers}.key("));
            walk::walk_property_key(self, &it.key);
            self.edits.insert(span.end, ")");
            self.assigned.insert(class, Assigned::ToKey);
            return self.visit_expression(&it.value);
        }
        walk::walk_object_property(self, it);
    }

    fn visit_assignment_target_property_identifier(
        &mut self,
        it: &AssignmentTargetPropertyIdentifier<'a>,
    ) {
        if let Some(init) = &it.init {
            self.name(init, &it.binding.name);
        }
        walk::walk_assignment_target_property_identifier(self, it);
    }
}
