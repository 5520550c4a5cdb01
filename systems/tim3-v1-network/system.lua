-- TIM3 V1, repaired, on a network that may lose one message and may bring one twice. One user,
-- who does nothing wrong: she mints twice, and burns once.
local usda = process "usda" {
  file = "../tim3-v1/usda.lua",
  ids = { ["@BALANCES@"] = "{ alice = 10 }", ["@TAGS@"] = "no" },
  observe = { locked = "Locked" },
}
local lock = process "lock" {
  file = "../tim3-v1/lock.lua",
  ids = { ["@COORD@"] = "coordinator", ["@USDA@"] = usda, ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "MockUsdaProcess", Value = "usda" } },
  observe = { amount = "Amount", status = "Status" },
}
local token = process "token" {
  file = "../tim3-v1/token.lua",
  ids = { ["@COORD@"] = "coordinator", ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "CoordinatorProcess", Value = "coordinator" } },
  observe = { balances = "Balances", minted = "TotalMinted", burned = "TotalBurned" },
}
local coordinator = process "coordinator" {
  file = "../tim3-v1/coordinator.lua",
  ids = { ["@USDA@"] = usda, ["@LOCK@"] = lock, ["@TOKEN@"] = token, ["@STATE@"] = "none" },
  start = { from "operator" { Action = "Configure", ConfigType = "LockManagerProcess", Value = "lock" },
    from "operator" { Action = "EmergencyPause", Pause = "false" }, from "operator" { Action = "Credit-Notice" } },
  observe = { minted = "Minted", status = "Status" },
}

person "alice" {
  mint = send(coordinator) { Action = "MintTIM3", Amount = 5 },
  mint_more = send(coordinator) { Action = "MintTIM3", Amount = 5, after = "MintTIM3-Response" },
  burn = send(coordinator) { Action = "BurnTIM3", Amount = 5, after = "MintTIM3-Response" },
  -- This changes nothing here, and makes the other lines run.
  look = send(coordinator) { Action = "SystemHealth", after = "MintTIM3-Pending" },
  give_herself = send(token) { Action = "Transfer", Recipient = "alice", Quantity = 5, after = "BurnTIM3-Response" },
  pay_herself = send(usda) { Action = "Transfer", Recipient = "alice", Quantity = 5, after = "Transfer-Response" },
}

-- What LOCK takes to be locked: with `open` also what it has asked USDA to lock or to unlock.
local function held(s, open)
  local total = 0
  for id, amount in pairs(s.lock.amount) do
    local status = s.lock.status[id]
    if status == "locked" or open and status ~= "unlocked" then total = total + amount end
  end
  return total
end
-- The message of this kind that a step sends.
local function is_sent(e, action)
  for _, message in pairs(e.sent) do
    if message.action == action then return message end
  end
