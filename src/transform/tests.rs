use super::{Place::*, *};

/// `line 1 → its output`: the body without what stands before and after.
#[track_caller]
pub(super) fn body(source: &str, place: Place) -> String {
    let code = transform(source, Path::new("a.mjs"), place)
        .expect("a module")
        .code;
    let (_, rest) = code.split_once('\n').expect("a preamble");
    let (inside, _) = rest.rsplit_once('\n').expect("an end");
    inside.to_owned()
}

#[track_caller]
pub(super) fn check(source: &str, want: &str) {
    assert_eq!(body(source, Acyclic), want);
}

#[track_caller]
pub(super) fn cyclic(source: &str, want: &str) {
    assert_eq!(body(source, Cyclic), want);
}

#[track_caller]
fn whole(source: &str, place: Place, want: &str) {
    let done = transform(source, Path::new("a.mjs"), place).expect("a module");
    assert_eq!(
        format!("({}){}", done.parameters.join(","), done.code),
        want
    );
}

#[test]
fn declarations_become_blanks() {
    check("import 'x'", ";         ");
    check(
        "import a, { b as c } from 'x'; c",
        ";                              c",
    );
    check(
        "import {\n  a,\n} from 'x'\n(f)()",
        ";       \n    \n          \n(f)()",
    );
    check("export const a = 1", ";      const a = 1");
    check("export function f() {}", ";      function f() {}");
    check(
        "export async function f() {}",
        ";      async function f() {}",
    );
    check("export class A {}", ";      class A {}");
    check(
        "let a; export { a as b, a as 'c d' }",
        "let a; ;                            ",
    );
    check("export * from 'x'", ";                ");
    check("export * as n from 'x'", ";                     ");
    check(
        "export { a as b } from 'x';f()",
        ";                          f()",
    );
    check("#!/usr/bin/env node\n1", "///usr/bin/env node\n1");
    check("\u{feff}export const a = 1", ";      const a = 1");
    check(
        "import é, {b} from '\u{1F600}';é",
        ";                       é",
    );
}

#[test]
fn default_exports_keep_their_column_and_get_their_name() {
    check("export default 1", "$d={default:   1};");
    check("export default (1, 2);x", "$d={default:   (1, 2)};;x");
    check("export default () => {}", "$d={default:   () => {}};");
    check("export default[1]", "$d={default:  [1]};");
    check("export default class {}", "$d={default:   class {}};");
    check(
        "export default function () {} x",
        "$d={default:   function () {}}; x",
    );
    check(
        "export default function f() {}",
        ";              function f() {}",
    );
    check(
        "export default async function f() {}",
        ";              async function f() {}",
    );
    check("export default class A {}", ";              class A {}");
    check("export\ndefault\n1", "$d={default:\n       \n1};");
    check(
        "export /* default */ default 1",
        "$d=    /* default */ {default: 1};",
    );
    cyclic(
        "export default function () {}",
        ";              function  $d() {}",
    );
    cyclic(
        "export default async function* (a) {}",
        ";              async function*  $d(a) {}",
    );
    cyclic("export default 1;", "$d={default:   1};$n(0,$d.default);;");
}

#[test]
fn meta_and_import_call_keep_their_length() {
    check("import.meta.url", "import_meta.url");
    check("delete import.meta", "delete (0,import_meta)");
    check("import . meta.url", "import_meta  .url");
    check("import\n.meta.url", "import_meta\n     .url");
    check("import('x').then(f)", "$aaaaa('x').then(f)");
    check("import_meta; import.meta", "import_meta; $aaaaaaaaaa");
}

#[test]
fn what_v8_puts_into_words_has_the_words_of_import_meta() {
    check("x(import.meta.y())", "x(($o?.m)    .y())");
    check("import.meta.y()", "0,($o?.m)  .y()");
    check("if (x) import.meta.y()", "if (x) 0,($o?.m)  .y()");
    check("x = import.meta()", "x = ($o?.m)    ()");
    check("new import.meta.y", "new ($o?.m)    .y");
    check("(import.meta)`x`", "(($o?.m)    )`x`");
    check("x([...import.meta])", "x([...import_meta])");
    check("[...import.meta ? x : y]", "[...import_meta ? x : y]");
    check(
        "x((import.meta /* c */) /* d */ .y())",
        "x((($o?.m)     /* c */) /* d */ .y())",
    );
    check(
        "x((import('x') /* c */ ).y())",
        "x((($aaaaa?.('x')) /* c */ ).y())",
    );
    check("import.meta.y = 1", "import_meta.y = 1");
    check("await import.meta.y", "await import_meta.y");
    check("import('x').y()", "0,($aaaaa?.('x')).y()");
    check("x(import('x')())", "x(($aaaaa?.('x'))())");
    check("(await import('x')).y()", "(await $aaaaa('x')).y()");
    check("import('x').catch(f)", "$aaaaa('x').catch(f)");
    check("import('x').then(f).y()", "0,($aaaaa?.('x')).then(f).y()");
}

