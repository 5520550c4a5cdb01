//! A text that says how promises of systems stand, beside what a search of each says now.
//!
//! A name of a system in backquotes, such as `tim3-v1`, says whose promises come next, up to the
//! end of the cell of a table, or of the line. A promise, or a mistake on purpose, is evidence
//! where its verdict stands behind it: "every token is backed" *breaks in 7 steps, 1 repeated*.

use super::told::stands;
use super::{check_page, cut};
use crate::cli::{ClaimsArgs, Format, PAGE};
use crate::commands::{Answer, Failure};
use crate::console::Output;
use crate::exit_code::Exit;
use crate::files;
use crate::progress::Watcher;
use explorer::escape::{Told, json_lines};
use explorer::{escaped, text_file};
use page::{Checked, How, Place};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A promise of a system, and how a text says that it stands.
#[derive(Debug, PartialEq, Eq)]
struct Evidence {
    /// The line of the text, counted from 1.
    line: usize,
    system: String,
    /// The name of the promise, or of the mistake.
    name: String,
    /// Where its verdict is in the text; nothing if none is said.
    said: Option<Range<usize>>,
}

/// The same, with what a search says.
#[derive(Serialize)]
struct Judged {
    line: usize,
    /// What the line is about.
    claim: String,
    system: String,
    promise: String,
    /// How it stands.
    is: String,
    /// What the text says, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    said: Option<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    file: &'a Path,
    claims: &'a [Judged],
    exit: Exit,
}

/// Searches the systems that a text names, and compares.
///
/// # Errors
/// What is wrong with the text, a system, or the command line.
pub fn claims(args: &ClaimsArgs) -> Result<Answer, Failure> {
    let text = text_file::read_as("a text with claims", &args.file)
        .map_err(|error| Failure::usage(&error))?;
    let is_system = |name: &str| page_of(&args.systems, name).is_file();
    let evidence = evidence(&text, is_system);
    if evidence.is_empty() {
        let (file, systems) = (args.file.display(), args.systems.display());
        return Err(Failure::usage(&format!(
            "{file}: it names no promise of a system in {systems}; write the name of a system in backquotes and then \"a promise\" *?*, or say where the systems are with --systems"
        )));
    }
    let names: BTreeSet<_> = evidence.iter().map(|one| one.system.as_str()).collect();
    let settings = args.settings();
    let watcher = Watcher::new(names.len(), args.quiet);
    let mut checked = BTreeMap::new();
    for name in names {
        let page = page_of(&args.systems, name);
        let found = check_page(&How::whole(), Place::of(&page), &settings, &watcher)?;
        checked.insert(name, found);
    }
    watcher.done();
    let judged = judged(&text, &evidence, &checked)
        .map_err(|(line, why)| Failure::usage(&format!("{}:{line}: {why}", args.file.display())))?;
    if args.update {
        let updated = updated(&text, &evidence, &judged);
        if updated != text {
            files::save(&args.file, &updated)?;
        }
    }
    let is_cut = checked.values().any(|one| cut(one, &settings).is_some());
    let differs = !args.update && judged.iter().any(|one| one.said.is_some());
    let exit = match (differs, is_cut) {
        (true, _) => Exit::Violation,
        (false, true) => Exit::Inconclusive,
        (false, false) => Exit::Expected,
    };
    let output = match args.format {
        Format::Json => Output::Document(json_lines(&Document {
            schema: "tim3-claims/1",
            file: &args.file,
            claims: &judged,
            exit,
        })),
        Format::Text => Output::Told(told(&text, &judged, args)),
    };
    Ok(Answer { output, exit })
}

fn page_of(systems: &Path, name: &str) -> PathBuf {
    systems.join(name).join(PAGE)
}

/// What a text says of systems, in its order.
fn evidence(text: &str, is_system: impl Fn(&str) -> bool) -> Vec<Evidence> {
    let (mut all, mut start, mut is_code) = (Vec::new(), 0, false);
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        is_code ^= line.starts_with("```");
        if !is_code {
            let mut from = start;
            for part in line.split_inclusive('|') {
                all.extend(evidence_of(part, (number, from), &is_system));
                from += part.len();
            }
        }
        start += line.len();
    }
    all
}

fn evidence_of(
    part: &str,
    (line, start): (usize, usize),
    is_system: impl Fn(&str) -> bool,
) -> Vec<Evidence> {
    let (mut all, mut system, mut at) = (Vec::new(), None, 0);
    while let Some(found) = part[at..].find(['`', '"']) {
        let (open, mark) = (at + found + 1, &part[at + found..=at + found]);
        let Some(length) = part[open..].find(mark) else { break };
        let name = &part[open..open + length];
        at = open + length + 1;
        match &system {
            _ if mark == "`" && is_system(name) => system = Some(name.to_owned()),
            Some(system) if mark == "\"" => {
                let said = part[at..].strip_prefix(" *").and_then(|rest| rest.find('*'));
                let said = said.map(|length| at + 2..at + 2 + length);
                at = said.as_ref().map_or(at, |said| said.end + 1);
                let said = said.map(|said| start + said.start..start + said.end);
                all.push(Evidence { line, system: system.clone(), name: name.to_owned(), said });
            }
            _ => {}
        }
    }
    all
}

