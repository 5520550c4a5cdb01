//! The book: every page is in it, once, and what leaves it is known.

use super::{links, pages, root};
use std::collections::BTreeSet;
use std::fs;

const SUMMARY: &str = "docs/SUMMARY.md";

/// The pages that the summary names, in its order.
fn named() -> Vec<String> {
    let text = fs::read_to_string(root().join(SUMMARY)).expect("the summary");
    links(&text).into_iter().map(|link| format!("docs/{link}")).collect()
}

#[test]
fn the_summary_names_every_page_once() {
    let named = named();
    let distinct: BTreeSet<_> = named.iter().cloned().collect();
    assert_eq!(named.len(), distinct.len(), "a page is named twice: {named:?}");
    let of_docs = |(name, _): &(String, String)| name.starts_with("docs/") && name != SUMMARY;
    let there: BTreeSet<_> = pages().into_iter().filter(of_docs).map(|(name, _)| name).collect();
    assert_eq!(distinct, there);
}

#[test]
fn the_readme_and_the_book_begin_with_the_same_question() {
    assert_eq!(named().first().map(String::as_str), Some("docs/FIRST-CHECK.md"));
}

/// mdBook reads the pages as they are: what it would take for an element of its own is escaped.
#[test]
fn no_page_has_mark_up_that_the_book_would_swallow() {
    for (name, text) in pages() {
        let prose = text.split("```").step_by(2);
        for line in prose.flat_map(str::lines) {
            let open = line.split('`').step_by(2).find(|part| part.contains("{{#"));
            assert!(open.is_none(), "{name}: {line}");
        }
    }
}
