//! One side of a review: the current version, or the new one.

use super::git::{self, GIT};
use crate::cli::HowArgs;
use crate::handlers::{Beside, LuaText};
use aos::joined::joined;
use model::Subject;
use std::path::Path;

/// Handlers, and where they come from.
pub struct Side {
    /// As it was given.
    pub given: String,
    pub subject: Subject,
}

/// Where handlers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place<'a> {
    /// In this program.
    BuiltIn,
    File(&'a str),
    /// In a revision of the repository around here, at a path.
    Revision(&'a str, &'a str),
}

impl<'a> Place<'a> {
    /// The place that an argument names.
    ///
    /// # Errors
    /// If it names a revision and no file.
    pub fn of(given: &'a str) -> Result<Self, String> {
        if let Some(rest) = given.strip_prefix(GIT) {
            let split =
                rest.split_once(':').filter(|(rev, path)| !rev.is_empty() && !path.is_empty());
            let split = split.map(|(revision, path)| Self::Revision(revision, path));
            return split.ok_or_else(|| format!("`{given}` is not of the form git:REV:PATH"));
        }
        let is_file = explorer::names::is_file(given);
        Ok(if is_file { Self::File(given) } else { Self::BuiltIn })
    }

    /// What lies beside the handlers; nothing where there is no such file.
    ///
    /// # Errors
    /// The file, and why it cannot be read.
    pub fn beside(self, ends: &str) -> Result<Option<Beside>, String> {
        match self {
            Self::BuiltIn => Ok(None),
            Self::File(path) => Beside::find(Path::new(path), ends),
            Self::Revision(revision, path) => {
                let path = Path::new(path).with_extension(ends).display().to_string();
                let text = git::shown(revision, &path)?;
                Ok(text.ok().map(|text| Beside { place: git::named(revision, &path), text }))
            }
        }
    }
}

impl Side {
    /// The handlers that an argument names: a Lua file, `git:REV:PATH`, or a built-in variant;
    /// with what says where their books are.
    ///
    /// # Errors
    /// What is wrong with it, where, and the way out.
    pub fn of(given: &str, how: &HowArgs, observe: Option<Beside>) -> Result<Self, String> {
        let subject = match Place::of(given)? {
            Place::BuiltIn => explorer::names::variant(given)?.into(),
            Place::File(path) => how.subject(&LuaText::read(Path::new(path), how, observe)?)?,
            Place::Revision(revision, path) => {
                let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy();
                let name = explorer::names::of_file(&name);
                let beside = |module: &str| {
                    let beside = Path::new(path).with_file_name(module);
                    git::shown(revision, &beside.display().to_string()).map(Result::ok)
                };
                let text = git::shown(revision, path)??;
                let source = joined(&name, text, &|module| how.module(module, &beside))?;
                how.subject(&LuaText { place: given.to_owned(), name, source, observe })?
            }
        };
        Ok(Self { given: given.to_owned(), subject })
    }

    /// The file of the handlers, as it was named; nothing for a built-in variant.
    pub fn path(&self) -> Option<&str> {
        match Place::of(&self.given).ok()? {
            Place::BuiltIn => None,
            Place::File(path) | Place::Revision(_, path) => Some(path),
        }
    }
}
