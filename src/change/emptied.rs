//! Files that are written anew in place, which are empty for a moment.

use std::{
    fs,
    path::Path,
    sync::OnceLock,
    thread,
    time::{Duration, Instant, SystemTime},
};

/// So long after a file was emptied its writer may still be about to write.
pub const EMPTY_HOLD: Duration = Duration::from_millis(50);
/// The same of a file that held something when it was last looked at. Whether its writer has closed it is of no use: the close
/// that was seen may be an earlier save's, and of a later truncation the file system may tell when it has written its journal.
pub const EMPTIED_HOLD: Duration = Duration::from_millis(400);

const AGAIN: Duration = Duration::from_millis(1);

type WasFilled = Box<dyn Fn(&Path) -> bool + Send + Sync>;

static WAS_FILLED: OnceLock<WasFilled> = OnceLock::new();

/// Who knows whether a file held something when it was last looked at.
pub fn ask_what_was_filled(was_filled: impl Fn(&Path) -> bool + Send + Sync + 'static) {
    let _ = WAS_FILLED.set(Box::new(was_filled));
}

/// `read`s what is to be evaluated now, and can't be held back: what has just been emptied is read again
/// until it is not empty, or has been for [`EMPTY_HOLD`]. What seems to have been empty for long is read a second
/// time: a file system may show the new length before the new time, for some microseconds or, while it writes its journal
/// (ext4), for tenths of a second. Until then nobody is told of it, either: what was not empty when
/// it was last looked at has [`EMPTIED_HOLD`].
pub fn read_filled<T>(path: &Path, read: impl Fn() -> T, is_empty: impl Fn(&T) -> bool) -> T {
    let was_filled = || WAS_FILLED.get().is_some_and(|ask| ask(path));
    read_again(path, read, is_empty, was_filled)
}

fn read_again<T>(
    path: &Path,
    read: impl Fn() -> T,
    is_empty: impl Fn(&T) -> bool,
    was_filled: impl Fn() -> bool,
) -> T {
    let mut began: Option<Instant> = None;
    loop {
        let seen = read();
        let Some(touched) = is_empty(&seen).then(|| modified(path)).flatten() else {
            return seen;
        };
        let waits = match began {
            None => true,
            Some(began) if was_filled() => began.elapsed() < EMPTIED_HOLD,
            Some(_) => is_of_now(touched),
        };
        if !waits {
            return seen;
        }
        began.get_or_insert_with(Instant::now);
        thread::sleep(AGAIN);
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|it| it.modified()).ok()
}

fn is_of_now(touched: SystemTime) -> bool {
    // A time to come is another machine's clock: nothing can be told then.
    touched.elapsed().is_ok_and(|age| age < EMPTY_HOLD)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn what_was_just_emptied_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.js");
        fs::write(&file, "").unwrap();
        let looks = Cell::new(0);
        let read = || {
            looks.set(looks.get() + 1);
            if looks.get() == 3 {
                fs::write(&file, "1").unwrap();
            }
            fs::read(&file).unwrap()
        };
        let bytes = read_filled(&file, read, Vec::is_empty);
        // Unless the machine stopped us for longer than that.
        assert!(bytes == b"1" && looks.get() == 3 || looks.get() < 3);
    }

    #[test]
    fn what_is_empty_is_read_twice_at_most() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.js");
        let opened = fs::File::create(&file).unwrap();
        let hour = Duration::from_secs(3600);
        for at in [SystemTime::now() - hour, SystemTime::now() + hour] {
            opened.set_modified(at).unwrap();
            let looks = Cell::new(0);
            let read = || looks.set(looks.get() + 1);
            read_filled(&file, read, |()| true);
            assert_eq!(looks.get(), 2);
            // Its length was new already, its time was not.
            let looks = Cell::new(0);
            let read = || looks.replace(looks.get() + 1);
            assert_eq!(read_filled(&file, read, |&look| look == 0), 1);
        }
        let looks = Cell::new(0);
        let read = || looks.set(looks.get() + 1);
        read_filled(&dir.path().join("none.js"), read, |()| true);
        assert_eq!(looks.get(), 1);
    }

    #[test]
    fn what_was_filled_is_waited_for_longer_though_its_time_is_old() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.js");
        let opened = fs::File::create(&file).unwrap();
        let hour_ago = SystemTime::now() - Duration::from_secs(3600);
        opened.set_modified(hour_ago).unwrap();
        let begin = Instant::now();
        let looks = Cell::new(0);
        let read = || {
            looks.set(looks.get() + 1);
            looks.get()
        };
        // Its writer comes on with the fifth look.
        assert_eq!(read_again(&file, read, |&look| look < 5, || true), 5);
        looks.set(0);
        read_again(&file, read, |_| true, || true);
        assert!(begin.elapsed() >= EMPTIED_HOLD);
        // Known to be empty by now.
        looks.set(0);
        assert_eq!(read_again(&file, read, |_| true, || false), 2);
    }

    #[test]
    fn what_stays_empty_is_empty() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.js");
        fs::write(&file, "").unwrap();
        let bytes = read_filled(&file, || fs::read(&file).unwrap(), Vec::is_empty);
        assert!(bytes.is_empty());
    }
}
