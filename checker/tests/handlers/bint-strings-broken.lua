-- TIM3 with decimal strings and .bint, and one mistake: a balance is compared as it is
-- stored. "9" is then more than "18"; and the 0 of an account that has no balance is a
-- number, which no string can be compared with, so that the handler throws.
--
-- Should be noticed by refusals-answered, under reliable, without faults: a burn by somebody
-- who holds nothing is not answered. With a quantity of 9, burns-burn should notice as well:
-- who holds 18 cannot burn 9.

local bint = require(".bint")(256)

USDA_PROCESS_ID = "@USDA@"

Balances = Balances or {}
TotalSupply = TotalSupply or "0"
UsdaCollateral = UsdaCollateral or "0"
Seen = Seen or {}
Quarantine = Quarantine or {}

-- Below 2^63, for whoever reads the totals as Lua integers.
local MAX_SUPPLY = "9000000000000000000"

local utils = {
  add = function(a, b) return tostring(bint(a) + bint(b)) end,
  subtract = function(a, b) return tostring(bint(a) - bint(b)) end,
  at_most = function(a, b) return bint.__le(bint(a), bint(b)) end,
}

local function amount(text)
  if type(text) ~= "string" or not text:match("^[1-9]%d*$") or #text > #MAX_SUPPLY then return nil end
  return text
end

local function key(msg)
  if msg.From == msg.Owner or not msg.Tags.Reference then return msg.From .. ":id:" .. tostring(msg.Id) end
  return msg.From .. ":ref:" .. msg.Tags.Reference
end

local function refuse(msg, action, why)
  Send({ Target = msg.From, Action = action, Error = why, ["X-Reference"] = msg.Tags.Reference })
end

local function covers(account, quantity)
  return quantity <= (Balances[account] or 0)
end

local function raise(account, quantity)
  Balances[account] = utils.add(Balances[account] or "0", quantity)
end

local function lower(account, quantity)
  Balances[account] = utils.subtract(Balances[account] or "0", quantity)
end

Handlers.add("TIM3.Credit-Notice",
  Handlers.utils.hasMatchingTag("Action", "Credit-Notice"),
  function(msg)
    if msg.Target ~= ao.id or msg.From ~= USDA_PROCESS_ID or msg.Tags.Sender == ao.id then return end
    local id = key(msg)
    if Seen[id] then return end
    local sender, quantity = msg.Tags.Sender, amount(msg.Tags.Quantity)
    Seen[id] = true
    if not sender or sender == "" or not msg.Tags.Reference or not quantity
      or not utils.at_most(utils.add(TotalSupply, quantity), MAX_SUPPLY) then
      Quarantine[id] = { Sender = sender, Quantity = msg.Tags.Quantity }
      return
    end
    raise(sender, quantity)
    TotalSupply = utils.add(TotalSupply, quantity)
    UsdaCollateral = utils.add(UsdaCollateral, quantity)
    Send({ Target = sender, Action = "Credit-Notice", Sender = ao.id, Quantity = quantity })
  end
)

Handlers.add("TIM3.Burn",
  function(msg) return msg.Tags.Action == "Transfer" and msg.Tags.Recipient == "burn" end,
  function(msg)
    local id = key(msg)
    if msg.Target ~= ao.id or Seen[id] then return end
    local quantity = amount(msg.Tags.Quantity)
    if not quantity then return refuse(msg, "Burn-Error", "Quantity must be a whole number in digits") end
    if not covers(msg.From, quantity) then return refuse(msg, "Burn-Error", "Insufficient Balance!") end
    Seen[id] = true
    lower(msg.From, quantity)
    TotalSupply = utils.subtract(TotalSupply, quantity)
    UsdaCollateral = utils.subtract(UsdaCollateral, quantity)
    Send({ Target = USDA_PROCESS_ID, Action = "Transfer", Recipient = msg.From, Quantity = quantity })
    Send({ Target = msg.From, Action = "Debit-Notice", Recipient = "burn", Quantity = quantity,
      ["X-Reference"] = msg.Tags.Reference })
  end
)

Handlers.add("TIM3.Transfer",
  Handlers.utils.hasMatchingTag("Action", "Transfer"),
  function(msg)
    local id = key(msg)
    if msg.Target ~= ao.id or Seen[id] then return end
    local recipient, quantity = msg.Tags.Recipient, amount(msg.Tags.Quantity)
    if not recipient or recipient == "" then return refuse(msg, "Transfer-Error", "Recipient is required!") end
    if not quantity then return refuse(msg, "Transfer-Error", "Quantity must be a whole number in digits") end
    if not covers(msg.From, quantity) then return refuse(msg, "Transfer-Error", "Insufficient Balance!") end
    Seen[id] = true
    lower(msg.From, quantity)
    raise(recipient, quantity)
    if msg.Tags.Cast then return end
    local credit_notice = { Target = recipient, Action = "Credit-Notice", Sender = msg.From, Quantity = quantity }
    local debit_notice = { Target = msg.From, Action = "Debit-Notice", Recipient = recipient, Quantity = quantity }
    for name, value in pairs(msg.Tags) do
      if name:sub(1, 2) == "X-" then
        credit_notice[name] = value
        debit_notice[name] = value
      end
    end
    Send(credit_notice)
    Send(debit_notice)
  end
)
