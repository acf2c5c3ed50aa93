//! Standard decorators and `accessor` fields → JavaScript that V8 has, as tsc's ES2022 output
//! behaves. Takes JavaScript: types went before.
//!
//! Input:
//! ```js
//! @a class C extends B { @b x = 1; @c #m() { return 2 } static accessor y = 3; }
//! ```
//! Output, with names of ours shortened:
//! ```js
//! let C=(()=>{let t,x=[],s,…;const d=[ a];var C=class extends (s=B) {static{t=o=this;…decorate…}
//!   ;[(e=[ b],"x")]=H.run(this,i, 1);
//!   ;[(f=[ c],v={"#m"() { return 2 }},k)](){}get #m(){return v.value}
//!   ;static get y(){return o.#z}static set ["y"](v){o.#z=v}static #z = 3;
//! ;#e=H.run(this,…);static{H.run(t,x)}};return C=t})();
//! ```
//!
//! Every token stays on its line and in its order: a decorator is evaluated in the computed key of
//! what it decorates, among the keys around it, which is where and when the proposal has it
//! (ClassElementEvaluation), with `this`, `await` and private names as they are there. What has no
//! computed key (private elements) gets a method beside it that holds the expression and goes.

mod describe;
mod fields;
mod helpers;
mod members;
mod plan;
mod visit;

use oxc_allocator::Allocator;
use oxc_ast::ast::{Class, Decorator, Program};
use oxc_ast_visit::Visit;
use oxc_span::GetSpan;
use rustc_hash::FxHashMap;

use super::{parsed_script_or_module, trivia};
use crate::transform::{
    edits::{Edits, Shift},
    names::Names,
};
use plan::{Counter, Key, Plan, Receiver, function_around, receiver_of};

/// The code, and which columns have moved. `None` when it can't be read: V8 has the words then.
/// With `assigns`, fields are assigned (`useDefineForClassFields: false`).
pub(super) fn lower(code: &str, assigns: bool) -> Option<(String, Vec<Shift>)> {
    let allocator = Allocator::default();
    let parsed = parsed_script_or_module(&allocator, code)?;
    let names = Names::new(code);
    let mut it = Lower {
        source: code,
        edits: Edits::new(code),
        helpers: names.of("h"),
        argument: names.of("v"),
        counter: Counter {
            names: &names,
            next: 0,
        },
        assigns,
        assigned: FxHashMap::default(),
        is_async: false,
        statics: None,
    };
    let start = start_of(&parsed.program, code);
    let is_open = !code[..start as usize].trim_end().is_empty()
        && !code[..start as usize].trim_end().ends_with(';');
    let semicolon = if is_open && parsed.program.directives.last().is_some() {
        ";"
    } else {
        ""
    };
    it.visit_program(&parsed.program);
    // Fields that are assigned need none of it.
    if it.edits.mention(&it.helpers) {
        let preamble = helpers::preamble(&it.helpers);
        it.edits
            .insert_first(start, format!("{semicolon}{preamble}"));
    }
    let shifts = it.edits.shifts();
    Some((it.edits.apply("", ""), shifts))
}

/// Where an element begins: with its decorators, which may stand before `export`.
fn first_of(decorators: &[Decorator], span_start: u32) -> u32 {
    decorators
        .first()
        .map_or(span_start, |it| it.span.start.min(span_start))
}

/// Behind directives and `#!`.
fn start_of(program: &Program, code: &str) -> u32 {
    if let Some(last) = program.directives.last() {
        return last.span.end;
    }
    match &program.hashbang {
        Some(it) => trivia::skip(code, it.span.end),
        None => 0,
    }
}

struct Lower<'s, 'n> {
    source: &'s str,
    edits: Edits<'s>,
    /// The object of helpers.
    helpers: String,
    /// A parameter of functions of ours.
    argument: String,
    counter: Counter<'n>,
    assigns: bool,
    /// Where an anonymous class begins → the name of what it is assigned to.
    assigned: FxHashMap<u32, Assigned>,
    /// In an asynchronous function.
    is_async: bool,
    /// Inside static initializers of a class that decorators may replace.
    statics: Option<Statics>,
}

#[derive(Clone)]
enum Assigned {
    /// As JavaScript.
    To(String),
    /// To the computed key that was evaluated just before.
    ToKey,
}

impl Assigned {
    fn to(name: &str) -> Self {
        Self::To(serde_json::Value::from(name).to_string())
    }
}

