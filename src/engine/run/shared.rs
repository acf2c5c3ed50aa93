//! The [`Run`], shared by two threads: the engine's own and the one on which events are read, which is the backend's or,
//! while it has nothing else to do, the program's ([`EventQueue`](crate::watch::EventQueue)).
//!
//! Between a save and the user's code each thread that has to be woken costs 50 to 100 µs, and a
//! multiple of that while the program that saved, the session and the engine want the same two cores.
//! So who reads an event does the engine's work for it, if it is a plain one, as long as nobody else
//! does; it only passes on what may change watches, which it could not do (a backend's `watch` may
//! wait for this very thread), and what has to wait for its time.

use super::loop_reader::{LoopReader, is_reading};
use super::wait::wait_until;
use super::{Command, Run, guarded};
use crate::engine::Engine;
use crate::watch::{BackendEvent, Sink};
use parking_lot::{MappedMutexGuard, Mutex, MutexGuard};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// The engine's thread has the run for microseconds at a time, except when it sets watches, which
/// waits for the backend's thread.
pub(super) const PATIENCE: Duration = Duration::from_micros(100);

pub(super) struct Shared {
    engine: &'static Engine,
    /// `None` until the watcher has been started.
    pub(super) run: Mutex<Option<Run>>,
    commands: Sender<Command>,
    /// Backend events that are queued or being handled: later ones must not overtake them.
    pub(super) queued: AtomicUsize,
    /// The backend has handed us an event, and its thread may sleep, waiting for a lock of ours.
    is_with_us: AtomicBool,
    /// Until when the engine's thread waits. Changed by who has the run.
    awaited: Mutex<Option<Instant>>,
    /// The engine's thread reads what has happened before it decides what is due.
    is_catching_up: AtomicBool,
    /// Since the last look there was an event that another one was read with.
    is_unlooked: AtomicBool,
}

impl Shared {
    pub(super) fn new(engine: &'static Engine, commands: Sender<Command>) -> Self {
        Self {
            engine,
            run: Mutex::new(None),
            commands,
            queued: AtomicUsize::new(0),
            is_with_us: AtomicBool::new(false),
            awaited: Mutex::new(None),
            is_catching_up: AtomicBool::new(false),
            is_unlooked: AtomicBool::new(false),
        }
    }

    pub(super) fn open(self: &Arc<Self>, run: Run) {
        let queue = self.engine.event_queue.get_or_init(|| run.watcher.queue());
        if let Some(queue) = queue {
            let reader = || Arc::new(LoopReader::new(self, Arc::clone(queue)));
            self.engine.loop_reader.get_or_init(reader);
        }
        *self.run.lock() = Some(run);
    }

    /// What the backend calls, on its own thread. It is kept by the watcher, which the run owns:
    /// neither ends before the process does.
    pub(super) fn sink(self: &Arc<Self>) -> Sink {
        let shared = Arc::clone(self);
        Arc::new(move |event| {
            let _with_us = WithUs::new(&shared.is_with_us);
            if event == BackendEvent::Rehearsal {
                shared.rehearse();
            } else if event == BackendEvent::AllRead {
                if shared.is_unlooked.swap(false, Ordering::Relaxed) {
                    shared.look_at_read();
                }
                if !is_reading() {
                    shared.tell_of_deadline();
                }
            } else if !shared.handle_here(&event) {
                shared.queued.fetch_add(1, Ordering::Relaxed);
                shared.send(Command::Backend(event));
            }
        })
    }

    fn send(&self, command: Command) {
        // Fails when the engine's thread is gone; it has said so then.
        let _ = self.commands.send(command);
    }

    /// Without the run: whoever has it may be waiting for this very thread.
    fn rehearse(&self) {
        guarded(self.engine, || {
            self.engine.rehearse();
            false
        });
    }

    /// Handles `event` on the backend's thread, if that can be done.
    fn handle_here(&self, event: &BackendEvent) -> bool {
        let BackendEvent::Path {
            path,
            touch,
            is_file,
        } = event
        else {
            return false;
        };
        let is_overtaking = || self.queued.load(Ordering::Relaxed) > 0;
        // Asked before the run is locked: a program is not to wait for the engine event by event.
        if is_overtaking() {
            return false;
        }
        let Some(guard) = self.run.try_lock_for(PATIENCE) else {
            return false;
        };
        let Ok(mut run) = MutexGuard::try_map(guard, Option::as_mut) else {
            return false;
        };
        let is_here = !is_overtaking()
            && !run.settle.is_crowded()
            && run.watcher.is_plain(path, *touch, *is_file);
        if !is_here {
            return false;
        }
        let engine = run.engine;
        let queue = engine.queue();
        let has_end = queue.is_some();
        // All that was read at once is known first: two files that were saved while nobody read are one update.
        let has_next = queue.is_some_and(|it| it.has_next());
        self.is_unlooked.store(has_next, Ordering::Relaxed);
        guarded(engine, || {
            let before = run.deadline();
            let now = Instant::now();
            run.on_touched(path.clone(), *touch, now);
            if !has_next && !self.is_catching_up.load(Ordering::Relaxed) {
                run.examine_due(now);
            }
            // Most of what is begun is ended by the next event: the thread is not woken for that.
            if !has_end && is_earlier(run.deadline(), before) {
                self.send(Command::Proceed);
            }
            false
        });
        true
    }

