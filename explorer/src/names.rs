//! Names on the command line and in files.

use model::{Profile, Reduction, Variant};
use properties::Property;
use std::path::Path;

/// How alike two names must be for one to be suggested for the other.
const ALIKE: f64 = 0.8;

/// The property of this name or code.
///
/// # Errors
/// A message that lists the names there are.
pub fn property(name: &str) -> Result<Property, String> {
    let names: Vec<_> =
        properties::ALL.into_iter().chain(properties::of_lua()).map(|p| p.name).collect();
    properties::named(name).ok_or_else(|| unknown("promise", name, &names))
}

/// The profile of this name or code.
///
/// # Errors
/// A message that lists the names there are.
pub fn profile(name: &str) -> Result<Profile, String> {
    let names: Vec<_> = Profile::ALL.iter().map(|p| p.name).collect();
    name.parse().map_err(|_| unknown("platform", name, &names))
}

/// Whether an argument is a path rather than a name: it is written like one, or something is
/// there. A name of a built-in variant is that variant, whatever lies here: a file of that name
/// is `./NAME`.
pub fn is_file(argument: &str) -> bool {
    is_path(argument) || !is_variant(argument) && Path::new(argument).exists()
}

/// What a file is called in reports: not as a built-in variant is.
pub fn of_file(name: &str) -> String {
    if is_variant(name) { format!("{name} (a file)") } else { name.to_owned() }
}

fn is_variant(name: &str) -> bool {
    name.parse::<Variant>().is_ok()
}

fn is_path(argument: &str) -> bool {
    argument.contains(['/', '\\', '.'])
}

/// The variant of this name.
///
/// # Errors
/// A message that lists the names there are, or says that a file is no variant.
pub fn variant(name: &str) -> Result<Variant, String> {
    let names: Vec<_> = Variant::all().map(Variant::name).collect();
    let hint = "; a Lua file ends in .lua, the folder of a system has a system.lua, and a folder to write to goes behind --write=";
    name.parse()
        .map_err(|_| unknown("variant", name, &names) + if is_path(name) { hint } else { "" })
}

/// The reduction of this name.
///
/// # Errors
/// A message that lists the names there are.
pub fn reduction(name: &str) -> Result<Reduction, String> {
    name.parse().map_err(|_| unknown("reduction", name, &Reduction::ALL.map(Reduction::name)))
}

fn unknown(kind: &str, name: &str, names: &[&str]) -> String {
    let likeness = |known: &str| strsim::jaro_winkler(known, name);
    let nearest = names.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)));
    let suggestion = match nearest.filter(|known| likeness(known) > ALIKE) {
        Some(known) => format!("did you mean `{known}`? "),
        None => String::new(),
    };
    format!("no {kind} is called `{name}`; {suggestion}there are: {}", names.join(", "))
}
