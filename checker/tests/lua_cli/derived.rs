//! What the stranger can send because the file listens for it.

use crate::command::tim3;
use crate::folder::{Folder, LEGACYNET, derived, handler, hardened, verdict};
use rayon::prelude::*;

/// The hardened contract with more handlers behind its own.
fn with(handlers: &str) -> String {
    hardened(&[]) + handlers
}

#[test]
fn an_action_that_only_the_file_knows_is_tried() {
    let open = "Handlers.add('m', { Action = 'Mint' }, function(msg)
      local n = math.tointeger(tonumber(msg.Tags.Amount))
      if not n then return end
      Balances[msg.From] = (Balances[msg.From] or 0) + n
    end)";
    let guarded = open.replace("if not n", "if not n or msg.From ~= Owner");
    let folder = Folder::with(&[("open.lua", &with(open)), ("guarded.lua", &with(&guarded))]);
    let report = folder.report("open.lua", &LEGACYNET);
    assert_eq!(verdict(&report, "no-mint-without-deposit"), "violated");
    let mint = "send-Mint: Action=Mint, Quantity=10, Recipient=mallory, Reference=1, Amount=10";
    assert_eq!(derived(&report)[0], mint, "the tag that the handler reads is found, too");
    assert!(derived(&report).iter().any(|one| one.ends_with("Amount=-10")), "and other amounts");
    let report = folder.report("guarded.lua", &LEGACYNET);
    assert_eq!(verdict(&report, "no-mint-without-deposit"), "holds");
    assert_eq!(derived(&report).len(), 1, "it was tried anyway");
}

/// The hardened contract, which pays more for this, where that is `sesame`.
fn paying_for(read: &str) -> String {
    let paid = "Recipient = msg.From,\n      Quantity = string.format(\"%d\", quantity";
    hardened(&[(paid, &format!("{paid} + MORE[tostring({read})]"))])
        + "\nMORE = setmetatable({ sesame = 1000 }, { __index = function() return 0 end })"
}

#[test]
fn whatever_a_sender_chooses_is_tried() {
    for read in [
        "msg.Tags['Content-Type']",
        "msg.Tags['Reply-To']",
        "msg.Tags['Pushed-For']",
        "msg.Tags['X-Reference']",
        "msg.Tags.Reference",
        "msg.Tags.Target",
        "msg.Tags.Id",
        "msg.Id",
        "msg.Tags['1up']",
        "msg.Tags['Two words']",
        "msg.Data",
        "rawget(msg, 'Data')",
    ] {
        let folder = Folder::with(&[("a.lua", &paying_for(read))]);
        let report = folder.report("a.lua", &LEGACYNET);
        let said = (derived(&report), &report["lua"][0]["not_tried"]);
        assert!(said.0.iter().any(|one| one.contains("=sesame")), "{read}: {said:?}");
        assert_eq!(verdict(&report, "no-release-without-burn"), "violated", "{read}: {said:?}");
    }
}

#[test]
fn what_handlers_read_and_no_word_decides_is_said() {
    for (read, words) in [
        ("#msg.Data // 1000", "the right Data of a message"),
        ("json.encode({msg.Data})", "the right Data of a message"),
        ("#(msg.Tags['Pushed-For'] or '')", "the right value of Pushed-For: they look"),
    ] {
        let source = format!("local json = require('json')\n{}", paying_for(read));
        let folder = Folder::with(&[("a.lua", &source)]);
        let report = folder.report("a.lua", &LEGACYNET);
        let not_tried = report["lua"][0]["not_tried"].to_string();
        assert!(not_tried.contains(words), "{read}: {not_tried}");
    }
    let folder = Folder::with(&[("a.lua", &hardened(&[]))]);
    let not_tried = folder.report("a.lua", &LEGACYNET)["lua"][0]["not_tried"].to_string();
    assert!(!not_tried.contains("the right"), "{not_tried}");
}

#[test]
fn an_action_that_pays_only_after_a_deposit_is_tried() {
    let sweep = "Handlers.add('s', Handlers.utils.hasMatchingTag('Action', 'Sweep'), function(msg)
      if UsdaCollateral == 0 then return end
      Send({ Target = USDA_PROCESS_ID, Action = 'Transfer', Recipient = msg.Tags.To,
        Quantity = tostring(UsdaCollateral) })
    end)";
    let folder = Folder::with(&[("sweep.lua", &with(sweep))]);
    let report = folder.report("sweep.lua", &LEGACYNET);
    assert_eq!(verdict(&report, "no-release-without-burn"), "violated");
    let sweep = "send-Sweep: Action=Sweep, Quantity=10, Recipient=mallory, Reference=1, To=mallory";
    assert!(derived(&report).contains(&sweep), "{:?}", derived(&report));
}

#[test]
fn a_tag_that_the_token_forwards_is_tried() {
    let source = hardened(&[(
        "local sender = msg.Tags.Sender",
        "local sender = msg.Tags['X-Beneficiary'] or msg.Tags.Sender",
    )]);
    let folder = Folder::with(&[("a.lua", &source)]);
    let report = folder.report("a.lua", &LEGACYNET);
    assert!(derived(&report)[0].contains("X-Beneficiary=10"), "{:?}", derived(&report));
    // Whom a depositor names may have the deposit.
    assert_eq!(verdict(&report, "no-mint-without-deposit"), "holds");
    assert_eq!(verdict(&report, "mint-one-to-one"), "holds");
}

#[test]
fn what_the_known_tricks_send_is_not_derived_again() {
    for variant in ["hardened", "seed-tags", "refund-on-transfer-error", "forwarded-tags-trusted"] {
        let variant: model::Variant = variant.parse().expect("a variant");
        let folder = Folder::with(&[("a.lua", &variant.lua().expect("its Lua"))]);
        let report = folder.report("a.lua", &LEGACYNET);
        assert!(derived(&report).is_empty(), "{variant}: {:?}", derived(&report));
    }
}

