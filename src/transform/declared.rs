//! Patterns that a module in an import cycle declares, where code runs between two names that no text can stand between: an
//! iterator's `next` and `return`, the getters that an object rest reads.
//!
//! Input:
//! ```js
//! export const [a, b = () => 1] = iterator, { c, ...d } = x;
//! ```
//! Output:
//! ```js
//! …$h.late(0,(function*(){ … const $b=new class{set a($v){$h.begin(0,$v);$n(0,$v)} …};
//! const $i1=([$b.a, $b.b = {b:() => 1}.b] = $h.iterable(iterator,"iterator is not iterable")),
//!   $i2=({ c:$f} = x),$i3=($b.c=$f,$b.d=$h.rest($i2,"c"));
//! }));const a=yield}));
//! ```
//! The pattern assigns by setters, each of which initializes its variable and hands it out at once (ECMA-262 8.6.2,
//! BindingInitialization). The variables are declared around the body, each in a generator that is resumed with its value, as
//! imports are: V8's own temporal dead zone, and its own constants.
//!
//! V8 has other words for what an assignment can't take apart than for a declaration: "x is not iterable" is said for it,
//! where it can be known what V8 would say; all else stays a declaration. Of an object it names the first property, if an
//! identifier is assigned to: `$f` is one.

use oxc_ast::ast::{
    BindingIdentifier, BindingPattern, BindingProperty, Expression, ObjectPattern, PropertyKey,
    VariableDeclarator,
};
use oxc_span::{GetSpan, Span};

use super::{eval::quoted, statements::Statements};

/// A variable that is declared around the body.
#[derive(Debug, Clone)]
pub(super) struct Late {
    pub name: String,
    pub is_const: bool,
    pub cell: Option<usize>,
}

/// What is to be said of an initializer that is not iterable.
enum Words<'e, 'a> {
    /// V8 says the same of an assignment.
    Same,
    Own(String),
    /// `f()`: also if `f` is no function.
    OfCall(&'e Expression<'a>, String),
}

impl Statements<'_, '_> {
    /// Is it assigned to by setters now?
    pub(super) fn late(&mut self, it: &VariableDeclarator, is_const: bool) -> bool {
        let Some(init) = it.init.as_ref().filter(|_| self.is_too_late(&it.id)) else {
            return false;
        };
        let words = match &it.id {
            BindingPattern::ArrayPattern(_) => words_for(init),
            _ => Some(Words::Same),
        };
        let Some(words) = words else {
            return false;
        };
        let value = self.temporary();
        self.edits.insert(it.id.span().start, format!("{value}=("));
        let after = match &it.id {
            BindingPattern::ObjectPattern(pattern) => self.late_root(pattern, is_const, &value),
            _ => None,
        };
        if after.is_none() {
            self.late_pattern(&it.id, is_const);
        }
        self.say(init, &words);
        self.edits.insert(it.span.end, ")");
        if let Some(after) = after.filter(|it| !it.is_empty()) {
            let name = self.temporary();
            self.edits.insert(it.span.end, format!(",{name}=({after})"));
        }
        true
    }

    fn say(&mut self, init: &Expression, words: &Words) {
        let host = self.names.of("h");
        let mut around = |span: Span, function: &str, said: &str| {
            self.edits.insert(span.start, format!("{host}.{function}("));
            self.edits.insert(span.end, format!(",{})", quoted(said)));
        };
        match words {
            Words::Same => {}
            Words::Own(said) => around(init.span(), "iterable", said),
            Words::OfCall(callee, said) => {
                around(init.span(), "iterable", said);
                around(callee.span(), "callable", said);
            }
        }
    }

    /// Does code run between two of its names that could see the first, and that no text stands before?
    fn is_too_late(&self, pattern: &BindingPattern) -> bool {
        match pattern {
            BindingPattern::BindingIdentifier(_) => false,
            BindingPattern::AssignmentPattern(it) => self.is_too_late(&it.left),
            BindingPattern::ArrayPattern(it) => {
                // `[...a]` has taken everything before there is an `a`.
                it.elements.iter().flatten().any(|it| self.has_cell(it))
                    || it
                        .rest
                        .as_ref()
                        .is_some_and(|it| self.is_too_late(&it.argument))
            }
            BindingPattern::ObjectPattern(it) => {
                let values = || it.properties.iter().map(|it| &it.value);
                values().any(|it| self.is_too_late(it))
                    || it.rest.is_some() && values().any(|it| self.has_cell(it))
            }
        }
    }

    fn has_cell(&self, pattern: &BindingPattern) -> bool {
        let mut ids = pattern.get_binding_identifiers().into_iter();
        ids.any(|id| self.cell(id.symbol_id.get()).is_some())
    }

