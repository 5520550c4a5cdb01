//! A replay as a reviewer wants to read it.

use crate::remedy::Remedy;
use crate::replay::{Replay, Trap};
use crate::sheet::{Entry, Equation, Sheet};
use crate::trace::Trace;
use crate::words::{describe, ranges, sentence, shorten};
use model::{Evaluation, Exact, Fault};
use std::fmt::Write;

/// The whole story: what breaks, the steps, the sheets, the verdict.
pub fn narrate(replay: &Replay, path: &str) -> String {
    let mut text = head(replay);
    for step in 1..=replay.trace.len() {
        text += &self::step(&replay.trace, step);
    }
    text += &verdict(replay);
    let _ = writeln!(text, "\nreproduce: cargo run --release -- replay {path}");
    text
}

fn head(replay: &Replay) -> String {
    let (world, property) = (&replay.trace.world, replay.property);
    let mut text = String::new();
    let _ = writeln!(text, "{} breaks {}: {}", world.subject, property.name, property.sentence);
    let _ = writeln!(text, "  why it matters  {}", property.why);
    let _ = writeln!(text, "  under           {}: {}", world.profile, world.profile.sentence);
    let _ = writeln!(text, "  bounds          {}", world.bounds);
    let _ = writeln!(text, "\n   0  at the start");
    text + &sheet(&Sheet::of(&replay.trace, 0))
}

fn step(trace: &Trace, step: usize) -> String {
    let mark = if step == trace.len() { '!' } else { ' ' };
    let mut text = format!("\n{mark}{step:>3}  {}\n", told(trace, step));
    if let Some(evaluation) = &trace.step(step).evaluation {
        text += &outcome(evaluation);
        text += &lua(trace, step, evaluation);
    }
    let sheet = Sheet::of(trace, step);
    let changes = changes(&sheet);
    for change in &changes {
        let _ = writeln!(text, "        {change}");
    }
    if changes.is_empty() {
        text += "        no balance changes\n";
    }
    text + &self::sheet(&sheet)
}

/// What happens in a step (counted from 1), in a sentence.
pub fn told(trace: &Trace, step: usize) -> String {
    let taken = trace.step(step);
    let before = trace.state(step - 1);
    taken.action.as_ref().map_or_else(
        || format!("NOT POSSIBLE HERE  {}", taken.name),
        |action| sentence(before, action, taken.evaluation.as_deref()),
    )
}

fn outcome(evaluation: &Evaluation) -> String {
    let mut text = match &evaluation.outcome {
        Ok(label) => format!("        {}: {label}\n", evaluation.at),
        Err(error) => format!("        {} throws: {error}\n", evaluation.at),
    };
    for sent in &evaluation.sent {
        let _ =
            writeln!(text, "        {} sends {}: {}", evaluation.at, sent.target, describe(sent));
    }
    text
}

/// Where Lua ran: which handlers, which lines of the file, and where an error was thrown.
fn lua(trace: &Trace, step: usize, evaluation: &Evaluation) -> String {
    let Some(ran) = trace.lua(step) else { return String::new() };
    let file = trace.program().map_or("", |program| &program.file);
    let mut text = String::new();
    if !ran.lines.is_empty() {
        let _ = writeln!(text, "        {file} lines {}", ranges(&ran.lines));
    }
    if evaluation.outcome.is_err() && !ran.stack.is_empty() {
        let stack: Vec<_> = ran.stack.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "        thrown in line {}", stack.join(", called from line "));
    }
    for line in ran.printed.iter().take(PRINTED) {
        let _ = writeln!(text, "        prints: {line}");
    }
    text
}

/// Lines of output that are shown of one evaluation.
const PRINTED: usize = 5;

