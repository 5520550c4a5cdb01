-- COORD, the coordinator of TIM3 V1: it takes what users ask for, leads it through the other
-- processes, and keeps the book of positions.
-- Left out: Info, GetPosition, GetConfig, the ways to configure that do as Configure does, the
-- cooldown of large mints, the totals, and two messages to itself that nobody handles.
local json = require("json")

local function id(text) return text ~= "none" and text or nil end

Config = Config or {
  mockUsdaProcess = id "@USDA@", allowedUsdaProcess = id "@USDA@", lockManagerProcess = id "@LOCK@",
  tokenManagerProcess = id "@TOKEN@", stateManagerProcess = id "@STATE@", adminProcess = nil,
  -- Fourth repair: as published this is 1.0, which makes 5.0 out of 5.
  collateralRatio = 1,
  minMintAmount = 1, maxMintAmount = 100000, maxMintPerUser = 50000, maxMintPerBlock = 10000, blockMintTotal = 0,
  lastBlockReset = 0, blockTimeWindow = 3600, systemActive = true, emergencyPaused = false, pendingTimeout = 300,
}
-- What is not finished, and how far each is.
PendingMints = PendingMints or {}
PendingBurns = PendingBurns or {}
Status = Status or {}
-- The book: what each user minted, and what is locked for it.
Minted = Minted or {}
Collateral = Collateral or {}
UserMintHistory = UserMintHistory or {}

-- aos from 2.0.6 on writes the names of tags in title case as they arrive: ConfigType is
-- Configtype then. V1 reads ConfigType only, and cannot be configured there; here both are read.
local function tag(msg, name)
  return msg.Tags[name] or msg.Tags[name:sub(1, 1) .. name:sub(2):lower()]
end

local function number(msg)
  return tonumber(msg.Tags.Amount or msg.Tags.Quantity or "")
end

-- At most six decimals, cut off.
local function f6(x)
  return tostring(math.tointeger(x) or math.floor(x * 1000000) / 1000000)
end

local function tell(to, action, data)
  ao.send({ Target = to, Action = action, Data = type(data) == "table" and json.encode(data) or data })
end

local function tell_state(user, operation, amount, collateral)
  local update = { Action = "UpdatePosition", User = user, Operation = operation, TokenType = "TIM3", Amount = amount,
    CollateralType = "USDA", CollateralAmount = collateral }
  update.Target = Config.stateManagerProcess
  if update.Target then ao.send(update) end
end

-- Why nothing is accepted, if nothing is.
local function closed()
  return Config.emergencyPaused and "System is in emergency pause" or not Config.systemActive and "System is currently inactive"
end

-- The window of the limit begins anew if its time is over.
local function look_at_window()
  local is_over = os.time() - Config.lastBlockReset >= Config.blockTimeWindow
  Config.blockMintTotal = is_over and 0 or Config.blockMintTotal
  Config.lastBlockReset = is_over and os.time() or Config.lastBlockReset
end

-- Which limit a mint would exceed. Requests are looked at, and only what was minted is counted.
local function over_limit(user, amount)
  look_at_window()
  if Config.blockMintTotal + amount > Config.maxMintPerBlock then return "Block mint limit exceeded" end
  UserMintHistory[user] = UserMintHistory[user] or { totalMinted = 0, mintCount = 0 }
  return UserMintHistory[user].totalMinted + amount > Config.maxMintPerUser and "User mint limit exceeded"
end

-- This throws for who never asked for a mint, as nothing is known of him or her.
local function count(user, amount)
  look_at_window()
  local known = UserMintHistory[user]
  known.totalMinted, known.mintCount = known.totalMinted + amount, known.mintCount + 1
  Config.blockMintTotal = Config.blockMintTotal + amount
end

local function book(user, amount, collateral)
  Minted[user] = (Minted[user] or 0) + amount
  Collateral[user] = (Collateral[user] or 0) + collateral
end

local function new_mint(id, user, amount, collateral)
  PendingMints[id] = { mintId = id, user = user, tim3Amount = amount, requiredCollateral = collateral, timestamp = os.time() }
  Status[id] = "pending"
  return PendingMints[id]
end

local function ask_token(mint)
  if not Config.tokenManagerProcess then return tell(mint.user, "MintTIM3-Error", "Token manager not configured") end
  Status[mint.mintId] = "pending-token-mint"
  ao.send({ Target = Config.tokenManagerProcess, Action = "Mint", Recipient = mint.user, Amount = tostring(mint.tim3Amount),
    Purpose = "TIM3-mint-" .. mint.mintId })
