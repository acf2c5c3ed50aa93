//! File systems that ignore case, and how accents are written: an event names a file as it is on disk, a module is named as its importer wrote it
//! (Node keeps that, too: `./Utils.js` and `./utils.js` are two modules there). What is told of one spelling is told
//! of all that are in use.
//!
//! Names are compared, files are not: where both spellings are files of their own (a case-sensitive APFS volume, a
//! folder of WSL's), the other one is looked at in vain.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::events::Events;
use super::{WatchEvent, starting_at};

pub(super) struct Spellings {
    ignores_case: bool,
    files: Table,
    directories: Table,
}

/// Paths in use, by themselves folded. Empty where case counts.
#[derive(Default)]
struct Table(BTreeMap<PathBuf, BTreeSet<PathBuf>>);

impl Table {
    fn add(&mut self, path: &Path) {
        let spellings = self.0.entry(folded(path)).or_default();
        spellings.insert(path.to_path_buf());
    }

    fn remove(&mut self, path: &Path) {
        let folded = folded(path);
        if let Some(spellings) = self.0.get_mut(&folded) {
            spellings.remove(path);
            if spellings.is_empty() {
                self.0.remove(&folded);
            }
        }
    }

    fn others<'a>(&'a self, path: &'a Path) -> impl Iterator<Item = &'a PathBuf> {
        let is_any = !self.0.is_empty();
        let spellings = is_any.then(|| self.0.get(&folded(path))).flatten();
        let all = spellings.into_iter().flatten();
        all.filter(move |spelling| spelling.as_path() != path)
    }
}

impl Spellings {
    /// `ignores_case`: as the file systems of the platform usually do, see [`Self::of_platform`].
    pub fn new(ignores_case: bool) -> Self {
        Self {
            ignores_case,
            files: Table::default(),
            directories: Table::default(),
        }
    }

    pub fn of_platform() -> Self {
        Self::new(cfg!(any(target_os = "macos", target_os = "windows")))
    }

    /// Nothing of this is in the addon of Linux.
    const fn ignores_case(&self) -> bool {
        cfg!(any(target_os = "macos", target_os = "windows", test)) && self.ignores_case
    }

    pub fn add(&mut self, file: &Path) {
        if self.ignores_case() {
            self.files.add(file);
        }
    }

    pub fn remove(&mut self, file: &Path) {
        if self.ignores_case() {
            self.files.remove(file);
        }
    }

    pub fn add_directory(&mut self, dir: &Path) {
        if self.ignores_case() {
            self.directories.add(dir);
        }
    }

    pub fn remove_directory(&mut self, dir: &Path) {
        if self.ignores_case() {
            self.directories.remove(dir);
        }
    }

    /// Is a file in use whose name is `path`'s, but for its case?
    pub fn has_other(&self, path: &Path) -> bool {
        self.ignores_case() && self.files.others(path).next().is_some()
    }

    /// The same of directories: which?
    pub fn other_directories(&self, path: &Path) -> Vec<PathBuf> {
        if !self.ignores_case() {
            return Vec::new();
        }
        self.directories.others(path).cloned().collect()
    }

    /// What is told of a path is told of its other spellings.
    pub fn follow(&self, events: &mut Events) {
        if !self.ignores_case() || self.files.0.is_empty() {
            return;
        }
        let mut told = Vec::new();
        let mut folders = Vec::new();
        for event in events.iter() {
            match event {
                WatchEvent::Path { path, touch } => {
                    told.extend(self.files.others(path).map(|other| (other.clone(), *touch)));
                }
                WatchEvent::Rescan { under: Some(under) } => {
                    let lower = folded(under);
                    let below = self.files.0.range::<Path, _>(starting_at(&lower));
                    let below = below.take_while(|(path, _)| path.starts_with(&lower));
                    let depth = under.components().count();
                    let spelled = below.flat_map(|(_, spellings)| spellings);
                    let other = spelled.filter(|spelling| !spelling.starts_with(under));
                    folders.extend(other.map(|path| path.components().take(depth).collect()));
                }
                // Everything is looked at then.
                WatchEvent::Rescan { under: None } | WatchEvent::Notice(_) => {}
            }
        }
        for (path, touch) in told {
            events.path(path, touch);
        }
        let folders: BTreeSet<PathBuf> = folders.into_iter().collect();
        for folder in &folders {
            events.rescan(Some(folder));
        }
    }
}

