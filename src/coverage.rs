//! V8's coverage of modules of ours, as it would be of their sources.
//!
//! With NODE_V8_COVERAGE Node writes V8's `Profiler.takePreciseCoverage` as JSON when the process ends:
//! for each script its functions, for each function ranges of character offsets. Offsets are those of
//! the text that was compiled. Here they become the source's, functions of the preamble are left out,
//! and of several versions of a file only the one that is on disk stays.

use std::{path::Path, rc::Rc};

use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::{
    path,
    transform::{Place, Transformed, transform},
    written::{Offsets, Written},
};

/// The name prefix of native modules of ours (runtime/esm/native/internal-source.cjs).
const INTERNAL: &str = "heatsync-rs:internal/";

/// `None`: nothing in it is ours.
pub fn correct(json: &str, read: impl Fn(&Path) -> Option<Written>) -> Option<String> {
    let mut report: Value = serde_json::from_str(json).ok()?;
    let results = report.get_mut("result")?.as_array_mut()?;
    let mut sources: FxHashMap<String, Option<Source>> = FxHashMap::default();
    let mut newest: FxHashMap<String, u64> = FxHashMap::default();
    let mut is_changed = false;
    for script in results.iter_mut() {
        let Some(url) = script_url(script) else {
            continue;
        };
        let source = sources
            .entry(url.clone())
            .or_insert_with(|| Source::of(&url, &read));
        let Some(fit) = source.as_ref().map(|source| source.fit(length_of(script))) else {
            continue;
        };
        match fit {
            Fit::Native => {}
            Fit::Ours(map) => {
                correct_script(script, map);
                let id = script_id(script);
                let newest = newest.entry(url).or_insert(id);
                *newest = id.max(*newest);
                is_changed = true;
            }
            // An older version, if there is one of ours: of its text nothing is left.
            Fit::Other => {}
        }
    }
    let before = results.len();
    results.retain(|script| {
        let url = script
            .get("url")
            .and_then(Value::as_str)
            .unwrap_or_default();
        !url.starts_with(INTERNAL) && newest.get(url).is_none_or(|id| *id == script_id(script))
    });
    (is_changed || before != results.len())
        .then(|| serde_json::to_string(&report).ok())
        .flatten()
}

fn script_url(script: &Value) -> Option<String> {
    let url = script.get("url")?.as_str()?;
    url.starts_with("file:").then(|| url.to_owned())
}

fn script_id(script: &Value) -> u64 {
    let id = script.get("scriptId").and_then(Value::as_str);
    id.and_then(|id| id.parse().ok()).unwrap_or_default()
}

/// Where the function that is the whole script ends.
fn length_of(script: &Value) -> usize {
    offset(&script["functions"][0]["ranges"][0], "endOffset")
}

fn offset(range: &Value, key: &str) -> usize {
    let offset = range.get(key).and_then(Value::as_u64).unwrap_or_default();
    usize::try_from(offset).unwrap_or_default()
}

/// A file, and what the transform makes of it.
struct Source {
    length: usize,
    maps: Vec<Map>,
}

enum Fit<'s> {
    /// Compiled as it is.
    Native,
    Ours(&'s Map),
    Other,
}

impl Source {
    fn of(url: &str, read: &impl Fn(&Path) -> Option<Written>) -> Option<Self> {
        let file = path::from_file_url(url.split(['?', '#']).next()?).ok()?;
        if path::in_package(&file) {
            return None;
        }
        let written = read(&file)?;
        let mut maps = Vec::new();
        for text in written.texts() {
            let offsets = text.offsets().map(Rc::new);
            if !text.is_module {
                maps.extend(offsets.map(|it| Map::commonjs(text.code, it)));
                continue;
            }
            let done = [Place::Acyclic, Place::Cyclic]
                .into_iter()
                .filter_map(|place| transform(text.code, &file, place).ok());
            maps.extend(done.map(|done| Map::new(text.code, &done, offsets.clone())));
        }
        let text = &written.source;
        // CommonJS, say: not ours to look at.
        let length = text.encode_utf16().count();
        (!maps.is_empty()).then_some(Self { length, maps })
    }

    fn fit(&self, length: usize) -> Fit<'_> {
        match self.maps.iter().find(|map| map.length == length) {
            Some(map) => Fit::Ours(map),
            None if length == self.length => Fit::Native,
            None => Fit::Other,
        }
    }
}

