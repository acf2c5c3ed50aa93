//! What assignments write: variables, and patterns of them.
//!
//! Input:
//! ```js
//! export let n, m, o; function f() { [n, m.x = look()] = y; ({ n, m = look(), ...o } = y); }
//! ```
//! Output:
//! ```js
//! …const $a=new class{set n($v){n=$v;$s0($v)}…};
//! … [$a.n, m.x = look()] = y; ({ n, [($s0(n),"m")]:$a.m = look(), ...$a.o } = y),$s0(n); }
//! ```
//! A pattern's variables are written by setters, which push each of them at once: what is evaluated after that may look, or
//! throw (ECMA-262 13.15.5.2). V8 names the first property of a pattern when it says that the value is null, if an identifier
//! is assigned to: that stays one, and is pushed by the key of the second property. What stands between it and a rest is
//! nothing but that: the rest is an assignment of its own.

use oxc_ast::ast::{
    AssignmentTarget, AssignmentTargetMaybeDefault, AssignmentTargetProperty, Expression,
    IdentifierReference, PropertyKey,
};
use oxc_ast_visit::Visit;
use oxc_span::{GetSpan, Span};

use super::{body::Body, declared::naming, eval::quoted};
use crate::lexical::after_trivia;

impl Body<'_, '_> {
    /// The cells an assignment target writes, if writes are to be pushed here: those that do not push themselves.
    /// `is_expression`: it is no loop's.
    pub(super) fn cells_of(
        &mut self,
        target: &AssignmentTarget,
        is_expression: bool,
    ) -> Vec<usize> {
        let mut cells = Vec::new();
        if self.functions == 0 && !self.cyclic {
            return cells;
        }
        let is_pattern = target.as_assignment_target_pattern().is_some();
        let first = first_of(target).filter(|_| is_expression);
        let keyed = first.and_then(|id| self.push_by_key(target, id));
        each_target(target, &mut |it| {
            let span = it.id.span;
            let Some(cell) = self.bindings.cell_of(it.id, self.scoping) else {
                return;
            };
            let is_first = first.is_some_and(|id| id.span == span);
            if is_pattern && !is_first && self.has_setter(it.id) {
                self.set_by_setter(&it, cell, keyed == Some(span));
            } else {
                cells.push(cell);
            }
        });
        cells
    }

    /// A constant is V8's to refuse, in its place. The code of an eval has what the module has made for it.
    pub(super) fn has_setter(&self, id: &IdentifierReference) -> bool {
        let symbol = id
            .reference_id
            .get()
            .and_then(|id| self.scoping.get_reference(id).symbol_id());
        symbol.is_some_and(|it| {
            !self.scoping.symbol_flags(it).is_const_variable() && !self.classes.contains(&it)
        })
    }

    /// `n` → `$a.n`
    fn set_by_setter(&mut self, target: &Target, cell: usize, has_key: bool) {
        self.note_push(cell);
        self.used.set[cell] = true;
        let Target {
            id,
            default,
            is_shorthand,
        } = target;
        if let Some(default) = default.filter(|it| it.is_anonymous_function_definition()) {
            let name = id.name.to_string();
            self.named.insert(default.span().start, name);
        }
        let key = if *is_shorthand && !has_key {
            format!("{}:", id.name)
        } else {
            String::new()
        };
        self.edits.insert(id.span.start, key + &self.names.of("a."));
    }

