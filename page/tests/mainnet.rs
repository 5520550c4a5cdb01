//! The tokens of AO mainnet, held against recordings of the platform key by key.
//!
//! `AO_VECTORS=folder` takes the recordings of another folder; without them there, those here.

use aos::{
    Build, Evaluation, Item, Machine, Observed, Outcome, PairsOrder, Program, References, Sent,
    Settings, State, Value, title_cased,
};
use page::runtime::Runtime;
use page::trust::{Rule, Trust};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const NATIVE: &str = include_str!("../lua/ledgers/token-1.0.lua");
const HYPER_TOKEN: &str = include_str!("../lua/ledgers/hyper-token.lua");
const HARDENED: &str = include_str!("../../model/lua/hardened.lua");

/// What is not compared: the beginning of a recording's name, the first step that is left out, and
/// why.
const LEFT_OUT: [(&str, usize, &str); 16] = [
    ("ha04", 0, "a page has a list of authorities, and with a text this one never starts"),
    ("ha05", 0, "sources that run on no node: there they believe nobody, not even their owner"),
    ("ht90", 0, "the same program under another Lua"),
    ("ht26", 1, "that an item comes twice is the network's part, and `stop` what follows here"),
    ("ta_36", 0, "Set by the holder of everything: no page has one"),
    ("ta_37", 0, "Set by the holder of everything: no page has one"),
    ("ta_38", 0, "the text of an error that nobody gets"),
    ("ta_39", 0, "Set by the holder of everything: no page has one"),
    ("ta_49", 1, "that an item comes twice is the network's part"),
    ("ta_50", 2, "that an item comes twice is the network's part"),
    ("ta_52", 0, "it goes on from the state of another recording"),
    ("ta_54", 0, "one signer is modelled"),
    ("ta_58", 2, "what a second node evaluates later"),
    ("ta_59", 1, "what the node that pushes is told"),
    ("tb_46", 0, "balances of a page are whole numbers"),
    ("tb_54", 0, "one signer is modelled"),
];
/// The same of single steps about the numbers of luerl. Each stands for itself.
const OF_LUERL: [(usize, &str); 3] = [
    (23, "an integer beyond 2^63, which a check refuses by name"),
    (32, "a division by zero, which stops luerl: a check refuses by name what it leads to"),
    (36, "luerl says no line in an error, and a text of an error is no part of a verdict"),
];

/// The authorities of a recording, and how many of them must sign, where it is not its node alone.
fn policy(name: &str, setup: &Json) -> (Vec<String>, usize) {
    let listed = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let own = setup["authority"].as_array();
    let own = own.map(|own| {
        own.iter()
            .map(|one| one.as_str().map_or_else(|| text(one), str::to_owned))
            .collect::<Vec<_>>()
    });
    match name.get(..5) {
        Some("ta_55") => (listed(&["node", "mallory"]), 2),
        Some("ta_56") => (listed(&["node", "mallory"]), 1),
        Some("ta_57") => (Vec::new(), 0),
        Some("ha03_") => (listed(&["node,mallory"]), 1),
        _ => own.map_or((listed(&["node"]), 1), |own| (own.clone(), own.len())),
    }
}

