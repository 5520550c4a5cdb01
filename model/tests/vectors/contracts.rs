//! The Lua that a recorded TIM3 ran, for the host.

use crate::schema::Messages;
use crate::setup::{Reason, Rules, other_handlers, prose};

/// A file, and how the platform treats the process that runs it.
pub struct Contract {
    pub file: &'static str,
    pub source: String,
    pub rules: Rules,
}

macro_rules! lua {
    ($file:literal) => {
        ($file, include_str!(concat!("../fixtures/handlers/", $file)))
    };
}

/// The files that were run, as the prose of a setup names them behind this folder.
const FOLDER: &str = "scripts/lua/";
const RUN: [(&str, &str); 4] = [
    lua!("tim3_seed_literal.lua"),
    lua!("tim3_seed.lua"),
    lua!("tim3_tags.lua"),
    lua!("throw_variants.lua"),
];

/// What stands for handlers that were not kept: which recording, and how its setup begins.
const RECONSTRUCTED: [(&str, &str, (&str, &str)); 2] = [
    (
        "09d_onreply_refund_is_exploitable",
        "tim3_tags.lua with Burn replaced by an onReply-refund version (inline in cases_09.mjs)",
        lua!("reconstructed/onreply_refund.lua"),
    ),
    (
        "09h_pattern_returns",
        "handlers inline in cases_09.mjs",
        lua!("reconstructed/pattern_returns.lua"),
    ),
];

impl Contract {
    /// What TIM3 of this recording runs.
    pub fn of(recording: &Messages) -> Result<Self, Reason> {
        let setup = prose(&recording.setup.tim3);
        let found = run(setup).or_else(|| reconstructed(&recording.name, setup));
        let known = found.and_then(|((file, source), settings)| {
            let rules = Rules::of(settings, &recording.ids)?;
            Some(Self { file, source: source.into(), rules })
        });
        known.ok_or_else(|| other_handlers("TIM3", setup))
    }

    /// Whether it is Lua that we wrote after the recording.
    pub fn is_reconstructed(&self) -> bool {
        self.file.starts_with("reconstructed/")
    }
}

/// A file and its source, and the rest of the prose.
type Found<'a> = ((&'static str, &'static str), &'a str);

fn run(setup: &str) -> Option<Found<'_>> {
    let named = setup.strip_prefix(FOLDER)?;
    RUN.into_iter().find_map(|lua| Some((lua, named.strip_prefix(lua.0)?)))
}

fn reconstructed<'a>(name: &str, setup: &'a str) -> Option<Found<'a>> {
    let of_this = |(of, _, _): &&(&str, _, _)| *of == name;
    let (_, head, lua) = RECONSTRUCTED.iter().find(of_this)?;
    Some((*lua, setup.strip_prefix(head)?))
}
