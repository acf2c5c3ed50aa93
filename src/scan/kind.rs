//! Which module system a file belongs to: Node's "Determining module system" and its syntax
//! detection (<https://nodejs.org/api/packages.html#determining-module-system>).

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use oxc_allocator::Allocator;
use oxc_ast::ast::{BindingPattern, Program, Statement, VariableDeclarationKind};

use super::{language_of, parse, stack, statics, without_mark};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ModuleKind {
    Esm,
    CommonJs,
    Json,
    Wasm,
    Addon,
    Other,
}

/// The kind of a file, from its name, the `"type"` of the nearest `package.json` and, where these
/// leave it open, from its source. Without a source the open case is CommonJS.
pub fn kind_of(path: &Path, source: Option<&str>, package_type: Option<&str>) -> ModuleKind {
    let extension = path
        .extension()
        .map(|extension| extension.to_string_lossy());
    match extension.as_deref() {
        Some("mjs" | "mts") => ModuleKind::Esm,
        Some("cjs" | "cts") => ModuleKind::CommonJs,
        Some("json") => ModuleKind::Json,
        Some("wasm") => ModuleKind::Wasm,
        Some("node") => ModuleKind::Addon,
        // A file without an extension follows the package like `.js`: command line scripts.
        Some("js" | "ts" | "jsx" | "tsx") | None => match package_type {
            Some("module") => ModuleKind::Esm,
            Some("commonjs") => ModuleKind::CommonJs,
            _ if source.is_some_and(|source| is_module(path, source)) => ModuleKind::Esm,
            _ => ModuleKind::CommonJs,
        },
        Some(_) => ModuleKind::Other,
    }
}

/// The parameters of the CommonJS wrapper. To declare one of them again at the top level is an
/// error that only CommonJS has.
const WRAPPER: [&str; 5] = ["exports", "require", "module", "__filename", "__dirname"];

/// Node compiles the source as CommonJS. It is a module when that fails for a reason only CommonJS
/// has: `import`, `export`, `import.meta`, top-level await, or a wrapper variable declared again.
fn is_module(path: &Path, source: &str) -> bool {
    let source = without_mark(source);
    // Each of those reasons has one of these words.
    let words = [
        "import",
        "export",
        "await",
        "module",
        "require",
        "__filename",
        "__dirname",
    ];
    if !words.iter().any(|word| source.contains(word)) {
        return false;
    }
    let detected = stack::with_room_for(source, || {
        catch_unwind(AssertUnwindSafe(|| {
            let allocator = Allocator::default();
            let parsed = parse(&allocator, source, language_of(path).with_commonjs(true));
            // Types vanish before Node looks, so `import type` proves nothing.
            let has_syntax = !parsed.module_record.import_metas.is_empty()
                || parsed.program.body.iter().any(statics::is_module_syntax)
                // No tree after a fatal error; a module that is being edited stays one.
                || (parsed.panicked && parsed.module_record.has_module_syntax);
            if has_syntax {
                return true;
            }
            if !parsed.diagnostics.has_errors() && !only_module(&parsed.program) {
                return false;
            }
            let again = Allocator::default();
            let as_module = parse(&again, source, language_of(path).with_module(true));
            !as_module.diagnostics.has_errors()
        }))
    });
    matches!(detected, Some(Ok(true)))
}

/// Has it what no compiler makes CommonJS of: `import.meta`, top-level await?
pub fn only_esm(path: &Path, source: &str) -> bool {
    if !source.contains("import.meta") && !source.contains("await") {
        return false;
    }
    let source = without_mark(source);
    let detected = stack::with_room_for(source, || {
        catch_unwind(AssertUnwindSafe(|| {
            let allocator = Allocator::default();
            let parsed = parse(&allocator, source, language_of(path).with_module(true));
            !parsed.module_record.import_metas.is_empty()
                || super::dynamic::has_top_level_await(&parsed.program)
        }))
    });
    matches!(detected, Some(Ok(true)))
}

/// Declarations V8 refuses in CommonJS and the parser does not.
fn only_module(program: &Program) -> bool {
    let is_wrapper = |name: &str| WRAPPER.contains(&name);
    program.body.iter().any(|statement| match statement {
        Statement::VariableDeclaration(it) if it.kind.is_lexical() && !it.declare => {
            it.kind == VariableDeclarationKind::AwaitUsing
                || it
                    .declarations
                    .iter()
                    .any(|it| pattern_binds(&it.id, is_wrapper))
        }
        Statement::ClassDeclaration(it) => it.id.as_ref().is_some_and(|id| is_wrapper(&id.name)),
        _ => false,
    })
}

