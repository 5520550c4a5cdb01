-- Notes what a contract reads that is one thing here and another on the platform: the clock,
-- the block, chance, the order of `pairs`, what a Reference is made of. The notes are no part
-- of a state, and nothing that a contract can see depends on them.

local type, next, rawget, rawset, rawequal, setmetatable = type, next, rawget, rawset, rawequal, setmetatable
local find, match, getlocal, getupvalue, getinfo = string.find, string.match, debug.getlocal, debug.getupvalue, debug.getinfo

-- The numbers of `dependence.rs`.
local CLOCK, BLOCK, CHANCE, ORDER, REFERENCE, LOADED, UNSENT, UNHEARD, ELSEWHERE = 1, 2, 3, 4, 5, 7, 8, 9, 10
local SPAWNS, ASSIGNS = 11, 12
-- Fields of a message that say when it was evaluated.
local TIMES = { Timestamp = CLOCK, ["Block-Height"] = BLOCK }
-- Fields that every message has and its sender chooses (a tag can be an Id: SEMANTICS A3), and
-- what somebody is told of them who wants to know.
local CHOSEN = { Data = "its Data", Id = "Id" }
local HIDDEN = { Timestamp = true, ["Block-Height"] = true, Data = true, Id = true }
local REFERENCES = { reference = true, Reference = true, ["X-Reference"] = true }

