-- What: asks the token for a balance and waits for the answer inside the handler, as msg-by-msg code on aos does.
--
-- Should: keep the waiting coroutine as part of the state: what it waits for (a pattern) and the answer it goes on with; or run the rest and say which handler was left out.
Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Handlers.add("in", function(m) return m.Action == "Credit-Notice" and m.From == "@USDA@" end, function(m)
  local answer = ao.send({ Target = "@USDA@", Action = "Balance", Recipient = ao.id }).receive()
  local n = math.tointeger(tonumber(m.Tags.Quantity))
  if tonumber(answer.Data) < UsdaCollateral + n then return end
  Balances[m.Tags.Sender] = (Balances[m.Tags.Sender] or 0) + n
  TotalSupply = TotalSupply + n
  UsdaCollateral = UsdaCollateral + n
end)
