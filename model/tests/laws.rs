//! Laws that hold for any sequence of messages or steps.

use model::action::Share;
use model::contract::Tim3;
use model::message::{Tags, tag};
use model::process::{Evaluation, Process};
use model::usda::{Ledger, Usda};
use model::{
    Action, Bounds, Copy, Fault, Identity, Intent, Message, Mistake, Profile, State, Swap, TIM3,
    Trick, USDA, Variant,
};
use proptest::collection::vec;
use proptest::prelude::*;
use ruint::aliases::U256;

const ACCOUNTS: [&str; 5] = ["alice", "bob", "mallory", TIM3, USDA];

fn quantity() -> impl Strategy<Value = String> {
    prop_oneof![
        (0u64..200).prop_map(|n| n.to_string()),
        any::<u128>().prop_map(|n| n.to_string()),
        "[+-]?0?[xXbB]?[0-9a-f]{1,80}",
        ".{0,12}",
    ]
}

prop_compose! {
    fn message()(
        action in prop_oneof![3 => Just("Transfer"), 1 => Just("Burn"), 1 => Just("Mint"), 1 => Just("Balance")],
        from in prop::sample::select(&ACCOUNTS[..]),
        recipient in prop::option::of(prop::sample::select(&ACCOUNTS[..])),
        quantity in prop::option::of(quantity()),
        cast in any::<bool>(),
        n in any::<u8>(),
    ) -> Message {
        let tags = Tags::default()
            .with(tag::ACTION, action)
            .with_some(tag::RECIPIENT, recipient)
            .with_some(tag::QUANTITY, quantity)
            .with_some(tag::CAST, cast.then_some("true"));
        Message::signed(from, Identity::signed(from, "any", n), USDA, tags)
    }
}

fn sum(ledger: &Ledger) -> U256 {
    ledger.balances.values().fold(U256::ZERO, |sum, b| sum.wrapping_add(*b))
}

proptest! {
    #[test]
    fn usda_conserves_for_any_sequence_of_messages(messages in vec(message(), 0..40)) {
        let usda = Process::new(USDA, Usda::Blueprint2025, Evaluation::Atomic);
        let start = ["alice", "bob", "mallory"].map(|a| (a.into(), U256::from(100)));
        let mut ledger = Ledger::new(start);
        for message in &messages {
            ledger = usda.evaluate(&ledger, message, 0).state;
            prop_assert_eq!(sum(&ledger), U256::from(300));
            prop_assert!(ledger.balances.values().all(|b| *b <= U256::from(300)));
        }
    }

    #[test]
    fn a_walk_never_leaves_its_budgets(
        variant in prop::sample::select(Variant::all().collect::<Vec<_>>()),
        profile in prop::sample::select(Profile::ALL.to_vec()),
        choices in vec(any::<prop::sample::Index>(), 0..60),
    ) {
        let swap = Swap::new(variant, variant.usda(), profile, Bounds::default());
        walk(&swap, &choices, |_, _, step| check_budgets(&swap, &step.state));
    }

    #[test]
    fn a_step_changes_flights_by_what_it_takes_and_sends(
        profile in prop::sample::select(Profile::ALL.to_vec()),
        choices in vec(any::<prop::sample::Index>(), 0..40),
    ) {
        let swap = Swap::new(Variant::Hardened, Usda::Blueprint2025, profile, Bounds::default());
        walk(&swap, &choices, |state, action, step| check_flow(&swap, state, action, step));
    }

    #[test]
    fn an_action_is_the_same_after_a_trip_through_json(action in action()) {
        let text = serde_json::to_string(&action).expect("actions become JSON");
        prop_assert_eq!(serde_json::from_str::<Action>(&text).expect("and come back"), action);
    }
}

/// Takes one enabled action after the other, as long as there are any, and looks at each.
fn walk(
    swap: &Swap<Variant>,
    choices: &[prop::sample::Index],
    look: impl Fn(&State<Tim3>, &Action, &model::Step<Tim3>),
) {
    let mut state = swap.initial();
    for choice in choices {
        let actions = swap.enabled(&state);
        if actions.is_empty() {
            break;
        }
        let action = choice.get(&actions);
        let step = swap.step(&state, action).expect("an enabled action can be taken");
        look(&state, action, &step);
        state = step.state;
    }
}

fn check_budgets(swap: &Swap<Variant>, state: &State<Tim3>) {
    assert!(state.spent.faults.total() <= swap.bounds.faults);
    for kind in Fault::ALL {
        assert!(state.spent.faults.of(kind) <= swap.budget(kind), "{kind}");
    }
    let mut names: Vec<_> = state.network.in_flight().map(|m| &m.identity).collect();
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all, "a message is in flight twice");
}

/// In flight after a step: what was there, less what arrived or was lost, and what was sent.
fn check_flow(
    swap: &Swap<Variant>,
    before: &State<Tim3>,
    action: &Action,
    step: &model::Step<Tim3>,
) {
    let taken = match action {
        Action::Deliver { message } | Action::Lose { message } => Some(message),
        _ => None,
    };
    let between = |m: &&model::Shared<Message>| m.is_between_processes();
    let mut expected: Vec<_> = before.network.in_flight().filter(between).collect();
    expected.retain(|m| Some(&m.identity) != taken);
    let sent = step.evaluation.iter().flat_map(|e| &e.sent);
    expected.extend(sent.filter(between).filter(|m| swap.is_carried(m)));
    let mut expected: Vec<_> = expected.into_iter().map(|m| m.identity.clone()).collect();
    if let Action::Owner { mistake: Mistake::SelfTransfer } = action {
        let n = step.state.spent.faults.of(Fault::Owner);
        expected.push(Identity::signed("owner", "self-transfer", n).caused(0, 0));
    }
    let flying = step.state.network.in_flight().filter(between);
    let mut flying: Vec<_> = flying.map(|m| m.identity.clone()).collect();
    expected.sort();
    flying.sort();
    assert_eq!(flying, expected, "{action}");
}

fn action() -> impl Strategy<Value = Action> {
    let name = || "[a-z./~0-9]{1,30}".prop_map(Identity::named);
    let by = || prop::sample::select(&ACCOUNTS[..]).prop_map(Into::into);
    let plain = [Intent::Deposit, Intent::Burn, Intent::Transfer];
    let intents: Vec<_> =
        plain.into_iter().chain(Trick::ALL.iter().copied().map(Intent::Trick)).collect();
    prop_oneof![
        (by(), prop::sample::select(intents)).prop_map(|(by, intent)| Action::Act { by, intent }),
        name().prop_map(|message| Action::Deliver { message }),
        name().prop_map(|message| Action::Lose { message }),
        (name(), prop::sample::select(&Copy::ALL[..]))
            .prop_map(|(message, copy)| Action::Again { message, copy }),
        prop::sample::select(&Mistake::ALL[..]).prop_map(|mistake| Action::Owner { mistake }),
        Just(Action::Upgrade),
        (by(), prop::sample::select(&[Share::Whole, Share::Part][..]), any::<bool>())
            .prop_map(|(by, share, late)| Action::Exit { by, share, late }),
    ]
}
