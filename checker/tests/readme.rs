//! What README.md shows is what the tool says.
//!
//! To bring it up to date after a change: `UPDATE_README=1 cargo test -p checker --test readme`.

use checker::commands::readme_tables;
use checker::exit_code::Exit;
use clap::Parser;
use explorer::counterexample::Counterexample;
use explorer::escape::Visible;
use explorer::export::Format;
use explorer::narrate::narrate;
use explorer::replay::Replay;
use model::{Reduction, Variant};
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

/// Reviews the edit that README.md has everybody make, in a folder as it would be.
fn review(flags: &[&str]) -> String {
    let folder = tempfile::TempDir::new().expect("a folder");
    let place = folder.path().join("model/lua");
    fs::create_dir_all(&place).expect("a folder");
    let edit: Variant = "dedupe-by-id".parse().expect("a variant");
    fs::write(place.join("hardened.lua"), model::contract::HARDENED_LUA).expect("it is written");
    fs::write(folder.path().join("swap.lua"), edit.lua().expect("its Lua")).expect("it is written");
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("tim3");
    command.current_dir(&folder).env_remove("GITHUB_ACTIONS");
    let shown = ["review", "model/lua/hardened.lua", "swap.lua", "--bounds", "tiny", "-q"];
    let output = command.args(shown).args(flags).output().expect("tim3 starts");
    assert_eq!(output.status.code(), Some(1), "README.md says that this is worse");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What the comment of that review shows before anything is unfolded.
fn review_table() -> String {
    let comment = review(&["--markdown", "-"]);
    let table = comment.lines().skip_while(|line| !line.starts_with('|'));
    let rows = table.take_while(|line| line.starts_with('|'));
    rows.flat_map(|row| [row, "\n"]).collect()
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
    let told = narrate(&replay, &Visible::of(SHOWN));
    text = with_section(&text, "<!-- replay -->\n```text\n", "```\n", told.as_str());
    text = with_section(&text, "<!-- review -->\n```text\n", "```\n", &review(&[]));
    text = with_section(&text, "<!-- review-table -->\n", "<!-- end -->", &review_table());
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
        let line = line.split(['#', '>']).next().unwrap_or_default();
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

/// The command of the workflow, on one line and without the quotes of its shell.
#[test]
fn the_command_in_the_workflow_is_one_the_tool_takes() {
    let path = root().join("docs/review-workflow.yml");
    let text = fs::read_to_string(path).expect("the workflow").replace("\\\n", " ");
    let command = text.lines().find_map(|line| line.split_once("/tim3\" review "));
    let (_, arguments) = command.expect("it reviews");
    let (arguments, _) = arguments.split_once("||").expect("its exit code is kept");
    let arguments = arguments.replace('"', "").replace("$BOUNDS", "small");
    let words = ["tim3", "review"].into_iter().chain(arguments.split_whitespace());
    let parsed = checker::cli::Cli::try_parse_from(words);
    assert!(
        parsed.is_ok(),
        "{arguments}: {}",
        parsed.err().map_or(String::new(), |e| e.to_string())
    );
}

#[test]
fn every_file_that_the_readme_links_to_is_there() {
    let text = readme();
    let links = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    for link in links.filter(|link| !link.is_empty() && !link.starts_with("http")) {
        assert!(root().join(link).exists(), "README.md links to {link}");
    }
}
