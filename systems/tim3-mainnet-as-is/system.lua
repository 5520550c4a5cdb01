-- model/lua/hardened.lua, unchanged, on AO mainnet beside the native token: it waits for a
-- Reference, which token@1.0 does not write, and keeps every deposit in quarantine
-- (docs/MAINNET.md). systems/tim3-mainnet is the contract for this place.
local usda = token "usda" { kind = "token@1.0", balances = { alice = 20 } }
local tim3 = process "TIM3" {
  file = "../../model/lua/hardened.lua",
  ids = { ["@USDA@"] = usda },
  observe = { supply = "TotalSupply", kept = "Quarantine" },
  untried = "it mints nothing here, so nothing can be burned or moved",
}

person "alice" {
  deposit = usda:transfer { to = tim3, amount = 10 },
  zero = usda:transfer { to = tim3, amount = 0 },
}

local function entries(of)
  local count = 0
  for _ in pairs(of) do count = count + 1 end
  return count
end

always "it mints nothing" (function (s) return equal(s.TIM3.supply, 0) end)
at_rest "what is deposited is minted" (function (s) return at_least(s.TIM3.supply, s.usda.balances.tim3) end)
always "a copy is kept but once" (function (s) return at_most(entries(s.TIM3.kept), s.alice.done.deposit + s.alice.done.zero) end)
always "only a deposit is kept" (function (s) return at_most(entries(s.TIM3.kept), s.alice.done.deposit) end)

seen "a deposit is kept" (function (s) return equal(entries(s.TIM3.kept), 1) end)

except "what is deposited is minted" { faults = 0, because = "token@1.0 writes no Reference, and without one this contract cannot tell a deposit from its copy" }
except "a copy is kept but once" { repeated = 1, because = "a copy has another Id: never pay these entries out one by one" }
except "only a deposit is kept" { faults = 0, because = "a notice of zero costs its sender nothing, and makes an entry" }
