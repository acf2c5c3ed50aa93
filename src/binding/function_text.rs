//! Which script a function is of, and what its author has written: see [`crate::function_source`].
//!
//! Node-API has no way to ask for the former; Node exports V8's, found by its name as in [`super::stacks`].

use std::path::Path;

use napi::bindgen_prelude::{Env, Result, Unknown};
use napi_derive::napi;

use crate::{function_source, written::Written};

/// V8's number of the script that a function is of; 0: of none, as functions of V8's own are, or it can't be had.
#[napi(catch_unwind)]
pub fn script_of(env: Env, #[napi(ts_arg_type = "Function")] function: Unknown<'_>) -> Result<i32> {
    #[cfg(all(unix, any(target_arch = "x86_64", target_arch = "aarch64")))]
    return unix::script_of(&env, &function);
    #[cfg(not(all(unix, any(target_arch = "x86_64", target_arch = "aarch64"))))]
    {
        let _ = (env, function);
        Ok(0)
    }
}

/// What a function of a module is in its file, as that is now. Null: it is not there.
#[napi(catch_unwind)]
pub fn function_source(file: String, compiled: String) -> Option<String> {
    let path = Path::new(&file);
    function_source::function_source(&Written::read(path)?, path, &compiled)
}

#[cfg(all(unix, any(target_arch = "x86_64", target_arch = "aarch64")))]
mod unix {
    use std::{
        ffi::{c_int, c_void},
        sync::OnceLock,
    };

    use napi::{Env, JsValue as _, Result, ValueType, bindgen_prelude::Unknown};

    use crate::binding::exports::function;

    /// `v8::Local` is one pointer, and so is `this` of what it leads to.
    type ScriptId = unsafe extern "C" fn(this: *const c_void) -> c_int;

    static SCRIPT_ID: OnceLock<Option<ScriptId>> = OnceLock::new();

    pub fn script_of(_: &Env, given: &Unknown<'_>) -> Result<i32> {
        // SAFETY: the name says the parameters.
        let script_id =
            SCRIPT_ID.get_or_init(|| unsafe { function(c"_ZNK2v88Function8ScriptIdEv") });
        let (Some(script_id), ValueType::Function) = (script_id, given.get_type()?) else {
            return Ok(0);
        };
        // SAFETY: it is a function of this thread's, in a scope of our caller's.
        Ok(unsafe { script_id(given.raw().cast()) }.max(0))
    }
}
