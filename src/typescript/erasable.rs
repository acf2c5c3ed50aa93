//! What blanks are enough for, and what must be rewritten.
//!
//! Erasable: whatever has no meaning when the program runs. Everything else of TypeScript (enums,
//! namespaces with values, parameter properties, decorators, `import =`, `export =`, fields under
//! `useDefineForClassFields: false`), and JSX, needs code that is not there.
//!
//! The same walk sees which names of imports and exports are values: see [`Usage`].

use oxc_ast::ast::{
    AccessorProperty, BindingIdentifier, Class, ClassElement, Declaration, Decorator,
    ExportDefaultDeclarationKind, FormalParameter, IdentifierReference, JSXElement, JSXFragment,
    MethodDefinition, Program, PropertyDefinition, Statement, TSEnumDeclaration,
    TSExportAssignment, TSImportEqualsDeclaration, TSNamespaceDeclaration,
    TSNamespaceDeclarationBody, VariableDeclaration,
};
use oxc_ast_visit::{VisitJs, walk_js as walk};

use super::{Options, usage::Usage};

/// Does the statement vanish as a whole, whatever refers to it?
pub(super) fn is_erased(statement: &Statement) -> bool {
    match statement {
        Statement::ImportDeclaration(it) => it.import_kind.is_type(),
        Statement::ExportAllDeclaration(it) => it.export_kind.is_type(),
        Statement::ExportFromDeclaration(it) => it.export_kind.is_type(),
        Statement::ExportNamedDeclaration(it) => it.export_kind.is_type(),
        Statement::ExportDeclaration(it) => is_erased_declaration(&it.declaration),
        Statement::ExportDefaultDeclaration(it) => match &it.declaration {
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => true,
            ExportDefaultDeclarationKind::FunctionDeclaration(it) => it.body.is_none(),
            ExportDefaultDeclarationKind::ClassDeclaration(it) => it.declare,
            _ => false,
        },
        Statement::TSNamespaceExportDeclaration(_) => true,
        other => other.as_declaration().is_some_and(is_erased_declaration),
    }
}

fn is_erased_declaration(declaration: &Declaration) -> bool {
    match declaration {
        Declaration::TSTypeAliasDeclaration(_)
        | Declaration::TSInterfaceDeclaration(_)
        | Declaration::TSExternalModuleDeclaration(_)
        | Declaration::TSGlobalDeclaration(_) => true,
        Declaration::VariableDeclaration(it) => it.declare,
        Declaration::FunctionDeclaration(it) => it.declare || it.body.is_none(),
        Declaration::ClassDeclaration(it) => it.declare,
        Declaration::TSEnumDeclaration(it) => it.declare,
        Declaration::TSNamespaceDeclaration(it) => it.declare || !is_instantiated(it),
        Declaration::TSImportEqualsDeclaration(it) => it.import_kind.is_type(),
    }
}

/// A namespace that holds nothing but types does not exist when the program runs.
fn is_instantiated(namespace: &TSNamespaceDeclaration) -> bool {
    match &namespace.body {
        TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) => is_instantiated(inner),
        TSNamespaceDeclarationBody::TSModuleBlock(block) => {
            // `isolatedModules`: a `const enum` counts as any other.
            block.body.iter().any(|statement| !is_erased(statement))
        }
    }
}

/// What blanks are not enough for.
pub(super) struct Found<'a> {
    /// For `rewrite`.
    pub(super) rewriting: bool,
    /// For `decorators`.
    pub(super) lowering: bool,
    /// For `namespaces`.
    pub(super) has_namespaces: bool,
    /// When nothing is to be rewritten.
    pub(super) usage: Usage<'a>,
}

