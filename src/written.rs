//! What a file's author has written, beside the JavaScript that was compiled of it: for what V8 says
//! of a text in offsets and lines, after the program has ended (`coverage`, `code_frame`).

use std::path::Path;

use crate::{
    scan::{ModuleKind, without_mark},
    tsconfig::TsConfigs,
    typescript::{JavaScript, is_typescript, to_javascript},
};

#[derive(Debug)]
pub struct Written {
    pub source: String,
    /// Of TypeScript: as an ES module and as CommonJS, whichever of them it was.
    javascript: Vec<(ModuleKind, JavaScript)>,
}

/// JavaScript, and where it comes from.
pub(crate) struct Text<'w> {
    pub(crate) code: &'w str,
    /// An ES module, which the transform takes.
    pub(crate) is_module: bool,
    javascript: Option<&'w JavaScript>,
    source: &'w str,
}

impl Written {
    /// The file as it is now.
    pub fn read(path: &Path) -> Option<Self> {
        // Bytes that are no UTF-8 are replacement characters to V8, too.
        let source = String::from_utf8_lossy(&std::fs::read(path).ok()?).into_owned();
        if !is_typescript(path) {
            return Some(Self::javascript(source));
        }
        let options = TsConfigs::default().options(path).ok()?;
        let javascript = [ModuleKind::Esm, ModuleKind::CommonJs]
            .into_iter()
            .filter_map(|kind| Some((kind, to_javascript(&source, path, kind, &options).ok()?)))
            .collect();
        Some(Self { source, javascript })
    }

    /// The same while the process ends: what is local to its main thread is gone by then, and a panic
    /// here must not cost what is to be said.
    pub fn read_at_exit(path: &Path) -> Option<Self> {
        let path = path.to_path_buf();
        let thread = std::thread::Builder::new().spawn(move || Self::read(&path));
        thread.ok()?.join().ok()?
    }

    /// JavaScript is compiled as it is.
    pub fn javascript(source: String) -> Self {
        Self {
            source,
            javascript: Vec::new(),
        }
    }

    pub(crate) fn texts(&self) -> Vec<Text<'_>> {
        if self.javascript.is_empty() {
            return vec![Text {
                code: &self.source,
                is_module: true,
                javascript: None,
                source: &self.source,
            }];
        }
        let texts = self.javascript.iter().map(|(kind, javascript)| Text {
            code: &javascript.code,
            is_module: *kind == ModuleKind::Esm,
            javascript: Some(javascript),
            source: without_mark(&self.source),
        });
        texts.collect()
    }
}

impl Text<'_> {
    /// Where a line and a column of the JavaScript, from 0, come from.
    pub(crate) fn source_of(&self, line: u32, column: u32) -> (u32, u32) {
        self.javascript
            .and_then(|it| it.positions.as_ref())
            .and_then(|it| it.source_of(line, column))
            .unwrap_or((line, column))
    }

    /// Offsets of the JavaScript in the source; none when they are the same.
    pub(crate) fn offsets(&self) -> Option<Offsets> {
        self.javascript?;
        let positions = |line, column| self.source_of(line, column);
        let lines = Lines::of(self.code);
        let source = Lines::of(self.source);
        let map = |offset: usize| {
            let (line, column) = lines.place(offset);
            let (line, column) = positions(line, column);
            source.offset(line, column)
        };
        Some(Offsets((0..=lines.end).map(map).collect()))
    }
}

/// In UTF-16 units, as V8 counts.
pub(crate) struct Offsets(Vec<usize>);

impl Offsets {
    pub(crate) fn start(&self, offset: usize) -> usize {
        self.0
            .get(offset)
            .or(self.0.last())
            .copied()
            .unwrap_or_default()
    }

    /// Of an end: behind what the last unit comes from.
    pub(crate) fn end(&self, offset: usize) -> usize {
        match offset.checked_sub(1) {
            Some(last) => self.start(last) + 1,
            None => self.start(0),
        }
    }
}

/// Where lines begin, in UTF-16 units.
struct Lines {
    starts: Vec<usize>,
    end: usize,
}

impl Lines {
    fn of(text: &str) -> Self {
        let mut starts = vec![0];
        let mut at = 0;
        for c in text.chars() {
            at += c.len_utf16();
            if c == '\n' {
                starts.push(at);
            }
        }
        Self { starts, end: at }
    }

    fn place(&self, offset: usize) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        (line as u32, (offset - self.starts[line]) as u32)
    }

    fn offset(&self, line: u32, column: u32) -> usize {
        let next = self.starts.get(line as usize + 1).copied();
        let last = next.map_or(self.end, |it| it - 1);
        let start = self.starts.get(line as usize).copied();
        start.map_or(self.end, |it| (it + column as usize).min(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_of_rewritten_code_are_the_sources() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.ts");
        let source = "enum E {\n  a,\n}\nfunction f(e: E) {\n  return e;\n}\n";
        std::fs::write(&file, source).expect("written");
        let written = Written::read(&file).expect("read");
        assert_eq!(written.source, source);
        let texts = written.texts();
        assert_eq!(texts.len(), 2);
        let offsets = texts[0].offsets().expect("others");
        let (from, to) = (
            texts[0].code.find("function f").expect("there"),
            texts[0].code.rfind('}').expect("there") + 1,
        );
        assert_eq!(
            offsets.start(from),
            source.find("function f").expect("there")
        );
        assert_eq!(offsets.end(to), source.len() - 1);
        assert!(
            Written::javascript(String::new()).texts()[0]
                .offsets()
                .is_none()
        );
    }
}
