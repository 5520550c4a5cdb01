//! A world, and all worlds that one step leads to.
//!
//! Nothing is left out of the steps, nothing forgotten in a world, no two worlds taken for one
//! that differ in anything.

use crate::contract::{Address, Contract, Gate, Stop, gate, read_at};
use crate::faults::{Budget, copied};
use crate::history::History;
use crate::ledger::{self, Ledger};
use crate::people::{self, Done, Person};
use crate::sights::{Sight, Sights};
use model::bounds::Bounds;
use model::exact::Exact;
use model::fault::{Fault, Faults};
use model::identity::Identity;
use model::lua::Number;
use model::message::{Copy, MU, Message, OWNER, Outgoing, TIM3, Tags, USDA, tag};
use model::process::Evaluation;
use model::profile::{Order, Profile};
use model::usda::Usda;
use ruint::aliases::U256;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

/// What does not change: the contract, its platform, and who is there.
pub struct Place<'a, C> {
    pub contract: &'a C,
    /// Which token USDA is.
    pub usda: Usda,
    pub profile: Profile,
    /// How often what may be done.
    pub bounds: Bounds,
    /// What may go wrong.
    pub budget: Budget,
    /// Everybody with a wallet.
    pub people: Vec<Person>,
    /// Whether which messages the contract has handlers for changes: then all count as handled.
    pub claims_change: bool,
}

/// All that is so at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World<S> {
    /// USDA's balances.
    pub ledger: Rc<Ledger>,
    /// What TIM3 remembers.
    pub tim3: Rc<S>,
    /// What everybody has done, in the order of [`Place::people`].
    pub done: Vec<Done>,
    /// What was sent and did not arrive yet: by name where order does not matter, and where it
    /// does in the order of each channel.
    pub flying: Vec<Letter>,
    /// What was evaluated.
    pub evaluated: Vec<Evaluated>,
    /// The faults so far.
    pub faults: Faults,
    /// Whether the owner has made Credit-Notices assignable.
    pub is_assignable: bool,
    /// What truly happened.
    pub history: Rc<History>,
}

/// A message that was sent. Letters are equal if all that is in them is; their hash, which only
/// says where a table keeps them, is that of their name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter(Rc<Message>);

impl Hash for Letter {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.identity.hash(hasher);
    }
}

impl Deref for Letter {
    type Target = Message;

    fn deref(&self) -> &Message {
        &self.0
    }
}

impl<S: Clone> World<S> {
    fn with_fault(&self, kind: Fault) -> Self {
        Self { faults: self.faults.and(kind), ..self.clone() }
    }
}

/// A message that was evaluated, and may be again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Evaluated {
    message: Letter,
    times: u8,
    was_assigned: bool,
}

/// The worlds after one step.
pub type Next<S> = Vec<World<S>>;

/// A world in which holders are helped out, and how often each has burned, by place.
pub type Rescue<S> = (World<S>, Vec<u8>);

impl<'a, C: Contract> Place<'a, C> {
    /// This contract beside this USDA on this platform, within these bounds.
    pub fn new(contract: &'a C, usda: Usda, profile: Profile, bounds: Bounds) -> Self {
        let budget = Budget::new(profile, bounds);
        let people = people::everybody(&bounds, &budget);
        Self { contract, usda, profile, bounds, budget, people, claims_change: false }
    }

    pub fn first(&self) -> World<C::State> {
        let own = |person: &Person| (person.name.clone(), person.usda_at_first());
        World {
            ledger: Rc::new(self.people.iter().map(own).collect()),
            tim3: Rc::new(self.contract.fresh()),
            done: vec![Done::default(); self.people.len()],
            flying: Vec::new(),
            evaluated: Vec::new(),
            faults: Faults::default(),
            is_assignable: false,
            history: Rc::default(),
        }
    }

    /// USDA that exists at first.
    pub fn issued(&self) -> U256 {
        self.people.iter().fold(U256::ZERO, |sum, person| sum + person.usda_at_first())
    }

    /// All worlds after one step: somebody acts, a message arrives, is lost, or is evaluated
    /// again, or the owner makes a mistake.
    ///
    /// # Errors
    /// If the contract asks for what cannot be done.
    pub fn next(
        &self,
        world: &World<C::State>,
        sights: &mut Sights,
    ) -> Result<Next<C::State>, Stop> {
        let mut next = self.arrivals(world, sights)?;
        next.extend(self.acts(world, sights)?);
        next.extend(self.losses(world, sights)?);
        next.extend(self.repeats(world, sights)?);
        next.extend(self.mistakes(world, sights)?);
        Ok(next)
    }

