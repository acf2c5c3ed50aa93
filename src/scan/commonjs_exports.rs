//! The names under which an ES module may import what a CommonJS module exports, as Node finds them
//! (cjs-module-lexer, of which Node documents the grammar): by the shape of the text, without
//! scopes, wherever in the module it stands. What this grammar has not is not named, though the
//! module may well export it.
//!
//! Output: `exports.a = …`, `exports["a"] = …`, `Object.defineProperty(exports, "a", { value …`,
//! `module.exports = { a, b: c }` → names; `module.exports = require("x")`,
//! `{ ...require("x") }`, `__exportStar(require("x"))` and Babel's loop → modules whose names join.

mod defined;
mod stars;

pub use defined::note_lexer;
use defined::{Defined, defined, forgets};

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Argument, AssignmentExpression, AssignmentOperator, AssignmentTarget, CallExpression,
    ComputedMemberExpression, Expression, ObjectExpression, ObjectProperty, ObjectPropertyKind,
    PropertyKey, PropertyKind, StaticMemberExpression,
};
use oxc_ast_visit::{VisitJs, walk_js as walk};
use oxc_parser::{ParseOptions, Parser};
use oxc_span::{GetSpan, SourceType, Span};
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
    let mut finder = Finder {
        source,
        ..Finder::default()
    };
    finder.visit_program(&parsed.program);
    let Finder {
        mut names,
        unsafe_getters,
        whole,
        whole_since,
        ..
    } = finder;
    if forgets() {
        names.retain(|name| !unsafe_getters.contains(name));
    }
    let stars = stars::export_stars(&parsed.program).into_iter();
    let mut reexports = whole;
    reexports.extend(stars.filter_map(|(at, specifier)| (at >= whole_since).then_some(specifier)));
    CommonJsExports { names, reexports }
}

#[derive(Default)]
struct Finder<'s> {
    source: &'s str,
    names: BTreeSet<String>,
    /// Where the lexer can't tell that a property is read without side effects.
    unsafe_getters: BTreeSet<String>,
    /// Of the last `module.exports = …`.
    whole: BTreeSet<String>,
    /// Where that is: what was passed on before is not any more.
    whole_since: u32,
}

impl<'a> VisitJs<'a> for Finder<'_> {
    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if let (AssignmentOperator::Assign, AssignmentTarget::StaticMemberExpression(left)) =
            (it.operator, &it.left)
            && is_module_exports_member(&left.object, left.property.name.as_str())
        {
            self.whole(it.span.start, &it.right);
        }
        walk::walk_assignment_expression(self, it);
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        if !it.optional {
            self.member(&it.object, it.property.name.as_str(), it.span);
        }
        walk::walk_static_member_expression(self, it);
    }

    fn visit_computed_member_expression(&mut self, it: &ComputedMemberExpression<'a>) {
        if let Expression::StringLiteral(name) = &it.expression
            && is_exports(&it.object)
            && !it.optional
        {
            self.member(&it.object, name.value.as_str(), it.span);
        }
        walk::walk_computed_member_expression(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if let Some(Defined { name, is_safe }) = defined(it, self.source) {
            match is_safe {
                true => self.names.insert(name),
                false => self.unsafe_getters.insert(name),
            };
        }
        walk::walk_call_expression(self, it);
    }
}

impl Finder<'_> {
    /// The lexer sees no more of `exports.a === 1` than of `exports.a = 1`.
    fn member(&mut self, object: &Expression, name: &str, span: Span) {
        let is_whole = is_module_exports_member(object, name);
        if !is_whole && !is_exports(object) {
            return;
        }
        let behind = behind(self.source, span.end);
        if is_whole && behind.starts_with("==") {
            self.begin_whole(span.start);
        } else if !is_whole && behind.starts_with('=') {
            self.names.insert(name.to_owned());
        }
    }

    fn begin_whole(&mut self, at: u32) {
        self.whole.clear();
        self.whole_since = self.whole_since.max(at);
    }

    /// `module.exports = right`
    fn whole(&mut self, at: u32, right: &Expression) {
        self.begin_whole(at);
        match leftmost(right) {
            Expression::ObjectExpression(object) => self.literal(object),
            first => self.whole.extend(required(first)),
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
        // `get a() {}` reads as the word `get`, then as something else; merve knows better, where a name follows.
        let word = match it.kind {
            PropertyKind::Set => Some("set"),
            PropertyKind::Get if it.computed || forgets() => Some("get"),
            _ => None,
        };
        self.names.extend(word.map(str::to_owned));
        if it.computed || it.kind != PropertyKind::Init {
            return false;
        }
        if let (true, Expression::FunctionExpression(function)) = (it.method, &it.value) {
            // `async a() {}` reads as the word `async`, then as something else.
            let word = match &it.key {
                _ if function.r#async => Some("async".to_owned()),
                PropertyKey::StaticIdentifier(name) => Some(name.name.to_string()),
                _ => None,
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
        // Right behind a value the lexer wants the comma.
        let goes_on = it.shorthand || self.source[it.span.end as usize..].starts_with(',');
        goes_on
            && matches!(
                it.value,
                Expression::Identifier(_)
                    | Expression::BooleanLiteral(_)
                    | Expression::NullLiteral(_)
                    | Expression::ThisExpression(_)
            )
    }
}

/// The text from `at` on, without the blanks and comments it begins with.
fn behind(source: &str, at: u32) -> &str {
    let mut rest = source.get(at as usize..).unwrap_or_default();
    loop {
        rest = rest.trim_start();
        let Some(comment) = rest.strip_prefix('/') else {
            return rest;
        };
        let end = match comment.as_bytes().first() {
            Some(b'/') => comment.find('\n'),
            Some(b'*') => comment[1..].find("*/").map(|end| end + 3),
            _ => return rest,
        };
        rest = end.map_or("", |end| &comment[end..]);
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
