//! What can be wrong with a user's program, as data: a code, the words, the place.
//!
//! *Architecture Invariant*: a user's mistake never panics and never crosses the binding as a bare
//! string; it is one of these.

mod frame;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use frame::{AROUND, byte_in_line, floor, frame, last_line_start, line_starts};

/// One code per cause. People search for the text of [`ErrorCode::as_str`]; it never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The source can't be parsed, or breaks an early error rule of ECMA-262.
    Syntax,
    /// A bare specifier (`pkg`, `#internal`) leads nowhere.
    UnresolvedImport,
    /// A path or a file URL names a file that does not exist.
    MissingFile,
    /// It exists, but it is a folder.
    NotAFile,
    /// The specifier itself is malformed.
    InvalidSpecifier,
    /// A package's `exports` or `imports` does not allow it, or is itself wrong.
    PackageExport,
    /// The module that is imported from has no export of that name.
    MissingExport,
    InvalidUrl,
    /// The file exists and can't be read.
    Unreadable,
    InvalidOption,
    /// A module that is to be exchanged under its importers is imported statically.
    StaticBoundary,
    /// Our own mistake.
    Internal,
}

impl ErrorCode {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "HEATSYNC_SYNTAX",
            Self::UnresolvedImport => "HEATSYNC_UNRESOLVED_IMPORT",
            Self::MissingFile => "HEATSYNC_MISSING_FILE",
            Self::NotAFile => "HEATSYNC_NOT_A_FILE",
            Self::InvalidSpecifier => "HEATSYNC_INVALID_SPECIFIER",
            Self::PackageExport => "HEATSYNC_PACKAGE_EXPORT",
            Self::MissingExport => "HEATSYNC_MISSING_EXPORT",
            Self::InvalidUrl => "HEATSYNC_INVALID_URL",
            Self::Unreadable => "HEATSYNC_UNREADABLE",
            Self::InvalidOption => "HEATSYNC_INVALID_OPTION",
            Self::StaticBoundary => "HEATSYNC_STATIC_BOUNDARY",
            Self::Internal => "HEATSYNC_INTERNAL",
        }
    }
}

/// Byte offsets into a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    pub code: ErrorCode,
    pub message: String,
    /// Boxed: a path is larger on Windows, and an error would be too large to return.
    pub file: Option<Box<Path>>,
    pub span: Option<Span>,
    /// From 1; 0 when unknown.
    pub line: u32,
    /// In UTF-16 units from 1, as V8 and editors count; 0 when unknown.
    pub column: u32,
    /// The code around it: plain text, several lines.
    pub frame: Option<String>,
    /// What to do, when there is an obvious remedy.
    pub help: Option<String>,
}

impl Error {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            file: None,
            span: None,
            line: 0,
            column: 0,
            frame: None,
            help: None,
        }
    }

    #[must_use]
    pub fn with_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.file = Some(file.into().into_boxed_path());
        self
    }

    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Places the error in `source`: sets span, line, column and frame.
    #[must_use]
    pub fn at(mut self, source: &str, span: Span) -> Self {
        // A span may come from elsewhere: never trust it to be in bounds or between characters.
        let start = floor(source, span.start as usize);
        let end = floor(source, span.end as usize).max(start);
        let line_start = last_line_start(source, start);
        let line = line_starts(source).take_while(|at| *at <= start).count();
        let column = source[line_start..start]
            .trim_start_matches('\u{feff}')
            .encode_utf16()
            .count()
            + 1;
        self.span = Some(span);
        self.line = u32::try_from(line).unwrap_or(u32::MAX);
        self.column = u32::try_from(column).unwrap_or(u32::MAX);
        self.frame = Some(frame(source, line, start, end, AROUND));
        self
    }
}

/// The code frame of a place that V8 has told: `length` UTF-16 units from `column` (from 1) in `line` (from 1), with as many
/// lines `around` it as any frame has, or fewer. `None`: the text has no such line.
pub fn code_frame(
    source: &str,
    line: usize,
    column: usize,
    length: usize,
    around: Option<usize>,
) -> Option<String> {
    // V8 is given no byte order mark.
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let from = line_starts(source).nth(line.checked_sub(1)?)?;
    let start = byte_in_line(source, from, column.saturating_sub(1));
    let end = byte_in_line(source, from, column.saturating_sub(1) + length);
    Some(frame(source, line, start, end, around.unwrap_or(AROUND)))
}

/// `CODE: message`, the place, the frame and the help, each on lines of its own.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.message)?;
        if let Some(file) = &self.file {
            write!(f, "\n    at {}", file.display())?;
            if self.line > 0 {
                write!(f, ":{}:{}", self.line, self.column)?;
            }
        }
        if let Some(frame) = &self.frame {
            write!(f, "\n{frame}")?;
        }
        if let Some(help) = &self.help {
            write!(f, "\nhelp: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(source: &str, needle: &str) -> Error {
        let start = source.find(needle).expect("the needle");
        let span = Span::new(start as u32, (start + needle.len()) as u32);
        Error::new(ErrorCode::Syntax, "wrong").at(source, span)
    }

    #[test]
    fn spans_out_of_bounds_or_inside_a_character_do_no_harm() {
        for (start, end) in [(0, 99), (99, 100), (1, 2), (2, 1), (u32::MAX, 0)] {
            let error = Error::new(ErrorCode::Syntax, "x").at("é", Span::new(start, end));
            assert_eq!(error.line, 1);
        }
    }

    #[test]
    fn frames_of_places_that_v8_tells() {
        let check = |source, line, column, length, around, frame: Option<&str>| {
            let drawn = code_frame(source, line, column, length, around);
            assert_eq!(drawn.as_deref(), frame);
        };
        check("f(;", 1, 3, 1, None, Some("> 1 | f(;\n    |   ^"));
        check(
            "a\n\u{1d4b3} = yz\nb\n",
            2,
            6,
            2,
            Some(0),
            Some("> 2 | \u{1d4b3} = yz\n    |     ^^"),
        );
        check("\u{feff}ab", 1, 2, 9, None, Some("> 1 | ab\n    |  ^"));
        check("a", 1, 99, 1, None, Some("> 1 | a\n    |  ^"));
        check(
            "a\nb\n",
            1,
            1,
            1,
            Some(1),
            Some("> 1 | a\n    | ^\n  2 | b"),
        );
        check("a", 2, 1, 1, None, None);
        check("a", 0, 1, 1, None, None);
    }

    #[test]
    fn display_has_place_frame_and_help() {
        let error = place("x = ;", ";")
            .with_file("/a.js")
            .with_help("write a value");
        let want = "HEATSYNC_SYNTAX: wrong\n    at /a.js:1:5\n> 1 | x = ;\n    |     ^\nhelp: write a value";
        assert_eq!(error.to_string(), want);
        let bare = Error::new(ErrorCode::MissingFile, "gone").with_file("/b.js");
        assert_eq!(
            bare.to_string(),
            "HEATSYNC_MISSING_FILE: gone\n    at /b.js"
        );
    }
}
