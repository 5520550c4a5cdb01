-- What: uses the global `Utils` (and require(".utils")) that every aos process has: includes, map, keys.
--
-- Should: provide them (and Dump, Tab, Spawn, Assign, Version, Errors, ao.isAssignment, ao.result ...), or refuse with file and line as README promises, never judge.
local Banned = {}
Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Handlers.add("in", function(m) return m.Action == "Credit-Notice" and m.From == "@USDA@" end, function(m)
  if Utils.includes(m.Tags.Sender, Banned) then return end
  local n = math.tointeger(tonumber(m.Tags.Quantity))
  Balances[m.Tags.Sender] = (Balances[m.Tags.Sender] or 0) + n
  TotalSupply = TotalSupply + n
  UsdaCollateral = UsdaCollateral + n
end)
