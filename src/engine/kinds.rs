//! What an edited `package.json` (`type`) or tsconfig (`module`) would make another kind of module of. What has been loaded
//! stays what it is: Node reads a `package.json` once for good, and a CommonJS file can't become an ES module for who required it.

use super::configs::{Governed, Refused};
use crate::error::{Error, ErrorCode};
use crate::resolve::Resolver;
use crate::scan::ModuleKind;
use crate::tsconfig::Trial;
use crate::typescript::is_typescript;
use std::path::Path;
use std::sync::Arc;

use super::Engine;

impl Engine {
    /// # Errors
    /// A loaded module would be of another kind under `trial`: that takes a restart.
    pub(super) fn keep_kinds(
        &self,
        trial: &Trial,
        governed: &Governed,
    ) -> Result<(), Box<Refused>> {
        let [before, after] = [&Trial::default(), trial].map(|it| self.reader.resolver.under(it));
        let mut paths: Vec<_> = governed.iter().collect();
        paths.sort_by_key(|it| it.0);
        for (path, (_, session)) in paths {
            if may_differ(path, &before, &after)
                && let Some((was, is)) = self.becomes(path, &before, &after)
            {
                let culprit = culprit(trial, path);
                let name = shown_from(path, culprit);
                let message =
                    format!("by it {name} is {is}, and it runs as {was}: that takes a restart");
                return Err(Box::new(Refused {
                    files: Trial::default(),
                    error: Error::new(ErrorCode::InvalidOption, message).with_file(culprit),
                    session: Arc::clone(session),
                }));
            }
        }
        Ok(())
    }

    /// What it was, and what it is to be.
    fn becomes(
        &self,
        path: &Path,
        before: &Resolver,
        after: &Resolver,
    ) -> Option<(&'static str, &'static str)> {
        let text = self.reader.text(path)?;
        let [was, is] = [before, after].map(|it| match it.kind(path, || Some(&text)) {
            ModuleKind::Esm => "an ES module",
            _ => "CommonJS",
        });
        (was != is).then_some((was, is))
    }
}

/// Is there anything new that its kind depends on?
fn may_differ(path: &Path, before: &Resolver, after: &Resolver) -> bool {
    before.package_type(path) != after.package_type(path)
        || (is_typescript(path)
            && before.tsc_makes_commonjs(path) != after.tsc_makes_commonjs(path))
}

/// The nearest of the files that were saved.
fn culprit<'t>(trial: &'t Trial, path: &Path) -> &'t Path {
    let depth = |it: &Path| match it.parent() {
        Some(folder) if path.starts_with(folder) => folder.components().count(),
        _ => 0,
    };
    let nearest = trial.keys().max_by_key(|it| (depth(it), it.as_os_str()));
    nearest.map_or(Path::new(""), |it| it)
}

fn shown_from(path: &Path, config: &Path) -> String {
    let folder = config.parent().unwrap_or(Path::new(""));
    let shown = path.strip_prefix(folder).unwrap_or(path);
    shown.to_string_lossy().into_owned()
}
