//! What lies in statements and expressions.
//!
//! Input:
//! ```js
//! import { a } from "x"; export let n = 0;
//! export const up = () => ++n, to = () => n = g();
//! function f() { n += 1; a = 2; import.meta; import("y"); }
//! ```
//! Output (import and export declarations are `statements`' business):
//! ```js
//! export const up = () => $w0(++n,n), to = () => n = $q0(g());
//! function f() { n += 1,$s0(n); þ = 2; import_meta; $aaaaa("y"); }
//! ```
//!
//! A write at the top level of a module outside every cycle needs no push: nobody can look before
//! the module has ended, and then its exports are handed out.

use std::collections::BTreeMap;

use oxc_ast::ast::{
    AssignmentExpression, AssignmentTarget, Expression, IdentifierReference, Program,
    SimpleAssignmentTarget, UpdateExpression, VariableDeclaration, VariableDeclarationKind,
};
use oxc_ast_visit::Visit;
use oxc_semantic::{Scoping, SymbolId};
use oxc_span::Span;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Place,
    bindings::Bindings,
    declared::Late,
    edits::Edits,
    eval::EvalSite,
    harmless::Inside,
    names::Names,
    retext::{Free, Literal, LiteralKind},
};

/// What the preamble has to provide.
#[derive(Debug, Default)]
pub(super) struct Used {
    pub awaits: bool,
    /// By `using`, outside of functions: when the module ends.
    pub disposes: bool,
    pub import_meta: bool,
    /// … where V8 may put it into words.
    pub spoken_meta: bool,
    pub import_call: bool,
    pub phases: bool,
    pub arguments: bool,
    /// Direct evals, in the order of their numbers.
    pub evals: Vec<EvalSite>,
    /// Each cell: does the body push it?
    pub pushed: Vec<bool>,
    /// Each cell: is what it is assigned to pushed on the way?
    pub passed: Vec<bool>,
    /// Each cell: is it written over and over?
    pub counted: Vec<bool>,
    /// Imports read in place whose text V8 may put into words.
    pub spoken_of: FxHashSet<usize>,
    /// Each cell: is it assigned to by a setter?
    pub set: Vec<bool>,
    /// Variables that are declared around the body.
    pub late: Vec<Late>,
    /// Constants that stand in for imports that are assigned to, by the imports' names.
    pub constants: BTreeMap<String, String>,
    /// Imports in `a += 1` and the like, and how they are read before they are refused.
    pub refused: BTreeMap<String, String>,
    /// In expressions.
    pub literals: Vec<Literal>,
    /// Where something else may stand, unless something is done there.
    pub free: Vec<Free>,
    /// `a <!-- b`: four tokens by the grammar, and a SyntaxError in V8, which we follow.
    pub html_comment: Option<Span>,
}

/// What code can be in that runs later, or elsewhere.
#[derive(Debug, Clone, Copy)]
pub(super) enum In {
    Function,
    Arrow,
    /// Of a field, or a static block.
    Initializer,
}

pub(super) struct Body<'b, 's> {
    pub(super) names: &'b Names,
    pub(super) edits: &'b mut Edits<'s>,
    pub(super) scoping: &'b Scoping,
    pub(super) bindings: &'b Bindings,
    pub(super) cyclic: bool,
    /// How many functions of any kind we are in.
    pub(super) functions: u32,
    /// … and loops, also those around the function.
    pub(super) loops: u32,
    /// Are we in what V8 may put into words? It shows all of an expression: `a.b(n).c is not a function`.
    pub(super) is_spoken_of: bool,
    /// Where the expression begins that was called last, or of which something was taken.
    pub(super) applied: u32,
    /// Where the expression statement begins that we came to last.
    pub(super) statement: u32,
    /// How many of them have `arguments` of their own.
    pub(super) with_arguments: u32,
    /// How many functions, fields and static blocks we are in that are no arrows: `new.target` and
    /// `arguments` in an eval there are V8's business.
    pub(super) with_target: u32,
    /// The value of the last statement is the value of the code: an eval's.
    pub(super) keeps_values: bool,
    temporaries: usize,
    /// Functions that are named after what they are the default of, by where they begin.
    pub(super) named: FxHashMap<u32, String>,
    /// The declared classes whose text this is: a constant there (ECMA-262 15.7.14).
    pub(super) classes: Vec<SymbolId>,
    pub(super) used: Used,
    /// Names of cells, to push by.
    cell_names: BTreeMap<usize, String>,
}

