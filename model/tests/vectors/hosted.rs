//! The steps of a recording on the host, beside what was recorded.

use crate::compare::{Difference, compare_fields, compare_outbox, note, recorded_error};
use crate::host::{Answer, Host, Standing};
use crate::item::{labelled, may_change_trust};
use crate::ledger::{Fields, Recorded, balance_of, shown, shown_num};
use crate::schema::{Kind, Messages, State, Step};
use crate::setup::{Reason, Runtime};
use crate::words;
use aos::{Observed, Value};
use model::contract::Tim3;
use model::lua::Number;
use model::{TIM3, USDA};

/// A recording's TIM3 on the host, once there was a step for it.
pub struct Hosted<'a> {
    recording: &'a Messages,
    host: Option<Result<Host<'a>, Reason>>,
}

impl<'a> Hosted<'a> {
    pub fn new(recording: &'a Messages) -> Self {
        Self { recording, host: None }
    }

    /// Whether what runs is Lua that we wrote after the recording.
    pub fn is_reconstructed(&self) -> bool {
        let runs = self.host.as_ref().and_then(|host| host.as_ref().ok());
        runs.is_some_and(|host| host.contract.is_reconstructed())
    }

    /// Gives the item to the host, if it is for a process that runs there.
    pub fn step(&mut self, step: &Step) -> Result<Vec<Difference>, Reason> {
        match step.deliver.on.as_str() {
            TIM3 => {}
            USDA => return Err("USDA runs on our ledger".into()),
            other => return Err(format!("{other} is not a process of the model")),
        }
        let before = step.before.get(TIM3).ok_or("the process was not watched")?;
        let recording = self.recording;
        let host = self.host.get_or_insert_with(|| Host::new(recording, before));
        let host = host.as_mut().map_err(|reason| reason.clone())?;
        let found = differences(host, recording, step, before);
        let lost = match &found {
            Err(_) => Some("an earlier step could not be run"),
            Ok(_) if changes_trust(step) => {
                Some("the owner's Eval may have changed who is trusted")
            }
            Ok(_) => None,
        };
        if let Some(reason) = lost {
            self.host = Some(Err(reason.into()));
        }
        found
    }
}

fn changes_trust(step: &Step) -> bool {
    let item = &step.deliver.message;
    let is_eval = item.tags.iter().any(|(name, value)| name == "Action" && value == "Eval");
    let data = item.data.as_deref().unwrap_or_default();
    is_eval && item.from == "owner" && may_change_trust(data)
}

/// Where the host is not in this state, which it should be in.
fn differences_before(host: &Host<'_>, recording: &Messages, before: &State) -> Vec<Difference> {
    let mut found = Vec::new();
    let ours = fields(host, &host.now, recording);
    compare_fields(&recorded_fields(before, recording), &ours, &mut found);
    found.into_iter().map(|d| d.within("before the step")).collect()
}

/// The same of a host that was just brought to that state.
pub fn differences_at_setup(
    recording: &Messages,
    before: &State,
) -> Result<Vec<Difference>, Reason> {
    let host = Host::new(recording, before)?;
    Ok(differences_before(&host, recording, before))
}

fn differences(
    host: &mut Host<'_>,
    recording: &Messages,
    step: &Step,
    before: &State,
) -> Result<Vec<Difference>, Reason> {
    let expected = |state: &State| recorded_fields(state, recording);
    let mut found = differences_before(host, recording, before);
    let answer = host.deliver(step)?;
    let after = step.expect.state.get(TIM3).ok_or("the process was not watched")?;
    compare_fields(&expected(after), &fields(host, &answer.after, recording), &mut found);
    if let Some(kept) = step.expect.state_if_memory_were_kept.get(TIM3) {
        let mut memory = Vec::new();
        compare_fields(&expected(kept), &fields(host, &answer.memory, recording), &mut memory);
        found.extend(memory.into_iter().map(|d| d.within("what memory holds")));
    }
    let first = references_before(&answer);
    let ours = words::our_outbox(&answer.sent, first, host.runtime, recording);
    compare_outbox(&words::recorded_outbox(step, host.runtime, recording), &ours, &mut found);
    if let Some(pushed) = step.expect.pushed_by_mu {
        let ours = answer.sent.iter().filter(|sent| sent.is_deliverable()).count();
        note(&mut found, "pushed", pushed.to_string(), ours.to_string());
    }
    compare_errors(step, host, &answer, &mut found);
    if let (Some(expected), Some(ours)) = (words::recorded_print(step), answer.printed) {
        note(&mut found, "printed", expected, ours.join("\n"));
    }
    Ok(found.into_iter().map(|d| d.within("host")).collect())
}

/// The Reference before the first entry of an outbox.
fn references_before(answer: &Answer) -> i64 {
    answer.memory.references - i64::try_from(answer.sent.len()).unwrap_or_default()
}

fn compare_errors(step: &Step, host: &Host<'_>, answer: &Answer, found: &mut Vec<Difference>) {
    let says = |is: bool| if is { "an error" } else { "no error" }.to_owned();
    let recorded = recorded_error(step, host.runtime);
    note(found, "error", says(recorded), says(answer.error.is_some()));
    let (Some(recorded), Some(ours)) = (words::recorded_words(step), &answer.error) else { return };
    note(found, "error text", recorded.into(), words::our_words(ours, host.contract.file).into());
}

fn recorded_fields(state: &State, recording: &Messages) -> Fields {
    let reference = ("Reference".to_owned(), shown_num(&state.reference));
    let inbox = ("Inbox".to_owned(), shown_num(&state.inbox));
    let labelled = |(name, value): (String, String)| (labelled(&name, &recording.ids), value);
    Tim3::recorded(state).into_iter().chain([reference, inbox]).map(labelled).collect()
}

fn fields(host: &Host<'_>, at: &Standing, recording: &Messages) -> Fields {
    let [balances, supply, collateral] =
        host.observe(at, ["Balances", "TotalSupply", "UsdaCollateral"]);
    let mut fields = Fields::new();
    match balances {
        Observed::Entries(entries) => fields.extend(entries.iter().map(|(account, balance)| {
            let account = labelled(&text(account), &recording.ids);
            (balance_of(&account), typed(balance))
        })),
        Observed::Value(other) => _ = fields.insert("Balances".into(), typed(&other)),
    }
    fields.insert("TotalSupply".into(), single(&supply));
    fields.insert("UsdaCollateral".into(), single(&collateral));
    let reference = match host.runtime {
        Runtime::Aos1 => shown(Kind::Nil, "nil"),
        _ => shown(Kind::Integer, &at.references.to_string()),
    };
    fields.insert("Reference".into(), reference);
    fields.insert("Inbox".into(), shown(Kind::Integer, &at.inbox.to_string()));
    fields
}

fn single(seen: &Observed) -> String {
    match seen {
        Observed::Value(value) => typed(value),
        Observed::Entries(_) => "a table".into(),
    }
}

/// A value of the host as recordings show it: the text of a float has 14 digits.
fn typed(value: &Value) -> String {
    let kind = match value {
        Value::Integer(_) => Kind::Integer,
        Value::Float(_) => Kind::Float,
        Value::Text(_) => Kind::String,
        Value::Nil => Kind::Nil,
        other => return format!("{other:?}"),
    };
    shown(kind, &text(value))
}

fn text(value: &Value) -> String {
    match value {
        Value::Integer(one) => one.to_string(),
        Value::Float(one) => Number::from(*one).to_string(),
        Value::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Value::Nil => "nil".into(),
        other => format!("{other:?}"),
    }
}
