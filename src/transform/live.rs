//! Imports that are read where they come from each time.
//! ```text
//! import { n } from "pkg"; f(n);         f($l0.n);     $l0["m n"], where it is no identifier's name
//! ```
//! A package writes its variables without our hearing of it.

use oxc_syntax::identifier::{is_identifier_name, is_identifier_part};

use super::{eval::quoted, names::Names};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveImport {
    pub import: usize,
    /// Its name in the namespace the body gets in its place.
    pub name: String,
}

/// What stands for it.
pub(super) fn read_of(names: &Names, LiveImport { import, name }: &LiveImport) -> String {
    let namespace = names.numbered("l", *import);
    if is_identifier_name(name) {
        format!("{namespace}.{name}")
    } else {
        format!("{namespace}[{}]", quoted(name))
    }
}

/// Those that `compiled` reads, which is made of `source`: its text has no name like ours.
pub fn live_in(source: &str, compiled: &str) -> Vec<LiveImport> {
    let namespace = Names::new(source).of("l");
    let mut found: Vec<LiveImport> = Vec::new();
    for (at, _) in compiled.match_indices(&namespace) {
        let Some(live) = read_from(&compiled[at + namespace.len()..]) else {
            continue;
        };
        if found.iter().all(|it| it.import != live.import) {
            found.push(live);
        }
    }
    found
}

/// `0.n…`, `0["m n"]…`
fn read_from(text: &str) -> Option<LiveImport> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    let import = number.parse().ok()?;
    let name = if let Some(rest) = rest.strip_prefix('.') {
        rest.chars()
            .take_while(|it| is_identifier_part(*it))
            .collect()
    } else {
        unquoted(rest.strip_prefix("[\"")?)?
    };
    Some(LiveImport { import, name })
}

/// What [`quoted`] has made the beginning of `text` of, behind the first quotation mark.
fn unquoted(text: &str) -> Option<String> {
    let mut name = String::new();
    let mut characters = text.chars();
    loop {
        match characters.next()? {
            '"' => return Some(name),
            '\\' => name.push(match characters.next()? {
                'n' => '\n',
                'r' => '\r',
                other => other,
            }),
            other => name.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let names = Names::new("$l0");
        let named = ["default", "ñ", "m n", "\"\\\r\n]", "𠮷", ""];
        let live = (0..).zip(named).map(|(import, name)| LiveImport {
            import: import * 7,
            name: name.to_owned(),
        });
        let live: Vec<_> = live.collect();
        let reads: Vec<_> = live.iter().map(|it| read_of(&names, it)).collect();
        assert_eq!(
            live_in("$l0", &format!("{}+{}", reads.join("("), reads.join(";"))),
            live
        );
        assert_eq!(live_in("$l0", "$l0.a + _$l0 + _$l.b + _$lx"), []);
    }
}
