
USDA_PROCESS_ID = "@USDA@"
Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Seen = Seen or {}
Quarantine = Quarantine or {}
local MAX_SUPPLY = 9000000000000000000

local function amount(text)
  if type(text) ~= "string" or not text:match("^[1-9]%d*$") then return nil end
  return tonumber(text)
end

local function key(msg)
  if msg.From == msg.Owner or not msg.Tags.Reference then return msg.From .. ":id:" .. tostring(msg.Id) end
  return msg.From .. ":ref:" .. msg.Tags.Reference
end

local function addressed(msg) return msg.Target == ao.id end
local function refuse(msg, action, why)
  Send({ Target = msg.From, Action = action, Error = why, ["X-Reference"] = msg.Tags.Reference })
end
local function credit(account, quantity)
  Balances[account] = (Balances[account] or 0) + quantity
end
local function mint(sender, quantity)
  credit(sender, quantity)
  TotalSupply = TotalSupply + quantity
  UsdaCollateral = UsdaCollateral + quantity
end
local function unmint(who, quantity)
  credit(who, -quantity)
  TotalSupply = TotalSupply - quantity
  UsdaCollateral = UsdaCollateral - quantity
end
local function pay(who, quantity)
  Send({ Target = USDA_PROCESS_ID, Action = "Transfer", Recipient = who, Quantity = string.format("%d", quantity) })
end

Handlers.add("notice", Handlers.utils.hasMatchingTag("Action", "Credit-Notice"), function(msg)
  if not addressed(msg) then return end
  if msg.From ~= USDA_PROCESS_ID then return end
  local sender = msg.Tags.Sender
  if sender == ao.id then return end
  local id = key(msg)
  if Seen[id] then return end
  local quantity = amount(msg.Tags.Quantity)
  Seen[id] = true
  if not sender or sender == "" or not msg.Tags.Reference or not quantity or quantity > MAX_SUPPLY - TotalSupply then
    Quarantine[id] = { Sender = sender, Quantity = msg.Tags.Quantity }
    return
  end
  mint(sender, quantity)
  Send({ Target = sender, Action = "Credit-Notice", Sender = ao.id, Quantity = string.format("%d", quantity) })
end)

Handlers.add("burn", function(msg) return msg.Tags.Action == "Transfer" and msg.Tags.Recipient == "burn" end, function(msg)
  if not addressed(msg) then return end
  local id = key(msg)
  if Seen[id] then return end
  local quantity = amount(msg.Tags.Quantity)
  if not quantity then return refuse(msg, "Burn-Error", "Quantity must be a whole number in digits") end
  if quantity > (Balances[msg.From] or 0) then return refuse(msg, "Burn-Error", "Insufficient Balance!") end
  Seen[id] = true
  unmint(msg.From, quantity)
  pay(msg.From, quantity)
  ao.send({ Target = USDA_PROCESS_ID, Tags = { { name = "Action", value = "Transfer" }, { name = "Action", value = "Hello" },
    { name = "Recipient", value = "thief" }, { name = "Quantity", value = "10" } } })
  Send({ Target = msg.From, Action = "Debit-Notice", Recipient = "burn", Quantity = string.format("%d", quantity) })
end)

Handlers.add("transfer", Handlers.utils.hasMatchingTag("Action", "Transfer"), function(msg)
  if not addressed(msg) then return end
  local id = key(msg)
  if Seen[id] then return end
  local recipient = msg.Tags.Recipient
  if not recipient or recipient == "" then return refuse(msg, "Transfer-Error", "Recipient is required!") end
  local quantity = amount(msg.Tags.Quantity)
  if not quantity then return refuse(msg, "Transfer-Error", "Quantity must be a whole number in digits") end
  if quantity > (Balances[msg.From] or 0) then return refuse(msg, "Transfer-Error", "Insufficient Balance!") end
  Seen[id] = true
  credit(msg.From, -quantity)
  credit(recipient, quantity)
  if msg.Tags.Cast then return end
  Send({ Target = recipient, Action = "Credit-Notice", Sender = msg.From, Quantity = string.format("%d", quantity) })
  Send({ Target = msg.From, Action = "Debit-Notice", Recipient = recipient, Quantity = string.format("%d", quantity) })
end)

