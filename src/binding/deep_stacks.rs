//! The frames of an error beyond those of its stack.
//!
//! V8 keeps `Error.stackTraceLimit` frames, and has more taken for a debugger, which nobody sees in `error.stack`
//! (`Isolate::CaptureAndSetErrorStack`). What a package throws far above the module that has called it is found so.
//! The functions are Node's exports, as in [`super::stacks`].

use napi::bindgen_prelude::{Env, Unknown};
use napi_derive::napi;

/// Has V8 take them of what is made from now on; or no more.
#[napi(catch_unwind)]
pub fn deepen_stacks(env: Env, is_wanted: bool) {
    #[cfg(all(unix, any(target_arch = "x86_64", target_arch = "aarch64")))]
    unix::deepen(&env, is_wanted);
    #[cfg(not(all(unix, any(target_arch = "x86_64", target_arch = "aarch64"))))]
    let _ = (env, is_wanted);
}

/// A line `url:line:column` for each, innermost first, as V8 has compiled them; none: they were not taken.
#[napi(catch_unwind)]
pub fn deep_frames(env: Env, error: Unknown<'_>) -> String {
    #[cfg(all(unix, any(target_arch = "x86_64", target_arch = "aarch64")))]
    return unix::frames(&env, &error);
    #[cfg(not(all(unix, any(target_arch = "x86_64", target_arch = "aarch64"))))]
    {
        let _ = (env, error);
        String::new()
    }
}

#[cfg(all(unix, any(target_arch = "x86_64", target_arch = "aarch64")))]
mod unix {
    use std::{
        cell::Cell,
        ffi::{c_int, c_void},
        fmt::Write as _,
        ptr,
        sync::OnceLock,
    };

    use napi::{
        JsValue as _,
        bindgen_prelude::{Env, FromNapiValue as _, Unknown},
        sys,
    };

    use crate::binding::exports::function;

    /// As many as debuggers ask for (`V8StackTraceImpl::maxCallStackSizeToCapture`).
    const FRAMES: c_int = 200;
    /// `v8::StackTrace::kOverview`
    const OVERVIEW: c_int = 0x0f;

    /// `v8::Local`: one pointer.
    type Local = *mut c_void;
    type Isolate = *mut c_void;

    struct Exports {
        current_isolate: unsafe extern "C" fn() -> Isolate,
        set_capture: unsafe extern "C" fn(Isolate, bool, c_int, c_int),
        message_of: unsafe extern "C" fn(Isolate, thrown: Local) -> Local,
        stack_of_message: unsafe extern "C" fn(message: Local) -> Local,
        stack_of: unsafe extern "C" fn(error: Local) -> Local,
        frame_count: unsafe extern "C" fn(stack: Local) -> c_int,
        frame: unsafe extern "C" fn(stack: Local, Isolate, u32) -> Local,
        script: unsafe extern "C" fn(frame: Local) -> Local,
        /// `v8::Location`, two `int`s from 0.
        location: unsafe extern "C" fn(frame: Local) -> [c_int; 2],
    }

    static EXPORTS: OnceLock<Option<Exports>> = OnceLock::new();

    thread_local! {
        static IS_OURS: Cell<bool> = const { Cell::new(false) };
    }

    fn exports() -> Option<&'static Exports> {
        // SAFETY: the names say the functions' parameters.
        let find = || unsafe {
            Some(Exports {
                current_isolate: function(c"_ZN2v87Isolate10GetCurrentEv")?,
                set_capture: function(c"_ZN2v87Isolate41SetCaptureStackTraceForUncaughtExceptionsEbiNS_10StackTrace17StackTraceOptionsE")?,
                message_of: function(c"_ZN2v89Exception13CreateMessageEPNS_7IsolateENS_5LocalINS_5ValueEEE")?,
                stack_of_message: function(c"_ZNK2v87Message13GetStackTraceEv")?,
                stack_of: function(c"_ZN2v89Exception13GetStackTraceENS_5LocalINS_5ValueEEE")?,
                frame_count: function(c"_ZNK2v810StackTrace13GetFrameCountEv")?,
                frame: function(c"_ZNK2v810StackTrace8GetFrameEPNS_7IsolateEj")?,
                script: function(c"_ZNK2v810StackFrame24GetScriptNameOrSourceURLEv")?,
                location: function(c"_ZNK2v810StackFrame11GetLocationEv")?,
            })
        };
        EXPORTS.get_or_init(find).as_ref()
    }

    pub fn deepen(env: &Env, is_wanted: bool) {
        let Some(exports) = exports() else { return };
        // A debugger's setting stays its own.
        if is_wanted == IS_OURS.get() || (is_wanted && is_taken(env, exports)) {
            return;
        }
        IS_OURS.set(is_wanted);
        // SAFETY: we are in a call of `env`, on its thread.
        unsafe { (exports.set_capture)((exports.current_isolate)(), is_wanted, FRAMES, OVERVIEW) };
    }

    /// Are frames taken by now? Then they are of what is thrown that is no error, too; to make an error takes longer, for its stack.
    fn is_taken(env: &Env, exports: &Exports) -> bool {
        let mut nothing = ptr::null_mut();
        // SAFETY: as our caller's.
        unsafe {
            sys::napi_get_undefined(env.raw(), &raw mut nothing);
            let message = (exports.message_of)((exports.current_isolate)(), nothing.cast());
            !message.is_null() && !(exports.stack_of_message)(message).is_null()
        }
    }

    pub fn frames(env: &Env, error: &Unknown<'_>) -> String {
        let mut all = String::new();
        let Some(exports) = exports() else {
            return all;
        };
        // SAFETY: we are in a call of `env`, on its thread; V8 says nothing of what is no error.
        unsafe {
            let isolate = (exports.current_isolate)();
            let stack = (exports.stack_of)(error.raw().cast());
            if stack.is_null() {
                return all;
            }
            for index in 0..(exports.frame_count)(stack).cast_unsigned() {
                let frame = (exports.frame)(stack, isolate, index);
                let script = (exports.script)(frame);
                if script.is_null() {
                    continue;
                }
                if let Ok(url) = String::from_napi_value(env.raw(), script.cast()) {
                    let [line, column] = (exports.location)(frame);
                    let _ = writeln!(all, "{url}:{}:{}", line + 1, column + 1);
                }
            }
        }
        all
    }
}
