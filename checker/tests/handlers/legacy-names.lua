-- TIM3 as it might have grown out of an older contract: other names for the books, and
-- patterns that return -1 (run, and stop) or 0 (pass on).
--
-- Ledger   what everybody holds
-- Issued   the sum of it
-- Reserve  USDA received and not yet paid out

USDA_PROCESS_ID = "@USDA@"

Ledger = Ledger or {}
Issued = Issued or 0
Reserve = Reserve or 0
Receipts = Receipts or {}
Unsettled = Unsettled or {}

local RUN, PASS = -1, 0
local MOST = 9000000000000000000

local function on(action)
  return function(m) return m.Tags.Action == action and RUN or PASS end
end

local function onBurn(m)
  if m.Tags.Action == "Transfer" and m.Tags.Recipient == "burn" then return RUN end
  return PASS
end

local function units(text)
  if type(text) == "string" and text:find("^[1-9]%d*$") then return tonumber(text) end
end

local function receipt(m)
  local reference = m.Tags.Reference
  if reference and m.From ~= m.Owner then return m.From .. ":ref:" .. reference end
  return m.From .. ":id:" .. tostring(m.Id)
end

local function book(who, n)
  Ledger[who] = (Ledger[who] or 0) + n
end

local function total(n)
  Issued = Issued + n
  Reserve = Reserve + n
end

local function sendError(m, action, text)
  ao.send({ Target = m.From, Action = action, Error = text, ["X-Reference"] = m.Tags.Reference })
end

-- The units a holder asks to move, or nil after an answer.
local function asked(m, errorAction)
  local n = units(m.Tags.Quantity)
  if n and n <= (Ledger[m.From] or 0) then return n end
  sendError(m, errorAction, n and "Insufficient Balance!" or "Quantity must be a whole number in digits")
end

Handlers.add("creditNotice", on("Credit-Notice"), function(m)
  if m.Target ~= ao.id or m.From ~= USDA_PROCESS_ID or m.Tags.Sender == ao.id then return end
  local r = receipt(m)
  if Receipts[r] then return end
  Receipts[r] = true
  local who, n = m.Tags.Sender, units(m.Tags.Quantity)
  if not n or n > MOST - Issued or not who or who == "" or not m.Tags.Reference then
    Unsettled[r] = { Sender = who, Quantity = m.Tags.Quantity }
    return
  end
  book(who, n)
  total(n)
  ao.send({ Target = who, Action = "Credit-Notice", Sender = ao.id, Quantity = ("%d"):format(n) })
end)

Handlers.add("burn", onBurn, function(m)
  local r = receipt(m)
  if m.Target ~= ao.id or Receipts[r] then return end
  local n = asked(m, "Burn-Error")
  if not n then return end
  Receipts[r] = true
  book(m.From, -n)
  total(-n)
  ao.send({ Target = USDA_PROCESS_ID, Action = "Transfer", Recipient = m.From, Quantity = ("%d"):format(n) })
  ao.send({ Target = m.From, Action = "Debit-Notice", Recipient = "burn", Quantity = ("%d"):format(n),
    ["X-Reference"] = m.Tags.Reference })
end)

Handlers.add("transfer", on("Transfer"), function(m)
  local r, to = receipt(m), m.Tags.Recipient
  if m.Target ~= ao.id or Receipts[r] then return end
  if not to or to == "" then return sendError(m, "Transfer-Error", "Recipient is required!") end
  local n = asked(m, "Transfer-Error")
  if not n then return end
  Receipts[r] = true
  book(m.From, -n)
  book(to, n)
  if m.Tags.Cast then return end
  local extra = {}
  for name, value in pairs(m.Tags) do
    if name:sub(1, 2) == "X-" then extra[name] = value end
  end
  ao.send({ Target = to, Action = "Credit-Notice", Sender = m.From, Quantity = ("%d"):format(n), Tags = extra })
  ao.send({ Target = m.From, Action = "Debit-Notice", Recipient = to, Quantity = ("%d"):format(n), Tags = extra })
end)
