//! What a stranger can send because a file listens for it: derived from the file, where the
//! fixed list of [tricks](crate::Trick) knows nothing of it.

use crate::identity::Identity;
use crate::message::{Address, BURN, MU, Message, OWNER, Outgoing, ROGUE, TIM3, Tags, USDA};
use crate::wallet::{STRANGER, USERS};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// The names of the system's processes and people, except for its users.
pub const KNOWN: [&str; 8] = [USDA, TIM3, MU, OWNER, ROGUE, BURN, STRANGER, "mallory-2"];

/// The name of a derived message: `send-Mint`. Kept for as long as the program runs, so that
/// tricks stay small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct DerivedName(&'static str);

impl<'de> Deserialize<'de> for DerivedName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let unknown = || D::Error::custom(format!("`{name}` is no name of a derived message"));
        Self::parse(&name).ok_or_else(unknown)
    }
}

/// What names begin with: by what is sent. No known trick is called like that.
const BEGINNINGS: [&str; 5] = ["send-", "deposit-with-", "burn-with-", "pay-with-", "ask-"];

impl DerivedName {
    /// A name for what is sent in this way, which these words tell apart; none of `taken`.
    pub fn new(way: Way, words: &[&str], taken: &[Self]) -> Self {
        let words: Vec<_> = words.iter().map(|word| plain(word)).collect();
        Self::kept(format!("{}{}", BEGINNINGS[way as usize], words.join("-"))).beside(taken)
    }

    /// This name, or, where it is taken, one that is not.
    #[must_use]
    pub fn beside(self, taken: &[Self]) -> Self {
        let (mut name, mut n) = (self, 1);
        while taken.contains(&name) {
            n += 1;
            name = Self::kept(format!("{self}-{n}"));
        }
        name
    }

    /// The derived message of this name, if it can be one's.
    pub fn parse(name: &str) -> Option<Self> {
        let is_derived = BEGINNINGS.iter().any(|begin| name.starts_with(begin));
        (is_derived && plain(name) == name).then(|| Self::kept(name.to_owned()))
    }

    pub fn as_str(self) -> &'static str {
        self.0
    }

    fn kept(name: String) -> Self {
        static KNOWN: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
        let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&*name) {
            return Self(known);
        }
        let name: &'static str = name.leak();
        known.insert(name);
        Self(name)
    }
}

impl fmt::Display for DerivedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// What a derived message is like, except for what the file listens for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// A message to the contract.
    Send,
    /// A Transfer of USDA to the contract.
    Deposit,
    /// A Transfer of TIM3 to `burn`.
    Burn,
    /// A Transfer of TIM3 to somebody.
    Pay,
    /// A question to USDA, which answers the contract.
    Ask,
}

/// The text as part of a name: a name is part of identities, where a dot and a slash divide.
fn plain(text: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    text.chars().map(keep).collect()
}

/// A message that the stranger can send.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derived {
    /// Its name in files and reports.
    pub name: DerivedName,
    /// Who sends it, where that is not she under her own address: whoever holds an address that
    /// the file names, and that is none of the system's, is a stranger, too.
    pub sender: Option<Address>,
    /// Whether that is a process, whose message the messenger pushes.
    pub is_pushed: bool,
    /// The process that it is sent to.
    pub target: Address,
    pub tags: Tags,
    pub data: SmolStr,
}

impl Derived {
    /// All messages of either list, each once; those of the first keep their names.
    pub fn union(one: &[Self], other: &[Self]) -> Vec<Self> {
        let mut all = one.to_vec();
        for more in other {
            let taken: Vec<_> = all.iter().map(|known| known.name).collect();
            let named = |known: &Self| Self { name: known.name, ..more.clone() };
            if !all.iter().any(|known| *known == named(known)) {
                all.push(Self { name: more.name.beside(&taken), ..more.clone() });
            }
        }
        all
    }

    /// Whether somebody who is none of the system's can send it.
    pub fn is_a_strangers(&self) -> bool {
        let is_known = |name: &Address| KNOWN.contains(&&**name) || USERS.contains(&&**name);
        let is_honest = !self.sender.as_ref().is_some_and(is_known);
        // What a process sends has a sender, and a process deposits nothing here.
        let is_sent = !self.is_pushed || self.sender.is_some() && self.target == TIM3;
        let goes_to_process = [USDA, TIM3].contains(&&*self.target);
        // As aos writes names.
        let tags = self.tags.clone().title_cased();
        let says_from = |name: &&str| tags.first(name).is_some();
        let claims = ["From", "Owner", "From-Process"].iter().any(says_from);
        is_honest && is_sent && goes_to_process && !claims
    }

