//! What faults of the network cost, by account.

use crate::join::{Fate, Joined, Place, Verdict};
use std::collections::BTreeMap;

/// A sum that an account lost, got twice, or waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Sum {
    /// What happened to it.
    pub kind: Loss,
    /// The token that counts it: the process whose message it is about.
    pub token: String,
    /// The address of the account that it belongs to.
    pub account: String,
    /// The amount, as a decimal text.
    pub amount: String,
    /// How many messages it is the sum of.
    pub messages: usize,
}

/// What happened to a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// It was counted more than once.
    Doubled,
    /// It may have been: nobody knows whether the copy was evaluated.
    PerhapsDoubled,
    /// A payment was ordered, and the order never arrived.
    Lost,
    /// It was paid, and the notice of it never arrived: it lies with the receiver.
    Stuck,
}

/// What an evaluation did, as far as it is known.
pub type Effects = BTreeMap<Place, bool>;

/// The sums of all faults.
pub fn sums(joined: &Joined, effects: &Effects) -> Vec<Sum> {
    let mut all: BTreeMap<(Loss, String, String), (u128, usize)> = BTreeMap::new();
    let mut add = |loss, fate: &Fate| {
        if let Some((token, account, amount)) = moved(fate) {
            let sum = all.entry((loss, token, account)).or_default();
            *sum = (sum.0.saturating_add(amount), sum.1 + 1);
        }
    };
    for fate in &joined.fates {
        for arrival in &fate.arrivals {
            if arrival.again.is_none() {
                continue;
            }
            match effects.get(&(fate.to.clone(), arrival.slot)) {
                Some(true) => add(Loss::Doubled, fate),
                Some(false) => {}
                None => add(Loss::PerhapsDoubled, fate),
            }
        }
        let is_gone = fate.arrivals.is_empty()
            && matches!(fate.verdict, Verdict::NeverArrived | Verdict::CannotTell);
        if is_gone {
            let is_order = fate.post.action() == "Transfer";
            add(if is_order { Loss::Lost } else { Loss::Stuck }, fate);
        }
    }
    let sum =
        |((kind, token, account), (amount, messages)): ((Loss, String, String), (u128, usize))| {
            Sum { kind, token, account, amount: amount.to_string(), messages }
        };
    all.into_iter().map(sum).collect()
}

/// The token, the account and the amount that an entry is about, if it moves money.
fn moved(fate: &Fate) -> Option<(String, String, u128)> {
    let amount = fate.post.tag("Quantity")?.parse().ok()?;
    let (token, account) = match fate.post.action() {
        "Credit-Notice" => (&fate.from.0, fate.post.tag("Sender")?),
        "Transfer" => (&fate.to, fate.post.tag("Recipient")?),
        _ => return None,
    };
    Some((token.clone(), account.to_owned(), amount))
}
