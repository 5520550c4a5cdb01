//! Messages that tell the handlers what to send, and to whom, at once or with a later message.

use super::attempt::Attempt;
use super::seen::{Seen, says};
use super::{Hunt, UNKNOWN, VICTIM};
use crate::derived::Way;
use crate::message::{TIM3, USDA, tag};
use crate::wallet::STRANGER;
use aos::{ITS_DATA, Sent};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// An order to pay the stranger, for handlers that send what they are told in JSON, and for those
/// that run what they are told as Lua.
const ORDERS: [&str; 2] = [
    r#"{"Target":"USDA","Action":"Transfer","Recipient":"mallory","Quantity":"10"}"#,
    r#"ao.send({Target="USDA",Action="Transfer",Recipient="mallory",Quantity="10"})"#,
];
/// What somebody believes whom TIM3 tells it.
const CREDITED: &str = "Credit-Notice";
/// Actions of what TIM3 tells itself, beside those that were found to wake a handler.
const TOLD_ITSELF: [&str; 2] = ["Transfer", CREDITED];
/// Actions that are tried one behind the other.
const MOST_ASKED: usize = 12;
/// What a prefix may hide from those who pass tags on without it.
const BEHIND_PREFIX: [&str; 4] = ["Target", tag::ACTION, tag::RECIPIENT, tag::QUANTITY];
const MOST_PREFIXES: usize = 3;

/// Where the handlers put the value of a tag in what they send.
#[derive(Default)]
struct Places {
    is_target: bool,
    tags: BTreeSet<Vec<u8>>,
}

impl Places {
    fn of<'a>(sent: impl IntoIterator<Item = &'a Sent>, value: &str) -> Self {
        let mut places = Self::default();
        for sent in sent {
            places.is_target |= sent.target.as_deref() == Some(value.as_bytes());
            let is_it = |text: Option<&[u8]>| text == Some(value.as_bytes());
            let tags = sent.tags.iter().filter(|(_, text)| is_it(text.text()));
            places.tags.extend(tags.map(|(name, _)| name.clone()));
        }
        places
    }

    fn has(&self, name: &str) -> bool {
        self.tags.contains(name.as_bytes())
    }

    fn says_what_or_to_whom(&self) -> bool {
        self.is_target || self.has(tag::ACTION)
    }

    /// The value that makes of it an order to this process with this Action.
    fn value<'a>(&self, process: &'a str, action: &'a str) -> Option<&'a str> {
        match self {
            _ if self.is_target => Some(process),
            _ if self.has(tag::ACTION) => Some(action),
            _ if self.has(tag::RECIPIENT) || self.has(tag::SENDER) => Some(STRANGER),
            _ if self.has(tag::QUANTITY) => Some("10"),
            _ => None,
        }
    }
}

/// A tag, and where the handlers put its value.
type Place = (SmolStr, Places);

/// What is seen of a message with this text as the value of each of these tags.
#[derive(Default)]
struct Chosen {
    unknown: SmolStr,
    seen: Vec<(Seen, SmolStr)>,
}

