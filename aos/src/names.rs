//! The names of an evaluation that differ on the real platform: References, which are numbers
//! there, and addresses and ids, which have 43 characters.

use crate::item::Item;
use std::collections::{BTreeMap, BTreeSet};

/// Processes of a world by id, each with the Actions that it has a handler for.
pub type Neighbours = BTreeMap<Vec<u8>, BTreeSet<Vec<u8>>>;

/// The names that there are.
#[derive(Default)]
pub(crate) struct Names {
    /// What those References begin with that the evaluation gives out; empty where they are
    /// numbers.
    prefix: Vec<u8>,
    /// The References of the item that are not numbers.
    given: Vec<Vec<u8>>,
    /// The addresses that are known whatever the item is.
    known: BTreeSet<Vec<u8>>,
    /// The process and its owner.
    own: Vec<Vec<u8>>,
    of_item: [Vec<u8>; 2],
    neighbours: Neighbours,
    /// Ids in the code that nobody has in this world.
    of_nobody: BTreeSet<Vec<u8>>,
    /// What a contract is to be seen looking into, if anything, and whether one did.
    sought: Vec<u8>,
    is_looked_into: bool,
    /// What must stand in the place of what is sought, to be equal to what that was compared with.
    compared: BTreeSet<Vec<u8>>,
}

/// How long ids are on the platform, characters: `process.lua` has it, too.
pub const ID_LENGTH: usize = 43;
/// More texts, and longer ones, are not kept.
const MOST_COMPARED: usize = 512;
const LONGEST: usize = 256;

fn is_number(text: &[u8]) -> bool {
    let text = std::str::from_utf8(text).unwrap_or_default().trim();
    text.parse::<f64>().is_ok() || text.starts_with("0x")
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && text.windows(part.len()).any(|window| window == part)
}

impl Names {
    /// These are known whatever the item is; and the process and its owner, which have other ids
    /// wherever the contract is deployed.
    pub(crate) fn among(known: BTreeSet<Vec<u8>>, own: Vec<Vec<u8>>) -> Self {
        Self { known, own, ..Self::default() }
    }

    /// The same in a world with these processes, in which nobody has these ids.
    pub(crate) fn beside(self, neighbours: Neighbours, of_nobody: BTreeSet<Vec<u8>>) -> Self {
        Self { neighbours, of_nobody, ..self }
    }

    /// Whether somebody may have this address.
    pub(crate) fn is_here(&self, target: &[u8]) -> bool {
        !self.of_nobody.contains(target)
    }

    /// Whether the process at this address has a handler for this Action; taken as true of an
    /// address that is no known process's.
    pub(crate) fn is_heard(&self, target: &[u8], action: &[u8]) -> bool {
        self.neighbours.get(target).is_none_or(|actions| actions.contains(action))
    }

    /// What there is in the next evaluation: References that it gives out begin with the prefix,
    /// if they are not numbers.
    pub(crate) fn expect(&mut self, prefix: Option<&str>, item: &Item) {
        let is_name = |name: &[u8]| {
            name.eq_ignore_ascii_case(b"Reference") || name.eq_ignore_ascii_case(b"X-Reference")
        };
        let given = item.tags.iter().filter(|(name, value)| is_name(name) && !is_number(value));
        self.prefix.clear();
        self.prefix.extend_from_slice(prefix.unwrap_or_default().as_bytes());
        self.given.clear();
        self.given.extend(given.map(|(_, value)| value.clone()));
        for (known, name) in self.of_item.iter_mut().zip([&item.id, &item.from]) {
            known.clear();
            known.extend_from_slice(name);
        }
    }

    /// Whether this is a Reference that the evaluation gives out: `ao.reference` is a number on
    /// the platform, while those of messages are texts.
    pub(crate) fn is_sent(&self, text: &[u8]) -> bool {
        !self.prefix.is_empty() && text.starts_with(&self.prefix)
    }

    /// Whether this is a Reference.
    pub(crate) fn is_reference(&self, text: &[u8]) -> bool {
        self.is_sent(text) || self.given.iter().any(|given| given == text)
    }

    /// Whether a Reference is part of this.
    pub(crate) fn holds_reference(&self, text: &[u8]) -> bool {
        holds(text, &self.prefix) || self.given.iter().any(|given| holds(text, given))
    }

    /// Seeks another text; whether the last was looked into.
    pub(crate) fn seek(&mut self, text: &[u8]) -> bool {
        self.sought.clear();
        self.sought.extend_from_slice(text);
        std::mem::take(&mut self.is_looked_into)
    }

    /// Takes what the last text that was sought was compared with.
    pub(crate) fn compared(&mut self) -> BTreeSet<Vec<u8>> {
        std::mem::take(&mut self.compared)
    }

    /// A contract compares these texts.
    pub(crate) fn compare(&mut self, one: &[u8], other: &[u8]) {
        if self.compared.len() >= MOST_COMPARED || one == other || self.sought.is_empty() {
            return;
        }
        let length = self.sought.len();
        let place = one.windows(length).position(|window| window == self.sought);
        let Some(place) = place else { return };
        let (before, behind) = (&one[..place], &one[place + length..]);
        let rest = other.strip_prefix(before).and_then(|rest| rest.strip_suffix(behind));
        if let Some(rest) = rest.filter(|rest| !rest.is_empty() && rest.len() <= LONGEST) {
            self.compared.insert(rest.to_vec());
        }
    }

    /// Whether what is sought is part of this.
    pub(crate) fn holds_sought(&self, text: &[u8]) -> bool {
        holds(text, &self.sought)
    }

    pub(crate) fn is_seeking(&self) -> bool {
        !self.sought.is_empty()
    }

    /// A contract looks into this.
    pub(crate) fn look_into(&mut self, text: &[u8]) {
        self.is_looked_into |= holds(text, &self.sought);
    }

    /// Whether this is the id of the process or its owner, or an address or an id that has not the
    /// form of a real one.
    pub(crate) fn is_address(&self, text: &[u8]) -> bool {
        let is_of_item = self.of_item.iter().any(|name| name == text);
        let is_other = is_of_item || self.known.contains(text);
        let is_own = self.own.iter().any(|own| own == text);
        !text.is_empty() && (is_own || is_other && text.len() != ID_LENGTH)
    }
}
