//! What the first static block says of each decorated element.

use oxc_ast::ast::Class;

use super::{
    Lower,
    plan::{Key, Member, Plan},
};

impl Lower<'_, '_> {
    /// `{kind, name, …}` and where its decorators go.
    pub(super) fn decorate(&self, member: &Member, plan: &Plan, metadata: &str) -> String {
        let Some(decorators) = &member.decorators else {
            return String::new();
        };
        let (h, o) = (&self.helpers, &self.argument);
        let (name, is_private, has, of) = match &member.key {
            Key::Literal(name) => (
                name.clone(),
                false,
                format!("{name} in {o}"),
                format!("{o}[{name}]"),
            ),
            Key::Private(name) => (
                format!("{name:?}"),
                true,
                format!("{name} in {o}"),
                format!("{o}.{name}"),
            ),
            Key::Variable(name) => (
                name.clone(),
                false,
                format!("{name} in {o}"),
                format!("{o}[{name}]"),
            ),
            Key::None | Key::Unnamed => return String::new(),
        };
        let (kind, is_static) = (member.kind, member.is_static);
        let mut access = format!("has:({o})=>{has}");
        if kind != "setter" {
            access.push_str(&format!(",get:({o})=>{of}"));
        }
        if matches!(kind, "setter" | "field" | "accessor") {
            let value = self.counter.names.of("w");
            access.push_str(&format!(",set:({o},{value})=>{{{of}={value}}}"));
        }
        let mut text = String::new();
        let descriptor = match member.descriptor.as_str() {
            "" => "null",
            it => {
                text = self.descriptor(member, plan, &name);
                it
            }
        };
        let target = if kind == "field" { "null" } else { "this" };
        let initializers = match member.initializers.as_str() {
            "" => "null",
            it => it,
        };
        let extra = &member.extra;
        text.push_str(&format!(
            "{h}.decorate({target},{descriptor},{decorators},{{kind:\"{kind}\",name:{name},\
             static:{is_static},private:{is_private},access:{{{access}}},metadata:{metadata}}},\
             {initializers},{extra});"
        ));
        text
    }

    /// Of a private method or accessor, which no object shows.
    fn descriptor(&self, member: &Member, plan: &Plan, name: &str) -> String {
        let (h, o, it) = (&self.helpers, &self.argument, &member.descriptor);
        if member.kind == "accessor" {
            let field = self.storage(member, plan, None);
            return format!(
                "{it}={h}.method({{get {name}(){{return {field}}},set {name}({o}){{{field}={o}}}}},{name});"
            );
        }
        let home = match (member.is_static, &plan.parent) {
            (true, _) => ",Object.getPrototypeOf(this)",
            (false, Some(_)) => ",Object.getPrototypeOf(this.prototype)",
            (false, None) => "",
        };
        format!("{it}={h}.method({it},{name}{home});")
    }

    /// An accessor's field; a static one is the class's, whoever inherits it.
    pub(super) fn storage(&self, member: &Member, plan: &Plan, class: Option<&Class>) -> String {
        let storage = &member.storage;
        let object = match (member.is_static, &plan.original) {
            (true, Some(original)) => original,
            (true, None) => class
                .and_then(|it| it.id.as_ref())
                .map_or("this", |it| it.name.as_str()),
            (false, _) => "this",
        };
        format!("{object}.{storage}")
    }
}
