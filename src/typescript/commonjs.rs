//! ES module syntax in a CommonJS file → `require` and `exports`, as tsc has them under
//! `module: "commonjs"` and `esModuleInterop`.
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

use oxc_allocator::Allocator;
use oxc_ast::ast::{
    AssignmentExpression, AssignmentTarget, CallExpression, Declaration, ExportDefaultDeclaration,
    ExportDefaultDeclarationKind, Expression, ExpressionStatement, IdentifierReference,
    ImportDeclaration, ImportDeclarationSpecifier, ModuleExportName, ObjectProperty, Program,
    SimpleAssignmentTarget, Statement, TaggedTemplateExpression, UpdateExpression,
    VariableDeclaration,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::{Scoping, SemanticBuilder, SymbolId};
use oxc_span::{GetSpan, SourceType, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use super::trivia;
use crate::transform::{
    edits::{Edits, Shift},
    names::Names,
};

/// The code, and which columns have moved. `None` when there is no such syntax, or no way to read
/// the text: V8 has the words then.
pub(super) fn to_commonjs(code: &str) -> Option<(String, Vec<Shift>)> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, code, SourceType::unambiguous())
        .with_options(ParseOptions {
            preserve_parens: false,
            allow_return_outside_function: true,
            ..ParseOptions::default()
        })
        .parse();
    let program = &parsed.program;
    let has_syntax = program.body.iter().any(Statement::is_module_declaration);
    if parsed.diagnostics.has_errors() || !has_syntax {
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
        head: Vec::new(),
        unset: Vec::new(),
        stars: false,
        namespaces: false,
        defaults: false,
    };
    it.bindings(program);
    it.statements(program);
    it.visit_program(program);
    Some(it.finish())
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
    /// Exports of functions, which exist before anything runs.
    head: Vec<String>,
    /// Exports that do not yet.
    unset: Vec<String>,
    stars: bool,
    namespaces: bool,
    defaults: bool,
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

    fn statements(&mut self, program: &Program) {
        for statement in &program.body {
            match statement {
                Statement::ImportDeclaration(it) => self.import(it),
                Statement::ExportAllDeclaration(it) => {
                    let request = format!("require({:?})", it.source.value.as_str());
                    let text = match &it.exported {
                        Some(name) => {
                            self.namespaces = true;
                            let name = name.name().to_string();
                            self.unset.push(name.clone());
                            format!("{}={}({request});", export(&name), self.names.of("star"))
                        }
                        None => {
                            self.stars = true;
                            format!("{}({request});", "__exportStar")
                        }
                    };
                    self.edits.blank(it.span.start, it.span.end, &text);
                }
                Statement::ExportFromDeclaration(it) => {
                    let module = self.request();
                    let source = it.source.value.as_str();
                    let needs_default = |name: &str| name == "default";
                    let has_default = it
                        .specifiers
                        .iter()
                        .any(|it| needs_default(&it.local.name()));
                    let request = self.interop(format!("require({source:?})"), has_default, false);
                    let mut text = format!("const {module}={request};");
                    for specifier in &it.specifiers {
                        let (name, local) = (specifier.exported.name(), specifier.local.name());
                        text.push_str(&getter(&name, &format!("{module}{}", member(&local))));
                    }
                    self.edits.blank(it.span.start, it.span.end, &text);
                }
                Statement::ExportNamedDeclaration(it) => {
                    let mut text = ";".to_owned();
                    for specifier in &it.specifiers {
                        let ModuleExportName::IdentifierReference(local) = &specifier.local else {
                            continue;
                        };
                        let symbol = self.symbol_of(local);
                        let import = symbol.and_then(|symbol| self.imports.get(&symbol));
                        if let Some(import) = import {
                            text.push_str(&getter(&specifier.exported.name(), import));
                        }
                    }
                    self.edits.blank(it.span.start, it.span.end, &text);
                }
                Statement::ExportDeclaration(it) => {
                    let keyword = it.span.start + "export".len() as u32;
                    self.edits.blank(it.span.start, keyword, ";");
                    self.declaration(&it.declaration);
                }
                Statement::ExportDefaultDeclaration(it) => self.default(it),
                other => {
                    if let Some(declaration) = other.as_declaration() {
                        self.declaration(declaration);
                    }
                }
            }
        }
    }

    fn interop(&mut self, request: String, has_default: bool, has_more: bool) -> String {
        match (has_default, has_more) {
            (true, false) => {
                self.defaults = true;
                format!("{}({request})", self.names.of("default"))
            }
            (true, true) => {
                self.namespaces = true;
                format!("{}({request})", self.names.of("star"))
            }
            _ => request,
        }
    }

    fn import(&mut self, it: &ImportDeclaration) {
        let request = format!("require({:?})", it.source.value.as_str());
        let specifiers: Vec<_> = it.specifiers.iter().flatten().collect();
        if specifiers.is_empty() {
            let text = format!("{request};");
            return self.edits.blank(it.span.start, it.span.end, &text);
        }
        let mut named: Vec<(SymbolId, String)> = Vec::new();
        let mut namespace = None;
        for specifier in specifiers {
            let (local, name) = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(it) => {
                    (&it.local, it.imported.name().to_string())
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => {
                    (&it.local, "default".to_owned())
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => {
                    namespace = Some(&it.local);
                    continue;
                }
            };
            if let Some(symbol) = local.symbol_id.get() {
                named.push((symbol, name));
            }
        }
        let has_default = named.iter().any(|(_, name)| name == "default");
        let more = namespace.is_some() || named.iter().any(|(_, name)| name != "default");
        let request = self.interop(request, has_default || namespace.is_some(), more);
        let module = match namespace {
            Some(local) => local.name.to_string(),
            None => self.request(),
        };
        let mut text = format!("const {module}={request};");
        if let Some(symbol) = namespace.and_then(|local| local.symbol_id.get()) {
            text.push_str(&self.written(symbol, &module));
            self.note_unset(symbol);
        }
        for (symbol, name) in named {
            self.imports
                .insert(symbol, format!("{module}{}", member(&name)));
        }
        self.edits.blank(it.span.start, it.span.end, &text);
    }

    /// `exports.a=exports.b=a;`
    fn written(&self, symbol: SymbolId, value: &str) -> String {
        match self.targets(symbol) {
            targets if targets.is_empty() => String::new(),
            targets => format!("{targets}{value};"),
        }
    }

    /// `exports.a=exports.b=`
    fn targets(&self, symbol: SymbolId) -> String {
        let names = self.exports.get(&symbol).into_iter().flatten();
        names.map(|name| export(name) + "=").collect()
    }

    fn note_unset(&mut self, symbol: SymbolId) {
        let names = self.exports.get(&symbol).into_iter().flatten();
        self.unset.extend(names.cloned());
    }

    fn declaration(&mut self, declaration: &Declaration) {
        let is_function = matches!(declaration, Declaration::FunctionDeclaration(_));
        let mut text = String::new();
        for (symbol, name) in declared(declaration) {
            let written = self.written(symbol, &name);
            if is_function {
                self.head.push(written);
            } else {
                self.note_unset(symbol);
                text.push_str(&written);
            }
        }
        if !text.is_empty() {
            let end = declaration.span().end;
            self.edits.insert(end, format!(";{text}"));
        }
    }

    fn default(&mut self, it: &ExportDefaultDeclaration) {
        let value = it.declaration.span().start;
        let keyword = it.span.start + "export".len() as u32;
        let keyword_end = trivia::skip(self.source, keyword) + "default".len() as u32;
        let mut keywords = |text: &str| self.edits.blank(it.span.start, keyword_end, text);
        match &it.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                keywords(";");
                match &function.id {
                    Some(id) => {
                        let symbol = id.symbol_id.get();
                        let written = symbol.map(|symbol| self.written(symbol, &id.name));
                        self.head.extend(written);
                    }
                    None => {
                        let name = self.names.of("default_1");
                        self.head.push(format!("{}={name};", export("default")));
                        let at = function.params.span.start;
                        self.edits.insert(at, format!(" {name}"));
                    }
                }
            }
            ExportDefaultDeclarationKind::ClassDeclaration(class) if class.id.is_some() => {
                keywords(";");
                if let Some(symbol) = class.id.as_ref().and_then(|id| id.symbol_id.get()) {
                    self.note_unset(symbol);
                    let name = class.id.as_ref().map(|id| id.name.as_str());
                    let text = self.written(symbol, name.unwrap_or_default());
                    self.edits.insert(it.span.end, format!(";{text}"));
                }
            }
            _ => {
                keywords("exports.default=");
                self.unset.push("default".to_owned());
                debug_assert!(value >= keyword_end);
            }
        }
    }

    /// A write to an exported binding: the property is written, too.
    fn write(&mut self, target: &AssignmentTarget, span: Span) {
        let mut symbols = Vec::new();
        if let AssignmentTarget::AssignmentTargetIdentifier(id) = target {
            if let Some(symbol) = self.symbol_of(id) {
                self.edits.insert(span.start, self.targets(symbol));
            }
            return;
        }
        let mut found = Identifiers(Vec::new());
        found.visit_assignment_target(target);
        for id in found.0 {
            let reference = self.scoping.get_reference(id).symbol_id();
            symbols.extend(reference.filter(|symbol| self.exports.contains_key(symbol)));
        }
        for symbol in symbols {
            let name = self.scoping.symbol_name(symbol);
            let text = format!(",{}{name}", self.targets(symbol));
            self.edits.insert(span.end, text);
        }
    }

    /// `a()\nb()` must not become `a()\n(0,m.b)()`, one call of what the other returns (ECMA-262 12.10).
    fn end(&mut self, statement: &Statement) {
        let ends_itself = matches!(
            statement,
            Statement::ExpressionStatement(_)
                | Statement::VariableDeclaration(_)
                | Statement::ReturnStatement(_)
                | Statement::ThrowStatement(_)
                | Statement::BreakStatement(_)
                | Statement::ContinueStatement(_)
                | Statement::DebuggerStatement(_)
                | Statement::DoWhileStatement(_)
                | Statement::ExportDeclaration(_)
                | Statement::ExportDefaultDeclaration(_)
        );
        let end = statement.span().end;
        if !ends_itself || self.source[..end as usize].ends_with(';') {
            return;
        }
        let next = trivia::word(self.source, trivia::skip(self.source, end));
        let is_import = !next.is_empty()
            && self
                .imports
                .keys()
                .any(|symbol| self.scoping.symbol_name(*symbol) == next);
        if is_import {
            self.edits.insert(end, ";");
        }
    }

    fn finish(mut self) -> (String, Vec<Shift>) {
        let names = &self.names;
        let mut head =
            "\"use strict\";Object.defineProperty(exports,\"__esModule\",{value:true});".to_owned();
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

fn getter(name: &str, value: &str) -> String {
    format!("Object.defineProperty(exports,{name:?},{{enumerable:true,get(){{return {value}}}}});")
}

fn declared(declaration: &Declaration) -> Vec<(SymbolId, String)> {
    let ids = match declaration {
        Declaration::VariableDeclaration(it) => it
            .declarations
            .iter()
            .flat_map(|it| it.id.get_binding_identifiers())
            .collect(),
        Declaration::FunctionDeclaration(it) => it.id.iter().collect(),
        Declaration::ClassDeclaration(it) => it.id.iter().collect(),
        _ => Vec::new(),
    };
    ids.iter()
        .filter_map(|id| Some((id.symbol_id.get()?, id.name.to_string())))
        .collect()
}

struct Identifiers(Vec<oxc_syntax::reference::ReferenceId>);

impl<'a> Visit<'a> for Identifiers {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.0.extend(it.reference_id.get());
    }
}

