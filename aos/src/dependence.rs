//! What an evaluation read that differs on the real platform.

use std::fmt;

/// Something that a contract can depend on, and that a check tries in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dependence {
    /// Code that is made of a text while it runs, by `load`: nothing sees which of its branches run.
    Loaded,
    /// What time it is: `msg.Timestamp`, `os.time`, `os.date`, `os.clock`.
    Clock,
    /// The height of the block: `msg["Block-Height"]`.
    Block,
    /// Chance: `math.random`, `math.randomseed`.
    Chance,
    /// The order in which `pairs` or `next` goes through a table of two entries or more,
    /// or in which `json.encode` writes its fields.
    Order,
    /// What a Reference is made of: `tonumber` and other functions of numbers, functions that
    /// look into a text, its length and order, and arithmetic that fails as it is not a number.
    Reference,
    /// What an address or an id is made of: functions that look into a text, its length and its
    /// order.
    Address,
    /// A message that no messenger takes: without a Target, or with a tag that is no text
    /// (SEMANTICS A5).
    Unsent,
    /// A message to a process of this world, with an Action that it has no handler for here.
    Unheard,
    /// A message to an id that nobody has in this world.
    Elsewhere,
    /// AO, which is asked to spawn a process.
    Spawns,
    /// AO, which is asked to assign a message to processes.
    Assigns,
}

impl Dependence {
    /// All of them, in the order of their numbers in `dependences.lua`, from 1.
    pub const ALL: [Self; 12] = [
        Self::Clock,
        Self::Block,
        Self::Chance,
        Self::Order,
        Self::Reference,
        Self::Address,
        Self::Loaded,
        Self::Unsent,
        Self::Unheard,
        Self::Elsewhere,
        Self::Spawns,
        Self::Assigns,
    ];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clock => "clock",
            Self::Block => "block",
            Self::Chance => "chance",
            Self::Order => "order",
            Self::Reference => "reference",
            Self::Address => "address",
            Self::Loaded => "loaded",
            Self::Unsent => "unsent",
            Self::Unheard => "unheard",
            Self::Elsewhere => "elsewhere",
            Self::Spawns => "spawns",
            Self::Assigns => "assigns",
        }
    }
}

impl fmt::Display for Dependence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a contract read something of that kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Note {
    pub what: Dependence,
    /// The file, and the line, counted from 1; nothing where no line of a file did: a pattern
    /// that is a table, or code that was loaded from a text.
    pub place: Option<(String, u32)>,
}
