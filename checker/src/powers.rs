//! Who was seen to do what in the searches of a Lua file, and how that differs from another
//! file.

use model::Deployed;
use model::deployed::powers::{Deed, Power, Sender};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// More Actions are counted.
const MOST_ACTIONS: usize = 4;

/// All that was seen, a line for each thing that can be done.
pub fn lines(lua: &Deployed) -> Vec<String> {
    by_deed(&lua.powers()).into_iter().map(|(deed, by)| line(deed, &by)).collect()
}

/// What differs from the usual: money, and globals that a stranger or only the owner can change.
/// Nothing where all is as usual.
pub fn beside_usual(lua: &Deployed) -> Option<Vec<String>> {
    let powers = lua.powers();
    let is_told = |deed: &Deed, by: &BTreeMap<Sender, Vec<&str>>| {
        let is_open_or_owners = is_open(by) || by.contains_key(&Sender::Owner);
        !matches!(deed, Deed::Set(_)) || is_open_or_owners && !by.contains_key(&Sender::Holder)
    };
    let told = by_deed(&powers).into_iter().filter(|(deed, by)| is_told(deed, by));
    let (usual, mut others): (Vec<_>, Vec<_>) = told.partition(|(deed, by)| is_usual(deed, by));
    // What anybody can do is read first.
    others.sort_by_key(|(_, by)| !is_open(by));
    let is_as_usual = others.is_empty() && usual.len() == USUAL.len();
    (!is_as_usual).then(|| others.into_iter().map(|(deed, by)| line(deed, &by)).collect())
}

/// Powers by what can be done, and by whom.
fn by_deed(powers: &BTreeSet<Power>) -> BTreeMap<&Deed, BTreeMap<Sender, Vec<&str>>> {
    let mut all: BTreeMap<_, BTreeMap<_, Vec<_>>> = BTreeMap::new();
    for Power { deed, sender, action } in powers {
        all.entry(deed).or_default().entry(*sender).or_default().push(&**action);
    }
    all
}

/// Whether anybody is among these.
fn is_open(by: &BTreeMap<Sender, Vec<&str>>) -> bool {
    [Sender::Anybody, Sender::AnybodyAfterOwner].iter().any(|sender| by.contains_key(sender))
}

/// What every swap is for.
const USUAL: [(Deed, Sender); 3] =
    [(Deed::Make, Sender::Usda), (Deed::Destroy, Sender::Holder), (Deed::Pay, Sender::Holder)];
fn is_usual(deed: &Deed, by: &BTreeMap<Sender, Vec<&str>>) -> bool {
    let is_by = |(usual, sender): &(Deed, Sender)| usual == deed && by.keys().eq([sender]);
    USUAL.iter().any(is_by)
}

/// `make TIM3: USDA (Credit-Notice); only the owner (Mint)`.
fn line(deed: &Deed, by: &BTreeMap<Sender, Vec<&str>>) -> String {
    let mut groups: Vec<(Vec<Sender>, &Vec<&str>)> = Vec::new();
    for (sender, actions) in by {
        match groups.iter_mut().find(|(_, known)| *known == actions) {
            // A holder is anybody, too.
            Some((senders, _))
                if *sender == Sender::Holder && senders.contains(&Sender::Anybody) => {}
            Some((senders, _)) => senders.push(*sender),
            None => groups.push((vec![*sender], actions)),
        }
    }
    let who = groups.into_iter().map(|(senders, actions)| {
        let senders: Vec<_> = senders.iter().map(ToString::to_string).collect();
        let more = actions.len().saturating_sub(MOST_ACTIONS);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let shown: Vec<_> = actions.iter().take(MOST_ACTIONS).map(|one| named(one)).collect();
        format!("{} ({}{more})", senders.join(", "), shown.join(", "))
    });
    format!("{deed}: {}", who.collect::<Vec<_>>().join("; "))
}

fn named(action: &str) -> &str {
    if action.is_empty() { "no Action" } else { action }
}

/// What senders can do with new handlers, and could not with the old ones, and the other way
/// round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// A line for each, as `only the owner can make TIM3 (Mint)`.
    pub gained: Vec<String>,
    /// The same for what nobody of that kind can do any more.
    pub lost: Vec<String>,
}

impl Changes {
    /// Between two versions; nothing where one is no Lua file.
    pub fn between(old: Option<&Deployed>, new: Option<&Deployed>) -> Self {
        let (Some(old), Some(new)) = (old, new) else { return Self::default() };
        let (old, new) = (old.powers(), new.powers());
        Self { gained: beyond(&old, &new), lost: beyond(&new, &old) }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.gained.is_empty() && self.lost.is_empty()
    }
}

/// What the second has that the first has for no Action.
fn beyond(first: &BTreeSet<Power>, second: &BTreeSet<Power>) -> Vec<String> {
    let is_new = |power: &&Power| {
        !first.iter().any(|one| one.deed == power.deed && one.sender == power.sender)
    };
    let new: BTreeSet<Power> = second.iter().filter(is_new).cloned().collect();
    let all = by_deed(&new);
    let one = |(deed, by): (&Deed, BTreeMap<Sender, Vec<&str>>)| {
        let told = |(sender, actions): (Sender, Vec<&str>)| {
            let actions: Vec<_> = actions.into_iter().map(named).collect();
            format!("{sender} can {deed} ({})", actions.join(", "))
        };
        by.into_iter().map(told).collect::<Vec<_>>()
    };
    all.into_iter().flat_map(one).collect()
}
