//! (modules with imports and boundary marks, changes) → what can be reloaded, and what a change
//! invalidates. Pure. The semantics are hot-hook's.
//!
//! ```text
//! server ──▶ config                     config: not reloadable, server ─▶ config has no boundary
//!    ┊
//!    └┄import()┄▶ [app] ──▶ view        view: reloadable, a change invalidates view and app
//! ```
//!
//! A *boundary* is a module that its importers get by `import()` each time they need it. A module is
//! *reloadable* when every way from a root to it crosses a boundary. A boundary that some module
//! imports statically can't be exchanged under that importer: neither it nor what is below it is
//! reloadable.

use std::collections::VecDeque;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BoundaryModule {
    /// Numbers of the modules it imports statically, in source order.
    pub imports: Vec<usize>,
    /// Numbers of those it has imported by `import()`.
    pub dynamic_imports: Vec<usize>,
    /// Imported from outside of the graph (the entry point), and never evaluated anew.
    pub is_root: bool,
    pub is_boundary: bool,
    /// It said `import.meta.hot.decline()`.
    pub is_declined: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reloadability {
    Reloadable,
    /// From a root down to the module, without a boundary in between.
    Exposed(Vec<usize>),
    /// The importer, the boundary it imports statically, and the way from that down to the module.
    Fixed(Vec<usize>),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BoundaryPlan {
    /// For each change that must not be applied in place, why.
    pub refused: Vec<Refused>,
    /// What has to be evaluated anew, the changed modules first, then who imports them.
    pub invalidated: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub changed: usize,
    pub why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    NotReloadable(Reloadability),
    /// The module, among those that would be invalidated, that declined.
    Declined(usize),
}

/// What the changes of these modules come to. Each change is judged by itself, as each is a save of
/// its own in hot-hook; what is refused does not hold back the others.
pub fn boundary_plan(modules: &[BoundaryModule], changed: &[usize]) -> BoundaryPlan {
    let reloadable = reloadability(modules);
    let importers = importers(modules);
    let mut plan = BoundaryPlan::default();
    let mut is_invalidated = vec![false; modules.len()];
    for &change in changed {
        if reloadable[change] != Reloadability::Reloadable {
            let why = Why::NotReloadable(reloadable[change].clone());
            plan.refused.push(Refused {
                changed: change,
                why,
            });
            continue;
        }
        let above = above(change, &importers, &reloadable);
        if let Some(&declined) = above.iter().find(|&&it| modules[it].is_declined) {
            let why = Why::Declined(declined);
            plan.refused.push(Refused {
                changed: change,
                why,
            });
            continue;
        }
        for module in above {
            if !std::mem::replace(&mut is_invalidated[module], true) {
                plan.invalidated.push(module);
            }
        }
    }
    plan
}

/// For each module, whether a change of it can be applied in place.
pub fn reloadability(modules: &[BoundaryModule]) -> Vec<Reloadability> {
    let mut found = vec![Reloadability::Reloadable; modules.len()];
    let fixed = fixed_boundaries(modules);
    // A boundary that is imported statically first: that is the reason to give for what is below it.
    spread(modules, &mut found, fixed, Reloadability::Fixed);
    let roots = (0..modules.len()).filter(|&module| modules[module].is_root);
    let roots = roots.map(|root| vec![root]).collect();
    spread(modules, &mut found, roots, Reloadability::Exposed);
    found
}

/// (importer, boundary) for each boundary that is imported statically, with the first such importer.
fn fixed_boundaries(modules: &[BoundaryModule]) -> Vec<Vec<usize>> {
    let mut seen = vec![false; modules.len()];
    let mut found = Vec::new();
    for (importer, module) in modules.iter().enumerate() {
        for &import in &module.imports {
            let is_own = import == importer;
            if modules[import].is_boundary && !is_own && !std::mem::replace(&mut seen[import], true)
            {
                found.push(vec![importer, import]);
            }
        }
    }
    found
}

/// Breadth first along all imports but `import()` of boundaries, so that the ways are the shortest.
fn spread(
    modules: &[BoundaryModule],
    found: &mut [Reloadability],
    starts: Vec<Vec<usize>>,
    reason: fn(Vec<usize>) -> Reloadability,
) {
    let mut open: VecDeque<Vec<usize>> = starts.into();
    while let Some(way) = open.pop_front() {
        let Some(&at) = way.last() else { continue };
        if found[at] != Reloadability::Reloadable {
            continue;
        }
        found[at] = reason(way.clone());
        let module = &modules[at];
        let dynamic = module.dynamic_imports.iter();
        let dynamic = dynamic.filter(|&&import| !modules[import].is_boundary);
        for &import in module.imports.iter().chain(dynamic) {
            if found[import] == Reloadability::Reloadable {
                let mut longer = way.clone();
                longer.push(import);
                open.push_back(longer);
            }
        }
    }
}

/// The change, and whoever imports it in whatever way, up to what is never evaluated anew. Through
/// boundaries too: a module may have kept what its `import()` gave.
fn above(change: usize, importers: &[Vec<usize>], reloadable: &[Reloadability]) -> Vec<usize> {
    let mut seen = vec![false; importers.len()];
    seen[change] = true;
    let mut found = vec![change];
    let mut next = 0;
    while let Some(&at) = found.get(next) {
        next += 1;
        for &importer in &importers[at] {
            let can_be = reloadable[importer] == Reloadability::Reloadable;
            if can_be && !std::mem::replace(&mut seen[importer], true) {
                found.push(importer);
            }
        }
    }
    found
}

fn importers(modules: &[BoundaryModule]) -> Vec<Vec<usize>> {
    let mut importers = vec![Vec::new(); modules.len()];
    for (importer, module) in modules.iter().enumerate() {
        for &import in module.imports.iter().chain(&module.dynamic_imports) {
            // Importers come in order, so that one which is there already is the last.
            if importers[import].last() != Some(&importer) {
                importers[import].push(importer);
            }
        }
    }
    importers
}

#[cfg(test)]
mod tests {
    use super::{
        BoundaryModule, BoundaryPlan, Refused, Reloadability, Why, boundary_plan, reloadability,
    };

    /// `a>b` imports, `a~b` imports by import(); `*a` is a root, `[a]` a boundary, `!a` declined.
    fn graph(text: &str) -> (Vec<BoundaryModule>, Vec<String>) {
        let mut names: Vec<String> = Vec::new();
        let mut modules: Vec<BoundaryModule> = Vec::new();
        let mut id = |name: &str, modules: &mut Vec<BoundaryModule>| {
            names.iter().position(|it| it == name).unwrap_or_else(|| {
                names.push(name.to_owned());
                modules.push(BoundaryModule::default());
                names.len() - 1
            })
        };
        for word in text.split_whitespace() {
            if let Some((from, to)) = word.split_once('>') {
                let (from, to) = (id(from, &mut modules), id(to, &mut modules));
                modules[from].imports.push(to);
            } else if let Some((from, to)) = word.split_once('~') {
                let (from, to) = (id(from, &mut modules), id(to, &mut modules));
                modules[from].dynamic_imports.push(to);
            } else if let Some(name) = word.strip_prefix('*') {
                let it = id(name, &mut modules);
                modules[it].is_root = true;
            } else if let Some(name) = word.strip_prefix('!') {
                let it = id(name, &mut modules);
                modules[it].is_declined = true;
            } else {
                let it = id(word.trim_matches(['[', ']']), &mut modules);
                modules[it].is_boundary = true;
            }
        }
        (modules, names)
    }

    fn way(names: &[String], way: &[usize]) -> String {
        let names: Vec<&str> = way.iter().map(|&it| names[it].as_str()).collect();
        names.join(" ")
    }

    /// One word a module that is not reloadable, with the way that shows it.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let (modules, names) = graph(text);
        let found: Vec<String> = reloadability(&modules)
            .iter()
            .filter_map(|it| match it {
                Reloadability::Reloadable => None,
                Reloadability::Exposed(it) => Some(format!("exposed {}", way(&names, it))),
                Reloadability::Fixed(it) => Some(format!("fixed {}", way(&names, it))),
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[track_caller]
    fn check_plan(text: &str, changed: &str, invalidated: &str, refused: &[&str]) {
        let (modules, names) = graph(text);
        let changed: Vec<usize> = changed
            .split_whitespace()
            .filter_map(|name| names.iter().position(|it| it == name))
            .collect();
        let plan: BoundaryPlan = boundary_plan(&modules, &changed);
        assert_eq!(way(&names, &plan.invalidated), invalidated);
        let words = |Refused { changed, why }: &Refused| {
            let name = &names[*changed];
            match why {
                Why::Declined(by) => format!("{name} declined by {}", names[*by]),
                Why::NotReloadable(Reloadability::Exposed(it)) => {
                    format!("{name} exposed {}", way(&names, it))
                }
                Why::NotReloadable(Reloadability::Fixed(it)) => {
                    format!("{name} fixed {}", way(&names, it))
                }
                Why::NotReloadable(Reloadability::Reloadable) => format!("{name} ?"),
            }
        };
        let found: Vec<String> = plan.refused.iter().map(words).collect();
        assert_eq!(found, refused);
    }

    #[test]
    fn below_a_boundary_everything_is_reloadable() {
        check("*main main~app [app] app>view view>text", &["exposed main"]);
    }

    #[test]
    fn a_way_without_a_boundary_makes_it_not_reloadable() {
        check(
            "*main main~app [app] app>text main>config config>text",
            &[
                "exposed main",
                "exposed main config text",
                "exposed main config",
            ],
        );
    }

    #[test]
    fn import_calls_without_a_mark_are_ways() {
        check(
            "*main main~app app>view",
            &["exposed main", "exposed main app", "exposed main app view"],
        );
    }

    #[test]
    fn a_boundary_that_is_imported_statically_is_fixed_with_all_below_it() {
        check(
            "*main main>app main~app [app] app>view",
            &["exposed main", "fixed main app", "fixed main app view"],
        );
        check(
            "*main main~app [app] app>inner [inner] inner>leaf",
            &["exposed main", "fixed app inner", "fixed app inner leaf"],
        );
    }

    #[test]
    fn below_a_fixed_boundary_another_one_saves() {
        check(
            "*main main>app [app] app~page [page] page>text",
            &["exposed main", "fixed main app"],
        );
    }

    #[test]
    fn a_root_that_is_a_boundary_stays_a_root() {
        check("*main [main] main~app [app] app~main", &["exposed main"]);
    }

    #[test]
    fn cycles_end() {
        check(
            "*main main~a [a] a>b b>c c>b c>a",
            &["exposed main", "fixed c a", "fixed c a b", "fixed c a b c"],
        );
        check("*main main~a [a] a>b b>c c>b", &["exposed main"]);
        check(
            "*main main>b b>c c>b",
            &["exposed main", "exposed main b", "exposed main b c"],
        );
    }

    #[test]
    fn the_first_reason_is_the_one_that_is_given() {
        // Below a boundary that is imported statically, and a root.
        check(
            "*main main>app [app] app>text *text",
            &["exposed main", "fixed main app", "fixed main app text"],
        );
        // Two ways of the same length.
        check(
            "*main main>left main>right left>text right>text",
            &[
                "exposed main",
                "exposed main left",
                "exposed main right",
                "exposed main left text",
            ],
        );
    }

    #[test]
    fn what_no_root_leads_to_is_reloadable() {
        check("*main lost>leaf", &["exposed main"]);
    }

    #[test]
    fn a_boundary_that_imports_itself_is_not_fixed_by_that() {
        check("*main main~app [app] app>app", &["exposed main"]);
    }

    #[test]
    fn a_change_invalidates_what_is_above_it() {
        let text = "*main main~app [app] app>view app>other view>text";
        check_plan(text, "text", "text view app", &[]);
        check_plan(text, "app", "app", &[]);
        check_plan(text, "text other", "text view app other", &[]);
        let cycle = "*main main~app [app] app>view view>text text>view";
        check_plan(cycle, "text", "text view app", &[]);
    }

    #[test]
    fn through_boundaries() {
        check_plan(
            "*main main~app [app] app~page [page] page>text",
            "text",
            "text page app",
            &[],
        );
    }

    #[test]
    fn a_refused_change_does_not_hold_back_another_one() {
        check_plan(
            "*main main>config main~app [app] app>view",
            "config view",
            "view app",
            &["config exposed main config"],
        );
    }

    #[test]
    fn who_declined_refuses_what_would_invalidate_it() {
        let text = "*main main~app [app] app>view app>text !view view>leaf";
        check_plan(text, "leaf", "", &["leaf declined by view"]);
        check_plan(text, "text", "text app", &[]);
    }

    #[test]
    fn the_reason_names_the_static_import() {
        check_plan(
            "*main main>app [app] app>view",
            "view",
            "",
            &["view fixed main app view"],
        );
    }
}
