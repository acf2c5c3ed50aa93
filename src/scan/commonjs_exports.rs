//! The names under which an ES module may import what a CommonJS module exports, as Node finds them
//! (cjs-module-lexer, of which Node documents the grammar): by the shape of the text, without
//! scopes, wherever in the module it stands. What this grammar has not is not named, though the
//! module may well export it.
//!
//! Output: `exports.a = …`, `exports["a"] = …`, `Object.defineProperty(exports, "a", { value …`,
//! `module.exports = { a, b: c }` → names; `module.exports = require("x")`,
//! `{ ...require("x") }`, `__exportStar(require("x"))` and Babel's loop → modules whose names join.

mod stars;

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, AssignmentExpression, AssignmentOperator, AssignmentTarget, CallExpression,
    Expression, Function, ObjectExpression, ObjectProperty, ObjectPropertyKind, PropertyKey,
    PropertyKind, Statement,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::{ParseOptions, Parser};
use oxc_span::{GetSpan, SourceType};
use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::{stack, without_mark};

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommonJsExports {
    pub names: BTreeSet<String>,
    /// Specifiers, as `require` takes them.
    pub reexports: BTreeSet<String>,
}

/// Never panics; of a source that does not parse, what could be read.
pub fn commonjs_exports(source: &str) -> CommonJsExports {
    let found = stack::with_room_for(source, || {
        catch_unwind(AssertUnwindSafe(|| find(without_mark(source))))
    });
    found.and_then(Result::ok).unwrap_or_default()
}

fn find(source: &str) -> CommonJsExports {
    let allocator = Allocator::default();
    let options = ParseOptions {
        // `module.exports = (require("x"))` is not `module.exports = require("x")` here.
        preserve_parens: true,
        allow_return_outside_function: true,
        enable_ident_hashes: false,
        ..ParseOptions::default()
    };
    let language = SourceType::cjs();
    let parsed = Parser::new(&allocator, source, language)
        .with_options(options)
        .parse();
    let mut finder = Finder::default();
    finder.visit_program(&parsed.program);
    let Finder { names, whole } = finder;
    let mut reexports = stars::export_stars(&parsed.program);
    reexports.extend(whole);
    CommonJsExports { names, reexports }
}

#[derive(Default)]
struct Finder {
    names: BTreeSet<String>,
    /// Of the last `module.exports = …`.
    whole: BTreeSet<String>,
}

impl<'a> Visit<'a> for Finder {
    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if it.operator == AssignmentOperator::Assign {
            self.assignment(&it.left, &it.right);
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.names.extend(defined(it));
        walk::walk_call_expression(self, it);
    }
}

impl Finder {
    fn assignment(&mut self, left: &AssignmentTarget, right: &Expression) {
        let (object, name) = match left {
            AssignmentTarget::StaticMemberExpression(it) => {
                if is_module_exports_member(&it.object, it.property.name.as_str()) {
                    return self.whole(right);
                }
                (&it.object, it.property.name.to_string())
            }
            AssignmentTarget::ComputedMemberExpression(it) => match &it.expression {
                Expression::StringLiteral(name) => (&it.object, name.value.to_string()),
                _ => return,
            },
            _ => return,
        };
        if is_exports(object) {
            self.names.insert(name);
        }
    }

    /// `module.exports = right`
    fn whole(&mut self, right: &Expression) {
        self.whole.clear();
        match right {
            Expression::ObjectExpression(object) => self.literal(object),
            _ => self.whole.extend(required(leftmost(right))),
        }
    }

    /// Up to the first property whose value is more than a word.
    fn literal(&mut self, object: &ObjectExpression) {
        for property in &object.properties {
            match property {
                ObjectPropertyKind::SpreadProperty(it) => match &it.argument {
                    Expression::Identifier(_) => {}
                    argument => match required(argument) {
                        Some(specifier) => {
                            self.whole.insert(specifier);
                        }
                        None => return,
                    },
                },
                ObjectPropertyKind::ObjectProperty(it) => {
                    if !self.property(it) {
                        return;
                    }
                }
            }
        }
    }

    /// Is the next one looked at?
    fn property(&mut self, it: &ObjectProperty) -> bool {
        if it.computed || it.kind != PropertyKind::Init {
            return false;
        }
        if let (true, Expression::FunctionExpression(function)) = (it.method, &it.value) {
            // `async a() {}` reads as the word `async`, then as something else.
            let word = if function.r#async {
                Some("async".to_owned())
            } else {
                name_of(&it.key)
            };
            self.names.extend(word.filter(|_| !function.generator));
            return false;
        }
        let Some(name) = name_of(&it.key) else {
            return false;
        };
        if !begins_with_word(leftmost(&it.value)) {
            return false;
        }
        self.names.insert(name);
        matches!(
            it.value,
            Expression::Identifier(_)
                | Expression::BooleanLiteral(_)
                | Expression::NullLiteral(_)
                | Expression::ThisExpression(_)
        )
    }
}

