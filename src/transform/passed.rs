//! Assignments of what a call gives, whose value is used, and pushed on its way: `(n = f()).a` → `(n = $q0(f())).a`.

use oxc_ast::ast::{AssignmentExpression, AssignmentTarget, Expression};
use oxc_ast_visit::Visit;
use oxc_span::{GetSpan, Span};

use super::body::Body;

/// In what functions are named after what they are assigned to, in stacks, too, a call in between would be seen.
const OF_FUNCTIONS: [&str; 5] = ["=>", "function", "class", "){", ") {"];

impl Body<'_, '_> {
    /// V8 puts the assignment into words by its target (`n is not a function`). Not where the write may fail, which would be after the push; and
    /// of a call alone, since V8 infers names of functions from `n = x` if `x` is none.
    pub(super) fn passed_cell(&self, it: &AssignmentExpression) -> Option<usize> {
        let AssignmentTarget::AssignmentTargetIdentifier(id) = &it.left else {
            return None;
        };
        let is_kept = it.operator.is_assign() || it.operator.is_logical();
        let value = it.right.span().source_text(self.edits.source());
        let is_call = matches!(
            it.right,
            Expression::CallExpression(_) | Expression::NewExpression(_)
        );
        if self.cyclic
            || !is_kept
            || !is_call
            || !self.has_setter(id)
            || OF_FUNCTIONS.iter().any(|it| value.contains(it))
        {
            return None;
        }
        self.bindings.cell_of(id, self.scoping)
    }

    pub(super) fn pass<'a>(&mut self, value: &Expression<'a>, cell: usize) {
        self.note_push(cell);
        self.used.passed[cell] = true;
        let Span { start, end, .. } = value.span();
        let open = self.names.numbered("q", cell) + "(";
        self.edits.insert(start, open);
        self.visit_expression(value);
        self.edits.insert(end, ")");
    }
}
