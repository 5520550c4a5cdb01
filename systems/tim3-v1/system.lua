-- TIM3 V1: five processes where V2 has one. With four repairs, as nothing completes as it was
-- published (see the first variants). What goes wrong here needs users alone: no stranger, and no
-- fault of the network. STATE is left out: the others work without it.
local usda = process "usda" {
  file = "usda.lua",
  ids = { ["@BALANCES@"] = "{ alice = 311 }", ["@TAGS@"] = "no" },
  observe = { balances = "Balances", locked = "Locked" },
}
local lock = process "lock" {
  file = "lock.lua",
  ids = { ["@COORD@"] = "coordinator", ["@USDA@"] = usda, ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "MockUsdaProcess", Value = "usda" } },
  observe = { status = "Status" },
}
local token = process "token" {
  file = "token.lua",
  ids = { ["@COORD@"] = "coordinator", ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "CoordinatorProcess", Value = "coordinator" } },
  observe = { balances = "Balances" },
}
local coordinator = process "coordinator" {
  file = "coordinator.lua",
  ids = { ["@USDA@"] = usda, ["@LOCK@"] = lock, ["@TOKEN@"] = token, ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "SystemActive", Value = "true" },
    from "operator" { Action = "EmergencyPause", Pause = "false" }, from "operator" { Action = "Credit-Notice" } },
  observe = { minted = "Minted" },
}
network { lost = 0, repeated = 0 }

person "alice" {
  mint = send(coordinator) { Action = "MintTIM3", Amount = { 5, "4.1", 301 } },
  mint_more = send(coordinator) { Action = "MintTIM3", Amount = { 5, 1000 }, after = "MintTIM3-Response" },
  burn = send(coordinator) { Action = "BurnTIM3", Amount = { 5, 10, "4.1" }, after = "MintTIM3-Response" },
  at_token = send(token) { Action = { "Burn", "Transfer" }, Recipient = "bob", Quantity = 5, after = "MintTIM3-Response" },
  at_usda = send(usda) { Action = { "Unlock", "Transfer" }, Recipient = "coordinator", Quantity = 5, after = "MintTIM3-Response" },
  look = send(coordinator) { Action = "SystemHealth", after = "MintTIM3-Pending" },
}
person "bob" { burn = send(coordinator) { Action = "BurnTIM3", Amount = 5, after = "Credit-Notice" } }

seen "a mint completes" (function (s) return equal(s.coordinator.minted.alice, 5) end)
seen "a burn completes" (function (s)
  return all { s.at_rest, equal(s.coordinator.minted.alice or 1, 0), equal(s.usda.locked.alice, 0) }
end)

-- Whether a step sends a message of this kind, or any.
local function sends(e, action)
  for _, message in pairs(e.sent) do
    if not action or message.action == action then return true end
  end
  return false
end
-- What such a message leads its receiver to.
local function leads(to, action, from, sent)
  return { of = to, holds = function (e)
    return e.from ~= from or not e.action:find(action) or sends(e, sent)
  end }
end

-- What holds, step by step, once it is repaired.
each_step "what is accepted is asked of LOCK" { of = coordinator, holds = function (e)
  return not sends(e, "MintTIM3-Pending") or sends(e, "LockCollateral")
end }
each_step "what is asked of USDA is answered" (leads(usda, "^Lock$", "lock"))
each_step "what USDA locked is taken down" (leads(lock, "^Lock%-Confirmed$", "usda"))
each_step "what is locked is minted" (leads(coordinator, "^LockCollateral%-Success$", "lock", "Mint"))
each_step "what is minted is booked" (leads(coordinator, "^Mint%-Response$", "token", "MintTIM3-Response"))
each_step "what is burned is asked of LOCK" (leads(coordinator, "^Burn%-Response$", "token", "UnlockCollateral"))
each_step "what is released is booked" (leads(coordinator, "^UnlockCollateral%-Success$", "lock", "BurnTIM3-Response"))

-- What does not.
always "TIM3 is backed by locked USDA" (function (s)
  return at_least(sum(s.usda.locked), sum(s.token.balances))
end)
except "TIM3 is backed by locked USDA" { faults = 0,
  because = "USDA unlocks for whoever asks, so that a user takes the backing away and keeps the TIM3" }

