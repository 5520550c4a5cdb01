-- The swap on AO mainnet as handlers of hyper-aos, beside the native token (docs/MAINNET.md). Who is
-- listed can be spoken for by anybody, a signed item runs as often as somebody schedules it, and
-- anybody may stop TIM3 for good.
local usda = token "usda" { kind = "token@1.0", balances = { alice = 20 } }
local tim3 = process "TIM3" {
  runtime = "hyper-aos",
  authority = { messenger, usda, "alice" },
  file = "tim3.lua",
  ids = { ["@USDA@"] = usda, ["@NODE@"] = messenger, ["@DEPOSIT_KEY@"] = "x-deposit-id", ["@AMOUNTS@"] = "integer" },
  observe = { balances = "State.balances", supply = "State.supply", collateral = "State.collateral", kept = "State.quarantine" },
  untried = "amounts in texts, gifts, requests of processes and `compute`: systems/tim3-own-lua and the pages of the other tokens try them",
}

person "alice" {
  deposit = usda:transfer { to = tim3, amount = 10, ["X-Deposit-Id"] = { "d1", "d2" }, times = 2 },
  forget = usda:transfer { to = tim3, amount = 5 },
  burn = send(tim3) { Action = "Transfer", Recipient = "burn", Quantity = 4, Account = "alice", Nonce = "n1" },
  most = 3,
}
person "mallory" {
  zero = usda:transfer { to = tim3, amount = 0, ["X-Deposit-Id"] = "d1" },
  forge = send(tim3) { as = usda, Action = "Credit-Notice", Sender = "mallory", Quantity = 10, ["X-Deposit-Id"] = "m1" },
  steal = send(tim3) { as = "alice", Action = "Transfer", Recipient = "burn", Quantity = 4, Account = "alice", Nonce = "m2" },
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
always "no more is burned than was asked" (function (s) return at_most(s.TIM3.burned, 4 * s.alice.done.burn) end)
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
-- Whatever else happened, who holds enough can burn; if anybody stopped TIM3, nobody can, ever.
way_out "a holder can leave" {
  from = function (s) return s.alice.done.burn == 0 and s.alice.done.deposit + s.alice.done.forget < 3 and (s.TIM3.balances.alice or 0) >= 4 end,
  by = { "alice" },
  to = function (s) return at_least(s.TIM3.burned, 4) end,
}

seen "TIM3 is stopped, and all collateral with it" (function (s)
  return all { equal(s.TIM3.is_stopped, true), equal(s.TIM3.supply, 10), s.at_rest }
end)
seen "a deposit without a number is kept" (function (s) return equal(s.TIM3.kept["alice:5"], true) end)
seen "a burn is paid" (function (s) return equal(s.usda.paid, 4) end)

except "every token is backed" { repeated = 1, because = "a release that is pushed again is paid again: token@1.0 has no way to tell" }
except "what is deposited is minted" { lost = 1, because = "a notice that is lost is not sent again unless somebody pushes the slot again" }
except "what is burned is paid" { lost = 1, because = "a release that is lost is not sent again unless somebody pushes the slot again" }
except "a holder can leave" { faults = 0, because = "anybody can stop a process on lua@5.3a for good" }

variant "a notice that comes twice counts twice" {
  edit = { [tim3] = { "if id and state.seen[id] then return end\n  if not quantity", "if not quantity" } },
  breaks = "one deposit is minted once",
}
variant "nobody looks at who signed a notice" {
  edit = { [tim3] = { "if not is_signed_by(body, NODE) then return end", "" } },
  breaks = "one deposit is minted once",
}
variant "nobody looks at who signed for a process" {
  edit = { [tim3] = { "return is_signed_by(body, NODE) and process or nil", "return process" } },
  breaks = "no more is burned than was asked",
}
variant "a signed burn burns as often as it is scheduled" {
  edit = { [tim3] = { "if id and state.seen[id] then return end\n  local quantity", "local quantity" } },
  breaks = "no more is burned than was asked",
}
variant "each copy is kept by itself" {
  edit = { [tim3] = { "state.quarantine[sender .. \":\" .. tostring(body.quantity)]", "for id, one in pairs(body.commitments) do if one.committer then number = id end end state.quarantine[number]" } },
  breaks = "copies and zeros fill no quarantine",
}
variant "zero notices are kept" {
  edit = { [tim3] = { "if body.quantity == 0 then return end", "" } },
  breaks = "copies and zeros fill no quarantine",
}
variant "a burn without a look at the balance" {
  edit = { [tim3] = {
    { "or quantity > (state.balances[from] or 0) and \"insufficient balance\"", "" },
    { "state.balances[from] - quantity", "(state.balances[from] or 0) - quantity" },
  } },
  breaks = "no balance is negative",
}
variant "the release is a text, which token@1.0 refuses" {
  edit = { [tim3] = { "AMOUNTS == \"text\" and string.format(\"%d\", quantity) or quantity", "string.format(\"%d\", quantity)" } },
  breaks = "what is burned is paid",
}
variant "the supply stays as it is" {
  edit = { [tim3] = { "state.supply = state.supply - quantity", "" } },
  breaks = "the supply is all balances",
}
