//! A run as data: what the page shows, and what `--json` writes.
//!
//! [`Document`] is what is shown of all steps at once, small however long the run;
//! [`Detail`] is what is shown of one.

use crate::judgement::{Choice, Judgement, Judges, MOST};
use crate::lanes::{Lanes, Party, parties};
use crate::narrate::told;
use crate::remedy::Remedy;
use crate::replay::{Replay, Trap};
use crate::sheet::{Sheet, amount};
use crate::svg::{Drawing, Mark};
use crate::trace::Trace;
use crate::way_out::Patience;
use crate::words::{describe, shorten};
use crate::world::World;
use aos::joined::{Part, Parts};
use model::deployed::Trace as LuaTrace;
use model::{Action, Bounds, Exact, Fault, Subject, Variant};
use properties::Property;
use serde::Serialize;

/// The schema of what is written: `schema/trace-1.schema.json`.
pub const SCHEMA: &str = "tim3-trace/1";

/// A run, as far as it is shown at a glance.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The version of tim3.
    pub version: &'static str,
    pub world: WorldInfo,
    /// The promises that are judged.
    pub properties: Vec<PropertyInfo>,
    /// States that are looked at for one question before it is left open.
    pub states_per_question: usize,
    /// The parties, as lanes from left to right.
    pub parties: Vec<Party>,
    /// The steps; the first is number 1.
    pub steps: Vec<StepInfo>,
    /// What is held and owed at the start and after each step.
    pub balance: Vec<Balance>,
    /// The result of a counterexample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// The Lua that ran.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

#[derive(Clone, Debug, Serialize)]
pub struct WorldInfo {
    pub subject: String,
    pub sentence: String,
    pub profile: &'static str,
    pub profile_sentence: &'static str,
    pub bounds: Bounds,
    pub bounds_sentence: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct PropertyInfo {
    pub name: &'static str,
    pub sentence: &'static str,
    /// What it costs when it is broken.
    pub why: &'static str,
}

/// A step at a glance.
#[derive(Clone, Debug, Serialize)]
pub struct StepInfo {
    /// Its number, from 1.
    pub step: usize,
    /// The action, by name.
    pub action: String,
    pub sentence: String,
    /// What kind of action it is; `missing` where it was not possible.
    pub kind: &'static str,
    /// The fault that it is, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
    /// The process that evaluated a message, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<&'static str>,
    /// What the process did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Whether it threw an error.
    pub threw: bool,
    /// The accounts that it changed.
    pub accounts: Vec<String>,
    /// The promises that were kept before it and are not after it.
    pub breaks: Vec<&'static str>,
}

/// What is held against what is owed: for the chart, rounded as far as a place in it asks, and
/// exact in words.
#[derive(Clone, Debug, Serialize)]
pub struct Balance {
    /// USDA in TIM3's account.
    pub held: f64,
    /// What TIM3 owes; nothing where that is not a number.
    pub owed: Option<f64>,
    /// `held` as it is shown.
    pub held_exactly: String,
    /// `owed` as it is shown.
    pub owed_exactly: String,
    /// Whether less is held than owed, however little.
    pub is_short: bool,
}

/// The result of a counterexample.
#[derive(Clone, Debug, Serialize)]
pub struct Ending {
    /// What happens, in a sentence: see [`headline`](crate::headline).
    pub headline: String,
    /// The promise that it breaks.
    pub property: &'static str,
    /// What is false of it.
    pub conjunct: &'static str,
    pub values: Vec<(&'static str, String)>,
    /// The faults that it takes.
    pub faults: String,
    /// Who can cause each fault.
    pub causes: Vec<(&'static str, &'static str)>,
    /// Who gained and who lost since the start.
    pub toll: Vec<String>,
    /// What would have prevented it.
    pub remedy: Remedy,
    /// How the last way out was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trap: Option<TrapInfo>,
}

/// How the last way out was closed.
#[derive(Clone, Debug, Serialize)]
pub struct TrapInfo {
    /// States that can be reached from the end, with everybody helping.
    pub states: u64,
    /// A way out that there was before the last step.
    pub way_before: Vec<String>,
}

/// The Lua that ran.
#[derive(Clone, Debug, Serialize)]
pub struct Source {
    /// The name of the file.
    pub file: String,
    pub text: String,
    /// Where each file begins, if several are joined in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<SourcePart>,
}

/// One of several files in a text.
#[derive(Clone, Debug, Serialize)]
pub struct SourcePart {
    /// The name of the file.
    pub file: String,
    /// The line of the text before its first one, counted from 1.
    pub mark: u32,
    /// How many lines it has.
    pub lines: u32,
}

impl Source {
    fn of(program: &aos::Program) -> Self {
        let parts = Parts::of(&program.source);
        let part = |part: &Part| SourcePart {
            file: part.file.clone(),
            mark: part.mark,
            lines: part.lines,
        };
        Self {
            file: program.file.clone(),
            text: program.source.clone(),
            parts: parts.all().iter().map(part).collect(),
        }
    }
}

/// All that is shown of the state after a step, and of what happened in it.
#[derive(Clone, Debug, Serialize)]
pub struct Detail {
    /// The number of the step; 0 is the start.
    pub step: usize,
    pub sheet: Sheet,
    pub judgements: Vec<Judgement>,
    /// What was sent: to whom, and what.
    pub sent: Vec<(String, String)>,
    /// What the Lua did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lua: Option<LuaTrace>,
}

/// A whole run: what `--json` writes and a page in a file holds.
#[derive(Clone, Debug, Serialize)]
pub struct Whole {
    /// What is shown at a glance.
    #[serde(flatten)]
    pub document: Document,
    /// What is shown of each step, from the start on.
    pub details: Vec<Detail>,
    /// What could happen after each step, from the start on.
    pub choices: Vec<Vec<Choice>>,
}

impl Document {
    pub fn of(trace: &Trace, judges: &Judges) -> Self {
        Self {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            world: WorldInfo::of(&trace.world),
            properties: judges.properties.iter().map(PropertyInfo::of).collect(),
            states_per_question: MOST,
            parties: parties(trace),
            steps: steps(trace, judges),
            balance: (0..=trace.len()).map(|step| Balance::of(trace, step)).collect(),
            ending: None,
            source: trace.program().map(Source::of),
        }
    }