end

-- Ends what took too long. What was locked, minted or burned for it stays so.
local function clean_up(pending, action)
  for name, one in pairs(pending) do
    local is_late = os.time() - one.timestamp > Config.pendingTimeout
    if is_late then pending[name], Status[name] = nil, nil tell(one.user, action, "Operation timed out") end
  end
end

-- As long as no administrator is named, anybody may.
Handlers.add("EmergencyPause", Handlers.utils.hasMatchingTag("Action", "EmergencyPause"), function(msg)
  local may = not Config.adminProcess or Config.adminProcess == msg.From
  if not may then return tell(msg.From, "EmergencyPause-Error", "Unauthorized - only admin can pause system") end
  Config.emergencyPaused = msg.Tags.Pause == "true"
  Config.systemActive = not Config.emergencyPaused
  tell(msg.From, "EmergencyPause-Response", { emergencyPaused = Config.emergencyPaused })
end)

-- Who may configure is not asked.
Handlers.add("Configure", Handlers.utils.hasMatchingTag("Action", "Configure"), function(msg)
  local key, value = tag(msg, "ConfigType"), msg.Tags.Value
  local kinds = { MockUsdaProcess = value, StateManagerProcess = value, LockManagerProcess = value, TokenManagerProcess = value,
    AdminProcess = value, CollateralRatio = tonumber(value or ""), PendingTimeout = tonumber(value or ""), SystemActive = value == "true" }
  local is_known = kinds[key] ~= nil
  if is_known then Config[key:sub(1, 1):lower() .. key:sub(2)] = kinds[key] end
  tell(msg.From, is_known and "Configure-Response" or "Configure-Error", { configType = key, value = value, success = is_known })
end)

Handlers.add("MintTIM3", Handlers.utils.hasMatchingTag("Action", "MintTIM3"), function(msg)
  local user, amount = msg.From, number(msg)
  local wrong = closed() or (not amount or amount <= 0) and "Invalid amount" or amount < Config.minMintAmount and "Amount below minimum"
    or amount > Config.maxMintAmount and "Amount above maximum" or over_limit(user, amount)
    or not Config.mockUsdaProcess and "Mock USDA process not configured"
  if wrong then return tell(user, "MintTIM3-Error", wrong) end
  -- V1 makes ids of the time and of chance. Here time stands still, so they are those of messages.
  local mint = new_mint(user .. "-mint-" .. msg.Id, user, amount, amount * Config.collateralRatio)
  ao.send({ Target = Config.lockManagerProcess, Action = "LockCollateral", User = user, Amount = tostring(mint.requiredCollateral),
    Purpose = "TIM3-mint-" .. mint.mintId })
  tell(user, "MintTIM3-Pending", { mintId = mint.mintId, user = user, tim3Amount = f6(amount), status = "pending-collateral-lock" })
end)

Handlers.add("LockCollateral-Success", Handlers.utils.hasMatchingTag("Action", "LockCollateral-Success"), function(msg)
  if msg.From ~= Config.lockManagerProcess then return end
  local purpose = json.decode(msg.Data).purpose or ""
  local mint = PendingMints[purpose:match("^TIM3%-mint%-(.*)$")]
  if not mint then return end
  ask_token(mint)
  tell(mint.user, "MintTIM3-Progress", { mintId = mint.mintId, status = "collateral-locked-minting-tokens" })
end)

-- Only what the tags say is read. What is no deposit is kept, too. No limit is looked at.
Handlers.add("USDA-Credit-Notice", Handlers.utils.hasMatchingTag("Action", "Credit-Notice"), function(msg)
  local user, amount = msg.Tags.Sender or msg.From, tonumber(msg.Tags.Quantity or "")
  local is_deposit = not closed() and Config.tokenManagerProcess and Config.allowedUsdaProcess == msg.From and amount and amount > 0
  if is_deposit then ask_token(new_mint(user .. "-deposit-" .. msg.Id, user, amount, amount)) end
end)

