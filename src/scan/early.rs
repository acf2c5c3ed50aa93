//! Early errors of modules (ECMA-262 16.2.1.1) that would go unnoticed: the parser leaves them to
//! semantic analysis, which is not run, and V8 never sees the imports and exports they are about,
//! because the transform rewrites those. V8's own words.

use oxc_ast::{
    AstKind,
    ast::{
        BindingIdentifier, ExportDefaultDeclarationKind, ImportDeclarationSpecifier,
        ModuleExportName, Program, Statement,
    },
};
use oxc_ast_visit::VisitJs;
use oxc_parser::ParserReturn;
use oxc_span::GetSpan;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Span,
    statics::{bound_names, is_module_syntax, span, values},
};
use crate::nodes::Nodes;

/// What helps against that.
pub(super) const OF_MODULES: &str =
    "This file is CommonJS, which has require() and exports; an ES module's name ends in .mjs";

/// Module syntax in a file that Node compiles as CommonJS, which oxc lets pass.
pub(super) fn commonjs_errors(parsed: &ParserReturn) -> Vec<(Span, String)> {
    let mut found: Vec<(Span, String)> = parsed
        .program
        .body
        .iter()
        .filter(|statement| is_module_syntax(statement))
        .map(|statement| {
            let at = statement.span().start;
            // The keyword alone: both have six letters.
            let message = match statement {
                Statement::ImportDeclaration(_) => "Cannot use import statement outside a module",
                _ => "Unexpected token 'export'",
            };
            (Span::new(at, at + 6), message.to_owned())
        })
        .collect();
    found.extend(parsed.module_record.import_metas.iter().map(|at| {
        (
            span(*at),
            "Cannot use 'import.meta' outside a module".to_owned(),
        )
    }));
    found.sort_by_key(|(at, _)| at.start);
    found
}

pub(crate) fn module_errors(program: &Program) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    let mut imports: FxHashSet<&str> = FxHashSet::default();
    // What `export { … }` names, with where.
    let mut exported: FxHashMap<&str, Span> = FxHashMap::default();
    for statement in &program.body {
        match statement {
            Statement::ImportDeclaration(it) if !it.import_kind.is_type() => {
                for specifier in it.specifiers.iter().flatten() {
                    let local = specifier.local();
                    if !is_type_import(specifier) && !imports.insert(local.name.as_str()) {
                        found.push(redeclared(local));
                    }
                }
            }
            Statement::ExportNamedDeclaration(it) if !it.export_kind.is_type() => {
                for specifier in values(&it.specifiers) {
                    if let ModuleExportName::IdentifierReference(local) = &specifier.local {
                        exported
                            .entry(local.name.as_str())
                            .or_insert_with(|| span(local.span));
                    }
                }
            }
            _ => {}
        }
    }
    if imports.is_empty() && exported.is_empty() {
        return found;
    }
    // "any duplicate entries" in LexicallyDeclaredNames, "also occurs in the VarDeclaredNames":
    // of these only the pairs with an import, V8 finds the others in the body.
    let mut missing = exported;
    top_level_names(program, &mut |name| {
        if imports.contains(name.name.as_str()) {
            found.push(redeclared(name));
        }
        missing.remove(name.name.as_str());
    });
    missing.retain(|name, _| !imports.contains(name));
    // "any element of the ExportedBindings does not also occur in either the VarDeclaredNames or
    // the LexicallyDeclaredNames". In TypeScript it may be a type, which is the compiler's to say.
    if !missing.is_empty() && !program.source_type.is_typescript() {
        nested_vars(program, |name| {
            missing.remove(name);
        });
        let mut missing: Vec<_> = missing.into_iter().collect();
        missing.sort_by_key(|(_, at)| at.start);
        found.extend(
            missing
                .into_iter()
                .map(|(name, at)| (at, format!("Export '{name}' is not defined in module"))),
        );
    }
    found
}

fn is_type_import(specifier: &ImportDeclarationSpecifier) -> bool {
    matches!(specifier, ImportDeclarationSpecifier::ImportSpecifier(it) if it.import_kind.is_type())
}

fn redeclared(name: &BindingIdentifier) -> (Span, String) {
    (
        span(name.span),
        format!("Identifier '{}' has already been declared", name.name),
    )
}

/// TopLevelLexicallyDeclaredNames and the `var` names that stand at the top level itself.
fn top_level_names<'s, 'a>(
    program: &'s Program<'a>,
    each: &mut impl FnMut(&'s BindingIdentifier<'a>),
) {
    for statement in &program.body {
        match statement {
            Statement::ExportDeclaration(it) => bound_names(&it.declaration, each),
            Statement::ExportDefaultDeclaration(it) => match &it.declaration {
                ExportDefaultDeclarationKind::FunctionDeclaration(it) => {
                    it.id.iter().for_each(&mut *each)
                }
                ExportDefaultDeclarationKind::ClassDeclaration(it) => {
                    it.id.iter().for_each(&mut *each)
                }
                _ => {}
            },
            other => {
                if let Some(declaration) = other.as_declaration() {
                    bound_names(declaration, each);
                }
            }
        }
    }
}

/// Calls `each` for VarDeclaredNames inside blocks: `if (a) { var b }`. Rare enough to be walked only on demand.
fn nested_vars(program: &Program, mut each: impl FnMut(&str)) {
    let mut look_at = |node: AstKind| {
        if let AstKind::VariableDeclaration(it) = node
            && it.kind.is_var()
        {
            let declared = it.declarations.iter();
            let names = declared.flat_map(|it| it.id.get_binding_identifiers());
            names.for_each(|id| each(id.name.as_str()));
        }
        // Functions keep theirs, and so do the static blocks of classes.
        !matches!(
            node,
            AstKind::Function(_) | AstKind::ArrowFunctionExpression(_) | AstKind::Class(_)
        )
    };
    Nodes::asking(&mut look_at).visit_program(program);
}
