-- USDA: transfers with their notices, and balances to be asked. Amounts are base units in digits;
-- one USDA is 1000000000000 of them, as USDA has twelve decimals.
Balances = Balances or { browser = "9000000000000", tim3 = "2" }

local function whole(text)
  return type(text) == "string" and text:find("^%d+$") and math.tointeger(tonumber(text)) or 0
end

-- What a wallet signs is taken once, by its id. The browser is a process here, whose messages may
-- come again with another id, and are known by their reference instead.
Taken = Taken or {}

Handlers.add("transfer", { Action = "Transfer" }, function(msg)
  if Taken[msg.Tags.Reference] then return end
  Taken[msg.Tags.Reference] = true
  local amount, to, held = whole(msg.Tags.Quantity), msg.Tags.Recipient, whole(Balances[msg.From])
  if amount == 0 or held < amount then
    msg.reply({ Action = "Transfer-Error", Error = "Insufficient Balance!", ["X-Request"] = msg.Tags["X-Request"] })
    return
  end
  Balances[msg.From] = tostring(held - amount)
  Balances[to] = tostring(whole(Balances[to]) + amount)
  ao.send({ Target = msg.From, Action = "Debit-Notice", Recipient = to, Quantity = msg.Tags.Quantity,
    ["X-Request"] = msg.Tags["X-Request"] })
  ao.send({ Target = to, Action = "Credit-Notice", Sender = msg.From, Quantity = msg.Tags.Quantity })
end)

-- A read answers the call that made it; `Read` says which that was.
Handlers.add("balance", { Action = "Balance" }, function(msg)
  msg.reply({ Action = "Balance-Response", Balance = Balances[msg.From] or "0", Read = msg.Tags.Read })
end)