return function(hook)
  local note, is_reference, holds_reference = hook.note, hook.is_reference, hook.holds_reference
  local dependences = { is_ordered = false }

  -- These functions of Lua's own note where they are given what is something else on the
  -- platform: a text that they look into, a number, or something whose type they ask for.
  function dependences.of_text(f) return hook.noting(f, 1) end
  function dependences.of_number(f) return hook.noting(f, 2) end
  function dependences.of_type(f) return hook.noting(f, 3) end
  -- This one looks into a text to make a number of it.
  function dependences.of_reading(f) return hook.noting(f, 4) end

  -- This is taken for a number, or read as one.
  function dependences.number(value)
    if holds_reference(value) then note(REFERENCE) end
  end

  -- A table is written in an order of its fields that is always the same here.
  function dependences.written(t)
    local first = next(t)
    if type(first) == "string" and next(t, first) ~= nil then note(ORDER) end
  end

  function dependences.clock() note(CLOCK) end
  function dependences.chance() note(CHANCE) end
  function dependences.loaded() note(LOADED) end
  function dependences.unsent() note(UNSENT) end
  function dependences.spawns() note(SPAWNS) end
  function dependences.assigns() note(ASSIGNS) end
  function dependences.sent(target, action)
    local is_here, is_heard = hook.is_heard(target, action)
    if not is_here then return note(ELSEWHERE) end
    if not is_heard then note(UNHEARD) end
  end

  -- A table of this many entries is gone through.
  function dependences.order(count)
    if count < 2 then return end
    dependences.is_ordered = true
    note(ORDER)
  end

  -- Messages, each with those fields that it shows only when they are asked for; the message
  -- that is evaluated stands apart, as each evaluation has one.
  local times = setmetatable({}, { __mode = "k" })
  local current, of_current = nil, {}

  local function looks_at(name)
    if TIMES[name] then return note(TIMES[name]) end
    if dependences.told then dependences.told(CHOSEN[name]) end
  end

  local function kept_of(t)
    if rawequal(t, current) then return of_current end
    return times[t]
  end

  local function move(msg, kept)
    kept.Timestamp, kept["Block-Height"] = rawget(msg, "Timestamp"), rawget(msg, "Block-Height")
    rawset(msg, "Timestamp", nil)
    rawset(msg, "Block-Height", nil)
  end

  -- A message that stays, or has stayed, in a state, with its fields where they are on the
  -- platform.
  function dependences.hide(msg)
    if rawequal(msg, current) then current = nil end
    times[msg] = {}
    move(msg, times[msg])
  end

  -- Puts the fields where they are on the platform; whether this is a message.
  function dependences.reveal(t)
    local kept = kept_of(t)
    if not kept then return false end
    for name, value in next, kept do
      rawset(t, name, value)
      kept[name] = nil
    end
    return true
  end

  -- A message that is evaluated now, which has no metatable yet.
  function dependences.begin(msg)
    -- The last one may be where no state is: it shows its fields from now on.
    if current then dependences.reveal(current) end
    current = msg
    of_current.Timestamp, of_current["Block-Height"] = msg.Timestamp, msg["Block-Height"]
    msg.Timestamp, msg["Block-Height"] = nil, nil
    if not dependences.told then return end
    of_current.Data, of_current.Id = msg.Data, msg.Id
    msg.Data, msg.Id = nil, nil
  end

  -- A contract looks at all fields.
  function dependences.look_through(t)
    local kept = kept_of(t)
    if not kept then return end
    for name in next, kept do looks_at(name) end
    dependences.reveal(t)
  end

  -- What a contract that looks at a field without its metatable is to see, if that is hidden.
  function dependences.look_at(t, name)
    local kept = HIDDEN[name] and kept_of(t)
    if not kept or kept[name] == nil then return nil end
    looks_at(name)
    return kept[name]
  end

  -- A contract sets a field.
  function dependences.set(t, name)
    local kept = HIDDEN[name] and kept_of(t)
    if kept then kept[name] = nil end
  end

  -- Makes messages with this metatable show these fields.
  function dependences.watch(meta)
    local index = meta.__index
    function meta.__index(msg, name)
      local kept = dependences.look_at(msg, name)
      if kept ~= nil then return kept end
      return index(msg, name)
    end
    function meta.__newindex(msg, name, value)
      dependences.set(msg, name)
      rawset(msg, name, value)
    end
    dependences.meta = meta
  end

  -- In a thread that has thrown, the innermost function is at level 0.
  local function local_at(thread, level, i)
    if thread then return getlocal(thread, 0, i) end
    return getlocal(level + 1, i)
  end

  -- The value of this local variable; without a name, one that is a Reference, or in which one
  -- is part where that stands for no variable.
  local function local_of(thread, level, wanted, is_arithmetic)
    local found
    for i = 1, 255 do
      local name, value = local_at(thread, level + 1, i)
      if not name then break end
      if wanted and name == wanted then found = value end
      local is_temporary = is_arithmetic and find(name, "(", 1, true) == 1
      if not wanted and (is_reference(value) or is_temporary and holds_reference(value)) then return value end
    end
    return found
  end

  local function upvalue_of(f, wanted)
    for i = 1, 255 do
      local name, value = getupvalue(f, i)
      if not name or name == wanted then return value end
    end
  end

  local function is_of_arithmetic(thrown)
    return find(thrown, "attempt to perform arithmetic on a string value", 1, true)
      or find(thrown, "attempt to perform bitwise operation on a string value", 1, true)
  end

  local function is_of_number(thrown)
    return is_of_arithmetic(thrown)
      or find(thrown, "attempt to compare", 1, true) or find(thrown, "must be a number", 1, true)
  end

  -- Notes that a Reference is not a number, and says so, if that is why Lua threw this: at which
  -- level, or in which thread.
  function dependences.thrown(thrown, level, thread)
    if type(thrown) ~= "string" or not is_of_number(thrown) then return false end
    local kind, name = match(thrown, "%((%a+) '([^']*)'%)$")
    local is_field = kind == "field" and REFERENCES[name]
    local value
    if kind == "upvalue" then
      local at = thread and getinfo(thread, 0, "f") or not thread and getinfo(level + 1, "f")
      value = at and upvalue_of(at.func, name)
    elseif kind == "local" or not kind then
      value = local_of(thread, level + 1, name, is_of_arithmetic(thrown))
    end
    local is_of_reference = is_field or is_reference(value) or not kind and holds_reference(value)
    if is_of_reference then note(REFERENCE) end
    return is_of_reference
  end

  return dependences
end
