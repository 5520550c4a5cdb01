//! The Lua of every variant against its Rust transcription, message by message.
//!
//! Everything that TIM3 evaluates in small worlds is evaluated twice: by the variant's
//! [`Handlers`](model::Handlers), and by its Lua, run by Lua 5.3 on a stand-in for aos. Whom
//! aos lets in is no business of the Lua, so only messages that were let in are compared.

#[path = "lua/compare.rs"]
mod compare;
#[path = "lua/explore.rs"]
mod explore;
#[path = "lua/machine.rs"]
mod machine;
#[path = "lua/quotations.rs"]
mod quotations;
#[path = "lua/snapshot.rs"]
mod snapshot;
#[path = "lua/written.rs"]
mod written;

use compare::{compare, reload};
use explore::Case;
use machine::Machine;
use model::contract::{HARDENED_LUA, Seed};
use model::{Contract, Mutant, Variant};
use std::collections::BTreeSet;
use std::sync::{Mutex, OnceLock};
use std::thread;

/// Does something with every variant, on all cores; the results in the order of the variants.
fn each_variant<T: Send>(work: impl Fn(Variant) -> T + Sync) -> Vec<(Variant, T)> {
    let waiting = Mutex::new(Variant::all().enumerate());
    let done = Mutex::new(Vec::new());
    let next = || waiting.lock().expect("no panic under the lock").next();
    let worker = || {
        while let Some((place, variant)) = next() {
            let result = work(variant);
            done.lock().expect("no panic under the lock").push((place, (variant, result)));
        }
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(worker))));
    let mut done = done.into_inner().expect("no panic under the lock");
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, result)| result).collect()
}

/// The evaluations that the searches come by, found once for all tests.
fn searched() -> &'static [(Variant, Vec<Case>)] {
    static SEARCHED: OnceLock<Vec<(Variant, Vec<Case>)>> = OnceLock::new();
    SEARCHED.get_or_init(|| each_variant(explore::cases))
}

fn searched_for(variant: Variant) -> &'static [Case] {
    let found = searched().iter().find(|(v, _)| *v == variant);
    &found.expect("every variant is searched").1
}

/// How many of these cases differ, and the first that does.
fn differences(variant: Variant, cases: &[Case]) -> Option<String> {
    let machine = Machine::of(variant);
    let mut differing = cases.iter().filter_map(|case| compare(&machine, variant, case).err());
    let first = differing.next()?;
    Some(format!(
        "{variant}: {} of {} differ; the first:\n{first}",
        differing.count() + 1,
        cases.len()
    ))
}

/// Fails with all that was found.
fn assert_none(found: Vec<(Variant, Option<String>)>) {
    let found: Vec<_> = found.into_iter().filter_map(|(_, found)| found).collect();
    assert!(found.is_empty(), "{}", found.join("\n\n"));
}

#[test]
fn the_lua_of_every_variant_does_what_its_transcription_does() {
    for (variant, cases) in searched() {
        println!("{variant}: {} evaluations", cases.len());
        assert!(cases.len() > 40, "{variant}: too few to mean much");
    }
    assert_none(each_variant(|variant| differences(variant, searched_for(variant))));
}

#[test]
fn they_agree_on_messages_that_no_search_sends() {
    assert_none(each_variant(|variant| differences(variant, &written::cases(variant))));
}

#[test]
fn loading_the_lua_again_does_what_the_transcription_says() {
    assert_none(each_variant(|variant| {
        let machine = Machine::of(variant);
        let states: BTreeSet<_> = searched_for(variant).iter().map(|case| &case.before).collect();
        states.into_iter().find_map(|state| reload(&machine, variant, state).err())
    }));
}

#[test]
fn a_fresh_process_is_in_the_initial_state() {
    for variant in Variant::all() {
        let machine = Machine::of(variant);
        assert_eq!(
            machine.fresh().snapshot(),
            snapshot::Snapshot::of(&variant.initial()),
            "{variant}"
        );
    }
}

#[test]
fn the_lua_is_run_by_lua_5_3() {
    assert_eq!(Machine::of(Variant::Hardened).version(), "Lua 5.3");
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

#[test]
fn a_variant_is_told_from_the_lua_of_another() {
    let told = |lua: Variant, rust: Variant| {
        let machine = Machine::of(lua);
        let cases = searched_for(rust).iter().cloned().chain(written::cases(rust));
        cases.into_iter().any(|case| compare(&machine, rust, &case).is_err())
    };
    for mutant in Mutant::all().filter(|m| *m != Mutant::StateWipedOnReload) {
        let mutant = Variant::Mutant(mutant);
        assert!(told(Variant::Hardened, mutant), "{mutant} behaves like hardened.lua");
    }
    assert!(told(Variant::Seed(Seed::Tags), Variant::Hardened));
}
