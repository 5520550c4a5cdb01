-- HyperBEAM's token in Lua, hyper-token.lua as a root ledger (docs/MAINNET.md), as an aos
-- process sees it: keys in Title-Case, a number as a text, with its type in Ao-Types. Accounts are
-- exact. A text as quantity makes a float of both balances. A refusal tells nobody, and a notice
-- carries no Reference and no X- key.
Balances = {}
-- first balances

--- The number that a request names, as luerl reads it: `tonumber` of a text is a float.
local function quantity_of(msg)
  local text, types = msg.Tags.Quantity, msg.Tags["Ao-Types"] or ""
  if not text or text:find(".", 1, true) then return nil end
  local number = tonumber(text)
  if not number then return nil end
  if types:find('quantity="integer"', 1, true) then return math.tointeger(number) end
  number = number + 0.0
  return number == math.floor(number) and number or nil
end

--- A number as the tag of a message, and its type.
local function typed(number)
  if math.type(number) == "integer" then return string.format("%d", number), "integer" end
  return string.format("%.20e", number), "float"
end

Handlers.add("hyper-token", function() return true end, function(msg)
  if (msg.Tags.Action or ""):lower() ~= "transfer" then return end
  local recipient, quantity = msg.Tags.Recipient, quantity_of(msg)
  local held = Balances[msg.From]
  if not recipient or not quantity or type(held) ~= "number" or quantity < 0 or held < quantity then return end
  local to = msg.Tags.Route or recipient
  Balances[msg.From] = held - quantity
  Balances[to] = (Balances[to] or 0) + quantity
  local text, kind = typed(quantity)
  ao.send({ Target = to, Tags = {
    Action = "Credit-Notice", Recipient = recipient, Sender = msg.From,
    Quantity = text, ["Ao-Types"] = ('quantity="%s"'):format(kind),
  } })
end)
