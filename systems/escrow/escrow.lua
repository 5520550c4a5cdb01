-- An escrow of one deal. What the buyer deposits is held until one of three things happens:
--   the buyer says Release          it is paid to the seller
--   the seller says Cancel          it goes back to the buyer
--   the buyer says Refund, and the deadline is over: it goes back to the buyer
-- A deposit that is not of this deal, is more than its price, or comes too late, goes back.
USDA, BUYER, SELLER = "@USDA@", "@BUYER@", "@SELLER@"
PRICE = 10
DEADLINE = 24 * 60 * 60 * 1000

Held = Held or 0
Outcome = Outcome or "open"
Seen = Seen or {} -- a notice that comes again has the same Reference

local function whole(text)
  return type(text) == "string" and text:find("^%d+$") and math.tointeger(tonumber(text))
end

--- What time it is. A tag named Timestamp would stand in for it: then it is early.
local function now(msg)
  return not msg.Tags.Timestamp and tonumber(msg.Timestamp) or 0
end

local function pay(to, amount, reason)
  ao.send({ Target = USDA, Action = "Transfer", Recipient = to, Quantity = tostring(amount), ["X-Reason"] = reason })
end

Handlers.add("deposit", { Action = "Credit-Notice" }, function(msg)
  local amount, sender = whole(msg.Tags.Quantity), msg.Tags.Sender
  if msg.From ~= USDA or not amount or Seen[msg.Tags.Reference] then return end
  Seen[msg.Tags.Reference] = true
  local is_wanted = sender == BUYER and Outcome == "open" and now(msg) < DEADLINE
  if not is_wanted or Held + amount > PRICE then
    pay(sender, amount, "Refund")
    return
  end
  Held = Held + amount
end)

--- Ends the deal: all that is held goes to one side.
local function settle(msg, is_allowed, outcome, to)
  if not is_allowed or Outcome ~= "open" or Held == 0 then
    msg.reply({ Action = msg.Action .. "-Error", Error = "not now, or not by you" })
    return
  end
  pay(to, Held, outcome)
  Outcome, Held = outcome, 0
end

Handlers.add("release", { Action = "Release" }, function(msg)
  settle(msg, msg.From == BUYER and Held == PRICE, "released", SELLER)
end)

Handlers.add("cancel", { Action = "Cancel" }, function(msg)
  settle(msg, msg.From == SELLER, "cancelled", BUYER)
end)

Handlers.add("refund", { Action = "Refund" }, function(msg)
  settle(msg, msg.From == BUYER and now(msg) >= DEADLINE, "refunded", BUYER)
end)
