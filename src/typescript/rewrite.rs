//! What blanks are not enough for: oxc's transformer and printer.
//!
//! Input:
//! ```ts
//! enum A { B }
//! class C { constructor(private d: string) {} }
//! ```
//! Output:
//! ```js
//! var A = function(A) { A[A["B"] = 0] = "B"; return A; }(A || {});
//! class C { constructor(d) { this.d = d; } }
//! ```

use std::{borrow::Cow, path::Path};

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_codegen::{Codegen, CodegenOptions, CommentOptions};
use oxc_semantic::SemanticBuilder;
use oxc_transformer::{
    ClassPropertiesOptions, CompilerAssumptions, DecoratorOptions, EnvOptions, HelperLoaderMode,
    HelperLoaderOptions, JsxOptions, JsxRuntime, Module, TransformOptions, Transformer,
    TypeScriptOptions,
};

use super::{
    JavaScript, Jsx, Options, Positions, Segment, decorator_places, helpers, label_of, layout,
    like_tsc, located,
};
use crate::error::Error;
use crate::scan::ModuleKind;

pub(super) fn rewrite<'a>(
    allocator: &'a Allocator,
    mut program: Program<'a>,
    path: &Path,
    kind: ModuleKind,
    options: &Options,
    // `decorators` comes after, and assigns fields itself.
    keeps_fields: bool,
) -> Result<JavaScript, Error> {
    let source = program.source_text;
    like_tsc::export_assignment_last(&mut program);
    if options.emit_decorator_metadata {
        like_tsc::without_aliases(allocator, &mut program);
    }
    let required = match kind {
        ModuleKind::Esm => like_tsc::required_names(&program),
        _ => Vec::new(),
    };
    let scoping = SemanticBuilder::new()
        // Room for what is added.
        .with_excess_capacity(1.0)
        .with_enum_eval(true)
        .build(&program)
        .semantic
        .into_scoping();
    let done = Transformer::new(
        allocator,
        path,
        &transform_options(kind, options, keeps_fields),
    )
    .build_with_scoping(scoping, &mut program);
    if let Some(diagnostic) = done.diagnostics.errors().next() {
        return Err(located(diagnostic, label_of(diagnostic), source, path));
    }
    if options.experimental_decorators {
        like_tsc::instance_members_first(&mut program);
        decorator_places::note(&mut program);
    }
    let require = match required.is_empty() {
        true => None,
        false => like_tsc::require_of_its_own(allocator, &mut program, &required),
    };
    // Every token finds its line: a first one is not missed.
    program.hashbang = None;
    let printed = Codegen::new()
        .with_options(CodegenOptions {
            comments: CommentOptions::disabled(),
            source_map_path: Some(path.to_path_buf()),
            ..CodegenOptions::default()
        })
        .with_scoping(Some(done.scoping))
        .build(&program);
    let segments = printed.map.iter().flat_map(|map| {
        map.get_tokens().map(|token| Segment {
            line: token.get_dst_line(),
            column: token.get_dst_col(),
            source_line: token.get_src_line(),
            source_column: token.get_src_col(),
        })
    });
    let positions = Positions::new(segments.collect());
    let (code, positions) =
        layout::on_source_lines(&printed.code, &positions).unwrap_or((printed.code, positions));
    let preamble = require.unwrap_or_default() + &helpers::preamble(&code);
    // Not before a directive.
    let strict = match code.trim_start().starts_with("\"use strict\"") && !preamble.is_empty() {
        true => "\"use strict\";",
        false => "",
    };
    let columns = (strict.len() + preamble.encode_utf16().count()) as u32;
    Ok(JavaScript {
        code: format!("{strict}{preamble}{code}"),
        positions: Some(positions.with_line_moved(0, columns)),
    })
}

fn transform_options(kind: ModuleKind, options: &Options, keeps_fields: bool) -> TransformOptions {
    let mut env = EnvOptions {
        module: match kind {
            ModuleKind::CommonJs => Module::CommonJS,
            _ => Module::Preserve,
        },
        ..EnvOptions::default()
    };
    env.es2026.explicit_resource_management = options.lowers_using;
    let assigns = !options.use_define_for_class_fields && !keeps_fields;
    if assigns {
        env.es2022.class_properties = Some(ClassPropertiesOptions::default());
        env.es2022.class_static_block = false;
    }
    let factory = options.jsx_factory.clone();
    let fragment = options.jsx_fragment_factory.clone();
    let is_classic = options.jsx == Jsx::Classic;
    TransformOptions {
        assumptions: CompilerAssumptions {
            set_public_class_fields: assigns,
            ..CompilerAssumptions::default()
        },
        typescript: TypeScriptOptions {
            jsx_pragma: factory
                .clone()
                .map_or(Cow::Borrowed("React.createElement"), Cow::Owned),
            jsx_pragma_frag: fragment
                .clone()
                .map_or(Cow::Borrowed("React.Fragment"), Cow::Owned),
            only_remove_type_imports: options.verbatim_module_syntax,
            remove_class_fields_without_initializer: assigns,
            ..TypeScriptOptions::default()
        },
        decorator: DecoratorOptions {
            legacy: options.experimental_decorators,
            emit_decorator_metadata: options.emit_decorator_metadata,
            strict_null_checks: options.strict_null_checks,
        },
        jsx: JsxOptions {
            jsx_plugin: true,
            display_name_plugin: false,
            runtime: if is_classic {
                JsxRuntime::Classic
            } else {
                JsxRuntime::Automatic
            },
            development: options.jsx == Jsx::Development,
            throw_if_namespace: false,
            import_source: options.jsx_import_source.clone().filter(|_| !is_classic),
            pragma: factory.filter(|_| is_classic),
            pragma_frag: fragment.filter(|_| is_classic),
            ..JsxOptions::default()
        },
        env,
        helper_loader: HelperLoaderOptions {
            mode: HelperLoaderMode::External,
            ..HelperLoaderOptions::default()
        },
        ..TransformOptions::default()
    }
}