    /// The same of a counterexample, with its result.
    #[must_use]
    pub fn ending_as(self, replay: &Replay) -> Self {
        Self { ending: Some(Ending::of(replay)), ..self }
    }

    /// What it is called: what breaks where it is a counterexample, and otherwise where it
    /// takes place.
    pub fn title(&self) -> String {
        let WorldInfo { subject, profile, .. } = &self.world;
        match &self.ending {
            Some(ending) => format!("{subject} breaks {}", ending.property),
            None => format!("{subject} under {profile}"),
        }
    }

    /// The picture of its lanes.
    pub fn drawing(&self, trace: &Trace) -> Drawing {
        let own = self.ending.as_ref().map(|ending| ending.property);
        let mark = |step: &StepInfo| Mark {
            fault: step.fault,
            breaks: own.map_or(!step.breaks.is_empty(), |own| step.breaks.contains(&own)),
            breaks_others: !step.breaks.is_empty(),
            is_missing: step.is_missing(),
        };
        Drawing::of(&Lanes::of(trace), &self.steps.iter().map(mark).collect::<Vec<_>>())
    }
}

impl StepInfo {
    /// Whether it was not possible, so that nothing happened.
    pub fn is_missing(&self) -> bool {
        self.kind == MISSING
    }
}

/// The kind of a step that was not possible.
const MISSING: &str = "missing";

impl Whole {
    pub fn of(replay: &Replay) -> Self {
        let trace = &replay.trace.clone().with_lua();
        let judges = Judges::of(&trace.world, &trace.swap);
        let all = 0..=trace.len();
        Self {
            document: Document::of(trace, &judges).ending_as(replay),
            details: all.clone().map(|step| Detail::of(trace, &judges, step)).collect(),
            choices: all.map(|step| judges.choices(trace, step)).collect(),
        }
    }
}

impl PropertyInfo {
    pub fn of(property: &Property) -> Self {
        let Property { name, sentence, why, .. } = *property;
        Self { name, sentence, why }
    }
}

/// What a contract is, in words.
pub fn subject_sentence(subject: &Subject) -> String {
    let sentence = match subject {
        Subject::Variant(Variant::Mutant(mutant)) => {
            return format!("hardened without one guard: {}", mutant.guard());
        }
        Subject::Variant(variant) => variant.sentence(),
        Subject::Lua(..) => "handlers in Lua, run as they would be deployed",
        Subject::Pair(_) => "two contracts side by side",
    };
    sentence.to_owned()
}

impl WorldInfo {
    fn of(world: &World) -> Self {
        Self {
            subject: world.subject.name().to_owned(),
            sentence: subject_sentence(&world.subject),
            profile: world.profile.name,
            profile_sentence: world.profile.sentence,
            bounds: world.bounds,
            bounds_sentence: world.bounds.to_string(),
        }
    }
}

fn steps(trace: &Trace, judges: &Judges) -> Vec<StepInfo> {
    let patience = Patience::of(MOST);
    let broken = |step| {
        let to_do = trace.len() + 1 - step;
        patience.share(to_do, |part| judges.broken(trace.state(step), part))
    };
    let mut before = broken(0);
    let mut infos = Vec::new();
    for (place, step) in trace.steps().iter().enumerate() {
        let number = place + 1;
        let now = broken(number);
        let breaks = now.iter().copied().filter(|name| !before.contains(name)).collect();
        let evaluation = step.evaluation.as_deref();
        let outcome = evaluation.map(|e| match &e.outcome {
            Ok(label) => label.to_string(),
            Err(error) => error.to_string(),
        });
        infos.push(StepInfo {
            step: number,
            action: step.name.clone(),
            sentence: told(trace, number),
            kind: step.action.as_ref().map_or(MISSING, crate::judgement::kind),
            fault: step.action.as_ref().and_then(Action::fault).map(Fault::name),
            at: evaluation.map(|e| e.at),
            outcome,
            threw: evaluation.is_some_and(|e| e.outcome.is_err()),
            accounts: accounts(trace, number),
            breaks,
        });
        before = now;
    }
    infos
}

/// `TIM3 alice`, `USDA TIM3`: the accounts that a step changed.
fn accounts(trace: &Trace, step: usize) -> Vec<String> {
    let sheet = Sheet::of(trace, step);
    let at = |process: &str, entries: &[crate::sheet::Entry]| {
        let changed = entries.iter().filter(|entry| entry.has_changed());
        changed.map(|entry| format!("{process} {}", entry.name)).collect::<Vec<_>>()
    };
    [at("USDA", &sheet.usda), at("TIM3", &sheet.tim3)].concat()
}

impl Balance {
    fn of(trace: &Trace, step: usize) -> Self {
        let situation = trace.swap.situation(trace.state(step));
        let (held, surplus) = (Exact::from(situation.held()), situation.surplus());
        let owed = held.clone() - surplus.clone();
        Self {
            held: number(&held).unwrap_or_default(),
            owed: number(&owed),
            held_exactly: amount(&held),
            owed_exactly: amount(&owed),
            is_short: surplus.is_negative(),
        }
    }
}

/// An amount as a chart needs it: what is too large for a float is as large as one can be.
fn number(exact: &Exact) -> Option<f64> {
    exact.to_string().parse().ok().map(|number: f64| number.clamp(f64::MIN, f64::MAX))
}

impl Ending {
    /// The result of a replay.
    pub fn of(replay: &Replay) -> Self {
        let faults = replay.trace.last().spent.faults;
        let used = Fault::ALL.into_iter().filter(|kind| faults.of(*kind) > 0);
        let values = replay.breach.values.iter().map(|(name, value)| (*name, shorten(value)));
        Self {
            headline: crate::headline::of(replay),
            property: replay.property.name,
            conjunct: replay.breach.conjunct,
            values: values.collect(),
            faults: faults.to_string(),
            causes: used.map(|kind| (kind.name(), kind.caused_by())).collect(),
            toll: crate::toll::of(&replay.trace, replay.trace.len()),
            remedy: Remedy::of(replay),
            trap: replay.trap.as_ref().map(TrapInfo::of),
        }
    }
}

impl TrapInfo {
    fn of(trap: &Trap) -> Self {
        let way_before = trap.way_before.iter().map(ToString::to_string).collect();
        Self { states: trap.states, way_before }
    }
}

impl Detail {
    /// The state after `step` steps, and what happened in that step.
    pub fn of(trace: &Trace, judges: &Judges, step: usize) -> Self {
        let taken = step.checked_sub(1).map(|place| &trace.steps()[place]);
        let evaluation = taken.and_then(|step| step.evaluation.as_ref());
        let sent = evaluation.into_iter().flat_map(|evaluation| &evaluation.sent);
        Self {
            step,
            sheet: Sheet::of(trace, step),
            judgements: judges.judge(trace.state(step)),
            sent: sent.map(|message| (message.target.to_string(), describe(message))).collect(),
            lua: (step > 0).then(|| trace.lua(step)).flatten(),
        }
    }
}
