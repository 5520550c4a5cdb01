//! New handlers with one small mistake in them.

use super::edit::Edit;
use super::operators::{self, Operator};
use super::source::Source;
use std::collections::BTreeSet;

/// Handlers with one small mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The kind of mistake.
    pub operator: &'static str,
    /// What the mistake is.
    pub sentence: &'static str,
    /// The line, counted from 1.
    pub line: usize,
    /// What stood there.
    pub before: String,
    /// What stands there now.
    pub after: String,
    /// The whole file.
    pub source: String,
}

/// All that can be made of a file, in the order of the operators and then of the lines; each
/// text once.
///
/// # Errors
/// As [`Source::parse`].
pub fn mutants(file: &str, text: &str) -> Result<Vec<Mutant>, String> {
    let source = Source::parse(file, text)?;
    let mut known = BTreeSet::from([text.to_owned()]);
    let mut all = Vec::new();
    for operator in operators::ALL {
        let mut edits = (operator.edits)(&source);
        edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        let mutants = edits.iter().map(|edit| mutant(operator, text, edit));
        all.extend(mutants.filter(|mutant| known.insert(mutant.source.clone())));
    }
    Ok(all)
}

fn mutant(operator: Operator, text: &str, edit: &Edit) -> Mutant {
    let shown = shown(text, edit);
    let after = Edit::new(edit.range.start - shown.start..edit.range.end - shown.start, &*edit.to);
    let before = &text[shown];
    Mutant {
        operator: operator.name,
        sentence: operator.sentence,
        line: edit.line(text),
        before: in_a_line(before),
        after: in_a_line(&after.applied(before)),
        source: edit.applied(text),
    }
}

/// What is shown of an edit: the whole of the lines that it touches.
fn shown(text: &str, edit: &Edit) -> std::ops::Range<usize> {
    let start = text[..edit.range.start].rfind('\n').map_or(0, |end| end + 1);
    let end = text[edit.range.end..].find('\n').map_or(text.len(), |end| edit.range.end + end);
    start..end
}

/// Spaces and ends of lines are one space each.
fn in_a_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mutant_shows_the_lines_that_change() {
        let all = mutants("file.lua", "-- sum\nSum = Sum +\n  1\nlocal x\n").expect("it is Lua");
        let turned = all.iter().find(|one| one.operator == "sign-turned").expect("there is a +");
        assert_eq!(
            (turned.line, &*turned.before, &*turned.after),
            (2, "Sum = Sum +", "Sum = Sum -")
        );
        assert_eq!(turned.source, "-- sum\nSum = Sum -\n  1\nlocal x\n");
        let removed = all.iter().find(|one| one.operator == "change-removed").expect("a change");
        assert_eq!((&*removed.before, &*removed.after), ("Sum = Sum + 1", ""));
    }

    #[test]
    fn no_text_is_made_twice_nor_left_as_it_was() {
        let text = model::contract::HARDENED_LUA;
        let all = mutants("hardened.lua", text).expect("it is Lua");
        let texts: BTreeSet<_> = all.iter().map(|mutant| &*mutant.source).collect();
        assert_eq!(texts.len(), all.len());
        assert!(!texts.contains(text));
        for operator in operators::ALL {
            let count = all.iter().filter(|mutant| mutant.operator == operator.name).count();
            assert!(count > 0, "{} finds nothing in hardened.lua", operator.name);
        }
    }
}
