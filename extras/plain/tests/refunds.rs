//! Both engines say the same of contracts that send deposits back, rightly or not.

#[allow(dead_code, reason = "the examples and other tests use the rest")]
#[path = "../compare/mod.rs"]
mod compare;

use compare::Question;
use model::{Bounds, Profile, Variant};

const KEEPS: &str = "      Quarantine[id] = { Sender = sender, Quantity = msg.Tags.Quantity }\n";
const BACK: &str = "Send({ Target = USDA_PROCESS_ID, Action = 'Transfer', Recipient = sender, Quantity = msg.Tags.Quantity })\n";
const MINTS: &str = "credit(sender, quantity)\nTotalSupply = TotalSupply + quantity\n\
                     UsdaCollateral = UsdaCollateral + quantity\n";
const ASKS: &str = "Send({ Target = USDA_PROCESS_ID, Action = 'Balance' }).receive()\n";
const SEEN: &str = "    if Seen[id] then return end\n    local quantity = amount(msg.Tags.Quantity)\n    Seen[id] = true\n    if not sender";

/// The recommended contract, with these edits.
fn edited(hardened: Variant, edits: &[(&str, &str)]) -> String {
    let lua = hardened.lua().expect("its Lua");
    edits.iter().fold(lua, |lua, (from, to)| {
        assert_eq!(lua.matches(from).count(), 1, "{from}");
        lua.replace(from, to)
    })
}

#[test]
fn both_engines_agree_on_refunds() {
    let hardened: Variant = "hardened".parse().expect("a variant");
    let every = ("    if not sender or", "    if true or not sender or");
    let with_every = |does: &str| edited(hardened, &[(KEEPS, does), every]);
    let later = SEEN
        .replace("if Seen[id] then return end", "local again = Seen[id]")
        .replace("not sender", "not again or not sender");
    let always = SEEN
        .replace("    if Seen[id] then return end\n", "")
        .replace("not sender", "true or not sender");
    let (thief, less) = (
        BACK.replace("Recipient = sender", "Recipient = 'thief'"),
        BACK.replace("msg.Tags.Quantity", "'9'"),
    );
    let contracts = [
        ("what it cannot take", edited(hardened, &[(KEEPS, BACK)])),
        ("everything", with_every(BACK)),
        ("to another", with_every(&thief)),
        ("to both", with_every(&[BACK, &thief].concat())),
        ("less", with_every(&less)),
        ("twice", with_every(&[BACK, BACK].concat())),
        ("minted before", with_every(&[MINTS, BACK].concat())),
        ("minted after", with_every(&[BACK, ASKS, MINTS].concat())),
        ("minted on a copy", edited(hardened, &[(SEEN, &later), (KEEPS, BACK)])),
        ("on any copy", edited(hardened, &[(SEEN, &always), (KEEPS, BACK)])),
    ];
    let mut violated = 0;
    for (profile, users) in
        [("reliable", 2), ("reordering", 2), ("lossy", 2), ("legacynet-no-su-filter", 1)]
    {
        let profile: Profile = profile.parse().expect("a profile");
        let tiny: Bounds = "tiny".parse().expect("bounds");
        // A stranger and a handler that waits make too many worlds.
        let is_asked = |name: &str| {
            if profile.has_stranger() {
                name.contains("copy")
            } else {
                name != "minted after" || profile.name == "reliable"
            }
        };
        for (name, lua) in contracts.iter().filter(|(name, _)| is_asked(name)) {
            let asked = Question::of(hardened, &profile, true, Bounds { users, ..tiny });
            let answer = Question { name: (*name).into(), lua: Some(lua.clone()), ..asked }.ask();
            println!("{name} {profile}: {} worlds, {:?}", answer.worlds, answer.took);
            assert!(answer.differences.is_empty(), "{answer:?}");
            assert_eq!((answer.compared, &answer.undecided), (22, &None), "{name} {profile}");
            violated += answer.violated;
        }
    }
    assert!(violated > 30, "{violated}");
}
