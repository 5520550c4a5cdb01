//! A verdict claims no more than was searched, and a counterexample is as short as it says.

#[path = "common/command.rs"]
mod command;

use checker::job::Run;
use checker::limits::{Cut, Deadline, Limits};
use checker::search::{Broken, Found};
use checker::settings::Settings;
use checker::verdict::{Kind, Verdict};
use command::tim3;
use explorer::world::World;
use model::contract::Tim3;
use model::lua::Number;
use model::process::Outbox;
use model::{Books, Contract, HandlerError, Handlers, Label, Message};
use model::{Bounds, Reduction, Reductions, State, Subject, SubjectState, Swap, Variant};
use properties::{Property, Witness};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn job(variant: &str, profile: &str, bounds: &str) -> World {
    World {
        subject: variant.parse::<Variant>().expect("a variant").into(),
        profile: profile.parse().expect("a profile"),
        bounds: bounds.parse().expect("bounds"),
        reductions: Reductions::default(),
    }
}

fn run(job: &World, properties: &[Property], limits: Limits) -> Run {
    checker::job::run(
        job,
        properties,
        &Settings { limits, threads: 1, ..Settings::default() },
        &|_| (),
    )
}

fn unlimited(job: &World) -> Run {
    run(job, &properties::ALL, Limits::default())
}

fn before(found: &Found) -> u64 {
    found.before.expect("our search counts what comes before")
}

fn kinds(run: &Run) -> Vec<Kind> {
    run.verdicts.iter().map(|(_, verdict)| verdict.kind()).collect()
}

fn on<'a>(run: &'a Run, property: &str) -> &'a Verdict {
    let found = run.verdicts.iter().find(|(p, _)| p.name == property);
    &found.expect("a property that was judged").1
}

fn depth(steps: u32) -> Limits {
    Limits { depth: Some(steps), ..Limits::default() }
}

fn states(states: u64) -> Limits {
    Limits { states: Some(states), ..Limits::default() }
}

fn time(time: Duration) -> Limits {
    Limits { time: Some(Deadline::after(time)), ..Limits::default() }
}

const MEMORY: Limits = Limits {
    depth: None,
    states: None,
    time: None,
    memory: Some(1 << 20),
    until: search::Until::Exhausted,
};

