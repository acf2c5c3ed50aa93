//! The backend of Linux: inotify itself, since who waits for its events decides how fast a save is live.
//!
//! notify reads events on a thread of its own and gives its descriptor to nobody. Between a save and the user's code
//! there are two threads to wake up then, one after the other, while the program that saved still has one of two cores:
//! 150 of the 550 µs that a save took beyond what Node itself needs (docs/speed-notes.md, "Who reads the events"). Here a
//! program's event loop may wait for the same descriptor ([`EventQueue`]); the thread reads what nobody else does in time.
//! A thread that waits for the descriptor, too, is woken by each save, and has to get out of the loop's way: 70 of 1,500 µs.
//! So it only looks now and then while the loop attends, unless the events concern other threads, whose updates must not wait
//! for a loop that is busy.

use std::ffi::{CStr, CString, OsStr};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use rustix::io::Errno;

use super::inotify_event::{ends_watch, meaning};
use super::inotify_watches::Watches;
use super::{Backend, BackendEvent, EventQueue, Sink, WatchError};

/// How long the thread leaves events to an event loop that waits for them, too: a loop that has nothing else to do reads
/// them within some 0.1 ms.
const GRACE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 1_000_000,
};

/// How often the thread looks whether a loop that all events are left to is too busy to read them. Its program can't be
/// updated any sooner than it reads; what must not happen is that the kernel's queue overflows, of 16,384 events.
pub(super) const ROUND: Timespec = Timespec {
    tv_sec: 1,
    tv_nsec: 0,
};

const BUFFER: usize = 4096;

/// So many events at once are no single save: an event is 16 bytes, and most have a name of up to 16 or 32.
const MANY: usize = BUFFER / 64;

/// What makes a file another one. Not who opens, reads, or touches it: that is no news, and there is much of it.
const WANTED: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::MODIFY)
    .union(WatchFlags::CLOSE_WRITE)
    .union(WatchFlags::DELETE)
    .union(WatchFlags::MOVED_FROM)
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::DELETE_SELF)
    .union(WatchFlags::MOVE_SELF)
    .union(WatchFlags::ONLYDIR);

pub struct InotifyBackend(Arc<Queue>);

struct Queue {
    inotify: OwnedFd,
    /// Wakes the thread.
    call: OwnedFd,
    watches: RwLock<Watches>,
    sink: Sink,
    round: Option<Timespec>,
    /// Had by the one who reads and reports: events stay in order.
    reading: Mutex<()>,
    has_next: AtomicBool,
    is_attended: AtomicBool,
    concerns_others: AtomicBool,
    is_rehearsal_wanted: AtomicBool,
    is_ended: AtomicBool,
}

impl InotifyBackend {
    /// # Errors
    /// When the operating system gives no (further) event queue, or no thread.
    pub fn start(sink: Sink) -> Result<Self, WatchError> {
        Self::start_with(sink, Some(ROUND))
    }

    /// `round`: instead of [`ROUND`]; `None` is never.
    pub(super) fn start_with(sink: Sink, round: Option<Timespec>) -> Result<Self, WatchError> {
        let inotify =
            inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC).map_err(|error| {
                WatchError::Other(match error {
                    Errno::MFILE => {
                        "every inotify instance is in use; raise fs.inotify.max_user_instances"
                            .into()
                    }
                    _ => words(error),
                })
            })?;
        let call = eventfd(0, EventfdFlags::NONBLOCK | EventfdFlags::CLOEXEC)
            .map_err(|error| WatchError::Other(words(error)))?;
        let queue = Arc::new(Queue {
            inotify,
            call,
            watches: RwLock::default(),
            sink,
            round,
            reading: Mutex::new(()),
            has_next: AtomicBool::new(false),
            is_attended: AtomicBool::new(false),
            concerns_others: AtomicBool::new(false),
            is_rehearsal_wanted: AtomicBool::new(false),
            is_ended: AtomicBool::new(false),
        });
        let attended = Arc::clone(&queue);
        std::thread::Builder::new()
            .name("heatsync events".into())
            .spawn(move || attended.attend())
            .map_err(|error| WatchError::Other(error.to_string()))?;
        Ok(Self(queue))
    }
}

