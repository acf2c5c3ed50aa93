//! What stands before line 1 and after the last line.
//!
//! Acyclic, with an import `a` and an export `n` that a function writes:
//! ```js
//! function ($h,a) {            // by vm.compileFunction
//! "use strict";$h.set(($k)=>{switch($k){case 0:return($v)=>{a=$v};}});const $o0=new class{f($v){$h.push(0,$v)}},$s0=($v)=>{$o0.f($v)}, … ;
//! $h.live(0,()=>n,$v=>{$o0.f=$v;$w0});
//! …the module, line 1 on line 1…
//! ;return[n]
//! }
//! ```
//! In a cycle:
//! ```js
//! function ($h) {
//! "use strict";$h.tdz(0,(function*(){$h.body((function*(){const $n=$h.init; … $n(0,f);yield;
//! …the module…
//! }));let a=yield($v)=>{a=$v}}));
//! }
//! ```
//! `let a` of a generator that has not come that far is in its temporal dead zone; each import has
//! a generator of its own because imports are initialized in any order.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{
    Cell, Place,
    bindings::Bindings,
    body::Used,
    declared::Late,
    eval,
    names::Names,
    record::{CellKind, Record},
};

pub(super) struct Shell {
    pub parameters: Vec<String>,
    pub head: String,
    pub tail: String,
}

pub(super) fn shell(
    record: &Record,
    names: &Names,
    used: &Used,
    bindings: &Bindings,
    place: Place,
) -> Shell {
    let host = names.of("h");
    let mut head = "\"use strict\";".to_owned();
    let declared = declarations(record, names, used, place);
    let inner = inner_head(record, names, used);
    let exports = exports(record, names);
    match place {
        Place::Acyclic => {
            let mut parameters = vec![host.clone()];
            for number in 0..record.imports.len() {
                // V8 refuses a parameter beyond the Basic Multilingual Plane, and Node 20 to 26
                // end the process when it does.
                let local = local_of(record, bindings, number);
                if local.chars().any(|c| c.len_utf16() > 1) {
                    let parameter = names.numbered("p", number);
                    put(&mut head, format_args!("let {local}={parameter};"));
                    parameters.push(parameter);
                } else {
                    parameters.push(local.to_owned());
                }
            }
            head.push_str(&declared);
            head.push_str(&setter(record, names, bindings));
            let mut tail = format!("\n;return{exports}");
            if record.has_top_level_await {
                // Called by the runtime: a call in here would be a frame at a line of ours.
                head.push_str("return(async function(){");
                tail.push_str("})");
            }
            head.push_str(&inner);
            if used.disposes {
                // V8 disposes of what `using` holds where the last statement was: nothing of ours may come after it.
                put(&mut head, format_args!("{host}.last(()=>{exports});"));
                tail = tail.replace(&format!(";return{exports}"), "");
            }
            head.push('\n');
            Shell {
                parameters,
                head,
                tail,
            }
        }
        Place::Cyclic => {
            for number in 0..record.imports.len() {
                put(
                    &mut head,
                    format_args!("{host}.tdz({number},(function*(){{"),
                );
            }
            for number in 0..used.late.len() {
                put(
                    &mut head,
                    format_args!("{host}.late({number},(function*(){{"),
                );
            }
            head.push_str(&declared);
            let star = if record.has_top_level_await {
                "async function*"
            } else {
                "function*"
            };
            put(
                &mut head,
                format_args!(
                    "{host}.body(({star}(){{{inner}const {}={host}.init;",
                    names.of("n")
                ),
            );
            head.push_str(&initializers(names, used));
            head.push_str(&hoisted(record, names));
            head.push_str("yield;\n");
            // Nothing to return: each binding was handed out when it was initialized.
            let mut tail = "\n}));".to_owned();
            for Late { name, is_const, .. } in used.late.iter().rev() {
                let kind = if *is_const { "const" } else { "let" };
                put(&mut tail, format_args!("{kind} {name}=yield}}));"));
            }
            let value = names.of("v");
            for number in (0..record.imports.len()).rev() {
                let local = local_of(record, bindings, number);
                put(
                    &mut tail,
                    format_args!("let {local}=yield({value})=>{{{local}={value}}}}}));"),
                );
            }
            Shell {
                parameters: vec![host],
                head,
                tail,
            }
        }
    }
}

