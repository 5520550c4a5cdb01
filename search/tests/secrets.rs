//! States are known by identities that are keyed by a secret: nothing that shows depends on it,
//! and paths are found however few orders there are.

use search::{Fingerprint, Limits, Report, Search, System, content_hash};

/// Steps to the right, up, or both, in a square: there are many shortest ways to most places.
struct Square {
    side: u8,
    secret: u64,
    /// How many orders there are at most.
    orders: u64,
}

type Place = (u8, u8);

impl System for Square {
    type State = Place;
    type Draft = Place;
    type Scratch = ();

    fn scratch(&self) {}

    fn initial(&self, (): &mut ()) -> Vec<Place> {
        vec![(0, 0), (0, 1)]
    }

    fn fingerprint(&self, place: &Place) -> Fingerprint {
        // The highest bits decide where a state lies, so few orders make long probes.
        let order = content_hash(place) % self.orders;
        Fingerprint { order, identity: content_hash(&(self.secret, place)) }
    }

    fn successors(
        &self,
        &(x, y): &Place,
        (): &mut (),
        mut push: impl FnMut(u32, Fingerprint, Place),
    ) {
        let next = [(x + 1, y), (x, y + 1), (x + 1, y + 1)];
        let next = (0..).zip(next).filter(|(_, (x, y))| *x < self.side && *y < self.side);
        next.for_each(|(action, next)| push(action, self.fingerprint(&next), next));
    }

    fn build(&self, _: &Place, draft: Place, (): &mut ()) -> Place {
        draft
    }

    fn judge(&self, &(x, y): &Place, (): &mut ()) -> u64 {
        let fires = [x + y == 30, x * 2 == y && x > 4, x > 20 && y > 22 && (x ^ y) & 1 == 1];
        (0..).zip(fires).fold(0, |mask, (bit, fires)| mask | u64::from(fires) << bit)
    }

    fn properties(&self) -> usize {
        3
    }
}

fn report(system: &Square, threads: usize, limits: &Limits) -> Report {
    Search::new(system, threads).run(limits, &mut |_| ())
}

#[test]
fn a_report_is_the_same_whatever_the_secret() {
    let cut = Limits { states: Some(300), ..Limits::default() };
    for limits in [Limits::default(), cut] {
        let of = |secret, threads| {
            let system = Square { side: 60, secret, orders: u64::MAX };
            report(&system, threads, &limits)
        };
        let first = of(0, 1);
        assert!(first.findings.iter().flatten().count() >= 2, "{first:?}");
        for (secret, threads) in (1..40).zip([1, 2, 3].into_iter().cycle()) {
            assert_eq!(of(secret, threads), first, "secret {secret}, {threads} threads");
        }
    }
}

#[test]
fn a_path_is_found_though_all_states_share_their_order() {
    for orders in [1, 3] {
        for secret in 0..5 {
            let system = Square { side: 40, secret, orders };
            let found = report(&system, 1, &Limits::default());
            assert_eq!(found.states, 1600);
            for (property, finding) in found.findings.iter().enumerate() {
                let finding = finding.as_ref().expect("a place where it fires");
                let states = finding.path.replay(&system, &mut ()).expect("it replays");
                assert_eq!(states.len(), finding.depth as usize + 1);
                let last = states.last().expect("a state");
                assert_eq!(system.judge(last, &mut ()) >> property & 1, 1);
            }
        }
    }
}
