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
        name: name.to_owned(),
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
