//! Direct evals.
//!
//! Input:
//! ```js
//! import { a } from "x"; export let n = 0; eval(code);
//! ```
//! Output:
//! ```js
//! …const $e=$h.eval([{imports:[["a"]],cells:[["n","0"]],…}]);
//! eval($e(0,code));
//! ```
//! Code that is evaluated sees the variables that stand for imports and exports, and a function's
//! `arguments`. So the text is treated as the module's own was: `a = 1` is a TypeError, `n++` is
//! pushed, `arguments` is nobody's and `import()` leads to the runtime.

use std::fmt::Write as _;

use oxc_allocator::Allocator;
use oxc_ast::ast::IdentifierReference;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;

use super::{
    Place,
    bindings::Bindings,
    body::{Body, In, Used},
    edits::Edits,
    live::InPlace,
    names::Names,
    preamble,
};

/// What names mean to the code a direct eval is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EvalSite {
    /// Imports that are not shadowed there; what stands for one that is read where it comes from.
    pub imports: Vec<(String, Option<String>)>,
    /// Exported variables that are not shadowed there, and their cells.
    pub cells: Vec<(String, usize)>,
    /// `arguments` and `new.target` are a function's.
    pub in_function: bool,
    /// Of the module's identifiers that are ours.
    pub prefix: String,
}

impl EvalSite {
    /// As an object literal.
    fn literal(&self) -> String {
        let imports: Vec<String> = (self.imports.iter())
            .map(|(name, live)| match live {
                Some(live) => format!("[{},{}]", quoted(name), quoted(live)),
                None => format!("[{}]", quoted(name)),
            })
            .collect();
        let cells: Vec<String> = (self.cells.iter())
            .map(|(name, cell)| format!("[{},\"{cell}\"]", quoted(name)))
            .collect();
        format!(
            "{{imports:[{}],cells:[{}],inFunction:{},prefix:{}}}",
            imports.join(","),
            cells.join(","),
            self.in_function,
            quoted(&self.prefix)
        )
    }
}

/// `const $e=$h.eval([…]);`
pub(super) fn declaration(sites: &[EvalSite], names: &Names) -> String {
    let mut out = String::new();
    if !sites.is_empty() {
        let (own, host) = (names.of("e"), names.of("h"));
        let _ = write!(out, "const {own}={host}.eval({});", literals(sites));
    }
    out
}

fn literals(sites: &[EvalSite]) -> String {
    let list: Vec<String> = sites.iter().map(EvalSite::literal).collect();
    format!("[{}]", list.join(","))
}

/// A string literal.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            _ => out.push(c),
        }
    }
    out + "\""
}

impl Body<'_, '_> {
    /// `$e(0,`: what stands before the code of a direct eval.
    pub(super) fn eval_site(&mut self, eval: &IdentifierReference) -> String {
        let scope = eval
            .reference_id
            .get()
            .map(|id| self.scoping.get_reference(id).scope_id());
        let is_visible = |name: &str, symbol: Option<_>| {
            scope.is_some_and(|scope| self.scoping.find_binding(scope, name.into()) == symbol)
        };
        let (scoping, bindings) = (self.scoping, self.bindings);
        let own = (bindings.imports.iter())
            .map(|(symbol, import)| (scoping.symbol_name(*symbol), Some(*symbol), *import));
        let outer =
            (bindings.outer_imports.iter()).map(|(name, import)| (name.as_str(), None, *import));
        let mut imports: Vec<(String, Option<String>)> = own
            .chain(outer)
            .filter(|(name, symbol, _)| is_visible(name, *symbol))
            .map(|(name, _, import)| {
                (
                    name.to_owned(),
                    bindings.live.get(&import).map(|live| live.read.clone()),
                )
            })
            .collect();
        imports.sort();
        let own = (bindings.cells.iter())
            .filter(|(symbol, _)| !bindings.imports.contains_key(symbol))
            .map(|(symbol, cell)| (scoping.symbol_name(*symbol), Some(*symbol), *cell));
        let outer = (bindings.outer_cells.iter()).map(|(name, cell)| (name.as_str(), None, *cell));
        let mut cells: Vec<(String, usize)> = own
            .chain(outer)
            .filter(|(name, symbol, _)| is_visible(name, *symbol))
            .map(|(name, _, cell)| (name.to_owned(), cell))
            .collect();
        cells.sort();
        for (_, cell) in &cells {
            self.note_push(*cell);
        }
        self.used.evals.push(EvalSite {
            imports,
            cells,
            in_function: self.with_target > 0,
            prefix: self.names.of(""),
        });
        format!("{}({},", self.names.of("e"), self.used.evals.len() - 1)
    }

