-- What: a process for another runtime: HyperBEAM's lua device calls a global function `compute(base, request)`; there are no Handlers at all.
--
-- Should: "adds no handler: not an aos process (a `compute` function is what the lua@5.3 device calls; that is not supported)", exit code 2.
Balances = {}
TotalSupply = 0
UsdaCollateral = 0
function compute(base, request)
  if request.body.action == "Credit-Notice" then
    base.balance = base.balance or {}
    base.balance[request.body.sender] = (base.balance[request.body.sender] or 0) + request.body.quantity
  end
  return "ok", base
end