end
-- What it is for: an id of the coordinator.
local function operation(message, prefix)
  return (message.tags.Purpose or ""):sub(#prefix + 1)
end

-- What a message that comes twice does.
each_step "one lock is minted once" { of = coordinator, holds = function (e)
  local mint = is_sent(e, "Mint")
  return not mint or equal(e.before.status[operation(mint, "TIM3-mint-")], "pending")
end }
except "one lock is minted once" { faults = 1,
  because = "the coordinator does not look whether it has asked for the mint already, so that LockCollateral-Success mints as often as it comes" }

always "no more is minted than was asked for" (function (s) return at_most(s.token.minted, 10) end)
except "no more is minted than was asked for" { faults = 1,
  because = "the token keeps no list of what it carried out, so that Mint mints as often as it comes" }

each_step "one burn is released once" { of = coordinator, holds = function (e)
  local unlock = is_sent(e, "UnlockCollateral")
  return not unlock or equal(e.before.status[operation(unlock, "TIM3-burn-")], "pending-burn")
end }
except "one burn is released once" { faults = 1,
  because = "the coordinator does not look whether it has asked for the release already, so that Burn-Response frees one lock after the other" }

always "LOCK opens one lock for one burn" (function (s)
  local opened = 0
  for _, status in pairs(s.lock.status) do opened = opened + ((status == "unlocking" or status == "unlocked") and 1 or 0) end
  return at_most(opened, 1)
end)
except "LOCK opens one lock for one burn" { faults = 1,
  because = "LOCK takes any lock of the user that fits, so that UnlockCollateral frees the next one when it comes again" }

always "what LOCK holds is locked at USDA" (function (s) return at_least(sum(s.usda.locked), held(s, false)) end)
except "what LOCK holds is locked at USDA" { faults = 1,
  because = "USDA does not read for which lock an Unlock is, so that the copy of one frees what another lock holds" }

always "what is locked at USDA is known to LOCK" (function (s) return at_most(sum(s.usda.locked), held(s, true)) end)
except "what is locked at USDA is known to LOCK" { faults = 1,
  because = "USDA does not read for which lock a Lock is, so that its copy locks as much again, and nobody unlocks that" }

always "no more is burned than was asked for" (function (s) return at_most(s.token.burned, 5) end)
except "no more is burned than was asked for" { faults = 1,
  because = "the token keeps no list of what it carried out, so that Burn burns as often as it comes" }

-- What a lost message leaves behind forever: nothing is sent again, and nobody can ask for it.
at_rest "what was locked was minted" (function (s) return at_most(sum(s.usda.locked), sum(s.token.balances)) end)
except "what was locked was minted" { faults = 1, because = "Lock-Confirmed, LockCollateral-Success or Mint is lost: the USDA stays locked, and there is no TIM3" }

at_rest "what was minted is booked" (function (s) return at_most(sum(s.token.balances), sum(s.coordinator.minted)) end)
except "what was minted is booked" { faults = 1, because = "Mint-Response is lost: who holds the TIM3 may never redeem it" }

at_rest "what was burned is released" (function (s)
  local locked, asked = sum(s.usda.locked), sum(s.lock.amount)
  if locked > asked then return true end -- A lock that came twice: see above.
  return at_most(locked, asked - s.token.burned)
end)
except "what was burned is released" { faults = 1, because = "Burn-Response, UnlockCollateral or Unlock is lost: the TIM3 is gone, and the USDA stays locked" }

at_rest "what was released is booked" (function (s) return at_least(sum(s.usda.locked), sum(s.coordinator.minted)) end)
except "what was released is booked" { faults = 1, because = "Unlock-Response or UnlockCollateral-Success is lost: the book goes on owing what was paid" }

-- What holds with every fault.
each_step "a lock is confirmed once" { of = lock, holds = function (e)
  local told = is_sent(e, "LockCollateral-Success")
  return not told or equal(e.before.status[told.data:match('"lockId":"(.-)"')], "pending")
end }
always "no more is booked than was minted" (function (s) return at_most(sum(s.coordinator.minted), s.token.minted) end)
always "USDA locks no more than there is" (function (s) return at_most(s.usda.locked.alice, 10) end)
always "nobody holds less than nothing" (function (s) return at_least(s.token.balances.alice, 0) end)
always "nobody is booked less than nothing" (function (s) return at_least(sum(s.coordinator.minted), 0) end)
seen "two mints and a burn complete" (function (s)
  return all { s.at_rest, equal(s.token.burned, 5), equal(s.token.minted, 10), equal(s.coordinator.minted.alice, 5), equal(s.usda.locked.alice, 5) }
end)

variant "LOCK does not look whether it waits for a confirmation" {
  edit = { [lock] = { 'if Status[id] ~= "pending" then return end', "" } },
  breaks = "a lock is confirmed once",
}
variant "the coordinator goes on waiting for a mint that is booked" {
  edit = { [coordinator] = { "PendingMints[mint.mintId], Status[mint.mintId] = nil, nil", "" } },
  breaks = "no more is booked than was minted",
}
variant "the coordinator goes on waiting for a burn that is booked" {
  edit = { [coordinator] = { "PendingBurns[burn.burnId], Status[burn.burnId] = nil, nil", "" } },
  breaks = "nobody is booked less than nothing",
}
variant "USDA locks without a look at the balance" {
  edit = { [usda] = { 'if available(user) < amount then return tell(msg.From, "Lock-Error"', 'if false then return tell(msg.From, "Lock-Error"' } },
  breaks = "USDA locks no more than there is",
}
variant "the token burns without a look at the balance" {
  edit = { [token] = { '(Balances[user] or 0) < amount and "Insufficient balance to burn"', 'false' } },
  breaks = "nobody holds less than nothing",
}
