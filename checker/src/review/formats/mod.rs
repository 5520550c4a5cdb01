//! What a review says, for a terminal, a pull request, a browser, and for other tools.

pub(super) mod annotations;
mod html;
mod junit;
mod markdown;
mod mutation;
mod sarif;
mod terminal;

use super::summary::{Behaviour, ByFaults, PromiseInfo};
use super::upgrade::{Upgrade, UpgradeFaults};
use super::worst_case::{Amounts, WorstCase};
use super::{Change, Schedule};
pub(super) use html::html;
pub(super) use junit::junit;
pub(super) use markdown::markdown;
pub(super) use sarif::sarif;
use std::fmt::Write;
pub(super) use terminal::terminal;

/// The promises that fare like this; those that are kept, only where that is so under every
/// platform.
fn still(promises: &[PromiseInfo], change: Change) -> Vec<&PromiseInfo> {
    let fares = |info: &PromiseInfo, how: fn(&Change, &Change) -> bool| {
        let of_it = promises.iter().filter(|other| other.property == info.property);
        of_it.map(|other| other.change).all(|other| how(&other, &info.change))
    };
    let is_it = |info: &&PromiseInfo| {
        info.change == change && (change != Change::StillHolds || fares(info, PartialEq::eq))
    };
    promises.iter().filter(is_it).collect()
}

/// The ways to fare of which there is nothing to say.
const QUIET: [Change; 3] = [Change::StillBroken, Change::StillVacuous, Change::StillHolds];

fn names(promises: &[&PromiseInfo]) -> String {
    promises.iter().map(|info| info.property).collect::<Vec<_>>().join(", ")
}

/// What the new handlers do with the counterexample of a promise that is still broken.
fn answer(info: &PromiseInfo) -> String {
    match info.schedule.as_ref().map(|schedule| schedule.parted) {
        Some(Some(step)) => format!("{}, they part at step {step}", info.property),
        Some(None) => format!("{}, both do the same with it", info.property),
        None => info.property.to_owned(),
    }
}

/// `hyperbeam, hyper-aos: broken by nothing before, 1 re-push now`.
fn by_faults(ByFaults { profiles, old, new }: &ByFaults) -> String {
    let sets = |sets: &[String]| if sets.is_empty() { "nothing".into() } else { sets.join(" or ") };
    format!("{}: broken by {} before, {} now", profiles.join(", "), sets(old), sets(new))
}

/// `hyperbeam, hyper-aos: by 1 re-push`.
fn by_upgrade(UpgradeFaults { profiles, sets }: &UpgradeFaults) -> String {
    format!("{}: by {}", profiles.join(", "), sets.join(" or "))
}

/// `hyperbeam: 10 before, 20 now`.
fn by_amount(Amounts { profiles, old, new, .. }: &Amounts) -> String {
    format!("{}: {} before, {} now", profiles.join(", "), brief(old), brief(new))
}

/// The schedule that shows a worst case: with the new handlers, or the old ones where nothing
/// can be lost any more.
fn of_worst_case(case: &WorstCase) -> Option<&Schedule> {
    case.new.as_ref().or(case.old.as_ref())
}

/// `12`, or `2.3e77` of a number that nobody would read.
fn brief(amount: &str) -> String {
    let is_long = amount.len() > 20 && amount.bytes().all(|digit| digit.is_ascii_digit());
    if !is_long {
        return amount.to_owned();
    }
    format!("{}.{}e{}", &amount[..1], &amount[1..2], amount.len() - 1)
}

/// How many kinds of difference there are, and how far was searched.
fn extent(behaviour: &Behaviour) -> String {
    let news = behaviour.news().count();
    let accepted = behaviour.differences.len() - news;
    let follow = behaviour.news().filter(|difference| difference.follows).count();
    let kinds = if news == 1 { "kind" } else { "kinds" };
    let mut text = match (news, accepted) {
        (0, 0) => "nobody can tell them apart within these bounds".to_owned(),
        (_, 0) => format!("{news} {kinds} of difference"),
        _ => format!("{news} {kinds} of difference, and {accepted} that are accepted"),
    };
    if follow > 0 {
        let _ = write!(text, ", {follow} of them seen only after another");
    }
    let _ = write!(text, ", in {} states", behaviour.states);
    if !behaviour.besides.is_empty() {
        let _ = write!(text, ", those under {} included", behaviour.besides.join(", "));
    }
    let _ = write!(text, "; bounds {}", behaviour.bounds);
    text + &cut(behaviour.cut.as_deref())
}

/// How far the upgrade was searched.
fn upgraded(upgrade: &Upgrade) -> String {
    let broken = match upgrade.broken.len() {
        0 => "it breaks nothing".to_owned(),
        n => format!("it breaks {n}"),
    };
    let text = format!("{broken}, in {} states; bounds {}", upgrade.states, upgrade.bounds);
    text + &cut(upgrade.cut.as_deref())
}

fn cut(cut: Option<&str>) -> String {
    cut.map(|cut| format!("; HOLDS UP TO: {cut}")).unwrap_or_default()
}

/// The handlers after an upgrade, in their order.
fn handlers(upgrade: &Upgrade) -> String {
    let listed = upgrade.handlers.iter().map(|handler| {
        let age = if handler.is_old { " (STILL THE OLD ONE)" } else { "" };
        format!("{}{age}", handler.name)
    });
    let listed: Vec<_> = listed.collect();
    if listed.is_empty() { "none of them loads".to_owned() } else { listed.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::brief;

    #[test]
    fn numbers_that_nobody_would_read_are_short() {
        assert_eq!(brief("20"), "20");
        assert_eq!(brief("18446744073709551616"), "18446744073709551616");
        let long = format!("23{}", "0".repeat(76));
        assert_eq!(brief(&long), "2.3e77");
        assert_eq!(brief(&format!("-{long}")), format!("-{long}"));
    }
}
