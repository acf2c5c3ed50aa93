//! Symbolic links that requests of modules were led through, and where to. One that is led elsewhere (`ln -sfn`) while a
//! program runs is a change of who asks through it. Of the process, as the disk is.
//!
//! Those in `node_modules` are left out: a package manager's, who replaces them by hundreds.

use crate::path::{in_package, try_real};
use parking_lot::RwLock;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

static TABLE: RwLock<Table> = RwLock::new(Table::new());
/// Hardly any program has one.
static HAS_ANY: AtomicBool = AtomicBool::new(false);
static ON_NEW: OnceLock<Box<dyn Fn() + Send + Sync>> = OnceLock::new();

#[derive(Debug)]
struct Table {
    /// What was asked for → the file that it led to.
    places: BTreeMap<PathBuf, PathBuf>,
    /// Those whose links are not watched yet.
    unwatched: Vec<PathBuf>,
    links: BTreeSet<PathBuf>,
}

/// A request leads elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Led {
    pub place: PathBuf,
    pub before: PathBuf,
}

/// Calls `callback` when there are links to watch that there were not before.
pub fn on_new(callback: impl Fn() + Send + Sync + 'static) {
    let _ = ON_NEW.set(Box::new(callback));
}

/// `place` was asked for, and is `real`.
pub fn note(place: &Path, real: &Path) {
    if in_package(place) || TABLE.read().places.contains_key(place) {
        return;
    }
    TABLE.write().note(place, real);
    HAS_ANY.store(true, Ordering::Release);
    if let Some(tell) = ON_NEW.get() {
        tell();
    }
}

/// Links that are to be watched from now on.
pub fn unwatched() -> Vec<PathBuf> {
    if !HAS_ANY.load(Ordering::Acquire) || TABLE.read().unwatched.is_empty() {
        return Vec::new();
    }
    TABLE.write().links_to_watch(&may_be_link)
}

/// What is gone may be about to be led elsewhere (`rm`, `ln -s`); of what was below it nothing can be told.
fn may_be_link(path: &Path) -> bool {
    let is_there = |path: &Path| path.symlink_metadata().is_ok();
    match path.symlink_metadata() {
        Ok(own) => own.is_symlink(),
        Err(_) => path.parent().is_some_and(is_there),
    }
}

pub fn is_link(path: &Path) -> bool {
    HAS_ANY.load(Ordering::Acquire) && TABLE.read().links.contains(path)
}

/// What leads elsewhere since `link` was looked at last.
pub fn led_elsewhere(link: &Path) -> Vec<Led> {
    let mut table = TABLE.write();
    table.led_elsewhere(link, &|place| try_real(place).ok())
}

/// These were not led elsewhere as yet: whoever is led will be known later.
pub fn lead_back(led: Vec<Led>) {
    let mut table = TABLE.write();
    for Led { place, before } in led {
        table.places.insert(place, before);
    }
}

impl Table {
    const fn new() -> Self {
        Self {
            places: BTreeMap::new(),
            unwatched: Vec::new(),
            links: BTreeSet::new(),
        }
    }

    fn note(&mut self, place: &Path, real: &Path) {
        let is_new = self.places.insert(place.to_path_buf(), real.to_path_buf());
        if is_new.is_none() {
            self.unwatched.push(place.to_path_buf());
        }
    }

    fn links_to_watch(&mut self, is_link: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
        let mut fresh = Vec::new();
        for place in std::mem::take(&mut self.unwatched) {
            // The project's own root may be below a link: that one is not the project's to follow.
            let real = &self.places[&place];
            let own = |path: &&Path| !real.starts_with(path);
            for path in place.ancestors().take_while(own) {
                if is_link(path) && self.links.insert(path.to_path_buf()) {
                    fresh.push(path.to_path_buf());
                }
            }
        }
        fresh
    }

    fn led_elsewhere(&mut self, link: &Path, real: &dyn Fn(&Path) -> Option<PathBuf>) -> Vec<Led> {
        let below = self.places.range_mut(link.to_path_buf()..);
        let below = below.take_while(|(place, _)| place.starts_with(link));
        below
            .filter_map(|(place, before)| {
                // What leads nowhere is not there: what was loaded goes on, until it leads somewhere.
                let now = real(place).filter(|now| now != before)?;
                let before = std::mem::replace(before, now);
                let place = place.clone();
                Some(Led { place, before })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_led_elsewhere_just_now_may_be_a_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("lib");
        assert!(may_be_link(&path) && !may_be_link(&path.join("x.js")));
        std::fs::write(&path, "").expect("written");
        assert!(!may_be_link(&path));
    }

    #[test]
    fn what_leads_elsewhere() {
        let [link, place] = ["/p/lib", "/p/lib/x.js"].map(Path::new);
        let mut table = Table::new();
        table.note(place, Path::new("/p/1/x.js"));
        table.note(Path::new("/p/other.js"), Path::new("/q/other.js"));
        let is_link = |path: &Path| ["/p/lib", "/p/other.js"].contains(&&*path.to_string_lossy());
        assert_eq!(
            table.links_to_watch(&is_link),
            ["/p/lib", "/p/other.js"].map(PathBuf::from)
        );
        assert!(table.links_to_watch(&is_link).is_empty());
        let mut at = |folder: &str| {
            let file = Path::new(folder).join("x.js");
            let real = |_: &Path| (folder != "gone").then(|| file.clone());
            let led = table.led_elsewhere(link, &real);
            led.into_iter().map(|it| it.before).collect::<Vec<_>>()
        };
        assert!(at("/p/1").is_empty());
        assert_eq!(at("/p/2"), [Path::new("/p/1/x.js")]);
        assert!(at("gone").is_empty());
        assert!(at("/p/2").is_empty());
    }
}