/// Each limit, small enough to cut a search of the hostile profile at default bounds.
fn cuts() -> [(Limits, Cut, &'static str); 7] {
    let blink = Duration::from_millis(1);
    [
        (depth(0), Cut::Depth(0), "cut at a depth of 0 steps"),
        (depth(3), Cut::Depth(3), "cut at a depth of 3 steps"),
        (states(0), Cut::States(0), "cut at 0 states"),
        (states(100), Cut::States(100), "cut at 100 states"),
        (time(Duration::ZERO), Cut::Time(Duration::ZERO), "cut after 0 seconds"),
        (time(blink), Cut::Time(blink), "cut after 0.001 seconds"),
        (MEMORY, Cut::Memory(1 << 20), "cut at 1 MiB of memory"),
    ]
}

#[test]
fn a_search_that_was_cut_says_up_to_where_and_why() {
    // The hardened contract breaks nothing here, so nothing but the cut is to be said.
    let job = job("hardened", "legacynet-no-su-filter", "default");
    let safe = ["no-double-mint", "usda-conserved", "mint-one-to-one"]
        .map(|p| properties::named(p).expect(p));
    for (limits, expected, why) in cuts() {
        let run = run(&job, &safe, limits);
        assert_eq!(run.exploration.cut, Some(expected));
        assert_eq!(expected.to_string(), why);
        assert_eq!(kinds(&run), [Kind::HoldsUpTo; 3], "{why}");
        assert!(run.exploration.frontier > 0, "{why}");
    }
}

#[test]
fn a_search_that_starts_after_the_time_limit_has_no_state() {
    let limits = time(Duration::from_millis(1));
    std::thread::sleep(Duration::from_millis(2));
    let run = run(&job("hardened", "legacynet", "default"), &properties::ALL, limits);
    assert_eq!(run.exploration.cut, Some(Cut::Time(Duration::from_millis(1))));
    assert_eq!((run.exploration.states, run.exploration.transitions), (0, 0));
}

#[test]
fn a_time_longer_than_any_clock_cuts_nothing() {
    let run = run(&job("hardened", "reliable", "tiny"), &properties::ALL, time(Duration::MAX));
    assert_eq!(run.exploration.cut, None);
}

#[test]
fn the_command_never_says_holds_of_a_search_that_was_cut() {
    let check = ["check", "hardened", "--profile", "legacynet", "--property", "no-double-mint"];
    let limits = [
        (["--max-depth", "3"], "cut at a depth of 3 steps"),
        (["--max-depth", "0"], "cut at a depth of 0 steps"),
        (["--max-states", "100"], "cut at 100 states"),
        (["--max-time", "0"], "cut after 0 seconds"),
        (["--max-time", "0.001"], "cut after 0.001 seconds"),
        (["--max-memory", "1"], "cut at 1 MiB of memory"),
    ];
    for (limit, why) in limits {
        let said = tim3(&[&check[..], &limit[..]].concat());
        assert_eq!((said.code, said.err.as_str()), (3, ""), "{said:?}");
        assert!(said.out.contains(why), "{why}: {}", said.out);
        assert!(!said.out.contains("every promise holds"), "{}", said.out);
        let json = tim3(&[&check[..], &limit[..], &["--format", "json"]].concat());
        assert_eq!(json.code, 3, "{json:?}");
        assert!(json.out.contains("\"verdict\": \"holds-up-to\""), "{}", json.out);
    }
}

#[test]
fn the_text_report_says_holds_up_to_as_the_help_does() {
    let said = tim3(&["check", "hardened", "--profile", "legacynet", "--max-states", "100"]);
    assert!(said.out.contains("HOLDS UP TO"), "{}", said.out);
}

#[test]
fn every_smaller_limit_cuts_and_no_larger_one_changes_anything() {
    let job = job("hardened", "reordering", "tiny");
    let whole = unlimited(&job);
    for n in 0..=whole.exploration.states + 1 {
        let cut = n < whole.exploration.states;
        assert_eq!(
            run(&job, &properties::ALL, states(n)).exploration.cut.is_some(),
            cut,
            "{n} states"
        );
    }
    for n in 0..=whole.exploration.depth + 1 {
        let cut = n < whole.exploration.depth;
        assert_eq!(
            run(&job, &properties::ALL, depth(n)).exploration.cut.is_some(),
            cut,
            "{n} steps"
        );
    }
    let ample = run(&job, &properties::ALL, states(whole.exploration.states));
    assert_eq!(kinds(&ample), kinds(&whole));
}

#[test]
fn a_small_search_keeps_the_memory_limit_too() {
    let run = run(&job("hardened", "reliable", "tiny"), &properties::ALL, MEMORY);
    assert_eq!(run.exploration.cut, Some(Cut::Memory(1 << 20)));
}

#[test]
fn a_violation_before_a_cut_stands_and_none_behind_is_claimed() {
    let job = job("seed-tags", "legacynet", "tiny");
    let name = "no-mint-without-deposit";
    let whole = unlimited(&job);
    let found = &whole.exploration.found[name].first;
    let just_short = run(&job, &properties::ALL, states(whole.exploration.states - 1));
    assert!(just_short.exploration.cut.is_some());
    let Verdict::Violated(again) = on(&just_short, name) else { panic!("{just_short:?}") };
    assert_eq!(again.first.actions, found.actions);
    let just_before = run(&job, &properties::ALL, states(before(found)));
    assert_eq!(on(&just_before, name).kind(), Kind::HoldsUpTo);
}

#[test]
fn a_violation_is_found_within_a_depth_limit_and_none_beyond() {
    let job = job("seed-tags", "legacynet", "tiny");
    let name = "no-mint-without-deposit";
    assert_eq!(on(&run(&job, &properties::ALL, depth(3)), name).kind(), Kind::Violated);
    assert_eq!(on(&run(&job, &properties::ALL, depth(2)), name).kind(), Kind::HoldsUpTo);
}

#[test]
fn a_depth_limit_leaves_out_no_state_within_it() {
    let job = every_step(&job("seed-tags", "legacynet", "tiny"));
    let oracle = Oracle::of(&job);
    for most in 0..8 {
        let within = oracle.layers.iter().filter(|((_, steps), _)| *steps <= most as usize);
        let expected: u64 = within.map(|(_, layer)| layer.len() as u64).sum();
        assert_eq!(
            run(&job, &properties::ALL, depth(most)).exploration.states,
            expected,
            "{most} steps"
        );
    }
}

#[test]
fn a_cut_check_that_found_a_violation_exits_with_1() {
    let check = [
        "check",
        "seed-tags",
        "--profile",
        "legacynet",
        "--bounds",
        "tiny",
        "--max-states",
        "3000",
    ];
    let said = tim3(&check);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains("HOLDS UP TO"), "{}", said.out);
    let told = |line: &str| line.contains("  no-mint-without-deposit: ");
    assert!(said.out.lines().any(told), "{}", said.out);
}

