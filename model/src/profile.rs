//! The platforms that users meet, each with its evidence.

use crate::fault::Fault;
use crate::identity::Identity;
use crate::message::{Copy, Message, Outgoing, Tags};
use crate::process::Evaluation;
use serde::Serialize;
use smol_str::SmolStr;
use std::{fmt, str::FromStr};

/// In which order messages arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// First in, first out between any two parties: friendlier than any AO network.
    Fifo,
    /// Any order (SEMANTICS A5, MU).
    Any,
}

/// Which repeats the infrastructure filters out before a process evaluates them: the rows
/// of the table in SEMANTICS A5, executed in vector `11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dedupe {
    /// Nothing: for example the from-checkpoint path.
    None,
    /// The legacynet CU: a deep hash with Pushed-For, and assignments by Id.
    Cu,
    /// The SU with `ENABLE_DEEP_HASH_CHECKS`, in front of the CU.
    Su,
}

impl Dedupe {
    /// Whether it ever lets a repeat of this kind through.
    pub fn lets_through(self, copy: Copy) -> bool {
        match self {
            Self::None => true,
            Self::Cu => copy != Copy::ReSign,
            Self::Su => false,
        }
    }

    /// Whether a repeat of `message` is evaluated, given whether it was assigned before.
    pub fn evaluates_again(self, message: &Message, copy: Copy, assigned_before: bool) -> bool {
        let pushed = !message.pushed_for.is_empty();
        match (self, copy) {
            // Only a process' outbox entry can be signed or pushed again.
            (_, Copy::ReSign | Copy::RePush) if !pushed => false,
            (Self::None, _) | (Self::Cu, Copy::RePush) => true,
            (Self::Cu, Copy::Assignment) => pushed && !assigned_before,
            (Self::Cu, Copy::SameId) => !pushed,
            (Self::Cu, Copy::ReSign) | (Self::Su, _) => false,
        }
    }
}

/// What the users are, beside the stranger, who has a wallet and processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Users {
    /// Wallets, which sign what they send.
    Wallets,
    /// Processes, such as a vault or a shared account: what they send is pushed (SEMANTICS A3).
    Processes,
}

impl Users {
    /// What a user sends for this purpose.
    pub fn message(self, user: &str, purpose: Identity, target: &str, tags: Tags) -> Message {
        match self {
            Self::Wallets => Message::signed(user, purpose, target, tags),
            Self::Processes => {
                let sent = Outgoing { target: target.into(), tags, data: SmolStr::default() };
                Message::pushed(user, &purpose, (0, 0), sent)
            }
        }
    }
}

/// A named combination of network, platform and people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Profile {
    /// Its name in flags, files and reports.
    pub name: &'static str,
    /// Its name in tables: three letters.
    pub code: &'static str,
    /// What it stands for.
    pub sentence: &'static str,
    /// Where the facts come from.
    pub evidence: &'static str,
    /// In which order messages arrive.
    pub order: Order,
    /// Which repeats are filtered out.
    pub dedupe: Dedupe,
    /// What a throwing handler leaves behind.
    pub evaluation: Evaluation,
    pub users: Users,
    /// Which faults may happen, within the bounds.
    pub faults: &'static [Fault],
}