    /// What stands for an import that is read where it comes from.
    pub(super) fn live_of(&mut self, id: &IdentifierReference) -> Option<String> {
        if self.bindings.live.is_empty() {
            return None;
        }
        let import = self.import_of(id)?;
        let live = self.bindings.live.get(&import)?;
        if self.is_spoken_of {
            self.used.spoken_of.insert(import);
        }
        Some(live.read.clone())
    }
}

/// The directive of the function the code is evaluated in.
const STRICT: &str = "\"use strict\";";

/// The code of a direct eval in a module. `None`: as it is; nothing of it concerns us, or V8 is to
/// say what is wrong with it.
pub fn transform_eval(code: &str, site: &EvalSite) -> Option<String> {
    let text = format!("{STRICT}{code}");
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, &text, SourceType::script())
        .with_options(ParseOptions {
            preserve_parens: false,
            ..ParseOptions::default()
        })
        .parse();
    if parsed.diagnostics.errors().next().is_some() {
        return None;
    }
    let built = SemanticBuilder::new().build(&parsed.program);
    let scoping = built.semantic.scoping();
    let mut bindings = Bindings::default();
    for (number, (name, live)) in site.imports.iter().enumerate() {
        bindings.outer_imports.insert(name.clone(), number);
        if let Some(live) = live {
            let (variable, read) = (name.clone(), live.clone());
            bindings.live.insert(number, InPlace { variable, read });
        }
    }
    bindings.outer_cells = site.cells.iter().cloned().collect();
    let names = Names::within(code, &site.prefix);
    let mut edits = Edits::new(&text);
    let mut body = Body::new(&names, &mut edits, scoping, &bindings, Place::Acyclic);
    let inside = if site.in_function {
        In::Function
    } else {
        In::Arrow
    };
    body.keeps_values = true;
    // Somebody can look at every export while the code runs.
    body.inside(inside, |body| body.program(&parsed.program));
    let used = body.finish();
    let head = preamble::constants(&names, &used);
    let done = edits.apply("", &hoisted(&names, &used));
    let rest = done.strip_prefix(STRICT).unwrap_or(&done);
    (!head.is_empty() || rest != code).then(|| head + rest)
}

/// Functions behind the code, so that its columns stay and its value is that of its last statement.
fn hoisted(names: &Names, used: &Used) -> String {
    let host = names.of("h");
    let mut out = String::new();
    let mut function = |name: &str, parameters: &str, body: &str| {
        let _ = write!(out, "function {name}({parameters}){{return {host}.{body}}}");
    };
    if used.import_call {
        function(&names.import_call, "s,o", "import(s,o)");
    }
    if used.arguments {
        function(&names.arguments, "", "arguments()");
    }
    if !used.evals.is_empty() {
        let call = format!("eval({})(n,c)", literals(&used.evals));
        function(&names.of("e"), "n,c", &call);
    }
    if out.is_empty() {
        out
    } else {
        format!("\n;{out}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: &str, want: &str) {
        let site = EvalSite {
            imports: vec![
                ("ab".to_owned(), None),
                ("far".to_owned(), Some("$l1.far".to_owned())),
            ],
            cells: vec![("n".to_owned(), 3)],
            in_function: false,
            prefix: "$".to_owned(),
        };
        let done = transform_eval(code, &site);
        assert_eq!(done.as_deref().unwrap_or("as it is"), want);
    }

    #[test]
    fn what_concerns_us_is_rewritten() {
        check("1 + x", "as it is");
        check("ab + 1", "as it is");
        check("var ab; ab = 1", "as it is");
        check("ab = 1", "const þþ=0;þþ = 1");
        check("n++; n", "$w3(n++,n); n");
        check("() => { n++ }", "() => { n++,$s3(n) }");
        check("(n) => n++", "as it is");
        check("f(n = 2)", "f($w3(n = 2,n))");
        check("far()", "(0,$l1.far)()");
        check("({ far, ab })", "({ far:$l1.far, ab })");
        check(
            "arguments[0]",
            "no_args()[0]\n;function no_args(){return $h.arguments()}",
        );
        check("typeof arguments", "typeof $h.arguments.v");
        check("(function () { arguments })", "as it is");
        check(
            "import('x')",
            "$aaaaa('x')\n;function $aaaaa(s,o){return $h.import(s,o)}",
        );
        check("import.meta", "as it is");
        check("1 +", "as it is");
        check(
            "{ let n; eval(x) }",
            "{ let n; eval($e(0,x)) }\n;function $e(n,c){return $h.eval([{imports:[[\"ab\"],[\"far\",\"$l1.far\"]],\
             cells:[],inFunction:false,prefix:\"$\"}])(n,c)}",
        );
    }
}
