//! Ways out: from which states at rest does no way lead to where one should?
//!
//! A search finds states; whether a way leads on from one of them depends on all that follow. So
//! the states are found once more, in one thread, with the steps between them, and what can reach
//! a goal is marked backwards until nothing changes.

use aos::stop;
use search::{Limits, System, resident};
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

/// A state from which no way leads to a goal, and how it comes about.
pub struct Stuck<T> {
    /// All states on the way there.
    pub states: Vec<T>,
    /// The actions between them.
    pub actions: Vec<u32>,
}

/// For each goal a state from which no way leads there, with the fewest faults and then the
/// fewest steps, or none. Nothing at all if a limit was met.
pub fn stuck<S: System>(
    system: &S,
    question: &Question<'_, S>,
    limits: &Limits,
) -> Option<Vec<Option<Stuck<S::State>>>> {
    let graph = Graph::explored(system, question, limits)?;
    let goals = 0..question.goals.len();
    Some(goals.map(|goal| graph.stuck(goal)).collect())
}

struct Graph<T> {
    nodes: Vec<Node<T>>,
    /// Steps without a fault: whither, and bit `i` where it may be taken on the way to goal `i`.
    steps: Vec<(u32, u64)>,
}

struct Node<T> {
    state: T,
    cost: u32,
    depth: u32,
    parent: Option<(u32, u32)>,
    /// Its steps among those of the graph.
    from: usize,
    to: usize,
    /// The goals that must be reached from here, by their places.
    asked: u64,
    /// The goals that it meets.
    goals: u64,
    is_done: bool,
}

/// How many states are explored between two looks at the limits.
const LOOKED_AT_EVERY: usize = 256;

impl<T: Copy> Graph<T> {
    fn explored<S: System<State = T>>(
        system: &S,
        question: &Question<'_, S>,
        limits: &Limits,
    ) -> Option<Self> {
        let mut building = Building {
            graph: Self { nodes: Vec::new(), steps: Vec::new() },
            places: HashMap::default(),
            actions: HashMap::default(),
            due: BTreeMap::new(),
        };
        let mut scratch = system.scratch();
        for state in system.initial(&mut scratch) {
            building.reach(system, state, None);
        }
        let (start, mut so_far) = (Instant::now(), 0);
        while let Some(((cost, depth), places)) = building.due.pop_first() {
            for place in places {
                if so_far % LOOKED_AT_EVERY == 0
                    && is_over(limits, start, building.graph.nodes.len())
                {
                    return None;
                }
                let node = &building.graph.nodes[place as usize];
                if !node.is_done && (node.cost, node.depth) == (cost, depth) {
                    so_far += 1;
                    building.expand(system, question, place, &mut scratch);
                }
            }
        }
        Some(building.graph)
    }

    /// The best state that is asked about and cannot reach a goal.
    fn stuck(&self, goal: usize) -> Option<Stuck<T>> {
        let bit = 1 << goal;
        let mut reaches: Vec<bool> = self.nodes.iter().map(|node| node.goals & bit != 0).collect();
        let mut changes = true;
        while changes {
            changes = false;
            for (place, node) in self.nodes.iter().enumerate().rev() {
                let mut steps = self.steps[node.from..node.to].iter();
                if !reaches[place]
                    && steps.any(|(next, may)| may & bit != 0 && reaches[*next as usize])
                {
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

    fn way_to(&self, place: usize) -> Stuck<T> {
        let mut node = &self.nodes[place];
        let (mut states, mut actions) = (vec![node.state], Vec::new());
        while let Some((parent, action)) = node.parent {
            node = &self.nodes[parent as usize];
            states.push(node.state);
            actions.push(action);
        }
        states.reverse();
        actions.reverse();
        Stuck { states, actions }
    }
}

struct Building<T> {
    graph: Graph<T>,
    places: HashMap<u64, u32, foldhash::fast::RandomState>,
    /// Of each action its rank, and bit `i` where it may be taken on the way to goal `i`: there
    /// are few actions, and many steps.
    actions: HashMap<u32, (u64, u64), foldhash::fast::RandomState>,
    /// What is to be explored, by faults and steps.
    due: BTreeMap<(u32, u32), Vec<u32>>,
}

impl<T: Copy> Building<T> {
    /// The place of a state that was reached, by a step from another if there is one.
    fn reach<S: System<State = T>>(&mut self, system: &S, state: T, by: Option<(u32, u32)>) -> u32 {
        let depth = by.map_or(0, |(parent, _)| self.graph.nodes[parent as usize].depth + 1);
        let identity = system.fingerprint(&state).identity;
        let new = u32::try_from(self.graph.nodes.len()).expect("a limit ends it before");
        let place = *self.places.entry(identity).or_insert(new);
        if place == new {
            let (cost, parent) = (system.cost(&state), by);
            let (from, to, asked, goals, is_done) = (0, 0, 0, 0, false);
            let node = Node { state, cost, depth, parent, from, to, asked, goals, is_done };
            self.graph.nodes.push(node);
            self.due.entry((cost, depth)).or_default().push(place);
        }
        let node = &mut self.graph.nodes[place as usize];
        if !node.is_done && depth < node.depth {
            (node.depth, node.parent) = (depth, by);
            self.due.entry((node.cost, depth)).or_default().push(place);
        }
        place
    }

    fn expand<S: System<State = T>>(
        &mut self,
        system: &S,
        question: &Question<'_, S>,
        place: u32,
        scratch: &mut S::Scratch,
    ) {
        let Node { state, cost, .. } = self.graph.nodes[place as usize];
        let judged = system.judge(&state, scratch);
        let is_asked = (question.is_asked)(&state);
        let bits = |is: &dyn Fn(&Goal<'_>) -> bool| {
            let goals = question.goals.iter().enumerate();
            goals.fold(0, |all, (place, goal)| all | u64::from(is(goal)) << place)
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
        let from = self.graph.steps.len();
        for ((_, may), action, draft) in next {
            let state = system.build(&state, draft, scratch);
            let reached = self.reach(system, state, Some((place, action)));
            if self.graph.nodes[reached as usize].cost == cost {
                self.graph.steps.push((reached, may));
            }
        }
        let to = self.graph.steps.len();
        let node = &mut self.graph.nodes[place as usize];
        (node.from, node.to) = (from, to);
        (node.asked, node.goals, node.is_done) = (asked, goals, true);
    }
}

fn is_over(limits: &Limits, start: Instant, states: usize) -> bool {
    stop::is_over()
        || limits.time.is_some_and(|most| start.elapsed() > most)
        || limits.memory.is_some_and(|most| resident() > most)
        || limits.states.is_some_and(|most| states as u64 > most)
}
