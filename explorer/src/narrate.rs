//! A replay as a reviewer wants to read it.

use crate::escape::{Told, Visible};
use crate::escaped;
use crate::remedy::Remedy;
use crate::replay::{Replay, Trap};
use crate::sheet::{Entry, Equation, Sheet};
use crate::trace::Trace;
use crate::words::{describe, ranges, sentence, shorten};
use model::{Evaluation, Exact, Fault};

/// The whole story: what breaks, the steps, the sheets, the verdict.
pub fn story(replay: &Replay) -> Told {
    let mut text = head(replay);
    for step in 1..=replay.trace.len() {
        text += self::step(&replay.trace, step);
    }
    text + verdict(replay)
}

/// The same, and how to see it again; `path` is a word of a command.
pub fn narrate(replay: &Replay, path: &Visible) -> Told {
    story(replay) + escaped!("\nreproduce: cargo run --release -- replay {path}\n", path)
}

fn head(replay: &Replay) -> Told {
    let (world, property) = (&replay.trace.world, replay.property);
    let profile = &world.profile;
    let (name, sentence) = (property.name, property.sentence);
    let mut text: Told = escaped!("{} breaks {name}: {sentence}\n", world.subject, name, sentence);
    text += escaped!("  why it matters  {}\n", property.why);
    text += escaped!("  under           {profile}: {}\n", profile.sentence, profile = profile);
    text += escaped!("  bounds          {}\n", world.bounds);
    text += escaped!("\n   0  at the start\n");
    text + sheet(&Sheet::of(&replay.trace, 0))
}

