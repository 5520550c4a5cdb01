-- A vault: USDA that is lent to it becomes shares. What it earns makes every share worth more.
-- To leave takes two steps: Unstake turns shares into a claim, and Claim pays it a day later.
USDA = "@USDA@"
COOL_DOWN = 24 * 60 * 60 * 1000

Shares = Shares or {}           -- by account
TotalShares = TotalShares or 0
Assets = Assets or 0            -- what all the shares are worth together
Leaving = Leaving or {}         -- owed to who has left, by account
Ready = Ready or {}             -- from when on it is paid
Seen = Seen or {}               -- a notice that comes again has the same Reference

local function whole(text)
  return type(text) == "string" and #text < 10 and text:find("^%d+$") and math.tointeger(tonumber(text))
end

--- What time it is. A message with a tag named Timestamp, which would stand in for it, has none.
local function now(msg)
  return not msg.Tags.Timestamp and tonumber(msg.Timestamp)
end

local function pay(to, amount, reason)
  ao.send({ Target = USDA, Action = "Transfer", Recipient = to, Quantity = tostring(amount), ["X-Reason"] = reason })
end

Handlers.add("deposit", { Action = "Credit-Notice" }, function(msg)
  local amount, sender, intent = whole(msg.Tags.Quantity), msg.Tags.Sender, msg.Tags["X-Action"]
  if msg.From ~= USDA or not amount or Seen[msg.Tags.Reference] then return end
  Seen[msg.Tags.Reference] = true

  if intent == "Earned" and sender == ao.env.Process.Owner and TotalShares > 0 then
    Assets = Assets + amount
    return
  end
  -- Rounded down: who comes does not take from those who are there.
  local shares = TotalShares == 0 and amount or amount * TotalShares // Assets
  if intent ~= "Stake" or shares == 0 then
    pay(sender, amount, "Refund")
    return
  end
  Shares[sender] = (Shares[sender] or 0) + shares
  TotalShares = TotalShares + shares
  Assets = Assets + amount
  ao.send({ Target = sender, Action = "Staked", Shares = tostring(shares) })
end)

Handlers.add("unstake", { Action = "Unstake" }, function(msg)
  local held, time = Shares[msg.From] or 0, now(msg)
  local shares = msg.Tags.Shares == "all" and held or whole(msg.Tags.Shares)
  if not time or not shares or shares == 0 or shares > held then
    msg.reply({ Action = "Unstake-Error", Error = "you have " .. held .. " shares" })
    return
  end
  -- Rounded down: who leaves does not take from those who stay.
  local amount = shares * Assets // TotalShares
  Shares[msg.From] = held - shares
  TotalShares = TotalShares - shares
  Assets = Assets - amount
  Leaving[msg.From] = (Leaving[msg.From] or 0) + amount
  Ready[msg.From] = time + COOL_DOWN
  msg.reply({ Action = "Unstaked", Quantity = tostring(amount) })
end)

Handlers.add("claim", { Action = "Claim" }, function(msg)
  local amount, time = Leaving[msg.From] or 0, now(msg)
  if not time or amount == 0 or time < Ready[msg.From] then
    msg.reply({ Action = "Claim-Error", Error = "nothing to claim yet" })
    return
  end
  Leaving[msg.From] = nil
  Ready[msg.From] = nil
  pay(msg.From, amount, "Claim")
end)
