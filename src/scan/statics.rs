//! The top level of an ES module: ImportEntries and ExportEntries (ECMA-262 16.2.1.6), in source
//! order, without what TypeScript erases.

use oxc_ast::ast::{
    BindingIdentifier, Declaration, ExportDefaultDeclarationKind, ExportSpecifier,
    ImportAttributeKey, ImportDeclaration, ImportDeclarationSpecifier, Program, Statement,
    TSModuleReference, TSNamespaceDeclaration, TSNamespaceDeclarationBody, WithClause,
};
use oxc_span::GetSpan;

use super::{Imported, ImportedName, ModuleRecord, Request, RequestKind, Span};

pub(super) fn collect(program: &Program, record: &mut ModuleRecord) {
    for statement in &program.body {
        match statement {
            Statement::ImportDeclaration(it) if !it.import_kind.is_type() => {
                record.requests.push(Request {
                    names: import_names(it),
                    ..request(RequestKind::Import, &it.source, it.with_clause.as_deref())
                });
            }
            Statement::ExportAllDeclaration(it) if !it.export_kind.is_type() => {
                let mut request = request(
                    RequestKind::ExportFrom,
                    &it.source,
                    it.with_clause.as_deref(),
                );
                match &it.exported {
                    // export * as ns from "x"
                    Some(name) => {
                        let local = name.name().to_string();
                        record.exports.push(local.clone());
                        let span = span(name.span());
                        request.names.push(ImportedName {
                            imported: Imported::Namespace,
                            local,
                            span,
                        });
                    }
                    None => record.star_exports += 1,
                }
                record.requests.push(request);
            }
            Statement::ExportFromDeclaration(it) if !it.export_kind.is_type() => {
                let mut request = request(
                    RequestKind::ExportFrom,
                    &it.source,
                    it.with_clause.as_deref(),
                );
                for specifier in values(&it.specifiers) {
                    let local = specifier.exported.name().to_string();
                    record.exports.push(local.clone());
                    request.names.push(ImportedName {
                        imported: Imported::Name(specifier.local.name().to_string()),
                        local,
                        span: span(specifier.local.span()),
                    });
                }
                record.requests.push(request);
            }
            Statement::ExportNamedDeclaration(it) if !it.export_kind.is_type() => {
                record.exports.extend(
                    values(&it.specifiers).map(|specifier| specifier.exported.name().to_string()),
                );
            }
            Statement::ExportDefaultDeclaration(it) if is_value_default(&it.declaration) => {
                record.exports.push("default".to_owned());
            }
            Statement::ExportDeclaration(it) => {
                bound_names(&it.declaration, &mut |id| {
                    record.exports.push(id.name.to_string())
                });
            }
            _ => {}
        }
    }
}

/// Whether a statement makes its file a module once types are erased.
pub(super) fn is_module_syntax(statement: &Statement) -> bool {
    match statement {
        Statement::ImportDeclaration(it) => !it.import_kind.is_type(),
        Statement::ExportAllDeclaration(it) => !it.export_kind.is_type(),
        Statement::ExportFromDeclaration(it) => !it.export_kind.is_type(),
        Statement::ExportNamedDeclaration(it) => !it.export_kind.is_type(),
        Statement::ExportDefaultDeclaration(it) => is_value_default(&it.declaration),
        Statement::ExportDeclaration(it) => is_value(&it.declaration),
        _ => false,
    }
}

pub(super) fn values<'s, 'a>(
    specifiers: &'s [ExportSpecifier<'a>],
) -> impl Iterator<Item = &'s ExportSpecifier<'a>> {
    specifiers
        .iter()
        .filter(|specifier| !specifier.export_kind.is_type())
}

pub(super) fn import_names(import: &ImportDeclaration) -> Vec<ImportedName> {
    let specifiers = import.specifiers.iter().flatten();
    let names = specifiers.filter_map(|specifier| {
        let (imported, local, at) = match specifier {
            ImportDeclarationSpecifier::ImportSpecifier(it) if it.import_kind.is_type() => {
                return None;
            }
            ImportDeclarationSpecifier::ImportSpecifier(it) => (
                Imported::Name(it.imported.name().to_string()),
                &it.local,
                it.imported.span(),
            ),
            ImportDeclarationSpecifier::ImportDefaultSpecifier(it) => {
                (Imported::Name("default".to_owned()), &it.local, it.span)
            }
            ImportDeclarationSpecifier::ImportNamespaceSpecifier(it) => {
                (Imported::Namespace, &it.local, it.span)
            }
        };
        Some(ImportedName {
            imported,
            local: local.name.to_string(),
            span: span(at),
        })
    });
    names.collect()
}

