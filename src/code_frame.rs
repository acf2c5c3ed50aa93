//! The code frame of an error that ends the process.
//!
//! Node prints the line from the text that V8 has compiled (`GetErrorSource` in its
//! `src/node_errors.cc`), which for a module of ours is the transform's:
//! ```text
//! file:///a.mjs:3
//! ;      const f = () => { n = 1,$s0(n); throw new Error() };
//!                                        ^
//! ```
//! No JavaScript runs between that and the end, so the words are caught on their way to standard
//! error, and the frame is made that of the source. A frame that is not recognized stays as it is.

use std::path::{Path, PathBuf};

use crate::{
    lexical::is_line_end,
    path,
    transform::{Place, Shift, live_in, transform_live},
    typescript::is_typescript,
    written::{Text, Written},
};

/// What the names of our own scripts begin with (`NAME` in runtime/startup.cjs).
const OWN_SCRIPTS: &str = "node:heatsync-rs/";

/// V8's words of an assignment to an import.
const CONSTANT: &str = "TypeError: Assignment to constant variable.";

/// `report` with the first frame in it that is of a module of ours put right; `None`: nothing to do.
pub fn restore(report: &str, read: impl Fn(&Path) -> Option<Written>) -> Option<String> {
    if let Some(words) = behind_frame(report, |place| place.starts_with(OWN_SCRIPTS)) {
        // What stands for an import that is assigned to throws in V8's place.
        let is_v8s = words.starts_with(CONSTANT);
        let frame = is_v8s.then(|| frame_of_stack(words, &read)).flatten();
        return Some(frame.unwrap_or_default() + words);
    }
    // Thrown on the line of ours that is before the first: by the setter of an export that is not initialized.
    if let Some(words) = behind_frame(report, |place| {
        place.starts_with("file:") && place.ends_with(":0")
    }) {
        return Some(frame_of_stack(words, &read)? + words);
    }
    let mut from = 0;
    for line in report.split_inclusive('\n') {
        if let Some((url, number)) = place(line.trim_end_matches('\n')) {
            let rest = &report[from + line.len()..];
            let (frame, source) = restored(url, number, rest, &read)?;
            let mut out = report[..from + line.len()].to_owned();
            out.push_str(&source);
            out.push_str(&rest[frame..]);
            return Some(out);
        }
        from += line.len();
    }
    None
}

/// Without the line of ours that throws what we say of a file of the project: its place and line are in the stack.
fn behind_frame(report: &str, is_ours: impl Fn(&str) -> bool) -> Option<&str> {
    let (place, rest) = report.split_once('\n')?;
    if !is_ours(place) {
        return None;
    }
    let (_, rest) = rest.split_once('\n')?;
    let rest = match rest.split_once('\n') {
        Some((underline, below)) if is_underline(underline) => below,
        _ => rest,
    };
    Some(rest.trim_start_matches('\n'))
}

/// The frame of the place that the stack in `words` begins with.
fn frame_of_stack(words: &str, read: &impl Fn(&Path) -> Option<Written>) -> Option<String> {
    let site = words.lines().find(|line| line.starts_with("    at "))?;
    let site = site[site.find("file:")?..].trim_end_matches(')');
    let (place, column) = site.rsplit_once(':')?;
    let (url, line) = place.rsplit_once(':')?;
    let written = read(&path::from_file_url(url.split(['?', '#']).next()?).ok()?)?;
    let source = line_of(&written.source, line.parse::<usize>().ok()?.checked_sub(1)?)?;
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let start = column.parse::<usize>().ok()?.checked_sub(1)?;
    Some(format!(
        "{place}\n{source}\n{}\n\n",
        carets(source, start, 1)
    ))
}

fn carets(source: &str, start: usize, length: usize) -> String {
    let indent = source.chars().chain(std::iter::repeat(' ')).take(start);
    let indent = indent.map(|c| if c == '\t' { c } else { ' ' });
    indent.chain(std::iter::repeat_n('^', length)).collect()
}

/// `file:///a.mjs:3`, of CommonJS `/a.cts:3`
fn place(line: &str) -> Option<(&str, usize)> {
    let (url, number) = line.rsplit_once(':')?;
    let number = number.parse().ok().filter(|number| *number > 0)?;
    let is_ours =
        url.starts_with("file:") || Path::new(url).is_absolute() && is_typescript(Path::new(url));
    is_ours.then_some((url, number))
}

