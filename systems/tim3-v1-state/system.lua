-- TIM3 V1, repaired, with STATE, which should mirror the others.
local usda = process "usda" {
  file = "../tim3-v1/usda.lua",
  ids = { ["@BALANCES@"] = "{ alice = 5 }", ["@TAGS@"] = "no" },
  observe = { locked = "Locked" },
}
local lock = process "lock" {
  file = "../tim3-v1/lock.lua",
  ids = { ["@COORD@"] = "coordinator", ["@USDA@"] = usda, ["@STATE@"] = "state" },
  start = { from "operator" { Action = "Configure", ConfigType = "StateManagerProcess", Value = "state" } },
  observe = { status = "Status" },
}
local token = process "token" {
  file = "../tim3-v1/token.lua",
  ids = { ["@COORD@"] = "coordinator", ["@STATE@"] = "state" },
  start = { from "operator" { Action = "Configure", ConfigType = "StateManagerProcess", Value = "state" } },
  observe = { balances = "Balances" },
}
local coordinator = process "coordinator" {
  file = "../tim3-v1/coordinator.lua",
  ids = { ["@USDA@"] = usda, ["@LOCK@"] = lock, ["@TOKEN@"] = token, ["@STATE@"] = "state" },
  start = { from "operator" { Action = "Configure", ConfigType = "StateManagerProcess", Value = "state" },
    from "operator" { Action = "EmergencyPause", Pause = "false" }, from "operator" { Action = "Credit-Notice" } },
  observe = { minted = "Minted", waiting = "Status" },
}
local state = process "state" { file = "state.lua", observe = { collateral = "Collateral", tim3 = "Tim3" } }
network { lost = 0, repeated = 0 }

person "alice" {
  mint = send(coordinator) { Action = "MintTIM3", Amount = 5 },
  burn = send(coordinator) { Action = "BurnTIM3", Amount = 5, after = "MintTIM3-Response" },
  look = send(coordinator) { Action = "SystemHealth", after = "MintTIM3-Pending" },
  check = send(state) { Action = "CheckLiquidations" },
  -- This changes nothing here, and makes the other lines run.
  give_herself = send(token) { Action = "Transfer", Recipient = "alice", Quantity = 5, after = "MintTIM3-Response" },
  pay_herself = send(usda) { Action = "Transfer", Recipient = "alice", Quantity = 5, after = "BurnTIM3-Response" },
}
person "mallory" { write = send(state) { Action = "UpdatePosition", User = "mallory", Collateral = 9, Operation = "add" } }

at_rest "STATE says what alice holds" (function (s) return equal(s.state.tim3.alice, s.token.balances.alice) end)
except "STATE says what alice holds" { faults = 0,
  because = "the coordinator's words mint and burn mean nothing to STATE: it puts nothing in the place of what LOCK and the token told, or keeps one of the two, as their order is" }

each_step "STATE believes the system alone" { of = state, holds = function (e)
  return e.action ~= "UpdatePosition" or any { equal(e.from, "coordinator"), equal(e.from, "lock"), equal(e.from, "token") }
end }
except "STATE believes the system alone" { faults = 0, because = "STATE writes whatever anybody says that somebody holds" }

each_step "a check of liquidations is answered" { of = state, holds = function (e)
  return e.action ~= "CheckLiquidations" or e.sent[1] ~= nil
end }
except "a check of liquidations is answered" { faults = 0,
  because = "the threshold is not there before somebody sets it, so that the check throws once anybody holds TIM3" }

-- What holds: the others work without it.
always "TIM3 is backed by locked USDA" (function (s) return at_least(sum(s.usda.locked), sum(s.token.balances)) end)
at_rest "nothing stays open" (function (s)
  return all(s.coordinator.waiting, function (_, id) return equal(id, "closed") end)
end)
seen "a burn completes" (function (s)
  return all { s.at_rest, equal(s.alice.done.burn, 1), equal(s.coordinator.minted.alice, 0), equal(s.usda.locked.alice, 0) }
end)

variant "LOCK takes STATE for the coordinator" {
  edit = { [lock] = { "tell(lock.requestor, \"LockCollateral-Success\"", "tell(Config.stateManagerProcess, \"LockCollateral-Success\"" } },
  breaks = "nothing stays open",
}
variant "a mint that locks nothing" {
  edit = { [usda] = { "Locked[user] = (Locked[user] or 0) + amount", "Locked[user] = Locked[user] or 0" } },
  breaks = "TIM3 is backed by locked USDA",
}
