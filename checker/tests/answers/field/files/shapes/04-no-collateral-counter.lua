-- What: a wrapped token without any counter of its reserve or supply, as nearly every one is: the reserve is what the other token says it holds.
--
-- Should: check it, with the promises about a counter that is not there left out (or with the supply taken as the sum of the balances).
Balances = Balances or {}
Handlers.add("in", function(m) return m.Action == "Credit-Notice" and m.From == "@USDA@" end, function(m)
  Balances[m.Tags.Sender] = (Balances[m.Tags.Sender] or 0) + math.tointeger(tonumber(m.Tags.Quantity))
end)
Handlers.add("out", function(m) return m.Action == "Transfer" and m.Recipient == "burn" end, function(m)
  local n = math.tointeger(tonumber(m.Tags.Quantity) or 0) or 0
  if n <= 0 or (Balances[m.From] or 0) < n then ao.send({ Target = m.From, Action = "No" }) return end
  Balances[m.From] = Balances[m.From] - n
  ao.send({ Target = "@USDA@", Action = "Transfer", Recipient = m.From, Quantity = tostring(n) })
end)
