-- From TIM3 V1 to V2. The design document says that V1 is archived, and nothing of those who hold
-- its TIM3 by then; V1 can only be paused, which stops burns, too. What works: V1 is closed for
-- mints alone, at any moment, and burns stay served. Whoever holds V1 TIM3 burns it, and pays the
-- USDA to V2. This is V1 with the four repairs of the page tim3-v1; what the network does to it is
-- on tim3-v1-network.
local usda = process "usda" {
  file = "../tim3-v1/usda.lua",
  ids = { ["@BALANCES@"] = "{ alice = 5, olga = 4 }", ["@TAGS@"] = "yes" },
  observe = { balances = "Balances", locked = "Locked" },
}
local lock = process "lock" {
  file = "../tim3-v1/lock.lua",
  ids = { ["@COORD@"] = "coordinator", ["@USDA@"] = usda, ["@STATE@"] = "none" },
  observe = { most = "Config.maxLockAmount" },
}
local token = process "token" {
  file = "../tim3-v1/token.lua",
  ids = { ["@COORD@"] = "coordinator", ["@STATE@"] = "none" },
  observe = { balances = "Balances" },
  untried = "STATE, settings and refusals are tried on other pages of V1",
}
local coordinator = process "coordinator" {
  file = "../tim3-v1/coordinator.lua",
  ids = { ["@USDA@"] = usda, ["@LOCK@"] = lock, ["@TOKEN@"] = token, ["@STATE@"] = "none" },
  observe = { minted = "Minted" },
  untried = "STATE, settings, health and deposits are tried on other pages of V1",
}
local tim3 = process "tim3" {
  file = "../../model/lua/hardened.lua",
  ids = { ["@USDA@"] = usda },
  observe = { balances = "Balances", supply = "TotalSupply" },
  untried = "transfers, refusals and copies are tried on the page of tim3-v2",
}
local closing = process "closing" {
  file = "close.lua",
  owner = "olga",
  ids = { ["@LOCK@"] = lock },
  observe = { is_closed = "IsClosed" },
}
network { lost = 0, repeated = 0 }

-- One mint, and burns that wait for each other: what else strands people in V1 is on tim3-v1.
person "alice" {
  most = 5,
  mint = send(coordinator) { Action = "MintTIM3", Amount = 5 },
  burn = send(coordinator) { Action = "BurnTIM3", Amount = { 5, 3 }, after = "MintTIM3-Response" },
  burn_rest = send(coordinator) { Action = "BurnTIM3", Amount = 2, after = "BurnTIM3-Response" },
  give = send(token) { Action = "Transfer", Recipient = { "bob", tim3 }, Quantity = 5, after = "MintTIM3-Response" },
  move = send(usda) { Action = "Transfer", Recipient = tim3, Quantity = 5 },
  leave = send(tim3) { Action = "Transfer", Recipient = "burn", Quantity = { 5, 3 }, after = "Credit-Notice" },
}
-- The operator closes V1, and tries it once it is said to be closed.
person "olga" {
  close = send(closing) { Action = "Close" },
  try = send(coordinator) { Action = "MintTIM3", Amount = 4, after = "Closed" },
}
person "bob" { give_back = send(token) { Action = "Transfer", Recipient = "alice", Quantity = 5, after = "Credit-Notice" } }
person "mallory" {
  most = 1,
  close = send(closing) { Action = "Close" },
  open = send(lock) { Action = "Configure", ConfigType = "MaxLockAmount", Value = 1000000 },
}

-- Nobody is stranded: without a word of the operator, at any moment.
way_out "who minted in V1 gets the USDA back" {
  by = { "alice" },
  from = function (s) return s.alice.done.give == 0 and s.alice.done.leave == 0 end,
  to = function (s) return s.usda.balances.alice == 5 and (s.usda.locked.alice or 0) == 0 end,
}
way_out "what was given away is redeemed once it is given back" {
  by = { "alice", "bob" },
  from = function (s) return s.token.balances.bob == 5 and s.alice.done.burn == 0 end,
  to = function (s) return s.usda.balances.alice == 5 and (s.usda.locked.alice or 0) == 0 end,
}
way_out "who minted in V1 comes to V2 with all of it" {
  by = { "alice" },
  from = function (s) return s.alice.done.give == 0 and s.alice.done.move == 0 end,
  to = function (s) return s.tim3.balances.alice == 5 end,
}

-- Nothing is redeemed twice.
always "what people own is never more than what they had" (function (s)
  local usda = s.usda.balances
  local free = (usda.alice or 0) + (usda.bob or 0) + (usda.olga or 0) - sum(s.usda.locked)
  return at_most(free + sum(s.token.balances) + sum(s.tim3.balances), 9)
end)
always "V1 is backed" (function (s) return at_least(sum(s.usda.locked), sum(s.token.balances)) end)
always "V2 is backed" (function (s) return at_least(s.usda.balances.tim3, s.tim3.supply) end)

