//! Messages that tell the handlers what to send, and to whom.

use super::attempt::Attempt;
use super::seen::Seen;
use super::{Catch, Hunt, UNKNOWN};
use crate::message::{TIM3, USDA, tag};
use crate::wallet::STRANGER;
use aos::{ITS_DATA, Sent};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// An order to pay the stranger, for handlers that send what they are told in JSON, and for those
/// that run what they are told as Lua.
const ORDERS: [&str; 2] = [
    r#"{"Target":"USDA","Action":"Transfer","Recipient":"mallory","Quantity":"10"}"#,
    r#"ao.send({Target="USDA",Action="Transfer",Recipient="mallory",Quantity="10"})"#,
];
/// Actions of what TIM3 tells itself, beside those that were found to wake a handler.
const TOLD_ITSELF: [&str; 2] = ["Transfer", "Credit-Notice"];
const MOST_TOLD: usize = 8;

/// Where the handlers put the value of a tag in what they send.
#[derive(Default)]
struct Places {
    is_target: bool,
    tags: BTreeSet<Vec<u8>>,
}

impl Places {
    fn add(&mut self, sent: &Sent, value: &str) {
        self.is_target |= sent.target.as_deref() == Some(value.as_bytes());
        let is_it = |text: Option<&[u8]>| text == Some(value.as_bytes());
        let tags = sent.tags.iter().filter(|(_, text)| is_it(text.text()));
        self.tags.extend(tags.map(|(name, _)| name.clone()));
    }

    fn has(&self, name: &str) -> bool {
        self.tags.contains(name.as_bytes())
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

impl Hunt<'_> {
    /// The message with values that make of what the handlers send an order to USDA to pay, or
    /// one that TIM3 itself obeys.
    pub(super) fn relays(&mut self, full: &Attempt, seen: &Seen) {
        let Some(unknown) = self.words.unknown(UNKNOWN) else { return };
        let usual = self.trial.effects(seen);
        if seen.missed.contains(ITS_DATA) {
            for order in ORDERS.map(SmolStr::new_static) {
                self.catch_unlike(&full.with_unnamed(&ITS_DATA.into(), &order), seen, &[&usual]);
            }
        }
        let mut places = Vec::new();
        for name in full.names() {
            let told = self.places(full, &name, &unknown);
            places.push((name, told));
        }
        if !places.iter().any(|(_, told)| told.is_target || told.has(tag::ACTION)) {
            return;
        }
        let order = |process, action: &str| {
            let told = places.iter().filter_map(|(name, told)| {
                let value = told.value(process, action)?;
                (full.value(name) != value).then_some((name, value))
            });
            told.fold(full.clone(), |order, (name, value)| order.changed(name, Some(value)))
        };
        let to_pay = order(USDA, "Transfer");
        self.catch_unlike(&to_pay, seen, &[&usual]);
        for action in self.told_itself() {
            let told = order(TIM3, &action);
            let Some(other) = self.trial.run(&told) else { continue };
            if self.trial.echoes(&other) {
                self.catch(told, Some(seen), &other);
            }
        }
    }

    /// Where the handlers put the value of this tag.
    fn places(&self, full: &Attempt, name: &str, unknown: &str) -> Places {
        let mut places = Places::default();
        let seen = self.trial.run(&full.once(name, unknown));
        let sent = seen.iter().flat_map(|seen| seen.named.iter().flatten());
        sent.for_each(|sent| places.add(sent, unknown));
        places
    }

    fn told_itself(&self) -> BTreeSet<SmolStr> {
        let found = self.found.iter().map(|Catch { attempt, .. }| attempt.value(tag::ACTION));
        let found = found.filter(|action| !action.is_empty()).take(MOST_TOLD);
        TOLD_ITSELF.map(SmolStr::new_static).into_iter().chain(found).collect()
    }
}
