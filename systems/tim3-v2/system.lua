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

seen "bob is paid for what alice gave him" (function (s) return equal(s.usda.balances.bob, 14) end)

except "every token is backed" {
  faults = 1,
  because = "a release that is pushed again is paid again, and no handler of TIM3 runs in between",
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
