//! What is decorated in a class, under which names: known before anything is edited.

use oxc_ast::{
    AstKind,
    ast::{Class, ClassElement, Decorator, Expression, MethodDefinitionKind, PropertyKey},
};
use oxc_ast_visit::VisitJs;

use crate::{nodes::Nodes, transform::names::Names};

/// Of a class.
pub(super) struct Plan {
    /// `let`s around the class.
    pub(super) variables: Vec<String>,
    pub(super) members: Vec<Member>,
    pub(super) is_decorated: bool,
    /// Decorators of the class itself.
    pub(super) class: Option<ClassNames>,
    /// The parent, when metadata are inherited from it.
    pub(super) parent: Option<String>,
    /// The class as it was before decorators replaced it.
    pub(super) original: Option<String>,
    /// The key of methods that only hold an expression, and go.
    pub(super) holder: Option<String>,
    /// The object of a decorator that is a member: it is called with it as `this`.
    pub(super) receiver: Option<String>,
    /// What `addInitializer` of methods was given.
    pub(super) instance_extra: Option<String>,
    pub(super) static_extra: Option<String>,
}

pub(super) struct ClassNames {
    pub(super) decorators: String,
    /// What decorators have made of the class.
    pub(super) result: String,
    pub(super) extra: String,
}

/// Of a class element; without decorators most is empty.
#[derive(Default)]
pub(super) struct Member {
    pub(super) decorators: Option<String>,
    pub(super) key: Key,
    pub(super) kind: &'static str,
    pub(super) is_static: bool,
    /// A private method: its descriptor.
    pub(super) descriptor: String,
    pub(super) initializers: String,
    pub(super) extra: String,
    /// An accessor's field.
    pub(super) storage: String,
}

/// What names an element.
#[derive(Default)]
pub(super) enum Key {
    #[default]
    None,
    /// As a JavaScript string.
    Literal(String),
    Private(String),
    /// Computed: a variable that has it.
    Variable(String),
    /// Computed, and wanted only where it stands.
    Unnamed,
}

/// Numbers of names, for the whole file.
pub(super) struct Counter<'n> {
    pub(super) names: &'n Names,
    pub(super) next: usize,
}

impl Counter<'_> {
    pub(super) fn name(&mut self, name: &str) -> String {
        self.next += 1;
        self.names.numbered(name, self.next)
    }
}

pub(super) fn plan(class: &Class, assigns: bool, counter: &mut Counter) -> Plan {
    let elements = &class.body.body;
    let is_member_decorated = elements.iter().any(|it| !decorators_of(it).is_empty());
    let is_decorated = is_member_decorated || !class.decorators.is_empty();
    let mut plan = Plan {
        variables: Vec::new(),
        members: Vec::new(),
        is_decorated,
        class: None,
        parent: None,
        original: None,
        holder: None,
        receiver: None,
        instance_extra: None,
        static_extra: None,
    };
    if !class.decorators.is_empty() {
        let names = ClassNames {
            decorators: counter.name("d"),
            result: counter.name("t"),
            extra: counter.name("x"),
        };
        plan.variables.push(names.result.clone());
        plan.variables.push(format!("{}=[]", names.extra));
        plan.class = Some(names);
    }
    if is_decorated && class.heritage.is_some() {
        plan.parent = Some(plan.variable("s", "", counter));
    }
    let mut all = elements.iter().flat_map(decorators_of);
    if all
        .by_ref()
        .chain(&class.decorators)
        .any(|it| matches!(receiver_of(&it.expression), Receiver::Evaluated(_)))
    {
        plan.receiver = Some(plan.variable("b", "", counter));
    }
    for element in elements {
        let member = plan.member(element, assigns, class.id.is_some(), counter);
        plan.members.push(member);
    }
    // What `C.#p` and the like mean does not change with what decorators make of `C`.
    if plan.class.is_some() && elements.iter().any(is_static_private) {
        plan.need_original(counter);
    }
    plan
}

impl Plan {
    fn variable(&mut self, name: &str, init: &str, counter: &mut Counter) -> String {
        let name = counter.name(name);
        self.variables.push(format!("{name}{init}"));
        name
    }

    fn need_original(&mut self, counter: &mut Counter) {
        if self.original.is_none() {
            self.original = Some(self.variable("o", "", counter));
        }
    }

    fn need_holder(&mut self, counter: &mut Counter) {
        if self.holder.is_none() {
            self.holder = Some(self.variable("k", "=Symbol()", counter));
        }
    }

