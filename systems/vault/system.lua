-- Alice and bob lend USDA to a vault, olga pays in what it earns, and leaving takes a day.
clock { opening = 0, later = 86400000 }

local usda = token "usda" { balances = { alice = 10, bob = 7, olga = 5 } }
local vault = process "vault" {
  file = "vault.lua",
  owner = "olga",
  ids = { ["@USDA@"] = usda },
  observe = { shares = "Shares", total = "TotalShares", assets = "Assets", leaving = "Leaving" },
}

local alice = person "alice" {
  most = 3,
  stake = usda:transfer { to = vault, amount = 10, ["X-Action"] = "Stake" },
  part = send(vault) { Action = "Unstake", Shares = 3 },
  leave = send(vault) { Action = "Unstake", Shares = "all" },
  hurry = send(vault) { Action = "Claim", Timestamp = 86400000 },
  claim = send(vault) { Action = "Claim", at = "later" },
}
person "bob" { stake = usda:transfer { to = vault, amount = { 7, 1 }, ["X-Action"] = "Stake" } }
person "olga" { earn = usda:transfer { to = vault, amount = 5, ["X-Action"] = "Earned" } }
person "mallory" {
  forge = send(vault) { Action = "Credit-Notice", ["X-Action"] = "Stake", Sender = "mallory", Quantity = 9, Reference = 1 },
}

-- At which instant each left last.
record "left" { of = vault, start = {}, on = function (r, e)
  for _, m in pairs(e.sent) do
    if m.action == "Unstaked" then r[m.to] = e.at end
  end
  return r
end }
-- How often the deposit of each was turned into shares, or sent back.
record "answers" { of = vault, start = {}, on = function (r, e)
  local sender = e.tags.Sender
  if e.action ~= "Credit-Notice" or sender == "olga" or e.from == "mallory" then return r end
  r[sender] = (r[sender] or 0) + #e.sent
  return r
end }

always "a deposit is answered once" (function (s)
  return all(s.vault.answers, function (count) return equal(count, 1) end)
end)

always "the vault covers what it owes" (function (s)
  return at_least(s.usda.balances.vault, s.vault.assets + sum(s.vault.leaving))
end)

always "all shares are somebody's, and nobody has less than none" (function (s)
  return all { equal(s.vault.total, sum(s.vault.shares)), all(s.vault.shares, function (n) return at_least(n, 0) end) }
end)

each_step "what comes and goes is in the books" { of = vault, holds = function (e)
  local before, after = e.before.assets + sum(e.before.leaving), e.after.assets + sum(e.after.leaving)
  for _, m in pairs(e.sent) do
    if m.action == "Transfer" then after = after + m.tags.Quantity end
  end
  return any { equal(after, before), all { equal(e.from, "usda"), equal(after, before + (e.tags.Quantity or 0)) } }
end }

each_step "who comes or leaves takes nothing from who is there" { of = vault, holds = function (e)
  return at_least(e.after.assets * e.before.total, e.before.assets * e.after.total)
end }

each_step "who has shares gives them up, and nobody else" { of = vault, holds = function (e)
  return all(e.before.shares, function (shares, who)
    return any { at_least(e.after.shares[who], shares), equal(e.from, who) }
  end)
end }

each_step "only who left is paid, and not before the cool-down is over" { of = vault, holds = function (e)
  if e.action ~= "Claim" then return true end
  return all(e.sent, function (m)
    return any { equal(m.action, "Claim-Error"), all { equal(m.tags.Recipient, e.from), e.before.left[e.from] ~= e.at } }
  end)
end }

-- On the first day, and with two acts left: to leave, and to claim.
way_out "nobody is locked in" {
  from = function (s)
    return all { equal(s.vault.at, "opening"), at_most(sum(s.alice.done), 1),
                 equal(s.alice.done.leave, 0), equal(s.alice.done.claim, 0) }
  end,
  by = { alice },
  to = function (s) return all { equal(s.vault.shares.alice, 0), equal(s.vault.leaving.alice, 0) } end,
}

seen "alice is paid more than she lent" (function (s) return at_least(s.usda.balances.alice, 11) end)
seen "a deposit that is worth no share goes back" (function (s)
  return all { equal(s.usda.balances.bob, 7), equal(s.vault.answers.bob, 1), equal(s.vault.shares.bob, 0) }
end)

except "the vault covers what it owes" {
  repeated = 1,
  because = "a token pays again what is pushed to it again",
}

variant "a share is always worth what it was" {
  edit = { [vault] = { "TotalShares == 0 and amount or amount * TotalShares // Assets", "amount" } },
  breaks = "who comes or leaves takes nothing from who is there",
}
variant "who leaves is rounded up" {
  edit = { [vault] = { "shares * Assets // TotalShares", "(shares * Assets + TotalShares - 1) // TotalShares" } },
  breaks = "who comes or leaves takes nothing from who is there",
}
variant "no cool-down" {
  edit = { [vault] = { " or time < Ready[msg.From]", "" } },
  breaks = "only who left is paid, and not before the cool-down is over",
}
variant "who asks says what time it is" {
  edit = { [vault] = { "not msg.Tags.Timestamp and ", "" } },
  breaks = "only who left is paid, and not before the cool-down is over",
}
variant "a claim stays after it is paid" {
  edit = { [vault] = { { "Leaving[msg.From] = nil", "" }, { "Ready[msg.From] = nil", "" } } },
  breaks = "what comes and goes is in the books",
}
variant "the last to leave is all that is remembered" {
  edit = { [vault] = { "(Leaving[msg.From] or 0) + amount", "amount" } },
  breaks = "what comes and goes is in the books",
}
variant "who has no shares leaves, too" {
  edit = { [vault] = { " or shares > held", "" } },
  breaks = "all shares are somebody's, and nobody has less than none",
}
variant "anybody says what was deposited" {
  edit = { [vault] = { "msg.From ~= USDA or ", "" } },
  breaks = "the vault covers what it owes",
}
variant "a notice that comes again counts again" {
  edit = { [vault] = { " or Seen[msg.Tags.Reference]", "" } },
  breaks = "a deposit is answered once",
}
variant "a deposit that is worth no share is kept" {
  edit = { [vault] = { "pay(sender, amount, \"Refund\")", "" } },
  breaks = "a deposit is answered once",
}
variant "only the operator lets people leave" {
  edit = { [vault] = { "if not time or amount == 0 or", "if msg.From ~= ao.env.Process.Owner or amount == 0 or" } },
  breaks = "nobody is locked in",
}
