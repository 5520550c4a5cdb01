-- What: one file made of several, in the way that the usual bundlers for AO write it: modules are put into package.loaded and required from there.
--
-- Should: load: `package.loaded` and `package.preload` are there on aos, and `require` looks in them first.
package.loaded["books"] = (function()
  local books = {}
  function books.add(who, n) Balances[who] = (Balances[who] or 0) + n; TotalSupply = TotalSupply + n; UsdaCollateral = UsdaCollateral + n end
  return books
end)()
Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
local books = require("books")
Handlers.add("in", function(m) return m.Action == "Credit-Notice" and m.From == "@USDA@" end, function(m)
  books.add(m.Tags.Sender, math.tointeger(tonumber(m.Tags.Quantity)))
end)
