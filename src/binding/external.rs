//! What JavaScript gets of our memory without a copy of it in V8's heap.

use std::sync::Arc;

use napi::{
    Env, Result,
    bindgen_prelude::{BufferSlice, ToNapiValue},
    sys,
};

/// Bytes that nobody writes any more. Call it once for `bytes`: V8 does not take the same memory a second time
/// (nodejs/node#32463).
pub fn shared_bytes<'env>(env: &'env Env, bytes: Arc<Vec<u8>>) -> Result<BufferSlice<'env>> {
    let (data, length) = (bytes.as_ptr().cast_mut(), bytes.len());
    // SAFETY: `bytes` lives until V8 has collected the buffer, and our runtime does not write into it.
    unsafe { BufferSlice::from_external(env, data, length, bytes, |_, bytes| drop(bytes)) }
}

/// A program's text. V8 moves what is in its young generation twice, and of thousands of modules it would be all
/// that a start's collections do.
pub struct Code(pub String);

/// With less V8 copies it anyway, or might as well.
const WORTH: usize = 512;

impl ToNapiValue for Code {
    unsafe fn to_napi_value(env: sys::napi_env, Code(text): Code) -> Result<sys::napi_value> {
        if text.len() < WORTH || !text.is_ascii() {
            // SAFETY: as our caller promises.
            return unsafe { String::to_napi_value(env, text) };
        }
        strings::text(env, text)
    }
}

#[cfg(unix)]
mod strings {
    use std::{
        ffi::{c_char, c_void},
        ptr,
    };

    use napi::{Result, check_status, sys};

    type Finalize = unsafe extern "C" fn(sys::napi_env, *mut c_void, *mut c_void);

    // Node 20 has it, though it counts it to a later version of Node-API than the one the addon names.
    unsafe extern "C" {
        fn node_api_create_external_string_latin1(
            env: sys::napi_env,
            text: *const c_char,
            length: isize,
            finalize: Option<Finalize>,
            hint: *mut c_void,
            result: *mut sys::napi_value,
            copied: *mut bool,
        ) -> sys::napi_status;
    }

    /// Called when V8 has collected the string, or at once if it has made a copy. `length` is no address.
    unsafe extern "C" fn free(_env: sys::napi_env, data: *mut c_void, length: *mut c_void) {
        let text = ptr::slice_from_raw_parts_mut(data.cast::<u8>(), length as usize);
        // SAFETY: it is the box that `text` has leaked.
        drop(unsafe { Box::from_raw(text) });
    }

    pub fn text(env: sys::napi_env, text: String) -> Result<sys::napi_value> {
        let text = Box::leak(text.into_boxed_str().into_boxed_bytes());
        let (data, length) = (text.as_mut_ptr(), text.len());
        let (mut result, mut copied) = (ptr::null_mut(), false);
        // SAFETY: `data` lives until `free` is called.
        let status = unsafe {
            node_api_create_external_string_latin1(
                env,
                data.cast(),
                length.cast_signed(),
                Some(free),
                length as *mut c_void,
                &raw mut result,
                &raw mut copied,
            )
        };
        // Then it stays where it is: whether V8 has called `free` can't be told.
        check_status!(status)?;
        Ok(result)
    }
}

/// Windows looks symbols up by a table, which lacks the one for external text.
#[cfg(not(unix))]
mod strings {
    use napi::{Result, bindgen_prelude::ToNapiValue as _, sys};

    pub fn text(env: sys::napi_env, text: String) -> Result<sys::napi_value> {
        // SAFETY: `env` is that of the call we are in.
        unsafe { String::to_napi_value(env, text) }
    }
}
