-- TIM3 with its books in nested tables that the handlers hold as an upvalue.
--
-- A local is made anew when the file is loaded again. The one global is where the new
-- closures find the books of the old ones; nothing else may write to it.

USDA_PROCESS_ID = "@USDA@"

TIM3_LEDGER = TIM3_LEDGER or {
  accounts = {},
  totals = { supply = 0, collateral = 0 },
  messages = { done = {}, quarantined = {} },
}

local ledger = TIM3_LEDGER
local done = ledger.messages.done
local MAX_SUPPLY = 9000000000000000000

local function amount(text)
  local digits = type(text) == "string" and text:match("^[1-9]%d*$")
  return digits and tonumber(digits) or nil
end

local function decimal(quantity)
  return string.format("%d", quantity)
end

local function key(msg)
  if msg.From == msg.Owner or not msg.Tags.Reference then return msg.From .. ":id:" .. tostring(msg.Id) end
  return msg.From .. ":ref:" .. msg.Tags.Reference
end

local function holds(account)
  return ledger.accounts[account] or 0
end

local function move(account, quantity)
  ledger.accounts[account] = holds(account) + quantity
end

local function change_totals(quantity)
  ledger.totals.supply = ledger.totals.supply + quantity
  ledger.totals.collateral = ledger.totals.collateral + quantity
end

-- A handler for messages that are addressed here, each carried out once: `carry_out` says
-- whether it did, or what is wrong.
local function once(carry_out, complain)
  return function(msg)
    if msg.Target ~= ao.id then return end
    local id = key(msg)
    if done[id] then return end
    local wrong = carry_out(msg, id, function() done[id] = true end)
    if wrong then complain(msg, wrong) end
  end
end

local function answer_with(action)
  return function(msg, wrong)
    Send({ Target = msg.From, Action = action, Error = wrong, ["X-Reference"] = msg.Tags.Reference })
  end
end

local function affordable(msg)
  local quantity = amount(msg.Tags.Quantity)
  if not quantity then return nil, "Quantity must be a whole number in digits" end
  if quantity > holds(msg.From) then return nil, "Insufficient Balance!" end
  return quantity
end

local function mint(msg, id, remember)
  local sender, quantity = msg.Tags.Sender, amount(msg.Tags.Quantity)
  if msg.From ~= USDA_PROCESS_ID or sender == ao.id then return end
  remember()
  local readable = sender and sender ~= "" and msg.Tags.Reference and quantity
  if not readable or quantity > MAX_SUPPLY - ledger.totals.supply then
    ledger.messages.quarantined[id] = { sender = sender, quantity = msg.Tags.Quantity }
    return
  end
  move(sender, quantity)
  change_totals(quantity)
  Send({ Target = sender, Action = "Credit-Notice", Sender = ao.id, Quantity = decimal(quantity) })
end

local function burn(msg, _, remember)
  local quantity, wrong = affordable(msg)
  if wrong then return wrong end
  remember()
  move(msg.From, -quantity)
  change_totals(-quantity)
  Send({ Target = USDA_PROCESS_ID, Action = "Transfer", Recipient = msg.From, Quantity = decimal(quantity) })
  Send({ Target = msg.From, Action = "Debit-Notice", Recipient = "burn", Quantity = decimal(quantity),
    ["X-Reference"] = msg.Tags.Reference })
end

local function transfer(msg, _, remember)
  local recipient = msg.Tags.Recipient
  if not recipient or recipient == "" then return "Recipient is required!" end
  local quantity, wrong = affordable(msg)
  if wrong then return wrong end
  remember()
  move(msg.From, -quantity)
  move(recipient, quantity)
  if msg.Tags.Cast then return end
  local function announce(to, tags)
    for name, value in pairs(msg.Tags) do
      if name:sub(1, 2) == "X-" then tags[name] = value end
    end
    ao.send({ Target = to, Tags = tags })
  end
  announce(recipient, { Action = "Credit-Notice", Sender = msg.From, Quantity = decimal(quantity) })
  announce(msg.From, { Action = "Debit-Notice", Recipient = recipient, Quantity = decimal(quantity) })
end

local function asks_for(action, recipient)
  return function(msg)
    return msg.Tags.Action == action and (not recipient or msg.Tags.Recipient == recipient)
  end
end

Handlers.add("TIM3.Credit-Notice", asks_for("Credit-Notice"), once(mint))
Handlers.add("TIM3.Burn", asks_for("Transfer", "burn"), once(burn, answer_with("Burn-Error")))
Handlers.add("TIM3.Transfer", asks_for("Transfer"), once(transfer, answer_with("Transfer-Error")))

-- What a page about the token shows.
Handlers.add("TIM3.Info", asks_for("Info"), function(msg)
  Send({ Target = msg.From, Action = "Info", Supply = decimal(ledger.totals.supply) })
end)
