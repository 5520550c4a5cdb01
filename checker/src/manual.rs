//! What shells and `man` know of the command line, written from its declaration.

use crate::cli::Cli;
use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use model::{Bounds, Profile, Reduction, Variant};

/// The command line, without what clap adds to it.
fn declared() -> Command {
    Cli::command().disable_help_subcommand(true)
}

/// A script that completes commands, flags and names.
pub fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut with_names(declared()), "tim3", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

/// The same command line, where the names that a flag takes are known beforehand. The names that
/// may also be a file are left out: most shells would then offer no files.
fn with_names(command: Command) -> Command {
    let named = |command: Command, id: &str| match names_of(id) {
        Some(names) if command.get_arguments().any(|arg| arg.get_id() == id) => {
            command.mut_arg(id, |arg| arg.value_parser(names))
        }
        _ => command,
    };
    command.mut_subcommands(|command| {
        let ids: Vec<_> = command.get_arguments().map(|arg| arg.get_id().clone()).collect();
        ids.iter().fold(command, |command, id| named(command, id.as_str()))
    })
}

/// The names that an argument takes, if they are all known.
fn names_of(argument: &str) -> Option<ValueParser> {
    let names: Vec<&'static str> = match argument {
        "profile" | "profiles" => Profile::ALL.iter().map(|profile| profile.name).collect(),
        "properties" => {
            properties::ALL.into_iter().chain(properties::of_lua()).map(|p| p.name).collect()
        }
        "bounds" => Bounds::NAMED.iter().map(|(name, _)| *name).collect(),
        "without" => std::iter::once("all").chain(Reduction::ALL.map(Reduction::name)).collect(),
        "variant" => Variant::all().map(Variant::name).collect(),
        _ => return None,
    };
    Some(PossibleValuesParser::new(names).into())
}

/// The command of this name.
///
/// # Errors
/// A message that lists the names there are.
pub fn command(name: &str) -> Result<String, String> {
    let declared = declared();
    let names: Vec<_> = declared.get_subcommands().map(Command::get_name).collect();
    if names.contains(&name) {
        Ok(name.to_owned())
    } else {
        Err(format!("no command is called `{name}`; there are: {}", names.join(", ")))
    }
}

/// The manual page of the whole, or of the command of this name.
pub fn page(command: Option<&str>) -> String {
    let mut whole = declared();
    whole.build();
    let part = command.and_then(|name| whole.find_subcommand(name)).cloned();
    let mut page = Vec::new();
    // Writing to memory does not fail.
    let _ = Man::new(part.unwrap_or(whole)).render(&mut page);
    String::from_utf8_lossy(&page).into_owned()
}
