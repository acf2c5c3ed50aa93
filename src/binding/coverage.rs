//! Node's coverage files, corrected when Node has written them: see `coverage`.

use napi_derive::napi;

/// Corrects what this process has written into `directory`, and, for the first one, what it writes there when it ends.
#[napi(catch_unwind)]
pub fn correct_coverage(directory: String) {
    #[cfg(unix)]
    unix::correct_in(directory);
    #[cfg(not(unix))]
    drop(directory);
}

#[cfg(unix)]
mod unix {
    use std::{fs, panic::catch_unwind, path::Path, sync::OnceLock};

    use crate::{coverage::correct, written::Written};

    static DIRECTORY: OnceLock<String> = OnceLock::new();

    pub fn correct_in(directory: String) {
        correct_files(&directory);
        if DIRECTORY.set(directory).is_ok() {
            // SAFETY: `corrected` is a plain function, and the addon is never unloaded.
            unsafe { libc::atexit(corrected) };
        }
    }

    /// Node writes before it calls `exit()`. A panic must not leave this.
    extern "C" fn corrected() {
        let _ = catch_unwind(|| {
            if let Some(directory) = DIRECTORY.get() {
                correct_files(directory);
            }
        });
    }

    fn correct_files(directory: &str) {
        let Ok(entries) = fs::read_dir(directory) else {
            return;
        };
        let ours = format!("coverage-{}-", std::process::id());
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(&ours) {
                let _ = correct_file(&entry.path());
            }
        }
    }

    fn correct_file(file: &Path) -> std::io::Result<()> {
        if let Some(report) = correct(&fs::read_to_string(file)?, Written::read_at_exit) {
            let new = file.with_extension("new");
            fs::write(&new, report)?;
            fs::rename(&new, file)?;
        }
        Ok(())
    }
}
