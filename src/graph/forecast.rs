//! (modules with what they accept) → for each of them, what a change of it would come to. Pure.
//!
//! ```text
//! main ──▶ app ──▶ view ──▶ text        view accepts text: text is accepted
//!                                       nobody accepts view: unaccepted, main … view
//! ```
//!
//! The same rules as [`hot_plan`](super::hot_plan), which plans one change; asking it about every
//! module would take the square of the time. A test holds one against the other.

use std::collections::VecDeque;

use super::{hot::HotModule, strong::components};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    pub fate: Fate,
    /// Members of one import cycle have the same number.
    pub cycle: Option<usize>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Fate {
    #[default]
    Accepted,
    /// The shortest way from a root, which nothing imports, down to the module.
    Unaccepted(Vec<usize>),
    /// From the module that declined down to the module.
    Declined(Vec<usize>),
}

pub fn forecast(modules: &[HotModule]) -> Vec<Forecast> {
    let components = components(modules.len(), |module| &modules[module].imports);
    let mut component_of = vec![0; modules.len()];
    for (number, members) in components.iter().enumerate() {
        for &member in members {
            component_of[member] = number;
        }
    }
    let mut is_imported = vec![false; components.len()];
    for (importer, module) in modules.iter().enumerate() {
        for &import in &module.imports {
            let component = component_of[import];
            is_imported[component] |= component != component_of[importer];
        }
        // In a cycle with a root: only importers that are evaluated with it.
        is_imported[component_of[importer]] |= module.is_root;
    }
    // Who accepts itself ends the way; the others hand a change on to their importers.
    let ends = |of: &dyn Fn(usize) -> bool| -> Vec<usize> {
        let all = 0..modules.len();
        all.filter(|&id| !modules[id].accepts_itself && of(id))
            .collect()
    };
    let declined = ends(&|id| modules[id].declined);
    let roots = ends(&|id| modules[id].is_root || !is_imported[component_of[id]]);
    let fates = |cycle_of: &dyn Fn(usize) -> usize| -> Vec<Fate> {
        let declined = below(modules, cycle_of, &declined);
        let unaccepted = below(modules, cycle_of, &roots);
        let ways = declined.into_iter().zip(unaccepted);
        let fate = |pair| match pair {
            (Some(way), _) => Fate::Declined(way),
            (None, Some(way)) => Fate::Unaccepted(way),
            (None, None) => Fate::Accepted,
        };
        ways.map(fate).collect()
    };
    let together = fates(&|id| component_of[id]);
    // What would be refused walks within the cycle as it does elsewhere.
    let apart = fates(&|id| id);
    let fates = together.into_iter().zip(apart).map(|pair| match pair {
        (Fate::Accepted, _) => Fate::Accepted,
        (_, apart) => apart,
    });
    fates
        .zip(component_of)
        .map(|(fate, component)| Forecast {
            fate,
            cycle: (components[component].len() > 1).then_some(component),
        })
        .collect()
}

