//! Facts that a process gets when it is spawned, and that a file reads: tags, and the id of the
//! token.

use crate::command::tim3;
use crate::folder::{Folder, ID, LEGACYNET, hardened, verdicts};

const OWN_ID: &str = "abcdefghijklmnopqrstuvwxyz0123456789-_ABCDE";

/// The hardened contract, which takes the token's id from a tag.
fn tagged() -> Folder {
    let source = hardened(&[(ID, "USDA_PROCESS_ID = ao.env.Process.Tags.Token")]);
    Folder::with(&[("a.lua", &source), ("b.lua", &hardened(&[]))])
}

#[test]
fn a_tag_that_nobody_names_is_refused_with_the_flag() {
    let said = tagged().check("a.lua", &LEGACYNET);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("a.lua:11: ao.env.Process.Tags.Token is read"), "{said:?}");
    assert!(said.err.contains("--tag NAME=VALUE"), "{said:?}");
}

#[test]
fn with_its_value_it_is_checked_as_if_it_were_written_there() {
    let folder = tagged();
    let with = [&LEGACYNET[..], &["--tag", "Token=@USDA@"]].concat();
    let report = folder.report("a.lua", &with);
    assert_eq!(verdicts(&report), verdicts(&folder.report("b.lua", &LEGACYNET)));
    // A word that is no id is somebody else's name.
    let other = [&LEGACYNET[..], &["--tag", "Token=USDA"]].concat();
    assert_eq!(folder.check("a.lua", &other).code, 1);
}

#[test]
fn a_tag_without_a_value_is_one_that_it_has_not() {
    let source = hardened(&[(ID, "USDA_PROCESS_ID = ao.env.Process.Tags.Token or '@USDA@'")]);
    let folder = Folder::with(&[("a.lua", &source), ("b.lua", &hardened(&[]))]);
    let absent = [&LEGACYNET[..], &["--tag", "Token"]].concat();
    assert_eq!(
        verdicts(&folder.report("a.lua", &absent)),
        verdicts(&folder.report("b.lua", &LEGACYNET))
    );
}

#[test]
fn what_was_kept_runs_again_with_its_tags() {
    let folder = tagged();
    let kept = folder.path("kept");
    let flags = ["--tag", "Token=@USDA@", "--profile", "lossy"];
    let said = folder.check("a.lua", &[&flags[..], &[&format!("--write={kept}")]].concat());
    assert_eq!(said.code, 3, "{said:?}");
    let said = tim3(&["replay", &format!("{kept}/a.lua/deposits-creditable.json")]);
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn tags_that_cannot_be_meant_are_refused() {
    let folder = tagged();
    for (flags, why) in [
        (&["--tag", "=x"][..], "not of the form NAME=VALUE"),
        (&["--tag", "Authority=x"], "whom the process trusts"),
        (&["--tag", "Token=a", "--tag", "Token=b"], "one value of a tag"),
    ] {
        let said = folder.check("a.lua", flags);
        assert!(said.code == 2 && said.err.contains(why), "{why}: {said:?}");
    }
}

#[test]
fn the_id_of_the_token_needs_no_edit() {
    let deployed = hardened(&[(ID, &format!("USDA_PROCESS_ID = '{OWN_ID}'"))]);
    let folder = Folder::with(&[("a.lua", &deployed), ("b.lua", &hardened(&[]))]);
    let with = [&LEGACYNET[..], &["--usda-id", OWN_ID]].concat();
    assert_eq!(
        verdicts(&folder.report("a.lua", &with)),
        verdicts(&folder.report("b.lua", &LEGACYNET))
    );
    let unused = folder.check("b.lua", &with);
    assert!(unused.code == 2 && unused.err.contains("nothing that is checked names"), "{unused:?}");
    let short = folder.check("a.lua", &["--usda-id", "abc"]);
    assert!(short.code == 2 && short.err.contains("43 characters"), "{short:?}");
}
