-- What: takes deposits, books them, and has no way at all to get them back; tokens sent to "burn" just land in an account of that name.
--
-- Should: holders-can-exit VIOLATED (or VACUOUS while no payout was ever seen): the depositor never sees his money again.
Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Handlers.add("deposit", function(m) return m.Action == "Credit-Notice" and m.From == "@USDA@" end, function(m)
  local n = math.tointeger(tonumber(m.Tags.Quantity))
  Balances[m.Tags.Sender] = (Balances[m.Tags.Sender] or 0) + n
  TotalSupply = TotalSupply + n
  UsdaCollateral = UsdaCollateral + n
end)
Handlers.add("move", { Action = "Transfer" }, function(m)
  local n = math.tointeger(tonumber(m.Tags.Quantity) or 0) or 0
  if n <= 0 or not m.Tags.Recipient or (Balances[m.From] or 0) < n then
    ao.send({ Target = m.From, Action = "Refused" })
    return
  end
  Balances[m.From] = Balances[m.From] - n
  Balances[m.Tags.Recipient] = (Balances[m.Tags.Recipient] or 0) + n
end)