/// Offsets of a compiled text and of its source, in UTF-16 units.
struct Map {
    /// Of the compiled text.
    length: usize,
    head: usize,
    /// Of the source.
    end: usize,
    /// Compiled from, compiled to, source from, source to.
    pieces: Vec<[usize; 4]>,
    /// The source is JavaScript of TypeScript: where it comes from.
    origin: Option<Rc<Offsets>>,
}

impl Map {
    /// CommonJS is compiled by Node, as it is.
    fn commonjs(code: &str, origin: Rc<Offsets>) -> Self {
        let length = code.encode_utf16().count();
        Self {
            length,
            head: 0,
            end: length,
            pieces: Vec::new(),
            origin: Some(origin),
        }
    }

    fn new(text: &str, done: &Transformed, origin: Option<Rc<Offsets>>) -> Self {
        let width = |text: &str| text.encode_utf16().count();
        let head = done.recipe.head_width();
        let (mut at, mut source, mut compiled) = (0, 0, head);
        let mut pieces = Vec::new();
        for replaced in done.recipe.replaced() {
            if replaced.from > at {
                let copied = width(&text[at..replaced.from]);
                source += copied;
                compiled += copied;
                at = replaced.from;
            }
            let covered = text.get(at..replaced.to).map_or(0, width);
            pieces.push([
                compiled,
                compiled + replaced.width,
                source,
                source + covered,
            ]);
            compiled += replaced.width;
            source += covered;
            at = at.max(replaced.to);
        }
        Self {
            length: width(&done.code),
            head,
            end: source + width(&text[at..]),
            pieces,
            origin,
        }
    }

    /// The place of the author's source that a range begins or ends at.
    fn written(&self, offset: usize, is_end: bool) -> usize {
        let offset = self.source_of(offset);
        match &self.origin {
            Some(origin) if is_end => origin.end(offset),
            Some(origin) => origin.start(offset),
            None => offset,
        }
    }

    fn source_of(&self, offset: usize) -> usize {
        let last = self.pieces.iter().rfind(|piece| piece[0] <= offset);
        let found = match last {
            Some([from, to, source, source_to]) if offset < *to => {
                (source + offset - from).min(*source_to)
            }
            Some([_, to, _, source_to]) => source_to + offset - to,
            None => offset.saturating_sub(self.head),
        };
        found.min(self.end)
    }

    /// Does it begin before the source, and end after it?
    fn is_around(&self, function: &Value) -> bool {
        let range = &function["ranges"][0];
        offset(range, "startOffset") < self.head
            && self.length - offset(range, "endOffset").min(self.length) < self.tail_length()
    }

    fn tail_length(&self) -> usize {
        let compiled_end = match self.pieces.last() {
            Some([_, to, _, source_to]) => to + self.end - source_to,
            None => self.head + self.end,
        };
        // The function that is the whole text ends with it.
        (self.length - compiled_end).max(1)
    }
}

fn correct_script(script: &mut Value, map: &Map) {
    let Some(functions) = script.get_mut("functions").and_then(Value::as_array_mut) else {
        return;
    };
    // The innermost function around the module is its body.
    let body = functions
        .iter()
        .enumerate()
        .filter(|(_, function)| map.is_around(function))
        .max_by_key(|(_, function)| offset(&function["ranges"][0], "startOffset"))
        .map(|(index, _)| index);
    let mut index = 0;
    functions.retain_mut(|function| {
        index += 1;
        if Some(index - 1) == body {
            return correct_ranges(function, map, true);
        }
        let start = offset(&function["ranges"][0], "startOffset");
        start >= map.head && correct_ranges(function, map, false)
    });
}

