//! stateright's own search of a page, as a plain model of actors, finds the same.

use page::read::read;
use page::verdict::Kind;
use page::{Checked, Place, System, check};
use search::Limits;
use search::actors::PlainActors;
use stateright::{Checker, Model};
use std::fs;
use std::path::Path;

fn read_file(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| error.to_string())
}

fn checked(page: &Path, threads: usize) -> Checked {
    check(Place::of(page), read_file, &Limits::default(), threads, &mut |_| ()).expect("a page")
}

#[test]
fn stateright_finds_the_same_states_and_broken_promises() {
    let page = Path::new("../systems/counter/system.lua");
    let ours = checked(page, 1);
    let system = System::new(read(Place::of(page), read_file).expect("a page")).expect("a system");
    let participants = system.participants.clone();
    let plain = PlainActors::new(participants, system.network(), system.judge()).expect("a set");
    let theirs = plain.checker().spawn_bfs().join();
    let found = |kind| matches!(kind, Kind::Violated | Kind::Excepted | Kind::Seen);
    for (place, verdict) in ours.verdicts.iter().enumerate() {
        let name: &'static str = ["0", "1", "2", "3", "4", "5", "6", "7"][place];
        let shortest = theirs.discovery(name).map(|path| path.into_actions().len());
        assert_eq!(found(verdict.kind), shortest.is_some(), "{}", verdict.promise);
    }
    assert_eq!(ours.states, theirs.unique_state_count() as u64);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let page = Path::new("../systems/counter/system.lua");
    assert_eq!(checked(page, 1), checked(page, 2));
}
