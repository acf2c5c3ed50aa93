//! Of a file that waits for company only.

use super::*;

#[test]
fn alone_is_a_complete_file_that_nothing_else_is_pending_with() {
    let now = Instant::now();
    let later = now + Duration::from_millis(100);
    let alone = |touches: &[(&str, Touch, Instant)]| {
        let mut settle = Settle::new(Timing::default());
        for (path, touch, at) in touches {
            settle.touch(path.into(), *touch, *at);
        }
        let found = settle.alone().map(|(path, at)| (path.to_owned(), at));
        found.map(|(path, at)| (path.display().to_string(), at))
    };
    let at = later + Timing::default().gather;
    let complete = ("a", Touch::Complete, later);
    assert_eq!(alone(&[complete]), Some(("a".to_owned(), at)));
    assert_eq!(alone(&[("a", Touch::Partial, now)]), None);
    assert_eq!(alone(&[complete, ("b", Touch::Complete, later)]), None);
    // What was written long before is not of a burst, and is pending all the same.
    assert_eq!(alone(&[("b", Touch::Partial, now), complete]), None);
    assert_eq!(alone(&[("b", Touch::Gone, now), complete]), None);
    // The second half of a burst.
    let mut settle = Settle::new(Timing::default());
    settle.touch("a".into(), Touch::Complete, now);
    let left = settle.deadline().unwrap();
    assert!(settle.due(left).is_some());
    settle.touch("b".into(), Touch::Complete, left);
    assert_eq!(settle.alone(), None);
}
