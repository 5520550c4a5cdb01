//! The lanes as a Mermaid sequence diagram: text that code hosts draw in comments and documents.
//!
//! The syntax is that of <https://mermaid.js.org/syntax/sequenceDiagram.html>, and no more of
//! it than versions 10 and 11 share. Mermaid knows only the order of messages, so that each
//! stands where it arrives, and says when it was sent.

use crate::document::{Document, Ending, StepInfo};
use crate::lanes::{Arrow, Lanes, Party, Role, Shape};
use model::Fault;
use std::fmt::Write;

/// Messages beyond which nobody reads a diagram.
pub const MOST: usize = 60;

/// Behind a step that breaks a promise: seen on light and on dark paper.
const BAND: &str = "rect rgba(220, 60, 60, 0.2)";

/// The diagram of a run with its lanes. Of more than `most` messages the quiet ones are left
/// out, and a note says how many: first the notices, then the others, from the front.
pub fn diagram(document: &Document, lanes: &Lanes, most: usize) -> String {
    let shown = shown(lanes, most, document.steps.len());
    let all = over(&lanes.parties);
    let mut text = format!("sequenceDiagram\n    title {}\n", escape(&document.title()));
    text.extend(lanes.parties.iter().map(participant));
    let left_out = lanes.arrows.len() - shown.len();
    if left_out > 0 {
        let of = lanes.arrows.len();
        let why = "notices first, then the earliest";
        text += &note(&all, &[format!("left out, {why} = {left_out} of {of} messages")]);
    }
    for step in &document.steps {
        let of_step = shown.iter().filter(|arrow| arrow.arrives == step.step);
        let messages: String = of_step.map(|arrow| message(arrow, &lanes.parties)).collect();
        text += &in_band(messages, &all, &remarks(document, step), breaks(document, step));
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

/// The names of parties are plain words that the model chooses: they are never escaped.
fn participant(party: &Party) -> String {
    let kind = if party.role == Role::Process { "participant" } else { "actor" };
    format!("    {kind} {0} as {0}<br/>{1}\n", party.name, party.role.word())
}

/// From the first lane to the last.
fn over(parties: &[Party]) -> String {
    let ends = [parties.first(), parties.last()].into_iter().flatten();
    ends.map(|party| party.name.as_str()).collect::<Vec<_>>().join(",")
}

fn message(arrow: &Arrow, parties: &[Party]) -> String {
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
    let (from, to) = (&parties[arrow.from].name, &parties[arrow.to].name);
    format!("    {from}{}{to}: {}\n", line(arrow.shape), escape(&label))
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

/// What a counterexample comes to, at its last step.
fn ending<'a>(document: &'a Document, step: &StepInfo) -> Option<&'a Ending> {
    document.ending.as_ref().filter(|_| step.step == document.steps.len())
}

/// What is to be said at a step, line by line, escaped.
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
    lines.iter().map(|line| escape(line)).collect()
}

fn in_band(messages: String, over: &str, remarks: &[String], is_broken: bool) -> String {
    let remarks = if remarks.is_empty() { String::new() } else { note(over, remarks) };
    let text = messages + &remarks;
    if is_broken { format!("    {BAND}\n{text}    end\n") } else { text }
}

fn note(over: &str, lines: &[String]) -> String {
    format!("    Note over {over}: {}\n", lines.join("<br/>"))
}

/// Text as it may stand in a label: all but letters, digits and a few harmless marks become
/// entities, `#59;` for a semicolon, which Mermaid writes as they were. So does a letter of the
/// word `end`, which ends blocks. What has no place in a line becomes a space.
pub fn escape(text: &str) -> String {
    text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()).map(escape_word).collect()
}

/// A word with the mark behind it.
fn escape_word(text: &str) -> String {
    let word = text.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let is_end = word.eq_ignore_ascii_case("end");
    text.chars().enumerate().map(|(place, c)| escaped(c, is_end && place == 0)).collect()
}

fn escaped(c: char, always: bool) -> String {
    let is_harmless = c.is_ascii_alphanumeric() || " -_.,()/=+~".contains(c);
    if c.is_control() || c.is_whitespace() {
        " ".to_owned()
    } else if is_harmless && !always {
        c.to_string()
    } else {
        format!("#{};", u32::from(c))
    }
}