impl Profile {
    /// Every profile, weakest first: "the weakest profile that breaks a promise" is the
    /// first of these.
    pub const ALL: &'static [Self] = &[
        Self {
            name: "reliable",
            code: "rel",
            sentence: "everybody is honest, every message arrives once and in order",
            evidence: "friendlier than any AO network; a promise broken here is broken everywhere",
            order: Order::Fifo,
            dedupe: Dedupe::Su,
            evaluation: Evaluation::Atomic,
            users: Users::Wallets,
            faults: &[],
        },
        Self {
            name: "reordering",
            code: "reo",
            sentence: "everybody is honest, every message arrives once, in any order",
            evidence: "SEMANTICS A5: the MU pushes outbox entries concurrently (ao #499)",
            order: Order::Any,
            dedupe: Dedupe::Su,
            evaluation: Evaluation::Atomic,
            users: Users::Wallets,
            faults: &[],
        },
        Self {
            name: "legacynet",
            code: "leg",
            sentence: "the stranger tries every trick; the SU filters every repeat",
            evidence: "SEMANTICS A5: ENABLE_DEEP_HASH_CHECKS on; A3, A4, B for the stranger",
            order: Order::Any,
            dedupe: Dedupe::Su,
            evaluation: Evaluation::Atomic,
            users: Users::Wallets,
            faults: &[Fault::Trick, Fault::SameId, Fault::ReSign, Fault::RePush, Fault::Assignment],
        },
        Self {
            name: "legacynet-no-su-filter",
            code: "nsu",
            sentence: "as legacynet with the SU filter off, its default: re-pushes and assignments get through",
            evidence: "SEMANTICS A5, vector 11: executed on the real CU; the SU still refuses a known Id",
            order: Order::Any,
            dedupe: Dedupe::Cu,
            evaluation: Evaluation::Atomic,
            users: Users::Wallets,
            faults: &[Fault::Trick, Fault::ReSign, Fault::RePush, Fault::Assignment],
        },
        Self {
            name: "hyperbeam",
            code: "hyb",
            sentence: "pushing a slot again sends its outbox again; only a known Id is dropped",
            evidence: "SEMANTICS A5: do_push remembers nothing, dedup@1.0 goes by Id (HyperBEAM #573, #890)",
            order: Order::Any,
            dedupe: Dedupe::None,
            evaluation: Evaluation::Atomic,
            users: Users::Wallets,
            faults: &[Fault::Trick, Fault::RePush],
        },
        Self {
            name: "hyper-aos",
            code: "hya",
            sentence: "as hyperbeam, but a handler that throws keeps half of its effects",
            evidence: "SEMANTICS A2, vector 13: a non-Eval error is put in Output, the outbox is returned. Its other rule of trust is not modelled (A3, last)",
            order: Order::Any,
            dedupe: Dedupe::None,
            evaluation: Evaluation::Partial,
            users: Users::Wallets,
            faults: &[Fault::Trick, Fault::RePush],
        },
        Self {
            name: "operator",
            code: "ope",
            sentence: "as legacynet, and the owner makes mistakes: reloads, moves USDA to the process itself, makes notices assignable",
            evidence: "vectors 03d, 08b; SEMANTICS B.9 [09g]",
            order: Order::Any,
            dedupe: Dedupe::Su,
            evaluation: Evaluation::Atomic,
            users: Users::Wallets,
            faults: &[Fault::Trick, Fault::Owner],
        },
        Self {
            name: "processes",
            code: "pro",
            sentence: "everybody is honest, but the users are processes: their messages are pushed, and can be pushed again",
            evidence: "SEMANTICS A5, vector 11: as legacynet-no-su-filter, for requests of processes",
            order: Order::Any,
            dedupe: Dedupe::Cu,
            evaluation: Evaluation::Atomic,
            users: Users::Processes,
            faults: &[Fault::RePush, Fault::Assignment],
        },
        Self {
            name: "lossy",
            code: "los",
            sentence: "messages may be lost forever",
            evidence: "ao #913, #967, #661, #1090; SEMANTICS A5, MU",
            order: Order::Any,
            dedupe: Dedupe::Su,
            evaluation: Evaluation::Atomic,
            users: Users::Wallets,
            faults: &[Fault::Loss],
        },
        Self {
            name: "hostile",
            code: "hos",
            sentence: "everything at once: loss, every kind of repeat, the stranger, a careless owner, half-done handlers",
            evidence: "the union of the above; the from-checkpoint path filters no repeat (SEMANTICS A5)",
            order: Order::Any,
            dedupe: Dedupe::None,
            evaluation: Evaluation::Partial,
            users: Users::Wallets,
            faults: &Fault::ALL,
        },
    ];

    /// Whether faults of this kind may happen and be noticed: a repeat that the
    /// infrastructure always filters out is none.
    pub fn allows(&self, kind: Fault) -> bool {
        let filtered = Copy::ALL
            .into_iter()
            .any(|copy| Fault::from(copy) == kind && !self.dedupe.lets_through(copy));
        self.faults.contains(&kind) && !filtered
    }

    /// Whether it has a stranger.
    pub fn has_stranger(&self) -> bool {
        self.allows(Fault::Trick)
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

/// A name that no profile has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownProfile(pub String);

impl fmt::Display for UnknownProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Profile::ALL.iter().map(|p| p.name).collect();
        write!(f, "no platform is called `{}`; there are: {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownProfile {}

impl FromStr for Profile {
    type Err = UnknownProfile;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|p| p.name == name || p.code == name);
        found.copied().ok_or_else(|| UnknownProfile(name.into()))
    }
}
