//! What a file listens for, found by trying: which Actions wake a handler, which tags change
//! what it does, with which values, and whose messages it treats unlike those of others.
//!
//! Whoever holds an address that the file names, and that is none of the system's, is a
//! stranger: nobody who relies on the contract knows who that is.
//!
//! The words to try are the texts and numbers in the file's code, in code that it loads from
//! texts, and in its first states, also where the code joins them by `..`, and what Lua patterns among
//! them match. The names of tags are
//! those that handlers look for; one without a value that makes a difference is named in reports.
//! Where handlers look into a tag, by functions that read texts or for its length, what they compare
//! is no text that could be sent: that tag is named, too.
//! Of each tag that handlers look for, reports name that it has other values, and of a message
//! whose tags they can count, that it could have more. Tags that burns and transfers have are
//! tried twice with different values; their answers are sent to processes; their Data is JSON;
//! they are sent under the name of a notice that is still to come. Tags name the account of somebody
//! who has asked for nothing. Recipients are all texts of the file, and processes of the system.
//! Where handlers put values of tags into what they send, those are tried that make an order of it.
//! Every text that the code makes while it handles a message is tried, too. Actions are tried as
//! messages of processes, without one or two of their tags, and in the states that the messages
//! found so far lead to. Where a value makes handlers look for other tags, those are tried with it,
//! also under an Action that no handler waits for.
//! Amounts are the usual one, those of [tricks](crate::Trick), the numbers of the file, and those
//! next to them; in tags of the file's own, other spellings, too. Larger ones are burned and
//! transferred by somebody who has paid in as much. Not found are other amounts, and
//! messages that need more changes at once.

mod actions;
mod amounts;
mod attempt;
mod chains;
mod claims;
mod counters;
mod holders;
mod larger;
mod money;
mod names;
mod owner;
mod patterns;
mod recipients;
mod relays;
mod remarks;
mod seen;
mod trial;
mod values;
mod words;

use super::powers::Power;
use super::workshop::{Workshop, lock};
use crate::Trick;
use crate::derived::{Derived, DerivedName, Way};
use crate::message::tag;
use crate::wallet::STRANGER;
use aos::{Dependence, Digest, ITS_DATA, Note, Program, stop};
use attempt::Attempt;
pub use remarks::Remark;
use seen::Seen;
pub(super) use seen::says;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use trial::Trial;
use words::{Words, is_tag_name, may_arrive};

/// What wallets send anyway, and tricks: see [`Trick`](crate::Trick).
const KNOWN_ACTIONS: [&str; 4] = ["Transfer", "Credit-Notice", "Debit-Notice", "Transfer-Error"];
/// The part of these with which a process speaks of money.
const NOTICES: [&str; 3] = ["Credit-Notice", "Debit-Notice", "Transfer-Error"];
/// Tags that the platform decides over, or takes away (SEMANTICS A3), and the Action.
const NOT_CHOSEN: [&str; 4] = [tag::ACTION, "From", "Owner", "From-Process"];
/// Tags that name a message or say where answers go, so that any value makes a difference, and
/// Data: only values that the file names are tried.
const BY_WORDS: [&str; 8] = [
    "Id",
    tag::REFERENCE,
    tag::REPLY_TO,
    tag::X_REFERENCE,
    "Target",
    "Content-Type",
    "Pushed-For",
    ITS_DATA,
];
/// Tags that aos itself looks for.
const OF_PLATFORM: [&str; 4] = ["Data-Protocol", "Variant", "Type", "From-Module"];
/// Tags that the fixed messages vary, so that any reading of them is tried.
const VARIED: [&str; 3] = [tag::REFERENCE, tag::X_REFERENCE, "Id"];
/// More messages than that make a search too large.
const MOST: usize = 12;
/// Tags of one message, and values of one tag that others have no like of.
const MOST_TAGS: usize = 100;
const MOST_VALUES: usize = 2;
/// The length of a value that nobody knows.
const UNKNOWN: usize = 12;
/// Changes of one message beside its parameters.
const MOST_CHANGES: usize = 3;

/// Somebody who holds something, and did not ask for what the stranger does.
const VICTIM: &str = "alice";

/// An Action that no handler waits for.
const NOBODYS: &str = "No-Handler-Waits-For-This";

