-- TIM3 with pattern tables and msg.reply, and one mistake: the pattern for amounts is not
-- anchored. It was meant as "digits", and matches wherever there is one: "-10" burns minus
-- ten, which mints.
--
-- Should be noticed by no-mint-without-deposit, under legacynet, with 1 trick (burn-negative).

USDA_PROCESS_ID = "@USDA@"

Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Seen = Seen or {}
Quarantine = Quarantine or {}

local MAX_SUPPLY = 9000000000000000000

-- Decimal digits without a leading zero.
local AMOUNT = "[1-9]%d*"

local function amount(text)
  if type(text) ~= "string" or not text:match(AMOUNT) then return nil end
  return tonumber(text)
end

local function decimal(quantity)
  return string.format("%d", quantity)
end

-- (From, Reference) is the same on every copy of a pushed message. A wallet writes its own
-- tags, so that its messages go by Id.
local function key(msg)
  if msg.From == msg.Owner or not msg.Tags.Reference then return msg.From .. ":id:" .. tostring(msg.Id) end
  return msg.From .. ":ref:" .. msg.Tags.Reference
end

local function is_new_here(msg)
  return msg.Target == ao.id and not Seen[key(msg)]
end

local function credit(account, quantity)
  Balances[account] = (Balances[account] or 0) + quantity
end

-- Whoever sets Reply-To is answered there; without it, at From.
local function refuse(msg, why)
  local action = msg.Tags.Recipient == "burn" and "Burn-Error" or "Transfer-Error"
  msg.reply({ Action = action, Error = why })
end

local function burn(msg)
  local quantity = amount(msg.Tags.Quantity)
  if not quantity then return refuse(msg, "Quantity must be a whole number in digits") end
  if quantity > (Balances[msg.From] or 0) then return refuse(msg, "Insufficient Balance!") end
  Seen[key(msg)] = true
  credit(msg.From, -quantity)
  TotalSupply = TotalSupply - quantity
  UsdaCollateral = UsdaCollateral - quantity
  Send({ Target = USDA_PROCESS_ID, Action = "Transfer", Recipient = msg.From, Quantity = decimal(quantity) })
  msg.reply({ Action = "Debit-Notice", Recipient = "burn", Quantity = decimal(quantity) })
end

-- What a notice repeats of the request, beside what it says itself.
local function with_forwarded(msg, notice)
  for name, value in pairs(msg.Tags) do
    if name:sub(1, 2) == "X-" then notice[name] = value end
  end
  return notice
end

local function transfer(msg)
  local recipient = msg.Tags.Recipient
  if not recipient or recipient == "" then return refuse(msg, "Recipient is required!") end
  local quantity = amount(msg.Tags.Quantity)
  if not quantity then return refuse(msg, "Quantity must be a whole number in digits") end
  if quantity > (Balances[msg.From] or 0) then return refuse(msg, "Insufficient Balance!") end
  Seen[key(msg)] = true
  credit(msg.From, -quantity)
  credit(recipient, quantity)
  if msg.Tags.Cast then return end
  Send(with_forwarded(msg, {
    Target = recipient, Action = "Credit-Notice", Sender = msg.From, Quantity = decimal(quantity),
  }))
  msg.reply(with_forwarded(msg, {
    Action = "Debit-Notice", Recipient = recipient, Quantity = decimal(quantity),
  }))
end

-- Whichever pattern a request came through, its first Recipient tag decides what it is.
local function request(msg)
  if msg.Tags.Action ~= "Transfer" or not is_new_here(msg) then return end
  if msg.Tags.Recipient == "burn" then return burn(msg) end
  return transfer(msg)
end

Handlers.add("TIM3.Credit-Notice",
  { Action = "Credit-Notice", From = USDA_PROCESS_ID },
  function(msg)
    if msg.Tags.Action ~= "Credit-Notice" or msg.From ~= USDA_PROCESS_ID then return end
    local sender, quantity = msg.Tags.Sender, amount(msg.Tags.Quantity)
    if sender == ao.id or not is_new_here(msg) then return end
    Seen[key(msg)] = true
    if not sender or sender == "" or not msg.Tags.Reference or not quantity
      or quantity > MAX_SUPPLY - TotalSupply then
      Quarantine[key(msg)] = { Sender = sender, Quantity = msg.Tags.Quantity }
      return
    end
    credit(sender, quantity)
    TotalSupply = TotalSupply + quantity
    UsdaCollateral = UsdaCollateral + quantity
    -- Not a reply: that would go to USDA.
    Send({ Target = sender, Action = "Credit-Notice", Sender = ao.id, Quantity = decimal(quantity) })
  end
)

Handlers.add("TIM3.Burn", { Action = "Transfer", Recipient = "burn", Quantity = AMOUNT }, request)

Handlers.add("TIM3.Transfer", { Action = "Transfer", Recipient = "_", Quantity = AMOUNT }, request)

-- What neither pattern takes would lie in the Inbox, and nobody would be told.
Handlers.add("TIM3.Unreadable", { Action = "Transfer" }, request)
