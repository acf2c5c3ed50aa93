//! Where V8 asks for the text of a stack.
//!
//! V8 has one function for that, which Node sets (`node::PrepareStackTraceCallback`). Ours is put before it: it has
//! JavaScript correct the call sites, in place, and then asks Node's. So nothing in the program's sight changes:
//! `Error.prepareStackTrace` stays what it is, in every realm, also when a program deletes or freezes it.
//!
//! Node-API has no such function. Node exports V8's, and their names hold the types of all parameters: were one to
//! change, the name would not be found, and JavaScript does what it can (`runtime/esm/positions/stack.cjs`).

use napi::bindgen_prelude::{Env, Function, Result};
use napi_derive::napi;

/// Has `correct(error, callSites)` called whenever a stack of this thread is formatted; `false`: it can't be.
#[napi(catch_unwind)]
pub fn correct_stacks(
    env: Env,
    #[napi(ts_arg_type = "(error: unknown, sites: NodeJS.CallSite[]) => void")] correct: Function<
        '_,
        (),
        (),
    >,
) -> Result<bool> {
    #[cfg(all(unix, any(target_arch = "x86_64", target_arch = "aarch64")))]
    return unix::install(&env, &correct);
    #[cfg(not(all(unix, any(target_arch = "x86_64", target_arch = "aarch64"))))]
    {
        let _ = (env, correct);
        Ok(false)
    }
}

#[cfg(all(unix, any(target_arch = "x86_64", target_arch = "aarch64")))]
mod unix {
    use std::{cell::Cell, ffi::c_void, ptr, sync::OnceLock};

    use napi::{
        Env, JsValue as _, Result,
        bindgen_prelude::{Function, JsValuesTupleIntoVec},
        check_status, sys,
    };

    use crate::binding::exports::function;

    /// `v8::Local` and `v8::MaybeLocal`: one pointer, copied like one, which is what a `napi_value` is.
    type Local = *mut c_void;
    type Prepare = unsafe extern "C" fn(context: Local, error: Local, sites: Local) -> Local;

    type CurrentIsolate = unsafe extern "C" fn() -> *mut c_void;
    type SetCallback = unsafe extern "C" fn(isolate: *mut c_void, callback: Prepare);

    /// What Node exports.
    struct Exports {
        current_isolate: CurrentIsolate,
        set_callback: SetCallback,
        nodes: Prepare,
    }

    static EXPORTS: OnceLock<Option<Exports>> = OnceLock::new();

    thread_local! {
        static CORRECT: Cell<Option<(sys::napi_env, sys::napi_ref)>> = const { Cell::new(None) };
    }

    pub fn install<Args: JsValuesTupleIntoVec, Return>(
        env: &Env,
        correct: &Function<'_, Args, Return>,
    ) -> Result<bool> {
        let Some(exports) = EXPORTS.get_or_init(exports) else {
            return Ok(false);
        };
        let env = env.raw();
        let mut reference = ptr::null_mut();
        // SAFETY: we are in a call of `env`, on its thread. The hook runs before `env` is gone.
        unsafe {
            check_status!(sys::napi_create_reference(
                env,
                correct.raw(),
                1,
                &raw mut reference
            ))?;
            // A second copy of our files (a test runner has a registry of its own) takes over. Node ends the process if a
            // hook is there twice.
            if let Some((former, reference)) = CORRECT.take() {
                sys::napi_remove_env_cleanup_hook(former, Some(forget), ptr::null_mut());
                sys::napi_delete_reference(former, reference);
            }
            check_status!(sys::napi_add_env_cleanup_hook(
                env,
                Some(forget),
                ptr::null_mut()
            ))?;
            CORRECT.set(Some((env, reference)));
            (exports.set_callback)((exports.current_isolate)(), prepare);
        }
        Ok(true)
    }

    fn exports() -> Option<Exports> {
        // SAFETY: the names say the functions' parameters, as above.
        unsafe {
            Some(Exports {
                current_isolate: function(c"_ZN2v87Isolate10GetCurrentEv")?,
                set_callback: function(c"_ZN2v87Isolate28SetPrepareStackTraceCallbackEPFNS_10MaybeLocalINS_5ValueEEENS_5LocalINS_7ContextEEENS4_IS2_EENS4_INS_5ArrayEEEE")?,
                nodes: function(c"_ZN4node25PrepareStackTraceCallbackEN2v85LocalINS0_7ContextEEENS1_INS0_5ValueEEENS1_INS0_5ArrayEEE")?,
            })
        }
    }

    /// The thread's environment ends, V8 may go on for a moment.
    unsafe extern "C" fn forget(_: *mut c_void) {
        CORRECT.set(None);
    }

    unsafe extern "C" fn prepare(context: Local, error: Local, sites: Local) -> Local {
        if let Some((env, reference)) = CORRECT.get() {
            // SAFETY: `env` is this thread's and has not ended.
            unsafe { correct(env, reference, [error, sites]) };
        }
        // SAFETY: V8 has called us as it would have called Node.
        match EXPORTS.get() {
            Some(Some(exports)) => unsafe { (exports.nodes)(context, error, sites) },
            _ => ptr::null_mut(),
        }
    }

    /// What goes wrong in it leaves the call sites as they are.
    unsafe fn correct(env: sys::napi_env, reference: sys::napi_ref, given: [Local; 2]) {
        let given = given.map(|it| it as sys::napi_value);
        let (mut scope, mut function, mut ignored) =
            (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
        // SAFETY: as our caller's.
        unsafe {
            if sys::napi_open_handle_scope(env, &raw mut scope) != sys::Status::napi_ok {
                return;
            }
            sys::napi_get_reference_value(env, reference, &raw mut function);
            let receiver = given[0];
            let status = sys::napi_call_function(
                env,
                receiver,
                function,
                given.len(),
                given.as_ptr(),
                &raw mut ignored,
            );
            if status == sys::Status::napi_pending_exception {
                sys::napi_get_and_clear_last_exception(env, &raw mut ignored);
            }
            sys::napi_close_handle_scope(env, scope);
        }
    }
}
