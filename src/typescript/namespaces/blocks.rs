//! The blocks of namespaces, what each exports, and what its namespace is called in it.

use oxc_ast::ast::{
    BindingIdentifier, Declaration, Statement, TSEnumDeclaration, TSModuleBlock,
    TSNamespaceDeclaration, TSNamespaceDeclarationBody, VariableDeclaration,
};
use oxc_semantic::Scoping;
use oxc_span::{GetSpan, Span};
use oxc_syntax::{constant_value::ConstantValue, scope::ScopeId};
use rustc_hash::FxHashMap;

use super::{Namespaces, is_within};
use crate::transform::quoted;
use crate::typescript::erasable::is_erased;

/// A block of a namespace, or the body of an enum that it exports.
pub(super) struct Block {
    /// Of its contents; of `namespace A.B {}` A's are `B {}`.
    pub(super) span: Span,
    pub(super) scope: ScopeId,
    pub(super) name: Name,
    /// Of all blocks of one namespace.
    pub(super) key: String,
    /// What it exports itself.
    pub(super) own: Vec<String>,
}

impl Block {
    /// Itself.
    pub(super) fn exports(&self, name: &str) -> bool {
        self.own.iter().any(|own| own == name)
    }
}

/// What the namespace object is called in a block.
pub(super) struct Name {
    pub(super) text: String,
    /// Where the block has to make that name, since its own means something else in it.
    made_at: Option<Made>,
    pub(super) is_used: bool,
}

#[derive(Clone, Copy)]
enum Made {
    /// At its beginning, or after its directives.
    Within(u32, &'static str),
    /// `namespace A.B {}`: in a block around what stands here.
    Around(Span, u32),
}

/// What the blocks of one namespace or enum export: names, and what an enum's member is always.
pub(super) type Exports = FxHashMap<String, Option<String>>;

/// Enum and namespace of one name see one another's exports only by that name.
pub(super) fn key_of_enum(outer: &str, name: &str) -> String {
    format!("{outer}.{name} enum")
}

fn namespace_of<'p, 'a>(statement: &'p Statement<'a>) -> Option<&'p TSNamespaceDeclaration<'a>> {
    if is_erased(statement) {
        return None;
    }
    match statement {
        Statement::ExportDeclaration(it) => match &it.declaration {
            Declaration::TSNamespaceDeclaration(it) => Some(it),
            _ => None,
        },
        Statement::TSNamespaceDeclaration(it) => Some(it),
        _ => None,
    }
}

impl Namespaces<'_, '_> {
    pub(super) fn collect(&mut self, statement: &Statement, outer: &str) {
        let Some(namespace) = namespace_of(statement) else {
            return;
        };
        let is_shared = outer.is_empty() || matches!(statement, Statement::ExportDeclaration(_));
        let name = &namespace.id.name;
        let key = match is_shared {
            true => format!("{outer}.{name}"),
            false => format!("{outer}.{name}@{}", namespace.span.start),
        };
        self.namespace(namespace, key);
    }

    fn namespace(&mut self, namespace: &TSNamespaceDeclaration, key: String) {
        let Some(scope) = namespace.scope_id.get() else {
            return;
        };
        let name = namespace.id.name.as_str();
        match &namespace.body {
            TSNamespaceDeclarationBody::TSModuleBlock(block) => {
                let directive = block.directives.last();
                let made_at = match directive {
                    Some(it) => Made::Within(it.span.end, ";"),
                    None => Made::Within(block.span.start + 1, ""),
                };
                self.block(block.span, scope, self.name_in(name, scope, made_at), &key);
                self.contents(block, &key);
            }
            TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => {
                let between = Span::new(namespace.id.span.end, inner.id.span.start);
                let made_at = Made::Around(between, namespace.span.end);
                self.block(inner.span, scope, self.name_in(name, scope, made_at), &key);
                // It is exported.
                self.export(&key, inner.id.name.as_str(), None);
                self.namespace(inner, format!("{key}.{}", inner.id.name));
            }
        }
    }

    fn block(&mut self, span: Span, scope: ScopeId, name: Name, key: &str) {
        self.blocks.push(Block {
            span,
            scope,
            name,
            key: key.to_owned(),
            own: Vec::new(),
        });
    }

    /// By the block that was begun last.
    fn export(&mut self, key: &str, name: &str, value: Option<String>) {
        let exports = self.exports.entry(key.to_owned()).or_default();
        exports.insert(name.to_owned(), value);
        if let Some(block) = self.blocks.last_mut() {
            block.own.push(name.to_owned());
        }
    }

