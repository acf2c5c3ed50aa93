//! Node-API: convert, call, convert. No decisions are made in here.
//!
//! *Architecture Invariant:* the only module that names napi.

#[cfg_attr(not(target_os = "linux"), path = "no_attendance.rs")]
mod attendance;
mod boundary;
mod code_cache;
mod convert;
mod coverage;
mod declared;
mod deep_stacks;
mod esm;
mod esm_values;
#[cfg(any(
    target_os = "linux",
    all(unix, any(target_arch = "x86_64", target_arch = "aarch64"))
))]
mod exports;
mod external;
mod forecast;
mod frame;
mod function_code;
mod function_text;
mod hot_plan;
mod last_words;
mod news;
mod stacks;

use crate::change::PathFilter;
use crate::engine::{Engine, EngineOptions, Session, TOLD, Told};
use crate::tsconfig;
use crate::watch::{FileSystem, FsKind, RealFs};
use attendance::{Woken, attend};
use convert::{JsProblem, JsResolved, JsStatus, JsTriggered, js_error, mode, paths, texts};
use esm::JsEsmLoader;
use napi::Env;
use napi::bindgen_prelude::{FnArgs, Function, Result};
use napi::threadsafe_function::ThreadsafeFunctionCallMode;
use napi_derive::napi;
use parking_lot::Mutex;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

/// How the process watches files; the first session decides for all.
#[napi(object)]
pub struct JsSessionOptions {
    pub poll: Option<bool>,
    /// Milliseconds.
    pub poll_interval: Option<u32>,
    pub max_watches: Option<u32>,
    pub conditions: Option<Vec<String>>,
}

/// One Node environment's connection to the engine.
#[napi(js_name = "Session")]
pub struct JsSession {
    session: Arc<Session>,
    woken: Arc<Woken>,
    /// The last update's lines (`news.rs`).
    told: Mutex<String>,
}

#[napi]
impl JsSession {
    /// `wake` is called, on the environment's own thread, when `takeNews` has something;
    /// `notice` with a sentence for the user, `saved_unreloaded` with a file that no update reloads, which was saved, and why
    /// that is so. None keeps the event loop alive.
    #[napi(constructor, catch_unwind)]
    pub fn new(
        env: Env,
        options: JsSessionOptions,
        wake: Function<'_, (), ()>,
        notice: Function<'_, String, ()>,
        saved_unreloaded: Option<Function<'_, FnArgs<(String, String)>, ()>>,
    ) -> Result<Self> {
        let is_awake = Arc::new(AtomicBool::new(true));
        let awake = Arc::clone(&is_awake);
        let woken = Woken::new(env, &wake)?;
        let (called, comes) = (Arc::clone(&woken), Arc::clone(&is_awake));
        let wake = wake
            .build_threadsafe_function()
            .weak::<true>()
            .build_callback(move |_| {
                awake.store(true, Ordering::Relaxed);
                Ok(())
            })?;
        let notice = notice.build_threadsafe_function().weak::<true>().build()?;
        let saved_unreloaded = match saved_unreloaded {
            Some(function) => Some(
                function
                    .build_threadsafe_function()
                    .weak::<true>()
                    .build()?,
            ),
            None => None,
        };
        let engine = Engine::global(&EngineOptions {
            poll: options.poll.unwrap_or(false),
            poll_interval: options
                .poll_interval
                .map(|ms| Duration::from_millis(ms.into())),
            max_watches: options.max_watches.map(|count| count as usize),
            conditions: options.conditions.unwrap_or_default(),
        });
        let session = engine.open_session(
            is_awake,
            move || {
                if called.call_soon() {
                    comes.store(true, Ordering::Relaxed);
                } else {
                    wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
                }
            },
            move |text| {
                notice.call(text, ThreadsafeFunctionCallMode::NonBlocking);
            },
            move |path, why| {
                if let Some(saved_unreloaded) = &saved_unreloaded {
                    let saved = (path.to_string_lossy().into_owned(), why.to_owned());
                    saved_unreloaded.call(saved.into(), ThreadsafeFunctionCallMode::NonBlocking);
                }
            },
        );
        Ok(Self {
            session,
            woken,
            told: Mutex::default(),
        })
    }

    #[napi(getter, catch_unwind)]
    pub fn id(&self) -> u32 {
        self.session.id
    }

    #[napi(catch_unwind)]
    pub fn rehearse(&self, env: Env) {
        attend(env);
        self.session.rehearse();
    }

    #[napi(catch_unwind)]
    pub fn set_entry(&self, file: String) {
        self.session.set_entry(Path::new(&file));
    }

