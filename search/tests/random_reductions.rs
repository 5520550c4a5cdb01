//! Random symmetric actor systems, with and without reductions.

mod clients;
mod graphs;

use std::collections::BTreeMap;

use clients::{Known, Part, Watch, network, parts};
use graphs::explore_within;
use proptest::prelude::*;
use search::actors::{ActorSystem, Group, Network, PlainActors, ReducedActors, Reductions};
use search::{Finding, Limits, Report};
use stateright::Model;

type Reduced<const N: usize> = ReducedActors<Part, Watch, Known, N, 4>;

/// What is reduced, and whether anything can be.
struct Subject {
    parts: Vec<Part>,
    network: Network,
    quiet: bool,
}

impl Subject {
    fn watch(&self) -> Watch {
        Watch { known: Known(self.parts.clone()), clients: !self.quiet }
    }

    fn plain(&self) -> PlainActors<Part, Watch> {
        PlainActors::new(self.parts.clone(), self.network, self.watch()).unwrap()
    }

    fn reduced<const N: usize>(&self, reductions: Reductions) -> Result<Reduced<N>, String> {
        let system = ActorSystem::<_, _, N, 4>::new(self.parts.clone(), self.network, self.watch());
        system.unwrap().reduced(Known(self.parts.clone()), reductions)
    }

    fn reductions(&self, dead: bool, symmetric: bool, eager: bool) -> Reductions {
        let clients: Vec<usize> = (0..self.parts.len() - 1).collect();
        let group = || Group::interchangeable(self.parts.len(), &[&clients]).unwrap();
        Reductions {
            dead,
            symmetry: symmetric.then(group),
            sources: if eager { clients.clone() } else { Vec::new() },
        }
    }

    /// Searches with all combinations of reductions and compares them.
    fn check<const N: usize>(&self) -> Result<(), TestCaseError> {
        let limits = Limits { states: Some(20_000), ..Limits::default() };
        let explore = |reductions, threads| {
            let system = self.reduced::<N>(reductions)?;
            let report = explore_within(&system, threads, &limits);
            Ok::<_, String>((system, report))
        };
        let (_, full) = explore(Reductions::default(), 1).unwrap();
        // Too large, or more than three copies: nothing to compare.
        prop_assume!(full.complete());
        for (dead, eager) in [(false, false), (true, false), (false, true), (true, true)] {
            if eager && !self.quiet {
                continue;
            }
            let Ok((_, flat)) = explore(self.reductions(dead, false, eager), 1) else {
                prop_assert!(eager, "only sources are refused");
                continue;
            };
            let (system, folded) = explore(self.reductions(dead, true, eager), 1).unwrap();
            let (again, second) = explore(self.reductions(dead, true, eager), 2).unwrap();
            // Eager sources may put more copies in flight than are counted.
            prop_assume!(flat.complete() && folded.complete());
            prop_assert_eq!(flat.unreduced, flat.states);
            prop_assert_eq!(folded.unreduced, flat.states);
            prop_assert!(folded.states <= flat.states);
            for report in [&flat, &folded] {
                prop_assert_eq!(firsts(report, !eager), firsts(&full, !eager));
            }
            prop_assert_eq!(&folded.layers, &second.layers);
            for (property, finding) in numbered(&folded) {
                let actions = system.actions(&finding.path);
                let other = &second.findings[property].as_ref().unwrap().path;
                prop_assert_eq!(&actions, &again.actions(other));
                self.replay(property, actions)?;
            }
        }
        Ok(())
    }

    /// Replays a run on the plain actors, up to a state at which a property fires.
    fn replay(
        &self,
        property: usize,
        actions: Vec<<PlainActors<Part, Watch> as Model>::Action>,
    ) -> Result<(), TestCaseError> {
        let plain = self.plain();
        let mut state = plain.init_states().remove(0);
        for action in actions {
            let mut offered = Vec::new();
            plain.actions(&state, &mut offered);
            prop_assert!(offered.contains(&action), "{:?} is not offered", action);
            state = plain.next_state(&state, action).unwrap();
        }
        prop_assert_eq!(plain.judge(&state) >> property & 1, 1);
        Ok(())
    }
}

fn numbered(report: &Report) -> BTreeMap<usize, &Finding> {
    let findings = report.findings.iter().enumerate();
    findings.filter_map(|(property, finding)| Some((property, finding.as_ref()?))).collect()
}

/// The fewest faults of each finding, and steps if they count.
fn firsts(report: &Report, steps: bool) -> BTreeMap<usize, (u32, Option<u32>)> {
    let findings = numbered(report).into_iter();
    findings.map(|(at, one)| (at, (one.cost, steps.then_some(one.depth)))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn reductions_keep_verdicts_and_faults_and_count_what_they_skip(
        (quiet, parts) in any::<bool>().prop_flat_map(|quiet| (Just(quiet), parts(quiet))),
        network in network(),
    ) {
        let subject = Subject { parts, network, quiet };
        match subject.parts.len() {
            3 => subject.check::<3>()?,
            _ => subject.check::<4>()?,
        }
    }
}
