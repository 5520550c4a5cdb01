-- TIM3, a token backed 1:1 by USDA: the recommended contract.
--
-- A USDA Transfer to this process arrives as a Credit-Notice and mints TIM3.
-- A TIM3 Transfer to "burn" burns, and sends the USDA back to the holder.
-- To deploy: put the USDA process id below and Eval this file. Loading it again, or a
-- newer version that keeps the names of globals and handlers, keeps all state.
--
-- Rules it follows everywhere: check first, then change state, then send; answer a
-- refused request instead of throwing; believe only USDA's own tags.

USDA_PROCESS_ID = "@USDA@"

Balances = Balances or {}             -- base units of TIM3 by account
TotalSupply = TotalSupply or 0        -- sum of Balances
UsdaCollateral = UsdaCollateral or 0  -- base units of USDA received and not yet paid out
Seen = Seen or {}                     -- messages carried out, so that no copy counts twice
Quarantine = Quarantine or {}         -- deposits kept and not minted: settle them by hand

-- Lua integers end at 2^63-1; no total here can come near it.
local MAX_SUPPLY = 9000000000000000000

-- The one spelling of an amount: decimal digits, no sign, no leading zero. USDA also
-- accepts "+10", "0x10", "0b1010" and 2^256+10, and its notice repeats what was written.
local function amount(text)
  if type(text) ~= "string" or not text:match("^[1-9]%d*$") then return nil end
  return tonumber(text)
end

-- What stays the same on every copy of a message: the Reference its process gave it, or,
-- where a wallet signed it itself, its Id. A pushed copy has a new Id, a new Pushed-For.
-- (A token on aos 1 writes no Reference: its deposits cannot be told from copies of them,
-- and are quarantined.)
local function key(msg)
  if msg.From == msg.Owner or not msg.Tags.Reference then return msg.From .. ":id:" .. tostring(msg.Id) end
  return msg.From .. ":ref:" .. msg.Tags.Reference
end

local function addressed(msg)
  return msg.Target == ao.id
end

local function refuse(msg, action, why)
  Send({ Target = msg.From, Action = action, Error = why, ["X-Reference"] = msg.Tags.Reference })
end

local function credit(account, quantity)
  Balances[account] = (Balances[account] or 0) + quantity
end

Handlers.add("TIM3.Credit-Notice",
  Handlers.utils.hasMatchingTag("Action", "Credit-Notice"),
  function(msg)
    if not addressed(msg) then return end
    if msg.From ~= USDA_PROCESS_ID then return end
    local sender = msg.Tags.Sender
    if sender == ao.id then return end
    local id = key(msg)
    if Seen[id] then return end
    local quantity = amount(msg.Tags.Quantity)
    Seen[id] = true
    if not sender or sender == "" or not msg.Tags.Reference or not quantity
      or quantity > MAX_SUPPLY - TotalSupply then
      Quarantine[id] = { Sender = sender, Quantity = msg.Tags.Quantity }
      return
    end
    credit(sender, quantity)
    TotalSupply = TotalSupply + quantity
    UsdaCollateral = UsdaCollateral + quantity
    Send({ Target = sender, Action = "Credit-Notice", Sender = ao.id,
      Quantity = string.format("%d", quantity) })
  end
)

Handlers.add("TIM3.Burn",
  function(msg) return msg.Tags.Action == "Transfer" and msg.Tags.Recipient == "burn" end,
  function(msg)
    if not addressed(msg) then return end
    local id = key(msg)
    if Seen[id] then return end
    local quantity = amount(msg.Tags.Quantity)
    if not quantity then return refuse(msg, "Burn-Error", "Quantity must be a whole number in digits") end
    if quantity > (Balances[msg.From] or 0) then return refuse(msg, "Burn-Error", "Insufficient Balance!") end
    Seen[id] = true
    credit(msg.From, -quantity)
    TotalSupply = TotalSupply - quantity
    UsdaCollateral = UsdaCollateral - quantity
    Send({ Target = USDA_PROCESS_ID, Action = "Transfer", Recipient = msg.From,
      Quantity = string.format("%d", quantity) })
    Send({ Target = msg.From, Action = "Debit-Notice", Recipient = "burn",
      Quantity = string.format("%d", quantity), ["X-Reference"] = msg.Tags.Reference })
  end
)

Handlers.add("TIM3.Transfer",
  Handlers.utils.hasMatchingTag("Action", "Transfer"),
  function(msg)
    if not addressed(msg) then return end
    local id = key(msg)
    if Seen[id] then return end
    local recipient = msg.Tags.Recipient
    if not recipient or recipient == "" then return refuse(msg, "Transfer-Error", "Recipient is required!") end
    if recipient == ao.id then return refuse(msg, "Transfer-Error", "Nobody could spend TIM3 that TIM3 holds") end
    local quantity = amount(msg.Tags.Quantity)
    if not quantity then return refuse(msg, "Transfer-Error", "Quantity must be a whole number in digits") end
    if quantity > (Balances[msg.From] or 0) then return refuse(msg, "Transfer-Error", "Insufficient Balance!") end
    Seen[id] = true
    credit(msg.From, -quantity)
    credit(recipient, quantity)
    if msg.Tags.Cast then return end
    local function notice(target, action, party)
      local tags = { Action = action, [party.name] = party.value, Quantity = string.format("%d", quantity) }
      for name, value in pairs(msg.Tags) do
        if name:sub(1, 2) == "X-" then tags[name] = value end
      end
      ao.send({ Target = target, Tags = tags })
    end
    notice(recipient, "Credit-Notice", { name = "Sender", value = msg.From })
    notice(msg.From, "Debit-Notice", { name = "Recipient", value = recipient })
  end
)
