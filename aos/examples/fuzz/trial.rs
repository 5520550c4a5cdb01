//! One Lua file: loaded, sent messages in the states that it gets to, and looked at.

use crate::corpus::Corpus;
use crate::messages::item;
use crate::random::Random;
use crate::tally::Tally;
use crate::watchdog::Watchdog;
use aos::{
    Build, Evaluation, Item, Limit, Limits, LoadError, Machine, Outcome, PairsOrder, Program,
    References, Refused, Settings, State,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// With more memory, copying texts takes most of the time.
const LIMITS: Limits = Limits { instructions: 200_000, memory: 8 << 20 };
/// States that are gone back to.
const MOST_STATES: usize = 12;
const MESSAGES: usize = 60;

type Evaluated = Result<Evaluation, Refused>;

struct Trial<'a> {
    source: &'a str,
    watchdog: &'a Watchdog,
    tally: &'a mut Tally,
    machine: Machine,
    states: Vec<State>,
}

fn program(source: &str, random: &mut Random) -> Arc<Program> {
    let settings = Settings {
        process: "TIM3".into(),
        owner: "owner".into(),
        authorities: vec!["MU".into()],
        tags: BTreeMap::new(),
        build: *random.of(&[Build::Late, Build::Late, Build::Early, Build::Aos1]),
        limits: LIMITS,
    };
    Arc::new(Program::new("fuzz.lua", source, settings))
}

fn named<T>(loaded: &Result<T, LoadError>) -> &'static str {
    match loaded {
        Ok(_) => "loaded",
        Err(LoadError::Syntax(_)) => "load: syntax",
        Err(LoadError::Threw(_)) => "load: threw",
        Err(LoadError::Met(_)) => "load: met",
        Err(LoadError::Refused(_)) => "load: refused",
        Err(LoadError::Cut(_)) => "load: given up",
        Err(LoadError::Sends(_)) => "load: sends",
    }
}

fn outcome(evaluated: &Evaluated) -> &'static str {
    match evaluated.as_ref().map(|evaluation| &evaluation.outcome) {
        Ok(Outcome::Done) => "done",
        Ok(Outcome::Threw(_)) => "threw",
        Ok(Outcome::Met(Limit::Instructions, _)) => "met instructions",
        Ok(Outcome::Met(Limit::Memory, _)) => "met memory",
        Ok(Outcome::Cut(_)) => "given up",
        Err(_) => "refused",
    }
}

/// Everything that is done with one file; what was wrong, if something was.
pub fn run(
    source: &str,
    corpus: &Corpus,
    random: &mut Random,
    tally: &mut Tally,
    watchdog: &Watchdog,
) -> Result<(), String> {
    let program = program(source, random);
    let load = || watchdog.during(|| source.to_owned(), || Machine::new(&program));
    let loaded = load();
    tally.execution(named(&loaded));
    let Ok((machine, state)) = loaded else { return Ok(()) };
    let other = random.once_in(3).then(load).transpose();
    let other = other.map_err(|error| format!("loads once, and then: {error}"))?;
    if other.as_ref().is_some_and(|(_, other)| *other != state) {
        return Err("it loads in two ways".into());
    }
    let states = vec![state];
    let mut trial = Trial { source, watchdog, tally, machine, states };
    let other = other.map(|(other, _)| other);
    (0..MESSAGES).try_for_each(|_| trial.message(other.as_ref(), corpus, random))
}

impl Trial<'_> {
    fn message(
        &mut self,
        other: Option<&Machine>,
        corpus: &Corpus,
        random: &mut Random,
    ) -> Result<(), String> {
        let (state, item) = (random.of(&self.states).clone(), item(corpus, random));
        let order = *random.of(&[PairsOrder::Sorted, PairsOrder::Reversed]);
        let first = self.evaluate(&self.machine, &state, &item, order);
        self.tally.execution(outcome(&first));
        if random.once_in(3) {
            self.compare("here", &self.machine, &state, &item, order, &first)?;
        }
        if let Some(other) = other
            && random.once_in(3)
        {
            self.compare("in another machine", other, &state, &item, order, &first)?;
        }
        if random.once_in(6) {
            self.look(&state, random)?;
        }
        if let Ok(evaluation) = first {
            if self.states.len() == MOST_STATES {
                let place = random.below(MOST_STATES);
                self.states.swap_remove(place);
            }
            self.states.push(evaluation.state);
        }
        Ok(())
    }

    fn evaluate(&self, on: &Machine, state: &State, item: &Item, order: PairsOrder) -> Evaluated {
        let what = || format!("{}\n--[==[ {item:?} in {:?} ]==]", self.source, text(state));
        self.watchdog.during(what, || on.evaluate(state, item, References::After(3), order))
    }

    fn compare(
        &self,
        place: &str,
        machine: &Machine,
        state: &State,
        item: &Item,
        order: PairsOrder,
        first: &Evaluated,
    ) -> Result<(), String> {
        let again = self.evaluate(machine, state, item, order);
        if again == *first {
            return Ok(());
        }
        Err(format!(
            "not the same {place}: {item:?}\n in {:?}\n {} {first:?}\n {} {again:?}\n {:?}\n {:?}",
            text(state),
            outcome(first),
            outcome(&again),
            first.as_ref().map(|one| text(&one.state)),
            again.as_ref().map(|one| text(&one.state)),
        ))
    }

    /// Whatever else can be asked about a state.
    fn look(&mut self, state: &State, random: &mut Random) -> Result<(), String> {
        let (source, machine) = (self.source, &self.machine);
        let name = || format!("{source}\n--[==[ looked at in {:?} ]==]", text(state));
        self.watchdog.during(name, || {
            let mut paths = machine.globals(state);
            let inner: Vec<String> = paths.iter().map(|name| format!("{name}.x")).collect();
            paths.extend(inner);
            paths.extend(["local n".into(), "local balances.alice".into(), String::new()]);
            machine.observe(state, &paths);
            machine.handlers(state);
            machine.read_by_patterns(state);
        });
        let words = [("alice", "bob"), ("bob", "alice")];
        let there = self.watchdog.during(name, || machine.renamed(state, &words));
        let back = self.watchdog.during(name, || machine.renamed(&there, &words));
        if back != *state {
            return Err(format!("names exchanged twice: {:?} {:?}", text(state), text(&back)));
        }
        if !random.once_in(3) {
            return Ok(());
        }
        let reloads = [(); 2].map(|()| self.watchdog.during(name, || machine.reload(state)));
        self.tally.execution(named(&reloads[0]));
        if reloads[0] != reloads[1] {
            return Err(format!("reloaded in two ways: {reloads:?}"));
        }
        self.states.extend(reloads.into_iter().next().and_then(Result::ok));
        self.states.truncate(MOST_STATES);
        Ok(())
    }
}

fn text(state: &State) -> String {
    let text = String::from_utf8_lossy(state.bytes()).into_owned();
    text.chars().take(3000).collect()
}
