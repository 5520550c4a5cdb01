//! The steps of a recording on the host, beside what was recorded.

use crate::compare::{Difference, compare_fields, compare_outbox, note, recorded_error};
use crate::host::{Answer, Host};
use crate::host_fields::{fields, recorded_fields};
use crate::item::may_change_trust;
use crate::schema::{Messages, State, Step};
use crate::setup::Reason;
use crate::words;
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
    compare_sent(step, host, &answer, recording, &mut found);
    compare_errors(step, host, &answer, &mut found);
    if let (Some(expected), Some(ours)) = (words::recorded_print(step), answer.printed) {
        note(&mut found, "printed", expected, ours.join("\n"));
    }
    Ok(found.into_iter().map(|d| d.within("host")).collect())
}

fn compare_sent(
    step: &Step,
    host: &Host<'_>,
    answer: &Answer,
    recording: &Messages,
    found: &mut Vec<Difference>,
) {
    let count = i64::try_from(answer.sent.len()).expect("an outbox is short");
    let first = answer.memory.references - count;
    let ours = words::our_outbox(&answer.sent, first, host.runtime, recording);
    compare_outbox(&words::recorded_outbox(step, host.runtime, recording), &ours, found);
    if let Some(pushed) = step.expect.pushed_by_mu {
        let ours = answer.sent.iter().filter(|sent| sent.is_deliverable()).count();
        note(found, "pushed", pushed.to_string(), ours.to_string());
    }
}

fn compare_errors(step: &Step, host: &Host<'_>, answer: &Answer, found: &mut Vec<Difference>) {
    let says = |is: bool| if is { "an error" } else { "no error" }.to_owned();
    let recorded = recorded_error(step, host.runtime);
    note(found, "error", says(recorded), says(answer.error.is_some()));
    let (Some(recorded), Some(ours)) = (words::recorded_words(step), &answer.error) else { return };
    note(found, "error text", recorded.into(), words::our_words(ours, host.contract.file).into());
}
