-- The page and the wallet in the browser of one person. This is no process of AO, but stands for
-- them: what she clicks and confirms comes as a message, what she signs goes out from her address,
-- and what is sent to her address is what the page reads there.
USDA, TIM3 = "@USDA@", "@TIM3@"
local DECIMALS = 12

-- What the page shows. Status is one of: ready, asking, waiting, received, cancelled, error.
Status = Status or "ready"
Note = Note or ""
Quote = Quote or ""
Received = Received or ""
Balance = Balance or "?"

Requests = Requests or 0
Request = Request or {}
Posted = Posted or {}
Seen = Seen or {}
Reads = Reads or 0
IsReading = IsReading or false

-- 4.1 in base units: 4100000000000. Digits alone, as 4.1 * 10 ^ 12 is a little less.
local function base_units(text)
  local whole, part = (text or ""):match("^(%d+)%.?(%d*)$")
  if not whole or #whole > 6 or #part > DECIMALS then return nil end
  local digits = (whole .. part .. ("0"):rep(DECIMALS - #part)):gsub("^0+", "")
  return digits ~= "" and digits or nil
end

-- And back.
local function in_words(digits)
  digits = ("0"):rep(DECIMALS + 1 - #digits) .. digits
  return (digits:sub(1, -DECIMALS - 1) .. "." .. digits:sub(-DECIMALS)):gsub("%.?0+$", "") .. ""
end

local function show(status, note)
  Status, Note = status, note or ""
end

-- The button is disabled while a swap is under way.
local function is_busy()
  return Status == "asking" or Status == "waiting"
end

-- The network takes what is signed once, by its id, however often it is posted.
local function post(item)
  if Posted[item.id] then return end
  Posted[item.id] = true
  ao.send({ Target = USDA, Action = "Transfer", Recipient = TIM3, Quantity = item.quantity, ["X-Request"] = item.id })
end

Handlers.add("click", { Action = "Click" }, function(msg)
  if is_busy() then return end
  local quantity = base_units(msg.Tags.Typed)
  if not quantity then return show("error", "This is no amount") end
  Quote = msg.Tags.Typed
  Requests = Requests + 1
  Request = { id = "request " .. Requests, quantity = quantity }
  show("asking")
  ao.send({ Target = msg.From, Action = "Prompt", Quantity = quantity })
end)

Handlers.add("confirm", { Action = "Confirm" }, function(msg)
  if Status ~= "asking" then return end
  show("waiting")
  post(Request)
end)

Handlers.add("cancel", { Action = "Cancel" }, function(msg)
  if Status == "asking" then show("cancelled") end
end)

-- Whether it arrived the first time is not known. The same item goes out again, and nothing is signed.
Handlers.add("retry", { Action = "Retry" }, function(msg)
  if Status == "waiting" then post(Request) end
end)

-- After a while. No answer is no error, and what is read is read anew.
Handlers.add("timer", { Action = "Timer" }, function(msg)
  IsReading = false
  if Status == "waiting" then show("waiting", "No answer yet") end
end)

-- Whether USDA speaks of the request that is under way, and not of an older one.
local function is_answer(msg)
  return msg.From == USDA and Status == "waiting" and msg.Tags["X-Request"] == Request.id
end

Handlers.add("refused", { Action = "Transfer-Error" }, function(msg)
  if is_answer(msg) then show("error", msg.Tags.Error) end
end)

-- USDA is paid; the TIM3 is not there yet.
Handlers.add("paid", { Action = "Debit-Notice" }, function(msg)
  if is_answer(msg) then show("waiting", "USDA is sent") end
end)

-- What TIM3 mints comes from TIM3 itself, and what somebody gives her does not. It does not say
-- which request it is for, so that a copy must not end the next one.
Handlers.add("minted", { Action = "Credit-Notice" }, function(msg)
  local is_minted = msg.From == TIM3 and msg.Tags.Sender == TIM3
  if not is_minted or Seen[msg.Tags.Reference] then return end
  Seen[msg.Tags.Reference] = true
  Received = in_words(msg.Tags.Quantity)
  show("received")
end)

-- One read at a time: two that are under way come back in any order.
Handlers.add("look", { Action = "Look" }, function(msg)
  if IsReading then return end
  IsReading, Reads = true, Reads + 1
  ao.send({ Target = USDA, Action = "Balance", Read = tostring(Reads) })
end)

-- The answer to a read that was given up is too old. A read that fails shows nothing new.
Handlers.add("balance", { Action = "Balance-Response" }, function(msg)
  if msg.From ~= USDA or not IsReading or msg.Tags.Read ~= tostring(Reads) then return end
  IsReading = false
  Balance = in_words(msg.Tags.Balance)
end)
