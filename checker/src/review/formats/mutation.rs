//! The small mistakes in the new handlers: those that survived in full, the others
//! in a line each.

use super::syntax::{Md, code};
use crate::review::mutation::{Mutation, Outcome, Shown, Tried};
use crate::review::summary::Summary;
use explorer::escape::{Escaped, Told, Xml};
use explorer::escaped;

/// For a terminal; nothing where it was not asked.
pub(super) fn terminal(summary: &Summary) -> Told {
    let Some(mutation) = &summary.mutation else { return Told::new() };
    let mut text: Told = escaped!(
        "\nmutation: one small mistake in the new handlers at a time\n  {}\n  under {}; bounds {}\n",
        mutation.headline(),
        mutation.profiles.join(", "),
        mutation.bounds
    );
    for tried in &mutation.mutants {
        let (head, schedule) = told(tried);
        text += escaped!("  {head}\n", head);
        let edit = edit(tried).into_iter().chain(schedule.filter(|_| is_open(tried)));
        text.extend(edit.map(|line| escaped!("    {line}\n", line)));
    }
    text
}

/// For a comment on a pull request: what stands there while it is folded, and what is in it.
pub(super) fn markdown(summary: &Summary) -> Option<(Escaped<Xml>, Md)> {
    let mutation = summary.mutation.as_ref()?;
    let items = open(mutation).map(|tried| {
        let (head, schedule) = told(tried);
        let edit = Md::joined(edit(tried).iter().map(code), "<br>");
        let schedule: Option<Md> = schedule.map(|text| escaped!("<br>{text}", text));
        let schedule = schedule.unwrap_or_default();
        escaped!("- **{head}**<br>{edit}{schedule}\n", head, edit, schedule)
    });
    let text = escaped!("{}\n{}\n\n", items.sum::<Md>(), noticed(mutation));
    Some((escaped!("Small mistakes in the new handlers: {}", mutation.headline()), text))
}

pub(super) fn html(summary: &Summary) -> Option<Escaped<Xml>> {
    let mutation = summary.mutation.as_ref()?;
    let item = |tried: &Tried| {
        let (head, schedule) = told(tried);
        let edit = edit(tried);
        let edit = edit.iter().map(|line| escaped!("<code>{line}</code>", line));
        let edit = Escaped::<Xml>::joined(edit, "<br>");
        let schedule: Option<Escaped<Xml>> = schedule.map(|text| escaped!("<br>{text}", text));
        let schedule = schedule.unwrap_or_default();
        escaped!("<li>{head}<br>{edit}{schedule}</li>\n", head, edit, schedule)
    };
    let all = mutation.mutants.iter().map(item).sum::<Escaped<Xml>>();
    Some(escaped!("<p>{}.</p>\n<ul>\n{all}</ul>\n", mutation.headline(), all))
}

/// The mistakes that a reader has to look at.
fn open(mutation: &Mutation) -> impl Iterator<Item = &Tried> {
    mutation.mutants.iter().filter(|tried| is_open(tried))
}

fn is_open(tried: &Tried) -> bool {
    matches!(tried.outcome, Outcome::Survived(_) | Outcome::Undecided { .. })
}

/// What happened to it, and the schedule that shows it, if one does.
fn told(Tried { operator, file, line, outcome, .. }: &Tried) -> (String, Option<String>) {
    let (what, schedule) = match outcome {
        Outcome::Survived(shown) => (format!("SURVIVED: {}", shown.what), Some(scheduled(shown))),
        Outcome::Undecided { why } => (format!("UNDECIDED: {why}"), None),
        Outcome::Same => ("it cannot be told from the new handlers".to_owned(), None),
        Outcome::Noticed { properties, by } => (
            format!("noticed by {} under {}", properties.join(", "), by.profile),
            Some(scheduled(by)),
        ),
        Outcome::Refused { why } => (format!("refused: {why}"), None),
    };
    let of = file.as_ref().map(|file| format!("{file} ")).unwrap_or_default();
    (format!("{of}line {line}, {operator}: {what}"), schedule)
}

fn scheduled(Shown { profile, faults, actions, .. }: &Shown) -> String {
    format!("under {profile}, faults: {faults}; {}", actions.join("; "))
}

/// What stood there, and what stands there now.
fn edit(Tried { before, after, .. }: &Tried) -> [String; 2] {
    let after = if after.is_empty() { "(nothing)" } else { after };
    [format!("- {}", short(before)), format!("+ {}", short(after))]
}

/// As much of a text as can be taken in.
fn short(text: &str) -> String {
    const MOST: usize = 160;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST).collect::<String>() + " ..."
}

/// Which promises notice how many.
fn noticed(mutation: &Mutation) -> String {
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    for tried in &mutation.mutants {
        if let Outcome::Noticed { properties, .. } = &tried.outcome {
            for property in properties {
                *counts.entry(property).or_default() += 1;
            }
        }
    }
    let counts: Vec<_> = counts.iter().map(|(name, count)| format!("{name} {count}")).collect();
    format!("Noticed first by: {}.", counts.join(", "))
}
