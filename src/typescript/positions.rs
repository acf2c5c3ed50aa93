//! Where generated code comes from: a source map's mappings, in lines and UTF-16 columns.

use crate::transform::edits::Shift;

/// A place of the generated code, and what it comes from; all from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Segment {
    pub line: u32,
    pub column: u32,
    pub source_line: u32,
    pub source_column: u32,
}

/// Sorted by place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Positions(pub(super) Vec<Segment>);

impl Positions {
    pub fn new(mut segments: Vec<Segment>) -> Self {
        segments.sort();
        Self(segments)
    }

    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// What a place comes from: what the nearest segment before it in its line comes from, as far
    /// on as the place is behind it.
    pub fn source_of(&self, line: u32, column: u32) -> Option<(u32, u32)> {
        let after = self
            .0
            .partition_point(|it| (it.line, it.column) <= (line, column));
        let found = self.0[..after].last().filter(|it| it.line == line);
        // Behind generated code that comes from nowhere: the next thing that comes from somewhere.
        let found = found.or_else(|| self.0.get(after).filter(|it| it.line == line))?;
        let beyond = column.saturating_sub(found.column);
        let is_exact = beyond == 0;
        Some((
            found.source_line,
            found.source_column + if is_exact { 0 } else { beyond },
        ))
    }

    /// `later` maps the text these positions lead to: from its output to our source.
    #[must_use]
    pub fn after(&self, later: &Self) -> Self {
        let through = |it: &Segment| {
            let (source_line, source_column) = self.source_of(it.source_line, it.source_column)?;
            Some(Segment {
                source_line,
                source_column,
                ..*it
            })
        };
        Self(later.0.iter().filter_map(through).collect())
    }

    /// Every line is where it was.
    pub fn of_lines(count: usize) -> Self {
        let lines = (0..).take(count).map(|line| Segment {
            line,
            column: 0,
            source_line: line,
            source_column: 0,
        });
        Self(lines.collect())
    }

    /// Of a text in which insertions have moved what stands behind them.
    #[must_use]
    pub fn shifted(self, shifts: &[Shift]) -> Self {
        let moved = |line: u32, column: u32| {
            // Shifts are in the order of lines and columns.
            let before = shifts.partition_point(|it| {
                (it.line as u32, it.source_column as u32) <= (line + 1, column)
            });
            let last = shifts[..before].last();
            last.filter(|it| it.line as u32 == line + 1)
                .map_or(column, |it| {
                    it.column as u32 + (column - it.source_column as u32)
                })
        };
        let mut all: Vec<Segment> = shifts
            .iter()
            .filter_map(|it| {
                let line = it.line as u32 - 1;
                let (source_line, source_column) = self.source_of(line, it.source_column as u32)?;
                Some(Segment {
                    line,
                    column: it.column as u32,
                    source_line,
                    source_column,
                })
            })
            .collect();
        all.extend(self.0.iter().map(|it| Segment {
            column: moved(it.line, it.column),
            ..*it
        }));
        let mut all = Self::new(all);
        all.0.dedup_by_key(|it| (it.line, it.column));
        all
    }

    /// Everything on a line moves to the right.
    #[must_use]
    pub fn with_line_moved(mut self, line: u32, columns: u32) -> Self {
        for segment in self.0.iter_mut().filter(|it| it.line == line) {
            segment.column += columns;
        }
        self
    }

    /// The `mappings` of a source map, revision 3.
    pub fn mappings(&self) -> String {
        let mut out = String::with_capacity(self.0.len() * 5);
        let (mut line, mut column, mut source_line, mut source_column) = (0, 0, 0, 0);
        let mut is_first = true;
        for it in &self.0 {
            while line < it.line {
                out.push(';');
                line += 1;
                column = 0;
                is_first = true;
            }
            if !is_first {
                out.push(',');
            }
            is_first = false;
            vlq(&mut out, difference(it.column, column));
            out.push('A');
            vlq(&mut out, difference(it.source_line, source_line));
            vlq(&mut out, difference(it.source_column, source_column));
            (column, source_line, source_column) = (it.column, it.source_line, it.source_column);
        }
        out
    }
}

/// The offset of a line and a column, both from 0.
pub(super) fn offset_of(source: &str, line: u32, column: u32) -> u32 {
    let start: usize = source
        .split_inclusive('\n')
        .take(line as usize)
        .map(str::len)
        .sum();
    let mut units = 0;
    let rest = source[start..].char_indices().find(|(_, c)| {
        let is_there = units >= column;
        units += c.len_utf16() as u32;
        is_there
    });
    rest.map_or(source.len(), |(at, _)| start + at) as u32
}

fn difference(a: u32, b: u32) -> i64 {
    i64::from(a) - i64::from(b)
}

fn vlq(out: &mut String, value: i64) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut rest = (value.unsigned_abs() << 1) | u64::from(value < 0);
    loop {
        let digit = (rest & 31) as usize;
        rest >>= 5;
        let more = if rest > 0 { 32 } else { 0 };
        out.push(char::from(DIGITS[digit | more]));
        if rest == 0 {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(line: u32, column: u32, source_line: u32, source_column: u32) -> Segment {
        Segment {
            line,
            column,
            source_line,
            source_column,
        }
    }

    #[test]
    fn mappings_are_those_of_a_source_map() {
        let positions = Positions::new(vec![
            segment(2, 16, 0, 5),
            segment(0, 0, 0, 0),
            segment(0, 4, 1, 2),
        ]);
        assert_eq!(positions.mappings(), "AAAA,IACE;;gBADG");
    }

    #[test]
    fn places_lead_to_their_source() {
        let positions = Positions::new(vec![segment(1, 2, 7, 5), segment(1, 9, 3, 0)]);
        assert_eq!(positions.source_of(1, 2), Some((7, 5)));
        assert_eq!(positions.source_of(1, 4), Some((7, 7)));
        assert_eq!(positions.source_of(1, 0), Some((7, 5)));
        assert_eq!(positions.source_of(1, 11), Some((3, 2)));
        assert_eq!(positions.source_of(0, 0), None);
        let later = Positions::new(vec![segment(0, 0, 1, 9), segment(5, 0, 0, 0)]);
        assert_eq!(positions.after(&later).0, [segment(0, 0, 3, 0)]);
        let moved = Positions::new(vec![segment(0, 1, 0, 0), segment(1, 1, 0, 0)]);
        let moved = moved.with_line_moved(0, 3);
        assert_eq!(moved.0, [segment(0, 4, 0, 0), segment(1, 1, 0, 0)]);
    }
}
