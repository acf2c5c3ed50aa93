//! Imports that are read where they come from each time.
//! ```text
//! import { n } from "pkg"; f(n);         f($l0.n);     $l0["m n"], where it is no identifier's name
//! import { n } from "./a.mjs"; f(n);     f(n.$l0);
//! ```
//! A package writes its variables without our hearing of it. What a module of the project writes over and over would have to be pushed
//! to many; its object is in the import's own variable, so that V8 speaks of that in its dead zone.

use oxc_syntax::identifier::{is_identifier_name, is_identifier_part};

use super::{eval::quoted, names::Names};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveImport {
    pub import: usize,
    /// Its name in the namespace the body gets in its place. `None`: the body gets an object that has it by a name of ours, if it reads it
    /// and V8 can't put that into words (`Body::spoken_of`).
    pub name: Option<String>,
}

/// How a body reads it.
#[derive(Debug)]
pub(super) struct InPlace {
    /// What the body gets.
    pub variable: String,
    pub read: String,
}

/// What stands for the import `local`.
pub(super) fn in_place(names: &Names, live: &LiveImport, local: &str) -> InPlace {
    let numbered = names.numbered("l", live.import);
    let Some(name) = &live.name else {
        return InPlace {
            read: format!("{local}.{numbered}"),
            variable: local.to_owned(),
        };
    };
    let read = if is_identifier_name(name) {
        format!("{numbered}.{name}")
    } else {
        format!("{numbered}[{}]", quoted(name))
    };
    InPlace {
        variable: numbered,
        read,
    }
}

/// Those that `compiled` reads, which is made of `source`: its text has no name like ours.
pub fn live_in(source: &str, compiled: &str) -> Vec<LiveImport> {
    let namespace = Names::new(source).of("l");
    let mut found: Vec<LiveImport> = Vec::new();
    for (at, _) in compiled.match_indices(&namespace) {
        let (before, after) = (&compiled[..at], &compiled[at + namespace.len()..]);
        let is_property = before.ends_with('.') && !before.ends_with("..");
        let Some(live) = read_from(after, is_property) else {
            continue;
        };
        if found.iter().all(|it| it.import != live.import) {
            found.push(live);
        }
    }
    found
}

/// `0.n…`, `0["m n"]…`; as a property `0…`
fn read_from(text: &str, is_property: bool) -> Option<LiveImport> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    let import = number.parse().ok()?;
    let name = if is_property {
        None
    } else if let Some(rest) = rest.strip_prefix('.') {
        let name = rest.chars().take_while(|it| is_identifier_part(*it));
        Some(name.collect())
    } else {
        Some(unquoted(rest.strip_prefix("[\"")?)?)
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
            name: Some(name.to_owned()),
        });
        let mut live: Vec<_> = live.collect();
        live.push(LiveImport {
            import: 99,
            name: None,
        });
        let reads: Vec<_> = (live.iter().map(|it| in_place(&names, it, "n").read)).collect();
        let compiled = format!("{}+...{}", reads.join("("), reads.join(";"));
        assert_eq!(live_in("$l0", &compiled), live);
        assert_eq!(live_in("$l0", "$l0.a + _$l0 + _$l.b + _$lx"), []);
    }
}
