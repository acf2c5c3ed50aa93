//! A symbolic link was led elsewhere: who asks through it is changed, though its text is what it was.

use super::contents::By;
use super::session::LINK;
use super::{Engine, Session};
use crate::graph::Format;
use crate::resolve::{Resolved, links::Led};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Engine {
    /// The modules that are led elsewhere by `link`. What is loaded through it, and has nobody who could ask again, takes a
    /// restart, which is said.
    pub(super) fn relead(&self, link: &Path, led: Vec<Led>) -> Vec<PathBuf> {
        let led: BTreeMap<PathBuf, PathBuf> =
            led.into_iter().map(|it| (it.place, it.before)).collect();
        let mut changed = FxHashSet::default();
        let mut left: Option<Arc<Session>> = None;
        let sessions: Vec<_> = self.sessions.read().values().cloned().collect();
        for session in sessions {
            for before in led.values() {
                let state = session.state.lock();
                if !state.is_interested(before) {
                    continue;
                }
                let importers = state.importers_of(before);
                drop(state);
                let mut is_asked_for = false;
                for (importer, format) in importers {
                    let is_led =
                        changed.contains(&importer) || self.is_led(&importer, format, &led);
                    if is_led {
                        is_asked_for = true;
                        changed.insert(importer);
                    }
                }
                if !is_asked_for {
                    left.get_or_insert_with(|| Arc::clone(&session));
                }
            }
        }
        match left {
            Some(session) if changed.is_empty() => (session.saved_unreloaded)(link, LINK),
            _ => {}
        }
        changed.into_iter().collect()
    }

    /// Is it known that somebody has loaded `path`, or waits for it?
    pub(super) fn is_followed(&self, path: &Path) -> bool {
        let sessions = self.sessions.read();
        let mut states = sessions.values().map(|session| session.state.lock());
        states.any(|state| state.is_interested(path))
    }

    /// Does `path` ask for what leads elsewhere? Then it is loaded by another setting from now on.
    fn is_led(&self, path: &Path, format: Format, led: &BTreeMap<PathBuf, PathBuf>) -> bool {
        let Some(text) = self.reader.text(path) else {
            return false;
        };
        let [mut before, mut after] = [String::new(), String::new()];
        for (specifier, mode) in self.reader.requests(path, &text, format) {
            let found = self.reader.resolver.resolve(&specifier, path, mode);
            let Ok(Resolved::File {
                path: now, link, ..
            }) = found
            else {
                continue;
            };
            // What is no link any more is the file itself.
            let place = link.or_else(|| led.contains_key(&now).then(|| now.clone()));
            if let Some(place) = place {
                let was = led.get(&place).unwrap_or(&now);
                before.push_str(&format!("{specifier}\0{}\n", was.display()));
                after.push_str(&format!("{specifier}\0{}\n", now.display()));
            }
        }
        let is_led = before != after;
        if is_led {
            let settings = &self.reader.settings;
            settings.change(path, By::Links, &before, &after);
        }
        is_led
    }
}