/// What the searches say of the evidence. What is no promise and has no verdict is no evidence.
fn judged(
    text: &str,
    evidence: &[Evidence],
    checked: &BTreeMap<&str, Checked>,
) -> Result<Vec<Judged>, (usize, String)> {
    let mut judged = Vec::new();
    for (place, Evidence { line, system, name, said }) in evidence.iter().enumerate() {
        let found = &checked[system.as_str()];
        let variant = found.variants.iter().find(|noticed| noticed.variant == *name);
        let variant = variant.map(|noticed| &noticed.verdict);
        let promise = found.verdicts.iter().find(|verdict| verdict.promise == *name);
        let verdict = match (variant.or(promise), said) {
            (Some(verdict), Some(_)) => verdict,
            (None, None) => continue,
            (None, Some(_)) => {
                return Err((*line, format!("{system} has no promise and no mistake \"{name}\"")));
            }
            (Some(verdict), None) => {
                // A mistake behind it says how it stands with that.
                let next = evidence.get(place + 1).filter(|next| next.line == *line);
                let edit = next.and_then(|next| {
                    found.variants.iter().find(|noticed| noticed.variant == next.name)
                });
                if edit.is_some_and(|edit| edit.verdict.promise == *name) {
                    continue;
                }
                let is = stands(verdict);
                let why = format!("it does not say how \"{name}\" stands; write *{is}* behind it");
                return Err((*line, why));
            }
        };
        let is = stands(verdict);
        let said = said.as_ref().map(|said| &text[said.clone()]).unwrap_or_default();
        judged.push(Judged {
            line: *line,
            claim: claim(text, *line),
            system: system.clone(),
            promise: name.clone(),
            said: (said != is).then(|| said.to_owned()),
            is,
        });
    }
    Ok(judged)
}

/// What a line is about: the first cell of a row, or the line without what stands behind its
/// first sentence.
fn claim(text: &str, line: usize) -> String {
    let line = text.lines().nth(line - 1).unwrap_or_default();
    match cells(line).as_deref() {
        Some([first, ..]) => (*first).to_owned(),
        _ => line.split_inclusive(". ").next().unwrap_or_default().trim().to_owned(),
    }
}

/// The cells of a row of a table.
fn cells(line: &str) -> Option<Vec<&str>> {
    let row = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(row.split('|').map(str::trim).collect())
}

/// The text with the verdicts that the searches found.
fn updated(text: &str, evidence: &[Evidence], judged: &[Judged]) -> String {
    let places = evidence.iter().filter_map(|one| one.said.clone());
    let places: Vec<_> = places.zip(judged).collect();
    let mut updated = text.to_owned();
    for (place, Judged { is, .. }) in places.into_iter().rev() {
        updated.replace_range(place, is);
    }
    updated
}

fn told(text: &str, judged: &[Judged], args: &ClaimsArgs) -> Told {
    let mut out = escaped!("{}\n", args.file.display());
    let (mut line, mut system) = (0, "");
    for one in judged {
        if one.line != line {
            out += after(text, line);
            out += escaped!("\n{}\n", one.claim);
            (line, system) = (one.line, "");
        }
        if one.system != system {
            system = &one.system;
            out += escaped!("  {system}\n", system);
        }
        out += escaped!("    {}: {}\n", one.promise, one.is);
        if let Some(said) = &one.said {
            let (file, line) = (args.file.display(), one.line);
            let now = if args.update { "it said" } else { "DIFFERENT: it says" };
            out += escaped!("      {now} \"{said}\" ({file}:{line})\n", now, said, file, line);
        }
    }
    out += after(text, line);
    let different = judged.iter().filter(|one| one.said.is_some()).count();
    let all = judged.len();
    let end = match (different, args.update) {
        (0, _) => escaped!("all {all} verdicts are as it says", all),
        (_, true) => {
            escaped!("{different} of {all} verdicts are brought up to date", different, all)
        }
        (_, false) => escaped!(
            "{different} of {all} verdicts are DIFFERENT; --update writes those that were found",
            different,
            all
        ),
    };
    out + escaped!("\n{end}\n", end)
}

/// What a row says in plain words: its last cell, if that has no evidence.
fn after(text: &str, line: usize) -> Told {
    let line = line.checked_sub(1).and_then(|line| text.lines().nth(line)).unwrap_or_default();
    let last = cells(line).and_then(|cells| cells.last().map(|last| (*last).to_owned()));
    match last.filter(|last| !last.contains("\" *")) {
        Some(last) => escaped!("  {last}\n", last),
        None => Told::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::evidence;

    #[test]
    fn a_name_in_backquotes_says_whose_promises_come_next() {
        let text = "| \"a claim\" | `one`: \"p\" *holds*, `x` and \"q\" | \"r\" *holds* |\n```\n`one` \"c\" *holds*\n```\n`two` has \"s\" *?*";
        let found = evidence(text, |name| ["one", "two"].contains(&name));
        let said = |range: &Option<std::ops::Range<usize>>| {
            range.as_ref().map(|range| text[range.clone()].to_owned())
        };
        let found: Vec<_> =
            found.iter().map(|one| (one.line, &*one.system, &*one.name, said(&one.said))).collect();
        let holds = Some("holds".to_owned());
        let seen = Some("?".to_owned());
        assert_eq!(found, [(1, "one", "p", holds), (1, "one", "q", None), (5, "two", "s", seen)]);
    }
}
