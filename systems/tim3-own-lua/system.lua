-- The swap on AO mainnet as Lua of one's own on lua@5.3a, beside the native token (docs/MAINNET.md).
-- The device believes everybody, a signed item runs as often as somebody schedules it, and whatever
-- throws stops TIM3 for good, as anybody may.
local usda = token "usda" { kind = "token@1.0", balances = { alice = 10 } }
local coin = token "coin" { kind = "token@1.0", balances = { mallory = 10 } }
local tim3 = process "TIM3" {
  runtime = "lua",
  file = "../tim3-hyper-aos/tim3.lua",
  ids = { ["@USDA@"] = usda, ["@NODE@"] = messenger, ["@DEPOSIT_KEY@"] = "x-deposit-id", ["@AMOUNTS@"] = "integer" },
  observe = { balances = "Base.tim3.balances?", supply = "Base.tim3.supply?", collateral = "Base.tim3.collateral?" },
  untried = "handlers, the quarantine and texts to a token: systems/tim3-hyper-aos and the pages of the other tokens try them",
}

person "alice" {
  deposit = usda:transfer { to = tim3, amount = 10, ["X-Deposit-Id"] = "d1" },
  burn = send(tim3) { Action = "Transfer", Recipient = "burn", Quantity = { "10", "010" }, Account = "alice", Nonce = "n1" },
  give = send(tim3) { Action = "Transfer", Recipient = { "bob", "TIM3" }, Quantity = 4, Account = "alice", Nonce = "n2" },
  careless = send(tim3) { Action = "Transfer", Recipient = "bob", Quantity = 4, Account = "alice" },
  blank = send(tim3) { Action = "Transfer", Quantity = 4, Account = "alice", Nonce = "n1" },
  most = 3,
}
person "bob" { burn = send(tim3) { Action = "Transfer", Recipient = "burn", Quantity = 4, Account = "bob", Nonce = "n1" } }
person "mallory" {
  forge = send(tim3) { as = usda, Action = "Credit-Notice", Sender = "mallory", Quantity = 10, ["X-Deposit-Id"] = "m1" },
  pay = coin:transfer { to = tim3, amount = 10, ["X-Deposit-Id"] = "m1" },
  steal = send(tim3) { as = "alice", Action = "Transfer", Recipient = "mallory", Quantity = 10, Nonce = "m2" },
  pretend = send(tim3) { Action = "Transfer", Recipient = "mallory", Quantity = 10, Account = "alice", Nonce = "m2" },
  odd = send(tim3) { Action = "Transfer", Recipient = { "burn", "TIM3" }, Quantity = { "many", "4" }, Account = "mallory", Nonce = "m3" },
  negative = send(tim3) { Action = "Transfer", Recipient = "burn", Quantity = -4, Account = "mallory", Nonce = "m4" },
  bare = send(tim3) { Action = { "Transfer", "Credit-Notice" } },
  halt = stop(tim3),
  most = 1,
}

record "paid" { of = usda, start = 0, on = function (r, e)
  if e.from == "TIM3" and e.sent[1] and e.sent[1].action == "Credit-Notice" then return r + math.tointeger(tonumber(e.tags.Quantity)) end
  return r
end }
record "minted" { of = tim3, start = 0, on = function (r, e) return r + math.max((e.after.supply or 0) - (e.before.supply or 0), 0) end }
record "burned" { of = tim3, start = 0, on = function (r, e) return r + math.max((e.before.supply or 0) - (e.after.supply or 0), 0) end }

