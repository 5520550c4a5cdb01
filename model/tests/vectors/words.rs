//! Outboxes, errors and prints of recordings and of the host, in the same words.

use crate::item::labelled;
use crate::schema::{Messages, Step};
use crate::setup::Runtime;
use aos::TagValue;
use serde_json::Value;

/// Every entry as it was recorded, with its Reference.
pub fn recorded_outbox(step: &Step, runtime: Runtime, recording: &Messages) -> Vec<String> {
    let shown = |sent: &crate::schema::Sent| {
        // The aos 1 line adds these itself.
        let added =
            |name: &str| runtime == Runtime::Aos1 && matches!(name, "From-Process" | "From-Module");
        let tags = sent.tags.iter().filter(|(name, _)| !added(name));
        let tags = tags.map(|(name, value)| format!("{name}={}", recorded_value(value, recording)));
        entry(sent.target.as_deref(), tags.collect(), sent.data.as_deref(), recording)
    };
    step.expect.sent.iter().map(shown).collect()
}

fn recorded_value(value: &Value, recording: &Messages) -> String {
    match value {
        Value::String(text) => format!("{:?}", labelled(text, &recording.ids)),
        Value::Number(number) => format!("number {number}"),
        Value::Bool(one) => format!("boolean {one}"),
        Value::Null => "nil".into(),
        Value::Array(_) | Value::Object(_) => "table".into(),
    }
}

/// Every entry that the host has, where the first carries the Reference behind `first`.
pub fn our_outbox(
    sent: &[aos::Sent],
    first: i64,
    runtime: Runtime,
    recording: &Messages,
) -> Vec<String> {
    let counter = if runtime == Runtime::Aos1 { "Ref_" } else { "Reference" };
    let shown = |(reference, sent): (i64, &aos::Sent)| {
        let tags = sent.tags.iter();
        let tags =
            tags.map(|(name, value)| format!("{}={}", lossy(name), our_value(value, recording)));
        let tags = tags.chain([format!("{counter}={:?}", reference.to_string())]).collect();
        let target = sent.target.as_deref().map(|target| labelled(&lossy(target), &recording.ids));
        entry(target.as_deref(), tags, Some(&lossy(&sent.data)), recording)
    };
    (first + 1..).zip(sent).map(shown).collect()
}

fn our_value(value: &TagValue, recording: &Messages) -> String {
    match value {
        TagValue::Text(text) => format!("{:?}", labelled(&lossy(text), &recording.ids)),
        // Of these there is no text that would be the same in every run.
        TagValue::Other(kind, _) if matches!(kind.as_str(), "nil" | "table" | "function") => {
            kind.clone()
        }
        TagValue::Other(kind, text) => format!("{kind} {}", lossy(text)),
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The order of tags is that of a Lua table, so it says nothing.
fn entry(
    target: Option<&str>,
    mut tags: Vec<String>,
    data: Option<&str>,
    recording: &Messages,
) -> String {
    tags.sort();
    let target = target.map_or("nobody".into(), |target| format!("{target:?}"));
    let data = labelled(data.unwrap_or_default(), &recording.ids);
    format!("to {target} [{}] {data:?}", tags.join(", "))
}

/// The name that the contract's code has in recorded errors, before a line.
const CONTRACT: &str = "[string \"aos\"]:";
const HANDLERS: &str = "[string \".handlers\"]:";

/// What a recorded error says behind the places of aos itself: line and words if it comes from
/// the contract. Nothing if a library threw it, which is not the same code as ours.
pub fn recorded_words(step: &Step) -> Option<&str> {
    let hidden = || step.expect.output.as_deref()?.lines().nth(1);
    let text = step.expect.error.as_deref().or_else(hidden)?;
    let behind = match text.strip_prefix(HANDLERS) {
        Some(place) => place.split_once(": ")?.1,
        None => text,
    };
    match behind.strip_prefix(CONTRACT) {
        Some(words) => Some(words),
        None => (!behind.starts_with("[string ")).then_some(behind),
    }
}

/// The same of an error of ours: in what the contract is called there, or an Eval is on aos.
pub fn our_words<'a>(text: &'a str, file: &str) -> &'a str {
    let behind = |name: &str| text.strip_prefix(name)?.strip_prefix(':');
    behind(file).or_else(|| text.strip_prefix(CONTRACT)).unwrap_or(text)
}

/// How aos begins the lines that it prints itself.
const PLATFORM: [&str; 3] = ["New Message From ", "WARNING: Nonce did not match", "WARN: "];
/// As much as was recorded of a print.
const RECORDED: usize = 300;

/// What handlers printed, if the recording tells: not in an Eval, whose result is shown there,
/// not beside an error, and not if it may be cut.
pub fn recorded_print(step: &Step) -> Option<String> {
    let is_eval = |(name, value): &(String, Value)| name == "Action" && value == "Eval";
    let told = step.expect.error.is_none() && !step.deliver.message.tags.iter().any(is_eval);
    let output = step.expect.output.as_deref().filter(|_| told)?;
    if output.starts_with("Error handling message") || output.chars().count() >= RECORDED {
        return None;
    }
    let own = |line: &&str| !line.is_empty() && !PLATFORM.iter().any(|head| line.starts_with(head));
    Some(output.lines().filter(own).collect::<Vec<_>>().join("\n"))
}
