//! New handlers with one small mistake in them.

use super::edit::Edit;
use super::operators::{self, Operator};
use super::source::Source;
use aos::joined::Parts;
use aos::stop;
use std::collections::BTreeSet;
use std::ops::Range;

/// Handlers with one small mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The kind of mistake.
    pub operator: &'static str,
    pub sentence: &'static str,
    /// The module that it is in; nothing where that is the contract's own file.
    pub file: Option<String>,
    /// The line, counted from 1.
    pub line: usize,
    /// What stood there.
    pub before: String,
    /// What stands there now.
    pub after: String,
    edit: Edit,
}

impl Mutant {
    /// The whole file, made of the one without the mistake.
    pub fn source(&self, text: &str) -> String {
        self.edit.applied(text)
    }
}

/// What can be made of a file.
#[derive(Clone, Debug, Default)]
pub struct Mutants {
    /// In the order of the operators and then of the lines; each text once.
    pub all: Vec<Mutant>,
    /// How many more places there are: a text may be made at several of them.
    pub left: usize,
    /// Whether the search for places was given up, so that there may be others.
    pub is_cut: bool,
}

/// No more of a file are tried: four times as many as the largest contract that we know has.
pub const MOST: usize = 1000;

/// What can be made of a file, at most so many. To find it can be given up: [`aos::stop`].
///
/// # Errors
/// As [`Source::parse`].
pub fn mutants(file: &str, text: &str, most: usize) -> Result<Mutants, String> {
    let source = Source::parse(file, text)?;
    let parts = Parts::of(text);
    let mut known = BTreeSet::from([blake3::hash(text.as_bytes()).into()]);
    let mut found = Mutants::default();
    // Many places can make one text, and each has to be looked at for that.
    let mut looks = most.saturating_mul(4);
    for operator in operators::ALL {
        found.is_cut |= stop::is_due();
        if found.is_cut {
            break;
        }
        let mut edits = (operator.edits)(&source);
        if !parts.all().is_empty() {
            // What calls a module is nobody's.
            edits.retain(|edit| !edit.lines(text).any(|line| parts.is_between(line)));
        }
        edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        for edit in edits {
            found.is_cut |= stop::is_due();
            if found.is_cut || found.all.len() >= most || looks == 0 {
                found.left += 1;
                continue;
            }
            looks -= 1;
            if known.insert(fingerprint(text, &edit)) {
                found.all.push(mutant(operator, (text, &parts), edit));
            }
        }
    }
    Ok(found)
}

/// Of the file after an edit, which is not made for this.
fn fingerprint(text: &str, edit: &Edit) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&text.as_bytes()[..edit.range.start]);
    for piece in edit.pieces(text) {
        hasher.update(piece.as_bytes());
    }
    hasher.update(&text.as_bytes()[edit.range.end..]);
    hasher.finalize().into()
}

fn mutant(operator: Operator, (text, parts): (&str, &Parts), edit: Edit) -> Mutant {
    let (head, tail) = around(text, &edit.range);
    let line = *edit.lines(text).start();
    let (file, line) = parts.at(line).map_or((None, line), |(file, own)| (Some(file), own));
    let now: String = edit.pieces(text).collect();
    Mutant {
        operator: operator.name,
        sentence: operator.sentence,
        file: file.filter(|file| !parts.is_main(file)).map(str::to_owned),
        line: line as usize,
        before: in_a_line(&[&head, &shown(&text[edit.range.clone()]), &tail]),
        after: in_a_line(&[&head, &shown(&now), &tail]),
        edit,
    }
}

/// No more is shown of a line before and after an edit, and no more twice of what it changes,
/// bytes: a line can be as long as a file.
const SHOWN: usize = 2000;

/// What is shown around an edit: the whole of the lines that it touches.
fn around(text: &str, edit: &Range<usize>) -> (String, String) {
    let (head, tail) = (&text[..edit.start], &text[edit.end..]);
    let head = &head[head.rfind('\n').map_or(0, |end| end + 1)..];
    let tail = &tail[..tail.find('\n').unwrap_or(tail.len())];
    let head = match head.len().checked_sub(SHOWN) {
        Some(cut @ 1..) => format!("... {}", &head[letter(head, cut)..]),
        _ => head.to_owned(),
    };
    let tail = match tail.len() {
        ..=SHOWN => tail.to_owned(),
        _ => format!("{} ...", &tail[..letter(tail, SHOWN)]),
    };
    (head, tail)
}

/// The two ends of a text, and all of one that is not long.
fn shown(text: &str) -> String {
    if text.len() <= 2 * SHOWN {
        return text.to_owned();
    }
    let (first, last) = (letter(text, SHOWN), letter(text, text.len() - SHOWN));
    format!("{} ... {}", &text[..first], &text[last..])
}

