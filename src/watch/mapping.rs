//! `notify::Event` → [`BackendEvent`]: pure, and the platform is an argument, so that all of them
//! are tested everywhere.

use std::path::Path;

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind, RenameMode};
use notify::{Event, EventKind};

use super::{BackendEvent, Touch};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// inotify: exact, in order, and it says when a writer closes the file.
    Linux,
    /// FSEvents: the flags of several changes to one path come as one event, notify unrolls them
    /// in a fixed order (create, remove, rename, modify) that is not the order of what happened,
    /// and both sides of a rename look alike. No close event.
    MacOs,
    /// `ReadDirectoryChangesW`: in order, but no close event, and `Modify(Any)` for everything.
    Windows,
}

impl Platform {
    #[must_use]
    pub const fn current() -> Self {
        if cfg!(any(target_os = "linux", target_os = "android")) {
            Self::Linux
        } else if cfg!(target_os = "windows") {
            Self::Windows
        } else {
            // kqueue (the BSDs) has no close event either, so what exists decides there too.
            Self::MacOs
        }
    }

    /// One recursive watch of the topmost directory instead of one per directory: FSEvents streams
    /// are recursive anyway and every added path restarts the stream; on Windows an open handle
    /// on a directory keeps its parents from being renamed.
    #[must_use]
    pub const fn watches_recursively(self) -> bool {
        !matches!(self, Self::Linux)
    }
}

/// What is there under a name, links not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Nothing,
    Folder,
    /// A file, or a link, dangling or not.
    Other,
}

/// `look` is asked only where the platform's events do not say what is there now.
pub fn map_event(
    event: &Event,
    platform: Platform,
    look: &dyn Fn(&Path) -> Found,
) -> Vec<BackendEvent> {
    if event.need_rescan() {
        return vec![BackendEvent::Overflow];
    }
    match platform {
        Platform::Linux => exact(event),
        Platform::MacOs | Platform::Windows => by_existence(event, platform, look),
    }
}

fn exact(event: &Event) -> Vec<BackendEvent> {
    let paths = |touch, is_file| -> Vec<BackendEvent> {
        event
            .paths
            .iter()
            .map(|path| BackendEvent::Path {
                path: path.clone(),
                touch,
                is_file,
            })
            .collect()
    };
    let all = |touch| paths(touch, false);
    match event.kind {
        // The writer closed the file: all of it is there.
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => paths(Touch::Complete, true),
        // Moved into place: written before, under another name.
        EventKind::Modify(ModifyKind::Name(RenameMode::To)) => all(Touch::Complete),
        // Moved away; for a watched directory (MOVE_SELF) the watcher knows that it is one.
        EventKind::Modify(ModifyKind::Name(RenameMode::From)) => all(Touch::Gone),
        // notify repeats in one event what it has just said of both names.
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => Vec::new(),
        // An unclear rename: have both names looked at.
        EventKind::Modify(ModifyKind::Name(_)) => all(Touch::Partial),
        // Opening, reading, permissions, times: the content is the same.
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)) | EventKind::Other => {
            Vec::new()
        }
        // Written, not closed; or created (empty still, or a hard link).
        EventKind::Modify(ModifyKind::Data(_)) | EventKind::Create(CreateKind::File) => {
            paths(Touch::Partial, true)
        }
        EventKind::Modify(_) | EventKind::Create(_) | EventKind::Any => all(Touch::Partial),
        EventKind::Remove(RemoveKind::Folder) => event
            .paths
            .iter()
            .cloned()
            .map(BackendEvent::DirectoryGone)
            .collect(),
        EventKind::Remove(_) => all(Touch::Gone),
    }
}

/// No close event and no reliable order: whatever was said, a name that exists is being written
/// ([`Touch::Unsure`] waits for it to become quiet) and one that does not is gone.
fn by_existence(
    event: &Event,
    platform: Platform,
    look: &dyn Fn(&Path) -> Found,
) -> Vec<BackendEvent> {
    let (folder, is_another) = match event.kind {
        EventKind::Access(_) | EventKind::Modify(ModifyKind::Metadata(_)) | EventKind::Other => {
            return Vec::new();
        }
        EventKind::Remove(RemoveKind::Folder) => (true, true),
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)) => {
            (false, true)
        }
        EventKind::Any | EventKind::Modify(_) => (false, false),
    };
    // A folder that came to a name by a rename is told from the one before by its inode, and Windows has none. FSEvents repeats
    // that a folder was created with whatever happens to it in the next half a minute.
    let is_another = is_another && platform == Platform::Windows;
    let mut events = Vec::new();
    for path in &event.paths {
        let found = look(path);
        if (found == Found::Nothing && folder) || (found == Found::Folder && is_another) {
            events.push(BackendEvent::DirectoryGone(path.clone()));
        }
        let touch = match found {
            Found::Nothing if folder => continue,
            Found::Nothing => Touch::Gone,
            Found::Folder | Found::Other => Touch::Unsure,
        };
        events.push(BackendEvent::Path {
            path: path.clone(),
            touch,
            is_file: false,
        });
    }
    events
}

#[cfg(test)]
mod tests {
    use notify::event::{DataChange, Flag, MetadataKind};

    use super::Platform::{Linux, MacOs, Windows};
    use super::*;

