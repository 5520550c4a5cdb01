-- TIM3 V1, repaired, and somebody who asks for its health. That ends what took longer than 0.3
-- seconds, and undoes nothing of it.
local usda = process "usda" {
  file = "../tim3-v1/usda.lua",
  ids = { ["@BALANCES@"] = "{ alice = 5 }", ["@TAGS@"] = "no" },
  observe = { locked = "Locked" },
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
  observe = { balances = "Balances", burned = "TotalBurned" },
}
local coordinator = process "coordinator" {
  file = "../tim3-v1/coordinator.lua",
  ids = { ["@USDA@"] = usda, ["@LOCK@"] = lock, ["@TOKEN@"] = token, ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "LockManagerProcess", Value = "lock" },
    from "operator" { Action = "EmergencyPause", Pause = "false" }, from "operator" { Action = "Credit-Notice" } },
  observe = { minted = "Minted", waiting = "Status" },
}
network { lost = 0, repeated = 0 }
-- The limit of 300 was meant to be seconds, and is milliseconds.
clock { at_once = 0, soon = 301 }

person "alice" {
  mint = send(coordinator) { Action = "MintTIM3", Amount = 5 },
  burn = send(coordinator) { Action = "BurnTIM3", Amount = 5, after = "MintTIM3-Response" },
  -- This changes nothing here, and makes the other lines run.
  give_herself = send(token) { Action = "Transfer", Recipient = "alice", Quantity = 5, after = "MintTIM3-Response" },
  pay_herself = send(usda) { Action = "Transfer", Recipient = "alice", Quantity = 5, after = "BurnTIM3-Response" },
}
person "bob" { look = send(coordinator) { Action = "SystemHealth" } }

local ended = "the coordinator forgets a request that is late, and tells neither LOCK nor the token: "
at_rest "what was locked was minted" (function (s) return at_most(sum(s.usda.locked), sum(s.token.balances) + s.token.burned) end)
except "what was locked was minted" { faults = 0, because = ended .. "the USDA is locked, and no TIM3 is made" }

at_rest "what was minted is booked" (function (s) return at_most(sum(s.token.balances), sum(s.coordinator.minted)) end)
except "what was minted is booked" { faults = 0, because = ended .. "the TIM3 is made, and may never be redeemed" }

at_rest "what was burned is released" (function (s) return at_least(s.lock.released, s.token.burned) end)
except "what was burned is released" { faults = 0, because = ended .. "the TIM3 is burned, and the USDA stays locked" }

at_rest "what was released is booked" (function (s) return at_most(sum(s.coordinator.minted), 5 - s.lock.released) end)
except "what was released is booked" { faults = 0, because = ended .. "the USDA is paid, and still in the book" }

-- What holds.
always "TIM3 is backed by locked USDA" (function (s) return at_least(sum(s.usda.locked), sum(s.token.balances)) end)
each_step "what is not late goes on" { of = coordinator, holds = function (e)
  return e.action ~= "SystemHealth" or e.at ~= "at_once" or all(e.before.waiting, function (_, id)
    return e.after.waiting[id] ~= nil
  end)
end }
each_step "whose request is ended is told so" { of = coordinator, holds = function (e)
  return e.action ~= "SystemHealth" or all(e.before.waiting, function (_, id)
    if e.after.waiting[id] then return true end
    for _, message in pairs(e.sent) do
      if message.action:find("Timeout") and message.to == "alice" then return true end
    end
    return false
  end)
end }
seen "a burn completes" (function (s)
  return all { s.at_rest, equal(s.token.burned, 5), equal(s.coordinator.minted.alice, 0), equal(s.usda.locked.alice, 0) }
end)

variant "every request is late" {
  edit = { [coordinator] = { "os.time() - one.timestamp > Config.pendingTimeout", "true" } },
  breaks = "what is not late goes on",
}
variant "nobody is told" {
  edit = { [coordinator] = { ' tell(one.user, action, "Operation timed out")', "" } },
  breaks = "whose request is ended is told so",
}
