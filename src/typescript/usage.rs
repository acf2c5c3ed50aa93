//! Which names of imports and exports are values, told without a table of scopes, which would cost as much as
//! parsing the file: in nearly every file no two declarations share such a name.

use oxc_ast::ast::{
    BindingIdentifier, Declaration, ExportDefaultDeclarationKind, IdentifierReference,
    ImportDeclarationSpecifier, ModuleExportName, Program, Statement,
};
use oxc_ast_visit::Visit;
use rustc_hash::FxHashMap;

use super::erasable::is_erased;

/// What is known of a name that is imported, or exported by name.
#[derive(Debug, Clone, Copy, Default)]
struct Name {
    /// How often it is imported, as anything.
    imports: u32,
    /// Of these, not as a type.
    values_imported: u32,
    /// `export { name }`, `export default name`
    is_exported: bool,
    /// A reference stands where a value is meant.
    has_values: bool,
    /// How often it is declared, anywhere in the file, imports apart.
    declarations: u32,
    /// One of them is a value's, at the top level.
    is_top_level_value: bool,
}

impl Name {
    /// It means one thing in the whole file, and a scope would say no more.
    fn is_plain(self) -> bool {
        match self.imports {
            0 => !self.is_exported || (self.is_top_level_value && self.declarations == 1),
            // Where nothing but types refers to it, it does not matter to whom else it belongs.
            1 => self.declarations == 0 || (!self.has_values && !self.is_exported),
            _ => false,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Usage<'a> {
    names: FxHashMap<&'a str, Name>,
}

impl<'a> Usage<'a> {
    /// The names it is about. What refers to them, and declares them, is told one after the other.
    pub(super) fn of(program: &Program<'a>) -> Self {
        let mut it = Self::default();
        for statement in &program.body {
            match statement {
                Statement::ImportDeclaration(import) => {
                    for specifier in import.specifiers.iter().flatten() {
                        let is_type = import.import_kind.is_type()
                            || matches!(specifier, ImportDeclarationSpecifier::ImportSpecifier(it) if it.import_kind.is_type());
                        let name = it.name(specifier.local().name.as_str());
                        name.imports += 1;
                        name.values_imported += u32::from(!is_type);
                    }
                }
                Statement::ExportNamedDeclaration(export) if !export.export_kind.is_type() => {
                    for specifier in export
                        .specifiers
                        .iter()
                        .filter(|it| !it.export_kind.is_type())
                    {
                        if let ModuleExportName::IdentifierReference(local) = &specifier.local {
                            it.name(local.name.as_str()).is_exported = true;
                        }
                    }
                }
                Statement::ExportDefaultDeclaration(export) => {
                    if let ExportDefaultDeclarationKind::Identifier(id) = &export.declaration {
                        it.name(id.name.as_str()).is_exported = true;
                    }
                }
                _ => {}
            }
        }
        if it.names.values().any(|name| name.is_exported) {
            program
                .body
                .iter()
                .for_each(|statement| it.top_level(statement));
        }
        it
    }

    fn name(&mut self, name: &'a str) -> &mut Name {
        self.names.entry(name).or_default()
    }

    fn top_level(&mut self, statement: &Statement<'a>) {
        if is_erased(statement) {
            return;
        }
        let declaration = match statement {
            Statement::ExportDeclaration(it) => &it.declaration,
            other => match other.as_declaration() {
                Some(declaration) => declaration,
                None => return,
            },
        };
        let mut note = |id: &BindingIdentifier<'a>| {
            if let Some(name) = self.names.get_mut(id.name.as_str()) {
                name.is_top_level_value = true;
            }
        };
        match declaration {
            Declaration::VariableDeclaration(it) => it
                .declarations
                .iter()
                .flat_map(|it| it.id.get_binding_identifiers())
                .for_each(note),
            Declaration::FunctionDeclaration(it) => it.id.iter().for_each(note),
            Declaration::ClassDeclaration(it) => it.id.iter().for_each(&mut note),
            _ => {}
        }
    }

    pub(super) fn value(&mut self, id: &IdentifierReference<'a>) {
        if let Some(name) = self.names.get_mut(id.name.as_str()) {
            name.has_values = true;
        }
    }

    pub(super) fn declared(&mut self, id: &BindingIdentifier<'a>) {
        if let Some(name) = self.names.get_mut(id.name.as_str()) {
            name.declarations += 1;
        }
    }

    /// A statement that goes as a whole may declare what others mean.
    pub(super) fn erased(&mut self, statement: &Statement<'a>) {
        struct Bindings<'u, 'a>(&'u mut Usage<'a>);
        impl<'a> Visit<'a> for Bindings<'_, 'a> {
            fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
                self.0.declared(it);
            }
        }
        if !self.names.is_empty() {
            Bindings(self).visit_statement(statement);
        }
    }

    /// Is that enough to know of every name?
    pub(super) fn is_plain(&self) -> bool {
        self.names.values().all(|name| name.is_plain())
    }

    /// Does anything but a type refer to an import?
    pub(super) fn is_used(&self, local: &str) -> bool {
        let name = self.names.get(local).copied().unwrap_or_default();
        name.has_values || name.is_exported
    }

    /// Is what is exported a type and nothing else?
    pub(super) fn is_type(&self, local: &str) -> bool {
        let name = self.names.get(local).copied().unwrap_or_default();
        name.imports > 0 && name.values_imported == 0
    }
}
