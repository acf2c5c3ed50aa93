//! (modules with what they accept, changes) → what `import.meta.hot` makes of it. Pure.
//!
//! ```text
//! main ──▶ app ──▶ view ──▶ text        text changes, view accepts text:
//!                                       evaluate text, tell view
//!                                       nobody accepts: refused, with the way main … text
//! ```
//!
//! A change walks up the importers until its paths have met boundaries: a module that accepts
//! itself, or an importer that accepts the one below. Members of an import cycle are evaluated
//! together, as in dynohot; where that would be refused, a change walks from member to member as it
//! does elsewhere, as in Vite and webpack: an entry point may accept what imports it. What one cause
//! leads to is a group, all or nothing: one path that reaches a root, or a module that declined,
//! refuses it. Causes that meet on their way are of one group; groups that do not meet do not hold
//! each other back.
//!
//! Steps of all groups are in one order of evaluation: what is evaluated finds the newest of what
//! it imports, whichever group that is of.

use super::strong::components;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HotModule {
    /// Numbers of the modules it imports, in source order.
    pub imports: Vec<usize>,
    /// Imported from outside of the graph, where nobody can accept it.
    pub is_root: bool,
    pub accepts_itself: bool,
    pub declined: bool,
    /// Imports whose updates it takes care of.
    pub accepts: Vec<usize>,
    pub cause: Cause,
}

