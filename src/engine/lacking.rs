//! What a program that has ended may have lacked, and told nobody: it has caught the error, and printed it itself.

use super::Session;
use crate::path::in_package;
use crate::resolve::Resolved;
use rustc_hash::FxHashSet;
use std::path::PathBuf;

impl Session {
    /// What would mend a request in `files`, or in what they lead to in the project, that leads nowhere as of now.
    pub fn lacking(&self, files: Vec<PathBuf>) -> Vec<PathBuf> {
        let reader = &self.engine.reader;
        reader.resolver.forget_missing();
        let mut seen = FxHashSet::default();
        let mut open = files;
        let mut lacking = Vec::new();
        while let Some(path) = open.pop() {
            if in_package(&path) || !seen.insert(path.clone()) {
                continue;
            }
            let Some(source) = reader.text(&path) else {
                continue;
            };
            let Some(format) = reader.format(&path, Some(&source)) else {
                continue;
            };
            for (request, mode) in reader.requests(&path, &source, format) {
                match reader.resolver.resolve(&request, &path, mode) {
                    Ok(Resolved::File { path, .. }) => open.push(path),
                    Ok(_) => {}
                    Err(_) => {
                        let wanted = self.wanted_for(&path, &request, mode);
                        lacking.extend(wanted.into_iter().map(|(file, _)| file));
                    }
                }
            }
        }
        lacking
    }
}
