//! What is rewritten is told to be where the source has it.

use oxc_ast::ast::{BindingIdentifier, IdentifierReference};
use oxc_ast_visit::Visit;
use oxc_span::Span;
use rustc_hash::FxHashMap;

use super::{usage::sources, *};

/// Names, and where they stand.
#[derive(Default)]
struct Found(Vec<(String, Span)>);

impl<'a> Visit<'a> for Found {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.0.push((it.name.to_string(), it.span));
    }

    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        self.0.push((it.name.to_string(), it.span));
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$'))
}

/// Line and column, from 0.
fn place_of(text: &str, offset: u32) -> (u32, u32) {
    let before = &text[..offset as usize];
    let line = before.matches('\n').count() as u32;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (line, before[start..].encode_utf16().count() as u32)
}

#[test]
fn names_are_where_the_source_has_them() {
    let options = [
        Options::default(),
        Options {
            experimental_decorators: true,
            use_define_for_class_fields: false,
            lowers_using: true,
            ..Options::default()
        },
    ];
    let (mut count, mut wrong) = (0, Vec::new());
    for (path, source) in sources() {
        for (kind, options) in [
            (ModuleKind::Esm, &options[0]),
            (ModuleKind::CommonJs, &options[1]),
        ] {
            if !is_typescript(&path) {
                continue;
            }
            let Ok(JavaScript {
                code,
                positions: Some(positions),
            }) = to_javascript(&source, &path, kind, options)
            else {
                continue;
            };
            let allocator = Allocator::default();
            // Standard decorators under the other option: V8 has the words for some.
            let Some(parsed) = parsed_script_or_module(&allocator, &code) else {
                continue;
            };
            let mut found = Found::default();
            found.visit_program(&parsed.program);
            let mut times: FxHashMap<&str, usize> = FxHashMap::default();
            for (name, _) in &found.0 {
                *times.entry(name).or_default() += 1;
            }
            let mut written: FxHashMap<&str, usize> = FxHashMap::default();
            for name in words(&source) {
                *written.entry(name).or_default() += 1;
            }
            for (name, span) in &found.0 {
                // What is named once in both is the same thing.
                if times[name.as_str()] > 1 || written.get(name.as_str()) != Some(&1) {
                    continue;
                }
                count += 1;
                let (line, column) = place_of(&code, span.start);
                let place = positions.source_of(line, column).unwrap_or_default();
                let at = positions::offset_of(&source, place.0, place.1) as usize;
                if !source[at..].starts_with(name.as_str()) {
                    let around: String = source[at..].chars().take(30).collect();
                    wrong.push(format!("{name} is told to be at {around:?} in {source}"));
                }
            }
        }
    }
    assert!(count > 300, "{count}");
    assert!(
        wrong.len() * 20 < count,
        "{} of {count}: {wrong:#?}",
        wrong.len()
    );
}
