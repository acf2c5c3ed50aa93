//! What chokidar 3 takes for a glob, in the words of `globset`. Pure text.

/// Where the first component that is a glob starts.
pub(super) fn glob_start(pattern: &str) -> Option<usize> {
    let mut start = 0;
    for component in pattern.split('/') {
        let group = component.contains('(')
            && (component.contains('|')
                || ["@(", "?(", "+(", "*(", "!("]
                    .iter()
                    .any(|open| component.contains(open)));
        if group || component.contains(['*', '?', '[', '{', '\\']) {
            return Some(start);
        }
        start += component.len() + 1;
    }
    None
}

/// `@(a|b)` and `(a|b)` → `{a,b}`, `?(a|b)` → `{,a,b}`. The error is the group that globset has no
/// word for.
pub(super) fn expand_groups(glob: &str) -> Result<String, &'static str> {
    let mut out = String::with_capacity(glob.len());
    // For each open parenthesis: is it a group, or just a character?
    let mut open: Vec<bool> = Vec::new();
    for (at, char) in glob.char_indices() {
        match char {
            '(' => {
                let group = match out.chars().last() {
                    Some('+') => return Err("+(…)"),
                    Some('*') => return Err("*(…)"),
                    Some('!') => return Err("!(…)"),
                    Some('@') => {
                        out.pop();
                        Some("{")
                    }
                    Some('?') => {
                        out.pop();
                        Some("{,")
                    }
                    _ => alternatives_follow(&glob[at + 1..]).then_some("{"),
                };
                out.push_str(group.unwrap_or("("));
                open.push(group.is_some());
            }
            ')' => out.push(if open.pop() == Some(true) { '}' } else { ')' }),
            '|' if open.last() == Some(&true) => out.push(','),
            ',' if open.last() == Some(&true) => out.push_str("\\,"),
            other => out.push(other),
        }
    }
    Ok(out)
}

fn alternatives_follow(after_open: &str) -> bool {
    let inside = after_open.split(')').next().unwrap_or_default();
    inside.contains('|')
}
