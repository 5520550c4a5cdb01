//! Two runs of the same steps: where they differ first.

use crate::sheet::{Entry, Sheet};
use crate::trace::Trace;
use model::bint::Quantity;
use model::{Books, TIM3};
use serde::Serialize;

/// How two runs differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Parting {
    /// The first step at which they differ.
    pub parted: Option<usize>,
    /// The first step after which the books or what USDA holds for TIM3 differ.
    pub money: Option<usize>,
    /// How they differ at each step, from the start on; nothing where they do not.
    pub steps: Vec<Vec<String>>,
}

impl Parting {
    /// Compares two runs as far as both go; they are called after their contracts.
    pub fn of(one: &Trace, other: &Trace) -> Self {
        Self::called([one, other].map(|trace| trace.world.subject.name()), one, other)
    }

    /// Compares two runs that are called like this.
    pub fn called(names: [&str; 2], one: &Trace, other: &Trace) -> Self {
        let both = one.len().min(other.len());
        let steps: Vec<_> = (0..=both).map(|step| differences(names, one, other, step)).collect();
        let parted = steps.iter().position(|step| !step.is_empty());
        let money = (0..=both).find(|step| money(one, *step) != money(other, *step));
        Self { parted, money, steps }
    }
}

/// How a run goes otherwise in `other`: the first step after which the books are not the same,
/// or else that differs at all, and its result there.
pub fn otherwise(own: &Trace, other: &Trace) -> Option<(usize, String)> {
    let differs: [&dyn Fn(&usize) -> bool; 3] = [
        &|step| money(own, *step) != money(other, *step),
        &|step| did(own, *step) != did(other, *step),
        &|step| sent(own, *step) != sent(other, *step),
    ];
    let steps = 1..=own.len().min(other.len());
    let step = differs.into_iter().find_map(|differs| steps.clone().find(differs))?;
    Some((step, outcome(own, other, step)))
}

/// What a step does in `other`, and not in `own`.
fn outcome(own: &Trace, other: &Trace, step: usize) -> String {
    let [here, there] = [own, other].map(|trace| did(trace, step));
    if other.step(step).action.is_none() {
        return "is not possible there".to_owned();
    }
    if here != there {
        return format!("ends in `{there}` instead of `{here}`");
    }
    let [a, b] = [own, other].map(|trace| Sheet::of(trace, step));
    let amounts = [amounts("TIM3 ", &b.tim3, &a.tim3), amounts("", &b.totals, &a.totals)].concat();
    let left = amounts.into_iter().map(|(name, there, here)| format!("{name} {there}, not {here}"));
    match left.collect::<Vec<_>>().join("; ") {
        left if left.is_empty() => format!("has {} sent", sent(other, step)),
        left => format!("leaves {left}"),
    }
}

/// What TIM3 has in its books, and the USDA that it really holds.
fn money(trace: &Trace, step: usize) -> (Books, Quantity) {
    (trace.books(step).into_owned(), trace.state(step).usda.balance(TIM3))
}

fn differences(names: [&str; 2], one: &Trace, other: &Trace, step: usize) -> Vec<String> {
    let mut found = Vec::new();
    if step > 0 {
        let did = [one, other].map(|trace| did(trace, step));
        if did[0] != did[1] {
            found.push(format!("{}: {}; {}: {}", names[0], did[0], names[1], did[1]));
        }
        let sent = [one, other].map(|trace| sent(trace, step));
        if sent[0] != sent[1] {
            found.push(format!("{} sends {}; {} sends {}", names[0], sent[0], names[1], sent[1]));
        }
    }
    let sheets = [one, other].map(|trace| Sheet::of(trace, step));
    let [a, b] = &sheets;
    let amounts = [
        amounts("USDA ", &a.usda, &b.usda),
        amounts("TIM3 ", &a.tim3, &b.tim3),
        amounts("", &a.totals, &b.totals),
    ];
    let differs = |(name, a, b)| format!("{name}: {a} against {b}");
    found.extend(amounts.concat().into_iter().map(differs));
    found
}

/// What the process did in a step.
fn did(trace: &Trace, step: usize) -> String {
    let step = trace.step(step);
    match (&step.action, &step.evaluation) {
        (None, _) => "not possible".to_owned(),
        (_, None) => "nothing is evaluated".to_owned(),
        (_, Some(evaluation)) => match &evaluation.outcome {
            Ok(label) => label.to_string(),
            Err(error) => format!("throws: {error}"),
        },
    }
}

fn sent(trace: &Trace, step: usize) -> String {
    let evaluation = trace.step(step).evaluation.as_ref();
    let sent = evaluation.into_iter().flat_map(|evaluation| &evaluation.sent);
    let each: Vec<_> =
        sent.map(|m| format!("{} to {}", crate::words::describe(m), m.target)).collect();
    if each.is_empty() { "nothing".to_owned() } else { each.join(", ") }
}

/// The amounts that differ: of what, and what they are in each.
fn amounts(at: &str, one: &[Entry], other: &[Entry]) -> Vec<(String, String, String)> {
    let names = one.iter().chain(other).map(|entry| &entry.name);
    let names: std::collections::BTreeSet<_> = names.collect();
    let of = |entries: &[Entry], name: &str| {
        let found = entries.iter().find(|entry| entry.name == name);
        found.map_or_else(|| "0".to_owned(), |entry| entry.amount.clone())
    };
    let both = |name: &String| (format!("{at}{name}"), of(one, name), of(other, name));
    names.into_iter().map(both).filter(|(_, a, b)| a != b).collect()
}
