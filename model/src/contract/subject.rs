//! Whatever can be checked: a transcription, a Lua file, or both side by side.

use super::{Contract, Objection, Pair, PairState, Tim3, Variant};
use crate::books::Books;
use crate::deployed::{Deployed, LuaState};
use crate::derived::Derived;
use crate::message::{Address, Message};
use crate::process::{Evaluation, HandlerError, Handlers, Label, Outbox};
use crate::renaming::{Rename, Renaming};
use crate::usda::Usda;
use aos::Digest;
use std::{borrow::Cow, fmt, hash::Hash, hash::Hasher, sync::Arc};

/// A contract to check.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A transcription.
    Variant(Variant),
    /// A Lua file, beside this ledger.
    Lua(Deployed, Usda),
    /// Two of them side by side.
    Pair(Pair),
}

/// The state of a [`Subject`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectState {
    Variant(Tim3),
    Lua(LuaState),
    Pair(PairState),
}

impl Subject {
    /// The name by which reports call it, and under which its counterexamples are kept: a
    /// variant's name, or a file's.
    pub fn name(&self) -> &str {
        match self {
            Self::Variant(variant) => variant.name(),
            Self::Pair(pair) => &pair.name,
            Self::Lua(lua, _) => lua.name(),
        }
    }

    /// Of all that decides what it does, and what its states mean: two subjects may be called by
    /// one name.
    pub fn digest(&self) -> Digest {
        let text = match self {
            Self::Variant(variant) => format!("{variant:?}"),
            Self::Lua(lua, usda) => {
                let program = lua.program();
                let source = (&program.file, &program.source, &program.successor);
                format!("{:?}", (source, lua.manner(), usda, lua.sent_instead()))
            }
            Self::Pair(pair) => {
                let both = [pair.one.digest(), pair.other.digest()];
                format!("{:?}", (&pair.name, both, pair.called, pair.evaluation))
            }
        };
        Digest::of(text.as_bytes())
    }

    /// Which published token blueprint USDA runs beside it.
    pub fn usda(&self) -> Usda {
        match self {
            Self::Variant(variant) => variant.usda(),
            Self::Pair(pair) => pair.one.usda(),
            Self::Lua(_, usda) => *usda,
        }
    }

    /// The variant that is transcribed, if one is.
    pub fn variant(&self) -> Option<Variant> {
        match self {
            Self::Variant(variant) => Some(*variant),
            Self::Pair(pair) => pair.one.variant(),
            Self::Lua(..) => None,
        }
    }

    /// The same contract for one more search: see [`Deployed::for_search`].
    #[must_use]
    pub fn for_search(&self, group: &[Renaming]) -> Self {
        self.with_lua(&|lua| lua.for_search(group))
    }

    /// The same contract; no message to Lua is taken for inert.
    #[must_use]
    pub fn with_nothing_inert(&self) -> Self {
        self.with_lua(&Deployed::with_nothing_inert)
    }

    fn with_lua(&self, change: &dyn Fn(&Deployed) -> Deployed) -> Self {
        match self {
            Self::Variant(variant) => Self::Variant(*variant),
            Self::Lua(lua, usda) => Self::Lua(change(lua), *usda),
            Self::Pair(pair) => Self::Pair(Pair {
                one: Box::new(pair.one.with_lua(change)),
                other: Box::new(pair.other.with_lua(change)),
                ..pair.clone()
            }),
        }
    }

    /// The Lua that is run, if any is; of two the second, if that is Lua.
    pub fn lua(&self) -> Option<&Deployed> {
        match self {
            Self::Variant(_) => None,
            Self::Pair(pair) => pair.other.lua().or_else(|| pair.one.lua()),
            Self::Lua(lua, _) => Some(lua),
        }
    }

    /// All Lua that is run.
    pub fn luas(&self) -> Vec<&Deployed> {
        match self {
            Self::Variant(_) => Vec::new(),
            Self::Pair(pair) => [pair.one.luas(), pair.other.luas()].concat(),
            Self::Lua(lua, _) => vec![lua],
        }
    }

    /// What handlers of it asked for that the host does not do, if any did: of two the first that
    /// was refused.
    pub fn refusal(&self) -> Option<String> {
        self.luas().into_iter().find_map(Deployed::refusal)
    }
}

