//! heatsync-rs: hot reloading for Node.js. Rust decides, JavaScript applies.
//!
//! A file event becomes five values, each made by one module, and none flows back:
//!
//! ```text
//! notify event → ChangeSet → UpdatePlan → (napi) → Outcome → export objects, callbacks
//!    watch         change       graph      binding             runtime/ (JavaScript)
//! ```
//!
//! | module      | what it knows                                                              |
//! |-------------|----------------------------------------------------------------------------|
//! | [`path`]    | paths and URLs: the only place they are composed                           |
//! | [`error`]   | what can be wrong with a user's program: code, place, frame, help          |
//! | [`watch`]   | which directories to listen to, and what an operating system's event means |
//! | [`change`]  | when touched files are examined, and whether their content really changed  |
//! | [`scan`]    | source text → module record                                                |
//! | [`transform`] | source text → body: one function that runs as the module would           |
//! | [`typescript`], [`tsconfig`] | TypeScript and JSX → JavaScript, by the nearest tsconfig |
//! | [`resolve`] | specifier → file, package, builtin                                         |
//! | [`load`]    | a file → what the runtime needs to run it                                  |
//! | [`code_cache`] | V8's code of modules, from one process to the next                          |
//! | [`code_frame`] | what Node prints of a fatal error, with the line as its author wrote it   |
//! | [`coverage`] | V8's coverage of what was compiled → of what was written                   |
//! | [`function_source`] | what V8 has compiled of a function → what was written                |
//! | [`written`]    | a file's source beside the JavaScript of it, for the three above           |
//! | `arena`, `lexical` | memory for syntax trees; what stands between tokens                 |
//! | `json`      | how the binding and `load` write what crosses as one text                  |
//! | [`graph`]   | who imports whom; (graph, changes) → update plan                           |
//! | [`engine`]  | the one stateful owner: events in, plans out                               |
//! | `binding`   | Node-API: convert, call, convert; the only module that names napi          |
//!
//! *Architecture Invariant:* nothing here runs user code, and only `binding` knows that there is
//! a JavaScript engine at all: `cargo test --no-default-features` tests everything else.

mod arena;
#[cfg(feature = "node")]
// In a test build napi-derive registers nothing, and what only JavaScript calls looks unused.
#[cfg_attr(test, allow(dead_code))]
mod binding;
pub mod change;
pub mod code_cache;
pub mod code_frame;
pub mod coverage;
pub mod engine;
pub mod error;
pub mod function_source;
pub mod graph;
mod json;
mod lexical;
pub mod load;
pub mod path;
pub mod resolve;
pub mod scan;
pub mod transform;
pub mod tsconfig;
pub mod typescript;
pub mod watch;
pub mod written;
