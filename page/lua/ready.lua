-- Promises that are ready: one line of a page for what every token, or every swap, promises.
--   words      the words of a page, to which these are added
--   process_of a process of the page by its handle: its name, and whether it observes a path
--   refuse     ends the reading of a page with a reason
local words, process_of, refuse = ...

local function process(word, handle)
  local name, observes = process_of(handle)
  if not name then refuse("'%s' names a process of this page: %s(usda)", word, word) end
  if not observes("balances") then
    refuse("'%s' is about balances, which %s does not show; write observe = { balances = \"Balances\" }", word, name)
  end
  return name, observes
end

--- Balances are whole and not negative, only their holders lower them, and the supply, if it is
--- observed, is their sum.
function words.is_token(handle)
  local name, observes = process("is_token", handle)
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
function words.is_backed(handle, ledger)
  local name = process("is_backed", handle)
  local of = process("is_backed", ledger)
  words.always(("%s: %s holds for it what it owes"):format(name, of))(function(s)
    return words.at_least(s[of].balances[name], words.sum(s[name].balances))
  end)
end
