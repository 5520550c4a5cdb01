-- TIM3 on AO mainnet, where USDA is HyperBEAM's token@1.0 and writes no Reference.
--
-- As model/lua/hardened.lua, except for what tells a deposit from its copy: DEPOSIT_KEY.
--   "X-Deposit-Id"  a number that the depositor puts on the Transfer to TIM3 and never uses again.
--                   token@1.0 repeats it on its Credit-Notice and vouches for the Sender, so nobody
--                   can use up another's.
--   "Id"            for hyper-token.lua, which repeats nothing: a copy of a notice then mints again.
--                   Let one node alone push, and compare UsdaCollateral with USDA's own balance.
--
-- Send a USDA Transfer (with X-Deposit-Id) to this process: it mints TIM3.
-- Send a TIM3 Transfer to "burn": it burns, and USDA goes back to the holder.
-- Write this process' id as Recipient exactly: USDA keeps accounts in lower case, but a notice to
-- an id in lower case reaches nobody.
-- To deploy: put the USDA process id and the key below and Eval this file. Loading it again, or a
-- newer version that keeps the names of globals and handlers, keeps all state.
--
-- Rules it follows everywhere: check first, then change state, then send; answer a
-- refused request instead of throwing; believe only USDA's own tags.

USDA_PROCESS_ID = "@USDA@"
DEPOSIT_KEY = "@DEPOSIT_KEY@"

Balances = Balances or {}             -- base units of TIM3 by account
TotalSupply = TotalSupply or 0        -- sum of Balances
UsdaCollateral = UsdaCollateral or 0  -- base units of USDA received and not yet paid out
Seen = Seen or {}                     -- messages carried out, so that no copy counts twice
-- Deposits that are not minted, by sender and amount: settle them by hand, against USDA's own
-- balance. No number of copies makes more than one entry, and nobody without funds makes one.
Quarantine = Quarantine or {}

-- Lua integers end at 2^63-1; no total here can come near it.
local MAX_SUPPLY = 9000000000000000000

-- The one spelling of an amount: decimal digits, no sign, no leading zero.
local function amount(text)
  if type(text) ~= "string" or not text:match("^[1-9]%d*$") then return nil end
  return tonumber(text)
end

-- What stays the same on every copy of a request: the Reference its process gave it, or,
-- where a wallet signed it itself, its Id. A pushed copy has a new Id, a new Pushed-For.
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
    local text = msg.Tags.Quantity
    if not sender or sender == "" or not text or tonumber(text) == 0 then return end
    local deposit, quantity = msg[DEPOSIT_KEY], amount(text)
    local id = deposit and msg.From .. ":" .. sender .. ":" .. deposit
    if id and Seen[id] then return end
    if not id or not quantity or quantity > MAX_SUPPLY - TotalSupply then
      Quarantine[sender .. ":" .. text] = true
      return
    end
    Seen[id] = true
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
      Quantity = string.format("%d", quantity), ["Ao-Types"] = 'quantity="integer"' })
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
