//! Which loaded modules an edited `package.json` leads elsewhere: by its `imports`, or by the `exports`, `main` and `name` of
//! a package of the project, which others, and its own files, ask for by its name.

use super::Engine;
use super::configs::{Changed, Governed, Refused};
use crate::error::Error;
use crate::graph::Format;
use crate::resolve::{Resolved, Resolver, package_name};
use crate::scan::{ModuleKind, scan};
use crate::tsconfig::{self, Text, Trial};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is other than it was in `package.json` files.
#[derive(Debug, Default)]
struct Edited {
    /// One has other `imports`.
    imports: bool,
    /// The packages that are asked for by these names have other `exports`, `main` or `name`.
    names: Vec<String>,
    /// By folder, before and after.
    texts: Vec<(PathBuf, [Value; 2])>,
}

impl Engine {
    /// The modules that ask for something which is elsewhere under `trial`.
    pub(super) fn led_elsewhere(
        &self,
        trial: &Trial,
        governed: &Governed,
    ) -> Result<Vec<Changed>, Box<Refused>> {
        let Some((_, session)) = governed.values().next() else {
            return Ok(Vec::new());
        };
        let mut edited = Edited::default();
        for (path, text) in trial {
            edited.compare(path, text).map_err(|error| {
                Box::new(Refused {
                    files: Trial::default(),
                    error: *error,
                    session: Arc::clone(session),
                })
            })?;
        }
        if edited.is_nothing() {
            return Ok(Vec::new());
        }
        let resolver = &self.reader.resolver;
        let resolvers = [&Trial::default(), trial].map(|it| resolver.under(it));
        let changed = governed.iter().filter_map(|(path, (format, _))| {
            let [before, after] = self.leads(path, *format, &edited, &resolvers)?;
            (before != after).then(|| Changed {
                path: path.clone(),
                before,
                after,
            })
        });
        Ok(changed.collect())
    }

    /// Where the requests of `path` lead that `edited` may be about, in words.
    fn leads(
        &self,
        path: &Path,
        format: Format,
        edited: &Edited,
        resolvers: &[Resolver; 2],
    ) -> Option<[String; 2]> {
        let text = self.reader.text(path)?;
        if !edited.may_concern(&text) {
            return None;
        }
        let mut requests = self.reader.named_requests(path, &text, format);
        requests.retain(|(specifier, _)| edited.concerns(specifier));
        let words = |at: usize| {
            let resolver = &resolvers[at];
            let leads = requests.iter().map(|(specifier, mode)| {
                // Whether or not that is there as yet: what is written after its package.json is no change of that any more.
                let place = match resolver.resolve(specifier, path, *mode) {
                    Ok(found) => place(found),
                    Err(_) => {
                        let missing = resolver.missing_targets(specifier, path, *mode);
                        match missing.is_empty() {
                            // By another text it is for another reason, which is news.
                            true => edited.said(specifier, path, at),
                            false => missing.iter().map(|it| it.to_string_lossy()).collect(),
                        }
                    }
                };
                format!("{specifier}\0{place}\n")
            });
            leads.collect::<String>()
        };
        Some([words(0), words(1)])
    }
}

impl Edited {
    /// The file at `path` is to hold `text`.
    fn compare(&mut self, path: &Path, text: &Text) -> Result<(), Box<Error>> {
        let after = parsed(path, text)?;
        let before = parsed(path, &tsconfig::held(path)).unwrap_or_default();
        let differs = |key: &str| before.get(key) != after.get(key);
        self.imports |= differs("imports");
        if ["exports", "main", "name"].into_iter().any(differs) {
            let own = [&before, &after].map(|it| it.get("name").and_then(Value::as_str));
            if let Some(name) = own[0].filter(|_| own[0] != own[1]) {
                tsconfig::note_former_name(name);
            }
            self.names
                .extend(own.into_iter().flatten().map(str::to_owned));
        }
        if !self.is_nothing() {
            let folder = path.parent().unwrap_or(path).to_path_buf();
            self.texts.push((folder, [before, after]));
        }
        Ok(())
    }

    fn is_nothing(&self) -> bool {
        !self.imports && self.names.is_empty()
    }

    fn may_concern(&self, text: &str) -> bool {
        (self.imports && text.contains('#')) || self.names.iter().any(|name| text.contains(name))
    }

