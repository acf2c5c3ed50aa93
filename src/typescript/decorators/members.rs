//! The elements of a class, each where it stands.

use oxc_ast::ast::{
    Class, ClassElement, Decorator, MethodDefinition, MethodDefinitionKind, PropertyKey,
};
use oxc_ast_visit::Visit;
use oxc_span::GetSpan;
use oxc_syntax::scope::ScopeFlags;

use super::{
    Lower, Statics,
    fields::Pending,
    first_of,
    plan::{Key, Member, Plan},
};
use crate::typescript::trivia;

pub(super) fn prefix(is_static: bool) -> &'static str {
    if is_static { "static " } else { "" }
}

impl Lower<'_, '_> {
    pub(super) fn elements<'a>(&mut self, class: &Class<'a>, plan: &Plan, outer: Option<&Statics>) {
        let mut pending = Pending::new(plan.instance_extra.as_ref());
        for (element, member) in class.body.body.iter().zip(&plan.members) {
            match element {
                ClassElement::MethodDefinition(it) => self.method(it, member, plan, outer),
                ClassElement::PropertyDefinition(it) => {
                    self.field(it, member, plan, outer, &mut pending);
                }
                ClassElement::AccessorProperty(it) => {
                    self.accessor(it, member, plan, class, outer, &mut pending);
                }
                ClassElement::StaticBlock(it) => {
                    self.in_static(plan, |this| this.visit_static_block(it));
                }
                ClassElement::TSIndexSignature(_) => {}
            }
        }
        let mut tail = String::new();
        let rest = pending.take(&self.helpers);
        if !rest.is_empty() {
            let name = self.counter.name("e");
            tail = format!(";#{name}=({rest}0);");
        }
        if let Some(names) = &plan.class {
            let (h, result, extra) = (&self.helpers, &names.result, &names.extra);
            tail.push_str(&format!(";static{{{h}.run({result},{extra})}}"));
        }
        self.edits.insert(class.body.span.end - 1, tail);
    }

    /// Static initializers of a class that decorators may have replaced: `this` is the new one.
    pub(super) fn in_static(&mut self, plan: &Plan, visit: impl FnOnce(&mut Self)) {
        let before = self.statics.clone();
        match (&mut self.statics, &plan.class) {
            (Some(statics), Some(names)) => statics.this = Some(names.result.clone()),
            (Some(statics), None) => statics.this = None,
            _ => {}
        }
        visit(self);
        self.statics = before;
    }

    /// What is evaluated around the class: decorators, computed keys.
    pub(super) fn in_key(&mut self, outer: Option<&Statics>, visit: impl FnOnce(&mut Self)) {
        let this = outer.and_then(|it| it.this.clone());
        let before = self.statics.clone();
        if let Some(statics) = &mut self.statics {
            statics.this = this;
        }
        visit(self);
        self.statics = before;
    }

    pub(super) fn without_this(&mut self, visit: impl FnOnce(&mut Self)) {
        let before = self.statics.clone();
        if let Some(statics) = &mut self.statics {
            statics.this = None;
        }
        visit(self);
        self.statics = before;
    }

    /// `open`, the decorators, `close`; the offset behind the last, or `start`.
    pub(super) fn open<'a>(
        &mut self,
        decorators: &[Decorator<'a>],
        start: u32,
        plan: &Plan,
        outer: Option<&Statics>,
        texts: (&str, &str),
    ) -> u32 {
        self.edits.insert(start, texts.0.to_owned());
        let mut end = start;
        if !decorators.is_empty() {
            self.in_key(outer, |this| end = this.decorators(decorators, plan));
        }
        self.edits.insert(end, texts.1.to_owned());
        end
    }

    /// The key after `[(…,`: `"name")]`, or `key=H.key(…))]`. The offset behind it.
    pub(super) fn key<'a>(
        &mut self,
        from: u32,
        key: &PropertyKey<'a>,
        member: &Member,
        outer: Option<&Statics>,
        close: &str,
    ) -> u32 {
        let span = key.span();
        self.blank(from, span.start);
        match &member.key {
            Key::Variable(variable) => {
                let open = format!("{variable}={}.key(", self.helpers);
                self.edits.insert(span.start, open);
                self.in_key(outer, |this| this.visit_property_key(key));
                let bracket = trivia::skip(self.source, span.end);
                self.blank(span.end, bracket);
                self.edits
                    .replace(bracket, bracket + 1, format!("){close}"));
                bracket + 1
            }
            Key::Literal(name) => {
                self.edits
                    .replace(span.start, span.end, format!("{name}{close}"));
                span.end
            }
            _ => span.end,
        }
    }

    /// A key that stays. The offset behind it.
    pub(super) fn plain_key<'a>(
        &mut self,
        key: &PropertyKey<'a>,
        computed: bool,
        outer: Option<&Statics>,
    ) -> u32 {
        if !computed {
            return key.span().end;
        }
        self.in_key(outer, |this| this.visit_property_key(key));
        trivia::skip(self.source, key.span().end) + 1
    }

    fn method<'a>(
        &mut self,
        it: &MethodDefinition<'a>,
        member: &Member,
        plan: &Plan,
        outer: Option<&Statics>,
    ) {
        let Some(list) = &member.decorators else {
            self.plain_key(&it.key, it.computed, outer);
            return self.without_this(|this| this.visit_function(&it.value, ScopeFlags::Function));
        };
        let start = first_of(&it.decorators, it.span.start);
        let is_static = prefix(it.r#static);
        let kind = match it.kind {
            MethodDefinitionKind::Get => "get ",
            MethodDefinitionKind::Set => "set ",
            _ => match (it.value.r#async, it.value.generator) {
                (true, true) => "async *",
                (true, false) => "async ",
                (false, true) => "*",
                (false, false) => "",
            },
        };
        let Key::Private(name) = &member.key else {
            let open = format!(";{is_static}{kind}[({list}=[");
            let from = self.open(&it.decorators, start, plan, outer, (&open, "],"));
            self.key(from, &it.key, member, outer, ")]");
            return self.without_this(|this| this.visit_function(&it.value, ScopeFlags::Function));
        };
        let descriptor = &member.descriptor;
        let (open, close) = (format!(";[({list}=["), format!("],{descriptor}={{{kind}"));
        let from = self.open(&it.decorators, start, plan, outer, (&open, &close));
        let span = it.key.span();
        self.blank(from, span.start);
        self.edits
            .replace(span.start, span.end, format!("{name:?}"));
        self.without_this(|this| this.visit_function(&it.value, ScopeFlags::Function));
        let (holder, o) = (plan.holder.as_deref().unwrap_or_default(), &self.argument);
        let element = match it.kind {
            MethodDefinitionKind::Get => {
                format!("get {name}(){{return {descriptor}.get.call(this)}}")
            }
            MethodDefinitionKind::Set => {
                format!("set {name}({o}){{{descriptor}.set.call(this,{o})}}")
            }
            _ => format!("get {name}(){{return {descriptor}.value}}"),
        };
        let text = format!("}},{holder})](){{}}{is_static}{element}");
        self.edits.insert(it.span.end, text);
    }
}
