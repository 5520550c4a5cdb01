//! A file cannot make the checker confuse two of its states, or two of its accounts: see
//! docs/KEYS.md.

use crate::command::Said;
use crate::folder::{Folder, hardened};
use serde_json::Value;

/// A text that erases all that is before it in a state, for a hash with public constants: it
/// repeats one of them, and a product with zero is zero, wherever the blocks of the hash begin.
const ERASER: &str = r#"AA = AA or "0"
local word = "WORD"
AB = AB or ""
if AB == "" then
  for shift = 0, 7 do AB = AB .. ("-"):rep(shift) .. word:rep(40) .. ("-"):rep(8 - shift) end
end
"#;

/// A contract that pays a burn twice once a burn was refused: that is all in `AA`, which comes
/// first in its states.
fn pays_twice(word: &str) -> String {
    let refused = "return refuse(msg, \"Burn-Error\", \"Insufficient Balance!\")";
    let paid = "    Send({ Target = USDA_PROCESS_ID, Action = \"Transfer\", Recipient = msg.From,\n      Quantity = string.format(\"%d\", quantity) })\n";
    let source = hardened(&[
        (refused, &format!("AA = \"1\" {refused}")),
        (paid, &format!("for _ = 0, tonumber(AA) do\n{paid}end\n")),
    ]);
    ERASER.replace("WORD", word) + &source
}

#[test]
fn no_text_of_a_file_makes_two_of_its_states_one() {
    let files = [r"\xdd\x50\x7c\xc9\xb7\x29\xac\xc0", "12345678"].map(pays_twice);
    let folder = Folder::with(&[("hides.lua", &files[0]), ("shows.lua", &files[1])]);
    for engine in ["layered", "stateright"] {
        let said = ["hides", "shows"].map(|name| {
            let flags = ["--profile", "reliable", "--search", engine];
            let said = folder.check(&format!("{name}.lua"), &flags);
            assert_eq!(said.code, 1, "{said:?}");
            assert!(said.out.contains("burns-paid-at-rest") && said.out.contains("VIOLATED"));
            // Which of several shortest counterexamples is told goes by the content.
            let told = |line: &str| line.split("states; ").next().map(str::to_owned);
            // One of the two words is no text that can be sent.
            let is_of_both = |line: &&str| !line.contains("of its texts, which the stranger could");
            let text = said.out.replace(name, "");
            text.lines().filter(is_of_both).filter_map(told).collect::<Vec<_>>()
        });
        assert_eq!(said[0], said[1], "with {engine}");
    }
}

#[test]
fn no_secret_of_a_run_shows_in_its_report() {
    let folder = Folder::with(&[("twice.lua", &pays_twice("12345678"))]);
    let flags = |threads| ["--profile", "legacynet-no-su-filter", "--threads", threads];
    let json = |threads| [&flags(threads)[..], &["--format", "json"]].concat();
    let first = folder.check("twice.lua", &flags("1"));
    let first_json = folder.check("twice.lua", &json("1"));
    assert!(first.out.contains("re-push"), "{first:?}");
    for threads in ["1", "2", "3"] {
        assert_eq!(folder.check("twice.lua", &flags(threads)).out, first.out, "{threads} threads");
        let report = folder.check("twice.lua", &json(threads)).out;
        let is_clock = |line: &&str| !line.contains("\"seconds\"");
        let without = |text: &str| text.lines().filter(is_clock).collect::<Vec<_>>().join("\n");
        assert_eq!(without(&report), without(&first_json.out), "{threads} threads");
    }
}

#[test]
fn accounts_that_a_reader_takes_for_one_are_a_finding() {
    let cases = [
        ("{ [1] = 1000000, ['1'] = 0 }", r#"the keys ["1"] and [1], which"#),
        ("{ [true] = 1000000, ['true'] = 0 }", r#"the keys ["true"] and [true], which"#),
        (r"{ ['\xff'] = 1000000, ['\xfe'] = 0 }", r#"the keys ["\xfe"] and ["\xff"], which"#),
        ("{ zoe = 0, ['Zoe'] = 1000000 }", r#"the keys ["Zoe"] and ["zoe"], which"#),
        ("{ zoe = 0, ['zoe '] = 1000000 }", r#"the keys ["zoe "] and ["zoe"], which"#),
        (r"{ ['z\u{200b}oe'] = 0 }", r#"the key ["z\xe2\x80\x8boe"]"#),
    ];
    for (balances, named) in cases {
        let said = with_balances(balances, &["--property", "books-readable", "--format", "json"]);
        assert_eq!(said.code, 1, "{said:?}");
        let report: Value = serde_json::from_str(&said.out).expect("JSON");
        let verdict = &report["runs"][0]["verdicts"][0];
        let what = verdict["counterexample"]["values"]["what"].as_str().expect("what is wrong");
        assert!(what.contains(named), "{named}: {what}");
        let all = with_balances(balances, &[]);
        let is_told = all.out.contains("VIOLATED") && !all.out.contains("no promise is broken");
        assert!(all.code == 1 && is_told, "{all:?}");
    }
    let said = with_balances("{ zoe = 0, yve = 0 }", &[]);
    assert!(
        !said.out.contains("VIOLATED") && said.out.contains("no promise is broken"),
        "{said:?}"
    );
}

/// A check of the hardened contract with these balances at first.
fn with_balances(balances: &str, flags: &[&str]) -> Said {
    let empty = "Balances = Balances or {}";
    let source = hardened(&[(empty, &empty.replace("{}", balances))]);
    let folder = Folder::with(&[("a.lua", &source)]);
    folder.check("a.lua", &[&["--profile", "reliable"], flags].concat())
}
