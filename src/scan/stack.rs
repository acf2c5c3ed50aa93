//! Room on the stack for deeply nested sources.
//!
//! The parser and every visitor recurse as deep as the code nests, and Rust cannot recover from a
//! stack that is full: the process ends. Ordinary code nests 10 to 30 deep; generated code (a sum
//! of 10,000 strings, a table of a whole grammar) may nest by the thousand, and V8 takes it. So
//! the depth is bounded by counting, which costs little beside a parse, and what may be deep runs
//! on a thread with a stack to match.
//!
//! Whoever parses a user's source (the transform does, too) wraps it in [`with_room_for`].

use std::{cell::Cell, io, sync::Mutex, thread};

use super::depth::{Depth, OPERATORS_PER_LEVEL};

/// What fits on the smallest stack we are called on (2 MB, a Rust thread) beside the caller's own.
const SHALLOW: usize = 150;
/// Stack for one level. The dearest nesting, `f(function () { … })`, takes 2.2 KB a bracket to
/// parse and walk (3.6 KB unoptimised); a transform's visitor may take more.
const PER_LEVEL: usize = if cfg!(debug_assertions) {
    16 << 10
} else {
    8 << 10
};
/// V8 itself gives up at some 7,000 brackets ("Maximum call stack size exceeded").
const MOST_BRACKETS: usize = 20_000;
/// Stack for who calls, and for what is done beside the nesting.
const CALLERS: usize = 4 << 20;
/// Reserved, not used: only pages that are touched cost memory.
const LARGEST_STACK: usize = if cfg!(target_pointer_width = "64") {
    1 << 30
} else {
    64 << 20
};

/// What is chained without a bracket: as many as fit on that. V8 sums up as many terms as there are, and nests some 10,000 else.
const MOST_CHAINED: usize = LARGEST_STACK / PER_LEVEL * OPERATORS_PER_LEVEL;

/// Of threads that parse one source after the other: only what is touched costs memory.
const ROOMY_STACK: usize = if cfg!(target_pointer_width = "64") {
    128 << 20
} else {
    8 << 20
};

thread_local! {
    /// Levels that this thread has room for, whoever calls.
    static ROOM: Cell<usize> = const { Cell::new(0) };
}

/// Starts a thread on which sources of ordinary length need not be counted: of `n` bytes they nest `n` deep at most.
pub fn spawn_roomy(
    builder: thread::Builder,
    work: impl FnOnce() + Send + 'static,
) -> io::Result<thread::JoinHandle<()>> {
    builder.stack_size(ROOMY_STACK).spawn(|| {
        ROOM.set((ROOMY_STACK - CALLERS) / PER_LEVEL);
        work();
    })
}

/// Runs `work`, which parses `source`, where there is stack enough. `None` when the source nests
/// deeper than any engine takes.
pub fn with_room_for<T: Send>(source: &str, work: impl FnOnce() -> T + Send) -> Option<T> {
    if source.len() <= ROOM.get() {
        return Some(work());
    }
    let depth = Depth::of(source);
    if depth.levels <= SHALLOW {
        return Some(work());
    }
    if depth.brackets > MOST_BRACKETS || depth.chained > MOST_CHAINED {
        return None;
    }
    let wanted = CALLERS + depth.levels.saturating_mul(PER_LEVEL);
    let work = Mutex::new(Some(work));
    let run = || {
        work.lock()
            .ok()
            .and_then(|mut work| work.take())
            .map(|work| work())
    };
    thread::scope(|scope| {
        // Where address space is short a smaller stack must do; the bound is seldom reached.
        [LARGEST_STACK, LARGEST_STACK / 4, 16 << 20]
            .into_iter()
            .find_map(|most| {
                let builder = thread::Builder::new().stack_size(wanted.min(most));
                let deep = builder.spawn_scoped(scope, run).ok()?;
                deep.join().ok().flatten()
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_runs_once_wherever_it_runs() {
        assert_eq!(with_room_for("a", || 1), Some(1));
        let source = "[".repeat(MOST_BRACKETS);
        assert_eq!(with_room_for(&source, || 2), Some(2));
        assert_eq!(with_room_for(&(source + "["), || 3), None);
        let text = format!("'{}'.at(0)", "+".repeat(MOST_CHAINED));
        assert_eq!(with_room_for(&text, || 4), Some(4));
    }

    #[test]
    fn a_roomy_thread_has_room_for_what_is_not_counted() {
        let parsed = || {
            let room = ROOM.get();
            assert!(room > 4_000, "{room}");
            let nested = |open: &str, close: &str| {
                let times = room / (open.len() + close.len());
                open.repeat(times) + "0" + &close.repeat(times)
            };
            let operators = "!".repeat(room - 1);
            for source in [nested("[", "]"), nested("f(()=>", ")"), operators + "0"] {
                assert!(source.len() <= room + 1);
                let path = std::path::Path::new("/a.mjs");
                let record = crate::scan::scan(&source, path, crate::scan::ModuleKind::Esm);
                assert!(record.errors.is_empty(), "{:?}", record.errors);
            }
        };
        let builder = thread::Builder::new();
        let thread = spawn_roomy(builder, parsed).expect("a thread");
        thread.join().expect("no panic");
    }
}
