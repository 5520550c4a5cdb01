//! A transcription and its Lua, side by side.

use super::{Deployed, LuaState};
use crate::books::Books;
use crate::contract::{Contract, Objection, Tim3, Variant, Wrong};
use crate::message::{Message, Outgoing};
use crate::process::{HandlerError, Handlers, Label, Outbox};
use crate::renaming::{Rename, Renaming};
use std::{borrow::Cow, fmt};

/// A variant that runs its Lua with every step, and objects where the two differ.
#[derive(Clone, Debug)]
pub struct Twin {
    /// The transcription.
    pub variant: Variant,
    /// The Lua.
    pub lua: Deployed,
}

/// Both states, and the first difference.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TwinState {
    /// Of the transcription.
    pub rust: Tim3,
    /// Of the Lua.
    pub lua: LuaState,
    /// Where they differed.
    pub objection: Option<Objection>,
}

impl Rename for TwinState {
    fn renamed(&self, names: &Renaming) -> Self {
        Self {
            rust: self.rust.renamed(names),
            lua: self.lua.renamed(names),
            objection: self.objection.clone(),
        }
    }
}

impl TwinState {
    /// The first objection stays.
    fn note(&mut self, objection: impl FnOnce(&Self) -> Option<Objection>) {
        if self.objection.is_none() {
            self.objection = objection(self);
        }
    }

    fn compare_books(&mut self) {
        self.note(|state| difference("books", &state.rust.books, state.lua.books()));
        self.note(|state| state.lua.objection().cloned());
    }
}

fn difference<T: PartialEq + fmt::Debug>(what: &str, rust: &T, lua: &T) -> Option<Objection> {
    let text = || format!("{what}: the transcription has {rust:?}, the Lua {lua:?}");
    (rust != lua).then(|| Objection { kind: Wrong::Differs, text: text().into() })
}

/// With tags in the order of their names: a table has no other.
fn sorted(entries: &[Outgoing]) -> Vec<Outgoing> {
    let sort = |sent: &Outgoing| {
        let mut tags: Vec<_> = sent.tags.iter().collect();
        tags.sort_unstable();
        Outgoing { tags: tags.into_iter().collect(), ..sent.clone() }
    };
    entries.iter().map(sort).collect()
}

impl Handlers for Twin {
    type State = TwinState;

    fn handle(
        &self,
        state: &mut TwinState,
        message: &Message,
        outbox: &mut Outbox<'_>,
    ) -> Result<Label, HandlerError> {
        let (mut own, mut other) = (outbox.fresh(), outbox.fresh());
        let rust = self.variant.handle(&mut state.rust, message, &mut own);
        let lua = self.lua.handle(&mut state.lua, message, &mut other);
        let (own, other) = (own.into_entries(), other.into_entries());
        state.note(|_| difference("errors", &rust.is_err(), &lua.is_err()));
        state.note(|_| difference("sent", &sorted(&own), &sorted(&other)));
        state.compare_books();
        for Outgoing { target, tags, data } in own {
            outbox.send_with_data(target, tags, data);
        }
        rust
    }

    fn undone(&self, before: &TwinState, after: &TwinState) -> TwinState {
        let said = || after.objection.clone().filter(super::outlasts);
        TwinState {
            rust: before.rust.clone(),
            lua: self.lua.undone(&before.lua, &after.lua),
            objection: before.objection.clone().or_else(said),
        }
    }
}

impl Contract for Twin {
    fn initial(&self) -> TwinState {
        let (rust, lua) = (self.variant.initial(), self.lua.initial());
        let mut state = TwinState { rust, lua, objection: None };
        state.compare_books();
        state
    }

    fn books<'a>(&self, state: &'a TwinState) -> Cow<'a, Books> {
        self.variant.books(&state.rust)
    }

    fn reload(&self, state: &mut TwinState) {
        self.variant.reload(&mut state.rust);
        self.lua.reload(&mut state.lua);
        state.compare_books();
    }

    fn objection<'a>(&self, state: &'a TwinState) -> Option<&'a Objection> {
        state.objection.as_ref()
    }
}