always "V1 takes nothing in once it is said to be closed" (function (s)
  return any { equal(s.usda.locked.olga, 0), equal(s.mallory.done.open, 1) }
end)
each_step "only the operator closes V1" { of = closing, holds = function (e)
  return e.action ~= "Close" or e.sent[1] == nil or e.from == "olga" or equal(e.sent[1].action, "Close-Error")
end }

each_step "nobody opens V1 again" { of = lock, holds = function (e) return at_most(e.after.most, e.before.most) end }
except "nobody opens V1 again" { faults = 0,
  because = "V1 takes settings from anybody: a stranger opens it again, which strands nobody, or pauses it, which does until somebody undoes that" }

at_rest "whoever holds V1 TIM3 may redeem it" (function (s)
  return all(s.token.balances, function (amount, holder) return at_most(amount, s.coordinator.minted[holder]) end)
end)
except "whoever holds V1 TIM3 may redeem it" { faults = 0,
  because = "V1 lets who minted burn, and nobody else: whoever was given V1 TIM3 is stranded until it goes back to who minted it, and what was sent to V2 is so for good" }

seen "from V1 to V2 and out again" (function (s)
  return all { s.at_rest, equal(s.alice.done.burn, 1), equal(s.alice.done.leave, 1), equal(s.usda.balances.alice, 5), equal(s.usda.locked.alice, 0) }
end)
seen "V1 is closed, and TIM3 of it held" (function (s)
  return all { s.closing.is_closed, equal(s.token.balances.alice, 5) }
end)

-- The ways that strand people, or pay them twice.
local ask = 'ao.send({ Target = LOCK, Action = "Configure", ConfigType = "MaxLockAmount", Value = "0" })'
local tell = 'ao.send({ Target = ao.env.Process.Owner, Action = "Closed" })'
variant "V1 is archived at once, as the design document has it" {
  edit = { [closing] = { ask, 'ao.send({ Target = "coordinator", Action = "EmergencyPause", Pause = "true" })' } },
  breaks = "who minted in V1 gets the USDA back",
}
variant "V1 is archived as soon as it is closed" {
  edit = { [closing] = { tell, 'ao.send({ Target = "coordinator", Action = "EmergencyPause", Pause = "true" })' } },
  breaks = "who minted in V1 gets the USDA back",
}
variant "V1 is closed at the token, where the USDA is locked already" {
  edit = { [closing] = { ask, 'ao.send({ Target = "token", Action = "Configure", ConfigType = "MintingEnabled", Value = "false" })' } },
  breaks = "who minted in V1 gets the USDA back",
}
variant "V1 is closed by a ratio that nobody can pay" {
  edit = { [closing] = { ask, 'ao.send({ Target = "coordinator", Action = "Configure", ConfigType = "CollateralRatio", Value = "2000000" })' } },
  breaks = "who minted in V1 gets the USDA back",
}
variant "V1 is closed by taking USDA away from LOCK" {
  edit = { [closing] = { '"MaxLockAmount", Value = "0"', '"MockUsdaProcess", Value = "nobody"' } },
  breaks = "who minted in V1 gets the USDA back",
}
variant "V1 goes on minting" {
  edit = { [closing] = { '"MaxLockAmount", Value = "0"', '"MinLockAmount", Value = "0"' } },
  breaks = "V1 takes nothing in once it is said to be closed",
}
variant "V1 is said to be closed before it is" {
  edit = { [closing] = { ask, ask .. " " .. tell } },
  breaks = "V1 takes nothing in once it is said to be closed",
}
variant "anybody closes V1" {
  edit = { [closing] = { "msg.From ~= ao.env.Process.Owner", "false" } },
  breaks = "only the operator closes V1",
}
variant "a burn in V1 is redeemed in both" {
  edit = {
    [token] = { "tell_state(user, -amount)", 'ao.send({ Target = "tim3", Action = "Credit-Notice", Sender = user, Quantity = f6(amount) })' },
    [tim3] = { "if msg.From ~= USDA_PROCESS_ID then return end", 'if msg.From ~= USDA_PROCESS_ID and msg.From ~= "token" then return end' },
  },
  breaks = "what people own is never more than what they had",
}
variant "V2 takes V1 TIM3 for USDA" {
  edit = { [tim3] = {
    { "if msg.From ~= USDA_PROCESS_ID then return end", 'if msg.From ~= USDA_PROCESS_ID and msg.From ~= "token" then return end' },
    { "local sender = msg.Tags.Sender", 'local data = require("json").decode(msg.Data)\n    local sender = data.from' },
    { "local quantity = amount(msg.Tags.Quantity)\n    Seen[id] = true\n    if not sender", "local quantity = amount(data.amount)\n    Seen[id] = true\n    if not sender" },
  } },
  breaks = "V2 is backed",
}
variant "V1 as it was published" {
  edit = {
    [lock] = { "purpose = lock.purpose,", "" },
    [token] = { 'purpose = msg.Tags.Purpose or "TIM3-mint",', "" },
    [coordinator] = { { "named or answer.burnId", "answer.burnId or named" }, { "collateralRatio = 1,", "collateralRatio = 1.0," } },
  },
  breaks = "who minted in V1 gets the USDA back",
}
