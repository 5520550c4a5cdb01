-- A pool that trades apples for plums: who swaps names the least that he or she will take.
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
person "alice" { swap = apple:transfer { to = pool, amount = 10, ["X-Action"] = "Swap", ["X-Min-Out"] = { 30, 37 } } }
person "bob" { swap = plum:transfer { to = pool, amount = 30, ["X-Action"] = { "Swap", "Provide" }, ["X-Min-Out"] = 5 } }
person "mallory" {
  forge = send(pool) { Action = "Credit-Notice", Sender = "mallory", Quantity = 50, Reference = "1",
                       ["X-Action"] = "Swap", ["X-Min-Out"] = 0 },
  withdraw = send(pool) { Action = "Withdraw" },
}

always "the pool holds what its books say" (function (s)
  return all { at_least(s.apple.balances.pool, s.pool.reserves.apple),
               at_least(s.plum.balances.pool, s.pool.reserves.plum) }
end)

each_step "a swap never lowers the product" (function (e)
  if e.process ~= "pool" or e.action == "Withdraw" then return true end
  local before, after = e.before.reserves, e.after.reserves
  return at_least(after.apple * after.plum, before.apple * before.plum)
end)

each_step "a swap leaves something of both" (function (e)
  if e.process ~= "pool" or e.tags["X-Action"] ~= "Swap" then return true end
  return all(e.sent, function (m)
    return any { equal(m.to, e.from), all { at_least(e.after.reserves.apple, 1), at_least(e.after.reserves.plum, 1) } }
  end)
end)

each_step "who swaps gets at least the minimum, or all of it back" (function (e)
  if e.process ~= "pool" or e.action ~= "Credit-Notice" then return true end
  return all(e.sent, function (m)
    local is_back = m.to == e.from
    return all {
      equal(m.tags.Recipient, e.tags.Sender),
      is_back and equal(m.tags.Quantity, e.tags.Quantity) or at_least(m.tags.Quantity, e.tags["X-Min-Out"]),
    }
  end)
end)

each_step "only deposits and the owner move what the pool has" (function (e)
  if e.process ~= "pool" then return true end
  return any {
    equal(e.from, "olga"), equal(e.from, "apple"), equal(e.from, "plum"),
    all { all(e.sent, function (m) return m.action == "Withdraw-Error" end),
          equal(e.after.reserves.apple, e.before.reserves.apple),
          equal(e.after.reserves.plum, e.before.reserves.plum) },
  }
end)

--[[
record "answers" {
  of = pool,
  start = {},
  on = function (r, e)
    local sender = e.tags.Sender
    if e.action == "Credit-Notice" and e.from ~= "mallory" and sender ~= "olga" then
      r[sender] = (r[sender] or 0) + #e.sent
    end
    return r
  end,
}
always "a deposit is answered once" (function (s)
  return all(s.pool.answers, function (count) return equal(count, 1) end)
end)
]]

at_rest "what was deposited is in the books, or went back" (function (s)
  return all { equal(s.apple.balances.pool, s.pool.reserves.apple),
               equal(s.plum.balances.pool, s.pool.reserves.plum) }
end)

seen "alice gets 36 plums" (function (s) return equal(s.plum.balances.alice, 36) end)
seen "bob swaps after alice" (function (s) return equal(s.apple.balances.bob, 8) end)

except "the pool holds what its books say" {
  faults = 1,
  because = "a token pays again what is pushed to it again",
}
except "what was deposited is in the books, or went back" {
  faults = 1,
  because = "the pool never hears of a deposit whose notice is lost",
}

variant "who is not the one token is the other" {
  edit = { [pool] = { "local token, sender = msg.From", "local token, sender = msg.From == APPLE and APPLE or PLUM" } },
  breaks = "only deposits and the owner move what the pool has",
}
variant "anybody withdraws" {
  edit = { [pool] = { "msg.From ~= ao.env.Process.Owner", "false" } },
  breaks = "only deposits and the owner move what the pool has",
}
--[[
variant "anybody provides" {
  edit = { [pool] = { " and sender == ao.env.Process.Owner", "" } },
  breaks = "a deposit is answered once",
}
variant "a notice that comes again counts again" {
  edit = { [pool] = { "if Seen[deposit] then return end", "" } },
  breaks = "a deposit is answered once",
}
]]
variant "a price is rounded up" {
  edit = { [pool] = { "given * amount // (taken + amount)", "(given * amount + taken + amount - 1) // (taken + amount)" } },
  breaks = "a swap never lowers the product",
}
variant "the fair price is that before the swap" {
  edit = { [pool] = { "// (taken + amount)", "// taken" } },
  breaks = "a swap never lowers the product",
}
variant "an empty side is sold out for anything" {
  edit = { [pool] = { "if taken == 0 or given == 0 then return 0 end", "" } },
  breaks = "a swap leaves something of both",
}
variant "no limit to what slips" {
  edit = { [pool] = { " or out < least then", " then" } },
  breaks = "who swaps gets at least the minimum, or all of it back",
}
variant "a refund in the other token" {
  edit = { [pool] = { "pay(token, sender, amount", "pay(OTHER[token], sender, amount" } },
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
