-- A person swaps USDA for TIM3 on a web page, with a wallet. The page and the wallet are no process
-- of AO: browser.lua stands for both of them, and owns USDA and TIM3 under its name.
local usda = process "usda" { file = "usda.lua", observe = { balances = "Balances" } }
local tim3 = process "tim3" {
  file = "../../model/lua/hardened.lua",
  ids = { ["@USDA@"] = usda },
  start = { from "usda" { Action = "Credit-Notice", Sender = "mallory", Quantity = 2, Reference = 0 } },
  observe = { balances = "Balances" },
  untried = "burns and what is forged or refused are tried on the page of tim3-v2",
}
local browser = process "browser" {
  file = "browser.lua",
  ids = { ["@USDA@"] = usda, ["@TIM3@"] = tim3 },
  observe = { status = "Status", quote = "Quote", received = "Received", balance = "Balance" },
}

person "alice" {
  most = 4,
  click = send(browser) { Action = "Click", Typed = { "4.1", "20", "0x10" } },
  click_again = send(browser) { Action = "Click", Typed = "5", after = "Prompt" },
  confirm = send(browser) { Action = "Confirm", after = "Prompt", times = 2 },
  cancel = send(browser) { Action = "Cancel", after = "Prompt" },
  retry = send(browser) { Action = "Retry", after = "Prompt" },
  look = send(browser) { Action = "Look", times = 2 },
  wait = send(browser) { Action = "Timer" },
}
person "mallory" {
  most = 1,
  lie = send(browser) { Action = "Credit-Notice", Sender = tim3, Quantity = 1, Reference = 1 },
  give = send(tim3) { Action = "Transfer", Recipient = browser, Quantity = 2 },
}

