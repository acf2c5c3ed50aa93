//! V8's own threads do not take the core that a save is waiting for.
//!
//! V8 optimizes on threads of its own what has run often enough, which some function of a save always has just then. Linux
//! mostly starts a woken thread on the core of who woke it, and at once: the save waits 1 to 5 ms for the optimizer, though
//! another core is idle (docs/speed-notes.md). Under `SCHED_BATCH`, sched(7), a thread has its share of the processor as
//! before, but never interrupts another one when it is woken. Nobody needs a privilege for it.

use std::fs;

/// As many V8 has, unless `--v8-pool-size` says something else.
const WORKERS: usize = 4;

struct Thread {
    name: String,
    /// It blocks all signals that can be.
    is_deaf: bool,
}

impl Thread {
    /// See proc_pid_status(5).
    fn read(status: &str) -> Self {
        let field = |name| status.lines().find_map(|line| line.strip_prefix(name));
        let blocked = field("SigBlk:").and_then(|it| u64::from_str_radix(it.trim(), 16).ok());
        Self {
            name: field("Name:").unwrap_or_default().trim().to_owned(),
            is_deaf: blocked.is_some_and(|it| it.count_ones() > 32),
        }
    }
}

/// What can't be found out, or is not allowed, is as it was.
pub fn let_the_program_first() {
    let mut threads = Vec::new();
    for task in fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten()
    {
        let status = fs::read_to_string(task.path().join("status"));
        threads.push((task.file_name(), Thread::read(&status.unwrap_or_default())));
    }
    for id in workers(&threads) {
        let Some(Ok(id)) = id.to_str().map(str::parse::<libc::c_long>) else {
            continue;
        };
        let parameter = libc::sched_param { sched_priority: 0 };
        // SAFETY: no more than numbers; the parameter outlives the call. By number, since musl's function does nothing.
        unsafe {
            if libc::syscall(libc::SYS_sched_getscheduler, id)
                == libc::c_long::from(libc::SCHED_OTHER)
            {
                let (policy, parameter) = (libc::SCHED_BATCH, &raw const parameter);
                libc::syscall(libc::SYS_sched_setscheduler, id, policy, parameter);
            }
        }
    }
}

/// Which of the threads, the oldest first as the kernel lists them, are V8's workers: since Node 24 they have a name. Before,
/// they are the first that a process starts, after the one for delayed tasks, and have the name of its program; what follows is
/// Node's thread for SIGUSR1, which blocks all signals (unless there is `--disable-sigusr1`).
fn workers<I>(threads: &[(I, Thread)]) -> Vec<&I> {
    let named: Vec<_> = threads
        .iter()
        .filter(|(_, it)| it.name.contains("V8Worker"))
        .map(|(id, _)| id)
        .collect();
    let Some(others) = threads.get(2..).filter(|_| named.is_empty()) else {
        return named;
    };
    let count = others.iter().position(|(_, it)| it.is_deaf);
    let (among, at_most) = count.map_or((others, WORKERS), |it| (&others[..it], it));
    among
        .iter()
        .filter(|(_, it)| it.name == others[0].1.name)
        .map(|(id, _)| id)
        .take(at_most)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Thread, workers};

    /// By name; with `!` before it, one that blocks all signals.
    fn found(threads: &[&str]) -> Vec<usize> {
        let threads: Vec<_> = threads
            .iter()
            .map(|it| {
                let (name, blocked) = it
                    .strip_prefix('!')
                    .map_or((*it, "0000000000000200"), |it| (it, "fffffffe7ffbfeff"));
                Thread::read(&format!(
                    "Name:\t{name}\nUmask:\t0022\nSigBlk:\t{blocked}\n"
                ))
            })
            .enumerate()
            .collect();
        workers(&threads).into_iter().copied().collect()
    }

    #[test]
    fn by_name() {
        let (main, delayed) = ("node-MainThread", "DelayedTaskSche");
        let threads = [
            main,
            delayed,
            "node-V8Worker",
            "heatsync",
            "node-V8Worker",
            "!SignalInspector",
        ];
        assert_eq!(found(&threads), [2, 4]);
        assert_eq!(found(&["MainThread", delayed, "V8Worker"]), [2]);
    }

    #[test]
    fn by_age() {
        let pool = |size: usize| {
            let mut threads = vec!["node"; 12];
            threads[0] = "server";
            threads[2 + size] = "!node";
            found(&threads)
        };
        assert_eq!(pool(4), [2, 3, 4, 5]);
        assert_eq!(pool(2), [2, 3]);
        assert_eq!(pool(6), [2, 3, 4, 5, 6, 7]);
        assert_eq!(pool(0), [0; 0]);
    }

    #[test]
    fn without_the_thread_for_sigusr1() {
        let mut threads = ["node"; 12];
        threads[3] = "heatsync";
        assert_eq!(found(&threads), [2, 4, 5, 6]);
        assert_eq!(found(&["node", "node"]), [0; 0]);
    }
}
