//! Reads files, scans them, and resolves what they request. The engine's thread and the threads that load modules share it.

use super::as_before::AsBefore;
use super::contents::{Content, Contents, Settings};
use super::exports::missing_exports;
use super::installs::installable;
use super::session::{Problem, Reading};
use crate::change::{Snapshot, read_filled, snapshot};
use crate::error::Error;
use crate::graph::Format;
use crate::resolve::{Mode, Resolved, Resolver, missing_candidates};
use crate::scan::{ModuleKind, RequestKind, scan};
use crate::typescript::{JavaScript, is_typescript, to_javascript};
use crate::watch::FileSystem;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What reading and scanning need; shared by the engine thread and the threads that load modules.
pub struct Reader {
    pub fs: std::sync::Arc<dyn FileSystem>,
    pub resolver: Resolver,
    pub contents: Contents,
    pub settings: Settings,
    /// CommonJS in which a look has found nothing to tell, and under which settings. Files that come or go may change that.
    pub sound: AsBefore<u64>,
}

impl Reader {
    pub fn read(&self, path: &Path) -> (Snapshot, Option<Content>) {
        let snapshot = snapshot(&*self.fs, path);
        let content = Content::of_snapshot(&snapshot).map(|it| self.compiled(path, it));
        (snapshot, content)
    }

    /// It counts what it is compiled by, and where its requests lead, too.
    pub fn compiled(&self, path: &Path, content: Content) -> Content {
        content.under(self.settings.of(path))
    }

    /// Reads `path` and remembers what it holds now.
    pub fn examine(&self, path: &Path) -> (Snapshot, Option<Reading>) {
        self.remember(path, self.look(path))
    }

    /// The same, of what somebody waits for: see [`read_filled`].
    pub fn examine_filled(&self, path: &Path) -> (Snapshot, Option<Reading>) {
        // What it held before is to be known until it is clear what it holds now.
        let look = || self.look(path);
        let is_empty = |(_, reading): &(_, Option<Reading>)| {
            reading.is_some_and(|reading| reading.content.is_empty())
        };
        self.remember(path, read_filled(path, look, is_empty))
    }

    fn look(&self, path: &Path) -> (Snapshot, Option<Reading>) {
        let at = Instant::now();
        let (snapshot, content) = self.read(path);
        (snapshot, content.map(|content| Reading { content, at }))
    }

    fn remember(
        &self,
        path: &Path,
        seen: (Snapshot, Option<Reading>),
    ) -> (Snapshot, Option<Reading>) {
        if let Some(reading) = seen.1 {
            self.contents.replace(path, reading);
        }
        seen
    }

    /// `path`'s text, if it can be read.
    pub fn text(&self, path: &Path) -> Option<String> {
        match self.read(path).0 {
            Snapshot::Content { bytes, .. } => Some(String::from_utf8_lossy(&bytes).into_owned()),
            Snapshot::Missing | Snapshot::Unreadable(_) => None,
        }
    }

    /// The module system `path` belongs to, by Node's rules.
    pub fn format(&self, path: &Path, source: Option<&str>) -> Option<Format> {
        format_of(self.resolver.kind(path, || source))
    }

    /// Scans `source` and resolves what it requests, but for `import()`.
    pub fn inspect(&self, path: &Path, source: &str, format: Format) -> Inspection {
        self.inspect_with(path, source, format, false)
    }

    /// The same, and where each `import()` of a literal leads.
    pub fn inspect_all(&self, path: &Path, source: &str, format: Format) -> Inspection {
        self.inspect_with(path, source, format, true)
    }

    fn inspect_with(
        &self,
        path: &Path,
        source: &str,
        format: Format,
        wants_dynamic: bool,
    ) -> Inspection {
        let Some(kind) = module_kind(format) else {
            return Inspection::default();
        };
        match self.javascript(path, source, kind) {
            Ok(compiled) => self.resolve_requests(path, &compiled, kind, wants_dynamic),
            Err(error) => Inspection {
                broken: true,
                problems: vec![problem_in(error, source)],
                ..Inspection::default()
            },
        }
    }

