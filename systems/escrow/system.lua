-- A deal between alice, who buys for 10, and bob, who sells.
clock { opening = 0, deadline = 86400000 }

local usda = token "usda" { balances = { alice = 17, mallory = 3 } }
local escrow = process "escrow" {
  file = "escrow.lua",
  ids = { ["@USDA@"] = usda, ["@BUYER@"] = "alice", ["@SELLER@"] = "bob" },
  observe = { held = "Held", outcome = "Outcome" },
}

local alice = person "alice" {
  most = 3,
  part = usda:transfer { to = escrow, amount = 7 },
  whole = usda:transfer { to = escrow, amount = 10 },
  release = send(escrow) { Action = "Release" },
  early = send(escrow) { Action = "Refund", Timestamp = 86400001 },
  refund = send(escrow) { Action = "Refund", at = "deadline" },
}
person "bob" { cancel = send(escrow) { Action = "Cancel" } }
person "mallory" {
  most = 1,
  deposit = usda:transfer { to = escrow, amount = 3 },
  meddle = send(escrow) { Action = { "Release", "Cancel", "Credit-Notice" }, Sender = "alice", Quantity = 10, Reference = 1 },
}

-- How often each deposit was kept, or sent back.
record "answers" { of = escrow, start = {}, on = function (r, e)
  if e.action ~= "Credit-Notice" or e.from ~= "usda" then return r end
  local deposit = e.tags.Sender .. " " .. e.tags.Quantity
  r[deposit] = (r[deposit] or 0) + (e.after.held > e.before.held and 1 or 0) + #e.sent
  return r
end }

always "a deposit is kept or sent back, once" (function (s)
  return all(s.escrow.answers, function (count) return equal(count, 1) end)
end)

always "the escrow holds what its books say" (function (s)
  return at_least(s.usda.balances.escrow, s.escrow.held)
end)

pays_once(escrow, usda)
refunds(escrow, usda)

always "no more than the price is held" (function (s) return at_most(s.escrow.held, 10) end)

each_step "only what the buyer deposits in time is kept, and the rest goes back" { of = escrow, holds = function (e)
  if e.action ~= "Credit-Notice" then return true end
  return all {
    any { equal(e.after.held, e.before.held),
          all { equal(e.from, "usda"), equal(e.tags.Sender, "alice"), equal(e.at, "opening") } },
    all(e.sent, function (m)
      return all { equal(m.tags.Recipient, e.tags.Sender), equal(m.tags.Quantity, e.tags.Quantity) }
    end),
  }
end }

--- What the escrow pays to somebody as the end of the deal.
local function settled(e, to)
  local total = 0
  if e.action == "Credit-Notice" then return total end
  for _, m in pairs(e.sent) do
    if m.action == "Transfer" and m.tags.Recipient == to then total = total + m.tags.Quantity end
  end
  return total
end

each_step "a deal ends once, and one side gets all that is held" { of = escrow, holds = function (e)
  local back, paid = settled(e, "alice"), settled(e, "bob")
  if back + paid == 0 then return true end
  return all { equal(e.before.outcome, "open"),
               equal(math.max(back, paid), e.before.held), equal(math.min(back, paid), 0) }
end }

each_step "only the word of the buyer pays the seller, and all of the price" { of = escrow, holds = function (e)
  return any { equal(settled(e, "bob"), 0),
    all { equal(e.from, "alice"), equal(e.action, "Release"), equal(settled(e, "bob"), 10) } }
end }

each_step "nothing goes back before the deadline, unless the seller says so" { of = escrow, holds = function (e)
  return any { equal(settled(e, "alice"), 0), equal(e.from, "bob"),
    all { equal(e.from, "alice"), equal(e.at, "deadline") } }
end }

way_out "the money is never stuck" {
  from = function (s) return all { equal(s.alice.done.refund, 0), at_most(sum(s.alice.done), 2) } end,
  by = { alice },
  to = function (s) return equal(s.escrow.held, 0) end,
}

for _, outcome in ipairs { "released", "cancelled", "refunded" } do
  seen(outcome) (function (s) return equal(s.escrow.outcome, outcome) end)
end

except "the escrow holds what its books say" {
  repeated = 1,
  because = "a token pays again what is pushed to it again",
}

variant "anybody releases" {
  edit = { [escrow] = { "msg.From == BUYER and Held == PRICE", "Held == PRICE" } },
  breaks = "only the word of the buyer pays the seller, and all of the price",
}
variant "anybody cancels" {
  edit = { [escrow] = { "msg.From == SELLER", "true" } },
  breaks = "nothing goes back before the deadline, unless the seller says so",
}
variant "who asks says what time it is" {
  edit = { [escrow] = { "not msg.Tags.Timestamp and ", "" } },
  breaks = "nothing goes back before the deadline, unless the seller says so",
}
variant "a cancel after a release is paid as well" {
  edit = { [escrow] = { { 'Outcome ~= "open" or ', "" }, { "Outcome, Held = outcome, 0", "Outcome = outcome" } } },
  breaks = "a deal ends once, and one side gets all that is held",
}
variant "what is paid stays in the books" {
  edit = { [escrow] = { "Outcome, Held = outcome, 0", "Outcome = outcome" } },
  breaks = "the escrow holds what its books say",
}
variant "a deposit after the end of the deal is kept" {
  edit = { [escrow] = { ' and Outcome == "open"', "" } },
  breaks = "the money is never stuck",
}
variant "a deposit above the price is kept" {
  edit = { [escrow] = { " or Held + amount > PRICE", "" } },
  breaks = "no more than the price is held",
}
variant "a part of the price is released" {
  edit = { [escrow] = { " and Held == PRICE", "" } },
  breaks = "only the word of the buyer pays the seller, and all of the price",
}
variant "a deposit after the deadline is kept" {
  edit = { [escrow] = { " and now(msg) < DEADLINE", "" } },
  breaks = "only what the buyer deposits in time is kept, and the rest goes back",
}
variant "what a stranger deposits is kept" {
  edit = { [escrow] = { "sender == BUYER and ", "" } },
  breaks = "only what the buyer deposits in time is kept, and the rest goes back",
}
variant "anybody says what was deposited" {
  edit = { [escrow] = { "msg.From ~= USDA or ", "" } },
  breaks = "only what the buyer deposits in time is kept, and the rest goes back",
}
variant "a notice that comes again counts again" {
  edit = { [escrow] = { " or Seen[msg.Tags.Reference]", "" } },
  breaks = "a deposit is kept or sent back, once",
}
