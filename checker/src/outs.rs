//! What is written where a flag says: files, or standard output.

use crate::commands::Failure;
use crate::console::Output;
use crate::exit_code::Exit;
use crate::files::save;
use explorer::escape::Told;
use explorer::escaped;
use std::path::{Path, PathBuf};

/// Something that a flag asks for.
pub struct Out<'a, F> {
    pub flag: &'static str,
    /// Where it is to go; `-` is standard output.
    pub place: &'a Path,
    /// What it is to be.
    pub format: F,
}

impl<'a, F> Out<'a, F> {
    /// What a flag asks for, if it is there.
    pub fn of(flag: &'static str, place: Option<&'a PathBuf>, format: F) -> Option<Self> {
        Some(Self { flag, place: place?, format })
    }

    fn is_shown(&self) -> bool {
        self.place.as_os_str() == "-"
    }
}

/// Nothing that is asked for may overwrite something else that is, or what it is made from.
///
/// # Errors
/// The two, and the place.
pub fn one_place_each<F>(outs: &[Out<'_, F>], sources: &[&Path]) -> Result<(), Failure> {
    for (number, Out { flag, place, .. }) in outs.iter().enumerate() {
        if let Some(other) = outs[..number].iter().find(|earlier| earlier.place == *place) {
            let message = format!("{} and {flag} both write to {}", other.flag, place.display());
            return Err(Failure::usage(&message));
        }
        let is = |source: &&&Path| {
            place.canonicalize().is_ok_and(|out| source.canonicalize().is_ok_and(|s| s == out))
        };
        if let Some(source) = sources.iter().find(is) {
            let (place, source) = (place.display(), source.display());
            let message = format!("{flag} {place}: would overwrite {source}, which is read");
            return Err(Failure::usage(&message));
        }
    }
    Ok(())
}

/// Writes all of them. What is to be said on standard output: what was asked for there and
/// nothing else, or else what was written.
///
/// # Errors
/// The place that cannot be written to.
pub fn write<F: Copy>(outs: &[Out<'_, F>], text: impl Fn(F) -> String) -> Result<Output, Failure> {
    let (mut written, mut shown) = (Told::new(), None);
    for out in outs {
        let text = text(out.format);
        if out.is_shown() {
            shown = Some(text);
        } else {
            // The place is part of the command line.
            save(out.place, &text).map_err(|failure| Failure { exit: Exit::Usage, ..failure })?;
            written += escaped!("written to {}\n", out.place.display());
        }
    }
    Ok(shown.map_or(Output::Told(written), Output::Document))
}
