//! Deposits for somebody else, and payouts to somebody else, where a tag names them.

use crate::folder::{CREDITED, Folder, hardened, report, verdict};

const PAYS: &str = "Recipient = msg.From,\n      Quantity = string.format(\"%d\", quantity) })\n    Send({ Target = msg.From, Action = \"Debit-Notice\"";
const NAMED: &str = "msg.Tags['X-Payout'] or msg.From";

/// The recommended contract, which credits so.
fn crediting(lua: &str) -> String {
    let told = "    Send({ Target = sender, Action = \"Credit-Notice\"";
    let named = told.replace("= sender", "= msg.Tags['X-Recipient'] or sender");
    hardened(&[(CREDITED, &format!("    {lua}\n    TotalSupply")), (told, &named)])
}

/// The recommended contract, which pays so.
fn paying(recipient: &str) -> String {
    hardened(&[(PAYS, &PAYS.replacen("msg.From", recipient, 1))])
}

fn is_clean(source: &str) {
    let folder = Folder::with(&[("a.lua", source)]);
    let said = folder.screen("a.lua", &["--transfers", "1"]);
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn a_deposit_for_somebody_else_is_theirs() {
    let owner = "msg.Tags['X-Recipient'] or sender";
    is_clean(&crediting(&format!("credit({owner}, quantity)")));
    let twice = crediting(&format!("credit({owner}, quantity)\n    credit(sender, quantity)"));
    assert_eq!(verdict(&report(&twice), "mint-one-to-one"), "violated");
    // Whom no depositor named.
    let to_bob = crediting("credit('bob', quantity)");
    assert_eq!(verdict(&report(&to_bob), "no-mint-without-deposit"), "violated");
}

#[test]
fn a_burn_may_name_who_is_paid() {
    is_clean(&paying(NAMED));
    let both = paying(NAMED).replace("    Send({ Target = msg.From, Action = \"Debit-Notice\"", "    if msg.Tags['X-Payout'] then
      Send({ Target = USDA_PROCESS_ID, Action = 'Transfer', Recipient = msg.From, Quantity = tostring(quantity) })
    end
    Send({ Target = msg.From, Action = \"Debit-Notice\"");
    assert_eq!(verdict(&report(&both), "no-release-without-burn"), "violated");
    let to_bob = paying("'bob'");
    assert_eq!(verdict(&report(&to_bob), "no-release-without-burn"), "violated");
}