/// What was derived, and what was not.
#[derive(Clone, Default)]
pub(super) struct Found {
    pub(super) derived: Arc<[Derived]>,
    pub(super) left_out: LeftOut,
    /// What only the owner was seen to do, and that TIM3 can be stranded.
    pub(super) powers: Arc<BTreeSet<Power>>,
    pub(super) remarks: Arc<[Remark]>,
    /// The handlers that ran meanwhile, by name.
    pub(super) ran: Arc<BTreeSet<String>>,
    /// Where handlers took a Reference for a number, or looked into one, while References are
    /// names: then there is nothing else here.
    pub(super) of_numbers: Arc<BTreeSet<Note>>,
}

/// What a file names and nobody tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each says something of its own")]
pub struct LeftOut {
    /// Texts, as there are too many.
    pub texts: usize,
    /// Messages that make a difference, as there are too many.
    pub messages: usize,
    /// Tags that handlers look for where no value that was tried makes a difference.
    pub tags: Vec<String>,
    /// Tags, and the [Data](ITS_DATA), that they look into, by functions that read texts or by
    /// asking for a length: what they compare is then not what must be sent. Others than those
    /// above.
    pub looked_into: Vec<String>,
    /// Tags that they look for and that are not above: some value makes a difference, and others
    /// may, too.
    pub other_values: Vec<String>,
    /// Where they can count or go through the tags of a message: how many the longest had that
    /// was tried.
    pub most_tags: Option<usize>,
    /// Whether they look at the Data of messages, and a text of the file is treated unlike others
    /// there: other Data may be, too.
    pub other_data: bool,
    /// Whether the host refuses what they do with a burn or a transfer whose Data aos decodes.
    pub json: bool,
    /// Whether they look at the Data of messages, and no text of the file is treated unlike
    /// others there.
    pub data: bool,
    /// Addresses that they name, and `a process`, whose burns or transfers they treat
    /// unlike those of others once they hold something.
    pub holders: Vec<String>,
    /// Whether they treat the owner's burns, transfers or notices unlike those of others.
    pub owner: bool,
    /// Globals that are numbers and change with nearly every deposit, burn or transfer.
    pub counters: Vec<String>,
    /// What the host refuses to do for a message of a stranger's: its Action, and what and where.
    pub refused: Vec<(String, String)>,
    /// Whether there was more to try than is tried.
    pub was_cut: bool,
}

/// How many programs are remembered with what was derived.
const MOST_KNOWN: usize = 4096;

/// As [`derive`], once for each program and where its books are: a review loads the same file
/// many times.
pub(super) fn known(workshop: &Workshop, states: &[aos::State]) -> Found {
    static KNOWN: Mutex<BTreeMap<Digest, Found>> = Mutex::new(BTreeMap::new());
    let Program { file, source, settings, successor, addresses, .. } = &*workshop.program;
    let how = (&workshop.manner, workshop.ids.are_numbered());
    let all = format!("{:?}", (file, source, settings, successor, addresses, how));
    let key = Digest::of(all.as_bytes());
    if let Some(found) = lock(&KNOWN).get(&key) {
        return found.clone();
    }
    let found = derive(workshop, states);
    // What is given up may have tried too little.
    if !stop::is_due() {
        let mut known = lock(&KNOWN);
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(key, found.clone());
    }
    found
}

