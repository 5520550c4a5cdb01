//! Completions and manual pages: shells and `man` take them, and they say what the help says.

use super::{FLAGS, tim3};
use clap::ValueEnum;
use clap_complete::Shell;
use model::{Profile, Variant};
use std::process::Command;

fn said(args: &[&str]) -> String {
    let said = tim3(args);
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{args:?}");
    said.out
}

#[test]
fn every_shell_learns_every_command_and_flag() {
    for shell in Shell::value_variants() {
        let script = said(&["completions", &shell.to_string()]);
        for (command, flags) in FLAGS {
            assert!(script.contains(command), "{shell} does not know {command}");
            for flag in flags.iter().map(|flag| flag.trim_start_matches('-')) {
                assert!(script.contains(flag), "{shell} does not know {command} --{flag}");
            }
        }
    }
}

/// What bash offers for an unfinished command line, with the completions loaded.
fn offered(words: &[&str]) -> Vec<String> {
    let script = said(&["completions", "bash"]);
    let line = words.join(" ");
    let (last, previous) = (words[words.len() - 1], words[words.len() - 2]);
    let asked = format!(
        "{script}\nCOMP_WORDS=({line}); COMP_CWORD={}; _tim3 tim3 '{last}' '{previous}'; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.len() - 1
    );
    let output = Command::new("bash").args(["--norc", "-c", &asked]).output().expect("bash");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes_commands_flags_and_names() {
    assert_eq!(offered(&["tim3", "rep"]), ["replay"]);
    assert_eq!(offered(&["tim3", "check", "--unt"]), ["--untried"]);
    let profiles: Vec<_> = Profile::ALL.iter().map(|profile| profile.name).collect();
    let legacy = profiles.iter().filter(|name| name.starts_with("legacy"));
    assert_eq!(
        offered(&["tim3", "check", "--platform", "legacy"]),
        legacy.copied().collect::<Vec<_>>()
    );
    let seeds = Variant::all().map(Variant::name).filter(|name| name.starts_with("seed"));
    assert_eq!(offered(&["tim3", "lua", "seed"]), seeds.collect::<Vec<_>>());
}

/// A page of the manual as it reads, without what asks for bold and italic type.
fn plain(page: &str) -> String {
    ["\\fB", "\\fI", "\\fR", "\\&"]
        .iter()
        .fold(page.to_owned(), |text, mark| text.replace(mark, ""))
        .replace("\\-", "-")
}

#[test]
fn the_manual_names_every_command_and_exit_code() {
    let page = said(&["man"]);
    assert!(page.contains("\n.TH tim3 1 "), "{page}");
    let page = plain(&page);
    for (command, _) in FLAGS {
        assert!(page.contains(&format!("tim3-{command}(1)")), "{command} is missing:\n{page}");
    }
    for (_, meaning) in checker::exit_code::Exit::MEANINGS {
        assert!(page.contains(meaning), "`{meaning}` is missing:\n{page}");
    }
}

#[test]
fn the_manual_of_a_command_explains_its_flags() {
    for (command, flags) in FLAGS {
        let page = said(&["man", command]);
        assert!(page.contains(&format!("\n.TH tim3-{command} 1 ")), "{page}");
        let page = plain(&page);
        for flag in flags {
            assert!(page.contains(flag), "{command} {flag} is missing:\n{page}");
        }
    }
}

#[test]
fn a_manual_that_is_not_there_is_refused_by_name() {
    let said = tim3(&["man", "chekc"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(
        said.err.contains("no command is called `chekc`; there are: check, audit, claims"),
        "{said:?}"
    );
}
