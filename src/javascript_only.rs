//! What visitors of JavaScript need not walk. A visitor that could meet types and JSX is made of 5 to 20 KB of code for
//! them, in an addon that has 6 MB for all it does.

/// In `impl<'a> Visit<'a>` (`&`) or `VisitMut<'a>` (`&mut`): no JSX, and no declaration of TypeScript's.
macro_rules! no_jsx_or_declarations {
    ($($reference:tt)+) => {
        not_walked! { ($($reference)+)
            visit_jsx_element: JSXElement,
            visit_jsx_fragment: JSXFragment,
            visit_ts_class_implements: TSClassImplements,
            visit_ts_enum_declaration: TSEnumDeclaration,
            visit_ts_export_assignment: TSExportAssignment,
            visit_ts_external_module_declaration: TSExternalModuleDeclaration,
            visit_ts_global_declaration: TSGlobalDeclaration,
            visit_ts_import_equals_declaration: TSImportEqualsDeclaration,
            visit_ts_index_signature: TSIndexSignature,
            visit_ts_interface_declaration: TSInterfaceDeclaration,
            visit_ts_namespace_declaration: TSNamespaceDeclaration,
            visit_ts_namespace_export_declaration: TSNamespaceExportDeclaration,
            visit_ts_this_parameter: TSThisParameter,
            visit_ts_type: TSType,
            visit_ts_type_alias_declaration: TSTypeAliasDeclaration,
        }
    };
}

/// The same, and no type.
macro_rules! javascript_only {
    ($($reference:tt)+) => {
        no_jsx_or_declarations!($($reference)+);
        not_walked! { ($($reference)+)
            visit_ts_as_expression: TSAsExpression,
            visit_ts_instantiation_expression: TSInstantiationExpression,
            visit_ts_non_null_expression: TSNonNullExpression,
            visit_ts_satisfies_expression: TSSatisfiesExpression,
            visit_ts_type_annotation: TSTypeAnnotation,
            visit_ts_type_assertion: TSTypeAssertion,
            visit_ts_type_parameter_declaration: TSTypeParameterDeclaration,
            visit_ts_type_parameter_instantiation: TSTypeParameterInstantiation,
        }
    };
}

macro_rules! not_walked {
    (($($reference:tt)+) $($visit:ident: $node:ident,)+) => {
        not_walked! { @ [$($reference)+] $($visit: $node,)+ }
    };
    (@ $reference:tt $($visit:ident: $node:ident,)+) => {
        $(not_walked! { @one $reference $visit $node })+
    };
    (@one [$($reference:tt)+] $visit:ident $node:ident) => {
        fn $visit(&mut self, _: $($reference)+ ::oxc_ast::ast::$node<'a>) {}
    };
}