each_step "the coordinator knows of every burn" { of = token, holds = function (e)
  return any { equal(e.from, "coordinator"), at_least(sum(e.after.balances), sum(e.before.balances)) }
end }
except "the coordinator knows of every burn" { faults = 0,
  because = "a holder may burn at the token itself, and nothing is released for it" }

at_rest "who holds TIM3 may redeem it" (function (s)
  return all(s.token.balances, function (amount, holder) return at_most(amount, s.coordinator.minted[holder]) end)
end)
except "who holds TIM3 may redeem it" { faults = 0,
  because = "the right to redeem stays with who minted: the coordinator refuses who was given TIM3, and the token who gave it away" }

each_step "the token mints what was locked" (leads(token, "^Mint$", "coordinator", "Mint-Response"))
except "the token mints what was locked" { faults = 0,
  because = "the token looks at its cap of 300 only when the USDA is locked already, and nobody unlocks it again" }

each_step "LOCK releases what was burned" (leads(lock, "^UnlockCollateral$", "coordinator", "Unlock"))
except "LOCK releases what was burned" { faults = 0,
  because = "what is burned at once must fit into one lock: two mints of 5 and a burn of 10 is refused when the TIM3 is gone" }

each_step "LOCK takes down what USDA released" (leads(lock, "^Unlock%-Response$", "usda"))
except "LOCK takes down what USDA released" { faults = 0,
  because = "USDA answers 4.099999 to 4.1, so that LOCK knows no such release, and keeps the lock closed for good" }

each_step "a payment to the coordinator counts" (leads(coordinator, "^Credit%-Notice$", "usda"))
except "a payment to the coordinator counts" { faults = 0,
  because = "the coordinator reads tags, and this USDA writes its notice into the body: the money is kept, and no TIM3 made" }

each_step "LOCK passes on what USDA refuses" (leads(lock, "%-Error$", "usda"))
each_step "the coordinator passes on what LOCK refuses" (leads(coordinator, "%-Error$", "lock"))
each_step "the coordinator passes on what the token refuses" (leads(coordinator, "%-Error$", "token"))
local unheard = "no handler is there for a refusal further down: the user reads that the request is pending, and nothing else"
except "LOCK passes on what USDA refuses" { faults = 0, because = unheard }
except "the coordinator passes on what LOCK refuses" { faults = 0, because = unheard }
except "the coordinator passes on what the token refuses" { faults = 0, because = unheard }

-- V1 as it was published, and with all repairs but one.
local first = { "purpose = lock.purpose,", "" }
local second = { 'purpose = msg.Tags.Purpose or "TIM3-mint",', "" }
local third = { "named or answer.burnId", "answer.burnId or named" }
local fourth = { "collateralRatio = 1,", "collateralRatio = 1.0," }
variant "as it was published" {
  edit = { [lock] = first, [token] = second, [coordinator] = { third, fourth } },
  breaks = "what is locked is minted",
}
variant "LOCK does not say what a lock is for" { edit = { [lock] = first }, breaks = "what is locked is minted" }
variant "the token does not say what a mint is for" { edit = { [token] = second }, breaks = "what is minted is booked" }
variant "a burn is looked for by the token's own id" { edit = { [coordinator] = third }, breaks = "what is burned is asked of LOCK" }
variant "the ratio is 1.0, which makes 5.0 of 5" { edit = { [coordinator] = fourth }, breaks = "what is released is booked" }
variant "the name json is not there, as in aos" {
  edit = { [usda] = { 'local json = require("json")', "" } },
  breaks = "what is asked of USDA is answered",
}
variant "names of tags come in title case, as in aos from 2.0.6 on" {
  edit = { [usda] = { "return msg.Tags[name] or msg.Tags[name:sub(1, 1) .. name:sub(2):lower()]", "return msg.Tags[name]" } },
  breaks = "what USDA locked is taken down",
}
variant "the coordinator was not told where LOCK is" {
  edit = { [coordinator] = { 'lockManagerProcess = id "lock"', "lockManagerProcess = nil" } },
  breaks = "what is accepted is asked of LOCK",
}
variant "any lock that fits, as pairs gives them" {
  edit = { [lock] = { "  table.sort(names)\n", "" } },
  breaks = "handlers-deterministic",
}
