-- The standard library as a contract may see it: nothing that reaches the machine, nothing
-- that depends on addresses, on the clock or on the order in which a table was filled, and
-- nothing that can run for long without executing instructions of Lua.

local type, next, rawget, rawset, rawequal, rawlen = type, next, rawget, rawset, rawequal, rawlen
local getmetatable, setmetatable, tostring, error, select = getmetatable, setmetatable, tostring, error, select
local real_getmetatable, load, ipairs, tonumber = debug.getmetatable, load, ipairs, tonumber
local sort, concat, pack, unpack, math_type = table.sort, table.concat, table.pack, table.unpack, math.type
local string, table, math, utf8 = string, table, math, utf8
local floor, date, time = math.floor, os.date, os.time

local RANK = { number = 1, string = 2, boolean = 3 }

-- Numbers, then texts, then booleans; what has no order of its own comes last.
local function precedes(a, b)
  local kind_a, kind_b = type(a), type(b)
  if kind_a ~= kind_b then return (RANK[kind_a] or 4) < (RANK[kind_b] or 4) end
  if kind_a == "boolean" then return not a and b end
  return RANK[kind_a] and a < b
end

return function(limits, libraries)
  local std = {}
  local sandbox = { std = std, order = "sorted", clock = 0, height = 0, seed = 0, output = {} }
  local refuse = limits.refuse

  -- Library tables stand behind a view that is empty until somebody writes to it. So a look
  -- at the view says whether the library is as it was.
  local real_of, hidden, view_meta = {}, setmetatable({}, { __mode = "k" }), {}
  sandbox.real_of, sandbox.hidden, sandbox.views = real_of, hidden, {}

  -- Views of which somebody has looked at, or changed, what lies behind: since the last image.
  local touched = {}
  sandbox.touched = touched

  local function thaw(view)
    local real = real_of[view]
    setmetatable(view, nil)
    for name, value in next, real do rawset(view, name, value) end
  end

  local function is_frozen(t)
    return real_of[t] and hidden[real_getmetatable(t)]
  end

  function sandbox.freeze(view)
    for name in next, view do rawset(view, name, nil) end
    setmetatable(view, view_meta[view])
  end

  -- What is behind `open`, if that is given, contracts can change without changing the view:
  -- that somebody asked for it is noted.
  function sandbox.view(real, open)
    local view = {}
    local index = real
    if open then
      index = function(t, name)
        if name == open then touched[t] = true end
        return real[name]
      end
    end
    local meta = {
      __index = index,
      __newindex = function(t, name, value)
        if open and name == open then
          touched[t], real[name] = true, value
          return
        end
        thaw(t)
        rawset(t, name, value)
      end,
    }
    hidden[meta], real_of[view], view_meta[view] = true, real, meta
    sandbox.views[#sandbox.views + 1] = view
    return setmetatable(view, meta)
  end

  local function keys_of(t)
    local keys, count = {}, 0
    if is_frozen(t) then
      touched[t] = true
      for name in next, real_of[t] do
        if rawget(t, name) == nil then
          count = count + 1
          keys[count] = name
        end
      end
    end
    for name in next, t do
      count = count + 1
      keys[count] = name
    end
    sort(keys, precedes)
    if sandbox.order == "reversed" then
      for place = 1, count // 2 do
        keys[place], keys[count + 1 - place] = keys[count + 1 - place], keys[place]
      end
    end
    return keys, count
  end

  local function value_at(t, name)
    local value = rawget(t, name)
    if value == nil and is_frozen(t) then value = real_of[t][name] end
    return value
  end

  local function want_table(t, name)
    if type(t) ~= "table" then
      error("bad argument #1 to '" .. name .. "' (table expected, got " .. (t == nil and "no value" or type(t)) .. ")", 3)
    end
  end

  function std.next(t, key)
    want_table(t, "next")
    local keys, count = keys_of(t)
    if key == nil then return keys[1], keys[1] ~= nil and value_at(t, keys[1]) or nil end
    for place = 1, count do
      if rawequal(keys[place], key) then
        local after = keys[place + 1]
        if after == nil then return nil end
        return after, value_at(t, after)
      end
    end
    error("invalid key to 'next'", 2)
  end

  function std.pairs(t)
    local meta = type(t) ~= "string" and real_getmetatable(t)
    if meta and not hidden[meta] and rawget(meta, "__pairs") then
      local step, state, first = meta.__pairs(t)
      return step, state, first
    end
    want_table(t, "for iterator")
    local keys, count = keys_of(t)
    local place = 0
    return function()
      while place < count do
        place = place + 1
        local value = value_at(t, keys[place])
        -- What was removed on the way is passed over.
        if value ~= nil then return keys[place], value end
      end
    end, t, nil
  end

  function std.rawget(t, name)
    want_table(t, "rawget")
    return value_at(t, name)
  end

  function std.rawset(t, name, value)
    want_table(t, "rawset")
    if is_frozen(t) and t ~= sandbox.globals then thaw(t) end
    return rawset(t, name, value)
  end

  function std.getmetatable(value)
    local meta = real_getmetatable(value)
    if meta == nil or hidden[meta] then return nil end
    local shown = rawget(meta, "__metatable")
    if shown ~= nil then return shown end
    return meta
  end

  function std.setmetatable(t, meta)
    want_table(t, "setmetatable")
    if meta ~= nil and type(meta) ~= "table" then
      error("bad argument #2 to 'setmetatable' (nil or table expected)", 2)
    end
    if meta and rawget(meta, "__gc") ~= nil then
      refuse("a metatable with __gc: when memory is collected is not part of a state")
    end
    if meta and rawget(meta, "__mode") ~= nil then
      refuse("a metatable with __mode: when memory is collected is not part of a state")
    end
    local old = real_getmetatable(t)
    if old and not hidden[old] and rawget(old, "__metatable") ~= nil then
      error("cannot change a protected metatable", 2)
    end
    if is_frozen(t) then thaw(t) end
    return setmetatable(t, meta)
  end

  local NAMELESS = { table = true, ["function"] = true, thread = true, userdata = true }

  -- No address is shown: it differs from run to run.
  function std.tostring(...)
    local value = ...
    if select("#", ...) == 0 then error("bad argument #1 to 'tostring' (value expected)", 2) end
    local kind = type(value)
    if not NAMELESS[kind] then return tostring(value) end
    local meta = kind == "table" and real_getmetatable(value)
    local named = meta and not hidden[meta] and rawget(meta, "__tostring")
    if named then
      local text = named(value)
      if type(text) ~= "string" then error("'__tostring' must return a string", 2) end
      return text
    end
    return kind .. ": (no address)"
  end

  function std.print(...)
    local texts = pack(...)
    for place = 1, texts.n do texts[place] = std.tostring(texts[place]) end
    sandbox.output[#sandbox.output + 1] = concat(texts, "\t", 1, texts.n)
  end

  function std.load(chunk, name, mode, ...)
    if type(chunk) == "function" then
      local parts = {}
      for part in chunk do
        if part == "" then break end
        parts[#parts + 1] = part
      end
      chunk = concat(parts)
    end
    if type(chunk) ~= "string" then error("bad argument #1 to 'load' (string expected)", 2) end
    if chunk:byte(1) == 27 then return nil, "attempt to load a binary chunk (mode is 't')" end
    local environment = sandbox.globals
    if select("#", ...) > 0 then environment = ... end
    limits.chunks = limits.chunks + 1
    return load(chunk, name and "=" .. name or chunk, "t", environment)
  end

  function std.require(name)
    if libraries[name] then return libraries[name]() end
    local known = {}
    for library in std.pairs(libraries) do known[#known + 1] = library end
    error("module '" .. std.tostring(name) .. "' not found: this host provides " .. concat(known, ", "), 2)
  end

  function std.collectgarbage(option)
    if option == "count" then return 0, 0 end
    return 0
  end

  local plain = { "assert", "error", "ipairs", "rawequal", "rawlen", "select", "tonumber", "type" }
  for _, name in ipairs(plain) do std[name] = _G[name] end
  std.pcall, std.xpcall, std._VERSION = limits.pcall, limits.xpcall, _VERSION

  -- string -----------------------------------------------------------------------------

  local text = {}
  for name, f in next, string do text[name] = f end
  text.dump = nil

  function text.rep(s, n, separator)
    if s == "" and (separator == nil or separator == "") then return "" end
    return string.rep(s, n, separator)
  end

  function text.format(form, ...)
    local values = pack(...)
    for place = 1, values.n do
      if NAMELESS[type(values[place])] then values[place] = std.tostring(values[place]) end
    end
    return string.format(form, unpack(values, 1, values.n))
  end

  -- Matching takes at most about length ^ repetitions steps, once more for each place where it
  -- may begin, twice as many for each `?`; none of them is an instruction of Lua.
  local STEPS = 1000000000
  local costs, known_costs = {}, 0

  local function behind_set(pattern, place)
    place = place + 1
    if string.sub(pattern, place, place) == "^" then place = place + 1 end
    repeat
      place = place + (string.sub(pattern, place, place) == "%" and 2 or 1)
    until place > #pattern or string.sub(pattern, place, place) == "]"
    return place + 1
  end

  -- How often a pattern can go through the text, and in how many ways besides.
  local function cost_of(pattern)
    local exponent, ways, place = string.sub(pattern, 1, 1) == "^" and 0 or 1, 1.0, 1
    while place <= #pattern do
      local c, class = string.sub(pattern, place, place), string.sub(pattern, place + 1, place + 1)
      local scans = c == "%" and string.find(class, "[b%d]") or c ~= "%" and string.find(c, "[-*+]")
      if scans then exponent = exponent + 1 end
      if c == "?" then ways = ways * 2 end
      if c == "[" then
        place = behind_set(pattern, place)
      else
        place = place + (c == "%" and (class == "b" and 4 or 2) or 1)
      end
    end
    return { exponent = exponent, ways = ways }
  end

  local function affordable(subject, pattern, again)
    if type(subject) ~= "string" or type(pattern) ~= "string" then return end
    local cost = costs[pattern]
    if not cost then
      cost = cost_of(pattern)
      if known_costs > 1000 then costs, known_costs = {}, 0 end
      costs[pattern], known_costs = cost, known_costs + 1
    end
    if (#subject + 1.0) ^ (cost.exponent + (again or 0)) * cost.ways > STEPS then
      limits.trip("instructions", string.format("the pattern %q on a text of %d bytes can take too long", pattern, #subject))
    end
  end

  local function guarded(name, again)
    local f = string[name]
    text[name] = function(subject, pattern, ...)
      affordable(subject, pattern, again)
      return f(subject, pattern, ...)
    end
  end
  guarded("match")
  -- Here `^` is no anchor.
  guarded("gmatch", 1)
  guarded("gsub")

  function text.find(subject, pattern, init, plain_text)
    if not plain_text then affordable(subject, pattern) end
    return string.find(subject, pattern, init, plain_text)
  end

  -- table: the loops of the original can be told to run for 2^63 rounds -----------------

  local lists = { concat = table.concat, pack = table.pack, sort = table.sort, unpack = table.unpack }

  function lists.insert(t, ...)
    local count = select("#", ...)
    local size = #t + 1
    if count == 1 then
      t[size] = ...
      return
    end
    if count ~= 2 then error("wrong number of arguments to 'insert'", 2) end
    local place, value = ...
    place = math.tointeger(place) or error("bad argument #2 to 'insert' (number expected)", 2)
    if place < 1 or place > size then error("bad argument #2 to 'insert' (position out of bounds)", 2) end
    for i = size, place + 1, -1 do t[i] = t[i - 1] end
    t[place] = value
  end

  function lists.remove(t, place)
    local size = #t
    if place == nil then place = size end
    place = math.tointeger(place) or error("bad argument #2 to 'remove' (number expected)", 2)
    if size + 1 ~= place and not (size == 0 and place == 0) and (place < 1 or place > size + 1) then
      error("bad argument #2 to 'remove' (position out of bounds)", 2)
    end
    local removed = t[place]
    while place < size do
      t[place] = t[place + 1]
      place = place + 1
    end
    t[place] = nil
    return removed
  end

  function lists.move(from, first, last, place, to)
    to = to or from
    if last < first then return to end
    if place > last or place <= first or to ~= from then
      for i = 0, last - first do to[place + i] = from[first + i] end
    else
      for i = last - first, 0, -1 do to[place + i] = from[first + i] end
    end
    return to
  end

  -- math: chance comes from the message --------------------------------------------------

  local numbers = {}
  for name, f in next, math do numbers[name] = f end

  local function chance()
    sandbox.seed = sandbox.seed * 6364136223846793005 + 1442695040888963407
    local high = sandbox.seed ~ (sandbox.seed >> 29)
    return (high * -4658895280553007687) >> 11
  end

  function numbers.random(...)
    local count, low, high = select("#", ...), ...
    local drawn = chance()
    if count == 0 then return drawn / 2.0 ^ 53 end
    if count == 1 then low, high = 1, low end
    low = math.tointeger(low) or error("bad argument #1 to 'random' (number has no integer representation)", 2)
    high = math.tointeger(high) or error("bad argument #2 to 'random' (number has no integer representation)", 2)
    if low > high then error("bad argument #" .. count .. " to 'random' (interval is empty)", 2) end
    local size = high - low + 1
    return size <= 0 and low + drawn or low + drawn % size
  end

  function numbers.randomseed(n)
    sandbox.seed = floor(tonumber(n) or 0)
  end

  -- os: the clock is the message's -------------------------------------------------------

  local system = {}

  function system.time(parts)
    return parts and time(parts) or sandbox.clock
  end

  function system.date(form, at)
    form = form or "%c"
    if form:sub(1, 1) ~= "!" then form = "!" .. form end
    return date(form, at or floor(sandbox.clock / 1000))
  end

  function system.clock() return 0.0 end
  function system.difftime(a, b) return (a - (b or 0)) + 0.0 end

  local threads = {
    create = limits.create, resume = limits.resume, wrap = limits.wrap, status = limits.status,
    yield = coroutine.yield, running = coroutine.running, isyieldable = coroutine.isyieldable,
  }
  local inspection = {
    traceback = function(message) return message end,
  }

  sandbox.libraries = {
    string = text, table = lists, math = numbers, utf8 = utf8, os = system,
    coroutine = threads, debug = inspection,
  }
  local names = {}
  for name in next, sandbox.libraries do names[#names + 1] = name end
  sort(names)
  for _, name in ipairs(names) do std[name] = sandbox.view(sandbox.libraries[name]) end
  getmetatable("").__index = std.string

  -- The globals: what a contract defines lies in the table itself, the rest behind it.
  local globals = {}
  local global_meta = {
    __index = std,
    __newindex = function(t, name, value)
      if value == nil and std[name] ~= nil then thaw(t) end
      rawset(t, name, value)
    end,
  }
  hidden[global_meta], real_of[globals] = true, std
  sandbox.globals, sandbox.global_meta = globals, global_meta
  setmetatable(globals, global_meta)
  std._G = globals
  return sandbox
end
