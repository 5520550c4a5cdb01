//! Models whose number of states is published or follows from arithmetic, as
//! `stateright::Model`s through the adaptor and through stateright itself.

use search::{Limits, ModelSystem, Search};
use stateright::{Checker, Model, Property};

/// Two-phase commit: a transaction manager and `managers` resource managers. The published
/// counts are 288 states for 3 and 8,832 for 5.
#[derive(Clone)]
struct TwoPhase {
    managers: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Manager {
    Working,
    Prepared,
    Committed,
    Aborted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Decision {
    Open,
    Committed,
    Aborted,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Transaction {
    managers: Vec<Manager>,
    decision: Decision,
    /// Who the transaction manager has heard "prepared" from.
    heard: Vec<bool>,
    /// Whose "prepared" was sent. Messages are never taken out.
    said: Vec<bool>,
    commit_sent: bool,
    abort_sent: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    Hear(usize),
    Commit,
    Abort,
    Prepare(usize),
    ChooseAbort(usize),
    ObeyCommit(usize),
    ObeyAbort(usize),
}

impl Model for TwoPhase {
    type State = Transaction;
    type Action = Move;

    fn init_states(&self) -> Vec<Transaction> {
        vec![Transaction {
            managers: vec![Manager::Working; self.managers],
            decision: Decision::Open,
            heard: vec![false; self.managers],
            said: vec![false; self.managers],
            commit_sent: false,
            abort_sent: false,
        }]
    }

    fn actions(&self, state: &Transaction, actions: &mut Vec<Move>) {
        if state.decision == Decision::Open {
            if state.heard.iter().all(|heard| *heard) {
                actions.push(Move::Commit);
            }
            actions.push(Move::Abort);
        }
        for one in 0..self.managers {
            if state.decision == Decision::Open && state.said[one] {
                actions.push(Move::Hear(one));
            }
            if state.managers[one] == Manager::Working {
                actions.extend([Move::Prepare(one), Move::ChooseAbort(one)]);
            }
            if state.commit_sent {
                actions.push(Move::ObeyCommit(one));
            }
            if state.abort_sent {
                actions.push(Move::ObeyAbort(one));
            }
        }
    }

    fn next_state(&self, state: &Transaction, action: Move) -> Option<Transaction> {
        let mut next = state.clone();
        match action {
            Move::Hear(one) => next.heard[one] = true,
            Move::Commit => {
                next.decision = Decision::Committed;
                next.commit_sent = true;
            }
            Move::Abort => {
                next.decision = Decision::Aborted;
                next.abort_sent = true;
            }
            Move::Prepare(one) => {
                next.managers[one] = Manager::Prepared;
                next.said[one] = true;
            }
            Move::ChooseAbort(one) | Move::ObeyAbort(one) => next.managers[one] = Manager::Aborted,
            Move::ObeyCommit(one) => next.managers[one] = Manager::Committed,
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("managers agree", |_, state: &Transaction| {
                !(state.managers.contains(&Manager::Aborted)
                    && state.managers.contains(&Manager::Committed))
            }),
            Property::sometimes("all commit", |_, state: &Transaction| {
                state.managers.iter().all(|one| *one == Manager::Committed)
            }),
            Property::sometimes("all abort", |_, state: &Transaction| {
                state.managers.iter().all(|one| *one == Manager::Aborted)
            }),
        ]
    }
}

/// `n` people who each take two forks, left first, and put them back: deadlock is reachable.
struct Philosophers {
    count: usize,
}

impl Model for Philosophers {
    /// Per philosopher: 0 thinking, 1 holding the left fork, 2 eating.
    type State = Vec<u8>;
    type Action = usize;

    fn init_states(&self) -> Vec<Vec<u8>> {
        vec![vec![0; self.count]]
    }

    fn actions(&self, _: &Vec<u8>, actions: &mut Vec<usize>) {
        actions.extend(0..self.count);
    }

    fn next_state(&self, state: &Vec<u8>, who: usize) -> Option<Vec<u8>> {
        let left = (who + self.count - 1) % self.count;
        let right = (who + 1) % self.count;
        let possible = match state[who] {
            0 => state[left] != 2,
            1 => state[right] == 0,
            _ => true,
        };
        let mut next = state.clone();
        next[who] = (state[who] + 1) % 3;
        possible.then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("no deadlock", |_, state: &Vec<u8>| {
            state.iter().any(|one| *one != 1)
        })]
    }
}

/// The towers of Hanoi: 3ⁿ states, and the shortest solution takes 2ⁿ − 1 moves.
struct Hanoi {
    disks: usize,
}

impl Model for Hanoi {
    /// The peg of each disk, smallest first.
    type State = Vec<u8>;
    type Action = (u8, u8);

    fn init_states(&self) -> Vec<Vec<u8>> {
        vec![vec![0; self.disks]]
    }

    fn actions(&self, _: &Vec<u8>, actions: &mut Vec<(u8, u8)>) {
        actions.extend([(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]);
    }

    fn next_state(&self, state: &Vec<u8>, (from, to): (u8, u8)) -> Option<Vec<u8>> {
        let top = |peg| state.iter().position(|one| *one == peg);
        let disk = top(from)?;
        let mut next = state.clone();
        next[disk] = to;
        top(to).is_none_or(|other| disk < other).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::sometimes("solved", |_, state: &Vec<u8>| state.iter().all(|peg| *peg == 2))]
    }
}

/// Explores with 1 and 2 threads, which must agree in every detail.
fn explore<M>(model: impl Fn() -> M) -> search::Report
where
    M: Model<State: std::hash::Hash + Send + Sync, Action: Send> + Sync,
{
    let [one, two] = [1, 2].map(|threads| {
        let system = ModelSystem::new(model()).expect("always and sometimes only");
        Search::new(&system, threads).run(&Limits::default(), &mut |_| ())
    });
    assert_eq!(one, two);
    assert!(one.complete());
    one
}

#[test]
fn two_phase_commit_has_the_published_288_and_8832_states() {
    for (managers, states) in [(3, 288), (5, 8_832)] {
        let report = explore(|| TwoPhase { managers });
        assert_eq!(report.states, states);
        let found: Vec<bool> = report.findings.iter().map(Option::is_some).collect();
        assert_eq!(found, [false, true, true], "agreement holds, both witnesses are met");
    }
}

#[test]
fn two_phase_commit_generates_as_many_transitions_as_stateright() {
    let checker = TwoPhase { managers: 5 }.checker().spawn_bfs().join();
    let report = explore(|| TwoPhase { managers: 5 });
    // stateright counts the initial state among those generated
    assert_eq!(report.transitions + 1, checker.state_count() as u64);
}

#[test]
fn n_philosophers_deadlock_after_n_steps() {
    for count in [2, 3, 5, 7] {
        let report = explore(|| Philosophers { count });
        let checker = Philosophers { count }.checker().spawn_dfs().join();
        let finding = report.findings[0].as_ref().expect("a deadlock");
        assert_eq!(finding.depth as usize, count);
        assert!(checker.discovery("no deadlock").is_some());
    }
}

#[test]
fn hanoi_has_3_to_the_n_states_and_needs_2_to_the_n_minus_1() {
    for disks in 1..=8 {
        let report = explore(|| Hanoi { disks });
        assert_eq!(report.states, 3u64.pow(u32::try_from(disks).unwrap()));
        let finding = report.findings[0].as_ref().expect("a solution");
        assert_eq!(finding.path.actions.len(), (1 << disks) - 1);
        let system = ModelSystem::new(Hanoi { disks }).unwrap();
        let (_, steps) = system.steps(&finding.path).expect("it replays");
        assert_eq!(steps.last().unwrap().1, vec![2; disks]);
    }
}
