//! (graph, changes) → what is evaluated anew. Pure and deterministic.
//!
//! ```text
//! main ──(sync)──▶ app ──▶ helper ──▶ util        util changes:
//!   └────────────────────────────────▶ util       evaluate util, helper, app; main is named
//!                                                 as the one that keeps the old util
//! ```

use super::{Change, Graph, Group, ModuleId, Outsider, PlannedModule, Reason, UpdatePlan};
use rustc_hash::{FxHashMap, FxHashSet};

/// Decides which modules an update evaluates.
///
/// A module is evaluated anew when it lies on a path from a change up to a deep boundary, or when
/// it changed and is a shallow boundary itself. Groups without a fresh change are left out: their
/// modules failed before, and nothing that could mend them has happened.
pub fn propagate(graph: &Graph, changes: &[Change]) -> UpdatePlan {
    let above = walk_up(graph, changes);
    let planned = between(graph, changes, &above);
    let fresh: FxHashSet<ModuleId> = changes
        .iter()
        .filter(|change| change.fresh)
        .map(|change| change.module)
        .collect();

    let groups = order(graph, &planned)
        .into_iter()
        .filter(|members| members.iter().any(|module| fresh.contains(module)))
        .map(|members| {
            let modules: Vec<PlannedModule> = members
                .iter()
                .map(|&module| PlannedModule {
                    module,
                    reason: above[&module],
                })
                .collect();
            let boundaries = members
                .iter()
                .copied()
                .filter(|&id| graph.boundary(id).is_boundary())
                .collect();
            let outside = members
                .iter()
                .flat_map(|&module| {
                    let planned = &planned;
                    graph
                        .importers(module)
                        .iter()
                        .filter(move |importer| !planned.contains(importer))
                        .map(move |&importer| Outsider { importer, module })
                })
                .collect();
            Group {
                modules,
                boundaries,
                outside,
            }
        })
        .collect();
    UpdatePlan { groups }
}

/// Every module from which a change can be reached, with the first reason found.
fn walk_up(graph: &Graph, changes: &[Change]) -> FxHashMap<ModuleId, Reason> {
    let mut reasons = FxHashMap::default();
    let mut open = std::collections::VecDeque::new();
    for change in changes {
        if reasons.insert(change.module, Reason::Changed).is_none() {
            open.push_back(change.module);
        }
    }
    while let Some(module) = open.pop_front() {
        for &importer in graph.importers(module) {
            reasons.entry(importer).or_insert_with(|| {
                open.push_back(importer);
                Reason::Imports(module)
            });
        }
    }
    reasons
}

/// Those of `above` that some deep boundary among them reaches downwards, and the shallow
/// boundaries that changed themselves.
fn between(
    graph: &Graph,
    changes: &[Change],
    above: &FxHashMap<ModuleId, Reason>,
) -> FxHashSet<ModuleId> {
    let mut planned = FxHashSet::default();
    let mut open: Vec<ModuleId> = above
        .keys()
        .copied()
        .filter(|&id| graph.boundary(id).deep > 0)
        .collect();
    while let Some(module) = open.pop() {
        if planned.insert(module) {
            open.extend(
                graph
                    .imports(module)
                    .iter()
                    .copied()
                    .filter(|id| above.contains_key(id)),
            );
        }
    }
    for change in changes {
        if graph.boundary(change.module).shallow > 0 {
            planned.insert(change.module);
        }
    }
    planned
}

/// The connected components of `planned`, each in dependency order, in the order of their
/// smallest id.
fn order(graph: &Graph, planned: &FxHashSet<ModuleId>) -> Vec<Vec<ModuleId>> {
    let mut sorted: Vec<ModuleId> = planned.iter().copied().collect();
    sorted.sort_unstable();

    let post_order = post_order(graph, planned, &sorted);
    let mut component: FxHashMap<ModuleId, usize> = FxHashMap::default();
    let mut count = 0;
    for &start in &sorted {
        if component.contains_key(&start) {
            continue;
        }
        let mut open = vec![start];
        while let Some(module) = open.pop() {
            if component.insert(module, count).is_some() {
                continue;
            }
            let neighbours = graph.imports(module).iter().chain(graph.importers(module));
            open.extend(
                neighbours
                    .copied()
                    .filter(|id| planned.contains(id) && !component.contains_key(id)),
            );
        }
        count += 1;
    }
    let mut groups = vec![Vec::new(); count];
    for module in post_order {
        groups[component[&module]].push(module);
    }
    groups
}