/// What a step changed, account by account.
fn changes(sheet: &Sheet) -> Vec<String> {
    let change = |prefix: &str, entry: &Entry| {
        let (before, change) = (entry.before.as_ref()?, entry.change.as_ref()?);
        Some(format!("{prefix}{} {before} -> {} ({change})", entry.name, entry.amount))
    };
    let usda = sheet.usda.iter().filter_map(|entry| change("USDA ", entry));
    let tim3 = sheet.tim3.iter().filter_map(|entry| change("TIM3 ", entry));
    let totals = sheet.totals.iter().filter_map(|entry| change("", entry));
    usda.chain(tim3).chain(totals).collect()
}

/// What USDA holds for TIM3 against what TIM3 owes, and what is in flight.
fn sheet(sheet: &Sheet) -> String {
    let equation = &sheet.equation;
    let mut text = format!(
        "        | held {} = balances {} + burns unpaid {} + deposits unminted {}?  {}{}\n",
        equation.held,
        equation.balances,
        equation.unpaid,
        equation.unminted,
        equation.verdict,
        below_zero(equation)
    );
    let _ = writeln!(
        text,
        "        | {}, balances {}",
        listed(&sheet.totals, ""),
        listed(&sheet.tim3, "none")
    );
    let flying = sheet.in_flight.iter().map(|m| format!("{} to {}", m.says, m.to));
    let flying: Vec<_> = flying.collect();
    if !flying.is_empty() {
        let _ = writeln!(text, "        | in flight: {}", flying.join("; "));
    }
    text
}

/// What does not count.
fn below_zero(equation: &Equation) -> String {
    let told = |sum: &String| format!(" (balances below zero, {sum} in all, back nobody)");
    equation.below_zero.as_ref().map(told).unwrap_or_default()
}

fn listed(entries: &[Entry], none: &str) -> String {
    let each: Vec<_> = entries.iter().map(|e| format!("{} {}", e.name, e.amount)).collect();
    if each.is_empty() { none.to_owned() } else { each.join(", ") }
}

fn verdict(replay: &Replay) -> String {
    let trace = &replay.trace;
    let faults = trace.last().spent.faults;
    let mut text = format!("\nBROKEN after step {}: {}\n", trace.len(), replay.breach.conjunct);
    for (name, value) in &replay.breach.values {
        let _ = writeln!(text, "        {name} = {}", shorten(value));
    }
    if let Some(trap) = &replay.trap {
        text += &closed(trap, trace.len());
    }
    let _ = write!(text, "faults needed: {faults}\n{}", explain(faults));
    let diverges = (0..=trace.len()).find(|step| trace.surplus(*step) != Exact::ZERO);
    let _ = match diverges {
        Some(step) => writeln!(text, "the books first diverge at step {step}"),
        None => writeln!(text, "TIM3's books never diverge from what USDA holds for it"),
    };
    text + &listing("who gained, and who lost", toll(replay))
        + &listing("what would have saved it, on this same schedule", Remedy::of(replay).told())
}

/// Who is better or worse off, or that nobody is.
fn toll(replay: &Replay) -> Vec<String> {
    let toll = crate::toll::of(&replay.trace, replay.trace.len());
    if toll.is_empty() { vec!["nobody so far: all have what is theirs".to_owned()] } else { toll }
}

fn listing(title: &str, lines: Vec<String>) -> String {
    lines.into_iter().fold(format!("{title}\n"), |text, line| text + "        " + &line + "\n")
}

/// How the last way out was closed.
pub fn closed(trap: &Trap, last: usize) -> String {
    let way: Vec<_> = trap.way_before.iter().map(ToString::to_string).collect();
    let before = if way.is_empty() {
        format!("before step {last} it was true")
    } else {
        format!("before step {last} there still was a way: {}", way.join("; "))
    };
    format!(
        "        and no way leads out: this is true in none of the states that can be reached with no further fault and everybody helping ({} in all)\n        {before}; step {last} closed it\n",
        trap.states
    )
}

/// Who can bring these faults about.
fn explain(faults: model::Faults) -> String {
    let used = Fault::ALL.into_iter().filter(|kind| faults.of(*kind) > 0);
    let lines = used.map(|kind| format!("        {kind}: caused by {}\n", kind.caused_by()));
    lines.collect::<Vec<_>>().concat()
}
