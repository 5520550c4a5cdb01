-- Reads what `write.lua` wrote.

local rawset, rawequal, next = rawset, rawequal, next
local sub, byte, unpack = string.sub, string.byte, string.unpack
local setmetatable, setupvalue = debug.setmetatable, debug.setupvalue
local upvalueid, upvaluejoin = debug.upvalueid, debug.upvaluejoin
local create, resume = coroutine.create, coroutine.resume

return function(globals, host, functions, sandbox)
  local reader = {}
  local new_table, dependences = sandbox.lengths.table, sandbox.dependences
  local fresh_holder = functions.fresh_holder
  local text, at
  local objects, holders, current = {}, {}, {}
  -- The variables that belong to a function that was read.
  local used, is_any_used = nil, true
  local read

  -- The variable through which all code that was read sees the globals.
  local globals_holder = fresh_holder(globals)
  local globals_cell = upvalueid(globals_holder, 1)

  local function read_cell(f, i)
    local kind = byte(text, at)
    at = at + 1
    if kind == 101 then -- e
      upvaluejoin(f, i, globals_holder, 1)
    elseif kind == 107 then -- k
      local number
      number, at = unpack("<I4", text, at)
      local holder = holders[number]
      upvaluejoin(f, i, holder[1], holder[2])
    else
      local id = upvalueid(f, i)
      if used[id] then
        upvaluejoin(f, i, fresh_holder(nil), 1)
        id = upvalueid(f, i)
      end
      used[id], is_any_used = true, true
      holders[#holders + 1] = { f, i }
      setupvalue(f, i, (read()))
    end
  end

  local function read_function()
    -- A digest of 32 bytes.
    local f = functions.closure(sub(text, at, at + 31))
    at = at + 32
    objects[#objects + 1] = f
    current[#current + 1] = f
    for i = 1, functions.code(f).upvalues do read_cell(f, i) end
    return f
  end

  local function read_thread()
    local thread = create(fresh_holder(nil))
    resume(thread)
    objects[#objects + 1] = thread
    return thread
  end

  local function read_table(t)
    local meta
    local has_meta = byte(text, at) == 109 -- m
    if has_meta then
      at = at + 1
      meta = read()
    end
    while byte(text, at) ~= 101 do -- e
      local key = read()
      local value = read()
      rawset(t, key, value)
    end
    at = at + 1
    if has_meta then
      setmetatable(t, meta)
      if rawequal(meta, dependences.meta) then dependences.hide(t) end
    end
    return t
  end

  function read()
    local kind = byte(text, at)
    at = at + 1
    if kind == 115 then -- s
      local value
      value, at = unpack("<s4", text, at)
      return value
    elseif kind == 105 then -- i
      local value
      value, at = unpack("<j", text, at)
      return value
    elseif kind == 84 then -- T
      local t = new_table()
      objects[#objects + 1] = t
      return read_table(t)
    elseif kind == 104 then -- h
      local name
      name, at = unpack("<s1", text, at)
      return host.find(name)
    elseif kind == 70 then -- F
      return read_function()
    elseif kind == 99 then -- c
      return read_thread()
    elseif kind == 116 then
      return true
    elseif kind == 102 then
      return false
    elseif kind == 110 then
      return nil
    elseif kind == 114 then -- r
      local number
      number, at = unpack("<I4", text, at)
      return objects[number]
    end
    local value
    value, at = unpack("<d", text, at)
    return value
  end

  -- From here on, no variable is given to two functions.
  function reader.begin()
    reader.begin_root()
    if is_any_used then used, is_any_used = { [globals_cell] = true }, false end
  end

  -- What follows has nothing in common with what came before.
  function reader.begin_root()
    if next(objects) ~= nil then objects = {} end
    if next(holders) ~= nil then holders = {} end
    if next(current) ~= nil then current = {} end
  end

  -- The functions that were read since then, if any.
  function reader.closures()
    return next(current) ~= nil and current or nil
  end

  function reader.value(from)
    text, at = from, 1
    return (read())
  end

  -- Adds what is written as a table to `t`.
  function reader.fill(t, from)
    text, at = from, 2
    read_table(t)
  end

  -- The metatable that is written as one of the globals.
  function reader.meta(from)
    text, at = from, 3
    return (read())
  end

  return reader
end