/// `exports`, `module.exports`
fn is_exports(expression: &Expression) -> bool {
    match expression {
        Expression::Identifier(it) => it.name == "exports",
        Expression::StaticMemberExpression(it) => {
            is_module_exports_member(&it.object, it.property.name.as_str())
        }
        _ => false,
    }
}

fn is_module_exports_member(object: &Expression, property: &str) -> bool {
    property == "exports" && matches!(object, Expression::Identifier(it) if it.name == "module")
}

/// `require("x")`, with a string and nothing else.
fn required(expression: &Expression) -> Option<String> {
    let Expression::CallExpression(call) = expression else {
        return None;
    };
    let is_require = matches!(&call.callee, Expression::Identifier(it) if it.name == "require");
    match call.arguments.as_slice() {
        [Argument::StringLiteral(it)] if is_require && !call.optional => Some(it.value.to_string()),
        _ => None,
    }
}

/// `Object.defineProperty(exports, "a", …)` of a value or a getter without side effects.
fn defined(call: &CallExpression) -> Option<String> {
    let Expression::StaticMemberExpression(callee) = &call.callee else {
        return None;
    };
    let is_object = matches!(&callee.object, Expression::Identifier(it) if it.name == "Object");
    if !is_object || callee.property.name != "defineProperty" {
        return None;
    }
    let [
        target,
        Argument::StringLiteral(name),
        Argument::ObjectExpression(descriptor),
    ] = call.arguments.as_slice()
    else {
        return None;
    };
    if !target.as_expression().is_some_and(is_exports) {
        return None;
    }
    let mut properties = descriptor.properties.iter().map(|property| match property {
        ObjectPropertyKind::ObjectProperty(it) if !it.computed => Some((name_of(&it.key)?, it)),
        _ => None,
    });
    let mut next = properties.next()??;
    let is_true = matches!(&next.1.value, Expression::BooleanLiteral(it) if it.value);
    if next.0 == "enumerable" && is_true {
        next = properties.next()??;
    }
    let is_named = match (next.0.as_str(), &next.1.value) {
        ("value", _) => true,
        ("get", Expression::FunctionExpression(getter)) => is_plain(getter),
        _ => false,
    };
    is_named.then(|| name.value.to_string())
}

/// `{ return a }`, `{ return a.b }`, `{ return a["b"] }`
fn is_plain(getter: &Function) -> bool {
    let Some(body) = &getter.body else {
        return false;
    };
    let [Statement::ReturnStatement(it)] = body.statements.as_slice() else {
        return false;
    };
    let is_word = |it: &Expression| matches!(it, Expression::Identifier(_));
    match &it.argument {
        Some(Expression::StaticMemberExpression(it)) => is_word(&it.object),
        Some(Expression::ComputedMemberExpression(it)) => {
            is_word(&it.object) && matches!(it.expression, Expression::StringLiteral(_))
        }
        Some(it) => is_word(it),
        None => false,
    }
}

fn name_of(key: &PropertyKey) -> Option<String> {
    match key {
        PropertyKey::StaticIdentifier(it) => Some(it.name.to_string()),
        PropertyKey::StringLiteral(it) => Some(it.value.to_string()),
        _ => None,
    }
}

/// What the text of an expression begins with; parentheses are something to begin with.
fn leftmost<'e, 'a>(mut expression: &'e Expression<'a>) -> &'e Expression<'a> {
    loop {
        expression = match expression {
            Expression::StaticMemberExpression(it) => &it.object,
            Expression::ComputedMemberExpression(it) => &it.object,
            Expression::CallExpression(it) if required(expression).is_none() => &it.callee,
            Expression::BinaryExpression(it) => &it.left,
            Expression::LogicalExpression(it) => &it.left,
            Expression::ConditionalExpression(it) => &it.test,
            Expression::TaggedTemplateExpression(it) => &it.tag,
            Expression::SequenceExpression(it) if !it.expressions.is_empty() => &it.expressions[0],
            _ => return expression,
        };
    }
}

/// A name or a keyword.
fn begins_with_word(expression: &Expression) -> bool {
    match expression {
        Expression::Identifier(_)
        | Expression::CallExpression(_)
        | Expression::NewExpression(_)
        | Expression::ClassExpression(_)
        | Expression::FunctionExpression(_)
        | Expression::BooleanLiteral(_)
        | Expression::NullLiteral(_)
        | Expression::ThisExpression(_)
        | Expression::ImportExpression(_)
        | Expression::AwaitExpression(_)
        | Expression::YieldExpression(_) => true,
        Expression::UnaryExpression(it) => it.operator.is_keyword(),
        Expression::ArrowFunctionExpression(it) => {
            it.r#async
                || it.params.span().start == it.span.start && !it.params.items.is_empty() && {
                    // `x => …`: the parameters are as long as their only name.
                    let [only] = it.params.items.as_slice() else {
                        return false;
                    };
                    only.span() == it.params.span()
                }
        }
        _ => false,
    }
}

#[cfg(test)]
#[path = "commonjs_exports_tests.rs"]
mod tests;