impl<'b, 's> Body<'b, 's> {
    pub(super) fn new(
        names: &'b Names,
        edits: &'b mut Edits<'s>,
        scoping: &'b Scoping,
        bindings: &'b Bindings,
        place: Place,
    ) -> Self {
        let own = bindings.cells.len() + usize::from(bindings.default_cell.is_some());
        let outer = bindings.outer_cells.values().map(|cell| cell + 1).max();
        let count = own.max(outer.unwrap_or(0));
        let used = Used {
            pushed: vec![false; count],
            passed: vec![false; count],
            counted: vec![false; count],
            set: vec![false; count],
            ..Used::default()
        };
        let names_of =
            |(symbol, cell): (&SymbolId, &usize)| (*cell, scoping.symbol_name(*symbol).to_owned());
        let mut cell_names: BTreeMap<usize, String> = bindings.cells.iter().map(names_of).collect();
        for (name, cell) in &bindings.outer_cells {
            cell_names.insert(*cell, name.clone());
        }
        Self {
            names,
            edits,
            scoping,
            bindings,
            cyclic: place == Place::Cyclic,
            functions: 0,
            loops: 0,
            is_spoken_of: false,
            applied: u32::MAX,
            statement: u32::MAX,
            with_arguments: 0,
            with_target: 0,
            keeps_values: false,
            temporaries: 0,
            named: FxHashMap::default(),
            classes: Vec::new(),
            used,
            cell_names,
        }
    }