/// Why an update begins at a module.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Cause {
    #[default]
    None,
    /// Its source changed: it is evaluated.
    Changed,
    /// It can't go on by itself (`invalidate()`, an accept handler that threw): its importers must
    /// take care.
    Invalidated,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HotPlan {
    pub groups: Vec<HotGroup>,
    /// In the order of evaluation; of accepted groups only.
    pub steps: Vec<HotStep>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HotGroup {
    /// The modules with a cause.
    pub causes: Vec<usize>,
    pub verdict: Verdict,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Accepted,
    /// From a root, which nothing imports, down to the change.
    Unaccepted(Vec<usize>),
    Declined(Vec<usize>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HotStep {
    /// Its place in the plan's groups.
    pub group: usize,
    pub step: Step,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A module, or members of a cycle.
    Evaluate(Vec<usize>),
    /// An importer that stays is told about imports it accepted.
    Accept {
        importer: usize,
        modules: Vec<usize>,
    },
}

pub fn hot_plan(modules: &[HotModule]) -> HotPlan {
    let components = components(modules.len(), |module| &modules[module].imports);
    let (together, apart) = plan(modules, &components, &[]);
    if apart.contains(&true) {
        return plan(modules, &components, &apart).0;
    }
    together
}

/// And which components are cycles of what is refused. `apart`: those whose members are not evaluated together.
fn plan(modules: &[HotModule], components: &[Vec<usize>], apart: &[bool]) -> (HotPlan, Vec<bool>) {
    let mut spread = Spread {
        modules,
        // Whose importers must take care, and because of which import.
        invalid: vec![false; modules.len()],
        because: vec![None; modules.len()],
        met: (0..modules.len()).collect(),
    };
    let steps: Vec<Step> = components
        .iter()
        .enumerate()
        .flat_map(|(number, members)| spread.enter(members, apart.get(number) == Some(&true)))
        .collect();
    let mut groups: Vec<(usize, HotGroup)> = Vec::new();
    for (id, _) in modules
        .iter()
        .enumerate()
        .filter(|(_, module)| module.cause != Cause::None)
    {
        let key = spread.group(id);
        if let Some((_, group)) = groups.iter_mut().find(|(other, _)| *other == key) {
            group.causes.push(id);
        } else {
            let verdict = spread.verdict(key, components);
            let causes = vec![id];
            groups.push((key, HotGroup { causes, verdict }));
        }
    }
    let place = |key: usize| groups.iter().position(|(other, _)| *other == key);
    let steps = steps
        .into_iter()
        .filter_map(|step| {
            let (Step::Evaluate(members)
            | Step::Accept {
                modules: members, ..
            }) = &step;
            let group = place(spread.group(*members.first()?))?;
            let is_accepted = groups[group].1.verdict == Verdict::Accepted;
            is_accepted.then_some(HotStep { group, step })
        })
        .collect();
    let is_refused = |members: &Vec<usize>| {
        members.len() > 1
            && place(spread.group(members[0]))
                .is_some_and(|at| groups[at].1.verdict != Verdict::Accepted)
    };
    let refused = components.iter().map(is_refused).collect();
    let groups = groups.into_iter().map(|(_, group)| group).collect();
    (HotPlan { groups, steps }, refused)
}

/// How far the changes have come.
struct Spread<'m> {
    modules: &'m [HotModule],
    invalid: Vec<bool>,
    because: Vec<Option<usize>>,
    /// Disjoint sets of modules whose changes met: each points towards its set's first.
    met: Vec<usize>,
}

impl Spread<'_> {
    /// Imports come first: what they need of this component is known.
    fn enter(&mut self, members: &[usize], is_apart: bool) -> Vec<Step> {
        let modules = self.modules;
        let mut evaluated = Vec::new();
        for &member in members {
            let refused = self.unaccepted(member, &|import| !members.contains(&import));
            self.because[member] = refused;
            self.invalid[member] = modules[member].cause == Cause::Invalidated;
            if refused.is_some() || modules[member].cause == Cause::Changed {
                evaluated.push(member);
            }
        }
        if is_apart || (evaluated.is_empty() && members.len() > 1) {
            evaluated = self.walk(members, evaluated);
        } else if !evaluated.is_empty() {
            evaluated = members.to_vec();
            for &member in members {
                self.invalid[member] |= !modules[member].accepts_itself;
            }
        }
        let mut steps = Vec::new();
        if let Some(&first) = evaluated.first() {
            steps.push(Step::Evaluate(evaluated.clone()));
            for &member in &evaluated {
                self.meet(first, member);
            }
        }
        for &member in members {
            let is_evaluated = evaluated.contains(&member);
            let mut reached: Vec<usize> = Vec::new();
            for &import in &modules[member].imports {
                if self.invalid[import] && import != member && !reached.contains(&import) {
                    reached.push(import);
                }
            }
            for &import in &reached {
                self.meet(import, member);
            }
            if !is_evaluated && !reached.is_empty() {
                steps.push(Step::Accept {
                    importer: member,
                    modules: reached,
                });
            }
        }
        steps
    }

    /// The first import that a module has to be evaluated for.
    fn unaccepted(&self, module: usize, is_asked: &dyn Fn(usize) -> bool) -> Option<usize> {
        let HotModule {
            imports, accepts, ..
        } = &self.modules[module];
        let mut imports = imports.iter().copied();
        imports
            .find(|import| self.invalid[*import] && is_asked(*import) && !accepts.contains(import))
    }

    /// From member to member of a cycle, as from module to module elsewhere.
    fn walk(&mut self, members: &[usize], mut evaluated: Vec<usize>) -> Vec<usize> {
        let modules = self.modules;
        for &member in &evaluated {
            self.invalid[member] |= !modules[member].accepts_itself;
        }
        loop {
            let before = evaluated.len();
            for &member in members {
                let refused = self.unaccepted(member, &|import| import != member);
                if refused.is_some() && !evaluated.contains(&member) {
                    self.because[member] = refused;
                    self.invalid[member] |= !modules[member].accepts_itself;
                    evaluated.push(member);
                }
            }
            if evaluated.len() == before {
                break;
            }
        }
        let mut members = members.to_vec();
        members.retain(|member| evaluated.contains(member));
        members
    }

    fn group(&self, mut module: usize) -> usize {
        while self.met[module] != module {
            module = self.met[module];
        }
        module
    }

    fn meet(&mut self, a: usize, b: usize) {
        let (a, b) = (self.group(a), self.group(b));
        self.met[a.max(b)] = a.min(b);
    }

    fn verdict(&self, group: usize, components: &[Vec<usize>]) -> Verdict {
        let is_reached = |module: usize| self.invalid[module] && self.group(module) == group;
        let declined: Vec<usize> = (0..self.modules.len())
            .filter(|&module| is_reached(module) && self.modules[module].declined)
            .collect();
        if !declined.is_empty() {
            return Verdict::Declined(declined);
        }
        let mut imported = vec![false; self.modules.len()];
        for members in components {
            for import in members.iter().flat_map(|id| &self.modules[*id].imports) {
                imported[*import] |= !members.contains(import);
            }
        }
        // A module that nothing imports, its own cycle aside. What is in a cycle with a root has only importers that are evaluated
        // with it.
        let root = components.iter().find_map(|members| {
            let is_end = !members
                .iter()
                .any(|member| imported[*member] || self.modules[*member].is_root);
            let mut ends = members.iter().copied();
            ends.find(|&member| is_reached(member) && (is_end || self.modules[member].is_root))
        });
        root.map_or(Verdict::Accepted, |root| {
            Verdict::Unaccepted(self.chain(root))
        })
    }

    fn chain(&self, root: usize) -> Vec<usize> {
        let mut chain = vec![root];
        let mut at = root;
        while self.modules[at].cause == Cause::None {
            let Some(next) = self.because[at] else { break };
            chain.push(next);
            at = next;
        }
        chain
    }
}

#[cfg(test)]
mod tests;
