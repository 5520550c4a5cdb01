-- What: a stake that can be taken out only when an hour has passed since it was put in.
--
-- Should: let time pass as a step of its own (--clock 0,3600000: msg.Timestamp, Block-Height and os.time() move on), so that waiting is a way out.
Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Since = Since or {}
Handlers.add("in", function(m) return m.Action == "Credit-Notice" and m.From == "@USDA@" end, function(m)
  local n = math.tointeger(tonumber(m.Tags.Quantity))
  Balances[m.Tags.Sender] = (Balances[m.Tags.Sender] or 0) + n
  TotalSupply = TotalSupply + n
  UsdaCollateral = UsdaCollateral + n
  Since[m.Tags.Sender] = tonumber(m.Timestamp)
end)
Handlers.add("out", function(m) return m.Action == "Transfer" and m.Recipient == "burn" end, function(m)
  local n = math.tointeger(tonumber(m.Tags.Quantity) or 0) or 0
  if n <= 0 or (Balances[m.From] or 0) < n or tonumber(m.Timestamp) - Since[m.From] < 3600000 then
    ao.send({ Target = m.From, Action = "Wait" })
    return
  end
  Balances[m.From] = Balances[m.From] - n
  TotalSupply = TotalSupply - n
  UsdaCollateral = UsdaCollateral - n
  ao.send({ Target = "@USDA@", Action = "Transfer", Recipient = m.From, Quantity = tostring(n) })
end)
