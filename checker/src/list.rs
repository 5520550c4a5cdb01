//! `list`: all names that the command line takes.

use crate::cli::Listed;
use model::{Bounds, Fault, Mutant, Profile, Reduction, Trick, Variant};

/// The names of one kind, or of all, each with what it stands for.
pub fn list(what: Option<Listed>) -> String {
    let sections = [
        (Listed::Variants, "variants", variants()),
        (Listed::Platforms, "platforms, weakest first", profiles()),
        (
            Listed::Promises,
            "promises",
            rows(
                properties::ALL
                    .into_iter()
                    .chain(properties::of_lua())
                    .map(|p| (p.name, p.sentence)),
            ),
        ),
        (Listed::Bounds, "bounds", bounds()),
        (Listed::Faults, "faults", faults()),
        (
            Listed::Tricks,
            "tricks of the stranger",
            rows(Trick::ALL.iter().map(|t| (t.name(), t.sentence()))),
        ),
        (
            Listed::Reductions,
            "reductions of the state space",
            rows(Reduction::ALL.iter().map(|one| (one.name(), one.sentence()))),
        ),
    ];
    let chosen = sections.into_iter().filter(|(kind, ..)| what.is_none_or(|what| what == *kind));
    let text: Vec<_> = chosen.map(|(_, title, rows)| format!("{title}:\n{rows}")).collect();
    text.join("\n")
}

fn variants() -> String {
    let designs = Variant::all().filter(|v| !matches!(v, Variant::Mutant(_)));
    let designs = rows(designs.map(|v| (v.name(), v.sentence())));
    let mutants = rows(Mutant::all().map(|m| (m.name(), m.guard())));
    format!("{designs}\nmutants, each the hardened contract without this guard:\n{mutants}")
}

fn profiles() -> String {
    let profile = |p: &Profile| {
        let faults: Vec<_> =
            Fault::ALL.into_iter().filter(|f| p.allows(*f)).map(Fault::name).collect();
        let faults = if faults.is_empty() { "none".into() } else { faults.join(", ") };
        format!(
            "  {}\n      {}\n      faults: {faults}\n      evidence: {}\n",
            p.name, p.sentence, p.evidence
        )
    };
    Profile::ALL.iter().map(profile).collect::<Vec<_>>().concat()
}

fn faults() -> String {
    let fault = |f: Fault| {
        format!("  {}\n      {}\n      caused by {}\n", f.name(), f.sentence(), f.caused_by())
    };
    Fault::ALL.map(fault).concat()
}

fn bounds() -> String {
    Bounds::NAMED.map(|(_, bounds)| format!("  {bounds}\n")).concat()
}

fn rows<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let rows: Vec<_> = rows.collect();
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let row = |(name, what): &(&str, &str)| format!("  {name:width$}  {what}\n");
    rows.iter().map(row).collect::<Vec<_>>().concat()
}
