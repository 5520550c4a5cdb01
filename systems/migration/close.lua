-- Closes TIM3 V1 for good, before people move to V2. From then on nothing is locked any more, and
-- so nothing is minted; what was locked is released to whoever burns TIM3, as ever.
-- It needs no new code in V1: LOCK takes a limit from anybody, and looks at it before it locks.
LOCK = "@LOCK@"
IsClosed = IsClosed or false

Handlers.add("close", { Action = "Close" }, function(msg)
  if msg.From ~= ao.env.Process.Owner then
    msg.reply({ Action = "Close-Error", Error = "Only the owner closes V1" })
    return
  end
  ao.send({ Target = LOCK, Action = "Configure", ConfigType = "MaxLockAmount", Value = "0" })
end)

-- It is closed when LOCK says so, and not before.
Handlers.add("closed", { Action = "Configure-Response" }, function(msg)
  if msg.From ~= LOCK then return end
  IsClosed = true
  ao.send({ Target = ao.env.Process.Owner, Action = "Closed" })
end)
