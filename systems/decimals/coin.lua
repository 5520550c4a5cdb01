-- A token with six decimals, backed by one with twelve. USDA that is less than one unit is kept.
Balances = Balances or {}
Supply = Supply or 0
Dust = Dust or 0

-- Base units of USDA in one base unit of ours.
local UNIT = 1000000

Handlers.add("mint", { Action = "Credit-Notice" }, function(msg)
  if msg.From ~= "@USDA@" then return end
  local quantity = math.tointeger(tonumber(msg.Quantity))
  local minted = quantity // UNIT
  Balances[msg.Sender] = (Balances[msg.Sender] or 0) + minted
  Supply = Supply + minted
  Dust = Dust + quantity % UNIT
end)
