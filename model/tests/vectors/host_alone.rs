//! What no recording asks of the host in this way.

use crate::contracts::Contract;
use crate::host::Host;
use crate::host_sensitivity::{EVAL, num};
use crate::hosted::differences_at_setup;
use crate::schema::{Kind, State};
use crate::sensitivity::{FILE, recording};
use aos::Observed;

/// Three messages that no handler takes.
const UNHANDLED: &str = "09i_default_handler.json";

/// What an Eval of this ends in.
fn error_of_eval(data: &str) -> Option<String> {
    let recording = recording(EVAL);
    let mut step = recording.steps[0].clone();
    step.deliver.message.data = Some(data.into());
    let mut host = Host::new(&recording, &step.before["TIM3"]).expect("it can be set up");
    host.deliver(&step).expect("nothing here is refused").error
}

#[test]
fn an_eval_takes_expressions_and_statements() {
    assert_eq!(error_of_eval("Balances"), None);
    assert_eq!(error_of_eval("-- a comment\nTotalSupply = TotalSupply + 1"), None);
    assert_eq!(error_of_eval("nil, 'no'").as_deref(), Some("no"));
    assert!(error_of_eval("no Lua").is_some_and(|error| error.starts_with("[string \"aos\"]:1: ")));
    assert!(error_of_eval("mint('a')").is_some_and(|error| error.contains("nil value")));
}

/// The messages in the Inbox, which begins with one that the host does not have.
fn inbox_of(host: &Host<'_>) -> i64 {
    let [inbox] = host.observe(&host.now, ["Inbox"]);
    let Observed::Entries(messages) = inbox else { return 1 };
    1 + i64::try_from(messages.len()).expect("they are few")
}

#[test]
fn an_inbox_that_the_file_speaks_of_grows_as_recorded() {
    let recording = recording(UNHANDLED);
    let mut contract = Contract::of(&recording).expect("its file is here");
    contract.source.push_str("-- Inbox");
    let before = &recording.steps[0].before["TIM3"];
    let mut host = Host::running(contract, &recording, before).expect("it can be set up");
    for step in &recording.steps {
        host.deliver(step).expect("nothing here is refused");
        let recorded = &step.expect.state["TIM3"].inbox;
        assert_eq!(inbox_of(&host).to_string(), recorded.text, "{}", step.note);
    }
}

#[test]
fn every_kind_of_value_can_be_set_up() {
    let recording = recording(FILE);
    let mut before: State = recording.steps[0].before["TIM3"].clone();
    let values = [
        num(Kind::Integer, "-9223372036854775808"),
        num(Kind::Integer, "9007199254740993"),
        num(Kind::Float, "9.007199254741e+15"),
        num(Kind::Float, "-0.0"),
        num(Kind::Float, "inf"),
        num(Kind::Float, "-inf"),
        num(Kind::Float, "nan"),
        num(Kind::Float, "-nan"),
        num(Kind::String, "10\n\"\\\0"),
    ];
    for (place, value) in values.into_iter().enumerate() {
        before.balances.insert(format!("holder {place}"), value);
    }
    before.usda_collateral = num(Kind::Nil, "nil");
    assert_eq!(differences_at_setup(&recording, &before), Ok(Vec::new()));
    before.balances.insert("alice".into(), num(Kind::Integer, "no number"));
    assert_ne!(differences_at_setup(&recording, &before), Ok(Vec::new()));
}
