//! The same parties as stateright actors.
//!
//! [`Swap`] composes them with a network that stateright does not have (budgets, kinds of
//! repeats). Without faults, stateright's own `ActorModel` can run them: a test compares
//! the two state spaces.

use crate::contract::Contract;
use crate::message::{Message, TIM3, USDA};
use crate::shared::Shared;
use crate::state::State;
use crate::swap::Swap;
use crate::usda::Ledger;
use crate::wallet::{Done, Intent};
use stateright::actor::{Actor, Id, Out};
use std::{borrow::Cow, sync::Arc};

/// One party of a swap.
#[derive(Clone)]
pub struct Party<C: Contract> {
    swap: Arc<Swap<C>>,
    role: Role,
}

#[derive(Clone, Copy, Debug)]
enum Role {
    Usda,
    Tim3,
    Wallet(usize),
}

/// The local state of a party.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Local<S> {
    Usda(Shared<Ledger>),
    Tim3(Shared<S>),
    Wallet(Done),
}

impl<C: Contract> Party<C> {
    /// USDA, TIM3 and the wallets, in this order: an actor's [`Id`] is its place.
    pub fn all(swap: &Arc<Swap<C>>) -> Vec<Self> {
        let wallets = (0..swap.wallets.len()).map(Role::Wallet);
        let roles = [Role::Usda, Role::Tim3].into_iter().chain(wallets);
        roles.map(|role| Self { swap: Arc::clone(swap), role }).collect()
    }

    /// The local states in a global one, in the order of [`Party::all`].
    pub fn locals(state: &State<C::State>) -> Vec<Local<C::State>> {
        let processes =
            [Local::Usda(Shared::clone(&state.usda)), Local::Tim3(Shared::clone(&state.tim3))];
        processes.into_iter().chain(state.wallets.iter().cloned().map(Local::Wallet)).collect()
    }

    fn send(&self, message: Shared<Message>, out: &mut Out<Self>) {
        let id = match message.target.as_str() {
            USDA => Id::from(0),
            TIM3 => Id::from(1),
            _ => return,
        };
        if self.swap.is_carried(&message) || message.is_of_user() {
            out.send(id, message);
        }
    }

    fn offer(&self, done: &Done, out: &mut Out<Self>) {
        if let Role::Wallet(place) = self.role {
            out.choose_random("intent", self.swap.wallets[place].choices(done));
        }
    }
}

impl<C: Contract> Actor for Party<C> {
    type Msg = Shared<Message>;
    type Timer = ();
    type State = Local<C::State>;
    type Storage = ();
    type Random = Intent;

    fn on_start(&self, _id: Id, _storage: &Option<()>, out: &mut Out<Self>) -> Self::State {
        let initial = self.swap.initial();
        match self.role {
            Role::Usda => Local::Usda(initial.usda),
            Role::Tim3 => Local::Tim3(initial.tim3),
            Role::Wallet(place) => {
                self.offer(&initial.wallets[place], out);
                Local::Wallet(initial.wallets[place].clone())
            }
        }
    }

    fn on_msg(
        &self,
        _id: Id,
        state: &mut Cow<Self::State>,
        _source: Id,
        message: Shared<Message>,
        out: &mut Out<Self>,
    ) {
        // Asking for a mutable state consumes the message even where nothing changes.
        let sent = match state.to_mut() {
            Local::Usda(ledger) => {
                let evaluated = self.swap.usda.evaluate(ledger, &message, 0);
                *ledger = Shared::new(evaluated.state);
                evaluated.sent
            }
            Local::Tim3(tim3) => {
                let evaluated = self.swap.tim3.evaluate(tim3, &message, 0);
                *tim3 = Shared::new(evaluated.state);
                evaluated.sent
            }
            Local::Wallet(_) => Vec::new(),
        };
        for message in sent {
            self.send(message, out);
        }
    }

    fn on_random(
        &self,
        _id: Id,
        state: &mut Cow<Self::State>,
        intent: &Intent,
        out: &mut Out<Self>,
    ) {
        let (Role::Wallet(place), Local::Wallet(done)) = (self.role, state.to_mut()) else {
            return;
        };
        let (after, message) = self.swap.wallets[place].act(done, *intent);
        self.offer(&after, out);
        *done = after;
        self.send(Shared::new(message), out);
    }
}
