mod blanks;
mod imports;
mod places;
mod rewriting;
mod trees;
mod usage;

use super::*;

fn compile_as(name: &str, source: &str, options: &Options) -> String {
    let kind = match name.ends_with("cts") {
        true => ModuleKind::CommonJs,
        false => ModuleKind::Esm,
    };
    match to_javascript(source, Path::new(name), kind, options) {
        Ok(done) => done.code,
        Err(error) => error.to_string(),
    }
}

/// Blanks: what stays is where it was. `want` may have one blank for many.
#[track_caller]
fn blanked(source: &str, want: &str) {
    let options = Options::default();
    let path = Path::new("a.ts");
    trees::is_exact(source, &options);
    let done = to_javascript(source, path, ModuleKind::Esm, &options);
    let done = done.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(squeeze(&done.code), squeeze(want));
    assert!(done.positions.is_none());
    let (before, after): (Vec<u16>, Vec<u16>) = (
        source.encode_utf16().collect(),
        done.code.encode_utf16().collect(),
    );
    assert_eq!(before.len(), after.len());
    for (before, after) in before.into_iter().zip(after) {
        // What comes in the place of what goes.
        let is_ours = [' ', ';', '(', ')'].map(|it| it as u16).contains(&after);
        assert!(before == after || is_ours, "{}", done.code);
    }
}

fn squeeze(text: &str) -> String {
    let mut out = text.to_owned();
    while out.contains("  ") {
        out = out.replace("  ", " ");
    }
    out.trim_end().to_owned()
}

/// Parentheses are added: what follows in the line moves.
#[track_caller]
fn blanked_longer(source: &str, want: &str) {
    assert_eq!(compile_as("a.ts", source, &Options::default()), want);
}

#[test]
fn errors_have_a_place() {
    let error = compile_as("a.ts", "let a: = 1", &Options::default());
    assert!(error.contains("a.ts:1:8"), "{error}");
    assert!(error.contains("> 1 | let a: = 1"), "{error}");
}