impl Hunt<'_> {
    /// Messages with values that make of what the handlers send an order to USDA to pay, one that
    /// TIM3 itself obeys, or a notice that somebody believes.
    pub(super) fn relays(&mut self) {
        let asked = self.asked();
        let told_itself = told_itself(&asked);
        for base in asked.iter().cloned().chain(Attempt::money()) {
            let Some(seen) = self.trial.run(&base) else { continue };
            if base.way == Way::Send && seen.missed.contains(ITS_DATA) {
                let usual = self.trial.effects(&seen);
                for order in ORDERS.map(SmolStr::new_static) {
                    let with = base.with_unnamed(&ITS_DATA.into(), &order);
                    self.catch_unlike(&with, &seen, &[&usual]);
                }
            }
            let chosen = self.chosen(&base, &seen);
            self.orders((&base, &seen), (&chosen, None), &told_itself);
            if base.way == Way::Send {
                for behind in &asked {
                    self.orders((&base, &seen), (&chosen, Some(behind)), &told_itself);
                }
            }
        }
    }

    /// A message of the stranger's with each Action that was found.
    pub(super) fn asked(&self) -> Vec<Attempt> {
        let mut asked: Vec<Attempt> = Vec::new();
        for attempt in self.found.iter().map(|one| &one.attempt) {
            let action = attempt.value(tag::ACTION);
            let is_known = || asked.iter().any(|known| known.value(tag::ACTION) == action);
            if attempt.way == Way::Send && !attempt.has_sender() && !is_known() {
                asked.push(attempt.clone());
            }
        }
        asked.truncate(MOST_ASKED);
        asked
    }

    /// What is seen of the message with a text that nobody knows, for each tag that the sender
    /// chooses.
    fn chosen(&self, base: &Attempt, seen: &Seen) -> Chosen {
        let Some(unknown) = self.words.unknown(UNKNOWN) else { return Chosen::default() };
        let run = |name: SmolStr| Some((self.trial.run(&base.put(&name, &unknown))?, name));
        let seen = self.names_chosen(base, seen).into_iter().filter_map(run).collect();
        Chosen { unknown, seen }
    }

    /// Where the handlers put each tag that the sender chooses, or, behind another message, what
    /// they kept of it.
    fn places(&self, Chosen { unknown, seen }: &Chosen, behind: Option<&Attempt>) -> Vec<Place> {
        let place = |(seen, name): &(Seen, SmolStr)| {
            let is_kept = || seen.states().iter().any(|state| holds(state, unknown));
            let told = match behind {
                Some(_) if !is_kept() => return None,
                behind => self.behind(seen, behind)?,
            };
            Some((name.clone(), Places::of(told.named.iter().flatten(), unknown)))
        };
        seen.iter().filter_map(place).collect()
    }

    /// What is seen of this message behind what was seen; the same where there is none.
    fn behind<'a>(&self, seen: &'a Seen, behind: Option<&Attempt>) -> Option<Cow<'a, Seen>> {
        Some(match behind {
            None => Cow::Borrowed(seen),
            Some(behind) => Cow::Owned(self.trial.run_in(&seen.states(), behind)?),
        })
    }

    /// The tags that the sender of such a message chooses: of one with an Action of the file's own
    /// all, of others those that it could have besides.
    pub(super) fn names_chosen(&self, base: &Attempt, seen: &Seen) -> Vec<SmolStr> {
        let mut names = if base.way == Way::Send { base.names() } else { Vec::new() };
        let looked_for = seen.missed.iter().map(SmolStr::from);
        let looked_for = looked_for.filter(|name| name != "*" && name != ITS_DATA);
        let hidden = self
            .prefixes()
            .into_iter()
            .flat_map(|prefix| BEHIND_PREFIX.map(|name| SmolStr::from(format!("{prefix}{name}"))));
        let hidden = hidden.filter(|_| seen.missed.contains("*"));
        names.extend(looked_for.chain(hidden).filter(|name| self.may_choose(base, name)));
        names
    }

    fn may_choose(&self, base: &Attempt, name: &SmolStr) -> bool {
        !super::NOT_CHOSEN.contains(&name.as_str())
            && super::may_arrive(name)
            && base.takes(name)
            && !self.is_of_aos(name)
    }

    /// What names of tags begin with that are passed on without it.
    fn prefixes(&self) -> Vec<String> {
        let words = self.words.all.iter().map(|word| word.trim_start_matches('^').replace('%', ""));
        let prefixes = words.filter(|word| word.len() > 1 && word.ends_with('-'));
        let prefixes = prefixes.filter(|word| super::is_tag_name(word) && word != "X-");
        ["X-".to_owned()].into_iter().chain(prefixes).take(MOST_PREFIXES).collect()
    }

    fn orders(
        &mut self,
        (base, seen): (&Attempt, &Seen),
        (chosen, behind): (&Chosen, Option<&Attempt>),
        told_itself: &BTreeSet<SmolStr>,
    ) {
        let places = self.places(chosen, behind);
        if !places.iter().any(|(_, places)| places.says_what_or_to_whom()) {
            return;
        }
        let Some(usual) = self.behind(seen, behind) else { return };
        let itself = told_itself.iter().map(|action| (TIM3, action.as_str()));
        for (process, action) in [(USDA, "Transfer"), (VICTIM, CREDITED)].into_iter().chain(itself)
        {
            let order = order(base, &places, (process, action));
            let Some(other) = self.trial.run(&order) else { continue };
            let Some(result) = self.behind(&other, behind) else { continue };
            let is_obeyed = match process {
                USDA => self.trial.effects(&result) != self.trial.effects(&usual),
                TIM3 => self.trial.echoes(&result) && !self.trial.echoes(&usual),
                _ => is_told(&result, action) && !is_told(&usual, action),
            };
            if is_obeyed {
                self.catch(order, Some(seen), &other);
            }
        }
    }
}

/// Actions of what TIM3 can tell itself.
fn told_itself(asked: &[Attempt]) -> BTreeSet<SmolStr> {
    let found = asked.iter().map(|attempt| attempt.value(tag::ACTION));
    TOLD_ITSELF.map(SmolStr::new_static).into_iter().chain(found).collect()
}

/// The message with what makes of it an order to this process with this Action.
fn order(base: &Attempt, places: &[Place], (process, action): (&str, &str)) -> Attempt {
    let told = places.iter().filter_map(|(name, places)| {
        let value = places.value(process, action)?;
        (base.value(name) != value).then_some((name, value))
    });
    told.fold(base.clone(), |order, (name, value)| order.put_named(name, value))
}

/// Whether this text stands in a state.
fn holds(state: &aos::State, text: &str) -> bool {
    state.bytes().windows(text.len()).any(|part| part == text.as_bytes())
}

/// Whether the victim gets a message with this Action.
fn is_told(seen: &Seen, action: &str) -> bool {
    let is_it = |sent: &Sent| {
        let is_victims = sent.target.as_deref() == Some(VICTIM.as_bytes());
        is_victims && says(&sent.tags, tag::ACTION, action)
    };
    seen.named.iter().flatten().any(is_it)
}
