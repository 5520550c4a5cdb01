//! What a stranger can send because a file listens for it: derived from the file, where the
//! fixed list of [tricks](crate::Trick) knows nothing of it.

use crate::identity::Identity;
use crate::message::{Address, Message, Tags};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// The name of a derived message: `send-Mint`. Kept for as long as the program runs, so that
/// tricks stay small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DerivedName(&'static str);

/// Begins every name of a message to the contract itself.
const SEND: &str = "send-";
/// Begins every name of a deposit with a tag that the token forwards.
const DEPOSIT: &str = "deposit-with-";

impl DerivedName {
    /// The name of the message that asks for this Action.
    pub fn of_action(action: &str) -> Self {
        Self::kept(format!("{SEND}{}", plain(action)))
    }

    /// The name of the deposit that carries this tag with this value.
    pub fn of_deposit(tag: &str, value: &str) -> Self {
        Self::kept(format!("{DEPOSIT}{}-{}", plain(tag), plain(value)))
    }

    /// The derived message of this name, if it can be one's.
    pub fn parse(name: &str) -> Option<Self> {
        let is_derived = [SEND, DEPOSIT].iter().any(|begin| name.starts_with(begin));
        (is_derived && plain(name) == name).then(|| Self::kept(name.to_owned()))
    }

    /// Its text.
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

/// The text as part of a name: a name is part of identities, where a dot and a slash divide.
fn plain(text: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' };
    text.chars().map(keep).collect()
}

/// A message that the stranger can send.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Derived {
    /// Its name in files and reports.
    pub name: DerivedName,
    /// The process that she sends it to.
    pub target: Address,
    /// Its tags.
    pub tags: Tags,
}

impl Derived {
    /// The item that `wallet` signs as its `n`-th use of it.
    pub fn message(&self, wallet: &str, n: u8) -> Message {
        let identity = Identity::signed(wallet, self.name.as_str(), n);
        Message::signed(wallet, identity, &self.target, self.tags.clone())
    }
}

impl fmt::Display for Derived {
    /// `send-Mint: Action=Mint, Quantity=10`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tags: Vec<_> =
            self.tags.iter().map(|(name, value)| format!("{name}={value}")).collect();
        write!(f, "{}: {}", self.name, tags.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_are_one_and_read_back() {
        let name = DerivedName::of_action("Mint.it/now");
        assert_eq!(name.as_str(), "send-Mint_it_now");
        assert_eq!(DerivedName::parse(name.as_str()), Some(name));
        assert_eq!(DerivedName::parse("burn-zero"), None);
        assert_eq!(DerivedName::parse("send-a.b"), None);
    }
}
