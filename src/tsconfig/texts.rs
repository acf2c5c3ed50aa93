//! The texts of the tsconfigs and the project's `package.json` files in use, the same for every reader of this process.
//!
//! What was read first holds until the engine, which watches these files, has tried a new text on the modules that
//! are loaded and accepted it. So a tsconfig that is saved broken changes nothing, whoever asks for it, and
//! what was loaded under the text before can be told from what the next one makes of it.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc, LazyLock, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use oxc_resolver::{FileMetadata, FileSystem, FileSystemOs, ResolveError};
use parking_lot::RwLock;
use rustc_hash::FxHashMap;

use crate::path::{in_package, real};

/// `None`: there is no such file.
pub type Text = Option<Arc<str>>;

/// Texts to try instead of those that hold.
pub type Trial = FxHashMap<PathBuf, Text>;

#[derive(Debug)]
struct Known {
    text: Text,
    /// Where the file is: what a package of the workspace is asked for by is a link.
    real: PathBuf,
    is_watched: bool,
}

static KNOWN: LazyLock<RwLock<FxHashMap<PathBuf, Known>>> = LazyLock::new(RwLock::default);
static ACCEPTED: AtomicU64 = AtomicU64::new(0);
static MANIFESTS_EDITED: AtomicBool = AtomicBool::new(false);
static FORMER_NAMES: RwLock<Vec<String>> = RwLock::new(Vec::new());
static ON_FIRST_READ: OnceLock<Box<dyn Fn() + Send + Sync>> = OnceLock::new();

/// Calls `callback` when there are files to watch that there were not before.
pub fn on_first_read(callback: impl Fn() + Send + Sync + 'static) {
    let _ = ON_FIRST_READ.set(Box::new(callback));
}

/// Changes whenever other texts hold.
pub fn generation() -> u64 {
    ACCEPTED.load(Ordering::Acquire)
}

/// The files that are to be watched from now on, and what of them holds.
pub fn unwatched() -> Vec<(PathBuf, Text)> {
    let mut known = KNOWN.write();
    known
        .values_mut()
        .filter(|it| !it.is_watched && !in_package(&it.real))
        .map(|it| {
            it.is_watched = true;
            (it.real.clone(), it.text.clone())
        })
        .collect()
}

/// Does a change of `path` concern the modules of a project?
pub fn concerns(path: &Path) -> bool {
    if path.extension().is_none_or(|it| it != "json") {
        return false;
    }
    let is_known = || KNOWN.read().values().any(|it| it.real == path);
    path.file_name()
        .is_some_and(|name| name == "tsconfig.json" && !in_package(path))
        || is_known()
}

/// Has anybody read it, or would have?
pub fn is_known(path: &Path) -> bool {
    let known = KNOWN.read();
    known
        .iter()
        .any(|(name, it)| it.real == path || name == path)
}

/// Those that somebody has read, or would have read.
pub fn known() -> Vec<PathBuf> {
    KNOWN.read().values().map(|it| it.real.clone()).collect()
}

/// What the files at `paths` hold now, as far as that is not what holds.
pub fn differing<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Trial {
    let mut trial = Trial::default();
    for path in paths {
        let Ok(text) = text_of(path) else {
            continue; // unreadable for a moment
        };
        let mut known = KNOWN.write();
        let is_it = |name: &PathBuf, it: &Known| it.real == path || name == path;
        if !known.iter().any(|(name, it)| is_it(name, it)) {
            // It was not there when somebody looked, or nobody ever did.
            known.insert(path.to_path_buf(), Known::absent(path));
        }
        for (name, it) in known.iter().filter(|(name, it)| is_it(name, it)) {
            if it.text != text {
                trial.insert(name.clone(), text.clone());
            }
        }
    }
    trial
}

/// From now on these hold.
pub fn accept(trial: Trial) {
    let mut known = KNOWN.write();
    for (path, text) in trial {
        MANIFESTS_EDITED.fetch_or(is_manifest(&path), Ordering::Release);
        if let Some(it) = known.get_mut(&path) {
            it.text = text;
        }
    }
    ACCEPTED.fetch_add(1, Ordering::Release);
}

