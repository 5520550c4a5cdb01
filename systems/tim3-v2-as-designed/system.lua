-- TIM3 V2 with the handlers of the design document, and one repair: they read what USDA says from
-- the tags of its notice, as nothing is ever minted otherwise (see the variant). What we recommend
-- to deploy is on the page of tim3-v2.
local usda = token "usda" { balances = { alice = 10 } }
local tim3 = process "tim3" {
  file = "../../model/lua/seed-tags.lua",
  ids = { ["@USDA@"] = usda },
  observe = { balances = "Balances", supply = "TotalSupply", collateral = "UsdaCollateral" },
}

person "alice" {
  deposit = usda:transfer { to = tim3, amount = 10 },
  burn = send(tim3) { Action = "Transfer", Recipient = "burn", Quantity = { 10, "2.5", -10 } },
  give = send(tim3) { Action = "Transfer", Recipient = "bob", Quantity = 4 },
}
person "mallory" {
  forge = send(tim3) { Action = "Credit-Notice", Sender = "mallory", Quantity = 10 },
  burn = send(tim3) { Action = "Transfer", Recipient = "burn", Quantity = 10 },
}

each_step "what is deposited is minted" { of = tim3, holds = function (e)
  return e.action ~= "Credit-Notice" or e.from ~= "usda" or equal(e.after.supply - e.before.supply, e.tags.Quantity)
end }
each_step "only a notice of USDA or a burn changes the supply" { of = tim3, holds = function (e)
  return any { equal(e.after.supply, e.before.supply), equal(e.from, "usda"), equal(e.tags.Recipient, "burn") }
end }
always "the supply is the collateral" (function (s) return equal(s.tim3.supply, s.tim3.collateral) end)
seen "a mint completes" (function (s) return equal(s.tim3.balances.alice, 10) end)
seen "a burn completes" (function (s) return all { s.at_rest, equal(s.alice.done.burn, 1), equal(s.usda.balances.tim3 or 1, 0) } end)

each_step "a burn burns" { of = tim3, holds = function (e)
  return e.tags.Recipient ~= "burn" or at_most(e.after.supply, e.before.supply)
end }
except "a burn burns" { faults = 0, because = "no sign is looked at: a burn of -10 mints 10" }

each_step "what a burn releases is a whole number" { of = tim3, holds = function (e)
  return e.sent[1] == nil or math.tointeger(tonumber(e.sent[1].tags.Quantity)) ~= nil
end }
except "what a burn releases is a whole number" { faults = 0,
  because = "2.5 is burned, and USDA refuses to pay it: the TIM3 is gone for nothing" }

each_step "a transfer of TIM3 moves it" { of = tim3, holds = function (e)
  local is_fine = e.tags.Recipient == "bob" and at_least(e.before.balances.alice, 4).holds
  return not is_fine or equal(e.after.balances.bob, 4)
end }
except "a transfer of TIM3 moves it" { faults = 0, because = "every Transfer enters the handler of burns, which does nothing and says nothing" }

each_step "who asks for a burn is answered" { of = tim3, holds = function (e)
  return e.tags.Recipient ~= "burn" or e.sent[1] ~= nil
end }
except "who asks for a burn is answered" { faults = 0, because = "a refusal is an error that is thrown, and nobody is told" }

always "no more is minted than was deposited" (function (s) return any { at_most(s.tim3.supply, 10), equal(s.alice.done.burn, 1) } end)
except "no more is minted than was deposited" { faults = 1, because = "a notice of USDA that comes twice mints twice" }

at_rest "every token is backed" (function (s) return any { at_least(s.usda.balances.tim3, s.tim3.supply), equal(s.alice.done.burn, 0) } end)
except "every token is backed" { faults = 0, because = "a burn of -10 mints 10 for nothing" }

variant "the notice of USDA is read as JSON, as the document has it" {
  edit = { [tim3] = {
    { "local user = msg.Tags.Sender", 'local data = require("json").decode(msg.Data) local user = data.Sender' },
    { "local amount = tonumber(msg.Tags.Quantity)\n\n      -- Mint", "local amount = tonumber(data.Quantity)\n\n      -- Mint" },
  } },
  breaks = "what is deposited is minted",
}
variant "anybody says what was deposited" {
  edit = { [tim3] = { "if msg.From == USDA_PROCESS_ID then", "if true then" } },
  breaks = "only a notice of USDA or a burn changes the supply",
}
variant "a burn leaves the collateral" {
  edit = { [tim3] = { "UsdaCollateral = UsdaCollateral - amount", "" } },
  breaks = "the supply is the collateral",
}
