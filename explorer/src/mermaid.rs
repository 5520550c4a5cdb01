//! The lanes as a Mermaid sequence diagram: text that code hosts draw in comments and documents.
//!
//! The syntax is that of <https://mermaid.js.org/syntax/sequenceDiagram.html>, and no more of
//! it than versions 10 and 11 share. Mermaid knows only the order of messages, so that each
//! stands where it arrives, and says when it was sent.

use crate::document::{Document, Ending, StepInfo};
use crate::escape::{Escaped, Format, Visible};
use crate::escaped;
use crate::lanes::{Arrow, Lanes, Party, Role, Shape};
use model::Fault;
use std::borrow::Cow;
use std::fmt::Write;

/// The syntax of a label.
#[derive(Clone, Copy, Debug)]
pub struct Mermaid;

/// A part of a diagram.
type Drawn = Escaped<Mermaid>;

/// Messages beyond which nobody reads a diagram.
pub const MOST: usize = 60;

/// Behind a step that breaks a promise: seen on light and on dark paper.
const BAND: &str = "rect rgba(220, 60, 60, 0.2)";

/// The diagram of a run with its lanes. Of more than `most` messages the quiet ones are left
/// out, and a note says how many: first the notices, then the others, from the front.
pub fn diagram(document: &Document, lanes: &Lanes, most: usize) -> Drawn {
    let shown = shown(lanes, most, document.steps.len());
    let all = over(&lanes.parties);
    let mut text: Drawn = escaped!("sequenceDiagram\n    title {}\n", document.title());
    text.extend(lanes.parties.iter().map(participant));
    let left_out = lanes.arrows.len() - shown.len();
    if left_out > 0 {
        let of = lanes.arrows.len();
        let why = "notices first, then the earliest";
        text += note(&all, vec![format!("left out, {why} = {left_out} of {of} messages")]);
    }
    for step in &document.steps {
        let of_step = shown.iter().filter(|arrow| arrow.arrives == step.step);
        let messages = of_step.map(|arrow| message(arrow, &lanes.parties)).sum();
        text += in_band(messages, &all, remarks(document, step), breaks(document, step));
    }
    let flying = shown.iter().filter(|arrow| arrow.arrives > document.steps.len());
    text.extend(flying.map(|arrow| message(arrow, &lanes.parties)));
    text
}

/// The messages that are not left out.
fn shown(lanes: &Lanes, most: usize, last: usize) -> Vec<&Arrow> {
    let mut loudest: Vec<_> = lanes.arrows.iter().enumerate().collect();
    loudest.sort_by_key(|(place, arrow)| {
        let is_late = arrow.arrives >= last;
        std::cmp::Reverse((is_late, arrow.shape != Shape::Notice, *place))
    });
    loudest.truncate(most);
    loudest.sort_by_key(|(place, _)| *place);
    loudest.into_iter().map(|(_, arrow)| arrow).collect()
}

fn participant(party: &Party) -> Drawn {
    let kind = if party.role == Role::Process { "participant" } else { "actor" };
    let (name, role) = (named(&party.name), party.role.word());
    escaped!("    {kind} {name} as {name}<br/>{role}\n", kind, name, role)
}

/// The name of a party, which has no escapes in Mermaid: the model chooses plain words.
fn named(party: &str) -> Drawn {
    let is_plain = |c: &char| c.is_ascii_alphanumeric();
    Drawn::of(&party.chars().filter(is_plain).collect::<String>())
}

/// From the first lane to the last.
fn over(parties: &[Party]) -> Drawn {
    let ends = [parties.first(), parties.last()].into_iter().flatten();
    Drawn::joined(ends.map(|party| named(&party.name)), ",")
}

fn message(arrow: &Arrow, parties: &[Party]) -> Drawn {
    let step =
        if arrow.shape == Shape::Flying { String::new() } else { format!("{} ", arrow.arrives) };
    let manner = match arrow.shape {
        Shape::Again(copy) => format!("({}) ", Fault::from(copy).name()),
        _ => String::new(),
    };
    let mut label = format!("{step}{}{manner}{}", arrow.shape.word(), arrow.label);
    if arrow.sent < arrow.arrives {
        let _ = write!(label, ", sent in step {}", arrow.sent);
    }
    let (from, to) = (named(&parties[arrow.from].name), named(&parties[arrow.to].name));
    escaped!("    {from}{}{to}: {label}\n", Drawn::ours(line(arrow.shape)), from, to, label)
}

/// A line for each shape. Those without a head need none: a trick starts in the lane of the
/// stranger, and none but TIM3 is assigned what is for others.
fn line(shape: Shape) -> &'static str {
    match shape {
        Shape::Plain | Shape::Owner => "->>",
        Shape::Notice => "-->>",
        Shape::Again(_) => "-)",
        Shape::Flying => "--)",
        Shape::Lost => "-x",
        Shape::Assigned => "-->",
        Shape::Trick => "->",
    }
}

fn breaks(document: &Document, step: &StepInfo) -> bool {
    !step.breaks.is_empty() || ending(document, step).is_some()
}

/// The result of a counterexample, at its last step.
fn ending<'a>(document: &'a Document, step: &StepInfo) -> Option<&'a Ending> {
    document.ending.as_ref().filter(|_| step.step == document.steps.len())
}

/// What is to be said at a step, line by line.
fn remarks(document: &Document, step: &StepInfo) -> Vec<String> {
    let mut lines = Vec::new();
    if step.is_missing() {
        lines.push(format!("{} {}", step.step, step.sentence));
    }
    if !step.breaks.is_empty() {
        lines.push(format!("BREAKS {}", step.breaks.join(", ")));
    }
    if let Some(ending) = ending(document, step) {
        lines.push(format!("BROKEN after step {}", step.step));
        lines.push(ending.conjunct.to_owned());
        lines.extend(ending.values.iter().map(|(name, value)| format!("{name} = {value}")));
        let reach = ending.trap.as_ref().map(|trap| trap.states);
        lines.extend(reach.map(|n| format!("states within reach, none of them a way out = {n}")));
        lines.push(format!("faults needed = {}", ending.faults));
    }
    lines
}

fn in_band(messages: Drawn, over: &Drawn, remarks: Vec<String>, is_broken: bool) -> Drawn {
    let remarks = if remarks.is_empty() { Drawn::new() } else { note(over, remarks) };
    let text = messages + remarks;
    if is_broken { escaped!("    {}\n{text}    end\n", Drawn::ours(BAND), text) } else { text }
}

fn note(over: &Drawn, lines: Vec<String>) -> Drawn {
    escaped!("    Note over {over}: {}\n", Drawn::list(lines, "<br/>"), over)
}

/// Every character except letters, digits and a few harmless marks becomes an entity, `#59;` for a
/// semicolon, which Mermaid writes as it was. So does a letter of the word `end`, which ends blocks.
impl Format for Mermaid {
    fn escape(text: &Visible) -> Cow<'_, str> {
        let words = text.as_str().split_inclusive(|c: char| !c.is_ascii_alphanumeric());
        words.map(escape_word).collect::<String>().into()
    }
}

/// A word with the mark behind it.
fn escape_word(text: &str) -> String {
    let word = text.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let is_end = word.eq_ignore_ascii_case("end");
    text.chars().enumerate().map(|(place, c)| escaped(c, is_end && place == 0)).collect()
}

fn escaped(c: char, always: bool) -> String {
    let is_harmless = c.is_ascii_alphanumeric() || " -_.,()/=+~".contains(c);
    if is_harmless && !always { c.to_string() } else { format!("#{};", u32::from(c)) }
}
