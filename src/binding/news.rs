//! What an environment is told of changes, as one text: `News` and `JsUpdate` in native/addon.d.ts.

use super::convert::format_name;
use crate::engine::{GroupToEvaluate, ModuleToEvaluate, Problem, Session, Update};
use crate::json::Json;
use crate::tsconfig::manifests_were_edited;
use napi::Either;
use parking_lot::Mutex;
use std::path::{Path, PathBuf};

/// What nearly every update is: one group, and nothing to tell but that. Lines: whether a `package.json` was ever edited, of how many modules;
/// of each its format, whether it has changed, and its text is kept for that, file, and importers, after their number; then the boundaries.
/// `None`: it is more than that.
fn lines_of(session: &Session, update: &Update) -> Option<String> {
    let ([group], []) = (update.groups.as_slice(), update.problems.as_slice()) else {
        return None;
    };
    if !group.outside.is_empty() {
        return None;
    }
    let edited = if manifests_were_edited() {
        "edited"
    } else {
        ""
    };
    let mut out = Lines(format!("{edited}\n{}", group.modules.len()));
    for module in &group.modules {
        if module.missing || module.reconfigured || module.unedited {
            return None;
        }
        out.add(format_name(module.format))?;
        out.add(match module.changed {
            true if session.is_planned(&module.path) => "planned",
            true => "changed",
            false => "",
        })?;
        out.add(module.path.to_str()?)?;
        out.add(&module.importers.len().to_string())?;
        for path in &module.importers {
            out.add(path.to_str()?)?;
        }
    }
    for path in &group.boundaries {
        out.add(path.to_str()?)?;
    }
    Some(out.0)
}

struct Lines(String);

impl Lines {
    /// `None`: it is more than a line, as a file's name may be.
    fn add(&mut self, line: &str) -> Option<()> {
        if line.contains('\n') {
            return None;
        }
        self.0.push('\n');
        self.0.push_str(line);
        Some(())
    }
}

/// `None`: nothing is new. A number: that is the update's, and all else is what was told last in lines.
pub fn take_news(session: &Session, told: &Mutex<String>) -> Option<Either<u32, String>> {
    let update = session.take_update();
    let restored = session.take_restored();
    let moved = session.take_moved();
    let has_moved = moved.as_ref().is_none_or(|it| !it.is_empty());
    if update.is_none() && restored.is_empty() && !has_moved {
        return None;
    }
    if let Some(update) = &update
        && restored.is_empty()
        && !has_moved
        && let Some(lines) = lines_of(session, update)
    {
        let mut told = told.lock();
        return Some(if *told == lines {
            Either::A(update.id)
        } else {
            let text = format!("{}\n{lines}", update.id);
            *told = lines;
            Either::B(text)
        });
    }
    let mut out = Json::default();
    out.0.push('{');
    out.key("update");
    match update {
        Some(update) => out.update(&update),
        None => out.raw("null"),
    };
    out.0.push(',');
    out.files("restored", &restored);
    match &moved {
        Some(moved) => out.files("moved", moved),
        None => out.none("moved"),
    };
    out.end();
    Some(Either::B(out.0))
}

pub fn text_of(update: &Update) -> String {
    let mut out = Json::default();
    out.update(update);
    out.0
}

impl Json {
    fn update(&mut self, update: &Update) -> &mut Self {
        self.0.push('{');
        self.number("id", update.id as usize);
        self.list("groups", &update.groups, |out, it| out.group(it));
        self.list("problems", &update.problems, |out, it| out.problem(it));
        self.end()
    }

    fn group(&mut self, group: &GroupToEvaluate) {
        self.0.push('{');
        self.list("modules", &group.modules, |out, it| out.module(it));
        self.files("boundaries", &group.boundaries);
        self.list("outside", &group.outside, |out, (importer, module)| {
            out.0.push('{');
            out.file("importer", importer).file("module", module).end();
        });
        self.end();
    }

    fn module(&mut self, module: &ModuleToEvaluate) {
        self.0.push('{');
        self.file("file", &module.path);
        self.property("format", format_name(module.format));
        self.flag("changed", module.changed);
        self.flag("missing", module.missing);
        self.flag("reconfigured", module.reconfigured);
        if module.unedited {
            self.flag("unedited", true);
        }
        self.files("importers", &module.importers).end();
    }

    fn problem(&mut self, problem: &Problem) {
        let error = &problem.error;
        self.0.push('{');
        self.property("code", error.code.as_str());
        self.property("message", &error.message);
        if let Some(file) = &error.file {
            self.file("file", file);
        }
        self.number("line", error.line as usize);
        self.number("column", error.column as usize);
        let texts = [
            ("frame", &error.frame),
            ("help", &error.help),
            ("source", &problem.source),
            ("specifier", &problem.specifier),
        ];
        for (key, text) in texts {
            if let Some(text) = text {
                self.property(key, text);
            }
        }
        self.end();
    }

    fn file(&mut self, key: &str, path: &Path) -> &mut Self {
        self.property(key, &path.to_string_lossy())
    }

    fn files(&mut self, key: &str, paths: &[PathBuf]) -> &mut Self {
        self.list(key, paths, |out, path| {
            out.text(&path.to_string_lossy());
        })
    }

    fn none(&mut self, key: &str) -> &mut Self {
        self.key(key);
        self.0.push_str("null,");
        self
    }
}
