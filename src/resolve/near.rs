//! Names that are nearly the one that was written.

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