    /// `here` exists, `folder` is one, `away` does not.
    #[track_caller]
    fn check(platform: Platform, kind: EventKind, paths: &[&str], expected: &[(&str, &str)]) {
        let mut event = Event::new(kind);
        for path in paths {
            event = event.add_path(path.into());
        }
        let got = map_event(&event, platform, &|path| match path.to_str() {
            Some("here") => Found::Other,
            Some("folder") => Found::Folder,
            _ => Found::Nothing,
        });
        let got: Vec<_> = got
            .iter()
            .map(|event| match event {
                BackendEvent::Path { path, touch, .. } => {
                    (path.to_str().unwrap_or_default(), format!("{touch:?}"))
                }
                BackendEvent::DirectoryGone(path) => (
                    path.to_str().unwrap_or_default(),
                    "DirectoryGone".to_owned(),
                ),
                other => ("", format!("{other:?}")),
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(p, t)| (*p, (*t).to_owned()))
            .collect();
        assert_eq!(got, expected, "{platform:?} {kind:?} {paths:?}");
    }

    const fn name(mode: RenameMode) -> EventKind {
        EventKind::Modify(ModifyKind::Name(mode))
    }
    const CLOSE_WRITE: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Write));
    const CLOSE_READ: EventKind = EventKind::Access(AccessKind::Close(AccessMode::Read));
    const OPEN: EventKind = EventKind::Access(AccessKind::Open(AccessMode::Any));
    const CHMOD: EventKind = EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any));
    const WRITE: EventKind = EventKind::Modify(ModifyKind::Data(DataChange::Any));

    #[test]
    fn linux() {
        let both = &["away", "here"];
        check(Linux, CLOSE_WRITE, &["here"], &[("here", "Complete")]);
        check(
            Linux,
            name(RenameMode::To),
            &["here"],
            &[("here", "Complete")],
        );
        check(Linux, WRITE, &["here"], &[("here", "Partial")]);
        check(
            Linux,
            EventKind::Modify(ModifyKind::Any),
            &["here"],
            &[("here", "Partial")],
        );
        check(
            Linux,
            EventKind::Create(CreateKind::File),
            &["here"],
            &[("here", "Partial")],
        );
        check(
            Linux,
            EventKind::Create(CreateKind::Folder),
            &["here"],
            &[("here", "Partial")],
        );
        check(
            Linux,
            EventKind::Remove(RemoveKind::File),
            &["here"],
            &[("here", "Gone")],
        );
        check(
            Linux,
            EventKind::Remove(RemoveKind::Other),
            &["here"],
            &[("here", "Gone")],
        );
        check(
            Linux,
            name(RenameMode::From),
            &["here"],
            &[("here", "Gone")],
        );
        // From and To have said it.
        check(Linux, name(RenameMode::Both), both, &[]);
        check(
            Linux,
            name(RenameMode::Any),
            both,
            &[("away", "Partial"), ("here", "Partial")],
        );
        let folder = EventKind::Remove(RemoveKind::Folder);
        check(Linux, folder, &["here"], &[("here", "DirectoryGone")]);
        for nothing in [OPEN, CLOSE_READ, CHMOD, EventKind::Other] {
            check(Linux, nothing, &["here"], &[]);
        }
    }

    #[test]
    fn what_is_no_directory_need_not_be_looked_at() {
        for (kind, expected) in [
            (CLOSE_WRITE, true),
            (WRITE, true),
            (EventKind::Create(CreateKind::File), true),
            (EventKind::Create(CreateKind::Folder), false),
            (name(RenameMode::To), false),
        ] {
            let event = Event::new(kind).add_path("here".into());
            let [BackendEvent::Path { is_file, .. }] =
                map_event(&event, Linux, &|_| Found::Other)[..]
            else {
                panic!("{kind:?}");
            };
            assert_eq!(is_file, expected, "{kind:?}");
        }
    }

    #[test]
    fn what_exists_decides_elsewhere() {
        for platform in [MacOs, Windows] {
            // FSEvents coalesces "deleted, then written anew" into Create, Remove, Modify.
            for kind in [
                EventKind::Any,
                EventKind::Create(CreateKind::File),
                EventKind::Remove(RemoveKind::File),
                EventKind::Remove(RemoveKind::Any),
                EventKind::Modify(ModifyKind::Any),
                EventKind::Modify(ModifyKind::Data(DataChange::Content)),
                name(RenameMode::Any),
                name(RenameMode::From),
                name(RenameMode::To),
            ] {
                check(platform, kind, &["here"], &[("here", "Unsure")]);
                check(platform, kind, &["away"], &[("away", "Gone")]);
            }
            let both = &["away", "here"];
            let each = &[("away", "Gone"), ("here", "Unsure")];
            check(platform, name(RenameMode::Both), both, each);
            let folder = EventKind::Remove(RemoveKind::Folder);
            check(platform, folder, &["away"], &[("away", "DirectoryGone")]);
            check(platform, folder, &["here"], &[("here", "Unsure")]);
            for nothing in [OPEN, CLOSE_READ, CHMOD, EventKind::Other] {
                check(platform, nothing, &["here"], &[]);
            }
        }
    }

    #[test]
    fn windows_does_not_say_that_a_folder_is_another_one() {
        let anew = &[("folder", "DirectoryGone"), ("folder", "Unsure")];
        let same = &[("folder", "Unsure")];
        for kind in [
            name(RenameMode::To),
            name(RenameMode::From),
            EventKind::Create(CreateKind::Folder),
            EventKind::Remove(RemoveKind::Any),
        ] {
            check(Windows, kind, &["folder"], anew);
            check(MacOs, kind, &["folder"], same);
        }
        // Something in it was written.
        check(
            Windows,
            EventKind::Modify(ModifyKind::Any),
            &["folder"],
            same,
        );
    }

    #[test]
    fn a_rescan_flag_is_an_overflow_whatever_else_it_says() {
        for platform in [Linux, MacOs, Windows] {
            let event = Event::new(EventKind::Other).set_flag(Flag::Rescan);
            assert_eq!(
                map_event(&event, platform, &|_| Found::Other),
                [BackendEvent::Overflow]
            );
        }
    }
}