/// The frame that `rest` begins with: its length, and what it is in the source.
fn restored(
    url: &str,
    number: usize,
    rest: &str,
    read: &impl Fn(&Path) -> Option<Written>,
) -> Option<(usize, String)> {
    let mut lines = rest.split_inclusive('\n');
    let printed = lines.next()?;
    let underline = lines.next().filter(|line| is_underline(line));
    let length = printed.len() + underline.map_or(0, str::len);
    let file = match url.starts_with("file:") {
        true => path::from_file_url(url.split(['?', '#']).next()?).ok()?,
        false => PathBuf::from(url),
    };
    let written = read(&file)?;
    let printed = printed.trim_end_matches('\n');
    // Whoever has saved another version since gets the frame of the one that ran.
    let (text, shifts) = compiled(&written, &file, number, printed)?;
    let at = |column: usize| {
        let column = source_column(&shifts, number, column);
        text.source_of(number as u32 - 1, column as u32)
    };
    let start = underline.and_then(|it| it.find('^')).unwrap_or_default();
    let (line, start) = at(start);
    let source = line_of(&written.source, line as usize)?;
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    if printed == source {
        return None;
    }
    let mut frame = format!("{source}\n");
    if let Some(underline) = underline {
        let start = start as usize;
        let (end_line, end) = at(underline.trim_end_matches('\n').len());
        let end = if end_line == line {
            end as usize
        } else {
            start
        };
        frame.push_str(&carets(source, start, end.saturating_sub(start).max(1)));
        frame.push('\n');
    }
    Some((length, frame))
}

/// The text that V8 has compiled, and its columns that have moved: its line is as `printed`, and before it there is one of ours,
/// unless it is Node that compiled it. What of a package's variables is read where it comes from shows in that line.
fn compiled<'w>(
    written: &'w Written,
    file: &Path,
    number: usize,
    printed: &str,
) -> Option<(Text<'w>, Vec<Shift>)> {
    for text in written.texts() {
        if !text.is_module {
            if line_of(text.code, number - 1) == Some(printed) {
                return Some((text, Vec::new()));
            }
            continue;
        }
        let live = live_in(text.code, printed);
        let done = [Place::Acyclic, Place::Cyclic]
            .into_iter()
            .filter_map(|place| transform_live(text.code, file, place, &live).ok())
            .find(|done| line_of(&done.code, number) == Some(printed));
        if let Some(done) = done {
            return Some((text, done.shifts));
        }
    }
    None
}

fn is_underline(line: &str) -> bool {
    let line = line.trim_end_matches('\n');
    line.ends_with('^')
        && line
            .trim_start_matches([' ', '\t'])
            .bytes()
            .all(|b| b == b'^')
}

/// Lines as V8 counts them, from 0.
fn line_of(text: &str, number: usize) -> Option<&str> {
    let mut rest = text;
    for _ in 0..number {
        let at = rest.find(is_line_end)?;
        rest = &rest[at..];
        let end = if rest.starts_with("\r\n") {
            2
        } else {
            rest.chars().next()?.len_utf8()
        };
        rest = &rest[end..];
    }
    rest.split(is_line_end).next()
}

