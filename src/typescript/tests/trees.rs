//! The tree that is left without types is that of the JavaScript: the transform makes the same of both.

use oxc_codegen::{Codegen, CodegenOptions, CommentOptions};

use super::{usage::sources, *};
use crate::transform::{Place, transform};

/// What the transform makes of the tree, and of the JavaScript, where it needs no parser of its own for this file.
fn both(source: &str, path: &Path, options: &Options) -> Option<[Transformed; 2]> {
    let (done, module) = to_module(source, path, options).ok()?;
    let parsed = transform(&done.code, path, Place::Acyclic);
    Some([module?, parsed.expect("a module, too")])
}

#[track_caller]
pub(super) fn is_exact(source: &str, options: &Options) -> bool {
    both(source, Path::new("/a.ts"), options).is_some_and(|[tree, text]| {
        assert_eq!(tree, text, "{source}");
        true
    })
}

/// Without what a semicolon moves that stands for a statement which is gone: in JavaScript it ends the one before, if
/// nothing else does, and what lies between the two is part of that.
fn compared(module: &Transformed) -> String {
    let allocator = Allocator::default();
    let parsed = parsed_script_or_module(&allocator, &module.code).expect("JavaScript");
    let options = CodegenOptions {
        minify: true,
        comments: CommentOptions::disabled(),
        ..CodegenOptions::default()
    };
    let printed = Codegen::new().with_options(options).build(&parsed.program);
    printed.code.replace(';', "")
}

#[test]
fn what_needs_no_parser() {
    let exact = |source: &str| is_exact(source, &Options::default());
    for source in [
        "export function f<T>(this: A, a: T, b?: number, ...c: T[]): a is B { return (a as any)! + <T>b; }",
        "import a, { type B, c, D } from 'x'; import { E } from 'y'; interface F {}\nc(a as D as E); export { F, c };",
        "export abstract class A<T> extends (B as C)<T> implements D, E { private readonly a?: number; static override b: T = 1; z!: T;
            public constructor(private_: T) { super(); } protected abstract c(): void; declare d: 1; [e: string]: T; get f(): T { return (this.a)!; } }",
        "export let a: number, b: string = (('x' as const)), { c }: { c: 1 } = d; a = 1; (() => a++)();",
        "export default (a satisfies B);",
        "new A<B>; new A<B>(c); a<B>`c`; a?.b<C>(d); (a?.b)!.c; for (const a of b as C[]) {} for (let a: B = 1; a; a++) {}",
        "try {} catch (a: unknown) {} const b = async <T,>(c: T): Promise<T> => (await c)!;",
        "export const f = (x: number) => ({ x } as A), g = function (this: B) {}; export type { H } from 'i'; declare module 'j' {}",
        "export * from 'a'; export { type B, c } from 'd'; export enum_; let enum_: 1;",
    ] {
        // The last one is no module: that is for those to say who parse it.
        assert_eq!(exact(source), !source.contains("enum_"), "{source}");
    }
    for source in [
        "(a as B) = 1;",
        "a! = 1;",
        "a?.b!;",
        "let a: B\n(c)",
        "a = b as C\nd",
        "let é: 'é' = 1;",
        "let a = async <T>(\nb: T) => b, c = (d)\n: E => d;",
        "let a = <B>{};",
        "enum A { b }",
        "export function <T>(a: T) {}",
        "class <T> {}",
        "let a: B; export { a, c as default }; export default a;",
        "export const a = 1; export { b as a } from 'c';",
    ] {
        assert!(!exact(source), "{source}");
    }
}

#[test]
fn the_same_is_made_of_all_sources() {
    let (mut count, mut exact) = (0, 0);
    for (path, source) in sources() {
        let name = path.to_string_lossy();
        if !is_typescript(&path) || name.ends_with(".d.ts") {
            continue;
        }
        for verbatim_module_syntax in [false, true] {
            let options = Options {
                verbatim_module_syntax,
                ..Options::default()
            };
            count += 1;
            let Some([tree, text]) = both(&source, &path, &options) else {
                continue;
            };
            exact += 1;
            assert_same(&tree, &text, &name);
        }
    }
    assert!(exact * 10 > count * 4, "{exact} of {count}");
}

#[track_caller]
fn assert_same(tree: &Transformed, text: &Transformed, name: &str) {
    assert_eq!(tree.record, text.record, "{name}");
    assert_eq!(tree.parameters, text.parameters, "{name}");
    if tree.code != text.code {
        assert_eq!(compared(tree), compared(text), "{name}");
    }
}

/// What is left of types may be no JavaScript, though it was TypeScript. HEATSYNC_EDITS: how many of each source.
#[test]
fn no_more_is_taken_than_with_a_parser() {
    let edits = std::env::var("HEATSYNC_EDITS").map_or(4, |it| it.parse().expect("a number"));
    let mut state: u64 =
        std::env::var("HEATSYNC_SEED").map_or(49, |it| it.parse().expect("a number"));
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 11).expect("53 bits") % limit.max(1)
    };
    let mut exact = 0;
    for (path, source) in sources() {
        if !is_typescript(&path) {
            continue;
        }
        let chars: Vec<char> = source.chars().collect();
        for _ in 0..edits {
            let from = below(chars.len());
            let to = (from + below(9)).min(chars.len());
            let other = below(chars.len());
            let end = (other + below(9)).min(chars.len());
            // Gone, or another piece of the text in its place.
            let piece = if below(2) == 0 {
                &[][..]
            } else {
                &chars[other..end]
            };
            let edited: String = [&chars[..from], piece, &chars[to..]]
                .concat()
                .iter()
                .collect();
            if let Some([tree, text]) = both(&edited, &path, &Options::default()) {
                exact += 1;
                assert_same(&tree, &text, &edited);
            }
        }
    }
    assert!(exact > 50, "{exact}");
}

#[test]
fn two_defaults_are_refused_by_who_parses_the_javascript() {
    let source = "export default 1;\nexport const v: number = 1;\nexport default 2;";
    let path = Path::new("/a.ts");
    let (done, module) = to_module(source, path, &Options::default()).expect("JavaScript");
    assert!(module.is_none());
    let error = transform(&done.code, path, Place::Acyclic).expect_err("two defaults");
    assert_eq!((error.line, error.column), (3, 8), "{error}");
}

/// The process would end: Rust can't recover from a stack that is full.
#[test]
fn what_nests_without_brackets_has_room() {
    let times = 20_000;
    let types = [
        ("1", "|1", ""),
        ("1", "[]", ""),
        ("", "keyof ", "1"),
        ("", "()=>", "1"),
        ("", "1 extends 1?1:", "1"),
        ("", "readonly ", "1[]"),
    ];
    let values = [
        ("1", " as any", ""),
        ("a", "!", ""),
        ("1", " satisfies any", ""),
    ];
    let sources = types
        .iter()
        .map(|(begin, link, end)| format!("type A = {begin}{}{end};", link.repeat(times)))
        .chain(values.iter().map(|(begin, link, end)| {
            format!("export default {begin}{}{end};", link.repeat(times))
        }));
    for source in sources {
        let options = Options::default();
        // That it is done is all there is to see.
        let _ = to_javascript(&source, Path::new("a.ts"), ModuleKind::Esm, &options);
        let _ = to_module(&source, Path::new("a.ts"), &options);
    }
}
