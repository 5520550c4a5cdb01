-- A plain token. The sum of its balances never changes, and nobody takes what others own.
local token = process "token" { file = "token.lua", observe = { balances = "Balances" } }

person "alice" { pay = send(token) { Action = "Transfer", Recipient = { "bob", "alice" }, Quantity = { 10, 3 }, times = 2 } }
person "bob" { pay = send(token) { Action = "Transfer", Recipient = "carol", Quantity = { 5, 9 } } }
person "mallory" {
  take = send(token) { Action = "Transfer", Recipient = "bob", Quantity = { "-5", "1e1", "0", "0x5", " 5" } },
  ask = send(token) { Action = "Transfer", Quantity = 1 },
}

always "the sum of all balances stays" (function (s)
  return equal(sum(s.token.balances), 15)
end)

is_token(token)
gives_no_power(token, "mallory")
answers(token, "Transfer")

each_step "who is paid is told so" (function (e)
  local raised = {}
  for holder, amount in pairs(e.after.balances) do
    if not at_most(amount, e.before.balances[holder]).holds then raised[#raised + 1] = holder end
  end
  return all(raised, function (holder)
    local told = false
    for _, message in pairs(e.sent) do
      told = told or message.action == "Credit-Notice" and message.to == holder
    end
    return told
  end)
end)

seen "alice has paid all that she had" (function (s) return equal(s.token.balances.alice, 0) end)
seen "carol has nine" (function (s) return equal(s.token.balances.carol, 9) end)

variant "no look at the balance" {
  edit = { [token] = { "held < amount", "false" } },
  breaks = "token: each balance is whole, and none is negative",
}
variant "any number is an amount" {
  edit = { [token] = { 'text:find("^%d+$") and ', "" } },
  breaks = "token: only its holder lowers a balance",
}
variant "who pays herself is paid once too often" {
  edit = { [token] = { 'Balances[to] = tostring(whole(Balances[to] or "0") + amount)',
                       'Balances[to] = tostring((to == msg.From and held or whole(Balances[to] or "0")) + amount)' } },
  breaks = "the sum of all balances stays",
}
variant "nobody is told" {
  edit = { [token] = { 'Action = "Credit-Notice"', 'Action = "Note"' } },
  breaks = "who is paid is told so",
}
