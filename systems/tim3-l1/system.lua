-- The swap beside a token@1.0 that is scheduled on L1 (docs/MAINNET.md). What a process sends cannot
-- be scheduled there, so that TIM3 mints and can never pay out.
local on = profile "L1"
local usda = token "usda" (on.token { balances = { alice = 10 } })
local tim3 = process "TIM3" (on.process {
  file = "../tim3-mainnet/tim3.lua",
  ids = { ["@USDA@"] = usda, ["@DEPOSIT_KEY@"] = "X-Deposit-Id" },
  observe = { balances = "Balances", supply = "TotalSupply", collateral = "UsdaCollateral" },
  untried = "what systems/tim3-mainnet tries of the same file",
})

person "alice" {
  deposit = usda:transfer { to = tim3, amount = 10, ["X-Deposit-Id"] = "d1" },
  burn = send(tim3) { Action = "Transfer", Recipient = "burn", Quantity = 10 },
}

record "burned" { of = tim3, start = 0, on = function (r, e) return r + math.max(e.before.supply - e.after.supply, 0) end }
record "minted" { of = tim3, start = 0, on = function (r, e) return r + math.max(e.after.supply - e.before.supply, 0) end }

always "the supply is all balances" (function (s) return equal(s.TIM3.supply, sum(s.TIM3.balances)) end)
always "one deposit is minted once" (function (s) return at_most(s.TIM3.minted, s.usda.balances.tim3) end)
always "every token is backed" (function (s) return at_least(s.usda.balances.tim3, s.TIM3.supply) end)
at_rest "what is deposited is minted" (function (s) return at_least(s.TIM3.minted, s.usda.balances.tim3) end)
at_rest "what is burned is paid" (function (s) return at_least(s.usda.balances.alice, s.TIM3.burned) end)

seen "a burn of all" (function (s) return equal(s.TIM3.burned, 10) end)

except "what is deposited is minted" { lost = 1, because = "a notice that is lost is not sent again unless somebody pushes the slot again" }
except "what is burned is paid" { faults = 0, because = "the ledger takes transactions of L1 only, and a process cannot make one" }

variant "a notice that comes twice counts twice" {
  edit = { [tim3] = { "if id and Seen[id] then return end", "" } },
  breaks = "one deposit is minted once",
}