/// Is anything left of the function?
fn correct_ranges(function: &mut Value, map: &Map, is_body: bool) -> bool {
    if is_body {
        // V8 has no name for a module's own function.
        function["functionName"] = Value::from("");
    }
    let Some(ranges) = function.get_mut("ranges").and_then(Value::as_array_mut) else {
        return false;
    };
    let mut is_first = true;
    ranges.retain_mut(|range| {
        let whole = is_body && std::mem::replace(&mut is_first, false);
        let start = map.written(offset(range, "startOffset"), false);
        let end = map.written(offset(range, "endOffset"), true);
        let all = map.origin.as_ref().map_or(map.end, |it| it.end(map.end));
        let [start, end] = if whole { [0, all] } else { [start, end] };
        range["startOffset"] = Value::from(start);
        range["endOffset"] = Value::from(end);
        whole || start < end
    });
    !ranges.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn corrected(source: &str, functions: Value) -> Value {
        let script = |id: &str, functions: &Value| json!({ "scriptId": id, "url": "file:///a.mjs", "functions": functions });
        let older = json!([{ "functionName": "", "ranges": [{ "startOffset": 0, "endOffset": 1, "count": 1 }] }]);
        let internal = json!({ "scriptId": "9", "url": "heatsync-rs:internal/bridge", "functions": functions });
        let report = json!({ "result": [script("1", &older), script("2", &functions), script("3", &functions), internal], "timestamp": 1 });
        let done = correct(&report.to_string(), |_| {
            Some(Written::javascript(source.to_owned()))
        })
        .expect("changed");
        let done: Value = serde_json::from_str(&done).expect("JSON");
        assert_eq!(done["timestamp"], 1);
        let results = done["result"].as_array().expect("results");
        assert_eq!(results.len(), 1, "{results:?}");
        assert_eq!(results[0]["scriptId"], "3");
        results[0]["functions"].clone()
    }

    fn function(name: &str, ranges: &[[usize; 3]]) -> Value {
        let ranges: Vec<Value> = ranges
            .iter()
            .map(
                |[from, to, count]| json!({ "startOffset": from, "endOffset": to, "count": count }),
            )
            .collect();
        json!({ "functionName": name, "isBlockCoverage": true, "ranges": ranges })
    }

    #[test]
    #[cfg(unix)]
    fn offsets_are_the_sources() {
        let source = "export let é = 0;\nexport const up = () => { é += 1; return 0 };\n";
        let done = transform(source, Path::new("/a.mjs"), Place::Acyclic).expect("a module");
        let code: Vec<u16> = done.code.encode_utf16().collect();
        let code = String::from_utf16(
            &code
                .iter()
                .map(|c| if *c > 127 { 95 } else { *c })
                .collect::<Vec<_>>(),
        )
        .expect("ASCII");
        let at = |text: &str| code.find(text).expect("there");
        let arrow = [at("() => { _ +="), at(" };\n") + 2];
        let functions = json!([
            function("", &[[0, code.len(), 1], [at("return 0"), arrow[1], 0]]),
            function("$w0", &[[3, 9, 0]]),
            function(
                "up",
                &[
                    [arrow[0], arrow[1], 1],
                    [at("return 0"), at("return 0") + 8, 0]
                ]
            ),
        ]);
        assert_eq!(
            corrected(source, functions),
            json!([
                function("", &[[0, 64, 1], [52, 62, 0]]),
                function("up", &[[36, 62, 1], [52, 60, 0]]),
            ])
        );
    }

    #[test]
    #[cfg(unix)]
    fn the_innermost_function_is_the_body() {
        let source = "await 1;";
        let done = transform(source, Path::new("/a.mjs"), Place::Acyclic).expect("a module");
        let length = done.code.len();
        let functions = json!([
            function("", &[[0, length, 1]]),
            function(
                "x",
                &[
                    [done.recipe.head_width() - 16, length - 1, 1],
                    [done.recipe.head_width(), done.recipe.head_width() + 8, 0]
                ]
            ),
        ]);
        assert_eq!(
            corrected(source, functions),
            json!([function("", &[[0, 8, 1], [0, 8, 0]])])
        );
    }

    #[test]
    fn others_are_left_alone() {
        let report = json!({ "result": [
            { "scriptId": "1", "url": "node:fs", "functions": [] },
            { "scriptId": "2", "url": "file:///native.mjs", "functions": [function("", &[[0, 9, 1]])] },
            { "scriptId": "3", "url": "file:///other.mjs", "functions": [function("", &[[0, 5, 1]])] },
        ] });
        assert_eq!(
            correct(&report.to_string(), |_| Some(Written::javascript(
                "let a = 1".into()
            ))),
            None
        );
        assert_eq!(correct(&report.to_string(), |_| None), None);
        assert_eq!(correct("{", |_| None), None);
    }
}
