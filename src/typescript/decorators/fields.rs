//! Fields and accessors of a class: keys, values, and what has to run before and behind them.

use oxc_ast::ast::{AccessorProperty, Class, Expression, PropertyDefinition};
use oxc_ast_visit::Visit;
use oxc_span::GetSpan;

use super::{
    Assigned, Lower, Statics, first_of,
    members::prefix,
    plan::{Key, Member, Plan},
};

/// What initializers of instance fields have yet to run, of the fields before.
pub(super) struct Pending(Vec<String>);

impl Pending {
    pub(super) fn new(first: Option<&String>) -> Self {
        Self(first.cloned().into_iter().collect())
    }

    pub(super) fn take(&mut self, helpers: &str) -> String {
        let calls = self.0.drain(..);
        calls
            .map(|extra| format!("{helpers}.run(this,{extra}),"))
            .collect()
    }
}

/// A value to put something around, or the place where one would be.
struct Value<'e, 'a> {
    expression: Option<&'e Expression<'a>>,
    /// Behind the key.
    after: u32,
}

impl Lower<'_, '_> {
    pub(super) fn field<'a>(
        &mut self,
        it: &PropertyDefinition<'a>,
        member: &Member,
        plan: &Plan,
        outer: Option<&Statics>,
        pending: &mut Pending,
    ) {
        let start = first_of(&it.decorators, it.span.start);
        let is_static = prefix(it.r#static);
        let holder = plan.holder.clone().unwrap_or_default();
        let is_assigned = self.assigns && !it.key.is_private_identifier();
        if is_assigned && member.decorators.is_none() && it.value.is_none() {
            // Nothing to assign; a computed key is evaluated still.
            return match &member.key {
                Key::Variable(_) => {
                    self.open(&[], start, plan, outer, (";[(", ""));
                    let close = format!(",{holder})](){{}}");
                    self.key(start, &it.key, member, outer, &close);
                }
                _ => self.edits.blank(start, it.span.end, ";"),
            };
        }
        let is_anonymous = it
            .value
            .as_ref()
            .is_some_and(Expression::is_anonymous_function_definition);
        // What stands alone would lose its name.
        let is_alone = !it.r#static && member.decorators.is_none() && is_anonymous && !is_assigned;
        if is_alone {
            let calls = pending.take(&self.helpers);
            if !calls.is_empty() {
                let name = self.counter.name("e");
                self.edits.insert(start, format!(";#{name}=({calls}0);"));
            }
        }
        let list = member.decorators.as_ref();
        let after = if is_assigned {
            // In an initializer of its own, where the constructor would have it.
            let field = match it.r#static {
                true => "static{this[".to_owned(),
                false => format!("#{}=this[", self.counter.name("f")),
            };
            let is_computed = matches!(member.key, Key::Variable(_));
            let (open, close) = match (list, is_computed) {
                (Some(list), true) => (format!(";[({list}=["), "],".to_owned()),
                (Some(list), false) => {
                    (format!(";[({list}=["), format!("],{holder})](){{}}{field}"))
                }
                (None, true) => (";[(".to_owned(), String::new()),
                (None, false) => (format!(";{field}"), String::new()),
            };
            let from = self.open(&it.decorators, start, plan, outer, (&open, &close));
            let close = match &member.key {
                Key::Variable(key) => format!(",{holder})](){{}}{field}{key}]"),
                _ => "]".to_owned(),
            };
            self.key(from, &it.key, member, outer, &close)
        } else if let Some(list) = list {
            if matches!(member.key, Key::Private(_)) {
                let (open, close) = (format!(";[({list}=["), format!("],{holder})](){{}}"));
                self.open(&it.decorators, start, plan, outer, (&open, &close));
                it.key.span().end
            } else {
                let open = format!(";{is_static}[({list}=[");
                let from = self.open(&it.decorators, start, plan, outer, (&open, "],"));
                self.key(from, &it.key, member, outer, ")]")
            }
        } else {
            self.plain_key(&it.key, it.computed, outer)
        };
        let value = Value {
            expression: it.value.as_ref(),
            after,
        };
        self.value(&value, member, plan, pending);
        if is_assigned && it.r#static {
            self.edits.insert(it.span.end, "}");
        }
        self.run_static_extra(it.span.end, member, plan);
    }

    pub(super) fn accessor<'a>(
        &mut self,
        it: &AccessorProperty<'a>,
        member: &Member,
        plan: &Plan,
        class: &Class<'a>,
        outer: Option<&Statics>,
        pending: &mut Pending,
    ) {
        let start = first_of(&it.decorators, it.span.start);
        let is_static = prefix(it.r#static);
        let field = self.storage(member, plan, Some(class));
        let (o, storage) = (self.argument.clone(), &member.storage);
        let pair = |get: &str, set: &str| {
            format!(
                "{get}(){{return {field}}}{is_static}set {set}({o}){{{field}={o}}}{is_static}{storage}"
            )
        };
        let after = match (&member.key, &member.decorators) {
            (Key::Private(name), Some(list)) => {
                let (holder, v) = (
                    plan.holder.as_deref().unwrap_or_default(),
                    &member.descriptor,
                );
                let open = format!(";[({list}=[");
                let close = format!(
                    "],{holder})](){{}}{is_static}get {name}(){{return {v}.get.call(this)}}\
                     {is_static}set {name}({o}){{{v}.set.call(this,{o})}}{is_static}{storage}"
                );
                let from = self.open(&it.decorators, start, plan, outer, (&open, &close));
                self.blank(from, it.key.span().end);
                it.key.span().end
            }
            (Key::Private(name), None) => {
                let text = format!(";{is_static}get {}", pair(name, name));
                self.edits.insert(start, text);
                self.blank(start, it.key.span().end);
                it.key.span().end
            }
            (key, list) => {
                let (open, close) = match list {
                    Some(list) => (format!(";{is_static}get [({list}=["), "],"),
                    None => (format!(";{is_static}get [("), ""),
                };
                let from = self.open(&it.decorators, start, plan, outer, (&open, close));
                let again = match key {
                    Key::Variable(name) | Key::Literal(name) => format!("[{name}]"),
                    _ => String::new(),
                };
                let close = format!(")]{}", pair("", &again));
                self.key(from, &it.key, member, outer, &close)
            }
        };
        let value = Value {
            expression: it.value.as_ref(),
            after,
        };
        self.value(&value, member, plan, pending);
        self.run_static_extra(it.span.end, member, plan);
    }

    /// What `addInitializer` of a static field was given runs right behind it.
    fn run_static_extra(&mut self, end: u32, member: &Member, plan: &Plan) {
        if member.is_static && !member.initializers.is_empty() {
            let this = plan.class.as_ref().map_or("this", |it| &it.result);
            let text = format!(";static{{{}.run({this},{})}}", self.helpers, member.extra);
            self.edits.insert(end, text);
        }
    }

    /// A field's value, through the initializers that its decorators returned, and behind what the
    /// fields before have added.
    fn value<'a>(
        &mut self,
        value: &Value<'_, 'a>,
        member: &Member,
        plan: &Plan,
        pending: &mut Pending,
    ) {
        let h = &self.helpers;
        let calls = match member.is_static {
            true => String::new(),
            false => pending.take(h),
        };
        let is_decorated = !member.initializers.is_empty();
        let this = match (&plan.class, member.is_static) {
            (Some(names), true) => names.result.as_str(),
            _ => "this",
        };
        let (open, close) = match is_decorated {
            true => (
                format!("({calls}{h}.run({this},{},", member.initializers),
                "));",
            ),
            false if calls.is_empty() => (String::new(), ""),
            false => (format!("({calls}"), ");"),
        };
        if is_decorated && !member.is_static {
            pending.0.push(member.extra.clone());
        }
        let Some(expression) = value.expression else {
            let text = match open.as_str() {
                "" if member.storage.is_empty() => String::new(),
                "" => ";".to_owned(),
                _ => format!("={open}undefined{close}"),
            };
            return self.edits.insert(value.after, text);
        };
        match &member.key {
            Key::Literal(name) => {
                let name: String = serde_json::from_str(name).unwrap_or_default();
                self.name(expression, &name);
            }
            Key::Private(name) => self.name(expression, name),
            Key::Variable(name) => self.name_by(expression, Assigned::To(name.clone())),
            _ => {}
        }
        let span = expression.span();
        self.edits.insert(span.start, open);
        if member.is_static {
            self.in_static(plan, |this| this.visit_expression(expression));
        } else {
            self.without_this(|this| this.visit_expression(expression));
        }
        self.edits.insert(span.end, close);
    }
}
