//! V8's code of modules, from one process to the next: see `code_cache`.

use std::{env, path::Path};

use napi::{
    Env, Result,
    bindgen_prelude::{Buffer, BufferSlice},
};
use napi_derive::napi;

use super::external::{Code, shared_bytes};
use crate::code_cache::CodeCache;

/// The data that places in `JsEsm` are of; null: no cache.
#[napi(catch_unwind)]
pub fn open_code_cache(env: &Env, file: String, make: String) -> Result<Option<BufferSlice<'_>>> {
    let make = format!("{make} {}", env!("CARGO_PKG_VERSION"));
    let cache = CodeCache::global();
    if !cache.open(Path::new(&file), env::var_os("HEATSYNC_CACHE"), &make) {
        return Ok(None);
    }
    #[cfg(unix)]
    unix::save_at_exit();
    match cache.data_to_share() {
        Some(data) => shared_bytes(env, data).map(Some),
        None => BufferSlice::copy_from(env, cache.data().as_slice()).map(Some),
    }
}

/// The same of what another thread has opened.
#[napi(catch_unwind)]
pub fn code_cache_data() -> Option<Buffer> {
    let cache = CodeCache::global();
    cache.is_open().then(|| cache.data().to_vec().into())
}

/// The text of a file of our own, which V8 need not copy: what it has of its code is all that it reads of it.
#[napi(catch_unwind)]
pub fn own_text(file: String) -> Option<Code> {
    std::fs::read_to_string(file).ok().map(Code)
}

#[napi(catch_unwind)]
pub fn add_code(key: String, code: &[u8]) {
    if let Ok(key) = u128::from_str_radix(&key, 16) {
        CodeCache::global().add(key, code);
    }
}

/// Where in that data something is, as start and length, that is compiled under a key of its own.
#[napi(catch_unwind)]
pub fn find_code(key: String) -> Option<Vec<u32>> {
    let key = u128::from_str_radix(&key, 16).ok()?;
    let (start, length) = CodeCache::global().find(key)?;
    Some(vec![
        u32::try_from(start).ok()?,
        u32::try_from(length).ok()?,
    ])
}

/// What is there, for a thread that has not got the data.
#[napi(catch_unwind)]
pub fn copy_of_code(key: String) -> Option<Buffer> {
    let key = u128::from_str_radix(&key, 16).ok()?;
    let (data, place) = CodeCache::global().get(key)?;
    Some(data.get(place)?.to_vec().into())
}

/// Code of our own runtime: worth keeping alone.
#[napi(catch_unwind)]
pub fn add_startup(key: String, code: &[u8]) {
    if let Ok(key) = u128::from_str_radix(&key, 16) {
        CodeCache::global().add_startup(key, code);
    }
}

/// The program is about to run.
#[napi(catch_unwind)]
pub fn save_first_code() {
    CodeCache::global().save_first();
}

#[napi(catch_unwind)]
pub fn reject_code() {
    CodeCache::global().reject();
}

/// A listener of "exit" could be seen by the program, and removed.
#[cfg(unix)]
mod unix {
    use std::{panic::catch_unwind, sync::Once};

    use crate::code_cache::CodeCache;

    static ONCE: Once = Once::new();

    pub fn save_at_exit() {
        // SAFETY: `save` is a plain function, and the addon is never unloaded.
        ONCE.call_once(|| unsafe {
            libc::atexit(save);
        });
    }

    /// A panic must not leave this.
    extern "C" fn save() {
        let _ = catch_unwind(|| CodeCache::global().save());
    }
}
