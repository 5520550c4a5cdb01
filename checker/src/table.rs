//! Tables drawn from a roster: the overview, the mutants, the exceptions.

use crate::roster::Roster;
use crate::verdict::Kind;
use explorer::escape::Told;
use explorer::escaped;
use model::{Mutant, Profile};
use properties::Property;
use std::fmt::Write;

/// Variant by property: the weakest profile that breaks each cell, with the legend.
pub fn overview(roster: &Roster, properties: &[Property]) -> Told {
    let names = || roster.variants().into_iter().map(Told::of);
    let width = names().map(|name| name.len()).max().unwrap_or(0);
    let mut text = Told::new().padded(width);
    text.extend(properties.iter().map(|property| escaped!(" {}", property.code)));
    for (variant, name) in roster.variants().into_iter().zip(names()) {
        text += escaped!("\n{}", name.padded(width));
        text.extend(properties.iter().map(|one| escaped!(" {}", cell(roster, variant, one))));
    }
    text + escaped!("\n\n") + Told::lines(&legend(roster, properties))
}

fn cell(roster: &Roster, variant: &str, property: &Property) -> String {
    match roster.weakest(variant, property.name) {
        Some((profile, _)) => profile.code.into(),
        None => match roster.worst(variant, property.name) {
            Some(Kind::Holds) => " . ".into(),
            Some(Kind::NotTried) => " ~ ".into(),
            Some(Kind::HoldsUpTo) => " ? ".into(),
            Some(Kind::Violated) | None => "   ".into(),
        },
    }
}

fn legend(roster: &Roster, properties: &[Property]) -> String {
    let used = |p: &&Profile| roster.runs.iter().any(|run| run.profile == p.name);
    let mut text = String::from(
        "a cell names the first platform of this list that breaks the promise; later ones may break it too\n(. holds on all that were checked; ~ not tried on some; ? a search was cut short)\n\nplatforms:\n",
    );
    for profile in Profile::ALL.iter().filter(used) {
        let _ = writeln!(text, "  {} {}: {}", profile.code, profile.name, profile.sentence);
    }
    text += "\npromises:\n";
    for property in properties {
        let _ = writeln!(text, "  {} {}: {}", property.code, property.name, property.sentence);
    }
    text
}

/// One variant, a line for each property: what is said of it under which profiles; with a mark
/// where `is_limit` says that the recommended contract breaks it in the same way.
pub fn portrait(
    roster: &Roster,
    variant: &str,
    properties: &[Property],
    is_limit: impl Fn(&Property) -> bool,
) -> Told {
    let line = |property: &Property| {
        let said = match roster.weakest(variant, property.name) {
            Some((profile, cell)) => format!(
                "VIOLATED under {}; faults: {}; steps: {}{}",
                profile,
                cell.alternatives(),
                cell.steps.unwrap_or_default(),
                if is_limit(property) { "; in hardened, too" } else { "" }
            ),
            None => {
                roster.worst(variant, property.name).map_or_else(String::new, |k| k.to_string())
            }
        };
        escaped!("{} {said}\n", Told::of(property.name).padded(24), said)
    };
    properties.iter().map(line).sum()
}

/// What a variant promises on each platform. Markdown.
pub fn platforms(roster: &Roster, variant: &str) -> String {
    let rows = roster.runs.iter().filter(|run| run.variant == variant).map(|run| {
        let broken = run.verdicts.iter().filter(|(_, cell)| cell.verdict == Kind::Violated);
        let broken: Vec<_> =
            broken.map(|(name, cell)| format!("{name} ({})", cell.alternatives())).collect();
        let all = run.verdicts.values().all(|cell| cell.verdict == Kind::Holds);
        let said = match (broken.is_empty(), all) {
            (true, true) => format!("all {} hold", run.verdicts.len()),
            (true, false) => "none broken, but not all shown to hold".to_owned(),
            (false, _) => broken.join(", "),
        };
        [run.profile.clone(), said]
    });
    markdown(["platform", "promises broken, by fewest faults"], rows)
}

