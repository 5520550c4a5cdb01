//! What a property is.

use crate::comes_to_rest;
use crate::witness::Witness;
use model::exact::Exact;
use model::{Objection, Situation, Wrong};
use std::fmt;

/// A promise of the swap.
#[derive(Clone, Copy)]
pub struct Property {
    /// Its name in flags, files and reports.
    pub name: &'static str,
    /// Its name in tables: three letters.
    pub code: &'static str,
    /// The promise, as a sentence.
    pub sentence: &'static str,
    /// What happens when it is broken, as a sentence.
    pub broken: &'static str,
    /// What it costs whom when it is broken.
    pub why: &'static str,
    pub judge: Judge,
    /// What must have been seen in a run for "holds" to mean anything.
    pub needs: &'static [Witness],
}

/// A pure judgement of one state.
pub type Predicate = fn(&Situation<'_>) -> Result<(), Breach>;

/// A pure function of one state to an amount that can be lost in it, base units.
pub type Measure = fn(&Situation<'_>) -> Exact;

/// How a property is judged.
#[derive(Clone, Copy)]
pub enum Judge {
    /// In every reachable state.
    Always(Predicate),
    /// From every reachable state, some continuation without further faults leads to a
    /// state that satisfies this. Needs no assumption of fairness.
    WayOut(Predicate),
    /// No promise: every amount above zero is a finding of its own.
    Amount(Measure),
}

impl Property {
    /// Judges one state: for a way-out property, whether it is already out.
    ///
    /// # Errors
    /// The false condition, with its values.
    pub fn judge(&self, situation: &Situation<'_>) -> Result<(), Breach> {
        if self.is_beyond(situation) {
            return Ok(());
        }
        match self.judge {
            Judge::Always(predicate) | Judge::WayOut(predicate) => predicate(situation),
            Judge::Amount(measure) => none_of(measure(situation)),
        }
    }

    /// Whether nothing is judged there any more: a process that never comes to rest is not
    /// evaluated to an end that there is not.
    fn is_beyond(&self, situation: &Situation<'_>) -> bool {
        let never_rests = |objection: &Objection| objection.kind == Wrong::NeverRests;
        situation.objection.is_some_and(never_rests) && self.name != comes_to_rest::PROPERTY.name
    }

    /// Whether it is no promise but an amount, whose largest value is looked for.
    pub fn is_measure(&self) -> bool {
        matches!(self.judge, Judge::Amount(_))
    }

    /// The amount in this state, base units; nothing for a promise.
    pub fn amount(&self, situation: &Situation<'_>) -> Option<Exact> {
        let Judge::Amount(measure) = self.judge else { return None };
        Some(if self.is_beyond(situation) { Exact::default() } else { measure(situation) })
    }

    /// Whether it asks for a way out rather than for every state.
    pub fn is_way_out(&self) -> bool {
        matches!(self.judge, Judge::WayOut(_))
    }
}

impl fmt::Debug for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// The value that says what is wrong with handlers.
const WHAT: &str = "what";

/// The value that says how much.
const AMOUNT: &str = "amount";

fn none_of(amount: Exact) -> Result<(), Breach> {
    if amount.is_positive() {
        return Err(Breach::of("amount == 0").with(AMOUNT, amount));
    }
    Ok(())
}

/// A condition that is false, with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The condition, as a formula over the values.
    pub conjunct: &'static str,
    /// The values, in the order in which the formula names them.
    pub values: Vec<(&'static str, String)>,
}

impl Breach {
    pub fn of(conjunct: &'static str) -> Self {
        Self { conjunct, values: Vec::new() }
    }

    /// The condition is false if something of these kinds is wrong with the handlers.
    ///
    /// # Errors
    /// The breach.
    pub(crate) fn if_objected(
        situation: &Situation<'_>,
        kinds: &[Wrong],
        conjunct: &'static str,
    ) -> Result<(), Self> {
        match situation.objection.filter(|objection| kinds.contains(&objection.kind)) {
            Some(objection) => {
                let breach = Self::of(conjunct).with(WHAT, &objection.text);
                let detail = objection.detail.as_ref();
                Err(detail.map_or(breach.clone(), |detail| breach.with("in detail", detail)))
            }
            None => Ok(()),
        }
    }

    /// The key by which findings are grouped: the false condition, plus the amount or the objection
    /// if there is one.
    pub fn kind(&self) -> String {
        let tells = |(name, _): &&(&str, String)| [WHAT, AMOUNT].contains(name);
        let what = self.values.iter().find(tells).map(|(_, text)| text);
        format!("{} {}", self.conjunct, what.map_or("", String::as_str))
    }

    /// With this value in it.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }
}

impl fmt::Display for Breach {
    /// `held >= circulating + owed is false: held 0, circulating 10, owed 0`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is false", self.conjunct)?;
        for (place, (name, value)) in self.values.iter().enumerate() {
            write!(f, "{} {name} = {value}", if place == 0 { ":" } else { "," })?;
        }
        Ok(())
    }
}
