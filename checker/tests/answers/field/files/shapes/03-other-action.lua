-- What: the same as most vaults on AO: deposits by Credit-Notice, the way out is its own action, "Withdraw" with a Quantity; a negative one passes the check and adds.
--
-- Should: take the redeem message from the command line (--redeem Action=Withdraw,Quantity=@QUANTITY@) or guess it from the handlers, and then find the negative Withdraw under legacynet in 3 steps.
Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Handlers.add("in", function(m) return m.Action == "Credit-Notice" and m.From == "@USDA@" end, function(m)
  local n = math.tointeger(tonumber(m.Tags.Quantity))
  Balances[m.Tags.Sender] = (Balances[m.Tags.Sender] or 0) + n
  TotalSupply = TotalSupply + n
  UsdaCollateral = UsdaCollateral + n
end)
Handlers.add("out", { Action = "Withdraw" }, function(m)
  local n = math.tointeger(tonumber(m.Tags.Quantity))
  assert(n <= (Balances[m.From] or 0), "too much")
  Balances[m.From] = (Balances[m.From] or 0) - n
  TotalSupply = TotalSupply - n
  UsdaCollateral = UsdaCollateral - n
  ao.send({ Target = "@USDA@", Action = "Transfer", Recipient = m.From, Quantity = tostring(n) })
end)
