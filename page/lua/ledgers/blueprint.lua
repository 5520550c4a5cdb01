-- The token that a page can name without a file: the standard token's Transfer and notices,
-- and Balance (docs/SEMANTICS.md, A4), with amounts as decimal texts. Of a tag that comes twice the last
-- counts (A3). A notice repeats an amount as it was written.
Balances = {}
-- first balances

local function whole(text)
  local value = type(text) == "string" and text:find("^%d+$") and math.tointeger(tonumber(text))
  return value and value > 0 and value or nil
end

Handlers.add("transfer", { Action = "Transfer" }, function(msg)
  local amount, to = whole(msg.Quantity), msg.Recipient
  local held = math.tointeger(tonumber(Balances[msg.From] or "0"))
  if not amount or not to or to == "" or held < amount then
    msg.reply({ Action = "Transfer-Error", ["Message-Id"] = msg.Id, Error = "Insufficient Balance!" })
    return
  end
  Balances[msg.From] = tostring(held - amount)
  Balances[to] = tostring(math.tointeger(tonumber(Balances[to] or "0")) + amount)
  local credit = { Target = to, Action = "Credit-Notice", Sender = msg.From, Quantity = msg.Quantity }
  local debit = { Target = msg.From, Action = "Debit-Notice", Recipient = to, Quantity = msg.Quantity }
  for name, value in pairs(msg.Tags) do
    if name:sub(1, 2) == "X-" then credit[name], debit[name] = value, value end
  end
  ao.send(debit)
  ao.send(credit)
end)

-- The answer has no Action.
Handlers.add("balance", { Action = "Balance" }, function(msg)
  local tags = msg.Tags
  local account = tags.Recipient or Balances[tags.Target or ""] and tags.Target or msg.From
  local held = Balances[account] or "0"
  msg.reply({ Balance = held, Ticker = ao.id, Account = tags.Recipient or msg.From, Data = held })
end)
