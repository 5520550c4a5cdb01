-- TIM3 V1, repaired, with the patch by which the user pays USDA to LOCK instead of having it locked.
local usda = process "usda" {
  file = "../tim3-v1/usda.lua",
  ids = { ["@BALANCES@"] = "{ alice = 15 }", ["@TAGS@"] = "no" },
  observe = { balances = "Balances", locked = "Locked" },
}
local lock = process "lock" {
  file = "lock.lua",
  ids = { ["@COORD@"] = "coordinator", ["@USDA@"] = usda, ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "MockUsdaProcess", Value = "usda" } },
  observe = { status = "Status" },
}
local token = process "token" {
  file = "../tim3-v1/token.lua",
  ids = { ["@COORD@"] = "coordinator", ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "CoordinatorProcess", Value = "coordinator" } },
  observe = { balances = "Balances", minted = "TotalMinted" },
}
local coordinator = process "coordinator" {
  file = "../tim3-v1/coordinator.lua",
  ids = { ["@USDA@"] = usda, ["@LOCK@"] = lock, ["@TOKEN@"] = token, ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "SystemActive", Value = "true" },
    from "operator" { Action = "EmergencyPause", Pause = "false" }, from "operator" { Action = "Credit-Notice" } },
  observe = { minted = "Minted", waiting = "Status" },
}
network { lost = 0, repeated = 0 }
-- The limit of 300 was meant to be seconds, and is milliseconds.
clock { at_once = 0, soon = 301 }

person "alice" {
  mint = send(coordinator) { Action = "MintTIM3", Amount = 5 },
  pay = send(usda) { Action = "Transfer", Recipient = "lock", Quantity = { 4, 5, 6 } },
  mint_again = send(coordinator) { Action = "MintTIM3", Amount = 5, after = "MintTIM3-Timeout" },
  pay_again = send(usda) { Action = "Transfer", Recipient = "lock", Quantity = 5, after = "MintTIM3-Timeout" },
  burn = send(coordinator) { Action = "BurnTIM3", Amount = 5, after = "MintTIM3-Response" },
  lock = send(usda) { Action = "Lock", Amount = 5, Locker = "alice", after = "MintTIM3-Response" },
  give_herself = send(token) { Action = "Transfer", Recipient = "alice", Quantity = 5, after = "MintTIM3-Response" },
}
person "bob" { look = send(coordinator) { Action = "SystemHealth" } }

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

each_step "what is paid to LOCK is taken for a lock" (leads(lock, "^Credit%-Notice$", "usda", "LockCollateral-Success"))
except "what is paid to LOCK is taken for a lock" { faults = 0,
  because = "USDA of another amount, or that comes before the request, is kept, and its owner is told so: nobody pays it back" }

each_step "USDA releases what LOCK asks for" (leads(usda, "^Unlock$", "lock", "Unlock-Response"))
except "USDA releases what LOCK asks for" { faults = 0,
  because = "the USDA was paid to LOCK, and a release asks USDA to unlock what was never locked: the TIM3 is gone, and LOCK keeps the USDA" }

local function some(of, wanted)
  for _, value in pairs(of) do
    if value == wanted then return true end
  end
  return false
end
at_rest "who asks and pays again after a timeout gets TIM3" (function (s)
  local is_taken = s.alice.done.pay == 0 and some(s.lock.status, "locked") and some(s.coordinator.waiting, "pending")
  return not is_taken or at_least(s.token.minted, 5)
end)
except "who asks and pays again after a timeout gets TIM3" { faults = 0,
  because = "LOCK never forgets a request: the old one takes the USDA, and its mint is over" }

way_out "USDA comes back out of LOCK" { to = function (s) return equal(s.usda.balances.lock, 0) end }
except "USDA comes back out of LOCK" { faults = 0,
  because = "no handler of any process pays USDA: what was paid to LOCK stays there" }

-- What holds.
always "TIM3 is backed by what LOCK holds" (function (s) return at_least(s.usda.balances.lock, sum(s.token.balances)) end)
each_step "LOCK tells the user where to pay" (leads(lock, "^LockCollateral$", "coordinator", "Transfer-Required"))
each_step "LOCK answers who pays" (leads(lock, "^Credit%-Notice$", "usda"))
seen "a mint completes" (function (s) return equal(s.coordinator.minted.alice, 5) end)

variant "the patch does not find what an earlier chunk made" {
  edit = { [lock] = { "local function f6(x)", "local function f6_of_before(x)" } },
  breaks = "LOCK tells the user where to pay",
}
variant "a real token writes a sentence, which LOCK reads as JSON" {
  edit = { [usda] = { "Quantity = quantity, Data = json.encode({ from = msg.From, amount = f6(amount) })", 'Data = "You received USDA"' } },
  breaks = "LOCK answers who pays",
}
variant "LOCK takes a payment for any request" {
  edit = { [lock] = { ' and held == amount end)', " end)" } },
  breaks = "TIM3 is backed by what LOCK holds",
}
