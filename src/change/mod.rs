//! From touched names to changed content: when to look ([`Settle`]), what is there
//! ([`snapshot`], [`ContentHash`]), and which names a user's watch path means ([`PathFilter`]).
//!
//! Who has to load a file at once waits for its writer by [`read_filled`].
//!
//! *Architecture Invariant:* nothing here starts a timer, a thread or a watch. `Settle` is pure.

mod chokidar_glob;
mod emptied;
mod filter;
mod hash;
mod settle;
mod timing;

pub use emptied::{EMPTIED_HOLD, EMPTY_HOLD, ask_what_was_filled, read_filled};
pub use filter::PathFilter;
pub use hash::{ContentHash, Snapshot, snapshot};
pub use settle::Settle;
pub use timing::Timing;
