use super::*;

/// Steps: `(microseconds, what)`. `C`, `P`, `G` and a name: touched; `H` name until: held;
/// Expected: the sets with the time at which they leave, when somebody asks at every deadline.
#[derive(Clone, Copy)]
enum Step {
    C(&'static str),
    P(&'static str),
    G(&'static str),
    /// Until this time.
    H(&'static str, u64),
    /// Events are known to be unread.
    Unread,
    /// What has left was looked at until now.
    Looked,
}
use Step::{C, G, H, Looked, P, Unread};

#[track_caller]
fn check_with(timing: Timing, steps: &[(u64, Step)], expected: &[(u64, &[&str])]) {
    let start = Instant::now();
    let at = |micros: u64| start + Duration::from_micros(micros);
    let mut settle = Settle::new(timing);
    let mut left: Vec<(u64, Vec<String>)> = Vec::new();
    let mut leave_until = |settle: &mut Settle, until: Option<Instant>| {
        while let Some(deadline) = settle.deadline() {
            if until.is_some_and(|until| deadline >= until) {
                break;
            }
            let early = deadline.checked_sub(Duration::from_nanos(1)).unwrap();
            assert_eq!(
                settle.due(early),
                None,
                "nothing is due before the deadline"
            );
            let paths = settle
                .due(deadline)
                .expect("something is due at the deadline");
            let micros = u64::try_from((deadline - start).as_micros()).unwrap();
            left.push((
                micros,
                paths.iter().map(|p| p.display().to_string()).collect(),
            ));
        }
    };
    for (micros, step) in steps {
        leave_until(&mut settle, Some(at(*micros)));
        match *step {
            C(path) => settle.touch(path.into(), Touch::Complete, at(*micros)),
            P(path) => settle.touch(path.into(), Touch::Partial, at(*micros)),
            G(path) => settle.touch(path.into(), Touch::Gone, at(*micros)),
            H(path, until) => settle.hold(path.into(), at(until)),
            Unread => settle.note_unread(at(*micros)),
            Looked => settle.looked_until(at(*micros)),
        }
    }
    leave_until(&mut settle, None);
    let expected: Vec<(u64, Vec<String>)> = expected
        .iter()
        .map(|(micros, paths)| (*micros, paths.iter().map(|p| (*p).to_owned()).collect()))
        .collect();
    assert_eq!(left, expected);
    assert_eq!(settle.deadline(), None);
}

#[track_caller]
fn check(steps: &[(u64, Step)], expected: &[(u64, &[&str])]) {
    check_with(steady(), steps, expected);
}

/// The timing of the cases below: what is learnt about company makes no difference.
fn steady() -> Timing {
    let gather = Duration::from_micros(250);
    Timing {
        gather,
        gather_alone: gather,
        ..Timing::default()
    }
}

#[test]
fn company_is_expected_until_a_save_has_come_alone() {
    let sets: [(u64, &[&str]); 3] = [(800, &["a"]), (100_000, &["b"]), (200_000, &["a"])];
    let steps = [(0, C("a")), (100_000, C("b")), (200_000, C("a"))];
    check_with(Timing::default(), &steps, &sets);
}

#[test]
fn company_is_expected_again_once_it_was_seen() {
    // The first pair comes apart, since nobody could know; the next one is waited for.
    let steps = [
        (0, C("a")),
        (300_000, C("a")),
        (301_000, C("b")),
        (400_000, C("a")),
        (400_500, C("b")),
    ];
    let sets: [(u64, &[&str]); 4] = [
        (800, &["a"]),
        (300_000, &["a"]),
        (303_000, &["b"]),
        (402_500, &["a", "b"]),
    ];
    check_with(Timing::default(), &steps, &sets);
}

#[test]
fn who_came_as_company_and_who_left_with_company_is_waited_with() {
    // Too late for the burst of the one before, and soon enough to show that there is one.
    let near = [(0, C("a")), (100_000, C("a")), (104_000, C("b"))];
    let sets: [(u64, &[&str]); 3] = [(800, &["a"]), (100_000, &["a"]), (104_800, &["b"])];
    check_with(Timing::default(), &near, &sets);
    // After several that left together nothing has come alone.
    let steps = [(0, C("a")), (500, C("b")), (100_000, C("a"))];
    let sets: [(u64, &[&str]); 2] = [(2_500, &["a", "b"]), (100_800, &["a"])];
    check_with(Timing::default(), &steps, &sets);
}

#[test]
fn what_comes_while_a_save_is_looked_at_is_company() {
    let alone = [(0, C("a")), (100_000, C("a"))];
    let looked = [
        (120_000, Looked),
        (121_000, C("b")),
        (122_500, C("c")),
        (300_000, C("a")),
    ];
    let sets: [(u64, &[&str]); 4] = [
        (800, &["a"]),
        (100_000, &["a"]),
        (124_500, &["b", "c"]),
        (300_800, &["a"]),
    ];
    check_with(Timing::default(), &[&alone[..], &looked].concat(), &sets);
    // The same file once more has nothing to wait for.
    let again = [(120_000, Looked), (121_000, C("a"))];
    let sets: [(u64, &[&str]); 3] = [(800, &["a"]), (100_000, &["a"]), (121_000, &["a"])];
    check_with(Timing::default(), &[&alone[..], &again].concat(), &sets);
}

#[test]
fn what_is_complete_waits_for_unread_events() {
    let timing = Timing::default();
    // One more look a millisecond later, and none when all is read.
    check_with(
        timing.clone(),
        &[(0, C("a")), (800, Unread)],
        &[(1_800, &["a"])],
    );
    // What was unread is a burst with it, however late it is read.
    let steps = [(0, C("a")), (800, Unread), (1_800, Unread), (2_500, C("b"))];
    check_with(timing.clone(), &steps, &[(4_500, &["a", "b"])]);
    // A burst that takes long to read is not cut in two.
    let steps: Vec<(u64, Step)> = (0..100)
        .map(|at| (at * 1_000, if at == 50 { Unread } else { C("a") }))
        .chain([(100_000, C("b"))])
        .collect();
    let burst = [(0, C("b")), (100, C("c"))];
    check_with(
        timing,
        &[&burst[..], &steps[1..]].concat(),
        &[(102_000, &["b", "c", "a"])],
    );
}

#[test]
fn unread_events_are_not_waited_for_for_ever() {
    let steps: Vec<(u64, Step)> = std::iter::once((0, C("a")))
        .chain((1..=1400).map(|at| (at * 800, Unread)))
        .collect();
    check_with(Timing::default(), &steps, &[(1_000_000, &["a"])]);
}

#[test]
fn what_was_unread_before_is_of_no_concern() {
    let steps = [(0, Unread), (100, C("a"))];
    check_with(Timing::default(), &steps, &[(900, &["a"])]);
}

#[test]
fn nothing_pending_is_never_due() {
    let mut settle = Settle::new(Timing::default());
    assert_eq!(
        (settle.deadline(), settle.due(Instant::now())),
        (None, None)
    );
}

#[test]
fn a_single_complete_file_waits_for_company_only() {
    check(&[(0, C("a"))], &[(250, &["a"])]);
    // Twice within that time (moved, then the rename again as a pair): not later.
    check(&[(0, C("a")), (200, C("a"))], &[(250, &["a"])]);
    // The same file again right afterwards is no burst.
    check(
        &[(0, C("a")), (300, C("a"))],
        &[(250, &["a"]), (550, &["a"])],
    );
}

#[test]
fn an_in_place_save_is_due_when_it_is_closed() {
    check(
        &[(0, P("a")), (50, P("a")), (100, C("a"))],
        &[(350, &["a"])],
    );
}

#[test]
fn two_files_saved_together_come_as_one_set_oldest_first() {
    check(&[(0, C("b")), (200, C("a"))], &[(2200, &["b", "a"])]);
    check(
        &[(0, P("b")), (100, C("b")), (150, P("a")), (200, C("a"))],
        &[(2200, &["b", "a"])],
    );
}

#[test]
fn a_burst_waits_until_it_is_quiet() {
    let steps = [(0, C("a")), (200, C("b")), (2000, C("c")), (3900, C("a"))];
    check(&steps, &[(5900, &["a", "b", "c"])]);
}

#[test]
fn a_crowd_is_given_more_time() {
    let names: Vec<String> = (0..20).map(|i| format!("f{i:02}")).collect();
    let mut settle = Settle::new(steady());
    let start = Instant::now();
    for name in &names {
        settle.touch(name.into(), Touch::Complete, start);
    }
    assert_eq!(settle.deadline(), Some(start + steady().crowd_quiet));
}

#[test]
fn a_burst_is_capped() {
    let names = ["a", "b"];
    let steps: Vec<_> = (0..70)
        .map(|i| (i * 1000, C(names[i as usize % 2])))
        .collect();
    // `a` leaves alone; the rest belongs to its burst: 60 ms, then what came after.
    let first: (u64, &[&str]) = (250, &["a"]);
    check(
        &steps,
        &[first, (61_000, &["b", "a"]), (71_000, &["a", "b"])],
    );
}

#[test]
fn what_follows_a_set_closely_belongs_to_its_burst() {
    let steps = [(0, C("a")), (1000, C("b")), (2500, C("c")), (4400, C("d"))];
    check(&steps, &[(250, &["a"]), (6400, &["b", "c", "d"])]);
    // Later, it is on its own.
    check(
        &[(0, C("a")), (2100, C("b"))],
        &[(250, &["a"]), (2350, &["b"])],
    );
}

#[test]
fn an_unclosed_file_waits_for_quiet() {
    check(&[(0, P("a"))], &[(20_000, &["a"])]);
    check(&[(0, P("a")), (15_000, P("a"))], &[(35_000, &["a"])]);
    // Opened again after it was complete.
    check(&[(0, C("a")), (100, P("a"))], &[(20_100, &["a"])]);
}

#[test]
fn what_left_unclosed_is_read_again_until_it_is_closed_or_taken() {
    let start = Instant::now();
    let later = start + Duration::from_secs(1);
    let path = Path::new("a");
    let mut settle = Settle::new(steady());
    let read = |settle: &mut Settle, touch| {
        settle.touch(path.into(), touch, start);
        settle.due(later).expect("due");
        settle.look_again(path, later)
    };
    let again = Some(later + steady().partial_again);
    assert_eq!(read(&mut settle, Touch::Partial), again);
    assert_eq!(read(&mut settle, Touch::Complete), None);
    assert_eq!(read(&mut settle, Touch::Partial), again);
    settle.is_taken(path);
    assert_eq!(settle.look_again(path, later), None);
    assert_eq!(read(&mut settle, Touch::Unsure), None);
}

#[test]
fn complete_files_wait_for_a_young_unclosed_one() {
    // Closed while young: one set.
    check(
        &[(0, C("a")), (100, P("b")), (4000, C("b"))],
        &[(6000, &["a", "b"])],
    );
    // Not closed: not longer than its youth.
    check(
        &[(0, C("a")), (100, P("b"))],
        &[(5100, &["a"]), (20_100, &["b"])],
    );
    // Begun before.
    check(
        &[(0, P("b")), (4000, C("a"))],
        &[(5000, &["a"]), (20_000, &["b"])],
    );
    // No longer young: not waited for, and no burst.
    check(
        &[(0, P("b")), (6000, C("a"))],
        &[(6250, &["a"]), (20_000, &["b"])],
    );
}

#[test]
fn a_stream_of_young_files_cannot_hold_complete_ones_for_ever() {
    let mut steps = vec![(0, C("a"))];
    let names: Vec<&'static str> = (0..40)
        .map(|i| &*Box::leak(format!("p{i}").into_boxed_str()))
        .collect();
    for (i, name) in names.iter().enumerate() {
        steps.push((100 + i as u64 * 2000, P(name)));
    }
    let start = Instant::now();
    let mut settle = Settle::new(Timing::default());
    for (micros, step) in steps {
        let now = start + Duration::from_micros(micros);
        match step {
            C(path) => settle.touch(path.into(), Touch::Complete, now),
            P(path) => settle.touch(path.into(), Touch::Partial, now),
            _ => {}
        }
    }
    assert!(settle.deadline().unwrap() <= start + Duration::from_millis(60));
}

#[test]
fn a_gone_name_may_come_back() {
    check(&[(0, G("a"))], &[(80_000, &["a"])]);
    check(&[(0, G("a")), (100, G("a"))], &[(80_000, &["a"])]);
    check(&[(0, G("a")), (50_000, C("a"))], &[(50_250, &["a"])]);
    check(&[(0, G("a")), (50_000, P("a"))], &[(70_000, &["a"])]);
    check(&[(0, C("a")), (100, G("a"))], &[(80_100, &["a"])]);
    check(&[(0, P("a")), (100, G("a"))], &[(80_100, &["a"])]);
}

#[test]
fn what_ripens_together_leaves_together() {
    // Where no close event exists (macOS, Windows), a burst is a row of unclosed files.
    check(
        &[(0, P("a")), (1000, P("b")), (2500, P("c"))],
        &[(22_500, &["a", "b", "c"])],
    );
    check(&[(0, G("a")), (1500, G("b"))], &[(81_500, &["a", "b"])]);
    check(
        &[(0, P("a")), (2100, P("b"))],
        &[(20_000, &["a"]), (22_100, &["b"])],
    );
}

#[test]
fn a_held_path_waits_for_its_time_unless_touched() {
    check(&[(0, H("a", 50_000))], &[(50_000, &["a"])]);
    check(
        &[(0, H("a", 50_000)), (10, H("a", 9000))],
        &[(9000, &["a"])],
    );
    check(&[(0, H("a", 50_000)), (1000, C("a"))], &[(1250, &["a"])]);
    check(&[(0, C("a")), (100, H("a", 50_000))], &[(250, &["a"])]);
    // It is no touch: a single complete file beside it is still single.
    check(
        &[(0, H("b", 50_000)), (10, C("a"))],
        &[(260, &["a"]), (50_000, &["b"])],
    );
}

#[test]
fn asked_late_it_gives_all_that_is_ripe() {
    let start = Instant::now();
    let mut settle = Settle::new(Timing::default());
    settle.touch("b".into(), Touch::Partial, start);
    settle.touch(
        "a".into(),
        Touch::Complete,
        start + Duration::from_millis(10),
    );
    settle.touch("c".into(), Touch::Gone, start + Duration::from_millis(30));
    let due = settle.due(start + Duration::from_millis(40));
    assert_eq!(due, Some(vec!["b".into(), "a".into()]));
    assert_eq!(settle.deadline(), Some(start + Duration::from_millis(110)));
}

#[test]
fn who_is_alone() {
    let now = Instant::now();
    let timing = Timing::default();
    let until = now + timing.gather;
    let after = |touches: &[(&str, Touch)]| {
        let mut settle = Settle::new(Timing::default());
        for (path, touch) in touches {
            settle.touch(path.into(), *touch, now);
        }
        settle
            .alone()
            .map(|(path, until)| (path.to_path_buf(), until))
    };
    let whole = ("a", Touch::Complete);
    assert_eq!(after(&[whole]), Some(("a".into(), until)));
    assert_eq!(after(&[]), None);
    assert_eq!(after(&[("a", Touch::Partial)]), None);
    assert_eq!(after(&[whole, ("b", Touch::Complete)]), None);
    assert_eq!(after(&[whole, ("b", Touch::Partial)]), None);
}
