-- Promises that are ready: one line of a page for what every token, or every swap, promises.
--   words      the words of a page, to which these are added
--   process_of a process of the page by its handle: its name, and whether it observes a path
--   address    the name that a handle stands for
--   refuse     ends the reading of a page with a reason
local words, process_of, address, refuse = ...

local function process(word, handle)
  local name, observes = process_of(handle)
  if not name then refuse("'%s' names a process of this page: %s(usda)", word, word) end
  return name, observes
end

local function ledger(word, handle)
  local name, observes = process(word, handle)
  if not observes("balances") then
    refuse("'%s' is about balances, which %s does not show; write observe = { balances = \"Balances\" }", word, name)
  end
  return name, observes
end

--- The name of a record with another name in it.
local function record_name(kind, of) return ("%s_%s"):format(kind, of):gsub("[^%w_]", "_") .. "" end

--- Whether two of what a promise sees are the same.
local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for key, value in words.pairs(a) do
    if not same(value, b[key]) then return false end
  end
  for key in words.pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

--- Whether an evaluation changed nothing that is observed.
local function is_idle(e, observes)
  for key, value in words.pairs(e.before) do
    if observes(key) and not same(value, e.after[key]) then return false end
  end
  return true
end

--- Remembers which messages with this Action a process had: one that comes again is no second one.
local is_heard = {}
local function heard(handle, name, action)
  local record = record_name("heard", action)
  if not is_heard[name .. record] then
    is_heard[name .. record] = true
    words.record(record) { of = handle, start = {}, on = function(r, e)
      if e.action == action then r[e.id] = true end
      return r
    end }
  end
  return record
end

--- Balances are whole and not negative, only their holders lower them, and the supply, if it is
--- observed, is their sum.
function words.is_token(handle)
  local name, observes = ledger("is_token", handle)
  words.always(name .. ": each balance is whole, and none is negative")(function(s)
    return words.all(s[name].balances, function(amount)
      return words.all { words.at_least(amount, 0), words.equal(amount % 1, 0) }
    end)
  end)
  words.each_step(name .. ": only its holder lowers a balance") { of = handle, holds = function(e)
    return words.all(e.before.balances, function(amount, holder)
      return words.any { words.at_least(e.after.balances[holder], amount), words.equal(e.from, holder) }
    end)
  end }
  if observes("supply") then
    words.always(name .. ": the supply is all balances")(function(s)
      return words.equal(s[name].supply, words.sum(s[name].balances))
    end)
  end
end

--- What one process owes, another ledger holds for it.
function words.is_backed(handle, token)
  local name = ledger("is_backed", handle)
  local of = ledger("is_backed", token)
  words.always(("%s: %s holds for it what it owes"):format(name, of))(function(s)
    return words.at_least(s[of].balances[name], words.sum(s[name].balances))
  end)
end

--- A message has another ledger pay once, also when it comes again.
function words.pays_once(handle, token)
  local name, of = process("pays_once", handle), process("pays_once", token)
  local paid = record_name("paid_in", of)
  words.record(paid) { of = handle, start = {}, on = function(r, e)
    for _, message in words.pairs(e.sent) do
      if message.to == of and message.action == "Transfer" then
        r[e.id] = (r[e.id] or 0) + 1
        return r
      end
    end
    return r
  end }
  words.always(("%s: one message has %s pay once"):format(name, of))(function(s)
    return words.all(s[name][paid], function(times) return words.at_most(times, 1) end)
  end)
end

--- A deposit changes something, or is sent back.
function words.refunds(handle, token)
  local name, observes = process("refunds", handle)
  local of = process("refunds", token)
  local record = heard(handle, name, "Credit-Notice")
  words.each_step(("%s: what is not taken of %s is sent back"):format(name, of)) { of = handle, holds = function(e)
    local is_deposit = e.from == of and e.action == "Credit-Notice" and not e.before[record][e.id]
    if not is_deposit or not is_idle(e, observes) then return true end
    local is_back = words.any { false }
    for _, message in words.pairs(e.sent) do
      if message.to == of and message.action == "Transfer" then
        is_back = words.all { words.equal(message.tags.Recipient, e.tags.Sender), words.equal(message.tags.Quantity, e.tags.Quantity) }
      end
    end
    return is_back
  end }
end

--- Whoever sends a message with this Action gets a message back.
function words.answers(handle, action)
  local name = process("answers", handle)
  if type(action) ~= "string" then
    refuse("'answers' names the Action that is answered: answers(vault, \"Unstake\")")
  end
  local record = heard(handle, name, action)
  words.each_step(("%s: who sends %s gets an answer"):format(name, action)) { of = handle, holds = function(e)
    if e.action ~= action or e.before[record][e.id] then return true end
    for _, message in words.pairs(e.sent) do
      if message.to == e.from then return true end
    end
    return false
  end }
end

--- What a stranger sends changes nothing that is observed, and is answered to nobody else.
function words.gives_no_power(handle, stranger)
  local name, observes = process("gives_no_power", handle)
  local who = address(stranger)
  if type(who) ~= "string" then
    refuse("'gives_no_power' names a process and a person: gives_no_power(vault, \"mallory\")")
  end
  words.each_step(("%s: %s has no power"):format(name, who)) { of = handle, holds = function(e)
    if e.from ~= who then return true end
    if not is_idle(e, observes) then return false end
    return words.all(e.sent, function(message) return words.equal(message.to, who) end)
  end }
end