fn source_column(shifts: &[Shift], line: usize, column: usize) -> usize {
    let mut found = column;
    for shift in shifts.iter().filter(|shift| shift.line == line) {
        // Within what was inserted.
        if shift.column > column {
            return found.min(shift.source_column);
        }
        found = column - shift.column + shift.source_column;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "file:///a%20b.mjs";

    fn report(frame: &str) -> String {
        format!("{URL}:2\n{frame}\n\nError: x\n    at {URL}:2:5\n\nNode.js v0\n")
    }

    fn restore_with(source: &str, report: &str) -> Option<String> {
        restore(report, |path| {
            (path == Path::new("/a b.mjs")).then(|| Written::javascript(source.to_owned()))
        })
    }

    #[track_caller]
    fn check(source: &str, printed: &str, expected: &str) {
        assert_eq!(
            restore_with(source, &report(printed)),
            Some(report(expected))
        );
    }

    #[test]
    #[cfg(unix)]
    fn lines_are_the_authors() {
        check(
            "// 1\nexport const x = null.y;\n",
            ";      const x = null.y;\n                      ^",
            "export const x = null.y;\n                      ^",
        );
        check(
            "// 1\r\n\texport let n = 0; const f = () => { n++; throw 1 };\r\n",
            "\t;      let n = 0; const f = () => { n++,$s0(n); throw 1 };\n\t                                                ^^^^^",
            "\texport let n = 0; const f = () => { n++; throw 1 };\n\t                                         ^^^^^",
        );
        // In a cycle.
        check(
            "import './a b.mjs'\nexport const x = 1; throw 1",
            ";      const x = 1,$i1=$n(0,x); throw 1\n                                ^",
            "export const x = 1; throw 1\n                    ^",
        );
        // What a package writes is read from there.
        check(
            "import { n as counter } from 'p';\nexport const x = [counter, fail()];\n",
            ";      const x = [$l0.n, fail()];\n                         ^",
            "export const x = [counter, fail()];\n                           ^",
        );
        // Node has read it without the byte order mark.
        let one_line = |frame: &str| report(frame).replace(":2", ":1");
        let source = "\u{feff}export let x = 1; throw x";
        let written = |_: &Path| Some(Written::javascript(source.to_owned()));
        assert_eq!(
            restore(
                &one_line(";      let x = 1; throw x\n                  ^"),
                written
            ),
            Some(one_line("export let x = 1; throw x\n                  ^"))
        );
        // Without an underline.
        check(
            "\nexport class A {}",
            ";      class A {}",
            "export class A {}",
        );
    }

    #[test]
    fn a_line_of_ours_is_left_out() {
        let words = "/a.ts:1:9\n> 1 | let x = ;\n\nSyntaxError: no\n";
        for frame in ["  throw error;\n  ^\n\n", "  throw error;\n"] {
            let report = format!("node:heatsync-rs/startup.bundle:10\n{frame}{words}");
            assert_eq!(restore_with("", &report).as_deref(), Some(words));
        }
        let nodes = format!("node:internal/modules:10\n  throw error;\n  ^\n\n{words}");
        assert_eq!(restore_with("", &nodes), None);
    }

    #[test]
    fn what_is_thrown_by_a_line_of_ours_is_where_the_stack_begins() {
        let words = |what: &str| format!("{what}\n    at f ({URL}:2:5)\n    at {URL}:1:1\n");
        let source = "import { n } from 'x';\n\t () => n++;\n";
        let shown = format!("{URL}:2\n\t () => n++;\n\t   ^\n\n");
        let ours = "node:heatsync-rs/startup.bundle:10\n  throw error;\n  ^\n\n";
        let constant = words(CONSTANT);
        assert_eq!(
            restore_with(source, &format!("{ours}{constant}")),
            Some(format!("{shown}{constant}"))
        );
        let before = format!("{URL}:0\n\"use strict\";const $a=…\n     ^\n\n");
        let zone = words("ReferenceError: Cannot access 'n' before initialization");
        assert_eq!(
            restore_with(source, &format!("{before}{zone}")),
            Some(format!("{shown}{zone}"))
        );
        // Without a stack, or of a file that is gone.
        assert_eq!(
            restore_with(source, &format!("{before}ReferenceError: n\n")),
            None
        );
        assert_eq!(restore(&format!("{before}{zone}"), |_| None), None);
        assert_eq!(
            restore(&format!("{ours}{constant}"), |_| None),
            Some(constant)
        );
    }

    #[test]
    fn what_is_not_recognized_stays() {
        let same = report("const x = null.y;\n  ^");
        assert_eq!(restore_with("\nconst x = null.y;", &same), None);
        let newer = report(";      const x = 1;\n  ^");
        assert_eq!(restore_with("\nexport const y = 2;", &newer), None);
        assert_eq!(restore_with("", &newer), None);
        assert_eq!(restore_with("\nexport {", &newer), None);
        for other in [
            "",
            "\n",
            "x:1\n",
            "file:///a%20b.mjs:0\n",
            "file:///a%20b.mjs:2",
            "file:///b:2\n\n^",
        ] {
            assert_eq!(restore_with("\nexport {}", other), None);
        }
    }
}
