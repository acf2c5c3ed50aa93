//! Which imported names their modules do not export: V8 says that there is one, but neither where
//! nor what was meant. Only looked into to explain a failed load.

use super::reader::Reader;
use super::session::Problem;
use crate::error::{Error, ErrorCode};
use crate::graph::Format;
use crate::resolve::{Mode, Resolved, help_for_name};
use crate::scan::{Imported, ModuleKind, ModuleRecord, RequestKind, scan};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The names `record` imports from project modules that do not export them.
pub fn missing_exports(
    reader: &Reader,
    path: &Path,
    source: &str,
    record: &ModuleRecord,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for request in &record.requests {
        let Some(target) = project_module(reader, path, &request.specifier) else {
            continue;
        };
        let mut names = BTreeSet::new();
        if request.names.is_empty()
            || !collect_exports(reader, &target, &mut names, &mut BTreeSet::new())
        {
            continue;
        }
        let known: Vec<String> = names.iter().cloned().collect();
        for name in &request.names {
            let Imported::Name(imported) = &name.imported else {
                continue;
            };
            if names.contains(imported) {
                continue;
            }
            let message = format!(
                "{:?} does not provide an export named '{imported}'",
                request.specifier
            );
            let error = Error::new(ErrorCode::MissingExport, message)
                .with_file(path)
                .with_help(help_for_name(imported, &known))
                .at(source, name.span);
            problems.push(Problem {
                error,
                source: None,
                specifier: Some(request.specifier.clone()),
            });
        }
    }
    problems
}

fn project_module(reader: &Reader, from: &Path, specifier: &str) -> Option<PathBuf> {
    match reader.resolver.resolve(specifier, from, Mode::Import) {
        Ok(Resolved::File { path, .. }) => Some(path),
        _ => None,
    }
}

/// The names `path` exports, stars included (ECMA-262 16.2.1.6.2, GetExportedNames). False when
/// that can't be told: a CommonJS module or a package behind a star, a file that does not parse.
fn collect_exports(
    reader: &Reader,
    path: &Path,
    names: &mut BTreeSet<String>,
    seen: &mut BTreeSet<PathBuf>,
) -> bool {
    if !seen.insert(path.to_path_buf()) {
        return true;
    }
    let Some(source) = reader.text(path) else {
        return false;
    };
    if reader.format(path, Some(&source)) != Some(Format::Esm) {
        return false;
    }
    let record = scan(&source, path, ModuleKind::Esm);
    if !record.errors.is_empty() {
        return false;
    }
    let is_root = seen.len() == 1;
    // A star never brings a default (16.2.1.6.2, step 8).
    names.extend(
        record
            .exports
            .iter()
            .filter(|name| is_root || *name != "default")
            .cloned(),
    );
    let is_star =
        |kind: RequestKind, is_unnamed: bool| kind == RequestKind::ExportFrom && is_unnamed;
    record
        .requests
        .iter()
        .filter(|request| is_star(request.kind, request.names.is_empty()))
        .all(
            |request| match project_module(reader, path, &request.specifier) {
                Some(target) => collect_exports(reader, &target, names, seen),
                None => false,
            },
        )
}