/// Files that nobody watches, or is about to watch, are read anew.
pub(super) fn forget() {
    let has_engine = ON_FIRST_READ.get().is_some();
    KNOWN.write().retain(|_, it| it.stays(has_engine));
}

impl Known {
    /// Its text is what an edit is compared with, also of one that comes before the watch has begun.
    fn stays(&self, has_engine: bool) -> bool {
        self.is_watched || (has_engine && !in_package(&self.real))
    }

    fn absent(path: &Path) -> Self {
        Self {
            text: None,
            real: real(path),
            is_watched: false,
        }
    }
}

fn text_of(path: &Path) -> io::Result<Text> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into())),
        Err(error) => match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Ok(None),
            _ => Err(error),
        },
    }
}

fn first_text(path: &Path) -> io::Result<Text> {
    let text = text_of(path)?;
    let mut paths = vec![path.to_path_buf()];
    // `"extends": "./base.json"` asks for `base.json.json` when there is no `base.json`.
    if text.is_none() && path.to_string_lossy().ends_with(".json.json") {
        paths.push(path.with_extension(""));
    }
    note(paths, &text);
    Ok(text)
}

/// Files that somebody would have read, had they been there.
pub(super) fn note_absent(paths: Vec<PathBuf>) {
    note(paths, &None);
}

fn note(paths: Vec<PathBuf>, text: &Text) {
    let mut is_new = false;
    let mut known = KNOWN.write();
    for path in paths {
        known.entry(path).or_insert_with_key(|path| {
            is_new = true;
            Known {
                text: text.clone(),
                ..Known::absent(path)
            }
        });
    }
    drop(known);
    if let (true, Some(tell)) = (is_new, ON_FIRST_READ.get()) {
        tell();
    }
}

/// Has a tsconfig or a `package.json` been edited since it was read?
pub fn were_edited() -> bool {
    generation() != 0
}

/// Has a `package.json` been edited that leads somebody's requests?
pub fn manifests_were_edited() -> bool {
    MANIFESTS_EDITED.load(Ordering::Acquire)
}

/// A package of the project has another name from now on.
pub fn note_former_name(name: &str) {
    FORMER_NAMES.write().push(name.to_owned());
}

/// Had a package of the project this name? Node, which has read that once, goes by it.
pub fn is_former_name(name: &str) -> bool {
    FORMER_NAMES.read().iter().any(|it| it == name)
}

pub fn is_manifest(path: &Path) -> bool {
    path.file_name().is_some_and(|it| it == "package.json")
}

/// What the `package.json` says that is nearest to the files of a `folder` (Node: LOOKUP_PACKAGE_SCOPE) holds from now on.
pub fn follow_manifest(folder: &Path) {
    if in_package(folder) {
        return;
    }
    for folder in folder.ancestors() {
        let path = folder.join("package.json");
        if KNOWN.read().contains_key(&path) {
            return;
        }
        if let Ok(text @ Some(_)) = text_of(&path) {
            return note(vec![path], &text);
        }
    }
}

/// The same of the `package.json` at `path`, and what it says.
pub(super) fn manifest(trial: &Trial, path: PathBuf) -> Text {
    let is_held = !in_package(&path);
    let known = || KNOWN.read().get(&path).map(|it| it.text.clone());
    let known = trial.get(&path).cloned().or_else(known).flatten();
    if is_held && known.is_some() {
        return known;
    }
    let text = text_of(&path).ok().flatten();
    if is_held && text.is_some() {
        note(vec![path], &text);
    }
    text
}

/// From now on they hold as they are: a program is about to be started, which reads them.
pub fn hold_present() {
    let paths: Vec<PathBuf> = KNOWN.read().keys().cloned().collect();
    accept(differing(paths.iter().map(PathBuf::as_path)));
}

/// The text that holds of a file that somebody has read.
pub fn held(path: &Path) -> Text {
    KNOWN.read().get(path)?.text.clone()
}

