//! Which loaded modules an edited tsconfig, or `package.json`, makes something else of.

use super::contents::By;
use super::{Engine, Session};
use crate::error::Error;
use crate::graph::Format;
use crate::path::in_package;
use crate::scan::{ModuleKind, scan};
use crate::tsconfig::{self, Setting, Trial, TsConfigs, is_manifest};
use crate::typescript::{is_typescript, to_javascript};
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What came of a look at tsconfigs that were saved.
#[derive(Default)]
pub(super) struct Reconfigured {
    /// Modules that are compiled to something else, or import from elsewhere.
    pub modules: Vec<PathBuf>,
    pub refused: Option<Box<Refused>>,
}

/// Files that are not accepted, and what is wrong with the first.
pub(super) struct Refused {
    pub files: Trial,
    pub error: Error,
    /// Whose modules they govern.
    pub session: Arc<Session>,
}

/// A loaded module, and its settings before and after, in words.
pub(super) struct Changed {
    pub path: PathBuf,
    pub before: String,
    pub after: String,
}

pub(super) type Governed = FxHashMap<PathBuf, (Format, Arc<Session>)>;

impl Engine {
    /// `trial` is what the files hold that were saved. What is good holds from now on.
    pub(super) fn reconfigure(&self, trial: Trial) -> Reconfigured {
        let mut done = Reconfigured::default();
        let governed = self.governed();
        // A package.json that does not parse is no reason to refuse a tsconfig.
        let (manifests, tsconfigs) = trial.into_iter().partition(|it| is_manifest(&it.0));
        self.try_on(tsconfigs, By::Tsconfig, &governed, &mut done);
        self.try_on(manifests, By::Manifests, &governed, &mut done);
        done
    }

    fn try_on(&self, mut trial: Trial, by: By, governed: &Governed, done: &mut Reconfigured) {
        while !trial.is_empty() {
            let tried = if by == By::Tsconfig {
                self.changed_by(&trial, governed)
            } else {
                self.led_elsewhere(&trial, governed)
            };
            let kept = |changed| self.keep_kinds(&trial, governed).map(|()| changed);
            match tried.and_then(kept) {
                Ok(changed) => {
                    tsconfig::accept(std::mem::take(&mut trial));
                    for it in changed {
                        let settings = &self.reader.settings;
                        settings.change(&it.path, by, &it.before, &it.after);
                        done.modules.push(it.path);
                    }
                }
                Err(refused) => {
                    // The others are good perhaps: of another package.
                    let culprit = refused.error.file.as_deref();
                    let out = match culprit.and_then(|it| trial.remove_entry(it)) {
                        Some(culprit) => Trial::from_iter([culprit]),
                        None => std::mem::take(&mut trial),
                    };
                    done.refused.get_or_insert(refused).files.extend(out);
                }
            }
        }
    }

    /// Is there anything that a file which was saved can be tried on?
    pub(super) fn governs_any(&self) -> impl Fn(&Path) -> bool + use<> {
        let governed = self.governed();
        let has_typescript = governed.keys().any(|it| is_typescript(it));
        let has_any = !governed.is_empty();
        move |config| match is_manifest(config) {
            true => has_any,
            false => has_typescript,
        }
    }

    /// The modules of the project that are loaded and watched, and by whom.
    fn governed(&self) -> Governed {
        let mut governed = Governed::default();
        for session in self.sessions.read().values() {
            let state = session.state.lock();
            for path in state.watched_paths() {
                if !in_package(path)
                    && let Some(format) = state.format(path)
                {
                    let entry = || (format, Arc::clone(session));
                    governed.entry(path.to_path_buf()).or_insert_with(entry);
                }
            }
        }
        governed
    }

    /// The modules that differ.
    fn changed_by(&self, trial: &Trial, governed: &Governed) -> Result<Vec<Changed>, Box<Refused>> {
        let (before, after) = (TsConfigs::default(), TsConfigs::under(trial));
        let mut changed = Vec::new();
        let typescript = governed.iter().filter(|it| is_typescript(it.0));
        for (path, (format, session)) in typescript {
            let after = after.setting(path).map_err(|error| {
                Box::new(Refused {
                    files: Trial::default(),
                    error,
                    session: Arc::clone(session),
                })
            })?;
            let before = before.setting(path);
            let it = Changed {
                path: path.clone(),
                before: before
                    .as_ref()
                    .map_or_else(|_| String::new(), Setting::in_words),
                after: after.in_words(),
            };
            // Without one before it could not be compiled at all.
            let differs = |before| self.differs(path, *format, [before, &after]);
            if it.before != it.after && before.as_ref().map_or(true, differs) {
                changed.push(it);
            }
        }
        Ok(changed)
    }

    fn differs(&self, path: &Path, format: Format, settings: [&Setting; 2]) -> bool {
        let Some(source) = self.reader.text(path) else {
            return false;
        };
        let kind = match format {
            Format::Esm => ModuleKind::Esm,
            Format::CommonJs => ModuleKind::CommonJs,
            Format::Json => return false,
        };
        let [before, after] =
            settings.map(|it| to_javascript(&source, path, kind, &it.options).map(|it| it.code));
        let (Ok(before), Ok(after)) = (&before, &after) else {
            return before.is_ok() != after.is_ok();
        };
        if before != after {
            return true;
        }
        let requests = scan(after, path, kind).requests;
        requests.iter().any(|request| {
            let [before, after] = settings.map(|setting| {
                let resolver = &self.reader.resolver;
                resolver.aliased(&request.specifier, path, setting)
            });
            before != after
        })
    }
}
