//! The one stateful owner: file events in, update plans out.
//!
//! One engine thread serves the whole process: it owns the watcher and decides when a change has
//! settled. Each Node environment (the main thread, every worker) has a [`Session`], whose state
//! both its own thread and the engine thread lock for moments. A session is told to wake
//! when there is an update; it takes the plan on its own thread, applies it, and says how it went.
//!
//! *Architecture Invariant:* the engine never runs user code and never waits for a session.

mod as_before;
mod boundaries;
mod configs;
mod contents;
mod environment;
mod examination;
mod exports;
mod in_vain;
mod installs;
mod kinds;
mod lacking;
mod manifests;
mod moved;
mod note;
mod prepare;
mod reader;
mod relead;
mod run;
mod session;
mod unreloaded;

pub use as_before::AsBefore;
pub use contents::{Content, Contents, Settings};
pub use installs::installation;
pub use prepare::Ahead;
pub use reader::Reader;
pub use run::LoopReader;
pub use session::{
    GroupToEvaluate, Lack, ModuleToEvaluate, Named, Problem, Reading, SessionState, TOLD, Told,
    TriggerId, Update, WatchDelta, Why,
};

use crate::change::{PathFilter, Timing, ask_what_was_filled};
use crate::resolve::{Resolver, links};
use crate::tsconfig;
use crate::watch::{EventQueue, RealFs, WatchOptions, WatchStatus};
use examination::Examination;
use moved::Moved;
use parking_lot::{Mutex, RwLock};
use run::Command;
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, OnceLock};
use std::thread::ThreadId;
use std::time::Duration;

pub type SessionId = u32;

type TellUnreloaded = Box<dyn Fn(&Path, Why) + Send + Sync>;

/// Makes of a changed ES module what will be evaluated: on the thread that saw the change, while the
/// session's own is being woken.
pub trait Compile: Send + Sync {
    /// `path` holds `bytes` now. `None`: a closer look is needed, for something may be wrong with it.
    fn changed(&self, path: &Path, bytes: &Arc<[u8]>, reading: Reading) -> Option<Ahead>;
    /// `path`, which is CommonJS, holds `source` now: the names that ES modules may import of it will be asked for.
    fn commonjs(&self, path: &Path, source: &str, content: Content);
    /// An update is planned in which `path` is evaluated with this content, which `text` is, if it was kept: for what
    /// [`Compile::changed`] has not taken.
    fn planned(&self, path: &Path, content: Content, text: Option<(Arc<[u8]>, Reading)>);
    /// An update is planned in which `path` is evaluated anew, and holds this, which is nothing new: what another session's update, which
    /// has not begun, was to evaluate as it may have been undone since.
    fn planned_as_it_is(&self, _: &Path, _: Content) {}
    /// Is there a text that [`Compile::planned`] was told of?
    fn is_planned(&self, _: &Path) -> bool {
        false
    }
    /// That update has ended.
    fn ended(&self, path: &Path);
    /// The text in which the names that ES modules may import of the CommonJS file `path` were found last.
    fn named(&self, _: &Path) -> Option<Named> {
        None
    }
    /// Files appeared or vanished, or what says how specifiers resolve has changed.
    fn moved(&self);
    /// What [`Compile::changed`] will be called for soon, on this thread, is done once in vain.
    fn rehearse(&self);
}

/// Everything the process shares.
pub struct Engine {
    reader: Reader,
    sessions: RwLock<FxHashMap<SessionId, Arc<Session>>>,
    commands: Sender<Command>,
    next_session: AtomicU32,
    /// Environments of several threads have opened sessions.
    has_workers: AtomicBool,
    /// Where file events wait to be read, once the watcher has begun; `None` where that is nobody else's business.
    event_queue: OnceLock<Option<Arc<dyn EventQueue>>>,
    /// Of such a queue: how an event loop reads it.
    loop_reader: OnceLock<Arc<LoopReader>>,
}

/// How the engine watches; the first session of a process decides.
#[derive(Clone, Debug, Default)]
pub struct EngineOptions {
    pub poll: bool,
    pub poll_interval: Option<Duration>,
    pub max_watches: Option<usize>,
    /// `node --conditions`.
    pub conditions: Vec<String>,
}

/// One Node environment.
pub struct Session {
    pub id: SessionId,
    state: Mutex<SessionState>,
    /// Has it come to its event loop since it was last woken?
    is_awake: Arc<AtomicBool>,
    wake: Box<dyn Fn() + Send + Sync>,
    notice: Box<dyn Fn(String) + Send + Sync>,
    /// Called with a file that no update reloads, and that was saved.
    saved_unreloaded: TellUnreloaded,
    /// ES module → how often it was evaluated anew: the `?heatsync=N` of the query fallback. Here
    /// because Node 20's loader hooks run on a thread of their own.
    versions: dashmap::DashMap<PathBuf, u32>,
    versions_issued: AtomicU32,
    /// Files whose changes are nobody's business, by who asked.
    ignored: RwLock<FxHashMap<u32, PathFilter>>,
    examination: Examination,
    /// What appeared or vanished since this was asked for.
    moved: Moved,
    compiler: RwLock<Option<Arc<dyn Compile>>>,
    /// Its program has not come to the event loop yet: see [`Session::hold_watches`].
    is_starting: AtomicBool,
    /// Of the environment that has opened it.
    thread: ThreadId,
    engine: &'static Engine,
}