#[test]
fn a_counterexample_with_a_derived_message_is_kept_and_replayed() {
    let open = "Handlers.add('m', 'Mint', function(msg) Balances[msg.From] = 10 end)";
    let folder = Folder::with(&[("open.lua", &with(open))]);
    let write = format!("--write={}", folder.path("found"));
    folder.check("open.lua", &["--profile", "legacynet", &write]);
    let kept = folder.path("found/open.lua/no-mint-without-deposit.json");
    let said = tim3(&["replay", &kept]);
    assert!(said.out.contains("TRICK  mallory sends TIM3 Mint"), "{said:?}");
    assert!(said.out.contains("Action=Mint, Quantity=10"), "{said:?}");
    // The same file with a contract that does not listen for it.
    let text = std::fs::read_to_string(&kept).expect("it was written");
    let other = text.replace("'Mint'", "'Melt'");
    std::fs::write(folder.path("other.json"), other).expect("a file");
    let said = tim3(&["replay", &folder.path("other.json")]);
    assert_eq!(said.code, 2, "{said:?}");
}

#[test]
fn a_review_notices_owner_checks_that_were_dropped() {
    let good = "Handlers.add('m', 'Mint', function(msg)
      if msg.From ~= Owner then return end
      Balances[msg.Tags.Recipient] = 1000000
    end)
    Handlers.add('t', 'Set-Token', function(msg)
      if msg.From ~= Owner then return end
      USDA_PROCESS_ID = msg.Tags.Token
    end)";
    let bad = good.replace("if msg.From ~= Owner then return end", "");
    let folder = Folder::with(&[("old.lua", &with(good)), ("new.lua", &with(&bad))]);
    let files = [folder.path("old.lua"), folder.path("new.lua")];
    for bounds in ["tiny", "small"] {
        let said = tim3(&["review", &files[0], &files[1], "--bounds", bounds, "-q"]);
        assert_eq!(said.code, 1, "{said:?}");
        assert!(said.out.contains("no-mint-without-deposit"), "{said:?}");
    }
}

#[test]
fn a_handler_that_the_host_refuses_is_not_tried_beforehand() {
    let source = handler("") + "Handlers.add('w', 'Wait', function() ao.addAssignable({}) end)\n";
    let folder = Folder::with(&[("a.lua", &source)]);
    let report = folder.report("a.lua", &LEGACYNET);
    assert_eq!(derived(&report), Vec::<&str>::new());
}

#[test]
fn texts_without_number_are_left_out_and_said_to_be() {
    let texts: Vec<_> = (0..3000).map(|n| format!("'X-W{n}'")).collect();
    let source = format!("{}\nlocal W = {{ {} }}", hardened(&[]), texts.join(", "));
    let folder = Folder::with(&[("a.lua", &source)]);
    let report = folder.report("a.lua", &["--profile", "reliable"]);
    let not_tried = report["lua"][0]["not_tried"].to_string();
    assert!(not_tried.contains("of its texts, which the stranger could send"), "{not_tried}");
    let said = folder.check("a.lua", &["--profile", "legacynet", "--max-time", "1"]);
    assert_eq!(said.code, 3, "{said:?}");
}

/// Variants that the stranger's tricks break, on a platform that repeats nothing.
const TRICKED: [&str; 15] = [
    "seed-tags",
    "dedupe-by-reference",
    "sender-check-off",
    "sign-check-off",
    "permissive-numbers",
    "supply-cap-off",
    "forwarded-tags-trusted",
    "balance-check-off",
    "effects-before-checks",
    "refund-on-transfer-error",
    "refund-by-on-reply",
    "pause-on-transfer-error",
    "first-sender-kept",
    "burn-is-a-transfer",
    "self-transfer-inflates",
];

/// Derivation does not find the tricks that handlers read nothing of: `deposit-cast` and
/// `usda-burn-negative` stay at USDA, `assign-foreign-notice` is no message to TIM3, and the
/// platform has the last word over the tag of `forge-from-process`.
#[test]
fn what_tricks_break_is_found_without_them() {
    let broken = |name: &str, flags: &[&str]| -> Vec<String> {
        let variant: model::Variant = name.parse().expect("a variant");
        let folder = Folder::with(&[("a.lua", &variant.lua().expect("its Lua"))]);
        let report = folder.report("a.lua", &[&LEGACYNET[..], flags].concat());
        let verdicts = report["runs"][0]["verdicts"].as_array().expect("verdicts").iter();
        let broken = verdicts.filter(|one| one["verdict"] == "violated");
        broken.map(|one| one["property"].as_str().expect("a name").to_owned()).collect()
    };
    TRICKED.into_par_iter().for_each(|name| {
        let found = broken(name, &["--only-derived"]);
        let known = broken(name, &[]);
        assert!(!known.is_empty(), "{name}");
        let is_missed = |one: &&String| !found.contains(one) && !is_another_amount(name, one);
        let missed: Vec<_> = known.iter().filter(is_missed).collect();
        assert!(missed.is_empty(), "{name}: {missed:?}");
    });
    assert!(broken("hardened", &["--only-derived"]).is_empty());
}

/// Of all amounts that are more than somebody has, derivation keeps the least that is taken. The
/// trick's is so large that the room below the supply cap is no integer any more.
fn is_another_amount(variant: &str, promise: &str) -> bool {
    let of_room = ["deposits-creditable", "deposits-minted-at-rest"];
    variant == "balance-check-off" && of_room.contains(&promise)
}
