//! Every text of a review that a contract, a file or a command says is hostile: each format still
//! has the structure that it has with harmless ones.

#[path = "../../../../explorer/tests/exports/hostile.rs"]
mod hostile;

use super::annotations::annotations;
use crate::progress::Watcher;
use crate::review::mutation::{Mutation, NotTried, Outcome, Shown, Tried};
use crate::review::summary::Summary;
use crate::review::upgrade::Handler;
use crate::review::{Kept, Review, Schedule, Searches, Side};
use crate::settings::Settings;
use explorer::escape::Visible;
use hostile::{NO_LINES, harm, hostile, undone};
use model::{Bounds, Deployed, Profile, Subject};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser};

/// A review in which something of each kind is said, under one platform.
fn reviewed() -> Summary {
    let source = model::contract::HARDENED_LUA;
    let worse = source.replace("Seen[id] = true", "").replace("Insufficient Balance", "No");
    let side = |text: &str, given: &str| {
        let lua = Deployed::new("a.lua", text, model::deployed::Manner::default());
        let subject = Subject::Lua(lua.expect("it loads"), model::usda::Usda::default());
        Side { given: given.to_owned(), subject }
    };
    let bounds: Bounds = "tiny".parse().expect("bounds");
    let profiles: Vec<Profile> = vec!["legacynet-no-su-filter".parse().expect("a platform")];
    let (settings, watcher, kept) = (Settings::default(), Watcher::new(1, true), Kept::nothing());
    let searches = Searches { settings, watcher: &watcher, kept: &kept };
    let (old, new) = (side(source, "./a.lua"), side(&worse, "./b.lua"));
    let review = Review::of(old, new, (bounds, &profiles), &searches);
    let mut summary = Summary::of(&review.unwrap_or_else(|failure| panic!("{}", failure.message)));
    assert!(summary.behaviour.news().next().is_some() && summary.counts.worse > 0);
    summary.upgrade.handlers.push(Handler { name: "old".to_owned(), is_old: true });
    summary.behaviour.accepted_in_vain.push("accepted".to_owned());
    summary.mutation = Some(mutation(bounds));
    summary
}

fn mutation(bounds: Bounds) -> Mutation {
    let shown = || Shown {
        what: "what".to_owned(),
        profile: "lossy",
        faults: "faults".to_owned(),
        actions: vec!["one".to_owned(), "two".to_owned()],
    };
    let outcomes = [
        Outcome::Survived(shown()),
        Outcome::Undecided { why: "why".to_owned() },
        Outcome::Noticed { properties: vec!["burns-burn"], by: shown() },
        Outcome::Refused { why: "why".to_owned() },
    ];
    let tried = |outcome| Tried {
        file: None,
        operator: "operator",
        sentence: "sentence",
        line: 1,
        before: "before".to_owned(),
        after: "after".to_owned(),
        outcome,
    };
    let mutants: Vec<_> = outcomes.into_iter().map(tried).collect();
    let profiles = vec!["lossy"];
    let not_tried = Some(NotTried { mistakes: 3, why: "why".to_owned() });
    Mutation {
        bounds,
        profiles,
        noticed: 1,
        same: 0,
        survived: 1,
        undecided: 1,
        not_tried,
        mutants,
    }
}

