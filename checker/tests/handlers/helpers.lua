-- TIM3 out of small helpers: assert says what is wrong, pcall around every request turns
-- that into an answer.
--
-- pcall undoes nothing. A request therefore asserts all it needs first, then writes, then
-- sends, and nothing after the first write can fail.

USDA_PROCESS_ID = "@USDA@"

Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Processed = Processed or {}
Quarantine = Quarantine or {}

local MAX_SUPPLY = 9000000000000000000

-- Reading

local function tag(msg, name)
  return msg.Tags[name]
end

local function isText(value)
  return type(value) == "string" and value ~= ""
end

local function toQuantity(text)
  if not isText(text) or not string.match(text, "^[1-9]%d*$") then return nil end
  local quantity = tonumber(text)
  return math.type(quantity) == "integer" and quantity or nil
end

local function toText(quantity)
  return string.format("%d", quantity)
end

local function isAction(action)
  return function(msg) return tag(msg, "Action") == action end
end

local function isBurn(msg)
  return tag(msg, "Action") == "Transfer" and tag(msg, "Recipient") == "burn"
end

local function isForUs(msg)
  return msg.Target == ao.id
end

local function signedBySender(msg)
  return msg.From == msg.Owner
end

local function idempotencyKey(msg)
  if signedBySender(msg) or not tag(msg, "Reference") then
    return table.concat({ msg.From, "id", tostring(msg.Id) }, ":")
  end
  return table.concat({ msg.From, "ref", tag(msg, "Reference") }, ":")
end

-- Books

local function balanceOf(account)
  return Balances[account] or 0
end

local function add(account, quantity)
  Balances[account] = balanceOf(account) + quantity
end

local function issue(quantity)
  TotalSupply = TotalSupply + quantity
end

local function collect(quantity)
  UsdaCollateral = UsdaCollateral + quantity
end

local function isProcessed(msg)
  return Processed[idempotencyKey(msg)] ~= nil
end

local function markProcessed(msg)
  Processed[idempotencyKey(msg)] = true
end

local function quarantine(msg)
  Quarantine[idempotencyKey(msg)] = { Sender = tag(msg, "Sender"), Quantity = tag(msg, "Quantity") }
end

-- Sending

local function tell(target, action, pairs_of_tags)
  local tags = { { name = "Action", value = action } }
  for _, pair in ipairs(pairs_of_tags) do
    if pair[2] ~= nil then table.insert(tags, { name = pair[1], value = pair[2] }) end
  end
  ao.send({ Target = target, Tags = tags })
end

local function forwarded(msg, pairs_of_tags)
  for name, value in pairs(msg.Tags) do
    if string.sub(name, 1, 2) == "X-" then table.insert(pairs_of_tags, { name, value }) end
  end
  return pairs_of_tags
end

local function orderRelease(holder, quantity)
  ao.send({ Target = USDA_PROCESS_ID,
    Tags = { Action = "Transfer", Recipient = holder, Quantity = toText(quantity) } })
end

local function requireAffordable(msg)
  local quantity = assert(toQuantity(tag(msg, "Quantity")), "Quantity must be a whole number in digits")
  assert(quantity <= balanceOf(msg.From), "Insufficient Balance!")
  return quantity
end

-- What is wrong with a request is told to its sender; copies of one that was carried out,
-- and what is addressed elsewhere, are nobody's request.
local function answering(errorAction, request)
  return function(msg)
    if not isForUs(msg) or isProcessed(msg) then return end
    local fine, why = pcall(request, msg)
    if not fine then
      tell(msg.From, errorAction, { { "Error", tostring(why) }, { "X-Reference", tag(msg, "Reference") } })
    end
  end
end

-- Requests

local function burn(msg)
  local quantity = requireAffordable(msg)
  markProcessed(msg)
  add(msg.From, -quantity)
  issue(-quantity)
  collect(-quantity)
  orderRelease(msg.From, quantity)
  tell(msg.From, "Debit-Notice", { { "Recipient", "burn" }, { "Quantity", toText(quantity) },
    { "X-Reference", tag(msg, "Reference") } })
end

local function transfer(msg)
  local recipient = tag(msg, "Recipient")
  assert(isText(recipient), "Recipient is required!")
  local quantity = requireAffordable(msg)
  markProcessed(msg)
  add(msg.From, -quantity)
  add(recipient, quantity)
  if tag(msg, "Cast") then return end
  tell(recipient, "Credit-Notice", forwarded(msg, { { "Sender", msg.From }, { "Quantity", toText(quantity) } }))
  tell(msg.From, "Debit-Notice", forwarded(msg, { { "Recipient", recipient }, { "Quantity", toText(quantity) } }))
end

-- Deposits: only USDA's word, never its error; nobody is answered for what is wrong.

local function isDeposit(msg)
  return isForUs(msg) and msg.From == USDA_PROCESS_ID and tag(msg, "Sender") ~= ao.id
end

local function requireMintable(msg)
  local quantity = assert(toQuantity(tag(msg, "Quantity")), "unreadable")
  assert(isText(tag(msg, "Sender")), "nobody to credit")
  assert(tag(msg, "Reference"), "cannot be told from a copy")
  assert(quantity <= MAX_SUPPLY - TotalSupply, "too much")
  return quantity
end

local function mint(msg)
  if not isDeposit(msg) or isProcessed(msg) then return end
  markProcessed(msg)
  local fine, quantity = pcall(requireMintable, msg)
  if not fine then return quarantine(msg) end
  local holder = tag(msg, "Sender")
  add(holder, quantity)
  issue(quantity)
  collect(quantity)
  tell(holder, "Credit-Notice", { { "Sender", ao.id }, { "Quantity", toText(quantity) } })
end

Handlers.add("TIM3.Credit-Notice", isAction("Credit-Notice"), mint)
Handlers.add("TIM3.Burn", isBurn, answering("Burn-Error", burn))
Handlers.add("TIM3.Transfer", isAction("Transfer"), answering("Transfer-Error", transfer))
