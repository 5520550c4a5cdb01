-- What: a sound 1:1 swap that also answers an action of its own, "Bonus", which gives anybody tokens for nothing.
--
-- Should: send every action the file listens for (found from its handlers, or --action) from a stranger, and find it in 1 step; or at least call what was never entered UNTRIED instead of HOLDS.
local RESERVE_TOKEN = "@USDA@"
Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Done = Done or {}

local function whole(text)
  if type(text) ~= "string" or #text > 15 or not text:match("^[1-9]%d*$") then return nil end
  return math.tointeger(tonumber(text))
end

Handlers.add("deposit", function(m) return m.Action == "Credit-Notice" and m.From == RESERVE_TOKEN end, function(m)
  local n, who, key = whole(m.Tags.Quantity), m.Tags.Sender, m.From .. "/" .. tostring(m.Tags.Reference)
  if not n or who == ao.id or m.Target ~= ao.id or Done[key] then return end
  Done[key] = true
  Balances[who] = (Balances[who] or 0) + n
  TotalSupply = TotalSupply + n
  UsdaCollateral = UsdaCollateral + n
end)

Handlers.add("redeem", function(m) return m.Action == "Transfer" and m.Recipient == "burn" end, function(m)
  local n = whole(m.Tags.Quantity)
  if not n or Done[m.Id] or (Balances[m.From] or 0) < n or UsdaCollateral < n then
    ao.send({ Target = m.From, Action = "Redeem-Refused" })
    return
  end
  Done[m.Id] = true
  Balances[m.From] = Balances[m.From] - n
  TotalSupply = TotalSupply - n
  UsdaCollateral = UsdaCollateral - n
  ao.send({ Target = RESERVE_TOKEN, Action = "Transfer", Recipient = m.From, Quantity = string.format("%d", n) })
end)

Handlers.add("other", { Action = "Transfer" }, function(m)
  ao.send({ Target = m.From, Action = "No-Transfers" })
end)

Handlers.add("bonus", function(m) return m.Action == "Bonus" end, function(m)
  local n = whole(m.Tags.Quantity) or 1
  Balances[m.From] = (Balances[m.From] or 0) + n
  TotalSupply = TotalSupply + n
  UsdaCollateral = UsdaCollateral + n
end)
