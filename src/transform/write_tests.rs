//! Writes to what is exported, and to what is imported.

use super::tests::{body, check, cyclic};
use super::{Place::*, *};

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
    // One of them is another variable in the block.
    cyclic(
        "export { n, m }; for (var [n, m] of x) { let m; }",
        ";                for (var [n, m] of x) {$s0(n);$s1(m);{ let m; }}",
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
