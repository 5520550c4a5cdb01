-- What ends an evaluation whatever the handlers do: too many instructions, too much memory,
-- or something that cannot be part of a state. The mark sticks, so that no handler can catch
-- it and go on.

local sethook, getinfo = debug.sethook, debug.getinfo
local pcall, xpcall, error, type, next = pcall, xpcall, error, type, next
local create, resume, status = coroutine.create, coroutine.resume, coroutine.status
local format, pack, unpack, min = string.format, table.pack, table.unpack, math.min

-- Instructions between two looks at the budget: a prime, so that they do not always end at
-- the same place of a loop.
local STRIDE = 997
-- Lines between two looks at the clock, while lines are watched.
local LINES = 8
-- What Lua throws when an allocation fails.
local NO_MEMORY = {
  ["not enough memory"] = true, ["not enough memory for buffer allocation"] = true,
}
-- What a coroutine is charged: it may run almost a stride before it is looked at.
local THREAD = 200
-- Work on large texts takes time without instructions: milliseconds that an evaluation may
-- take, where what passes between two looks counts as a second at most, lest a machine that
-- was asleep matters. Whatever comes near is a thousand times slower than any handler.
local MOST_TIME, MOST_BETWEEN = 3000, 1000
-- What is thrown when a limit was met: nothing in it could be changed.
local function MARK() end

return function(clock)
  -- Where more than one chunk was loaded, a line counts only if it is the contract's.
  local limits = { tripped = nil, used = 0, budget = 0, chunk = nil, chunks = 0 }

  -- The lines with code that have not run yet. Once there are none, nobody watches for them.
  local waiting, left, mask = {}, 0, "l"

  -- When the last look was, and the milliseconds up to it.
  local last, taken = 0, 0

  -- Marks the evaluation as ended: kind is instructions, memory or refused.
  function limits.trip(kind, text)
    limits.tripped = limits.tripped or { kind = kind, text = text }
    error(MARK, 0)
  end

  -- For work that takes steps which are no instructions.
  function limits.charge(steps)
    limits.used = limits.used + steps
    if limits.used > limits.budget then
      limits.trip("instructions", format("more than %d instructions", limits.budget))
    end
  end

  -- For what this host does not do: never a silent difference from the real platform.
  function limits.refuse(text, ...)
    return limits.trip("refused", format(text, ...))
  end

  local function look_at_clock()
    local now = clock()
    taken, last = taken + min(now - last, MOST_BETWEEN), now
    if taken > MOST_TIME then limits.trip("instructions", "it works on too much data at a time") end
  end

  -- Instructions are counted in `watch`, too, and a stride that ends there is never reported:
  -- in a loop of one line that can be all of them. So each line that is reported counts.
  local lines_seen = 0
  local function count_line()
    if limits.tripped then error(MARK, 0) end
    limits.charge(1)
    lines_seen = lines_seen + 1
    if lines_seen % LINES == 0 then look_at_clock() end
  end

  local watch
  function watch(event, line)
    if event == "line" then
      -- The host's own code has no lines.
      if not line then return end
      count_line()
      if waiting[line] and (limits.chunks <= 1 or getinfo(2, "S").source == limits.chunk) then
        waiting[line], left = nil, left - 1
        if left == 0 then
          mask = ""
          sethook(watch, mask, STRIDE)
        end
      end
      return
    end
    if limits.tripped then error(MARK, 0) end
    limits.charge(STRIDE)
    look_at_clock()
  end

  -- From now on these lines have not run.
  function limits.expect(lines)
    waiting, left = {}, #lines
    for i = 1, left do waiting[lines[i]] = true end
    mask = left > 0 and "l" or ""
  end

  -- The lines that have not run.
  function limits.unreached()
    local lines = {}
    for line in next, waiting do lines[#lines + 1] = line end
    return lines
  end

  -- Watches again, in what is left of the budget.
  function limits.resume_watching()
    last = clock()
    sethook(watch, mask, STRIDE)
  end

  function limits.begin(budget)
    limits.tripped, limits.used, limits.budget, taken = nil, 0, budget, 0
    limits.resume_watching()
  end

  function limits.finish()
    sethook()
  end

  function limits.is_no_memory(thrown)
    return type(thrown) == "string" and NO_MEMORY[thrown] == true
  end

  function limits.trip_memory()
    limits.trip("memory", "more memory than an evaluation may use")
  end

  -- Does something of the host's that is done once: it is not counted.
  function limits.uncounted(f, ...)
    sethook()
    local made = f(...)
    limits.resume_watching()
    return made
  end

  local function checked(fine, ...)
    if fine then return true, ... end
    local thrown = ...
    if limits.tripped then error(MARK, 0) end
    if limits.is_no_memory(thrown) then limits.trip_memory() end
    return false, thrown
  end

  function limits.pcall(f, ...)
    return checked(pcall(f, ...))
  end

  function limits.xpcall(f, handler, ...)
    if type(handler) ~= "function" then error("bad argument #2 to 'xpcall' (value expected)", 2) end
    -- While an error of `watch` is on its way, nobody watches.
    local function handled(...)
      if limits.tripped then return MARK end
      return handler(...)
    end
    return checked(xpcall(f, handled, ...))
  end

  -- Hooks belong to a thread, so each gets its own.
  local function watched(f)
    limits.charge(THREAD)
    local thread = create(f)
    sethook(thread, watch, mask, STRIDE)
    return thread
  end

  function limits.create(f)
    if type(f) ~= "function" then error("bad argument #1 to 'create' (function expected)", 2) end
    return watched(f)
  end

  function limits.resume(thread, ...)
    return checked(resume(thread, ...))
  end

  function limits.wrap(f)
    local thread = limits.create(f)
    return function(...)
      local got = pack(checked(resume(thread, ...)))
      if not got[1] then error(got[2], 0) end
      return unpack(got, 2, got.n)
    end
  end

  -- The lines of the contract on the stack, innermost first: called while an error is on its
  -- way.
  function limits.stack()
    local places = {}
    for level = 2, 200 do
      local frame = getinfo(level, "Sl")
      if not frame then break end
      if frame.source == limits.chunk then places[#places + 1] = frame.currentline end
    end
    return places
  end

  limits.status = status
  return limits
end
