-- What: the module that main.lua asks for.
--
-- Should: be loaded once and be named in coverage and in throws by its own name and lines.
local ledger = {}
function ledger.credit(who, n)
  Balances[who] = (Balances[who] or 0) + n
  TotalSupply = TotalSupply + n
  UsdaCollateral = UsdaCollateral + n
end
return ledger
