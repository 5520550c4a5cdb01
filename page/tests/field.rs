//! Contracts as the field writes them: honest ones come out clean, and faulty ones break the
//! promise that their author would have made.

use page::verdict::Kind;
use page::{Checked, Place, Verdict, check};
use search::Limits;
use std::fs;
use std::path::Path;

/// Each page, and the promise that its contract breaks; none if it is right.
const PAGES: [(&str, Option<&str>); 24] = [
    ("cap/system.lua", None),
    ("claim/system.lua", None),
    ("cooldown/good.system.lua", None),
    ("cooldown/bad.system.lua", Some("who redeems waits an hour, and no longer")),
    ("decimals/system.lua", None),
    ("deposit-tag/system.lua", None),
    ("fee/system.lua", None),
    ("hour/system.lua", None),
    ("initial-supply/system.lua", None),
    ("intent/good.system.lua", None),
    ("intent/bad.system.lua", Some("any other deposit is sent back")),
    ("intent/bad_default.system.lua", Some("any other deposit is sent back")),
    ("no-counter/system.lua", None),
    ("other-action/system.lua", Some("only a notice of USDA raises a balance")),
    ("queue/good.system.lua", None),
    ("queue/fifo.system.lua", None),
    ("queue/bad.system.lua", Some("who burns is paid")),
    ("ratio/system.lua", None),
    ("refund/system.lua", None),
    ("several-files/system.lua", None),
    ("several-files/bundled.system.lua", None),
    ("supply-cap/system.lua", None),
    ("two-tokens/system.lua", None),
    ("wait/system.lua", None),
];

fn checked(name: &str) -> Checked {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/field").join(name);
    let read_file = |path: &Path| fs::read_to_string(path).map_err(|error| error.to_string());
    let checked = check(Place::of(&page), read_file, &Limits::default(), 1, &mut |_| ());
    checked.unwrap_or_else(|error| panic!("{error}"))
}

/// Whether the mistake is the contract's own: it needs no message that is lost or comes again.
fn is_without_faults(verdict: &Verdict) -> bool {
    let schedule = verdict.schedule.as_ref();
    schedule.is_some_and(|schedule| schedule.lost + schedule.repeated == 0)
}

#[test]
fn correct_contracts_are_clean_and_faulty_ones_break_a_promise() {
    for (name, broken) in PAGES {
        let checked = checked(name);
        let Some(broken) = broken else {
            let is_clean =
                !checked.is_violated() && !checked.is_inconclusive() && !checked.is_untried();
            assert!(is_clean, "{name}: {checked:#?}");
            for noticed in &checked.variants {
                assert!(is_without_faults(&noticed.verdict), "{name}: {noticed:#?}");
            }
            continue;
        };
        let of_kind = |kind| checked.verdicts.iter().filter(move |verdict| verdict.kind == kind);
        assert_eq!(of_kind(Kind::HoldsAfterAll).count(), 0, "{name}: {checked:#?}");
        let violated: Vec<_> = of_kind(Kind::Violated).collect();
        let [verdict] = violated[..] else { panic!("{name}: {checked:#?}") };
        assert_eq!(verdict.promise, broken, "{name}");
        assert!(is_without_faults(verdict), "{name}: {verdict:#?}");
    }
}
