-- What: a contract of several files, as a repository has it: main.lua requires ledger.lua beside it.
--
-- Should: look beside the file (and under --module-path FOLDER, or --module NAME=FILE), and keep all of them in the counterexample.
local ledger = require("ledger")
Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Handlers.add("in", function(m) return m.Action == "Credit-Notice" and m.From == "@USDA@" end, function(m)
  ledger.credit(m.Tags.Sender, math.tointeger(tonumber(m.Tags.Quantity)))
end)
