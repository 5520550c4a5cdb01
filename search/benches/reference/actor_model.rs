//! The same actors in stateright's own [`ActorModel`].
//!
//! Its network is a closed enum without "deliver and keep a copy", and it leaves ignored
//! messages in flight. Both are added here from outside, by a model that hands everything
//! else through; so its states and transitions are those of `SPEC.md`.

use stateright::actor::{
    ActorModel, ActorModelAction, ActorModelState, Envelope, Id, LossyNetwork, Network,
};
use stateright::{Model, Property};

use super::Size;
use super::actors::{Issue, Message, Party};
use super::invariants::Invariants;
use search::actors::Properties;

/// An [`ActorModel`] on a network that also repeats.
pub struct Repeating {
    model: ActorModel<Party, Invariants>,
    size: Size,
}

/// A global state as stateright keeps it.
type State = ActorModelState<Party>;
type Inner = ActorModelAction<Message, (), Issue>;

/// What may happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Whatever stateright offers.
    Inner(Inner),
    /// A message reaches its receiver and a copy of it stays in flight.
    DeliverAndKeep(Envelope<Message>),
}

/// The sender of kept copies: they come from the network. Handlers do not look at senders.
fn network() -> Id {
    Id::from(usize::from(u16::MAX))
}

impl Repeating {
    pub fn new(size: Size) -> Self {
        let lossy = if size.loss { LossyNetwork::Yes } else { LossyNetwork::No };
        let model = ActorModel::new(Invariants { size }, ())
            .actors(Party::all(size))
            .init_network(Network::new_unordered_nonduplicating([]))
            .lossy_network(lossy);
        Self { model, size }
    }

    /// Delivers; a message that is ignored is gone, too.
    fn deliver(&self, state: &State, envelope: Envelope<Message>) -> Option<State> {
        let Envelope { src, dst, msg } = envelope;
        let delivered = self.model.next_state(state, Inner::Deliver { src, dst, msg });
        delivered.or_else(|| self.model.next_state(state, Inner::Drop(envelope)))
    }

    fn holds(&self, state: &State) -> bool {
        let invariants = &self.model.cfg;
        let parties = |party: usize| invariants.summary(party, &state.actor_states[party]);
        let in_flight = state.network.iter_deliverable();
        let in_flight = in_flight.map(|envelope| (invariants.tag(&envelope.to_cloned_msg()), 1));
        invariants.judge(parties, in_flight) == 0
    }
}

impl Model for Repeating {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        self.model.init_states()
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let mut inner = Vec::new();
        self.model.actions(state, &mut inner);
        for action in inner {
            if let Inner::Deliver { src, dst, msg } = action
                && self.size.dup
                && src != network()
            {
                actions.push(Action::DeliverAndKeep(Envelope { src, dst, msg }));
            }
            actions.push(Action::Inner(action));
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        match action {
            Action::Inner(Inner::Deliver { src, dst, msg }) => {
                self.deliver(state, Envelope { src, dst, msg })
            }
            Action::Inner(action) => self.model.next_state(state, action),
            Action::DeliverAndKeep(envelope) => {
                let mut next = self.deliver(state, envelope)?;
                if let Network::UnorderedNonDuplicating(messages) = &mut next.network {
                    messages.insert(Envelope { src: network(), ..envelope }, 1);
                }
                Some(next)
            }
        }
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("the seven invariants", Self::holds)]
    }
}