/// What a stranger can send because these states listen for it.
fn derive(workshop: &Workshop, states: &[aos::State]) -> Found {
    let trial = Trial::new(workshop, states);
    // What they load from texts is then known, and whether they take a Reference for a number.
    for attempt in Attempt::money().into_iter().chain(Attempt::outcomes()) {
        trial.run(&attempt);
    }
    let of_numbers = trial.notes(Dependence::Reference);
    if !(of_numbers.is_empty() || workshop.ids.are_numbered()) {
        // All else is asked where References are numbers.
        return Found { of_numbers: of_numbers.into(), ..Found::default() };
    }
    let words = Words::of(workshop, &trial);
    let texts = words.left_out;
    let mut hunt = Hunt {
        knows_tricks: !workshop.manner.only_derived,
        addresses: Vec::new(),
        words,
        trial,
        found: Vec::new(),
        tags: BTreeMap::new(),
        looked_into: BTreeSet::new(),
        json: false,
    };
    hunt.learn();
    hunt.actions();
    hunt.money();
    hunt.notices();
    hunt.later();
    hunt.amounts();
    hunt.relays();
    hunt.chains();
    let messages = hunt.found.len().saturating_sub(hunt.most());
    let (holders, owner) = (hunt.holders(), hunt.is_owner_special());
    let counters = hunt.counters();
    let data = hunt.tags.remove(ITS_DATA);
    let (data, other_data) = (data == Some(false), data == Some(true));
    let idle = hunt.tags.iter().filter(|(_, makes_a_difference)| !**makes_a_difference);
    let tags: Vec<_> = idle.map(|(name, _)| name.to_string()).collect();
    let looked_into = hunt.looked_into.iter().map(SmolStr::to_string);
    let is_said = |name: &String| tags.contains(name) || data && name == ITS_DATA;
    let looked_into: Vec<_> = looked_into.filter(|name| !is_said(name)).collect();
    let is_varied = |name: &str| {
        hunt.is_of_aos(name) || [&NOT_CHOSEN[..], &VARIED].iter().any(|known| known.contains(&name))
    };
    let mut other_values = hunt.trial.missed();
    other_values.retain(|name| {
        !is_varied(name)
            && may_arrive(name)
            && name != ITS_DATA
            && !tags.contains(name)
            && !looked_into.contains(name)
    });
    let other_values = other_values.into_iter().collect();
    let most_tags = hunt.trial.most_tags();
    let powers = (&hunt.powers_of_owner() | &hunt.stranding()).into();
    let remarks = hunt.remarks().into();
    let was_cut = hunt.trial.is_exhausted();
    let refused = hunt.trial.refused().into_iter();
    let refused = refused.map(|(action, why)| (action.to_string(), why)).collect();
    let left_out = LeftOut {
        texts,
        messages,
        tags,
        looked_into,
        other_values,
        most_tags,
        other_data,
        json: hunt.json,
        data,
        holders,
        owner,
        counters,
        refused,
        was_cut,
    };
    let ran = hunt.trial.ran().into();
    Found { derived: hunt.derived().into(), left_out, powers, remarks, ran, ..Found::default() }
}

/// A message that makes a difference, and whether that is one of money.
struct Catch {
    attempt: Attempt,
    moves: bool,
}

struct Hunt<'a> {
    /// Whether what [tricks](crate::Trick) send is tried anyway, and need not be found.
    knows_tricks: bool,
    trial: Trial<'a>,
    words: Words,
    addresses: Vec<SmolStr>,
    found: Vec<Catch>,
    /// The tags that handlers look for, and whether one makes a difference.
    tags: BTreeMap<SmolStr, bool>,
    looked_into: BTreeSet<SmolStr>,
    /// Whether the host refuses what they do with Data that aos decodes.
    json: bool,
}

