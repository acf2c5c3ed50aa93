//! One walk over syntax trees for all that is rarely looked for. A visitor of its own would be 10 to 20 KB of code, in an
//! addon that has 6 MB for all it does.

use oxc_ast::AstKind;
use oxc_ast_visit::VisitJs;

/// Asks `each` of every node but types, in source order; where it says no, what is in that node is left out.
///
/// ```text
/// Nodes::asking(&mut |node| !matches!(node, AstKind::Function(_))).visit_program(&program);
/// ```
pub struct Nodes<'f, 'a> {
    each: &'f mut dyn FnMut(AstKind<'a>) -> bool,
    /// Of the nodes that are left out, how many is the walk in?
    depth: u32,
}

impl<'f, 'a> Nodes<'f, 'a> {
    pub fn asking(each: &'f mut dyn FnMut(AstKind<'a>) -> bool) -> Self {
        Self { each, depth: 0 }
    }
}

impl<'a> VisitJs<'a> for Nodes<'_, 'a> {
    // Not at 150 places.
    #[inline(never)]
    fn enter_node(&mut self, node: AstKind<'a>) {
        if self.depth > 0 || !(self.each)(node) {
            self.depth += 1;
        }
    }

    fn leave_node(&mut self, _: AstKind<'a>) {
        self.depth = self.depth.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use oxc_allocator::Allocator;
    use oxc_parser::Parser;
    use oxc_span::SourceType;

    use super::*;

    #[test]
    fn what_is_in_a_node_is_left_out() {
        let source = "a; function f() { b; function g() { c } } d";
        let allocator = Allocator::default();
        let program = Parser::new(&allocator, source, SourceType::mjs())
            .parse()
            .program;
        let mut names = Vec::new();
        let mut each = |node: AstKind| {
            if let AstKind::IdentifierReference(it) = node {
                names.push(it.name.to_string());
            }
            !matches!(node, AstKind::Function(_))
        };
        Nodes::asking(&mut each).visit_program(&program);
        assert_eq!(names, ["a", "d"]);
    }
}