fn step(trace: &Trace, step: usize) -> Told {
    let mark = if step == trace.len() { '!' } else { ' ' };
    let mut text: Told =
        escaped!("\n{mark}{}  {}\n", format!("{step:>3}"), told(trace, step), mark);
    if let Some(evaluation) = &trace.step(step).evaluation {
        text += outcome(evaluation);
        text += lua(trace, step, evaluation);
    }
    let sheet = Sheet::of(trace, step);
    let changes = changes(&sheet);
    if changes.is_empty() {
        text += escaped!("        no balance changes\n");
    }
    text.extend(changes.iter().map(|change| escaped!("        {change}\n", change)));
    text + self::sheet(&sheet)
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

fn outcome(evaluation: &Evaluation) -> Told {
    let at = evaluation.at;
    let mut text = match &evaluation.outcome {
        Ok(label) => escaped!("        {at}: {label}\n", at, label),
        Err(error) => escaped!("        {at} throws: {error}\n", at, error),
    };
    for sent in &evaluation.sent {
        text += escaped!("        {at} sends {}: {}\n", sent.target, describe(sent), at);
    }
    text
}

/// Where Lua ran: which handlers, which lines of the file, and where an error was thrown.
fn lua(trace: &Trace, step: usize, evaluation: &Evaluation) -> Told {
    let (Some(ran), Some(program)) = (trace.lua(step), trace.program()) else {
        return Told::new();
    };
    let mut text = Told::new();
    for (file, lines) in program.by_file(&ran.lines) {
        text += escaped!("        {file} lines {}\n", ranges(&lines), file);
    }
    if evaluation.outcome.is_err() && !ran.stack.is_empty() {
        let stack = ran.stack.iter().map(|line| program.shown(*line));
        let stack = Told::list(stack, ", called from line ");
        text += escaped!("        thrown in line {stack}\n", stack);
    }
    for line in ran.printed.iter().take(PRINTED) {
        text += escaped!("        prints: {line}\n", line);
    }
    text
}

/// Lines of output that are shown of one evaluation.
const PRINTED: usize = 5;

/// What a step changed, account by account.
fn changes(sheet: &Sheet) -> Vec<String> {
    let change = |prefix: &str, entry: &Entry| {
        let (before, change) = (entry.before.as_ref()?, entry.change.as_ref()?);
        if is_beyond_reading(&entry.amount) && !is_beyond_reading(change) {
            return Some(format!("{prefix}{} plenty ({change})", entry.name));
        }
        Some(format!("{prefix}{} {before} -> {} ({change})", entry.name, entry.amount))
    };
    let usda = sheet.usda.iter().filter_map(|entry| change("USDA ", entry));
    let tim3 = sheet.tim3.iter().filter_map(|entry| change("TIM3 ", entry));
    let totals = sheet.totals.iter().filter_map(|entry| change("", entry));
    usda.chain(tim3).chain(totals).collect()
}

/// Whether nobody reads this amount digit by digit. The page says "plenty" of the same ones.
fn is_beyond_reading(amount: &str) -> bool {
    const READ: usize = 12;
    amount.len() > READ && amount.trim_start_matches(['+', '-']).chars().all(|c| c.is_ascii_digit())
}

/// What USDA holds for TIM3 against what TIM3 owes, and what is in flight.
fn sheet(sheet: &Sheet) -> Told {
    let equation = &sheet.equation;
    let mut text: Told = escaped!(
        "        | held {} = balances {} + burns unpaid {} + deposits unminted {}?  {}{}\n",
        equation.held,
        equation.balances,
        equation.unpaid,
        equation.unminted,
        equation.verdict,
        below_zero(equation)
    );
    text += escaped!(
        "        | {}, balances {}\n",
        listed(&sheet.totals, ""),
        listed(&sheet.tim3, "none")
    );
    let flying = sheet.in_flight.iter().map(|m| format!("{} to {}", m.says, m.to));
    let flying = Told::list(flying, "; ");
    if !flying.is_empty() {
        text += escaped!("        | in flight: {flying}\n", flying);
    }
    text
}

/// What does not count.
fn below_zero(equation: &Equation) -> Told {
    let told = |sum: &String| escaped!(" (balances below zero are not counted: {sum} in all)", sum);
    equation.below_zero.as_ref().map(told).unwrap_or_default()
}

fn listed(entries: &[Entry], none: &'static str) -> Told {
    let each = entries.iter().map(|e| format!("{} {}", e.name, e.amount));
    if entries.is_empty() { Told::ours(none) } else { Told::list(each, ", ") }
}

fn verdict(replay: &Replay) -> Told {
    let trace = &replay.trace;
    let faults = trace.last().spent.faults;
    let mut text: Told =
        escaped!("\nBROKEN after step {}: {}\n", trace.len(), replay.breach.conjunct);
    for (name, value) in &replay.breach.values {
        text += escaped!("        {name} = {}\n", shorten(value), name);
    }
    if let Some(trap) = &replay.trap {
        text.extend(
            closed(trap, trace.len()).iter().map(|line| escaped!("        {line}\n", line)),
        );
    }
    text += escaped!("faults needed: {faults}\n", faults);
    text += explain(faults);
    let diverges = (0..=trace.len()).find(|step| trace.surplus(*step) != Exact::ZERO);
    text += if let Some(step) = diverges {
        escaped!("the books first diverge at step {step}\n", step)
    } else {
        escaped!("TIM3's books always agree with what USDA holds for it\n")
    };
    text + listing("who gained, and who lost", toll(replay))
        + listing("what would have prevented it, with the same steps", Remedy::of(replay).told())
}

/// Who gained and who lost, or that nobody did.
fn toll(replay: &Replay) -> Vec<String> {
    let toll = crate::toll::of(&replay.trace, replay.trace.len());
    if toll.is_empty() {
        vec!["nobody so far: everybody has what is theirs".to_owned()]
    } else {
        toll
    }
}

fn listing(title: &'static str, lines: Vec<String>) -> Told {
    let lines = lines.into_iter().map(|line| escaped!("        {line}\n", line));
    Told::ours(title) + escaped!("\n") + lines.sum()
}

/// How the last way out was closed, in two lines.
fn closed(trap: &Trap, last: usize) -> [String; 2] {
    let way: Vec<_> = trap.way_before.iter().map(ToString::to_string).collect();
    let before = if way.is_empty() {
        format!("before step {last} it was true")
    } else {
        format!("before step {last} there was a way out: {}", way.join("; "))
    };
    [
        format!(
            "and no continuation makes it true: {} states tried, without further faults and with everybody helping",
            trap.states
        ),
        format!("{before}; step {last} closed it"),
    ]
}

/// Who can cause these faults.
fn explain(faults: model::Faults) -> Told {
    let used = Fault::ALL.into_iter().filter(|kind| faults.of(*kind) > 0);
    let line = |kind: Fault| escaped!("        {kind}: caused by {}\n", kind.caused_by(), kind);
    used.map(line).sum()
}