    fn contents(&mut self, block: &TSModuleBlock, key: &str) {
        let number = self.blocks.len() - 1;
        let mut enums = Vec::new();
        for statement in &block.body {
            let Statement::ExportDeclaration(it) = statement else {
                continue;
            };
            if is_erased(statement) {
                continue;
            }
            if let Declaration::VariableDeclaration(variables) = &it.declaration {
                for id in identifiers(variables) {
                    if let Some(symbol) = id.symbol_id.get() {
                        self.variables.insert(symbol, number);
                    }
                }
            }
            if let Declaration::TSEnumDeclaration(it) = &it.declaration {
                let name = it.id.name.as_str();
                let exports = self.exports.get(key);
                if exports.is_some_and(|exports| exports.contains_key(name))
                    && !self.blocks[number].exports(name)
                {
                    // oxc's transformer begins a new object for an enum, and goes on with that of another
                    // block for a namespace.
                    let start = statement.span().start;
                    self.put_first(start, format!("export namespace {name}{{0}}"));
                }
                enums.push(it);
            }
            for name in declared(&it.declaration) {
                self.export(key, &name, None);
            }
        }
        for it in enums {
            self.members(it, key);
        }
        for statement in &block.body {
            self.collect(statement, key);
        }
    }

    /// The members of an enum are in scope in the enums that merge with it.
    fn members(&mut self, it: &TSEnumDeclaration, outer: &str) {
        let name = it.id.name.as_str();
        let Some(scope) = it.body.scope_id.get() else {
            return;
        };
        let key = key_of_enum(outer, name);
        let name = Name {
            text: name.to_owned(),
            made_at: None,
            is_used: false,
        };
        self.block(it.body.span, scope, name, &key);
        for member in &it.body.members {
            let name = member.id.static_name();
            let symbol = self.scoping.get_binding(scope, name.as_str().into());
            let value = symbol.and_then(|symbol| self.scoping.get_enum_member_value(symbol));
            self.export(&key, name.as_str(), value.and_then(literal));
        }
    }

    fn name_in(&self, name: &str, scope: ScopeId, made_at: Made) -> Name {
        if !is_shadowed(self.scoping, name, scope) {
            return Name {
                text: name.to_owned(),
                made_at: None,
                is_used: false,
            };
        }
        let mut number = 1;
        let mut text = format!("{name}_1");
        // Nor one that this file's other blocks make.
        while self.text.contains(&text) || self.blocks.iter().any(|it| it.name.text == text) {
            number += 1;
            text = format!("{name}_{number}");
        }
        Name {
            text,
            made_at: Some(made_at),
            is_used: false,
        }
    }

    /// The parameter of the function that the block becomes has no name yet.
    pub(super) fn make_names(&mut self) {
        for number in 0..self.blocks.len() {
            let name = &self.blocks[number].name;
            let declaration = format!("const {} = arguments[0];", name.text);
            match name.made_at.filter(|_| name.is_used) {
                Some(Made::Within(at, before)) => {
                    self.put_first(at, format!("{before}{declaration}"));
                }
                Some(Made::Around(between, end)) => {
                    self.put(between, format!("{{{declaration}export namespace "));
                    self.put(Span::new(end, end), "}".to_owned());
                }
                None => {}
            }
        }
    }
}

/// Does the namespace's name mean something else somewhere in it?
fn is_shadowed(scoping: &Scoping, name: &str, scope: ScopeId) -> bool {
    scoping.symbol_ids().any(|symbol| {
        scoping.symbol_name(symbol) == name
            && is_within(scoping, scoping.symbol_scope_id(symbol), scope)
    })
}

/// tsc has it in the place of the name, and knows that it is no number when it is a string.
fn literal(value: &ConstantValue) -> Option<String> {
    match value {
        ConstantValue::Number(it) if it.is_finite() => Some(format!("({it})")),
        ConstantValue::Number(_) => None,
        ConstantValue::String(it) => Some(quoted(it)),
    }
}

pub(super) fn identifiers<'p, 'a>(
    it: &'p VariableDeclaration<'a>,
) -> Vec<&'p BindingIdentifier<'a>> {
    let declarators = it.declarations.iter();
    declarators
        .flat_map(|it| it.id.get_binding_identifiers())
        .collect()
}

fn declared(declaration: &Declaration) -> Vec<String> {
    match declaration {
        Declaration::VariableDeclaration(it) => identifiers(it)
            .iter()
            .map(|id| id.name.to_string())
            .collect(),
        Declaration::FunctionDeclaration(it) => {
            it.id.iter().map(|id| id.name.to_string()).collect()
        }
        Declaration::ClassDeclaration(it) => it.id.iter().map(|id| id.name.to_string()).collect(),
        Declaration::TSEnumDeclaration(it) => vec![it.id.name.to_string()],
        Declaration::TSNamespaceDeclaration(it) => vec![it.id.name.to_string()],
        Declaration::TSImportEqualsDeclaration(it) => vec![it.id.name.to_string()],
        _ => Vec::new(),
    }
}
