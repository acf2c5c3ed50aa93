//! ES module syntax in a CommonJS file → `require` and `exports`, as tsc has them under
//! `module: "commonjs"` and, unless it is turned off, `esModuleInterop`.
//!
//! Input:
//! ```js
//! import a, { b } from "x"; import * as c from "y";
//! export let d = b(a); export { c as e };
//! export default function f() { d++; }
//! ```
//! Output:
//! ```js
//! "use strict";…exports.e=exports.d=void 0;exports.default=f;const $m0=$star(require("x")); const c=$star(require("y"));exports.e=c;
//! let d = (0,$m0.b)($m0.default);exports.d=d; ;
//! function f() { exports.d=++d; }
//! ```
//!
//! An export is a property that is written when the binding is: whoever comes too early in a cycle
//! finds `undefined`, as tsc's users are used to. An import is read where it is used.
//!
//! Who accepts what it imports is not evaluated anew, and its imports are to be those of the new version, as in an ES
//! module: a file that speaks of `accept` says how they are bound (`runtime/esm/commonjs/bound-imports.cjs`). All others
//! keep constants, which V8 puts into the code that uses them.

mod references;
mod statements;

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    Declaration, ExportDefaultDeclarationKind, IdentifierReference, ModuleExportName, Program,
    Statement,
};
use oxc_ast_visit::Visit;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::{Scoping, SemanticBuilder, SymbolId};
use oxc_span::{SourceType, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Options;
use crate::scan::bound_names;
use crate::transform::{
    edits::{Edits, Shift},
    names::Names,
};

/// The code, and which columns have moved. `None` when there is no such syntax, or no way to read
/// the text: V8 has the words then.
pub(super) fn to_commonjs(code: &str, options: &Options) -> Option<(String, Vec<Shift>)> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, code, SourceType::unambiguous())
        .with_options(ParseOptions {
            preserve_parens: false,
            allow_return_outside_function: true,
            ..ParseOptions::default()
        })
        .parse();
    let program = &parsed.program;
    let is_module = program.body.iter().any(Statement::is_module_declaration);
    let may_import = options.imports_as_required && code.contains("import");
    if parsed.diagnostics.has_errors() || !(is_module || may_import) {
        return None;
    }
    let built = SemanticBuilder::new().build(program);
    let mut it = Converter {
        source: code,
        names: Names::new(code),
        edits: Edits::new(code),
        scoping: built.semantic.scoping(),
        imports: FxHashMap::default(),
        exports: FxHashMap::default(),
        discarded: FxHashSet::default(),
        requests: 0,
        accepts: code.contains("accept"),
        head: Vec::new(),
        unset: Vec::new(),
        stars: false,
        namespaces: false,
        defaults: false,
        imported: false,
        options,
    };
    it.bindings(program);
    it.statements(program);
    it.visit_program(program);
    (is_module || it.imported).then(|| it.finish(is_module))
}

struct Converter<'s, 'b> {
    source: &'s str,
    names: Names,
    edits: Edits<'s>,
    scoping: &'b Scoping,
    /// An imported binding → what stands for it.
    imports: FxHashMap<SymbolId, String>,
    /// A local binding → the names it is exported under.
    exports: FxHashMap<SymbolId, Vec<String>>,
    /// Expressions whose values nobody uses.
    discarded: FxHashSet<Span>,
    requests: usize,
    /// May it accept updates of what it imports?
    accepts: bool,
    /// Exports of functions, which exist before anything runs.
    head: Vec<String>,
    /// Exports that do not yet.
    unset: Vec<String>,
    stars: bool,
    namespaces: bool,
    defaults: bool,
    /// There is an `import()`.
    imported: bool,
    options: &'b Options,
}

/// `.name`, or `["a name"]`.
fn member(name: &str) -> String {
    let is_identifier = !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
    match is_identifier {
        true => format!(".{name}"),
        false => format!("[{name:?}]"),
    }
}

fn export(name: &str) -> String {
    format!("exports{}", member(name))
}

impl Converter<'_, '_> {
    fn symbol_of(&self, id: &IdentifierReference) -> Option<SymbolId> {
        self.scoping
            .get_reference(id.reference_id.get()?)
            .symbol_id()
    }

