-- USDA: transfers with their notices, and balances to be asked. Amounts are base units in digits;
-- one USDA is 1000000000000 of them, as USDA has twelve decimals.
Balances = Balances or { browser = "9000000000000" }

local function whole(text)
  return type(text) == "string" and text:find("^%d+$") and math.tointeger(tonumber(text)) or 0
end

Handlers.add("transfer", { Action = "Transfer" }, function(msg)
  local amount, to, held = whole(msg.Tags.Quantity), msg.Tags.Recipient, whole(Balances[msg.From])
  if amount == 0 or held < amount then
    msg.reply({ Action = "Transfer-Error", Error = "Insufficient Balance!" })
    return
  end
  Balances[msg.From] = tostring(held - amount)
  Balances[to] = tostring(whole(Balances[to]) + amount)
  ao.send({ Target = msg.From, Action = "Debit-Notice", Recipient = to, Quantity = msg.Tags.Quantity })
  ao.send({ Target = to, Action = "Credit-Notice", Sender = msg.From, Quantity = msg.Tags.Quantity })
end)

-- A read answers the call that made it; `Read` says which that was.
Handlers.add("balance", { Action = "Balance" }, function(msg)
  msg.reply({ Action = "Balance-Response", Balance = Balances[msg.From] or "0", Read = msg.Tags.Read })
end)
