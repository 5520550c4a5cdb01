//! Messages as AO has them: a Target, a From, tags, Data.
//!
//! Tags are an ordered list of texts, named as aos names them where they arrive: a Quantity is
//! whatever its sender wrote. Source: SEMANTICS A3 (From, Owner, Tags twice) and A4.

use crate::identity::Identity;
use crate::wallet::USERS;
use aos::{is_title_cased, title_cased};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};
use std::collections::BTreeSet;

/// The name of a wallet or a process, or any other string somebody wrote as Recipient.
pub type Address = SmolStr;

/// The USDA stablecoin process.
pub const USDA: &str = "USDA";
/// The TIM3 process: token and swap.
pub const TIM3: &str = "TIM3";
/// The authority whose signature lets a pushed message in (the messenger unit).
pub const MU: &str = "MU";
/// The owner of the TIM3 process.
pub const OWNER: &str = "owner";
/// A token process that the stranger owns.
pub const ROGUE: &str = "ROGUE";
/// The Recipient that makes a TIM3 Transfer a burn.
pub const BURN: &str = "burn";

/// The tag names of the token protocol (SEMANTICS A4).
pub mod tag {
    /// What the message asks for or reports.
    pub const ACTION: &str = "Action";
    /// Whom a Transfer pays.
    pub const RECIPIENT: &str = "Recipient";
    /// An amount in base units, as raw text.
    pub const QUANTITY: &str = "Quantity";
    /// Who paid, on a Credit-Notice.
    pub const SENDER: &str = "Sender";
    /// The sending process' name for this outbox entry.
    pub const REFERENCE: &str = "Reference";
    /// The Reference a reply answers; chosen by the requester.
    pub const X_REFERENCE: &str = "X-Reference";
    /// Where the requester wants replies sent.
    pub const REPLY_TO: &str = "Reply-To";
    /// Present: move the balances, send no notices.
    pub const CAST: &str = "Cast";
    /// Why a request was refused.
    pub const ERROR: &str = "Error";
    /// The Id of the request a Transfer-Error answers.
    pub const MESSAGE_ID: &str = "Message-Id";
    /// A tag that means nothing to USDA and is forwarded for its `X-` prefix.
    pub const X_QUANTITY: &str = "X-Quantity";
    /// The type of the Data: aos decodes one of them before any handler.
    pub const CONTENT_TYPE: &str = "Content-Type";
}

/// Ordered tags; a name may occur more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tags(Vec<(SmolStr, SmolStr)>);

impl Tags {
    /// The first value under `name`: what `msg.Tags[name]` is in aos.
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The last value under `name`: what `msg[name]` is in aos.
    pub fn last(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// All tags in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(n, v)| (n.as_str(), v.as_str()))
    }

    /// These tags with one more behind them.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<SmolStr>) -> Self {
        self.0.push((SmolStr::new_static(name), value.into()));
        self
    }

    /// These tags with one more behind them, unless there is no value for it.
    #[must_use]
    pub fn with_some(self, name: &'static str, value: Option<impl Into<SmolStr>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

impl Tags {
    /// These tags with others behind them.
    #[must_use]
    pub fn and(mut self, more: impl IntoIterator<Item = (SmolStr, SmolStr)>) -> Self {
        self.0.extend(more);
        self
    }

    /// These tags with those of others behind them whose names they lack.
    #[must_use]
    pub fn and_missing(self, others: &Self) -> Self {
        let missing = others.0.iter().filter(|(name, _)| self.first(name).is_none());
        let missing: Vec<_> = missing.cloned().collect();
        self.and(missing)
    }

    /// The names as aos 2.0.6 rewrites them on arrival: `x-foo_bar` becomes `X-Foo-Bar`
    /// (SEMANTICS A3, vectors `04`, `10_*`). Lua there knows the case of ASCII letters only.
    #[must_use]
    pub fn title_cased(self) -> Self {
        if self.0.iter().all(|(name, _)| is_title_cased(name)) {
            return self;
        }
        Self(self.0.into_iter().map(|(name, value)| (title_cased(&name), value)).collect())
    }

    /// The last tag of each name, as `msg[name]` has it in aos.
    #[must_use]
    pub fn last_of_each(mut self) -> Self {
        let mut seen = BTreeSet::new();
        let mut is_last: Vec<_> =
            self.0.iter().rev().map(|(name, _)| seen.insert(name.as_str())).collect();
        self.0.retain(|_| is_last.pop().unwrap_or_default());
        self
    }

    /// These tags as they are read where they arrive.
    ///
    /// Whoever sends a message writes names as he likes; aos title-cases them on arrival,
    /// whichever process it is. Of two tags of one name, USDA's token reads the last: in
    /// `msg.Quantity` and its like, and in `msg.Action`, as the pattern of its handlers is taken
    /// to be a text (SEMANTICS A1, A3). So only that one is kept on the way to USDA, and the
    /// ledger, the record of releases and every report read the same; but of Content-Type the
    /// first, which aos itself reads. TIM3 gets all: `msg.Tags` has the first of them, and a
    /// contract may read either.
    fn arriving_at(self, target: &str) -> Self {
        let mut arrived = self.title_cased();
        if target != USDA {
            return arrived;
        }
        let mut is_first = true;
        arrived.0.retain(|(name, _)| {
            name != tag::CONTENT_TYPE || std::mem::replace(&mut is_first, false)
        });
        arrived.last_of_each()
    }
}

impl<N: Into<SmolStr>, V: Into<SmolStr>> FromIterator<(N, V)> for Tags {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(tags: I) -> Self {
        Self(tags.into_iter().map(|(n, v)| (n.into(), v.into())).collect())
    }
}

/// One item as a process sees it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Message {
    /// `(From, Reference)`: the same on every copy of one outbox entry.
    pub identity: Identity,
    /// The item's Id: the same on a repeated or assigned item, new on a re-signed one.
    pub id: SmolStr,
    /// Whom the item is addressed to, which an assignment does not change.
    pub target: Address,
    /// Who it says it is from: the From-Process tag, or the signer.
    pub from: Address,
    /// Who signed it: a wallet, or the authority for a pushed message.
    pub owner: Address,
    /// The item that started the chain; empty on an item signed by a wallet.
    pub pushed_for: SmolStr,
    /// All tags as they arrive, the Reference of the process first on a pushed message.
    pub tags: Tags,
    pub data: SmolStr,
}

