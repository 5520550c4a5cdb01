//! What README.md and docs/ show is what the tool says.
//!
//! To bring them up to date after a change: `UPDATE_DOCS=1 cargo test -p checker --test docs`.

#[path = "docs/book.rs"]
mod book;
#[path = "docs/catalogue.rs"]
mod catalogue;
#[path = "docs/mainnet.rs"]
mod mainnet;

use checker::commands::recorded_tables;
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

/// README.md and the chapters, by their paths from the root.
fn pages() -> Vec<(String, String)> {
    let chapters = fs::read_dir(root().join("docs")).expect("docs/");
    let names = chapters.map(|entry| entry.expect("an entry").file_name());
    let names = names.map(|name| format!("docs/{}", name.to_string_lossy()));
    let mut names: Vec<_> =
        names.filter(|name| Path::new(name).extension().is_some_and(|end| end == "md")).collect();
    names.push("README.md".to_owned());
    names.sort();
    let read = |name: String| {
        let text = fs::read_to_string(root().join(&name)).expect("a page");
        (name, text)
    };
    names.into_iter().map(read).collect()
}

/// A part of a page that the tool writes: between its mark and the end.
struct Part {
    page: &'static str,
    mark: String,
    text: String,
}

impl Part {
    fn of(page: &'static str, mark: &str, text: String) -> Self {
        Self { page, mark: format!("<!-- {mark} -->"), text }
    }

    fn block(page: &'static str, mark: &str, language: &str, text: &str) -> Self {
        Self::of(page, mark, format!("```{language}\n{text}```\n"))
    }
}

const END: &str = "<!-- end -->";

/// The text with what stands between a mark and the end replaced.
fn with_part(text: &str, part: &Part) -> String {
    let Part { page, mark, text: inner } = part;
    let start = text.find(mark.as_str()).unwrap_or_else(|| panic!("{page} has no {mark}"));
    let start = start + mark.len();
    let end = text[start..].find(END).unwrap_or_else(|| panic!("{page}: no end after {mark}"));
    format!("{}\n{inner}{}", &text[..start], &text[start + end..])
}

fn exit_codes() -> String {
    let row = |(code, meaning): (Exit, &str)| format!("| {} | {meaning} |\n", code as u8);
    let rows = Exit::MEANINGS.map(row).concat();
    format!("| exit code | meaning |\n|---|---|\n{rows}")
}

fn reductions() -> String {
    let row = |one: Reduction| format!("| `{one}` | {} |\n", one.sentence());
    format!("| reduction | what it does |\n|---|---|\n{}", Reduction::ALL.map(row).concat())
}

/// The counterexample that is shown.
const SHOWN: &str = "counterexamples/seed-tags/no-double-mint.json";

fn replay() -> Replay {
    let case = Counterexample::read(&root().join(SHOWN)).expect("a recorded counterexample");
    Replay::of(case).expect("it replays")
}

/// What a command says beside `swap.lua`, the Lua of a variant; it finds something broken.
fn said(variant: &str, command: &str) -> String {
    let folder = tempfile::TempDir::new().expect("a folder");
    let place = folder.path().join("model/lua");
    fs::create_dir_all(&place).expect("a folder");
    let edit: Variant = variant.parse().expect("a variant");
    fs::write(place.join("hardened.lua"), model::contract::HARDENED_LUA).expect("it is written");
    fs::write(folder.path().join("swap.lua"), edit.lua().expect("its Lua")).expect("it is written");
    let mut tim3 = assert_cmd::cargo::cargo_bin_cmd!("tim3");
    tim3.current_dir(&folder).env_remove("GITHUB_ACTIONS");
    let output = tim3.args(command.split(' ')).output().expect("tim3 starts");
    assert_eq!(output.status.code(), Some(1), "{command}: a page says that this breaks");
    String::from_utf8(output.stdout).expect("UTF-8")
}

const REVIEW: &str = "review model/lua/hardened.lua swap.lua --bounds tiny -q";
const CHECK: &str = "check swap.lua --bounds tiny -q";

/// What the comment of the review shows before anything is unfolded.
fn review_table() -> String {
    let comment = said("dedupe-by-id", &format!("{REVIEW} --markdown -"));
    let table = comment.lines().skip_while(|line| !line.starts_with('|'));
    let rows = table.take_while(|line| line.starts_with('|'));
    rows.flat_map(|row| [row, "\n"]).collect()
}

