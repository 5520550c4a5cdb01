//! Any actions: each is the same after a file, and none makes a step panic.

use crate::GOOD;
use explorer::counterexample::Counterexample;
use model::action::Share;
use model::state::Mode;
use model::{
    Action, Bounds, Copy, Identity, Intent, Mistake, Profile, State, Subject, SubjectState, Swap,
    Trick, Variant,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::path::Path;

fn any_action() -> impl Strategy<Value = Action> {
    let identity = || ".*".prop_map(Identity::named);
    let by = || ".*".prop_map(model::message::Address::from);
    prop_oneof![
        (by(), any_intent()).prop_map(|(by, intent)| Action::Act { by, intent }),
        identity().prop_map(|message| Action::Deliver { message }),
        identity().prop_map(|message| Action::Lose { message }),
        (identity(), select(&Copy::ALL[..]))
            .prop_map(|(message, copy)| Action::Again { message, copy }),
        select(&Mistake::ALL[..]).prop_map(|mistake| Action::Owner { mistake }),
        Just(Action::Upgrade),
        (by(), any_share(), any::<bool>()).prop_map(|(by, share, late)| Action::Exit {
            by,
            share,
            late
        }),
    ]
}

fn any_share() -> impl Strategy<Value = Share> {
    select(&[Share::Whole, Share::Part][..])
}

fn any_intent() -> impl Strategy<Value = Intent> {
    prop_oneof![
        select(&[Intent::Deposit, Intent::Burn, Intent::Transfer][..]),
        select(Trick::ALL).prop_map(Intent::Trick),
    ]
}

/// Actions about people and messages that there are.
pub fn likely_action() -> impl Strategy<Value = Action> {
    let who = || select(&["alice", "bob", "mallory", "TIM3", ""][..]);
    let what = select(&["deposit.1", "deposit.1/1", "burn.1", "burn.1/0", "burn-negative.1"][..]);
    let message = (who(), what).prop_map(|(who, what)| Identity::named(format!("{who}.{what}")));
    (any_action(), who(), message).prop_map(|(action, who, named)| match action {
        Action::Act { intent, .. } => Action::Act { by: who.into(), intent },
        Action::Deliver { .. } => Action::Deliver { message: named },
        Action::Lose { .. } => Action::Lose { message: named },
        Action::Again { copy, .. } => Action::Again { message: named, copy },
        Action::Exit { share, late, .. } => Action::Exit { by: who.into(), share, late },
        Action::Owner { mistake } => Action::Owner { mistake },
        Action::Upgrade => Action::Upgrade,
    })
}

/// A step that somebody asks for: any, or one of those that are possible.
#[derive(Clone, Debug)]
enum Wish {
    Any(Action),
    Possible(Index),
}

fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        1 => any_action().prop_map(Wish::Any),
        3 => likely_action().prop_map(Wish::Any),
        4 => any::<Index>().prop_map(Wish::Possible),
    ]
}

/// Takes the step where it is possible; fails where `step` and `enabled` disagree on that.
fn grant(
    swap: &Swap<Subject>,
    state: State<SubjectState>,
    wish: &Wish,
) -> Result<State<SubjectState>, TestCaseError> {
    let enabled = swap.enabled(&state);
    let action = match wish {
        Wish::Any(action) => action.clone(),
        Wish::Possible(_) if enabled.is_empty() => return Ok(state),
        Wish::Possible(index) => index.get(&enabled).clone(),
    };
    let step = swap.step(&state, &action);
    // In a rescue, `step` also lets those exit who hold nothing.
    if state.mode == Mode::Open {
        prop_assert_eq!(step.is_some(), enabled.contains(&action), "{}", action);
    }
    Ok(step.map_or(state, |step| step.state))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_action_is_the_same_after_a_file(action in any_action()) {
        let text = serde_json::to_string(&action).expect("JSON");
        let read: Action = serde_json::from_str(&text).expect("an action");
        prop_assert_eq!(read, action);
    }

    #[test]
    fn a_counterexample_is_the_same_after_a_file(
        actions in proptest::collection::vec(any_action(), 0..6),
    ) {
        let path = Path::new("case.json");
        let mut case = Counterexample::parse(GOOD, path).expect("the good file");
        case.actions = actions;
        let read = Counterexample::parse(&case.to_text(), path).expect("what was written");
        prop_assert_eq!(read.to_text(), case.to_text());
        prop_assert_eq!(read.actions, case.actions);
    }

    #[test]
    fn no_list_of_actions_makes_a_step_panic(
        variant in select(Variant::all().collect::<Vec<_>>()),
        profile in select(Profile::ALL),
        wishes in proptest::collection::vec(wish(), 0..24),
        rescued in any::<bool>(),
    ) {
        let swap = Swap::new(Subject::from(variant), variant.usda(), profile, Bounds::NAMED[2].1);
        let mut state = swap.initial();
        for (place, wish) in wishes.iter().enumerate() {
            if rescued && 2 * place == wishes.len() {
                state = swap.rescue(&state);
            }
            state = grant(&swap, state, wish)?;
        }
    }
}
