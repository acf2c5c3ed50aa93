//! What is rewritten and not only blanked: imports read where they come from, direct evals.

use super::{Place::*, *};

#[track_caller]
fn is_refused(source: &str) -> bool {
    transform(source, Path::new("a.mjs"), Acyclic).is_err()
}

#[test]
fn live_imports_are_read_where_they_come_from() {
    let live = |import: usize, name: &str| LiveImport {
        import,
        name: Some(name.to_owned()),
    };
    let source = "import a, { b, c as d } from 'x'; a(); b; b`t`; new a(); ({ b }); b.x(); a += 1; b = 1; d; { let b; b }";
    let done = transform_live(
        source,
        Path::new("a.mjs"),
        Acyclic,
        &[live(0, "default"), live(1, "m n")],
    )
    .expect("a module");
    assert_eq!(done.parameters, ["$h", "$l0", "$l1", "d"]);
    let (head, rest) = done.code.split_once('\n').expect("a preamble");
    assert_eq!(
        rest.lines().next(),
        Some(
            ";                                 (0,$l0.default)(); $l1[\"m n\"]; (0,$l1[\"m n\"])`t`; new $l0.default(); \
             ({ b:$l1[\"m n\"] }); $l1[\"m n\"].x(); $c.a += 1; þ = 1; d; { let b; b }"
        )
    );
    assert!(head.contains("get a(){return $l0.default}"), "{head}");
    let source = "import { b } from 'x'; export { b, b as c };";
    let done = transform_live(source, Path::new("a.mjs"), Acyclic, &[live(0, "b")]);
    assert!(!done.expect("a module").code.contains("$l0.b"));
    assert!(head.contains("case 0:return($v)=>{$l0=$v};"), "{head}");
}

#[test]
fn what_is_written_over_and_over_is_read_from_an_object_in_the_import_s_variable() {
    let live = |import| LiveImport { import, name: None };
    let source = "import { a, b } from 'x'; b(a); ({ a }); a += 1; b = a; { let a; a }";
    let read =
        ";                         b(a.$l0); ({ a:a.$l0 }); $c.a += 1; þ = a.$l0; { let a; a }";
    for (place, declared) in [(Acyclic, "($h,a,b)"), (Cyclic, "let a=yield($v)=>{a=$v}")] {
        let done = transform_live(source, Path::new("a.mjs"), place, &[live(0)]);
        let done = done.expect("a module");
        let lines: Vec<_> = done.code.lines().collect();
        assert_eq!(lines[1], read, "{place:?}");
        assert!(lines[0].contains("get a(){return a.$l0}"), "{}", lines[0]);
        let head = format!("({})\n{}", done.parameters.join(","), done.code);
        assert!(head.contains(declared), "{head}");
    }
    // Of another text than was asked about.
    assert!(transform_live(source, Path::new("a.mjs"), Acyclic, &[live(7)]).is_ok());
}

#[test]
fn what_v8_may_put_into_words_stands_as_it_was_written() {
    let is_left = |text: &str| {
        let source = format!("import {{ a }} from 'x'; {text}");
        let live = [LiveImport {
            import: 0,
            name: None,
        }];
        let done = transform_live(&source, Path::new("a.mjs"), Acyclic, &live);
        !done.expect("a module").code.contains("$l0")
    };
    for text in [
        "a()",
        "a?.()",
        "a.b.c()",
        "x[a]()",
        "f(a).g()",
        "new a",
        "new a.B()",
        "a`t`",
        "a.b`t`",
        "f(...a)",
        "[...a]",
        "for (const x of a);",
        "for (let [x] of a.b);",
        "const [x] = a",
        "const { x } = a.b",
        "var { x = a } = {}",
        "let x; [x] = a",
        "let x; ({ x } = f(a))",
        "let x; [x = a] = []",
        "function f({ x } = a) {}",
        "(({ x } = a) => x)()",
        "function* f() { yield* a }",
        "a; eval('a()')",
        "class C extends a {}",
        "const f = () => { a + 1; a() }",
    ] {
        assert!(is_left(text), "{text}");
    }
    for text in [
        "a",
        "f(a, g(a))",
        "(() => a)()",
        "(function () { return a })()",
        "new C(a)",
        "t`${a}`",
        "[a, { a }, a.b, x[a]]",
        "for (const x of y) a",
        "for (let i = a; i < a; i += a);",
        "const x = a",
        "let x; x = a; x += a",
        "function* f() { yield a }",
        "class C extends f { p = a; [a] = 1 }",
        "if (a ? -a : typeof a) throw a",
    ] {
        assert!(!is_left(text), "{text}");
    }
}

#[test]
fn what_the_parser_swallows() {
    assert!(is_refused("export {} from;"));
    assert!(is_refused("let a; export { a /* } */ } from;"));
    assert!(!is_refused(
        "let a; export { a /* } */, } /* from */ ; export {} // from\n"
    ));
}

#[test]
fn direct_evals_are_given_what_stands_for_their_code() {
    let done = transform(
        "import { a } from 'x'; export let n = 0; eval(code, 2); eval(); eval?.(x); (a) => eval(a)",
        Path::new("a.mjs"),
        Acyclic,
    )
    .expect("a module");
    let (head, rest) = done.code.split_once('\n').expect("a preamble");
    assert_eq!(
        rest.lines().next(),
        Some(
            ";                      ;      let n = 0; eval($e(0,code), 2); eval(); eval?.(x); (a) => eval($e(1,a))"
        )
    );
    assert!(
        head.contains(
            "const $e=$h.eval([{imports:[[\"a\"]],cells:[[\"n\",\"0\"]],inFunction:false,prefix:\"$\"},\
             {imports:[],cells:[[\"n\",\"0\"]],inFunction:false,prefix:\"$\"}]);"
        ),
        "{head}"
    );
    assert!(done.record.cells[0].pushed);
}