impl Hunt<'_> {
    /// As many as a search has room for: those that move money first.
    fn derived(mut self) -> Vec<Derived> {
        let most = self.most();
        if self.found.len() > most {
            self.found.sort_by_key(|one| !one.moves);
            self.found.truncate(most);
        }
        let mut derived: Vec<Derived> = Vec::new();
        for Catch { attempt, .. } in &self.found {
            let taken: Vec<DerivedName> = derived.iter().map(|one| one.name).collect();
            derived.push(attempt.derived(&taken));
        }
        derived
    }

    fn most(&self) -> usize {
        if self.knows_tricks { MOST } else { MOST + Trick::ALL.len() }
    }

    fn catch(&mut self, attempt: Attempt, base: Option<&Seen>, seen: &Seen) {
        if self.found.iter().any(|known| known.attempt.is_same(&attempt)) {
            return;
        }
        let moves = self.trial.moves(base, seen);
        self.found.push(Catch { attempt, moves });
    }

    /// Catches a message if it matters what differs from `seen`, beside what is passed on of these
    /// words; whether it does.
    fn catch_if_it_matters(&mut self, changed: Attempt, seen: &Seen, words: &[&str]) -> bool {
        let other = self.trial.run(&changed).filter(|other| seen.matters(other, words));
        other.inspect(|other| self.catch(changed, Some(seen), other)).is_some()
    }

    /// The same message with each tag that changes what the handlers do with it; `seen` is what
    /// they do without.
    fn with_parameters(&self, mut attempt: Attempt, mut seen: Seen) -> (Attempt, Seen) {
        let mut tried = BTreeSet::new();
        while let Some(name) =
            self.parameters(&attempt, &seen).into_iter().find(|name| !tried.contains(name))
        {
            for value in [STRANGER, "10", VICTIM].map(SmolStr::new_static) {
                let more = attempt.with_unnamed(&name, &value);
                if let Some(other) = self.trial.run(&more).filter(|other| seen.differs(other)) {
                    (attempt, seen) = (more, other);
                    break;
                }
            }
            tried.insert(name);
        }
        self.with_all_parameters(attempt, seen)
    }

    /// The same message with all tags that it lacks, if only all of them together change what the
    /// handlers do with it.
    fn with_all_parameters(&self, attempt: Attempt, seen: Seen) -> (Attempt, Seen) {
        let names = self.parameters(&attempt, &seen);
        if names.len() < 2 || seen.missed.contains("*") {
            return (attempt, seen);
        }
        let [stranger, number, victim] = [STRANGER, "10", VICTIM].map(SmolStr::new_static);
        let with = |value: &dyn Fn(&SmolStr) -> SmolStr| {
            names.iter().fold(attempt.clone(), |all, name| all.with_unnamed(name, &value(name)))
        };
        let alike = [&stranger, &number].map(|value| with(&|_| value.clone()));
        let with_victim = names
            .iter()
            .map(|own| with(&|name| if name == own { victim.clone() } else { stranger.clone() }));
        for all in alike.into_iter().chain(with_victim) {
            if let Some(other) = self.trial.run(&all).filter(|other| seen.differs(other)) {
                return (all, other);
            }
        }
        (attempt, seen)
    }

    /// The tags that handlers look for in a message and do not find.
    fn tags(&self, attempt: &Attempt, seen: &Seen) -> Vec<SmolStr> {
        let missed = seen.missed.iter().map(SmolStr::from);
        let missed = missed.filter(|name| may_arrive(name) || name == ITS_DATA);
        let mut names: BTreeSet<SmolStr> = missed.collect();
        // Where they look at all tags, it may be for any.
        if seen.missed.contains("*") {
            names.extend(self.words.all.iter().filter(|word| is_tag_name(word)).cloned());
        }
        names.retain(|name| !NOT_CHOSEN.contains(&name.as_str()) && attempt.takes(name));
        names.into_iter().take(MOST_TAGS).collect()
    }

    /// Those of them where any value may be what the handlers ask for.
    fn parameters(&self, attempt: &Attempt, seen: &Seen) -> Vec<SmolStr> {
        let mut names = self.tags(attempt, seen);
        // Which ids there are is not the file's to say. A trick forwards a number with a deposit.
        let is_plain_deposit =
            self.knows_tricks && attempt.way == Way::Deposit && attempt.parameters().is_empty();
        names.retain(|name| {
            let name = name.as_str();
            !(BY_WORDS.contains(&name) || is_plain_deposit && name == tag::X_QUANTITY)
        });
        names
    }

    /// Notices of processes that the file names, and answers of USDA that the stranger asks for.
    fn notices(&mut self) {
        let reflected = self.reflected();
        for question in Attempt::questions().into_iter().chain(reflected) {
            let Some(seen) = self.trial.run(&question) else { continue };
            if seen.states() != self.trial.states || self.trial.moves(None, &seen) {
                self.catch(question, None, &seen);
            }
        }
        for action in NOTICES.map(SmolStr::new_static) {
            let from = |word: &SmolStr| Attempt::notice_from(word, &action);
            for word in self.special(&self.addresses, from) {
                if let Some(seen) = self.trial.run(&from(&word)) {
                    self.catch(from(&word), None, &seen);
                    self.changes(&from(&word), &seen, MOST_CHANGES);
                }
            }
        }
    }

    /// Transfers at USDA that the stranger asks to be told to TIM3, as what USDA says about her
    /// release.
    fn reflected(&self) -> Vec<Attempt> {
        if self.knows_tricks { Vec::new() } else { Attempt::reflected().into() }
    }

    /// The message with values of tags, and from addresses, that the handlers treat unlike others;
    /// with more of them, where that makes them look for other tags.
    fn changes(&mut self, base: &Attempt, seen: &Seen, depth: usize) {
        let mut next = Vec::new();
        // All values only of tags that handlers look for by name, or that may be passed on.
        let is_looked_for =
            |name: &SmolStr| seen.missed.contains(name.as_str()) || name.starts_with("X-");
        let names: Vec<_> = self.tags(base, seen).into_iter().filter(is_looked_for).collect();
        let compared: Vec<_> = names.iter().map(|name| self.look_into(base, name)).collect();
        let quiet = self.quiet(base, seen, &names);
        let words = if quiet.is_empty() { &[] } else { &*self.words.all };
        let special_of_quiet = self.special(words, |word| {
            quiet.iter().fold(base.clone(), |with, name| with.with_unnamed(name, word))
        });
        for (name, compared) in names.iter().zip(compared) {
            let mut words = self.values(base, seen, name);
            if quiet.contains(name) {
                words.retain(|word| special_of_quiet.contains(word) || compared.contains(word));
            }
            let special = self.special(&words, |word| base.with_unnamed(name, word));
            let with = |word: &SmolStr| base.with(name, word);
            if self.is_looked_for(seen, name) {
                let matters = || name != ITS_DATA && self.matters_at_all(base, seen, name);
                let makes_a_difference = !special.is_empty() || matters();
                *self.tags.entry(name.clone()).or_default() |= makes_a_difference;
            }
            next.extend(special.iter().take(MOST_VALUES).map(with));
        }
        if !base.has_sender() {
            let special = self.special(&self.addresses, |word| base.from(word));
            next.extend(special.iter().map(|word| base.from(word)));
        }
        for attempt in next {
            let Some(other) = self.trial.run(&attempt) else { continue };
            let words: Vec<&str> = attempt.words().collect();
            if attempt.has_sender() != base.has_sender() || seen.matters(&other, &words) {
                self.catch(attempt.clone(), Some(seen), &other);
            }
            if other.misses_more_than(seen) {
                self.fill(&attempt, (seen, &other));
                if depth > 1 {
                    self.changes(&attempt, &other, depth - 1);
                }
            }
        }
    }

    /// The message with tags that the handlers look for only where it is as it is; `before` is what
    /// they do without what was changed last.
    fn fill(&mut self, attempt: &Attempt, (before, seen): (&Seen, &Seen)) {
        if attempt.way == Way::Send {
            let (full, filled) = self.with_parameters(attempt.clone(), seen.clone());
            if !full.is_same(attempt) {
                self.catch(full.clone(), Some(seen), &filled);
            }
            return self.own_tags(&full, &filled);
        }
        let names = self.parameters(attempt, seen);
        for name in names.iter().filter(|name| !before.missed.contains(name.as_str())) {
            self.any_value(attempt, seen, name);
        }
    }

    /// Those of these tags that can be tried together: with values that nobody knows, alone or in
    /// all of them, the handlers go the same way, and send as many messages to the same.
    fn quiet(&self, base: &Attempt, seen: &Seen, names: &[SmolStr]) -> Vec<SmolStr> {
        let Some(unknown) = self.words.unknown(UNKNOWN) else { return Vec::new() };
        let is_quiet =
            |with: &Attempt| self.trial.run(with).is_some_and(|other| other.goes_like(seen));
        let mut quiet: Vec<SmolStr> = names.to_vec();
        quiet.retain(|name| name != ITS_DATA && is_quiet(&base.with_unnamed(name, &unknown)));
        let with = |with: Attempt, name: &SmolStr| with.with_unnamed(name, &unknown);
        let together = quiet.iter().fold(base.clone(), with);
        // Of one alone nothing is gained.
        if quiet.len() < 2 || !is_quiet(&together) { Vec::new() } else { quiet }
    }

    /// Whether the handlers look for a tag by its name, and not only aos, which does for some.
    fn is_looked_for(&self, seen: &Seen, name: &SmolStr) -> bool {
        seen.missed.contains(name.as_str()) && !self.is_of_aos(name)
    }

    /// Whether only aos looks for a tag.
    fn is_of_aos(&self, name: &str) -> bool {
        OF_PLATFORM.contains(&name) && !self.words.says(name)
    }
}