pub(super) fn find<'a>(program: &Program<'a>, options: &Options) -> Found<'a> {
    let mut it = Finder {
        defines_fields: options.use_define_for_class_fields,
        has_legacy_decorators: options.experimental_decorators,
        lowers_using: options.lowers_using,
        has_assigned_fields: false,
        has_private_members: false,
        has_parameter_properties: false,
        found: Found {
            rewriting: false,
            lowering: false,
            has_namespaces: false,
            usage: Usage::of(program),
        },
    };
    it.visit_program(program);
    // `decorators` assigns fields itself, and lets private members be; but before parameter properties.
    it.found.lowering |=
        it.has_assigned_fields && it.has_private_members && !it.has_parameter_properties;
    it.found.rewriting |= it.has_assigned_fields && !it.found.lowering;
    it.found
}

struct Finder<'a> {
    defines_fields: bool,
    has_legacy_decorators: bool,
    lowers_using: bool,
    has_assigned_fields: bool,
    has_private_members: bool,
    has_parameter_properties: bool,
    found: Found<'a>,
}

impl<'a> VisitJs<'a> for Finder<'a> {
    fn visit_statement(&mut self, it: &Statement<'a>) {
        match it {
            // Their names are known: `Usage::of`.
            Statement::ImportDeclaration(_) | Statement::ExportNamedDeclaration(_) => {}
            _ if is_erased(it) => self.found.usage.erased(it),
            _ => walk::walk_statement(self, it),
        }
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.found.usage.value(it);
    }

    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        self.found.usage.declared(it);
    }

    fn visit_ts_enum_declaration(&mut self, _: &TSEnumDeclaration<'a>) {
        self.found.rewriting = true;
    }

    fn visit_ts_namespace_declaration(&mut self, it: &TSNamespaceDeclaration<'a>) {
        self.found.rewriting = true;
        self.found.has_namespaces = true;
        walk::walk_ts_namespace_declaration(self, it);
    }

    fn visit_ts_import_equals_declaration(&mut self, _: &TSImportEqualsDeclaration<'a>) {
        self.found.rewriting = true;
    }

    fn visit_ts_export_assignment(&mut self, it: &TSExportAssignment<'a>) {
        self.found.rewriting = true;
        walk::walk_ts_export_assignment(self, it);
    }

    fn visit_decorator(&mut self, it: &Decorator<'a>) {
        match self.has_legacy_decorators {
            true => self.found.rewriting = true,
            false => self.found.lowering = true,
        }
        walk::walk_decorator(self, it);
    }

    fn visit_accessor_property(&mut self, it: &AccessorProperty<'a>) {
        if !it.r#type.is_abstract() {
            self.found.lowering = true;
        }
        walk::walk_accessor_property(self, it);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        if !it.declare {
            walk::walk_class(self, it);
        }
    }

    fn visit_class_element(&mut self, it: &ClassElement<'a>) {
        if !matches!(it, ClassElement::TSIndexSignature(_)) {
            walk::walk_class_element(self, it);
        }
    }

    fn visit_property_definition(&mut self, it: &PropertyDefinition<'a>) {
        self.has_private_members |= it.key.is_private_identifier();
        // Assigned instead of defined, or not there at all.
        if !self.defines_fields
            && !it.declare
            && !it.r#type.is_abstract()
            && !it.key.is_private_identifier()
        {
            self.has_assigned_fields = true;
        }
        walk::walk_property_definition(self, it);
    }

    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        if it.accessibility.is_some() || it.readonly || it.r#override {
            self.found.rewriting = true;
            self.has_parameter_properties = true;
        }
        walk::walk_formal_parameter(self, it);
    }

    fn visit_method_definition(&mut self, it: &MethodDefinition<'a>) {
        self.has_private_members |= it.key.is_private_identifier();
        walk::walk_method_definition(self, it);
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        self.found.rewriting |= self.lowers_using && it.kind.is_using();
        walk::walk_variable_declaration(self, it);
    }

    fn visit_jsx_element(&mut self, it: &JSXElement<'a>) {
        self.found.rewriting = true;
        walk::walk_jsx_element(self, it);
    }

    fn visit_jsx_fragment(&mut self, it: &JSXFragment<'a>) {
        self.found.rewriting = true;
        walk::walk_jsx_fragment(self, it);
    }
}
