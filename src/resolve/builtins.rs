//! Node's builtin modules: the union of `module.builtinModules` on Node 20 to 26. One that this
//! Node lacks is for Node to refuse.

/// Found with and without `node:`. Sorted.
const NAMES: [&str; 68] = [
    "_http_agent",
    "_http_client",
    "_http_common",
    "_http_incoming",
    "_http_outgoing",
    "_http_server",
    "_stream_duplex",
    "_stream_passthrough",
    "_stream_readable",
    "_stream_transform",
    "_stream_wrap",
    "_stream_writable",
    "_tls_common",
    "_tls_wrap",
    "assert",
    "assert/strict",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "dns/promises",
    "domain",
    "events",
    "fs",
    "fs/promises",
    "http",
    "http2",
    "https",
    "inspector",
    "inspector/promises",
    "module",
    "net",
    "os",
    "path",
    "path/posix",
    "path/win32",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "readline/promises",
    "repl",
    "stream",
    "stream/consumers",
    "stream/promises",
    "stream/web",
    "string_decoder",
    "sys",
    "timers",
    "timers/promises",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "util/types",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

/// Found only with `node:`; without, these are packages.
pub(super) const PREFIX_ONLY: [&str; 5] = ["ffi", "sea", "sqlite", "test", "test/reporters"];

pub(super) fn is_builtin(name: &str) -> bool {
    NAMES.binary_search(&name).is_ok()
}

/// A name that needs its prefix: `test`, which is `node:test`.
pub(super) fn needs_prefix(name: &str) -> bool {
    PREFIX_ONLY.contains(&name)
}

pub(super) fn public_names() -> impl Iterator<Item = &'static str> {
    NAMES.into_iter().filter(|name| !name.starts_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists() {
        assert!(NAMES.is_sorted());
        assert!(is_builtin("fs") && is_builtin("fs/promises") && is_builtin("zlib"));
        assert!(!is_builtin("test") && needs_prefix("test"));
        assert!(is_builtin("_http_agent") && public_names().all(|name| !name.starts_with('_')));
        assert!(!is_builtin("fs/") && !is_builtin("") && !is_builtin("node:fs"));
    }
}
