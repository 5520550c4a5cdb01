//! Two contracts side by side: the world is that of the first, the second gets the same
//! messages, and every visible difference is noted.

use super::{Contract, Objection, Subject, SubjectState, Wrong};
use crate::books::Books;
use crate::derived::Derived;
use crate::message::{Address, BURN, MU, Message, Outgoing, tag};
use crate::process::{Evaluation, HandlerError, Handlers, Label, Outbox};
use crate::renaming::{Rename, Renaming};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Two contracts that are run with every step.
#[derive(Clone, Debug)]
pub struct Pair {
    /// What reports call it.
    pub name: String,
    /// The one that the world hears.
    pub one: Box<Subject>,
    /// The one that is compared with it.
    pub other: Box<Subject>,
    /// What the two are called where they differ.
    pub called: [&'static str; 2],
    /// Whether messages that both always ignore need not be delivered.
    pub skips_inert: bool,
    /// What the platform leaves of an evaluation that throws.
    pub evaluation: Evaluation,
    /// Whether an evaluation of either threw and left something behind: a platform that undoes
    /// such a one has gone on from another state.
    pub left_half: Arc<AtomicBool>,
}

/// Both states, and how the last evaluation differed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PairState {
    pub one: Box<SubjectState>,
    pub other: Box<SubjectState>,
    /// Where it differed.
    pub objection: Option<Objection>,
}

impl Rename for PairState {
    fn renamed(&self, names: &Renaming) -> Self {
        Self {
            one: Box::new(self.one.renamed(names)),
            other: Box::new(self.other.renamed(names)),
            objection: self.objection.renamed(names),
        }
    }
}

/// What two contracts did with one message: the values where they differ.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Parting(pub [Did; 2]);

/// What one contract did with a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Did {
    /// What the contract is called.
    pub called: &'static str,
    /// Its books after that.
    pub books: Books,
    /// What it sent, each with tags in the order of their names.
    pub sent: Vec<Outgoing>,
}

impl fmt::Display for Parting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [one, other] = &self.0;
        write!(f, "{one}; {other}")
    }
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: books {:?}, sent {:?}", self.called, self.books, self.sent)
    }
}

impl Rename for Parting {
    fn renamed(&self, names: &Renaming) -> Self {
        Self([&self.0[0], &self.0[1]].map(|did| did.renamed(names)))
    }
}

impl Rename for Did {
    fn renamed(&self, names: &Renaming) -> Self {
        let sent: Vec<_> = self.sent.iter().map(|sent| sent.renamed(names)).collect();
        // Names of users may be names of tags, too, and the order follows them.
        Self { called: self.called, books: self.books.renamed(names), sent: sorted(&sent) }
    }
}

/// What one contract did with a message, as far as anybody can see it.
struct Seen<'a> {
    called: &'static str,
    threw: bool,
    sent: Vec<Outgoing>,
    before: Cow<'a, Books>,
    after: Cow<'a, Books>,
}

impl Seen<'_> {
    /// What it did, without names and amounts: the same for all messages of a kind.
    fn in_kind(&self) -> String {
        let mut did: Vec<String> = Vec::new();
        if self.threw {
            did.push("throws".into());
        }
        did.extend(moved(&self.before, &self.after));
        let mut sent: Vec<_> = self.sent.iter().map(action).collect();
        sent.sort_unstable();
        sent.dedup();
        if !sent.is_empty() {
            did.push(format!("sends {}", sent.join(", ")));
        }
        if did.is_empty() { "does nothing".into() } else { did.join(", ") }
    }

    fn in_detail(&self) -> Did {
        Did {
            called: self.called,
            books: self.after.clone().into_owned(),
            sent: sorted(&self.sent),
        }
    }

    /// Whether nobody can tell the two apart by this. Where their books differed before, what
    /// counts is how they change.
    fn is_as(&self, other: &Self) -> bool {
        let changes = |seen: &Self| seen.after.differences_from(&seen.before);
        self.threw == other.threw
            && sorted(&self.sent) == sorted(&other.sent)
            && (self.after == other.after
                || self.before != other.before && changes(self) == changes(other))
    }
}

