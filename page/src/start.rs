//! What processes get before anything else happens.

use crate::message::Message;
use crate::page::{First, PageError};
use crate::process::{Given, Process, Wrong};
use crate::schedule::Got;
use std::collections::VecDeque;

/// Messages that may follow from those of the start.
const MOST: usize = 1000;

/// Delivers the messages at the start, and all that follow from them, one after the other.
///
/// # Errors
/// If one of them does not do what it should.
pub(crate) fn start(
    file: &str,
    processes: &mut [Process],
    timestamp: i64,
) -> Result<Vec<Got>, PageError> {
    let mut all = Vec::new();
    for place in 0..processes.len() {
        let name = processes[place].told.name.clone();
        for (number, First { message, line }) in (1..).zip(processes[place].told.start.clone()) {
            let id = format!("start.{name}.{number}").into();
            let first = Message { id, ..message };
            let refuse = |why: String| {
                let action = first.tag("Action").unwrap_or("a message without Action");
                let from = &first.from;
                PageError(format!(
                    "{file}:{line}: {name}, at its start, {action} from {from}: {why}"
                ))
            };
            all.extend(deliver(processes, first.clone(), timestamp).map_err(refuse)?);
        }
    }
    Ok(all)
}

fn deliver(processes: &mut [Process], first: Message, timestamp: i64) -> Result<Vec<Got>, String> {
    let mut due = VecDeque::from([first]);
    let mut all = Vec::new();
    while let Some(message) = due.pop_front() {
        let place = processes.iter().position(|process| process.told.name == message.target);
        let Some((place, process)) = place.map(|place| (place, &mut processes[place])) else {
            continue;
        };
        let given = Given { is_again: false, timestamp };
        let step = process.evaluate(&process.initial, &message, given)?;
        let step = step.ok_or("the process does not trust who signed it")?;
        if step.is_idle || step.wrong.is_some() {
            let name = &process.told.name;
            let why = match step.wrong {
                Some(Wrong::NeverRests) => {
                    "; each message leads to another, and that has no end: give it one"
                }
                Some(Wrong::DependsOnOrder) => "; what it does depends on the order of pairs",
                Some(Wrong::DoesNotEnd) | None => "",
            };
            return Err(format!("{name}: {}{why}", step.told));
        }
        let item = message.item(false, timestamp);
        all.push(Got { process: place, item, is_trusted: true, sent: step.sent.len() });
        if all.len() > MOST {
            return Err(format!("more than {MOST} messages follow from it; the last is {message}"));
        }
        process.initial = step.after;
        due.extend(step.sent);
    }
    Ok(all)
}
