-- The swap as handlers of hyper-aos, beside hyper-token.lua, whose notices carry nothing that tells a
-- deposit from a copy of its notice (docs/MAINNET.md). Anybody may stop either process for good.
local usda = token "usda" { kind = "hyper-token", balances = { alice = 20 } }
local tim3 = process "TIM3" {
  runtime = "hyper-aos",
  authority = { messenger, usda, "alice" },
  file = "../tim3-hyper-aos/tim3.lua",
  ids = { ["@USDA@"] = usda, ["@NODE@"] = messenger, ["@DEPOSIT_KEY@"] = "none", ["@AMOUNTS@"] = "integer" },
  observe = { balances = "State.balances", supply = "State.supply", kept = "State.quarantine" },
  untried = "what systems/tim3-hyper-aos and systems/tim3-own-lua try of the same file",
}

person "alice" {
  deposit = usda:transfer { to = tim3, amount = 10 },
  text = usda:transfer { to = tim3, amount = "5" },
  burn = send(tim3) { Action = "Transfer", Recipient = "burn", Quantity = 10, Account = "alice", Nonce = "n1" },
}
person "mallory" {
  forge = send(tim3) { as = usda, Action = "Credit-Notice", Sender = "mallory", Quantity = 10 },
  halt = stop(tim3),
  stall = stop(usda),
  most = 1,
}

record "got" { of = usda, start = 0, on = function (r, e)
  local credit = e.sent[1]
  if credit and credit.to == "TIM3" and credit.tags.Quantity == "10" then return r + 10 end
  return r
end }
record "paid" { of = usda, start = 0, on = function (r, e)
  if e.from == "TIM3" and e.sent[1] then return r + 10 end
  return r
end }
record "minted" { of = tim3, start = 0, on = function (r, e) return r + math.max(e.after.supply - e.before.supply, 0) end }
record "burned" { of = tim3, start = 0, on = function (r, e) return r + math.max(e.before.supply - e.after.supply, 0) end }

always "the supply is all balances" (function (s) return equal(s.TIM3.supply, sum(s.TIM3.balances)) end)
always "one deposit is minted once" (function (s) return at_most(s.TIM3.minted, s.usda.got) end)
always "every token is backed" (function (s) return at_least(s.usda.balances.TIM3, s.TIM3.supply) end)
each_step "only its holder lowers a balance" { of = tim3, holds = function (e)
  return all(e.before.balances, function (amount, holder)
    return any { at_least(e.after.balances[holder], amount), equal(e.from, holder) }
  end)
end }
at_rest "what is deposited is minted" (function (s)
  return any { at_least(s.TIM3.minted, s.usda.got), equal(s.TIM3.is_stopped, true) }
end)
at_rest "what is burned is paid" (function (s)
  return any { at_least(s.usda.paid, s.TIM3.burned), equal(s.usda.is_stopped, true) }
end)

seen "an amount that was sent as a text arrives as a float, and is kept" (function (s)
  return equal(s.TIM3.kept["alice:5.0"], true)
end)
seen "a burn is paid" (function (s) return equal(s.usda.paid, 10) end)
seen "a burn is never paid, as the token stands still" (function (s)
  return all { s.at_rest, equal(s.usda.is_stopped, true), equal(s.TIM3.burned, 10), equal(s.usda.paid, 0) }
end)

except "one deposit is minted once" { repeated = 1, because = "hyper-token writes no Reference and repeats no X- key: a notice that is pushed again looks like a second deposit" }
except "every token is backed" { repeated = 1, because = "a notice or a release that is pushed again counts again" }
except "what is deposited is minted" { lost = 1, because = "a notice that is lost is not sent again unless somebody pushes the slot again" }
except "what is burned is paid" { lost = 1, because = "a release that is lost is not sent again unless somebody pushes the slot again" }

variant "nobody looks at who signed a notice" {
  edit = { [tim3] = { "if not is_signed_by(body, NODE) then return end", "" } },
  breaks = "one deposit is minted once",
}