fn pattern_binds(pattern: &BindingPattern, test: impl Fn(&str) -> bool) -> bool {
    match pattern {
        BindingPattern::BindingIdentifier(it) => test(&it.name),
        other => other
            .get_binding_identifiers()
            .iter()
            .any(|it| test(&it.name)),
    }
}

#[cfg(test)]
mod tests {
    use super::{ModuleKind::*, *};

    #[track_caller]
    fn check(path: &str, source: &str, package_type: Option<&str>, kind: ModuleKind) {
        assert_eq!(kind_of(Path::new(path), Some(source), package_type), kind);
    }

    #[test]
    fn by_name_and_package() {
        check("a.mjs", "", None, Esm);
        check("a.mts", "", Some("commonjs"), Esm);
        check("a.cjs", "import 'x'", Some("module"), CommonJs);
        check("a.cts", "", None, CommonJs);
        check("a.json", "", Some("module"), Json);
        check("a.wasm", "", None, Wasm);
        check("a.node", "", None, Addon);
        check("a.css", "", None, Other);
        check("a.js", "", Some("module"), Esm);
        check("a.ts", "", Some("module"), Esm);
        check("a.jsx", "", Some("module"), Esm);
        check("a.tsx", "", Some("module"), Esm);
        check("a.js", "import 'x'", Some("commonjs"), CommonJs);
        check("bin", "", Some("module"), Esm);
        check("bin", "#!/usr/bin/env node\nimport 'x'", None, Esm);
        check("a.js", "import 'x'", Some("nonsense"), Esm);
        assert_eq!(kind_of(Path::new("a.js"), None, None), CommonJs);
    }

    #[track_caller]
    fn detect(source: &str, kind: ModuleKind) {
        check("a.js", source, None, kind);
    }

    #[test]
    fn by_syntax() {
        detect("", CommonJs);
        detect("import 'x'", Esm);
        detect("import a from 'x'; a()", Esm);
        detect("export {}", Esm);
        detect("export default 1", Esm);
        detect("console.log(import.meta.url)", Esm);
        detect("function f() { return import.meta }", Esm);
        detect("import('x')", CommonJs);
        detect("exports.a = 1", CommonJs);
        detect("module.exports = require('x')", CommonJs);
        detect("// import 'x'\n'export {}'", CommonJs);
        detect("await 1", Esm);
        detect("await f()", Esm);
        detect("const x = await f()", Esm);
        detect("for await (const x of y) {}", Esm);
        detect("if (a) { await b }", Esm);
        detect("async () => { await 1 }", CommonJs);
        detect("var await = 1", CommonJs);
        detect("await(1)", CommonJs);
        detect("return 1; // await", CommonJs);
        detect("new.target; // await", CommonJs);
        detect("const require = 1", Esm);
        detect("let { module } = x", Esm);
        detect("class exports {}", Esm);
        detect("var require = 1", CommonJs);
        detect("function require() {}", CommonJs);
        detect("{ const require = 1 }", CommonJs);
        detect("await 1; return", CommonJs);
        detect("await using a = b", Esm);
        detect("import a from 'x'; await /1/u.exec(b)", Esm);
        detect("import a from 'x'; let b = ;", Esm);
        detect("let b = ; import a from 'x'", CommonJs);
        detect("syntax error await", CommonJs);
        detect("\u{feff}#!node\nimport 'x'", Esm);
    }

    #[test]
    fn what_no_compiler_makes_commonjs_of() {
        let only = |source| only_esm(Path::new("a.ts"), source);
        assert!(only("export const a: number = await f()"));
        assert!(only("for await (const a of b) {}"));
        // A call of `await` in what may be CommonJS.
        assert!(only("await (f())"));
        assert!(only("\u{feff}import 'a'; f(import.meta)"));
        assert!(!only("export const f = async () => { await 1 }"));
        assert!(!only("import 'await'; export const a = 'import.meta'"));
    }

    #[test]
    fn types_do_not_count() {
        let ts = |source, kind| check("a.ts", source, None, kind);
        ts("import type { A } from 'a'", CommonJs);
        ts("export type A = 1", CommonJs);
        ts("export interface A {}", CommonJs);
        ts("export type { A } from 'a'", CommonJs);
        ts("import { type A } from 'a'", Esm);
        ts("import { A } from 'a'", Esm);
        ts("export const a: number = 1", Esm);
        ts("import a = require('a')", CommonJs);
        ts("declare const require: any", CommonJs);
    }
}
