-- What: mints a thousand for one and keeps a fee of one unit in ten when tokens are burned; right by its own rules.
--
-- Should: --ratio 1000 and --fee 1/10 (or promises of one's own over the two ledgers), and the others judged in those terms.
Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Handlers.add("in", function(m) return m.Action == "Credit-Notice" and m.From == "@USDA@" end, function(m)
  local n = math.tointeger(tonumber(m.Tags.Quantity))
  Balances[m.Tags.Sender] = (Balances[m.Tags.Sender] or 0) + 1000 * n
  TotalSupply = TotalSupply + 1000 * n
  UsdaCollateral = UsdaCollateral + n
end)
Handlers.add("out", function(m) return m.Action == "Transfer" and m.Recipient == "burn" end, function(m)
  local n = math.tointeger(tonumber(m.Tags.Quantity) or 0) or 0
  if n < 1000 or (Balances[m.From] or 0) < n then ao.send({ Target = m.From, Action = "No" }) return end
  local back = n // 1000
  Balances[m.From] = Balances[m.From] - n
  TotalSupply = TotalSupply - n
  UsdaCollateral = UsdaCollateral - back
  ao.send({ Target = "@USDA@", Action = "Transfer", Recipient = m.From, Quantity = tostring(back - back // 10) })
end)
