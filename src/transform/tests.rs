use super::{Place::*, *};

/// `line 1 → its output`: the body without what stands before and after.
#[track_caller]
fn body(source: &str, place: Place) -> String {
    let code = transform(source, Path::new("a.mjs"), place)
        .expect("a module")
        .code;
    let (_, rest) = code.split_once('\n').expect("a preamble");
    let (inside, _) = rest.rsplit_once('\n').expect("an end");
    inside.to_owned()
}

#[track_caller]
fn check(source: &str, want: &str) {
    assert_eq!(body(source, Acyclic), want);
}

#[track_caller]
fn cyclic(source: &str, want: &str) {
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
fn writes_in_functions_push() {
    let check = |inside: &str, want: &str| {
        let source = format!("export let n = 0, m; function f() {{ {inside} }}");
        let want = format!(";      let n = 0, m; function f() {{ {want} }}");
        assert_eq!(body(&source, Acyclic), want);
    };
    check("n = 1", "n = 1,$s0(n)");
    check("n += 1;", "n += 1,$s0(n);");
    check("n ??= 1;", "n ??= 1,$s0(n);");
    check("n++; --m", "n++,$s0(n); --m,$s1(m)");
    check("return n++", "return $w0(n++,n)");
    check("g(n = m = 1)", "g($w0(n = $w1(m = 1,m),n))");
    check("(n ??= g(m = new X)).a", "(n ??= $q0(g(m = $q1(new X)))).a");
    check("(n = (g)()).a", "(n = $q0((g)())).a");
    check("g(n = g(() => 1))", "g($w0(n = g(() => 1),n))");
    check("g(n -= 1)", "g($w0(n -= 1,n))");
    check("n = 1, m = 2", "n = 1,$s0(n), m = 2,$s1(m)");
    check("return n = 1, m", "return n = 1,$s0(n), m");
    check(
        "for (n = 0; n < 3; n++) {}",
        "for (n = 0,$s0(n); n < 3; n++,$s0(n)) {}",
    );
    check("[n, m = 1] = x", "[$a.n, $a.m = 1] = x");
    check(
        "({ n, x: { m }, ...y } = x)",
        "({ n, [($s0(n),\"x\")]: { m:$a.m }, ...y } = x,$s0(n))",
    );
    check("({ n = 1, ...m } = x)", "({ n:$a.n = 1, ...$a.m } = x)");
    check("({ m: n } = x)", "({ m: n } = x,$s0(n))");
    check(
        "({ n, m } = x)",
        "({ n, [($s0(n),\"m\")]:$a.m } = x,$s0(n))",
    );
    check(
        "({ n, m = () => {} } = x)",
        "({ n, [($s0(n),\"m\")]:$a.m = {m:() => {}}.m } = x,$s0(n))",
    );
    check(
        "({ n, [((m = 1) )]: m } = x)",
        "({ n, [($s0(n),(($w1(m = 1,m)) ))]: $a.m } = x,$s0(n))",
    );
    check(
        "({ n, 'm': y.m } = x)",
        "({ n, [($s0(n),'m')]: y.m } = x,$s0(n))",
    );
    check(
        "({ 'n': n, ...y } = x)",
        "($h.split(({ 'n': n       } = x),$v=>{$s0(n);y=$h.rest($v,'n')}))",
    );
    check(
        "return { n, ...m } = x",
        "return $h.split(({ n       } = x),$v=>{$s0(n);m=$h.rest($v,\"n\");$s1(m)})",
    );
    check("({ ...n } = x)", "({ ...n } = x,$s0(n))");
    check("for ({ n, m } of x);", "for ({ n:$a.n, m:$a.m } of x);");
    check("return ([n, ...m] = x)", "return ([$a.n, ...$a.m] = x)");
    check(
        "[n = () => {}, [m]] = x",
        "[$a.n = {n:() => {}}.n, [$a.m]] = x",
    );
    check("for (n of x) { g() }", "for (n of x) {$s0(n); g() }");
    check("for (n in x) g();", "for (n in x) {$s0(n);g();}");
    check("for (n of x) { let n }", "for (n of x) {$s0(n);{ let n }}");
    check(
        "for (n of x) { { let n } }",
        "for (n of x) {$s0(n); { let n } }",
    );
    check(
        "for ([n, m] of x) m++",
        "for ([$a.n, $a.m] of x) m++,$s1(m)",
    );
    check(
        "for (n of x) m++ + 1",
        "for (n of x) {$s0(n);$w1(m++,m) + 1}",
    );
    check("let n; n = 1", "let n; n = 1");
    check("x.n = 1", "x.n = 1");
    check("n = () => m = 1", "n = () => $w1(m = 1,m),$s0(n)");
    check(
        "class A { static { n = 1 } x = n++ }",
        "class A { static { n = 1,$s0(n) } x = $w0(n++,n) }",
    );
}

#[test]
fn a_class_is_a_constant_within_itself() {
    check(
        "export class A { static f() { [A] = x } } function f() { [A] = x }",
        ";      class A { static f() { [A] = x,$s0(A) } } function f() { [$a.A] = x }",
    );
    check(
        "export class A { static f = () => (A = 1) } export const f = () => (f = 1)",
        ";      class A { static f = () => ($w0(A = 1,A)) } ;      const f = () => ($w1(f = 1,f))",
    );
}

#[test]
fn eval_and_arguments_are_read_in_patterns() {
    let source = "function f() { [n = g(arguments), m = () => arguments] = x }";
    check(source, source);
}

#[test]
fn writes_at_the_top_level_push_in_cycles_only() {
    check(
        "export let n = 0; n = 1; n++",
        ";      let n = 0; n = 1; n++",
    );
    cyclic(
        "export let n = 0; n = 1",
        ";      let n = 0,$i1=$n(0,n); n = 1,$s0(n)",
    );
    cyclic("export var n = 0, m", ";      var n = 0,$t1=$s0(n), m");
    cyclic(
        "export { n }; for (var n = 0; ; ) {}",
        ";             for (var n = 0,$t1=$s0(n); ; ) {}",
    );
    cyclic(
        "export { n }; for (var n of x) g()",
        ";             for (var n of x) {$s0(n);g()}",
    );
    cyclic("export class A {} x", ";      class A {};$n(0,A); x");
    cyclic(
        "export const { a, b } = x;",
        ";      const { a, [($n(0,a),\"b\")]:b } = x,$i1=$n(1,b);",
    );
    cyclic(
        "export const { a, b = f(), [c()]: d, 'e': { g, h = i } } = x;",
        ";      const { a, [($n(0,a),\"b\")]:b = f(), [($n(1,b),c())]: d, \
         [($n(2,d),'e')]: { g, [($n(3,g),\"h\")]:h = i } } = x,$i1=$n(4,h);",
    );
    cyclic(
        "export const { a, b = f(), 'e': [g, h = i, j = () => 1] } = x;",
        ";      const $i1=({ a:$f, [($b.a=$f,\"b\")]:$b.b = f(), 'e': [$b.g, $b.h = i, \
         $b.j = {j:() => 1}.j] } = x);",
    );
    cyclic(
        "export let [a, { b }] = x, [...c] = y, { d, ...e } = z, { ['f']: f, ...g } = z, [h] = i(1), [j] = [1]",
        ";      let $i1=([$b.a, { b:$b.b }] = $h.iterable(x,\"x is not iterable\")), [...c] = y,$i2=$n(2,c), \
         $i3=({ d:$f       } = z),$i4=($b.d=$f,$b.e=$h.rest($i3,\"d\")), \
         $i5=({ ['f']: $b.f, ...$b.g } = z), \
         $i6=([$b.h] = $h.iterable($h.callable(i,\"i is not a function or its return value is not iterable\")(1),\
         \"i is not a function or its return value is not iterable\")), [j] = [1],$i7=$n(8,j)",
    );
    cyclic(
        "await 0; export const a = 1",
        "await 0; ;      const a = 1,$i1=$n(0,a)",
    );
    cyclic(
        "let a = 1; { let a = 2; } export { a }",
        "let a = 1,$i1=$n(0,a); { let a = 2; } ;           ",
    );
}

#[test]
fn assignments_to_imports_reach_a_constant() {
    let check = |inside: &str, want: &str| {
        let source = format!("import {{ abc }} from 'x'; {inside}");
        let want = format!("{:24} {want}", ";");
        assert_eq!(body(&source, Acyclic), want);
    };
    check("abc = 1", "þþþ = 1");
    check("[abc] = x", "[þþþ] = x");
    check("({ abc } = x)", "({ abc:þþþ } = x)");
    check("({ abc = 1 } = x)", "({ abc:þþþ = 1 } = x)");
    check("({ x: abc } = x)", "({ x: þþþ } = x)");
    check("for (abc of x);", "for (þþþ of x);");
    check("for (abc in x);", "for (þþþ in x);");
    check("abc++", "$c.abc++");
    check("abc += 1", "$c.abc += 1");
    check("abc ||= 1", "$c.abc ||= 1");
    check("{ let abc; abc = 1 }", "{ let abc; abc = 1 }");
    check("abc.x = 1", "abc.x = 1");
}

#[test]
fn constants_say_which_import_they_stand_for() {
    let source = "import { abc, xyz, n } from 'x'; abc = xyz = n; xyz = 1; n += 1; ({ n } = {})";
    let done = transform(source, Path::new("/m.mjs"), Acyclic).expect("a module");
    let own = |(constant, name): &(String, String)| format!("{constant} {name}");
    let found: Vec<String> = done.record.stand_ins.iter().map(own).collect();
    assert_eq!(found, ["þþþ abc", "þ n", "ðþþ xyz"]);
    assert!(
        done.code
            .contains("þþþ = ðþþ = n; ðþþ = 1; $c.n += 1; ({ n:þ } = {})")
    );
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
