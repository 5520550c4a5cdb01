//! The contract under check, and what aos does around its handlers.

use model::books::Books;
use model::contract::{Contract as _, Tim3, Variant};
use model::message::{MU, Message, Outgoing, Tags, USDA, tag};
use model::process::{Handlers, Outbox};
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;

/// The name of a wallet, a process, or whatever somebody wrote as one.
pub type Address = smol_str::SmolStr;

/// Why there is no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The contract asks for what the host of Lua does not do, or does not load.
    Refused(String),
    /// There are more worlds than this.
    TooMany(usize),
    TimeIsOver,
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => write!(f, "refused: {why}"),
            Self::TooMany(most) => write!(f, "more than {most} worlds"),
            Self::TimeIsOver => f.write_str("its time was over"),
        }
    }
}

/// What handlers do with one message.
pub struct Handled<S> {
    /// The state after it, with what was half done if they threw.
    pub state: S,
    /// What they sent, up to an error.
    pub sent: Vec<Outgoing>,
    pub threw: bool,
    /// What the transcription says it did.
    pub says: Address,
}

/// What is wrong with a state, whatever the contract is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flaws {
    /// Some evaluation so far did not end, or ran out of memory.
    pub unfinished: bool,
    /// An amount in the books is not a number.
    pub unreadable: bool,
}

/// A contract: a transcription, or a Lua file.
pub trait Contract {
    /// All that its handlers can leave behind. Two are the same if they are equal, no less.
    type State: Clone + Eq + Hash;

    /// After the source was loaded.
    fn fresh(&self) -> Self::State;

    /// Handles a message that aos let in, for the `nth` time, counted from 0.
    ///
    /// # Errors
    /// If the host does not do what the handlers ask for.
    fn handle(
        &self,
        state: &Self::State,
        message: &Message,
        nth: u8,
    ) -> Result<Handled<Self::State>, Stop>;

    /// What stays of a state after everything that led to `after` was undone.
    fn undone(&self, before: &Self::State, after: &Self::State) -> Self::State;

    /// Loads the same source again.
    ///
    /// # Errors
    /// If the host does not do what the source asks for.
    fn reload(&self, state: &Self::State) -> Result<Self::State, Stop>;

    /// What anybody can read in a state, and what is wrong with it.
    fn books(&self, state: &Self::State) -> (Books, Flaws);

    /// Whether it has a handler for this message.
    ///
    /// # Errors
    /// If the host does not do what the handlers ask for.
    fn claims(&self, message: &Message) -> Result<bool, Stop>;

    /// Whether the messages that it has handlers for may be others in this state than at first.
    fn claims_otherwise(&self, state: &Self::State) -> bool;

    /// Whether the promises of Lua files are asked of it, too.
    fn is_lua(&self) -> bool;

    /// Whether what time it is could make a difference.
    fn may_read_time(&self) -> bool;

    /// The guards that must be seen to fire, if it is to have all of them.
    fn has_all_guards(&self) -> bool;
}

/// Whether aos hands a message to the handlers: signed by its sender or pushed by the messenger,
/// and for this process, unless it may be assigned (SEMANTICS A3).
pub enum Gate {
    Open,
    /// It is dropped.
    Untrusted,
    /// It is refused, and its sender is told.
    NotAssignable,
}

/// What aos does with `message` at `process`.
pub fn gate(process: &str, message: &Message, is_assignable: bool) -> Gate {
    if message.owner != message.from && message.owner != MU && message.from != MU {
        Gate::Untrusted
    } else if message.target != process && !is_assignable {
        Gate::NotAssignable
    } else {
        Gate::Open
    }
}

/// Tags as the process at `target` reads them: aos writes names in title case (SEMANTICS A3), and
/// the token of USDA reads the last tag of a name, its Action, too; aos itself reads the first
/// Content-Type. A contract can read any.
pub fn read_at(target: &str, written: impl IntoIterator<Item = (Address, Address)>) -> Tags {
    let mut read: Vec<(Address, Address)> = Vec::new();
    let mut places: HashMap<Address, usize> = HashMap::new();
    for (name, value) in written {
        let name = in_title_case(&name);
        let known = places.get(&name).copied().filter(|_| target == USDA);
        if let Some(place) = known {
            if name != tag::CONTENT_TYPE {
                read[place].1 = value;
            }
        } else {
            places.insert(name.clone(), read.len());
            read.push((name, value));
        }
    }
    read.into_iter().collect()
}

fn in_title_case(name: &str) -> Address {
    let words = name.split(['-', '_']).map(|word| {
        let mut word = word.to_ascii_lowercase();
        if let Some(first) = word.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        word
    });
    words.collect::<Vec<_>>().join("-").into()
}

/// A message to be sent.
pub fn sending(target: &str, tags: Vec<(Address, Address)>, data: &str) -> Outgoing {
    Outgoing { target: target.into(), tags: tags.into_iter().collect::<Tags>(), data: data.into() }
}

/// The transcriptions are the contract, not the engine: they are called as they are.
impl Contract for Variant {
    type State = Tim3;

    fn fresh(&self) -> Tim3 {
        self.initial()
    }

    fn handle(&self, state: &Tim3, message: &Message, nth: u8) -> Result<Handled<Tim3>, Stop> {
        let mut state = state.clone();
        let mut outbox = Outbox::new(&message.identity, nth);
        let outcome = Handlers::handle(self, &mut state, message, &mut outbox);
        let says = outcome.as_ref().cloned().unwrap_or_default();
        Ok(Handled { state, sent: outbox.into_entries(), threw: outcome.is_err(), says })
    }

    fn undone(&self, before: &Tim3, _: &Tim3) -> Tim3 {
        before.clone()
    }

    fn reload(&self, state: &Tim3) -> Result<Tim3, Stop> {
        let mut state = state.clone();
        model::Contract::reload(self, &mut state);
        Ok(state)
    }

    fn books(&self, state: &Tim3) -> (Books, Flaws) {
        (state.books.clone(), Flaws::default())
    }

    fn claims(&self, message: &Message) -> Result<bool, Stop> {
        Ok(!self.ignores(message))
    }

    fn claims_otherwise(&self, _: &Tim3) -> bool {
        false
    }

    fn is_lua(&self) -> bool {
        false
    }

    fn may_read_time(&self) -> bool {
        false
    }

    fn has_all_guards(&self) -> bool {
        matches!(self, Self::Hardened | Self::HardenedOnUsda2024)
    }
}
