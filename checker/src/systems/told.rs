//! What a check of a system says, as text.

use super::cut;
use crate::not_tried::notes;
use crate::report::collisions;
use crate::settings::Settings;
use explorer::escape::Told;
use explorer::escaped;
use explorer::words::ranges;
use page::Checked;
use page::schedule::Schedule;
use page::verdict::{Kind, NotTried, Noticed, Verdict};

/// The report of a check.
pub fn told(checked: &Checked, platform: Option<&str>, settings: &Settings) -> Told {
    let mut text = if let Some(platform) = platform {
        escaped!("{}, on {platform}\n", checked.page, platform)
    } else {
        escaped!("{}\n", checked.page)
    };
    let missed = |is_said: bool| -> Told {
        let missed = checked.not_tried.iter();
        let missed = missed.filter(|missed| missed.because.is_some() == is_said);
        let line = |missed: &NotTried| {
            let code = code(missed);
            match &missed.because {
                None => escaped!("  {} {code}\n", missed.file, code),
                Some(why) => escaped!("  {} {code}: {why}\n", missed.file, code, why),
            }
        };
        missed.map(line).sum()
    };
    if let Some(cut) = cut(checked, settings) {
        text += escaped!(
            "\nNOT DECIDED: the search was {cut}, so only what is broken is certain\n",
            cut
        );
    }
    let here = missed(false);
    if !here.is_empty() {
        text += escaped!("\nNOT TRIED: no message made this code run\n{here}", here);
    }
    let dependences = notes(&checked.dependences);
    if !dependences.is_empty() {
        let lines: Told = dependences.iter().map(|line| escaped!("  {line}\n", line)).sum();
        text += escaped!("\nNOT TRIED: other things that the code reads\n{lines}", lines);
    }
    let said = missed(true);
    if !said.is_empty() {
        text += escaped!("\nNot tried, as the page says:\n{said}", said);
    }
    let list =
        |lines: &[String]| -> Told { lines.iter().map(|line| escaped!("  {line}\n", line)).sum() };
    if !checked.never_done.is_empty() {
        text += escaped!("\nNOT TRIED:\n{never}", never = list(&checked.never_done));
    }
    if !checked.notes.is_empty() {
        text += escaped!("\nNote:\n{notes}", notes = list(&checked.notes));
    }
    text += escaped!("\nTried: every order of messages; up to {}\n\n", network(checked));
    let width = checked.verdicts.iter().map(|verdict| Told::of(&verdict.promise).len()).max();
    for verdict in &checked.verdicts {
        let name = Told::of(&verdict.promise).padded(width.unwrap_or_default());
        text += escaped!("  {name}  {how}\n", name, how = how(verdict));
    }
    for Verdict { promise, kind, schedule, because } in &checked.verdicts {
        if let (Kind::Violated | Kind::Excepted, Some(schedule)) = (kind, schedule) {
            text += escaped!("\n{promise}: {why}\n", promise, why = clause(schedule));
            if let Some(because) = because {
                text += escaped!("  The page allows this: {because}\n", because);
            }
            text += steps(schedule);
        }
    }
    text += variants(checked);
    text += escaped!("\n{} states, the last after {} steps\n", checked.states, checked.depth);
    text + escaped!("{}", collisions(checked.collision_probability()))
}

fn variants(checked: &Checked) -> Told {
    if checked.variants.is_empty() {
        return Told::new();
    }
    let line = |Noticed { variant, verdict, .. }: &Noticed| {
        let (promise, how) = (&verdict.promise, how(verdict));
        let missed = matches!(verdict.kind, Kind::Holds | Kind::HoldsAfterAll | Kind::Seen);
        let (not, still) =
            if missed { ("NOT NOTICED: ", ", with the mistake in") } else { ("", "") };
        escaped!(
            "  {variant}: {not}\"{promise}\" {how}{still}\n",
            variant,
            not,
            promise,
            how,
            still
        )
    };
    let lines: Told = checked.variants.iter().map(line).sum();
    escaped!("\nWith a mistake on purpose:\n{lines}", lines)
}