    /// What is loaded from now on, and nobody is to reload, is told of when it is saved. `all`: also what `import()` leads to,
    /// and the entry point.
    #[napi(catch_unwind)]
    pub fn tell_unreloaded(&self, all: bool) {
        let told = if all { Told::All } else { Told::Wasm };
        self.session.tell_unreloaded(told);
    }

    /// Node runs these, whatever is saved.
    #[napi(catch_unwind)]
    pub fn unreloaded_by_node(&self, files: Vec<String>) {
        self.session.unreloaded(&paths(files), TOLD);
    }

    /// Which files each file really required.
    #[napi(catch_unwind)]
    pub fn link(&self, edges: Vec<(String, Vec<String>)>) {
        let edges: Vec<(PathBuf, Vec<PathBuf>)> = edges
            .into_iter()
            .map(|(file, imports)| (PathBuf::from(file), paths(imports)))
            .collect();
        self.session.link(&edges);
    }

    #[napi(catch_unwind)]
    pub fn prepare(&self, file: String) {
        self.session.prepare(Path::new(&file));
    }

    /// `prepare` of what the loader has loaded ahead.
    #[napi(catch_unwind)]
    pub fn prepare_with(&self, file: String, loader: &JsEsmLoader) {
        self.session
            .prepare_with(Path::new(&file), &|path| loader.ahead(path));
    }

    /// Changed ES modules are made ready by `loader` before the update is taken.
    #[napi(catch_unwind)]
    pub fn compile_with(&self, loader: &JsEsmLoader) {
        self.session.compile_with(loader.compiler());
    }

    /// Nothing is watched until `beginWatches`, which comes when the program has come to its event loop.
    #[napi(catch_unwind)]
    pub fn hold_watches(&self) {
        self.session.hold_watches();
    }

    /// What was saved since it was loaded is found now.
    #[napi(catch_unwind)]
    pub fn begin_watches(&self) {
        self.session.begin_watches();
    }

    #[napi(catch_unwind)]
    pub fn add_boundaries(&self, files: Vec<String>, deep: bool, watch: bool) {
        self.session
            .add_boundaries(files.iter().map(Path::new), deep, watch);
    }

    #[napi(catch_unwind)]
    pub fn remove_boundaries(&self, files: Vec<String>, deep: bool, watch: bool) {
        self.session
            .remove_boundaries(files.iter().map(Path::new), deep, watch);
    }

    #[napi(catch_unwind)]
    pub fn ignore(&self, owner: u32, root: String, patterns: Vec<String>) -> Result<()> {
        let filter = PathFilter::compile(Path::new(&root), &patterns).map_err(invalid_option)?;
        self.session.ignore(owner, filter);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn stop_ignoring(&self, owner: u32) {
        self.session.stop_ignoring(owner);
    }

    /// `since`: milliseconds by the clock of files; what was saved later has changed. Left out: now.
    #[napi(catch_unwind)]
    pub fn add_trigger(
        &self,
        trigger: u32,
        target: String,
        root: String,
        patterns: Vec<String>,
        ignore: Vec<String>,
        since: Option<f64>,
    ) -> Result<()> {
        let filter = PathFilter::compile(Path::new(&root), &patterns).map_err(invalid_option)?;
        let ignore = PathFilter::compile(Path::new(&root), &ignore).map_err(invalid_option)?;
        let asked = since.map_or_else(SystemTime::now, instant);
        self.session
            .add_trigger(trigger, Path::new(&target), filter, ignore, asked);
        Ok(())
    }

    #[napi(catch_unwind)]
    pub fn remove_trigger(&self, trigger: u32) {
        self.session.remove_trigger(trigger);
    }

    #[napi(catch_unwind)]
    pub fn take_triggers(&self) -> Vec<JsTriggered> {
        let triggered = self.session.take_triggers().into_iter();
        triggered
            .map(|(trigger, files)| JsTriggered {
                trigger,
                files: texts(&files),
            })
            .collect()
    }

    #[napi(catch_unwind)]
    pub fn fire(&self, trigger: u32, files: Vec<String>) {
        self.session.fire(trigger, &paths(files));
    }

    /// What is wrong with `file` as far as the engine can tell.
    #[napi(catch_unwind)]
    pub fn problems(&self, file: String) -> Vec<JsProblem> {
        self.session
            .problems(Path::new(&file))
            .into_iter()
            .map(JsProblem::from)
            .collect()
    }

    /// Files that these may lack, and whose coming would mend that.
    #[napi(catch_unwind)]
    pub fn lacking(&self, files: Vec<String>) -> Vec<String> {
        texts(
            &self
                .session
                .lacking(files.into_iter().map(PathBuf::from).collect()),
        )
    }

    #[napi(catch_unwind)]
    pub fn touched(&self, file: String) {
        self.session.touched(Path::new(&file));
    }

    #[napi(catch_unwind)]
    pub fn reachable(&self, file: String) -> Vec<String> {
        texts(&self.session.reachable(Path::new(&file)))
    }

    /// The URL or path `specifier` stands for in the file `from`, by Node's rules.
    #[napi(catch_unwind)]
    pub fn resolve(&self, specifier: String, from: String, import: bool) -> Result<JsResolved> {
        self.session
            .resolve(&specifier, Path::new(&from), mode(import))
            .map(JsResolved::from)
            .map_err(|error| js_error(&error))
    }

    /// "commonjs", "module", "json" or null for what is none of them.
    #[napi(catch_unwind)]
    pub fn format(&self, file: String) -> Option<&'static str> {
        self.session
            .format(Path::new(&file))
            .map(convert::format_name)
    }