    /// The item that `wallet`, or the sender, sends as its `n`-th use of it.
    pub fn message(&self, wallet: &str, n: u8) -> Message {
        let identity = Identity::signed(wallet, self.name.as_str(), n);
        let (sender, tags) = (self.sender.as_deref().unwrap_or(wallet), self.tags.clone());
        if self.is_pushed {
            let sent = Outgoing { target: self.target.clone(), tags, data: self.data.clone() };
            return Message::pushed(sender, &identity, (0, 0), sent).under_a_chosen_reference();
        }
        let message = Message::signed(sender, identity, &self.target, tags);
        Message { data: self.data.clone(), ..message }
    }

    /// Whether the other comes from the same sender to the same process.
    pub fn is_sent_like(&self, other: &Self) -> bool {
        let way = |one: &Self| (one.sender.clone(), one.is_pushed, one.target.clone());
        way(self) == way(other)
    }

    /// Who needs USDA for it, beside the wallets.
    pub fn depositor(&self) -> Option<&Address> {
        self.sender.as_ref().filter(|_| self.target == USDA)
    }
}

impl fmt::Display for Derived {
    /// `send-Mint: Action=Mint, Quantity=10, Data=now`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sender = self.sender.iter().map(|sender| format!("From={sender}"));
        let tags = self.tags.iter().map(|(name, value)| format!("{name}={value}"));
        let data = Some(&self.data).filter(|data| !data.is_empty());
        let data = data.map(|data| format!("Data={data}"));
        let all: Vec<_> = sender.chain(tags).chain(data).collect();
        write!(f, "{}: {}", self.name, all.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(name: &str, value: &str) -> Derived {
        Derived {
            name: DerivedName::parse(name).expect("a name"),
            sender: None,
            is_pushed: false,
            target: TIM3.into(),
            tags: Tags::default().with("Action", value),
            data: SmolStr::default(),
        }
    }

    #[test]
    fn a_union_has_each_message_once_under_names_that_differ() {
        let one = [sent("send-a", "A"), sent("send-b", "B")];
        let other = [sent("send-b", "C"), sent("send-c", "A")];
        let all = Derived::union(&one, &other);
        let names: Vec<_> = all.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["send-a", "send-b", "send-b-2"]);
        assert_eq!(Derived::union(&all, &other), all);
    }

    #[test]
    fn nobody_sends_as_a_process_of_the_system() {
        assert!(sent("send-a", "A").is_a_strangers());
        let from = |sender: &str, is_pushed| {
            let sender = Some(sender.into());
            Derived { sender, is_pushed, ..sent("send-a", "A") }.is_a_strangers()
        };
        assert!(from("someone-of-the-file", true) && from("someone-of-the-file", false));
        for known in [USDA, TIM3, MU, "alice", OWNER] {
            assert!(!from(known, true) && !from(known, false), "{known}");
        }
        let pushed_by_nobody = Derived { is_pushed: true, ..sent("send-a", "A") };
        let said = Tags::default().with("from-process", USDA);
        let says_from = Derived { tags: said, ..sent("send-a", "A") };
        assert!(!pushed_by_nobody.is_a_strangers() && !says_from.is_a_strangers());
    }

    #[test]
    fn equal_names_are_one_and_read_back() {
        let name = DerivedName::new(Way::Send, &["Mint.it/now"], &[]);
        assert_eq!(name.as_str(), "send-Mint_it_now");
        assert_eq!(DerivedName::parse(name.as_str()), Some(name));
        let other = DerivedName::new(Way::Send, &["Mint_it.now"], &[name]);
        assert_eq!(other.as_str(), "send-Mint_it_now-2");
        assert_eq!(DerivedName::parse("burn-zero"), None);
        assert_eq!(DerivedName::parse("send-a.b"), None);
        for trick in crate::Trick::ALL {
            assert_eq!(DerivedName::parse(trick.name()), None);
        }
    }
}