-- Twelve decimals, said once more: how much an amount on the page is in base units.
local function base(text)
  local whole, part = text:match("^(%d+)%.?(%d*)$")
  return whole and tonumber(whole .. part .. ("0"):rep(12 - #part)) or -1
end
local function is_sent(e, action)
  for _, message in pairs(e.sent) do
    if message.action == action then return message end
  end
end

-- What the page said that she gets, of all swaps that it says are done.
record "promised" { of = browser, start = 0, on = function (r, e)
  local is_done = e.before.status ~= "received" and e.after.status == "received"
  return is_done and r + base(e.after.quote) or r
end }
-- Whether a prompt is open. A new one takes the place of the one before.
record "is_asked" { of = browser, start = false, on = function (r, e)
  if e.action == "Cancel" or e.action == "Confirm" then return false end
  return r or is_sent(e, "Prompt") ~= nil
end }
record "signed" { of = browser, start = 0, on = function (r, e) return is_sent(e, "Transfer") and r + 1 or r end }
record "paid" { of = usda, start = 0, on = function (r, e) return is_sent(e, "Debit-Notice") and r + 1 or r end }
record "refused" { of = usda, start = 0, on = function (r, e) return is_sent(e, "Transfer-Error") and r + 1 or r end }
record "minted" { of = tim3, start = 0, on = function (r, e)
  return e.from == "usda" and is_sent(e, "Credit-Notice") and r + 1 or r
end }
record "was" { of = usda, start = { ["9000000000000"] = true }, on = function (r, e)
  r[e.after.balances.browser] = true
  return r
end }

always "what the page said is what arrives" (function (s)
  if s.browser.status == "waiting" then return true end
  local given = 2 - s.tim3.balances.mallory
  return equal(s.tim3.balances.browser, s.browser.promised + given)
end)
always "what it shows as received is what it said" (function (s)
  return s.browser.status ~= "received" or equal(base(s.browser.received), base(s.browser.quote))
end)
each_step "the wallet asks for what was typed, or for nothing" { of = browser, holds = function (e)
  local prompt = is_sent(e, "Prompt")
  return not prompt or equal(prompt.tags.Quantity, base(e.tags.Typed))
end }
always "one swap at a time" (function (s)
  return at_most(s.browser.signed, s.tim3.minted + s.usda.refused + 1)
end)
each_step "what is cancelled, or not asked, is not paid" { of = browser, holds = function (e)
  return not is_sent(e, "Transfer") or equal(e.before.is_asked, true)
end }
always "a retry does not swap twice" (function (s) return at_most(s.usda.paid, s.alice.done.confirm) end)
always "an error that is shown has happened" (function (s)
  if s.browser.status ~= "error" then return true end
  return all {
    equal(s.usda.paid + s.usda.refused, s.browser.signed),
    equal(s.usda.balances.browser, 9000000000000 - s.browser.promised),
  }
end)
always "what is shown as balance was true" (function (s)
  return s.browser.balance == "?" or equal(s.usda.was[tostring(base(s.browser.balance))] or false, true)
end)
-- Nobody pays her USDA here, so that a newer one is never higher.
each_step "an older balance does not replace a newer one" { of = browser, holds = function (e)
  return e.before.balance == "?" or at_most(base(e.after.balance), base(e.before.balance))
end }

at_rest "a swap has an end that is shown" (function (s) return s.browser.status ~= "waiting" end)
except "a swap has an end that is shown" { lost = 1,
  because = "what is lost is not sent again: the page says that it does not know, and not that it failed" }

seen "a swap, and one that USDA refuses" (function (s)
  return all { equal(s.browser.status, "error"), equal(s.browser.promised, 4100000000000), equal(s.alice.done.confirm, 2) }
end)
seen "4.1 arrives" (function (s) return s.browser.received == "4.1" end)

-- What pages and wallets do wrong.
local function mistake(edit, promise) return { edit = { [browser] = edit }, breaks = promise } end
local as_typed, arrives = "the wallet asks for what was typed, or for nothing", "what the page said is what arrives"
variant "six decimals, where USDA has twelve" (mistake({ "DECIMALS = 12", "DECIMALS = 6" }, as_typed))
variant "4.1 is multiplied as a float" (mistake({
  'local digits = (whole .. part .. ("0"):rep(DECIMALS - #part)):gsub("^0+", "")',
  'local digits = ("%d"):format(math.floor(tonumber(text) * 10 ^ DECIMALS))',
}, as_typed))
variant "whatever a language takes for a number is an amount" (mistake({
  "if not whole or #whole > 6 or #part > DECIMALS then return nil end",
  'if not whole then return tonumber(text) and ("%d"):format(tonumber(text) * 10 ^ DECIMALS) end',
}, as_typed))
variant "TIM3 is shown with six decimals" (mistake({
  "Received = in_words(msg.Tags.Quantity)", 'Received = in_words(msg.Tags.Quantity .. "000000")',
}, "what it shows as received is what it said"))
variant "no button is disabled" (mistake({ "if is_busy() then return end", "" }, "one swap at a time"))
variant "cancel tells the page alone" (mistake({
  'if Status == "asking" then show("cancelled") end', 'Note = "cancelled"',
}, "what is cancelled, or not asked, is not paid"))
variant "a retry is signed anew" (mistake({
  'if Status == "waiting" then post(Request) end',
  'if Status == "waiting" then Requests = Requests + 1 post({ id = "request " .. Requests, quantity = Request.quantity }) end',
}, "a retry does not swap twice"))
variant "no answer is shown as an error" (mistake({ 'show("waiting", "No answer yet")', 'show("error", "No answer")' },
  "an error that is shown has happened"))
variant "it is said to be done once it is signed" (mistake({ 'show("waiting")\n', 'show("received")\n' }, arrives))
variant "it is said to be done once USDA is paid" (mistake({ 'show("waiting", "USDA is sent")', 'show("received")' }, arrives))
variant "a notice of anybody is taken for TIM3" (mistake({ "msg.From == TIM3 and msg", "msg" }, arrives))
variant "what somebody gives is taken for what was swapped" (mistake({ " and msg.Tags.Sender == TIM3", "" }, arrives))
variant "a notice that comes twice ends two swaps" (mistake({ "Seen[msg.Tags.Reference] = true", "" }, arrives))
variant "a refusal of any swap ends this one" (mistake({ ' and msg.Tags["X-Request"] == Request.id', "" }, "an error that is shown has happened"))
variant "what is not read yet is shown as 0" (mistake({ "IsReading, Reads = true, Reads + 1", 'IsReading, Reads, Balance = true, Reads + 1, "0"' },
  "what is shown as balance was true"))
variant "a balance is shown in base units" (mistake({ "Balance = in_words(msg.Tags.Balance)", "Balance = msg.Tags.Balance" },
  "what is shown as balance was true"))
variant "answers to reads are taken as they come" (mistake({
  { "if IsReading then return end", "" },
  { " or not IsReading or msg.Tags.Read ~= tostring(Reads)", "" },
}, "an older balance does not replace a newer one"))
