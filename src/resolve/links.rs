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
    /// What was asked for → where it leads.
    places: BTreeMap<PathBuf, Place>,
    /// Those whose links are not watched yet.
    unwatched: Vec<PathBuf>,
    links: BTreeSet<PathBuf>,
}

#[derive(Debug)]
struct Place {
    /// Where it led as it was looked at last.
    last: PathBuf,
    /// Has anybody who has asked since been led elsewhere?
    has_strayed: bool,
    /// Where it has led as somebody asked, or looked, the newest last: nobody tells a graph who has asked until that is
    /// evaluated, and the link may have been led there and back by then.
    known: Vec<PathBuf>,
}

/// How many places are remembered that one has led to. A release a day would be one more each day.
const KNOWN: usize = 8;

/// A request may lead elsewhere than it did for some of those who ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Led {
    pub place: PathBuf,
    pub now: PathBuf,
    /// Where it led as it was looked at last.
    pub last: PathBuf,
    /// Where else it has led, the newest last.
    pub before: Vec<PathBuf>,
    /// Whoever has asked since it was looked at last was led there, too.
    pub is_same: bool,
}

/// Calls `callback` when there are links to watch that there were not before.
pub fn on_new(callback: impl Fn() + Send + Sync + 'static) {
    let _ = ON_NEW.set(Box::new(callback));
}

/// `place` was asked for, and is `real`.
pub fn note(place: &Path, real: &Path) {
    let is_known = |known: &Place| known.last == real || known.has_strayed && known.has_led(real);
    if in_package(place) || TABLE.read().places.get(place).is_some_and(is_known) {
        return;
    }
    let is_new = TABLE.write().note(place, real);
    HAS_ANY.store(true, Ordering::Release);
    if let Some(tell) = ON_NEW.get().filter(|_| is_new) {
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

/// What `link` leads elsewhere than it did for somebody.
pub fn led_elsewhere(link: &Path) -> Vec<Led> {
    let mut table = TABLE.write();
    table.led_elsewhere(link, &|place| try_real(place).ok())
}

/// These were not led elsewhere as yet: whoever is led will be known later.
pub fn lead_back(led: Vec<Led>) {
    let mut table = TABLE.write();
    for Led { place, last, .. } in led {
        if let Some(known) = table.places.get_mut(&place) {
            known.last = last;
            // Who has asked meanwhile.
            known.has_strayed = true;
        }
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

    /// Whether nobody had asked for it.
    fn note(&mut self, place: &Path, real: &Path) -> bool {
        if let Some(known) = self.places.get_mut(place) {
            known.has_strayed |= known.last != real;
            known.note(real);
            return false;
        }
        let known = Place {
            last: real.to_path_buf(),
            has_strayed: false,
            known: vec![real.to_path_buf()],
        };
        self.places.insert(place.to_path_buf(), known);
        self.unwatched.push(place.to_path_buf());
        true
    }

    fn links_to_watch(&mut self, is_link: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
        let mut fresh = Vec::new();
        for place in std::mem::take(&mut self.unwatched) {
            // The project's own root may be below a link: that one is not the project's to follow.
            let real = &self.places[&place].last;
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
            .filter_map(|(place, known)| {
                // What leads nowhere is not there: what was loaded goes on, until it leads somewhere.
                let now = real(place)?;
                known.note(&now);
                let others = known.known.iter().filter(|it| **it != now);
                let before: Vec<_> = others.cloned().collect();
                let last = std::mem::replace(&mut known.last, now.clone());
                let has_strayed = std::mem::replace(&mut known.has_strayed, false);
                (!before.is_empty()).then(|| Led {
                    place: place.clone(),
                    is_same: last == now && !has_strayed,
                    now,
                    last,
                    before,
                })
            })
            .collect()
    }
}

impl Place {
    fn has_led(&self, real: &Path) -> bool {
        self.known.iter().any(|it| it == real)
    }

    fn note(&mut self, real: &Path) {
        self.known.retain(|it| it != real);
        self.known.push(real.to_path_buf());
        let surplus = self.known.len().saturating_sub(KNOWN);
        self.known.drain(..surplus);
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
            let mut led = led.into_iter().map(|it| (it.last, it.before));
            led.next()
        };
        let [first, second] = ["/p/1/x.js", "/p/2/x.js"].map(PathBuf::from);
        assert_eq!(at("/p/1"), None);
        assert_eq!(at("/p/2"), Some((first.clone(), vec![first.clone()])));
        assert_eq!(at("gone"), None);
        // Somebody may have asked for it as it was.
        assert_eq!(at("/p/2"), Some((second.clone(), vec![first.clone()])));
        assert_eq!(at("/p/1"), Some((second.clone(), vec![second])));
        for release in 3..30 {
            at(&format!("/p/{release}"));
        }
        let (_, before) = at("/p/2").expect("led");
        assert_eq!(before.len(), KNOWN - 1);
        assert!(!before.contains(&first));
    }

    #[test]
    fn who_asks_between_two_looks_may_be_led_elsewhere() {
        let [place, first, second] = ["/p/x.js", "/p/1.js", "/p/2.js"].map(Path::new);
        let mut table = Table::new();
        table.note(place, first);
        let mut is_same = |asks: Option<&Path>| {
            asks.map(|real| table.note(place, real));
            table.led_elsewhere(place, &|_| Some(second.to_path_buf()))[0].is_same
        };
        assert!(!is_same(None));
        assert!(is_same(None) && is_same(Some(second)));
        assert!(!is_same(Some(first)));
        assert!(is_same(None));
    }

    #[test]
    fn where_somebody_was_led_in_between() {
        let [place, first, second] = ["/p/x.js", "/p/1.js", "/p/2.js"].map(Path::new);
        let mut table = Table::new();
        assert!(table.note(place, first));
        assert!(!table.note(place, second));
        let led = table.led_elsewhere(place, &|_| Some(first.to_path_buf()));
        assert_eq!(led.len(), 1);
        assert_eq!(
            (&*led[0].last, &*led[0].before),
            (first, &[second.to_path_buf()][..])
        );
    }
}
