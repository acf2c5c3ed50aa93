//! What the heads of loops write.
//!
//! `for (n of x) { g() }` → `for (n of x) {$s0(n); g() }`

use oxc_ast::ast::{BlockStatement, Expression, ForStatementLeft, Statement};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan;

use super::body::Body;

impl Body<'_, '_> {
    pub(super) fn for_in_or_of<'a>(
        &mut self,
        left: &ForStatementLeft<'a>,
        right: &Expression<'a>,
        body: &Statement<'a>,
    ) {
        let cells = match left {
            ForStatementLeft::VariableDeclaration(it) if it.kind.is_var() && self.cyclic => {
                self.cells_of_variables(it)
            }
            ForStatementLeft::VariableDeclaration(_) => Vec::new(),
            other => match other.as_assignment_target() {
                Some(it) => self.cells_of(it, false),
                None => Vec::new(),
            },
        };
        match left {
            ForStatementLeft::VariableDeclaration(it) => {
                self.note_using(it);
                walk::walk_variable_declaration(self, it);
            }
            other => self.visit_for_statement_left(other),
        }
        self.spoken_of(true, |this| this.visit_expression(right));
        if cells.is_empty() {
            return self.visit_statement(body);
        }
        let pushes: String = cells.iter().map(|cell| self.push(*cell) + ";").collect();
        match body {
            Statement::BlockStatement(block) if !self.declares_any(block, &cells) => {
                self.edits.insert(block.span.start + 1, pushes);
                self.visit_statement(body);
            }
            _ => {
                self.edits.insert(body.span().start, format!("{{{pushes}"));
                self.visit_statement(body);
                self.edits.insert(body.span().end, "}");
            }
        }
    }

    /// `for (n of x) { const n = … }`: a name in the block is not the export's.
    fn declares_any(&self, block: &BlockStatement, cells: &[usize]) -> bool {
        let declares = |name: &str| {
            let scope = block.scope_id.get();
            scope.is_some_and(|it| self.scoping.get_binding(it, name.into()).is_some())
        };
        cells.iter().any(|cell| declares(self.name_of(*cell)))
    }
}
