//! What lies below the top level: `import()` and `require()` of a literal, top-level await, and
//! whether a request stands where it may fail.

use oxc_ast::ast::{
    AccessorProperty, Argument, ArrowFunctionExpression, AssignmentExpression, AssignmentPattern,
    AwaitExpression, BlockStatement, CallExpression, ConditionalExpression, Expression,
    ForInStatement, ForOfStatement, ForStatement, Function, IfStatement, ImportExpression,
    LogicalExpression, ObjectExpression, ObjectPropertyKind, Program, PropertyDefinition,
    Statement, SwitchCase, TSExternalModuleDeclaration, TSGlobalDeclaration,
    TSImportEqualsDeclaration, TSModuleReference, TSNamespaceDeclaration, TryStatement,
    VariableDeclaration, VariableDeclarationKind, WhileStatement,
};
use oxc_ast_visit::{VisitJs, walk_js as walk};
use oxc_parser::ParserReturn;
use oxc_span::Span;
use oxc_syntax::scope::ScopeFlags;

use super::{ModuleKind, ModuleRecord, Request, RequestKind, statics::span};

pub(super) fn collect(parsed: &ParserReturn, source: &str, record: &mut ModuleRecord) {
    let commonjs = record.kind == ModuleKind::CommonJs;
    let typescript = parsed.program.source_type.is_typescript();
    // The words it takes; most modules have none and are not walked at all.
    let found = !parsed.module_record.dynamic_imports.is_empty()
        || (!commonjs && source.contains("await"))
        || ((commonjs || typescript) && source.contains("require"));
    if !found {
        return;
    }
    let mut finder = Finder {
        commonjs,
        requests: Vec::new(),
        awaits: false,
        functions: 0,
        guards: 0,
    };
    finder.visit_program(&parsed.program);
    record.has_top_level_await = !commonjs && finder.awaits;
    if !finder.requests.is_empty() {
        record.requests.append(&mut finder.requests);
        record.requests.sort_by_key(|request| request.span.start);
    }
}

pub(super) fn has_top_level_await(program: &Program) -> bool {
    let mut finder = Finder {
        commonjs: false,
        requests: Vec::new(),
        awaits: false,
        functions: 0,
        guards: 0,
    };
    finder.visit_program(program);
    finder.awaits
}

struct Finder {
    commonjs: bool,
    requests: Vec<Request>,
    awaits: bool,
    /// How many functions we are in.
    functions: u32,
    /// How many conditions and `try` blocks we are in.
    guards: u32,
}

impl Finder {
    fn guarded(&mut self, visit: impl FnOnce(&mut Self)) {
        self.guards += 1;
        visit(self);
        self.guards -= 1;
    }

    fn in_function(&mut self, visit: impl FnOnce(&mut Self)) {
        self.functions += 1;
        visit(self);
        self.functions -= 1;
    }

    /// A static field's runs with the class; an instance's is a function.
    fn initializer<'a>(&mut self, is_static: bool, value: Option<&Expression<'a>>) {
        match value {
            Some(value) if is_static => self.visit_expression(value),
            Some(value) => self.in_function(|this| this.visit_expression(value)),
            None => {}
        }
    }

    fn add(
        &mut self,
        kind: RequestKind,
        specifier: &str,
        at: Span,
        attributes: Vec<(String, String)>,
    ) {
        self.requests.push(Request {
            specifier: specifier.to_owned(),
            span: span(at),
            kind,
            attributes,
            guarded: self.functions + self.guards > 0,
            names: Vec::new(),
        });
    }

    fn await_here(&mut self) {
        self.awaits |= self.functions == 0;
    }
}

/// A string, or a template without expressions.
fn literal<'e>(expression: &'e Expression) -> Option<(&'e str, Span)> {
    match expression {
        Expression::StringLiteral(it) => Some((it.value.as_str(), it.span)),
        Expression::TemplateLiteral(it) if it.is_no_substitution_template() => it
            .quasis
            .first()?
            .value
            .cooked
            .as_ref()
            .map(|text| (text.as_str(), it.span)),
        _ => None,
    }
}

/// `{ with: { type: "json" } }`, as far as it is written out.
fn attributes(options: Option<&Expression>) -> Vec<(String, String)> {
    fn entries<'e, 'a>(
        object: &'e ObjectExpression<'a>,
    ) -> impl Iterator<Item = (std::borrow::Cow<'a, str>, &'e Expression<'a>)> {
        object
            .properties
            .iter()
            .filter_map(|property| match property {
                ObjectPropertyKind::ObjectProperty(it) if !it.computed => {
                    Some((it.key.static_name()?, &it.value))
                }
                _ => None,
            })
    }
    let Some(Expression::ObjectExpression(options)) = options else {
        return Vec::new();
    };
    let Some((_, Expression::ObjectExpression(with))) =
        entries(options).find(|(key, _)| key == "with")
    else {
        return Vec::new();
    };
    entries(with)
        .filter_map(|(key, value)| Some((key.into_owned(), literal(value)?.0.to_owned())))
        .collect()
}

impl<'a> VisitJs<'a> for Finder {
    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        if let Some((specifier, at)) = literal(&it.source) {
            self.add(
                RequestKind::DynamicImport,
                specifier,
                at,
                attributes(it.options.as_ref()),
            );
        }
        walk::walk_import_expression(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if self.commonjs
            && it.callee.is_specific_id("require")
            && let Some((specifier, at)) = it
                .arguments
                .first()
                .and_then(Argument::as_expression)
                .and_then(literal)
        {
            self.add(RequestKind::Require, specifier, at, Vec::new());
        }
        walk::walk_call_expression(self, it);
    }

