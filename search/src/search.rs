//! The loop over layers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use crate::found::{Fired, Found, note};
use crate::frontier::{CHUNK, Chunk, Frontier, Key, Queue};
use crate::layer::{Stop, Task, Worker, keep_current, nonzero};
use crate::limits::{Limits, Progress, Until, resident};
use crate::path::{Path, trace};
use crate::report::{Cut, Finding, Layer, Reason, Report};
use crate::system::{Fingerprint, System};
use crate::table::{Claim, Offer};
use crate::visited::Visited;

/// Time between two calls of the progress callback.
const TICK: Duration = Duration::from_millis(100);

/// A search, which may be run in parts: each run goes on where the last was cut.
pub struct Search<'a, S: System> {
    system: &'a S,
    workers: Vec<Worker<S>>,
    visited: Visited,
    frontier: Frontier<S::State>,
    judged: AtomicU64,
    unreduced: u64,
    transitions: u64,
    layers: BTreeMap<Key, u64>,
    /// By property, of each kind the least, least first.
    found: Vec<Vec<Found>>,
}

impl<'a, S: System> Search<'a, S> {
    /// Prepares a search by `threads` threads, the calling one included.
    ///
    /// # Panics
    /// If the system has more than 64 properties.
    pub fn new(system: &'a S, threads: usize) -> Self {
        assert!(
            system.properties() <= 64,
            "at most 64 properties can be judged in one search, not {}",
            system.properties()
        );
        let mut search = Self {
            system,
            workers: (0..threads.max(1)).map(|_| Worker::new(system)).collect(),
            visited: Visited::new(),
            frontier: Frontier::new(),
            judged: AtomicU64::new(0),
            unreduced: 0,
            transitions: 0,
            layers: BTreeMap::new(),
            found: vec![Vec::new(); system.properties()],
        };
        search.seed();
        search
    }

    /// Searches until done or cut. `progress` is called about ten times a second.
    pub fn run(&mut self, limits: &Limits, progress: &mut dyn FnMut(&Progress)) -> Report {
        let deadline = limits.time.and_then(|time| Instant::now().checked_add(time));
        let stop = Stop::new(deadline, limits.memory);
        stop.inspect(self.system, &self.visited);
        let reason = loop {
            let key = match self.ready(limits, &stop) {
                Ok(Some(key)) => key,
                Ok(None) => break None,
                Err(reason) => break Some(reason),
            };
            self.layer(key, limits, &stop, progress);
        };
        self.report(reason)
    }

    /// The layer to work off next, or why there is none.
    fn ready(&self, limits: &Limits, stop: &Stop) -> Result<Option<Key>, Reason> {
        if let Some(Reason::Failure(text)) = stop.reason() {
            return Err(Reason::Failure(text));
        }
        let deepest = limits.depth.map_or(Limits::DEEPEST, |depth| depth.min(Limits::DEEPEST));
        let dearest = limits.cost.unwrap_or(u32::MAX);
        let next = self.frontier.next(|(cost, depth)| cost <= dearest && depth <= deepest);
        let key = match next {
            Ok(None) => return Ok(None),
            Ok(key) => key,
            Err((cost, _)) if cost > dearest => return Err(Reason::Cost),
            Err(_) => return Err(Reason::Depth),
        };
        if self.satisfied(limits.until) {
            return Err(Reason::Found);
        }
        if limits.states.is_some_and(|most| self.judged() >= most) {
            return Err(Reason::States);
        }
        stop.reason().map_or(Ok(key), Err)
    }

    fn satisfied(&self, until: Until) -> bool {
        match until {
            Until::Exhausted => false,
            Until::First => self.found.iter().any(|found| !found.is_empty()),
            Until::Fires(place) => self.found.get(place).is_some_and(|found| !found.is_empty()),
            Until::All => {
                !self.found.is_empty() && self.found.iter().all(|found| !found.is_empty())
            }
        }
    }

    /// Works off one layer, or as much of it as the limits allow.
    fn layer(
        &mut self,
        key: Key,
        limits: &Limits,
        stop: &Stop,
        progress: &mut dyn FnMut(&Progress),
    ) {
        let mut chunks = self.frontier.take(key);
        let most = limits.states.map(|most| most - self.judged());
        let is_rationed = most.is_some_and(|most| self.ration(key, most, &mut chunks));
        let queue = Queue::new(chunks);
        self.work((key, is_rationed), &queue, stop, progress);
        self.frontier.add(key, queue.into_rest());
        self.collect(key);
    }

    /// Leaves in `chunks` at most `most` states, those with the smallest fingerprints. Says
    /// whether there were more.
    fn ration(&mut self, key: Key, most: u64, chunks: &mut Vec<Chunk<S::State>>) -> bool {
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        if chunks.iter().map(|chunk| chunk.states.len()).sum::<usize>() <= most {
            return false;
        }
        let mut states: Vec<S::State> = chunks.drain(..).flat_map(|chunk| chunk.states).collect();
        keep_current(self.system, &self.visited, &mut states, key.1);
        states.sort_by_cached_key(|state| nonzero(self.system.fingerprint(state)));
        let rest = states.split_off(most.min(states.len()));
        chunks.extend(into_chunks(&states));
        self.frontier.add(key, into_chunks(&rest));
        !rest.is_empty()
    }

