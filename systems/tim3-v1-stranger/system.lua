-- TIM3 V1, repaired, and a stranger. No process asks who configures or pauses it.
local usda = process "usda" {
  file = "../tim3-v1/usda.lua",
  ids = { ["@BALANCES@"] = "{ alice = 5 }", ["@TAGS@"] = "no" },
  observe = { locked = "Locked" },
}
local lock = process "lock" {
  file = "../tim3-v1/lock.lua",
  ids = { ["@COORD@"] = "coordinator", ["@USDA@"] = usda, ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "MockUsdaProcess", Value = "usda" } },
  observe = { told = "Config.coordinatorProcess", asks = "Config.requireConfirmation" },
}
local token = process "token" {
  file = "../tim3-v1/token.lua",
  ids = { ["@COORD@"] = "coordinator", ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "CoordinatorProcess", Value = "coordinator" } },
  observe = { minted = "TotalMinted", told = "Config.coordinatorProcess" },
}
local coordinator = process "coordinator" {
  file = "../tim3-v1/coordinator.lua",
  ids = { ["@USDA@"] = usda, ["@LOCK@"] = lock, ["@TOKEN@"] = token, ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "LockManagerProcess", Value = "lock" },
    from "operator" { Action = "EmergencyPause", Pause = "false" }, from "operator" { Action = "Credit-Notice" } },
  observe = { told = "Config.lockManagerProcess", is_paused = "Config.emergencyPaused" },
}
network { lost = 0, repeated = 0 }

person "alice" {
  mint = send(coordinator) { Action = "MintTIM3", Amount = 5 },
  burn = send(coordinator) { Action = "BurnTIM3", Amount = 5, after = "MintTIM3-Response" },
  -- This changes nothing here, and makes the other lines run.
  look = send(coordinator) { Action = "SystemHealth", after = "MintTIM3-Pending" },
  pay_herself = send(usda) { Action = "Transfer", Recipient = "alice", Quantity = 5, after = "BurnTIM3-Response" },
}
person "mallory" {
  set = send(coordinator) { Action = { "Configure", "EmergencyPause" }, ConfigType = { "LockManagerProcess", "CollateralRatio" },
    Value = { "mallory", 2 }, Pause = "true" },
  lie = send(coordinator) { Action = "LockCollateral-Success", Data = '{"purpose":"TIM3-mint-alice-mint-alice.mint.1"}', after = "Configure-Response" },
  take_token = send(token) { Action = "Configure", ConfigType = "CoordinatorProcess", Value = "mallory" },
  mint = send(token) { Action = "Mint", Recipient = "mallory", Quantity = 300, after = "Configure-Response" },
  give_herself = send(token) { Action = "Transfer", Recipient = "mallory", Quantity = 300, after = "Credit-Notice" },
  open_lock = send(lock) { Action = "Configure", ConfigType = "RequireConfirmation", Value = "false" },
  release = send(lock) { Action = "UnlockCollateral", User = "alice", Amount = 5, after = "Configure-Response" },
}

-- The message of this kind that a step sends.
local function is_sent(e, action)
  for _, message in pairs(e.sent) do
    if message.action == action then return message end
  end
end

each_step "only the coordinator has TIM3 made" { of = token, holds = function (e)
  return any { equal(e.from, "coordinator"), at_most(e.after.minted, e.before.minted) }
end }
except "only the coordinator has TIM3 made" { faults = 0,
  because = "anybody tells the token that he is the coordinator, and makes as much TIM3 as he likes" }

each_step "only LOCK says what is locked" { of = coordinator, holds = function (e)
  return not is_sent(e, "Mint") or equal(e.from, "lock")
end }
except "only LOCK says what is locked" { faults = 0,
  because = "anybody tells the coordinator that he is LOCK, and then that USDA is locked which is not" }

each_step "LOCK is heard" { of = coordinator, holds = function (e)
  return e.action ~= "LockCollateral-Success" or e.from ~= "lock" or is_sent(e, "Mint") ~= nil
end }
except "LOCK is heard" { faults = 0,
  because = "who names another LOCK in between makes the coordinator deaf for what LOCK has done: the USDA stays locked, and there is no TIM3" }

each_step "LOCK releases for the coordinator alone" { of = lock, holds = function (e)
  return not is_sent(e, "Unlock") or equal(e.from, "coordinator")
end }
except "LOCK releases for the coordinator alone" { faults = 0,
  because = "anybody tells LOCK to ask for no rights, and then to release the USDA that TIM3 stands on" }

each_step "a mint locks what it mints" { of = coordinator, holds = function (e)
  local locks = is_sent(e, "LockCollateral")
  return not locks or equal(locks.tags.Amount, e.tags.Amount)
end }
except "a mint locks what it mints" { faults = 0, because = "the ratio between USDA and TIM3 is set by whoever wants to" }

each_step "a burn frees what was burned" { of = coordinator, holds = function (e)
  local frees = is_sent(e, "UnlockCollateral")
  return not frees or equal(frees.tags.Amount, e.data:match('"amount":"(.-)"'))
end }
except "a burn frees what was burned" { faults = 0,
  because = "the ratio is set by whoever wants to, and a burn takes that of its own day: at 2 it frees what two burned" }

each_step "only an operator pauses" { of = coordinator, holds = function (e)
  return any { equal(e.from, "operator"), equal(e.before.is_paused, e.after.is_paused) }
end }
except "only an operator pauses" { faults = 0, because = "as long as no administrator is named, and none ever is, anybody pauses the system" }

-- Each believes only the partners that it was told of, but anybody can tell it.
each_step "the token mints for whom it was told of" { of = token, holds = function (e)
  return any { equal(e.from, e.before.told), at_most(e.after.minted, e.before.minted) }
end }
each_step "the coordinator believes whom it was told of" { of = coordinator, holds = function (e)
  return not is_sent(e, "Mint") or equal(e.from, e.before.told)
end }
each_step "LOCK releases for whom it was told of" { of = lock, holds = function (e)
  return not is_sent(e, "Unlock") or any { equal(e.from, e.before.told), equal(e.before.asks, false) }
end }
seen "three hundred TIM3 of nothing" (function (s) return at_least(s.token.minted, 300) end)

variant "the token does not look who wants TIM3" {
  edit = { [token] = { "msg.From ~= Config.coordinatorProcess and \"Unauthorized minter", "false and \"Unauthorized minter" } },
  breaks = "the token mints for whom it was told of",
}
variant "the coordinator does not look who says what is locked" {
  edit = { [coordinator] = { [[if msg.From ~= Config.lockManagerProcess then return end
  local purpose]], "local purpose" } },
  breaks = "the coordinator believes whom it was told of",
}
variant "LOCK does not look who wants a release" {
  edit = { [lock] = { 'if not may_ask(msg) then return tell(msg.From, "UnlockCollateral-Error", "Unauthorized caller") end', "" } },
  breaks = "LOCK releases for whom it was told of",
}
