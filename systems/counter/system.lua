-- One process, its owner, two people who raise it, and a stranger who tries to reset it.
local counter = process "counter" {
  file = "counter.lua",
  owner = "olga",
  observe = { count = "Count" },
}

person "alice" { raise = send(counter) { Action = "Raise", times = 2 } }
person "olga" { reset = send(counter) { Action = "Reset", after = "Raised" },
                raise = send(counter) { Action = "Raise" } }
person "mallory" { reset = send(counter) { Action = "Reset" } }

always "the count is never negative" (function (s)
  return at_least(s.counter.count, 0)
end)

each_step "only the owner lowers the count" (function (e)
  return any { at_least(e.after.count, e.before.count), equal(e.from, "olga") }
end)

always "it counts no more than was asked" (function (s)
  return at_most(s.counter.count, 3)
end)


seen "three at once" (function (s) return equal(s.counter.count, 3) end)

variant "anybody resets" {
  edit = { [counter] = { "msg.From ~= ao.env.Process.Owner", "false" } },
  breaks = "only the owner lowers the count",
}
