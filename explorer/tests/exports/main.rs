//! Runs in other forms: lanes, pictures, diagrams and data say what happened, and are what
//! their formats ask for.

mod itf;
mod lanes;
mod mermaid;
mod recorded;
mod schema;
mod svg;
