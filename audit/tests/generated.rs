//! Logs of runs with faults that are known: an audit names exactly these, or says that it cannot
//! tell.

mod common;

#[path = "common/network.rs"]
mod network;

use audit::join::{Again, Verdict};
use audit::money::Loss;
use audit::report::{Delivery, Stands};
use audit::{Asked, Audit};
use common::{read, system, text};
use network::{Act, Network, Truth};
use page::Place;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Systems in which processes send to processes, and some in which they do not.
const SYSTEMS: [&str; 7] =
    ["tim3-v2", "tim3-v2-as-designed", "vault", "escrow", "amm", "token", "counter"];

/// What happens in a run: whose act, which item arrives next, and the fate of
/// each message that is sent.
#[derive(Clone, Debug)]
struct Script {
    system: usize,
    acts: Vec<(usize, usize)>,
    arrivals: Vec<usize>,
    fates: Vec<Act>,
}

fn fate() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => Just(Act::Deliver),
        1 => Just(Act::Lose),
        1 => Just(Act::RePush),
        1 => Just(Act::ReSign),
        1 => Just(Act::Assign),
    ]
}

fn script() -> impl Strategy<Value = Script> {
    let acts = proptest::collection::vec((0..100_usize, 0..100_usize), 1..4);
    let arrivals = proptest::collection::vec(0..100_usize, 40);
    let fates = proptest::collection::vec(fate(), 12);
    (0..SYSTEMS.len(), acts, arrivals, fates).prop_map(|(system, acts, arrivals, fates)| Script {
        system,
        acts,
        arrivals,
        fates,
    })
}

fn played(script: &Script) -> Network {
    let mut network = Network::new(&system(SYSTEMS[script.system]));
    let acts: Vec<_> = network.page.people.iter().flat_map(|person| person.acts.clone()).collect();
    for (act, message) in &script.acts {
        let Some(act) = acts.get(act % acts.len().max(1)) else { continue };
        let message = &act.messages[message % act.messages.len()];
        network.sign(&message.from, &message.target, &message.tags, &message.data);
    }
    let mut fates = script.fates.iter().copied();
    for which in &script.arrivals {
        if network.aloft() == 0 {
            break;
        }
        // What comes after the script is delivered.
        network.arrive(*which, |_| fates.next().unwrap_or(Act::Deliver));
    }
    while network.aloft() > 0 {
        network.arrive(0, |_| Act::Lose);
    }
    network
}

fn judged(script: &Script, network: &Network, with_results: bool) -> Audit {
    let page = system(SYSTEMS[script.system]);
    let log = read(&network.files(with_results)).expect("a log");
    audit::audit(Place::of(&page), text, &log, &Asked::default()).expect("it can be judged")
}

fn name(network: &Network, id: &str) -> String {
    let found = network.ids.iter().find(|(_, known)| *known == id);
    found.expect("a process").0.clone()
}

fn found<'a>(audit: &'a Audit, network: &Network, truth: &Truth) -> Option<&'a Delivery> {
    audit.deliveries.others.iter().find(|delivery| {
        delivery.from == name(network, &truth.from)
            && (delivery.slot, delivery.index) == (truth.slot, truth.index)
    })
}

fn kind(act: Act) -> Option<Again> {
    match act {
        Act::RePush => Some(Again::RePushed),
        Act::ReSign => Some(Again::ReSigned),
        Act::Assign => Some(Again::Assigned),
        Act::Deliver | Act::Lose => None,
    }
}

/// With results, each entry has its Reference, and every fault can be told.
fn must_name_all(audit: &Audit, network: &Network) -> Result<(), TestCaseError> {
    let mut expected = 0;
    for truth in &network.truths {
        let found = found(audit, network, truth);
        match truth.act {
            Act::Deliver => prop_assert!(found.is_none(), "{truth:?} is called {found:?}"),
            Act::Lose => {
                expected += 1;
                let verdict = found.map(|found| found.verdict);
                // A log that ends before that cannot show it.
                let can_be_told = network.last(&truth.to) >= truth.timestamp;
                let right = if can_be_told { Verdict::NeverArrived } else { Verdict::CannotTell };
                prop_assert_eq!(verdict, Some(right), "{:?}", truth);
            }
            act => {
                expected += 1;
                let Some(found) = found else {
                    return Err(TestCaseError::fail(format!("{truth:?} is missed")));
                };
                prop_assert_eq!(found.verdict, Verdict::DeliveredAgain);
                let arrivals: Vec<_> =
                    found.arrivals.iter().map(|one| (one.slot, one.again)).collect();
                let (first, copy) = (truth.arrivals[0], truth.arrivals[1]);
                prop_assert_eq!(arrivals, vec![(first, None), (copy, kind(act))]);
                prop_assert_eq!(found.arrivals[1].has_effect, Some(truth.effects[1]));
            }
        }
    }
    prop_assert_eq!(audit.deliveries.others.len(), expected, "nothing else is named");
    Ok(())
}

