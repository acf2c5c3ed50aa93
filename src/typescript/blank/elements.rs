//! What stands around the names of class elements and parameters: modifiers, keys, marks, types.

use oxc_allocator::Vec as ArenaVec;
use oxc_ast::ast::{
    AccessorPropertyType, Class, ClassElement, Decorator, Expression, FormalParameters,
    PropertyDefinitionType, PropertyKey, TSThisParameter, TSTypeAnnotation,
};
use oxc_ast_visit::{VisitMut, walk_mut};
use oxc_span::{GetSpan, Span};

use super::Blank;
use crate::typescript::trivia;

impl<'a> Blank<'_, '_, 'a> {
    /// Blanks an element, or as much of it as is a type's. False: nothing is left.
    pub(super) fn leaves_element(&mut self, it: &mut ClassElement<'a>) -> bool {
        let is_type = match it {
            ClassElement::TSIndexSignature(_) => true,
            ClassElement::MethodDefinition(it) => it.value.body.is_none(),
            ClassElement::PropertyDefinition(it) => {
                it.declare || it.r#type == PropertyDefinitionType::TSAbstractPropertyDefinition
            }
            ClassElement::AccessorProperty(it) => {
                it.r#type == AccessorPropertyType::TSAbstractAccessorProperty
            }
            ClassElement::StaticBlock(_) => false,
        };
        if is_type {
            self.erase(it.span());
        } else {
            walk_mut::walk_class_element(self, it);
        }
        !is_type
    }

    /// `public`, `readonly` and the like before `key`. At the start of an element a semicolon takes
    /// their place: `a = b\n public [c] = d` must not become `a = b\n [c] = d`. Where the element begins then.
    pub(super) fn modifiers(&mut self, start: u32, decorators: &[Decorator], key: u32) -> u32 {
        let mut begin = start;
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
                    if begin == at {
                        begin = trivia::skip(self.source, end);
                    }
                }
                "static" => {}
                _ => return begin,
            }
            is_first = false;
            at = trivia::skip(self.source, end);
        }
        begin
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

    /// Where it begins when its modifiers are gone.
    pub(super) fn field(
        &mut self,
        span: Span,
        decorators: &mut ArenaVec<'a, Decorator<'a>>,
        key: (&mut PropertyKey<'a>, bool),
        annotation: Option<&TSTypeAnnotation<'a>>,
        value: Option<&mut Expression<'a>>,
    ) -> u32 {
        self.note_end(span);
        let (key, computed) = key;
        self.visit_decorators(decorators);
        let start = self.modifiers(span.start, decorators, key.span().start);
        let after = self.after_key(key, computed);
        if computed {
            self.visit_property_key(key);
        }
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
        start
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