/// What `oxc_resolver` reads from.
#[derive(Debug, Default)]
pub struct Files {
    pub(crate) trial: Trial,
}

impl Files {
    pub(super) fn known(&self, path: &Path) -> Option<Text> {
        match self.trial.get(path) {
            Some(text) => Some(text.clone()),
            None => KNOWN.read().get(path).map(|it| it.text.clone()),
        }
    }

    fn look(
        &self,
        path: &Path,
        on_disk: impl Fn(&Path) -> io::Result<FileMetadata>,
    ) -> io::Result<FileMetadata> {
        // Asked for each file that is resolved, of which few are configurations.
        if !path.as_os_str().as_encoded_bytes().ends_with(b".json") {
            return on_disk(path);
        }
        match self.known(path) {
            Some(None) => Err(io::ErrorKind::NotFound.into()),
            Some(Some(_)) => Ok(on_disk(path).unwrap_or(FileMetadata::new(true, false, false))),
            None => on_disk(path),
        }
    }
}

impl FileSystem for Files {
    fn new() -> Self {
        Self::default()
    }

    /// Of packages alone: tsconfigs are read as text. What is installed changes as a whole, and is not held.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let known = match in_package(path) {
            true => self.known(&real(path)),
            false => self.known(path),
        };
        match known {
            Some(text) => text
                .map(|text| text.as_bytes().to_vec())
                .ok_or_else(|| io::ErrorKind::NotFound.into()),
            None => std::fs::read(path),
        }
    }

    /// Of tsconfigs alone.
    fn read_to_string(&self, path: &Path) -> io::Result<String> {
        let text = match self.known(path) {
            Some(text) => text,
            None => first_text(path)?,
        };
        text.map(|text| with_interop(&text))
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        self.look(path, FileSystemOs::metadata)
    }

    fn symlink_metadata(&self, path: &Path) -> io::Result<FileMetadata> {
        self.look(path, FileSystemOs::symlink_metadata)
    }

    fn read_link(&self, path: &Path) -> Result<PathBuf, ResolveError> {
        FileSystemOs::read_link(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        FileSystemOs::canonicalize(path)
    }
}

/// `oxc_resolver` does not tell `esModuleInterop`, which is inherited as other options are. It comes under the name of
/// an option that changes nothing at run time, and that is no longer: what stands behind it stays in its place.
fn with_interop(text: &str) -> String {
    const WANTED: &str = "\"esModuleInterop\"";
    const CARRIER: &str = "\"checkJs\"";
    const NOBODYS: &str = "\"_heckJs\"";
    if !text.contains(WANTED) {
        return text.to_owned();
    }
    let carrier = format!("{CARRIER:<width$}", width = WANTED.len());
    text.replace(CARRIER, NOBODYS).replace(WANTED, &carrier)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compared_with_is_kept() {
        let known = |path: &str, is_watched| Known {
            is_watched,
            ..Known::absent(Path::new(path))
        };
        let own = |is_watched| known("/app/tsconfig.json", is_watched);
        let package = known("/app/node_modules/a/tsconfig.json", false);
        assert!(own(true).stays(false) && own(true).stays(true) && own(false).stays(true));
        assert!(!own(false).stays(false) && !package.stays(true));
    }

    #[test]
    fn what_somebody_has_read_is_known() {
        let folder = tempfile::tempdir().expect("a folder");
        let [a, b, c] = ["a.json", "b.json", "c.json"].map(|name| folder.path().join(name));
        note_absent(vec![a.clone(), b.clone()]);
        assert!(is_known(&a) && is_known(&b) && !is_known(&c));
    }

    #[test]
    fn interop_comes_in_place_of_an_option_that_changes_nothing() {
        let text = "{ \"checkJs\": true, // \"esModuleInterop\"\n \"esModuleInterop\": false }";
        let read = with_interop(text);
        assert_eq!(read.len(), text.len());
        assert!(read.contains("\"_heckJs\": true"));
        assert!(read.ends_with("\"checkJs\"        : false }"));
        assert_eq!(with_interop("{ \"checkJs\": 1 }"), "{ \"checkJs\": 1 }");
    }
}
