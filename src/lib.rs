//! heatsync-rs: hot reloading for Node.js. Rust decides, JavaScript applies.
//!
//! A file event becomes one value after another, each made by one module, and none flows back:
//!
//! ```text
//! event → touched, settled files → UpdatePlan → (napi) → export objects, callbacks
//! watch      change, engine          graph      binding    runtime/ (JavaScript)
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
//! | `arena`, `lexical`, `javascript_only`, `nodes` | memory for syntax trees; what stands between tokens; what need not be walked; one walk for many |
//! | `json`      | how the binding and `load` write what crosses as one text                  |
//! | [`graph`]   | who imports whom; (graph, changes) → update plan                           |
//! | [`engine`]  | the one stateful owner: events in, plans out                               |
//! | `background_threads` | V8's own threads, which Linux is told to put after the program's       |
//! | `binding`   | Node-API: convert, call, convert; the only module that names napi          |
//!
//! *Architecture Invariant:* nothing here runs user code, and only `binding` knows that there is
//! a JavaScript engine at all: `cargo test --no-default-features` tests everything else.

// Nothing is public, so that the compiler tells what nobody calls any more. JavaScript calls through `binding`, for which
// napi-derive registers nothing in a test build. On Windows nothing is corrected when a process ends (`binding/coverage.rs`,
// `binding/last_words.rs`), and only Linux has an `EventQueue`: what is for these alone is compiled everywhere.
#![cfg_attr(
    any(test, not(feature = "node"), not(target_os = "linux")),
    allow(dead_code)
)]
#![cfg_attr(any(test, not(feature = "node")), allow(unused_imports))]
#![allow(rustdoc::private_intra_doc_links)]

#[macro_use]
mod javascript_only;

mod arena;
#[cfg(target_os = "linux")]
mod background_threads;
#[cfg(feature = "node")]
mod binding;
mod change;
mod code_cache;
mod code_frame;
mod coverage;
mod engine;
mod error;
mod function_source;
mod graph;
mod json;
mod lexical;
mod load;
mod nodes;
mod path;
mod resolve;
mod scan;
mod transform;
mod tsconfig;
mod typescript;
mod watch;
mod written;
