//! Contracts, files and folders with hostile texts: the output has exactly the lines that it has
//! for a harmless twin, and every character of it is visible.

use crate::hostile::{NO_LINES, harm, undone};
use assert_cmd::cargo::cargo_bin_cmd;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What a contract says wherever it can.
const EVIL: &str = "\x1b[31mANSI\x1b]0;pwn\x07</script><img src=x onerror=alert(2)>]]>&lt;`|**b** [l](javascript:alert(3)) @everyone #1 <!-- --> %0A::error::x\r\n::error file=a::pwn\n##[error]x\n```\n# H\nevery promise holds\n\u{202e}\u{2066}\u{9b}31m\u{200b}\u{e0041}{0}";

/// A name for a file that is none of the usual ones.
const NAME: &str = "\n::error file=a::pwn\u{202e}\x1b[31m |`<b>@all ##[error].lua";

const SMALL: [&str; 5] = ["--bounds", "tiny", "--profile", "legacynet-no-su-filter", "-q"];

/// What a run of the command said: its exit code, standard output and standard error.
type Said = (i32, String, String);

fn run(folder: &Path, variables: &[(&str, &OsStr)], args: &[&OsStr]) -> Said {
    let mut command = cargo_bin_cmd!("tim3");
    command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
    let output = command.current_dir(folder).envs(variables.iter().copied()).args(args).output();
    let output = output.expect("tim3 starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

fn tim3(folder: &Path, args: &[&str]) -> Said {
    run(folder, &[], &args.iter().map(OsStr::new).collect::<Vec<_>>())
}

/// A text in Lua.
pub fn quoted(text: &str) -> String {
    let byte = |quoted: String, byte| quoted + &format!("\\{byte:03}");
    text.bytes().fold("\"".to_owned(), byte) + "\""
}

/// A contract that says this in the names of its handlers, in tags, accounts, errors and prints.
fn contract(says: &str) -> String {
    let mut source = format!("local SAYS = {}\n{}", quoted(says), model::contract::HARDENED_LUA);
    for name in ["Credit-Notice", "Burn", "Transfer"] {
        let name = format!("\"TIM3.{name}\"");
        assert!(source.contains(&name), "hardened.lua has no {name}");
        source = source.replace(&name, &format!("{name} .. SAYS"));
    }
    let sent = "Action = \"Debit-Notice\", Recipient = \"burn\",";
    assert!(source.contains(sent), "hardened.lua has no `{sent}`");
    let says = "Action = \"Debit\" .. SAYS, Recipient = SAYS, [SAYS] = SAYS,";
    let seen = "Seen[id] = true";
    source = source.replace(sent, says);
    source = source.replacen(seen, "Seen[id] = nil print(SAYS) Balances[SAYS] = 0", 1);
    source.replacen(seen, "if msg.From == \"alice\" then error({ SAYS }) end error(SAYS)", 1)
}

/// A folder with a contract that says this and a harmless twin, each in a folder of its own.
fn twins() -> (TempDir, [PathBuf; 2]) {
    let folder = TempDir::new().expect("a folder");
    // An account that is no visible ASCII breaks a promise, so that the twin has one too.
    let places = [("evil", EVIL), ("twin", "h\u{e4}rmless")].map(|(name, says)| {
        let place = folder.path().join(name);
        fs::create_dir(&place).expect("a folder");
        fs::write(place.join("swap.lua"), contract(says)).expect("it is written");
        fs::write(place.join("old.lua"), model::contract::HARDENED_LUA).expect("it is written");
        place
    });
    (folder, places)
}

/// Fails unless both have as many lines, and the first is harmless and says something of it.
fn assert_alike(evil: &str, twin: &str) {
    assert_eq!(harm(evil), NO_LINES);
    assert_eq!(evil.lines().count(), twin.lines().count(), "{evil}\n-- and its twin:\n{twin}");
    let says = |line: &str| line.contains("\\x1b[31mANSI") && undone(line).contains(EVIL);
    assert!(evil.lines().any(says), "nothing says all of it: {evil}");
    assert!(!evil.contains("##[") && !evil.lines().any(|line| line == "every promise holds"));
}

#[test]
fn check_and_replay_have_the_lines_of_a_harmless_twin() {
    let (_folder, [evil, twin]) = twins();
    let args = ["check", "--handlers", "swap.lua", "--write=found"];
    let [said, expected] = [&evil, &twin].map(|place| tim3(place, &[&args[..], &SMALL].concat()));
    assert_eq!((said.0, expected.0, &*said.2), (1, 1, ""), "{said:?}");
    assert_alike(&said.1, &expected.1);
    let found = |place: &Path| {
        let files = fs::read_dir(place.join("found/swap.lua")).expect("they are written");
        let mut names: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
        names.sort();
        names
    };
    let mut shown = 0;
    for (one, other) in found(&evil).iter().zip(&found(&twin)) {
        let [said, expected] = [one, other].map(|file| tim3(&evil, &["replay", crate::text(file)]));
        assert_eq!((said.0, expected.0), (0, 0), "{said:?}");
        assert_eq!(harm(&said.1), NO_LINES);
        // Which of two orders is shown is chosen by the content, and what is in flight goes by it.
        let lines =
            |text: &str| text.lines().filter(|line| !line.contains("| in flight: ")).count();
        assert_eq!(lines(&said.1), lines(&expected.1), "{}", said.1);
        shown += said.1.matches("prints: \\x1b[31mANSI").count();
        for format in ["--html", "--svg", "--mermaid", "--itf", "--json"] {
            let (code, out, err) = tim3(&evil, &["replay", crate::text(one), format, "-"]);
            assert_eq!((code, &*err), (0, ""), "{format}");
            assert_eq!(harm(&out), NO_LINES);
        }
    }
    assert!(shown > 0, "no printed text was shown");
}

#[test]
fn the_data_of_a_check_hold_the_very_texts() {
    let (_folder, [evil, _]) = twins();
    let args = ["check", "--handlers", "swap.lua", "--format", "json"];
    let (_, out, _) = tim3(&evil, &[&args[..], &SMALL].concat());
    assert_eq!(harm(&out), NO_LINES);
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let handlers = report["lua"][0]["handlers"].as_array().expect("handlers");
    assert!(
        handlers.iter().any(|one| one["handler"] == format!("TIM3.Burn{EVIL}")),
        "{handlers:?}"
    );
    assert!(out.contains("\\u001b[31mANSI"));
}

#[test]
fn a_review_has_the_lines_of_a_harmless_twin() {
    let (folder, [evil, twin]) = twins();
    let args = [&["review", "old.lua", "swap.lua"], &SMALL[..]].concat();
    let [said, expected] = [&evil, &twin].map(|place| tim3(place, &args));
    assert_alike(&said.1, &expected.1);
    let formats = ["--markdown", "--html", "--json", "--junit", "--sarif"];
    for format in formats {
        let (code, out, err) = tim3(&evil, &[&args[..], &[format, "-"]].concat());
        assert_eq!((code, &*err), (1, ""), "{format}");
        assert_eq!(harm(&out), NO_LINES);
    }
    let summary = folder.path().join("summary");
    let variables =
        [("GITHUB_ACTIONS", OsStr::new("true")), ("GITHUB_STEP_SUMMARY", summary.as_os_str())];
    let args: Vec<_> = args.iter().map(OsStr::new).collect();
    let (_, _, err) = run(&evil, &variables, &args);
    assert!(!err.is_empty());
    for line in err.lines() {
        let (head, _) = line[2..].split_once("::").expect("a command");
        assert!(
            head.starts_with("error file=swap.lua,title=")
                || head.starts_with("notice file=swap.lua,title="),
            "{line}"
        );
        assert_eq!(harm(&line[2..]), NO_LINES);
    }
    let summary = fs::read_to_string(summary).expect("the summary of the job");
    assert_eq!(harm(&summary), NO_LINES);
    assert!(summary.contains("ANSI"), "{summary}");
}

#[test]
fn names_of_files_and_folders_forge_no_line() {
    let folder = TempDir::new().expect("a folder");
    let place = folder.path().join("\x1b]0;x\x07\n##[error]x\u{202e}");
    fs::create_dir(&place).expect("a folder");
    let (file, old) = (place.join(NAME), place.join("old.lua"));
    fs::write(&file, contract("harmless")).expect("it is written");
    fs::write(&old, model::contract::HARDENED_LUA).expect("it is written");
    let [file, old, folder_name] = [&file, &old, &place].map(|path| path.as_os_str());
    let small = SMALL.map(OsStr::new);
    let lines = |text: &str| text.lines().count();
    for own in [
        [OsStr::new("check"), OsStr::new("--handlers"), file].as_slice(),
        &[OsStr::new("review"), old, file],
        &[OsStr::new("review"), old, file, OsStr::new("--markdown"), OsStr::new("-")],
        &[OsStr::new("review"), old, file, OsStr::new("--html"), OsStr::new("-")],
        &[OsStr::new("review"), old, file, OsStr::new("--sarif"), OsStr::new("-")],
        &[OsStr::new("review"), old, file, OsStr::new("--junit"), OsStr::new("-")],
    ] {
        let (code, out, err) = run(folder.path(), &[], &[own, &small].concat());
        assert_eq!((code, &*err), (1, ""), "{own:?}");
        assert_eq!(harm(&out), NO_LINES);
    }
    // Errors are one line each.
    let bad = OsString::from(NAME);
    for own in [
        [OsStr::new("replay"), file].as_slice(),
        &[OsStr::new("replay"), &bad],
        &[OsStr::new("replay"), folder_name],
        &[OsStr::new("check"), OsStr::new("--handlers"), folder_name],
        &[OsStr::new("check"), &bad],
        &[OsStr::new("check"), OsStr::new("--profile"), &bad],
        &[OsStr::new("check"), OsStr::new("--write"), &bad],
        &[OsStr::new("review"), &bad, file],
        &[OsStr::new("review"), OsStr::new("git:\n::error::x:y"), file],
        &[OsStr::new("explore"), &bad],
        &[&bad],
    ] {
        let (code, out, err) = run(folder.path(), &[], own);
        assert_eq!((code, &*out), (2, ""), "{own:?}: {err}");
        assert_eq!(harm(&err), NO_LINES);
        let is_of_clap = err.starts_with("error: ");
        assert!(lines(&err) == 1 || is_of_clap, "{own:?}: {err}");
    }
}

#[cfg(unix)]
#[test]
fn words_that_are_not_utf_8_are_shown_or_refused() {
    use std::os::unix::ffi::OsStrExt;
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("old.lua"), model::contract::HARDENED_LUA).expect("it is written");
    let odd = OsStr::from_bytes(b"\xff\xfe\x1b[31m.lua");
    let review = ["review", "old.lua", "old.lua", "--html"].map(OsStr::new);
    let args = [&review[..], &[odd], &SMALL.map(OsStr::new)].concat();
    let (code, out, err) = run(folder.path(), &[], &args);
    assert_eq!(code, 0, "{err}");
    assert_eq!(harm(&(out + &err)), NO_LINES);
    let page = fs::read_to_string(folder.path().join(odd)).expect("it is written");
    assert!(page.contains(r"$&#39;\377\376\033[31m.lua&#39;"), "{page}");
    for args in [["check", "--handlers"].map(OsStr::new), ["review", "old.lua"].map(OsStr::new)] {
        let (code, _, err) =
            run(folder.path(), &[], &[&args[..], &[OsStr::from_bytes(b"\xff.lua")]].concat());
        assert_eq!((code, harm(&err)), (2, Vec::new()), "{err}");
    }
}
