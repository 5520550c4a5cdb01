-- Handlers that wait for a later message (SEMANTICS A7).
--
-- On aos an evaluation is a coroutine that stops there. No coroutine can be part of a state, so
-- what is left of the evaluation is kept as data, in a handler that waits in front of all others:
-- the functions of the contract that have not ended, each with the place in its code and the
-- values of its registers, innermost first; and how the list of handlers goes on.

local type, select, next, load, error = type, select, next, load, error
local pack, unpack, dump = table.pack, table.unpack, string.dump
local getinfo, getlocal, setmetatable = debug.getinfo, debug.getlocal, debug.setmetatable
local upvaluejoin, running, format, match = debug.upvaluejoin, coroutine.running, string.format, string.match

-- Instructions that a function that goes on has before its own.
local ADDED = 2
-- What is called a variable by Lua: what a loop over a table calls.
local STEP = "(for generator)"

return function(sandbox, limits, code)
  local wait = {}
  local refuse = sandbox.refuse
  -- The function that each copy which goes on was made of.
  local origins = setmetatable({}, { __mode = "k" })

  local function is_host_code(f)
    local info = getinfo(f, "S")
    return info.what == "C" or info.source == "=?"
  end

  -- Registers -------------------------------------------------------------------------------

  local function check(name, value)
    local kind = type(value)
    if kind == "thread" then refuse("receive: a handler waits while it holds a coroutine: that cannot be part of a state") end
    if kind ~= "function" or sandbox.is_of_host(value) or sandbox.is_portable(value) or not is_host_code(value) then return end
    if name == STEP then
      refuse("receive inside a loop over pairs or gmatch: what aos goes on with is not known here; collect in a list first, and loop over that")
    end
    refuse("receive: a handler waits while it holds a function of aos itself, such as msg.reply; put the answer into a local first")
  end

  local function key_of(register) return "r" .. register end

  -- What goes on where a function stopped, given what it waited for; and what it is to be given.
  local function resumed(frame, values)
    local f = load(code.resumed(dump(frame.f), frame.place), "=?", "b")
    for i = 1, getinfo(f, "u").nups do upvaluejoin(f, i, frame.f, i) end
    origins[f] = frame.f
    local given, count = {}, frame.count
    for i = 1, count do given[i] = frame[key_of(i)] end
    for i = 1, values.n do given[count + i] = values[i] end
    return f, unpack(given, 1, count + values.n)
  end

  local function called(f, ...) return f(...) end

  -- Runs what is left of an evaluation's functions, from that at `place` on. What waits in one
  -- finds these arguments.
  local function run(frames, after, place, values)
    local frame = frames[place]
    while frame do
      place = place + 1
      values = pack(called(resumed(frame, values)))
      frame = frames[place]
    end
  end

  local function run_all(frames, after, msg)
    run(frames, after, 1, pack(msg))
    sandbox.go_on(after)
  end

  -- The evaluation that gets the answer goes on when this one has ended or waits again.
  local function go_on(frames, after, msg)
    limits.until_wait(run_all, frames, after, msg)
  end
  wait.go_on = go_on

  -- A handler that goes on with the message that it gets. Its first variable is the function
  -- that it is known by.
  local function handler(frames, after)
    local f = frames[#frames] and frames[#frames].f
    return sandbox.portable(function(msg)
      local _ = f
      go_on(frames, after, msg)
    end)
  end

  -- The stack ---------------------------------------------------------------------------------

  local NOT_IN = "receive: a handler waits for a message inside %s, where this host does not follow aos; call it from the handler, or from a function of the file that it calls"

  -- Refuses to wait because of the host's function at this level of the caller, or what it is
  -- called by.
  local function refuse_at(level)
    local name
    for at = level + 1, level + 200 do
      local info = getinfo(at, "f")
      if not info then
        refuse("receive outside of a handler: while a file is loaded, in an Eval and in patterns, nothing can wait; use Handlers.once")
      end
      if not is_host_code(info.func) then break end
      name = sandbox.name_of(info.func) or name
    end
    refuse(NOT_IN, name and match(name, "^real (.+)") or name or "a function of the library")
  end

  -- Other functions of the contract below a handler: it had others evaluated.
  local function check_below(level)
    for at = level + 1, 1000000 do
      local info = getinfo(at, "f")
      if not info then return end
      if not is_host_code(info.func) then refuse(NOT_IN, "Handlers.evaluate") end
    end
  end

  -- A function of the contract at this level of the caller.
  local function frame_of(f, level)
    local origin, place = origins[f], code.at(level + 1)
    if place and origin then place = place - ADDED end
    origin = origin or f
    if not place then refuse(NOT_IN, "a function that this host cannot read") end
    local count, why = code.registers(dump(origin), place)
    if not count then refuse("receive: %s", why) end
    local frame = { f = origin, place = place, count = count }
    for i = 1, count do
      local name, value = getlocal(level + 1, i)
      check(name, value)
      if value ~= nil then frame[key_of(i)] = value end
    end
    return frame
  end

  -- What is left of the evaluation that calls a function of the host's, which calls this: as a
  -- handler for the answer.
  function wait.rest()
    local _, is_main = running()
    if not is_main then refuse(NOT_IN, "a coroutine") end
    local frames, level = {}, 3
    while true do
      local info = getinfo(level, "f")
      local f = info and info.func
      local after
      if f == sandbox.run_entry then
        local _, entry = getlocal(level, 1)
        local _, last = getlocal(level, 2)
        after = { entry = entry, last = last }
        if not last then
          local _, list = getlocal(level, 3)
          local _, place = getlocal(level, 4)
          local _, msg = getlocal(level, 5)
          after.list, after.place, after.msg = list, place, msg
        end
      elseif f == sandbox.run_default then
        after = { last = true }
      elseif f == run then
        local _, others = getlocal(level, 1)
        local _, place = getlocal(level, 3)
        for i = place, #others do frames[#frames + 1] = others[i] end
        _, after = getlocal(level, 2)
      elseif not f or is_host_code(f) then
        refuse_at(level)
      end
      if after then
        check_below(level)
        return handler(frames, after)
      end
      frames[#frames + 1] = frame_of(f, level)
      level = level + 1
    end
  end

  return wait
end
