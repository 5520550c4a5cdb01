//! Files with any damage: each is refused, or is still a counterexample.

use crate::GOOD;
use crate::actions::likely_action;
use explorer::counterexample::Counterexample;
use explorer::replay::Replay;
use model::{Bounds, Profile, Reductions, State, Subject, SubjectState, Swap, Variant};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;
use std::path::Path;

/// One change to a text.
#[derive(Clone, Debug)]
enum Mutation {
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Delete(Index, usize),
    SwapTokens(Index, Index),
    ReplaceToken(Index, String),
}

/// Texts that mean something where a token may stand.
const TOKENS: [&str; 24] = [
    "\"act\"",
    "\"deliver\"",
    "\"lose\"",
    "\"again\"",
    "\"owner\"",
    "\"exit\"",
    "\"alice\"",
    "\"mallory\"",
    "\"deposit\"",
    "\"burn\"",
    "\"burn-negative\"",
    "\"seed\"",
    "\"hardened\"",
    "\"reliable\"",
    "\"hostile\"",
    "\"holders-can-exit\"",
    "\"deposits-minted-at-rest\"",
    "0",
    "1",
    "-1",
    "null",
    "[]",
    "{}",
    "18446744073709551616",
];

fn mutation() -> impl Strategy<Value = Mutation> {
    let bytes = proptest::collection::vec(any::<u8>(), 1..6);
    prop_oneof![
        (any::<Index>(), 1..=255_u8).prop_map(|(at, mask)| Mutation::Flip(at, mask)),
        (any::<Index>(), bytes).prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        (any::<Index>(), 1..40_usize).prop_map(|(at, n)| Mutation::Delete(at, n)),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Mutation::SwapTokens(a, b)),
        (any::<Index>(), select(&TOKENS[..]))
            .prop_map(|(at, t)| Mutation::ReplaceToken(at, t.into())),
    ]
}

/// The text cut where JSON's punctuation and spaces are; put together again it is the same.
fn tokens(text: &[u8]) -> Vec<Vec<u8>> {
    let is_mark = |byte: &u8| b"{}[]:, \n".contains(byte);
    text.chunk_by(|a, b| !is_mark(a) && !is_mark(b)).map(<[u8]>::to_vec).collect()
}

fn mutate(bytes: &mut Vec<u8>, mutation: Mutation) {
    if bytes.is_empty() {
        return;
    }
    let mut tokens = tokens(bytes);
    match mutation {
        Mutation::Flip(at, mask) => {
            let at = at.index(bytes.len());
            bytes[at] ^= mask;
        }
        Mutation::Insert(at, more) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, more);
        }
        Mutation::Delete(at, n) => {
            let at = at.index(bytes.len());
            bytes.drain(at..bytes.len().min(at + n));
        }
        Mutation::SwapTokens(a, b) => {
            let (a, b) = (a.index(tokens.len()), b.index(tokens.len()));
            tokens.swap(a, b);
            *bytes = tokens.concat();
        }
        Mutation::ReplaceToken(at, token) => {
            let at = at.index(tokens.len());
            tokens[at] = token.into_bytes();
            *bytes = tokens.concat();
        }
    }
}

/// Any JSON, of some depth.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{1,8}", inner, 0..4)
                .prop_map(|map| Value::from(map.into_iter().collect::<serde_json::Map<_, _>>())),
        ]
    })
}

/// Whether nothing that helps leads from `state` to one that satisfies the property.
fn is_trapped(swap: &Swap<Subject>, case: &Counterexample, state: &State<SubjectState>) -> bool {
    let mut waiting = vec![swap.rescue(state)];
    let mut seen = std::collections::HashSet::new();
    while let Some(state) = waiting.pop() {
        if case.property.judge(&swap.situation(&state)).is_ok() {
            return false;
        }
        let next = swap.enabled(&state).into_iter().filter_map(|a| swap.step(&state, &a));
        waiting.extend(next.map(|step| step.state).filter(|state| seen.insert(state.clone())));
    }
    true
}

/// Whether the run is possible, step by step, and breaks the property with its last step.
fn is_real(case: &Counterexample) -> bool {
    let swap = case.world.swap();
    let broken = |state: &State<SubjectState>| {
        let breaks = case.property.judge(&swap.situation(state)).is_err();
        breaks && (!case.property.is_way_out() || is_trapped(&swap, case, state))
    };
    let mut state = swap.initial();
    for action in &case.actions {
        if broken(&state) || !swap.enabled(&state).contains(action) {
            return false;
        }
        state = swap.step(&state, action).expect("an enabled step").state;
    }
    broken(&state)
}

/// Fails unless the text is refused with a message, or is a real counterexample.
fn assert_refused_or_real(bytes: &[u8]) -> Result<(), TestCaseError> {
    let text = String::from_utf8_lossy(bytes);
    let case = match Counterexample::parse(&text, Path::new("case.json")) {
        Ok(case) => case,
        Err(error) => {
            prop_assert!(error.to_string().starts_with("case.json: "), "{error}");
            return Ok(());
        }
    };
    match Replay::of(case.clone()) {
        Ok(_) => prop_assert!(is_real(&case), "accepted: {text}"),
        Err(error) => prop_assert!(!is_real(&case), "refused, {error}: {text}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_counterexample_is_refused_or_real(
        mutations in proptest::collection::vec(mutation(), 1..4),
    ) {
        let mut bytes = GOOD.as_bytes().to_vec();
        for mutation in mutations {
            mutate(&mut bytes, mutation);
        }
        assert_refused_or_real(&bytes)?;
    }

    #[test]
    fn a_counterexample_with_other_actions_is_refused_or_real(
        variant in select(Variant::all().collect::<Vec<_>>()),
        profile in select(Profile::ALL),
        property in select(&properties::ALL[..]),
        actions in proptest::collection::vec(likely_action(), 0..6),
    ) {
        let bounds = Bounds::default();
        let job = explorer::world::World { subject: variant.into(), profile, bounds, reductions: Reductions::default() };
        let case = Counterexample { world: job, property, actions };
        assert_refused_or_real(case.to_text().as_bytes())?;
    }

    #[test]
    fn any_json_in_the_place_of_any_field_is_refused_or_real(
        field in select(&["format", "variant", "profile", "bounds", "property", "without", "actions"][..]),
        value in any_json(),
    ) {
        let mut case: Value = serde_json::from_str(GOOD).expect("good JSON");
        case[field] = value.clone();
        assert_refused_or_real(case.to_string().as_bytes())?;
        assert_refused_or_real(value.to_string().as_bytes())?;
    }

    #[test]
    fn any_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        assert_refused_or_real(&bytes)?;
    }
}