/// Where the first letter begins that does not begin before this.
fn letter(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// Spaces and ends of lines are one space each.
fn in_a_line(texts: &[&str]) -> String {
    texts.concat().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::mutation::source::LARGEST;
    use std::time::{Duration, Instant};

    fn all(text: &str) -> Vec<Mutant> {
        mutants("file.lua", text, usize::MAX).expect("it is Lua").all
    }

    #[test]
    fn a_mutant_shows_the_lines_that_change() {
        let text = "-- sum\nSum = Sum +\n  1\nlocal x\n";
        let all = all(text);
        let turned = all.iter().find(|one| one.operator == "sign-turned").expect("there is a +");
        assert_eq!(
            (turned.line, &*turned.before, &*turned.after),
            (2, "Sum = Sum +", "Sum = Sum -")
        );
        assert_eq!(turned.source(text), "-- sum\nSum = Sum -\n  1\nlocal x\n");
        let removed = all.iter().find(|one| one.operator == "change-removed").expect("a change");
        assert_eq!((&*removed.before, &*removed.after), ("Sum = Sum + 1", ""));
    }

    #[test]
    fn no_text_is_made_twice_nor_left_as_it_was() {
        let text = model::contract::HARDENED_LUA;
        let all = all(text);
        let texts: BTreeSet<_> = all.iter().map(|mutant| mutant.source(text)).collect();
        assert_eq!(texts.len(), all.len());
        assert!(!texts.contains(text));
        assert!(all.len() * 4 < MOST, "{}", all.len());
        for operator in operators::ALL {
            let count = all.iter().filter(|mutant| mutant.operator == operator.name).count();
            assert!(count > 0, "{} finds nothing in hardened.lua", operator.name);
        }
    }

    /// A text of the largest size, of many of these between a head and a tail.
    fn large(head: &str, many: &str, tail: &str) -> String {
        let count = (LARGEST - head.len() - tail.len()) / many.len();
        [head, &many.repeat(count), tail].concat()
    }

    /// Nested as deep as Lua lets it be, and that many times.
    fn nested(begin: &str, middle: &str, end: &str) -> String {
        const DEEPEST: usize = 180;
        large("", &[&begin.repeat(DEEPEST), middle, &end.repeat(DEEPEST), "\n"].concat(), "")
    }

    /// Whatever a file is long or deep in, the time for it grows as its size does.
    #[test]
    fn large_files_are_taken_apart_in_no_time() {
        let hostile = [
            large("x = a", ".a", ""),
            large("f", "()", ""),
            large("x = a", "[1]", ""),
            large("x = 1", "+1", ""),
            large("x = a", " or a", ""),
            large("", "A=1 ", "Send({})"),
            large("if A then return end ", "A=1 ", ""),
            large("", "local k = f(a) t[k] = 1 ", ""),
            large("return ", "a,", "a"),
            nested("local function f() ", "return a", " end "),
            nested("do ", "A = 1", " end "),
            nested("f(", "a", ")"),
        ];
        let work = move || {
            for text in hostile {
                let (begun, named) = (Instant::now(), &text[..text.len().min(40)]);
                assert!(mutants("file.lua", &text, 20).is_ok(), "{named}");
                let took = begun.elapsed();
                assert!(took < Duration::from_secs(5), "{took:?} {named}");
            }
        };
        let thread = std::thread::Builder::new().stack_size(512 << 20).spawn(work);
        thread.expect("it begins").join().expect("none takes long");
    }

    #[test]
    fn what_is_more_than_enough_is_counted() {
        let text = large("x = 1", "+1", "");
        let work = move || mutants("file.lua", &text, 30).expect("it is Lua");
        let thread = std::thread::Builder::new().stack_size(512 << 20).spawn(work);
        let found = thread.expect("it begins").join().expect("it is found");
        assert_eq!((found.all.len(), found.is_cut), (30, false));
        assert!(found.left > LARGEST / 2 - 50, "{}", found.left);
        let shown = found.all.iter().map(|one| one.before.len() + one.after.len());
        assert!(shown.max().expect("there are some") < 8 * SHOWN);
        let long = found.all.iter().find(|one| one.operator == "constant-changed");
        assert!(long.is_some_and(|one| one.before != one.after), "{long:?}");
    }

    #[test]
    fn the_search_for_places_is_given_up_when_it_is_due() {
        let text = model::contract::HARDENED_LUA;
        let found = stop::when(|| true, || mutants("file.lua", text, MOST)).expect("it is Lua");
        assert!(found.is_cut && found.all.is_empty(), "{found:?}");
    }
}
