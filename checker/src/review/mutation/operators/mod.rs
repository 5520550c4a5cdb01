//! The small mistakes that people make: each changes one place of a file.

mod conditions;
mod constants;
mod effects;
mod guards;
mod handlers;
mod keys;
mod tags;

use super::edit::Edit;
use super::source::Source;

/// A kind of small mistake.
#[derive(Clone, Copy)]
pub struct Operator {
    /// Its name in reports.
    pub name: &'static str,
    pub sentence: &'static str,
    /// All the places where it can be made.
    pub edits: fn(&Source<'_>) -> Vec<Edit>,
}

pub const ALL: [Operator; 16] = [
    Operator {
        name: "guard-removed",
        sentence: "an if that leaves the function, or an assert, is not there",
        edits: guards::removed,
    },
    Operator {
        name: "operand-dropped",
        sentence: "one side of an and or an or is not there",
        edits: conditions::dropped,
    },
    Operator {
        name: "comparison-turned",
        sentence: "< and <=, > and >=, == and ~= are taken for each other",
        edits: conditions::turned,
    },
    Operator {
        name: "not-dropped",
        sentence: "a condition is asked the other way round",
        edits: conditions::affirmed,
    },
    Operator {
        name: "change-removed",
        sentence: "an assignment, or a call that changes what is kept, is not there",
        edits: effects::change_removed,
    },
    Operator {
        name: "send-removed",
        sentence: "a message is not sent",
        edits: effects::send_removed,
    },
    Operator {
        name: "change-across-send",
        sentence: "what is kept changes after the next message, or before the last one",
        edits: effects::across_send,
    },
    Operator {
        name: "change-before-guard",
        sentence: "what is kept changes before the last check",
        edits: effects::before_guard,
    },
    Operator {
        name: "key-swapped",
        sentence: "what is seen is known by another field of the message",
        edits: keys::swapped,
    },
    Operator {
        name: "key-shortened",
        sentence: "what is seen is known by a part of its key",
        edits: keys::shortened,
    },
    Operator {
        name: "tag-read-elsewhere",
        sentence: "a tag is read where anybody could write it, or a field where it is not",
        edits: tags::elsewhere,
    },
    Operator {
        name: "constant-changed",
        sentence: "a number, a truth value, or a name that messages are told by is another",
        edits: constants::changed,
    },
    Operator {
        name: "sign-turned",
        sentence: "+ and -, * and // are taken for each other, or a minus is not there",
        edits: constants::turned,
    },
    Operator {
        name: "handler-removed",
        sentence: "a handler is not there",
        edits: handlers::removed,
    },
    Operator {
        name: "handler-emptied",
        sentence: "a handler takes its messages and does nothing",
        edits: handlers::emptied,
    },
    Operator {
        name: "handlers-swapped",
        sentence: "a handler stands before the one that it stood after",
        edits: handlers::swapped,
    },
];

#[cfg(test)]
mod tests;
