//! Memory for syntax trees.
//!
//! A program's start makes thousands of trees, one after the other on each thread. Given back to the system each time, their
//! pages are cleared and mapped again for the next; so each thread keeps the memory of its last tree.

use std::cell::Cell;

use oxc_allocator::Allocator;

/// Bytes that a thread keeps at most: the tree of a source of some 50 KB.
const KEPT: usize = 1 << 20;

thread_local! {
    static SPARE: Cell<Option<Allocator>> = const { Cell::new(None) };
}

/// Runs `work` with memory that is free again afterwards.
pub fn with_arena<T>(work: impl FnOnce(&Allocator) -> T) -> T {
    // One inside another finds none, and begins its own. So does what works when the thread, or the process, has all but
    // ended (coverage is put right then): there is no thread's own memory any more.
    let mut arena = (SPARE.try_with(Cell::take).ok().flatten()).unwrap_or_default();
    let done = work(&arena);
    arena.reset();
    if arena.capacity() <= KEPT {
        let _ = SPARE.try_with(|spare| spare.set(Some(arena)));
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_used_again_but_not_kept_when_it_is_much() {
        let fill = |bytes: usize| {
            with_arena(|arena| {
                let before = arena.capacity();
                let text = "x".repeat(bytes);
                assert_eq!(arena.alloc_str(&text), text);
                with_arena(|inner| assert_eq!(inner.alloc_str("inner"), "inner"));
                before
            })
        };
        fill(10_000);
        assert!(fill(10_000) >= 10_000, "kept");
        fill(2 * KEPT);
        assert!(fill(1) < KEPT, "given back");
    }

    #[test]
    fn it_works_while_the_thread_ends() {
        struct Late;
        impl Drop for Late {
            fn drop(&mut self) {
                assert_eq!(with_arena(|arena| *arena.alloc(1)), 1);
            }
        }
        thread_local! {
            static BEFORE: Late = const { Late };
            static AFTER: Late = const { Late };
        }
        let thread = std::thread::spawn(|| {
            BEFORE.with(|_| {});
            with_arena(|_| {});
            AFTER.with(|_| {});
        });
        thread.join().expect("no panic");
    }
}
