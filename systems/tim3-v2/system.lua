-- The swap: USDA that is sent to TIM3 mints TIM3, and TIM3 that is sent to `burn` is paid in USDA.
local usda = token "usda" { balances = { alice = 20, bob = 10 } }
local tim3 = process "tim3" {
  file = "../../model/lua/hardened.lua",
  ids = { ["@USDA@"] = usda },
  observe = { balances = "Balances", supply = "TotalSupply", collateral = "UsdaCollateral" },
}

person "alice" {
  deposit = usda:transfer { to = tim3, amount = { 10, "010" } },
  burn = send(tim3) { Action = "Transfer", Recipient = "burn", Quantity = { 10, 3 } },
  give = send(tim3) { Action = "Transfer", Recipient = "bob", Quantity = 4 },
}
person "bob" {
  burn = send(tim3) { Action = "Transfer", Recipient = "burn", Quantity = 4 },
}
person "mallory" {
  forge = send(tim3) { Action = "Credit-Notice", Sender = "mallory", Quantity = 10, Reference = "1" },
}

-- What was paid to TIM3 and by it, and what it minted and burned for that, in all. An amount with a
-- leading zero is not a deposit: TIM3 keeps it, and the owner settles it by hand.
local function total(of, action, from, sent_to)
  return { of = of, start = 0, on = function (r, e)
    for _, message in pairs(e.sent) do
      local fits = message.action == action and message.to == sent_to and (not from or e.from == from)
      if fits and message.tags.Quantity:find("^[1-9]") then r = r + math.tointeger(tonumber(message.tags.Quantity)) end
    end
    return r
  end }
end
record "deposited" (total(usda, "Credit-Notice", nil, "tim3"))
record "paid" (total(usda, "Debit-Notice", "tim3", "tim3"))
record "burned" (total(tim3, "Transfer", nil, "usda"))
record "minted" { of = tim3, start = 0, on = function (r, e) return r + math.max(e.after.supply - e.before.supply, 0) end }

always "the supply is all balances" (function (s)
  return equal(s.tim3.supply, sum(s.tim3.balances))
end)

always "the supply is the collateral" (function (s)
  return equal(s.tim3.supply, s.tim3.collateral)
end)

always "every token is backed" (function (s)
  return at_least(s.usda.balances.tim3, s.tim3.supply)
end)

each_step "minted is what a notice of USDA says" (function (e)
  local minted = (e.process == "tim3") and math.max(e.after.supply - e.before.supply, 0) or 0
  if minted == 0 then return true end
  return all { equal(e.from, "usda"), equal(e.action, "Credit-Notice"), equal(minted, e.tags.Quantity) }
end)

each_step "only its holder lowers a balance" (function (e)
  return all(e.before.balances, function (amount, holder)
    return any { at_least(e.after.balances[holder], amount), equal(e.from, holder) }
  end)
end)

always "no balance is negative" (function (s)
  return all(s.tim3.balances, function (amount) return at_least(amount, 0) end)
end)

always "one deposit is minted once" (function (s) return at_most(s.tim3.minted, s.usda.deposited) end)

at_rest "what is deposited is minted" (function (s) return at_least(s.tim3.minted, s.usda.deposited) end)

at_rest "what is burned is paid" (function (s) return at_least(s.usda.paid, s.tim3.burned) end)

each_step "who asks for a burn is answered" { of = tim3, holds = function (e)
  return e.tags.Recipient ~= "burn" or e.sent[1] ~= nil
end }

way_out "a deposit comes back" {
  from = function (s)
    return s.alice.done.burn == 0 and s.alice.done.give == 0 and equal(s.usda.balances.tim3, s.usda.deposited).holds
  end,
  to = function (s) return equal(s.usda.balances.tim3, 0) end,
}

seen "a mint completes" (function (s) return at_least(s.tim3.balances.alice, 10) end)
seen "a burn completes" (function (s) return all { equal(s.usda.paid, 10), equal(s.usda.balances.tim3, 0) } end)
seen "010 is kept, and nothing minted" (function (s)
  return all { s.at_rest, equal(s.usda.balances.tim3, 10), equal(s.usda.deposited, 0), equal(s.tim3.supply, 0) }
end)
seen "bob is paid for what alice gave him" (function (s) return equal(s.usda.balances.bob, 14) end)

except "every token is backed" {
  faults = 1,
  because = "a release that is pushed again is paid again, and no handler of TIM3 runs in between",
}

except "what is deposited is minted" {
  faults = 1,
  because = "a notice of USDA that is lost is not sent again, and nobody can ask for it",
}
except "what is burned is paid" {
  faults = 1,
  because = "a release that is lost is not sent again, and nobody can ask for it",
}
except "a deposit comes back" {
  faults = 1,
  because = "what was lost, or paid twice, does not come back by itself",
}

variant "anybody says what was deposited" {
  edit = { [tim3] = { "if msg.From ~= USDA_PROCESS_ID then return end", "" } },
  breaks = "minted is what a notice of USDA says",
}
variant "a burn without a look at the balance" {
  edit = { [tim3] = { 'if quantity > (Balances[msg.From] or 0) then return refuse(msg, "Burn-Error", "Insufficient Balance!") end', "" } },
  breaks = "no balance is negative",
}
variant "a burn does not lower the supply" {
  edit = { [tim3] = { "TotalSupply = TotalSupply - quantity", "" } },
  breaks = "the supply is all balances",
}
variant "a notice that comes twice counts twice" {
  edit = { [tim3] = { "if Seen[id] then return end\n    local quantity = amount(msg.Tags.Quantity)\n    Seen", "local quantity = amount(msg.Tags.Quantity)\n    Seen" } },
  breaks = "one deposit is minted once",
}
variant "a burn that is refused is not answered" {
  edit = { [tim3] = { 'return refuse(msg, "Burn-Error", "Insufficient Balance!") end', "return end" } },
  breaks = "who asks for a burn is answered",
}
