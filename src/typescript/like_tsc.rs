//! What tsc does to a tree and oxc's transformer does not: done before and after it.
//!
//! - `export =` takes effect at the end of the file, where everything is declared
//! - metadata of decorators sees through `type` aliases of the file
//! - `import a = require("b")` in an ES module has a `require` of its own
//! - legacy decorators of instance members run before those of static ones

use oxc_allocator::{Allocator, CloneIn, Vec as ArenaVec};
use oxc_ast::ast::{
    Argument, BindingIdentifier, Class, Declaration, Expression, FormalParameter, Function,
    Program, PropertyDefinition, Statement, TSModuleReference, TSType, TSTypeAliasDeclaration,
    TSTypeName, TSTypeParameterDeclaration,
};
use oxc_ast_visit::{VisitJsMut, VisitMut, walk_js_mut, walk_mut};
use oxc_syntax::scope::ScopeFlags;
use rustc_hash::FxHashMap;

/// `export = a; class a {}` exports the class.
pub(super) fn export_assignment_last(program: &mut Program) {
    let is_assignment = |it: &Statement| matches!(it, Statement::TSExportAssignment(_));
    // Stable: all others keep their order.
    program.body.sort_by_key(is_assignment);
}

/// What `import a = require("b")` declares.
pub(super) fn required_names(program: &Program) -> Vec<String> {
    let declarations = program.body.iter().filter_map(|statement| match statement {
        Statement::ExportDeclaration(it) => Some(&it.declaration),
        other => other.as_declaration(),
    });
    let names = declarations.filter_map(|it| match it {
        Declaration::TSImportEqualsDeclaration(it) => {
            let is_file = matches!(
                it.module_reference,
                TSModuleReference::ExternalModuleReference(_)
            );
            is_file.then(|| it.id.name.to_string())
        }
        _ => None,
    });
    names.collect()
}

/// These are required by `require`, which an ES module has not: what makes it is returned, when it is used.
pub(super) fn require_of_its_own<'a>(
    allocator: &'a Allocator,
    program: &mut Program<'a>,
    names: &[String],
) -> Option<String> {
    let mut own = "__require".to_owned();
    while program.source_text.contains(&own) {
        own.insert(0, '_');
    }
    let name: &'a str = allocator.alloc_str(&own);
    let mut is_used = false;
    for statement in &mut program.body {
        let declaration = match statement {
            Statement::ExportDeclaration(it) => Some(&mut it.declaration),
            other => other.as_declaration_mut(),
        };
        let Some(Declaration::VariableDeclaration(it)) = declaration else {
            continue;
        };
        for declarator in &mut it.declarations {
            let id = declarator.id.get_identifier_name();
            if id.is_some_and(|id| names.iter().any(|it| id == it.as_str()))
                && let Some(Expression::CallExpression(call)) = &mut declarator.init
                && let Expression::Identifier(callee) = &mut call.callee
            {
                callee.name = name.into();
                callee.reference_id.set(None);
                is_used = true;
            }
        }
    }
    is_used.then(|| {
        format!(
            "import{{createRequire as _{own}}}from\"node:module\";const {own}=_{own}(import.meta.url);"
        )
    })
}

/// Aliases in the types of a class's members become what they stand for.
pub(super) fn without_aliases<'a>(allocator: &'a Allocator, program: &mut Program<'a>) {
    let mut aliases = FxHashMap::default();
    for statement in &program.body {
        let declaration = match statement {
            Statement::ExportDeclaration(it) => Some(&it.declaration),
            other => other.as_declaration(),
        };
        if let Some(Declaration::TSTypeAliasDeclaration(it)) = declaration
            && it.type_parameters.is_none()
        {
            let TSTypeAliasDeclaration {
                id: BindingIdentifier { name, .. },
                type_annotation,
                ..
            } = &**it;
            aliases.insert(name.to_string(), type_annotation.clone_in(allocator));
        }
    }
    if !aliases.is_empty() {
        let mut it = Aliases {
            allocator,
            aliases,
            parameters: Vec::new(),
        };
        it.visit_program(program);
    }
}

struct Aliases<'a> {
    allocator: &'a Allocator,
    aliases: FxHashMap<String, TSType<'a>>,
    /// Type parameters around, which may have an alias's name.
    parameters: Vec<String>,
}