/// What a class that decorators may replace is called.
#[derive(Clone)]
struct Statics {
    name: Option<String>,
    privates: Vec<String>,
    original: Option<String>,
    /// What `this` is, directly in static initializers.
    this: Option<String>,
}

/// How a class stands in its statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Declaration { start: u32 },
    Export { start: u32 },
    Default { start: u32 },
    Expression,
}

impl Lower<'_, '_> {
    fn class<'a>(&mut self, class: &Class<'a>, place: Place) {
        let mut plan = plan::plan(class, self.assigns, &mut self.counter);
        let assigned = match self.assigned.remove(&class.span.start) {
            Some(Assigned::To(name)) => Some(name),
            // Before anything else of the class can evaluate another key.
            Some(Assigned::ToKey) => {
                let name = self.counter.name("n");
                plan.variables
                    .insert(0, format!("{name}={}.last", self.helpers));
                Some(name)
            }
            None => None,
        };
        let variables = match plan.variables.is_empty() {
            true => String::new(),
            false => format!("let {};", plan.variables.join(",")),
        };
        let start = first_of(&class.decorators, class.span.start);
        match (place, &plan.class) {
            (
                Place::Declaration { start } | Place::Export { start } | Place::Default { start },
                None,
            ) => {
                self.edits.insert(start, variables);
                self.inside(class, &plan, None);
            }
            (Place::Expression, None) if plan.variables.is_empty() => {
                self.inside(class, &plan, None);
            }
            (Place::Expression, None) => {
                let (open, close) = function_around(class, self.is_async);
                self.edits
                    .insert(start, format!("{open}{variables}return "));
                self.inside(class, &plan, assigned);
                self.edits.insert(class.span.end, close);
            }
            (_, Some(_)) => self.decorated(class, &plan, place, start, assigned, &variables),
        }
    }

    /// A class that decorators may replace.
    fn decorated<'a>(
        &mut self,
        class: &Class<'a>,
        plan: &Plan,
        place: Place,
        start: u32,
        assigned: Option<String>,
        variables: &str,
    ) {
        let Some(names) = &plan.class else { return };
        let (open, close) = function_around(class, self.is_async);
        let inner = match &class.id {
            Some(id) => id.name.to_string(),
            None => self.counter.name("c"),
        };
        let is_anonymous = class.id.is_none();
        let (from, before, after) = match place {
            Place::Declaration { start } => (start, format!("let {inner}="), ";".to_owned()),
            Place::Export { start } => (start, format!("export let {inner}="), ";".to_owned()),
            // A binding that lives, as that of a class declaration does (ECMA-262 16.2.3.7).
            Place::Default { start } if !is_anonymous => (
                start,
                format!("let {inner}="),
                format!(";export{{{inner} as default}};"),
            ),
            Place::Default { start } => (start, "export default ".to_owned(), ";".to_owned()),
            Place::Expression => (start, String::new(), String::new()),
        };
        let assigned = match place {
            Place::Default { .. } => Some("\"default\"".to_owned()),
            _ => assigned,
        };
        let list = format!("{before}{open}{variables}const {}=[", names.decorators);
        self.edits.insert(from, list);
        if let Some(first) = class.decorators.first() {
            self.blank(from, first.span.start);
        }
        let end = self.decorators(&class.decorators, plan);
        // In parentheses an anonymous class takes no name.
        let (paren, unparen) = if is_anonymous { ("(0,", ")") } else { ("", "") };
        self.edits.insert(end, format!("];var {inner}={paren}"));
        let keyword = self.class_keyword(class, end);
        self.blank(end, keyword);
        if let Some(id) = &class.id {
            self.blank(id.span.start, id.span.end);
        }
        let name = if is_anonymous { assigned } else { None };
        let statics = Statics {
            name: class.id.as_ref().map(|it| it.name.to_string()),
            privates: class
                .body
                .body
                .iter()
                .zip(&plan.members)
                .filter(|(element, _)| plan::is_static_private(element))
                .filter_map(|(_, member)| match &member.key {
                    Key::Private(name) => Some(name.clone()),
                    _ => None,
                })
                .collect(),
            original: plan.original.clone(),
            this: None,
        };
        let outer = self.statics.replace(statics);
        self.inside_with(class, plan, name, Some(&inner), outer);
        self.edits.insert(
            class.span.end,
            format!("{unparen};return {inner}={}{close}{after}", names.result),
        );
    }

    /// The offset of `class`, behind decorators, `export` and `default`.
    fn class_keyword(&self, class: &Class, from: u32) -> u32 {
        let mut at = trivia::skip(self.source, from);
        while matches!(trivia::word(self.source, at), "export" | "default") {
            at = trivia::skip(self.source, at + trivia::word(self.source, at).len() as u32);
        }
        at.min(class.body.span.start)
    }

    fn inside<'a>(&mut self, class: &Class<'a>, plan: &Plan, name: Option<String>) {
        let outer = self.statics.clone();
        self.inside_with(class, plan, name, None, outer);
    }

    /// Heritage and body. `outer`: what holds around the class.
    fn inside_with<'a>(
        &mut self,
        class: &Class<'a>,
        plan: &Plan,
        name: Option<String>,
        inner: Option<&str>,
        outer: Option<Statics>,
    ) {
        if let Some(heritage) = &class.heritage {
            let span = heritage.expression.span();
            if let Some(parent) = &plan.parent {
                self.edits.insert(span.start, format!("({parent}="));
            }
            let own = std::mem::replace(&mut self.statics, outer.clone());
            self.visit_expression(&heritage.expression);
            self.statics = own;
            if plan.parent.is_some() {
                self.edits.insert(span.end, ")");
            }
        }
        let block = self.first_block(plan, name, inner);
        self.edits.insert(class.body.span.start + 1, block);
        self.elements(class, plan, outer.as_ref());
        self.statics = outer;
    }

    /// What happens when the class is there and nothing static of it has run.
    fn first_block(&self, plan: &Plan, name: Option<String>, inner: Option<&str>) -> String {
        let h = &self.helpers;
        let mut text = String::new();
        if let Some(original) = &plan.original {
            text.push_str(&format!("{original}=this;"));
        }
        if let Some(names) = &plan.class {
            text.push_str(&format!("{}=this;", names.result));
        }
        if let Some(name) = name {
            text.push_str(&format!("{h}.name(this,{name});"));
        }
        if let Some(holder) = &plan.holder {
            text.push_str(&format!("delete this.prototype[{holder}];"));
        }
        if plan.is_decorated {
            let metadata = self.counter.names.of("m");
            let parent = plan.parent.as_deref().unwrap_or_default();
            text.push_str(&format!("const {metadata}={h}.metadata({parent});"));
            for is_field in [false, true] {
                for is_static in [true, false] {
                    for member in &plan.members {
                        if (member.kind == "field") == is_field && member.is_static == is_static {
                            text.push_str(&self.decorate(member, plan, &metadata));
                        }
                    }
                }
            }
            let mut this = "this";
            if let Some(names) = &plan.class {
                let (list, extra, result) = (&names.decorators, &names.extra, &names.result);
                let inner = inner.unwrap_or(result);
                text.push_str(&format!(
                    "{inner}={result}={h}.decorate(null,{{value:this}},{list},\
                     {{kind:\"class\",name:this.name,metadata:{metadata}}},null,{extra}).value;"
                ));
                this = result;
            }
            text.push_str(&format!("{h}.finish({this},{metadata});"));
            if let Some(extra) = &plan.static_extra {
                text.push_str(&format!("{h}.run({this},{extra});"));
            }
        }
        match text.is_empty() {
            true => text,
            false => format!("static{{{text}}}"),
        }
    }

    /// `@a @b(1)` → ` a, b(1)`; the end of the last.
    fn decorators<'a>(&mut self, list: &[Decorator<'a>], plan: &Plan) -> u32 {
        let mut end = 0;
        for (index, it) in list.iter().enumerate() {
            if index > 0 {
                self.edits.insert(end, ",");
            }
            self.edits.replace(it.span.start, it.span.start + 1, " ");
            self.decorator(it, plan);
            end = it.expression.span().end;
        }
        end
    }

    /// `a.b` is called with `a` as `this`.
    fn decorator<'a>(&mut self, it: &Decorator<'a>, plan: &Plan) {
        let end = it.expression.get_inner_expression().span().end;
        match receiver_of(&it.expression) {
            Receiver::None => self.visit_expression(&it.expression),
            Receiver::Text(text) => {
                self.visit_expression(&it.expression);
                self.edits.insert(end, format!(".bind({text})"));
            }
            Receiver::Evaluated(object) => {
                let variable = plan.receiver.as_deref().unwrap_or_default();
                let span = object.span();
                self.edits.insert(span.start, format!("({variable}="));
                self.visit_expression(&it.expression);
                self.edits.insert(span.end, ")");
                self.edits.insert(end, format!(".bind({variable})"));
            }
        }
    }

    fn blank(&mut self, from: u32, to: u32) {
        if from < to {
            self.edits.blank(from, to, "");
        }
    }
}

#[cfg(test)]
mod tests;