/// Which totals and how many balances rose and fell.
fn moved(before: &Books, after: &Books) -> Vec<String> {
    let mut moved = Vec::new();
    let mut balances = [0, 0];
    for (_, change) in after.changes_since(before) {
        balances[usize::from(change.is_negative())] += 1;
    }
    for (count, how) in balances.into_iter().zip(["raises", "lowers"]) {
        match count {
            0 => {}
            1 => moved.push(format!("{how} a balance")),
            _ => moved.push(format!("{how} balances")),
        }
    }
    let totals = [
        ("TotalSupply", before.total_supply, after.total_supply),
        ("UsdaCollateral", before.usda_collateral, after.usda_collateral),
    ];
    for (name, before, after) in totals {
        if before != after {
            let how = if before.less_or_equal(after) { "raises" } else { "lowers" };
            moved.push(format!("{how} {name}"));
        }
    }
    moved
}

fn action(sent: &Outgoing) -> String {
    sent.tags.first(tag::ACTION).unwrap_or("a message").to_owned()
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

/// What kind of message it is: `Transfer to burn`, `Credit-Notice`.
fn kind(message: &Message) -> String {
    let action = if message.action().is_empty() { "a message" } else { message.action() };
    let burns = message.tags.first(tag::RECIPIENT) == Some(BURN);
    format!("{action}{}", if burns { " to burn" } else { "" })
}

fn difference(what: &str, one: &Seen<'_>, other: &Seen<'_>) -> Option<Objection> {
    if one.is_as(other) {
        return None;
    }
    let did = [one, other].map(Seen::in_kind);
    let text = if did[0] == did[1] {
        format!("{what}: both {}, with other contents", did[0])
    } else {
        format!("{what}: {} {}; {} {}", one.called, did[0], other.called, did[1])
    };
    let detail = Parting([one, other].map(Seen::in_detail));
    Some(Objection { kind: Wrong::Differs, text: text.into(), detail: Some(Box::new(detail)) })
}

/// Whether one of the two lets a message in, as any process of the model is spawned.
fn is_let_in(contract: &Subject, state: &SubjectState, message: &Message) -> bool {
    contract.trusts(state, message, &[Address::new_static(MU)])
}

impl Pair {
    /// Compares what anybody can read off two states that nothing was sent to.
    fn compare_books(&self, what: &str, state: &PairState) -> Option<Objection> {
        let seen = |called, after| {
            let before = Cow::Owned(Books::default());
            Seen { called, threw: false, sent: Vec::new(), before, after }
        };
        let (one, other) = (self.one.books(&state.one), self.other.books(&state.other));
        let [called_one, called_other] = self.called;
        difference(what, &seen(called_one, one), &seen(called_other, other))
    }

    /// What is wrong with one of the two alone.
    fn own_objection(&self, state: &PairState) -> Option<Objection> {
        let of_other = self.other.objection(&state.other);
        of_other.or_else(|| self.one.objection(&state.one)).cloned()
    }

    /// One of the two has thrown.
    fn note_half(&self, nothing_was_done: bool) {
        if !nothing_was_done && self.evaluation == Evaluation::Partial {
            self.left_half.store(true, Ordering::Relaxed);
        }
    }

    /// Runs the second, as the platform does.
    fn follow(
        &self,
        (before, state): (&SubjectState, &mut SubjectState),
        message: &Message,
        mut outbox: Outbox<'_>,
    ) -> (bool, Vec<Outgoing>) {
        if !is_let_in(&self.other, before, message) {
            return (false, Vec::new());
        }
        let threw = self.other.handle(state, message, &mut outbox).is_err();
        let sent = outbox.into_entries();
        if !threw {
            return (threw, sent);
        }
        self.note_half(sent.is_empty() && state == before);
        if self.evaluation == Evaluation::Atomic {
            *state = self.other.undone(before, state);
            return (threw, Vec::new());
        }
        (threw, sent)
    }
}

impl Handlers for Pair {
    type State = PairState;

    fn handle(
        &self,
        state: &mut PairState,
        message: &Message,
        outbox: &mut Outbox<'_>,
    ) -> Result<Label, HandlerError> {
        let before = state.clone();
        let mut own = outbox.fresh();
        let (threw, others) =
            self.follow((&before.other, &mut state.other), message, outbox.fresh());
        let outcome = if is_let_in(&self.one, &before.one, message) {
            self.one.handle(&mut state.one, message, &mut own)
        } else {
            Ok(Label::new_static("dropped: not trusted"))
        };
        let own = own.into_entries();
        if outcome.is_err() {
            self.note_half(own.is_empty() && state.one == before.one);
        }
        let is_undone = outcome.is_err() && self.evaluation == Evaluation::Atomic;
        let after =
            if is_undone { self.one.undone(&before.one, &state.one) } else { (*state.one).clone() };
        let one = Seen {
            called: self.called[0],
            threw: outcome.is_err(),
            sent: if is_undone { Vec::new() } else { own.clone() },
            before: self.one.books(&before.one),
            after: self.one.books(&after),
        };
        let other = Seen {
            called: self.called[1],
            threw,
            sent: others,
            before: self.other.books(&before.other),
            after: self.other.books(&state.other),
        };
        let found = difference(&kind(message), &one, &other);
        state.objection = found.or_else(|| self.own_objection(state));
        for Outgoing { target, tags, data } in own {
            outbox.send_with_data(target, tags, data);
        }
        outcome
    }

    fn ignores(&self, message: &Message) -> bool {
        self.skips_inert && self.one.ignores(message) && self.other.ignores(message)
    }

    /// What either of the two lets in.
    fn trusts(&self, state: &PairState, message: &Message, spawned_with: &[Address]) -> bool {
        self.one.trusts(&state.one, message, spawned_with)
            || self.other.trusts(&state.other, message, spawned_with)
    }

    /// The first has thrown; what is to be undone of the second is undone.
    fn undone(&self, before: &PairState, after: &PairState) -> PairState {
        PairState {
            one: Box::new(self.one.undone(&before.one, &after.one)),
            other: after.other.clone(),
            objection: after.objection.clone(),
        }
    }
}

impl Contract for Pair {
    fn initial(&self) -> PairState {
        let (one, other) = (Box::new(self.one.initial()), Box::new(self.other.initial()));
        let mut state = PairState { one, other, objection: None };
        let found = self.compare_books("loading", &state);
        state.objection = found.or_else(|| self.own_objection(&state));
        state
    }

    fn books<'a>(&self, state: &'a PairState) -> Cow<'a, Books> {
        self.one.books(&state.one)
    }

    fn reload(&self, state: &mut PairState) {
        let were_alike = self.one.books(&state.one) == self.other.books(&state.other);
        self.one.reload(&mut state.one);
        self.other.reload(&mut state.other);
        let found = self.compare_books("loading again", state).filter(|_| were_alike);
        state.objection = found.or_else(|| self.own_objection(state));
    }

    fn objection<'a>(&self, state: &'a PairState) -> Option<&'a Objection> {
        state.objection.as_ref()
    }

    /// What either listens for; a message that both know carries the tags of both.
    fn derived(&self) -> Arc<[Derived]> {
        let mut all = self.one.derived().to_vec();
        for more in self.other.derived().iter() {
            let taken: Vec<_> = all.iter().map(|known| known.name).collect();
            match all.iter_mut().find(|known| known.name == more.name) {
                Some(known) if known.is_sent_like(more) => {
                    known.tags = known.tags.clone().and_missing(&more.tags);
                }
                Some(_) => all.push(Derived { name: more.name.beside(&taken), ..more.clone() }),
                None => all.push(more.clone()),
            }
        }
        all.into()
    }

    fn tells_users_apart(&self) -> bool {
        self.one.tells_users_apart() || self.other.tells_users_apart()
    }

    fn is_refused(&self) -> bool {
        self.one.is_refused() || self.other.is_refused()
    }

    fn is_cut(&self) -> bool {
        self.one.is_cut() || self.other.is_cut()
    }

    fn forget_cut(&self) {
        self.one.forget_cut();
        self.other.forget_cut();
    }

    fn never_rests(&self) -> bool {
        self.one.never_rests() || self.other.never_rests()
    }

    fn under(self, evaluation: Evaluation) -> Self {
        Self { evaluation, ..self }
    }
}
