//! Every design we know, by name.

use super::{Contract, Hardened, Mutant, Seed, Tim3, lua_source};
use crate::books::Books;
use crate::message::Message;
use crate::process::{HandlerError, Handlers, Label, Outbox};
use crate::usda::Usda;
use std::{borrow::Cow, fmt, str::FromStr};

/// A contract we ship a transcription of, with the ledger it runs beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variant {
    /// The design document, in one of three readings.
    Seed(Seed),
    /// The recommended contract.
    Hardened,
    /// The recommended contract beside the token blueprint of 2024-10, whose Burn does not
    /// look at the sign (SEMANTICS A4).
    HardenedOnUsda2024,
    /// The recommended contract with one guard removed.
    Mutant(Mutant),
}

impl Variant {
    /// Every variant: designs first, then the mutants.
    pub fn all() -> impl Iterator<Item = Self> {
        let designs = [
            Self::Seed(Seed::Literal),
            Self::Seed(Seed::Json),
            Self::Seed(Seed::Tags),
            Self::Hardened,
            Self::HardenedOnUsda2024,
        ];
        designs.into_iter().chain(Mutant::all().map(Self::Mutant))
    }

    /// The name by which commands and files refer to it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Seed(Seed::Literal) => "seed",
            Self::Seed(Seed::Json) => "seed-json",
            Self::Seed(Seed::Tags) => "seed-tags",
            Self::Hardened => "hardened",
            Self::HardenedOnUsda2024 => "hardened-usda-2024",
            Self::Mutant(mutant) => mutant.name(),
        }
    }

    /// What it is, in a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Seed(Seed::Literal) => {
                "the handlers of the design document, literally: aos has no `json`"
            }
            Self::Seed(Seed::Json) => {
                "the seed with `json` required: it reads Data, where a token writes prose"
            }
            Self::Seed(Seed::Tags) => {
                "the seed with Sender and Quantity read from tags, as its author meant"
            }
            Self::Hardened => "the recommended contract",
            Self::HardenedOnUsda2024 => {
                "the recommended contract with a USDA that accepts negative burns (the blueprint of October 2024)"
            }
            Self::Mutant(mutant) => mutant.guard(),
        }
    }

    /// Which published token blueprint USDA runs beside it.
    pub fn usda(self) -> Usda {
        match self {
            Self::HardenedOnUsda2024 => Usda::Blueprint2024,
            _ => Usda::Blueprint2025,
        }
    }

    /// The Lua it transcribes.
    ///
    /// # Errors
    /// The text of an edit that no longer applies to `hardened.lua`.
    pub fn lua(self) -> Result<String, &'static str> {
        match self {
            Self::Seed(Seed::Literal) => Ok(lua_source::SEED_LUA.into()),
            Self::Seed(Seed::Json) => Ok(lua_source::SEED_JSON_LUA.into()),
            Self::Seed(Seed::Tags) => Ok(lua_source::SEED_TAGS_LUA.into()),
            Self::Hardened | Self::HardenedOnUsda2024 => Ok(lua_source::HARDENED_LUA.into()),
            Self::Mutant(mutant) => {
                lua_source::edited(lua_source::HARDENED_LUA, mutant.lua_edits())
            }
        }
    }

    fn hardened(self) -> Hardened {
        match self {
            Self::Mutant(mutant) => Hardened { lacks: Some(mutant) },
            _ => Hardened::default(),
        }
    }
}

impl Handlers for Variant {
    type State = Tim3;

    fn handle(
        &self,
        tim3: &mut Tim3,
        message: &Message,
        outbox: &mut Outbox<'_>,
    ) -> Result<Label, HandlerError> {
        match self {
            Self::Seed(seed) => seed.handle(tim3, message, outbox),
            _ => self.hardened().handle(tim3, message, outbox),
        }
    }

    fn ignores(&self, message: &Message) -> bool {
        match self {
            Self::Seed(seed) => seed.ignores(message),
            _ => self.hardened().ignores(message),
        }
    }
}

impl Contract for Variant {
    fn initial(&self) -> Tim3 {
        Tim3::default()
    }

    fn books<'a>(&self, state: &'a Tim3) -> Cow<'a, Books> {
        Cow::Borrowed(&state.books)
    }

    fn reload(&self, state: &mut Tim3) {
        if *self == Self::Mutant(Mutant::StateWipedOnReload) {
            *state = Tim3::default();
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no variant has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownVariant(pub String);

impl fmt::Display for UnknownVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Variant::all().map(Variant::name).collect();
        write!(f, "no variant is called `{}`; there are: {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownVariant {}

impl FromStr for Variant {
    type Err = UnknownVariant;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::all().find(|v| v.name() == name).ok_or_else(|| UnknownVariant(name.into()))
    }
}
