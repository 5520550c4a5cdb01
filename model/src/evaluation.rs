//! What is seen of one evaluation from outside.

use crate::message::Message;
use crate::process::{HandlerError, Label};
use crate::shared::Shared;

/// What a process did with a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Evaluation {
    /// Which process.
    pub at: &'static str,
    /// The message, as this copy of it looks.
    pub message: Shared<Message>,
    /// How often this message was evaluated before.
    pub nth: u8,
    /// What the handlers say they did, or the error they threw.
    pub outcome: Result<Label, HandlerError>,
    /// What was sent.
    pub sent: Vec<Shared<Message>>,
}