/// Writing to a String can't fail.
fn put(out: &mut String, arguments: std::fmt::Arguments) {
    let _ = out.write_fmt(arguments);
}

/// The variable of an import: the name's own, or a namespace's that it is read from.
fn local_of<'a>(record: &'a Record, bindings: &'a Bindings, number: usize) -> &'a str {
    let live = bindings.live.get(&number);
    live.map_or(&record.imports[number].local, |live| &live.variable)
}

/// What stands in for imports that are written.
pub(super) fn constants(names: &Names, used: &Used) -> String {
    let host = names.of("h");
    let mut out = String::new();
    let constants: BTreeSet<&String> = used.constants.values().collect();
    for constant in constants {
        put(&mut out, format_args!("const {constant}=0;"));
    }
    if !used.refused.is_empty() {
        put(&mut out, format_args!("const {}={{", names.of("c")));
        for (name, read) in &used.refused {
            let value = names.of("v");
            put(
                &mut out,
                format_args!(
                    "get {name}(){{return {read}}},set {name}({value}){{{host}.constant()}},"
                ),
            );
        }
        out.push_str("};");
    }
    out
}

fn declarations(record: &Record, names: &Names, used: &Used, place: Place) -> String {
    let mut out = String::new();
    let host = names.of("h");
    if used.import_meta {
        put(
            &mut out,
            format_args!("const {}={host}.meta();", names.import_meta),
        );
    }
    if used.spoken_meta {
        let holder = names.of("o");
        put(
            &mut out,
            format_args!("const {holder}={{m:{}}};", names.import_meta),
        );
    }
    if used.import_call {
        put(
            &mut out,
            format_args!("const {}={host}.import;", names.import_call),
        );
    }
    if used.arguments {
        put(
            &mut out,
            format_args!("const {}={host}.arguments;", names.arguments),
        );
    }
    out.push_str(&constants(names, used));
    out.push_str(&eval::declaration(&used.evals, names));
    let has_default = record.cells.iter().any(|cell| match cell.kind {
        CellKind::Default => true,
        CellKind::DefaultFunction => place == Place::Acyclic, // in a cycle it is a declaration
        _ => false,
    });
    if has_default {
        put(&mut out, format_args!("let {};", names.of("d")));
    }
    out
}

/// Setters of imports, made when they are asked for: what is pushed in a hot loop is then one call
/// of a closure that does nothing else.
fn setter(record: &Record, names: &Names, bindings: &Bindings) -> String {
    if record.imports.is_empty() {
        return String::new();
    }
    let (key, value) = (names.of("k"), names.of("v"));
    let mut out = format!("{}.set(({key})=>{{switch({key}){{", names.of("h"));
    for number in 0..record.imports.len() {
        let local = local_of(record, bindings, number);
        put(
            &mut out,
            format_args!("case {number}:return({value})=>{{{local}={value}}};"),
        );
    }
    out.push_str("}});");
    out
}

