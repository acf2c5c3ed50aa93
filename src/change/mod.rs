//! From touched names to changed content: when to look ([`Settle`]), what is there
//! ([`snapshot`], [`ContentHash`]), and which names a user's watch path means ([`PathFilter`]).
//!
//! *Architecture Invariant:* nothing here starts a timer, a thread or a watch. `Settle` is pure.

mod filter;
mod hash;
mod settle;

pub use filter::PathFilter;
pub use hash::{ContentHash, Snapshot, snapshot};
pub use settle::{Settle, Timing};
