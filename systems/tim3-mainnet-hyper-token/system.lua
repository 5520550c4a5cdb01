-- The swap on AO mainnet beside hyper-token.lua, whose notices carry nothing that tells a deposit
-- from a copy of its notice (docs/MAINNET.md). The least bad design: each notice mints, one node
-- alone pushes, and the operator compares the collateral with USDA's own balance.
local usda = token "usda" { kind = "hyper-token", balances = { alice = 30 } }
local tim3 = process "TIM3" {
  file = "../tim3-mainnet/tim3.lua",
  ids = { ["@USDA@"] = usda, ["@DEPOSIT_KEY@"] = "Id" },
  observe = { balances = "Balances", supply = "TotalSupply", collateral = "UsdaCollateral", kept = "Quarantine" },
  untried = "what systems/tim3-mainnet tries of the same file",
}

person "alice" {
  deposit = usda:transfer { to = tim3, amount = 10, times = 2 },
  text = usda:transfer { to = tim3, amount = "5" },
  burn = send(tim3) { Action = "Transfer", Recipient = "burn", Quantity = 10 },
}
person "mallory" { forge = send(tim3) { Action = "Credit-Notice", Sender = "mallory", Quantity = 10 } }

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
at_rest "what is deposited is minted" (function (s) return at_least(s.TIM3.minted, s.usda.got) end)
at_rest "what is burned is paid" (function (s) return at_least(s.usda.paid, s.TIM3.burned) end)

seen "an amount that was sent as a text arrives as a float, and is kept" (function (s)
  return equal(s.TIM3.kept["alice:5.00000000000000000000e+00"], true)
end)
seen "a burn is paid" (function (s) return equal(s.usda.paid, 10) end)

except "one deposit is minted once" { repeated = 1, because = "hyper-token writes no Reference and repeats no X- key: a notice that is pushed again looks like a second deposit" }
except "every token is backed" { repeated = 1, because = "a notice or a release that is pushed again counts again" }
except "what is deposited is minted" { lost = 1, because = "a notice that is lost is not sent again unless somebody pushes the slot again" }
except "what is burned is paid" { lost = 1, because = "a release that is lost is not sent again unless somebody pushes the slot again" }

variant "anybody says what was deposited" {
  edit = { [tim3] = { "if msg.From ~= USDA_PROCESS_ID then return end", "" } },
  breaks = "one deposit is minted once",
}