    /// `import fs = require("fs")`: TypeScript's CommonJS import.
    fn visit_ts_import_equals_declaration(&mut self, it: &TSImportEqualsDeclaration<'a>) {
        if let TSModuleReference::ExternalModuleReference(reference) = &it.module_reference
            && !it.import_kind.is_type()
        {
            let literal = &reference.expression;
            self.add(
                RequestKind::Require,
                literal.value.as_str(),
                literal.span,
                Vec::new(),
            );
        }
    }

    // Top-level await (ECMA-262 16.2.1.6.1.3.1, HasTLA).

    fn visit_await_expression(&mut self, it: &AwaitExpression<'a>) {
        self.await_here();
        walk::walk_await_expression(self, it);
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        if it.r#await {
            self.await_here();
        }
        self.visit_for_statement_left(&it.left);
        self.visit_expression(&it.right);
        self.guarded(|this| this.visit_statement(&it.body));
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        if it.kind == VariableDeclarationKind::AwaitUsing {
            self.await_here();
        }
        if !it.declare {
            walk::walk_variable_declaration(self, it);
        }
    }

    // What runs later, if at all.

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        self.in_function(|this| walk::walk_function(this, it, flags));
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.in_function(|this| walk::walk_arrow_function_expression(this, it));
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.visit_decorators(&it.decorators);
        self.visit_property_key(&it.key);
        self.initializer(it.r#static, it.value.as_ref());
    }

    fn visit_accessor_property(&mut self, it: &AccessorProperty<'a>) {
        self.visit_decorators(&it.decorators);
        self.visit_property_key(&it.key);
        self.initializer(it.r#static, it.value.as_ref());
    }

    // What runs only sometimes, or may fail.

    fn visit_try_statement(&mut self, it: &TryStatement<'a>) {
        let guarded = |this: &mut Self, block: &BlockStatement<'a>| {
            // `try { } finally { }` catches nothing.
            if it.handler.is_some() {
                this.guarded(|this| this.visit_block_statement(block));
            } else {
                this.visit_block_statement(block);
            }
        };
        guarded(self, &it.block);
        if let Some(handler) = &it.handler {
            self.guarded(|this| this.visit_catch_clause(handler));
        }
        if let Some(finalizer) = &it.finalizer {
            self.visit_block_statement(finalizer);
        }
    }

    fn visit_if_statement(&mut self, it: &IfStatement<'a>) {
        self.visit_expression(&it.test);
        self.guarded(|this| this.visit_statement(&it.consequent));
        // A chain of `else if` is walked in a loop, not ever deeper.
        let mut alternate = it.alternate.as_ref();
        while let Some(Statement::IfStatement(next)) = alternate {
            self.guarded(|this| {
                this.visit_expression(&next.test);
                this.visit_statement(&next.consequent);
            });
            alternate = next.alternate.as_ref();
        }
        if let Some(last) = alternate {
            self.guarded(|this| this.visit_statement(last));
        }
    }

    fn visit_conditional_expression(&mut self, it: &ConditionalExpression<'a>) {
        self.visit_expression(&it.test);
        self.guarded(|this| {
            this.visit_expression(&it.consequent);
            this.visit_expression(&it.alternate);
        });
    }

    fn visit_logical_expression(&mut self, it: &LogicalExpression<'a>) {
        self.visit_expression(&it.left);
        self.guarded(|this| this.visit_expression(&it.right));
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        self.visit_assignment_target(&it.left);
        if it.operator.is_logical() {
            self.guarded(|this| this.visit_expression(&it.right));
        } else {
            self.visit_expression(&it.right);
        }
    }

    fn visit_assignment_pattern(&mut self, it: &AssignmentPattern<'a>) {
        self.visit_binding_pattern(&it.left);
        self.guarded(|this| this.visit_expression(&it.right));
    }

    fn visit_switch_case(&mut self, it: &SwitchCase<'a>) {
        self.guarded(|this| walk::walk_switch_case(this, it));
    }

    fn visit_while_statement(&mut self, it: &WhileStatement<'a>) {
        self.visit_expression(&it.test);
        self.guarded(|this| this.visit_statement(&it.body));
    }

    fn visit_for_statement(&mut self, it: &ForStatement<'a>) {
        if let Some(init) = &it.init {
            self.visit_for_statement_init(init);
        }
        if let Some(test) = &it.test {
            self.visit_expression(test);
        }
        self.guarded(|this| {
            this.visit_statement(&it.body);
            if let Some(update) = &it.update {
                this.visit_expression(update);
            }
        });
    }

    fn visit_for_in_statement(&mut self, it: &ForInStatement<'a>) {
        self.visit_for_statement_left(&it.left);
        self.visit_expression(&it.right);
        self.guarded(|this| this.visit_statement(&it.body));
    }

    // What TypeScript erases.

    fn visit_ts_external_module_declaration(&mut self, _: &TSExternalModuleDeclaration<'a>) {}
    fn visit_ts_global_declaration(&mut self, _: &TSGlobalDeclaration<'a>) {}

    fn visit_ts_namespace_declaration(&mut self, it: &TSNamespaceDeclaration<'a>) {
        if !it.declare {
            // It becomes a function that is called at once: no await, but it runs.
            walk::walk_ts_namespace_declaration(self, it);
        }
    }
}
