-- The swap as handlers of hyper-aos, beside a token of the standard blueprint on genesis-wasm, whose
-- notices carry a Reference and texts (docs/MAINNET.md).
local usda = token "usda" { balances = { alice = 20 } }
local tim3 = process "TIM3" {
  runtime = "hyper-aos",
  authority = { messenger, usda, "alice" },
  file = "../tim3-hyper-aos/tim3.lua",
  ids = { ["@USDA@"] = usda, ["@NODE@"] = messenger, ["@DEPOSIT_KEY@"] = "reference", ["@AMOUNTS@"] = "text" },
  observe = { balances = "State.balances", supply = "State.supply" },
  untried = "what systems/tim3-hyper-aos and systems/tim3-own-lua try of the same file",
}

person "alice" {
  deposit = usda:transfer { to = tim3, amount = 10, times = 2 },
  burn = send(tim3) { Action = "Transfer", Recipient = "burn", Quantity = 10, Account = "alice", Nonce = "n1" },
}
person "mallory" {
  forge = send(tim3) { as = usda, Action = "Credit-Notice", Sender = "mallory", Quantity = "10", Reference = "m1" },
  halt = stop(tim3),
  most = 1,
}

record "got" { of = usda, start = 0, on = function (r, e)
  for _, sent in pairs(e.sent) do
    if sent.action == "Credit-Notice" and sent.to == "TIM3" then r = r + 10 end
  end
  return r
end }
record "paid" { of = usda, start = 0, on = function (r, e)
  if e.from == "TIM3" and e.sent[1] and e.sent[1].action == "Debit-Notice" then return r + 10 end
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
at_rest "what is burned is paid" (function (s) return at_least(s.usda.paid, s.TIM3.burned) end)

seen "a burn is paid" (function (s) return equal(s.usda.paid, 10) end)

except "every token is backed" { repeated = 1, because = "a release that is pushed again is paid again: the blueprint looks at no Reference" }
except "what is deposited is minted" { lost = 1, because = "a notice that is lost is not sent again unless somebody pushes the slot again" }
except "what is burned is paid" { lost = 1, because = "a release that is lost is not sent again unless somebody pushes the slot again" }

variant "a notice that comes twice counts twice" {
  edit = { [tim3] = { "if id and state.seen[id] then return end\n  if not quantity", "if not quantity" } },
  breaks = "one deposit is minted once",
}
