//! Ways out: from which states at rest is there no way to where one should be?
//!
//! A search finds states; whether a way leads on from one of them depends on all that follow. So
//! the states are found once more, in one thread, with the steps between them, and what can reach
//! a goal is marked backwards until nothing changes.

use aos::stop;
use search::{Limits, Path, System, resident};
use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

/// What is asked of the states of a system.
pub struct Question<'a, S: System> {
    /// Whether a way must lead on from a state.
    pub is_asked: &'a dyn Fn(&S::State) -> bool,
    /// Where a way must lead.
    pub goals: Vec<Goal<'a>>,
}

/// Where a way must lead. Bits are those of what [`System::judge`] answers.
pub struct Goal<'a> {
    /// The bit of the states from which it must; all of them where there is none.
    pub from: Option<u64>,
    /// The bit of the states that it must reach.
    pub to: u64,
    /// Whether a step, by its action, may be taken on it.
    pub may: &'a dyn Fn(u32) -> bool,
}

/// The most goals that can be asked about at once.
pub const MOST_GOALS: usize = 8;

/// For each goal the path to a state from which no way leads there, with the fewest faults and
/// then the fewest steps, or none. Nothing at all if a limit was met.
pub fn stuck<S: System>(
    system: &S,
    question: &Question<'_, S>,
    limits: &Limits,
) -> Option<Vec<Option<Path>>> {
    let graph = Graph::explored(system, question, limits)?;
    let goals = 0..question.goals.len();
    Some(goals.map(|goal| graph.stuck(goal)).collect())
}

struct Graph {
    nodes: Vec<Node>,
    /// Steps without a fault: whither.
    steps: Vec<u32>,
    /// Of each of them bit `i` where it may be taken on the way to goal `i`.
    may: Vec<u8>,
}

/// A state: only its place is known until its steps are.
struct Node {
    cost: u32,
    depth: u32,
    /// The node before it, or [`NO_NODE`] where it is an initial state.
    parent: u32,
    /// The action that leads here, or the place among the initial states.
    action: u32,
    /// Its first step among those of the graph, and how many there are.
    from: u32,
    steps: u32,
    /// The goals that must be reached from here, by their places.
    asked: u8,
    /// The goals that it meets.
    goals: u8,
    is_done: bool,
}

const NO_NODE: u32 = u32::MAX;

/// States and steps have numbers of 32 bits.
const MOST_STATES: usize = 1 << 26;

/// How many states are explored between two looks at the limits.
const LOOKED_AT_EVERY: usize = 256;

impl Graph {
    fn explored<S: System>(
        system: &S,
        question: &Question<'_, S>,
        limits: &Limits,
    ) -> Option<Self> {
        let mut building = Building {
            graph: Self { nodes: Vec::new(), steps: Vec::new(), may: Vec::new() },
            places: HashMap::default(),
            actions: HashMap::default(),
            due: BTreeMap::new(),
        };
        let mut scratch = system.scratch();
        for (place, state) in (0..).zip(system.initial(&mut scratch)) {
            building.reach(system, state, (NO_NODE, place));
        }
        let (start, mut so_far) = (Instant::now(), 0);
        while let Some(((cost, depth), places)) = building.due.pop_first() {
            for (place, state) in places {
                let is_due = so_far % LOOKED_AT_EVERY == 0;
                if is_due && is_over(limits, start, &building) {
                    return None;
                }
                let node = &building.graph.nodes[place as usize];
                if !node.is_done && (node.cost, node.depth) == (cost, depth) {
                    so_far += 1;
                    building.expand(system, question, (place, state), &mut scratch);
                }
            }
        }
        // Where it could not answer, steps are missing.
        system.failure().is_none().then_some(building.graph)
    }

    /// The best state that is asked about and cannot reach a goal.
    fn stuck(&self, goal: usize) -> Option<Path> {
        let bit: u8 = 1 << goal;
        let mut reaches: Vec<bool> = self.nodes.iter().map(|node| node.goals & bit != 0).collect();
        let mut changes = true;
        while changes {
            changes = false;
            for (place, node) in self.nodes.iter().enumerate().rev() {
                let (from, steps) = (node.from as usize, node.steps as usize);
                let mut steps = (from..from + steps)
                    .map(|step| (self.steps[step] as usize, self.may[step] & bit != 0));
                if !reaches[place] && steps.any(|(next, may)| may && reaches[next]) {
                    reaches[place] = true;
                    changes = true;
                }
            }
        }
        let stuck = self.nodes.iter().zip(&reaches).enumerate();
        let stuck = stuck.filter(|(_, (node, reaches))| node.asked & bit != 0 && !**reaches);
        let (place, _) = stuck.min_by_key(|(_, (node, _))| (node.cost, node.depth))?;
        Some(self.way_to(place))
    }

