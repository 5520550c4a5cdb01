//! Files and folders at random, with hostile names and contents: the command ends in time, by
//! itself, with a code that means something, and says only what can be seen.
//!
//! For longer, and with more commands: `TIM3_SECONDS=600 cargo test -p checker --test bad_input --
//! --ignored names`. With `TIM3_FIFOS=1` some files are pipes that nobody writes to.
#![cfg(unix)]

use crate::GOOD;
use crate::hostile::{NO_LINES, harm, hostile};
use crate::hostile_text::quoted;
use assert_cmd::cargo::cargo_bin_cmd;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longer than any run takes with these limits on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// What lies at a place.
#[derive(Clone, Debug)]
enum Content {
    Bytes(Vec<u8>),
    /// So many of one byte.
    Long(u8, usize),
    Folder,
    Link(Vec<u8>),
    Fifo,
}

/// A folder with a file, and a command that is started beside them.
#[derive(Clone, Debug)]
struct Case {
    folder: Vec<u8>,
    name: Vec<u8>,
    content: Content,
    /// What lies beside the file, by its extension.
    beside: Option<(&'static str, Vec<u8>)>,
    command: usize,
    flags: Vec<&'static str>,
}

/// A name that a file can have.
fn name() -> impl Strategy<Value = Vec<u8>> {
    let ending = select(&[".lua", ".json", "", ".", ".observe.json", ".accepted.json"][..]);
    let begin =
        select(&["", "-", "--", "git:", "git:HEAD:", "~", " ", ".", "@", "%0A::error::"][..]);
    let odd = prop_oneof![
        4 => hostile().prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 1..40),
        1 => Just(vec![b'x'; 244]),
        1 => Just(b"hardened".to_vec()),
    ];
    (begin, odd, ending).prop_map(|(begin, odd, ending)| {
        let mut name = [begin.as_bytes(), &odd, ending.as_bytes()].concat();
        name.retain(|byte| *byte != 0 && *byte != b'/');
        name.truncate(255);
        if name.is_empty() || name == b"." || name == b".." { b"x".to_vec() } else { name }
    })
}

/// Texts that have some bytes changed.
fn mutated(texts: Vec<&'static [u8]>) -> impl Strategy<Value = Vec<u8>> {
    let change = (
        any::<prop::sample::Index>(),
        0..30_usize,
        prop_oneof![
            3 => hostile().prop_map(String::into_bytes),
            1 => proptest::collection::vec(any::<u8>(), 0..5),
        ],
    );
    (select(texts), proptest::collection::vec(change, 0..5)).prop_map(|(text, changes)| {
        let mut bytes = text.to_vec();
        for (at, gone, new) in changes {
            let at = at.index(bytes.len().max(1));
            let end = bytes.len().min(at + gone);
            bytes.splice(at.min(end)..end, new);
        }
        bytes
    })
}

fn content() -> impl Strategy<Value = Content> {
    let lua = model::contract::HARDENED_LUA.as_bytes();
    prop_oneof![
        8 => mutated(vec![lua, GOOD.as_bytes()]).prop_map(Content::Bytes),
        4 => hostile().prop_map(|text| Content::Bytes(named_like(&text).into_bytes())),
        1 => proptest::collection::vec(any::<u8>(), 0..300).prop_map(Content::Bytes),
        1 => (any::<u8>(), select(&[1_usize, 4 << 20, (4 << 20) + 1][..])).prop_map(|(byte, n)| Content::Long(byte, n)),
        1 => Just(Content::Folder),
        1 => name().prop_map(Content::Link),
        1 => Just(Content::Fifo),
    ]
}

/// The recommended contract, whose handlers have this in their names, and say it.
fn named_like(text: &str) -> String {
    let says = quoted(text);
    let source = model::contract::HARDENED_LUA.replace("\"TIM3.", &format!("{says} .. \"TIM3."));
    source.replacen("Seen[id] = true", &format!("print({says}) error({says})"), 1)
}

fn case() -> impl Strategy<Value = Case> {
    let beside = mutated(vec![b"{\"balances\": \"Balances\"}", b"[\"a\"]", b"{}"]);
    let beside = (select(&["observe.json", "accepted.json"][..]), beside);
    let flags = select(
        &["--markdown", "--html", "--json", "--junit", "--sarif", "--svg", "--mermaid", "--itf"][..],
    );
    let flags = proptest::collection::vec(flags, 0..2);
    let command = 0..COMMANDS;
    (name(), name(), content(), proptest::option::weighted(0.2, beside), command, flags).prop_map(
        |(folder, name, content, beside, command, flags)| Case {
            folder,
            name,
            content,
            beside,
            command,
            flags,
        },
    )
}