/// Where the module's own bindings are in scope: what pushes them.
///
/// Whom to push to is the one property of an object that is constant, as is who asks it: as long as that was written but once, which
/// lasts until the importer is another, V8 takes it for a constant, too, and a push costs no more than the importer's variable being
/// written. (Were it a variable, it would be loaded and compared each time; the property of a class that all modules share would be written
/// often.) And the closure that sets it mentions a third variable: from two captured ones down V8 14 keeps them in cells of their own,
/// which makes each push in a hot loop half as long again.
fn inner_head(record: &Record, names: &Names, used: &Used) -> String {
    let host = names.of("h");
    let (result, value) = (names.of("r"), names.of("v"));
    let mut out = String::new();
    for (number, cell) in record.cells.iter().enumerate() {
        if !used.pushed[number] {
            continue;
        }
        let (sink, wrap) = (names.numbered("s", number), names.numbered("w", number));
        let object = names.numbered("o", number);
        put(
            &mut out,
            format_args!(
                "const {object}=new class{{f({value}){{{host}.push({number},{value})}}}},{sink}=({value})=>{{{object}.f({value})}},\
                 {wrap}=({result},{value})=>{{{sink}({value});return {result}}};"
            ),
        );
        if used.passed[number] {
            let pass = names.numbered("q", number);
            put(
                &mut out,
                format_args!("const {pass}=({value})=>{{{sink}({value});return {value}}};"),
            );
        }
        let local = &cell.local;
        put(
            &mut out,
            format_args!(
                "{host}.live({number},()=>{local},{value}=>{{{object}.f={value};{wrap}}});"
            ),
        );
    }
    out.push_str(&setters(record, names, used));
    out
}

/// `const $a=new class{set n($v){n=$v;$s0($v)}};`: what destructuring assigns by. A class, since V8 makes a dictionary of an
/// object literal with accessors.
fn setters(record: &Record, names: &Names, used: &Used) -> String {
    if !used.set.contains(&true) {
        return String::new();
    }
    let value = names.of("v");
    let mut out = format!("const {}=new class{{", names.of("a"));
    for (number, Cell { local, .. }) in record.cells.iter().enumerate() {
        if used.set[number] {
            let sink = names.numbered("s", number);
            put(
                &mut out,
                format_args!(
                    "set {}({value}){{{local}={value};{sink}({value})}}",
                    key_of(local)
                ),
            );
        }
    }
    out.push_str("};");
    out
}

/// `const $b=new class{set n($v){$h.begin(0,$v);$n(0,$v)}};`: what initializes the variables that are declared around the body.
fn initializers(names: &Names, used: &Used) -> String {
    if used.late.is_empty() {
        return String::new();
    }
    let (host, value, init) = (names.of("h"), names.of("v"), names.of("n"));
    let mut out = format!("let {};const {}=new class{{", names.of("f"), names.of("b"));
    for (number, Late { name, cell, .. }) in used.late.iter().enumerate() {
        put(
            &mut out,
            format_args!(
                "set {}({value}){{{host}.begin({number},{value});",
                key_of(name)
            ),
        );
        if let Some(cell) = cell {
            put(&mut out, format_args!("{init}({cell},{value})"));
        }
        out.push('}');
    }
    out.push_str("};");
    out
}

/// No accessor of a class can have that name in plain text.
fn key_of(name: &str) -> String {
    if name == "constructor" {
        format!("[\"{name}\"]")
    } else {
        name.to_owned()
    }
}

/// InitializeEnvironment, steps 20 to 24: `var` names are undefined, functions exist.
fn hoisted(record: &Record, names: &Names) -> String {
    let mut out = String::new();
    let init = names.of("n");
    for (number, cell) in record.cells.iter().enumerate() {
        match cell.kind {
            CellKind::Function => put(&mut out, format_args!("{init}({number},{});", cell.local)),
            CellKind::Var => put(&mut out, format_args!("{init}({number},void 0);")),
            CellKind::DefaultFunction => {
                let (host, local) = (names.of("h"), names.of("d"));
                put(
                    &mut out,
                    format_args!("{init}({number},{host}.named({local}));"),
                );
            }
            CellKind::Lexical | CellKind::Default | CellKind::Namespace(_) => {}
        }
    }
    out
}

/// The values of the cells, in order.
fn exports(record: &Record, names: &Names) -> String {
    let value = |cell: &Cell| match cell.kind {
        CellKind::Default | CellKind::DefaultFunction => names.of("d.default"),
        _ => cell.local.clone(),
    };
    let values: Vec<String> = record.cells.iter().map(value).collect();
    format!("[{}]", values.join(","))
}
