//! One finding of each kind, unless an earlier one covers it.

use search::{Finding, Fingerprint, Limits, Report, Search, System};

/// Up to `MOST` faults of each of two sorts, and steps that cost nothing. Broken where the
/// faults include two of the first sort, or one of each; its kind is the faults.
struct Faulty;

const MOST: u8 = 3;

type Counts = (u8, u8, u8);

impl System for Faulty {
    type State = Counts;
    type Draft = Counts;
    type Scratch = ();

    fn scratch(&self) {}

    fn initial(&self, (): &mut ()) -> Vec<Counts> {
        vec![(0, 0, 0)]
    }

    fn fingerprint(&self, state: &Counts) -> Fingerprint {
        search::content_hash(state).into()
    }

    fn cost(&self, (first, second, _): &Counts) -> u32 {
        u32::from(first + second)
    }

    fn successors(
        &self,
        &(a, b, steps): &Counts,
        (): &mut (),
        mut push: impl FnMut(u32, Fingerprint, Counts),
    ) {
        let next = [(a + 1, b, steps), (a, b + 1, steps), (a, b, steps + 1)];
        let within = |(a, b, steps): &Counts| *a <= MOST && *b <= MOST && *steps <= MOST;
        let within = (0..).zip(next).filter(|(_, next)| within(next));
        within.for_each(|(n, next)| push(n, self.fingerprint(&next), next));
    }

    fn build(&self, _: &Counts, draft: Counts, (): &mut ()) -> Counts {
        draft
    }

    fn judge(&self, &(a, b, steps): &Counts, (): &mut ()) -> u64 {
        u64::from(steps > 0 && (a >= 2 || (a >= 1 && b >= 1)))
    }

    fn properties(&self) -> usize {
        1
    }

    fn kind(&self, &(a, b, _): &Counts, _: usize, (): &mut ()) -> u64 {
        u64::from(a) << 8 | u64::from(b)
    }

    fn covers(&self, earlier: u64, later: u64) -> bool {
        earlier >> 8 <= later >> 8 && earlier & 255 <= later & 255
    }
}

fn report(threads: usize) -> Report {
    Search::new(&Faulty, threads).run(&Limits::default(), &mut |_| ())
}

fn all(report: &Report) -> impl Iterator<Item = &Finding> {
    report.findings[0].iter().chain(&report.others[0])
}

#[test]
fn the_minimal_kinds_are_found_and_no_others() {
    let report = report(1);
    let mut kinds: Vec<u64> = all(&report).map(|finding| finding.kind).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, [0x0101, 0x0200]);
}

#[test]
fn each_is_the_least_of_its_kind_and_its_path_leads_there() {
    for finding in all(&report(1)) {
        assert_eq!((finding.cost, finding.depth), (2, 3));
        let states = finding.path.replay(&Faulty, &mut ()).expect("it replays");
        let (a, b, steps) = *states.last().expect("states");
        assert_eq!(u64::from(a) << 8 | u64::from(b), finding.kind);
        assert_eq!(steps, 1);
    }
}

#[test]
fn several_threads_find_the_same() {
    assert_eq!(report(3), report(1));
}
