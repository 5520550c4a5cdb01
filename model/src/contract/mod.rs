//! The contract under check: TIM3, in every version we know.
//!
//! A contract is [`Handlers`] plus two things a check needs: what anybody can observe
//! of its state, and what loading its source again does. Rust transcriptions and
//! anything else that can run TIM3's handlers plug in here.

mod hardened;
mod lua_source;
mod mutant;
mod pair;
mod seed;
mod subject;
mod variant;

pub use hardened::{Hardened, MAX_SUPPLY};
pub use lua_source::{HARDENED_LUA, LuaEdit};
pub use mutant::Mutant;
pub use pair::{Did, Pair, PairState, Parting};
pub use seed::Seed;
pub use subject::{Subject, SubjectState};
pub use variant::{UnknownVariant, Variant};

use crate::{
    books::Books,
    derived::Derived,
    lua::Number,
    message::Address,
    process::{Evaluation, Handlers},
    renaming::Rename,
};
use smol_str::SmolStr;
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    hash::Hash,
    sync::Arc,
};

/// A TIM3 contract.
pub trait Contract:
    Handlers<State: Debug + Eq + Hash + Ord + Rename + Send + Sync + 'static> + Send + Sync + 'static
{
    /// The state after the source was loaded into a fresh process.
    fn initial(&self) -> Self::State;

    /// What anybody can observe of a state.
    fn books<'a>(&self, state: &'a Self::State) -> Cow<'a, Books>;

    /// What an `Eval` of the same source by the owner does to a running process.
    fn reload(&self, state: &mut Self::State);

    /// Whether the owner may replace the contract by another version while it runs.
    fn has_upgrade(&self) -> bool {
        false
    }

    /// What an `Eval` of the other version by the owner does to a running process.
    fn upgrade(&self, _state: &mut Self::State) {}

    /// What is wrong with the handlers themselves, if it showed on the way to this
    /// state. Transcriptions have none.
    fn objection<'a>(&self, _state: &'a Self::State) -> Option<&'a Objection> {
        None
    }

    /// The same contract on a platform that leaves this of an evaluation that throws.
    #[must_use]
    fn under(self, _evaluation: Evaluation) -> Self
    where
        Self: Sized,
    {
        self
    }

    /// Whether the stranger knows [tricks](crate::Trick), and not only what is derived.
    fn meets_tricks(&self) -> bool {
        true
    }

    /// What a stranger can send because the contract listens for it, beside the tricks that are
    /// known beforehand. Of transcriptions nothing: they listen for what tricks send.
    fn derived(&self) -> Arc<[Derived]> {
        Arc::default()
    }

    /// Whether what time it is could make a difference.
    fn may_read_time(&self) -> bool {
        false
    }

    /// Whether some evaluation so far treated users differently who were to be alike.
    fn tells_users_apart(&self) -> bool {
        false
    }

    /// Whether they asked for what cannot be done: nothing that they answer from then on, and
    /// nothing that was found of them, means anything.
    fn is_refused(&self) -> bool {
        false
    }

    /// Whether an evaluation was given up since [`forget_cut`](Self::forget_cut): what they
    /// answered then means nothing, but what they answer again may.
    fn is_cut(&self) -> bool {
        false
    }

    fn forget_cut(&self) {}

    /// Whether they were seen never to come to rest: nothing is evaluated after that.
    fn never_rests(&self) -> bool {
        false
    }
}

/// Something that is wrong with handlers whatever they are for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Objection {
    /// What kind of thing.
    pub kind: Wrong,
    /// What happened, with the place.
    pub text: SmolStr,
    /// What two contracts did that differ.
    pub detail: Option<Box<Parting>>,
}

impl Objection {
    /// This is wrong with the handlers.
    pub fn new(kind: Wrong, text: impl Into<SmolStr>) -> Self {
        Self { kind, text: text.into(), detail: None }
    }

    /// Whether this is true of handlers even where what they did is undone: books that could
    /// not be read can be again.
    pub fn outlasts(&self) -> bool {
        self.kind != Wrong::Unreadable
    }
}

/// What can be wrong with handlers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Wrong {
    /// An evaluation does not end.
    DoesNotEnd,
    /// An evaluation runs out of memory.
    OutOfMemory,
    /// The result of an evaluation depends on the order in which `pairs` goes through a table.
    DependsOnOrder,
    /// The same evaluation ended otherwise the second time.
    NotRepeatable,
    /// The books cannot be read: an amount is not a number.
    Unreadable,
    /// Two contracts that run side by side have different results.
    Differs,
    /// The other version of the contract does not load over the state of this one.
    DoesNotReplace,
    /// One message leads to another forever, though nobody acts.
    NeverRests,
}

/// The state of the transcribed contracts. The seeds use only the books.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tim3 {
    /// `Balances`, `TotalSupply`, `UsdaCollateral`.
    pub books: Books,
    /// `Seen`: the keys of the messages that were carried out.
    pub seen: BTreeSet<SmolStr>,
    /// `Quarantine`: deposits that were kept and not minted, by key.
    pub quarantine: BTreeSet<SmolStr>,
    /// `Pending`: releases by Reference, in the mutants that wait for an answer.
    pub pending: BTreeMap<SmolStr, (Address, Number)>,
    /// `Depositor`, in the mutant that keeps the first.
    pub depositor: Option<Address>,
    /// `Paused`, in the mutant that can be.
    pub paused: bool,
}