static ENGINE: OnceLock<&'static Engine> = OnceLock::new();

impl Engine {
    /// What a program's event loop may wait for, and read. `None` also until the watcher has been started.
    pub fn loop_reader() -> Option<Arc<LoopReader>> {
        ENGINE.get()?.loop_reader.get().cloned()
    }

    /// `None` also until the watcher has been started.
    fn queue(&self) -> Option<&Arc<dyn EventQueue>> {
        self.event_queue.get()?.as_ref()
    }

    /// Have there been sessions of several threads?
    pub fn has_workers() -> bool {
        ENGINE
            .get()
            .is_some_and(|it| it.has_workers.load(Ordering::Relaxed))
    }

    /// The process's engine, started at the first call.
    pub fn global(options: &EngineOptions) -> &'static Engine {
        ENGINE.get_or_init(|| {
            let (commands, receiver) = std::sync::mpsc::channel();
            // Leaked on purpose: sessions of any thread refer to it until the process ends.
            let engine: &'static Engine = Box::leak(Box::new(Engine {
                reader: Reader {
                    fs: Arc::new(RealFs),
                    resolver: Resolver::with_conditions(&options.conditions),
                    contents: Contents::default(),
                    settings: Settings::default(),
                    sound: Default::default(),
                },
                sessions: RwLock::default(),
                commands: commands.clone(),
                next_session: AtomicU32::new(1),
                has_workers: AtomicBool::new(false),
                event_queue: OnceLock::new(),
                loop_reader: OnceLock::new(),
            }));
            let defaults = WatchOptions::default();
            let options = WatchOptions {
                force_polling: options.poll,
                poll_interval: options.poll_interval.unwrap_or(defaults.poll_interval),
                max_watches: options.max_watches,
            };
            tsconfig::on_first_read(|| engine.send(Command::Configs));
            links::on_new(|| engine.send(Command::Configs));
            ask_what_was_filled(|path| {
                let known = engine.reader.contents.get(path);
                known.is_some_and(|content| content != Content::Missing && !content.is_empty())
            });
            engine.send(Command::Configs);
            run::start(engine, commands, receiver, options, Timing::default());
            engine
        })
    }

    /// Does another thread's environment hear of it when `path` changes?
    pub fn is_watched_elsewhere(&self, path: &Path) -> bool {
        let here = std::thread::current().id();
        self.sessions.read().values().any(|session| {
            session.thread != here && session.state.lock().how_watched(path).is_some()
        })
    }

    /// `is_awake` is set on the environment's own thread, when `wake` has come there.
    pub fn open_session(
        &'static self,
        is_awake: Arc<AtomicBool>,
        wake: impl Fn() + Send + Sync + 'static,
        notice: impl Fn(String) + Send + Sync + 'static,
        saved_unreloaded: impl Fn(&Path, Why) + Send + Sync + 'static,
    ) -> Arc<Session> {
        let session = Arc::new(Session {
            id: self.next_session.fetch_add(1, Ordering::Relaxed),
            state: Mutex::new(SessionState::new(std::time::SystemTime::now())),
            is_awake,
            wake: Box::new(wake),
            notice: Box::new(notice),
            saved_unreloaded: Box::new(saved_unreloaded),
            versions: dashmap::DashMap::new(),
            versions_issued: AtomicU32::new(0),
            ignored: RwLock::default(),
            examination: Examination::default(),
            moved: Moved::default(),
            compiler: RwLock::default(),
            is_starting: AtomicBool::new(false),
            thread: std::thread::current().id(),
            engine: self,
        });
        let mut sessions = self.sessions.write();
        if sessions.values().any(|it| it.thread != session.thread) {
            self.has_workers.store(true, Ordering::Relaxed);
            if let Some(queue) = self.queue() {
                queue.concerns_others();
            }
        }
        sessions.insert(session.id, session.clone());
        session
    }

    pub fn session(&self, id: SessionId) -> Option<Arc<Session>> {
        self.sessions.read().get(&id).cloned()
    }

    /// Has no environment come to its event loop yet?
    fn is_starting(&self) -> bool {
        let sessions = self.sessions.read();
        let starting = |session: &Arc<Session>| session.is_starting.load(Ordering::Relaxed);
        !sessions.is_empty() && sessions.values().all(starting)
    }

    fn send(&self, command: Command) {
        // The engine thread lives as long as the process; should it be gone, nothing is watched
        // any more and it has said so itself.
        let _ = self.commands.send(command);
    }

    pub fn status(&self) -> Option<WatchStatus> {
        let (reply, answer) = std::sync::mpsc::channel();
        self.send(Command::Status(reply));
        answer.recv_timeout(Duration::from_secs(2)).ok()
    }
}
