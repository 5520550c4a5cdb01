//! Command lines that are wrong.

use crate::assert_refused;
use crate::command::tim3;
use crate::path::text;
use std::fs;

/// Flags that are refused, and what the message must contain.
const BAD_FLAGS: &[(&[&str], &[&str])] = &[
    (&[], &["Usage: tim3", "check", "replay", "list", "lua"]),
    (&["chekc"], &["unrecognized subcommand 'chekc'", "check", "--help"]),
    (&["replay"], &["<FILE>"]),
    (
        &["list", "nothing"],
        &["'nothing'", "variants, platforms, promises, bounds, faults, tricks, reductions"],
    ),
    (&["lua", "seeds"], &["`seeds`", "there are: seed, seed-json"]),
    (&["check", "seeds"], &["`seeds`", "there are: seed, seed-json", "hardened"]),
    (&["check", "--profile", "reliably"], &["--platform", "`reliably`", "there are: reliable"]),
    (
        &["check", "--property", "all"],
        &["--promise", "`all`", "there are: supply-equals-collateral"],
    ),
    (
        &["check", "--bounds", "huge"],
        &["--bounds", "`huge`", "there are: tiny, small, default, large"],
    ),
    (&["check", "--users", "0"], &["users is 0", "from 1 to 6"]),
    (&["check", "--users", "7"], &["users is 7", "from 1 to 6"]),
    (&["check", "--users", "256"], &["--users", "256 is not in 0..=255"]),
    (&["check", "--users", "-1"], &["'-1'"]),
    (&["check", "--users=-1"], &["--users", "'-1'"]),
    (&["check", "--quantity", "0"], &["quantity is 0", "from 1 to"]),
    (&["check", "--quantity", "1.5"], &["--quantity", "'1.5'"]),
    (&["check", "--faults", "21"], &["faults is 21", "from 0 to 20"]),
    (&["check", "--max-time", "abc"], &["--max-time", "`abc` is not a number of seconds"]),
    (&["check", "--max-time", "-1"], &["'-1'"]),
    (&["check", "--max-time=-1"], &["--max-time", "`-1` seconds", "negative"]),
    (&["check", "--max-time", "nan"], &["--max-time", "`nan` seconds"]),
    (&["check", "--max-time", "inf"], &["--max-time", "`inf` seconds"]),
    (&["check", "--max-time", ""], &["--max-time"]),
    (&["check", "--max-depth", "deep"], &["--max-depth", "'deep'"]),
    (&["check", "--max-states", "1e6"], &["--max-states", "'1e6'"]),
    (&["check", "--max-memory", "99999999999999999999"], &["--max-memory", "too large"]),
    (&["check", "--format", "xml"], &["--format", "'xml'", "text, json"]),
    (&["check", "--threads", "0"], &["--threads <N>", "'0'", "at least 1 is needed"]),
    (&["check", "--threads", "x"], &["--threads <N>", "`x` is not a number from 1 to 1024"]),
    (&["check", "--threads", "1025"], &["--threads <N>", "'1025'", "at most 1024"]),
    (&["check", "--threads", "99999999999999999999"], &["--threads <N>", "from 1 to 1024"]),
    (&["check", "--distinct", "0"], &["--distinct <N>", "'0'", "at least 1 is needed"]),
    (&["check", "--distinct", "two"], &["--distinct <N>", "`two` is not a number from 1 to 1024"]),
    (&["check", "--no-reduction"], &["--no-reduction <NAME>", "a value is required"]),
    (
        &["check", "--no-reduction", "symetry"],
        &["--no-reduction <NAME>", "`symetry`", "did you mean `symmetry`?", "there are: direct-"],
    ),
    (&["check", "--no-reduction", ""], &["--no-reduction <NAME>", "there are: direct-wallets"]),
    (
        &["check", "--search", "spin"],
        &["--search <ENGINE>", "'spin'", "layered, stateright, stateright-dfs"],
    ),
    (&["check", "--search", "layered", "--search", "stateright"], &["--search", "multiple times"]),
    (&["check", "hardened", "--html", "x.html"], &["--html", "of a system", "--write=FOLDER"]),
    (&["check", "--verbose"], &["unexpected argument '--verbose'"]),
];

#[test]
fn a_wrong_command_line_is_refused_with_what_is_wrong_in_it() {
    for (args, fragments) in BAD_FLAGS {
        assert_refused(&tim3(args), &args.join(" "), fragments);
    }
}

#[test]
fn a_negative_number_is_refused_as_the_value_of_its_flag() {
    for flag in [
        "--users",
        "--faults",
        "--max-depth",
        "--max-time",
        "--max-memory",
        "--threads",
        "--distinct",
    ] {
        let said = tim3(&["check", flag, "-1"]);
        assert_refused(&said, flag, &[&format!("invalid value '-1' for '{flag}")]);
    }
}

#[test]
fn an_unwritable_path_is_refused_before_the_search() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "mine").expect("a file");
    for place in [file.clone(), file.join("below")] {
        let said =
            tim3(&["check", "seed", "--profile", "reliable", &format!("--write={}", text(&place))]);
        assert_refused(&said, "--write", &[text(&place), "cannot be written to"]);
    }
    assert_eq!(fs::read_to_string(&file).expect("still there"), "mine");
}

/// Options that would have no effect in a search by stateright, and what the message says
/// about them.
const WITHOUT_EFFECT: [(&[&str], &[&str]); 5] = [
    (
        &["--max-depth", "3"],
        &["a limit stopped it", "leave out --max-depth", "or use --search=layered"],
    ),
    (&["--max-states", "3"], &["a limit stopped it", "--max-states", "or use --search=layered"]),
    (&["--max-time", "3"], &["a limit stopped it", "--max-time", "or use --search=layered"]),
    (&["--max-memory", "8192"], &["a limit stopped it", "--max-memory", "or use --search=layered"]),
    (&["--distinct", "2"], &["one counterexample", "leave out --distinct"]),
];

#[test]
fn options_that_stateright_ignores_are_refused_before_writing() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().join("new");
    let write = format!("--write={}", text(&folder));
    for engine in ["stateright", "stateright-dfs"] {
        for (flags, fragments) in WITHOUT_EFFECT {
            let said = tim3(&[&["check", "hardened", &write, "--search", engine], flags].concat());
            let place = format!("tim3: --search={engine}");
            assert_refused(&said, flags[0], &[&[place.as_str()], fragments].concat());
            assert!(!folder.exists(), "{engine} {flags:?}");
        }
    }
}

#[test]
fn a_wrong_flag_leaves_nothing_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().join("new");
    let write = format!("--write={}", text(&folder));
    for (args, _) in BAD_FLAGS.iter().filter(|(args, _)| args.first() == Some(&"check")) {
        let said = tim3(&[args, &[write.as_str()][..]].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}: {said:?}");
        assert!(!folder.exists(), "{args:?}");
    }
}