    /// Runs the workers. A small layer is not worth the start of a thread.
    fn work(
        &mut self,
        (key, all): (Key, bool),
        queue: &Queue<S::State>,
        stop: &Stop,
        progress: &mut dyn FnMut(&Progress),
    ) {
        let task = Task {
            system: self.system,
            visited: &self.visited,
            queue,
            key,
            all,
            found: &self.found,
            stop,
            judged: &self.judged,
        };
        let task = &task;
        let mut last = Instant::now();
        let tick = || {
            if last.elapsed() >= TICK {
                progress(&standing(task));
                last = Instant::now();
            }
        };
        let (own, others) = self.workers.split_first_mut().expect("at least one worker");
        let helpers = queue.len().saturating_sub(1).min(others.len());
        let others = &mut others[..helpers];
        if others.is_empty() {
            return own.run::<false>(task, tick);
        }
        thread::scope(|scope| {
            for other in others {
                let work = || other.run::<true>(task, || ());
                // Where there is no thread to be had, the others do its work.
                let _ = thread::Builder::new().spawn_scoped(scope, work);
            }
            own.run::<true>(task, tick);
        });
    }

    /// Gathers what the workers have found in a layer.
    fn collect(&mut self, key: Key) {
        let mut fired = Fired::new();
        for worker in &mut self.workers {
            let (tally, outs) = worker.harvest();
            for (above, chunks) in (0..).zip(outs) {
                self.frontier.add((key.0 + above, key.1 + 1), chunks);
            }
            self.unreduced += tally.unreduced;
            self.transitions += tally.transitions;
            if tally.judged > 0 {
                *self.layers.entry(key).or_default() += tally.judged;
            }
            fired.extend(tally.fired);
        }
        // Mostly nothing has, so that earlier layers are rarely summed up.
        if !fired.is_empty() {
            let judged_before = self.layers.range(..key).map(|(_, judged)| judged).sum();
            note(&mut self.found, &fired, key, judged_before);
        }
    }

    /// Puts the initial states into the table and the frontier.
    fn seed(&mut self) {
        let system = self.system;
        let mut new: BTreeMap<u32, Vec<S::State>> = BTreeMap::new();
        let mut room = self.visited.room();
        for state in system.initial(&mut self.workers[0].scratch) {
            room.ensure(1);
            let fingerprint = nonzero(system.fingerprint(&state));
            if room.table().offer::<false>(fingerprint, Claim::ROOT) == Offer::New {
                room.spend(1);
                new.entry(system.cost(&state)).or_default().push(state);
            } else {
                system.release(state);
            }
        }
        drop(room);
        for (cost, states) in new {
            self.frontier.add((cost, 0), into_chunks(&states));
        }
    }

    fn judged(&self) -> u64 {
        self.judged.load(Relaxed)
    }

    fn report(&mut self, reason: Option<Reason>) -> Report {
        let states = self.visited.len() as u64;
        let judged = self.judged();
        let (findings, others) = self.findings();
        // Asked after the paths were: one that a failure kept from replaying is left out.
        let reason = self.system.failure().map(Reason::Failure).or(reason);
        let layers = self.layers.iter();
        Report {
            states,
            judged,
            unreduced: self.unreduced,
            transitions: self.transitions,
            depth: self.layers.keys().map(|key| key.1).max().unwrap_or(0),
            layers: layers.map(|(&(cost, depth), &states)| Layer { cost, depth, states }).collect(),
            findings,
            others,
            cut: reason.map(|reason| Cut { reason, frontier: states - judged }),
        }
    }

    /// For each property the first finding, and those of other kinds.
    fn findings(&mut self) -> (Vec<Option<Finding>>, Vec<Vec<Finding>>) {
        let found = self.found.clone().into_iter();
        let all = found.map(|found| {
            let mut all = found.into_iter().filter_map(|found| self.finding(found));
            (all.next(), all.collect())
        });
        all.unzip()
    }

    fn finding(&mut self, found: Found) -> Option<Finding> {
        Some(Finding {
            cost: found.key.0,
            depth: found.key.1,
            order: found.place.1.order,
            kind: found.kind,
            judged_before: found.judged_before,
            path: self.path(found.place.1)?,
        })
    }

    /// Nothing only where the system can no longer answer truthfully.
    fn path(&mut self, fingerprint: Fingerprint) -> Option<Path> {
        let scratch = &mut self.workers[0].scratch;
        let path = trace(self.system, scratch, &self.visited.table(), fingerprint);
        assert!(
            path.is_some() || self.system.failure().is_some(),
            "the path to state {:016x} does not replay: \
             the system answered differently the second time",
            fingerprint.order
        );
        path
    }
}

fn standing<S: System>(task: &Task<'_, S>) -> Progress {
    let states = task.visited.len() as u64;
    Progress {
        states,
        cost: task.key.0,
        depth: task.key.1,
        frontier: states.saturating_sub(task.judged.load(Relaxed)),
        memory: resident(),
    }
}

fn into_chunks<S: Copy>(states: &[S]) -> impl Iterator<Item = Chunk<S>> {
    states.chunks(CHUNK).map(|states| Chunk { states: states.to_vec(), early: false })
}