/// Depth-first post-order over imports in source order: the order in which modules evaluate
/// (ECMA-262 16.2.1.5.3.1, InnerModuleEvaluation). Starts at modules no other planned one imports,
/// so that a cycle is entered where the program enters it.
fn post_order(graph: &Graph, planned: &FxHashSet<ModuleId>, sorted: &[ModuleId]) -> Vec<ModuleId> {
    let is_top = |id: ModuleId| {
        !graph
            .importers(id)
            .iter()
            .any(|it| *it != id && planned.contains(it))
    };
    let starts = sorted
        .iter()
        .copied()
        .filter(|&id| is_top(id))
        .chain(
            sorted
                .iter()
                .copied()
                .filter(|&id| graph.boundary(id).is_boundary()),
        )
        .chain(sorted.iter().copied());

    let mut seen = FxHashSet::default();
    let mut result = Vec::with_capacity(planned.len());
    // An explicit stack: a chain of imports may be longer than the thread's stack is deep.
    for start in starts {
        let mut stack = vec![(start, 0)];
        if !seen.insert(start) {
            continue;
        }
        while let Some((module, next)) = stack.last_mut() {
            match graph.imports(*module).get(*next) {
                Some(&import) => {
                    *next += 1;
                    if planned.contains(&import) && seen.insert(import) {
                        stack.push((import, 0));
                    }
                }
                None => {
                    result.push(*module);
                    stack.pop();
                }
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// `edges` as "a>b,c"; `boundaries` and `changes` as names ("~x": a shallow boundary, "?x": a
    /// change that is not fresh). The result: "dep,app[outsider]" a group, groups joined by "; ".
    fn plan(edges: &str, boundaries: &str, changes: &str) -> String {
        let mut graph = Graph::default();
        for edge in edges.split_whitespace() {
            let (from, to) = edge.split_once('>').unwrap_or((edge, ""));
            let from = graph.intern(Path::new(from));
            let to: Vec<_> = to
                .split(',')
                .filter(|it| !it.is_empty())
                .map(|it| graph.intern(Path::new(it)))
                .collect();
            graph.set_imports(from, &to);
        }
        for name in boundaries.split_whitespace() {
            match name.strip_prefix('~') {
                Some(name) => {
                    let id = graph.intern(Path::new(name));
                    graph.boundary_mut(id).shallow += 1;
                }
                None => {
                    let id = graph.intern(Path::new(name));
                    graph.boundary_mut(id).deep += 1;
                }
            }
        }
        let changes: Vec<Change> = changes
            .split_whitespace()
            .map(|name| Change {
                module: graph.intern(Path::new(name.trim_start_matches('?'))),
                fresh: !name.starts_with('?'),
            })
            .collect();
        let name = |id: ModuleId| graph.path(id).display().to_string();
        propagate(&graph, &changes)
            .groups
            .iter()
            .map(|group| {
                let mut text = group
                    .modules
                    .iter()
                    .map(|it| name(it.module))
                    .collect::<Vec<_>>()
                    .join(",");
                for outsider in &group.outside {
                    text += &format!("[{}>{}]", name(outsider.importer), name(outsider.module));
                }
                text
            })
            .collect::<Vec<_>>()
            .join("; ")
    }

    #[track_caller]
    fn check(edges: &str, boundaries: &str, changes: &str, expected: &str) {
        assert_eq!(plan(edges, boundaries, changes), expected);
    }

    #[test]
    fn a_changed_boundary_is_evaluated_alone() {
        check("app>util", "app", "app", "app");
    }

    #[test]
    fn what_lies_between_is_evaluated_dependencies_first() {
        check("app>helper helper>util", "app", "util", "util,helper,app");
    }

    #[test]
    fn siblings_of_the_path_are_left_alone() {
        check("app>left,right left>util", "app", "util", "util,left,app");
    }

    #[test]
    fn a_change_below_no_boundary_plans_nothing() {
        check("app>util", "", "util", "");
        check("app>util other", "other", "util", "");
    }

    #[test]
    fn importers_outside_are_named() {
        check(
            "main>app,util app>util",
            "app",
            "util",
            "util,app[main>util][main>app]",
        );
    }

    #[test]
    fn a_boundary_does_not_shield_the_boundaries_above_it() {
        check("app>util", "app util", "util", "util,app");
    }

    #[test]
    fn a_boundary_below_the_change_is_not_touched() {
        check("app>util", "app util", "app", "app");
    }

    #[test]
    fn independent_boundaries_are_independent_groups() {
        check("a>x b>y", "a b", "x y", "x,a; y,b");
        check("a>x b>x", "a b", "x", "x,a,b");
        // What neither is evaluated for does not make them one.
        check(
            "a>x,lib b>y,lib main>a,b",
            "a b",
            "x y",
            "x,a[main>a]; y,b[main>b]",
        );
    }

    #[test]
    fn groups_are_in_the_order_of_their_modules() {
        let names: Vec<String> = (0..40).map(|n| format!("m{n}")).collect();
        let changes: Vec<&str> = names.iter().rev().map(String::as_str).collect();
        let modules = names.join(" ");
        check(&modules, &modules, &changes.join(" "), &names.join("; "));
    }

    #[test]
    fn shallow_boundaries_follow_their_own_file_only() {
        check("app>util", "~app", "util", "");
        check("app>util", "~app", "app", "app");
        check("app>util", "~util app", "util", "util,app");
    }

    #[test]
    fn cycles_are_evaluated_as_a_whole() {
        check("app>a a>b b>a,c", "app", "c", "c,b,a,app");
        check("a>b b>a", "a", "b", "b,a");
        check("a>a", "a", "a", "a");
    }

    #[test]
    fn a_cycle_is_entered_where_the_program_enters_it() {
        // From above, though a boundary within it is known earlier, whoever imports what is above, that itself included.
        check(
            "b>a a>b app>a,app main>app",
            "b app",
            "b",
            "b,a,app[main>app]",
        );
        // By its boundary, where nothing is above.
        check("a>b b>a", "b", "b", "a,b");
    }

    #[test]
    fn a_failed_module_is_retried_only_with_its_neighbours() {
        check("a>x b>y", "a b", "?x y", "y,b");
        check("a>x,y", "a", "?x y", "x,y,a");
        check("a>x", "a", "?x", "");
    }

    #[test]
    fn diamonds_keep_source_order() {
        check("app>l,r l>leaf r>leaf", "app", "leaf", "leaf,l,r,app");
    }

    #[test]
    fn long_chains_do_not_overflow_the_stack() {
        let edges: Vec<String> = (0..50_000).map(|n| format!("m{n}>m{}", n + 1)).collect();
        let text = plan(&edges.join(" "), "m0", "m50000");
        assert_eq!(text.split(',').count(), 50_001);
    }

    #[test]
    fn a_group_names_its_boundaries_of_both_kinds() {
        let mut graph = Graph::default();
        let [app, between, util] = ["app", "between", "util"].map(|it| graph.intern(Path::new(it)));
        graph.set_imports(app, &[between]);
        graph.set_imports(between, &[util]);
        graph.boundary_mut(app).deep = 1;
        graph.boundary_mut(util).shallow = 1;
        let change = Change {
            module: util,
            fresh: true,
        };
        let plan = propagate(&graph, &[change]);
        assert_eq!(plan.groups[0].boundaries, [util, app]);
    }

    #[test]
    fn reasons_name_the_import_that_led_here() {
        let mut graph = Graph::default();
        let [app, util] = ["app", "util"].map(|path| graph.intern(Path::new(path)));
        graph.set_imports(app, &[util]);
        graph.boundary_mut(app).deep = 1;
        let plan = propagate(
            &graph,
            &[Change {
                module: util,
                fresh: true,
            }],
        );
        let reasons: Vec<_> = plan.groups[0].modules.iter().map(|it| it.reason).collect();
        assert_eq!(reasons, [Reason::Changed, Reason::Imports(util)]);
    }
}
