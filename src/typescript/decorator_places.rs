//! Where calls of helpers for legacy decorators come from, which oxc's transformer leaves open.
//!
//! Input, of `@d class A { constructor(b: B) {} }`, with the place of `d` alone:
//! ```js
//! A = babelHelpers.decorate([d, babelHelpers.decorateMetadata("design:paramtypes", [B])], A);
//! ```
//! Output: the same tree; `decorate` and `decorateMetadata` come from where the `@` is.
//!
//! V8 names the place of such a call when a decorator throws, and when a name in its arguments is not defined or not
//! initialized. Without one of its own it would be as far behind the end of the class as the code is wide.

use oxc_ast::{
    AstKind,
    ast::{CallExpression, Expression, Program},
};
use oxc_ast_visit::{VisitJs, VisitJsMut, walk_js_mut};
use oxc_span::{GetSpan, Span};

use crate::nodes::Nodes;

pub(super) fn note(program: &mut Program) {
    Calls::default().visit_program(program);
}

#[derive(Default)]
struct Calls {
    /// The first decorator of the call whose arguments are looked at.
    first: Span,
    /// The calls for metadata among these so far.
    metadata: u32,
}

impl Calls {
    /// The printer leaves out what comes from the same place as what it has printed last: no two that follow each other do.
    fn place_of(&mut self, it: &CallExpression, helper: &str) -> u32 {
        if helper == "decorateMetadata" {
            self.metadata += 1;
            return self.first.start.saturating_sub(self.metadata % 2);
        }
        // The first thing that is in the source: a decorator, which comes after its `@`.
        let mut first = None;
        let mut is_of_parameter = false;
        let mut look_at = |node: AstKind| {
            if first.is_some() {
                return false;
            }
            if node.span().start > 0 {
                first = Some(node.span());
            } else if let AstKind::CallExpression(call) = node {
                is_of_parameter |= helper_of(call) == Some("decorateParam");
            }
            true
        };
        Nodes::asking(&mut look_at).visit_arguments(&it.arguments);
        let Some(span) = first else {
            return self.first.start;
        };
        if helper == "decorate" {
            (self.first, self.metadata) = (span, 0);
        }
        match is_of_parameter && helper == "decorate" {
            true => span.end - 1,
            false => span.start - 1,
        }
    }
}

impl<'a> VisitJsMut<'a> for Calls {
    fn visit_call_expression(&mut self, it: &mut CallExpression<'a>) {
        if let Some(helper) = helper_of(it) {
            let start = self.place_of(it, helper);
            if let Expression::StaticMemberExpression(callee) = &mut it.callee {
                callee.property.span = Span::new(start, start + 1);
            }
        }
        walk_js_mut::walk_call_expression(self, it);
    }
}

/// `babelHelpers.decorate`, `decorateParam` or `decorateMetadata`, made by the transformer.
fn helper_of<'a>(it: &CallExpression<'a>) -> Option<&'a str> {
    let Expression::StaticMemberExpression(callee) = &it.callee else {
        return None;
    };
    let name = callee.property.name.as_str();
    let is_helper = it.span.is_empty()
        && name.starts_with("decorate")
        && matches!(&callee.object, Expression::Identifier(id) if id.name == "babelHelpers");
    is_helper.then_some(name)
}