const COMMANDS: usize = 9;

impl Case {
    /// Makes the files under a folder. Some cannot be made: a name is too long, or there are two.
    fn make(&self, root: &Path) -> std::io::Result<()> {
        let folder = root.join(OsStr::from_bytes(&self.folder));
        fs::create_dir(&folder)?;
        let file = folder.join(OsStr::from_bytes(&self.name));
        match &self.content {
            Content::Bytes(bytes) => fs::write(&file, bytes)?,
            Content::Long(byte, many) => fs::write(&file, vec![*byte; *many])?,
            Content::Folder => fs::create_dir(&file)?,
            Content::Link(to) => symlink(OsStr::from_bytes(to), &file)?,
            Content::Fifo if std::env::var_os("TIM3_FIFOS").is_some() => {
                Command::new("mkfifo").arg("--").arg(&file).status()?;
            }
            Content::Fifo => {}
        }
        if let Some((extension, bytes)) = &self.beside {
            fs::write(file.with_extension(extension), bytes)?;
        }
        Ok(())
    }

    fn args(&self) -> Vec<OsString> {
        let path = OsString::from_vec([&b"./"[..], &self.folder, b"/", &self.name].concat());
        let bare = OsString::from_vec([&self.folder[..], b"/", &self.name].concat());
        let name = OsString::from_vec(self.name.clone());
        let git = OsString::from_vec([b"git:", &self.folder[..], b":", &self.name].concat());
        let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let small = words(&[
            "--bounds",
            "tiny",
            "--profile",
            "legacynet-no-su-filter",
            "--max-time",
            "2",
            "-q",
        ]);
        let outs: Vec<_> = self.flags.iter().flat_map(|flag| words(&[flag, "-"])).collect();
        let check = || words(&["check", "--threads", "1"]);
        let review = || words(&["review", "hardened"]);
        match self.command {
            0 => [check(), words(&["--handlers"]), vec![path], small].concat(),
            1 => [check(), words(&["--handlers"]), vec![bare], small].concat(),
            2 => [check(), vec![name], small].concat(),
            3 => [check(), words(&["--format", "json", "--handlers"]), vec![path], small].concat(),
            4 => [review(), vec![path], outs, small].concat(),
            5 => [words(&["review"]), vec![bare], words(&["dedupe-off"]), outs, small].concat(),
            6 => [review(), vec![git], small].concat(),
            7 => [words(&["replay"]), vec![path], outs].concat(),
            _ => [words(&["replay"]), vec![name]].concat(),
        }
    }
}

/// Runs a case; how long it took, or nothing where its files cannot be made.
fn run(case: &Case) -> Option<Duration> {
    let root = TempDir::new().expect("a folder");
    case.make(root.path()).ok()?;
    let args = case.args();
    let mut command = cargo_bin_cmd!("tim3");
    command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
    command.current_dir(root.path()).args(&args).timeout(PATIENCE);
    let started = Instant::now();
    let output = command.output().expect("tim3 starts");
    let took = started.elapsed();
    let told = || format!("{case:?}\n{args:?}\n{:?}: {}", output.status, brief(&output.stderr));
    assert!(matches!(output.status.code(), Some(0..=3)), "{}", told());
    for bytes in [&output.stdout, &output.stderr] {
        let text = std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("not UTF-8: {}", told()));
        assert!(!text.contains("panicked at"), "{}", told());
        assert_eq!(harm(text), NO_LINES, "{}", told());
    }
    Some(took)
}

/// As much as tells what went wrong.
fn brief(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(2000).collect()
}

fn run_for(seconds: u64) {
    let mut runner = TestRunner::default();
    let (started, mut many, mut slowest) = (Instant::now(), 0, Duration::ZERO);
    while started.elapsed() < Duration::from_secs(seconds) {
        let case = case().new_tree(&mut runner).expect("a case").current();
        if let Some(took) = run(&case) {
            many += 1;
            if took > slowest {
                slowest = took;
                println!(
                    "{took:?}: {:?} with {:?}",
                    case.args(),
                    std::mem::discriminant(&case.content)
                );
            }
        }
    }
    println!("{many} runs in {seconds} s, the slowest took {slowest:?}");
    assert!(many > 0, "nothing was run");
}

#[test]
fn random_names_and_contents_end_well() {
    run_for(5);
}

#[test]
#[ignore = "for a long run: TIM3_SECONDS"]
fn random_names_and_contents_end_well_for_long() {
    let seconds = std::env::var("TIM3_SECONDS").ok().and_then(|text| text.parse().ok());
    run_for(seconds.unwrap_or(600));
}
