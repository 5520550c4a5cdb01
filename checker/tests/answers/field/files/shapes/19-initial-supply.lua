-- What: a plain token whose owner begins with its whole supply, and a shop that sells it for what comes in; the start is not empty.
--
-- Should: take the state after loading as the zero to measure from (what is there at the start is nobody's claim), or say that it is the start which does it.
Balances = Balances or { [ao.id] = 1000 }
TotalSupply = TotalSupply or 1000
UsdaCollateral = UsdaCollateral or 0
Handlers.add("sell", function(m) return m.Action == "Credit-Notice" and m.From == "@USDA@" end, function(m)
  local n = math.tointeger(tonumber(m.Tags.Quantity))
  if n > Balances[ao.id] then return end
  Balances[ao.id] = Balances[ao.id] - n
  Balances[m.Tags.Sender] = (Balances[m.Tags.Sender] or 0) + n
  UsdaCollateral = UsdaCollateral + n
end)