    #[napi(catch_unwind)]
    pub fn take_as_commonjs(&self, file: String) {
        self.session.take_as_commonjs(Path::new(&file));
    }

    #[napi(catch_unwind)]
    pub fn close(&self) {
        self.session.close();
    }
}

impl Drop for JsSession {
    /// Runs when the environment ends (a worker was terminated) or the object was collected.
    fn drop(&mut self) {
        self.woken.give_up();
        self.session.close();
    }
}

/// The program was asked for by `place`, which is a link to `file`, or below one.
#[napi(catch_unwind)]
pub fn entered_through(place: String, file: String) {
    crate::resolve::links::note(Path::new(&place), Path::new(&file));
}

/// The version of `file` in another environment's session: Node 20's loader hooks run on a thread
/// of their own.
#[napi(catch_unwind)]
pub fn version_of(session: u32, file: String) -> u32 {
    Engine::global(&EngineOptions::default())
        .session(session)
        .map_or(0, |session| session.version(Path::new(&file)))
}

/// What is watched and how, for `heatsync doctor` and for tests.
#[napi(catch_unwind)]
pub fn watch_status() -> Option<JsStatus> {
    Engine::global(&EngineOptions::default())
        .status()
        .map(JsStatus::from)
}

/// Does another thread of the process hear of a change of this file?
#[napi(catch_unwind)]
pub fn is_watched_elsewhere(file: String) -> bool {
    Engine::global(&EngineOptions::default()).is_watched_elsewhere(Path::new(&file))
}

/// The tsconfigs that have been read, or looked for, by now, and the `package.json` files; those of `files` among them.
#[napi(catch_unwind)]
pub fn known_configs(files: Vec<String>) -> Vec<String> {
    for folder in files.iter().filter_map(|it| Path::new(it).parent()) {
        tsconfig::follow_manifest(folder);
    }
    texts(&tsconfig::known())
}

/// These files hold as they are from now on: a program that reads them is about to be started.
#[napi(catch_unwind)]
pub fn hold_configs() {
    tsconfig::hold_present();
}

/// Has a tsconfig or a `package.json` of the project been edited since it was read?
#[napi(catch_unwind)]
pub fn configs_were_edited() -> bool {
    tsconfig::were_edited()
}

/// Has a `package.json` of the project been edited since it was read? Node goes by what it read.
#[napi(catch_unwind)]
pub fn manifests_were_edited() -> bool {
    tsconfig::manifests_were_edited()
}

/// Had a package of the project this name, which Node goes by for good?
#[napi(catch_unwind)]
pub fn is_former_name(name: String) -> bool {
    tsconfig::is_former_name(&name)
}

/// Files that change when what `specifier` leads to, or what `file` lacks of its packages, is installed.
#[napi(catch_unwind)]
pub fn installation(specifier: String, file: String) -> Vec<String> {
    texts(&crate::engine::installation(&specifier, Path::new(&file)))
}

/// The name of the network file system `path` is on; null on a local one.
#[napi(catch_unwind)]
pub fn file_system_kind(path: String) -> Option<&'static str> {
    match RealFs.kind_of_file_system(Path::new(&path)) {
        FsKind::Local => None,
        FsKind::Network(name) => Some(name),
    }
}

/// `milliseconds` since the epoch.
fn instant(milliseconds: f64) -> SystemTime {
    let since = Duration::try_from_secs_f64(milliseconds / 1000.0).unwrap_or_default();
    SystemTime::UNIX_EPOCH + since
}

fn invalid_option(message: String) -> napi::Error {
    napi::Error::new(napi::Status::InvalidArg, message)
}

// Here: what is exported to JavaScript is named by the struct above.
mod loads;
mod updates;