    pub(super) fn program<'a>(&mut self, program: &Program<'a>) {
        self.visit_program(program);
    }

    pub(super) fn finish(self) -> Used {
        self.used
    }

    pub(super) fn note_literal(&mut self, from: u32, to: u32, kind: LiteralKind) {
        self.used.literals.push(Literal { from, to, kind });
    }

    /// What is between the brackets of `span`, if it has any.
    pub(super) fn note_free(&mut self, span: Span, inside: Inside) {
        let bytes = &self.edits.source().as_bytes()[span.start as usize..span.end as usize];
        if let [b'(' | b'[' | b'{', .., b')' | b']' | b'}'] = bytes {
            let (from, to) = (span.start + 1, span.end - 1);
            self.used.free.push(Free { from, to, inside });
        }
    }

    pub(super) fn import_of(&self, id: &IdentifierReference) -> Option<usize> {
        self.bindings.import_of(id, self.scoping)
    }

    fn cells_of_simple(&self, target: &SimpleAssignmentTarget) -> Vec<usize> {
        match target {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(id)
                if self.functions > 0 || self.cyclic =>
            {
                let cell = self.bindings.cell_of(id, self.scoping);
                cell.into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn cells_of_variables(&self, declaration: &VariableDeclaration) -> Vec<usize> {
        let ids = declaration
            .declarations
            .iter()
            .flat_map(|it| it.id.get_binding_identifiers());
        let symbols = ids.filter_map(|id| id.symbol_id.get());
        symbols
            .filter_map(|symbol| self.bindings.cells.get(&symbol).copied())
            .collect()
    }

    pub(super) fn name_of(&self, cell: usize) -> &str {
        self.cell_names.get(&cell).map_or("", String::as_str)
    }

    /// Its writes are pushed, this one from here on.
    pub(super) fn note_push(&mut self, cell: usize) {
        self.used.pushed[cell] = true;
        self.used.counted[cell] |= self.functions > 0 && self.loops > 0;
    }

    /// `$s0(n)`
    pub(super) fn push(&mut self, cell: usize) -> String {
        self.note_push(cell);
        format!("{}({})", self.names.numbered("s", cell), self.name_of(cell))
    }

    /// `n = 1` → `n = 1,$s0(n)` where its value is not used, else `$w0(n = 1,n)`.
    fn with_pushes(
        &mut self,
        span: Span,
        cells: &[usize],
        is_used: bool,
        visit: impl FnOnce(&mut Self),
    ) {
        if is_used {
            let open: String = cells
                .iter()
                .rev()
                .map(|cell| self.names.numbered("w", *cell) + "(")
                .collect();
            self.edits.insert(span.start, open);
        }
        visit(self);
        let mut after = String::new();
        for cell in cells {
            self.note_push(*cell);
            if is_used {
                after.push_str(&format!(",{})", self.name_of(*cell)));
            } else {
                after.push(',');
                after.push_str(&self.push(*cell));
            }
        }
        self.edits.insert(span.end, after);
    }

    /// An expression whose value nobody uses.
    pub(super) fn discarded<'a>(&mut self, expression: &Expression<'a>) {
        match expression {
            Expression::AssignmentExpression(it) => self.assignment(it, false),
            Expression::UpdateExpression(it) => self.update(it, false),
            Expression::SequenceExpression(it) => {
                it.expressions
                    .iter()
                    .for_each(|expression| self.discarded(expression));
            }
            other => self.visit_expression(other),
        }
    }

    pub(super) fn assignment<'a>(&mut self, it: &AssignmentExpression<'a>, is_used: bool) {
        if let Some(then) = self.split(&it.left) {
            let open = format!("{}.split((", self.names.of("h"));
            self.edits.insert(it.span.start, open);
            self.visit_expression(&it.right);
            return self.edits.insert(it.span.end, then);
        }
        if is_used
            && self.functions > 0
            && let Some(cell) = self.passed_cell(it)
        {
            return self.pass(&it.right, cell);
        }
        let cells = self.cells_of(&it.left, true);
        let reads_first = !it.operator.is_assign();
        // `n ??= make()` writes once.
        if reads_first && !it.operator.is_logical() {
            self.note_counted(&cells);
        }
        self.with_pushes(it.span, &cells, is_used, |this| {
            match &it.left {
                AssignmentTarget::AssignmentTargetIdentifier(id) if reads_first => {
                    this.refuse_after_reading(id)
                }
                target => this.visit_assignment_target(target),
            }
            let is_spoken_of = this.is_spoken_of || it.left.is_assignment_target_pattern();
            this.spoken_of(is_spoken_of, |this| this.visit_expression(&it.right));
        });
    }

    pub(super) fn update<'a>(&mut self, it: &UpdateExpression<'a>, is_used: bool) {
        let cells = self.cells_of_simple(&it.argument);
        self.note_counted(&cells);
        self.with_pushes(it.span, &cells, is_used, |this| match &it.argument {
            SimpleAssignmentTarget::AssignmentTargetIdentifier(id) => this.refuse_after_reading(id),
            target => this.visit_simple_assignment_target(target),
        });
    }

    /// `n++` and `n += x` in a function: seldom once.
    fn note_counted(&mut self, cells: &[usize]) {
        for cell in cells {
            self.used.counted[*cell] |= self.functions > 0;
        }
    }

    pub(super) fn repeated(&mut self, visit: impl FnOnce(&mut Self)) {
        self.loops += 1;
        visit(self);
        self.loops -= 1;
    }

    /// `a += 1`, `a ||= 1`, `a++` of an import: read, and refused only when it is written.
    fn refuse_after_reading(&mut self, id: &IdentifierReference) {
        if let Some(import) = self.import_of(id) {
            let live = self.bindings.live.get(&import);
            let read = live.map_or_else(|| id.name.to_string(), |live| live.read.clone());
            self.used.refused.insert(id.name.to_string(), read);
            self.edits.insert(id.span.start, self.names.of("c."));
        }
    }

    /// The constant that stands in for an import that is written: V8 throws its own TypeError, in
    /// every syntactic position, at the place where the assignment would happen.
    pub(super) fn constant_for(&mut self, id: &IdentifierReference) -> Option<String> {
        self.import_of(id)?;
        if let Some(constant) = self.used.constants.get(id.name.as_str()) {
            return Some(constant.clone());
        }
        let length = |name: &str| name.encode_utf16().count();
        let others = self.used.constants.keys();
        let number = others.filter(|it| length(it) == length(&id.name)).count();
        let constant = self
            .names
            .constant_like(&id.name, number, self.edits.source());
        self.used
            .constants
            .insert(id.name.to_string(), constant.clone());
        Some(constant)
    }

    /// Its resources are awaited where the block or the loop's turn ends (ECMA-262 16.2.1.6.1.3.1, HasTLA).
    pub(super) fn note_using(&mut self, it: &VariableDeclaration) {
        self.used.disposes |= it.kind.is_using() && self.functions == 0;
        self.used.awaits |= it.kind == VariableDeclarationKind::AwaitUsing && self.functions == 0;
    }

    pub(super) fn inside(&mut self, function: In, visit: impl FnOnce(&mut Self)) {
        let (arguments, target) = match function {
            In::Function => (1, 1),
            In::Arrow => (0, 0),
            In::Initializer => (0, 1),
        };
        self.functions += 1;
        self.with_arguments += arguments;
        self.with_target += target;
        let keeps_values = self.keeps_values && self.functions == 1;
        let kept = std::mem::replace(&mut self.keeps_values, keeps_values);
        self.spoken_of(false, visit);
        self.keeps_values = kept;
        self.functions -= 1;
        self.with_arguments -= arguments;
        self.with_target -= target;
    }

    pub(super) fn temporary(&mut self) -> String {
        self.temporaries += 1;
        self.names.numbered("t", self.temporaries)
    }
}
