//! Acquired files that are symbolic links: what they lead to is watched, too, and a change of it is one of theirs.
//!
//! Node names modules by their real paths, so this is about files that were replaced by a link while the
//! program runs, and about `--preserve-symlinks`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::events::Events;
use super::{Touch, WatchEvent, Watcher, starting_at};

#[derive(Default)]
pub(super) struct Links {
    /// Where an acquired file leads, if it is a link.
    targets: BTreeMap<PathBuf, PathBuf>,
    /// The same from the other side.
    links: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
}

impl Links {
    /// Does anything lead there?
    pub fn is_target(&self, path: &Path) -> bool {
        self.links.contains_key(path)
    }

    fn add(&mut self, link: PathBuf, target: PathBuf) {
        let links = self.links.entry(target.clone()).or_default();
        links.insert(link.clone());
        self.targets.insert(link, target);
    }

    /// What it led to.
    pub fn remove(&mut self, link: &Path) -> Option<PathBuf> {
        let target = self.targets.remove(link)?;
        if let Some(links) = self.links.get_mut(&target) {
            links.remove(link);
            if links.is_empty() {
                self.links.remove(&target);
            }
        }
        Some(target)
    }

    /// What is told of targets is told of what leads there.
    pub fn follow(&self, events: &mut Events) {
        if self.links.is_empty() {
            return;
        }
        let mut told = Vec::new();
        for event in events.iter() {
            match event {
                WatchEvent::Path { path, touch } => {
                    let links = self.links.get(path).into_iter().flatten();
                    told.extend(links.map(|link| (link.clone(), *touch)));
                }
                WatchEvent::Rescan { under: Some(under) } => {
                    let below = self.links.range::<Path, _>(starting_at(under));
                    let below = below.take_while(|(target, _)| target.starts_with(under));
                    let links = below.flat_map(|(_, links)| links);
                    told.extend(links.map(|link| (link.clone(), Touch::Unsure)));
                }
                // Everything is looked at then.
                WatchEvent::Rescan { under: None } | WatchEvent::Notice(_) => {}
            }
        }
        for (link, touch) in told {
            events.path(link, touch);
        }
    }
}

impl Watcher {
    /// Has `file` become a link, or does it lead elsewhere, or nowhere any more?
    #[must_use]
    pub fn is_relinked(&self, file: &Path) -> bool {
        self.new_target(file).is_some()
    }

    /// Where `file` leads now, if that is news. `Some(None)`: it was a link, and is none any more.
    fn new_target(&self, file: &Path) -> Option<Option<PathBuf>> {
        if !self.has_acquired(file) {
            return None;
        }
        // One of which nothing can be told now may lead there again.
        let target = self.fs.target_of_link(file).ok()?;
        (target.as_ref() != self.links.targets.get(file)).then_some(target)
    }

    /// Watches what `file` leads to, if it is a link.
    pub fn relink(&mut self, file: &Path, now: Instant) -> Vec<WatchEvent> {
        let mut out = Events::default();
        let Some(target) = self.new_target(file) else {
            return out.into_vec();
        };
        if let Some(before) = self.links.remove(file) {
            self.release(&before);
        }
        let Some(target) = target else {
            return out.into_vec();
        };
        let events = self.acquire(&target, now);
        self.links.add(file.to_path_buf(), target);
        // It may have been written before it was watched.
        out.path(file.to_path_buf(), Touch::Unsure);
        events.into_iter().chain(out.into_vec()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::Touch;
    use super::super::test_support::{NOTHING, World, words};
    use std::path::Path;
    use std::time::Instant;

    fn relink(world: &mut World, file: &str) -> Vec<String> {
        words(world.watcher.relink(Path::new(file), Instant::now()))
    }

    #[test]
    fn what_a_link_leads_to_is_watched_as_long_as_it_does() {
        let mut world = World::new(&[
            "/p/package.json",
            "/p/a.js",
            "/q/package.json",
            "/q/b.js",
            "/r/c.js",
        ]);
        world.acquire("/p/a.js");
        assert_eq!(relink(&mut world, "/p/a.js"), NOTHING, "a file");
        assert_eq!(relink(&mut world, "/p/other.js"), NOTHING, "not in use");
        world.log.calls();

        world.fs.link("/p/a.js", "/q/b.js");
        assert!(world.watcher.is_relinked(Path::new("/p/a.js")));
        assert_eq!(relink(&mut world, "/p/a.js"), ["Unsure /p/a.js"]);
        assert_eq!(world.log.calls(), ["+/q"]);
        assert!(!world.watcher.is_relinked(Path::new("/p/a.js")));
        for touch in [Touch::Complete, Touch::Gone] {
            let both = ["/q/b.js", "/p/a.js"].map(|path| format!("{touch:?} {path}"));
            assert_eq!(world.path("/q/b.js", touch), both);
        }
        let is_plain = |path: &str| {
            let path = Path::new(path);
            world.watcher.is_plain(path, Touch::Complete, true)
        };
        assert!(is_plain("/q/c.js") && !is_plain("/q/b.js"));

        world.fs.link("/p/a.js", "/r/c.js");
        assert_eq!(relink(&mut world, "/p/a.js"), ["Unsure /p/a.js"]);
        assert_eq!(world.log.calls(), ["-/q", "+/r"]);
        let both = ["Complete /r/c.js", "Complete /p/a.js"];
        assert_eq!(world.path("/r/c.js", Touch::Complete), both);
        world.release("/p/a.js");
        assert_eq!(world.log.watched(), NOTHING);
    }

    #[test]
    fn what_is_in_use_by_itself_is_told_of_links_as_long_as_they_are_in_use() {
        let mut world = World::new(&["/p/package.json", "/p/a.js", "/p/b.js", "/q/c.js"]);
        world.acquire("/q/c.js");
        for link in ["/p/a.js", "/p/b.js"] {
            world.acquire(link);
            world.fs.link(link, "/q/c.js");
            relink(&mut world, link);
        }
        let told = |world: &mut World| world.path("/q/c.js", Touch::Complete).join(", ");
        let all = "Complete /q/c.js, Complete /p/a.js, Complete /p/b.js";
        assert_eq!(told(&mut world), all);
        world.release("/p/a.js");
        assert_eq!(told(&mut world), "Complete /q/c.js, Complete /p/b.js");
        world.release("/p/b.js");
        assert_eq!(told(&mut world), "Complete /q/c.js");
        let target = Path::new("/q/c.js");
        assert!(world.watcher.is_plain(target, Touch::Complete, true));
    }

    #[test]
    fn a_file_again() {
        let mut world = World::new(&["/p/package.json", "/p/a.js", "/q/b.js"]);
        world.acquire("/p/a.js");
        world.fs.link("/p/a.js", "/q/b.js");
        relink(&mut world, "/p/a.js");
        world.fs.write("/p/a.js", "a file");
        assert_eq!(relink(&mut world, "/p/a.js"), NOTHING);
        assert_eq!(world.log.watched(), ["/p"]);
        world.release("/p/a.js");
        assert_eq!(world.log.watched(), NOTHING);
    }
}
