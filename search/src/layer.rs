//! One layer, worked off by one or several threads.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::found::{Fired, Found, fire};
use crate::frontier::{Chunk, Key, Queue};
use crate::limits::{is_beyond, resident};
use crate::report::Reason;
use crate::sink::{Outs, Sink};
use crate::system::{Fingerprint, System};
use crate::table::Claim;
use crate::visited::{Room, Visited};

/// States between two looks at the clock, and at the memory if it is time for one.
const PULSE: usize = 64;

/// How many states ahead memory is asked for.
const AHEAD: usize = 4;

/// What the threads of a layer share.
pub struct Task<'a, S: System> {
    pub system: &'a S,
    pub visited: &'a Visited,
    pub queue: &'a Queue<S::State>,
    pub key: Key,
    /// Whether every step is followed. Where a part of the layer is left, another order of two
    /// steps may lead through that part.
    pub all: bool,
    /// What was found in earlier layers, and in an earlier part of this one.
    pub found: &'a [Vec<Found>],
    pub stop: &'a Stop,
    /// States judged since the search began.
    pub judged: &'a AtomicU64,
}

/// When to stop in the middle of a layer.
pub struct Stop {
    pub deadline: Option<Instant>,
    pub memory: Option<u64>,
    raised: AtomicBool,
    reason: Mutex<Option<Reason>>,
}

impl Stop {
    pub fn new(deadline: Option<Instant>, memory: Option<u64>) -> Self {
        Self { deadline, memory, raised: AtomicBool::new(false), reason: Mutex::new(None) }
    }

    pub fn reason(&self) -> Option<Reason> {
        let reason = self.reason.lock().unwrap_or_else(PoisonError::into_inner);
        reason.clone()
    }

    fn raise(&self, reason: Reason) {
        let mut first = self.reason.lock().unwrap_or_else(PoisonError::into_inner);
        first.get_or_insert(reason);
        self.raised.store(true, Relaxed);
    }

    /// Looks at the clock and the memory; says whether to stop.
    fn pulse(&self) -> bool {
        if self.deadline.is_some_and(|end| Instant::now() >= end) {
            self.raise(Reason::Time);
        }
        if self.memory.is_some_and(|most| is_beyond(most, 0)) {
            self.raise(Reason::Memory);
        }
        self.raised.load(Relaxed)
    }

    /// Looks at everything that is too slow to be looked at more often.
    pub fn inspect<S: System>(&self, system: &S, visited: &Visited) -> bool {
        if let Some(failure) = system.failure() {
            self.raise(Reason::Failure(failure));
        }
        if self.memory.is_some_and(|most| resident().saturating_add(visited.growth_ahead()) > most)
        {
            self.raise(Reason::Memory);
        }
        self.pulse()
    }
}

/// One thread, with what it keeps from layer to layer.
pub struct Worker<S: System> {
    pub scratch: S::Scratch,
    sink: Sink<S>,
    tally: Tally,
}

/// What one thread contributes to a layer besides new states.
#[derive(Default)]
pub struct Tally {
    pub judged: u64,
    /// The sum of the weights of those judged.
    pub unreduced: u64,
    pub transitions: u64,
    /// Where properties fired.
    pub fired: Fired,
}

impl<S: System> Worker<S> {
    pub fn new(system: &S) -> Self {
        Self { scratch: system.scratch(), sink: Sink::new(), tally: Tally::default() }
    }

    /// Works until no chunk is left or a limit is met; `tick` is called after every chunk.
    pub fn run<const SHARED: bool>(&mut self, task: &Task<'_, S>, mut tick: impl FnMut()) {
        while !task.stop.inspect(task.system, task.visited) {
            let Some(chunk) = task.queue.take() else {
                break;
            };
            self.chunk::<SHARED>(task, chunk);
            tick();
        }
    }

    /// Hands over what the layer yielded.
    pub fn harvest(&mut self) -> (Tally, Outs<S::State>) {
        (std::mem::take(&mut self.tally), self.sink.harvest())
    }

    fn chunk<const SHARED: bool>(&mut self, task: &Task<'_, S>, mut chunk: Chunk<S::State>) {
        if chunk.early {
            keep_current(task.system, task.visited, &mut chunk.states, task.key.1);
        }
        let before = self.tally.judged;
        let mut room = task.visited.room();
        let mut done = 0;
        for block in chunk.states.chunks(PULSE) {
            for (place, state) in (done..).zip(block) {
                if let Some(ahead) = chunk.states.get(place + AHEAD) {
                    task.system.expect(ahead, &mut self.scratch);
                }
                self.expand::<SHARED>(task, &mut room, *state);
            }
            done += block.len();
            if task.stop.pulse() {
                break;
            }
        }
        chunk.states.drain(..done);
        self.sink.flush::<SHARED>(task.system, task.key.0, &mut room, &mut self.scratch);
        drop(room);
        task.judged.fetch_add(self.tally.judged - before, Relaxed);
        if chunk.states.is_empty() {
            self.sink.recycle(chunk.states);
        } else {
            chunk.early = false;
            task.queue.put_back(chunk);
        }
    }

    /// Notes what fired at a state, unless an earlier layer has what covers it.
    #[cold]
    fn note(&mut self, task: &Task<'_, S>, state: &S::State, mut fired: u64) {
        let system = task.system;
        while fired != 0 {
            let property = fired.trailing_zeros();
            fired &= fired - 1;
            let kind = system.kind(state, property as usize, &mut self.scratch);
            let found = task.found[property as usize].iter();
            let mut earlier = found.filter(|found| found.key < task.key);
            if !earlier.any(|found| system.covers(found.kind, kind)) {
                let place = (system.preference(state), nonzero(system.fingerprint(state)));
                fire(&mut self.tally.fired, (property, kind), place);
            }
        }
    }

    #[inline]
    fn expand<const SHARED: bool>(
        &mut self,
        task: &Task<'_, S>,
        room: &mut Room<'_>,
        state: S::State,
    ) {
        let system = task.system;
        let fingerprint = nonzero(system.fingerprint(&state));
        let fired = system.judge(&state, &mut self.scratch);
        self.tally.judged += 1;
        self.tally.unreduced += system.weight(&state, &mut self.scratch);
        if fired != 0 {
            self.note(task, &state, fired);
        }
        let claim = Claim::new(task.key.1 + 1, fingerprint.order);
        let sink = &mut self.sink;
        let followed =
            sink.follow(system, (state, task.all), claim, &mut self.scratch, room.table());
        self.tally.transitions += followed as u64;
        if sink.is_full() {
            sink.flush::<SHARED>(system, task.key.0, room, &mut self.scratch);
        }
    }
}

/// Removes states that have meanwhile been met on a shorter way of the same cost.
pub fn keep_current<S: System>(
    system: &S,
    visited: &Visited,
    states: &mut Vec<S::State>,
    depth: u32,
) {
    let table = visited.table();
    let mut kept = 0;
    for place in 0..states.len() {
        if let Some(ahead) = states.get(place + 2 * AHEAD) {
            table.prefetch(system.fingerprint(ahead));
        }
        let state = states[place];
        let claim = table.claim(nonzero(system.fingerprint(&state)));
        if claim.is_some_and(|claim| claim.depth() == depth) {
            states[kept] = state;
            kept += 1;
        } else {
            system.release(state);
        }
    }
    states.truncate(kept);
}

/// Zero marks an empty slot.
#[inline]
pub fn nonzero(fingerprint: Fingerprint) -> Fingerprint {
    Fingerprint { identity: fingerprint.identity.max(1), ..fingerprint }
}
