-- TIM3 V1, repaired, and a stranger who configures nothing, and only sends messages as a user may.
local usda = process "usda" {
  file = "../tim3-v1/usda.lua",
  ids = { ["@BALANCES@"] = "{ alice = 5, mallory = 1 }", ["@TAGS@"] = "no" },
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
  start = { from "operator" { Action = "Configure", ConfigType = "CoordinatorProcess", Value = "coordinator" } },
  observe = { balances = "Balances" },
}
local coordinator = process "coordinator" {
  file = "../tim3-v1/coordinator.lua",
  ids = { ["@USDA@"] = usda, ["@LOCK@"] = lock, ["@TOKEN@"] = token, ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "LockManagerProcess", Value = "lock" },
    from "operator" { Action = "EmergencyPause", Pause = "false" }, from "operator" { Action = "Credit-Notice" } },
  observe = { waiting = "Status", window = "Config.lastBlockReset" },
}
network { lost = 0, repeated = 0 }

person "alice" {
  mint = send(coordinator) { Action = "MintTIM3", Amount = 5 },
  burn = send(coordinator) { Action = "BurnTIM3", Amount = 5, after = "MintTIM3-Response" },
  -- This changes nothing here, and makes the other lines run.
  pay_herself = send(usda) { Action = "Transfer", Recipient = "alice", Quantity = 5, after = "BurnTIM3-Response" },
}
person "mallory" {
  mint = send(coordinator) { Action = "MintTIM3", Amount = 300, Timestamp = "9000000000000000" },
  give_herself = send(token) { Action = "Transfer", Recipient = "mallory", Quantity = 300, after = "Credit-Notice" },
  at_usda = send(usda) { Action = "Lock", User = { "mallory", "alice" }, Amount = { 1, 5 }, Locker = "lock", LockId = "mallory-lock-mallory.mint.1/0" },
  at_lock = send(lock) { Action = "Lock-Confirmed", Data = '{"lockId":"mallory-lock-mallory.mint.1/0"}' },
  at_coordinator = send(coordinator) { Action = { "SystemHealth", "Mint-Response" }, Timestamp = "99999999999999",
    Data = '{"purpose":"TIM3-mint-mallory-mint-mallory.mint.1"}' },
}

each_step "LOCK confirms what USDA has locked" { of = lock, holds = function (e)
  for _, message in pairs(e.sent) do
    if message.action == "LockCollateral-Success" then
      local says, said = message.data, e.data
      return all { equal(says:match('"amount":"(.-)"'), said:match('"amount":"(.-)"')), equal(says:match('"user":"(.-)"'), said:match('"user":"(.-)"')) }
    end
  end
  return true
end }
except "LOCK confirms what USDA has locked" { faults = 0,
  because = "LOCK compares neither the amount nor the user: 1 USDA that is locked under the name of a big lock makes 300 TIM3" }

each_step "nobody locks what is another's" { of = usda, holds = function (e)
  return e.from == "lock" or all(e.after.locked, function (amount, user)
    return any { equal(user, e.from), at_most(amount, e.before.locked[user]) }
  end)
end }
except "nobody locks what is another's" { faults = 0, because = "USDA locks what is anybody's for whoever asks, so that its owner cannot pay" }

each_step "nobody ends what another waits for" { of = coordinator, holds = function (e)
  return e.action ~= "SystemHealth" or all(e.before.waiting, function (_, id)
    return any { e.after.waiting[id] ~= nil, equal(id:match("^%a+"), e.from) }
  end)
end }
except "nobody ends what another waits for" { faults = 0,
  because = "whoever asks for the health of the system ends what took longer than 0.3 seconds, and says himself in a tag how late it is" }

always "the window of the limit has begun" (function (s) return at_most(s.coordinator.window, 0) end)
except "the window of the limit has begun" { faults = 0,
  because = "who asks for TIM3 says himself in a tag how late it is, and the window that begins in a far future never ends" }

-- What holds: nobody believes a stranger who claims to be USDA, LOCK or the token.
each_step "LOCK believes USDA alone" { of = lock, holds = function (e)
  return e.action ~= "Lock-Confirmed" or e.from == "usda" or e.sent[1] == nil
end }
each_step "the coordinator believes the token alone" { of = coordinator, holds = function (e)
  return e.action ~= "Mint-Response" or e.from == "token" or e.sent[1] == nil
end }
seen "300 TIM3 for 1 USDA" (function (s)
  return all { equal(s.token.balances.mallory, 300), equal(s.usda.locked.mallory, 1) }
end)

variant "LOCK does not look who confirms" {
  edit = { [lock] = { [[if msg.From ~= Config.mockUsdaProcess then return end
  local id]], "local id" } },
  breaks = "LOCK believes USDA alone",
}
variant "the coordinator does not look who has minted" {
  edit = { [coordinator] = { [[if msg.From ~= Config.tokenManagerProcess then return end
  local purpose]], "local purpose" } },
  breaks = "the coordinator believes the token alone",
}
