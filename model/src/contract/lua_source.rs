//! The Lua that the transcriptions stand for.

use super::Mutant;

/// The recommended contract, ready to deploy once the USDA process id is put in.
pub const HARDENED_LUA: &str = include_str!("../../lua/hardened.lua");
/// The handlers of the design document, literally.
pub const SEED_LUA: &str = include_str!("../../lua/seed.lua");
/// The same with `json` required.
pub const SEED_JSON_LUA: &str = include_str!("../../lua/seed-json.lua");
/// The same reading tags.
pub const SEED_TAGS_LUA: &str = include_str!("../../lua/seed-tags.lua");

/// One replacement in a Lua file. `from` stands exactly once in `hardened.lua`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LuaEdit {
    /// The text to take out.
    pub from: &'static str,
    /// What to put there.
    pub to: &'static str,
}

/// A file with these edits made, or the text that was not found exactly once.
///
/// # Errors
/// The `from` of the first edit that does not apply.
pub fn edited(source: &str, edits: &[LuaEdit]) -> Result<String, &'static str> {
    edits.iter().try_fold(source.to_owned(), |text, edit| {
        (text.matches(edit.from).count() == 1)
            .then(|| text.replacen(edit.from, edit.to, 1))
            .ok_or(edit.from)
    })
}

const DIGITS: &str =
    r#"  if type(text) ~= "string" or not text:match("^[1-9]%d*$") then return nil end"#;
const KEY_BY_ID: &str = r#"  if msg.From == msg.Owner or not msg.Tags.Reference then return msg.From .. ":id:" .. tostring(msg.Id) end"#;
const KEY_BY_REFERENCE: &str = r#"  return msg.From .. ":ref:" .. msg.Tags.Reference"#;
const BALANCE_CHECK: &str = "    if quantity > (Balances[msg.From] or 0) then return refuse(msg, \"Burn-Error\", \"Insufficient Balance!\") end\n";
const BURN_EFFECTS: &str = r#"    if quantity > (Balances[msg.From] or 0) then return refuse(msg, "Burn-Error", "Insufficient Balance!") end
    Seen[id] = true
    credit(msg.From, -quantity)
    TotalSupply = TotalSupply - quantity
    UsdaCollateral = UsdaCollateral - quantity
"#;
const RELEASE: &str = r#"    Send({ Target = USDA_PROCESS_ID, Action = "Transfer", Recipient = msg.From,
      Quantity = string.format("%d", quantity) })
"#;
const DEBIT: &str = r#"    Send({ Target = msg.From, Action = "Debit-Notice", Recipient = "burn",
      Quantity = string.format("%d", quantity), ["X-Reference"] = msg.Tags.Reference })
"#;
const BURN_HANDLER: &str = r#"Handlers.add("TIM3.Burn","#;
macro_rules! transfer_effects {
    () => {
        r#"    if quantity > (Balances[msg.From] or 0) then return refuse(msg, "Transfer-Error", "Insufficient Balance!") end
    Seen[id] = true
    credit(msg.From, -quantity)
    credit(recipient, quantity)
    if msg.Tags.Cast then return end
"#
    };
}
macro_rules! credit_notice {
    () => {
        r#"notice(recipient, "Credit-Notice", { name = "Sender", value = msg.From })"#
    };
}
const TRANSFER_EFFECTS: &str = transfer_effects!();
const CREDIT_NOTICE: &str = concat!("    ", credit_notice!(), "\n");
const EARLY_CREDIT_NOTICE: &str =
    concat!("    if not msg.Tags.Cast then ", credit_notice!(), " end\n", transfer_effects!());
const CREDIT_HEAD: &str = r"    if msg.From ~= USDA_PROCESS_ID then return end
";

/// What the mutants that listen to Transfer-Error put in.
const PENDING_RELEASE: &str = r#"    Send({ Target = USDA_PROCESS_ID, Action = "Transfer", Recipient = msg.From,
      Quantity = string.format("%d", quantity) })
    Pending[tostring(ao.reference)] = { User = msg.From, Quantity = quantity }
"#;
const REFUND_HANDLER: &str = r#"Pending = Pending or {}
Handlers.add("TIM3.Transfer-Error",
  Handlers.utils.hasMatchingTag("Action", "Transfer-Error"),
  function(msg)
    if msg.From ~= USDA_PROCESS_ID then return end
    local burnt = Pending[tostring(msg.Tags["X-Reference"])]
    if not burnt then return end
    Pending[tostring(msg.Tags["X-Reference"])] = nil
    credit(burnt.User, burnt.Quantity)
    TotalSupply = TotalSupply + burnt.Quantity
    UsdaCollateral = UsdaCollateral + burnt.Quantity
  end
)

Handlers.add("TIM3.Burn","#;
const ON_REPLY_RELEASE: &str = r#"    Send({ Target = USDA_PROCESS_ID, Action = "Transfer", Recipient = msg.From,
      Quantity = string.format("%d", quantity) }).onReply(function(reply)
      if reply.Tags.Action ~= "Transfer-Error" then return end
      credit(msg.From, quantity)
      TotalSupply = TotalSupply + quantity
      UsdaCollateral = UsdaCollateral + quantity
    end)
"#;
const PAUSE_HANDLER: &str = r#"Paused = Paused or false
Handlers.add("TIM3.Transfer-Error",
  Handlers.utils.hasMatchingTag("Action", "Transfer-Error"),
  function(msg) if msg.From == USDA_PROCESS_ID then Paused = true end end
)