    /// The last event of those that were read at once was nothing to look at. What was queued is the engine's thread to look at,
    /// and with it what has come since; so is what whoever has the run keeps from us.
    fn look_at_read(&self) {
        let is_ours = || {
            self.queued.load(Ordering::Relaxed) == 0 && !self.is_catching_up.load(Ordering::Relaxed)
        };
        if is_ours() {
            self.examine_due();
        }
    }

    /// Unless somebody else has the run, and keeps it.
    pub(super) fn examine_due(&self) {
        self.with_run(|run| run.examine_due(Instant::now()));
    }

    /// The engine's thread does it, if somebody else has the run.
    pub(super) fn end_looks(&self) {
        if !self.with_run(Run::end_looks) {
            self.send(Command::Proceed);
        }
    }

    /// False: somebody else has the run, and keeps it.
    fn with_run(&self, step: impl FnOnce(&mut Run)) -> bool {
        let Some(guard) = self.run.try_lock_for(PATIENCE) else {
            return false;
        };
        if let Ok(mut run) = MutexGuard::try_map(guard, Option::as_mut) {
            guarded(run.engine, || {
                step(&mut run);
                false
            });
        }
        true
    }

    /// All that was read at once has been handled, here or by the engine's thread: does it know when it is needed?
    pub(super) fn tell_of_deadline(&self) {
        let is_known = self.run.try_lock_for(PATIENCE).is_some_and(|run| {
            let deadline = run.as_ref().and_then(Run::deadline);
            !is_earlier(deadline, *self.awaited.lock())
        });
        if !is_known {
            self.send(Command::Proceed);
        }
    }

    /// On the engine's thread: waits for the next thing and handles it. True: the process is ending.
    pub(super) fn step(&self, receiver: &Receiver<Command>) -> bool {
        let (deadline, is_burst) = {
            let run = self.run();
            let deadline = run.deadline();
            *self.awaited.lock() = deadline;
            (deadline, run.settle.is_burst())
        };
        let first = match deadline {
            None => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(deadline) => wait_until(receiver, deadline),
        };
        if first.is_err() {
            self.catch_up();
        }
        // Asked before the run is locked, or it might wait for us. A burst may be due whatever comes.
        let is_behind = (first.is_err() || is_burst) && self.is_behind();
        let mut run = self.run();
        match first {
            Ok(command) => self.handle(&mut run, command),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return true,
        }
        // Whatever has queued up meanwhile belongs to the same moment.
        while let Ok(command) = receiver.try_recv() {
            self.handle(&mut run, command);
        }
        let now = Instant::now();
        if is_behind {
            run.settle.note_unread(now);
        }
        run.proceed(now);
        false
    }

    /// Something is due. What is decided now is not to be decided without what has happened already, and who reads events
    /// may be busy: a program's loop, or a thread that waits for a core.
    fn catch_up(&self) {
        /// A folder in which something is written all the time is no reason never to decide.
        const ENOUGH: u32 = 64;
        let Some(queue) = self.engine.queue() else {
            return;
        };
        // Until it locks the run, after this, whoever reads leaves it to it to look.
        self.is_catching_up.store(true, Ordering::Relaxed);
        // Also of what somebody else is reading just now it waits for the end.
        let mut times = 0;
        while times < ENOUGH && queue.is_unread() && queue.read() {
            times += 1;
        }
        self.is_catching_up.store(false, Ordering::Relaxed);
    }

    /// May there be events that nobody has looked at? What is written at once arrives within microseconds, unless the
    /// machine is so busy that who reads events has to wait for a core. The time between two events says nothing about
    /// the program that writes, then. (macOS and Windows hand over their events in batches, after a delay of their own.)
    pub(super) fn is_behind(&self) -> bool {
        let unread = self.engine.queue();
        self.is_with_us.load(Ordering::Relaxed) || unread.is_some_and(|it| it.is_unread())
    }

    fn run(&self) -> MappedMutexGuard<'_, Run> {
        MutexGuard::map(self.run.lock(), |run| {
            run.as_mut().expect("opened before the first step")
        })
    }

    fn handle(&self, run: &mut Run, command: Command) {
        let _handled = matches!(command, Command::Backend(_)).then(|| Handled(&self.queued));
        run.handle(command);
    }
}

fn is_earlier(deadline: Option<Instant>, than: Option<Instant>) -> bool {
    deadline.is_some_and(|deadline| than.is_none_or(|than| deadline < than))
}

/// An event is with us, until this is dropped.
struct WithUs<'a>(&'a AtomicBool);

impl<'a> WithUs<'a> {
    fn new(is_with_us: &'a AtomicBool) -> Self {
        is_with_us.store(true, Ordering::Relaxed);
        Self(is_with_us)
    }
}

impl Drop for WithUs<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Counts a queued event as handled, even when that ends in a panic.
struct Handled<'a>(&'a AtomicUsize);

impl Drop for Handled<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Run {
    pub(super) fn examine_due(&mut self, now: Instant) {
        if self.settle.is_burst() {
            return; // more of it may be unread: the engine's thread asks
        }
        if let Some(paths) = self.settle.due(now) {
            self.examine(paths, now);
        }
    }
}

#[cfg(test)]
#[path = "shared_tests.rs"]
mod tests;