#[test]
fn a_promise_whose_case_never_arose_is_not_tried_and_says_why() {
    let run = unlimited(&job("seed", "reliable", "default"));
    let Verdict::NotTried(missing) = on(&run, "no-double-mint") else { panic!("{run:?}") };
    assert_eq!(missing, &[Witness::Mint]);
    let check = ["check", "seed", "--profile", "reliable", "--property", "no-double-mint"];
    let said = tim3(&check);
    assert_eq!(said.code, 3, "{said:?}");
    let line = "NOT TRIED seed: no-double-mint, because this never happened: a mint\n";
    assert!(said.out.contains(line), "{}", said.out);
    let json = tim3(&[&check[..], &["--format", "json"]].concat());
    assert_eq!(json.code, 3);
    assert!(json.out.contains("\"a mint\""), "{}", json.out);
}

#[test]
fn a_world_in_which_nothing_happens_proves_nothing() {
    let still = Bounds { deposits: 0, burns: 0, transfers: 0, ..Bounds::default() };
    let job = World { bounds: still, ..job("hardened", "reliable", "default") };
    assert_eq!(kinds(&unlimited(&job)), vec![Kind::NotTried; properties::ALL.len()]);
}

#[test]
fn promises_to_honest_users_are_not_tried_where_there_are_none() {
    let tiny = job("hardened", "legacynet", "tiny");
    let job = World { bounds: Bounds { users: 1, ..tiny.bounds }, ..tiny };
    assert!(job.swap().wallets.iter().all(model::Wallet::is_stranger));
    let run = unlimited(&job);
    for property in ["holders-can-exit", "deposits-creditable", "burns-paid-at-rest"] {
        assert_eq!(on(&run, property).kind(), Kind::NotTried, "{property}");
    }
}

/// Small searches with many different violations: none, of the network, of the stranger.
fn telling() -> [World; 5] {
    [
        job("seed-json", "hyper-aos", "tiny"),
        job("seed-tags", "legacynet", "tiny"),
        job("dedupe-by-id", "hostile", "tiny"),
        job("effects-before-checks", "hyper-aos", "tiny"),
        job("hardened", "lossy", "default"),
    ]
}

#[test]
fn a_counterexample_does_not_depend_on_what_else_is_checked() {
    for job in telling() {
        let together = unlimited(&job).exploration;
        for property in &properties::ALL {
            let alone = run(&job, &[*property], Limits::default()).exploration;
            assert_eq!(alone.states, together.states, "{job:?}");
            let actions =
                |found: Option<&Broken>| found.map(|f| (f.first.actions.clone(), f.first.before));
            let (alone, together) =
                (alone.found.get(property.name), together.found.get(property.name));
            assert_eq!(actions(alone), actions(together), "{job:?} {property:?}");
        }
    }
}

/// Everything in a search that could differ between two runs.
fn fingerprint(run: &Run) -> impl PartialEq + std::fmt::Debug + use<> {
    let exploration = &run.exploration;
    let found = exploration.found.iter();
    let found: Vec<_> = found
        .flat_map(|(name, broken)| broken.all().map(|found| (*name, found)))
        .map(|(name, f)| (name, f.actions.clone(), f.faults, f.breach.clone(), f.before))
        .collect();
    let mut witnesses: Vec<_> = exploration.witnesses.iter().copied().collect();
    witnesses.sort();
    let counts =
        (exploration.states, exploration.transitions, exploration.depth, exploration.frontier);
    (counts, found, witnesses, kinds(run))
}

#[test]
fn two_runs_of_a_search_are_identical() {
    for job in telling() {
        assert_eq!(fingerprint(&unlimited(&job)), fingerprint(&unlimited(&job)), "{job:?}");
        let cut = || run(&job, &properties::ALL, states(40));
        assert_eq!(fingerprint(&cut()), fingerprint(&cut()), "{job:?}, cut");
    }
}

/// The search again, as simply as can be: whole states, no fingerprints, no memory of ways out.
struct Oracle {
    swap: Swap<Subject>,
    /// States by the fewest faults, then the fewest steps, in which they are reached.
    layers: BTreeMap<(u8, usize), Vec<State<SubjectState>>>,
}

impl Oracle {
    fn of(job: &World) -> Self {
        let swap = job.swap();
        let mut waiting = BTreeMap::from([((0, 0), vec![swap.initial()])]);
        let mut layers = BTreeMap::new();
        let mut seen = HashSet::new();
        while let Some(((faults, steps), layer)) = waiting.pop_first() {
            for state in layer.into_iter().filter(|state| seen.insert(state.clone())) {
                for next in successors(&swap, &state) {
                    waiting
                        .entry((next.spent.faults.total(), steps + 1))
                        .or_insert_with(Vec::new)
                        .push(next);
                }
                layers.entry((faults, steps)).or_insert_with(Vec::new).push(state);
            }
        }
        Self { swap, layers }
    }

