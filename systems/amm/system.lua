-- A pool that trades apples for plums. Whoever swaps names the least amount to accept.
local apple = token "apple" { balances = { olga = 100, alice = 10 } }
local plum = token "plum" { balances = { olga = 400, bob = 30 } }
local pool = process "pool" {
  file = "pool.lua",
  owner = "olga",
  ids = { ["@APPLE@"] = apple, ["@PLUM@"] = plum },
  observe = { reserves = "Reserves" },
}

person "olga" {
  apples = apple:transfer { to = pool, amount = 100, ["X-Action"] = "Provide" },
  plums = plum:transfer { to = pool, amount = 400, ["X-Action"] = "Provide" },
  withdraw = send(pool) { Action = "Withdraw" },
}
person "alice" {
  swap = apple:transfer { to = pool, amount = 10, ["X-Action"] = "Swap", ["X-Min-Out"] = { 30, 37 } },
}
person "bob" {
  swap = plum:transfer { to = pool, amount = 30, ["X-Action"] = { "Swap", "Provide", "Stake" }, ["X-Min-Out"] = 0 },
}
person "mallory" {
  forge = send(pool) { Action = "Credit-Notice", Sender = "mallory", Quantity = 50, Reference = 1,
                       ["X-Action"] = "Swap", ["X-Min-Out"] = 0 },
  withdraw = send(pool) { Action = "Withdraw" },
}

-- How often the deposit of each was answered: with the other token, or with all of it back.
record "answers" { of = pool, start = {}, on = function (r, e)
  local sender = e.tags.Sender
  if e.action ~= "Credit-Notice" or sender == "olga" or e.from == "mallory" then return r end
  r[sender] = (r[sender] or 0) + #e.sent
  return r
end }

always "a deposit is answered once" (function (s)
  return all(s.pool.answers, function (count) return equal(count, 1) end)
end)

always "the pool holds what its books say" (function (s)
  return all { at_least(s.apple.balances.pool, s.pool.reserves.apple),
               at_least(s.plum.balances.pool, s.pool.reserves.plum) }
end)

each_step "who swaps gets at least the minimum, or all of it back" { of = pool, holds = function (e)
  if e.action ~= "Credit-Notice" then return true end
  return all(e.sent, function (m)
    return all { equal(m.tags.Recipient, e.tags.Sender),
      m.to == e.from and equal(m.tags.Quantity, e.tags.Quantity)
        or all { at_least(m.tags.Quantity, 1), at_least(m.tags.Quantity, e.tags["X-Min-Out"]) } }
  end)
end }

each_step "a swap keeps the product, and leaves some of both" { of = pool, holds = function (e)
  if e.action == "Withdraw" then return true end
  local before, after = e.before.reserves, e.after.reserves
  return all {
    at_least(after.apple * after.plum, before.apple * before.plum),
    any { at_least(after.apple * after.plum, 1),
          all { at_least(after.apple, before.apple), at_least(after.plum, before.plum) } },
  }
end }

gives_no_power(pool, "mallory")
refunds(pool, apple)
refunds(pool, plum)

seen "alice gets 36 plums" (function (s) return equal(s.plum.balances.alice, 36) end)
seen "bob swaps after alice" (function (s) return equal(s.apple.balances.bob, 8) end)

except "the pool holds what its books say" {
  repeated = 1,
  because = "a token pays again what is pushed to it again",
}

variant "whatever is not an apple is a plum" {
  edit = { [pool] = { "local token, sender = msg.From", "local token, sender = msg.From == APPLE and APPLE or PLUM" } },
  breaks = "pool: mallory has no power",
}
variant "anybody withdraws" {
  edit = { [pool] = { "msg.From ~= ao.env.Process.Owner", "false" } },
  breaks = "pool: mallory has no power",
}
variant "anybody provides" {
  edit = { [pool] = { " and sender == ao.env.Process.Owner", "" } },
  breaks = "a deposit is answered once",
}
variant "a notice that comes again counts again" {
  edit = { [pool] = { "if Seen[deposit] then return end", "" } },
  breaks = "a deposit is answered once",
}
variant "a price is rounded up" {
  edit = { [pool] = { "given * amount // (taken + amount)", "(given * amount + taken + amount - 1) // (taken + amount)" } },
  breaks = "a swap keeps the product, and leaves some of both",
}
variant "all of one side is sold for anything of the other" {
  edit = { [pool] = { "if taken == 0 or given == 0 then return 0 end", "" } },
  breaks = "a swap keeps the product, and leaves some of both",
}
variant "the minimum is not looked at" {
  edit = { [pool] = { " or out < least then", " then" } },
  breaks = "who swaps gets at least the minimum, or all of it back",
}
variant "a deposit buys nothing" {
  edit = { [pool] = { "out == 0 or ", "" } },
  breaks = "who swaps gets at least the minimum, or all of it back",
}
variant "a refund keeps a fee" {
  edit = { [pool] = { "pay(token, sender, amount", "pay(token, sender, amount - 1" } },
  breaks = "who swaps gets at least the minimum, or all of it back",
}
variant "what goes out stays in the books" {
  edit = { [pool] = { "Reserves[OTHER[token]] = Reserves[OTHER[token]] - out", "" } },
  breaks = "the pool holds what its books say",
}
