-- TIM3 that counts and logs everything it is sent.
--
-- Stats only ever grows, and no decision looks at it. Two histories with the same books
-- have different Stats, so that a search meets them as different states; and no message is
-- without effect, not even one that is refused or seen before.

USDA_PROCESS_ID = "@USDA@"

Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Seen = Seen or {}
Quarantine = Quarantine or {}
Stats = Stats or { Notices = 0, Deposits = 0, Burns = 0, Transfers = 0, Refused = 0, Volume = 0, Log = {} }

local MAX_SUPPLY = 9000000000000000000

local function count(name, by)
  Stats[name] = Stats[name] + (by or 1)
end

local function amount(text)
  if type(text) ~= "string" or not text:match("^[1-9]%d*$") then return nil end
  return tonumber(text)
end

local function key(msg)
  if msg.From == msg.Owner or not msg.Tags.Reference then return msg.From .. ":id:" .. tostring(msg.Id) end
  return msg.From .. ":ref:" .. msg.Tags.Reference
end

local function credit(account, quantity)
  Balances[account] = (Balances[account] or 0) + quantity
end

local function refuse(msg, action, why)
  count("Refused")
  Send({ Target = msg.From, Action = action, Error = why, ["X-Reference"] = msg.Tags.Reference })
end

-- Everything that arrives is logged, even what no handler below takes; then it goes on.
Handlers.prepend("TIM3.Log",
  function(msg) return msg.Tags.Action == "Eval" and "skip" or "continue" end,
  function(msg)
    Stats.Last = msg.Id
    table.insert(Stats.Log, { Number = #Stats.Log + 1, Id = msg.Id, From = msg.From, Action = msg.Tags.Action })
  end
)

Handlers.add("TIM3.Credit-Notice",
  Handlers.utils.hasMatchingTag("Action", "Credit-Notice"),
  function(msg)
    count("Notices")
    if msg.Target ~= ao.id or msg.From ~= USDA_PROCESS_ID or msg.Tags.Sender == ao.id then return end
    local id, sender = key(msg), msg.Tags.Sender
    if Seen[id] then return end
    Seen[id] = true
    local quantity = amount(msg.Tags.Quantity)
    if not sender or sender == "" or not msg.Tags.Reference or not quantity
      or quantity > MAX_SUPPLY - TotalSupply then
      Quarantine[id] = { Sender = sender, Quantity = msg.Tags.Quantity }
      return
    end
    count("Deposits")
    count("Volume", quantity)
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
    local id, quantity = key(msg), amount(msg.Tags.Quantity)
    if msg.Target ~= ao.id or Seen[id] then return end
    if not quantity then return refuse(msg, "Burn-Error", "Quantity must be a whole number in digits") end
    if quantity > (Balances[msg.From] or 0) then return refuse(msg, "Burn-Error", "Insufficient Balance!") end
    Seen[id] = true
    count("Burns")
    count("Volume", quantity)
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
    local id, quantity, recipient = key(msg), amount(msg.Tags.Quantity), msg.Tags.Recipient
    if msg.Target ~= ao.id or Seen[id] then return end
    if not recipient or recipient == "" then return refuse(msg, "Transfer-Error", "Recipient is required!") end
    if not quantity then return refuse(msg, "Transfer-Error", "Quantity must be a whole number in digits") end
    if quantity > (Balances[msg.From] or 0) then return refuse(msg, "Transfer-Error", "Insufficient Balance!") end
    Seen[id] = true
    count("Transfers")
    count("Volume", quantity)
    credit(msg.From, -quantity)
    credit(recipient, quantity)
    if msg.Tags.Cast then return end
    local to_recipient = { Action = "Credit-Notice", Sender = msg.From, Quantity = string.format("%d", quantity) }
    local to_sender = { Action = "Debit-Notice", Recipient = recipient, Quantity = string.format("%d", quantity) }
    for name, value in pairs(msg.Tags) do
      if name:sub(1, 2) == "X-" then to_recipient[name], to_sender[name] = value, value end
    end
    ao.send({ Target = recipient, Tags = to_recipient })
    ao.send({ Target = msg.From, Tags = to_sender })
  end
)
