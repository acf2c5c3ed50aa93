//! Where links lead, as Node's `fs.realpathSync` says it, by which both of its loaders name modules.
//!
//! It follows links and leaves the rest as it was written. `std::fs::canonicalize` asks the system, and macOS and Windows answer
//! with what is on disk: `utils.js` for `Utils.js`, the long name for a short one (`C:\Users\RUNNER~1`), the share for the drive
//! that it is mapped to. A module would have another name here than Node has for it.

use std::io;

use super::{Platform, is_drive, normalize_text};

/// More links than this on one way are a ring (Linux: `MAXSYMLINKS`).
const MOST_LINKS: usize = 40;

/// `path` is absolute. `link` says where a link leads, and fails for what is not there.
pub(super) fn follow_links(
    path: &str,
    platform: Platform,
    link: &dyn Fn(&str) -> io::Result<Option<String>>,
) -> io::Result<String> {
    let separator = platform.separator();
    let mut path = normalize_text(path, platform);
    let mut links = 0;
    let mut end = root_of(&path, platform);
    while end < path.len() {
        let start = end;
        let next = path[start + 1..].find(separator);
        end = next.map_or(path.len(), |at| start + 1 + at);
        let Some(target) = link(&path[..end])? else {
            continue;
        };
        links += 1;
        if links > MOST_LINKS {
            return Err(io::Error::other("too many levels of symbolic links"));
        }
        let folder = &path[..start];
        let led = format!(
            "{}{separator}{}",
            absolute(&target, folder, platform),
            &path[end..]
        );
        // What it leads to may be below links, too.
        path = normalize_text(&led, platform);
        end = root_of(&path, platform);
    }
    Ok(path)
}

/// How long the part is that nothing is above: `/`, `C:\`, `\\server\share\`. Without the separator, if more follows.
fn root_of(path: &str, platform: Platform) -> usize {
    let root = match platform {
        Platform::Posix => 0,
        Platform::Windows if path.get(..2).is_some_and(is_drive) => 2,
        Platform::Windows => match path.strip_prefix(r"\\") {
            Some(share) => {
                let mut separators = share.match_indices('\\');
                separators
                    .nth(1)
                    .map_or(path.len(), |(at, _)| at + r"\\".len())
            }
            None => 0,
        },
    };
    // A root alone has no parts.
    if path.len() <= root + 1 {
        path.len()
    } else {
        root
    }
}

/// What the target of a link in `folder` is.
fn absolute(target: &str, folder: &str, platform: Platform) -> String {
    let is_absolute = match platform {
        Platform::Posix => target.starts_with('/'),
        Platform::Windows => target.starts_with(r"\\") || target.get(..2).is_some_and(is_drive),
    };
    if is_absolute {
        return target.to_owned();
    }
    if platform == Platform::Windows && target.starts_with(['\\', '/']) {
        // From the root of the drive that the link is on.
        return format!(
            "{}{target}",
            &folder[..root_of(folder, platform).min(folder.len())]
        );
    }
    format!("{folder}{}{target}", platform.separator())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of files that are all there, with `links`.
    #[track_caller]
    fn check(platform: Platform, links: &[(&str, &str)], path: &str, real: &str) {
        let link = |at: &str| {
            let found = links.iter().find(|(from, _)| *from == at);
            Ok(found.map(|(_, to)| (*to).to_owned()))
        };
        let followed = follow_links(path, platform, &link).expect("it is there");
        assert_eq!(followed, real, "{path}");
    }

    #[test]
    fn links_are_followed() {
        use Platform::Posix;
        let links = [
            ("/tmp", "private/tmp"),
            ("/p/lib", "../q"),
            ("/q/a.js", "/p/lib/b.js"),
            ("/up", ".."),
        ];
        check(Posix, &links, "/tmp/a.js", "/private/tmp/a.js");
        check(Posix, &links, "/p/lib/c.js", "/q/c.js");
        check(Posix, &links, "/p/lib/a.js", "/q/b.js");
        check(Posix, &links, "/up/tmp", "/private/tmp");
        check(Posix, &links, "/", "/");
        check(Posix, &links, "/Tmp/A.js", "/Tmp/A.js");
    }

    #[test]
    fn of_windows_too_and_the_rest_stays_as_it_was_written() {
        use Platform::Windows;
        let links = [
            (r"C:\p\lib", r"\\?\C:\q"),
            (r"C:\p\up", r"..\r"),
            (r"C:\p\root", r"\s"),
            (r"\\server\share\lib", r"C:\q"),
            (r"D:\x", r"\\server\share\y"),
        ];
        check(Windows, &links, r"C:\p\lib\a.js", r"C:\q\a.js");
        check(Windows, &links, r"c:\x\..\P\a.js", r"c:\P\a.js");
        check(Windows, &links, r"C:\p\up\a.js", r"C:\r\a.js");
        check(Windows, &links, r"C:\p\root\a.js", r"C:\s\a.js");
        check(Windows, &links, r"\\server\share\lib\a.js", r"C:\q\a.js");
        check(Windows, &links, r"D:\x\a.js", r"\\server\share\y\a.js");
        check(Windows, &links, r"C:\", r"C:\");
        check(Windows, &links, r"\\server\share\", r"\\server\share\");
        let short = r"C:\Users\RUNNER~1\App\A.js";
        check(Windows, &links, short, short);
    }

    /// Windows has no answer for `\\server`, which is no folder.
    #[test]
    fn what_is_asked_for_begins_below_the_root() {
        for (path, want) in [
            (
                r"\\server\share\a\b.js",
                vec![r"\\server\share\a", r"\\server\share\a\b.js"],
            ),
            (r"\\server\share", vec![]),
            (r"C:\a\b.js", vec![r"C:\a", r"C:\a\b.js"]),
        ] {
            let asked = std::cell::RefCell::new(Vec::new());
            let link = |at: &str| {
                asked.borrow_mut().push(at.to_owned());
                Ok(None)
            };
            let real = follow_links(path, Platform::Windows, &link).expect("it is there");
            assert_eq!(real.trim_end_matches('\\'), path);
            assert_eq!(asked.into_inner(), want);
        }
    }

    #[test]
    fn a_ring_leads_nowhere() {
        let link = |at: &str| Ok((at == "/a").then(|| "a".to_owned()));
        assert!(follow_links("/a/b", Platform::Posix, &link).is_err());
    }
}
