//! That the host's side of the comparison would notice a difference, of every kind.

use crate::schema::{Kind, Num, Policy};
use crate::sensitivity::{BURN, DEBIT_NOTICE, FILE, NOTICE, assert_noticed_in, sent, state};
use serde_json::Value;

/// The burner has too little; step 1.
const TOO_LITTLE: &str = "05_burn_more_than_balance_and_non_holder.json";
/// Mint, then throw; step 1.
const THROWS: &str = "06_throw_aos2_0_6_cu.json";
const THROWS_AOS1: &str = "06_throw_aos1_cu.json";
/// The owner's Eval sends; step 1.
pub const EVAL: &str = "08b_self_transfer_by_tim3.json";
const PATTERNS: &str = "09h_pattern_returns.json";
const EARLY: &str = "10_cross_aos2_0_1_blueprint_2024_10.json";

pub fn num(kind: Kind, text: &str) -> Num {
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
