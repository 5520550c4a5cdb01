//! Lua files, as the command line names them.

use crate::cli::{HowArgs, LuaArgs};
use explorer::handlers::limits;
use explorer::text_file;
use model::deployed::{Manner, Observables};
use model::usda::Usda;
use model::{Deployed, Subject};
use std::path::{Path, PathBuf};

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
        if self.handlers.is_empty() && self.how != HowArgs::default() {
            return Err(
                "--observe, --paranoid, --instructions and --usda say how a Lua file is run: name one with --handlers"
                    .to_owned(),
            );
        }
        let subject = |path: &PathBuf| self.how.subject(&LuaText::read(path)?);
        self.handlers.iter().map(subject).collect()
    }
}

/// The text of a Lua file, wherever it comes from.
pub struct LuaText {
    /// Where it is, for messages.
    pub place: String,
    /// What it is called.
    pub name: String,
    /// What is in it.
    pub source: String,
    /// What says where its books are, if anything beside it does: where that is, and its text.
    pub observe: Option<(String, String)>,
}

impl LuaText {
    /// A file, and what lies beside it.
    ///
    /// # Errors
    /// The file, and why it cannot be read.
    pub fn read(path: &Path) -> Result<Self, String> {
        let beside = beside(path);
        let observe = || Ok::<_, String>((beside.display().to_string(), read(&beside)?));
        Ok(Self {
            place: path.display().to_string(),
            name: path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned(),
            source: read(path)?,
            observe: beside.exists().then(observe).transpose()?,
        })
    }
}

/// Where it may be said where the books of a Lua file are.
pub fn beside(path: &Path) -> PathBuf {
    path.with_extension("observe.json")
}

impl HowArgs {
    /// A contract, run as these arguments say.
    ///
    /// # Errors
    /// The file, what is wrong with it, and the way out.
    pub fn subject(&self, text: &LuaText) -> Result<Subject, String> {
        let observables = self.observables(text)?;
        let manner = Manner {
            observables,
            is_paranoid: self.paranoid,
            limits: limits(self.instructions),
            later: None,
        };
        let lua = Deployed::new(&text.name, &text.source, manner).map_err(|error| {
            let error = error.to_string();
            // What the file is called in messages, with the place where it lies.
            if error.contains(&text.name) { error } else { format!("{}: {error}", text.place) }
        })?;
        Ok(Subject::Lua(lua, self.usda.map_or_else(Usda::default, Usda::from)))
    }

    /// Of what lies beside the handlers, if anything, and then of the flags.
    fn observables(&self, text: &LuaText) -> Result<Observables, String> {
        let mut observables = Observables::default();
        if let Some((place, text)) = &text.observe {
            // A list is no object, though serde would take it for one.
            let object: Result<serde_json::Map<_, _>, _> = serde_json::from_str(text);
            observables = object
                .and_then(|object| serde_json::from_value(object.into()))
                .map_err(|error| format!("{place}: damaged: {error}"))?;
        }
        for (name, place) in &self.observe {
            observables.set(name, place).map_err(|error| format!("--observe {name}: {error}"))?;
        }
        Ok(observables)
    }
}

fn read(path: &Path) -> Result<String, String> {
    text_file::read_as("a contract", path)
}
