//! What makes two deliveries "the same message".
//!
//! AO gives every item an **Id** (the hash of its signature) and every outbox
//! entry a **Reference** (the sender's counter). Both depend on the order in which
//! things happened to be signed, so a model that copied them would see a new state
//! in every interleaving. Here identity is *causal*: which message caused this one,
//! in which of its evaluations, as which entry of the outbox. The mapping is
//!
//! | AO (SEMANTICS A3)                        | here                                    |
//! |------------------------------------------|-----------------------------------------|
//! | `(From, Reference)` of an outbox entry   | [`Identity`], the same for all copies   |
//! | `Id` of the item as first pushed         | the identity's own text                 |
//! | `Id` of a copy that was signed again     | the text with a `#n` behind it          |
//! | item signed by a wallet                  | an identity with no cause               |
//!
//! Two evaluations of one message are told apart, because on AO their outboxes
//! carry different References.

use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};
use std::fmt;

/// The causal name of a message, for example `alice.deposit.1` (signed by a wallet)
/// or `alice.deposit.1/1` (entry 1 of the outbox it caused at its target).
///
/// Stands for AO's `(From, Reference)`: see the module's table.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Identity(SmolStr);

/// For what a holder signs a burn who has waited for a year.
pub(crate) const LATE_EXIT: &str = "late-exit";

impl Identity {
    /// The `n`-th item (counted from 1) that `signer` signed for `purpose`.
    pub fn signed(signer: &str, purpose: &str, n: u8) -> Self {
        Self(format_smolstr!("{signer}.{purpose}.{n}"))
    }

    /// Entry `entry` (counted from 0) of the outbox of evaluation `evaluation`
    /// (0 is the first) of this message.
    #[must_use]
    pub fn caused(&self, evaluation: u8, entry: usize) -> Self {
        Self(format_smolstr!("{}{entry}", self.prefix(evaluation)))
    }

    /// What the identities of all entries of that outbox begin with; the number of the entry
    /// follows.
    pub fn prefix(&self, evaluation: u8) -> SmolStr {
        match evaluation {
            0 => format_smolstr!("{}/", self.0),
            again => format_smolstr!("{}~{again}/", self.0),
        }
    }

    /// The identity at the start of the causal chain: what AO's Pushed-For names.
    #[must_use]
    pub fn root(&self) -> Self {
        let end = self.0.find(['/', '~']).unwrap_or(self.0.len());
        Self(SmolStr::new(&self.0[..end]))
    }

    /// The signer of the first message of its chain.
    pub fn signer(&self) -> &str {
        self.0.split(['.', '/', '~']).next().unwrap_or_default()
    }

    /// Whether it began with what a holder did who had waited.
    pub fn is_late(&self) -> bool {
        self.0.split(['.', '/', '~']).nth(1) == Some(LATE_EXIT)
    }

    /// The message whose evaluation sent this one; nothing of one that was signed.
    #[must_use]
    pub fn cause(&self) -> Option<Self> {
        let (evaluation, _) = self.0.rsplit_once('/')?;
        Some(Self(SmolStr::new(Self::split_evaluation(evaluation).0)))
    }

    /// The message that a [prefix](Self::prefix) without its slash names, and which evaluation of
    /// it; nothing for the first.
    pub(crate) fn split_evaluation(evaluation: &str) -> (&str, Option<&str>) {
        let again = evaluation.rsplit_once('~').filter(|(_, nth)| !nth.contains('/'));
        again.map_or((evaluation, None), |(message, nth)| (message, Some(nth)))
    }

    /// How many evaluations one after the other led to this message.
    pub fn causes(&self) -> usize {
        self.0.bytes().filter(|byte| *byte == b'/').count()
    }

    /// An identity with a text of the caller's choice: for messages recorded elsewhere.
    pub fn named(text: impl Into<SmolStr>) -> Self {
        Self(text.into())
    }

    /// The text, which is also the value of the Reference tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_of_causes_reads_from_left_to_right() {
        let deposit = Identity::signed("alice", "deposit", 1);
        let notice = deposit.caused(0, 1);
        assert_eq!(notice.as_str(), "alice.deposit.1/1");
        assert_eq!(notice.caused(0, 0).as_str(), "alice.deposit.1/1/0");
        assert_eq!(notice.root(), deposit);
        assert_eq!((notice.signer(), deposit.signer()), ("alice", "alice"));
        assert_eq!((deposit.causes(), notice.caused(0, 12).causes()), (0, 2));
    }

    #[test]
    fn a_second_evaluation_sends_other_messages_than_the_first() {
        let burn = Identity::signed("alice", "burn", 1);
        assert_ne!(burn.caused(0, 0), burn.caused(1, 0));
        assert_eq!(burn.caused(1, 0).root(), burn);
    }

    #[test]
    fn the_cause_is_one_step_back() {
        let burn = Identity::signed("alice", "burn", 1);
        assert_eq!(burn.cause(), None);
        for nth in [0, 1] {
            let sent = burn.caused(nth, 3);
            assert_eq!(sent.cause().as_ref(), Some(&burn));
            assert_eq!(sent.caused(nth, 0).cause(), Some(sent));
        }
    }
}
