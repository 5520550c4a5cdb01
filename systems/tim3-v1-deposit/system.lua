-- TIM3 V1, repaired, where USDA is paid to the coordinator instead of being locked. For that USDA
-- must write its notices as real tokens do, in tags.
local usda = process "usda" {
  file = "../tim3-v1/usda.lua",
  ids = { ["@BALANCES@"] = "{ alice = 308 }", ["@TAGS@"] = "yes" },
  observe = { balances = "Balances", locked = "Locked" },
}
local lock = process "lock" {
  file = "../tim3-v1/lock.lua",
  ids = { ["@COORD@"] = "coordinator", ["@USDA@"] = usda, ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "MockUsdaProcess", Value = "usda" } },
  observe = { released = "TotalUnlocked" },
}
local token = process "token" {
  file = "../tim3-v1/token.lua",
  ids = { ["@COORD@"] = "coordinator", ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "CoordinatorProcess", Value = "coordinator" } },
  observe = { balances = "Balances" },
}
local coordinator = process "coordinator" {
  file = "../tim3-v1/coordinator.lua",
  ids = { ["@USDA@"] = usda, ["@LOCK@"] = lock, ["@TOKEN@"] = token, ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "SystemActive", Value = "true" } },
  observe = { minted = "Minted", known = "UserMintHistory", waiting = "Status" },
}
network { lost = 0, repeated = 1 }

person "alice" {
  mint = send(coordinator) { Action = "MintTIM3", Amount = 3 },
  deposit = send(usda) { Action = "Transfer", Recipient = "coordinator", Quantity = { 5, 301 } },
  burn = send(coordinator) { Action = "BurnTIM3", Amount = { 3, 5 }, after = "MintTIM3-Response" },
  look = send(coordinator) { Action = "SystemHealth", after = "MintTIM3-Pending" },
  give_herself = send(token) { Action = "Transfer", Recipient = "alice", Quantity = 1, after = "BurnTIM3-Response" },
}
person "operator" { pause = send(coordinator) { Action = "EmergencyPause", Pause = "true" } }

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
-- Whether the token answers for one who asked for a mint before.
local function is_known(e)
  return e.before.known[e.data:match('"recipient":"(.-)"')] ~= nil
end
-- Whether the coordinator waits for what the token answers.
local function is_waited_for(e)
  local cause = e.action == "Mint-Response" and e.data:match("token%-mint%-([%w.]+)")
  for id in pairs(cause and e.before.waiting or {}) do
    if id:find(cause, 1, true) then return true end
  end
  return false
end

way_out "a deposit comes back" { to = function (s) return equal(s.usda.balances.coordinator, 0) end }
except "a deposit comes back" { faults = 0,
  because = "no handler of any process pays USDA: what was paid to the coordinator stays there" }

each_step "what is deposited is asked for" (leads(coordinator, "^Credit%-Notice$", "usda", "Mint"))
except "what is deposited is asked for" { faults = 0,
  because = "what is paid to the coordinator while it is paused is kept, and no TIM3 is made for it" }

each_step "the token mints what was deposited" (leads(token, "^Mint$", "coordinator", "Mint-Response"))
except "the token mints what was deposited" { faults = 0,
  because = "the token looks at its cap of 300 only when the USDA is paid already, and nobody pays it back" }

each_step "what is minted for a newcomer is booked" { of = coordinator, holds = function (e)
  return not is_waited_for(e) or is_known(e) or sends(e, "MintTIM3-Response")
end }
except "what is minted for a newcomer is booked" { faults = 0,
  because = "the coordinator throws where it counts the mints of one who never asked for any, and may never be asked to redeem it" }

each_step "LOCK releases what was burned" (leads(lock, "^UnlockCollateral$", "coordinator", "Unlock"))
except "LOCK releases what was burned" { faults = 0,
  because = "a burn asks LOCK for USDA that was never locked, but paid: the TIM3 is gone, and nothing is released" }

each_step "one deposit is asked for once" { of = coordinator, holds = function (e)
  local is_asked = e.action == "Credit-Notice" and e.sent[1] ~= nil
  return not is_asked or all(e.before.waiting, function (_, id) return not equal(id:match("%-(%a+)"), "deposit").holds end)
end }
except "one deposit is asked for once" { faults = 1,
  because = "the coordinator keeps no list of notices: one that comes twice asks for TIM3 twice" }

always "TIM3 is backed" (function (s)
  return at_least(sum(s.usda.locked) + (s.usda.balances.coordinator or 0), sum(s.token.balances))
end)
except "TIM3 is backed" { faults = 1,
  because = "the token keeps no list of what it carried out: a request that comes twice mints twice" }

-- What holds.
each_step "what is minted for one who minted before is booked" { of = coordinator, holds = function (e)
  return not is_waited_for(e) or not is_known(e) or sends(e, "MintTIM3-Response")
end }
each_step "only what USDA says was deposited is asked for" { of = coordinator, holds = function (e)
  if e.action ~= "Credit-Notice" or e.sent[1] == nil then return true end
  return all { equal(e.from, "usda"), equal(e.sent[1].tags.Amount, e.tags.Quantity), equal(e.sent[1].tags.Recipient, e.tags.Sender) }
end }
seen "TIM3 for a deposit, in the book" (function (s) return equal(s.coordinator.minted.alice, 8) end)

variant "the token does not say what a mint is for" {
  edit = { [token] = { 'purpose = msg.Tags.Purpose or "TIM3-mint",', "" } },
  breaks = "what is minted for one who minted before is booked",
}
variant "who pays is not who is credited" {
  edit = { [coordinator] = { "local user, amount = msg.Tags.Sender or msg.From, tonumber", "local user, amount = msg.From, tonumber" } },
  breaks = "only what USDA says was deposited is asked for",
}
