//! Lua files, as the command line names them.

use crate::cli::LuaArgs;
use explorer::handlers::limits;
use explorer::text_file::{self, TextError};
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
