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
//! together. What one cause leads to is a group, all or nothing: one path that reaches a root, or a
//! module that declined, refuses it. Causes that meet on their way are of one group; groups that do
//! not meet do not hold each other back.
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
    /// A module, or all members of a cycle.
    Evaluate(Vec<usize>),
    /// An importer that stays is told about imports it accepted.
    Accept {
        importer: usize,
        modules: Vec<usize>,
    },
}

pub fn hot_plan(modules: &[HotModule]) -> HotPlan {
    let components = components(modules.len(), |module| &modules[module].imports);
    let mut spread = Spread {
        modules,
        // Whose importers must take care, and because of which import.
        invalid: vec![false; modules.len()],
        because: vec![None; modules.len()],
        met: (0..modules.len()).collect(),
    };
    let steps: Vec<Step> = components
        .iter()
        .flat_map(|members| spread.enter(members))
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
            let verdict = spread.verdict(key, &components);
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
    HotPlan {
        groups: groups.into_iter().map(|(_, group)| group).collect(),
        steps,
    }
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
    fn enter(&mut self, members: &[usize]) -> Vec<Step> {
        let modules = self.modules;
        let mut evaluates = false;
        for &member in members {
            let module = &modules[member];
            let mut unaccepted = module.imports.iter().copied().filter(|import| {
                self.invalid[*import]
                    && !members.contains(import)
                    && !module.accepts.contains(import)
            });
            let refused = unaccepted.next();
            self.because[member] = refused;
            evaluates |= refused.is_some() || module.cause == Cause::Changed;
        }
        let mut steps = Vec::new();
        for &member in members {
            let module = &modules[member];
            let mut reached: Vec<usize> = Vec::new();
            for &import in &module.imports {
                let is_below = self.invalid[import] && !members.contains(&import);
                if is_below && !reached.contains(&import) {
                    reached.push(import);
                }
            }
            for &import in &reached {
                self.meet(import, member);
            }
            if evaluates {
                self.meet(members[0], member);
            } else if !reached.is_empty() {
                steps.push(Step::Accept {
                    importer: member,
                    modules: reached,
                });
            }
        }
        for &member in members {
            let module = &modules[member];
            let is_over = module.cause == Cause::Invalidated;
            self.invalid[member] = is_over || (evaluates && !module.accepts_itself);
        }
        if evaluates {
            return vec![Step::Evaluate(members.to_vec())];
        }
        steps
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
        // A module that nothing imports, its own cycle aside.
        let root = components.iter().find_map(|members| {
            let is_end = !members.iter().any(|member| imported[*member]);
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
            // Within a cycle any member may be where it came in.
            let next = self.because[at].or_else(|| {
                let mut imports = self.modules[at].imports.iter().copied();
                imports.find(|import| self.invalid[*import] && !chain.contains(import))
            });
            let Some(next) = next.filter(|next| !chain.contains(next)) else {
                break;
            };
            chain.push(next);
            at = next;
        }
        chain
    }
}

#[cfg(test)]
mod tests {
    use super::{Cause::*, Step::*, Verdict::*, *};

    fn module(imports: &[usize]) -> HotModule {
        HotModule {
            imports: imports.to_vec(),
            ..HotModule::default()
        }
    }

    fn changed(imports: &[usize]) -> HotModule {
        HotModule {
            cause: Changed,
            ..module(imports)
        }
    }

    fn accepting(imports: &[usize], accepts: &[usize]) -> HotModule {
        HotModule {
            accepts: accepts.to_vec(),
            ..module(imports)
        }
    }

    fn itself(it: HotModule) -> HotModule {
        HotModule {
            accepts_itself: true,
            ..it
        }
    }

    fn root(it: HotModule) -> HotModule {
        HotModule {
            is_root: true,
            ..it
        }
    }

    #[track_caller]
    fn check(modules: &[HotModule], want: &[Step]) {
        let plan = hot_plan(modules);
        let steps: Vec<Step> = plan.steps.into_iter().map(|step| step.step).collect();
        assert_eq!(steps, want);
        for group in plan.groups {
            assert_eq!(group.verdict, Accepted);
        }
    }

    #[track_caller]
    fn refused(modules: &[HotModule], want: Verdict) {
        let plan = hot_plan(modules);
        assert_eq!(plan.steps, vec![]);
        let verdicts: Vec<Verdict> = plan.groups.into_iter().map(|group| group.verdict).collect();
        assert_eq!(verdicts, vec![want]);
    }

    #[test]
    fn nothing_to_do() {
        check(&[module(&[1]), module(&[])], &[]);
    }

    #[test]
    fn accepted_by_itself_or_an_importer() {
        check(&[module(&[1]), itself(changed(&[]))], &[Evaluate(vec![1])]);
        let tell = Accept {
            importer: 0,
            modules: vec![1],
        };
        check(
            &[accepting(&[1], &[1]), changed(&[])],
            &[Evaluate(vec![1]), tell],
        );
    }

    #[test]
    fn what_lies_between_is_evaluated() {
        check(
            &[
                module(&[1]),
                itself(module(&[2, 3])),
                module(&[3]),
                changed(&[]),
            ],
            &[Evaluate(vec![3]), Evaluate(vec![2]), Evaluate(vec![1])],
        );
    }

    #[test]
    fn a_path_to_a_root_refuses() {
        refused(
            &[module(&[1]), module(&[2]), changed(&[])],
            Unaccepted(vec![0, 1, 2]),
        );
        // One importer accepts, the other does not.
        refused(
            &[module(&[1, 2]), accepting(&[2], &[2]), changed(&[])],
            Unaccepted(vec![0, 2]),
        );
    }

    #[test]
    fn a_root_may_accept_itself() {
        check(&[itself(changed(&[]))], &[Evaluate(vec![0])]);
        refused(&[changed(&[])], Unaccepted(vec![0]));
    }

    #[test]
    fn a_declining_module_refuses_when_it_is_reached() {
        let declining = HotModule {
            declined: true,
            ..module(&[2])
        };
        refused(
            &[itself(module(&[1])), declining.clone(), changed(&[])],
            Declined(vec![1]),
        );
        check(
            &[module(&[1]), declining, itself(changed(&[]))],
            &[Evaluate(vec![2])],
        );
    }

    #[test]
    fn a_cycle_is_evaluated_together() {
        check(
            &[itself(module(&[1])), module(&[2]), changed(&[1])],
            &[Evaluate(vec![2, 1]), Evaluate(vec![0])],
        );
        refused(
            &[module(&[1]), module(&[2]), changed(&[1])],
            Unaccepted(vec![0, 1, 2]),
        );
    }

    #[test]
    fn an_invalidated_module_is_its_importers_business() {
        let over = HotModule {
            cause: Invalidated,
            ..itself(module(&[]))
        };
        check(&[itself(module(&[1])), over.clone()], &[Evaluate(vec![0])]);
        let tell = Accept {
            importer: 0,
            modules: vec![1],
        };
        check(&[accepting(&[1], &[1]), over.clone()], &[tell]);
        refused(&[module(&[1]), over], Unaccepted(vec![0, 1]));
    }

    #[test]
    fn two_changes_and_two_boundaries() {
        check(
            &[
                module(&[1, 2]),
                itself(changed(&[3])),
                accepting(&[3], &[3]),
                changed(&[]),
            ],
            &[
                Evaluate(vec![3]),
                Evaluate(vec![1]),
                Accept {
                    importer: 2,
                    modules: vec![3],
                },
            ],
        );
    }

    #[test]
    fn a_root_ends_a_path_though_it_is_imported_too() {
        refused(
            &[accepting(&[1], &[1]), root(changed(&[]))],
            Unaccepted(vec![1]),
        );
        check(
            &[accepting(&[1], &[1]), root(itself(changed(&[])))],
            &[Evaluate(vec![1])],
        );
    }

    #[test]
    fn changes_that_do_not_meet_do_not_hold_each_other_back() {
        let plan = hot_plan(&[
            module(&[1, 2, 3]),
            itself(changed(&[])),
            changed(&[]),
            itself(module(&[4])),
            changed(&[]),
        ]);
        let group = |causes: &[usize], verdict| HotGroup {
            causes: causes.to_vec(),
            verdict,
        };
        assert_eq!(
            plan.groups,
            [
                group(&[1], Accepted),
                group(&[2], Unaccepted(vec![0, 2])),
                group(&[4], Accepted)
            ]
        );
        let step = |group, modules: &[usize]| HotStep {
            group,
            step: Evaluate(modules.to_vec()),
        };
        assert_eq!(plan.steps, [step(0, &[1]), step(2, &[4]), step(2, &[3])]);
    }

    #[test]
    fn changes_that_meet_are_one_group() {
        let plan = hot_plan(&[
            module(&[1]),
            itself(module(&[2, 3])),
            changed(&[]),
            changed(&[]),
        ]);
        assert_eq!(
            plan.groups,
            [HotGroup {
                causes: vec![2, 3],
                verdict: Accepted
            }]
        );
    }
}