impl Backend for InotifyBackend {
    fn watch(&mut self, dir: &Path) -> Result<(), WatchError> {
        // Locked before the watch exists, so that its first event finds the entry.
        let mut watches = self.0.watches.write();
        let descriptor =
            inotify::add_watch(&self.0.inotify, dir, WANTED).map_err(|error| match error {
                Errno::NOSPC | Errno::MFILE => WatchError::Limit,
                Errno::NOENT | Errno::NOTDIR => WatchError::NotFound,
                _ => WatchError::Other(words(error)),
            })?;
        if let Some(before) = watches.insert(dir, descriptor) {
            self.0.give_up(before);
        }
        Ok(())
    }

    fn unwatch(&mut self, dir: &Path) {
        self.0.unwatch(dir);
    }

    fn rehearse(&mut self) {
        self.0.is_rehearsal_wanted.store(true, Ordering::Relaxed);
        self.0.call();
    }

    fn queue(&self) -> Option<Arc<dyn EventQueue>> {
        Some(Arc::clone(&self.0) as Arc<dyn EventQueue>)
    }

    fn name(&self) -> &'static str {
        "inotify"
    }
}

impl Drop for InotifyBackend {
    fn drop(&mut self) {
        self.0.is_ended.store(true, Ordering::Relaxed);
        self.0.call();
    }
}

impl EventQueue for Queue {
    fn descriptor(&self) -> RawFd {
        self.inotify.as_raw_fd()
    }

    fn attended(&self, is_attended: bool) {
        let was_attended = self.is_attended.swap(is_attended, Ordering::Relaxed);
        if was_attended && !is_attended {
            self.call();
        }
    }

    fn concerns_others(&self) {
        if !self.concerns_others.swap(true, Ordering::Relaxed) {
            self.call();
        }
    }

    fn read(&self) -> bool {
        let _reading = self.reading.lock();
        let reported = self.report_some().unwrap_or_else(|error| {
            (self.sink)(BackendEvent::Failed(words(error)));
            self.is_ended.store(true, Ordering::Relaxed);
            self.call();
            0
        });
        if reported > 0 {
            (self.sink)(BackendEvent::AllRead);
        }
        reported >= MANY
    }

    fn has_next(&self) -> bool {
        self.has_next.load(Ordering::Relaxed)
    }

    fn wait(&self, time: Duration) -> bool {
        let mut inotify = [PollFd::new(&self.inotify, PollFlags::IN)];
        let time = Timespec::try_from(time).ok();
        poll(&mut inotify, time.as_ref()).is_ok_and(|ready| ready > 0)
    }

    fn is_unread(&self) -> bool {
        self.reading.is_locked() || self.is_readable()
    }
}