    /// All worlds after one step of those that help: what is on its way between the processes
    /// arrives, or an honest user burns all he holds, or, if that is refused, what a deposit brings,
    /// or either a year later if the contract may know the time.
    ///
    /// # Errors
    /// If the contract asks for what cannot be done.
    pub fn next_in_rescue(
        &self,
        (world, exits): &Rescue<C::State>,
    ) -> Result<Vec<Rescue<C::State>>, Stop> {
        let arrived = self.arrivals(world, &mut Sights::default())?;
        let mut next: Vec<_> = arrived.into_iter().map(|world| (world, exits.clone())).collect();
        let books = self.contract.books(&world.tim3).0;
        let (deposit, most) = (self.bounds.quantity.to_string(), self.exits());
        for (place, person) in self.people.iter().enumerate() {
            let balance = books.balance(&person.name);
            let has_nothing = balance.less_or_equal(Number::Integer(0));
            if person.is_stranger() || exits[place] == most || has_nothing {
                continue;
            }
            let all = balance.to_string();
            let exit = |amount: &str, is_late| {
                let (mut world, mut exits) = (world.clone(), exits.clone());
                exits[place] += 1;
                let message =
                    people::exit(self.profile.users, &person.name, (exits[place], is_late), amount);
                self.evaluate(&mut world, &message, 0, &mut Sights::default())?;
                Ok((world, exits))
            };
            let at_once: Rescue<C::State> = exit(&all, false)?;
            let left = self.contract.books(&at_once.0.tim3).0.balance(&person.name);
            next.push(at_once);
            // Who is refused may try less, or wait.
            if left != balance {
                continue;
            }
            let is_more = Exact::from(balance) - U256::from(self.bounds.quantity).into();
            let part = is_more.is_positive().then_some(&deposit);
            for (amount, is_late) in [(Some(&all), true), (part, false), (part, true)] {
                if let Some(amount) = amount.filter(|_| !is_late || self.contract.may_read_time()) {
                    next.push(exit(amount, is_late)?);
                }
            }
        }
        Ok(next)
    }

    /// How often each may burn in a rescue: one may hold what all deposits brought.
    fn exits(&self) -> u8 {
        (self.bounds.users * self.bounds.deposits).clamp(1, 3)
    }

    /// The world without what can still go wrong: no notice can be assigned, nothing that was
    /// evaluated comes again.
    pub fn rescued(&self, world: &World<C::State>) -> World<C::State> {
        let mut world = World { is_assignable: false, evaluated: Vec::new(), ..world.clone() };
        world.flying.retain(|message| message.is_between_processes());
        world
    }

    fn arrivals(
        &self,
        world: &World<C::State>,
        sights: &mut Sights,
    ) -> Result<Next<C::State>, Stop> {
        let mut next = Vec::new();
        for (place, message) in world.flying.iter().enumerate() {
            let is_possible = message.is_between_processes() || world.is_assignable;
            if !is_possible || self.waits(message, &world.flying[..place])? {
                continue;
            }
            let mut after = world.clone();
            after.flying.remove(place);
            self.evaluate_first(&mut after, message, sights)?;
            next.push(after);
        }
        Ok(next)
    }