    /// What is scanned: of TypeScript what remains when it runs, an import of types does not.
    fn javascript<'s>(
        &self,
        path: &Path,
        source: &'s str,
        kind: ModuleKind,
    ) -> Result<Compiled<'s>, Error> {
        let compiled = match is_typescript(path) && kind != ModuleKind::Json {
            true => {
                let options = self.resolver.tsconfigs().options(path)?;
                Some(to_javascript(source, path, kind, &options)?)
            }
            false => None,
        };
        Ok(Compiled { source, compiled })
    }

    /// Everything that is wrong with `path` as far as its text and its neighbours tell.
    pub fn problems(&self, path: &Path) -> Vec<Problem> {
        let Some(source) = self.text(path) else {
            return Vec::new();
        };
        let format = self.format(path, Some(&source));
        if format == Some(Format::Json) {
            let errors = scan(&source, path, ModuleKind::Json).errors;
            return errors
                .into_iter()
                .map(|error| problem_in(error, &source))
                .collect();
        }
        let Some(kind) = format.and_then(module_kind) else {
            return Vec::new();
        };
        let compiled = match self.javascript(path, &source, kind) {
            Ok(compiled) => compiled,
            Err(error) => return vec![problem_in(error, &source)],
        };
        let mut problems = self.resolve_requests(path, &compiled, kind, false).problems;
        let code = compiled.code();
        let missing = missing_exports(self, path, code, &scan(code, path, kind));
        problems.extend(missing.into_iter().map(|it| compiled.relocated(it)));
        problems
    }

    /// What `path` asks for by other names than paths, and how.
    pub fn named_requests(&self, path: &Path, source: &str, format: Format) -> Vec<(String, Mode)> {
        let mut requests = self.requests(path, source, format);
        requests.retain(|(specifier, _)| !specifier.starts_with(['.', '/']));
        requests
    }

    /// What `path` asks for, and how.
    pub fn requests(&self, path: &Path, source: &str, format: Format) -> Vec<(String, Mode)> {
        let Some(kind) = module_kind(format) else {
            return Vec::new();
        };
        let Ok(compiled) = self.javascript(path, source, kind) else {
            return Vec::new();
        };
        let record = scan(compiled.code(), path, kind);
        let requests = record.requests.into_iter();
        requests.map(|it| (it.specifier, it.kind.into())).collect()
    }

    fn resolve_requests(
        &self,
        path: &Path,
        compiled: &Compiled,
        kind: ModuleKind,
        wants_dynamic: bool,
    ) -> Inspection {
        let source = compiled.code();
        let record = scan(source, path, kind);
        let mut found = Inspection {
            broken: !record.errors.is_empty(),
            problems: record
                .errors
                .iter()
                .map(|error| Problem {
                    error: error.clone(),
                    source: Some(source.to_owned()),
                    specifier: None,
                })
                .collect(),
            ..Inspection::default()
        };
        for request in &record.requests {
            // Evaluated when it is reached, if ever: not part of what lies between.
            let mode = request.kind.into();
            if request.kind == RequestKind::DynamicImport {
                if wants_dynamic
                    && let Ok(Resolved::File { path, .. }) =
                        self.resolver.resolve(&request.specifier, path, mode)
                {
                    found.dynamic.push(path);
                }
                continue;
            }
            match self.resolver.resolve(&request.specifier, path, mode) {
                Ok(Resolved::File { path, .. }) if mode == Mode::Import => found.imports.push(path),
                Ok(_) => {}
                Err(_) if request.guarded => {}
                Err(error) => {
                    let specifier = &request.specifier;
                    let candidates = missing_candidates(specifier, path, mode);
                    if candidates.is_empty() {
                        self.wait_for_package(specifier, path, &mut found);
                        let targets = self.resolver.missing_targets(specifier, path, mode);
                        found.wanted.extend(targets);
                    }
                    found.wanted.extend(candidates);
                    found.problems.push(Problem {
                        error: error.with_file(path).at(source, request.span),
                        source: None,
                        specifier: Some(request.specifier.clone()),
                    });
                }
            }
        }
        let problems = found.problems.drain(..);
        found.problems = problems.map(|it| compiled.relocated(it)).collect();
        found
    }
}

impl Reader {
    fn wait_for_package(&self, specifier: &str, path: &Path, found: &mut Inspection) {
        let manifests = self.held_by(installable(specifier, path));
        if manifests.is_empty() {
            return;
        }
        if found.installs.is_empty() {
            found.installs = self.installs(path);
        }
        for (manifest, content) in manifests {
            match content {
                Content::Missing => found.wanted.push(manifest),
                _ => found.installs.push((manifest, content)),
            }
        }
    }
}

/// A source and, of TypeScript, the JavaScript that runs.
struct Compiled<'s> {
    source: &'s str,
    compiled: Option<JavaScript>,
}

impl Compiled<'_> {
    fn code(&self) -> &str {
        self.compiled.as_ref().map_or(self.source, |it| &it.code)
    }

    /// A problem of the JavaScript, placed in the source.
    fn relocated(&self, problem: Problem) -> Problem {
        let Some(compiled) = &self.compiled else {
            return problem;
        };
        Problem {
            error: compiled.relocated(problem.error, self.source),
            source: problem.source.map(|_| self.source.to_owned()),
            ..problem
        }
    }
}

fn problem_in(error: Error, source: &str) -> Problem {
    Problem {
        error,
        source: Some(source.to_owned()),
        specifier: None,
    }
}

fn module_kind(format: Format) -> Option<ModuleKind> {
    match format {
        Format::Esm => Some(ModuleKind::Esm),
        Format::CommonJs => Some(ModuleKind::CommonJs),
        Format::Json => None,
    }
}

fn format_of(kind: ModuleKind) -> Option<Format> {
    match kind {
        ModuleKind::Esm => Some(Format::Esm),
        ModuleKind::CommonJs => Some(Format::CommonJs),
        ModuleKind::Json => Some(Format::Json),
        ModuleKind::Wasm | ModuleKind::Addon | ModuleKind::Other => None,
    }
}

/// What one look at a module's source tells.
#[derive(Default)]
pub struct Inspection {
    /// Project files it imports statically, in source order. For CommonJS the runtime knows
    /// better: it sees what was really required.
    pub imports: Vec<PathBuf>,
    /// Where `import()` leads, if that was asked for.
    pub dynamic: Vec<PathBuf>,
    pub problems: Vec<Problem>,
    /// Files whose creation could mend a problem.
    pub wanted: Vec<PathBuf>,
    /// Files that an installation of the packages it lacks would change, and what they hold.
    pub installs: Vec<(PathBuf, Content)>,
    /// It does not parse: the imports are those of the version before.
    pub broken: bool,
}

impl Inspection {
    /// Is there nothing to tell of it, and nothing to wait for?
    pub fn is_sound(&self) -> bool {
        !self.broken
            && self.problems.is_empty()
            && self.wanted.is_empty()
            && self.installs.is_empty()
    }
}