/// How a mutant is told from the hardened contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kill {
    /// The weakest profile under which the mutant breaks it and the hardened contract
    /// does not.
    pub profile: Profile,
    /// The faults it takes.
    pub faults: String,
    pub steps: usize,
}

/// How the property that should notice the missing guard does, or nothing: it survives.
pub fn kill(roster: &Roster, mutant: Mutant) -> Option<Kill> {
    let property = properties::should_notice(mutant);
    Profile::ALL.iter().find_map(|profile| {
        let hardened = roster.run("hardened", profile.name)?.verdicts.get(property)?;
        let cell = roster.run(mutant.name(), profile.name)?.verdicts.get(property)?;
        let noticed = cell.verdict == Kind::Violated && hardened.verdict == Kind::Holds;
        noticed.then(|| Kill {
            profile: *profile,
            faults: cell.faults.clone().unwrap_or_default(),
            steps: cell.steps.unwrap_or_default(),
        })
    })
}

/// Mutant, guard, the property that notices, with the fewest faults. Markdown.
pub fn mutants(roster: &Roster) -> String {
    let rows = Mutant::all().map(|mutant| {
        let property = properties::should_notice(mutant).to_owned();
        let (profile, faults, steps) = match kill(roster, mutant) {
            Some(kill) => (kill.profile.name.into(), kill.faults, kill.steps.to_string()),
            None => ("SURVIVES".to_owned(), String::new(), String::new()),
        };
        [mutant.name().into(), mutant.guard().into(), property, profile, faults, steps]
    });
    markdown(["mutant", "the guard it lacks", "noticed by", "under", "faults", "steps"], rows)
}

/// Where the hardened contract breaks a promise, and why no contract could keep it. Markdown.
pub fn exceptions(roster: &Roster) -> String {
    let rows = properties::ALL.iter().filter_map(|property| {
        let (_, cell) = roster.weakest("hardened", property.name)?;
        let broken = |run: &&crate::roster::Entry| {
            run.variant == "hardened" && run.verdicts[property.name].verdict == Kind::Violated
        };
        let under: Vec<_> = roster.runs.iter().filter(broken).map(|run| &*run.profile).collect();
        Some([
            property.name.to_owned(),
            under.join(", "),
            cell.faults.clone().unwrap_or_default(),
            cell.steps.unwrap_or_default().to_string(),
            excuse(property.name).unwrap_or("NO REASON IS KNOWN").to_owned(),
            format!("[run](../counterexamples/hardened/{}.json)", property.name),
        ])
    });
    let why = "why the contract cannot keep it";
    markdown(["promise", "broken under", "by", "steps", why, "replay"], rows)
}

/// Why no contract can keep this promise under every profile, where that is so.
pub fn excuse(property: &str) -> Option<&'static str> {
    match property {
        "deposits-creditable" => Some(
            "a lost Credit-Notice is lost: TIM3 cannot know about the deposit, and nothing on AO sends the notice again",
        ),
        "holders-can-exit" => Some(
            "a lost release never reaches USDA, and sending it again could pay twice; after a release was paid twice, there is too little for somebody",
        ),
        "fully-backed" | "no-double-release" => Some(
            "USDA has no dedupe: a release that is pushed again is paid again, and TIM3 cannot prevent it",
        ),
        _ => None,
    }
}

/// A table that reads well before it is rendered, too.
fn markdown<const N: usize>(header: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let rows: Vec<_> = std::iter::once(header.map(str::to_owned)).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<_> = (0..N).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!(" {cell:width$} "));
        format!("|{}|\n", cells.collect::<Vec<_>>().join("|"))
    };
    let rule: Vec<_> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
    let body = rows[1..].iter().map(line).collect::<Vec<_>>().concat();
    format!("{}|{}|\n{body}", line(&rows[0]), rule.join("|"))
}
