//! V8's code of functions that were compiled a while ago: with what V8 has compiled of them since, and when nobody waits.
//!
//! Node can say it of a script and, from within, of its own modules (`module.enableCompileCache`); by `vm.compileFunction` only
//! while it compiles. But it exports V8's function for it, found by its name as in [`super::stacks`]. What that returns has a layout,
//! too: Node keeps it within a major version, JavaScript asks only where that is known, and tries it first (`runtime/esm/code/code-later.cjs`).

use napi::bindgen_prelude::{Buffer, Env, Result, Unknown};
use napi_derive::napi;

use crate::code_cache::CodeCache;

/// V8's code of a function that `vm.compileFunction` has made: with any other V8 ends the process. Null: it can't be had.
#[napi(catch_unwind)]
pub fn code_of_function(
    env: Env,
    #[napi(ts_arg_type = "Function")] compiled: Unknown<'_>,
) -> Result<Option<Buffer>> {
    Ok(of_function(&env, &compiled)?.map(|code| code.bytes().to_vec().into()))
}

/// Adds the code of such functions.
#[napi(catch_unwind)]
pub fn add_functions(
    env: Env,
    keys: Vec<String>,
    #[napi(ts_arg_type = "Function[]")] compiled: Vec<Unknown<'_>>,
) -> Result<()> {
    for (key, compiled) in keys.iter().zip(&compiled) {
        if let Ok(key) = u128::from_str_radix(key, 16)
            && let Some(code) = of_function(&env, compiled)?
        {
            CodeCache::global().add(key, code.bytes());
        }
    }
    Ok(())
}

#[cfg(all(unix, any(target_arch = "x86_64", target_arch = "aarch64")))]
use unix::of_function;

#[cfg(not(all(unix, any(target_arch = "x86_64", target_arch = "aarch64"))))]
fn of_function(_env: &Env, _compiled: &Unknown<'_>) -> Result<Option<Code>> {
    Ok(None)
}

#[cfg(not(all(unix, any(target_arch = "x86_64", target_arch = "aarch64"))))]
struct Code;

#[cfg(not(all(unix, any(target_arch = "x86_64", target_arch = "aarch64"))))]
impl Code {
    fn bytes(&self) -> &[u8] {
        &[]
    }
}

#[cfg(all(unix, any(target_arch = "x86_64", target_arch = "aarch64")))]
mod unix {
    use std::{
        ffi::{c_int, c_void},
        ptr::NonNull,
        slice,
        sync::OnceLock,
    };

    use napi::{Env, JsValue as _, Result, ValueType, bindgen_prelude::Unknown, check_status, sys};

    use crate::binding::exports::function;

    /// `v8::ScriptCompiler::CachedData`, as it is in V8 11 to 14.
    #[repr(C)]
    struct CachedData {
        data: *const u8,
        length: c_int,
        rejected: bool,
        /// 1: the data goes with it.
        policy: c_int,
    }

    const OWNED: c_int = 1;
    /// No function's code is as large.
    const LARGEST: usize = 64 << 20;

    /// `v8::Local` is one pointer, as a `napi_value` is.
    type Create = unsafe extern "C" fn(function: *mut c_void) -> *mut CachedData;
    type Destroy = unsafe extern "C" fn(this: *mut CachedData);
    type Free = unsafe extern "C" fn(memory: *mut c_void);

    struct Exports {
        create: Create,
        destroy: Destroy,
        free: Free,
    }

    static EXPORTS: OnceLock<Option<Exports>> = OnceLock::new();

    fn exports() -> Option<Exports> {
        // SAFETY: the names say the functions' parameters.
        unsafe {
            Some(Exports {
                create: function(
                    c"_ZN2v814ScriptCompiler26CreateCodeCacheForFunctionENS_5LocalINS_8FunctionEEE",
                )?,
                destroy: function(c"_ZN2v814ScriptCompiler10CachedDataD1Ev")?,
                // operator delete(void*)
                free: function(c"_ZdlPv")?,
            })
        }
    }

    /// V8's, until it is dropped.
    pub struct Code {
        made: NonNull<CachedData>,
        exports: &'static Exports,
    }

    impl Code {
        pub fn bytes(&self) -> &[u8] {
            // SAFETY: V8 has made it, and nobody else has it.
            let made = unsafe { self.made.as_ref() };
            let length = usize::try_from(made.length).unwrap_or(0);
            let is_plausible = made.policy == OWNED && !made.rejected && length <= LARGEST;
            if made.data.is_null() || !is_plausible {
                return &[];
            }
            // SAFETY: as above.
            unsafe { slice::from_raw_parts(made.data, length) }
        }
    }

    impl Drop for Code {
        fn drop(&mut self) {
            // SAFETY: what C++ calls `delete`.
            unsafe {
                (self.exports.destroy)(self.made.as_ptr());
                (self.exports.free)(self.made.as_ptr().cast());
            }
        }
    }

    pub fn of_function(env: &Env, compiled: &Unknown<'_>) -> Result<Option<Code>> {
        let Some(exports) = EXPORTS.get_or_init(exports) else {
            return Ok(None);
        };
        if compiled.get_type()? != ValueType::Function {
            return Ok(None);
        }
        let (env, mut scope) = (env.raw(), std::ptr::null_mut());
        // SAFETY: we are in a call of `env`, on its thread, and `compiled` is a function, as V8 asks.
        let made = unsafe {
            check_status!(sys::napi_open_handle_scope(env, &raw mut scope))?;
            let made = (exports.create)(compiled.raw().cast());
            sys::napi_close_handle_scope(env, scope);
            made
        };
        Ok(NonNull::new(made).map(|made| Code { made, exports }))
    }
}