impl Message {
    /// Milliseconds on the clock where it is evaluated. Time passes for holders who wait before
    /// they burn, where it is asked for a way out, and else stands still.
    pub fn time(&self) -> i64 {
        const YEAR: i64 = 365 * 24 * 60 * 60 * 1000;
        if self.identity.is_late() { YEAR } else { 0 }
    }

    /// Blocks of the chain where it is evaluated, one each two minutes.
    pub fn height(&self) -> i64 {
        self.time() / (2 * 60 * 1000)
    }

    /// An item that `wallet` signs and posts itself.
    pub fn signed(wallet: &str, identity: Identity, target: &str, tags: Tags) -> Self {
        Self {
            id: SmolStr::new(identity.as_str()),
            identity,
            target: target.into(),
            from: wallet.into(),
            owner: wallet.into(),
            pushed_for: SmolStr::default(),
            tags: tags.arriving_at(target),
            data: SmolStr::default(),
        }
    }

    /// Entry `entry` of the outbox that `cause` left at `process`, as the messenger pushes it.
    pub fn pushed(
        process: &str,
        cause: &Identity,
        (evaluation, entry): (u8, usize),
        sent: Outgoing,
    ) -> Self {
        let identity = cause.caused(evaluation, entry);
        let reference = (SmolStr::new_static(tag::REFERENCE), SmolStr::new(identity.as_str()));
        let id = reference.1.clone();
        let tags: Tags = std::iter::once(reference).chain(sent.tags.0).collect();
        Self {
            id,
            pushed_for: SmolStr::new(identity.root().as_str()),
            identity,
            tags: tags.arriving_at(&sent.target),
            target: sent.target,
            from: process.into(),
            owner: MU.into(),
            data: sent.data,
        }
    }

    /// The same under the Reference that its sender chose, if it chose one: a process need not run
    /// aos, which counts them.
    #[must_use]
    pub fn under_a_chosen_reference(mut self) -> Self {
        let all = self.tags.0.iter().enumerate();
        let mut references = all.filter(|(_, (name, _))| name == tag::REFERENCE);
        if let (Some((counted, _)), Some(_)) = (references.next(), references.next()) {
            self.tags.0.remove(counted);
        }
        self
    }

    /// The copy of this item that a repeat of `kind` delivers; `n` counts the
    /// evaluations before it.
    #[must_use]
    pub fn copy(&self, kind: Copy, n: u8) -> Self {
        let mut copy = self.clone();
        if matches!(kind, Copy::ReSign | Copy::RePush) {
            copy.id = format_smolstr!("{}#{n}", self.id);
        }
        if kind == Copy::RePush {
            copy.pushed_for = format_smolstr!("{}#{n}", self.pushed_for);
        }
        copy
    }

    /// The Action tag, or nothing.
    pub fn action(&self) -> &str {
        self.tags.first(tag::ACTION).unwrap_or_default()
    }

    /// The Id that handlers see: a tag named Id overrides the genuine one (SEMANTICS A3, 09f).
    pub fn claimed_id(&self) -> &str {
        self.tags.last("Id").unwrap_or(&self.id)
    }

    /// Whether a tag gives it an Id that is not its own: then handlers may take it for a message
    /// that they know.
    pub fn has_false_id(&self) -> bool {
        self.claimed_id() != self.id
    }

    /// Whether aos throws before any handler runs: it says that its Data is JSON, and that is none
    /// (SEMANTICS A2, 09f).
    pub fn fails_to_decode(&self) -> bool {
        let says_so = self.tags.first(tag::CONTENT_TYPE) == Some("application/json");
        says_so && serde_json::from_str::<IgnoredAny>(&self.data).is_err()
    }

    /// Whether it goes to one of the two processes, rather than to a wallet.
    pub fn is_between_processes(&self) -> bool {
        self.target == USDA || self.target == TIM3
    }

    /// Whether a wallet signed it itself, rather than a process through the messenger.
    pub fn is_signed_by_sender(&self) -> bool {
        self.owner == self.from
    }

    /// Whether a person sends it, or a process that is a user.
    pub fn is_of_user(&self) -> bool {
        self.is_signed_by_sender() || USERS.contains(&self.from.as_str())
    }
}

/// The ways in which one item can reach a process again (SEMANTICS A5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Copy {
    /// Exactly the same item is scheduled again.
    SameId,
    /// The same outbox entry is signed again: new Id, same Pushed-For.
    ReSign,
    /// The same outbox entry is pushed from another start: new Id, other Pushed-For.
    RePush,
    /// The item's own Id is assigned to its target once more.
    Assignment,
}

impl Copy {
    pub const ALL: [Self; 4] = [Self::SameId, Self::ReSign, Self::RePush, Self::Assignment];
}

/// What a handler sends, before the platform gives it an identity.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Outgoing {
    pub target: Address,
    /// Its tags, without Reference.
    pub tags: Tags,
    pub data: SmolStr,
}
