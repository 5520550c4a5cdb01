//! Holders whom the handlers treat unlike others once they hold something: whoever has an address
//! that the file names, and processes. A deposit and a burn of theirs are two messages, which
//! derivation does not put together, so they are only named.

use super::super::ids::PROCESS;
use super::Hunt;
use super::attempt::Attempt;
use super::seen::Seen;
use super::words::SHORTEST_ADDRESS;
use smol_str::SmolStr;

/// Addresses that are tried.
const MOST: usize = 8;

/// What reports call holders that are processes.
const PROCESSES: &str = "a process";

impl Hunt<'_> {
    /// Those of them whose burns and transfers have other effects than those of other holders.
    pub(super) fn holders(&self) -> Vec<String> {
        let is_address = |word: &&SmolStr| word.len() >= SHORTEST_ADDRESS;
        let named = self.addresses.iter().filter(is_address).take(MOST);
        let special = named.filter(|holder| self.is_special_holder(holder) == Some(true));
        let mut found: Vec<String> = special.map(SmolStr::to_string).collect();
        if self.are_processes_special() == Some(true) {
            found.push(PROCESSES.to_owned());
        }
        found
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
