use oxc_parser::Parser;
use oxc_span::SourceType;

use super::*;

/// Without the line of helpers.
#[track_caller]
fn lowered(code: &str) -> String {
    let (done, _) = lower(code, false).expect("read");
    let helpers = Names::new(code).of("h");
    let preamble = helpers::preamble(&helpers);
    let rest = done.replace(&preamble, "");
    let is_needed = rest.contains(&format!("{helpers}."));
    let count = done.matches(&preamble).count();
    assert_eq!(count, usize::from(is_needed), "{done}");
    assert_eq!(done.lines().count(), code.lines().count(), "{done}");
    // What comes out is JavaScript.
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, &done, SourceType::mjs()).parse();
    assert!(!parsed.diagnostics.has_errors(), "{done}");
    squeezed(&done.replacen(&preamble, "", 1))
}

fn squeezed(text: &str) -> String {
    let mut out = text.to_owned();
    while out.contains("  ") {
        out = out.replace("  ", " ");
    }
    out
}

#[test]
fn elements_are_decorated_where_they_stand() {
    let done =
        lowered("class A { @a @b(1) m() {}\n@c static x = 1;\n@d.e #p;\n@f static get g() {} }");
    let lines: Vec<&str> = done.lines().collect();
    assert!(
        lines[0].ends_with(r#";[($d1=[ a, b(1)], "m")]() {}"#),
        "{done}"
    );
    assert!(
        lines[1].starts_with(r#";static [($d3=[ c], "x")] = ($h.run(this,$i4,1));"#),
        "{done}"
    );
    assert!(lines[2].contains("=[ d.e.bind(d)],"), "{done}");
    assert!(lines[3].starts_with(";static get [("), "{done}");
}

#[test]
fn a_decorated_class_is_what_its_decorators_make_of_it() {
    let done = lowered("@a export class C extends f() {}\n");
    assert!(done.starts_with("export let C=((()=>{let "), "{done}");
    assert!(done.contains("=[ a];var C="), "{done}");
    assert!(done.trim_end().ends_with("})());"), "{done}");
    let done = lowered("export default @a class C {}");
    assert!(done.ends_with(";export{C as default};"), "{done}");
    let done = lowered("const x = @a class {};");
    assert!(done.contains(r#".name(this,"x")"#), "{done}");
    let done = lowered("f(@(await a) class {});");
    assert!(done.contains("(await(async()=>{"), "{done}");
}

#[test]
fn accessors_are_pairs_with_a_private_field() {
    assert_eq!(
        lowered("class A { accessor x = 1; static accessor #y; }"),
        r#"class A { ;get [( "x")](){return this.#$a1}set ["x"]($v){this.#$a1=$v}#$a1 = 1; ;static get #y(){return A.#$a2}static set #y($v){A.#$a2=$v}static #$a2 ;; }"#
    );
}

#[test]
fn what_is_not_decorated_stays() {
    let code = "class A { x = 1; static y; #z() {} get [k]() {} static {} }";
    assert_eq!(lowered(code), code);
    assert_eq!(lower("class {", false), None);
}

#[test]
fn the_helpers_come_after_directives() {
    let (done, shifts) = lower("'use strict'\n@a class A {}", false).expect("read");
    assert!(done.starts_with("'use strict';const $h={"), "{done}");
    assert!(!shifts.is_empty());
}

#[test]
fn this_of_static_initializers_is_the_new_class() {
    let done = lowered(
        "@a class A { static x = this; static f = function () { return this }; static { this.y } m() { this } }",
    );
    assert_eq!(done.matches("static x = $t").count(), 1, "{done}");
    assert!(done.contains("function () { return this }"), "{done}");
    assert!(done.contains("m() { this }"), "{done}");
}

#[test]
fn assigned_fields_keep_their_order() {
    let (done, _) = lower("class A { x = 1; @a y = 2; z; static s = 3 }", true).expect("read");
    let done = squeezed(&done);
    assert!(done.contains(r#"=this["x"] = 1"#), "{done}");
    assert!(done.contains(r#"=this[ "y"] = ("#), "{done}");
    assert!(done.contains(r#"static{this[ "s"] = 3}"#), "{done}");
    assert!(!done.contains("\"z\""), "{done}");
}
