//! Printed code → the same tokens on the lines they come from.
//!
//! Input, of `enum A {\n  B\n}\nf(\n  A.B)`:
//! ```js
//! var A = function(A) {
//!     A[A["B"] = 0] = "B";
//!     return A;
//! }(A || {});
//! f(A.B);
//! ```
//! Output:
//! ```js
//! var A = function(A) {
//!   A[A["B"] = 0] = "B"; return A; }(A || {});
//!
//! f(
//!   A.B);
//! ```
//!
//! A printer ends each statement with a semicolon, so a line end is a blank like any other, but for
//! those in templates, and but for the places where none may be (ECMA-262 12.10.1). What was moved
//! before something that it came after stays on the later line, and its segments say where from.

use oxc_allocator::Allocator;
use oxc_ast::{AstKind, ast::Program};
use oxc_ast_visit::VisitJs;
use oxc_span::GetSpan;

use super::{Positions, Segment, parsed_script_or_module};
use crate::nodes::Nodes;

/// Nothing when the printed code can't be read, which would be a bug of the printer's.
pub(super) fn on_source_lines(code: &str, positions: &Positions) -> Option<(String, Positions)> {
    let allocator = Allocator::default();
    let parsed = parsed_script_or_module(&allocator, code)?;
    let mut places = Places::default();
    places.collect(&parsed.program);
    let mut out = Output::default();
    let mut segments = positions.0.iter().peekable();
    let mut kept = places.kept.iter().peekable();
    let (mut line, mut column) = (0, 0);
    let mut moved = Vec::with_capacity(positions.0.len());
    for (at, c) in code.char_indices() {
        while kept.next_if(|(_, end)| *end as usize <= at).is_some() {}
        let is_kept = kept.peek().is_some_and(|(start, _)| *start as usize <= at);
        while let Some(segment) = segments.next_if(|it| (it.line, it.column) <= (line, column)) {
            let is_here = (segment.line, segment.column) == (line, column);
            // What ends behind what comes next was made of something around it.
            let goes_on = segments
                .peek()
                .is_none_or(|next| next.source_line >= segment.source_line);
            let may_break = is_here && goes_on && !is_kept && places.allow_line_end(at as u32);
            if may_break && segment.source_line > out.line {
                out.go_to(segment.source_line, segment.source_column);
            }
            moved.push(Segment {
                line: out.line,
                column: out.next_column(),
                ..*segment
            });
        }
        out.put(c, is_kept);
        if c == '\n' {
            (line, column) = (line + 1, 0);
        } else {
            column += c.len_utf16() as u32;
        }
    }
    Some((out.text, Positions::new(moved)))
}

#[derive(Default)]
struct Output {
    text: String,
    line: u32,
    column: u32,
    /// White space that was passed over: a blank of ours, if it turns out to be needed.
    has_blank: bool,
}

impl Output {
    fn next_column(&self) -> u32 {
        self.column + u32::from(self.has_blank && self.column > 0)
    }

    fn go_to(&mut self, line: u32, column: u32) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        while self.line < line {
            self.text.push('\n');
            self.line += 1;
        }
        self.text.extend(std::iter::repeat_n(' ', column as usize));
        self.column = column;
        self.has_blank = false;
    }

    fn put(&mut self, c: char, is_kept: bool) {
        if !is_kept && c.is_ascii_whitespace() {
            self.has_blank = true;
            return;
        }
        if self.has_blank && self.column > 0 {
            self.text.push(' ');
            self.column += 1;
        }
        self.has_blank = false;
        self.text.push(c);
        if c == '\n' {
            self.line += 1;
            self.column = 0;
        } else {
            self.column += c.len_utf16() as u32;
        }
    }
}

/// Where line ends mean something.
#[derive(Default)]
struct Places {
    /// Text in which white space counts.
    kept: Vec<(u32, u32)>,
    /// Offsets that no line end may come before.
    glued: Vec<u32>,
}

impl Places {
    fn collect(&mut self, program: &Program) {
        Nodes::asking(&mut |node| self.look_at(node)).visit_program(program);
        self.kept.sort_unstable();
        self.glued.sort_unstable();
    }

    fn allow_line_end(&self, at: u32) -> bool {
        self.glued.binary_search(&at).is_err()
    }

    /// Is there more in it?
    fn look_at(&mut self, node: AstKind) -> bool {
        let span = node.span();
        // What begins with the same token.
        let mut glue = |at: u32| self.glued.push(at);
        match node {
            AstKind::TemplateElement(_)
            | AstKind::StringLiteral(_)
            | AstKind::RegExpLiteral(_)
            | AstKind::Directive(_) => {
                self.kept.push((span.start, span.end));
                return false;
            }
            AstKind::ReturnStatement(it) => it.argument.iter().for_each(|it| glue(it.span().start)),
            AstKind::YieldExpression(it) => it.argument.iter().for_each(|it| glue(it.span().start)),
            AstKind::ThrowStatement(it) => glue(it.argument.span().start),
            AstKind::BreakStatement(it) => it.label.iter().for_each(|it| glue(it.span.start)),
            AstKind::ContinueStatement(it) => it.label.iter().for_each(|it| glue(it.span.start)),
            AstKind::UpdateExpression(it) if !it.prefix => glue(it.argument.span().end),
            AstKind::ArrowFunctionExpression(it) => {
                glue(it.params.span.start);
                // The arrow itself.
                glue(it.params.span.end);
                glue(it.params.span.end + 1);
                if let Some(first) = it.params.items.first().filter(|_| it.r#async) {
                    glue(first.span.start);
                }
            }
            // `async` and `function`, or the name of a method, which is no part of it.
            AstKind::Function(it) if it.r#async => glue(span.start + "async ".len() as u32),
            AstKind::MethodDefinition(it) => {
                glue(it.key.span().start);
                if it.computed {
                    glue(it.key.span().start - 1);
                }
            }
            AstKind::ObjectProperty(it) if it.method => glue(it.key.span().start),
            // `using` and what it declares, `await using`.
            AstKind::VariableDeclaration(it) if !it.kind.is_var() => {
                it.declarations
                    .first()
                    .iter()
                    .for_each(|it| glue(it.span.start));
            }
            _ => {}
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(line: u32, column: u32, source_line: u32, source_column: u32) -> Segment {
        Segment {
            line,
            column,
            source_line,
            source_column,
        }
    }

    #[test]
    fn tokens_go_to_their_lines() {
        let code = "f(A.B, `\n\t${c}`);\nreturn d;\ne;\n";
        let positions = Positions::new(vec![
            segment(0, 0, 1, 2),
            segment(0, 2, 3, 4),
            segment(0, 7, 3, 9),
            segment(1, 3, 4, 3),
            segment(2, 0, 6, 0),
            segment(2, 7, 7, 0),
            segment(3, 0, 0, 0),
        ]);
        let (code, positions) = on_source_lines(code, &positions).expect("read");
        assert_eq!(code, "\n  f(\n\n    A.B, `\n\t${c}`);\n\nreturn d; e;");
        assert_eq!(
            positions.0,
            [
                segment(1, 2, 1, 2),
                segment(3, 4, 3, 4),
                segment(3, 9, 3, 9),
                segment(4, 3, 4, 3),
                segment(6, 0, 6, 0),
                segment(6, 7, 7, 0),
                segment(6, 10, 0, 0),
            ]
        );
    }
}
