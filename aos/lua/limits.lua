-- What ends an evaluation whatever the handlers do: too many instructions, too much memory,
-- or something that cannot be part of a state. The mark sticks, so that no handler can catch
-- it and go on.

local getinfo = debug.getinfo
local xpcall, error, rawequal, type = xpcall, error, rawequal, type
local create, resume, status = coroutine.create, coroutine.resume, coroutine.status
local format, pack, unpack, find = string.format, table.pack, table.unpack, string.find
local load, match, sub, rep, tointeger = load, string.match, string.sub, string.rep, math.tointeger

-- Instructions between two looks at the budget.
local STRIDE = 1000
-- What Lua throws when an allocation fails; without a place, as the host's own code has none.
local NO_MEMORY = {
  ["not enough memory"] = true, ["not enough memory for buffer allocation"] = true,
  -- Here it does not say whether its stack is full or there is no memory for more of it.
  ["too many results to unpack"] = true, ["stack overflow (string slice too long)"] = true,
  ["too many arguments to resume"] = true, ["too many results to resume"] = true,
  ["C stack overflow"] = true, ["?:-1: stack overflow"] = true,
}
-- No handler's calls lie that deep in each other; an overflow of the stack is much deeper.
local DEEP = 150
-- What a coroutine is charged: it may run almost a stride before it is looked at.
local THREAD = 200
local TOO_MUCH = "more memory than an evaluation may use"
-- What is thrown when a limit was met: nothing in it could be changed.
local function MARK() end
-- What is thrown when a handler waits: nothing of the contract's is on the way.
local function WAITS() end

