//! Mermaid diagrams: what stands in them, and what is left out of long ones. That Mermaid
//! itself reads them is tested in `tests/formats`.

use crate::recorded::{self, AGAIN, LOST, MANY_SHAPES};
use explorer::document::Document;
use explorer::escape::Escaped;
use explorer::export::Format;
use explorer::judgement::Judges;
use explorer::lanes::{Lanes, Shape};
use explorer::mermaid::{MOST, Mermaid, diagram};
use explorer::trace::Trace;
use model::{Bounds, Profile, Reductions, Variant};

fn escape(text: &str) -> String {
    Escaped::<Mermaid>::of(text).into_text()
}

/// What Mermaid makes of the entities.
pub fn unescape(text: &str) -> String {
    let mut parts = text.split('#');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_once(';').expect("an entity");
        plain.extend(code.parse().ok().and_then(char::from_u32));
        plain += rest;
    }
    plain
}

#[test]
fn every_mark_survives_and_none_is_read_by_mermaid() {
    let ascii: String = (' '..='~').filter(|c| *c != '\\').collect();
    for text in [ascii.as_str(), "a;b#c:d%%{e}", "<br/>&amp;\"'`", "é…✗ end End, END; ENd"] {
        let escaped = escape(text);
        assert_eq!(unescape(&escaped), text);
        let mut words = escaped.split(|c: char| !c.is_ascii_alphanumeric());
        assert!(words.all(|word| !word.eq_ignore_ascii_case("end")), "{escaped}");
        let bare: String = escaped
            .split('#')
            .map(|part| part.split_once(';').map_or(part, |(_, rest)| rest))
            .collect();
        let read: Vec<_> = bare.chars().filter(|c| ";#:%{}<>&\"'`$@|[]\\".contains(*c)).collect();
        assert!(read.is_empty() && bare.is_ascii(), "{read:?} in {escaped}");
    }
}

#[test]
fn only_the_whole_word_end_is_escaped() {
    assert_eq!(escape("end"), "#101;nd");
    assert_eq!(escape("the END."), "the #69;ND.");
    assert_eq!(escape("endless bend send-end"), "endless bend send-#101;nd");
}

#[test]
fn what_breaks_lines_is_seen_and_breaks_none() {
    let shown = unescape(&escape("a\nb\r\nc\td\u{2028}e\u{0}f"));
    assert_eq!(shown, r"a\nb\r\nc\td\u{2028}e\x00f");
}

#[test]
fn a_diagram_shows_each_message_by_its_line_and_words() {
    let expected = [
        (MANY_SHAPES, "actor owner as owner<br/>owner of TIM3"),
        (MANY_SHAPES, "participant TIM3 as TIM3<br/>process"),
        (MANY_SHAPES, "mallory->USDA: 1 TRICK Transfer 10"),
        (MANY_SHAPES, "USDA-->>mallory: 1 Debit-Notice 10"),
        (MANY_SHAPES, "owner->>TIM3: 3 OWNER open-assignments"),
        (MANY_SHAPES, "USDA-->TIM3: 5 ASSIGNED Credit-Notice 10 (Sender mallory), sent in step 1"),
        (MANY_SHAPES, "USDA--)mallory: IN FLIGHT Credit-Notice 10 (Sender TIM3), sent in step 8"),
        (AGAIN, "alice->>USDA: 1 Transfer 10 to TIM3\n"),
        (AGAIN, "USDA-)TIM3: 3 AGAIN (re-push) Credit-Notice 10 (Sender alice), sent in step 1"),
        (LOST, "USDA-xTIM3: 2 LOST Credit-Notice 10 (Sender alice), sent in step 1"),
    ];
    for (name, line) in expected {
        let text = Format::Mermaid.write(&recorded::one(name));
        assert!(text.contains(&format!("    {line}")), "`{line}` is missing:\n{text}");
    }
}

#[test]
fn the_breaking_step_has_a_band_and_a_note_with_the_values() {
    let text = Format::Mermaid.write(&recorded::one(AGAIN));
    let (before, band) = text.split_once("    rect ").expect("a band");
    assert!(!before.contains("BROKEN"), "{text}");
    let expected = "BROKEN after step 3<br/>mints of a deposit #60;= 1<br/>mints = 2<br/>deposit = alice.deposit.1/1";
    assert!(band.contains(expected) && band.contains("3 AGAIN"), "{text}");
    assert!(band.ends_with("    end\n"), "{text}");
}

