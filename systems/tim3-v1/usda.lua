-- USDA, as TIM3 V1 tests with it: a token with a second number for each account, what is locked.
-- It looks at nobody's rights: whoever asks locks and unlocks what is anybody's.
-- Left out: Info, Balance, Balances, Lock-Response, which nobody handles, and Mint, which gives
-- everybody as much as is asked for.
local json = require("json")

Balances = Balances or @BALANCES@
Locked = Locked or {}

-- aos from 2.0.6 on writes the names of tags in title case as they arrive: LockId is Lockid then.
-- V1 reads LockId only, and cannot be configured there; here both are read.
local function tag(msg, name)
  return msg.Tags[name] or msg.Tags[name:sub(1, 1) .. name:sub(2):lower()]
end

local function number(msg, name, other)
  return tonumber(msg.Tags[name] or msg.Tags[other] or "")
end

-- At most six decimals, cut off.
local function f6(x)
  return tostring(math.tointeger(x) or math.floor(x * 1000000) / 1000000)
end

local function tell(to, action, data)
  ao.send({ Target = to, Action = action, Data = type(data) == "table" and json.encode(data) or data })
end

local function available(user)
  return (Balances[user] or 0) - (Locked[user] or 0)
end

Handlers.add("Transfer", Handlers.utils.hasMatchingTag("Action", "Transfer"), function(msg)
  local to, amount = msg.Tags.Recipient, number(msg, "Quantity", "Amount")
  if not to then return tell(msg.From, "Transfer-Error", "Recipient required") end
  if not amount or amount <= 0 then return tell(msg.From, "Transfer-Error", "Invalid amount") end
  if available(msg.From) < amount then return tell(msg.From, "Transfer-Error", "Insufficient available balance") end
  Balances[msg.From] = Balances[msg.From] - amount
  Balances[to] = (Balances[to] or 0) + amount
  tell(msg.From, "Transfer-Response", { recipient = to, amount = f6(amount) })
  -- Who gave, and how much, is in the body. A real token writes it into tags, which V1's does not.
  local sender, quantity = "@TAGS@" == "yes" and msg.From or nil, "@TAGS@" == "yes" and f6(amount) or nil
  ao.send({ Target = to, Action = "Credit-Notice", Sender = sender, Quantity = quantity, Data = json.encode({ from = msg.From, amount = f6(amount) }) })
end)

Handlers.add("Lock", Handlers.utils.hasMatchingTag("Action", "Lock"), function(msg)
  local user, amount = msg.Tags.User or msg.From, number(msg, "Amount", "Quantity")
  if not amount or amount <= 0 then return tell(msg.From, "Lock-Error", "Invalid amount") end
  if available(user) < amount then return tell(msg.From, "Lock-Error", "Insufficient available balance for lock") end
  Locked[user] = (Locked[user] or 0) + amount
  local id = tag(msg, "LockId") or user .. "-" .. msg.Id
  if msg.Tags.Locker then tell(msg.Tags.Locker, "Lock-Confirmed", { user = user, amount = f6(amount), lockId = id }) end
end)

Handlers.add("Unlock", Handlers.utils.hasMatchingTag("Action", "Unlock"), function(msg)
  local user, amount = msg.Tags.User or msg.From, number(msg, "Amount", "Quantity")
  if not amount or amount <= 0 then return tell(msg.From, "Unlock-Error", "Invalid amount") end
  if (Locked[user] or 0) < amount then return tell(msg.From, "Unlock-Error", "Insufficient locked balance") end
  Locked[user] = Locked[user] - amount
  tell(msg.From, "Unlock-Response", { user = user, amount = f6(amount) })
  tell(user, "Unlock-Notice", { amount = f6(amount), unlockedBy = msg.From })
end)
