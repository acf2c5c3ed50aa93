//! What compilers make of `export * from`: TypeScript's `__exportStar`, and Babel's loop over the names.

use oxc_ast::ast::{
    Argument, BindingPattern, CallExpression, Expression, Function, Program, Statement,
};
use rustc_hash::FxHashMap;

use super::required;

/// At the top level alone: specifiers, and where in the text they are.
pub(super) fn export_stars(program: &Program) -> Vec<(u32, String)> {
    let mut stars = Vec::new();
    let mut required_as: FxHashMap<&str, String> = FxHashMap::default();
    for statement in &program.body {
        match statement {
            Statement::VariableDeclaration(it) => {
                for declaration in &it.declarations {
                    let (BindingPattern::BindingIdentifier(id), Some(value)) =
                        (&declaration.id, &declaration.init)
                    else {
                        continue;
                    };
                    if let Some(specifier) = required(value).or_else(|| wildcard(value)) {
                        required_as.insert(id.name.as_str(), specifier);
                    }
                }
            }
            Statement::ExpressionStatement(it) => {
                let Expression::CallExpression(call) = &it.expression else {
                    continue;
                };
                let looped = looped_over(call).and_then(|name| required_as.get(name));
                let found = export_star(call).or_else(|| looped.cloned());
                stars.extend(found.map(|specifier| (it.span.start, specifier)));
            }
            _ => {}
        }
    }
    stars
}

/// Babel's `_interopRequireWildcard(require("x"))`.
fn wildcard(expression: &Expression) -> Option<String> {
    let Expression::CallExpression(call) = expression else {
        return None;
    };
    let is_babels =
        matches!(&call.callee, Expression::Identifier(it) if it.name == "_interopRequireWildcard");
    let argument = call.arguments.first()?.as_expression()?;
    required(argument).filter(|_| is_babels)
}

/// TypeScript's `__exportStar(require("x"), exports)`, also of tslib.
fn export_star(call: &CallExpression) -> Option<String> {
    let name = match &call.callee {
        Expression::Identifier(it) => it.name.as_str(),
        Expression::StaticMemberExpression(it)
            if matches!(it.object, Expression::Identifier(_)) =>
        {
            it.property.name.as_str()
        }
        _ => return None,
    };
    let argument = call.arguments.first()?.as_expression()?;
    required(argument).filter(|_| matches!(name, "__export" | "__exportStar"))
}

/// Babel's `Object.keys(_x).forEach(function (key) { … exports[key] … })`: `_x`.
fn looped_over<'e>(call: &'e CallExpression) -> Option<&'e str> {
    let Expression::StaticMemberExpression(each) = &call.callee else {
        return None;
    };
    let Expression::CallExpression(keys) = &each.object else {
        return None;
    };
    let Expression::StaticMemberExpression(of) = &keys.callee else {
        return None;
    };
    let is_object = matches!(&of.object, Expression::Identifier(it) if it.name == "Object");
    if each.property.name != "forEach" || of.property.name != "keys" || !is_object {
        return None;
    }
    let [Argument::Identifier(subject)] = keys.arguments.as_slice() else {
        return None;
    };
    let [Argument::FunctionExpression(function)] = call.arguments.as_slice() else {
        return None;
    };
    hands_on(function).then(|| subject.name.as_str())
}

/// Does the loop begin with a look whether the key is `default`?
fn hands_on(function: &Function) -> bool {
    let first = function
        .body
        .as_ref()
        .and_then(|body| body.statements.first());
    matches!(first, Some(Statement::IfStatement(_)))
}
