//! Lua files: how the command line names them, and how counterexamples carry them.

use crate::cli::LuaArgs;
use crate::text_file::{self, TextError};
use model::deployed::{Manner, Observables, Twin};
use model::usda::Usda;
use model::{Deployed, Subject, Variant};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// A contract in a counterexample: its source goes with it, so that the file can be run
/// anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "handlers, an object")]
pub struct HandlersRecord {
    file: String,
    usda: Usda,
    observe: Observables,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    leave_out: Vec<String>,
    /// Whether every evaluation was run more than once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    paranoid: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    instructions: Option<u64>,
    /// Whether no message was taken for inert.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    nothing_inert: bool,
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
            leave_out: manner.left_out.clone(),
            paranoid: manner.is_paranoid,
            instructions: (manner.limits != aos::Limits::default())
                .then_some(manner.limits.instructions),
            nothing_inert: lua.nothing_is_inert(),
            source: lua.program().source.clone(),
        })
    }

    /// The contract.
    ///
    /// # Errors
    /// Why it cannot be run.
    pub fn subject(&self) -> Result<Subject, String> {
        let manner = Manner {
            observables: self.observe.clone(),
            left_out: self.leave_out.clone(),
            is_paranoid: self.paranoid,
            limits: limits(self.instructions),
        };
        let lua = Deployed::new(&self.file, &self.source, manner).map_err(|e| e.to_string())?;
        let lua = if self.nothing_inert { lua.with_nothing_inert() } else { lua };
        Ok(Subject::Lua(lua, self.usda))
    }
}

/// A built-in variant and its Lua, side by side.
///
/// # Errors
/// Why the Lua cannot be run.
pub fn twin(variant: Variant) -> Result<Subject, String> {
    let lua = built_in(variant)?;
    Ok(Subject::Twin(Twin { variant, lua }))
}

/// The Lua of a built-in variant.
///
/// # Errors
/// Why it cannot be run.
pub fn built_in(variant: Variant) -> Result<Deployed, String> {
    let edit = |edit| format!("the edits of {variant} do not apply to hardened.lua: `{edit}`");
    let source = variant.lua().map_err(edit)?;
    let file = format!("{variant}.lua");
    Deployed::new(&file, &source, Manner::default()).map_err(|error| error.to_string())
}

fn limits(instructions: Option<u64>) -> aos::Limits {
    let usual = aos::Limits::default();
    aos::Limits { instructions: instructions.unwrap_or(usual.instructions), ..usual }
}

impl LuaArgs {
    /// The contracts that these arguments name.
    ///
    /// # Errors
    /// The file, what is wrong with it, and the way out.
    pub fn subjects(&self) -> Result<Vec<Subject>, String> {
        let name = |path: &PathBuf| path.file_name().map(ToOwned::to_owned);
        for (place, path) in self.handlers.iter().enumerate() {
            if let Some(twin) =
                self.handlers[..place].iter().find(|other| name(other) == name(path))
            {
                return Err(format!(
                    "{} and {}: two files of one name cannot be told apart in a report; check them one after the other",
                    twin.display(),
                    path.display()
                ));
            }
        }
        self.handlers.iter().map(|file| self.subject(file)).collect()
    }

    fn subject(&self, path: &Path) -> Result<Subject, String> {
        let source = read(path)?;
        let observables = self.observables(path)?;
        let is_left_out = |global: &str| self.leave_out.iter().any(|name| name == global);
        if let Some(path) = observables.in_global(is_left_out) {
            return Err(format!(
                "--leave-out: {path} is one of the books, which every promise reads"
            ));
        }
        let manner = Manner {
            observables,
            is_paranoid: self.paranoid,
            left_out: self.leave_out.clone(),
            limits: limits(self.instructions),
        };
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let lua = Deployed::new(&name, &source, manner).map_err(|error| {
            let text = error.to_string();
            // What the file is called in messages, with the place where it lies.
            if text.contains(&*name) { text } else { format!("{}: {text}", path.display()) }
        })?;
        Ok(Subject::Lua(lua, self.usda.map_or_else(Usda::default, Usda::from)))
    }

    /// Of the file beside the handlers, if there is one, and then of the flags.
    fn observables(&self, path: &Path) -> Result<Observables, String> {
        let beside = path.with_extension("observe.json");
        let mut observables = Observables::default();
        if beside.exists() {
            let text = read(&beside)?;
            // A list is no object, though serde would take it for one.
            let object: Result<serde_json::Map<_, _>, _> = serde_json::from_str(&text);
            observables = object
                .and_then(|object| serde_json::from_value(object.into()))
                .map_err(|error| format!("{}: damaged: {error}", beside.display()))?;
        }
        for (name, place) in &self.observe {
            observables.set(name, place).map_err(|error| format!("--observe {name}: {error}"))?;
        }
        Ok(observables)
    }
}

fn read(path: &Path) -> Result<String, String> {
    let why = |error| match error {
        TextError::Unreadable(error) => format!("cannot be read: {error}"),
        TextError::TooLarge => {
            format!("too large for a contract; the limit is {} bytes", text_file::LARGEST)
        }
        TextError::NotUtf8(place) => format!("not UTF-8 at byte {place}"),
    };
    text_file::read(path).map_err(|error| format!("{}: {}", path.display(), why(error)))
}
