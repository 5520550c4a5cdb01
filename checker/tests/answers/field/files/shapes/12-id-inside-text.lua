-- What: answers with a text that has the user's address inside it ("ADDRESS-swap-1"); nothing else tells users apart.
--
-- Should: rename ids inside text, too; or name the value that differed, so that its author can see why.
Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Handlers.add("in", function(m) return m.Action == "Credit-Notice" and m.From == "@USDA@" end, function(m)
  local n = math.tointeger(tonumber(m.Tags.Quantity))
  Balances[m.Tags.Sender] = (Balances[m.Tags.Sender] or 0) + n
  TotalSupply = TotalSupply + n
  UsdaCollateral = UsdaCollateral + n
  ao.send({ Target = m.Tags.Sender, Action = "Done", Data = m.Tags.Sender .. "-swap-1" })
end)
