//! Everything that TIM3 evaluates in small worlds.

use foldhash::{HashSet, HashSetExt};
use model::contract::Tim3;
use model::{Bounds, Identity, Message, Profile, Shared, State, Step, Swap, TIM3, Variant};
use std::collections::VecDeque;

/// One platform with each kind of evaluation. With one fault at most, what TIM3 evaluates on
/// `legacynet` it also evaluates on `operator`, and what on `hyper-aos` also on `hostile`.
const PROFILES: [&str; 2] = ["operator", "hostile"];

const BOUNDS: Bounds = Bounds {
    users: 2,
    deposits: 1,
    burns: 1,
    transfers: 1,
    quantity: 10,
    each_fault: 1,
    faults: 1,
};

/// A message that reaches the handlers in a state, for the `nth` time after the first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Case {
    pub before: Shared<Tim3>,
    pub message: Shared<Message>,
    pub nth: u8,
}

/// All distinct evaluations at TIM3 that a search of the small worlds comes by.
pub fn cases(variant: Variant) -> Vec<Case> {
    let mut cases = HashSet::new();
    for name in PROFILES {
        let profile = name.parse::<Profile>().expect("a profile");
        search(&Swap::new(variant, variant.usda(), profile, BOUNDS), &mut cases);
    }
    let mut cases: Vec<_> = cases.into_iter().collect();
    cases.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
    cases
}

fn key(case: &Case) -> (&Identity, u8, &Tim3, &Message) {
    (&case.message.identity, case.nth, &case.before, &case.message)
}

fn search(swap: &Swap<Variant>, cases: &mut HashSet<Case>) {
    let mut known = HashSet::from_iter([swap.initial()]);
    let mut waiting = VecDeque::from([swap.initial()]);
    while let Some(state) = waiting.pop_front() {
        for action in swap.enabled(&state) {
            let Some(step) = swap.step(&state, &action) else { continue };
            cases.extend(evaluated(&state, &step));
            cases.extend(left_out(swap, &step));
            if known.insert(step.state.clone()) {
                waiting.push_back(step.state);
            }
        }
    }
}

/// What reached the handlers of TIM3 in this step.
fn evaluated(before: &State<Tim3>, step: &Step<Tim3>) -> Option<Case> {
    let evaluation = step.evaluation.as_ref().filter(|e| e.at == TIM3)?;
    let kept_out = ["dropped: not trusted", "refused: assignment"];
    let label = evaluation.outcome.as_ref().map_or("", |label| label.as_str());
    (!kept_out.contains(&label)).then(|| Case {
        before: before.tim3.clone(),
        message: evaluation.message.clone(),
        nth: evaluation.nth,
    })
}

/// Messages to TIM3 that the search does not deliver, because the transcription says that
/// nothing ever comes of them: here they are delivered at once.
fn left_out<'a>(swap: &'a Swap<Variant>, step: &'a Step<Tim3>) -> impl Iterator<Item = Case> + 'a {
    let sent = step.evaluation.iter().flat_map(|evaluation| &evaluation.sent);
    let left_out =
        sent.filter(|m| m.is_between_processes() && m.target == TIM3 && !swap.is_carried(m));
    left_out.map(|message| Case {
        before: step.state.tim3.clone(),
        message: message.clone(),
        nth: 0,
    })
}
