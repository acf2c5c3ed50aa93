//! The code frame of an error: plain text for terminals, logs and the browser page alike.

use std::fmt::Write as _;

use crate::lexical::is_line_end;

/// Lines shown on either side of the error.
pub(super) const AROUND: usize = 2;
/// No line of a frame is wider, so that a minified file does not fill the terminal.
const WIDTH: usize = 160;
const TAB: usize = 4;

/// The code around `start..end`, which lies on line number `line`:
///
/// ```text
///   1 | const a = 1;
/// > 2 | const b = ;
///     |           ^
/// ```
pub(super) fn frame(source: &str, line: usize, start: usize, end: usize, around: usize) -> String {
    // What stands behind the last line's end is a line only to an error there.
    let is_shown = |at: usize, number: usize| at < source.len() || number <= line;
    let starts: Vec<usize> = line_starts(source)
        .zip(1..=line + around)
        .filter(|(at, number)| is_shown(*at, *number))
        .map(|(at, _)| at)
        .collect();
    let first = line.saturating_sub(around).max(1);
    let gutter = starts.len().to_string().len();
    let room = WIDTH - gutter - "> 1 | ".len();
    let mut out = String::new();
    for number in first..=starts.len() {
        let from = starts[number - 1];
        let text = line_text(source, from);
        if number > first {
            out.push('\n');
        }
        let mark = if number == line { '>' } else { ' ' };
        // Writing to a String can't fail.
        let _ = write!(out, "{mark} {number:gutter$} | ");
        if number != line {
            out.push_str(Cells::of(text).cut(0, room).text.trim_end());
            trim_blank_end(&mut out);
            continue;
        }
        let cells = Cells::of(text);
        let caret_from = cells.column_of(start - from);
        let caret_to = cells
            .column_of((end - from).min(text.len()))
            .max(caret_from + 1);
        let shown = cells.cut(caret_from, room);
        out.push_str(shown.text.trim_end());
        trim_blank_end(&mut out);
        let carets = caret_to.min(shown.to).saturating_sub(caret_from).max(1);
        let _ = write!(
            out,
            "\n  {:gutter$} | {:pad$}{}",
            "",
            "",
            "^".repeat(carets),
            pad = caret_from - shown.from + shown.lead
        );
    }
    out
}

fn trim_blank_end(out: &mut String) {
    out.truncate(out.trim_end_matches(' ').len());
}

/// One line as terminal columns: tabs expanded, control characters made visible, widths known.
struct Cells {
    /// Byte offset, what is shown, and the column it starts at.
    cells: Vec<(usize, char, usize)>,
    width: usize,
}

struct Shown {
    text: String,
    /// The columns shown, and how many columns a leading `…` takes.
    from: usize,
    to: usize,
    lead: usize,
}

impl Cells {
    fn of(text: &str) -> Self {
        let mut cells = Vec::with_capacity(text.len());
        let mut width = 0;
        for (at, c) in text.char_indices() {
            match c {
                '\t' => {
                    for _ in 0..TAB - width % TAB {
                        cells.push((at, ' ', width));
                        width += 1;
                    }
                }
                '\u{feff}' => {}
                _ => {
                    // An escape sequence in a source must not reach the terminal.
                    let c = if c.is_control() { '\u{fffd}' } else { c };
                    cells.push((at, c, width));
                    width += columns(c);
                }
            }
        }
        Self { cells, width }
    }

    fn column_of(&self, byte: usize) -> usize {
        self.cells
            .iter()
            .find(|cell| cell.0 >= byte)
            .map_or(self.width, |cell| cell.2)
    }

    /// At most `room` columns, with `around` among them.
    fn cut(&self, around: usize, room: usize) -> Shown {
        if self.width <= room {
            let text = self.cells.iter().map(|cell| cell.1).collect();
            return Shown {
                text,
                from: 0,
                to: self.width,
                lead: 0,
            };
        }
        let inner = room - 2; // an ellipsis at either end
        let wanted = around.saturating_sub(inner / 2).min(self.width - inner);
        // A wide character may straddle the cut: start at the next whole one.
        let from = self
            .cells
            .iter()
            .find(|cell| cell.2 >= wanted)
            .map_or(wanted, |cell| cell.2);
        let to = from + inner;
        let mut text = String::new();
        if from > 0 {
            text.push('…');
        }
        let within =
            |cell: &&(usize, char, usize)| cell.2 >= from && cell.2 + columns(cell.1) <= to;
        text.extend(self.cells.iter().filter(within).map(|cell| cell.1));
        if to < self.width {
            text.push('…');
        }
        Shown {
            text,
            from,
            to,
            lead: usize::from(from > 0),
        }
    }
}

