//! That the host's side of the comparison would notice a difference, of every kind.

use crate::host::Host;
use crate::hosted::differences_at_setup;
use crate::schema::{Kind, Num, Policy, State};
use crate::sensitivity::{
    BURN, DEBIT_NOTICE, FILE, NOTICE, assert_noticed_in, recording, sent, state,
};
use serde_json::Value;

/// The burner has too little; step 1.
const TOO_LITTLE: &str = "05_burn_more_than_balance_and_non_holder.json";
/// Mint, then throw; step 1.
const THROWS: &str = "06_throw_aos2_0_6_cu.json";
const THROWS_AOS1: &str = "06_throw_aos1_cu.json";
/// The owner's Eval sends; step 1.
const EVAL: &str = "08b_self_transfer_by_tim3.json";
const PATTERNS: &str = "09h_pattern_returns.json";
const EARLY: &str = "10_cross_aos2_0_1_blueprint_2024_10.json";

fn num(kind: Kind, text: &str) -> Num {
    Num { kind, text: text.into() }
}

#[test]
fn another_state_is_noticed() {
    assert_noticed_in(FILE, NOTICE, r#"host: Balances["alice"]"#, |r| {
        let float = num(Kind::Float, "100.0");
        state(r, NOTICE, "TIM3").balances.insert("alice".into(), float);
    });
    assert_noticed_in(FILE, BURN, "host: UsdaCollateral", |r| {
        state(r, BURN, "TIM3").usda_collateral = num(Kind::String, "60");
    });
    assert_noticed_in(FILE, BURN, "host: Reference", |r| {
        state(r, BURN, "TIM3").reference = num(Kind::Integer, "7");
    });
    assert_noticed_in(FILE, DEBIT_NOTICE, "host: Inbox", |r| {
        let before = r.steps[DEBIT_NOTICE].before["TIM3"].inbox.clone();
        state(r, DEBIT_NOTICE, "TIM3").inbox = before;
    });
    assert_noticed_in(FILE, BURN, "host: before the step: TotalSupply", |r| {
        let before = r.steps[BURN].before.get_mut("TIM3");
        before.expect("it is watched").total_supply = num(Kind::Integer, "9");
    });
}

#[test]
fn what_an_error_leaves_is_looked_at() {
    let bob = r#"Balances["bob"]"#;
    assert_noticed_in(THROWS, 0, &format!("host: what memory holds: {bob}"), |r| {
        let kept = r.steps[0].expect.state_if_memory_were_kept.get_mut("TIM3");
        kept.expect("it is recorded").balances.remove("bob");
    });
    let keep = Policy::Keep;
    assert_noticed_in(THROWS, 0, &format!("host: {bob}"), |r| r.steps[0].deliver.policy = keep);
    assert_noticed_in(THROWS_AOS1, 0, &format!("host: {bob}"), |r| {
        r.runtime.module = "aos2_0_1.wasm".into();
    });
}

#[test]
fn another_outbox_is_noticed() {
    let field = "host: sent[0]";
    assert_noticed_in(FILE, BURN, field, |r| sent(r, BURN).target = None);
    assert_noticed_in(FILE, BURN, field, |r| r.steps[BURN].expect.sent.clear());
    assert_noticed_in(FILE, BURN, field, |r| sent(r, BURN).data = Some("thanks".into()));
    for name in ["Quantity", "Reference", "Action"] {
        assert_noticed_in(FILE, BURN, field, |r| *tag(r, BURN, name) = Value::from("new"));
    }
    assert_noticed_in(FILE, BURN, "host: pushed", |r| r.steps[BURN].expect.pushed_by_mu = Some(0));
    // As a number no messenger would take it.
    assert_noticed_in(FILE, BURN, field, |r| {
        let quantity = tag(r, BURN, "Quantity");
        *quantity = quantity.as_str().and_then(|text| text.parse().ok()).map(Value::Number).into();
    });
}

fn tag<'a>(r: &'a mut crate::schema::Messages, step: usize, name: &str) -> &'a mut Value {
    let found = sent(r, step).tags.iter_mut().find(|(known, _)| known == name);
    &mut found.unwrap_or_else(|| panic!("no {name}")).1
}

#[test]
fn another_error_is_noticed() {
    let boom = || Some("boom".to_owned());
    assert_noticed_in(FILE, NOTICE, "host: error", |r| r.steps[NOTICE].expect.error = boom());
    assert_noticed_in(TOO_LITTLE, 0, "host: error", |r| r.steps[0].expect.error = None);
    assert_noticed_in(TOO_LITTLE, 0, "host: error text", |r| r.steps[0].expect.error = boom());
    assert_noticed_in(TOO_LITTLE, 0, "host: error text", |r| {
        let text = r.steps[0].expect.error.as_mut().expect("it throws");
        *text = text.replace(":13:", ":14:");
    });
    assert_noticed_in(THROWS_AOS1, 0, "host: error", |r| r.steps[0].expect.output = None);
    assert_noticed_in(THROWS_AOS1, 0, "host: error text", |r| {
        let text = r.steps[0].expect.output.as_mut().expect("it is printed");
        *text = text.replace("after mint", "after burn");
    });
}

#[test]
fn other_handlers_or_another_platform_are_noticed() {
    assert_noticed_in(PATTERNS, 2, "host: printed", |r| {
        r.steps[2].expect.output = Some("ran:one".into());
    });
    for field in ["host: sent[0]", "host: pushed"] {
        assert_noticed_in(EVAL, 0, field, |r| {
            let data = r.steps[0].deliver.message.data.as_mut().expect("an Eval has Data");
            *data = data.replace("\"100\"", "100");
        });
    }
    assert_noticed_in(FILE, NOTICE, "host: error", |r| {
        r.setup.tim3 = "scripts/lua/tim3_seed.lua".into();
    });
    assert_noticed_in(FILE, NOTICE, "host: TotalSupply", |r| {
        r.setup.tim3 = "scripts/lua/tim3_tags.lua; NO Authority tag".into();
    });
    assert_noticed_in(EARLY, 8, "host: sent[0]", |r| r.runtime.module = "aos2_0_6.wasm".into());
}

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
    assert!(error_of_eval("no Lua").is_some_and(|error| error.starts_with("aos:1: ")));
    assert!(error_of_eval("mint('a')").is_some_and(|error| error.contains("nil value")));
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
