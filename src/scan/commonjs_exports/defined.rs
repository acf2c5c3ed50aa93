//! `Object.defineProperty(exports, "a", …)`: which of these name an export, and which take a name away.

use super::{is_exports, leftmost};
use oxc_ast::ast::{
    Argument, CallExpression, Expression, Function, ObjectExpression, ObjectProperty,
    ObjectPropertyKind, PropertyKey, PropertyKind, Statement,
};
use oxc_span::GetSpan;
use std::sync::atomic::{AtomicBool, Ordering};

/// cjs-module-lexer does not name a property that may be a getter with side effects, whatever else names it; merve, its
/// successor in C++ (Node 24 and newer), does.
static FORGETS: AtomicBool = AtomicBool::new(false);

/// Has the Node that asks the lexer in JavaScript?
pub fn note_lexer(is_javascript: bool) {
    FORGETS.store(is_javascript, Ordering::Relaxed);
}

pub(super) fn forgets() -> bool {
    FORGETS.load(Ordering::Relaxed)
}

pub(super) struct Defined {
    pub(super) name: String,
    /// A value, or a getter without side effects.
    pub(super) is_safe: bool,
}

/// `Object.defineProperty(exports, "a", …` of anything.
pub(super) fn defined(call: &CallExpression, source: &str) -> Option<Defined> {
    let Expression::StaticMemberExpression(callee) = &call.callee else {
        return None;
    };
    let is_object = matches!(&callee.object, Expression::Identifier(it) if it.name == "Object");
    let is_optional = callee.optional || call.optional;
    if !is_object || is_optional || callee.property.name != "defineProperty" {
        return None;
    }
    let [target, name, more @ ..] = call.arguments.as_slice() else {
        return None;
    };
    if !target.as_expression().is_some_and(is_exports) {
        return None;
    }
    let Expression::StringLiteral(text) = leftmost(name.as_expression()?) else {
        return None;
    };
    let is_whole = matches!(name, Argument::StringLiteral(_));
    let is_safe = match more {
        [Argument::ObjectExpression(descriptor), rest @ ..] if is_whole => {
            // Behind a getter the lexer wants the end of the call.
            let behind = &source[descriptor.span().end as usize..call.span.end as usize];
            is_safe(descriptor, rest.is_empty() && !behind.contains(','))
        }
        _ => false,
    };
    let name = text.value.to_string();
    Some(Defined { name, is_safe })
}

fn is_safe(descriptor: &ObjectExpression, is_last: bool) -> bool {
    let mut properties = descriptor.properties.iter();
    let Some(mut first) = properties.next().and_then(plainly_named) else {
        return false;
    };
    let is_true = matches!(&first.1.value, Expression::BooleanLiteral(it) if it.value);
    if first.0 == "enumerable" && is_true {
        let Some(second) = properties.next().and_then(plainly_named) else {
            return false;
        };
        first = second;
    }
    let (name, property) = first;
    match (name, &property.value) {
        ("value", _) => !property.method && !property.shorthand,
        ("get", Expression::FunctionExpression(getter)) => {
            is_last && properties.next().is_none() && is_plain(getter)
        }
        _ => false,
    }
}

/// `a: …`, `a() {}`, `a`
fn plainly_named<'p, 'a>(
    property: &'p ObjectPropertyKind<'a>,
) -> Option<(&'p str, &'p ObjectProperty<'a>)> {
    let ObjectPropertyKind::ObjectProperty(it) = property else {
        return None;
    };
    match &it.key {
        PropertyKey::StaticIdentifier(name) if it.kind == PropertyKind::Init && !it.computed => {
            Some((name.name.as_str(), it))
        }
        _ => None,
    }
}

/// `{ return a }`, `{ return a.b }`, `{ return a["b"] }`
fn is_plain(getter: &Function) -> bool {
    let is_simple = !getter.r#async && !getter.generator && getter.params.is_empty();
    let Some(body) = getter.body.as_ref().filter(|_| is_simple) else {
        return false;
    };
    let ([Statement::ReturnStatement(it)], []) =
        (body.statements.as_slice(), body.directives.as_slice())
    else {
        return false;
    };
    match &it.argument {
        Some(Expression::StaticMemberExpression(it)) => is_word(&it.object),
        Some(Expression::ComputedMemberExpression(it)) => {
            is_word(&it.object) && matches!(it.expression, Expression::StringLiteral(_))
        }
        Some(it) => is_word(it),
        None => false,
    }
}

/// The lexer does not know keywords from names.
fn is_word(it: &Expression) -> bool {
    matches!(
        it,
        Expression::Identifier(_)
            | Expression::ThisExpression(_)
            | Expression::BooleanLiteral(_)
            | Expression::NullLiteral(_)
            | Expression::Super(_)
    )
}
