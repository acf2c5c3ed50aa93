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
    // However often it imports it.
    for imports in [&[1][..], &[1, 1]] {
        check(
            &[accepting(imports, &[1]), changed(&[])],
            &[Evaluate(vec![1]), tell.clone()],
        );
    }
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

#[test]
fn an_entry_that_accepts_itself_in_a_cycle() {
    // 0 imports 1, which imports 0.
    let modules = |entry: HotModule, below: HotModule| [root(entry), below];
    check(
        &modules(itself(changed(&[1])), module(&[0])),
        &[Evaluate(vec![1, 0])],
    );
    check(
        &modules(itself(module(&[1])), changed(&[0])),
        &[Evaluate(vec![1, 0])],
    );
    refused(
        &modules(changed(&[1]), itself(module(&[0]))),
        Unaccepted(vec![0]),
    );
    // Both are imported from outside: it is evaluated without the other one.
    check(
        &[root(itself(changed(&[1]))), root(module(&[0]))],
        &[Evaluate(vec![0])],
    );
}

#[test]
fn what_a_cycle_as_a_whole_would_be_refused_for() {
    // The entry point, 0, accepts 1, which imports it; 1 and 2 import each other.
    let entry = || root(accepting(&[1], &[1]));
    check(
        &[entry(), changed(&[0, 2]), module(&[1])],
        &[
            Evaluate(vec![2, 1]),
            Accept {
                importer: 0,
                modules: vec![1],
            },
        ],
    );
    // 2 accepts 1 as well: it stays, and is told.
    check(
        &[entry(), changed(&[0, 2]), accepting(&[1], &[1])],
        &[
            Evaluate(vec![1]),
            Accept {
                importer: 2,
                modules: vec![1],
            },
            Accept {
                importer: 0,
                modules: vec![1],
            },
        ],
    );
    // Who accepts itself is nobody else's concern; what it then hands on is.
    check(
        &[root(module(&[1])), module(&[2]), itself(changed(&[1]))],
        &[Evaluate(vec![2])],
    );
    let handed_on = HotModule {
        cause: Invalidated,
        ..itself(module(&[1]))
    };
    refused(
        &[root(module(&[1])), module(&[2]), handed_on],
        Unaccepted(vec![0, 1, 2]),
    );
    // The entry point imports 2 as well: that is the way.
    refused(
        &[
            root(accepting(&[1, 2], &[1])),
            changed(&[0, 2]),
            module(&[1]),
        ],
        Unaccepted(vec![0, 2, 1]),
    );
}

#[test]
fn an_invalidated_member_of_a_cycle_is_its_importers_business_too() {
    let over = |imports: &[usize]| HotModule {
        cause: Invalidated,
        ..module(imports)
    };
    // 1 and 2 import each other; 1 accepts itself.
    check(
        &[root(module(&[1])), itself(module(&[2])), over(&[1])],
        &[Evaluate(vec![1])],
    );
    // Also where the one that can't go on comes first.
    let told = Accept {
        importer: 0,
        modules: vec![1],
    };
    check(
        &[
            root(accepting(&[2, 1], &[1])),
            over(&[2]),
            itself(module(&[1])),
        ],
        &[Evaluate(vec![2]), told],
    );
    // One that imports itself is not asked to take care of itself.
    let told = Accept {
        importer: 0,
        modules: vec![1],
    };
    let own = HotModule {
        accepts: vec![1],
        ..over(&[1])
    };
    check(&[accepting(&[1], &[1]), own], &[told]);
    refused(&[module(&[1]), over(&[1])], Unaccepted(vec![0, 1]));
}

#[test]
fn the_way_of_a_refusal_is_by_what_nobody_accepts_and_ends_at_a_change() {
    // 0 accepts 1, not 2.
    let modules = [
        accepting(&[1, 2], &[1]),
        module(&[3]),
        module(&[3]),
        changed(&[]),
    ];
    refused(&modules, Unaccepted(vec![0, 2, 3]));
    refused(&[changed(&[1]), changed(&[])], Unaccepted(vec![0]));
}
