//! A review in the Static Analysis Results Interchange Format, version 2.1.0: what is worse as
//! errors on the lines of the new handlers, with the steps as code flows.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use super::words::{accepted, by_amount, by_upgrade, news, of_worst_case, undecided, under};
use crate::review::Change;
use crate::review::schedule::Schedule;
use crate::review::summary::{PromiseInfo, Summary};
use explorer::escape::{Escaped, Format, Visible, json_lines};
use explorer::escaped;
use explorer::words::ranges;
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The name under which a finding is known from one review to the next.
const FINGERPRINT: &str = "tim3/1";

/// All that is worse, as errors, and what else has changed, as notes.
pub fn sarif(summary: &Summary) -> String {
    let findings = findings(summary);
    let rules: BTreeMap<_, _> = findings.iter().map(|one| (one.rule, one.descriptor())).collect();
    let rules: Vec<_> = rules.into_values().collect();
    let driver = json!({ "name": "tim3", "version": summary.version, "rules": rules });
    let results: Vec<_> = findings.iter().map(Finding::result).collect();
    let run = json!({ "tool": { "driver": driver }, "results": results });
    let log = json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] });
    json_lines(&log)
}

/// Messages of plain text, in which braces are placeholders and brackets are links (SARIF 2.1.0,
/// sections 3.11.5 and 3.11.6).
#[derive(Clone, Copy, Debug)]
struct Sarif;

type Words = Escaped<Sarif>;

impl Format for Sarif {
    fn escape(text: &Visible) -> Cow<'_, str> {
        let mut escaped = String::with_capacity(text.as_str().len());
        for c in text.as_str().chars() {
            match c {
                '{' | '}' => escaped.extend([c, c]),
                '[' | ']' | '\\' => escaped.extend(['\\', c]),
                c => escaped.push(c),
            }
        }
        escaped.into()
    }
}

/// How much a finding matters (SARIF 2.1.0, section 3.27.10).
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Error,
    Warning,
    Note,
}

/// Lines of a file that ran.
struct Ran {
    /// As the command line names it, or beside that.
    file: String,
    is_main: bool,
    lines: Vec<u32>,
}

/// Something to be said at a line.
struct Finding<'a> {
    rule: &'a str,
    sentence: &'a str,
    why: &'a str,
    level: Level,
    text: Words,
    fingerprint: String,
    schedule: Option<&'a Schedule>,
    /// The file whose lines ran; nothing for a built-in variant.
    file: Option<&'a str>,
    /// What is called like this has the file.
    side: &'a str,
}

fn findings(summary: &Summary) -> Vec<Finding<'_>> {
    let mut all: Vec<_> = news(summary).map(|info| promise(summary, info)).collect();
    all.extend(summary.upgrade.broken.iter().map(|broken| {
        let faults = by_upgrade(broken, summary);
        Finding {
            rule: broken.property,
            sentence: broken.sentence,
            why: broken.why,
            level: Level::Error,
            text: escaped!("broken by the upgrade: {}. {}", broken.sentence, faults.join("; ")),
            fingerprint: format!("upgrade/{}", broken.property),
            schedule: Some(&broken.schedule),
            file: summary.file.as_deref(),
            side: &summary.new,
        }
    }));
    all.extend(summary.worst_cases.iter().filter(|case| case.is_worse()).map(|case| {
        let amounts = by_amount(case, summary, true);
        Finding {
            rule: case.measure,
            sentence: case.sentence,
            why: "more can be lost than before",
            level: Level::Error,
            text: escaped!("more can be lost: {}. {}", case.sentence, amounts.join("; ")),
            fingerprint: format!("worst/{}", case.measure),
            schedule: of_worst_case(case),
            file: summary.file.as_deref(),
            side: &summary.new,
        }
    }));
    let accepted = accepted(summary).into_iter().zip(summary.behaviour.accepted());
    let differences = summary.behaviour.news().map(|one| (one.what.clone(), one)).chain(accepted);
    all.extend(differences.map(|(text, difference)| Finding {
        rule: "behaviour",
        sentence: "both versions behave identically to an observer",
        why: "a difference may be meant, and should then be accepted by name",
        level: Level::Note,
        text: Words::of(&text),
        fingerprint: format!("behaviour/{}", difference.what),
        schedule: Some(&difference.schedule),
        file: summary.file.as_deref(),
        side: &summary.new,
    }));
    let about = |text: String, rule, sentence, level| Finding {
        rule,
        sentence,
        why: "what was not searched says nothing about the change",
        level,
        fingerprint: format!("{rule}/{text}"),
        text: Words::of(&text),
        schedule: None,
        file: summary.file.as_deref(),
        side: &summary.new,
    };
    let open = undecided(summary).into_iter();
    all.extend(open.map(|text| about(text, "undecided", "every search ends", Level::Warning)));
    let notes = summary.notes.iter().cloned();
    all.extend(notes.map(|text| about(text, "files", "what a review uses is named", Level::Note)));
    all
}