/// The texts of a review that are not ours.
fn texts(summary: &mut Summary) -> Vec<&mut String> {
    let mut all = vec![&mut summary.old, &mut summary.new];
    all.extend(summary.old_file.iter_mut().chain(&mut summary.file));
    all.extend(&mut summary.behaviour.accepted_in_vain);
    all.extend(summary.behaviour.cut.iter_mut().chain(&mut summary.upgrade.cut));
    all.extend(summary.upgrade.handlers.iter_mut().map(|handler| &mut handler.name));
    let mut schedules: Vec<&mut Schedule> = Vec::new();
    for difference in &mut summary.behaviour.differences {
        all.push(&mut difference.what);
        schedules.push(&mut difference.schedule);
    }
    for broken in &mut summary.upgrade.broken {
        all.push(&mut broken.breach);
        schedules.push(&mut broken.schedule);
    }
    for case in &mut summary.worst_cases {
        schedules.extend(case.old.iter_mut().chain(&mut case.new));
        all.extend(case.amounts.iter_mut().flat_map(|by| [&mut by.old, &mut by.new]));
    }
    schedules.extend(summary.promises.iter_mut().filter_map(|info| info.schedule.as_mut()));
    for schedule in schedules {
        all.push(&mut schedule.faults);
        all.extend(schedule.actions.iter_mut().chain(&mut schedule.differences));
    }
    for tried in summary.mutation.iter_mut().flat_map(|mutation| &mut mutation.mutants) {
        all.extend([&mut tried.before, &mut tried.after]);
        match &mut tried.outcome {
            Outcome::Survived(shown) | Outcome::Noticed { by: shown, .. } => {
                all.extend([&mut shown.what, &mut shown.faults]);
                all.extend(&mut shown.actions);
            }
            Outcome::Undecided { why } | Outcome::Refused { why } => all.push(why),
            Outcome::Same => {}
        }
    }
    all
}

/// The review with other texts; no two are alike.
fn with(base: &Summary, some: &[String]) -> Summary {
    let mut summary = base.clone();
    for (place, text) in texts(&mut summary).into_iter().enumerate() {
        *text = format!("{}{place}", some[place % some.len()]);
    }
    summary.command = Visible::of(&some.concat());
    summary
}

fn harmless(base: &Summary) -> Summary {
    with(base, &["text".to_owned()])
}

/// What Markdown makes of a comment: its structure, with each run of texts and code as one.
fn structure(comment: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut is_in_code = false;
    for event in Parser::new_ext(comment, Options::ENABLE_TABLES) {
        let part = match event {
            Event::InlineHtml(tag) if &*tag == "<code>" => {
                is_in_code = true;
                continue;
            }
            Event::InlineHtml(tag) if &*tag == "</code>" => {
                is_in_code = false;
                continue;
            }
            Event::Text(text) => {
                assert!(is_in_code || is_linked_by_nobody(&text), "{text} in {comment}");
                "text".to_owned()
            }
            Event::Code(_) => "text".to_owned(),
            Event::Html(html) => tags(&html).concat(),
            other => format!("{other:?}"),
        };
        if part != "text" || parts.last().is_none_or(|last| last != "text") {
            parts.push(part);
        }
    }
    // Of how many letters each is, and which, is not its structure.
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether GitHub makes nothing of a text that is not in code.
fn is_linked_by_nobody(text: &str) -> bool {
    ["@", "#", "$", "://", "www."].iter().all(|mark| !text.contains(mark))
}

/// The tags of a page, by name.
fn tags(page: &str) -> Vec<String> {
    let name = |part: &str| {
        part.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect::<String>()
    };
    let all: Vec<_> = page.split('<').skip(1).map(name).collect();
    assert!(all.iter().all(|tag| !tag.is_empty() || page.starts_with("<!doctype")), "{page}");
    all
}

fn markdown_is_the_same(base: &Summary, hostile: &Summary) {
    let comment = super::markdown(hostile);
    assert_eq!(harm(&comment), NO_LINES);
    assert!(comment.chars().count() <= 65_536);
    // Where there is no room for all, what is left out depends on how long the texts are.
    if !comment.contains("Left out, as") {
        assert_eq!(structure(&comment), structure(&super::markdown(base)), "{comment}");
    }
}

fn sarif_is_the_same(base: &Summary, hostile: &Summary) {
    let (text, plain) = (super::sarif(hostile), super::sarif(base));
    assert_eq!(harm(&text), NO_LINES);
    let results = |text: &str| -> Vec<serde_json::Value> {
        let log: serde_json::Value = serde_json::from_str(text).expect("JSON");
        log["runs"][0]["results"].as_array().expect("results").clone()
    };
    let (found, expected) = (results(&text), results(&plain));
    assert_eq!(found.len(), expected.len());
    let said: Vec<_> = found.iter().filter(|one| one["ruleId"] == "behaviour").collect();
    for (one, difference) in said.iter().zip(hostile.behaviour.news()) {
        let message = one["message"]["text"].as_str().expect("a text");
        let open = message.replace("{{", "").replace("}}", "");
        assert!(!open.contains(['{', '}']), "{message}");
        let read = message.replace("{{", "{").replace("}}", "}");
        let read = read.replace("\\[", "[").replace("\\]", "]").replace(r"\\", "\\");
        assert_eq!(undone(&read), difference.what);
        let uri = &one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte);
        assert!(uri.as_str().is_none_or(|uri| uri.bytes().all(is_plain)), "{uri}");
    }
}

