//! Who can do what: seen in all searches, and told.

use crate::command::{Said, tim3};
use crate::folder::{Folder, LEGACYNET, hardened};
use serde_json::{Value, json};

/// Handlers that only the owner may use.
const MINT: &str = "Handlers.add('mint', 'Mint', function(msg)
  if msg.From ~= Owner then return end
  credit(msg.Tags.Recipient or msg.From, 7)
  TotalSupply, UsdaCollateral = TotalSupply + 7, UsdaCollateral + 7
end)
";
const SWITCHES: &str = "Handlers.add('sweep', 'Sweep', function(msg)
  if msg.From ~= Owner then return end
  Send({ Target = USDA_PROCESS_ID, Action = 'Transfer', Recipient = Owner, Quantity = '1' })
end)
Handlers.add('seize', 'Seize', function(msg)
  if msg.From ~= Owner then return end
  for who in pairs(Balances) do Balances[who] = 0 end
end)
local isOpen = true
Handlers.add('close', 'Close', function(msg)
  if msg.From == Owner then isOpen = not isOpen end
end)
Handlers.add('pause', 'Pause', function(msg)
  if msg.From == Owner then Stopped = true end
end)
";
const ONLY: &str = "  if msg.From ~= Owner then return end\n  credit";

fn owned(more: &str) -> String {
    let lua = hardened(&[])
        + "local function credit(who, n) Balances[who] = (Balances[who] or 0) + n end\n";
    lua + more
}

/// What is told on the first screen.
fn told(source: &str) -> Vec<String> {
    let said = Folder::with(&[("a.lua", source)]).screen("a.lua", &LEGACYNET);
    let lines = said.out.lines().skip_while(|line| *line != "Powers beside the usual:").skip(1);
    lines.take_while(|line| !line.is_empty()).map(|line| line.trim().to_owned()).collect()
}

fn review(old: &str, new: &str, flags: &[&str]) -> Said {
    let folder = Folder::with(&[("old.lua", old), ("new.lua", new)]);
    let [old, new] = ["old.lua", "new.lua"].map(|name| folder.path(name));
    tim3(&[&["review", &old, &new, "--bounds", "tiny", "--quiet"], flags].concat())
}

const USUAL: [&str; 3] = [
    "make TIM3: USDA (Credit-Notice)",
    "destroy TIM3: a holder (Transfer)",
    "pay out USDA: a holder (Transfer)",
];

#[test]
fn only_holders_and_usda_move_money_of_hardened() {
    let folder = Folder::with(&[("a.lua", &hardened(&[]))]);
    let said = folder.screen("a.lua", &LEGACYNET);
    let usual = "\nPowers as usual: USDA makes TIM3, holders destroy their own and are paid.\n";
    assert!(said.out.contains(usual), "{said:?}");
    let all = folder.check("a.lua", &LEGACYNET).out;
    assert!(USUAL.iter().all(|power| all.contains(&format!("  seen to {power}\n"))), "{all}");
}

#[test]
fn what_only_the_owner_can_do_is_a_power() {
    let mint = told(&owned(MINT));
    assert_eq!(mint, ["make TIM3: only the owner (Mint); USDA (Credit-Notice)"]);
    assert_eq!(
        told(&owned(SWITCHES)),
        [
            "destroy TIM3: only the owner (Seize); a holder (Transfer)",
            "lower the balance of others: only the owner (Seize)",
            "pay out USDA: only the owner (Sweep); a holder (Transfer)",
            "change Stopped: only the owner (Pause)",
            "change handlers or their local variables: only the owner (Close)",
        ]
    );
}

#[test]
fn what_anybody_can_do_is_told_and_in_the_data() {
    let open = owned(&MINT.replace(ONLY, "  credit"));
    assert!(told(&open)[0].starts_with("make TIM3: anybody (Mint)"), "{:?}", told(&open));
    let report = Folder::with(&[("a.lua", &open)]).report("a.lua", &LEGACYNET);
    let powers = report["lua"][0]["powers"].as_array().expect("powers");
    let power = json!({ "deed": "make", "sender": "anybody", "action": "Mint" });
    assert!(powers.contains(&power), "{powers:?}");
    let seen = json!({ "deed": { "set": "Seen" }, "sender": "usda", "action": "Credit-Notice" });
    assert!(powers.contains(&seen), "{powers:?}");
}

#[test]
fn a_review_names_powers_gained_and_lost() {
    let (plain, owned, open) = (hardened(&[]), owned(MINT), owned(&MINT.replace(ONLY, "  credit")));
    let gained = review(&plain, &owned, &[]);
    assert!(
        gained.out.contains("\npowers\n  gained: only the owner can make TIM3 (Mint)\n"),
        "{gained:?}"
    );
    assert!(
        gained.out.contains("; 1 power gained\n") || gained.out.contains(": 1 power gained\n"),
        "{gained:?}"
    );
    let lost = review(&owned, &plain, &["--json", "-"]);
    let summary: Value = serde_json::from_str(&lost.out).expect("JSON");
    let expected = json!({ "gained": [], "lost": ["only the owner can make TIM3 (Mint)"] });
    assert_eq!(summary["powers"], expected);
    let opened = review(&owned, &open, &["--markdown", "-"]);
    assert!(
        opened.out.contains("**Powers**\n\n- gained: anybody can make TIM3 (Mint)\n"),
        "{opened:?}"
    );
    assert!(opened.out.contains("- lost: only the owner can make TIM3 (Mint)\n"), "{opened:?}");
    let same = review(&owned, &owned, &[]);
    assert!(!same.out.contains("powers"), "{same:?}");
}

#[test]
fn what_the_owner_opens_to_anybody_is_a_power() {
    let issue = "Handlers.add('issue', 'Issue', function(msg)
  if not Open then return end
  Balances[msg.From] = (Balances[msg.From] or 0) + 7
  TotalSupply, UsdaCollateral = TotalSupply + 7, UsdaCollateral + 7
end)
";
    let open = |check: &str| {
        format!("Handlers.add('open', 'Renounce', function(msg) {check} Open = true end)\n{issue}")
    };
    let lines = told(&owned(&open("if msg.From ~= Owner then return end")));
    assert!(
        lines[0].starts_with(
            "make TIM3: anybody, once the owner has sent a message (Renounce, then Issue)"
        ),
        "{lines:?}"
    );
    let closed = told(&owned(&open("do return end")));
    assert!(!closed.iter().any(|line| line.contains("once the owner")), "{closed:?}");
}
