//! V8's own threads do not take the core that a save is waiting for.
//!
//! V8 optimizes on threads of its own what has run often enough, which some function of a save always has just then. Linux
//! mostly starts a woken thread on the core of who woke it, and at once: the save waits 1 to 5 ms for the optimizer, though
//! another core is idle (docs/speed-notes.md). Under `SCHED_BATCH`, sched(7), a thread has its share of the processor as
//! before, but never interrupts another one when it is woken. Nobody needs a privilege for it.

use std::fs;

/// As many V8 has, unless `--v8-pool-size` says something else.
const WORKERS: usize = 4;

/// What can't be found out, or is not allowed, is as it was.
pub fn let_the_program_first() {
    let mut threads = Vec::new();
    for task in fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten()
    {
        let name = fs::read_to_string(task.path().join("comm"));
        threads.push((task.file_name(), name.unwrap_or_default()));
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

/// Which of the threads `(id, name)`, the oldest first as the kernel lists them, are V8's workers: since Node 24 they have a
/// name. Before, they are the first that a process starts, after the one for delayed tasks, and have the name of its program.
fn workers<I>(threads: &[(I, String)]) -> Vec<&I> {
    let is_named = threads.iter().any(|it| it.1.contains("V8Worker"));
    let first = if is_named { 0 } else { 2 };
    let name = threads.get(2).map(|it| &it.1);
    let mut found = Vec::new();
    for (id, own) in threads.iter().skip(first) {
        let is_worker = match is_named {
            true => own.contains("V8Worker"),
            false => Some(own) == name && found.len() < WORKERS,
        };
        if is_worker {
            found.push(id);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::workers;

    fn found(threads: &[&str]) -> Vec<usize> {
        let threads: Vec<_> = threads
            .iter()
            .map(|it| format!("{it}\n"))
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
            "SignalInspector",
        ];
        assert_eq!(found(&threads), [2, 4]);
        assert_eq!(found(&["MainThread", delayed, "V8Worker"]), [2]);
    }

    #[test]
    fn by_age() {
        let mut threads = ["node"; 12];
        threads[0] = "server";
        threads[7] = "heatsync";
        assert_eq!(found(&threads), [2, 3, 4, 5]);
    }

    /// What Node 20 starts next is its thread for SIGUSR1, which sleeps.
    #[test]
    fn no_pool() {
        assert_eq!(found(&["node", "node", "node", "heatsync"]), [2]);
        assert_eq!(found(&["node"]), [0; 0]);
    }
}