always "the supply is all balances" (function (s) return equal(s.TIM3.supply, sum(s.TIM3.balances or {})) end)
always "the supply is the collateral" (function (s) return equal(s.TIM3.supply, s.TIM3.collateral) end)
always "every token is backed" (function (s) return at_least(s.usda.balances.tim3, s.TIM3.supply) end)
always "one deposit is minted once" (function (s) return at_most(s.TIM3.minted, 10 * s.alice.done.deposit) end)
always "no balance is negative" (function (s)
  return all(s.TIM3.balances or {}, function (amount) return at_least(amount, 0) end)
end)
always "a stranger gets nothing" (function (s) return equal((s.TIM3.balances or {}).mallory, 0) end)
always "bob gets what he is given once" (function (s)
  return at_most((s.TIM3.balances or {}).bob, 4 * (s.alice.done.give + s.alice.done.careless))
end)
always "TIM3 holds none of its own" (function (s) return equal((s.TIM3.balances or {}).TIM3, 0) end)
always "only who may stop it stops it" (function (s)
  return any { equal(s.TIM3.is_stopped, false), equal(s.mallory.done.halt, 1) }
end)
each_step "only its holder lowers a balance" { of = tim3, holds = function (e)
  return all(e.before.balances or {}, function (amount, holder)
    return any { at_least(e.after.balances[holder], amount), equal(e.from, holder) }
  end)
end }
at_rest "what is deposited is minted" (function (s)
  return any { at_least(s.TIM3.minted, s.usda.balances.tim3), equal(s.TIM3.is_stopped, true), at_least(s.TIM3.burned, 1) }
end)
at_rest "what is burned is paid" (function (s) return at_least(s.usda.paid, s.TIM3.burned) end)

seen "a burn is paid" (function (s) return equal(s.usda.paid, 10) end)
seen "what was given is burned and paid" (function (s) return all { equal(s.usda.paid, 4), equal(s.bob.done.burn, 1) } end)
seen "TIM3 is stopped, and all collateral with it" (function (s)
  return all { equal(s.TIM3.is_stopped, true), equal(s.TIM3.supply, 10), s.at_rest }
end)

except "every token is backed" { repeated = 1, because = "a release that is pushed again is paid again: token@1.0 has no way to tell" }
except "what is deposited is minted" { lost = 1, because = "a notice that is lost is not sent again unless somebody pushes the slot again" }
except "what is burned is paid" { lost = 1, because = "a release that is lost is not sent again unless somebody pushes the slot again" }

variant "any token mints" {
  edit = { [tim3] = { "if body[\"from-process\"] ~= USDA then return end", "" } },
  breaks = "one deposit is minted once",
}
variant "anybody says what was deposited" {
  edit = { [tim3] = { "if not is_signed_by(body, NODE) then return end", "" } },
  breaks = "one deposit is minted once",
}
variant "nobody looks at who signed for an account" {
  edit = { [tim3] = { "return is_signed_by(body, account) and account or nil", "return account" } },
  breaks = "a stranger gets nothing",
}
variant "nobody looks at who signed for a process" {
  edit = { [tim3] = { "return is_signed_by(body, NODE) and process or nil", "return process" } },
  breaks = "a stranger gets nothing",
}
variant "a signed gift is given as often as it is scheduled" {
  edit = { [tim3] = { "if id and state.seen[id] then return end\n  local quantity", "local quantity" } },
  breaks = "bob gets what he is given once",
}
variant "a nonce is not asked for" {
  edit = { [tim3] = { "not id and \"nonce is required\"", "false" } },
  breaks = "bob gets what he is given once",
}
variant "TIM3 can be given to TIM3" {
  edit = { [tim3] = { "(not is_name(to) or to == own) and", "not is_name(to) and" } },
  breaks = "TIM3 holds none of its own",
}
variant "a recipient is not asked for" {
  edit = { [tim3] = { "(not is_name(to) or to == own) and", "to == own and" } },
  breaks = "only who may stop it stops it",
}
variant "an amount can be negative" {
  edit = { [tim3] = { "return value > 0 and value or nil end", "return value end" } },
  breaks = "only who may stop it stops it",
}
variant "an amount can be any text" {
  edit = { [tim3] = { "if math.type(value) == \"integer\" then return value > 0 and value or nil end", "if value then return value end" } },
  breaks = "only who may stop it stops it",
}
variant "a burn without a look at the balance" {
  edit = { [tim3] = { "or quantity > (state.balances[from] or 0) and \"insufficient balance\"", "" } },
  breaks = "only who may stop it stops it",
}
