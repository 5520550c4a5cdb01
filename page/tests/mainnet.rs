//! The tokens of AO mainnet, held against recordings of the platform key by key.
//!
//! `AO_VECTORS=folder` takes the recordings of another folder; without them there, those here.

use aos::{
    Build, Evaluation, Item, Machine, Observed, Outcome, PairsOrder, Program, References, Sent,
    Settings, State, Value, title_cased,
};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const NATIVE: &str = include_str!("../lua/ledgers/token-1.0.lua");
const HYPER_TOKEN: &str = include_str!("../lua/ledgers/hyper-token.lua");
const HARDENED: &str = include_str!("../../model/lua/hardened.lua");

/// What is not compared: the beginning of a recording's name, the first step that is left out, and
/// why.
const LEFT_OUT: [(&str, usize, &str); 25] = [
    ("ha", 0, "hyper-aos is not modelled"),
    ("lu", 0, "luerl is not modelled, except for the floats that hyper-token makes of texts"),
    ("ht90", 0, "the same program under another Lua"),
    ("ht21", 0, "a message on a page has texts and whole numbers"),
    ("ht06", 0, "a typed fraction: a message on a page has texts and whole numbers"),
    ("ht25", 1, "one authority is modelled"),
    ("ht26", 1, "that an item comes twice is the network's part, and `stop` what follows here"),
    ("ht19", 0, "whom a process trusts is judged before it evaluates"),
    ("ta_08", 0, "a typed fraction: a message on a page has texts and whole numbers"),
    ("ta_36", 0, "Set by the holder of everything: no page has one"),
    ("ta_37", 0, "Set by the holder of everything: no page has one"),
    ("ta_38", 0, "the text of an error that nobody gets"),
    ("ta_39", 0, "Set by the holder of everything: no page has one"),
    ("ta_49", 1, "that an item comes twice is the network's part"),
    ("ta_50", 2, "that an item comes twice is the network's part"),
    ("ta_52", 0, "it goes on from the state of another recording"),
    ("ta_54", 0, "one signer is modelled"),
    ("ta_55", 0, "one authority is modelled"),
    ("ta_56", 0, "one authority is modelled"),
    ("ta_57", 0, "whom a process trusts is judged before it evaluates"),
    ("ta_58", 2, "what a second node evaluates later"),
    ("ta_59", 1, "what the node that pushes is told"),
    ("tb_46", 0, "balances of a page are whole numbers"),
    ("tb_54", 0, "one signer is modelled"),
    ("ht24", 0, "balances of a page are whole numbers"),
];

fn recordings() -> Vec<(String, Json)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mainnet");
    let named = std::env::var_os("AO_VECTORS").filter(|path| !path.is_empty()).map(PathBuf::from);
    let found = named.map(|folder| read_all(&folder)).filter(|found| !found.is_empty());
    found.unwrap_or_else(|| read_all(&here))
}

