//! What README.md shows is what the tool says.
//!
//! To bring it up to date after a change: `UPDATE_README=1 cargo test -p checker --test readme`.

use checker::commands::readme_tables;
use checker::exit_code::Exit;
use clap::Parser;
use explorer::counterexample::Counterexample;
use explorer::export::Format;
use explorer::narrate::narrate;
use explorer::replay::Replay;
use model::Reduction;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("README.md")
}

/// The text with what stands between two marks replaced.
fn with_section(text: &str, from: &str, to: &str, section: &str) -> String {
    let start = text.find(from).unwrap_or_else(|| panic!("README.md has no `{from}`")) + from.len();
    let end = start + text[start..].find(to).unwrap_or_else(|| panic!("no `{to}` after `{from}`"));
    format!("{}{section}{}", &text[..start], &text[end..])
}

fn exit_codes() -> String {
    let row = |(code, meaning): (Exit, &str)| format!("| {} | {meaning} |\n", code as u8);
    let rows = Exit::MEANINGS.map(row).concat();
    format!("\n| exit code | meaning |\n|---|---|\n{rows}")
}

fn reductions() -> String {
    let row = |one: Reduction| format!("| `{one}` | {} |\n", one.sentence());
    format!("\n| reduction | what it does |\n|---|---|\n{}", Reduction::ALL.map(row).concat())
}

/// The counterexample that README.md shows.
const SHOWN: &str = "counterexamples/seed-tags/no-double-mint.json";

fn replay() -> Replay {
    let case = Counterexample::read(&root().join(SHOWN)).expect("a recorded counterexample");
    Replay::of(case).expect("it replays")
}

fn expected() -> String {
    let tables = readme_tables().expect("a readable record");
    let mut text = readme();
    for (name, table) in tables {
        text = with_section(
            &text,
            &format!("<!-- table: {name} -->"),
            "<!-- end -->",
            &format!("\n{table}"),
        );
    }
    text = with_section(&text, "<!-- reductions -->", "<!-- end -->", &reductions());
    text = with_section(&text, "<!-- exit-codes -->", "<!-- end -->", &exit_codes());
    let replay = replay();
    let told = narrate(&replay, SHOWN);
    text = with_section(&text, "<!-- replay -->\n```text\n", "```\n", &told);
    let diagram = Format::Mermaid.write(&replay);
    with_section(&text, "<!-- mermaid -->\n```mermaid\n", "```\n", &diagram)
}

#[test]
fn the_tables_and_the_replay_are_what_the_tool_says() {
    let expected = expected();
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(root().join("README.md"), &expected).expect("README.md can be written");
    }
    assert!(
        readme() == expected,
        "README.md is out of date: UPDATE_README=1 cargo test -p checker --test readme"
    );
}

/// The arguments of every `cargo run --release -- ...` in the text.
fn commands(text: &str) -> Vec<Vec<String>> {
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("cargo run --release -- "));
    let arguments = |line: &str| {
        let line = line.split('#').next().unwrap_or_default();
        std::iter::once("tim3").chain(line.split_whitespace()).map(str::to_owned).collect()
    };
    lines.map(arguments).collect()
}

#[test]
fn every_command_in_the_readme_is_one_the_tool_takes() {
    let commands = commands(&readme());
    assert!(commands.len() >= 9, "README.md shows only {} commands", commands.len());
    for command in commands {
        let parsed = checker::cli::Cli::try_parse_from(&command);
        assert!(
            parsed.is_ok(),
            "{}: {}",
            command.join(" "),
            parsed.err().map_or(String::new(), |e| e.to_string())
        );
    }
}

#[test]
fn every_file_that_the_readme_links_to_is_there() {
    let text = readme();
    let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    for link in links.filter(|link| !link.is_empty() && !link.starts_with("http")) {
        assert!(root().join(link).exists(), "README.md links to {link}");
    }
}
