//! What is said without `--all` fits on one screen, and says what matters first.

use crate::command::tim3;
use crate::folder::{Folder, hardened};

/// Rows of a terminal of 80 columns.
fn rows(text: &str) -> usize {
    text.lines().map(|line| line.chars().count().div_ceil(80).max(1)).sum()
}

const WIDE: [&str; 2] = ["--profile", "hostile"];

#[test]
fn it_fits() {
    let guard = "    if msg.From ~= USDA_PROCESS_ID then return end\n";
    // What breaks by mistakes of the file takes a few rows more, with all its steps.
    for (source, most) in [(hardened(&[]), 40), (hardened(&[(guard, "")]), 50)] {
        let folder = Folder::with(&[("a.lua", &source)]);
        for flags in [&[][..], &WIDE] {
            let said = folder.screen("a.lua", flags);
            assert!(rows(&said.out) <= most, "{} rows\n{}", rows(&said.out), said.out);
        }
    }
    let all = tim3(&["check", "--bounds", "tiny", "--quiet"]);
    assert!(rows(&all.out) <= 40, "{} rows\n{}", rows(&all.out), all.out);
}

#[test]
fn it_begins_with_the_answer_and_what_was_not_tried() {
    let guard = "    if msg.From ~= USDA_PROCESS_ID then return end\n";
    let folder = Folder::with(&[("a.lua", &hardened(&[(guard, "")]))]);
    let said = folder.screen("a.lua", &["--profile", "legacynet"]);
    assert_eq!(said.code, 1, "{said:?}");
    let first = said.out.lines().next().expect("a line");
    assert!(
        first.starts_with("a.lua: ") && first.contains(" promises break in what was tried"),
        "{first}"
    );
    let place = |text: &str| said.out.find(text).unwrap_or_else(|| panic!("{text}: {}", said.out));
    assert!(place("\nNot tried:\n") < place("\nBroken:\n"));
    let told = "  no-mint-without-deposit: TIM3 is minted that nobody paid for\n    1 trick, 1 step, under legacynet: mallory: ";
    assert!(said.out.contains(told), "{}", said.out);
    assert!(said.out.contains("\nNothing was tried beyond these bounds: "), "{}", said.out);
}

#[test]
fn who_keeps_all_that_the_platform_can_keep_is_not_at_fault() {
    let folder = Folder::with(&[("a.lua", &hardened(&[]))]);
    let limits = ["--profile", "legacynet-no-su-filter", "--property", "no-double-release"];
    let said = folder.screen("a.lua", &limits);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("1 of 1 promises break in what was tried, all by the platform"));
    assert!(said.out.contains("\nBroken by the platform: "), "{}", said.out);
    assert!(
        said.out
            .ends_with("every promise that can hold on this platform holds in what was tried\n")
    );
}
