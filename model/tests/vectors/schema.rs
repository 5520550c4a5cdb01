//! The recordings as they are on disk.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A file of any of the three schemas.
#[derive(Debug)]
pub enum Recording {
    /// `ao-vector/1`: what processes answered, message by message.
    Messages(Box<Messages>),
    /// `cu-facts/1`: which repeats the real CU evaluated.
    Repeats(Repeats),
    /// `hyper-aos-facts/1`: observations whose messages were not recorded.
    HyperAos(HyperAos),
}

#[derive(Deserialize)]
struct Header {
    schema: String,
}

impl Recording {
    /// Reads a file's text; an error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let header: Header = read(text)?;
        match header.schema.as_str() {
            "ao-vector/1" => read(text).map(Box::new).map(Self::Messages),
            "cu-facts/1" => read(text).map(Self::Repeats),
            "hyper-aos-facts/1" => read(text).map(Self::HyperAos),
            other => Err(format!("nobody knows the schema {other:?}")),
        }
    }
}

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// A sequence of evaluations on one state.
#[derive(Clone, Debug, Deserialize)]
pub struct Messages {
    #[serde(default)]
    pub name: String,
    pub runtime: Module,
    /// Label to 43-character id.
    pub ids: BTreeMap<String, String>,
    pub setup: Setup,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Module {
    pub module: String,
}

/// Prose on what the processes run. Missing where a file has no such process.
#[derive(Clone, Debug, Deserialize)]
pub struct Setup {
    #[serde(rename = "TIM3", default)]
    pub tim3: Value,
    #[serde(rename = "USDA", default)]
    pub usda: Value,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Step {
    pub note: String,
    pub deliver: Deliver,
    /// The watched processes by label.
    pub before: BTreeMap<String, State>,
    pub expect: Expect,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Deliver {
    pub on: String,
    #[serde(default)]
    pub assignment: bool,
    pub policy: Policy,
    pub message: Item,
}

/// What the host does with the memory of an evaluation that ended in an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    Cu,
    Keep,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Item {
    pub id: Option<String>,
    pub target: String,
    pub owner: String,
    pub from: String,
    pub data: Option<String>,
    pub tags: Vec<(String, Value)>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Expect {
    pub state: BTreeMap<String, State>,
    pub sent: Vec<Sent>,
    // With its own deserializer the key must be there, which `Option` alone would not ask for.
    #[serde(deserialize_with = "Option::deserialize")]
    pub error: Option<String>,
    #[serde(default)]
    pub host_threw: bool,
    /// The first 300 characters of what it printed.
    pub output: Option<String>,
    /// How many entries of the outbox a messenger would take.
    pub pushed_by_mu: Option<usize>,
    /// What an error left behind, where it was recorded beside what survived.
    #[serde(default)]
    pub state_if_memory_were_kept: BTreeMap<String, State>,
}

/// An entry of the outbox; the state patch of the token has no target.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Sent {
    #[serde(deserialize_with = "Option::deserialize")]
    pub target: Option<String>,
    pub data: Option<String>,
    pub tags: Vec<(String, Value)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct State {
    pub balances: BTreeMap<String, Num>,
    pub total_supply: Num,
    pub usda_collateral: Num,
    pub reference: Num,
    pub inbox: Num,
}

/// A Lua value: its type and what `tostring` makes of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Num {
    #[serde(rename = "type")]
    pub kind: Kind,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Integer,
    Float,
    String,
    Nil,
}

/// The rows of the experiment with the real CU.
#[derive(Debug, Deserialize)]
pub struct Repeats {
    pub steps: Vec<Row>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    pub note: String,
    pub id: String,
    pub assignment: bool,
    pub evaluated_by_wasm: u8,
}

/// Only the number of its steps matters.
#[derive(Debug, Deserialize)]
pub struct HyperAos {
    pub steps: Vec<Value>,
}
