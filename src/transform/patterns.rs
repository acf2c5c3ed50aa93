//! Destructuring at the top level of a module in an import cycle.
//!
//! Input:
//! ```js
//! export const { a, b = look(), [c()]: d } = x, [e, f = look()] = y;
//! ```
//! Output:
//! ```js
//! const { a, [($n(0,a),"b")]:b = look(), [($n(1,b),c())]: d } = x,$i1=$n(2,d),
//!   [e, f =($n(3,e),look())] = y,$i2=$n(3,e),$i3=$n(4,f);
//! ```
//! Each name is initialized before what stands behind it is evaluated (ECMA-262 14.3.3.1,
//! PropertyBindingInitialization), and code that this calls may look. A property's key is the first
//! of that which is evaluated, so it becomes a computed one. Array elements have no key: there a
//! default value is the first, if it is evaluated at all. What an iterator does between two elements, and
//! what else no text can stand before: `declared.rs`.

use oxc_ast::ast::{BindingPattern, BindingProperty, Expression, ObjectPattern, PropertyKey};
use oxc_span::GetSpan;

use super::statements::Statements;
use crate::lexical::after_trivia;

impl Statements<'_, '_> {
    /// `waiting`: what is initialized and not handed out yet.
    pub(super) fn pattern(&mut self, pattern: &BindingPattern, waiting: &mut Vec<String>) {
        match pattern {
            BindingPattern::BindingIdentifier(id) => {
                if let Some(cell) = self.cell(id.symbol_id.get()) {
                    waiting.push(self.init(cell, &id.name));
                }
            }
            BindingPattern::ObjectPattern(it) => self.object(it, waiting),
            BindingPattern::ArrayPattern(it) => {
                for element in it.elements.iter().flatten() {
                    self.pattern(element, waiting);
                }
                if let Some(rest) = &it.rest {
                    self.pattern(&rest.argument, waiting);
                }
            }
            BindingPattern::AssignmentPattern(it) => {
                // A function would lose its name.
                let is_pure = it.right.is_anonymous_function_definition()
                    || matches!(&it.right, Expression::FunctionExpression(_));
                if !waiting.is_empty() && !is_pure {
                    let equals = after_trivia(self.source, it.left.span().end);
                    // Perhaps never evaluated: all are handed out again behind it.
                    self.edits
                        .insert(equals + 1, format!("({},", waiting.join(",")));
                    self.edits.insert(it.right.span().end, ")");
                }
                self.pattern(&it.left, waiting);
            }
        }
    }

    fn object(&mut self, it: &ObjectPattern, waiting: &mut Vec<String>) {
        for property in &it.properties {
            if !waiting.is_empty() {
                self.key(property, &format!("({},", handed(waiting)));
            }
            self.pattern(&property.value, waiting);
        }
        if let Some(rest) = &it.rest {
            self.pattern(&rest.argument, waiting);
        }
    }

    /// What is to be done `before` a property is read becomes part of its key.
    pub(super) fn key(&mut self, property: &BindingProperty, before: &str) {
        let key = property.key.span();
        match &property.key {
            PropertyKey::StaticIdentifier(id) => {
                let name = &id.name;
                if property.shorthand {
                    let text = format!("[{before}\"{name}\")]:");
                    self.edits.insert(key.start, text);
                } else {
                    let text = format!("[{before}\"{name}\")]");
                    self.edits.replace(key.start, key.end, text);
                }
            }
            _ if property.computed => {
                let open = after_trivia(self.source, property.span.start);
                self.edits.insert(open + 1, before.to_owned());
                self.edits.insert(key.end, ")");
            }
            // A string or a number.
            _ => {
                self.edits.insert(key.start, format!("[{before}"));
                self.edits.insert(key.end, ")]");
            }
        }
    }
}

/// As operands of a comma.
fn handed(waiting: &mut Vec<String>) -> String {
    std::mem::take(waiting).join(",")
}
