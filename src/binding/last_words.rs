//! What Node writes when an error ends the process, corrected: see `code_frame`.

use napi_derive::napi;

use crate::scan::{self, Awaited};

/// A top-level await, as Node shows one that never settled.
#[napi(object)]
pub struct JsAwaited {
    /// From 1.
    pub line: u32,
    pub text: String,
    pub underline: String,
}

/// Where the module `path`, whose text is `source`, awaits at its top level.
#[napi(catch_unwind)]
pub fn top_level_awaits(source: String, path: String) -> Vec<JsAwaited> {
    let found = scan::top_level_awaits(&source, path.as_ref());
    found.into_iter().map(JsAwaited::from).collect()
}

impl From<Awaited> for JsAwaited {
    fn from(it: Awaited) -> Self {
        Self {
            line: it.line,
            text: it.text,
            underline: it.underline,
        }
    }
}

/// Call it when nothing of the program runs any more and Node is about to say why.
#[napi(catch_unwind)]
pub fn catch_last_words() {
    #[cfg(unix)]
    unix::catch();
}

#[cfg(unix)]
mod unix {
    use std::{
        fs::{File, OpenOptions},
        io::{Read, Seek, Write},
        os::fd::{AsRawFd, FromRawFd},
        panic::catch_unwind,
        sync::Mutex,
    };

    use crate::code_frame::restore;

    /// What was caught, and where it was to go.
    static CAUGHT: Mutex<Option<(File, File)>> = Mutex::new(None);

    pub fn catch() {
        let Ok(mut caught) = CAUGHT.lock() else {
            return;
        };
        if caught.is_some() {
            return;
        }
        // A file: a pipe that nobody reads would hold the process for ever once it is full.
        let Some(words) = anonymous() else { return };
        // SAFETY: descriptor 2 is duplicated and replaced, which concerns nobody's memory; `dup`
        // returns a descriptor that is ours alone. `say` is a plain function without a receiver.
        unsafe {
            let stderr = libc::dup(libc::STDERR_FILENO);
            if stderr < 0 {
                return;
            }
            let stderr = File::from_raw_fd(stderr);
            if libc::atexit(say) == 0 && libc::dup2(words.as_raw_fd(), libc::STDERR_FILENO) >= 0 {
                *caught = Some((words, stderr));
            }
        }
    }

    /// A file without a name.
    fn anonymous() -> Option<File> {
        let name = format!("heatsync-rs-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create_new(true)
            .open(&path)
            .ok()?;
        std::fs::remove_file(&path).ok()?;
        Some(file)
    }

    /// On `exit()`; a panic must not leave it.
    extern "C" fn say() {
        let _ = catch_unwind(|| {
            let Some((mut words, mut stderr)) = CAUGHT.lock().ok().and_then(|mut it| it.take())
            else {
                return;
            };
            // SAFETY: as above.
            unsafe { libc::dup2(stderr.as_raw_fd(), libc::STDERR_FILENO) };
            let mut bytes = Vec::new();
            if words.rewind().is_err() || words.read_to_end(&mut bytes).is_err() {
                return;
            }
            let restored = std::str::from_utf8(&bytes)
                .ok()
                .and_then(|report| restore(report, crate::written::Written::read_at_exit));
            let _ = stderr.write_all(restored.as_deref().map_or(&bytes, str::as_bytes));
        });
    }
}
