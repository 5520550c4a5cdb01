//! Asks the plain engine alone.
//!
//! ```sh
//! cargo run --release -p plain-checker -- hardened --platform hostile --bounds tiny
//! cargo run --release -p plain-checker -- path/to/own.lua
//! ```

use model::bounds::Bounds;
use model::contract::Variant;
use model::profile::Profile;
use model::usda::Usda;
use plain_checker::contract::Contract;
use plain_checker::lua::Lua;
use plain_checker::search::{Most, Verdict, search};
use plain_checker::world::Place;
use std::process::ExitCode;

const USAGE: &str = "\
usage: plain-checker VARIANT|FILE.lua [--platform NAME] [--bounds tiny|small|default|large]

Without --platform, all platforms are asked; without --bounds, tiny. Exit code 1: a promise is
broken. 2: no verdict can be given.";

/// More worlds than there is memory for.
const MOST: Most = Most::worlds(50_000_000);

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(is_broken) => ExitCode::from(u8::from(is_broken)),
        Err(why) => {
            eprintln!("plain-checker: {why}");
            ExitCode::from(2)
        }
    }
}

/// Whether a promise is broken.
fn run(arguments: &[String]) -> Result<bool, String> {
    let Some((what, mut flags)) = arguments.split_first() else { return Err(USAGE.into()) };
    let (mut profiles, mut bounds) = (Profile::ALL.to_vec(), "tiny".parse::<Bounds>());
    while let [flag, value, rest @ ..] = flags {
        match flag.as_str() {
            "--platform" | "--profile" => {
                profiles = vec![value.parse().map_err(|e| format!("{flag}: {e}"))?];
            }
            "--bounds" => bounds = value.parse(),
            _ => return Err(USAGE.into()),
        }
        flags = rest;
    }
    if !flags.is_empty() {
        return Err(USAGE.into());
    }
    let bounds = bounds.map_err(|error| format!("--bounds: {error}"))?;
    if let Ok(variant) = what.parse::<Variant>() {
        return ask(&variant, variant.usda(), &profiles, bounds);
    }
    let source = std::fs::read_to_string(what).map_err(|error| {
        format!("{what} is neither a variant nor a file that can be read: {error}")
    })?;
    let lua = Lua::new(what, &source).map_err(|why| why.to_string())?;
    ask(&lua, Usda::default(), &profiles, bounds)
}

fn ask<C: Contract>(
    contract: &C,
    usda: Usda,
    profiles: &[Profile],
    bounds: Bounds,
) -> Result<bool, String> {
    let mut is_broken = false;
    for profile in profiles {
        let place = Place::new(contract, usda, *profile, bounds);
        let findings = search(place, MOST).map_err(|why| format!("{profile}: {why}"))?;
        println!("{profile}: {} worlds", findings.worlds);
        for (name, verdict) in findings.verdicts {
            println!("  {name}: {verdict}");
            is_broken |= matches!(verdict, Verdict::Violated(_));
        }
    }
    Ok(is_broken)
}
