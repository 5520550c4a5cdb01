//! States of a page are known under a secret of the run: no file makes two of its states one, and
//! nothing that is said depends on the secret.

use page::actor::Role;
use page::message::Message;
use page::process::{Given, Process};
use page::read::read;
use page::verdict::Kind;
use page::{Checked, Place, System, check};
use search::actors::ActorSystem;
use search::{Fingerprint, Limits, System as _, content_hash};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// Remembers who was named last, in a text whose public hash does not depend on the name: what
/// is hashed is multiplied, 48 bytes by the 48 behind them, after XOR with a number that
/// everybody knows. That number, eight bytes long, makes all products zero.
const FORGED: &str = r#"
Text, Name = "", ""
local zeroes = ("\221\80\124\201\183\41\172\192"):rep(6)
Handlers.add("set", { Action = "Set" }, function(msg)
  Text = (" "):rep(tonumber(msg.Tags.Pad)) .. (msg.Tags.Name:rep(48) .. zeroes):rep(4) .. ("."):rep(400)
end)
"#;

/// Two names; the last counts.
const PAGE: &str = r#"
local p = process "p" { file = "forged.lua", observe = { text = "Text" } }
person "alice" { set = send(p) { Action = "Set", Name = { "a", "b" }, Pad = PAD } }
local function named(name)
  return function (s) return equal(s.p.text:match("^ *(%a)") or "", name) end
end
seen "a" (named("a"))
seen "b" (named("b"))
"#;

fn read_file(path: &Path) -> Result<String, String> {
    match path.file_name().and_then(|name| name.to_str()) {
        Some("forged.lua") => Ok(FORGED.to_owned()),
        Some(page) if page.starts_with("pad-") => Ok(PAGE.replace("PAD", &page[4..])),
        _ => fs::read_to_string(path).map_err(|error| error.to_string()),
    }
}

fn checked(page: &Path, threads: usize) -> Checked {
    check(Place::of(page), read_file, &Limits::default(), threads, &mut |_| ()).expect("a page")
}

fn system(page: &Path) -> System {
    System::new(read(Place::of(page), read_file).expect("a page")).expect("a system")
}

/// The public hash of what the process keeps after a message with this name.
fn public_hash(process: &Process, name: &str, pad: usize) -> u64 {
    let tags = [("Action", "Set"), ("Name", name), ("Pad", &*pad.to_string())];
    let message = Message {
        id: "alice.set.1".into(),
        from: "alice".into(),
        owner: "alice".into(),
        target: "p".into(),
        tags: tags.map(|(name, value)| (name.into(), value.into())).into(),
        data: "".into(),
        at: 0,
        place: 0,
        stops: false,
    };
    let given = Given { is_again: false, timestamp: 0 };
    let step = process.evaluate(&process.initial, &message, given).expect("it is evaluated");
    content_hash(&step.expect("it is trusted").after)
}

#[test]
fn no_file_makes_two_of_its_states_one() {
    let participants = system(Path::new("pad-0")).participants;
    let Role::Process(process) = &participants[0].role else { panic!("a process comes first") };
    // Where the text begins in a state is not known here.
    let is_forged = |pad: &usize| {
        let [a, b] = ["a", "b"].map(|name| public_hash(process, name, *pad));
        a == b
    };
    let pad = (0..96).find(is_forged).expect("one of them is right");
    let checked = checked(Path::new(&format!("pad-{pad}")), 1);
    let seen: Vec<_> = checked.verdicts.iter().filter(|one| one.kind == Kind::Seen).collect();
    assert_eq!(seen.len(), 2, "{checked:#?}");
    // Nothing was sent; each of two messages is on its way, or has arrived; one is lost.
    assert_eq!(checked.states, 6);
}

#[test]
fn the_secret_changes_nothing() {
    let page = Path::new("../systems/counter/system.lua");
    let first = checked(page, 1);
    for threads in [1, 2, 3] {
        assert_eq!(checked(page, threads), first, "{threads} threads");
    }
}

#[test]
fn another_run_knows_states_by_other_identities() {
    let fingerprints = || {
        let mut system = system(Path::new("pad-0"));
        system.participants.truncate(2);
        let (network, judge) = (system.network(), system.judge());
        let actors = ActorSystem::<_, _, 2, 1>::new(system.participants, network, judge);
        let actors = actors.expect("a system");
        let mut scratch = actors.scratch();
        let first = actors.initial(&mut scratch).remove(0);
        let mut all = vec![actors.fingerprint(&first)];
        actors.successors(&first, &mut scratch, |_, fingerprint, _| all.push(fingerprint));
        all
    };
    let (one, other) = (fingerprints(), fingerprints());
    assert_eq!(one.len(), 3);
    let orders = |all: &[Fingerprint]| all.iter().map(|one| one.order).collect::<Vec<_>>();
    let identities =
        |all: &[Fingerprint]| -> BTreeSet<_> { all.iter().map(|one| one.identity).collect() };
    assert_eq!(orders(&one), orders(&other));
    assert!(identities(&one).is_disjoint(&identities(&other)), "{one:?} {other:?}");
}
