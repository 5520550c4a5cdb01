-- swap: USDA in by Credit-Notice, USDA out by Transfer to "burn"
local USDA = "@USDA@"
local CEILING = 10 ^ 15 // 1 | 0

Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0
Done = Done or {}
Held = Held or {}
Flying = Flying or false
Queue = Queue or {}

local function units(s)
  if type(s) == "string" and #s <= 15 and s:find("^[1-9][0-9]*$") then return math.tointeger(s) end
end

local function stamp(msg)
  local ref = msg.Tags.Reference
  if ref and msg.From ~= msg.Owner then return "r|" .. msg.From .. "|" .. ref end
  return "i|" .. msg.From .. "|" .. tostring(msg.Id)
end

local function mine(msg) return msg.Target == ao.id end

local function add(who, n) Balances[who] = (Balances[who] or 0) + n end

local function no(msg, action, text)
  Send({ Target = msg.From, Action = action, Error = text })
end

local function on(action)
  return function(msg) return msg.Tags.Action == action end
end

local function pay(who, n)
  Flying = { who, n }
  Send({ Target = USDA, Action = "Transfer", Recipient = who, Quantity = tostring(n) })
end

Handlers.add("deposit", on("Credit-Notice"), function(msg)
  if not mine(msg) or msg.From ~= USDA then return end
  local who, key = msg.Tags.Sender, stamp(msg)
  if who == ao.id or Done[key] then return end
  Done[key] = true
  local n = units(msg.Tags.Quantity)
  if not n or not msg.Tags.Reference or not who or who == "" or TotalSupply + n > CEILING then
    Held[key] = { who, msg.Tags.Quantity }
    return
  end
  add(who, n)
  TotalSupply = TotalSupply + n
  UsdaCollateral = UsdaCollateral + n
  Send({ Target = who, Action = "Credit-Notice", Sender = ao.id, Quantity = tostring(n) })
end)

Handlers.add("redeem", function(msg)
  return msg.Tags.Action == "Transfer" and msg.Tags.Recipient == "burn"
end, function(msg)
  local key = stamp(msg)
  if not mine(msg) or Done[key] then return end
  local n = units(msg.Tags.Quantity)
  if not n then return no(msg, "Burn-Error", "bad quantity") end
  if (Balances[msg.From] or 0) < n then return no(msg, "Burn-Error", "not enough") end
  Done[key] = true
  add(msg.From, -n)
  TotalSupply = TotalSupply - n
  UsdaCollateral = UsdaCollateral - n
  if Flying then Queue[#Queue + 1] = { msg.From, n } else pay(msg.From, n) end
end)

Handlers.add("settled", on("Debit-Notice"), function(msg)
  if not mine(msg) or msg.From ~= USDA or Done[stamp(msg)] then return end
  Done[stamp(msg)] = true
  Flying = false
  table.remove(Queue, 1)
end)

Handlers.add("move", on("Transfer"), function(msg)
  local key = stamp(msg)
  if not mine(msg) or Done[key] then return end
  local to, n = msg.Tags.Recipient, units(msg.Tags.Quantity)
  if not to or to == "" then return no(msg, "Transfer-Error", "no recipient") end
  if not n then return no(msg, "Transfer-Error", "bad quantity") end
  if (Balances[msg.From] or 0) < n then return no(msg, "Transfer-Error", "not enough") end
  Done[key] = true
  add(msg.From, -n)
  add(to, n)
  if msg.Tags.Cast then return end
  Send({ Target = to, Action = "Credit-Notice", Sender = msg.From, Quantity = tostring(n) })
  Send({ Target = msg.From, Action = "Debit-Notice", Recipient = to, Quantity = tostring(n) })
end)