    fn late_pattern(&mut self, pattern: &BindingPattern, is_const: bool) {
        match pattern {
            BindingPattern::BindingIdentifier(id) => {
                self.declare(id, is_const);
                self.edits.insert(id.span.start, self.names.of("b."));
            }
            BindingPattern::AssignmentPattern(it) => {
                self.late_pattern(&it.left, is_const);
                if let BindingPattern::BindingIdentifier(id) = &it.left {
                    self.name_function(&id.name, &it.right);
                }
            }
            BindingPattern::ArrayPattern(it) => {
                for element in it.elements.iter().flatten() {
                    self.late_pattern(element, is_const);
                }
                if let Some(rest) = &it.rest {
                    self.late_pattern(&rest.argument, is_const);
                }
            }
            BindingPattern::ObjectPattern(it) => {
                for property in &it.properties {
                    self.late_property(property, is_const);
                }
                if let Some(rest) = &it.rest {
                    self.late_pattern(&rest.argument, is_const);
                }
            }
        }
    }

    fn late_property(&mut self, property: &BindingProperty, is_const: bool) {
        if property.shorthand
            && let PropertyKey::StaticIdentifier(id) = &property.key
        {
            self.edits.insert(id.span.start, format!("{}:", id.name));
        }
        self.late_pattern(&property.value, is_const);
    }

    /// A function is named after an identifier that it is the default of, and after nothing else that is assigned to
    /// (ECMA-262 13.15.5.3). A property names it, too.
    fn name_function(&mut self, name: &str, default: &Expression) {
        if default.is_anonymous_function_definition() {
            let (before, after) = naming(name);
            self.edits.insert(default.span().start, before);
            self.edits.insert(default.span().end, after);
        }
    }

    /// The outermost pattern. What it returns is to be done behind it, with what was taken apart.
    fn late_root(
        &mut self,
        pattern: &ObjectPattern,
        is_const: bool,
        value: &str,
    ) -> Option<String> {
        let first = pattern.properties.first().filter(|it| !it.computed)?;
        let BindingPattern::BindingIdentifier(id) = &first.value else {
            return None;
        };
        let temporary = self.names.of("f");
        if first.shorthand {
            self.edits.insert(id.span.end, format!(":{temporary}"));
        } else {
            self.edits
                .replace(id.span.start, id.span.end, temporary.clone());
        }
        let assigned = format!("{}={temporary}", self.declare(id, is_const));
        if let Some((second, others)) = pattern.properties[1..].split_first() {
            self.key(second, &format!("({assigned},"));
            self.late_pattern(&second.value, is_const);
            for property in others {
                self.late_property(property, is_const);
            }
            if let Some(rest) = &pattern.rest {
                self.late_pattern(&rest.argument, is_const);
            }
            return Some(String::new());
        }
        let rest = pattern.rest.as_ref()?;
        let rest_name = self.declare(rest.argument.get_binding_identifier()?, is_const);
        self.edits.blank(first.span.end, rest.span.end, "");
        let key = match &first.key {
            PropertyKey::StaticIdentifier(id) => quoted(&id.name),
            literal => {
                let span = literal.span();
                self.source[span.start as usize..span.end as usize].to_owned()
            }
        };
        let host = self.names.of("h");
        Some(format!("{assigned},{rest_name}={host}.rest({value},{key})"))
    }

    /// What assigns it.
    fn declare(&mut self, id: &BindingIdentifier, is_const: bool) -> String {
        self.late.push(Late {
            name: id.name.to_string(),
            is_const,
            cell: self.cell(id.symbol_id.get()),
        });
        format!("{}{}", self.names.of("b."), id.name)
    }
}

/// Around a function that is to be named.
pub(super) fn naming(name: &str) -> (String, String) {
    match name {
        // `{__proto__: …}` sets the prototype.
        "__proto__" => (format!("{{[\"{name}\"]:"), format!("}}.{name}")),
        _ => (format!("{{{name}:"), format!("}}.{name}")),
    }
}

/// What V8 says of it. `None`: nobody knows.
fn words_for<'e, 'a>(init: &'e Expression<'a>) -> Option<Words<'e, 'a>> {
    let of_call =
        |name: &str| format!("{name} is not a function or its return value is not iterable");
    match init {
        Expression::Identifier(id) => Some(Words::Own(format!("{} is not iterable", id.name))),
        Expression::AwaitExpression(_) => Some(Words::Own(
            "(intermediate value) is not iterable".to_owned(),
        )),
        Expression::NewExpression(it) => match &it.callee {
            Expression::Identifier(id) => Some(Words::Own(of_call(&id.name))),
            _ => None,
        },
        Expression::CallExpression(it) => match &it.callee {
            // Under another name it were no direct eval.
            Expression::Identifier(id) if !it.optional && id.name == "eval" => {
                Some(Words::Own(of_call("eval")))
            }
            Expression::Identifier(id) if !it.optional => {
                Some(Words::OfCall(&it.callee, of_call(&id.name)))
            }
            callee => is_member_of_name(callee).then_some(Words::Same),
        },
        other => is_member_of_name(other).then_some(Words::Same),
    }
}

/// `a.b`, `a.b().c`: not `a().b`
fn is_member_of_name(expression: &Expression) -> bool {
    let object = match expression {
        Expression::StaticMemberExpression(it) => &it.object,
        Expression::ComputedMemberExpression(it) => &it.object,
        _ => return false,
    };
    match object {
        Expression::Identifier(_) => true,
        Expression::CallExpression(it) => is_member_of_name(&it.callee),
        other => is_member_of_name(other),
    }
}
