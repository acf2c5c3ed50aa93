//! Strongly connected components: import cycles.

/// Components in the order of evaluation: dependencies first, members as a depth-first walk leaves
/// them (Tarjan's algorithm, as ECMA-262 16.2.1.6.1.3.1 has it). Iterative: a chain of imports may
/// be longer than the thread's stack is deep.
pub(super) fn components<'g>(
    count: usize,
    imports: impl Fn(usize) -> &'g [usize],
) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let mut index = vec![UNSEEN; count];
    let mut lowest = vec![0; count];
    let mut on_stack = vec![false; count];
    let mut next_index = 0;
    let mut stack = Vec::new();
    let mut left = Vec::new();
    let mut found = Vec::new();
    for start in 0..count {
        if index[start] != UNSEEN {
            continue;
        }
        let mut open = vec![(start, 0)];
        while let Some((module, next)) = open.last_mut() {
            let module = *module;
            if *next == 0 {
                index[module] = next_index;
                lowest[module] = next_index;
                next_index += 1;
                on_stack[module] = true;
                stack.push(module);
            }
            if let Some(&import) = imports(module).get(*next) {
                *next += 1;
                if index[import] == UNSEEN {
                    open.push((import, 0));
                } else if on_stack[import] {
                    lowest[module] = lowest[module].min(index[import]);
                }
                continue;
            }
            open.pop();
            left.push(module);
            if let Some((parent, _)) = open.last() {
                lowest[*parent] = lowest[*parent].min(lowest[module]);
            }
            if lowest[module] == index[module] {
                let at = stack
                    .iter()
                    .rposition(|other| *other == module)
                    .unwrap_or(0);
                for member in stack.drain(at..) {
                    on_stack[member] = false;
                }
                // Everything left since the component was entered is of it, or of one found before.
                let members = left.split_off(first_of(&left, &index, index[module]));
                found.push(members);
            }
        }
    }
    found
}

/// Where, among the modules that were left and not yet given out, those entered since `since` begin.
fn first_of(left: &[usize], index: &[usize], since: usize) -> usize {
    left.iter()
        .rposition(|module| index[*module] < since)
        .map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(graph: &[&[usize]], want: &[&[usize]]) {
        assert_eq!(components(graph.len(), |module| graph[module]), want);
    }

    #[test]
    fn dependencies_first_and_cycles_together() {
        check(&[], &[]);
        check(&[&[1, 2], &[2], &[]], &[&[2], &[1], &[0]]);
        check(&[&[0]], &[&[0]]);
        check(&[&[1], &[2], &[1]], &[&[2, 1], &[0]]);
        check(&[&[1, 3], &[2], &[0], &[]], &[&[3], &[2, 1, 0]]);
        check(&[&[1], &[2, 0], &[3], &[2]], &[&[3, 2], &[1, 0]]);
        check(&[&[], &[0], &[1, 0]], &[&[0], &[1], &[2]]);
    }

    #[test]
    fn a_long_chain_does_not_overflow() {
        let graph: Vec<Vec<usize>> = (0..200_000)
            .map(|n| if n + 1 < 200_000 { vec![n + 1] } else { vec![] })
            .collect();
        assert_eq!(
            components(graph.len(), |module| &graph[module]).len(),
            200_000
        );
    }
}
