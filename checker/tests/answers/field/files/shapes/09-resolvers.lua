-- What: a handler whose third argument is a table of patterns to functions (Handlers.generateResolver in aos).
--
-- Should: support it: the first pattern of the table that matches decides.
Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Handlers.add("in", function(m) return m.Action == "Credit-Notice" and m.From == "@USDA@" end, function(m)
  local n = math.tointeger(tonumber(m.Tags.Quantity))
  Balances[m.Tags.Sender] = (Balances[m.Tags.Sender] or 0) + n
  TotalSupply = TotalSupply + n
  UsdaCollateral = UsdaCollateral + n
end)
Handlers.add("ask", { Action = "Ask" }, {
  [{ About = "supply" }] = function(m) m.reply({ Data = tostring(TotalSupply) }) end,
  [{ About = "_" }] = function(m) m.reply({ Data = "?" }) end,
})