impl<'a> Visit<'a> for Converter<'_, '_> {
    fn visit_statement(&mut self, it: &Statement<'a>) {
        // Their names are rewritten with them.
        let is_list = matches!(
            it,
            Statement::ImportDeclaration(_)
                | Statement::ExportNamedDeclaration(_)
                | Statement::ExportFromDeclaration(_)
                | Statement::ExportAllDeclaration(_)
        );
        if !is_list {
            walk::walk_statement(self, it);
            self.end(it);
        }
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        walk::walk_variable_declaration(self, it);
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        let symbol = self.symbol_of(it);
        if let Some(text) = symbol.and_then(|symbol| self.imports.get(&symbol)) {
            self.edits.replace(it.span.start, it.span.end, text.clone());
        }
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        if it.shorthand
            && let Expression::Identifier(id) = &it.value
            && let Some(symbol) = self.symbol_of(id)
            && let Some(text) = self.imports.get(&symbol)
        {
            let text = format!("{}: {text}", id.name);
            return self.edits.replace(it.span.start, it.span.end, text);
        }
        walk::walk_object_property(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        self.callee(&it.callee);
        it.arguments
            .iter()
            .for_each(|argument| self.visit_argument(argument));
    }

    fn visit_tagged_template_expression(&mut self, it: &TaggedTemplateExpression<'a>) {
        self.callee(&it.tag);
        self.visit_template_literal(&it.quasi);
    }

    fn visit_expression_statement(&mut self, it: &ExpressionStatement<'a>) {
        self.discarded.insert(it.expression.span());
        walk::walk_expression_statement(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        self.write(&it.left, it.span);
        walk::walk_assignment_expression(self, it);
    }

    fn visit_update_expression(&mut self, it: &UpdateExpression<'a>) {
        if let SimpleAssignmentTarget::AssignmentTargetIdentifier(id) = &it.argument
            && let Some(symbol) = self.symbol_of(id)
            && self.exports.contains_key(&symbol)
        {
            let (start, end) = (it.span.start, it.span.end);
            let targets = self.targets(symbol);
            if it.prefix || self.discarded.contains(&it.span) {
                let operator = it.operator.as_str();
                let (open, close) = match self.discarded.contains(&it.span) {
                    true => ("", ""),
                    false => ("(", ")"),
                };
                let text = format!("{open}{targets}{operator}{}{close}", id.name);
                self.edits.replace(start, end, text);
            } else {
                self.edits.insert(start, "[");
                self.edits.insert(end, format!(",{targets}{}][0]", id.name));
            }
            return;
        }
        walk::walk_update_expression(self, it);
    }
}

impl Converter<'_, '_> {
    /// A function that is called has no receiver: `a()` is `(0,x.a)()`.
    fn callee(&mut self, callee: &Expression) {
        if let Expression::Identifier(id) = callee
            && let Some(symbol) = self.symbol_of(id)
            && let Some(text) = self.imports.get(&symbol)
        {
            let text = format!("(0,{text})");
            return self.edits.replace(id.span.start, id.span.end, text);
        }
        self.visit_expression(callee);
    }
}