fn promise<'a>(summary: &'a Summary, info: &'a PromiseInfo) -> Finding<'a> {
    let faults = under(info, summary);
    let (file, side) = if info.is_of_new {
        (&summary.file, &summary.new)
    } else {
        (&summary.old_file, &summary.old)
    };
    Finding {
        rule: info.property,
        sentence: info.sentence,
        why: info.why,
        level: match info.change {
            Change::Inconclusive => Level::Warning,
            change if change.is_worse() => Level::Error,
            _ => Level::Note,
        },
        text: escaped!("{}: {}. {}", info.change.name(), info.sentence, faults.join("; ")),
        fingerprint: format!("{}/{}", info.change.key(), info.property),
        schedule: info.schedule.as_ref(),
        file: file.as_deref(),
        side,
    }
}

impl Finding<'_> {
    fn descriptor(&self) -> Value {
        json!({
            "id": self.rule,
            "shortDescription": message(&Words::of(self.sentence)),
            "help": message(&Words::of(self.why)),
        })
    }

    fn result(&self) -> Value {
        let flows: Vec<_> = self.schedule.map(|schedule| self.flow(schedule)).into_iter().collect();
        json!({
            "ruleId": self.rule,
            "level": self.level,
            "message": message(&self.text),
            "locations": [self.location(self.last_lines().as_ref(), None)],
            "partialFingerprints": { FINGERPRINT: self.fingerprint },
            "codeFlows": flows,
        })
    }

    /// What ran in the last step in which any lines did.
    fn last_lines(&self) -> Option<Ran> {
        let steps = self.schedule.map_or(0, |schedule| schedule.actions.len());
        let ran =
            |step| self.schedule.and_then(|schedule| self.ran(schedule, step).into_iter().next());
        (1..=steps).rev().find_map(ran)
    }

    /// What ran in a step of the file, and of the modules beside it.
    fn ran(&self, schedule: &Schedule, step: usize) -> Vec<Ran> {
        let (Some(main), Some(name)) = (self.file, schedule.file()) else { return Vec::new() };
        let called = main.rsplit('/').next().map(explorer::names::of_file);
        if called.is_none_or(|called| called != name) {
            return Vec::new();
        }
        let beside = |module: &str| Path::new(main).with_file_name(module).display().to_string();
        let of = |(file, lines): (&str, Vec<u32>)| {
            let is_main = file == name;
            Ran { file: if is_main { main.to_owned() } else { beside(file) }, is_main, lines }
        };
        schedule.ran(step).into_iter().map(of).collect()
    }

    fn flow(&self, schedule: &Schedule) -> Value {
        let steps = schedule.actions.iter().zip(schedule.sentences()).enumerate();
        let step = |(place, (action, sentence)): (usize, (&String, &str))| {
            let all = self.ran(schedule, place + 1);
            let of_file = |one: &Ran| {
                let of = if one.is_main { String::new() } else { format!("{} ", one.file) };
                format!("{of}lines {}", ranges(&one.lines))
            };
            let ran = match &all[..] {
                [] => String::new(),
                all => format!("; ran {}", all.iter().map(of_file).collect::<Vec<_>>().join(", ")),
            };
            let text = escaped!("{}. {sentence} ({action}){ran}", place + 1, sentence, action, ran);
            json!({ "location": self.location(all.first(), Some(text)) })
        };
        let text: Words = escaped!("under {}, faults: {}", schedule.profile, schedule.faults);
        let locations: Vec<_> = steps.map(step).collect();
        json!({
            "message": message(&text),
            "threadFlows": [{ "locations": locations }],
        })
    }

    /// Lines of the file, or the contract where it has none.
    fn location(&self, ran: Option<&Ran>, text: Option<Words>) -> Value {
        let mut location = match self.file {
            None => json!({ "logicalLocations": [{ "fullyQualifiedName": self.side }] }),
            Some(file) => {
                let (file, lines) = ran.map_or((file, &[][..]), |ran| (&ran.file, &ran.lines));
                let line = |line: Option<&u32>| line.copied().unwrap_or(1);
                json!({ "physicalLocation": {
                    "artifactLocation": { "uri": uri(file) },
                    "region": { "startLine": line(lines.first()), "endLine": line(lines.last()) },
                } })
            }
        };
        if let Some(text) = text {
            location["message"] = message(&text);
        }
        location
    }
}

fn message(words: &Words) -> Value {
    json!({ "text": words.as_str() })
}

/// A file as a reference that is relative to where the review ran.
fn uri(file: &str) -> String {
    let file = file.strip_prefix("./").unwrap_or(file);
    // Two slashes would begin with the name of a machine.
    let more = file.bytes().take_while(|byte| *byte == b'/').count().saturating_sub(1);
    let file = &file[more..];
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let letter = |byte: u8| {
        if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    file.bytes().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::{Words, uri};

    #[test]
    fn no_message_has_a_placeholder_or_a_link() {
        let words = Words::of("{0} [a](1) \\ \n");
        assert_eq!(words.as_str(), r"{{0}} \[a\](1) \\\\ \\n");
    }

    #[test]
    fn the_name_of_a_file_is_a_reference() {
        assert_eq!(uri("./model/lua/a b%.lua"), "model/lua/a%20b%25.lua");
        assert_eq!(uri("é.lua"), "%C3%A9.lua");
        assert_eq!(uri("//evil.example/a:b?c#d\n.lua"), "/evil.example/a%3Ab%3Fc%23d%0A.lua");
    }
}