fn request(
    kind: RequestKind,
    source: &oxc_ast::ast::StringLiteral,
    with_clause: Option<&WithClause>,
) -> Request {
    let entries = with_clause
        .map(|clause| clause.with_entries.iter())
        .into_iter()
        .flatten();
    let attributes = entries.map(|entry| {
        let key = match &entry.key {
            ImportAttributeKey::Identifier(key) => key.name.to_string(),
            ImportAttributeKey::StringLiteral(key) => key.value.to_string(),
        };
        (key, entry.value.value.to_string())
    });
    Request {
        specifier: source.value.to_string(),
        span: span(source.span),
        kind,
        attributes: attributes.collect(),
        guarded: false,
        names: Vec::new(),
    }
}

pub(super) fn span(span: oxc_span::Span) -> Span {
    Span::new(span.start, span.end)
}

fn is_value_default(declaration: &ExportDefaultDeclarationKind) -> bool {
    match declaration {
        // An overload's signature has no body.
        ExportDefaultDeclarationKind::FunctionDeclaration(it) => it.body.is_some(),
        ExportDefaultDeclarationKind::TSInterfaceDeclaration(_) => false,
        _ => true,
    }
}

fn is_value(declaration: &Declaration) -> bool {
    match declaration {
        Declaration::VariableDeclaration(it) => !it.declare,
        Declaration::FunctionDeclaration(it) => !it.declare && it.body.is_some(),
        Declaration::ClassDeclaration(it) => !it.declare,
        Declaration::TSEnumDeclaration(it) => !it.declare,
        Declaration::TSNamespaceDeclaration(it) => namespace_has_values(it),
        Declaration::TSImportEqualsDeclaration(it) => !it.import_kind.is_type(),
        Declaration::TSTypeAliasDeclaration(_)
        | Declaration::TSInterfaceDeclaration(_)
        | Declaration::TSExternalModuleDeclaration(_)
        | Declaration::TSGlobalDeclaration(_) => false,
    }
}

/// BoundNames (ECMA-262 8.2.1) of what a declaration leaves once types are erased.
pub(crate) fn bound_names<'s, 'a>(
    declaration: &'s Declaration<'a>,
    each: &mut impl FnMut(&'s BindingIdentifier<'a>),
) {
    if !is_value(declaration) {
        return;
    }
    match declaration {
        Declaration::VariableDeclaration(it) => {
            for declarator in &it.declarations {
                declarator
                    .id
                    .get_binding_identifiers()
                    .into_iter()
                    .for_each(&mut *each);
            }
        }
        Declaration::FunctionDeclaration(it) => it.id.iter().for_each(each),
        Declaration::ClassDeclaration(it) => it.id.iter().for_each(each),
        Declaration::TSEnumDeclaration(it) => each(&it.id),
        Declaration::TSNamespaceDeclaration(it) => each(&it.id),
        Declaration::TSImportEqualsDeclaration(it) => each(&it.id),
        _ => {}
    }
}

/// TypeScript erases a namespace that holds only types.
fn namespace_has_values(namespace: &TSNamespaceDeclaration) -> bool {
    if namespace.declare {
        return false;
    }
    match &namespace.body {
        TSNamespaceDeclarationBody::TSNamespaceDeclaration(it) => namespace_has_values(it),
        TSNamespaceDeclarationBody::TSModuleBlock(it) => {
            it.body.iter().any(|statement| match statement {
                Statement::ExportDeclaration(it) => is_value(&it.declaration),
                Statement::TSTypeAliasDeclaration(_) | Statement::TSInterfaceDeclaration(_) => {
                    false
                }
                Statement::TSNamespaceDeclaration(it) => namespace_has_values(it),
                Statement::TSImportEqualsDeclaration(it) => !matches!(
                    it.module_reference,
                    TSModuleReference::IdentifierReference(_)
                ),
                _ => true,
            })
        }
    }
}
