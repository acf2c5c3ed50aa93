//! Telling a session what a file holds now.

use super::prepare;
use super::reader::Inspection;
use super::session::{Findings, Reading};
use super::{Ahead, Content, Engine, Session};
use crate::change::Snapshot;
use crate::graph::Format;
use crate::resolve::Resolver;
use crate::scan::{ModuleKind, scan};
use crate::typescript::is_typescript;
use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, SystemTime};

impl Engine {
    /// See [`Session::rehearse`].
    pub(super) fn rehearse(&self) {
        const COMMONJS: &str = "const a = require('node:fs'); exports.b = () => [a, `${1}`];";
        let sessions: Vec<_> = self.sessions.read().values().cloned().collect();
        for compiler in sessions.iter().filter_map(|session| session.compiler()) {
            compiler.rehearse();
        }
        let path = Path::new("rehearsal.cjs");
        self.reader.inspect(path, COMMONJS, Format::CommonJs);
    }

    /// Reads `path` and tells `session`.
    pub(super) fn look_at(&self, session: &Session, path: &Path) {
        let (snapshot, reading) = self.reader.examine(path);
        if let Some(reading) = reading {
            self.note(session, path, &snapshot, reading, false);
        }
    }

    /// Tells `session` what `path` holds: whether that is news, and what a look into it finds.
    /// Returns whether something is wrong with it that is waited out (`may_wait`).
    pub(super) fn note(
        &self,
        session: &Session,
        path: &Path,
        snapshot: &Snapshot,
        reading: Reading,
        may_wait: bool,
    ) -> bool {
        // The look comes first and without the lock: parsing takes longer than anything else.
        // What runs again after something else, which no update took or which failed, imports again what it does.
        let format = {
            let state = session.state.lock();
            let of_news = state.format_if_news(path, reading.content);
            of_news.or_else(|| state.format_if_linked_otherwise(path, reading.content))
        };
        let findings = match (format, snapshot) {
            (Some(format), Snapshot::Content { bytes, .. }) => {
                Some(self.look_into(session, path, format, bytes, reading))
            }
            _ => None,
        };
        if let Some(imports) = findings.as_ref().and_then(|it| it.imports.as_ref()) {
            prepare::prepare_all(&session.state, &self.reader, imports);
        }
        let mut state = session.state.lock();
        let is_dirty = state.examined(path, reading).is_some();
        let is_waited_out = match findings {
            Some(findings) if is_dirty => state.set_findings(path, reading, findings, may_wait),
            Some(Findings {
                format,
                imports: Some(imports),
                wanted,
                ..
            }) => {
                state.learn_format(path, format);
                state.link_as(path, reading.content, &imports);
                state.miss(path, wanted);
                false
            }
            _ => false,
        };
        let is_asked = state.may_be_saved_again(path);
        drop(state);
        if is_asked && let Ok(saved) = std::fs::metadata(path).and_then(|it| it.modified()) {
            session.state.lock().saved(path, saved);
        }
        is_waited_out
    }

    /// What `path` imports may lead elsewhere: something it has waited for is there. Before that is told: from then
    /// on an update evaluates `path` without another look at it, and what it imports has to be known and watched.
    /// Whether `path` holds news or not: an update that fails may be at it right now.
    pub(super) fn link_again(&self, session: &Session, path: &Path) {
        let at = Instant::now();
        let (Snapshot::Content { bytes, .. }, Some(content)) = self.reader.read(path) else {
            return;
        };
        let Some(format) = session.state.lock().format(path) else {
            return;
        };
        let reading = Reading { content, at };
        let findings = self.look_into(session, path, format, &bytes, reading);
        let Some(imports) = findings.imports else {
            return;
        };
        prepare::prepare_all(&session.state, &self.reader, &imports);
        let mut state = session.state.lock();
        if state.link_at_last(path, content, &imports) {
            state.leads_further(SystemTime::now());
        }
        state.miss(path, findings.wanted);
    }

    fn look_into(
        &self,
        session: &Session,
        path: &Path,
        format: Format,
        bytes: &Arc<[u8]>,
        reading: Reading,
    ) -> Findings {
        if Resolver::is_no_text(path) {
            return Findings {
                format,
                imports: None,
                problems: Vec::new(),
                wanted: Vec::new(),
                installs: Vec::new(),
                bytes: bytes.clone(),
                is_whole: false,
            };
        }
        // What never could be loaded was perhaps not there to tell its format.
        let unsure = session.state.lock().was_never_loaded(path);
        if format == Format::Esm
            && !unsure
            && let Some(compiler) = session.compiler()
            && let Some(Ahead { imports, .. }) = compiler.changed(path, bytes, reading)
        {
            return Findings {
                format,
                imports: Some(imports),
                problems: Vec::new(),
                wanted: Vec::new(),
                installs: Vec::new(),
                bytes: bytes.clone(),
                is_whole: true,
            };
        }
        let source = String::from_utf8_lossy(bytes);
        let told = unsure
            .then(|| self.reader.format(path, Some(&source)))
            .flatten();
        let mut format = told.unwrap_or(format);
        let mut found = match format {
            Format::CommonJs if !unsure => self.inspect_commonjs(path, &source, reading.content),
            _ => self.reader.inspect(path, &source, format),
        };
        // A `.js` file without a package type is what its text is: it may have become a module. One
        // with a type stays what it was: Node never reads a package.json twice.
        if found.broken
            && self.reader.resolver.package_type(path).is_none()
            && let Some(other) = self.reader.format(path, Some(&source))
            && other != format
        {
            found = self.reader.inspect(path, &source, other);
            // With a slip in it a text tells nothing: taken for the other kind, it would lose what it requires, and a
            // mended one is looked at as what it was last.
            if !found.broken {
                format = other;
            }
        }
        if format == Format::CommonJs
            && !found.broken
            && let Some(compiler) = session.compiler()
        {
            compiler.commonjs(path, &source, reading.content);
        }
        let is_whole = match format {
            Format::CommonJs => true,
            Format::Json => scan(&source, path, ModuleKind::Json).errors.is_empty(),
            Format::Esm => false,
        };
        Findings {
            format,
            imports: (format == Format::Esm && !found.broken).then_some(found.imports),
            problems: found.problems,
            wanted: found.wanted,
            installs: found.installs,
            bytes: bytes.clone(),
            is_whole,
        }
    }

    /// [`Reader::inspect`](super::Reader::inspect), or the same without a look.
    fn inspect_commonjs(&self, path: &Path, source: &str, content: Content) -> Inspection {
        let sound = &self.reader.sound;
        if sound.found(path, source) == Some(content.setting()) {
            return Inspection::default();
        }
        let found = self.reader.inspect(path, source, Format::CommonJs);
        // Of TypeScript it is the compiled text that is looked at.
        if found.is_sound() && !is_typescript(path) {
            sound.learn(path, source, content.setting());
        }
        found
    }
}
