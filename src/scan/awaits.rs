//! Where a module awaits: for the warning about a top-level await that never settled.

use std::path::Path;

use oxc_allocator::Allocator;
use oxc_ast::{
    AstKind,
    ast::{ForStatementLeft, VariableDeclarationKind},
};
use oxc_ast_visit::VisitJs;
use oxc_span::GetSpan;

use super::{language_of, parse, stack, without_mark};
use crate::{lexical::is_line_end, nodes::Nodes};

/// A place as V8 shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaited {
    /// From 1.
    pub line: u32,
    pub text: String,
    /// Blanks up to the place, tabs as they are, and a `^`.
    pub underline: String,
}

/// The top-level awaits of a module (ECMA-262 16.2.1.6.1.3.1, HasTLA), in source order; what does not parse has none.
pub fn top_level_awaits(source: &str, path: &Path) -> Vec<Awaited> {
    let source = without_mark(source);
    let found = stack::with_room_for(source, || {
        let allocator = Allocator::default();
        let parsed = parse(&allocator, source, language_of(path).with_module(true));
        let mut places = Vec::new();
        if !parsed.panicked {
            Nodes::asking(&mut |node| look_at(node, &mut places)).visit_program(&parsed.program);
        }
        places
    });
    let mut places = found.unwrap_or_default();
    places.sort_unstable();
    places
        .into_iter()
        .filter_map(|at| shown(source, at as usize))
        .collect()
}

fn shown(source: &str, at: usize) -> Option<Awaited> {
    let (before, after) = source.split_at_checked(at)?;
    let ends = before.char_indices().filter(|(at, letter)| {
        is_line_end(*letter) && !(*letter == '\r' && before[at + 1..].starts_with('\n'))
    });
    let (line, start) = ends.fold((1, 0), |(line, _), (at, letter)| {
        (line + 1, at + letter.len_utf8())
    });
    let end = after.find(is_line_end).map_or(source.len(), |end| at + end);
    let blanks: String = before[start..]
        .encode_utf16()
        .map(|unit| if unit == u16::from(b'\t') { '\t' } else { ' ' })
        .collect();
    Some(Awaited {
        line,
        text: source[start..end].to_owned(),
        underline: blanks + "^",
    })
}

/// Adds where V8 shows what awaits. What runs by itself is left out.
fn look_at(node: AstKind, places: &mut Vec<u32>) -> bool {
    match node {
        AstKind::AwaitExpression(it) => places.push(it.span.start),
        // V8 waits for the next value, and for what a turn has used, where the variable is named; for what a block
        // has used where that was made.
        AstKind::ForOfStatement(it) => {
            let left = match &it.left {
                ForStatementLeft::VariableDeclaration(left)
                    if it.r#await || left.kind == VariableDeclarationKind::AwaitUsing =>
                {
                    left.declarations.first().map(|it| it.span.start)
                }
                left => it.r#await.then(|| left.span().start),
            };
            places.extend(left);
        }
        AstKind::VariableDeclaration(it) if it.kind == VariableDeclarationKind::AwaitUsing => {
            let made = it.declarations.iter().filter_map(|it| it.init.as_ref());
            places.extend(made.map(|made| made.span().start));
        }
        AstKind::Function(_) | AstKind::ArrowFunctionExpression(_) | AstKind::StaticBlock(_) => {
            return false;
        }
        _ => {}
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, want: &[(u32, &str, usize)]) {
        let found = top_level_awaits(source, Path::new("a.mts"));
        let found: Vec<_> = found
            .iter()
            .map(|it| (it.line, it.text.as_str(), it.underline.len()))
            .collect();
        assert_eq!(found, want, "{source}");
    }

    #[test]
    fn awaits_are_where_v8_shows_them() {
        check("1;\n  await x", &[(2, "  await x", 3)]);
        check(
            "f(await a, await\nb)",
            &[(1, "f(await a, await", 3), (1, "f(await a, await", 12)],
        );
        check(
            "for await (const x of y) ;",
            &[(1, "for await (const x of y) ;", 18)],
        );
        check("{ await using r = s }", &[(1, "{ await using r = s }", 19)]);
        check(
            "for (await using r of s) ;",
            &[(1, "for (await using r of s) ;", 18)],
        );
        check(
            "\r\n'\u{1f600}'; await x\rlet y",
            &[(2, "'\u{1f600}'; await x", 7)],
        );
        check(
            "class A extends (await b) { [await c] = async () => await d }",
            &[
                (
                    1,
                    "class A extends (await b) { [await c] = async () => await d }",
                    18,
                ),
                (
                    1,
                    "class A extends (await b) { [await c] = async () => await d }",
                    30,
                ),
            ],
        );
        check("async function f() { await 1 } let a: number = (", &[]);
    }

    #[test]
    fn tabs_stay_tabs() {
        let found = top_level_awaits("\tlet x = await y", Path::new("a.mjs"));
        assert_eq!(found[0].underline, "\t        ^");
    }
}