fn read_all(folder: &Path) -> Vec<(String, Json)> {
    let files = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let read = |path: PathBuf| -> Option<(String, Json)> {
        let recording: Json = serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()?;
        let is_ours = recording["schema"] == "mainnet-vector/1";
        is_ours.then(|| (recording["name"].as_str().unwrap_or_default().to_owned(), recording))
    };
    let mut all: Vec<_> = files.filter_map(|entry| read(entry.path())).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// A program with its state.
struct Run {
    machine: Machine,
    state: State,
}

impl Run {
    fn new(source: &str, process: &str) -> Self {
        let settings = Settings {
            process: process.into(),
            owner: "owner".into(),
            authorities: vec!["node".into()],
            tags: BTreeMap::new(),
            build: Build::Late,
            limits: aos::Limits::default(),
        };
        let program = Arc::new(Program::new("ledger.lua", source, settings));
        let (machine, state) = Machine::new(&program).expect("it loads");
        Self { machine, state }
    }

    fn evaluate(&mut self, item: &Item) -> Evaluation {
        let done =
            self.machine.evaluate(&self.state, item, References::Named("r"), PairsOrder::Sorted);
        let done = done.expect("the host can run it");
        assert_eq!(done.outcome, Outcome::Done);
        self.state = done.state.clone();
        done
    }

    fn observed(&self, path: &str) -> BTreeMap<String, Value> {
        match self.machine.observe(&self.state, &[path.to_owned()]).swap_remove(0) {
            Observed::Entries(entries) | Observed::Masked(entries, _) => {
                entries.into_iter().map(|(key, value)| (shown(&key), value)).collect()
            }
            Observed::Value(_) => BTreeMap::new(),
        }
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => String::from_utf8_lossy(text).into_owned(),
        Value::Integer(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}

fn text(value: &Json) -> String {
    value["text"].as_str().unwrap_or_default().replace("(lower-case)", "")
}

/// A request as a process on a page gets it.
fn item(place: usize, request: &Json) -> Item {
    let keys = request["keys"].as_object().expect("keys");
    let signer = request["signer"].as_str().expect("a signer").to_owned();
    let from = keys.get("from-process").map_or_else(|| signer.clone(), text);
    let sent = keys.iter().filter(|(key, _)| *key != "from-process");
    let mut tags: Vec<(String, String)> =
        sent.map(|(key, value)| (title_cased(key), text(value))).collect();
    let types: Vec<_> = keys.iter().filter(|(_, value)| value["type"] == "integer").collect();
    if !types.is_empty() {
        let types: Vec<_> = types.iter().map(|(key, _)| format!("{key}=\"integer\"")).collect();
        tags.push(("Ao-Types".to_owned(), types.join(", ")));
    }
    Item {
        id: format!("id-{place}").into_bytes(),
        from: from.into_bytes(),
        owner: signer.into_bytes(),
        target: b"TOKEN".to_vec(),
        data: Vec::new(),
        tags: tags
            .into_iter()
            .map(|(name, value)| (name.into_bytes(), value.into_bytes()))
            .collect(),
        timestamp: 0,
        block_height: 0,
    }
}

/// A number with its type.
fn typed(value: &Json) -> (String, f64) {
    let number = text(value).parse().expect("a number");
    (value["type"].as_str().expect("a type").to_owned(), number)
}

fn balances(of: &Json) -> BTreeMap<String, (String, f64)> {
    let of = of.as_object().expect("balances");
    of.iter()
        .map(|(key, value)| (key.replace("(lower-case)", "").to_lowercase(), typed(value)))
        .collect()
}

/// What an outbox says, in order: each entry by its keys in lower case, and the type of its quantity.
fn outbox(of: &Json) -> Vec<BTreeMap<String, String>> {
    let entry = |entry: &Json| {
        let keys = entry.as_object().expect("an entry").iter();
        let mut said: BTreeMap<_, _> =
            keys.map(|(key, value)| (key.to_lowercase(), plain(value))).collect();
        if let Some(kind) = entry["quantity"]["type"].as_str() {
            said.insert("quantity's type".to_owned(), kind.to_owned());
        }
        said
    };
    of.as_array().map(|entries| entries.iter().map(entry).collect()).unwrap_or_default()
}

/// A value of a recording: a number without what only its type says.
fn plain(value: &Json) -> String {
    let said = text(value);
    if value["type"] == "float" {
        format!("{:.20e}", said.parse::<f64>().expect("a float"))
    } else {
        said
    }
}

fn ours(sent: &Sent) -> BTreeMap<String, String> {
    let is_of_aos = |name: &str| ["data-protocol", "variant", "type", "reference"].contains(&name);
    let mut said = BTreeMap::from([(
        "target".to_owned(),
        String::from_utf8_lossy(sent.target.as_deref().unwrap_or_default()).into_owned(),
    )]);
    for (name, value) in &sent.tags {
        let name = String::from_utf8_lossy(name).to_lowercase();
        let value = String::from_utf8_lossy(value.text().expect("a text")).into_owned();
        if name == "ao-types" {
            let kind = value.split('"').nth(1).expect("a type").to_owned();
            said.insert("quantity's type".to_owned(), kind);
        } else if !is_of_aos(&name) {
            said.insert(name, value);
        }
    }
    if said.get("quantity's type").is_some_and(|kind| kind == "float") {
        let number: f64 = said["quantity"].parse().expect("a float");
        said.insert("quantity".to_owned(), format!("{number:.20e}"));
    }
    said
}

/// The whole number that a balance is.
fn balance(value: &Value) -> (String, f64) {
    match value {
        #[allow(
            clippy::cast_precision_loss,
            reason = "recorded amounts are compared as they are printed"
        )]
        Value::Integer(number) => ("integer".to_owned(), *number as f64),
        Value::Float(number) => ("float".to_owned(), *number),
        other => panic!("a balance is {other:?}"),
    }
}

fn first_balances(recording: &Json) -> String {
    let set = &recording["setup"]["balance"];
    let amounts: Vec<(String, String)> = match set.as_object() {
        Some(set) => set.iter().map(|(who, amount)| (who.clone(), text(amount))).collect(),
        None => vec![("alice".to_owned(), "1000".to_owned())],
    };
    let entry = |(who, amount): &(String, String)| format!("Balances[{who:?}] = {amount}");
    amounts.iter().map(entry).collect::<Vec<_>>().join(" ")
}

/// The steps of a recording of a token that come out as recorded.
fn compare_token(name: &str, recording: &Json, steps: &[Json]) {
    let source = if name.starts_with("ht") { HYPER_TOKEN } else { NATIVE };
    let source = source.replace("-- first balances", &first_balances(recording));
    let takes_texts = if name.starts_with("tb") { "true" } else { "false" };
    let mut run = Run::new(&source.replace("false -- takes texts", takes_texts), "TOKEN");
    for (place, step) in steps.iter().enumerate() {
        let done = run.evaluate(&item(place, &step["request"]));
        let expect = &step["expect"];
        let now: BTreeMap<_, _> = run
            .observed("Balances")
            .iter()
            .map(|(who, value)| (who.to_lowercase(), balance(value)))
            .collect();
        assert_eq!(now, balances(&expect["balances"]), "{name}, step {place}");
        let recorded =
            if name.starts_with("ht") { &expect["results"]["outbox"] } else { &expect["outbox"] };
        let sent: Vec<_> = done.sent.iter().map(ours).collect();
        assert_eq!(sent, outbox(recorded), "{name}, step {place}");
    }
}

/// What aos 2 makes of a notice as a node hands it on.
fn compare_contract(name: &str, steps: &[Json]) {
    let mut run = Run::new(&HARDENED.replace("@USDA@", "TOKEN"), "TIM3");
    for (place, step) in steps.iter().enumerate() {
        let request = &step["request"];
        let of = |key: &str| request[key].as_str().unwrap_or_default().as_bytes().to_vec();
        let tags = request["Tags"].as_array().expect("tags").iter();
        let tag = |tag: &Json, at: usize| tag[at].as_str().unwrap_or_default().as_bytes().to_vec();
        let done = run.evaluate(&Item {
            id: format!("id-{place}").into_bytes(),
            from: of("From"),
            owner: of("Owner"),
            target: of("Target"),
            data: Vec::new(),
            tags: tags.map(|one| (tag(one, 0), tag(one, 1))).collect(),
            timestamp: 0,
            block_height: 0,
        });
        let state = &step["expect"]["state"];
        let count = |value: &Json| value.as_object().map_or(0, serde_json::Map::len);
        let minted: BTreeMap<_, _> = run
            .observed("Balances")
            .iter()
            .map(|(who, value)| (who.clone(), shown(value)))
            .collect();
        let recorded: BTreeMap<_, _> =
            state["Balances"].as_object().into_iter().flatten().collect();
        let recorded: BTreeMap<_, _> = recorded
            .into_iter()
            .map(|(who, amount)| (who.clone(), amount.as_str().unwrap_or_default().to_owned()))
            .collect();
        assert_eq!(minted, recorded, "{name}, step {place}");
        assert_eq!(
            run.observed("Quarantine").len(),
            count(&state["Quarantine"]),
            "{name}, step {place}"
        );
        assert_eq!(
            Some(done.sent.len() as u64),
            step["expect"]["messages"].as_u64(),
            "{name}, step {place}"
        );
    }
}

#[test]
fn ledgers_answer_as_was_recorded() {
    let (mut compared, mut left_out) = (0, BTreeSet::new());
    let recordings = recordings();
    assert!(!recordings.is_empty());
    for (name, recording) in &recordings {
        let steps = recording["steps"].as_array().expect("steps");
        let rule = LEFT_OUT.iter().find(|(start, ..)| name.starts_with(start));
        let most = rule.map_or(steps.len(), |(_, from, _)| *from).min(steps.len());
        if most < steps.len() {
            left_out.insert((name.clone(), steps.len() - most));
        }
        match name.get(..2) {
            Some("gw") => compare_contract(name, &steps[..most]),
            Some("ta" | "tb" | "ht") => compare_token(name, recording, &steps[..most]),
            _ => assert_eq!(most, 0, "{name} is of an unknown kind: compare it, or say why not"),
        }
        compared += most;
    }
    let steps: usize = left_out.iter().map(|(_, steps)| steps).sum();
    println!("{compared} steps as recorded; {steps} left out, of {left_out:?}");
    if std::env::var_os("AO_VECTORS").is_none() {
        assert_eq!((recordings.len(), compared, steps), (79, 71, 103), "{left_out:?}");
    }
}