/// The code that never ran: `line 3, 7-9; branches 12 (then), 14 (loop)`.
pub fn code(missed: &NotTried) -> String {
    let lines = (!missed.lines.is_empty()).then(|| format!("line {}", ranges(&missed.lines)));
    let branches = &missed.branches;
    let branches = (!branches.is_empty()).then(|| format!("branches {}", branches.join(", ")));
    lines.into_iter().chain(branches).collect::<Vec<_>>().join("; ")
}

/// How a promise stands, whatever the page allows.
pub fn stands(verdict: &Verdict) -> String {
    match (verdict.kind, &verdict.schedule) {
        (Kind::Violated | Kind::Excepted, Some(schedule)) => {
            format!("breaks in {}", toll(schedule))
        }
        (Kind::Violated | Kind::Excepted, None) => "breaks".to_owned(),
        (Kind::Holds | Kind::HoldsAfterAll, _) => "holds".to_owned(),
        (Kind::Seen, Some(schedule)) => format!("seen after {}", toll(schedule)),
        (Kind::Seen, None) => "seen".to_owned(),
        (Kind::NotSeen, _) => "never seen".to_owned(),
        (Kind::NotDecided, _) => "not decided".to_owned(),
    }
}

/// How a promise stands, in a few words.
pub fn how(verdict: &Verdict) -> String {
    match (verdict.kind, &verdict.schedule) {
        (Kind::Violated, Some(schedule)) => format!("VIOLATED in {}", toll(schedule)),
        (Kind::Excepted, Some(schedule)) => {
            format!("broken in {}, which the page allows", toll(schedule))
        }
        (Kind::Excepted, None) => "broken, which the page allows".to_owned(),
        (Kind::Seen, Some(schedule)) => format!("seen after {}", toll(schedule)),
        (Kind::Violated, None) => "VIOLATED".to_owned(),
        (Kind::Seen, None) => "seen".to_owned(),
        (Kind::Holds, _) => "holds".to_owned(),
        (Kind::HoldsAfterAll, _) => {
            "HOLDS, though the page allows it to break; leave out the exception".to_owned()
        }
        (Kind::NotSeen, _) => "NOT SEEN in any state".to_owned(),
        (Kind::NotDecided, _) => "not decided".to_owned(),
    }
}

/// How many steps and faults it takes: `7 steps, 1 repeated`.
fn toll(schedule: &Schedule) -> String {
    let steps = match schedule.steps.len() {
        1 => "1 step".to_owned(),
        steps => format!("{steps} steps"),
    };
    format!("{steps}{}", faults(schedule))
}

fn faults(schedule: &Schedule) -> String {
    let counted = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let lost = counted(schedule.lost, "lost");
    let repeated = counted(schedule.repeated, "repeated");
    let faults: Vec<_> = lost.into_iter().chain(repeated).collect();
    if faults.is_empty() { ", no fault".to_owned() } else { format!(", {}", faults.join(", ")) }
}

/// What is so after the last step.
pub fn clause(schedule: &Schedule) -> &str {
    if schedule.clause.is_empty() { "the shortest run" } else { &schedule.clause }
}

/// The steps of a schedule, numbered.
pub fn steps(schedule: &Schedule) -> Told {
    let step = |(place, step): (usize, &page::schedule::Step)| {
        let effects = step.effects.iter().map(|effect| escaped!("       {effect}\n", effect));
        let effects: Told = effects.sum();
        escaped!("  {place:>3}. {}\n{effects}", step.what, place = place + 1, effects = effects)
    };
    schedule.steps.iter().enumerate().map(step).sum()
}

/// What the network may do, in words.
pub(super) fn network(checked: &Checked) -> String {
    let lost = checked.lost;
    if checked.is_always_repeated {
        return format!("{lost} lost, and each comes a second time or does not");
    }
    format!("{lost} lost and {} that come a second time", checked.repeated)
}
