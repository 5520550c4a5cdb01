//! What a file listens for, found by trying: which Actions wake a handler, and which tags
//! change what it does.
//!
//! The words are the texts in the file's code. A text that the code puts together at run time
//! is not among them, nor is a message that a handler answers only in a later state, nor one
//! that several tags together must wake.

use super::workshop::{Workshop, evaluate};
use crate::derived::{Derived, DerivedName};
use crate::identity::Identity;
use crate::message::{Message, Outgoing, TIM3, Tags, USDA, tag};
use crate::wallet::STRANGER;
use aos::{Evaluation, Machine, PairsOrder, stop};
use smol_str::SmolStr;
use std::sync::Arc;

/// What the tricks and the token itself send: see [`Trick`](crate::Trick).
const KNOWN_ACTIONS: [&str; 5] =
    ["Transfer", "Credit-Notice", "Debit-Notice", "Transfer-Error", "Burn"];
/// What tricks forward with a deposit.
const KNOWN_FORWARDED: [&str; 2] = [tag::X_REFERENCE, tag::X_QUANTITY];
/// Tags that a message has anyway, or that say where answers go.
const NO_PARAMETERS: [&str; 6] =
    [tag::ACTION, tag::REFERENCE, tag::REPLY_TO, tag::X_REFERENCE, "From", "Target"];
/// Longer texts are sentences.
const LONGEST: usize = 48;
/// More messages than that make a search too large.
const MOST: usize = 12;
/// More texts than that are not tried as Actions, nor more as tags of one, nor more as tags that
/// are forwarded, nor more as values of one.
const MOST_WORDS: usize = 2000;
const MOST_TAGS: usize = 100;
const MOST_FORWARDED: usize = 20;
const MOST_VALUES: usize = 50;

/// What was derived, and how many texts of the file were left out.
pub(super) struct Found {
    pub(super) derived: Arc<[Derived]>,
    pub(super) left_out: usize,
}

/// What a stranger can send because these states listen for it.
pub(super) fn derive(workshop: &Arc<Workshop>, states: &[aos::State]) -> Found {
    let mut words = words(workshop);
    let left_out = words.len().saturating_sub(MOST_WORDS);
    words.truncate(MOST_WORDS);
    if words.is_empty() {
        return Found { derived: Arc::default(), left_out };
    }
    // An interpreter of its own: what it runs is no part of the coverage.
    let machine = workshop.new_machine();
    let mut trial = Trial { machine: &machine, states: states.to_vec() };
    trial.deposit_first();
    let mut found: Vec<Derived> = Vec::new();
    if let Some(unheard) = trial.signed(&asking("No-Handler-Waits-For-This")) {
        found.extend(words.iter().filter_map(|word| trial.action(word, &unheard, &words)));
    }
    let forwarded = words.iter().filter(|word| word.starts_with("X-")).take(MOST_FORWARDED);
    found.extend(forwarded.flat_map(|word| trial.deposits(word, &words)));
    let forwarded = words.iter().filter(|word| word.starts_with("X-")).count();
    let left_out = left_out
        + found.len().saturating_sub(MOST)
        + forwarded.saturating_sub(MOST_FORWARDED)
        + words.iter().filter(|word| is_tag_name(word)).count().saturating_sub(MOST_TAGS);
    found.truncate(MOST);
    Found { derived: found.into(), left_out }
}

/// The texts in the code that can be an Action, a tag or a value.
fn words(workshop: &Workshop) -> Vec<SmolStr> {
    let is_word = |text: &&str| {
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_. ".contains(c);
        !text.is_empty() && text.len() <= LONGEST && text.chars().all(fits)
    };
    let texts = workshop.program.texts();
    let texts = texts.iter().filter_map(|text| str::from_utf8(text).ok());
    texts.filter(is_word).map(SmolStr::from).collect()
}

struct Trial<'a> {
    machine: &'a Machine,
    states: Vec<aos::State>,
}

