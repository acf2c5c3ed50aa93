//! What updates evaluate, whatever the files hold by then: a file that is being written again holds half of something.
//!
//! CommonJS files are evaluated as importers, too, without having changed. What was read of them for an update is
//! kept for the next one; texts of files that no update has come to are not, since that would be a second copy of the program.

use super::{Content, Format, Loaded, Member, Reading, SessionState};
use crate::graph::ModuleId;
use std::{path::Path, sync::Arc};

impl SessionState {
    /// `path` is being loaded by an update that is about the very content kept for it: what it is
    /// loaded from. `None`: the loader has to read the file.
    pub fn loading_in_flight(&mut self, path: &Path) -> Option<Arc<[u8]>> {
        let id = self.graph.id(path)?;
        let (content, bytes) = self.source_in_flight(id)?;
        self.facts_mut(id).loaded = Loaded::From(content);
        if self.graph.format(id) == Format::CommonJs {
            self.keep_text(path, content, &bytes);
        }
        Some(bytes)
    }

    fn source_in_flight(&self, id: ModuleId) -> Option<(Content, Arc<[u8]>)> {
        let mut updates = self.in_flight.iter().rev();
        updates.find_map(|update| update.sources.get(&id).cloned())
    }

    /// What an update in flight evaluates as the CommonJS file `path`.
    pub fn commonjs_in_flight(&self, path: &Path) -> Option<(Arc<[u8]>, Reading)> {
        let id = self.graph.id(path)?;
        let (content, bytes) = self.source_in_flight(id)?;
        let at = self.facts[id.index()].seen?.at;
        let is_it = self.graph.format(id) == Format::CommonJs;
        is_it.then_some((bytes, Reading { content, at }))
    }

    /// What an update in flight takes `path`, a CommonJS file that it is not about, to hold. It need not be planned: under
    /// register the runtime knows who is evaluated.
    pub fn unchanged_in_flight(&self, path: &Path) -> Option<Content> {
        let id = self.graph.id(path)?;
        if self.in_flight.is_empty() || self.graph.format(id) != Format::CommonJs {
            return None;
        }
        let is_it = |&&(member, ..): &&Member| member == id;
        match (self.members().find(is_it), self.facts[id.index()].loaded) {
            (Some(&(_, loaded, planned)), _) => {
                planned.filter(|planned| loaded == Loaded::From(*planned))
            }
            (None, Loaded::From(loaded)) => Some(loaded),
            (None, _) => None,
        }
    }

    pub fn keep_text(&mut self, path: &Path, content: Content, bytes: &Arc<[u8]>) {
        if let Some(id) = self.graph.id(path) {
            self.texts.insert(id, (content, Arc::clone(bytes)));
        }
    }

    /// `path` is being loaded from what it held before, if that is known.
    pub fn loading_kept(&mut self, path: &Path, content: Content) -> Option<Arc<[u8]>> {
        let id = self.graph.id(path)?;
        let (kept, bytes) = self.texts.get(&id)?;
        let bytes = (*kept == content).then(|| Arc::clone(bytes))?;
        self.facts_mut(id).loaded = Loaded::From(content);
        Some(bytes)
    }
}
