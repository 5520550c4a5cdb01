//! Runs in other forms: lanes, pictures, diagrams and data say what happened, who lost by it and
//! what would have prevented it, and are what their formats ask for.

mod aos;
mod escaped;
mod hostile;
mod itf;
mod itf_reader;
mod lanes;
mod mermaid;
mod recorded;
mod remedy;
mod schema;
mod svg;
mod toll;