    fn member(
        &mut self,
        element: &ClassElement,
        assigns: bool,
        has_name: bool,
        counter: &mut Counter,
    ) -> Member {
        let is_decorated = !decorators_of(element).is_empty();
        let (key, computed) = match element {
            ClassElement::MethodDefinition(it) => (&it.key, it.computed),
            ClassElement::PropertyDefinition(it) => (&it.key, it.computed),
            ClassElement::AccessorProperty(it) => (&it.key, it.computed),
            _ => return Member::default(),
        };
        let is_accessor = matches!(element, ClassElement::AccessorProperty(_));
        let is_field = matches!(element, ClassElement::PropertyDefinition(_));
        let is_assigned = is_field && assigns && !key.is_private_identifier();
        let mut member = Member {
            kind: kind_of(element),
            is_static: element.r#static(),
            ..Member::default()
        };
        member.key = match key {
            PropertyKey::PrivateIdentifier(it) => Key::Private(format!("#{}", it.name)),
            _ if computed => match is_decorated || is_accessor || is_assigned {
                true => Key::Variable(self.variable("n", "", counter)),
                false => Key::Unnamed,
            },
            key => key.static_name().map_or(Key::Unnamed, |name| {
                Key::Literal(serde_json::Value::from(&*name).to_string())
            }),
        };
        let is_private = matches!(member.key, Key::Private(_));
        if is_accessor {
            member.storage = format!("#{}", counter.name("a"));
            if member.is_static && (self.class.is_some() || !has_name) {
                self.need_original(counter);
            }
        }
        if is_assigned && matches!(member.key, Key::Variable(_)) {
            self.need_holder(counter);
        }
        if !is_decorated {
            return member;
        }
        if is_private || is_assigned {
            self.need_holder(counter);
        }
        member.decorators = Some(self.variable("d", "", counter));
        if is_private && !is_field {
            member.descriptor = self.variable("v", "", counter);
        }
        if is_field || is_accessor {
            member.initializers = self.variable("i", "=[]", counter);
            member.extra = self.variable("x", "=[]", counter);
            return member;
        }
        let shared = match member.is_static {
            true => &mut self.static_extra,
            false => &mut self.instance_extra,
        };
        member.extra = shared.clone().unwrap_or_else(|| {
            let name = counter.name("x");
            *shared = Some(name.clone());
            self.variables.push(format!("{name}=[]"));
            name
        });
        member
    }
}

fn kind_of(element: &ClassElement) -> &'static str {
    match element {
        ClassElement::MethodDefinition(it) => match it.kind {
            MethodDefinitionKind::Get => "getter",
            MethodDefinitionKind::Set => "setter",
            _ => "method",
        },
        ClassElement::AccessorProperty(_) => "accessor",
        _ => "field",
    }
}

pub(super) fn decorators_of<'e, 'a>(element: &'e ClassElement<'a>) -> &'e [Decorator<'a>] {
    match element {
        ClassElement::MethodDefinition(it) => &it.decorators,
        ClassElement::PropertyDefinition(it) => &it.decorators,
        ClassElement::AccessorProperty(it) => &it.decorators,
        _ => &[],
    }
}

pub(super) fn is_static_private(element: &ClassElement) -> bool {
    element.r#static()
        && element
            .property_key()
            .is_some_and(PropertyKey::is_private_identifier)
}

/// What a decorator is called with as `this`.
pub(super) enum Receiver<'e, 'a> {
    None,
    /// Text that may be evaluated twice.
    Text(String),
    Evaluated(&'e Expression<'a>),
}

pub(super) fn receiver_of<'e, 'a>(expression: &'e Expression<'a>) -> Receiver<'e, 'a> {
    let object = match expression.get_inner_expression() {
        Expression::StaticMemberExpression(it) => &it.object,
        Expression::ComputedMemberExpression(it) => &it.object,
        Expression::PrivateFieldExpression(it) => &it.object,
        _ => return Receiver::None,
    };
    match object {
        Expression::Identifier(it) => Receiver::Text(it.name.to_string()),
        Expression::ThisExpression(_) | Expression::Super(_) => Receiver::Text("this".to_owned()),
        other => Receiver::Evaluated(other),
    }
}

/// A class with names of its own: a function around it, called at once.
pub(super) fn function_around(class: &Class, is_async: bool) -> (&'static str, &'static str) {
    let suspends = suspends(class);
    match (suspends.yields, suspends.awaits) {
        // Generators are functions that have a `this` and `arguments` of their own.
        (true, _) if is_async => ("(yield*(async function*(){", "}).apply(this,arguments))"),
        (true, _) => ("(yield*(function*(){", "}).apply(this,arguments))"),
        (false, true) => ("(await(async()=>{", "})())"),
        (false, false) => ("((()=>{", "})())"),
    }
}

/// What a function around the class would be in the way of.
#[derive(Default)]
struct Suspends {
    awaits: bool,
    yields: bool,
}

fn suspends(class: &Class) -> Suspends {
    let mut found = Suspends::default();
    let mut look_at = |node: AstKind| {
        match node {
            AstKind::AwaitExpression(_) => found.awaits = true,
            AstKind::YieldExpression(_) => found.yields = true,
            _ => {}
        }
        // What suspends nothing but itself. (In an initializer stands neither.)
        !matches!(
            node,
            AstKind::Function(_) | AstKind::ArrowFunctionExpression(_) | AstKind::StaticBlock(_)
        )
    };
    Nodes::asking(&mut look_at).visit_class(class);
    found
}
