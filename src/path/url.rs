//! File URLs, written and read as Node does.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::{Platform, normalize_text};
use crate::error::{Error, ErrorCode};

/// What `url.pathToFileURL` escapes: the URL standard's path percent-encode set, the characters
/// RFC 1738 calls unsafe (nodejs/node#54190) and the `%` itself. Everything non-ASCII is escaped
/// too.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'~');

/// The URL standard's sets for the query of a `file:` URL and for a fragment; what is not ASCII is escaped, too.
const QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'\'');
const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// What a module's URL has behind its path when `text` is what asks for it: Node sets `search` and `hash` of the one it has
/// resolved, and so there is neither a `?` nor a `#` with nothing behind it.
pub(crate) fn url_suffix(text: &str) -> String {
    let Some(at) = text.find(['?', '#']) else {
        return String::new();
    };
    let mut text = text[at..].to_owned();
    text.retain(|c| !matches!(c, '\t' | '\n' | '\r'));
    let text = text.trim_end_matches(|c: char| c <= ' ');
    let (query, fragment) = text.split_once('#').unwrap_or((text, ""));
    let mut suffix = String::new();
    if query.len() > 1 {
        suffix.push('?');
        suffix.extend(utf8_percent_encode(&query[1..], QUERY));
    }
    if !fragment.is_empty() {
        suffix.push('#');
        suffix.extend(utf8_percent_encode(fragment, FRAGMENT));
    }
    suffix
}

/// Decodes `%xx` as `decodeURIComponent` does: `None` for a stray `%` or for bytes that are not
/// UTF-8 (ECMA-262 19.2.6.5, a URIError there).
pub(crate) fn decode_component(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let bytes = text.as_bytes();
    let stray = bytes.iter().enumerate().any(|(at, byte)| {
        *byte == b'%'
            && !(bytes.get(at + 1).is_some_and(u8::is_ascii_hexdigit)
                && bytes.get(at + 2).is_some_and(u8::is_ascii_hexdigit))
    });
    if stray {
        return None;
    }
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .ok()
        .map(Into::into)
}

/// Whether a URL path hides a separator: `%2f` everywhere, `%5c` where it would be one.
/// Node refuses both in `import` specifiers on every platform (ERR_INVALID_MODULE_SPECIFIER).
pub(crate) fn has_encoded_separator(text: &str, backslash: bool) -> bool {
    text.as_bytes().windows(3).any(|window| {
        window.eq_ignore_ascii_case(b"%2f") || (backslash && window.eq_ignore_ascii_case(b"%5c"))
    })
}

