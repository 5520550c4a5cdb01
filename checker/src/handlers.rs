//! Lua files, as the command line names them.

use crate::cli::{HowArgs, LuaArgs};
use aos::joined::{Parts, ReadModule, joined, path_of, within};
use explorer::escape::Told;
use explorer::escaped;
use explorer::handlers::limits;
use explorer::text_file;
use model::deployed::{Manner, Observables, USDA_PLACEHOLDER};
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
        if let Some([first, second]) = twins(&self.handlers, name) {
            return Err(format!(
                "{} and {}: two files with one name cannot be told apart in a report; check them one at a time",
                first.display(),
                second.display()
            ));
        }
        if self.handlers.is_empty() && self.how != HowArgs::default() {
            return Err(
                "--observe, --module, --module-path, --paranoid, --instructions, --tag, --usda-id, --only-derived and --usda say how to run a Lua file: name one with --handlers"
                    .to_owned(),
            );
        }
        let text = |path: &PathBuf| LuaText::read(path, &self.how, Beside::find(path, OBSERVE)?);
        let texts = self.handlers.iter().map(text).collect::<Result<Vec<_>, _>>()?;
        self.how.must_be_used(&texts.iter().map(|text| &*text.source).collect::<Vec<_>>())?;
        texts.iter().map(|text| self.how.subject(text)).collect()
    }

    /// Which files say where books are, a line each.
    pub fn observed(&self) -> Told {
        let found = self.handlers.iter().filter_map(|path| {
            let beside = Beside::find(path, OBSERVE).ok()??;
            Some(escaped!("{}: its books are where {} says\n", path.display(), beside.place))
        });
        found.sum()
    }
}

/// The text of a Lua file, wherever it comes from.
pub struct LuaText {
    /// Where it is, for messages.
    pub place: String,
    /// What it is called.
    pub name: String,
    pub source: String,
    /// What says where its books are, if anything does.
    pub observe: Option<Beside>,
}

impl LuaText {
    /// A file, with what says where its books are.
    ///
    /// # Errors
    /// The file, and why it cannot be read.
    pub fn read(path: &Path, how: &HowArgs, observe: Option<Beside>) -> Result<Self, String> {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let name = explorer::names::of_file(&name);
        let text = text_file::read_as("a contract", path)?;
        // Beside a stream lies nothing.
        let is_file = !text_file::is_stream_of_this_process(path);
        let beside = |module: &str| if is_file { module_beside(path, module) } else { Ok(None) };
        let source = joined(&name, text, &|module| how.module(module, &beside))?;
        Ok(Self { place: path.display().to_string(), name, source, observe })
    }
}

/// The first two of these that share a name.
fn twins<T, N: PartialEq>(all: &[T], name: impl Fn(&T) -> N) -> Option<[&T; 2]> {
    all.iter().enumerate().find_map(|(place, one)| {
        let twin = all[..place].iter().find(|other| name(other) == name(one))?;
        Some([twin, one])
    })
}

/// A module that lies beside a Lua file.
fn module_beside(main: &Path, module: &str) -> Result<Option<String>, String> {
    let read = |path: PathBuf| {
        text_file::read(&path).map_err(|error| format!("{module}: {}", error.said("a module")))
    };
    within(main, module)?.map(read).transpose()
}

/// What the file ends with that says where the books of a Lua file are.
pub const OBSERVE: &str = "observe.json";

/// A file that lies beside handlers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    pub place: String,
    pub text: String,
}

impl Beside {
    /// What lies beside a Lua file: `swap.observe.json` beside `swap.lua`; nothing where there
    /// is no such file.
    ///
    /// # Errors
    /// The file, and why it cannot be read.
    pub fn find(handlers: &Path, ends: &str) -> Result<Option<Self>, String> {
        let path = handlers.with_extension(ends);
        // A link that leads nowhere is there too.
        path.symlink_metadata().is_ok().then(|| Self::read(&path)).transpose()
    }

