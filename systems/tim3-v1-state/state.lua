-- STATE of TIM3 V1: a mirror of what the others do, for whoever watches the risk.
-- Left out: Info, GetPosition, SystemHealth, the alerts, the metrics, the answers to updates,
-- which nobody handles, and the ids of the others, against which no sender is looked at.
local json = require("json")

-- The threshold of liquidations is not there before somebody sets it.
SystemState = SystemState or { liquidationThreshold = nil }
Collateral = Collateral or {}
Tim3 = Tim3 or {}

local function tag(msg, name)
  return msg.Tags[name] or msg.Tags[name:sub(1, 1) .. name:sub(2):lower()]
end

-- Whoever writes is believed. Any other word than "add" and "subtract" puts the amounts in the
-- place of those that were there.
Handlers.add("UpdatePosition", Handlers.utils.hasMatchingTag("Action", "UpdatePosition"), function(msg)
  local user = msg.Tags.User
  local collateral, tim3 = tonumber(tag(msg, "Collateral") or "0"), tonumber(tag(msg, "TIM3Balance") or "0")
  if not user then return ao.send({ Target = msg.From, Action = "UpdatePosition-Error", Data = "User required" }) end
  local sign = ({ add = 1, subtract = -1 })[msg.Tags.Operation or "update"]
  Collateral[user] = sign and (Collateral[user] or 0) + sign * collateral or collateral
  Tim3[user] = sign and (Tim3[user] or 0) + sign * tim3 or tim3
end)

-- This throws as long as no threshold is set, if anybody holds TIM3.
Handlers.add("CheckLiquidations", Handlers.utils.hasMatchingTag("Action", "CheckLiquidations"), function(msg)
  local found = 0
  for user, tim3 in pairs(Tim3) do
    local is_liquid = tim3 > 0 and Collateral[user] / tim3 < SystemState.liquidationThreshold
    found = found + (is_liquid and 1 or 0)
  end
  ao.send({ Target = msg.From, Action = "Liquidations-Response", Data = json.encode({ liquidatableCount = found }) })
end)
