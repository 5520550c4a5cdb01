//! Holders whom the handlers treat unlike others once they hold something: whoever has an address
//! that the file names, and processes. A deposit and a burn of theirs are two messages, which
//! derivation does not put together, so they are only named.

use super::super::ids::PROCESS;
use super::attempt::Attempt;
use super::seen::Seen;
use super::trial::Moved;
use super::words::SHORTEST_ADDRESS;
use super::{Hunt, NOTICES};
use crate::exact::Exact;
use crate::message::{Address, OWNER, tag};
use crate::wallet::STRANGER;
use aos::TagValue;
use smol_str::SmolStr;

/// Addresses that are tried.
const MOST: usize = 8;

/// The name that stands for either of two in a comparison.
pub(super) const ANYBODY: &str = "anybody";

/// What reports call holders that are processes.
const PROCESSES: &str = "a process";
const SHARED: &str = "a process that sends under the same Reference as another process";

impl Hunt<'_> {
    /// The holders whose burns and transfers have other effects than those of other holders.
    pub(super) fn holders(&self) -> Vec<String> {
        let is_address = |word: &&SmolStr| word.len() >= SHORTEST_ADDRESS;
        let named = self.addresses.iter().filter(is_address).take(MOST);
        let special = named.filter(|holder| self.is_special_holder(holder) == Some(true));
        let mut found: Vec<String> = special.map(SmolStr::to_string).collect();
        if self.are_processes_special() == Some(true) {
            found.push(PROCESSES.to_owned());
        }
        if self.are_references_shared() == Some(true) {
            found.push(SHARED.to_owned());
        }
        found
    }

    /// Whether the owner's deposits, burns, transfers or notices move other money than those of
    /// somebody else, who has as much.
    pub(super) fn is_owner_special(&self) -> bool {
        let [burn, pay, deposit] = Attempt::money();
        let notice = Attempt::notice_from(&SmolStr::default(), &NOTICES[0].into()).of_wallet();
        let [reference, name] = [tag::REFERENCE, "1"].map(SmolStr::new_static);
        let notice = notice.with_unnamed(&reference, &name);
        let alone = [deposit.clone(), notice];
        let as_holder = [burn, pay.once(tag::RECIPIENT, STRANGER)];
        let of = |name: &'static str| -> Option<Vec<Vec<Moved>>> {
            let name = SmolStr::new_static(name);
            let deposited = self.trial.run(&deposit.from(&name))?.states();
            let alone = alone.iter().map(|one| (one, &self.trial.states));
            let as_holder = as_holder.iter().map(|one| (one, &deposited));
            let moved = |(one, states): (&Attempt, &Vec<aos::State>)| {
                Some(renamed(self.trial.moved(states, &one.from(&name))?, &name, ANYBODY))
            };
            alone.chain(as_holder).map(moved).collect()
        };
        of(OWNER).is_some_and(|own| Some(own) != of("bob"))
    }

    fn is_special_holder(&self, holder: &SmolStr) -> Option<bool> {
        let unknown = self.words.unknown(holder.len())?;
        let twin = self.words.twin(holder)?;
        let [burn, pay, _] = Attempt::money();
        for plain in [burn, pay] {
            let of = |name: &SmolStr| self.after_deposit(name, &plain.from(name));
            let own = of(holder)?;
            let is_like = |name: &SmolStr| Some(!own.differs_but_for(&of(name)?, holder, name));
            if !is_like(&unknown)? && !is_like(&twin)? {
                return Some(true);
            }
        }
        Some(false)
    }

    fn are_processes_special(&self) -> Option<bool> {
        let holder = SmolStr::new_static(PROCESS);
        let [burn, pay, _] = Attempt::money();
        for plain in [burn, pay].map(|plain| plain.from(&holder)) {
            let wallet = self.after_deposit(&holder, &plain)?;
            let process = self.after_deposit(&holder, &plain.pushed())?;
            if self.trial.effects(&wallet) != self.trial.effects(&process) {
                return Some(true);
            }
        }
        Some(false)
    }

    /// What the handlers do with a message of somebody who has made a deposit.
    fn after_deposit(&self, holder: &SmolStr, attempt: &Attempt) -> Option<Seen> {
        let [.., deposit] = Attempt::money();
        let deposited = self.trial.run(&deposit.from(holder))?;
        self.trial.run_in(&deposited.states(), attempt)
    }
}

/// The same with one name in the place of another, in an order that no name decides.
pub(super) fn renamed(moved: Vec<Moved>, from: &str, to: &str) -> Vec<Moved> {
    let bytes = |text: Vec<u8>| if text == from.as_bytes() { to.into() } else { text };
    let tag = |tag: TagValue| match tag {
        TagValue::Text(text) => TagValue::Text(bytes(text)),
        other @ TagValue::Other(..) => other,
    };
    let of_state = |(changes, payments): Moved| {
        let account = |account: Address| if account == from { to.into() } else { account };
        let changes = changes.into_iter().map(|(of, change)| (account(of), change));
        let mut changes: Vec<(Address, Exact)> = changes.collect();
        changes.sort_by(|(one, _), (other, _)| one.cmp(other));
        let payments = payments.into_iter();
        let payments = payments.map(|(to, tags)| (bytes(to), tags.into_iter().map(tag).collect()));
        (changes, payments.collect())
    };
    moved.into_iter().map(of_state).collect()
}
