//! First light.
use aos::*;
use std::sync::Arc;
use std::time::Instant;

fn item(from: &str, tags: &[(&str, &str)]) -> Item {
    let b = |s: &str| s.as_bytes().to_vec();
    Item {
        id: b("id1"),
        from: b(from),
        owner: b(if from == "USDA" { "MU" } else { from }),
        target: b("TIM3"),
        data: b(""),
        tags: tags.iter().map(|(n, v)| (b(n), b(v))).collect(),
        timestamp: 0,
        block_height: 0,
    }
}

#[test]
fn first() {
    let source =
        std::fs::read_to_string("../model/lua/hardened.lua").unwrap().replace("@USDA@", "USDA");
    let settings = Settings {
        process: "TIM3".into(),
        owner: "owner".into(),
        authorities: vec!["MU".into()],
        build: Build::Late,
        limits: Limits::default(),
        left_out: vec![],
    };
    let program = Arc::new(Program::new("hardened.lua", source, settings));
    let (machine, state) = Machine::new(&program).unwrap();
    println!("{} bytes {:?}", state.bytes().len(), String::from_utf8_lossy(state.bytes()));
    println!("{:?}", machine.globals(&state));
    println!("{:?}", machine.handlers(&state));
    let names = "r/";
    let deposit = item(
        "USDA",
        &[
            ("Action", "Credit-Notice"),
            ("Sender", "alice"),
            ("Quantity", "10"),
            ("Reference", "d1"),
        ],
    );
    let e =
        machine.evaluate(&state, &deposit, References::Named(names), PairsOrder::Sorted).unwrap();
    println!("{e:?}");
    let burn = item("alice", &[("Action", "Transfer"), ("Recipient", "burn"), ("Quantity", "10")]);
    let e2 =
        machine.evaluate(&e.state, &burn, References::Named(names), PairsOrder::Sorted).unwrap();
    println!("{e2:?}");
    println!(
        "{:?}",
        machine.observe(
            &e.state,
            &["Balances".into(), "TotalSupply".into(), "local MAX_SUPPLY".into()]
        )
    );
    let e3 =
        machine.evaluate(&state, &deposit, References::Named(names), PairsOrder::Sorted).unwrap();
    assert_eq!(e, e3);
    let again = machine.reload(&state).unwrap();
    println!("reload same: {}", again == state);
    let other = machine
        .evaluate(
            &state,
            &item("USDA", &[("Action", "Debit-Notice")]),
            References::Named(names),
            PairsOrder::Sorted,
        )
        .unwrap();
    println!("{other:?} {:?}", machine.unreached());
    let n = 20000;
    let t = Instant::now();
    for i in 0..n {
        let s = if i % 2 == 0 { &state } else { &e.state };
        let m = if i % 2 == 0 { &deposit } else { &burn };
        machine.evaluate(s, m, References::Named(names), PairsOrder::Sorted).unwrap();
    }
    println!("{:?} per step", t.elapsed() / n);
}