fn xml_is_the_same(base: &Summary, hostile: &Summary) {
    let (text, plain) = (super::junit(hostile), super::junit(base));
    assert_eq!(harm(&text), NO_LINES);
    let read = |text: &str| -> (Vec<String>, Vec<usize>) {
        let xml = roxmltree::Document::parse(text).expect("XML");
        let names = xml.descendants().filter(roxmltree::Node::is_element);
        let names = names.map(|node| node.tag_name().name().to_owned()).collect();
        let lines = xml.descendants().filter(roxmltree::Node::is_text);
        (names, lines.map(|node| node.text().unwrap_or_default().lines().count()).collect())
    };
    assert_eq!(read(&text), read(&plain));
    let xml = roxmltree::Document::parse(&text).expect("XML");
    let expected = format!("review of {} and {}", hostile.old, hostile.new);
    assert_eq!(undone(xml.root_element().attribute("name").expect("a name")), expected);
}

fn every_format_is_the_same(base: &Summary, hostile: &Summary) {
    let told = super::terminal(hostile).into_text();
    assert_eq!(harm(&told), NO_LINES);
    assert_eq!(told.lines().count(), super::terminal(base).as_str().lines().count(), "{told}");
    markdown_is_the_same(base, hostile);
    sarif_is_the_same(base, hostile);
    xml_is_the_same(base, hostile);
    let page = super::html(hostile);
    assert_eq!(harm(&page), NO_LINES);
    assert_eq!(tags(&page), tags(&super::html(base)), "{page}");
    let json = hostile.json();
    assert_eq!(harm(&json), NO_LINES);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["old"], *hostile.old);
    commands_are_the_same(base, hostile);
}

fn commands_are_the_same(base: &Summary, hostile: &Summary) {
    let (commands, expected) = (annotations(hostile), annotations(base));
    assert_eq!(commands.as_str().lines().count(), expected.as_str().lines().count());
    for line in commands.as_str().lines() {
        let (head, _) = line[2..].split_once("::").expect("a command");
        let (level, properties) = head.split_once(' ').expect("properties");
        assert!(line.starts_with("::") && ["error", "notice"].contains(&level), "{line}");
        let names = properties.split(',').map(|one| one.split('=').next().unwrap_or_default());
        assert_eq!(names.collect::<Vec<_>>(), ["file", "title"], "{line}");
        assert_eq!(harm(&line[2..]), NO_LINES);
    }
}

#[test]
fn hostile_texts_change_the_structure_of_no_format() {
    let base = reviewed();
    let harmless = harmless(&base);
    assert!(annotations(&harmless).as_str().lines().count() > 0);
    assert!(structure(&super::markdown(&harmless)).iter().any(|part| part.contains("TableRow")));
    let config =
        ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(texts in proptest::collection::vec(hostile(), 1..12))| {
        every_format_is_the_same(&harmless, &with(&base, &texts));
    });
}

#[test]
fn endless_texts_leave_room_in_a_comment() {
    let base = reviewed();
    let long = with(&base, &["@ long ".repeat(20_000)]);
    let comment = super::markdown(&long);
    assert!(comment.chars().count() <= 65_536 && comment.contains("## Review of"));
    assert!(comment.contains("BROKEN") || comment.contains("WORSE"));
}
