//! A symbolic link was led elsewhere: who asks through it is changed, though its text is what it was.

use super::contents::By;
use super::session::LINK;
use super::{Engine, Session};
use crate::graph::Format;
use crate::resolve::{Resolved, links::Led};
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Engine {
    /// The modules that are led elsewhere by `link`. What is loaded through it, and has nobody who could ask again, takes a
    /// restart, which is said.
    pub(super) fn relead(&self, link: &Path, led: &[Led]) -> Vec<PathBuf> {
        let mut importers: FxHashMap<PathBuf, Importer> = FxHashMap::default();
        let mut left: Option<Arc<Session>> = None;
        let sessions: Vec<_> = self.sessions.read().values().cloned().collect();
        for session in sessions {
            let state = session.state.lock();
            for it in led {
                // Who was about to be evaluated as it was led there was changed then: one `ln -sfn` is looked at twice.
                let may_be_other = !it.is_same;
                for target in it.before.iter().chain([&it.now]) {
                    for (path, format) in state.importers_of(target) {
                        let content = self.reader.contents.get(&path);
                        let is_news = |it| state.format_if_news(&path, it).is_some();
                        let is_pending = may_be_other
                            && (state.is_in_flight(&path) || content.is_some_and(is_news));
                        let importer = importers.entry(path).or_insert(Importer {
                            format,
                            is_pending: false,
                            held: Vec::new(),
                        });
                        importer.is_pending |= is_pending;
                        importer.held.push(target);
                    }
                }
                if it.last != it.now && state.is_interested(&it.last) {
                    left.get_or_insert_with(|| Arc::clone(&session));
                }
            }
        }
        let asks = |(path, it): (PathBuf, Importer)| {
            let is_led = self.is_led(&path, &it, led)?;
            Some((path, is_led || it.is_pending))
        };
        let asking: Vec<_> = importers.into_iter().filter_map(asks).collect();
        if let (Some(session), true) = (left, asking.is_empty()) {
            (session.saved_unreloaded)(link, LINK);
        }
        let changed = asking.into_iter().filter(|(_, is_changed)| *is_changed);
        let changed: Vec<_> = changed.map(|(path, _)| path).collect();
        for path in &changed {
            self.reader.settings.renew(path, By::Links);
        }
        changed
    }

    /// Is it known that somebody has loaded `path`, or waits for it?
    pub(super) fn is_followed(&self, path: &Path) -> bool {
        let sessions = self.sessions.read();
        let mut states = sessions.values().map(|session| session.state.lock());
        states.any(|state| state.is_interested(path))
    }

    /// Does `path` ask for what is `led`, and has it loaded what that led to before? It may ask for that by its own name, too.
    fn is_led(&self, path: &Path, importer: &Importer, led: &[Led]) -> Option<bool> {
        let text = self.reader.text(path)?;
        let requests = self.reader.requests(path, &text, importer.format);
        let resolver = &self.reader.resolver;
        let found = requests.iter().filter_map(|(specifier, mode)| {
            match resolver.resolve(specifier, path, *mode) {
                Ok(Resolved::File { path, link, .. }) => Some((path, link)),
                _ => None,
            }
        });
        let found: Vec<_> = found.collect();
        let mut is_led = None;
        for (now, link) in &found {
            // What is no link any more is the file itself.
            let place = link.as_ref().unwrap_or(now);
            if let Some(it) = led.iter().find(|it| it.place == *place) {
                let holds = |target| importer.held.contains(&target);
                let is_other = |target| !holds(&it.now) || found.iter().all(|(it, _)| it != target);
                let has_loaded = it.before.iter().any(|it| holds(it) && is_other(it));
                is_led = Some(has_loaded || is_led == Some(true));
            }
        }
        is_led
    }
}

/// Who imports what was, or is, asked for through a link.
struct Importer<'a> {
    format: Format,
    /// It is about to be evaluated, or just is: what it asks for then, nobody knows yet.
    is_pending: bool,
    /// What of that it imports.
    held: Vec<&'a PathBuf>,
}
