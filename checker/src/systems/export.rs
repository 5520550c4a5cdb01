//! A system for another model checker.

use super::{found, text_of};
use crate::cli::ExportArgs;
use crate::commands::{Answer, Failure};
use crate::exit_code::Exit;
use crate::outs::{self, Out, one_place_each};
use page::export::{Export, promela, tla};
use page::{PageError, Place};
use std::path::Path;

/// Writes a system as tables of its parts and steps.
///
/// # Errors
/// What is wrong with the page, a file that it names, or the command line.
pub fn export(args: &ExportArgs) -> Result<Answer, Failure> {
    let page = found(&args.system)?;
    let module = args.tla.as_deref().map(module_name).transpose()?;
    let settings = args.tla.as_ref().filter(|place| place.as_os_str() != "-");
    let settings = settings.map(|place| place.with_extension("cfg"));
    let outs: Vec<_> = [
        Out::of("--promela", args.promela.as_ref(), promela::promela as Write),
        Out::of("--tla", args.tla.as_ref(), tla::module as Write),
        Out::of("--tla", settings.as_ref(), tla::settings as Write),
    ]
    .into_iter()
    .flatten()
    .collect();
    one_place_each(&outs, &[&page])?;
    let export = page::export(Place::of(&page), text_of, args.max_states);
    let export = export.map_err(|error: PageError| Failure::usage(&error))?;
    let module = module.unwrap_or_default();
    let output = outs::write(&outs, |write| write(&export, &module))?;
    Ok(Answer { output, exit: Exit::Expected })
}

/// Writes it under the name of a module.
type Write = fn(&Export, &str) -> String;

/// A module is called as its file is.
fn module_name(file: &Path) -> Result<String, Failure> {
    if file.as_os_str() == "-" {
        return Ok("System".to_owned());
    }
    let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    let is_name = name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let is_module = is_name && file.extension().is_some_and(|end| end == "tla");
    is_module.then(|| name.to_owned()).ok_or_else(|| {
        let file = file.display();
        Failure::usage(&format!(
            "--tla {file}: a module is called as its file is; name the file with letters, digits and _, and .tla at the end, such as Counter.tla"
        ))
    })
}