/// Terminal columns of a character: 0 for marks that join the one before, 2 for East Asian wide
/// ones and emoji (Unicode Standard Annex #11, the ranges that are wide as a whole).
fn columns(c: char) -> usize {
    match c as u32 {
        0x0300..=0x036F | 0x200B..=0x200F | 0x20D0..=0x20FF | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F => {
            0
        }
        0x1100..=0x115F
        | 0x2E80..=0x303E
        | 0x3041..=0xA4CF
        | 0xA960..=0xA97F
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1F64F
        | 0x1F680..=0x1F6FF
        | 0x1F900..=0x1F9FF
        | 0x1FA70..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

/// The last character boundary at or before `at`.
pub(super) fn floor(source: &str, at: usize) -> usize {
    let mut at = at.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}

pub(super) fn line_starts(source: &str) -> impl Iterator<Item = usize> {
    let ends = source.char_indices().filter(move |(at, c)| {
        is_line_end(*c) && !(*c == '\r' && source.as_bytes().get(at + 1) == Some(&b'\n'))
    });
    std::iter::once(0).chain(ends.map(|(at, c)| at + c.len_utf8()))
}

pub(super) fn last_line_start(source: &str, at: usize) -> usize {
    line_starts(source)
        .take_while(|start| *start <= at)
        .last()
        .unwrap_or(0)
}

/// The offset behind so many UTF-16 units of a line, or its end.
pub(super) fn byte_in_line(source: &str, from: usize, units: usize) -> usize {
    let text = line_text(source, from);
    let mut left = units;
    for (at, c) in text.char_indices() {
        if left < c.len_utf16() {
            return from + at;
        }
        left -= c.len_utf16();
    }
    from + text.len()
}

fn line_text(source: &str, from: usize) -> &str {
    source[from..].split(is_line_end).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{super::*, *};

    fn place(source: &str, needle: &str) -> Error {
        let start = source.find(needle).expect("the needle");
        let span = Span::new(start as u32, (start + needle.len()) as u32);
        Error::new(ErrorCode::Syntax, "wrong").at(source, span)
    }

    #[track_caller]
    fn check(source: &str, needle: &str, line: u32, column: u32, frame: &str) {
        let error = place(source, needle);
        assert_eq!((error.line, error.column), (line, column));
        assert_eq!(error.frame.as_deref(), Some(frame));
    }

    #[test]
    fn frames() {
        check("a", "a", 1, 1, "> 1 | a\n    | ^");
        check("", "", 1, 1, "> 1 |\n    | ^");
        check("x = abc;", "abc", 1, 5, "> 1 | x = abc;\n    |     ^^^");
        check(
            "1\n2\n3\n4\n5\n6",
            "4",
            4,
            1,
            "  2 | 2\n  3 | 3\n> 4 | 4\n    | ^\n  5 | 5\n  6 | 6",
        );
        check("a\r\nb\r\n", "b", 2, 1, "  1 | a\n> 2 | b\n    | ^");
        check("a\u{2028}b", "b", 2, 1, "  1 | a\n> 2 | b\n    | ^");
        check("\tx\ty", "y", 1, 4, "> 1 |     x   y\n    |         ^");
        check("\"漢\" y", "y", 1, 5, "> 1 | \"漢\" y\n    |      ^");
        check("\"😀\" y", "y", 1, 6, "> 1 | \"😀\" y\n    |      ^");
        check("\u{feff}y", "y", 1, 1, "> 1 | y\n    | ^");
        check(
            "\u{1b}[31m y",
            "y",
            1,
            7,
            "> 1 | \u{fffd}[31m y\n    |       ^",
        );
        // A span over several lines is marked on the first.
        check("`a\nb`", "`a\nb`", 1, 1, "> 1 | `a\n    | ^^\n  2 | b`");
    }

    #[test]
    fn gutter_has_one_width() {
        let source = (1..=12)
            .map(|n| n.to_string())
            .collect::<Vec<_>>()
            .join("\n");
        let want = "   7 | 7\n   8 | 8\n>  9 | 9\n     | ^\n  10 | 10\n  11 | 11";
        check(&source, "9", 9, 1, want);
    }

    #[track_caller]
    fn check_cut(source: &str) {
        let error = place(source, "HERE");
        let frame = error.frame.expect("a frame");
        let lines: Vec<&str> = frame.lines().collect();
        assert_eq!(lines.len(), 2, "{frame}");
        assert!(
            lines.iter().all(|line| line.chars().count() <= WIDTH),
            "{frame}"
        );
        let chars = |text: &str, end: &str| text[..text.find(end).expect(end)].chars().count();
        assert_eq!(chars(lines[0], "HERE"), chars(lines[1], "^^^^"), "{frame}");
    }

    #[test]
    fn long_lines_are_cut_around_the_error() {
        check_cut(&format!("{}HERE{}", "a".repeat(5000), "b".repeat(5000)));
        check_cut(&format!("HERE{}", "b".repeat(5000)));
        check_cut(&format!("{}HERE", "a".repeat(5000)));
        check_cut(&format!("{}HERE", "a".repeat(149)));
        check_cut(&format!("{}HERE", "a".repeat(150)));
        check_cut(&format!("{}HERE{}", "a".repeat(70), "b".repeat(90)));
    }

    #[test]
    fn what_is_cut_off_is_told_at_either_end() {
        let (a, b) = ("漢".repeat(100), "b".repeat(300));
        for (source, begins, ends) in [
            (format!("{a}HERE{b}"), "> 1 | …漢漢", "bb…"),
            (format!("HERE{b}"), "> 1 | HERE", "bb…"),
            (format!("{a}HERE"), "> 1 | …漢漢", "漢HERE"),
        ] {
            let frame = place(&source, "HERE").frame.expect("a frame");
            let (shown, marked) = frame.split_once('\n').expect("two lines");
            assert!(
                shown.starts_with(begins) && shown.ends_with(ends),
                "{frame}"
            );
            let width = |text: &str| text.chars().map(columns).sum::<usize>();
            let before = |text: &str, end: &str| width(&text[..text.find(end).expect(end)]);
            assert_eq!(before(shown, "HERE"), before(marked, "^^^^"), "{frame}");
            assert!((WIDTH - 3..=WIDTH).contains(&width(shown)), "{frame}");
        }
    }
}
