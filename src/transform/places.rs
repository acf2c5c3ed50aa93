//! Where a source may have another text without the module becoming another one: see `retext`.

use oxc_ast::ast::{Declaration, Program, Statement, VariableDeclaration};
use oxc_semantic::Scoping;
use oxc_span::GetSpan;

use super::{
    body::Used,
    edits::Edit,
    harmless::Inside,
    retext::{Free, Literal, LiteralKind, Places, TopLevel},
};

impl Places {
    /// `edits`: all that the transform has done, in order.
    pub(super) fn of(
        program: &Program,
        scoping: &Scoping,
        source: &str,
        used: Used,
        edits: &[Edit],
    ) -> Self {
        let is_free = |from: u32, to: u32| {
            let (from, to) = (from as usize, to as usize);
            let begun = edits.partition_point(|edit| edit.from <= to);
            edits[..begun].last().is_none_or(|edit| edit.to < from)
        };
        let mut literals = used.literals;
        let comments = program.comments.iter().map(|it| it.content_span());
        literals.extend(comments.map(|it| Literal {
            from: it.start,
            to: it.end,
            kind: LiteralKind::Comment,
        }));
        let mut free = used.free;
        for statement in &program.body {
            free.extend(initializers(statement, source));
        }
        free.retain(|it| is_free(it.from, it.to));
        let statements = program.body.iter().map(|it| {
            let span = it.span();
            TopLevel {
                from: span.start,
                to: span.end,
                is_free: is_free(span.start, span.end),
            }
        });
        let names = scoping.get_bindings(scoping.root_scope_id());
        Self {
            literals,
            free,
            statements: statements.collect(),
            names: names.keys().map(|it| it.to_string()).collect(),
        }
    }
}

/// What variables of the top level are declared with, if a semicolon ends it.
fn initializers(statement: &Statement, source: &str) -> Vec<Free> {
    let declared: &VariableDeclaration = match statement {
        Statement::VariableDeclaration(it) => it,
        Statement::ExportDeclaration(it) => match &it.declaration {
            Declaration::VariableDeclaration(it) => it,
            _ => return Vec::new(),
        },
        _ => return Vec::new(),
    };
    let spans = declared
        .declarations
        .iter()
        .filter_map(|it| it.init.as_ref());
    let ended = spans
        .map(GetSpan::span)
        .filter(|it| source.as_bytes().get(it.end as usize) == Some(&b';'));
    let free = ended.map(|it| Free {
        from: it.start,
        to: it.end,
        inside: Inside::Initializer,
    });
    free.collect()
}