/// Whether a process believes a request.
fn is_believed(name: &str, place: usize, (rule, setup): (Rule, &Json), item: &Item) -> bool {
    let (listed, matches) = policy(name, setup);
    let (owner, from) = (String::from_utf8_lossy(&item.owner), String::from_utf8_lossy(&item.from));
    let both = name.starts_with("ta_55") && place == 1;
    let signers = if both { vec!["node", "mallory"] } else { vec![&*owner] };
    Trust { rule, listed, matches }.admits(&signers, &from)
}

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
    fn new(source: &str, process: &str, owner: &str) -> Self {
        let settings = Settings {
            process: process.into(),
            owner: owner.into(),
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
    let said = value.as_str().or(value["text"].as_str());
    said.unwrap_or_default().replace("(lower-case)", "")
}

/// A request as a process on a page gets it.
fn item(place: usize, request: &Json) -> Item {
    let keys = request["keys"].as_object().expect("keys");
    let signer = request["signer"].as_str().expect("a signer").to_owned();
    let from = keys.get("from-process").map_or_else(|| signer.clone(), text);
    let is_data = |key: &str| key == "data";
    let data = keys.get("data").map(text).unwrap_or_default();
    let sent = keys.iter().filter(|(key, _)| *key != "from-process" && !is_data(key));
    let mut tags: Vec<(String, String)> =
        sent.map(|(key, value)| (title_cased(key), text(value))).collect();
    let kinds = keys.iter().filter_map(|(key, value)| Some((key, value["type"].as_str()?)));
    let types: Vec<_> = kinds.filter(|(_, kind)| *kind != "string").collect();
    if !types.is_empty() {
        let types: Vec<_> = types.iter().map(|(key, kind)| format!("{key}=\"{kind}\"")).collect();
        tags.push(("Ao-Types".to_owned(), types.join(", ")));
    }
    Item {
        id: format!("id-{place}").into_bytes(),
        from: from.into_bytes(),
        owner: signer.into_bytes(),
        target: b"TOKEN".to_vec(),
        data: data.into_bytes(),
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
        Value::Text(text) => {
            let text = String::from_utf8_lossy(text);
            ("string".to_owned(), text.parse().expect("the text of a number"))
        }
        other => panic!("a balance is {other:?}"),
    }
}

fn first_balances(recording: &Json) -> String {
    let set = &recording["setup"]["balance"];
    let written = |amount: &Json| match amount["type"].as_str() {
        Some("string") => format!("{:?}", text(amount)),
        _ => text(amount),
    };
    let amounts: Vec<(String, String)> = match set.as_object() {
        Some(set) => set.iter().map(|(who, amount)| (who.clone(), written(amount))).collect(),
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
    let mut run = Run::new(&source.replace("false -- takes texts", takes_texts), "TOKEN", "owner");
    for (place, step) in steps.iter().enumerate() {
        let item = item(place, &step["request"]);
        let is_believed = is_believed(name, place, (Rule::Signers, &recording["setup"]), &item);
        let sent = if is_believed { run.evaluate(&item).sent } else { Vec::new() };
        let expect = &step["expect"];
        let now: BTreeMap<_, _> = run
            .observed("Balances")
            .iter()
            .map(|(who, value)| (who.to_lowercase(), balance(value)))
            .collect();
        assert_eq!(now, balances(&expect["balances"]), "{name}, step {place}");
        let recorded =
            if name.starts_with("ht") { &expect["results"]["outbox"] } else { &expect["outbox"] };
        let sent: Vec<_> = sent.iter().map(ours).collect();
        assert_eq!(sent, outbox(recorded), "{name}, step {place}");
    }
}

/// What the contract of the recordings of hyper-aos does with a notice.
const OF_HYPER_AOS: &str = r#"
Balances, TotalSupply = {}, 0 -- and an Inbox
Handlers.add("credit", function(req) return req.body.action == "Credit-Notice" end, function(req)
  local body = req.body
  Balances[body.sender] = (Balances[body.sender] or 0) + body.quantity
  TotalSupply = TotalSupply + body.quantity
end)
"#;

/// Whom hyper-aos believes, and what is left of a message.
fn compare_hyper_aos(name: &str, recording: &Json, steps: &[Json]) {
    let source = Runtime::HyperAos.text("contract.lua", OF_HYPER_AOS.to_owned());
    let mut run = Run::new(&source, "TIM3", "node");
    for (place, step) in steps.iter().enumerate() {
        // The first item of a process is the one that made it.
        let made = serde_json::json!({ "signer": "node", "keys": { "type": "Process" } });
        let item = item(place, if step["request"].is_null() { &made } else { &step["request"] });
        if is_believed(name, place, (Rule::Value, &recording["setup"]), &item) {
            run.evaluate(&item);
        }
        let state = &step["expect"]["results"]["tim3"];
        let kept = step["expect"]["Inbox"].as_u64();
        let kept = kept.or_else(|| text(&state["Inbox"]).parse().ok()).expect("a count");
        assert_eq!(run.observed("Inbox").len() as u64, kept, "{name}, step {place}");
        if state.is_object() {
            let now = run.observed("Balances");
            let now: BTreeMap<_, _> =
                now.iter().map(|(who, value)| (who.to_lowercase(), balance(value))).collect();
            assert_eq!(now, balances(&state["Balances"]), "{name}, step {place}");
            let supply = Observed::Value(Value::Integer(
                text(&state["TotalSupply"]).parse().expect("a number"),
            ));
            let own = run.machine.observe(&run.state, &["TotalSupply".to_owned()]);
            assert_eq!(own, [supply], "{name}, step {place}");
        }
    }
}

/// What a piece of Lua returns under luerl, and here; how many steps say so.
fn compare_luerl(steps: &[Json]) -> usize {
    let asked = steps.iter().enumerate();
    let asked = asked.filter(|(place, _)| OF_LUERL.iter().all(|(left, _)| left != place));
    let count = asked.map(|(place, step)| {
        let code = step["note"].as_str().expect("Lua");
        let code = code.replace("<2^256+10>", TWO_TO_256_AND_10);
        let source = format!(
            "Handlers.add('x', function() return true end, function() R = (function() {code} end)() end)"
        );
        let run = Run::new(&Runtime::HyperAos.text("x.lua", source), "TIM3", "node");
        let item = item(place, &serde_json::json!({ "signer": "node", "keys": {} }));
        let done = run.machine.evaluate(&run.state, &item, References::Named("r"), PairsOrder::Sorted);
        let done = done.expect("the host can run it");
        let recorded: String = step["expect"]["result"].as_str().expect("a result").split(' ').collect();
        match recorded.strip_prefix("{ok,[").and_then(|rest| rest.strip_suffix("]}")) {
            Some(recorded) => {
                let own = run.machine.observe(&done.state, &["R".to_owned()]).swap_remove(0);
                let Observed::Value(own) = own else { panic!("{code}: {own:?}") };
                assert_eq!(as_erlang(&own, recorded), recorded, "{code}");
            }
            None => assert!(matches!(done.outcome, Outcome::Threw(_)), "{code}: {:?}", done.outcome),
        }
    });
    count.count()
}

const TWO_TO_256_AND_10: &str =
    "115792089237316195423570985008687907853269984665640564039457584007913129639946";

/// A value as Erlang writes it; a float as it was recorded, if it is that one.
fn as_erlang(value: &Value, recorded: &str) -> String {
    match value {
        Value::Nil => "nil".to_owned(),
        Value::Float(number) if recorded.contains('.') && recorded.parse() == Ok(*number) => {
            recorded.to_owned()
        }
        Value::Text(text) => format!("<<\"{}\">>", String::from_utf8_lossy(text)),
        Value::Integer(number) => number.to_string(),
        other => format!("{other:?}"),
    }
}

/// What aos 2 makes of a notice as a node hands it on.
fn compare_contract(name: &str, steps: &[Json]) {
    let mut run = Run::new(&HARDENED.replace("@USDA@", "TOKEN"), "TIM3", "owner");
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
        let mut most = rule.map_or(steps.len(), |(_, from, _)| *from).min(steps.len());
        if most < steps.len() {
            left_out.insert((name.clone(), steps.len() - most));
        }
        match name.get(..2) {
            Some("ha") => compare_hyper_aos(name, recording, &steps[..most]),
            Some("lu") => {
                most = compare_luerl(steps);
                left_out.insert((name.clone(), steps.len() - most));
            }
            Some("gw") => compare_contract(name, &steps[..most]),
            Some("ta" | "tb" | "ht") => compare_token(name, recording, &steps[..most]),
            _ => assert_eq!(most, 0, "{name} is of an unknown kind: compare it, or say why not"),
        }
        compared += most;
    }
    let steps: usize = left_out.iter().map(|(_, steps)| steps).sum();
    println!("{compared} steps as recorded; {steps} left out, of {left_out:?}");
    if std::env::var_os("AO_VECTORS").is_none() {
        assert_eq!((recordings.len(), compared, steps), (79, 129, 45), "{left_out:?}");
    }
}
