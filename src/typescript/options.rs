//! What a tsconfig says about compiling, as far as it changes what runs.

use std::sync::atomic::{AtomicBool, Ordering};

static LACKS_USING: AtomicBool = AtomicBool::new(false);

/// Which Node this is, by the first number of its version: what `Options::default` is made for.
pub fn note_node(major: u32) {
    // V8 13.6 is the first with `using` (Node 24).
    LACKS_USING.store(major < 24, Ordering::Relaxed);
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Options {
    pub jsx: Jsx,
    /// `jsxFactory`, `jsxFragmentFactory`: of classic JSX.
    pub jsx_factory: Option<String>,
    pub jsx_fragment_factory: Option<String>,
    /// `jsxImportSource`: of automatic JSX.
    pub jsx_import_source: Option<String>,
    pub experimental_decorators: bool,
    pub emit_decorator_metadata: bool,
    pub strict_null_checks: bool,
    pub verbatim_module_syntax: bool,
    pub use_define_for_class_fields: bool,
    /// `using` becomes what V8 has.
    pub lowers_using: bool,
    /// `esModuleInterop`, for ES module syntax in CommonJS.
    pub es_module_interop: bool,
    /// `import()` in CommonJS gives what tsc's `require()` gives: `module: "commonjs"`.
    pub imports_as_required: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Jsx {
    /// `jsx: "react"`
    Classic,
    /// `jsx: "react-jsx"`
    Automatic,
    /// `jsx: "react-jsxdev"`
    Development,
}

impl Default for Options {
    /// Without a tsconfig: classic JSX, as tsx and esbuild have it, and this year's JavaScript.
    fn default() -> Self {
        Self {
            jsx: Jsx::Classic,
            jsx_factory: None,
            jsx_fragment_factory: None,
            jsx_import_source: None,
            experimental_decorators: false,
            emit_decorator_metadata: false,
            strict_null_checks: false,
            verbatim_module_syntax: false,
            use_define_for_class_fields: true,
            lowers_using: LACKS_USING.load(Ordering::Relaxed),
            es_module_interop: true,
            imports_as_required: false,
        }
    }
}