/// Whose change comes up to one of `ends`, and the shortest way down to it.
fn below(
    modules: &[HotModule],
    cycle_of: &dyn Fn(usize) -> usize,
    ends: &[usize],
) -> Vec<Option<Vec<usize>>> {
    let mut above: Vec<Option<Option<usize>>> = vec![None; modules.len()];
    for &end in ends {
        above[end] = Some(None);
    }
    let mut open = VecDeque::from(ends.to_vec());
    while let Some(at) = open.pop_front() {
        let module = &modules[at];
        for &import in &module.imports {
            // Members of a cycle that are evaluated together are so whatever they accept.
            let is_handed_up = cycle_of(import) == cycle_of(at)
                || !(modules[import].accepts_itself || module.accepts.contains(&import));
            if is_handed_up && above[import].is_none() {
                above[import] = Some(Some(at));
                open.push_back(import);
            }
        }
    }
    let way = |module: usize| {
        above[module]?;
        let mut way = vec![module];
        let mut at = module;
        while let Some(Some(importer)) = above[at] {
            way.push(importer);
            at = importer;
        }
        way.reverse();
        Some(way)
    };
    (0..modules.len()).map(way).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::hot::*, Fate::*, *};

    fn module(imports: &[usize]) -> HotModule {
        HotModule {
            imports: imports.to_vec(),
            ..HotModule::default()
        }
    }

    fn fates(modules: &[HotModule]) -> Vec<Fate> {
        forecast(modules).into_iter().map(|it| it.fate).collect()
    }

    #[test]
    fn who_accepts_ends_the_way() {
        let accepting = HotModule {
            accepts: vec![2],
            ..module(&[2, 3])
        };
        let modules = [module(&[1]), accepting, module(&[]), module(&[])];
        assert_eq!(
            fates(&modules),
            [
                Unaccepted(vec![0]),
                Unaccepted(vec![0, 1]),
                Accepted,
                Unaccepted(vec![0, 1, 3])
            ]
        );
        let itself = HotModule {
            accepts_itself: true,
            ..module(&[2])
        };
        let modules = [module(&[1]), itself, module(&[])];
        assert_eq!(
            fates(&modules),
            [Unaccepted(vec![0]), Accepted, Accepted],
            "and what is below it"
        );
    }

    #[test]
    fn who_declined_is_named() {
        let declined = HotModule {
            declined: true,
            ..module(&[2])
        };
        let modules = [module(&[1]), declined, module(&[])];
        assert_eq!(
            fates(&modules),
            [Unaccepted(vec![0]), Declined(vec![1]), Declined(vec![1, 2])]
        );
    }

    #[test]
    fn cycles_are_numbered_and_what_they_accept_themselves_counts() {
        // 1 and 2 import each other. Together they would be refused, so 2 is evaluated alone.
        let accepting = HotModule {
            accepts: vec![2],
            ..module(&[2])
        };
        let modules = [module(&[1, 3]), accepting, module(&[1]), module(&[])];
        let found = forecast(&modules);
        assert_eq!(found[1].cycle, found[2].cycle);
        assert!(found[1].cycle.is_some());
        assert_eq!((found[0].cycle, found[3].cycle), (None, None));
        assert_eq!(found[1].fate, Unaccepted(vec![0, 1]));
        assert_eq!(found[2].fate, Accepted);
    }

    #[test]
    fn says_what_the_plan_of_a_change_says() {
        let mut state = 7_u64;
        let mut random = move |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            usize::try_from(state >> 33).unwrap_or(0) % below
        };
        for _ in 0..3_000 {
            let count = 1 + random(7);
            let modules: Vec<HotModule> = (0..count)
                .map(|_| {
                    let imports: Vec<usize> = (0..random(4)).map(|_| random(count)).collect();
                    HotModule {
                        accepts: imports.iter().copied().filter(|_| random(4) == 0).collect(),
                        imports,
                        is_root: random(6) == 0,
                        accepts_itself: random(5) == 0,
                        declined: random(8) == 0,
                        cause: Cause::None,
                    }
                })
                .collect();
            for (id, found) in forecast(&modules).into_iter().enumerate() {
                let mut changed = modules.clone();
                changed[id].cause = Cause::Changed;
                let plan = hot_plan(&changed);
                let [HotGroup { verdict, .. }] = &plan.groups[..] else {
                    panic!("one change, one group: {modules:?}");
                };
                let (way, is_end): (_, &dyn Fn(usize) -> bool) = match (&found.fate, verdict) {
                    (Accepted, Verdict::Accepted) => continue,
                    (Unaccepted(way), Verdict::Unaccepted(_)) => (way, &|_| true),
                    (Declined(way), Verdict::Declined(by)) => (way, &|end| by.contains(&end)),
                    other => panic!("{id}: {other:?} in {modules:?}"),
                };
                assert!(is_end(way[0]), "{id}: {way:?} in {modules:?}");
                assert_eq!(way.last(), Some(&id));
                for pair in way.windows(2) {
                    assert!(modules[pair[0]].imports.contains(&pair[1]), "{way:?}");
                }
            }
        }
    }
}
