-- TOKEN, the ledger of TIM3 V1.
-- Left out: Info, Balance, Balances, GetOperation, TokenStats, the lists of operations and most
-- of the statistics, which nothing reads, and what answers say of balances and supply.
local json = require("json")

local function id(text) return text ~= "none" and text or nil end

Config = Config or {
  coordinatorProcess = id "@COORD@", stateManagerProcess = id "@STATE@", maxSupply = 300, minMintAmount = 1,
  maxMintAmount = 100000, transfersEnabled = true, mintingEnabled = true, burningEnabled = true,
}
Balances = Balances or {}
TotalMinted = TotalMinted or 0
TotalBurned = TotalBurned or 0

-- aos from 2.0.6 on writes the names of tags in title case as they arrive: ConfigType is
-- Configtype then. V1 reads ConfigType only, and cannot be configured there; here both are read.
local function tag(msg, name)
  return msg.Tags[name] or msg.Tags[name:sub(1, 1) .. name:sub(2):lower()]
end

local function number(msg)
  return tonumber(msg.Tags.Quantity or msg.Tags.Amount or "")
end

-- At most six decimals, cut off.
local function f6(x)
  return tostring(math.tointeger(x) or math.floor(x * 1000000) / 1000000)
end

local function tell(to, action, data)
  ao.send({ Target = to, Action = action, Data = type(data) == "table" and json.encode(data) or data })
end

local function add(user, amount)
  Balances[user] = (Balances[user] or 0) + amount
end

local function tell_state(user, amount)
  local update = { Action = "UpdatePosition", User = user, TIM3Balance = tostring(amount), Operation = "add" }
  update.Target = Config.stateManagerProcess
  if update.Target then ao.send(update) end
end

-- Who may configure is not asked.
Handlers.add("Configure", Handlers.utils.hasMatchingTag("Action", "Configure"), function(msg)
  local key, value = tag(msg, "ConfigType"), msg.Tags.Value
  local kinds = { CoordinatorProcess = value, StateManagerProcess = value, MaxSupply = tonumber(value or ""),
    MinMintAmount = tonumber(value or ""), MaxMintAmount = tonumber(value or ""), TransfersEnabled = value == "true",
    MintingEnabled = value == "true", BurningEnabled = value == "true" }
  local is_known = kinds[key] ~= nil
  if is_known then Config[key:sub(1, 1):lower() .. key:sub(2)] = kinds[key] end
  tell(msg.From, is_known and "Configure-Response" or "Configure-Error", { configType = key, value = value, success = is_known })
end)

-- A copy of a request is carried out as the request was.
Handlers.add("Mint", Handlers.utils.hasMatchingTag("Action", "Mint"), function(msg)
  local to, amount = msg.Tags.Recipient, number(msg)
  local wrong = not Config.mintingEnabled and "Minting is currently disabled"
    or msg.From ~= Config.coordinatorProcess and "Unauthorized minter - must be coordinator process"
    or not to and "Recipient required" or (not amount or amount <= 0) and "Invalid amount"
    or amount < Config.minMintAmount and "Amount below minimum" or amount > Config.maxMintAmount and "Amount above maximum"
    or TotalMinted - TotalBurned + amount > Config.maxSupply and "Minting would exceed max supply"
  if wrong then return tell(msg.From, "Mint-Error", wrong) end
  add(to, amount)
  TotalMinted = TotalMinted + amount
  tell(msg.From, "Mint-Response", { mintId = to .. "-token-mint-" .. msg.Id, recipient = to, amount = f6(amount),
    -- Second repair: as published, this does not say what the mint is for.
    purpose = msg.Tags.Purpose or "TIM3-mint",
  })
  tell(to, "Credit-Notice", { from = "TIM3-Mint", amount = f6(amount) })
  tell_state(to, amount)
end)

-- Whoever holds TIM3 may burn it here. Nothing is released for it, as the coordinator is not told.
Handlers.add("Burn", Handlers.utils.hasMatchingTag("Action", "Burn"), function(msg)
  local user, amount = msg.Tags.User or msg.From, number(msg)
  local wrong = not Config.burningEnabled and "Burning is currently disabled"
    or user ~= msg.From and msg.From ~= Config.coordinatorProcess and "Unauthorized to burn tokens for this user"
    or (not amount or amount <= 0) and "Invalid burn amount" or (Balances[user] or 0) < amount and "Insufficient balance to burn"
  if wrong then return tell(msg.From, "Burn-Error", wrong) end
  add(user, -amount)
  TotalBurned = TotalBurned + amount
  tell(msg.From, "Burn-Response", { burnId = user .. "-token-burn-" .. msg.Id, user = user, amount = f6(amount),
    purpose = msg.Tags.Purpose or "TIM3-burn" })
  if user ~= msg.From then tell(user, "Debit-Notice", { burnedBy = msg.From, amount = f6(amount) }) end
  tell_state(user, -amount)
end)

-- The coordinator is not told, and goes on believing that the sender may redeem.
Handlers.add("Transfer", Handlers.utils.hasMatchingTag("Action", "Transfer"), function(msg)
  local to, amount = msg.Tags.Recipient, number(msg)
  local wrong = not Config.transfersEnabled and "Transfers are currently disabled" or not to and "Recipient required"
    or (not amount or amount <= 0) and "Invalid transfer amount" or (Balances[msg.From] or 0) < amount and "Insufficient balance"
  if wrong then return tell(msg.From, "Transfer-Error", wrong) end
  add(msg.From, -amount)
  add(to, amount)
  tell(msg.From, "Transfer-Response", { recipient = to, amount = f6(amount) })
  tell(to, "Credit-Notice", { from = msg.From, amount = f6(amount) })
end)
