//! In every format a hostile text stays one text, which can be read and undone.

use crate::hostile::{NO_LINES, harm, hostile, undone};
use crate::mermaid::unescape;
use explorer::escape::{Escaped, Terminal, Visible, Xml, json, json_lines, only_visible};
use explorer::escaped;
use explorer::mermaid::Mermaid;
use proptest::prelude::*;
use serde_json::json;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_visible_text_is_one_line_and_can_be_undone(text in hostile()) {
        let shown = Visible::of(&text);
        prop_assert!(!shown.as_str().contains('\n'));
        prop_assert_eq!(harm(shown.as_str()), NO_LINES);
        prop_assert_eq!(undone(shown.as_str()), text);
    }

    #[test]
    fn a_terminal_shows_as_many_lines_as_we_wrote(a in hostile(), b in hostile()) {
        let told: Escaped<Terminal> = escaped!("{a}: {}\n    {b}\n", a.clone() + &b, a, b);
        prop_assert_eq!(told.as_str().lines().count(), 2);
        prop_assert_eq!(harm(told.as_str()), NO_LINES);
        prop_assert_eq!(only_visible(told.as_str()), told.as_str());
    }

    #[test]
    fn a_colon_of_ours_behind_one_of_theirs_begins_no_command(blanks in " {0,3}") {
        let told: Escaped<Terminal> = escaped!("{}: x\n", format!("{blanks}:"));
        prop_assert_eq!(harm(told.as_str()), NO_LINES);
    }

    #[test]
    fn what_others_wrote_is_harmless_in_the_end(text in hostile()) {
        let shown = only_visible(&text);
        prop_assert_eq!(harm(&shown), NO_LINES);
        prop_assert_eq!(shown.lines().count(), text.split('\n').count() - usize::from(text.is_empty() || text.ends_with('\n')));
    }

    #[test]
    fn xml_holds_the_text_in_elements_and_attributes(text in hostile()) {
        let written: Escaped<Xml> = escaped!("<a b=\"{text}\" c='{text}'><d>{text}</d></a>", text);
        let xml = roxmltree::Document::parse(written.as_str()).expect("XML");
        let shown = Visible::of(&text);
        let root = xml.root_element();
        prop_assert_eq!(root.attribute("b"), Some(shown.as_str()));
        prop_assert_eq!(root.attribute("c"), Some(shown.as_str()));
        let inner = root.first_element_child().expect("an element");
        prop_assert_eq!(inner.text().unwrap_or_default(), shown.as_str());
        prop_assert_eq!(root.descendants().filter(|node| !node.is_text()).count(), 2);
    }

    #[test]
    fn json_holds_the_very_text(text in hostile()) {
        let value = json!({ &text: [&text, { "a": &text }] });
        for written in [json(&value), json_lines(&value)] {
            prop_assert_eq!(harm(&written), NO_LINES);
            prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&written).expect("JSON"), &value);
        }
    }

    #[test]
    fn a_label_of_mermaid_holds_the_text(text in hostile()) {
        let label = Escaped::<Mermaid>::of(&text);
        let is_plain = |c: char| c.is_ascii_alphanumeric() || " -_.,()/=+~#;".contains(c);
        prop_assert!(label.as_str().chars().all(is_plain), "{label:?}");
        let shown = Visible::of(&text);
        prop_assert_eq!(unescape(label.as_str()), shown.as_str());
    }
}
