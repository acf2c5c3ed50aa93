//! (file, specifier, name) → where the file imports that name, with the lines of code around it.
//! For what only linking finds: V8 says which name, not where it is written.

use super::read;
use crate::error::{Error, ErrorCode};
use crate::resolve::{help_for_builtin, help_for_name};
use crate::scan::{Imported, ModuleKind, RequestKind, scan};
use std::path::Path;

/// None when the file does not, or not any more. What is exported, if that is known, is for a hint.
pub fn imported_at(
    path: &Path,
    specifier: &str,
    name: &str,
    exported: Option<&[String]>,
) -> Option<Error> {
    let source = read(path).ok()?;
    let record = scan(&source, path, ModuleKind::Esm);
    let requests = record
        .requests
        .iter()
        .filter(|request| request.specifier == specifier);
    let found = requests.flat_map(|request| &request.names).find(
        |imported| matches!(&imported.imported, Imported::Name(imported) if imported == name),
    )?;
    let message = format!("{specifier:?} does not provide one export named '{name}'");
    let error = Error::new(ErrorCode::MissingExport, message)
        .with_file(path)
        .at(&source, found.span);
    Some(match exported {
        // Another loader's module may lack what the file has.
        Some(exported) if !exported.iter().any(|it| it == name) => {
            error.with_help(help_for_name(name, exported))
        }
        _ => error,
    })
}

/// Where the file imports `specifier` statically, whatever of it.
pub fn static_import_at(path: &Path, specifier: &str) -> Option<Error> {
    let source = read(path).ok()?;
    let record = scan(&source, path, ModuleKind::Esm);
    let found = record.requests.iter().find(|request| {
        let is_static = matches!(request.kind, RequestKind::Import | RequestKind::ExportFrom);
        is_static && request.specifier == specifier
    })?;
    let message = format!("{specifier:?} is imported statically");
    let error = Error::new(ErrorCode::StaticBoundary, message)
        .with_file(path)
        .at(&source, found.span);
    Some(match help_for_builtin(specifier) {
        Some(help) => error.with_help(help),
        None => error,
    })
}

#[cfg(test)]
mod tests {
    use super::{imported_at, static_import_at};

    #[test]
    fn points_at_the_declaration() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("m.mjs");
        let source = "import(\"./x.mjs\");\n\nimport { a } from \"./x.mjs\";\n";
        std::fs::write(&file, source).expect("written");
        let error = static_import_at(&file, "./x.mjs").expect("found");
        assert_eq!(error.line, 3);
        assert!(static_import_at(&file, "./y.mjs").is_none());
    }

    #[test]
    fn points_at_the_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("m.mjs");
        let source = "import { a } from './x.mjs';\nimport {\n  b as c,\n} from './y.mjs';\n";
        std::fs::write(&file, source).expect("written");
        let error = imported_at(&file, "./y.mjs", "b", None).expect("found");
        assert_eq!(error.help, None);
        let exported = ["c".to_owned()];
        let hinted = imported_at(&file, "./y.mjs", "b", Some(&exported)).expect("found");
        assert_eq!(hinted.help.as_deref(), Some("it exports c"));
        let served = ["b".to_owned()];
        let unhinted = imported_at(&file, "./y.mjs", "b", Some(&served)).expect("found");
        assert_eq!(unhinted.help, None);
        assert_eq!((error.line, error.column), (3, 3));
        assert!(error.frame.is_some_and(|frame| frame.contains("b as c")));
        assert!(imported_at(&file, "./x.mjs", "b", None).is_none());
        assert!(imported_at(&folder.path().join("none.mjs"), "./y.mjs", "b", None).is_none());
    }
}