/// Sums that were counted twice, by what each entry says.
fn must_count(audit: &Audit, network: &Network) -> Result<(), TestCaseError> {
    let mut doubled: BTreeMap<(String, String), u128> = BTreeMap::new();
    for truth in network.truths.iter().filter(|truth| truth.effects.get(1) == Some(&true)) {
        let says = |key: &str| {
            let found = truth.content.iter().find(|(name, _)| name == key);
            found.map(|(_, value)| value.clone())
        };
        let (token, account) = match says("action").as_deref() {
            Some("Credit-Notice") => (&truth.from, says("sender")),
            Some("Transfer") => (&truth.to, says("recipient")),
            _ => continue,
        };
        let amount = says("quantity").and_then(|amount| amount.parse::<u128>().ok());
        if let (Some(account), Some(amount)) = (account, amount) {
            let account = network
                .ids
                .iter()
                .find(|(_, id)| **id == account)
                .map_or(account.clone(), |(name, _)| name.clone());
            *doubled.entry((name(network, token), account)).or_default() += amount;
        }
    }
    let told = audit.sums.iter().filter(|sum| sum.kind == Loss::Doubled);
    let told: BTreeMap<_, _> = told
        .map(|sum| {
            (
                (sum.token.clone(), sum.account.clone()),
                sum.amount.parse::<u128>().expect("a number"),
            )
        })
        .collect();
    prop_assert_eq!(told, doubled);
    Ok(())
}

/// Without results there are no References: what is named must be so of one of the equal entries.
fn must_name_nothing_wrong(audit: &Audit, network: &Network) -> Result<(), TestCaseError> {
    for delivery in &audit.deliveries.others {
        let own = network.truths.iter().find(|truth| {
            delivery.from == name(network, &truth.from)
                && (delivery.slot, delivery.index) == (truth.slot, truth.index)
        });
        let Some(own) = own else {
            return Err(TestCaseError::fail(format!("{delivery:?}: nobody sent it")));
        };
        let equal: Vec<_> = network
            .truths
            .iter()
            .filter(|truth| {
                (&truth.from, &truth.to, &truth.content) == (&own.from, &own.to, &own.content)
            })
            .collect();
        let has = |act: &dyn Fn(Act) -> bool| equal.iter().any(|truth| act(truth.act));
        match delivery.verdict {
            Verdict::NeverArrived => prop_assert!(has(&|act| act == Act::Lose), "{delivery:?}"),
            Verdict::DeliveredAgain => {
                prop_assert!(has(&|act| kind(act).is_some()), "{delivery:?}");
            }
            Verdict::CannotTell | Verdict::Delivered => {}
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn exactly_the_faults_of_a_run_are_named(script in script(), with_results in prop::bool::weighted(0.8)) {
        let network = played(&script);
        let audit = judged(&script, &network, with_results);
        let system = SYSTEMS[script.system];
        for process in &audit.processes {
            prop_assert!(process.is_complete && process.chain == Some(process.entries), "{process:?}");
            prop_assert_eq!(&process.differs, &None, "{}", system);
        }
        if with_results {
            prop_assert_eq!(&audit.flaws, &vec![], "{}", system);
            must_name_all(&audit, &network)?;
            must_count(&audit, &network)?;
        } else {
            must_name_nothing_wrong(&audit, &network)?;
        }
        let has_fault = network.truths.iter().any(|truth| truth.act != Act::Deliver);
        if system == "tim3-v2" && !has_fault {
            let broken = audit.promises.iter().find(|promise| promise.kind == Stands::Broken);
            prop_assert_eq!(broken, None, "nothing was lost or repeated");
        }
    }
}

/// One deposit, whose notice meets this.
fn deposit(act: Act) -> Network {
    let mut network = Network::new(&system("tim3-v2"));
    let tags = [("Action", "Transfer"), ("Recipient", "tim3"), ("Quantity", "10")];
    let tags: Vec<_> = tags.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    network.sign("alice", "usda", &tags, "");
    while network.aloft() > 0 {
        network.arrive(0, |_| act);
    }
    network
}

#[test]
fn each_fault_of_the_network_happens_and_is_named() {
    let script = Script { system: 0, acts: Vec::new(), arrivals: Vec::new(), fates: Vec::new() };
    for act in [Act::Deliver, Act::Lose, Act::RePush, Act::ReSign, Act::Assign] {
        let network = deposit(act);
        assert_eq!(network.truths[0].act, act);
        let audit = judged(&script, &network, true);
        let named = found(&audit, &network, &network.truths[0]);
        let verdict =
            named.map(|named| (named.verdict, named.arrivals.get(1).and_then(|one| one.again)));
        let expected = match act {
            Act::Deliver => None,
            // Nothing else reached the receiver, so its log may only end too early.
            Act::Lose => Some((Verdict::CannotTell, None)),
            act => Some((Verdict::DeliveredAgain, kind(act))),
        };
        assert_eq!(verdict, expected, "{act:?}");
    }
}

#[test]
fn without_results_nobody_knows_whether_a_copy_counted() {
    let page = system("tim3-v2-as-designed");
    let mut network = Network::new(&page);
    let tags = [("Action", "Transfer"), ("Recipient", "tim3"), ("Quantity", "10")];
    let tags: Vec<_> = tags.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    network.sign("alice", "usda", &tags, "");
    while network.aloft() > 0 {
        network.arrive(0, |_| Act::RePush);
    }
    let judged = |files: &[audit::File]| {
        let log = read(files).expect("a log");
        audit::audit(Place::of(&page), text, &log, &Asked::default()).expect("it can be judged")
    };
    let mut files = network.files(true);
    let counted = judged(&files);
    assert!(counted.sums.iter().any(|sum| sum.kind == Loss::Doubled), "{:?}", counted.sums);
    files.retain(|file| file.name != "tim3.results.json");
    let unknown = judged(&files);
    assert!(unknown.sums.iter().all(|sum| sum.kind != Loss::Doubled), "{:?}", unknown.sums);
    assert!(unknown.sums.iter().any(|sum| sum.kind == Loss::PerhapsDoubled));
    assert!(unknown.is_open() && !unknown.is_broken(), "{unknown:#?}");
}
