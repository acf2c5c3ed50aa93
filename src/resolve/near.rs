//! Names that are nearly the one that was written.

use super::builtins;
use std::{fs, path::Path};

/// Folders with more entries are not searched for near names.
const MOST_NAMES: usize = 2_000;

/// What a folder holds, sorted, and whether each is a folder.
pub(super) fn names_in(folder: &Path) -> impl Iterator<Item = (String, bool)> {
    let mut names: Vec<(String, bool)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .take(MOST_NAMES)
        .filter_map(|entry| {
            let entry = entry.ok()?;
            Some((
                entry.file_name().into_string().ok()?,
                entry.file_type().is_ok_and(|kind| kind.is_dir()),
            ))
        })
        .collect();
    // The same help for the same mistake, whatever order the disk has.
    names.sort();
    names.into_iter()
}

/// More names of what can be imported are not told.
const MOST_TOLD: usize = 12;

/// What may have been meant by a name that a module does not export.
pub fn help_for_name(written: &str, names: &[String]) -> String {
    if let Some((name, _)) = nearest(written, names.iter().cloned(), false) {
        return format!("did you mean {name}?");
    }
    if names.is_empty() {
        return "it exports nothing".to_owned();
    }
    let told = &names[..names.len().min(MOST_TOLD)];
    let more = match names.len() - told.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("it exports {}{more}", told.join(", "))
}

/// The builtin that may have been meant by `node:` with a name that Node does not have.
pub fn help_for_builtin(specifier: &str) -> Option<String> {
    let name = specifier.strip_prefix("node:")?;
    let names = builtins::public_names().chain(builtins::PREFIX_ONLY);
    let (found, _) = nearest(name, names.map(str::to_owned), false)?;
    Some(format!("Did you mean 'node:{found}'?"))
}

/// The name most like `written`, if any is like it, and whether only letter case differs. With
/// `bare`, names are compared without their extension.
pub(super) fn nearest(
    written: &str,
    names: impl Iterator<Item = String>,
    bare: bool,
) -> Option<(String, bool)> {
    let lower = written.to_lowercase();
    // One slip in a short name, two in a longer one.
    let most = match lower.chars().count() {
        0..=2 => 0,
        3..=7 => 1,
        _ => 2,
    };
    let mut best: Option<(usize, String)> = None;
    for name in names {
        let compared = name.to_lowercase();
        let mut distance = distance(&lower, &compared, most);
        if bare && let Some((stem, _)) = compared.rsplit_once('.') {
            distance = distance.min(self::distance(&lower, stem, most));
        }
        if distance <= most && best.as_ref().is_none_or(|(least, _)| distance < *least) {
            best = Some((distance, name));
        }
    }
    best.map(|(distance, name)| (name, distance == 0))
}

/// Edits between two names, a swap of neighbours counting as one (optimal string alignment). More
/// than `most` is only known to be more.
fn distance(a: &str, b: &str, most: usize) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return most + 1;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let same = a[i - 1] == b[j - 1];
            let mut cost = (above[j - 1] + usize::from(!same))
                .min(above[j] + 1)
                .min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cost = cost.min(before[j - 2] + 1);
            }
            row.push(cost);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, names: &[&str], bare: bool, want: Option<(&str, bool)>) {
        let found = nearest(written, names.iter().map(ToString::to_string), bare);
        assert_eq!(
            found.as_ref().map(|(name, case)| (name.as_str(), *case)),
            want
        );
    }

    #[test]
    fn near_names() {
        check(
            "utlis.js",
            &["other.js", "utils.js"],
            false,
            Some(("utils.js", false)),
        );
        check("utils.js", &["Utils.js"], false, Some(("Utils.js", true)));
        check("utils", &["Utils.js"], true, Some(("Utils.js", true)));
        check("utls", &["utils.mjs"], true, Some(("utils.mjs", false)));
        check("utils", &["utils.js"], false, None);
        check("a", &["b"], false, None);
        check("ab", &["AB"], false, Some(("AB", true)));
        check("lodahs", &["lodash"], false, Some(("lodash", false)));
        check("completely", &["different"], false, None);
        check("", &["a"], false, None);
    }

    #[test]
    fn helps() {
        let names = |count: usize| (0..count).map(|n| format!("a{n}")).collect::<Vec<_>>();
        let help = |written: &str, names: &[String]| help_for_name(written, names);
        assert_eq!(
            help("raedFile", &["readFile".to_owned()]),
            "did you mean readFile?"
        );
        assert_eq!(help("x", &[]), "it exports nothing");
        assert_eq!(help("x", &names(2)), "it exports a0, a1");
        let many = help("x", &names(15));
        assert!(many.ends_with("a10, a11 and 3 more"), "{many}");
        let builtin = |specifier: &str| help_for_builtin(specifier);
        assert_eq!(
            builtin("node:fss").as_deref(),
            Some("Did you mean 'node:fs'?")
        );
        assert_eq!(
            builtin("node:tests").as_deref(),
            Some("Did you mean 'node:test'?")
        );
        assert_eq!(builtin("node:completely"), None);
        assert_eq!(builtin("fss"), None);
    }

    #[test]
    fn distances() {
        for (a, b, want) in [
            ("", "", 0),
            ("a", "", 1),
            ("ab", "ba", 1),
            ("abc", "abd", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(a, b, 9), want, "{a} {b}");
        }
        assert!(distance("a", "abcdef", 2) > 2);
    }
}