#[test]
fn a_promise_that_breaks_on_the_way_is_noted_where_it_does() {
    let text = Format::Mermaid.write(&recorded::one(MANY_SHAPES));
    let bands: Vec<_> = text.split("    rect ").skip(1).collect();
    assert_eq!(bands.len(), 3, "{text}");
    assert!(bands[0].contains("5 ASSIGNED") && bands[0].contains("BREAKS fully-backed, "));
    assert!(bands[1].contains("8 Transfer") && bands[1].contains("BREAKS holders-can-exit\n"));
    assert!(bands[2].contains("9 Transfer") && bands[2].contains("BROKEN after step 9"));
}

fn document(trace: &Trace) -> Document {
    Document::of(trace, &Judges::of(&trace.world, &trace.swap))
}

/// The lines of a diagram that are messages.
fn messages(text: &str) -> Vec<&str> {
    let is_message = |line: &&str| {
        line.split(':').next().is_some_and(|ends| ends.contains('-') && !ends.contains("Note"))
    };
    text.lines().filter(|line| line.contains(": ")).filter(is_message).collect()
}

#[test]
fn of_too_many_messages_notices_go_first_and_then_the_earliest() {
    let trace = recorded::one(MANY_SHAPES).trace;
    let (document, lanes) = (document(&trace), Lanes::of(&trace));
    let all = lanes.arrows.len();
    let notices = lanes.arrows.iter().filter(|a| a.shape == Shape::Notice && a.arrives < 9).count();
    assert!(notices > 3 && all > notices + 4, "{notices} of {all}");
    for most in 0..=all + 1 {
        let text = diagram(&document, &lanes, most).into_text();
        let left_out = all.saturating_sub(most);
        assert_eq!(messages(&text).len(), all - left_out, "{text}");
        let note = format!("= {left_out} of {all} messages");
        assert_eq!(text.contains(&note), left_out > 0, "{text}");
        let kept = left_out <= notices;
        assert_eq!(text.contains("mallory->USDA: 1 TRICK"), kept, "at {most}:\n{text}");
        assert_eq!(text.contains("USDA-->>mallory: 1 "), left_out == 0, "at {most}:\n{text}");
    }
    let last = diagram(&document, &lanes, 1).into_text();
    assert!(messages(&last)[0].contains("IN FLIGHT"), "{last}");
}

#[test]
fn no_recorded_counterexample_is_too_long_to_be_shown_whole() {
    for (name, replay) in recorded::all() {
        let text = Format::Mermaid.write(&replay);
        let all = Lanes::of(&replay.trace).arrows.len();
        assert!(all <= MOST, "{name}: {all} messages");
        assert_eq!(messages(&text).len(), all, "{name}");
    }
}

#[test]
fn a_run_that_breaks_nothing_has_no_band_and_no_note() {
    let trace = recorded::begun(AGAIN, 2);
    let text = diagram(&document(&trace), &Lanes::of(&trace), MOST).into_text();
    assert!(text.contains("title seed-tags under legacynet-no-su-filter\n"), "{text}");
    assert!(!text.contains("rect") && !text.contains("Note"), "{text}");
}

#[test]
fn a_step_that_was_not_possible_is_a_note() {
    let mut trace = recorded::begun(AGAIN, 1);
    trace.try_named("deliver it; at the end");
    let text = diagram(&document(&trace), &Lanes::of(&trace), MOST).into_text();
    let expected = "2 NOT POSSIBLE HERE  deliver it#59; at the #101;nd\n";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn the_names_of_all_parties_are_plain_words() {
    let world = explorer::world::World {
        subject: Variant::Hardened.into(),
        profile: "hostile".parse::<Profile>().expect("a profile"),
        bounds: Bounds { users: 6, ..Bounds::default() },
        reductions: Reductions::default(),
    };
    let parties = explorer::lanes::parties(&Trace::start(world));
    assert_eq!(parties.len(), 9, "{parties:?}");
    for party in parties {
        let is_word = party.name.bytes().all(|b| b.is_ascii_alphanumeric());
        assert!(is_word && !party.name.eq_ignore_ascii_case("end"), "{}", party.name);
    }
}