    fn way_to(&self, place: usize) -> Path {
        let (mut node, mut actions) = (&self.nodes[place], Vec::new());
        while node.parent != NO_NODE {
            actions.push(node.action);
            node = &self.nodes[node.parent as usize];
        }
        actions.reverse();
        Path { initial: node.action as usize, actions }
    }
}

struct Building<T> {
    graph: Graph,
    places: HashMap<u64, u32, foldhash::fast::RandomState>,
    /// Of each action its rank, and bit `i` where it may be taken on the way to goal `i`: there
    /// are few actions, and many steps.
    actions: HashMap<u32, (u64, u8), foldhash::fast::RandomState>,
    /// What is to be explored, by faults and steps.
    due: BTreeMap<(u32, u32), Vec<(u32, T)>>,
}

impl<T> Building<T> {
    /// Bytes that are asked for, while what is there stays, when what is nearly full doubles.
    fn growth_ahead(&self) -> usize {
        let Graph { nodes, steps, may } = &self.graph;
        let places = (self.places.len(), self.places.capacity(), size_of::<(u64, u32)>() + 1);
        let all = [
            (nodes.len(), nodes.capacity(), size_of::<Node>()),
            (steps.len(), steps.capacity(), size_of::<u32>()),
            (may.len(), may.capacity(), size_of::<u8>()),
            places,
        ];
        let nearly_full = all.iter().filter(|(used, room, _)| *used > room - room / 8);
        nearly_full.map(|(_, room, size)| 2 * room * size).sum()
    }
}

impl<T: Copy> Building<T> {
    /// The place of a state that was reached, by a step from another if there is one.
    fn reach<S: System<State = T>>(
        &mut self,
        system: &S,
        state: T,
        (parent, action): (u32, u32),
    ) -> u32 {
        let depth = self.graph.nodes.get(parent as usize).map_or(0, |node| node.depth + 1);
        let identity = system.fingerprint(&state).identity;
        let new = u32::try_from(self.graph.nodes.len()).expect("a limit was reached first");
        let place = *self.places.entry(identity).or_insert(new);
        if place == new {
            let cost = system.cost(&state);
            let (from, steps, asked, goals, is_done) = (0, 0, 0, 0, false);
            let node = Node { cost, depth, parent, action, from, steps, asked, goals, is_done };
            self.graph.nodes.push(node);
            self.due.entry((cost, depth)).or_default().push((place, state));
        }
        let node = &mut self.graph.nodes[place as usize];
        if !node.is_done && depth < node.depth {
            (node.depth, node.parent, node.action) = (depth, parent, action);
            self.due.entry((node.cost, depth)).or_default().push((place, state));
        }
        place
    }

    fn expand<S: System<State = T>>(
        &mut self,
        system: &S,
        question: &Question<'_, S>,
        (place, state): (u32, T),
        scratch: &mut S::Scratch,
    ) {
        let cost = self.graph.nodes[place as usize].cost;
        let judged = system.judge(&state, scratch);
        let is_asked = (question.is_asked)(&state);
        let bits = |is: &dyn Fn(&Goal<'_>) -> bool| {
            let goals = question.goals.iter().enumerate();
            goals.fold(0, |all, (place, goal)| all | u8::from(is(goal)) << place)
        };
        let goals = bits(&|goal| judged & goal.to != 0);
        let asked = bits(&|goal| is_asked && goal.from.is_none_or(|from| judged & from != 0));
        let mut next = Vec::new();
        system.successors(&state, scratch, |action, _, draft| next.push((action, draft)));
        let known = |(action, draft)| {
            let known = self.actions.entry(action);
            let about =
                known.or_insert_with(|| (system.rank(action), bits(&|goal| (goal.may)(action))));
            (*about, action, draft)
        };
        let mut next: Vec<_> = next.into_iter().map(known).collect();
        next.sort_by_key(|((rank, _), _, _)| *rank);
        let so_far = |graph: &Graph| u32::try_from(graph.steps.len()).expect("a limit ends it");
        let from = so_far(&self.graph);
        for ((_, may), action, draft) in next {
            let state = system.build(&state, draft, scratch);
            let reached = self.reach(system, state, (place, action));
            if self.graph.nodes[reached as usize].cost == cost {
                self.graph.steps.push(reached);
                self.graph.may.push(may);
            }
        }
        let steps = so_far(&self.graph) - from;
        let node = &mut self.graph.nodes[place as usize];
        (node.from, node.steps) = (from, steps);
        (node.asked, node.goals, node.is_done) = (asked, goals, true);
    }
}

fn is_over<T>(limits: &Limits, start: Instant, building: &Building<T>) -> bool {
    let states = building.graph.nodes.len();
    let is_beyond = |most| resident().saturating_add(building.growth_ahead() as u64) > most;
    stop::is_over()
        || limits.time.is_some_and(|most| start.elapsed() > most)
        || limits.memory.is_some_and(is_beyond)
        || limits.states.is_some_and(|most| states as u64 > most)
        || states > MOST_STATES
}
