//! Finite graphs as systems and models, with an oracle that is too simple to be wrong.

#![allow(dead_code, reason = "each test uses its part")]

use std::collections::{BTreeMap, BTreeSet};

use search::{Fingerprint, Limits, Report, Search, System, content_hash};
use stateright::{Model, Property};

/// A graph over `u8` nodes. Bit `i` of a node's label says that property `i` fires there.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub initial: Vec<u8>,
    pub edges: BTreeMap<u8, Vec<u8>>,
    pub labels: BTreeMap<u8, u64>,
    /// Faults used at a node; edges that would lower them are left out.
    pub costs: BTreeMap<u8, u32>,
    pub properties: usize,
}

impl Graph {
    /// Edges given as pairs, node 0 initial.
    pub fn new(edges: &[(u8, u8)]) -> Self {
        let mut graph = Self { initial: vec![0], ..Self::default() };
        for &(from, to) in edges {
            graph.edges.entry(from).or_default().push(to);
        }
        graph
    }

    pub fn fires(mut self, node: u8, properties: u64) -> Self {
        self.labels.insert(node, properties);
        let bits = (64 - properties.leading_zeros()) as usize;
        self.properties = self.properties.max(bits);
        self
    }

    pub fn costs(mut self, node: u8, cost: u32) -> Self {
        self.costs.insert(node, cost);
        self
    }

    pub fn cost_of(&self, node: u8) -> u32 {
        self.costs.get(&node).copied().unwrap_or(0)
    }

    pub fn label(&self, node: u8) -> u64 {
        self.labels.get(&node).copied().unwrap_or(0)
    }

    pub fn next(&self, node: u8) -> Vec<u8> {
        let next = self.edges.get(&node).cloned().unwrap_or_default();
        let upward = next.into_iter();
        upward.filter(|to| self.cost_of(*to) >= self.cost_of(node)).collect()
    }

    /// Every reachable node with its fewest steps, by rounds over all edges until nothing
    /// changes. A node's cost is its own, so fewest steps alone decide.
    pub fn oracle(&self) -> BTreeMap<u8, u32> {
        let mut depths: BTreeMap<u8, u32> = self.initial.iter().map(|node| (*node, 0)).collect();
        loop {
            let before = depths.clone();
            for (node, depth) in &before {
                for to in self.next(*node) {
                    let best = depths.entry(to).or_insert(u32::MAX);
                    *best = (*best).min(depth + 1);
                }
            }
            if depths == before {
                return depths;
            }
        }
    }

    /// The fewest faults, then steps, at which a property fires.
    pub fn first(&self, property: usize) -> Option<(u32, u32)> {
        let fires = |node: u8| self.label(node) >> property & 1 == 1;
        let depths = self.oracle().into_iter();
        depths
            .filter(|(node, _)| fires(*node))
            .map(|(node, depth)| (self.cost_of(node), depth))
            .min()
    }

    /// Checks a report of a complete search against the oracle.
    pub fn confirm(&self, report: &Report) {
        let depths = self.oracle();
        let edges: usize = depths.keys().map(|node| self.next(*node).len()).sum();
        assert!(report.complete());
        assert_eq!(report.states, depths.len() as u64);
        assert_eq!(report.judged, report.states);
        assert_eq!(report.unreduced, report.judged);
        assert_eq!(report.transitions, edges as u64);
        assert_eq!(report.depth, depths.values().copied().max().unwrap_or(0));
        let layered: u64 = report.layers.iter().map(|layer| layer.states).sum();
        assert_eq!(layered, report.states);
        for (property, finding) in report.findings.iter().enumerate() {
            let place = finding.as_ref().map(|one| (one.cost, one.depth));
            assert_eq!(place, self.first(property), "property {property}");
            if let Some(finding) = finding {
                assert_eq!(finding.path.actions.len(), finding.depth as usize);
                let states = finding.path.replay(self, &mut ()).expect("it replays");
                let last = *states.last().expect("a state");
                assert!(self.label(last) >> property & 1 == 1);
                let earlier = |layer: &&search::Layer| {
                    (layer.cost, layer.depth) < (finding.cost, finding.depth)
                };
                let before: u64 = report.layers.iter().filter(earlier).map(|one| one.states).sum();
                assert_eq!(finding.judged_before, before);
            }
        }
    }
}

impl System for Graph {
    type State = u8;
    type Draft = u8;
    type Scratch = ();

    fn scratch(&self) {}

    fn initial(&self, (): &mut ()) -> Vec<u8> {
        self.initial.clone()
    }

    fn fingerprint(&self, state: &u8) -> Fingerprint {
        content_hash(state).into()
    }

    fn cost(&self, state: &u8) -> u32 {
        self.cost_of(*state)
    }

    fn successors(&self, state: &u8, (): &mut (), mut push: impl FnMut(u32, Fingerprint, u8)) {
        for (action, next) in (0..).zip(self.next(*state)) {
            push(action, self.fingerprint(&next), next);
        }
    }

    fn build(&self, _: &u8, draft: u8, (): &mut ()) -> u8 {
        draft
    }

    fn judge(&self, state: &u8, (): &mut ()) -> u64 {
        self.label(*state)
    }

    fn properties(&self) -> usize {
        self.properties
    }
}

/// The same graph as a model: property 0 an always, property 1 a sometimes, and one that
/// never decides anything, without which stateright may stop early.
pub struct GraphModel(pub Graph);

impl Model for GraphModel {
    type State = u8;
    type Action = u8;

    fn init_states(&self) -> Vec<u8> {
        let unique: BTreeSet<u8> = self.0.initial.iter().copied().collect();
        unique.into_iter().collect()
    }

    fn actions(&self, state: &u8, actions: &mut Vec<u8>) {
        actions.extend(self.0.next(*state));
    }

    fn next_state(&self, _: &u8, action: u8) -> Option<u8> {
        Some(action)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("0", |model: &Self, state: &u8| model.0.label(*state) & 1 == 0),
            Property::sometimes("1", |model: &Self, state: &u8| model.0.label(*state) & 2 != 0),
            Property::always("holds", |_, _| true),
        ]
    }
}

/// Searches without limits.
pub fn explore(system: &impl System, threads: usize) -> Report {
    explore_within(system, threads, &Limits::default())
}

pub fn explore_within(system: &impl System, threads: usize, limits: &Limits) -> Report {
    Search::new(system, threads).run(limits, &mut |_| ())
}