/// `type A = B; type B = A` is an error that others find.
const DEEPEST: usize = 32;

impl<'a> Aliases<'a> {
    fn resolve(&self, it: &mut TSType<'a>, depth: usize) {
        match it {
            TSType::TSTypeReference(reference) if depth < DEEPEST => {
                let TSTypeName::IdentifierReference(id) = &reference.type_name else {
                    return;
                };
                let name = id.name.as_str();
                let is_parameter = self.parameters.iter().any(|it| it == name);
                let Some(alias) = self.aliases.get(name).filter(|_| !is_parameter) else {
                    return;
                };
                let mut meant = alias.clone_in(self.allocator);
                self.resolve(&mut meant, depth + 1);
                // A class under another name is an object to tsc.
                if !matches!(meant, TSType::TSTypeReference(_)) {
                    *it = meant;
                }
            }
            TSType::TSUnionType(union) => {
                union
                    .types
                    .iter_mut()
                    .for_each(|it| self.resolve(it, depth + 1));
            }
            TSType::TSParenthesizedType(inner) => {
                self.resolve(&mut inner.type_annotation, depth);
            }
            _ => {}
        }
    }

    fn inside(
        &mut self,
        parameters: Option<&TSTypeParameterDeclaration>,
        visit: impl FnOnce(&mut Self),
    ) {
        let before = self.parameters.len();
        let names = parameters.map(|it| it.params.iter().map(|it| it.name.name.to_string()));
        self.parameters.extend(names.into_iter().flatten());
        visit(self);
        self.parameters.truncate(before);
    }
}

impl<'a> VisitMut<'a> for Aliases<'a> {
    fn visit_class(&mut self, it: &mut Class<'a>) {
        let parameters = it.type_parameters.take();
        self.inside(parameters.as_deref(), |this| walk_mut::walk_class(this, it));
        it.type_parameters = parameters;
    }

    fn visit_property_definition(&mut self, it: &mut PropertyDefinition<'a>) {
        if let Some(annotation) = &mut it.type_annotation {
            self.resolve(&mut annotation.type_annotation, 0);
        }
        walk_mut::walk_property_definition(self, it);
    }

    fn visit_function(&mut self, it: &mut Function<'a>, flags: ScopeFlags) {
        let parameters = it.type_parameters.take();
        self.inside(parameters.as_deref(), |this| {
            if let Some(annotation) = &mut it.return_type {
                this.resolve(&mut annotation.type_annotation, 0);
            }
            walk_mut::walk_function(this, it, flags);
        });
        it.type_parameters = parameters;
    }

    fn visit_formal_parameter(&mut self, it: &mut FormalParameter<'a>) {
        if let Some(annotation) = &mut it.type_annotation {
            self.resolve(&mut annotation.type_annotation, 0);
        }
        walk_mut::walk_formal_parameter(self, it);
    }
}

/// After the transformer: its calls stand one after the other, as the members did.
pub(super) fn instance_members_first(program: &mut Program) {
    Order.visit_program(program);
}

struct Order;

impl<'a> VisitJsMut<'a> for Order {
    fn visit_statements(&mut self, it: &mut ArenaVec<'a, Statement<'a>>) {
        walk_js_mut::walk_statements(self, it);
        for calls in it.chunk_by_mut(|a, b| decorates(a).is_some() && decorates(b).is_some()) {
            calls.sort_by_key(|it| decorates(it) == Some(Place::Class));
        }
    }
}

#[derive(PartialEq, Eq)]
enum Place {
    Prototype,
    Class,
}

/// Whose member `babelHelpers.decorate([…], C.prototype, "a", null)` decorates.
fn decorates(statement: &Statement) -> Option<Place> {
    let Statement::ExpressionStatement(it) = statement else {
        return None;
    };
    let Expression::CallExpression(call) = &it.expression else {
        return None;
    };
    let Expression::StaticMemberExpression(callee) = &call.callee else {
        return None;
    };
    let is_ours = callee.property.name == "decorate"
        && matches!(&callee.object, Expression::Identifier(id) if id.name == "babelHelpers");
    if !is_ours || call.arguments.len() != 4 {
        return None;
    }
    Some(match &call.arguments[1] {
        Argument::StaticMemberExpression(it) if it.property.name == "prototype" => Place::Prototype,
        _ => Place::Class,
    })
}
