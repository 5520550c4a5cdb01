-- The swap on AO mainnet: aos 2 on a HyperBEAM node, beside the native token (docs/MAINNET.md).
-- What the node pushes may come again or never, and anybody may stop TIM3 for good.
local usda = token "usda" { kind = "token@1.0", balances = { alice = 20 } }
local tim3 = process "TIM3" {
  file = "tim3.lua",
  ids = { ["@USDA@"] = usda, ["@DEPOSIT_KEY@"] = "X-Deposit-Id" },
  observe = { balances = "Balances", supply = "TotalSupply", collateral = "UsdaCollateral", kept = "Quarantine" },
  untried = "amounts beyond 2^63, gifts between holders and requests of processes: `tim3 check` of the same rules in model/lua/hardened.lua tries them",
}

person "alice" {
  deposit = usda:transfer { to = tim3, amount = 10, ["X-Deposit-Id"] = { "d1", "d2" }, times = 2 },
  forget = usda:transfer { to = tim3, amount = 5 },
  misspell = usda:transfer { to = "tim3", amount = 5, ["X-Deposit-Id"] = "d3" },
  burn = send(tim3) { Action = "Transfer", Recipient = "burn", Quantity = { 10, 4 } },
  most = 3,
}
person "mallory" {
  zero = usda:transfer { to = tim3, amount = 0, ["X-Deposit-Id"] = "d1" },
  forge = send(tim3) { Action = "Credit-Notice", Sender = "mallory", Quantity = 10, ["X-Deposit-Id"] = "d9" },
  reflect = send(usda) { Action = "Set", From = tim3 },
  halt = stop(tim3),
  most = 1,
}

-- What TIM3 got from depositors who wrote a number, each number once, and what it minted and owes.
record "numbered" { of = usda, start = {}, on = function (r, e)
  for _, sent in pairs(e.sent) do
    local id = sent.tags["X-Deposit-Id"]
    if sent.action == "Credit-Notice" and sent.to == "TIM3" and id and sent.tags.Quantity ~= "0" then
      r[sent.tags.Sender .. ":" .. id] = math.tointeger(tonumber(sent.tags.Quantity))
    end
  end
  return r
end }
record "paid" { of = usda, start = 0, on = function (r, e)
  if e.from == "TIM3" and e.sent[1] and e.sent[1].action == "Credit-Notice" then return r + math.tointeger(tonumber(e.tags.Quantity)) end
  return r
end }
record "minted" { of = tim3, start = 0, on = function (r, e) return r + math.max(e.after.supply - e.before.supply, 0) end }
record "burned" { of = tim3, start = 0, on = function (r, e) return r + math.max(e.before.supply - e.after.supply, 0) end }

always "the supply is all balances" (function (s) return equal(s.TIM3.supply, sum(s.TIM3.balances)) end)
always "the supply is the collateral" (function (s) return equal(s.TIM3.supply, s.TIM3.collateral) end)
always "every token is backed" (function (s) return at_least(s.usda.balances.tim3, s.TIM3.supply) end)
always "one deposit is minted once" (function (s) return at_most(s.TIM3.minted, sum(s.usda.numbered)) end)
always "nobody is paid more than was burned" (function (s) return at_most(s.usda.paid, s.TIM3.burned) end)
always "copies and zeros fill no quarantine" (function (s)
  local entries = 0
  for _ in pairs(s.TIM3.kept) do entries = entries + 1 end
  return at_most(entries, 1)
end)
always "no balance is negative" (function (s)
  return all(s.TIM3.balances, function (amount) return at_least(amount, 0) end)
end)
each_step "only its holder lowers a balance" { of = tim3, holds = function (e)
  return all(e.before.balances, function (amount, holder)
    return any { at_least(e.after.balances[holder], amount), equal(e.from, holder) }
  end)
end }
at_rest "what is deposited is minted" (function (s)
  return any { at_least(s.TIM3.minted, sum(s.usda.numbered)), equal(s.TIM3.is_stopped, true) }
end)
at_rest "what is burned is paid" (function (s) return at_least(s.usda.paid, s.TIM3.burned) end)

-- Who has TIM3 can burn it, unless somebody stopped the process: then nobody can, ever.
way_out "a holder can leave" {
  from = function (s)
    local done = s.alice.done
    local has_acts_left = done.burn == 0 and done.deposit + done.forget + done.misspell < 3
    return has_acts_left and s.TIM3.balances.alice == 10 and not s.TIM3.is_stopped
  end,
  by = { "alice" },
  to = function (s) return equal(s.TIM3.supply, 0) end,
}
seen "TIM3 is stopped, and all collateral with it" (function (s)
  return all { equal(s.TIM3.is_stopped, true), equal(s.TIM3.supply, 10), s.at_rest }
end)
seen "a deposit without a number is kept" (function (s) return equal(s.TIM3.kept["alice:5"], true) end)
seen "USDA that was sent to the id in lower case is TIM3's, and nothing came of it" (function (s)
  return all { s.at_rest, equal(s.usda.balances.tim3, 5), equal(sum(s.usda.numbered), 0), equal(s.alice.done.misspell, 1) }
end)
seen "a burn is paid" (function (s) return all { equal(s.usda.paid, 10), equal(s.usda.balances.tim3, 0) } end)

except "every token is backed" { repeated = 1, because = "a release that is pushed again is paid again: token@1.0 has no way to tell" }
except "nobody is paid more than was burned" { repeated = 1, because = "a release that is pushed again is paid again: token@1.0 has no way to tell" }
except "what is deposited is minted" { lost = 1, because = "a notice that is lost is not sent again unless somebody pushes the slot again" }
except "what is burned is paid" { lost = 1, because = "a release that is lost is not sent again unless somebody pushes the slot again" }

variant "a notice that comes twice counts twice" {
  edit = { [tim3] = { "if id and Seen[id] then return end", "" } },
  breaks = "one deposit is minted once",
}
variant "anybody says what was deposited" {
  edit = { [tim3] = { "if msg.From ~= USDA_PROCESS_ID then return end", "" } },
  breaks = "one deposit is minted once",
}
variant "each copy is kept by itself" {
  edit = { [tim3] = { 'Quarantine[sender .. ":" .. text] = true', "Quarantine[msg.Id] = true" } },
  breaks = "copies and zeros fill no quarantine",
}
variant "zero notices are kept" {
  edit = { [tim3] = { " or tonumber(text) == 0 then return end", " then return end" } },
  breaks = "copies and zeros fill no quarantine",
}
variant "a burn without a look at the balance" {
  edit = { [tim3] = { 'if quantity > (Balances[msg.From] or 0) then return refuse(msg, "Burn-Error", "Insufficient Balance!") end', "" } },
  breaks = "no balance is negative",
}
variant "the release is a text, which token@1.0 refuses" {
  edit = { [tim3] = { [[, ["Ao-Types"] = 'quantity="integer"']], "" } },
  breaks = "what is burned is paid",
}