    fn breaks(&self, property: &Property, state: &State<SubjectState>) -> bool {
        let is_out =
            |state: &State<SubjectState>| property.judge(&self.swap.situation(state)).is_ok();
        if !property.is_way_out() || is_out(state) {
            return !is_out(state);
        }
        let mut seen = HashSet::new();
        let mut waiting = vec![self.swap.rescue(state)];
        while let Some(state) = waiting.pop() {
            if is_out(&state) {
                return false;
            }
            if seen.insert(state.clone()) {
                waiting.extend(successors(&self.swap, &state));
            }
        }
        true
    }

    /// The fewest faults, then the fewest steps, after which the property is broken, and
    /// how many states are nearer than that.
    fn nearest(&self, property: &Property) -> Option<((u8, usize), u64)> {
        let mut nearer = 0;
        for (place, layer) in &self.layers {
            if layer.iter().any(|state| self.breaks(property, state)) {
                return Some((*place, nearer));
            }
            nearer += layer.len() as u64;
        }
        None
    }
}

/// The job without what the oracle does not know: it takes every step, and to it no two users
/// are alike.
fn every_step(job: &World) -> World {
    let reductions = job.reductions.without(Reduction::IdleFaults).without(Reduction::Symmetry);
    World { reductions, ..job.clone() }
}

fn successors(swap: &Swap<Subject>, state: &State<SubjectState>) -> Vec<State<SubjectState>> {
    let actions = swap.enabled(state);
    actions.iter().filter_map(|action| swap.step(state, action)).map(|step| step.state).collect()
}

#[test]
fn counterexamples_have_the_fewest_faults_then_the_fewest_steps() {
    for job in telling() {
        let job = every_step(&job);
        let oracle = Oracle::of(&job);
        let exploration = unlimited(&job).exploration;
        assert_eq!(exploration.states, oracle.layers.values().map(|l| l.len() as u64).sum::<u64>());
        for property in &properties::ALL {
            let found = exploration.found.get(property.name);
            let nearest = oracle.nearest(property);
            let found = found.map(|broken| &broken.first);
            let place = found.map(|f| (f.faults.total(), f.actions.len()));
            assert_eq!(place, nearest.map(|(place, _)| place), "{job:?} {property:?}");
            let (Some(found), Some((_, nearer))) = (found, nearest) else { continue };
            assert!(before(found) >= nearer, "{job:?} {property:?}: {found:?} of {nearer}");
        }
    }
}

/// Its books are wrong for as long as it is searched, and right when it is asked again.
struct Fickle {
    contract: Variant,
    was_searched: AtomicBool,
}

impl Handlers for Fickle {
    type State = Tim3;

    fn handle(
        &self,
        state: &mut Tim3,
        message: &Message,
        outbox: &mut Outbox<'_>,
    ) -> Result<Label, HandlerError> {
        self.contract.handle(state, message, outbox)
    }
}

impl Contract for Fickle {
    fn initial(&self) -> Tim3 {
        self.contract.initial()
    }

    fn books<'a>(&self, state: &'a Tim3) -> Cow<'a, Books> {
        let mut books = state.books.clone();
        if !self.was_searched.load(Ordering::Relaxed) {
            books.total_supply = Number::from(7_i64);
        }
        Cow::Owned(books)
    }

    fn reload(&self, state: &mut Tim3) {
        self.contract.reload(state);
    }

    /// What is found is made again after this.
    fn forget_cut(&self) {
        self.was_searched.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_finding_that_does_not_happen_again_leaves_it_undecided() {
    let contract = Variant::Hardened;
    let usda = contract.usda();
    let fickle = Fickle { contract, was_searched: AtomicBool::new(false) };
    let profile = "reliable".parse().expect("a profile");
    let swap = Swap::new(fickle, usda, profile, "tiny".parse().expect("bounds"));
    let name = "supply-equals-balances";
    let asked = [name, "no-double-mint"].map(|name| properties::named(name).expect(name));
    let explored = checker::search::explore(&swap, &asked, Limits::default(), (1, false), &|_| ());
    assert_eq!(explored.cut, Some(Cut::Contradicted(name)));
    assert!(explored.found.is_empty());
    for property in &asked {
        assert_eq!(Verdict::on(property, &explored, &[]).kind(), Kind::HoldsUpTo);
    }
    let said = Cut::Contradicted(name).to_string();
    assert!(said.starts_with("not decided: ") && said.contains(name), "{said}");
}