    /// What is said of a name in the module `from`: `at` 0 before, 1 after.
    fn said(&self, specifier: &str, from: &Path, at: usize) -> String {
        let name = package_name(specifier);
        let subpath = format!(".{}", &specifier[name.len()..]);
        let mut said = String::new();
        for (folder, texts) in &self.texts {
            let text = &texts[at];
            if !specifier.starts_with('#') {
                if text["name"] == name {
                    entries(&text["exports"], &subpath, &mut said);
                }
            } else if from.starts_with(folder) {
                entries(&text["imports"], specifier, &mut said);
            }
        }
        said
    }

    fn concerns(&self, specifier: &str) -> bool {
        match specifier.starts_with('#') {
            true => self.imports,
            false => self.names.iter().any(|it| it == package_name(specifier)),
        }
    }
}

fn parsed(path: &Path, text: &Text) -> Result<Value, Box<Error>> {
    let Some(text) = text else {
        return Ok(Value::Null);
    };
    let errors = scan(text, path, ModuleKind::Json).errors;
    if let Some(error) = errors.into_iter().next() {
        return Err(Box::new(error));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Ok(serde_json::from_str(text).unwrap_or_default())
}

/// Those of `imports` or `exports` that may be meant by a name; all that `exports` is, if it has no paths.
fn entries(map: &Value, name: &str, said: &mut String) {
    let keyed = match map {
        Value::Object(map) if map.keys().all(|key| key.starts_with(['#', '.'])) => map,
        Value::Null => return,
        _ => return *said += &map.to_string(),
    };
    for (key, target) in keyed {
        let pattern = key.split_once('*');
        if key == name || pattern.is_some_and(|(before, _)| name.starts_with(before)) {
            *said += &format!("{key} {target} ");
        }
    }
}

fn place(resolved: Resolved) -> String {
    let file = |path: PathBuf| path.to_string_lossy().into_owned();
    match resolved {
        Resolved::File { path, suffix, .. } | Resolved::Package { path, suffix } => {
            file(path) + &suffix
        }
        Resolved::Builtin(name) | Resolved::Url(name) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compared_is_what_leads_somewhere() {
        let path = Path::new("/nowhere/of/mine/package.json");
        let edited = |text: &str| {
            let mut edited = Edited::default();
            edited.compare(path, &Some(text.into())).map(|()| edited)
        };
        // Nothing is held of it: it is compared with nothing.
        let scripts = edited("\u{feff}{ \"scripts\": {}, \"dependencies\": { \"x\": \"1\" } }");
        assert!(scripts.is_ok_and(|it| it.is_nothing()));
        let imports = edited("{ \"imports\": { \"#a\": \"./a.js\" } }").unwrap_or_default();
        assert!(imports.concerns("#a") && !imports.concerns("a"));
        let exports = edited("{ \"name\": \"@s/a\", \"exports\": \"./a.js\" }").unwrap_or_default();
        assert!(exports.concerns("@s/a") && exports.concerns("@s/a/b") && !exports.concerns("#a"));
        assert!(exports.may_concern("import '@s/a'") && !exports.may_concern("import '#a'"));
        let said = |edited: &Edited, name: &str, from: &str| {
            assert_eq!(edited.said(name, Path::new(from), 0), "");
            edited.said(name, Path::new(from), 1)
        };
        let all = r##"{ "name": "b", "imports": { "#a": "./a.js", "#b/*": null }, "exports": { "./c": 1 } }"##;
        let all = edited(all).unwrap_or_default();
        for (name, want) in [("#a", r##"#a "./a.js" "##), ("#b/c", "#b/* null ")] {
            assert_eq!(said(&all, name, "/nowhere/of/mine/deep/a.js"), want);
            assert_eq!(said(&all, name, "/nowhere/of/others/a.js"), "");
        }
        for (name, want) in [("#c", ""), ("b", ""), ("b/c", "./c 1 "), ("c/c", "")] {
            assert_eq!(said(&all, name, "/nowhere/of/mine/a.js"), want);
        }
        assert_eq!(said(&exports, "@s/a", "/nowhere/a.js"), "\"./a.js\"");
        let error = edited("{\n  \"imports\": {,\n}").expect_err("no JSON");
        assert_eq!((error.line, error.column), (2, 15));
    }
}