Handlers.add("Mint-Response", Handlers.utils.hasMatchingTag("Action", "Mint-Response"), function(msg)
  if msg.From ~= Config.tokenManagerProcess then return end
  local purpose = json.decode(msg.Data).purpose or ""
  local mint = PendingMints[purpose:match("^TIM3%-mint%-(.*)$")]
  if not mint then return end
  book(mint.user, mint.tim3Amount, mint.requiredCollateral)
  tell_state(mint.user, "mint", f6(mint.tim3Amount), f6(mint.requiredCollateral))
  count(mint.user, mint.tim3Amount)
  PendingMints[mint.mintId], Status[mint.mintId] = nil, nil
  tell(mint.user, "MintTIM3-Response", { mintId = mint.mintId, user = mint.user, tim3Minted = f6(mint.tim3Amount) })
end)

-- What is in the book counts, not what TOKEN says that somebody holds.
Handlers.add("BurnTIM3", Handlers.utils.hasMatchingTag("Action", "BurnTIM3"), function(msg)
  local user, amount = msg.From, number(msg)
  local wrong = closed() or (not amount or amount <= 0) and "Invalid burn amount" or (Minted[user] or 0) < amount and "Insufficient TIM3 balance to burn"
    or not Config.tokenManagerProcess and "Token manager not configured"
  if wrong then return tell(user, "BurnTIM3-Error", wrong) end
  -- The ratio is the one of today, whatever it was as the USDA was locked.
  local burn = { burnId = user .. "-burn-" .. msg.Id, user = user, tim3Amount = amount,
    collateralToRelease = amount * Config.collateralRatio, timestamp = os.time() }
  PendingBurns[burn.burnId], Status[burn.burnId] = burn, "pending-burn"
  ao.send({ Target = Config.tokenManagerProcess, Action = "Burn", User = user, Amount = tostring(amount), Purpose = "TIM3-burn-" .. burn.burnId })
  tell(user, "BurnTIM3-Pending", { burnId = burn.burnId, user = user, tim3Amount = f6(amount), status = "pending-token-burn" })
end)

Handlers.add("Burn-Response", Handlers.utils.hasMatchingTag("Action", "Burn-Response"), function(msg)
  if msg.From ~= Config.tokenManagerProcess then return end
  local answer = json.decode(msg.Data)
  local named = (answer.purpose or ""):match("^TIM3%-burn%-(.*)$")
  -- Third repair: as published, the id comes first that TOKEN made for itself, and never fits.
  local burn = PendingBurns[named or answer.burnId]
  if not burn then return end
  if not Config.lockManagerProcess then return tell(burn.user, "BurnTIM3-Error", "Lock manager not configured") end
  Status[burn.burnId] = "pending-unlock"
  ao.send({ Target = Config.lockManagerProcess, Action = "UnlockCollateral", User = burn.user, Amount = tostring(burn.collateralToRelease),
    Purpose = "TIM3-burn-" .. burn.burnId })
  tell(burn.user, "BurnTIM3-Progress", { burnId = burn.burnId, status = "tokens-burned-unlocking-collateral" })
end)

-- A burn is found by its user and by its amount as a text. V1 takes the first that `pairs`
-- gives, which is any; here it is the first by its name.
Handlers.add("UnlockCollateral-Success", Handlers.utils.hasMatchingTag("Action", "UnlockCollateral-Success"), function(msg)
  if msg.From ~= Config.lockManagerProcess then return end
  local answer = json.decode(msg.Data)
  local amount, names = tostring(tonumber(answer.unlockedAmount)), {}
  for name, burn in pairs(PendingBurns) do
    local fits = burn.user == answer.user and Status[name] == "pending-unlock" and tostring(burn.collateralToRelease) == amount
    if fits then names[#names + 1] = name end
  end
  table.sort(names)
  local burn = PendingBurns[names[1]]
  if not burn then return end
  book(burn.user, -burn.tim3Amount, -burn.collateralToRelease)
  tell_state(burn.user, "burn", "-" .. f6(burn.tim3Amount), "-" .. f6(burn.collateralToRelease))
  PendingBurns[burn.burnId], Status[burn.burnId] = nil, nil
  tell(burn.user, "BurnTIM3-Response", { burnId = burn.burnId, user = burn.user, tim3Burned = f6(burn.tim3Amount) })
end)

-- Anybody may ask for the health of the system, and so end what others wait for.
Handlers.add("SystemHealth", Handlers.utils.hasMatchingTag("Action", "SystemHealth"), function(msg)
  clean_up(PendingMints, "MintTIM3-Timeout")
  clean_up(PendingBurns, "BurnTIM3-Timeout")
  tell(msg.From, "SystemHealth-Response", { systemActive = Config.systemActive })
end)