impl Queue {
    /// The thread's work, until it is ended.
    fn attend(&self) {
        while !self.is_ended.load(Ordering::Relaxed) {
            let wanted = PollFlags::IN;
            let mut ready = [
                PollFd::new(&self.call, wanted),
                PollFd::new(&self.inotify, wanted),
            ];
            let is_left = self.is_left_to_a_loop();
            let (waits_for, timeout) = if is_left {
                (1, self.round.as_ref())
            } else {
                (2, None)
            };
            match poll(&mut ready[..waits_for], timeout) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => {
                    (self.sink)(BackendEvent::Failed(words(error)));
                    return;
                }
            }
            let [is_called, has_events] = ready.map(|it| !it.revents().is_empty());
            if is_called {
                self.answer();
            }
            if (has_events || is_left && self.is_readable()) && !self.is_read_elsewhere() {
                while self.read() {}
            }
        }
    }

    fn is_left_to_a_loop(&self) -> bool {
        self.is_attended.load(Ordering::Relaxed) && !self.concerns_others.load(Ordering::Relaxed)
    }

    /// Did somebody else read what came, within the time that is left to them?
    fn is_read_elsewhere(&self) -> bool {
        if !self.is_attended.load(Ordering::Relaxed) {
            return false;
        }
        let mut call = [PollFd::new(&self.call, PollFlags::IN)];
        let _ = poll(&mut call, Some(&GRACE));
        !self.is_readable()
    }

    fn is_readable(&self) -> bool {
        rustix::io::ioctl_fionread(&self.inotify).is_ok_and(|bytes| bytes > 0)
    }

    fn call(&self) {
        let _ = rustix::io::write(&self.call, &1_u64.to_ne_bytes());
    }

    fn answer(&self) {
        let _ = rustix::io::read(&self.call, &mut [0; 8]);
        if self.is_rehearsal_wanted.swap(false, Ordering::Relaxed) {
            (self.sink)(BackendEvent::Rehearsal);
        }
    }

    /// As many events as fit into a buffer; returns how many.
    fn report_some(&self) -> Result<usize, Errno> {
        let events = self.read_some()?;
        for (index, event) in events.iter().enumerate() {
            let rest = &events[index + 1..];
            self.has_next.store(!rest.is_empty(), Ordering::Relaxed);
            if events.len() > MANY || !event.is_undone_in(rest) {
                self.report(event);
            }
        }
        Ok(events.len())
    }

    fn read_some(&self) -> Result<Vec<Event>, Errno> {
        let mut buffer = [MaybeUninit::uninit(); BUFFER];
        let mut reader = Reader::new(self.inotify.as_fd(), &mut buffer);
        let mut events = Vec::with_capacity(8);
        loop {
            match reader.next() {
                Ok(event) => events.push(Event {
                    descriptor: event.wd(),
                    flags: event.events(),
                    name: event.file_name().map(CStr::to_owned),
                }),
                Err(Errno::AGAIN) => return Ok(events),
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error),
            }
            if reader.is_buffer_empty() {
                return Ok(events);
            }
        }
    }

    fn report(&self, event: &Event) {
        let (descriptor, name) = (event.descriptor, event.name());
        let event = event.flags;
        if event.contains(ReadFlags::QUEUE_OVERFLOW) {
            (self.sink)(BackendEvent::Overflow);
            return;
        }
        if event.contains(ReadFlags::IGNORED) {
            self.watches.write().forget(descriptor);
            return;
        }
        // Of none: it was watched when this happened.
        let names = self.watches.read().names_of(descriptor);
        for dir in names {
            let path = name.map_or_else(|| dir.clone(), |name| dir.join(name));
            if ends_watch(event) {
                // The descriptor is the directory's, wherever it is; the name is for another one to have.
                self.unwatch(&path);
            }
            if let Some(event) = meaning(event, path) {
                (self.sink)(event);
            }
        }
    }

    fn unwatch(&self, dir: &Path) {
        let descriptor = self.watches.write().remove(dir);
        if let Some(descriptor) = descriptor {
            self.give_up(descriptor);
        }
    }

    fn give_up(&self, descriptor: i32) {
        // An error says that the watch is gone already, with its directory.
        let _ = inotify::remove_watch(&self.inotify, descriptor);
    }
}

/// An event as it was read.
pub(super) struct Event {
    pub descriptor: i32,
    pub flags: ReadFlags,
    pub name: Option<CString>,
}

impl Event {
    fn name(&self) -> Option<&OsStr> {
        let bytes = self.name.as_deref().map(CStr::to_bytes);
        bytes.map(OsStr::from_bytes)
    }

    /// A file that was made or written, and whose name is gone again by one of the `later` events that were read with it: so is
    /// what an atomic save writes, and each event that is looked at is some of the time that a save takes.
    pub(super) fn is_undone_in(&self, later: &[Self]) -> bool {
        let written = ReadFlags::CREATE | ReadFlags::MODIFY | ReadFlags::CLOSE_WRITE;
        let gone = ReadFlags::MOVED_FROM | ReadFlags::DELETE;
        let is_file = |it: &Self| it.name.is_some() && !it.flags.contains(ReadFlags::ISDIR);
        let is_same = |it: &Self| it.descriptor == self.descriptor && it.name == self.name;
        self.flags.intersects(written)
            && is_file(self)
            && (later.iter()).any(|it| it.flags.intersects(gone) && is_file(it) && is_same(it))
    }
}

fn words(error: Errno) -> String {
    std::io::Error::from(error).to_string()
}
