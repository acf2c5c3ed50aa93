//! What Node exports of V8, of libuv and of itself, by name.

use std::ffi::{CStr, c_void};
use std::mem::transmute_copy;

/// The function `name`; `None` if nothing that is loaded has one.
///
/// # Safety
/// `F` is the type of a pointer to it.
pub unsafe fn function<F: Copy>(name: &CStr) -> Option<F> {
    const { assert!(size_of::<F>() == size_of::<*mut c_void>()) };
    // SAFETY: looks a name up in what is loaded.
    let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    // SAFETY: a pointer is copied as one.
    (!found.is_null()).then(|| unsafe { transmute_copy(&found) })
}
