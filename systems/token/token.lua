-- A token: transfers, and nothing else. Amounts are decimal texts.
Balances = Balances or { alice = "10", bob = "5" }

local function whole(text)
  return type(text) == "string" and text:find("^%d+$") and math.tointeger(tonumber(text))
end

Handlers.add("transfer", { Action = "Transfer" }, function(msg)
  local amount, to = whole(msg.Tags.Quantity), msg.Tags.Recipient
  local held = whole(Balances[msg.From] or "0")
  if not amount or amount == 0 or not to then
    msg.reply({ Action = "Transfer-Error", Error = "bad request" })
    return
  end
  if held < amount then
    msg.reply({ Action = "Transfer-Error", Error = "insufficient balance" })
    return
  end
  Balances[msg.From] = tostring(held - amount)
  Balances[to] = tostring(whole(Balances[to] or "0") + amount)
  ao.send({ Target = to, Action = "Credit-Notice", Sender = msg.From, Quantity = tostring(amount) })
  ao.send({ Target = msg.From, Action = "Debit-Notice", Recipient = to, Quantity = tostring(amount) })
end)
