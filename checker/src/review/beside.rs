//! What lies beside the handlers: the differences that are meant, and where the books are.
//!
//! A change must not judge itself. So both are taken from beside the old handlers; what lies
//! beside the new ones is part of the change, and is used only if the caller names it.

use super::side::Place;
use crate::cli;
use crate::handlers::{Beside, OBSERVE};
use std::path::Path;

/// What files of differences end with: `swap.accepted.json` beside `swap.lua`.
const ACCEPTED: &str = "accepted.json";

/// What a review uses that lies beside the handlers.
#[derive(Debug, Default)]
pub(super) struct Used {
    /// The kinds of difference that are meant.
    pub accepted: Vec<String>,
    /// Where they are named.
    pub accepted_in: Option<String>,
    /// Where the old handlers have their books.
    pub old_observe: Option<Beside>,
    /// Where the new ones have them.
    pub new_observe: Option<Beside>,
    /// What was used, and what was not.
    pub notes: Vec<String>,
}

impl Used {
    /// For the arguments of a review.
    ///
    /// # Errors
    /// A file, and what is wrong with it.
    pub fn of(args: &cli::Review) -> Result<Self, String> {
        let sides = (Place::of(&args.old)?, Place::of(&args.new)?);
        let both = [(&args.old, sides.0), (&args.new, sides.1)];
        let mut notes: Vec<_> =
            both.into_iter().filter_map(|(given, place)| namesake(given, place)).collect();
        notes.dedup();
        let (ends, named) = (ACCEPTED, args.accepted.as_deref());
        let what = ("accepted differences", "--accepted");
        let accepted = chosen(sides, (ends, named), what, &mut notes)?;
        let (ends, named) = (OBSERVE, args.new_observe.as_deref());
        let what = ("where the books of the new handlers are", "--new-observe");
        let new_observe = chosen(sides, (ends, named), what, &mut notes)?;
        Ok(Self {
            accepted: accepted.as_ref().map(kinds).transpose()?.unwrap_or_default(),
            accepted_in: accepted.map(|file| file.place),
            old_observe: sides.0.beside(OBSERVE)?,
            new_observe,
            notes,
        })
    }
}

/// What is said of a built-in variant where a file here has its name.
fn namesake(given: &str, place: Place<'_>) -> Option<String> {
    let is_either = place == Place::BuiltIn && Path::new(given).exists();
    is_either.then(|| {
        format!("{given}: the built-in variant, and not the file of that name, which is ./{given}")
    })
}

/// The file that was named, or else that beside the old handlers.
fn chosen(
    (old, new): (Place<'_>, Place<'_>),
    (ends, named): (&str, Option<&Path>),
    (what, flag): (&str, &str),
    notes: &mut Vec<String>,
) -> Result<Option<Beside>, String> {
    let base = old.beside(ends)?;
    let chosen = named.map_or_else(|| Ok(base.clone()), |path| Beside::read(path).map(Some))?;
    if let Some(file) = &chosen {
        notes.push(format!("{what}: as {} says", file.place));
    }
    if named.is_some() {
        return Ok(chosen);
    }
    match (new.beside(ends), base) {
        (Ok(Some(own)), base) if base.as_ref().is_none_or(|base| base.text != own.text) => {
            let place = own.place;
            notes.push(format!(
                "{place} is part of the change: it was not used; pass {flag} to use it"
            ));
        }
        (Ok(None), Some(base)) if new != Place::BuiltIn => {
            notes.push(format!("{} is not in the change: it was used anyway", base.place));
        }
        (Ok(_), _) => {}
        (Err(error), _) => notes.push(format!("part of the change, and not used: {error}")),
    }
    Ok(chosen)
}

/// The kinds of difference that a file names.
fn kinds(file: &Beside) -> Result<Vec<String>, String> {
    serde_json::from_str(&file.text).map_err(|error| {
        format!(
            "{}: damaged: {error}; it is a list of kinds of difference, as a review names them",
            file.place
        )
    })
}
