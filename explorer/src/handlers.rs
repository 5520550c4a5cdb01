//! Contracts in Lua, as files carry them.

use model::deployed::{Manner, Observables};
use model::derived::Derived;
use model::process::Evaluation;
use model::usda::Usda;
use model::{Deployed, Pair, Subject, Variant};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A contract in a counterexample: its source goes with it, so that the file can be run
/// anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "handlers, an object")]
pub struct HandlersRecord {
    file: String,
    usda: Usda,
    observe: Observables,
    /// Whether every evaluation was run more than once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    paranoid: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    instructions: Option<u64>,
    /// The tags that the process was spawned with.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<String, Option<String>>,
    /// Whether no message was taken for inert.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    nothing_inert: bool,
    /// The messages that the stranger sends, where they are not those that these handlers listen
    /// for: those of the version that this one was compared with are among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sent: Option<Vec<Derived>>,
    source: String,
    /// The version that the owner may replace it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    upgrade: Option<Box<UpgradeRecord>>,
}

/// The version of a contract that replaces another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "the new version of the handlers, an object")]
struct UpgradeRecord {
    file: String,
    observe: Observables,
    source: String,
}

impl HandlersRecord {
    /// What is needed to run this contract again; nothing for a built-in variant.
    pub fn of(subject: &Subject) -> Option<Self> {
        let Subject::Lua(lua, usda) = subject else { return None };
        let manner = lua.manner();
        Some(Self {
            file: lua.program().file.clone(),
            usda: *usda,
            observe: manner.observables.clone(),
            paranoid: manner.is_paranoid,
            instructions: (manner.limits != aos::Limits::default())
                .then_some(manner.limits.instructions),
            tags: manner.tags.clone(),
            nothing_inert: lua.nothing_is_inert(),
            sent: lua.sent_instead().map(<[Derived]>::to_vec),
            source: lua.program().source.clone(),
            upgrade: lua.program().successor.as_ref().map(|later| {
                let observe = manner.later.as_ref().unwrap_or(&manner.observables).clone();
                let (file, source) = (later.file.clone(), later.text.clone());
                Box::new(UpgradeRecord { file, observe, source })
            }),
        })
    }

    /// The contract.
    ///
    /// # Errors
    /// Why it cannot be run.
    pub fn subject(&self) -> Result<Subject, String> {
        let manner = Manner {
            observables: self.observe.clone(),
            is_paranoid: self.paranoid,
            limits: limits(self.instructions),
            tags: self.tags.clone(),
            ..Manner::default()
        };
        let deployed = |file: &str, source: &str, manner: &Manner| {
            let file = crate::names::of_file(file);
            Deployed::new(&file, source, manner.clone()).map_err(|error| error.to_string())
        };
        let mut lua = deployed(&self.file, &self.source, &manner)?;
        if let Some(later) = &self.upgrade {
            let manner = Manner { observables: later.observe.clone(), ..manner };
            let later = deployed(&later.file, &later.source, &manner)?;
            lua = lua.upgraded_to(&later).map_err(|error| error.to_string())?;
        }
        if let Some(sent) = &self.sent {
            if let Some(not) = sent.iter().find(|one| !one.is_a_strangers()) {
                return Err(format!("sent: {}: the stranger cannot send that message", not.name));
            }
            lua = lua.sent(sent);
        }
        let lua = if self.nothing_inert { lua.with_nothing_inert() } else { lua };
        Ok(Subject::Lua(lua, self.usda))
    }
}

/// A built-in variant and its Lua, side by side.
///
/// # Errors
/// Why the Lua cannot be run.
pub fn twin(variant: Variant) -> Result<Subject, String> {
    Ok(beside(variant, built_in(variant)?))
}

/// A transcription with Lua beside it, in every evaluation of either.
pub fn beside(variant: Variant, lua: Deployed) -> Subject {
    Subject::Pair(Pair {
        name: variant.name().to_owned(),
        one: Box::new(variant.into()),
        other: Box::new(Subject::Lua(lua, variant.usda())),
        called: ["the transcription", "the Lua"],
        skips_inert: false,
        evaluation: Evaluation::Atomic,
        left_half: Arc::default(),
    })
}

/// The Lua of a built-in variant.
///
/// # Errors
/// Why it cannot be run.
pub fn built_in(variant: Variant) -> Result<Deployed, String> {
    let source = lua(variant)?;
    let file = format!("{variant}.lua");
    Deployed::new(&file, &source, Manner::default()).map_err(|error| error.to_string())
}

/// The Lua of a built-in variant, to run beside its transcription, which is sent nothing derived.
///
/// # Errors
/// Why it cannot be run.
pub fn beside_transcription(variant: Variant) -> Result<Deployed, String> {
    let source = lua(variant)?;
    let file = format!("{variant}.lua");
    let lua = Deployed::without_derivation(&file, &source, Manner::default());
    lua.map_err(|error| error.to_string())
}

fn lua(variant: Variant) -> Result<String, String> {
    let edit = |edit| format!("the edits of {variant} do not apply to hardened.lua: `{edit}`");
    variant.lua().map_err(edit)
}

/// The limits of one evaluation, with this many instructions where they are named.
pub fn limits(instructions: Option<u64>) -> aos::Limits {
    let usual = aos::Limits::default();
    aos::Limits { instructions: instructions.unwrap_or(usual.instructions), ..usual }
}