Handlers.add("TIM3.Burn","#;

pub(super) fn edits(mutant: Mutant) -> &'static [LuaEdit] {
    macro_rules! edits {
        ($($from:expr => $to:expr),+ $(,)?) => {
            const { &[$(LuaEdit { from: $from, to: $to }),+] }
        };
    }
    match mutant {
        Mutant::DedupeOff => {
            edits!["Seen = Seen or {} " => "Seen = setmetatable({}, { __newindex = function() end }) "]
        }
        Mutant::DedupeById => edits![
            KEY_BY_ID => "",
            KEY_BY_REFERENCE => "  return tostring(msg.Id)",
        ],
        Mutant::DedupeByPushedFor => edits![
            KEY_BY_REFERENCE => r#"  return tostring(msg.Tags["Pushed-For"])"#,
        ],
        Mutant::DedupeByReference => edits![
            KEY_BY_ID => r#"  if not msg.Tags.Reference then return msg.From .. ":id:" .. tostring(msg.Id) end"#,
            KEY_BY_REFERENCE => "  return msg.Tags.Reference",
        ],
        Mutant::WalletDedupeOff => edits![
            "Seen = Seen or {} " => "Seen = Seen or setmetatable({}, { __newindex = function(seen, id, value) if id ~= \"wallet\" then rawset(seen, id, value) end end }) ",
            KEY_BY_ID => "  if msg.From == msg.Owner then return \"wallet\" end\n  if not msg.Tags.Reference then return msg.From .. \":id:\" .. tostring(msg.Id) end",
        ],
        Mutant::SenderCheckOff => edits![CREDIT_HEAD => ""],
        Mutant::TargetCheckOff => edits!["  return msg.Target == ao.id" => "  return true"],
        Mutant::OwnUsdaMinted => edits!["    if sender == ao.id then return end\n" => ""],
        Mutant::SignCheckOff => edits!["\"^[1-9]%d*$\"" => "\"^%-?[1-9]%d*$\""],
        Mutant::PermissiveNumbers => edits![DIGITS => ""],
        Mutant::SupplyCapOff => edits!["\n      or quantity > MAX_SUPPLY - TotalSupply" => ""],
        Mutant::ForwardedTagsTrusted => edits![
            "    local quantity = amount(msg.Tags.Quantity)\n    Seen[id] = true\n    if not sender" =>
            "    local quantity = amount(msg.Tags[\"X-Quantity\"] or msg.Tags.Quantity)\n    Seen[id] = true\n    if not sender",
        ],
        Mutant::BalanceCheckOff => edits![
            BALANCE_CHECK => "",
        ],
        Mutant::EffectsBeforeChecks => edits![
            BURN_EFFECTS => "    Seen[id] = true\n    credit(msg.From, -quantity)\n    TotalSupply = TotalSupply - quantity\n",
            DEBIT => "    assert(Balances[msg.From] >= 0, \"insufficient balance\")\n    UsdaCollateral = UsdaCollateral - quantity\n",
        ],
        Mutant::RefundOnTransferError => edits![
            RELEASE => PENDING_RELEASE,
            BURN_HANDLER => REFUND_HANDLER,
        ],
        Mutant::RefundByOnReply => edits![RELEASE => ON_REPLY_RELEASE],
        Mutant::PauseOnTransferError => edits![
            BURN_HANDLER => PAUSE_HANDLER,
            "    local quantity = amount(msg.Tags.Quantity)\n    if not quantity then return refuse(msg, \"Burn-Error\"" =>
            "    if Paused then return end\n    local quantity = amount(msg.Tags.Quantity)\n    if not quantity then return refuse(msg, \"Burn-Error\"",
            "    local recipient = msg.Tags.Recipient\n" => "    if Paused then return end\n    local recipient = msg.Tags.Recipient\n",
        ],
        Mutant::TransferSwallowed => edits![
            "    local recipient = msg.Tags.Recipient\n" => "    do return end\n    local recipient = msg.Tags.Recipient\n",
        ],
        Mutant::FirstSenderKept => edits![
            "    local sender = msg.Tags.Sender\n" => "    Depositor = Depositor or msg.Tags.Sender\n    local sender = Depositor\n",
        ],
        Mutant::BurnIsATransfer => edits![
            "  function(msg) return msg.Tags.Action == \"Transfer\" and msg.Tags.Recipient == \"burn\" end," =>
            "  function(msg) return false end,",
        ],
        Mutant::RecipientCheckOff => edits![
            "    if not recipient or recipient == \"\" then return refuse(msg, \"Transfer-Error\", \"Recipient is required!\") end\n" => "",
        ],
        Mutant::SelfTransferInflates => edits![
            "    credit(msg.From, -quantity)\n    credit(recipient, quantity)\n" =>
            "    local from, to = Balances[msg.From], Balances[recipient] or 0\n    Balances[msg.From] = from - quantity\n    Balances[recipient] = to + quantity\n",
        ],
        Mutant::NoticeBeforeChecks => edits![
            TRANSFER_EFFECTS => "",
            CREDIT_NOTICE => EARLY_CREDIT_NOTICE,
        ],
        Mutant::StateWipedOnReload => edits![
            "Balances = Balances or {} " => "Balances = {} ",
            "TotalSupply = TotalSupply or 0" => "TotalSupply = 0",
            "UsdaCollateral = UsdaCollateral or 0" => "UsdaCollateral = 0",
            "Seen = Seen or {} " => "Seen = {} ",
            "Quarantine = Quarantine or {}" => "Quarantine = {}",
        ],
    }
}
