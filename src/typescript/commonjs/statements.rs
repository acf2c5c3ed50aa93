//! Import and export declarations.

use oxc_ast::ast::{
    Declaration, ExportDefaultDeclaration, ExportDefaultDeclarationKind, ImportDeclaration,
    ImportDeclarationSpecifier, ModuleExportName, Program, Statement,
};
use oxc_semantic::SymbolId;
use oxc_span::GetSpan;

use super::{Converter, declared, export, member};
use crate::typescript::trivia;

impl Converter<'_, '_> {
    pub(super) fn statements(&mut self, program: &Program) {
        for statement in &program.body {
            match statement {
                Statement::ImportDeclaration(it) => self.import(it),
                Statement::ExportAllDeclaration(it) => {
                    let request = format!("require({:?})", it.source.value.as_str());
                    let text = match &it.exported {
                        Some(name) => {
                            let name = name.name().to_string();
                            self.unset.push(name.clone());
                            format!("{}={};", export(&name), self.interop(request, true, true))
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
                    let mut text = self.bound(&module, source, has_default, false, "");
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
        if !self.options.es_module_interop {
            return request;
        }
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

    /// What `require()` gives, as `module`. `written`: what follows.
    fn bound(
        &mut self,
        module: &str,
        source: &str,
        has_default: bool,
        has_more: bool,
        written: &str,
    ) -> String {
        let request = self.interop(format!("require({source:?})"), has_default, has_more);
        if !self.accepts {
            return format!("const {module}={request};{written}");
        }
        let given = self.names.of("it");
        let other = self.interop(given.clone(), has_default, has_more);
        format!(
            "let {module}={request};{written}module[\"heatsync-rs.bound\"]?.({source:?},({given})=>{{{module}={other};{written}}});"
        )
    }

    fn import(&mut self, it: &ImportDeclaration) {
        let source = it.source.value.as_str();
        let specifiers: Vec<_> = it.specifiers.iter().flatten().collect();
        if specifiers.is_empty() {
            let text = format!("require({source:?});");
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
        let has_default = has_default || namespace.is_some();
        let module = match namespace {
            Some(local) => local.name.to_string(),
            None => self.request(),
        };
        let mut written = String::new();
        if let Some(symbol) = namespace.and_then(|local| local.symbol_id.get()) {
            written = self.written(symbol, &module);
            self.note_unset(symbol);
        }
        let text = self.bound(&module, source, has_default, more, &written);
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
    pub(super) fn targets(&self, symbol: SymbolId) -> String {
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
}

fn getter(name: &str, value: &str) -> String {
    format!("Object.defineProperty(exports,{name:?},{{enumerable:true,get(){{return {value}}}}});")
}
