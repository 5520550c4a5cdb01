-- A pool of two tokens. It trades one for the other so that the product of its two reserves
-- never falls. A deposit says what it is for:
--   X-Action = "Swap", X-Min-Out = "30"   the other token, at least 30 of it, or the deposit back
--   X-Action = "Provide"                  the owner of the pool adds to a reserve
-- Any other deposit goes back.
APPLE, PLUM = "@APPLE@", "@PLUM@"
local OTHER = { [APPLE] = PLUM, [PLUM] = APPLE }

Reserves = Reserves or { [APPLE] = 0, [PLUM] = 0 }
Seen = Seen or {} -- a notice that comes again has the same Reference

local function whole(text)
  return type(text) == "string" and #text < 10 and text:find("^%d+$") and math.tointeger(tonumber(text))
end

local function pay(token, to, amount, reason)
  ao.send({ Target = token, Action = "Transfer", Recipient = to, Quantity = tostring(amount), ["X-Reason"] = reason })
end

--- How much of the other token a deposit buys: rounded down, so that the rest stays in the pool.
local function price(token, amount)
  local taken, given = Reserves[token], Reserves[OTHER[token]]
  if taken == 0 or given == 0 then return 0 end
  return given * amount // (taken + amount)
end

Handlers.add("deposit", { Action = "Credit-Notice" }, function(msg)
  local token, sender = msg.From, msg.Tags.Sender
  local amount, least = whole(msg.Tags.Quantity), whole(msg.Tags["X-Min-Out"])
  -- How much an amount is that is not written in digits, the pool cannot know.
  if not OTHER[token] or not amount then return end
  local deposit = token .. ":" .. msg.Tags.Reference
  if Seen[deposit] then return end
  Seen[deposit] = true

  if msg.Tags["X-Action"] == "Provide" and sender == ao.env.Process.Owner then
    Reserves[token] = Reserves[token] + amount
    return
  end
  local out = msg.Tags["X-Action"] == "Swap" and price(token, amount) or 0
  if out == 0 or not least or out < least then
    pay(token, sender, amount, "Refund")
    return
  end
  Reserves[token] = Reserves[token] + amount
  Reserves[OTHER[token]] = Reserves[OTHER[token]] - out
  pay(OTHER[token], sender, out, "Swap")
end)

Handlers.add("withdraw", { Action = "Withdraw" }, function(msg)
  if msg.From ~= ao.env.Process.Owner then
    msg.reply({ Action = "Withdraw-Error", Error = "only the owner of the pool withdraws" })
    return
  end
  for _, token in ipairs({ APPLE, PLUM }) do
    if Reserves[token] > 0 then
      pay(token, msg.From, Reserves[token], "Withdraw")
      Reserves[token] = 0
    end
  end
end)
