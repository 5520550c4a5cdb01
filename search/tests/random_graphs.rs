//! Random graphs against an oracle and against stateright.

mod graphs;

use std::collections::BTreeMap;

use graphs::{Graph, GraphModel, explore};
use proptest::prelude::*;
use search::ModelSystem;
use stateright::{Checker, Model};

fn graph(nodes: u8, costs: u32) -> impl Strategy<Value = Graph> {
    let initial = prop::collection::vec(0..nodes, 1..4);
    let edges = prop::collection::vec((0..nodes, 0..nodes), 0..usize::from(nodes) * 3);
    let labels = prop::collection::btree_map(0..nodes, 0..4u64, 0..4);
    let costs = prop::collection::btree_map(0..nodes, 0..=costs, 0..usize::from(nodes));
    (initial, edges, labels, costs).prop_map(|(initial, edges, labels, costs)| {
        let mut graph = Graph { initial, labels, costs, properties: 2, edges: BTreeMap::new() };
        for (from, to) in edges {
            graph.edges.entry(from).or_default().push(to);
        }
        graph
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_search_agrees_with_the_oracle_in_everything(graph in graph(40, 3)) {
        let report = explore(&graph, 1);
        graph.confirm(&report);
        prop_assert_eq!(&report, &explore(&graph, 2), "threads");
        prop_assert_eq!(&report, &explore(&graph, 2), "repeats");
    }

    #[test]
    fn an_adapted_model_agrees_with_stateright(graph in graph(60, 0)) {
        let system = ModelSystem::new(GraphModel(graph.clone())).unwrap();
        let report = explore(&system, 1);
        let bfs = GraphModel(graph.clone()).checker().spawn_bfs().join();
        let dfs = GraphModel(graph.clone()).checker().spawn_dfs().join();
        prop_assert_eq!(report.states, bfs.unique_state_count() as u64);
        prop_assert_eq!(report.states, dfs.unique_state_count() as u64);
        for (property, name) in ["0", "1", "holds"].into_iter().enumerate() {
            let found = report.findings[property].is_some();
            prop_assert_eq!(found, bfs.discovery(name).is_some());
            prop_assert_eq!(found, dfs.discovery(name).is_some());
        }
        let again = ModelSystem::new(GraphModel(graph)).unwrap();
        prop_assert_eq!(report, explore(&again, 2));
    }
}
