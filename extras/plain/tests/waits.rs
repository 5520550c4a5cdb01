//! Both engines say the same of a contract whose handler waits for what USDA answers.

#[allow(dead_code, reason = "the examples and other tests use the rest")]
#[path = "../compare/mod.rs"]
mod compare;

use compare::Question;
use model::Variant;
use plain_checker::lua::Lua;
use plain_checker::search::{Most, Verdict, search};
use plain_checker::world::Place;

/// The hardened contract, which asks what it has before it mints; `old` stands before that and
/// `new` in the place of the supply behind it.
fn asks_first(old: &str, new: &str) -> String {
    let hardened: Variant = "hardened".parse().expect("a variant");
    let lua = hardened.lua().expect("its Lua");
    let minted = "    credit(sender, quantity)\n    TotalSupply = TotalSupply + quantity\n";
    assert_eq!(lua.matches(minted).count(), 1);
    let asks = format!(
        "    {old}\n    local answer = Send({{ Target = USDA_PROCESS_ID, Action = \"Balance\" }}).receive()\n    \
         if tonumber(answer.Data) < UsdaCollateral + quantity then return end\n    \
         credit(sender, quantity)\n    TotalSupply = {new} + quantity\n"
    );
    lua.replace(minted, &asks)
}

#[test]
fn both_engines_agree_where_a_handler_waits() {
    let hardened: Variant = "hardened".parse().expect("a variant");
    for (old, new, is_sound) in
        [("", "TotalSupply", true), ("local supply = TotalSupply", "supply", false)]
    {
        let lua = asks_first(old, new);
        for name in ["reliable", "reordering"] {
            let profile = name.parse().expect("a profile");
            let bounds = "tiny".parse().expect("bounds");
            let asked = Question::of(hardened, &profile, true, bounds);
            let answer = Question { lua: Some(lua.clone()), ..asked }.ask();
            assert!(answer.differences.is_empty(), "{answer:?}");
            assert!(answer.compared > 0, "{answer:?}");
            let read = Lua::new("own.lua", &lua).expect("it runs");
            let place = Place::new(&read, hardened.usda(), profile, bounds);
            let found = search(place, Most::worlds(100_000)).expect("it ends").verdicts;
            let of = |name: &str| found.iter().find(|(known, _)| *known == name).map(|(_, it)| it);
            let holds = |name| of(name) == Some(&Verdict::Holds);
            assert_eq!(holds("supply-equals-balances"), is_sound, "{name}: {found:?}");
            let founded = ["mint-one-to-one", "no-mint-without-deposit", "no-double-mint"];
            assert!(founded.into_iter().all(holds), "{name}: {found:?}");
        }
    }
}
