-- LOCK, the lock manager of TIM3 V1: a record for each lock, and what USDA is asked to do.
-- Left out: Info, GetLockInfo, LockStats, most of the statistics, which nothing reads, and
-- LockCollateral-Pending and UnlockCollateral-Pending, which nobody handles.
local json = require("json")

local function id(text) return text ~= "none" and text or nil end

Config = Config or {
  coordinatorProcess = id "@COORD@", mockUsdaProcess = id "@USDA@", stateManagerProcess = id "@STATE@",
  minLockAmount = 1, maxLockAmount = 1000000, requireConfirmation = true,
}
-- Of each lock: whose it is and for what, how much is locked, and how it stands.
CollateralLocks = CollateralLocks or {}
Amount = Amount or {}
Status = Status or {}
TotalUnlocked = TotalUnlocked or 0

-- aos from 2.0.6 on writes the names of tags in title case as they arrive: LockId is Lockid then.
-- V1 reads LockId only, and cannot be configured there; here both are read.
local function tag(msg, name)
  return msg.Tags[name] or msg.Tags[name:sub(1, 1) .. name:sub(2):lower()]
end

-- At most six decimals, cut off.
local function f6(x)
  return tostring(math.tointeger(x) or math.floor(x * 1000000) / 1000000)
end

local function tell(to, action, data)
  ao.send({ Target = to, Action = action, Data = type(data) == "table" and json.encode(data) or data })
end

local function tell_state(user, collateral)
  local update = { Action = "UpdatePosition", User = user, Collateral = tostring(collateral), Operation = "add" }
  update.Target = Config.stateManagerProcess
  if update.Target then ao.send(update) end
end

local function may_ask(msg)
  return not Config.requireConfirmation or msg.From == Config.coordinatorProcess or msg.From == Config.stateManagerProcess
end

-- The first lock that fits. V1 takes the first that `pairs` gives, which is any; here it is the
-- first by its name.
local function first(fits)
  local names = {}
  for name, lock in pairs(CollateralLocks) do
    if fits(lock, Status[name], Amount[name]) then names[#names + 1] = name end
  end
  table.sort(names)
  return CollateralLocks[names[1]]
end

-- Who may configure is not asked.
Handlers.add("Configure", Handlers.utils.hasMatchingTag("Action", "Configure"), function(msg)
  local key, value = tag(msg, "ConfigType"), msg.Tags.Value
  local kinds = { CoordinatorProcess = value, StateManagerProcess = value, MockUsdaProcess = value,
    MinLockAmount = tonumber(value or ""), MaxLockAmount = tonumber(value or ""), RequireConfirmation = value == "true" }
  local is_known = kinds[key] ~= nil
  if is_known then Config[key:sub(1, 1):lower() .. key:sub(2)] = kinds[key] end
  tell(msg.From, is_known and "Configure-Response" or "Configure-Error", { configType = key, value = value, success = is_known })
end)

-- Whether the user has so much is not asked.
Handlers.add("LockCollateral", Handlers.utils.hasMatchingTag("Action", "LockCollateral"), function(msg)
  local user, amount = msg.Tags.User or msg.From, tonumber(msg.Tags.Amount or msg.Tags.Quantity or "")
  local wrong = not may_ask(msg) and "Unauthorized caller" or (not amount or amount <= 0) and "Invalid amount"
    or amount < Config.minLockAmount and "Amount below minimum" or amount > Config.maxLockAmount and "Amount above maximum"
    or not Config.mockUsdaProcess and "Mock USDA process not configured"
  if wrong then return tell(msg.From, "LockCollateral-Error", wrong) end
  -- V1 makes ids of the time and of chance. Here time stands still, so they are those of messages.
  local id = user .. "-lock-" .. msg.Id
  local lock = { lockId = id, user = user, purpose = msg.Tags.Purpose or "TIM3-mint", requestor = msg.From }
  CollateralLocks[id], Amount[id], Status[id] = lock, amount, "pending"
  ao.send({ Target = Config.mockUsdaProcess, Action = "Lock", User = user, Amount = tostring(amount),
    Locker = ao.id, Purpose = lock.purpose, LockId = id })
end)

-- Whether user and amount are those of the lock is not asked.
Handlers.add("Lock-Confirmed", Handlers.utils.hasMatchingTag("Action", "Lock-Confirmed"), function(msg)
  if msg.From ~= Config.mockUsdaProcess then return end
  local id = json.decode(msg.Data).lockId
  local lock = CollateralLocks[id]
  if Status[id] ~= "pending" then return end
  Status[id] = "locked"
  tell(lock.requestor, "LockCollateral-Success", { lockId = id, user = lock.user, amount = f6(Amount[id]), status = "locked",
    -- First repair: as published, this does not say what the lock is for.
    purpose = lock.purpose,
  })
  tell_state(lock.user, Amount[id])
end)

Handlers.add("UnlockCollateral", Handlers.utils.hasMatchingTag("Action", "UnlockCollateral"), function(msg)
  local user, amount = msg.Tags.User, tonumber(msg.Tags.Amount or "0")
  if not may_ask(msg) then return tell(msg.From, "UnlockCollateral-Error", "Unauthorized caller") end
  local function fits(lock, status, held) return lock.user == user and status == "locked" and held >= amount end
  local lock = CollateralLocks[tag(msg, "LockId")] or user and amount > 0 and first(fits)
  if not lock then return tell(msg.From, "UnlockCollateral-Error", "LockId or User+Amount required") end
  local id = lock.lockId
  if Status[id] ~= "locked" then return tell(msg.From, "UnlockCollateral-Error", "Lock not found or not in locked state") end
  Status[id] = "unlocking"
  lock.unlockAmount = amount > 0 and math.min(amount, Amount[id]) or Amount[id]
  ao.send({ Target = Config.mockUsdaProcess, Action = "Unlock", User = lock.user, Amount = tostring(lock.unlockAmount), LockId = id })
end)

Handlers.add("Unlock-Response", Handlers.utils.hasMatchingTag("Action", "Unlock-Response"), function(msg)
  if msg.From ~= Config.mockUsdaProcess then return end
  local answer = json.decode(msg.Data)
  local amount = tonumber(answer.amount)
  local function fits(lock, status) return lock.user == answer.user and status == "unlocking" and lock.unlockAmount == amount end
  local lock = first(fits)
  if not lock then return end
  local id = lock.lockId
  local is_all = amount >= Amount[id]
  Amount[id] = is_all and Amount[id] or Amount[id] - amount
  Status[id] = is_all and "unlocked" or "locked"
  TotalUnlocked = TotalUnlocked + amount
  -- Told to who asked for the lock, not to who asks for the release.
  tell(lock.requestor, "UnlockCollateral-Success", { lockId = id, user = lock.user, unlockedAmount = f6(amount),
    remainingLocked = f6(Amount[id]), status = Status[id] })
  tell_state(lock.user, -amount)
end)
