//! What an event of inotify says.

use std::path::PathBuf;

use rustix::fs::inotify::ReadFlags;

use super::{BackendEvent, Touch};

/// Is the name that the event is about no longer the directory's that was watched under it?
pub fn ends_watch(event: ReadFlags) -> bool {
    let of_directory = ReadFlags::MOVED_FROM | ReadFlags::DELETE;
    event.contains(ReadFlags::ISDIR) && event.intersects(of_directory)
        || event.intersects(ReadFlags::DELETE_SELF | ReadFlags::UNMOUNT)
}

/// `None`: nothing that matters.
pub fn meaning(event: ReadFlags, path: PathBuf) -> Option<BackendEvent> {
    let is_directory = event.contains(ReadFlags::ISDIR);
    if event.intersects(ReadFlags::DELETE_SELF | ReadFlags::UNMOUNT)
        || is_directory && event.contains(ReadFlags::DELETE)
    {
        return Some(BackendEvent::DirectoryGone(path));
    }
    let (touch, is_file) = if event.contains(ReadFlags::CLOSE_WRITE) {
        // The writer closed the file: all of it is there.
        (Touch::Complete, true)
    } else if event.contains(ReadFlags::MODIFY) {
        (Touch::Partial, true)
    } else if event.contains(ReadFlags::CREATE) {
        // Empty still, or a hard link, or a symbolic one.
        (Touch::Partial, !is_directory)
    } else if event.contains(ReadFlags::MOVED_TO) {
        // Written before, under another name.
        (Touch::Complete, false)
    } else if event.intersects(ReadFlags::MOVED_FROM | ReadFlags::DELETE | ReadFlags::MOVE_SELF) {
        // Of a directory that was moved away the watcher knows that it is one.
        (Touch::Gone, false)
    } else {
        return None;
    };
    Some(BackendEvent::Path {
        path,
        touch,
        is_file,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_events_mean() {
        let directory = ReadFlags::ISDIR;
        let path = |touch, is_file| {
            Some(BackendEvent::Path {
                path: PathBuf::from("/p/x"),
                touch,
                is_file,
            })
        };
        let gone = Some(BackendEvent::DirectoryGone("/p/x".into()));
        let cases = [
            (ReadFlags::CLOSE_WRITE, path(Touch::Complete, true)),
            (ReadFlags::MOVED_TO, path(Touch::Complete, false)),
            (
                ReadFlags::MOVED_TO | directory,
                path(Touch::Complete, false),
            ),
            (ReadFlags::MODIFY, path(Touch::Partial, true)),
            (ReadFlags::CREATE, path(Touch::Partial, true)),
            (ReadFlags::CREATE | directory, path(Touch::Partial, false)),
            (ReadFlags::MOVED_FROM, path(Touch::Gone, false)),
            (ReadFlags::MOVED_FROM | directory, path(Touch::Gone, false)),
            (ReadFlags::MOVE_SELF, path(Touch::Gone, false)),
            (ReadFlags::DELETE, path(Touch::Gone, false)),
            (ReadFlags::DELETE | directory, gone.clone()),
            (ReadFlags::DELETE_SELF, gone.clone()),
            (ReadFlags::UNMOUNT, gone),
            (ReadFlags::OPEN, None),
            (ReadFlags::ATTRIB, None),
        ];
        for (event, expected) in cases {
            assert_eq!(meaning(event, "/p/x".into()), expected, "{event:?}");
        }
    }
}
