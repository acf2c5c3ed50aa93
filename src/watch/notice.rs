//! What the user is told, in one place, so that the wording can be read in one go.

use std::fmt;
use std::path::PathBuf;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    Polling {
        directory: PathBuf,
        reason: PollReason,
    },
    BackendFailed(String),
}

/// Why a directory is polled instead of watched.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PollReason {
    /// ENOSPC from inotify, or the user's own `max_watches`.
    WatchLimit,
    /// The name of the file system. Changes made on another machine raise no event here.
    NetworkFileSystem(&'static str),
    /// The user asked for polling.
    Forced,
    /// The system's own words.
    Unsupported(String),
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Polling { directory, reason } => {
                let directory = directory.display();
                match reason {
                    PollReason::WatchLimit => write!(
                        f,
                        "The limit of file watches is reached, so {directory} and further \
                         directories are polled; raise fs.inotify.max_user_watches (for example \
                         `sudo sysctl fs.inotify.max_user_watches=524288`) or your own limit of \
                         watches to have changes noticed at once."
                    ),
                    PollReason::NetworkFileSystem(name) => write!(
                        f,
                        "{directory} is on a {name} file system, which does not report changes \
                         reliably, so it is polled; keep the project on a local disk to have \
                         changes noticed at once."
                    ),
                    PollReason::Forced => {
                        write!(f, "{directory} is polled because polling was asked for.")
                    }
                    PollReason::Unsupported(why) => write!(
                        f,
                        "{directory} cannot be watched ({why}), so it is polled; changes are \
                         noticed a little later."
                    ),
                }
            }
            Self::BackendFailed(why) => write!(
                f,
                "The file watcher failed ({why}), so everything is polled from now on; restart \
                 the process to have changes noticed at once again."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_say_what_and_what_to_do() {
        let polling = |reason| Notice::Polling {
            directory: PathBuf::from("/p/src"),
            reason,
        };
        let cases: [(Notice, &[&str]); 5] = [
            (
                polling(PollReason::WatchLimit),
                &["/p/src", "fs.inotify.max_user_watches", "polled"],
            ),
            (
                polling(PollReason::NetworkFileSystem("NFS")),
                &["/p/src", "NFS", "local disk"],
            ),
            (polling(PollReason::Forced), &["/p/src", "asked for"]),
            (
                polling(PollReason::Unsupported("EPERM".into())),
                &["/p/src", "EPERM", "polled"],
            ),
            (
                Notice::BackendFailed("EIO".into()),
                &["EIO", "polled", "restart"],
            ),
        ];
        for (notice, words) in cases {
            let text = notice.to_string();
            for word in words {
                assert!(text.contains(word), "{text:?} lacks {word:?}");
            }
            assert!(text.ends_with('.') && !text.contains("  "), "{text:?}");
        }
    }
}