    fn request(&mut self) -> String {
        self.requests += 1;
        self.names.numbered("m", self.requests - 1)
    }

    /// What is imported, and under which names locals are exported: known before anything is
    /// rewritten.
    fn bindings(&mut self, program: &Program) {
        for statement in &program.body {
            match statement {
                Statement::ExportNamedDeclaration(it) => {
                    for specifier in &it.specifiers {
                        if let ModuleExportName::IdentifierReference(local) = &specifier.local
                            && let Some(symbol) = self.symbol_of(local)
                        {
                            let name = specifier.exported.name().to_string();
                            self.exports.entry(symbol).or_default().push(name);
                        }
                    }
                }
                Statement::ExportDeclaration(it) => {
                    for (symbol, name) in declared(&it.declaration) {
                        self.exports.entry(symbol).or_default().push(name);
                    }
                }
                Statement::ExportDefaultDeclaration(it) => {
                    let id = match &it.declaration {
                        ExportDefaultDeclarationKind::FunctionDeclaration(it) => it.id.as_ref(),
                        ExportDefaultDeclarationKind::ClassDeclaration(it) => it.id.as_ref(),
                        _ => None,
                    };
                    if let Some(symbol) = id.and_then(|id| id.symbol_id.get()) {
                        let names = self.exports.entry(symbol).or_default();
                        names.push("default".to_owned());
                    }
                }
                _ => {}
            }
        }
    }

    fn finish(mut self, is_module: bool) -> (String, Vec<Shift>) {
        let names = &self.names;
        let mut head = String::new();
        if is_module {
            head.push_str(
                "\"use strict\";Object.defineProperty(exports,\"__esModule\",{value:true});",
            );
        }
        if self.imported {
            // What was an ES module once is its exports, as for `import x from`; other CommonJS is Node's namespace, or what
            // it exports, which newer Nodes name.
            let other = match self.options.es_module_interop {
                true => "it",
                false => "\"module.exports\" in it?it[\"module.exports\"]:it",
            };
            head.push_str(&format!(
                "const {}=(it)=>it.default&&it.default.__esModule?it.default:{other};",
                names.of("import")
            ));
        }
        if self.defaults {
            head.push_str(&format!(
                "const {}=(it)=>it&&it.__esModule?it:{{default:it}};",
                names.of("default")
            ));
        }
        if self.namespaces {
            head.push_str(&format!(
                "const {}=(it)=>{{if(it&&it.__esModule)return it;const result={{}};\
                 if(it!=null)for(const key of Object.getOwnPropertyNames(it))if(key!==\"default\")\
                 Object.defineProperty(result,key,{{enumerable:true,get(){{return it[key]}}}});\
                 return Object.defineProperty(result,\"default\",{{enumerable:true,value:it}})}};",
                names.of("star")
            ));
        }
        if self.stars {
            head.push_str(&format!(
                "const {}=(it)=>{{for(const key in it)if(key!==\"default\"&&!Object.hasOwn(exports,key))\
                 Object.defineProperty(exports,key,{{enumerable:true,get(){{return it[key]}}}})}};",
                "__exportStar"
            ));
        }
        if !self.unset.is_empty() {
            let targets: String = self.unset.iter().rev().map(|it| export(it) + "=").collect();
            head.push_str(&format!("{targets}void 0;"));
        }
        self.head.iter().for_each(|it| head.push_str(it));
        let mut shifts = self.edits.shifts();
        let width = head.encode_utf16().count();
        for shift in shifts.iter_mut().take_while(|it| it.line == 1) {
            shift.column += width;
        }
        let first = Shift {
            line: 1,
            column: width,
            source_column: 0,
        };
        shifts.insert(0, first);
        (self.edits.apply(&head, ""), shifts)
    }
}

fn declared(declaration: &Declaration) -> Vec<(SymbolId, String)> {
    let mut found = Vec::new();
    bound_names(declaration, &mut |id| {
        if let Some(symbol) = id.symbol_id.get() {
            found.push((symbol, id.name.to_string()));
        }
    });
    found
}