fn parts() -> Vec<Part> {
    let tables = recorded_tables().expect("a readable record").into_iter();
    let tables =
        tables.map(|(name, table)| Part::of("docs/RESULTS.md", &format!("table: {name}"), table));
    let replay = replay();
    let told = narrate(&replay, &Visible::of(SHOWN));
    let diagram = Format::Mermaid.write(&replay);
    let others = [
        Part::block("README.md", "check", "text", &said("dedupe-off", CHECK)),
        Part::of("README.md", "exit-codes", exit_codes()),
        Part::of("docs/SEARCH.md", "reductions", reductions()),
        Part::of("docs/MAINNET.md", "matrix", mainnet::matrix()),
        Part::of("docs/MAINNET.md", "facts", mainnet::facts()),
        Part::of("README.md", "mainnet", mainnet::in_short()),
        Part::of("docs/PROMISES.md", "promises", catalogue::promises()),
        Part::of("docs/PLATFORMS.md", "platforms", catalogue::platforms()),
        Part::of("docs/PLATFORMS.md", "faults", catalogue::faults()),
        Part::block("docs/RUNS.md", "replay", "text", told.as_str()),
        Part::block("docs/RUNS.md", "mermaid", "mermaid", &diagram),
        Part::block("docs/REVIEWS.md", "review", "text", &said("dedupe-by-id", REVIEW)),
        Part::of("docs/REVIEWS.md", "review-table", review_table()),
    ];
    tables.chain(others).collect()
}

#[test]
fn what_the_pages_show_is_what_the_tool_says() {
    let parts = parts();
    for (name, text) in pages() {
        let own = parts.iter().filter(|part| part.page == name);
        let expected = own.fold(text.clone(), |text, part| with_part(&text, part));
        if std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(root().join(&name), &expected).expect("a page can be written");
        } else {
            let how = "UPDATE_DOCS=1 cargo test -p checker --test docs";
            assert!(text == expected, "{name} is out of date: {how}");
        }
    }
}

#[test]
fn the_readme_is_short() {
    let (_, text) = pages().into_iter().find(|(name, _)| name == "README.md").expect("README.md");
    assert!(text.lines().count() <= 180, "README.md: {} lines", text.lines().count());
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
fn every_command_that_a_page_shows_is_one_the_tool_takes() {
    let all: Vec<_> = pages().iter().flat_map(|(_, text)| commands(text)).collect();
    assert!(all.len() >= 20, "the pages show only {} commands", all.len());
    for command in all {
        let parsed = checker::cli::Cli::try_parse_from(&command);
        let error = parsed.as_ref().err().map_or(String::new(), ToString::to_string);
        assert!(parsed.is_ok(), "{}: {error}", command.join(" "));
    }
}

/// The commands of the action, each on one line and without the quotes of its shell.
#[test]
fn the_tool_takes_the_commands_of_the_action() {
    let path = root().join("action.yml");
    let text = fs::read_to_string(path).expect("the action").replace("\\\n", " ");
    let commands = text.lines().filter_map(|line| line.split_once("$RUNNER_TEMP/tim3\" "));
    let commands: Vec<_> = commands.filter(|(before, _)| before.trim() == "\"").collect();
    assert_eq!(commands.len(), 2, "it reviews, and it checks");
    for (_, arguments) in commands {
        let arguments = arguments.split("||").next().unwrap_or_default();
        let arguments = arguments.replace('"', "").replace("$BOUNDS", "small");
        let arguments = arguments.replace("$HANDLERS", "swap.lua");
        let words = std::iter::once("tim3").chain(arguments.split_whitespace());
        let parsed = checker::cli::Cli::try_parse_from(words);
        let error = parsed.as_ref().err().map_or(String::new(), ToString::to_string);
        assert!(parsed.is_ok(), "{arguments}: {error}");
    }
}

/// The place that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

/// What links lead to in a text, outside of code.
fn links(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    let all = prose.flat_map(|prose| prose.split("](").skip(1));
    let all = all.filter_map(|rest| rest.split(')').next());
    all.filter(|link| !link.starts_with("http")).collect()
}

#[test]
fn every_link_of_a_page_leads_somewhere() {
    for (name, text) in pages() {
        let page = root().join(&name);
        let folder = page.parent().expect("a folder");
        for link in links(&text) {
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { page.clone() } else { folder.join(file) };
            assert!(target.exists(), "{name} links to {link}");
            if !place.is_empty() {
                let text = fs::read_to_string(&target).expect("a page");
                let mut headings = text.lines().filter(|line| line.starts_with('#'));
                let is_there = headings.any(|one| anchor(one.trim_start_matches('#')) == place);
                assert!(is_there, "{name}: no heading for {link}");
            }
        }
    }
}