    /// Whether an older message of the same channel has to arrive before, where order matters.
    /// Nothing waits for one that nobody handles.
    fn waits(&self, message: &Message, older: &[Letter]) -> Result<bool, Stop> {
        if self.profile.order == Order::Any {
            return Ok(false);
        }
        for older in older.iter().filter(|older| channel(older) == channel(message)) {
            if older.is_between_processes() && self.is_handled(older)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What a wallet signs is evaluated in the step in which it is signed.
    fn acts(&self, world: &World<C::State>, sights: &mut Sights) -> Result<Next<C::State>, Stop> {
        let mut next = Vec::new();
        for (place, person) in self.people.iter().enumerate() {
            for (done, message) in person.acts(self.profile.users, &world.done[place]) {
                let mut after = world.clone();
                after.done[place] = done;
                self.evaluate_first(&mut after, &Letter(Rc::new(message)), sights)?;
                next.push(after);
            }
            if !self.budget.allows(&world.faults, Fault::Trick) {
                continue;
            }
            for (done, trick, message) in person.tricks(&world.done[place]) {
                let mut after = world.with_fault(Fault::Trick);
                sights.insert(Sight::Fault(Fault::Trick));
                after.done[place] = done;
                sights.insert(Sight::Trick(trick));
                self.evaluate_first(&mut after, &Letter(Rc::new(message)), sights)?;
                next.push(after);
            }
        }
        Ok(next)
    }

    fn losses(&self, world: &World<C::State>, sights: &mut Sights) -> Result<Next<C::State>, Stop> {
        let mut next = Vec::new();
        if !self.budget.allows(&world.faults, Fault::Loss) {
            return Ok(next);
        }
        for (place, message) in world.flying.iter().enumerate() {
            if message.is_between_processes() {
                self.see(Fault::Loss, message, sights)?;
                let mut after = world.with_fault(Fault::Loss);
                after.flying.remove(place);
                next.push(after);
            }
        }
        Ok(next)
    }

    fn repeats(
        &self,
        world: &World<C::State>,
        sights: &mut Sights,
    ) -> Result<Next<C::State>, Stop> {
        let mut next = Vec::new();
        for copy in Copy::ALL {
            if !self.budget.allows(&world.faults, copy.into()) {
                continue;
            }
            for (place, Evaluated { message, times, was_assigned }) in
                world.evaluated.iter().enumerate()
            {
                if !self.budget.repeats(message, copy, *was_assigned) {
                    continue;
                }
                self.see(copy.into(), message, sights)?;
                let mut after = world.with_fault(copy.into());
                after.evaluated[place].times += 1;
                after.evaluated[place].was_assigned |= copy == Copy::Assignment;
                self.evaluate(&mut after, &copied(message, copy, *times), *times, sights)?;
                next.push(after);
            }
        }
        Ok(next)
    }

    fn mistakes(
        &self,
        world: &World<C::State>,
        sights: &mut Sights,
    ) -> Result<Next<C::State>, Stop> {
        if !self.budget.allows(&world.faults, Fault::Owner) {
            return Ok(Vec::new());
        }
        let after = world.with_fault(Fault::Owner);
        sights.insert(Sight::Fault(Fault::Owner));
        let n = after.faults.of(Fault::Owner);
        let mut reloaded = after.clone();
        reloaded.tim3 = Rc::new(self.contract.reload(&world.tim3)?);
        let books = |state: &C::State| self.contract.books(state).0;
        let (old, new) = (books(&world.tim3), books(&reloaded.tim3));
        let eval = Identity::signed(OWNER, "reload", n);
        let eval = Message::signed(OWNER, eval, TIM3, Tags::default());
        Rc::make_mut(&mut reloaded.history).at_tim3((&eval, 0), (&old, &new), &[]);
        let (mut transferred, mut opened) = (after.clone(), after);
        let (cause, tags) = people::self_transfer(n, self.bounds.quantity);
        let sent = Outgoing { target: USDA.into(), tags, data: "".into() };
        self.send(&mut transferred, &pushed(TIM3, &cause, 0, vec![sent]));
        opened.is_assignable = true;
        let mut next = vec![reloaded, transferred];
        next.extend((!world.is_assignable).then_some(opened));
        Ok(next)
    }

    /// A fault of the network is seen where it meets a message that somebody signed himself or
    /// that has a handler: of another nothing would come anyway.
    fn see(&self, kind: Fault, message: &Message, sights: &mut Sights) -> Result<(), Stop> {
        let sight = Sight::Fault(kind);
        let is_new = !sights.have(std::slice::from_ref(&sight));
        if is_new && (message.pushed_for.is_empty() || self.is_handled(message)?) {
            sights.insert(sight);
        }
        Ok(())
    }

    fn evaluate_first(
        &self,
        world: &mut World<C::State>,
        letter: &Letter,
        sights: &mut Sights,
    ) -> Result<(), Stop> {
        let place = world.evaluated.partition_point(|e| e.message.identity < letter.identity);
        let message = letter.clone();
        world.evaluated.insert(place, Evaluated { message, times: 1, was_assigned: false });
        self.evaluate(world, letter, 0, sights)
    }

    /// The process that it reaches evaluates a message, for the `nth` time, from 0. What is for
    /// USDA reaches USDA, everything else TIM3.
    fn evaluate(
        &self,
        world: &mut World<C::State>,
        message: &Message,
        nth: u8,
        sights: &mut Sights,
    ) -> Result<(), Stop> {
        let sent = if message.target == USDA {
            self.evaluate_at_usda(world, message, nth, sights)
        } else {
            self.evaluate_at_tim3(world, message, nth, sights)?
        };
        self.send(world, &sent);
        Ok(())
    }

    fn evaluate_at_usda(
        &self,
        world: &mut World<C::State>,
        message: &Message,
        nth: u8,
        sights: &mut Sights,
    ) -> Vec<Message> {
        let Gate::Open = gate(USDA, message, false) else { return Vec::new() };
        let mut answer = ledger::evaluate(&world.ledger, self.usda, message);
        let sent = pushed(USDA, &message.identity, nth, std::mem::take(&mut answer.sent));
        sights.at_usda(message, answer.moved.is_some());
        Rc::make_mut(&mut world.history).at_usda(message, &answer, &sent);
        world.ledger = Rc::new(answer.ledger);
        sent
    }

    fn evaluate_at_tim3(
        &self,
        world: &mut World<C::State>,
        message: &Message,
        nth: u8,
        sights: &mut Sights,
    ) -> Result<Vec<Message>, Stop> {
        let is_assignable = world.is_assignable && message.action() == "Credit-Notice";
        let (mut after, mut sent, mut says) =
            (C::State::clone(&world.tim3), Vec::new(), Address::default());
        match gate(TIM3, message, is_assignable) {
            Gate::Untrusted => {}
            Gate::NotAssignable => {
                let data = "Assignment is not trusted by this process!".into();
                sent.push(Outgoing { target: message.from.clone(), tags: Tags::default(), data });
            }
            Gate::Open => {
                let handled = self.contract.handle(&world.tim3, message, nth)?;
                (after, sent, says) = (handled.state, handled.sent, handled.says);
                if handled.threw && self.profile.evaluation == Evaluation::Atomic {
                    after = self.contract.undone(&world.tim3, &after);
                    sent.clear();
                }
            }
        }
        let sent = pushed(TIM3, &message.identity, nth, sent);
        let (old, new) = (self.contract.books(&world.tim3).0, self.contract.books(&after).0);
        let history = Rc::make_mut(&mut world.history);
        if history.at_tim3((message, nth), (&old, &new), &sent) {
            history.lost_burn |= !self.burns_later(&world.tim3, message)?;
        }
        sights.at_tim3(message, &says, &sent);
        world.tim3 = Rc::new(after);
        Ok(sent)
    }

    /// Whether the same burn destroys just that for somebody who waits.
    fn burns_later(&self, tim3: &C::State, burn: &Message) -> Result<bool, Stop> {
        if !self.contract.may_read_time() {
            return Ok(false);
        }
        let amount = burn.tags.first(tag::QUANTITY).unwrap_or_default();
        let message = people::exit(self.profile.users, &burn.from, (1, true), amount);
        let handled = self.contract.handle(tim3, &message, 0)?;
        let undo = handled.threw && self.profile.evaluation == Evaluation::Atomic;
        let after = if undo { tim3 } else { &handled.state };
        let (old, new) = (self.contract.books(tim3).0, self.contract.books(after).0);
        let mut later = History::default();
        let is_refused = later.at_tim3((&message, 0), (&old, &new), &[]);
        Ok(!is_refused && !later.lost_burn)
    }

    /// Puts in flight what is for the two processes, and what could be assigned to TIM3: a
    /// notice of USDA to somebody else, where the owner may let that be.
    fn send(&self, world: &mut World<C::State>, sent: &[Message]) {
        for message in sent {
            let could_be_assigned = self.budget.ever(Fault::Owner)
                && message.action() == "Credit-Notice"
                && message.from == USDA;
            if !message.is_between_processes() && !could_be_assigned {
                continue;
            }
            let is_before = |other: &Letter| match self.profile.order {
                Order::Any => other.identity < message.identity,
                Order::Fifo => channel(other) <= channel(message),
            };
            let place = world.flying.partition_point(is_before);
            world.flying.insert(place, Letter(Rc::new(message.clone())));
        }
    }

    /// Whether nothing is on its way that its receiver has a handler for.
    ///
    /// # Errors
    /// If the contract asks for what cannot be done.
    pub fn is_at_rest(&self, world: &World<C::State>) -> Result<bool, Stop> {
        for message in &world.flying {
            if message.is_between_processes() && self.is_handled(message)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the receiver has a handler for a message.
    fn is_handled(&self, message: &Message) -> Result<bool, Stop> {
        match &*message.target {
            USDA => Ok(ledger::claims(message)),
            _ => Ok(self.claims_change || self.contract.claims(message)?),
        }
    }
}

fn channel(message: &Message) -> (&Address, &Address) {
    (&message.from, &message.target)
}

/// The messages of a process as the messenger pushes them: entry by entry of what the `nth`
/// evaluation of `cause` left in its outbox.
fn pushed(process: &str, cause: &Identity, nth: u8, sent: Vec<Outgoing>) -> Vec<Message> {
    let push = |(entry, sent): (usize, Outgoing)| {
        let identity = cause.caused(nth, entry);
        let own = sent.tags.iter().map(|(name, value)| (Address::from(name), Address::from(value)));
        let reference = (Address::from(tag::REFERENCE), Address::from(identity.as_str()));
        Message {
            id: identity.as_str().into(),
            pushed_for: cause.root().as_str().into(),
            tags: read_at(&sent.target, std::iter::once(reference).chain(own)),
            target: sent.target,
            from: process.into(),
            owner: MU.into(),
            data: sent.data,
            identity,
        }
    };
    sent.into_iter().enumerate().map(push).collect()
}
