//! One recorded evaluation beside ours.

use crate::item::{chosen, labelled, text};
use crate::ledger::{Fields, Recorded};
use crate::schema::{Messages, Policy, Sent, Step};
use crate::setup::Runtime;
use model::Message;
use model::process::Evaluated;
use std::collections::BTreeSet;

/// A field in which the two sides differ.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    pub field: String,
    pub expected: String,
    pub actual: String,
}

impl Difference {
    /// The same, where it was found inside something else.
    pub fn within(self, place: &str) -> Self {
        Self { field: format!("{place}: {}", self.field), ..self }
    }
}

/// Everything in which `ours` is not what the recorded process did.
pub fn differences<S: Recorded>(
    (recording, runtime): (&Messages, Runtime),
    step: &Step,
    message: &Message,
    ours: &Evaluated<S>,
) -> Vec<Difference> {
    let mut found = Vec::new();
    let on = &step.deliver.on;
    match step.expect.state.get(on) {
        Some(state) => compare_fields(&S::recorded(state), &ours.state.fields(), &mut found),
        None => note(&mut found, "state", "a state".into(), format!("{on} is not watched")),
    }
    let sent = recorded_outbox(recording, step);
    compare_outbox(&sent, &our_outbox((recording, runtime), step, message, ours), &mut found);
    let threw = if ours.outcome.is_err() { "an error" } else { "no error" };
    let recorded = if recorded_error(step, runtime) { "an error" } else { "no error" };
    note(&mut found, "error", recorded.into(), threw.into());
    if let Some((before, after)) = inbox(step) {
        let handled = |inbox| if inbox { "unhandled: to the Inbox" } else { "not to the Inbox" };
        let ours = ours.outcome.as_ref().is_ok_and(|label| label == "inbox");
        note(&mut found, "Inbox", handled(before != after).into(), handled(ours).into());
    }
    found
}

/// Records a difference if there is one.
pub fn note(found: &mut Vec<Difference>, field: &str, expected: String, actual: String) {
    if expected != actual {
        found.push(Difference { field: field.into(), expected, actual });
    }
}

/// Records every field in which two states differ.
pub fn compare_fields(expected: &Fields, actual: &Fields, found: &mut Vec<Difference>) {
    let names: BTreeSet<_> = expected.keys().chain(actual.keys()).collect();
    for name in names {
        let value = |fields: &Fields| fields.get(name).cloned().unwrap_or_else(|| "Nil".into());
        note(found, name, value(expected), value(actual));
    }
}

/// Records every entry in which two outboxes differ.
pub fn compare_outbox(expected: &[String], actual: &[String], found: &mut Vec<Difference>) {
    for entry in 0..expected.len().max(actual.len()) {
        let shown = |outbox: &[String]| outbox.get(entry).map_or("nothing".into(), String::clone);
        note(found, &format!("sent[{entry}]"), shown(expected), shown(actual));
    }
}

/// aos 1 hides errors from its host; only what it prints betrays them (SEMANTICS A2).
pub fn recorded_error(step: &Step, runtime: Runtime) -> bool {
    let printed = step.expect.output.as_deref().unwrap_or_default();
    let hidden = runtime == Runtime::Aos1 && printed.contains("Error handling message");
    step.expect.error.is_some() || step.expect.host_threw || hidden
}

fn inbox(step: &Step) -> Option<(&str, &str)> {
    let on = &step.deliver.on;
    let (before, after) = (step.before.get(on)?, step.expect.state.get(on)?);
    Some((&before.inbox.text, &after.inbox.text))
}

fn recorded_outbox(recording: &Messages, step: &Step) -> Vec<String> {
    let shown = |sent: &Sent| {
        let tags = sent.tags.iter().map(|(name, value)| (name.as_str(), text(value)));
        let data = labelled(sent.data.as_deref().unwrap_or_default(), &recording.ids);
        // Without a target it is the state patch, which nobody receives.
        sent.target.as_ref().map(|target| entry(target, &chosen(tags), &data))
    };
    step.expect.sent.iter().filter_map(shown).collect()
}

fn our_outbox<S>(
    (recording, runtime): (&Messages, Runtime),
    step: &Step,
    message: &Message,
    ours: &Evaluated<S>,
) -> Vec<String> {
    let kept = step.deliver.policy == Policy::Keep && runtime != Runtime::Aos1;
    // A host that keeps memory still sends nothing, because aos 2 returns only the error.
    if kept && ours.outcome.is_err() {
        return Vec::new();
    }
    let shown = |sent: &Message| {
        let tags = sent.tags.iter().map(|(name, value)| (name, value.into()));
        entry(&sent.target, &chosen(tags), &labelled(&sent.data, &recording.ids))
    };
    let sent = ours.sent.iter().map(|sent| shown(sent));
    sent.chain(answer_to_untrusted(runtime, message, ours)).collect()
}

/// What builds older than the model's tell the claimed sender of a message they drop.
fn answer_to_untrusted<S>(
    runtime: Runtime,
    message: &Message,
    ours: &Evaluated<S>,
) -> Option<String> {
    let dropped = ours.outcome.as_ref().is_ok_and(|label| label == "dropped: not trusted");
    let told = dropped && runtime != Runtime::Late;
    told.then(|| entry(&message.from, &[], "Message is not trusted by this process!"))
}

fn entry(target: &str, tags: &[(&str, smol_str::SmolStr)], data: &str) -> String {
    let tags: Vec<_> = tags.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    format!("to {target:?} [{}] {data:?}", tags.join(", "))
}