    /// A file that was named.
    ///
    /// # Errors
    /// The file, and why it cannot be read.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = text_file::read_as("what lies beside handlers", path)?;
        Ok(Self { place: path.display().to_string(), text })
    }
}

impl HowArgs {
    /// A contract, run as these arguments say.
    ///
    /// # Errors
    /// The file, what is wrong with it, and the way out.
    pub fn subject(&self, text: &LuaText) -> Result<Subject, String> {
        let observables = self.observables(text)?;
        let marked = |text: &str| match &self.usda_id {
            Some(id) => text.replace(id, USDA_PLACEHOLDER),
            None => text.to_owned(),
        };
        let manner = Manner {
            observables,
            is_paranoid: self.paranoid,
            limits: limits(self.instructions),
            tags: self
                .tag
                .iter()
                .map(|(name, value)| (name.clone(), value.as_deref().map(marked)))
                .collect(),
            later: None,
            only_derived: self.only_derived,
        };
        let lua = Deployed::new(&text.name, &marked(&text.source), manner).map_err(|error| {
            let error = error.to_string();
            // What the file is called in messages, with the place where it lies.
            if error.contains(&text.name) { error } else { format!("{}: {error}", text.place) }
        })?;
        Ok(Subject::Lua(lua, self.usda.map_or_else(Usda::default, Usda::from)))
    }

    /// A module by its path from the folder of the main file: the file that a flag names, what
    /// lies beside the main file, or in a folder that a flag names.
    ///
    /// # Errors
    /// The file, and why it cannot be read.
    pub fn module(&self, path: &str, beside: &ReadModule<'_>) -> Result<Option<String>, String> {
        if let Some((_, file)) = self.module.iter().find(|(name, _)| path_of(name) == path) {
            return text_file::read_as("a module", file).map(Some);
        }
        if let Some(text) = beside(path)? {
            return Ok(Some(text));
        }
        let mut folders = self.module_path.iter();
        let found =
            folders.find_map(|folder| module_beside(&folder.join("main.lua"), path).transpose());
        found.transpose()
    }

    /// What a flag names and nothing uses may be a mistake in its name, and what two flags name is
    /// one of two things.
    ///
    /// # Errors
    /// Which flag it is.
    pub fn must_be_used(&self, sources: &[&str]) -> Result<(), String> {
        if let Some([(name, _), _]) = twins(&self.tag, |(name, _)| name.clone()) {
            return Err(format!("--tag {name}: a process has one value of a tag; name it once"));
        }
        let values = self.tag.iter().filter_map(|(_, value)| value.as_deref());
        let mut texts = sources.iter().copied().chain(values);
        if let Some(id) = self.usda_id.as_ref().filter(|id| !texts.any(|text| text.contains(*id))) {
            return Err(format!(
                "--usda-id {id}: nothing that is checked names that id; name the id of the token whose deposits it takes"
            ));
        }
        if let Some([(_, first), (name, second)]) = twins(&self.module, |(name, _)| path_of(name)) {
            return Err(format!(
                "--module {name}: both {} and {}; name one file for a module",
                first.display(),
                second.display()
            ));
        }
        let is_there = |name: &str| {
            let parts = |source: &&str| {
                Parts::of(source).all().iter().any(|part| part.file == path_of(name))
            };
            sources.iter().any(parts)
        };
        match self.module.iter().find(|(name, _)| !is_there(name)) {
            Some((name, file)) => Err(format!(
                "--module {name}={}: nothing that is checked has require(\"{name}\") in it",
                file.display()
            )),
            None => Ok(()),
        }
    }

    /// From the file beside the handlers, if there is one, and then from the flags.
    fn observables(&self, text: &LuaText) -> Result<Observables, String> {
        let mut observables = Observables::default();
        if let Some(Beside { place, text }) = &text.observe {
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
