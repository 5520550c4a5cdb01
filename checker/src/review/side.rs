//! One side of a review: the handlers as they are, or as they are to be.

use crate::cli::HowArgs;
use crate::handlers::{LuaText, beside};
use model::Subject;
use std::path::Path;
use std::process::Command;

/// What an argument that names a revision begins with.
const GIT: &str = "git:";

/// Handlers, and where they come from.
pub struct Side {
    /// As it was given.
    pub given: String,
    /// The contract.
    pub subject: Subject,
}

impl Side {
    /// The handlers that an argument names: a Lua file, `git:REV:PATH`, or a built-in variant.
    ///
    /// # Errors
    /// What is wrong with it, where, and the way out.
    pub fn of(given: &str, how: &HowArgs) -> Result<Self, String> {
        let subject = if let Some(rest) = given.strip_prefix(GIT) {
            how.subject(&of_revision(rest)?)?
        } else if explorer::names::is_file(given) {
            how.subject(&LuaText::read(Path::new(given))?)?
        } else {
            explorer::names::variant(given)?.into()
        };
        Ok(Self { given: given.to_owned(), subject })
    }

    /// The file of the handlers, as it was named; nothing for a built-in variant.
    pub fn path(&self) -> Option<&str> {
        match self.given.strip_prefix(GIT) {
            Some(rest) => rest.split_once(':').map(|(_, path)| path),
            None => Some(&*self.given).filter(|given| explorer::names::is_file(given)),
        }
    }
}

/// `REV:PATH`: a file as it was in a revision of the repository around here.
fn of_revision(given: &str) -> Result<LuaText, String> {
    let split = given.split_once(':').filter(|(rev, path)| !rev.is_empty() && !path.is_empty());
    let Some((revision, path)) = split else {
        return Err(format!("`{GIT}{given}` is not of the form git:REV:PATH"));
    };
    let observe = beside(Path::new(path)).display().to_string();
    let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(LuaText {
        place: format!("{GIT}{given}"),
        name,
        source: shown(revision, path)?,
        observe: shown(revision, &observe).ok().map(|text| (format!("{revision}:{observe}"), text)),
    })
}

/// A file of a revision, as git has it; a path that begins with `./` is one from here.
fn shown(revision: &str, path: &str) -> Result<String, String> {
    let object = format!("{revision}:{path}");
    let cannot = |why: &str| format!("{GIT}{object}: {}", why.trim());
    if revision.starts_with('-') {
        return Err(cannot("no revision begins with a dash"));
    }
    let git = Command::new("git").args(["show", &object]).output();
    let output = git.map_err(|error| cannot(&format!("git cannot be run: {error}")))?;
    if !output.status.success() {
        return Err(cannot(&String::from_utf8_lossy(&output.stderr)));
    }
    String::from_utf8(output.stdout).map_err(|_| cannot("not UTF-8"))
}