    /// A default value. A function is named after an identifier that is assigned to, and after nothing else
    /// (ECMA-262 13.15.5.3): where a setter stands in its place, a property names it.
    pub(super) fn default<'a>(&mut self, it: &Expression<'a>) {
        let Some(name) = self.named.remove(&it.span().start) else {
            return self.visit_expression(it);
        };
        let (before, after) = naming(&name);
        self.edits.insert(it.span().start, before);
        self.visit_expression(it);
        self.edits.insert(it.span().end, after);
    }

    /// `{ n, ...m } = x` → `$h.split(({ n } = x),$v=>{$s0(n);$a.m=$h.rest($v,"n")})`: no text can stand between the two,
    /// and the getters that are read for `m` may look. What it returns goes behind it.
    pub(super) fn split(&mut self, target: &AssignmentTarget) -> Option<String> {
        let AssignmentTarget::ObjectAssignmentTarget(pattern) = target else {
            return None;
        };
        let (first, rest) = (first_of(target)?, pattern.rest.as_ref()?);
        let [property] = pattern.properties.as_slice() else {
            return None;
        };
        let cell = self.pushed_cell(first)?;
        let last = identifier(&rest.target).filter(|id| self.import_of(id).is_none())?;
        let key = match property {
            AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(it) => {
                quoted(&it.binding.name)
            }
            AssignmentTargetProperty::AssignmentTargetPropertyProperty(it) => match &it.name {
                PropertyKey::StaticIdentifier(id) => quoted(&id.name),
                _ if it.computed => return None,
                literal => literal.span().source_text(self.edits.source()).to_owned(),
            },
        };
        let (host, value) = (self.names.of("h"), self.names.of("v"));
        let mut then = format!(
            "),{value}=>{{{};{}={host}.rest({value},{key})",
            self.push(cell),
            last.name
        );
        if let Some(cell) = self.pushed_cell(last) {
            then.push_str(&format!(";{}", self.push(cell)));
        }
        self.edits.blank(property.span().end, rest.span.end, "");
        Some(then + "})")
    }

    fn pushed_cell(&self, id: &IdentifierReference) -> Option<usize> {
        let is_pushed = self.functions > 0 || self.cyclic;
        let cell = self.bindings.cell_of(id, self.scoping);
        cell.filter(|_| is_pushed)
    }

    /// Before the second property of a pattern is read, the first variable is pushed.
    fn push_by_key(
        &mut self,
        target: &AssignmentTarget,
        first: &IdentifierReference,
    ) -> Option<Span> {
        let AssignmentTarget::ObjectAssignmentTarget(pattern) = target else {
            return None;
        };
        let cell = self.bindings.cell_of(first, self.scoping)?;
        match pattern.properties.get(1)? {
            AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(it) => {
                let id = &it.binding;
                // A constant stands behind it.
                if self.import_of(id).is_some() {
                    return None;
                }
                let key = format!("[({},\"{}\")]:", self.push(cell), id.name);
                self.edits.insert(id.span.start, key);
                Some(id.span)
            }
            AssignmentTargetProperty::AssignmentTargetPropertyProperty(it) => {
                let before = format!("({},", self.push(cell));
                let key = it.name.span();
                match &it.name {
                    PropertyKey::StaticIdentifier(id) => {
                        let key_text = format!("[{before}\"{}\")]", id.name);
                        self.edits.replace(key.start, key.end, key_text);
                    }
                    _ if it.computed => {
                        let close = closing_bracket(self.edits.source(), key.end);
                        self.edits.insert(it.span.start + 1, before);
                        // Behind what the key itself writes.
                        self.edits.replace(close, close + 1, ")]");
                    }
                    // A string or a number.
                    _ => {
                        self.edits.insert(key.start, format!("[{before}"));
                        self.edits.insert(key.end, ")]");
                    }
                }
                None
            }
        }
    }
}

/// The target of a pattern's first property, if it is an identifier with nothing to fall back on.
fn first_of<'t, 'a>(target: &'t AssignmentTarget<'a>) -> Option<&'t IdentifierReference<'a>> {
    let AssignmentTarget::ObjectAssignmentTarget(pattern) = target else {
        return None;
    };
    let rest = pattern.rest.as_ref().map(|it| &it.target);
    match pattern.properties.first() {
        Some(AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(it)) => {
            it.init.is_none().then_some(&it.binding)
        }
        Some(AssignmentTargetProperty::AssignmentTargetPropertyProperty(it)) => {
            identifier(it.binding.as_assignment_target()?)
        }
        None => identifier(rest?),
    }
}

/// Behind a key, which may be in parentheses.
fn closing_bracket(source: &str, key_end: u32) -> u32 {
    let mut at = after_trivia(source, key_end);
    while source[at as usize..].starts_with(')') {
        at = after_trivia(source, at + 1);
    }
    at
}

fn identifier<'t, 'a>(target: &'t AssignmentTarget<'a>) -> Option<&'t IdentifierReference<'a>> {
    match target {
        AssignmentTarget::AssignmentTargetIdentifier(id) => Some(id),
        _ => None,
    }
}

/// An AssignmentTarget that is an identifier.
struct Target<'t, 'a> {
    id: &'t IdentifierReference<'a>,
    default: Option<&'t Expression<'a>>,
    /// `{ n }`
    is_shorthand: bool,
}

/// AssignmentTargets that are identifiers, in order.
fn each_target<'t, 'a>(target: &'t AssignmentTarget<'a>, each: &mut impl FnMut(Target<'t, 'a>)) {
    each_with_default(target, None, each);
}

fn each_with_default<'t, 'a>(
    target: &'t AssignmentTarget<'a>,
    default: Option<&'t Expression<'a>>,
    each: &mut impl FnMut(Target<'t, 'a>),
) {
    match target {
        AssignmentTarget::AssignmentTargetIdentifier(id) => each(Target {
            id,
            default,
            is_shorthand: false,
        }),
        AssignmentTarget::ArrayAssignmentTarget(it) => {
            it.elements
                .iter()
                .flatten()
                .for_each(|element| each_maybe_default(element, each));
            if let Some(rest) = &it.rest {
                each_target(&rest.target, each);
            }
        }
        AssignmentTarget::ObjectAssignmentTarget(it) => {
            for property in &it.properties {
                match property {
                    AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(it) => {
                        each(Target {
                            id: &it.binding,
                            default: it.init.as_ref(),
                            is_shorthand: true,
                        });
                    }
                    AssignmentTargetProperty::AssignmentTargetPropertyProperty(it) => {
                        each_maybe_default(&it.binding, each);
                    }
                }
            }
            if let Some(rest) = &it.rest {
                each_target(&rest.target, each);
            }
        }
        _ => {}
    }
}

fn each_maybe_default<'t, 'a>(
    target: &'t AssignmentTargetMaybeDefault<'a>,
    each: &mut impl FnMut(Target<'t, 'a>),
) {
    match target {
        AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(it) => {
            each_with_default(&it.binding, Some(&it.init), each)
        }
        other => {
            if let Some(target) = other.as_assignment_target() {
                each_target(target, each);
            }
        }
    }
}
