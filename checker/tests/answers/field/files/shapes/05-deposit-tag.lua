-- What: a deposit counts only when its Transfer carried X-Action = "Stake" (forwarded by the token), as pools, stakes and lenders on AO want it.
--
-- Should: --deposit-tag X-Action=Stake puts the tag on honest deposits (and tricks send them without); the hint should name the tags that the handlers ask for.
Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Handlers.add("stake", { Action = "Credit-Notice", From = "@USDA@", ["X-Action"] = "Stake" }, function(m)
  local n = math.tointeger(tonumber(m.Tags.Quantity))
  Balances[m.Tags.Sender] = (Balances[m.Tags.Sender] or 0) + n
  TotalSupply = TotalSupply + n
  UsdaCollateral = UsdaCollateral + n
end)
Handlers.add("unstake", function(m) return m.Action == "Transfer" and m.Recipient == "burn" end, function(m)
  local n = math.tointeger(tonumber(m.Tags.Quantity) or 0) or 0
  if n <= 0 or (Balances[m.From] or 0) < n then ao.send({ Target = m.From, Action = "No" }) return end
  Balances[m.From] = Balances[m.From] - n
  TotalSupply = TotalSupply - n
  UsdaCollateral = UsdaCollateral - n
  ao.send({ Target = "@USDA@", Action = "Transfer", Recipient = m.From, Quantity = tostring(n) })
end)