#[test]
fn a_module_has_no_arguments() {
    check("arguments", "no_args()");
    check("typeof arguments", "typeof $h.arguments.v");
    check("({ arguments })", "({ arguments:no_args() })");
    check("() => arguments[0]", "() => no_args()[0]");
    check("function f() { arguments }", "function f() { arguments }");
    check(
        "x.arguments; ({ arguments: 1 })",
        "x.arguments; ({ arguments: 1 })",
    );
}

#[test]
fn shells() {
    whole("1", Acyclic, "($h)\"use strict\";\n1\n;return[]");
    whole(
        "import a, * as b from 'x'\nexport { c }; const c = 1",
        Acyclic,
        "($h,a,b)\"use strict\";$h.set(($k)=>{switch($k){case 0:return($v)=>{a=$v};case 1:return($v)=>{b=$v};}});\n\
         ;                        \n;             const c = 1\n;return[c]",
    );
    whole(
        "await 1",
        Acyclic,
        "($h)\"use strict\";return(async function(){\nawait 1\n;return[]})",
    );
    whole(
        "export let n; f = () => { n++ }",
        Acyclic,
        "($h)\"use strict\";const $o0=new class{f($v){$h.push(0,$v)}},$s0=($v)=>{$o0.f($v)},$w0=($r,$v)=>{$s0($v);return $r};$h.live(0,()=>n,$v=>{$o0.f=$v;$w0});\n\
         ;      let n; f = () => { n++,$s0(n) }\n;return[n]",
    );
    whole(
        "export let n, m = 1; f = () => { [n] = m }",
        Acyclic,
        "($h)\"use strict\";const $o0=new class{f($v){$h.push(0,$v)}},$s0=($v)=>{$o0.f($v)},$w0=($r,$v)=>{$s0($v);return $r};$h.live(0,()=>n,$v=>{$o0.f=$v;$w0});\
         const $a=new class{set n($v){n=$v;$s0($v)}};\n\
         ;      let n, m = 1; f = () => { [$a.n] = m }\n;return[n,m]",
    );
    whole(
        "export let [n] = m, k = 1",
        Cyclic,
        "($h)\"use strict\";$h.late(0,(function*(){$h.body((function*(){const $n=$h.init;\
         let $f;const $b=new class{set n($v){$h.begin(0,$v);$n(0,$v)}};yield;\n\
         ;      let $i1=([$b.n] = $h.iterable(m,\"m is not iterable\")), k = 1,$i2=$n(1,k)\n}));let n=yield}));",
    );
    whole(
        "import { a, b } from 'x'; export function f() {}",
        Cyclic,
        "($h)\"use strict\";$h.tdz(0,(function*(){$h.tdz(1,(function*(){$h.body((function*(){const $n=$h.init;$n(0,f);yield;\n\
         ;                         ;      function f() {}\n}));\
         let b=yield($v)=>{b=$v}}));let a=yield($v)=>{a=$v}}));",
    );
    whole(
        "import { a } from 'x'; a += 1; a = 1; import.meta",
        Acyclic,
        "($h,a)\"use strict\";const import_meta=$h.meta();const þ=0;const $c={get a(){return a},set a($v){$h.constant()},};\
         $h.set(($k)=>{switch($k){case 0:return($v)=>{a=$v};}});\n\
         ;                      $c.a += 1; þ = 1; import_meta\n;return[]",
    );
}

#[test]
fn astral_imports_are_no_parameters() {
    let done = transform(
        "import { a as \u{1d4b3} } from 'x'",
        Path::new("a.mjs"),
        Acyclic,
    )
    .expect("a module");
    assert_eq!(done.parameters, ["$h", "$p0"]);
    assert!(
        done.code
            .starts_with("\"use strict\";let \u{1d4b3}=$p0;$h.set(")
    );
}
