//! A file that may be in the middle of a save, where its reader can't come again later.

use super::{Content, Reading};
use std::{
    thread,
    time::{Duration, Instant},
};

/// So long the program's thread waits for a save that is under way.
const PATIENCE: Duration = Duration::from_millis(50);
const PAUSE: Duration = Duration::from_millis(2);

/// What a file holds, if it is `planned`; else what it holds twice in a row, which nobody is writing any more, unless it is
/// empty.
pub(super) fn whole<S>(
    planned: Content,
    first: (S, Option<Reading>),
    look: impl Fn() -> (S, Option<Reading>),
) -> (S, Option<Reading>) {
    let began = Instant::now();
    let content = |(_, reading): &(S, Option<Reading>)| reading.map(|reading| reading.content);
    let mut last = first;
    while content(&last) != Some(planned) && began.elapsed() < PATIENCE {
        thread::sleep(PAUSE);
        let next = look();
        let is_whole = content(&last).is_some_and(|it| !it.is_empty());
        if is_whole && content(&next) == content(&last) {
            return next;
        }
        last = next;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn waits_for(texts: &[&'static str]) -> &'static str {
        let place = Cell::new(0);
        let look = || {
            let text = texts[place.get().min(texts.len() - 1)];
            place.set(place.get() + 1);
            let content = Content::of_bytes(text.as_bytes());
            let at = Instant::now();
            (text, Some(Reading { content, at }))
        };
        whole(Content::of_bytes(b"planned"), look(), look).0
    }

    #[test]
    fn a_save_that_is_under_way_is_waited_for() {
        assert_eq!(waits_for(&["planned", "other"]), "planned");
        assert_eq!(waits_for(&["", "", "pla", "planned", "other"]), "planned");
        assert_eq!(
            waits_for(&["", "", "ha", "half", "newer", "newer"]),
            "newer"
        );
        assert_eq!(waits_for(&[""]), "", "but not for ever");
    }
}
