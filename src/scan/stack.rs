//! Room on the stack for deeply nested sources.
//!
//! The parser and every visitor recurse as deep as the code nests, and Rust cannot recover from a
//! stack that is full: the process ends. Ordinary code nests 10 to 30 deep; generated code (a sum
//! of 10,000 strings, a table of a whole grammar) may nest by the thousand, and V8 takes it. So
//! the depth is bounded by counting, which costs little beside a parse, and what may be deep runs
//! on a thread with a stack to match.
//!
//! Whoever parses a user's source (the transform does, too) wraps it in [`with_room_for`].

use std::{sync::Mutex, thread};

/// What fits on the smallest stack we are called on (2 MB, a Rust thread) beside the caller's own.
const SHALLOW: usize = 150;
/// Stack for one level. The dearest nesting, `f(function () { … })`, takes 2.2 KB a bracket to
/// parse and walk (3.6 KB unoptimised); a transform's visitor may take more.
const PER_LEVEL: usize = if cfg!(debug_assertions) {
    16 << 10
} else {
    8 << 10
};
/// An operator (`a + b + c …`, `!!!…`, `a ? b : c ? …`) nests with fewer frames.
const OPERATORS_PER_LEVEL: usize = 4;
/// V8 itself gives up at some 7,000 brackets ("Maximum call stack size exceeded").
const MOST_BRACKETS: usize = 20_000;
/// Reserved, not used: only pages that are touched cost memory.
const LARGEST_STACK: usize = if cfg!(target_pointer_width = "64") {
    1 << 30
} else {
    64 << 20
};

/// Runs `work`, which parses `source`, where there is stack enough. `None` when the source nests
/// deeper than any engine takes.
pub fn with_room_for<T: Send>(source: &str, work: impl FnOnce() -> T + Send) -> Option<T> {
    let depth = Depth::of(source);
    if depth.levels <= SHALLOW {
        return Some(work());
    }
    if depth.brackets > MOST_BRACKETS {
        return None;
    }
    let wanted = (4 << 20) + depth.levels.saturating_mul(PER_LEVEL);
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

/// How deep a source may nest. Strings and comments are counted as if they were code, so the true
/// depth is rarely more and usually far less.
#[derive(Debug, PartialEq, Eq)]
struct Depth {
    brackets: usize,
    /// Brackets and chained operators together.
    levels: usize,
}

impl Depth {
    fn of(source: &str) -> Self {
        // The operators pending inside each open bracket, and their sum.
        let mut pending: Vec<usize> = vec![0];
        let (mut sum, mut brackets, mut deepest) = (0usize, 0usize, 0usize);
        for byte in source.bytes() {
            match byte {
                b'(' | b'[' | b'{' => {
                    pending.push(0);
                    brackets = brackets.max(pending.len() - 1);
                }
                b')' | b']' | b'}' => {
                    if pending.len() > 1 {
                        sum -= pending.pop().unwrap_or(0);
                    }
                    continue;
                }
                b'+' | b'-' | b'*' | b'%' | b'!' | b'~' | b'?' | b'=' | b'&' | b'|' | b'<'
                | b'.' => {
                    if let Some(top) = pending.last_mut() {
                        *top += 1;
                        sum += 1;
                    }
                }
                // Here a chain ends.
                b';' | b',' => {
                    if let Some(top) = pending.last_mut() {
                        sum -= std::mem::take(top);
                    }
                    continue;
                }
                _ => continue,
            }
            deepest = deepest.max(pending.len() - 1 + sum / OPERATORS_PER_LEVEL);
        }
        // Each `else if` nests in the one before.
        Self {
            brackets,
            levels: deepest + source.matches("else").count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, brackets: usize, levels: usize) {
        assert_eq!(Depth::of(source), Depth { brackets, levels });
    }

    #[test]
    fn depth() {
        check("", 0, 0);
        check("f(a)(b)", 1, 1);
        check("([{}])", 3, 3);
        check(")))(", 1, 1);
        check("a + b; a + b; a + b; a + b;", 0, 0);
        check("a + b + c + d + e", 0, 1);
        check("!!!!!!!!x", 0, 2);
        check("f(a+b, a+b, a+b, a+b)", 1, 1);
        check("1+1+1+1+(1+1+1+1+1)", 1, 3);
        check("if (a) {} else if (b) {} else {}", 1, 3);
    }

    #[test]
    fn work_runs_once_wherever_it_runs() {
        assert_eq!(with_room_for("a", || 1), Some(1));
        let source = "[".repeat(MOST_BRACKETS);
        assert_eq!(with_room_for(&source, || 2), Some(2));
        assert_eq!(with_room_for(&(source + "["), || 3), None);
    }
}
