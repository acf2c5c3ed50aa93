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
//! together. All or nothing: one path that reaches a root, or a module that declined, refuses the
//! whole update.

use super::strong::components;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HotModule {
    /// Numbers of the modules it imports, in source order.
    pub imports: Vec<usize>,
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

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HotPlan {
    /// In the order of evaluation.
    Accepted(Vec<Step>),
    /// From a root, which nothing imports, down to the change.
    Unaccepted(Vec<usize>),
    Declined(Vec<usize>),
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
    // Whose importers must take care, and because of which import.
    let mut invalid = vec![false; modules.len()];
    let mut because: Vec<Option<usize>> = vec![None; modules.len()];
    let mut steps = Vec::new();
    for members in components(modules.len(), |module| &modules[module].imports) {
        let mut evaluates = false;
        for &member in &members {
            let module = &modules[member];
            let refused = module.imports.iter().copied().find(|import| {
                invalid[*import] && !members.contains(import) && !module.accepts.contains(import)
            });
            because[member] = refused;
            evaluates |= refused.is_some() || module.cause == Cause::Changed;
        }
        for &member in &members {
            let module = &modules[member];
            let is_over = module.cause == Cause::Invalidated;
            invalid[member] = is_over || (evaluates && !module.accepts_itself);
            if evaluates {
                continue;
            }
            let mut accepted: Vec<usize> = Vec::new();
            for &import in &module.imports {
                if invalid[import]
                    && module.accepts.contains(&import)
                    && !accepted.contains(&import)
                {
                    accepted.push(import);
                }
            }
            if !accepted.is_empty() {
                steps.push(Step::Accept {
                    importer: member,
                    modules: accepted,
                });
            }
        }
        if evaluates {
            steps.push(Step::Evaluate(members));
        }
    }
    let declined: Vec<usize> = (0..modules.len())
        .filter(|&id| invalid[id] && modules[id].declined)
        .collect();
    if !declined.is_empty() {
        return HotPlan::Declined(declined);
    }
    match unaccepted_root(modules, &invalid) {
        Some(root) => HotPlan::Unaccepted(chain(root, modules, &invalid, &because)),
        None => HotPlan::Accepted(steps),
    }
}

/// The first invalid module that nothing imports, its own cycle aside.
fn unaccepted_root(modules: &[HotModule], invalid: &[bool]) -> Option<usize> {
    let components = components(modules.len(), |module| &modules[module].imports);
    let mut imported = vec![false; modules.len()];
    for members in &components {
        for import in members.iter().flat_map(|member| &modules[*member].imports) {
            if !members.contains(import) {
                imported[*import] = true;
            }
        }
    }
    components.into_iter().find_map(|members| {
        let is_root = !members.iter().any(|member| imported[*member]);
        members
            .into_iter()
            .find(|member| is_root && invalid[*member])
    })
}

fn chain(
    root: usize,
    modules: &[HotModule],
    invalid: &[bool],
    because: &[Option<usize>],
) -> Vec<usize> {
    let mut chain = vec![root];
    let mut at = root;
    while modules[at].cause == Cause::None {
        // Within a cycle any member may be where it came in.
        let next = because[at].or_else(|| {
            let mut imports = modules[at].imports.iter().copied();
            imports.find(|import| invalid[*import] && !chain.contains(import))
        });
        let Some(next) = next.filter(|next| !chain.contains(next)) else {
            break;
        };
        chain.push(next);
        at = next;
    }
    chain
}

#[cfg(test)]
mod tests {
    use super::{Cause::*, HotPlan::*, Step::*, *};

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

    #[track_caller]
    fn check(modules: &[HotModule], want: HotPlan) {
        assert_eq!(hot_plan(modules), want);
    }

    #[test]
    fn nothing_to_do() {
        check(&[module(&[1]), module(&[])], Accepted(vec![]));
    }

    #[test]
    fn accepted_by_itself_or_an_importer() {
        check(
            &[module(&[1]), itself(changed(&[]))],
            Accepted(vec![Evaluate(vec![1])]),
        );
        let tell = Accept {
            importer: 0,
            modules: vec![1],
        };
        check(
            &[accepting(&[1], &[1]), changed(&[])],
            Accepted(vec![Evaluate(vec![1]), tell]),
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
            Accepted(vec![
                Evaluate(vec![3]),
                Evaluate(vec![2]),
                Evaluate(vec![1]),
            ]),
        );
    }

    #[test]
    fn a_path_to_a_root_refuses() {
        check(
            &[module(&[1]), module(&[2]), changed(&[])],
            Unaccepted(vec![0, 1, 2]),
        );
        // One importer accepts, the other does not.
        check(
            &[module(&[1, 2]), accepting(&[2], &[2]), changed(&[])],
            Unaccepted(vec![0, 2]),
        );
    }

    #[test]
    fn a_root_may_accept_itself() {
        check(&[itself(changed(&[]))], Accepted(vec![Evaluate(vec![0])]));
        check(&[changed(&[])], Unaccepted(vec![0]));
    }

    #[test]
    fn a_declining_module_refuses_when_it_is_reached() {
        let declining = HotModule {
            declined: true,
            ..module(&[2])
        };
        check(
            &[itself(module(&[1])), declining.clone(), changed(&[])],
            Declined(vec![1]),
        );
        check(
            &[module(&[1]), declining, itself(changed(&[]))],
            Accepted(vec![Evaluate(vec![2])]),
        );
    }

    #[test]
    fn a_cycle_is_evaluated_together() {
        check(
            &[itself(module(&[1])), module(&[2]), changed(&[1])],
            Accepted(vec![Evaluate(vec![2, 1]), Evaluate(vec![0])]),
        );
        check(
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
        check(
            &[itself(module(&[1])), over.clone()],
            Accepted(vec![Evaluate(vec![0])]),
        );
        let tell = Accept {
            importer: 0,
            modules: vec![1],
        };
        check(&[accepting(&[1], &[1]), over.clone()], Accepted(vec![tell]));
        check(&[module(&[1]), over], Unaccepted(vec![0, 1]));
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
            Accepted(vec![
                Evaluate(vec![3]),
                Evaluate(vec![1]),
                Accept {
                    importer: 2,
                    modules: vec![3],
                },
            ]),
        );
    }
}