/// As near as can be to what NTFS and APFS fold. A name that is no Unicode is compared as it is.
pub(super) fn folded(path: &Path) -> PathBuf {
    path.to_str().map_or_else(
        || path.to_path_buf(),
        |text| composed(text.to_lowercase()).into(),
    )
}

/// An accent and its letter are one character or two: the same name for APFS, which keeps what was written, and for HFS+, which
/// keeps the two.
#[cfg(any(target_os = "macos", test))]
fn composed(text: String) -> String {
    use unicode_normalization::UnicodeNormalization;
    if text.is_ascii() {
        return text;
    }
    text.nfc().collect()
}

/// Two names for NTFS.
#[cfg(not(any(target_os = "macos", test)))]
const fn composed(text: String) -> String {
    text
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::Touch;
    use super::super::test_support::World;
    use super::Spellings;

    fn world(ignores_case: bool) -> World {
        let mut world = World::new(&["/p/package.json", "/p/lib/utils.js", "/p/LIB/utils.js"]);
        world.watcher.spellings = Spellings::new(ignores_case);
        world
    }

    #[test]
    fn what_happens_to_a_file_is_told_of_each_spelling_in_use() {
        let mut world = world(true);
        world.acquire("/p/lib/Utils.js");
        world.acquire("/p/LIB/utils.js");
        for touch in [Touch::Complete, Touch::Gone] {
            let expected = ["/p/lib/utils.js", "/p/LIB/utils.js", "/p/lib/Utils.js"]
                .map(|path| format!("{touch:?} {path}"));
            assert_eq!(world.path("/p/lib/utils.js", touch), expected);
        }
        assert_eq!(
            world.path("/p/lib/other.js", Touch::Complete),
            ["Complete /p/lib/other.js"]
        );
        let is_plain = |world: &World, path: &str| {
            let path = Path::new(path);
            world.watcher.is_plain(path, Touch::Complete, true)
        };
        assert!(!is_plain(&world, "/p/lib/utils.js"));
        world.release("/p/lib/Utils.js");
        let rest = ["Complete /p/lib/utils.js", "Complete /p/LIB/utils.js"];
        assert_eq!(world.path("/p/lib/utils.js", Touch::Complete), rest);
        world.release("/p/LIB/utils.js");
        world.acquire("/p/lib/utils.js");
        assert!(is_plain(&world, "/p/lib/utils.js"));
    }

    #[test]
    fn a_folder_that_is_looked_at_again_is_so_under_each_spelling() {
        let mut world = world(true);
        world.acquire("/p/lib/utils.js");
        world.acquire("/p/LIB/utils.js");
        assert_eq!(world.gone("/p/lib"), ["rescan /p/lib", "rescan /p/LIB"]);
    }

    #[test]
    fn a_folder_is_named_as_it_is_on_disk() {
        let mut world = world(true);
        world.acquire("/p/LIB/utils.js");
        assert!(
            !world
                .watcher
                .is_plain(Path::new("/p/lib"), Touch::Gone, false)
        );
        world.fs.rename("/p/LIB", "/p/away");
        let gone = world.path("/p/lib", Touch::Gone);
        assert_eq!(gone, ["Gone /p/lib", "rescan /p/LIB"]);
        world.fs.rename("/p/away", "/p/LIB");
        let back = world.path("/p/lib", Touch::Unsure);
        assert_eq!(back, ["Unsure /p/lib", "rescan /p/LIB"]);
        world.release("/p/LIB/utils.js");
        assert_eq!(world.path("/p/lib", Touch::Gone), ["Gone /p/lib"]);
    }

    #[test]
    fn an_accent_may_be_part_of_its_letter() {
        let mut world = World::new(&["/p/package.json", "/p/caf\u{e9}.js"]);
        world.watcher.spellings = Spellings::new(true);
        world.acquire("/p/Caf\u{e9}.js");
        assert_eq!(
            world.path("/p/cafe\u{301}.js", Touch::Complete),
            ["Complete /p/cafe\u{301}.js", "Complete /p/Caf\u{e9}.js"]
        );
    }

    #[test]
    fn where_case_counts_the_others_are_other_files() {
        let mut world = world(false);
        world.acquire("/p/lib/Utils.js");
        assert_eq!(
            world.path("/p/lib/utils.js", Touch::Complete),
            ["Complete /p/lib/utils.js"]
        );
    }
}
