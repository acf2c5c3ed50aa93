//! What an environment is told of changes, as one text: `News` and `JsUpdate` in native/addon.d.ts.

use super::convert::format_name;
use crate::engine::{GroupToEvaluate, ModuleToEvaluate, Problem, Session, Update};
use crate::json::Json;
use std::path::{Path, PathBuf};

/// What nearly every update is: one module was edited, and there is nothing else to tell. A line for each of its number, the
/// module's format, file, how many importers it has, these, and the boundaries. `None`: it is more than that.
fn lines_of(update: &Update) -> Option<String> {
    let ([group], []) = (update.groups.as_slice(), update.problems.as_slice()) else {
        return None;
    };
    let ([module], []) = (group.modules.as_slice(), group.outside.as_slice()) else {
        return None;
    };
    if !module.changed || module.missing || module.reconfigured {
        return None;
    }
    let mut out = format!(
        "{}\n{}\n{}\n{}",
        update.id,
        format_name(module.format),
        module.path.to_str()?,
        module.importers.len()
    );
    for path in module.importers.iter().chain(&group.boundaries) {
        out.push('\n');
        out.push_str(path.to_str()?);
    }
    let lines = 4 + module.importers.len() + group.boundaries.len();
    // A name may hold the end of a line.
    (out.split('\n').count() == lines).then_some(out)
}

/// `None`: nothing is new.
pub fn take_news(session: &Session) -> Option<String> {
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
        && let Some(lines) = lines_of(update)
    {
        return Some(lines);
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
    Some(out.0)
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
