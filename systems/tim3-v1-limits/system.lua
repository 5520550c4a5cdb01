-- TIM3 V1, repaired, and its limit: 10000 TIM3 in an hour (of 3.6 seconds). The cap of the token is
-- raised, and USDA writes its notices in tags, so that it can be paid to the coordinator as well.
local usda = process "usda" {
  file = "../tim3-v1/usda.lua",
  ids = { ["@BALANCES@"] = "{ alice = 30000 }", ["@TAGS@"] = "yes" },
  observe = { locked = "Locked" },
}
local lock = process "lock" {
  file = "../tim3-v1/lock.lua",
  ids = { ["@COORD@"] = "coordinator", ["@USDA@"] = usda, ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "MockUsdaProcess", Value = "usda" } },
  observe = { status = "Status" },
}
local token = process "token" {
  file = "../tim3-v1/token.lua",
  ids = { ["@COORD@"] = "coordinator", ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "MaxSupply", Value = "100000" } },
  observe = { minted = "TotalMinted" },
}
local coordinator = process "coordinator" {
  file = "../tim3-v1/coordinator.lua",
  ids = { ["@USDA@"] = usda, ["@LOCK@"] = lock, ["@TOKEN@"] = token, ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "SystemActive", Value = "true" },
    from "operator" { Action = "EmergencyPause", Pause = "false" } },
  observe = { counted = "Config.blockMintTotal", minted = "Minted" },
}
network { lost = 0, repeated = 0 }

person "alice" {
  mint = send(coordinator) { Action = "MintTIM3", Amount = 9000, times = 2 },
  deposit = send(usda) { Action = "Transfer", Recipient = "coordinator", Quantity = 9000, after = "MintTIM3-Response" },
  burn = send(coordinator) { Action = "BurnTIM3", Amount = 9000, after = "MintTIM3-Response" },
  look = send(coordinator) { Action = "SystemHealth", after = "MintTIM3-Pending" },
  give_herself = send(token) { Action = "Transfer", Recipient = "alice", Quantity = 9000, after = "MintTIM3-Response" },
}

always "what is counted keeps to the limit" (function (s) return any { s.alice.done.deposit > 0, at_most(s.coordinator.counted, 10000) } end)
except "what is counted keeps to the limit" { faults = 0,
  because = "a request is measured as it comes, and counted when it is booked: those on their way together are all let through" }

each_step "a deposit keeps to the limit" { of = coordinator, holds = function (e)
  return e.action ~= "Credit-Notice" or e.sent[1] == nil or at_most(e.before.counted + e.tags.Quantity, 10000)
end }
except "a deposit keeps to the limit" { faults = 0, because = "no limit is looked at for USDA that is paid to the coordinator" }

each_step "a request keeps to the limit as it comes" { of = coordinator, holds = function (e)
  local is_accepted = e.action == "MintTIM3" and e.sent[1].action == "LockCollateral"
  return not is_accepted or at_most(e.before.counted + e.tags.Amount, 10000)
end }
each_step "what is booked is counted" { of = coordinator, holds = function (e)
  local booked = sum(e.after.minted) - sum(e.before.minted)
  return booked <= 0 or equal(e.after.counted - e.before.counted, booked)
end }
seen "a burn completes" (function (s) return all { equal(s.alice.done.burn, 1), equal(s.coordinator.minted.alice or 1, 0) } end)

variant "no limit is looked at" {
  edit = { [coordinator] = { "Config.blockMintTotal + amount > Config.maxMintPerBlock", "false" } },
  breaks = "a request keeps to the limit as it comes",
}
variant "nothing is counted" {
  edit = { [coordinator] = { "Config.blockMintTotal = Config.blockMintTotal + amount", "" } },
  breaks = "what is booked is counted",
}
