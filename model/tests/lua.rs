//! The Lua of every variant against its transcription, on messages that no search sends.
//!
//! What a search sends is compared inside the search (`check --conformance`). Here are
//! spellings, missing, empty and doubled tags, and bodies that nobody in the model writes; and
//! the lines of Lua that the transcriptions quote.

#[path = "lua/compare.rs"]
mod compare;
#[path = "lua/host.rs"]
mod host;
#[path = "lua/quotations.rs"]
mod quotations;
#[path = "lua/written.rs"]
mod written;

use host::{Host, Snapshot};
use model::contract::{HARDENED_LUA, Seed};
use model::{Contract, Mutant, Variant};

/// How many of the written cases differ, and the first that does.
fn differences(lua: Variant, rust: Variant) -> Option<String> {
    let (host, cases) = (Host::of(lua), written::cases());
    let mut differing = cases.iter().filter_map(|case| compare::compare(&host, rust, case).err());
    let first = differing.next()?;
    let count = differing.count() + 1;
    Some(format!("{rust}: {count} of {} differ; the first:\n{first}", cases.len()))
}

#[test]
fn every_variant_treats_unsearched_messages_as_its_lua_does() {
    assert!(written::cases().len() > 400, "{}: too few to mean much", written::cases().len());
    let found: Vec<_> = Variant::all().filter_map(|v| differences(v, v)).collect();
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

#[test]
fn a_variant_is_told_from_the_lua_of_another() {
    for seed in [Seed::Json, Seed::Tags].map(Variant::Seed) {
        assert!(differences(Variant::Hardened, seed).is_some(), "{seed}");
        assert!(differences(seed, Variant::Hardened).is_some(), "{seed}");
    }
}

#[test]
fn a_fresh_process_is_in_the_initial_state() {
    for variant in Variant::all() {
        let host = Host::of(variant);
        assert_eq!(host.snapshot(&host.fresh), Snapshot::of(&variant.initial()), "{variant}");
    }
}

#[test]
fn every_edit_applies_exactly_once() {
    for mutant in Mutant::all() {
        for edit in mutant.lua_edits() {
            let count = HARDENED_LUA.matches(edit.from).count();
            assert_eq!(count, 1, "{}: {}", mutant.name(), edit.from);
        }
        assert!(Variant::Mutant(mutant).lua().is_ok_and(|lua| lua != HARDENED_LUA));
    }
}

#[test]
fn every_quotation_in_the_transcriptions_is_in_the_lua() {
    let missing = quotations::missing();
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
