-- What: a stake for several tokens: books are kept per token, and the way out names the token.
--
-- Should: replace @USDA@ in --observe, take several tokens (--token B), each with a ledger of its own, and put the token's tag on the redeem message.
Stakes = Stakes or { ["@USDA@"] = {}, ["@OTHER@"] = {} }
Total = Total or 0
Held = Held or 0
Handlers.add("in", function(m) return m.Action == "Credit-Notice" and Stakes[m.From] ~= nil end, function(m)
  local n = math.tointeger(tonumber(m.Tags.Quantity))
  Stakes[m.From][m.Tags.Sender] = (Stakes[m.From][m.Tags.Sender] or 0) + n
  Total = Total + n
  Held = Held + n
end)
Handlers.add("out", { Action = "Unstake" }, function(m)
  local mine = (Stakes[m.Tags.Token] or {})[m.From] or 0
  assert(mine > 0, "nothing here")
  Stakes[m.Tags.Token][m.From] = nil
  Total = Total - mine
  Held = Held - mine
  ao.send({ Target = m.Tags.Token, Action = "Transfer", Recipient = m.From, Quantity = tostring(mine) })
end)