return function(hook, memory, dependences)
  local limits = { tripped = nil, used = 0, budget = 0, chunk = nil }
  -- Lua makes what buffers have in common with the first of them, and `work.rs` knows buffers
  -- by what is made right before.
  rep("x", 1 << 16)

  -- How errors begin that name a file of the contract's, and what says for a line of it where
  -- that lies. Its lines are numbers that stand for them in the last.
  local shown, places = {}, {}
  -- What errors say in the place of that when they are caught: on aos, each file is an Eval.
  local AS_EVAL = '[string "aos"]:'
  -- What was caught last, and as what.
  local caught, caught_as

  -- A version of the contract; the lines of the last are watched.
  function limits.add_file(file, place_of)
    limits.chunk = "@" .. file
    shown[#shown + 1] = getinfo(load("", limits.chunk), "S").short_src .. ":"
    places[#shown] = place_of
  end

  -- What was thrown, as `head` or the name of the file, the line, and the rest. With a head, the
  -- line is that of the text in which all files are joined.
  local function with_line(thrown, head)
    if type(thrown) ~= "string" then return thrown end
    for place = #shown, 1, -1 do
      local name = shown[place]
      local number = sub(thrown, 1, #name) == name and match(thrown, "^%d+", #name + 1)
      local line = number and tointeger(number)
      if line then
        local rest = sub(thrown, #name + #number + 1)
        line = place == #shown and hook.line(line) or line
        if head then return head .. line .. rest end
        local module, own = places[place](line)
        return (module and module .. ":" or name) .. own .. rest
      end
    end
    return thrown
  end

  -- As Lua threw it.
  local function as_thrown(thrown)
    if caught_as and rawequal(thrown, caught_as) then return caught end
    return thrown
  end

  -- For people: with the file.
  local function plain(thrown) return with_line(as_thrown(thrown)) end
  limits.plain = plain

  -- For the contract.
  local function as_caught(thrown)
    local known = with_line(thrown, AS_EVAL)
    if type(thrown) == "string" and known ~= thrown then caught, caught_as = thrown, known end
    return known
  end

  -- Marks the evaluation as ended: kind is instructions, memory or refused; or cut, where it
  -- was given up and nothing can be said of it.
  local function note(kind, text)
    limits.tripped = limits.tripped or { kind = kind, text = text }
  end

  function limits.trip(kind, text)
    note(kind, text)
    error(MARK, 0)
  end

  local function note_exhausted()
    note("instructions", format("more than %d instructions", limits.budget))
  end

  local function exhausted()
    note_exhausted()
    error(MARK, 0)
  end

  -- For work that takes steps which are no instructions. What is no sensible number of steps
  -- is more than there are.
  function limits.charge(steps)
    if not (steps >= 0 and steps <= limits.budget - limits.used) then
      limits.used = limits.budget
      exhausted()
    end
    limits.used = limits.used + steps // 1
  end

  -- For what this host does not do: never a silent difference from the real platform.
  function limits.refuse(text, ...)
    return limits.trip("refused", format(text, ...))
  end

  -- Whether an evaluation runs: what is thrown outside of it nobody would catch.
  local is_running = false

  -- What lies too thick on the stack, by the numbers of `hook.rs`.
  local CROWDS = { "its calls lie too deep in each other", "it hands too many values to one function" }

  local function look(instructions, crowd)
    if not is_running then return end
    if limits.tripped then error(MARK, 0) end
    if crowd > 0 then limits.trip("memory", CROWDS[crowd]) end
    local steps, given_up, is_over = hook.look(limits.budget - limits.used)
    if given_up then limits.trip("cut", given_up) end
    if is_over then limits.trip_memory() end
    limits.charge(instructions + steps)
  end

  -- Whether it is watched which branches run.
  local sees_branches = true

  -- Watches again, in what is left of the budget.
  function limits.resume_watching()
    hook.set(STRIDE, look, nil, sees_branches)
  end

  -- What only looks at a state is never given up. Where the host works for a while before the
  -- contract does, its branches are not watched.
  function limits.begin(budget, only_looks, is_host)
    limits.tripped, limits.used, limits.budget = nil, 0, budget
    hook.begin(budget, not only_looks, memory)
    sees_branches = not is_host
    caught, caught_as = nil, nil
    limits.resume_watching()
  end

  -- Code of the contract is about to run. What ran since the last look is not counted, once
  -- in an evaluation: it is less than a stride, and the same wherever it is evaluated.
  function limits.see_branches()
    if sees_branches then return end
    sees_branches = true
    hook.set(STRIDE, look, nil, true)
  end

  local function watched_call(f, ...)
    is_running = true
    local got = f(...)
    is_running = false
    return got
  end

  -- Notes that the stack is full, if that is what was thrown in this thread. At which depth
  -- it is depends on what looks on, so that nobody may catch it.
  local function note_depth(thrown, thread)
    if type(thrown) ~= "string" or not find(thrown, "stack overflow", 1, true) then return end
    local is_deep
    if thread then is_deep = getinfo(thread, DEEP, "l") else is_deep = getinfo(DEEP, "l") end
    if is_deep then note("memory", "its calls lie too deep in each other") end
  end

  -- On the platform a Reference is a number, and this would not have been thrown.
  local function refuse_number(thrown, level, thread)
    if not dependences.thrown(thrown, level + 1, thread) or limits.tripped then return end
    note("refused", "it takes a Reference for a number, and References are names here; use it as it is, as a key")
    limits.refused_at = { tointeger(match(with_line(as_thrown(thrown), AS_EVAL), ":(%d+):")) }
  end

  -- Ends an evaluation; the rest of it waits for a message.
  function limits.wait() error(WAITS, 0) end

  -- What was thrown in what `until_wait` runs, and the lines where that was.
  local passed_on, passed_stack

  local function within(thrown)
    if rawequal(thrown, WAITS) then return thrown end
    note_depth(thrown)
    refuse_number(thrown, 2)
    passed_on, passed_stack = plain(thrown), limits.stack()
    return passed_on
  end

  -- Calls `f` until it ends or waits. What it throws is thrown.
  function limits.until_wait(f, ...)
    local fine, thrown = xpcall(f, within, ...)
    if not fine and not rawequal(thrown, WAITS) then error(thrown, 0) end
  end

  local on_error
  local function ended(thrown)
    is_running = false
    -- A panic or error of the host's.
    if type(thrown) == "userdata" or rawequal(thrown, WAITS) then return thrown end
    if passed_stack and rawequal(thrown, passed_on) then return on_error(thrown, passed_stack) end
    note_depth(thrown)
    refuse_number(thrown, 2)
    return on_error(plain(thrown))
  end

  -- The thread that runs; nothing where it is the handlers' own.
  local running

  -- Calls `f` under the limits: whether it ended, and what it returned or threw.
  function limits.call(f, handler, ...)
    on_error, running = handler, nil
    local fine, is_exhausted, is_over, got = hook.watched(ended, watched_call, f, ...)
    is_running, passed_on, passed_stack = false, nil, nil
    if not fine then
      if rawequal(got, WAITS) then fine, got = true, nil end
      if type(got) == "userdata" then error(got, 0) end
    end
    -- Since the last look, too.
    if is_exhausted then note_exhausted() end
    if not limits.tripped and is_over then note("memory", TOO_MUCH) end
    return fine, got
  end

  function limits.is_no_memory(thrown)
    return type(thrown) == "string" and NO_MEMORY[thrown] == true
  end

  function limits.trip_memory()
    if hook.is_exhausted() then exhausted() end
    limits.trip("memory", TOO_MUCH)
  end

  -- What `load` returned, whose compiler says rather than throws that there is no memory.
  function limits.compiled(chunk, why)
    if not chunk and limits.is_no_memory(why) then limits.trip_memory() end
    return chunk, why
  end

  -- What the host makes once, which is not counted: `known`, or what `make` makes of `of`. The
  -- steps since the last look are forgotten, so that they are the same whether it is known: a
  -- stride is paid for them.
  function limits.once(known, make, of)
    limits.charge(STRIDE)
    hook.clear()
    hook.count(false)
    local made = known or make(of)
    hook.count(true)
    limits.resume_watching()
    return made
  end

  local function checked(fine, ...)
    if fine then return true, ... end
    local thrown = as_caught((...))
    if limits.tripped then error(MARK, 0) end
    if limits.is_no_memory(thrown) then limits.trip_memory() end
    return false, thrown
  end

  local function noted(thrown)
    note_depth(thrown)
    refuse_number(thrown, 2)
    return thrown
  end

  function limits.pcall(f, ...)
    return checked(xpcall(f, noted, ...))
  end

  function limits.xpcall(f, handler, ...)
    if type(handler) ~= "function" then error("bad argument #2 to 'xpcall' (value expected)", 2) end
    -- While an error of `look` is on its way, nobody watches.
    local function handled(...)
      note_depth(...)
      refuse_number((...), 2)
      if limits.tripped then return MARK end
      return handler(as_caught((...)))
    end
    return checked(xpcall(f, handled, ...))
  end

  -- Hooks belong to a thread, so each gets its own.
  local function watched(f)
    limits.charge(THREAD)
    local thread = create(f)
    hook.set(STRIDE, look, thread, true)
    return thread
  end

  function limits.create(f)
    if type(f) ~= "function" then error("bad argument #1 to 'create' (function expected)", 2) end
    return watched(f)
  end

  local function enter(thread)
    running = thread
    hook.enter(thread)
  end

  local function resumed(thread, outer, fine, ...)
    enter(outer)
    if not fine then
      note_depth(..., thread)
      refuse_number((...), 0, thread)
    end
    return checked(fine, ...)
  end

  function limits.resume(thread, ...)
    local outer = running
    if type(thread) == "thread" then enter(thread) end
    return resumed(thread, outer, resume(thread, ...))
  end

  function limits.wrap(f)
    local thread = limits.create(f)
    return function(...)
      local got = pack(limits.resume(thread, ...))
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
      if frame.source == limits.chunk then places[#places + 1] = hook.line(frame.currentline) end
    end
    return places
  end

  limits.status = status
  return limits
end