/// A dot segment of the URL standard: `.`, `..`, or either with its dots written `%2e`.
pub(crate) fn dot_segment(segment: &str) -> Option<DotSegment> {
    let dots = match segment.len() {
        0 => return None,
        1..=6 => segment.to_ascii_lowercase().replace("%2e", "."),
        _ => return None,
    };
    match dots.as_str() {
        "." => Some(DotSegment::Here),
        ".." => Some(DotSegment::Up),
        _ => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DotSegment {
    Here,
    Up,
}

pub(super) fn file_url(path: &str, platform: Platform) -> String {
    let closing = match platform {
        Platform::Posix => path.ends_with('/'),
        Platform::Windows => path.ends_with(['/', '\\']),
    };
    let mut path = normalize_text(path, platform);
    if platform == Platform::Windows {
        path = path.replace('\\', "/");
    }
    let (host, path) = match path.strip_prefix("//") {
        // A share: `\\server\share\file` is `file://server/share/file`.
        Some(rest) if platform == Platform::Windows => {
            let (host, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (host.to_ascii_lowercase(), rest.to_owned())
        }
        _ => (String::new(), path),
    };
    let mut url = format!("file://{host}");
    if !path.starts_with('/') {
        url.push('/');
    }
    url.extend(utf8_percent_encode(&path, ESCAPED));
    if closing && !url.ends_with('/') {
        url.push('/');
    }
    url
}

pub(super) fn file_path(url: &str, platform: Platform) -> Result<String, Error> {
    let refuse = |why: &str| {
        Err(Error::new(
            ErrorCode::InvalidUrl,
            format!("The URL {url:?} {why}"),
        ))
    };

    // The URL parser drops surrounding blanks and every tab and line break, wherever it stands.
    let mut text = url.trim_matches(|c: char| c <= ' ').to_owned();
    text.retain(|c| !matches!(c, '\t' | '\n' | '\r'));
    let Some(rest) = text
        .get(..5)
        .filter(|scheme| scheme.eq_ignore_ascii_case("file:"))
        .map(|_| &text[5..])
    else {
        return refuse("is not a file: URL");
    };
    let rest = rest
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .replace('\\', "/");

    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", rest.as_str()),
    };
    // `file://C:/x` has no host: a drive letter there belongs to the path.
    let (host, path) = match is_drive(host) {
        true => ("", format!("/{host}{path}")),
        false => (host, path.to_owned()),
    };
    let host = if host.eq_ignore_ascii_case("localhost") {
        ""
    } else {
        host
    };
    let path = without_dot_segments(&path);

    if has_encoded_separator(&path, platform == Platform::Windows) {
        return match platform {
            Platform::Posix => refuse("must not include encoded / characters in its path"),
            Platform::Windows => refuse("must not include encoded \\ or / characters in its path"),
        };
    }
    let Some(path) = decode_component(&path) else {
        return refuse("is not valid: its path has a stray % or is not UTF-8");
    };
    match platform {
        Platform::Posix if host.is_empty() => Ok(path),
        Platform::Posix => refuse("must have no host or \"localhost\""),
        Platform::Windows if !host.is_empty() => Ok(format!(
            r"\\{}{}",
            host.to_ascii_lowercase(),
            path.replace('/', r"\")
        )),
        Platform::Windows if is_drive(path.get(1..3).unwrap_or_default()) => {
            Ok(path[1..].replace('/', r"\"))
        }
        Platform::Windows => refuse("must be absolute: it has no drive letter"),
    }
}

pub(super) fn is_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':'] if letter.is_ascii_alphabetic())
}

fn without_dot_segments(path: &str) -> String {
    let segments: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    let mut kept: Vec<&str> = Vec::with_capacity(segments.len());
    for (at, segment) in segments.iter().enumerate() {
        let last = at + 1 == segments.len();
        match dot_segment(segment) {
            Some(DotSegment::Up) => {
                // "Shorten a URL's path": a drive letter alone is never taken away.
                if !matches!(kept.as_slice(), [drive] if is_drive(drive)) {
                    kept.pop();
                }
            }
            Some(DotSegment::Here) => {}
            None => {
                kept.push(segment);
                continue;
            }
        }
        if last {
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(platform: Platform, path: &str, url: &str) {
        assert_eq!(file_url(path, platform), url);
        let back = file_path(url, platform).expect("a file URL");
        let closing = if path.ends_with(['/', '\\']) {
            &path[path.len() - 1..]
        } else {
            ""
        };
        let want = normalize_text(path, platform);
        let want = if want.ends_with(['/', '\\']) {
            want
        } else {
            want + closing
        };
        assert_eq!(back, want);
    }

    #[test]
    fn posix_paths_become_nodes_urls() {
        use Platform::Posix;
        check(Posix, "/a/b.js", "file:///a/b.js");
        check(Posix, "/", "file:///");
        check(Posix, "/a/b/", "file:///a/b/");
        check(Posix, "/a/./b/../c.js", "file:///a/c.js");
        check(Posix, "/a//b.js", "file:///a/b.js");
        check(Posix, "/a b.js", "file:///a%20b.js");
        check(Posix, "/100%.js", "file:///100%25.js");
        check(Posix, "/a%20b.js", "file:///a%2520b.js");
        check(Posix, "/a?b#c.js", "file:///a%3Fb%23c.js");
        check(Posix, "/a\\b.js", "file:///a%5Cb.js");
        check(Posix, "/a\nb\tc\rd", "file:///a%0Ab%09c%0Dd");
        check(Posix, "/a\u{1}\u{7f}", "file:///a%01%7F");
        check(
            Posix,
            "/[a]{b}^|~`<>\"",
            "file:///%5Ba%5D%7Bb%7D%5E%7C%7E%60%3C%3E%22",
        );
        check(Posix, "/é漢😀", "file:///%C3%A9%E6%BC%A2%F0%9F%98%80");
        check(Posix, "/!$&'()*+,-.:;=@_", "file:///!$&'()*+,-.:;=@_");
        check(Posix, "/c:/x", "file:///c:/x");
    }

    #[test]
    fn windows_paths_become_nodes_urls() {
        use Platform::Windows;
        check(Windows, r"C:\a\b.js", "file:///C:/a/b.js");
        check(Windows, r"C:\", "file:///C:/");
        check(Windows, r"C:\a b\", "file:///C:/a%20b/");
        check(Windows, r"C:/a/../b.js", "file:///C:/b.js");
        check(Windows, r"\\server\share\a.js", "file://server/share/a.js");
        check(
            Windows,
            r"\\?\UNC\server\share\a.js",
            "file://server/share/a.js",
        );
        check(Windows, r"\\?\C:\a.js", "file:///C:/a.js");
        check(Windows, r"c:\a.js", "file:///c:/a.js");
    }

    #[track_caller]
    fn reads(platform: Platform, url: &str, path: &str) {
        assert_eq!(file_path(url, platform).expect("a file URL"), path);
    }

    #[test]
    fn urls_are_read_as_node_reads_them() {
        use Platform::{Posix, Windows};
        reads(Posix, "file:///a.js?v=1#x", "/a.js");
        reads(Posix, "FILE:///a.js", "/a.js");
        reads(Posix, " file:///a\n.js ", "/a.js");
        reads(Posix, "file:/a.js", "/a.js");
        reads(Posix, "file:a.js", "/a.js");
        reads(Posix, "file:\\\\\\a\\b.js", "/a/b.js");
        reads(Posix, "file://localhost/a.js", "/a.js");
        reads(Posix, "file:///a/%2e%2E/b.js", "/b.js");
        reads(Posix, "file:///a/b/..", "/a/");
        reads(Posix, "file:///a//b.js", "/a//b.js");
        reads(Posix, "file:///a%5Cb.js", "/a\\b.js");
        reads(Posix, "file:///%e2%82%ac", "/€");
        reads(Windows, "file:///C:/a/b.js", r"C:\a\b.js");
        reads(Windows, "file://C:/a/b.js", r"C:\a\b.js");
        reads(Windows, "file:///C:/../../b.js", r"C:\b.js");
        reads(Windows, "file://Server/share/a.js", r"\\server\share\a.js");
    }

    #[track_caller]
    fn refused(platform: Platform, url: &str, why: &str) {
        let error = file_path(url, platform).expect_err("an error");
        assert_eq!(error.code, ErrorCode::InvalidUrl);
        assert!(error.message.contains(why), "{}", error.message);
    }

    #[test]
    fn urls_that_name_no_file_are_refused() {
        use Platform::{Posix, Windows};
        refused(Posix, "https://a/b", "not a file: URL");
        refused(Posix, "", "not a file: URL");
        refused(Posix, "é", "not a file: URL");
        refused(Posix, "file://host/a", "host");
        refused(Posix, "file:///a%2Fb", "encoded /");
        refused(Posix, "file:///a%2fb", "encoded /");
        refused(Posix, "file:///100%.js", "stray %");
        refused(Posix, "file:///%ff", "UTF-8");
        refused(Windows, "file:///C:/a%5cb", "encoded");
        refused(Windows, "file:///a/b.js", "drive letter");
    }
}