impl Trial<'_> {
    /// Tries what follows in the states after a deposit of the stranger's, too.
    fn deposit_first(&mut self) {
        let after = self.run(&notice(None)).unwrap_or_default();
        self.states.extend(after.into_iter().map(|evaluation| evaluation.state));
    }

    /// What the handlers do with a message in each state; nothing where the host refuses it.
    fn run(&self, message: &Message) -> Option<Vec<Evaluation>> {
        if stop::is_due() {
            return None;
        }
        let run = |state| evaluate(self.machine, state, message, 0, PairsOrder::Sorted).ok();
        self.states.iter().map(run).collect()
    }

    fn signed(&self, tags: &Tags) -> Option<Vec<Evaluation>> {
        let identity = Identity::signed(STRANGER, "send", 1);
        self.run(&Message::signed(STRANGER, identity, TIM3, tags.clone()))
    }

    /// The message with this Action, if some handler waits for it.
    ///
    /// `unheard` is what the handlers do with an Action that none of them waits for.
    fn action(&self, action: &str, unheard: &[Evaluation], words: &[SmolStr]) -> Option<Derived> {
        if KNOWN_ACTIONS.contains(&action) {
            return None;
        }
        let tags = asking(action);
        let seen = self.signed(&tags)?;
        let ran = |all: &[Evaluation]| all.iter().map(|one| one.ran.clone()).collect::<Vec<_>>();
        if ran(unheard) == ran(&seen) {
            return None;
        }
        let tags = self.with_parameters(tags, seen, words);
        Some(Derived { name: DerivedName::of_action(action), target: TIM3.into(), tags })
    }

    /// The same message with each tag that changes what the handlers do with it; `seen` is what
    /// they do without.
    fn with_parameters(
        &self,
        mut tags: Tags,
        mut seen: Vec<Evaluation>,
        words: &[SmolStr],
    ) -> Tags {
        for word in words.iter().filter(|word| is_tag_name(word)).take(MOST_TAGS) {
            if tags.first(word).is_some() || NO_PARAMETERS.contains(&word.as_str()) {
                continue;
            }
            for value in [STRANGER, "10"] {
                let more = tags.clone().and([(word.clone(), SmolStr::from(value))]);
                if let Some(other) = self.signed(&more).filter(|other| differ(&seen, other)) {
                    (tags, seen) = (more, other);
                    break;
                }
            }
        }
        tags
    }

    /// Deposits whose notice carries this tag, with values that make a difference.
    fn deposits(&self, word: &SmolStr, words: &[SmolStr]) -> Vec<Derived> {
        if KNOWN_FORWARDED.contains(&word.as_str()) {
            return Vec::new();
        }
        let Some(without) = self.run(&notice(None)) else { return Vec::new() };
        let values = [STRANGER, "10"]
            .into_iter()
            .map(SmolStr::from)
            .chain(words.iter().take(MOST_VALUES).cloned());
        let differs = |value: &SmolStr| {
            let carrying = notice(Some((word.clone(), value.clone())));
            self.run(&carrying).is_some_and(|carrying| differ(&without, &carrying))
        };
        let deposit = |value: SmolStr| {
            let tags = Tags::default()
                .with(tag::ACTION, "Transfer")
                .with(tag::RECIPIENT, TIM3)
                .with(tag::QUANTITY, "10");
            let name = DerivedName::of_deposit(word, &value);
            let tags = tags.and([(word.clone(), value)]);
            Derived { name, target: USDA.into(), tags }
        };
        values.filter(differs).take(2).map(deposit).collect()
    }
}

fn asking(action: &str) -> Tags {
    let tags = Tags::default().with(tag::ACTION, action).with(tag::QUANTITY, "10");
    tags.with(tag::RECIPIENT, STRANGER)
}

/// The notice of a deposit of the stranger's, with one more tag if that is given.
fn notice(more: Option<(SmolStr, SmolStr)>) -> Message {
    let cause = Identity::signed(STRANGER, "deposit", 9);
    let tags = Tags::default()
        .with(tag::ACTION, "Credit-Notice")
        .with(tag::SENDER, STRANGER)
        .with(tag::QUANTITY, "10")
        .and(more);
    Message::pushed(
        USDA,
        &cause,
        (0, 1),
        Outgoing { target: TIM3.into(), tags, data: SmolStr::default() },
    )
}

/// `Quantity`, `X-Order`: as names of tags arrive.
fn is_tag_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase()) && !word.contains([' ', '.', '_'])
}

/// Whether the handlers left or sent something else, or ended otherwise.
fn differ(one: &[Evaluation], other: &[Evaluation]) -> bool {
    let pairs = one.iter().zip(other);
    let is_same = |(one, other): (&Evaluation, &Evaluation)| {
        one.state == other.state && one.sent == other.sent && one.outcome == other.outcome
    };
    !pairs.into_iter().all(is_same)
}
