//! What anybody can see the two versions do differently, on platforms that undo what a handler
//! did that throws, and on those that do not.

use crate::{edited, hardened, profiles, replaced, review_under};
use checker::review::summary::{Behaviour, DifferenceInfo};
use model::Subject;

/// The last that a Transfer does is to throw: where that is undone nothing was moved.
fn throws_at_the_end() -> Subject {
    edited(replaced(
        "{ name = \"Recipient\", value = recipient })",
        "{ name = \"Recipient\", value = recipient })\n    error(\"late\")",
    ))
}

fn behaviour(under: &[&str], new: Subject) -> Behaviour {
    review_under(&profiles(under), hardened(), new, "small").behaviour
}

fn kinds(behaviour: &Behaviour) -> Vec<&str> {
    behaviour.differences.iter().map(|one| one.what.as_str()).collect()
}

#[test]
fn half_done_work_is_compared_with_the_platforms_that_undo_it() {
    let alone = behaviour(&["hyper-aos"], throws_at_the_end());
    let both = behaviour(&["reordering", "hyper-aos"], throws_at_the_end());
    assert_eq!((both.profile, &*both.besides), ("hyper-aos", &["reordering"][..]));
    assert!(alone.besides.is_empty());
    // Each kind is there once, and what both show is shown of the first.
    let more: Vec<&DifferenceInfo> =
        both.differences.iter().filter(|one| !kinds(&alone).contains(&&*one.what)).collect();
    assert_eq!(both.differences.len(), alone.differences.len() + more.len());
    assert!(more.iter().all(|one| one.schedule.profile == "reordering"), "{more:?}");
    // The first to notice it: one version moves the money and the other, undone, does not.
    let undone = |one: &&DifferenceInfo| one.what.ends_with("new throws") && !one.follows;
    assert!(more.iter().any(undone), "{:?}", kinds(&both));
    let half = |kind: &&str| kind.contains("new throws, ");
    assert!(kinds(&both).iter().any(half), "{:?}", kinds(&both));
}

#[test]
fn where_no_throw_leaves_anything_one_platform_stands_for_all() {
    let text = edited(replaced("Insufficient Balance!", "not enough"));
    let behaviour = behaviour(&["reordering", "hyper-aos"], text);
    assert!(!behaviour.differences.is_empty() && behaviour.besides.is_empty());
}

/// None of these has every step of another.
#[test]
fn platforms_that_do_not_stand_for_each_other_are_all_searched() {
    let text = edited(replaced("Insufficient Balance!", "not enough"));
    let under = ["legacynet", "legacynet-no-su-filter", "operator", "lossy"];
    let behaviour = behaviour(&under, text);
    assert_eq!(behaviour.profile, "legacynet-no-su-filter");
    assert_eq!(behaviour.besides, ["operator", "lossy"]);
}

/// What is said of a state names users: where they are exchanged, they are in that, too.
#[test]
fn versions_that_differ_in_every_step_are_compared() {
    let throws = "\nHandlers.prepend('S', function() error('no') end, function() end)\n";
    let behaviour = behaviour(&["lossy"], edited(|lua| lua + throws));
    assert_eq!(behaviour.cut, None);
    let kinds = kinds(&behaviour);
    assert!(kinds.contains(&"Transfer to burn: old sends Burn-Error; new throws"), "{kinds:?}");
    assert!(kinds.len() > 2, "{kinds:?}");
}
