-- A token with six decimals, backed by one with twelve: who looks at both in a wallet sees the same
-- amount. Nothing is lost or repeated here; other pages try that.
local usda = token "usda" { balances = { alice = 5000000000000 }, decimals = 12 }
local coin = process "coin" {
  file = "coin.lua",
  ids = { ["@USDA@"] = usda },
  observe = { balances = "Balances", supply = "Supply", dust = "Dust" },
  decimals = 6,
}
network { lost = 0, repeated = 0 }

person "alice" { deposit = usda:transfer { to = coin, amount = { 1000000000000, 1500000, 7 }, times = 3 } }
person "mallory" { forge = send(coin) { Action = "Credit-Notice", Sender = "mallory", Quantity = "1000000" } }

at_rest "a wallet shows as much of the coin as of its USDA" (function (s)
  return equal(shown(coin, s.coin.supply), shown(usda, (tonumber(s.usda.balances.coin) or 0) - s.coin.dust))
end)
at_rest "no USDA is forgotten" (function (s)
  return equal(s.usda.balances.coin, s.coin.supply * 1000000 + s.coin.dust)
end)

seen "1.0000015 USDA make 1.000001 of the coin" (function (s)
  return all { equal(shown(coin, s.coin.supply), "1.000001"), equal(shown(usda, s.usda.balances.coin), "1.0000015") }
end)

variant "a unit is a unit" {
  edit = { [coin] = { "UNIT = 1000000", "UNIT = 1" } },
  breaks = "a wallet shows as much of the coin as of its USDA",
}
variant "what is less than a unit is forgotten" {
  edit = { [coin] = { "Dust = Dust + quantity % UNIT", "" } },
  breaks = "no USDA is forgotten",
}
variant "anybody says what was deposited" {
  edit = { [coin] = { "if msg.From ~= \"usda\" then return end", "" } },
  breaks = "no USDA is forgotten",
}