impl From<Variant> for Subject {
    fn from(variant: Variant) -> Self {
        Self::Variant(variant)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl SubjectState {
    /// The state of the Lua, if any is run.
    pub fn lua(&self) -> Option<&LuaState> {
        match self {
            Self::Variant(_) => None,
            Self::Lua(lua) => Some(lua),
            Self::Pair(pair) => pair.other.lua().or_else(|| pair.one.lua()),
        }
    }
}

/// A search has states of one kind only, so the kind adds nothing.
impl Hash for SubjectState {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        match self {
            Self::Variant(state) => state.hash(hasher),
            Self::Lua(state) => state.hash(hasher),
            Self::Pair(state) => state.hash(hasher),
        }
    }
}

impl Rename for SubjectState {
    fn renamed(&self, names: &Renaming) -> Self {
        match self {
            Self::Variant(state) => Self::Variant(state.renamed(names)),
            Self::Lua(state) => Self::Lua(state.renamed(names)),
            Self::Pair(state) => Self::Pair(state.renamed(names)),
        }
    }
}

/// The same on whichever contract it is, with the state that belongs to it.
macro_rules! with {
    ($subject:expr, $state:expr, $contract:ident, $own:ident => $do:expr) => {
        match ($subject, $state) {
            (Subject::Variant($contract), SubjectState::Variant($own)) => $do,
            (Subject::Lua($contract, _), SubjectState::Lua($own)) => $do,
            (Subject::Pair($contract), SubjectState::Pair($own)) => $do,
            _ => unreachable!("a state of another kind of contract"),
        }
    };
}

impl Handlers for Subject {
    type State = SubjectState;

    fn handle(
        &self,
        state: &mut SubjectState,
        message: &Message,
        outbox: &mut Outbox<'_>,
    ) -> Result<Label, HandlerError> {
        with!(self, state, contract, own => contract.handle(own, message, outbox))
    }

    fn ignores(&self, message: &Message) -> bool {
        match self {
            Self::Variant(variant) => variant.ignores(message),
            Self::Lua(lua, _) => lua.ignores(message),
            Self::Pair(pair) => pair.ignores(message),
        }
    }

    fn trusts(&self, state: &SubjectState, message: &Message, spawned_with: &[Address]) -> bool {
        with!(self, state, contract, own => contract.trusts(own, message, spawned_with))
    }

    fn undone(&self, before: &SubjectState, after: &SubjectState) -> SubjectState {
        use SubjectState as Of;
        match (self, before, after) {
            (Self::Lua(lua, _), Of::Lua(before), Of::Lua(after)) => {
                Of::Lua(lua.undone(before, after))
            }
            (Self::Pair(pair), Of::Pair(before), Of::Pair(after)) => {
                Of::Pair(pair.undone(before, after))
            }
            _ => before.clone(),
        }
    }
}

impl Contract for Subject {
    fn initial(&self) -> SubjectState {
        match self {
            Self::Variant(variant) => SubjectState::Variant(variant.initial()),
            Self::Lua(lua, _) => SubjectState::Lua(lua.initial()),
            Self::Pair(pair) => SubjectState::Pair(pair.initial()),
        }
    }

    fn books<'a>(&self, state: &'a SubjectState) -> Cow<'a, Books> {
        with!(self, state, contract, own => contract.books(own))
    }

    fn reload(&self, state: &mut SubjectState) {
        with!(self, state, contract, own => contract.reload(own));
    }

    fn has_upgrade(&self) -> bool {
        match self {
            Self::Lua(lua, _) => lua.has_upgrade(),
            Self::Variant(_) | Self::Pair(_) => false,
        }
    }

    fn upgrade(&self, state: &mut SubjectState) {
        with!(self, state, contract, own => contract.upgrade(own));
    }

    fn objection<'a>(&self, state: &'a SubjectState) -> Option<&'a Objection> {
        with!(self, state, contract, own => contract.objection(own))
    }

    fn meets_tricks(&self) -> bool {
        self.luas().into_iter().all(|lua| !lua.manner().only_derived)
    }

    fn derived(&self) -> Arc<[Derived]> {
        match self {
            Self::Variant(variant) => variant.derived(),
            Self::Lua(lua, _) => lua.derived(),
            Self::Pair(pair) => pair.derived(),
        }
    }

    fn under(self, evaluation: Evaluation) -> Self {
        match self {
            Self::Pair(pair) => Self::Pair(pair.under(evaluation)),
            alone => alone,
        }
    }

    fn may_read_time(&self) -> bool {
        self.luas().into_iter().any(Contract::may_read_time)
    }

    fn tells_users_apart(&self) -> bool {
        self.luas().into_iter().any(Deployed::tells_users_apart)
    }

    fn is_refused(&self) -> bool {
        self.luas().into_iter().any(Deployed::is_refused)
    }

    fn is_cut(&self) -> bool {
        self.luas().into_iter().any(Deployed::is_cut)
    }

    fn forget_cut(&self) {
        self.luas().into_iter().for_each(Deployed::forget_cut);
    }

    fn never_rests(&self) -> bool {
        self.luas().into_iter().any(Deployed::never_rests)
    }
}
