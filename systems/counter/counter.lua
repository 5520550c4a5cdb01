-- A counter that everybody may raise, and only its owner may reset.
Count = Count or 0

Handlers.add("raise", { Action = "Raise" }, function(msg)
  Count = Count + 1
  msg.reply({ Action = "Raised", Count = tostring(Count) })
end)

Handlers.add("reset", { Action = "Reset" }, function(msg)
  if msg.From ~= ao.env.Process.Owner then
    msg.reply({ Action = "Reset-Error" })
    return
  end
  Count = 0
end)
