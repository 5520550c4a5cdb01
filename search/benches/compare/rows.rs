//! The engines of this process: each runs once and prints its counts.

use std::process::ExitCode;

use search::{Limits, Search, System};
use stateright::{Checker, Model};

use crate::reference::actor_model::Repeating;
use crate::reference::{LARGE, SMALL, Size, packed};

/// A row's name on the command line and in the table.
pub const ROWS: [(&str, &str); 10] = [
    ("packed", "hand-packed, no parents"),
    ("packed-parents", "hand-packed, parents"),
    ("search-1", "interned actors, parents, 1 thread"),
    ("search-2", "interned actors, parents, 2 threads"),
    ("search-all", "interned actors, every step followed, 1 thread"),
    ("model", "the plain model in this engine, 1 thread"),
    ("dfs", "stateright DFS, plain model, 1 thread"),
    ("bfs", "stateright BFS, plain model, 1 thread"),
    ("actor-dfs", "stateright DFS, `ActorModel`, 1 thread"),
    ("actor-bfs", "stateright BFS, `ActorModel`, 1 thread"),
];

/// The row that answers the same question with fewer states.
pub const REDUCED: (&str, &str) = ("reduced", "interned actors, all reductions, parents, 1 thread");

/// Runs one row and prints its states and transitions.
pub fn run(row: &str, large: bool) -> ExitCode {
    let size = if large { LARGE } else { SMALL };
    let counts = match row {
        "packed" => hand_packed(size, false),
        "packed-parents" => hand_packed(size, true),
        "search-1" => interned(size, 1, false),
        "search-2" => interned(size, 2, false),
        "search-all" => interned(size, 1, true),
        "reduced" => reduced(size),
        "model" => ours(&search::ModelSystem::new(size.plain()).expect("only always"), 1),
        "dfs" => stateright(size.plain().checker().spawn_dfs()),
        "bfs" => stateright(size.plain().checker().spawn_bfs()),
        "actor-dfs" => stateright(Repeating::new(size).checker().spawn_dfs()),
        "actor-bfs" => stateright(Repeating::new(size).checker().spawn_bfs()),
        _ => None,
    };
    let Some((states, transitions)) = counts else {
        eprintln!("no such row, or an invariant was violated: {row}");
        return ExitCode::FAILURE;
    };
    println!("{states} {transitions}");
    ExitCode::SUCCESS
}

fn hand_packed(size: Size, parents: bool) -> Option<(u64, u64)> {
    let (states, transitions, violated) = packed::explore(size, parents);
    (violated == 0).then_some((states, transitions))
}

fn interned(size: Size, threads: usize, all: bool) -> Option<(u64, u64)> {
    match (size.users == LARGE.users, all) {
        (true, false) => ours(&size.interned::<6>(), threads),
        (true, true) => ours(&size.interned::<6>().following_all(), threads),
        (false, false) => ours(&size.interned::<5>(), threads),
        (false, true) => ours(&size.interned::<5>().following_all(), threads),
    }
}

fn reduced(size: Size) -> Option<(u64, u64)> {
    let all = size.reductions(true, true, true);
    if size.users == LARGE.users {
        ours(&size.reduced::<6>(all), 1)
    } else {
        ours(&size.reduced::<5>(all), 1)
    }
}

fn ours(system: &impl System, threads: usize) -> Option<(u64, u64)> {
    let report = Search::new(system, threads).run(&Limits::default(), &mut |_| ());
    let holds = report.complete() && report.findings.iter().all(Option::is_none);
    holds.then_some((report.states, report.transitions))
}

/// Stateright counts the initial state among the generated ones.
fn stateright<M: Model>(checker: impl Checker<M>) -> Option<(u64, u64)>
where
    M::State: std::fmt::Debug + std::hash::Hash + Clone + PartialEq,
    M::Action: std::fmt::Debug + Clone + PartialEq,
{
    let checker = checker.join();
    let holds = checker.discoveries().is_empty();
    let transitions = checker.state_count() as u64 - 1;
    holds.then_some((checker.unique_state_count() as u64, transitions))
}
