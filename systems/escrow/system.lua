-- A deal between alice, who buys for 10, and bob, who sells.
clock { opening = 0, deadline = 86400000 }

local usda = token "usda" { balances = { alice = 17, mallory = 3 } }
local escrow = process "escrow" {
  file = "escrow.lua",
  ids = { ["@USDA@"] = usda, ["@BUYER@"] = "alice", ["@SELLER@"] = "bob" },
  observe = { held = "Held", outcome = "Outcome" },
}

person "alice" {
  part = usda:transfer { to = escrow, amount = 7 },
  rest = usda:transfer { to = escrow, amount = { 3, 10 } },
  release = send(escrow) { Action = "Release" },
  early = send(escrow) { Action = "Refund", Timestamp = "86400001" },
  refund = send(escrow) { Action = "Refund", at = "deadline" },
}
person "bob" { speak = send(escrow) { Action = { "Cancel", "Release" } } }
person "mallory" {
  deposit = usda:transfer { to = escrow, amount = 3 },
  forge = send(escrow) { Action = "Credit-Notice", Sender = "alice", Quantity = 10, Reference = "1" },
  take = send(escrow) { Action = { "Release", "Cancel", "Refund" } },
}

-- How often each deposit was kept, or sent back.
record "answers" {
  of = escrow,
  start = {},
  on = function (r, e)
    if e.action == "Credit-Notice" and e.from == "usda" then
      local deposit = e.tags.Sender .. " " .. e.tags.Quantity
      r[deposit] = (r[deposit] or 0) + (e.after.held > e.before.held and 1 or 0)
      for _ in pairs(e.sent) do r[deposit] = r[deposit] + 1 end
    end
    return r
  end,
}

--- What an evaluation of the escrow pays to somebody when a deal ends.
local function paid(e, to)
  local total = 0
  if e.process ~= "escrow" or e.action == "Credit-Notice" then return total end
  for _, m in pairs(e.sent) do
    if m.action == "Transfer" and m.tags.Recipient == to then total = total + m.tags.Quantity end
  end
  return total
end

always "the escrow holds what its books say" (function (s)
  return at_least(s.usda.balances.escrow, s.escrow.held)
end)

always "never more than the price is held" (function (s) return at_most(s.escrow.held, 10) end)

always "a deposit is kept or sent back, once" (function (s)
  return all(s.escrow.answers, function (count) return equal(count, 1) end)
end)

each_step "only what the buyer deposits is kept" (function (e)
  if e.process ~= "escrow" then return true end
  return any { at_most(e.after.held, e.before.held), all { equal(e.from, "usda"), equal(e.tags.Sender, "alice") } }
end)

each_step "a deposit that is not kept goes back, all of it" (function (e)
  if e.process ~= "escrow" or e.action ~= "Credit-Notice" then return true end
  return all(e.sent, function (m)
    return all { equal(m.tags.Recipient, e.tags.Sender), equal(m.tags.Quantity, e.tags.Quantity) }
  end)
end)

each_step "a deal ends once, and one side gets all that is held" (function (e)
  local alice, bob = paid(e, "alice"), paid(e, "bob")
  if alice + bob == 0 then return true end
  return all { equal(e.before.outcome, "open"), equal(math.max(alice, bob), e.before.held),
               equal(math.min(alice, bob), 0), equal(e.after.held, 0) }
end)

each_step "the seller is paid by the word of the buyer alone" (function (e)
  return any { equal(paid(e, "bob"), 0), all { equal(e.from, "alice"), equal(e.action, "Release") } }
end)

each_step "nothing goes back before the deadline, unless the seller says so" (function (e)
  return any { equal(paid(e, "alice"), 0), equal(e.from, "bob"),
               all { equal(e.from, "alice"), equal(e.at, "deadline") } }
end)

way_out "the money is never stuck" { by = { "alice" }, to = function (s) return equal(s.escrow.held, 0) end }

for _, outcome in ipairs { "released", "cancelled", "refunded" } do
  seen(outcome) (function (s) return equal(s.escrow.outcome, outcome) end)
end

except "the escrow holds what its books say" {
  faults = 1,
  because = "a token pays again what is pushed to it again",
}

variant "anybody releases" {
  edit = { [escrow] = { "msg.From == BUYER and Held == PRICE", "Held == PRICE" } },
  breaks = "the seller is paid by the word of the buyer alone",
}
variant "anybody cancels" {
  edit = { [escrow] = { "msg.From == SELLER", "true" } },
  breaks = "nothing goes back before the deadline, unless the seller says so",
}
variant "a refund at any time" {
  edit = { [escrow] = { " and now(msg) >= DEADLINE", "" } },
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
  breaks = "never more than the price is held",
}
variant "what a stranger deposits is kept" {
  edit = { [escrow] = { "sender == BUYER and ", "" } },
  breaks = "only what the buyer deposits is kept",
}
variant "anybody says what was deposited" {
  edit = { [escrow] = { "msg.From ~= USDA or ", "" } },
  breaks = "only what the buyer deposits is kept",
}
variant "a notice that comes again counts again" {
  edit = { [escrow] = { " or Seen[msg.Tags.Reference]", "" } },
  breaks = "a deposit is kept or sent back, once",
}
