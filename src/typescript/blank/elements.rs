//! What stands around the names of class elements and parameters: modifiers, keys, marks, types.

use oxc_ast::ast::{
    Class, Decorator, Expression, FormalParameters, PropertyKey, TSThisParameter, TSTypeAnnotation,
};
use oxc_ast_visit::Visit;
use oxc_span::{GetSpan, Span};

use super::Blank;
use crate::typescript::trivia;

impl Blank<'_, '_> {
    /// `public`, `readonly` and the like before `key`. At the start of an element a semicolon takes
    /// their place: `a = b\n public [c] = d` must not become `a = b\n [c] = d`.
    pub(super) fn modifiers(&mut self, start: u32, decorators: &[Decorator], key: u32) {
        let start = decorators.last().map_or(start, |it| it.span.end);
        let mut at = trivia::skip(self.source, start);
        // A decorator begins the element then.
        let mut is_first = decorators.is_empty();
        while at < key {
            let word = trivia::word(self.source, at);
            let end = at + word.len() as u32;
            match word {
                "public" | "private" | "protected" | "override" | "readonly" | "abstract"
                | "declare" => {
                    self.edits.blank(at, end, if is_first { ";" } else { "" });
                }
                "static" => {}
                _ => return,
            }
            is_first = false;
            at = trivia::skip(self.source, end);
        }
    }

    /// The offset after a key, and after its bracket.
    pub(super) fn after_key(&self, key: &PropertyKey, computed: bool) -> u32 {
        let end = key.span().end;
        if !computed {
            return end;
        }
        trivia::skip(self.source, end) + 1
    }

    /// `?` and `!` after a name.
    pub(super) fn mark(&mut self, from: u32) -> u32 {
        let at = trivia::skip(self.source, from);
        match self.source.as_bytes().get(at as usize) {
            Some(b'?' | b'!') => {
                self.blank(at, at + 1);
                at + 1
            }
            _ => from,
        }
    }

    /// Where `abstract` or `class` is.
    pub(super) fn after_decorators(&self, class: &Class) -> u32 {
        let last = class.decorators.last().map_or(0, |it| it.span.end);
        let mut at = trivia::skip(self.source, class.span.start.max(last));
        while matches!(trivia::word(self.source, at), "export" | "default") {
            at = trivia::skip(self.source, at + trivia::word(self.source, at).len() as u32);
        }
        at
    }

    pub(super) fn this_parameter(&mut self, this: &TSThisParameter, params: &FormalParameters) {
        let next = params
            .items
            .first()
            .map(|it| it.span.start)
            .or_else(|| params.rest.as_ref().map(|it| it.span.start));
        let comma = || {
            let at = trivia::skip(self.source, this.span.end);
            match self.source.as_bytes().get(at as usize) {
                Some(b',') => at + 1,
                _ => this.span.end,
            }
        };
        let end = next.unwrap_or_else(comma);
        self.blank(this.span.start, end);
    }

    pub(super) fn field(
        &mut self,
        span: Span,
        decorators: &[Decorator<'_>],
        key: (&PropertyKey<'_>, bool),
        annotation: Option<&TSTypeAnnotation<'_>>,
        value: Option<&Expression<'_>>,
    ) {
        self.note_end(span);
        let (key, computed) = key;
        for it in decorators {
            self.visit_decorator(it);
        }
        self.modifiers(span.start, decorators, key.span().start);
        if computed {
            self.visit_property_key(key);
        }
        let after = self.after_key(key, computed);
        let end = annotation.map_or(after, |it| it.span.end);
        if let Some(value) = value {
            self.mark_and_type(after, end);
            self.visit_expression(value);
        } else if annotation.is_some() {
            // `get: T\n a() {}` must not become a getter.
            let from = trivia::skip(self.source, after);
            self.edits.blank(from, end, ";");
        } else {
            self.mark(after);
        }
    }

    /// `?: T`, `!: T`, `: T`, `?`
    pub(super) fn mark_and_type(&mut self, from: u32, to: u32) {
        if from == to {
            self.mark(from);
        } else {
            self.blank_end(from, to);
        }
    }
}
