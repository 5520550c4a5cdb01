-- The standard library as a contract may see it: nothing that reaches the machine, nothing
-- that depends on addresses, on the clock or on the order in which a table was filled, and
-- nothing that can run for long without executing instructions of Lua.

local type, next, rawget, rawset, rawequal, rawlen = type, next, rawget, rawset, rawequal, rawlen
local getmetatable, setmetatable, tostring, error, select = getmetatable, setmetatable, tostring, error, select
local real_getmetatable, real_setmetatable = debug.getmetatable, debug.setmetatable
local load, ipairs, tonumber = load, ipairs, tonumber
local sort, concat, pack, unpack, math_type = table.sort, table.concat, table.pack, table.unpack, math.type
local byte, find, match, sub = string.byte, string.find, string.match, string.sub
local format, to_whole = string.format, math.tointeger
local string, table, math, utf8 = string, table, math, utf8
local floor, min, date = math.floor, math.min, os.date

-- What costs as much as one instruction: bytes that are compiled or read one by one, parts that
-- are put together, values that are moved.
local BYTES_COMPILED, BYTES_READ, PARTS_COPIED, VALUES_MOVED = 4, 16, 64, 8
-- Values that one call may hand over at once: each instruction that passes them on copies them.
local MOST_VALUES = 4096
-- The longest text: `work.rs` sees to it.
local LONGEST_TEXT = 1 << 20

local RANK = { number = 1, string = 2, boolean = 3 }

-- Numbers, then texts, then booleans; what has no order of its own comes last.
local function precedes(a, b)
  local kind_a, kind_b = type(a), type(b)
  if kind_a ~= kind_b then return (RANK[kind_a] or 4) < (RANK[kind_b] or 4) end
  if kind_a == "boolean" then return not a and b end
  return RANK[kind_a] and a < b
end

return function(limits, libraries, dependences, hook, bits)
  local cost_of, too_much = hook.cost, hook.too_much
  local std = {}
  local of_text, of_number = dependences.of_text, dependences.of_number
  local sandbox = { std = std, order = "sorted", clock = 0, height = 0, seed = 0, output = {} }

  -- Where it was is noted before a `pcall` leaves that place.
  local function refuse(text, ...)
    if not limits.tripped then limits.refused_at = limits.stack() end
    return limits.refuse(text, ...)
  end
  sandbox.refuse = refuse
  sandbox.RANK, sandbox.precedes = RANK, precedes

  -- Library tables stand behind a view that is empty until somebody writes to it. So a look
  -- at the view says whether the library is as it was.
  local real_of, hidden, view_meta = {}, setmetatable({}, { __mode = "k" }), {}
  -- The name behind which contracts can change a view without writing to it, and what of the
  -- view is left when it is written to.
  local open_of, thawed_meta = {}, {}
  sandbox.real_of, sandbox.hidden, sandbox.views, sandbox.open_of = real_of, hidden, {}, open_of

  -- Views whose content somebody has looked at, or changed, since the last image.
  local touched = {}
  sandbox.touched = touched

  -- Views that were written to.
  local thawed = {}
  function sandbox.is_any_thawed() return next(thawed) ~= nil end

  local function thaw(view)
    local stays = sandbox.stays
    thawed[view] = true
    if rawequal(view, sandbox.globals) then sandbox.wear(nil) else real_setmetatable(view, thawed_meta[view]) end
    for name, value in next, real_of[view] do
      if not stays(view, name) then rawset(view, name, value) end
    end
  end
  sandbox.thaw = thaw

  local function is_frozen(t)
    local meta = view_meta[t]
    return meta and rawequal(real_getmetatable(t), meta)
  end
  sandbox.is_frozen = is_frozen

  function sandbox.freeze(view)
    for name in next, view do rawset(view, name, nil) end
    real_setmetatable(view, view_meta[view])
    thawed[view] = nil
  end

  -- What is left of a view that was written to: some names still lead to the host.
  local function half_thawed(real, open)
    local meta = {
      __index = function(t, name)
        if open and name == open then touched[t] = true end
        return sandbox.behind(t, name)
      end,
      __newindex = function(t, name, value)
        if not open or name ~= open then
          if not sandbox.may_change(t, name, value) then return end
          return rawset(t, name, value)
        end
        touched[t], real[open] = true, value
      end,
    }
    hidden[meta] = true
    return meta
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
    open_of[view], thawed_meta[view] = open, half_thawed(real, open)
    local meta = {
      __index = index,
      __len = function() return #real end,
      __newindex = function(t, name, value)
        if open and name == open then
          touched[t], real[name] = true, value
          return
        end
        if not sandbox.may_change(t, name, value) then return end
        thaw(t)
        rawset(t, name, value)
      end,
    }
    hidden[meta], real_of[view], view_meta[view] = true, real, meta
    sandbox.views[#sandbox.views + 1] = view
    return setmetatable(view, meta)
  end

  -- Tables and functions as keys are ordered by what is in them.
  local function by_content(a, b, texts)
    local text_a, text_b = texts[a], texts[b]
    if text_a == text_b and not rawequal(a, b) then
      refuse("pairs on a table with keys that cannot be told apart: their order depends on addresses")
    end
    return text_a < text_b
  end

  -- What puts keys in order that are not all names.
  local function order_of(keys, count)
    local texts, nameless = {}, 0
    for place = 1, count do
      if not RANK[type(keys[place])] then nameless = nameless + 1 end
    end
    if nameless < 2 then return precedes end
    for place = 1, count do
      local key = keys[place]
      if not RANK[type(key)] then texts[key] = sandbox.key_text(key) end
    end
    return function(a, b)
      if texts[a] and texts[b] then return by_content(a, b, texts) end
      return precedes(a, b)
    end
  end

  -- Keys that stand behind a view, in a list.
  local function keys_behind(t, keys)
    local count, frozen = 0, is_frozen(t)
    sandbox.may_walk(t)
    touched[t] = true
    for name in next, real_of[t] do
      if rawget(t, name) == nil and (frozen or sandbox.stays(t, name)) then
        count = count + 1
        keys[count] = name
      end
    end
    return count
  end

  local function keys_of(t)
    local keys, count, all_names = {}, 0, true
    local fields = sandbox.fields_behind(t)
    dependences.look_through(t)
    if real_of[t] then count, all_names = keys_behind(t, keys), false end
    if fields then count = sandbox.keys_behind_fields(t, fields, keys) end
    for name in next, t do
      count = count + 1
      keys[count] = name
      if type(name) ~= "string" then all_names = false end
    end
    -- Names alone are in order as they are compared by themselves.
    if count > 1 then
      if all_names then sort(keys) else sort(keys, order_of(keys, count)) end
    end
    if sandbox.order == "reversed" then
      for place = 1, count // 2 do
        keys[place], keys[count + 1 - place] = keys[count + 1 - place], keys[place]
      end
    end
    return keys, count
  end

  local function value_at(t, name, is_walk)
    local hidden_value = dependences.look_at(t, name)
    if hidden_value ~= nil then return hidden_value end
    if open_of[t] == name then touched[t] = true end
    local value = rawget(t, name)
    if value ~= nil then return value end
    if real_of[t] then return sandbox.behind(t, name) end
    local fields = sandbox.fields_behind(t)
    if fields then return sandbox.field_behind(t, fields, name, is_walk) end
  end

  local function want_table(t, name)
    if type(t) ~= "table" then
      error("bad argument #1 to '" .. name .. "' (table expected, got " .. (t == nil and "no value" or type(t)) .. ")", 3)
    end
  end

  function std.next(t, key)
    want_table(t, "next")
    local keys, count = keys_of(t)
    dependences.order(count)
    if key == nil then return keys[1], keys[1] ~= nil and value_at(t, keys[1], true) or nil end
    for place = 1, count do
      if rawequal(keys[place], key) then
        local after = keys[place + 1]
        if after == nil then return nil end
        return after, value_at(t, after, true)
      end
    end
    error("invalid key to 'next'", 2)
  end

  local function pairs_of(t, is_contract)
    local meta = type(t) ~= "string" and real_getmetatable(t)
    if meta and not hidden[meta] and rawget(meta, "__pairs") then
      local step, state, first = meta.__pairs(t)
      return step, state, first
    end
    want_table(t, "for iterator")
    local keys, count = keys_of(t)
    if is_contract then dependences.order(count) end
    local place, value_of = 0, (real_of[t] or sandbox.fields_behind(t)) and value_at or rawget
    return function()
      while place < count do
        place = place + 1
        local value = value_of(t, keys[place], true)
        -- What was removed on the way is passed over.
        if value ~= nil then return keys[place], value end
      end
    end, t, nil
  end
  function std.pairs(t) return pairs_of(t, true) end
  -- For the host, where no order is seen.
  function sandbox.pairs(t) return pairs_of(t, false) end

  function std.rawget(t, name)
    want_table(t, "rawget")
    return value_at(t, name)
  end

  function std.rawset(t, name, value)
    want_table(t, "rawset")
    if not sandbox.may_change(t, name, value) then return t end
    dependences.set(t, name)
    if is_frozen(t) and not rawequal(t, sandbox.globals) then thaw(t) end
    return rawset(t, name, value)
  end

  function std.getmetatable(value)
    local meta = real_getmetatable(value)
    if rawequal(value, sandbox.globals) then meta = sandbox.worn() end
    if meta == nil or hidden[meta] then return nil end
    local shown = rawget(meta, "__metatable")
    if shown ~= nil then return shown end
    return meta
  end

  -- What a table wears in the place of a metatable; nothing where all wear what they are given.
  local guards_lengths
  function sandbox.guard_lengths(instead) guards_lengths = instead end

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
    local is_globals = rawequal(t, sandbox.globals)
    if is_globals then sandbox.may_be_worn(meta) else sandbox.may_wear(t) end
    local old = is_globals and sandbox.worn() or real_getmetatable(t)
    if old and not hidden[old] and rawget(old, "__metatable") ~= nil then
      error("cannot change a protected metatable", 2)
    end
    if is_frozen(t) then thaw(t) end
    if is_globals then
      sandbox.wear(meta)
      return t
    end
    -- What has another metatable shows all that it has.
    dependences.look_through(t)
    if guards_lengths then meta = guards_lengths(t, meta) end
    return setmetatable(t, meta)
  end

  -- Around a call that is none of the contract's, so that what it throws for want of memory
  -- bears no place: `limits.lua` knows it by that.
  local function as_they_are(...) return ... end

  local NAMELESS = { table = true, ["function"] = true, thread = true, userdata = true }

  -- No address is shown: it differs from run to run. `nameless` is called for what has nothing
  -- else to show.
  local function shown(value, nameless)
    local kind = type(value)
    if not NAMELESS[kind] then return tostring(value) end
    local meta = kind == "table" and real_getmetatable(value)
    local named = meta and not hidden[meta] and rawget(meta, "__tostring")
    if named then
      local text = named(value)
      if type(text) ~= "string" then error("'__tostring' must return a string", 2) end
      return text
    end
    if nameless then nameless(kind) end
    return kind .. ": (no address)"
  end
  sandbox.shown = shown

  local function refuse_address(kind)
    refuse("tostring of a %s: its address differs from run to run; print it, or make a text of what is in it", kind)
  end

  function std.tostring(...)
    if select("#", ...) == 0 then error("bad argument #1 to 'tostring' (value expected)", 2) end
    return shown((...), refuse_address)
  end

  function std.print(...)
    local texts = pack(...)
    for place = 1, texts.n do texts[place] = shown(texts[place]) end
    sandbox.output[#sandbox.output + 1] = concat(texts, "\t", 1, texts.n)
  end

  -- A name that errors show as Lua shows what is given, but no other code is known by: "@" is
  -- before files, "=?" is what the host's own code is called.
  local LONGEST_NAME = 59
  local function chunk_name(name)
    local first, rest = sub(name, 1, 1), sub(name, 2)
    if first == "@" and #rest > LONGEST_NAME then rest = "..." .. sub(rest, 3 - LONGEST_NAME) end
    if first ~= "@" and first ~= "=" then return name end
    return rest == "?" and "=(load)" or "=" .. rest
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
    if byte(chunk, 1) == 27 then return nil, "attempt to load a binary chunk (mode is 't')" end
    local environment = sandbox.globals
    if select("#", ...) > 0 then environment = ... end
    dependences.number(chunk)
    limits.charge(#chunk // BYTES_COMPILED)
    local why = too_much(chunk)
    if why then refuse("load: %s", why) end
    local made, why = limits.compiled(load(chunk, chunk_name(name or chunk), "t", environment))
    if made then
      dependences.loaded()
      sandbox.keep_source(chunk)
    end
    return made, why
  end

  -- What a contract has as modules: by name, and what makes them when they are asked for first.
  local own = { loaded = {}, preload = {} }
  sandbox.own_modules = own

  -- As in Lua 5.3: what a module returns is kept, or true.
  local function preloaded(name, loader)
    local made = loader(name)
    if made ~= nil then own.loaded[name] = made end
    if own.loaded[name] == nil then own.loaded[name] = true end
    return own.loaded[name]
  end

  function std.require(name)
    if math_type(name) then name = tostring(name) end
    if libraries[name] then return libraries[name]() end
    sandbox.may_require(name)
    local known = name ~= nil and rawget(own.loaded, name)
    if known then return known end
    local loader = name ~= nil and rawget(own.preload, name)
    if loader then return preloaded(name, loader) end
    error("module '" .. shown(name) .. "' not found: not in package.loaded or package.preload, and no file beside the contract's", 2)
  end

  -- How much memory is used, or was set for it, is not part of a state.
  function std.collectgarbage(option)
    if option == nil or option == "collect" or option == "stop" or option == "restart" then return 0 end
    if option == "isrunning" then return true end
    refuse("collectgarbage('%s'): what it answers is not part of a state", shown(option))
  end

  local read_number = dependences.of_reading(tonumber)
  function std.tonumber(...)
    local text = ...
    if type(text) == "string" and #text > BYTES_READ then limits.charge(#text // BYTES_READ) end
    return read_number(...)
  end

  local plain = { "assert", "error", "ipairs", "rawequal" }
  for _, name in ipairs(plain) do std[name] = _G[name] end
  std.select, std.type = of_number(select), dependences.of_type(type)
  std.pcall, std.xpcall, std._VERSION = limits.pcall, limits.xpcall, _VERSION

  -- string -----------------------------------------------------------------------------

  local text = {}
  for name, f in next, string do text[name] = f end
  text.dump = nil
  for _, name in ipairs({ "sub", "reverse", "lower", "upper", "len", "unpack" }) do text[name] = of_text(string[name]) end
  text.char, text.pack = of_number(string.char), of_number(string.pack)

  function text.rep(s, n, separator)
    if s == "" and (separator == nil or separator == "") then return "" end
    local times = tonumber(n)
    dependences.number(n)
    if times and times > 0 and type(s) == "string" then
      local part = #s + (type(separator) == "string" and #separator or 0)
      local size = part * 1.0 * times
      -- What no machine could hold throws.
      if size > LONGEST_TEXT and size < 2.0 ^ 62 then limits.trip_memory() end
      limits.charge(min(times, LONGEST_TEXT) // PARTS_COPIED)
    end
    return string.rep(s, n, separator)
  end

  -- So many values are handed over at once.
  local function hand_over(count)
    if count > MOST_VALUES then limits.trip("memory", format("more than %d values at once", MOST_VALUES)) end
    if count > VALUES_MOVED then limits.charge(count // VALUES_MOVED) end
  end

  -- How many places of a text there are from first to last, where either may be counted from
  -- its end.
  local function places(s, first, last)
    if type(s) ~= "string" then return 0 end
    first, last = tonumber(first) or 1, tonumber(last) or 1
    if first < 0 then first = #s + 1 + first end
    if last < 0 then last = #s + 1 + last end
    return min(last, #s) - (first > 1 and first or 1) + 1
  end

  local function handing_over(f)
    return function(s, first, last)
      if last ~= nil then hand_over(places(s, first, last)) end
      return as_they_are(f(s, first, last))
    end
  end
  text.byte = handing_over(of_text(string.byte))

  -- Each reads a text to its end.
  local function reading(name, f)
    return function(...)
      local s = ...
      local kind = type(s)
      if kind == "string" then
        if #s > BYTES_READ then limits.charge(#s // BYTES_READ) end
      elseif kind ~= "number" then
        if select("#", ...) == 0 then kind = "no value" end
        error("bad argument #1 to '" .. name .. "' (string expected, got " .. kind .. ")", 2)
      end
      return f(...)
    end
  end
  for _, name in ipairs({ "lower", "upper", "reverse", "pack", "packsize", "unpack" }) do
    text[name] = reading(name, text[name])
  end

  -- How large these are, builds of aos do not agree (SEMANTICS A7).
  local function same_size(name, f)
    return function(form, ...)
      local native = type(form) == "string" and (match(form, "[lLT]") or match(form .. " ", "s%D"))
      if native then
        refuse("string.%s with '%s': it has 8 bytes on some builds of aos, 4 on others; say how many, as in i8, I4 or s4",
          name, sub(native, 1, 1))
      end
      return as_they_are(f(form, ...))
    end
  end
  for _, name in ipairs({ "pack", "packsize", "unpack" }) do text[name] = same_size(name, text[name]) end

  local OF_NUMBER = "%%[-+ #0-9.]*[acdeginouxAEGX]"
  function text.format(form, ...)
    local values = pack(...)
    for place = 1, values.n do
      if NAMELESS[type(values[place])] then values[place] = std.tostring(values[place]) end
      if type(values[place]) == "string" then limits.charge(#values[place] // BYTES_READ) end
      if type(form) == "string" and find(form, OF_NUMBER) then dependences.number(values[place]) end
    end
    if type(form) == "string" then limits.charge(#form // BYTES_READ) end
    return string.format(form, unpack(values, 1, values.n))
  end

  -- Matching takes at most about length ^ repetitions steps, once more for each place where it
  -- may begin, twice as many for each `?`, and none is an instruction of Lua. Each step
  -- looks at one character, or at a set, which can be as long as the pattern.
  local STEPS, STEPS_OF_INSTRUCTION = 200000000, 100

  local function spend(steps, subject, pattern)
    if steps > STEPS then
      limits.trip("instructions", string.format("the pattern %q on a text of %d bytes can take too long", sub(pattern, 1, 40), #subject))
    end
    limits.charge(steps // STEPS_OF_INSTRUCTION)
  end

  local function affordable(subject, pattern, again)
    if type(subject) ~= "string" or type(pattern) ~= "string" then return end
    limits.charge(#pattern // BYTES_READ)
    local exponent, ways = cost_of(pattern)
    spend((#subject + 1.0) ^ (exponent + (again or 0)) * ways, subject, pattern)
  end

  local function guarded(name, again)
    local f = of_text(string[name])
    text[name] = function(subject, pattern, ...)
      affordable(subject, pattern, again)
      return f(subject, pattern, ...)
    end
  end
  guarded("match")
  -- Here `^` is no anchor.
  guarded("gmatch", 1)
  guarded("gsub")

  -- What takes the place of a match may be a function of the host's, or a table.
  local substitute = text.gsub
  function text.gsub(subject, pattern, by, ...)
    if type(subject) == "string" and type(by) ~= "string" then limits.charge(#subject) end
    return substitute(subject, pattern, by, ...)
  end

  local find_in = of_text(string.find)

  function text.find(subject, pattern, init, plain_text)
    if not plain_text then
      affordable(subject, pattern)
    elseif type(subject) == "string" and type(pattern) == "string" then
      spend(#subject * 1.0 * #pattern, subject, pattern)
    end
    return find_in(subject, pattern, init, plain_text)
  end

  -- table: the loops of the original can be told to run for 2^63 rounds -----------------

  -- More than fit on the stack, on any platform.
  local MOST_RESULTS = 1000000
  local lists = { pack = table.pack }

  function lists.unpack(t, first, last)
    first, last = first or 1, last or #t
    local low, high = to_whole(first), to_whole(last)
    if low and high and low <= high and (high - low < 0 or high - low >= MOST_RESULTS) then
      error("bad argument #3 to 'unpack' (too many results to unpack)", 2)
    end
    if low and high and low <= high then hand_over(high - low + 1) end
    return as_they_are(unpack(t, first, last))
  end

  -- A table with a metatable says itself how long it is and what is in it.
  local function gathered(t, first, last)
    local parts = {}
    for place = first, last do
      local part = t[place]
      if type(part) ~= "string" and type(part) ~= "number" then
        error("invalid value (at index " .. place .. ") in table for 'concat'", 3)
      end
      parts[#parts + 1] = part
    end
    return parts, 1, #parts
  end

  function lists.concat(t, separator, first, last)
    want_table(t, "concat")
    first, last = to_whole(first or 1), to_whole(last or #t)
    if not first or not last then error("bad argument to 'concat' (number expected)", 2) end
    -- Beyond its length the loop of the original would not be counted.
    local is_list = sandbox.lengths.is_list(t) and first >= 1 and last <= rawlen(t)
    if not is_list then t, first, last = gathered(t, first, last) end
    if last > first then limits.charge((last - first) // VALUES_MOVED) end
    return concat(t, separator, first, last)
  end

  -- The quicksort of Lua 5.3, which moves equal elements in the same way, but whose pivot is
  -- never a matter of chance.
  local function partition(t, low, high, pivot, less)
    local i, j = low, high - 1
    while true do
      i = i + 1
      while less(t[i], pivot) do
        if i == high - 1 then error("invalid order function for sorting", 0) end
        i = i + 1
      end
      j = j - 1
      while less(pivot, t[j]) do
        if j < i then error("invalid order function for sorting", 0) end
        j = j - 1
      end
      if j < i then
        t[high - 1], t[i] = t[i], t[high - 1]
        return i
      end
      t[i], t[j] = t[j], t[i]
    end
  end

  local function quicksort(t, low, high, less)
    while low < high do
      if less(t[high], t[low]) then t[low], t[high] = t[high], t[low] end
      if high - low == 1 then return end
      local middle = (low + high) // 2
      if less(t[middle], t[low]) then
        t[middle], t[low] = t[low], t[middle]
      elseif less(t[high], t[middle]) then
        t[middle], t[high] = t[high], t[middle]
      end
      if high - low == 2 then return end
      local pivot = t[middle]
      t[middle], t[high - 1] = t[high - 1], pivot
      middle = partition(t, low, high, pivot, less)
      if middle - low < high - middle then
        quicksort(t, low, middle - 1, less)
        low = middle + 1
      else
        quicksort(t, middle + 1, high, less)
        high = middle - 1
      end
    end
  end

  local function ascending(a, b) return a < b end

  function lists.sort(t, less)
    want_table(t, "sort")
    local size = #t
    if size < 2 then return end
    if size >= 2147483647 then error("bad argument #1 to 'sort' (array too big)", 2) end
    if less ~= nil and type(less) ~= "function" then
      error("bad argument #2 to 'sort' (function expected, got " .. type(less) .. ")", 2)
    end
    quicksort(t, 1, size, less or ascending)
  end

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
    if first <= 0 and last >= math.maxinteger + first then
      error("bad argument #3 to 'move' (too many elements to move)", 2)
    end
    if place > math.maxinteger - (last - first) then
      error("bad argument #4 to 'move' (destination wrap around)", 2)
    end
    if place > last or place <= first or to ~= from then
      for i = 0, last - first do to[place + i] = from[first + i] end
    else
      for i = last - first, 0, -1 do to[place + i] = from[first + i] end
    end
    return to
  end

  -- math: chance comes from the message --------------------------------------------------

  local numbers = {}
  for name, f in next, math do numbers[name] = type(f) == "function" and of_number(f) or f end

  local function chance()
    sandbox.seed = sandbox.seed * 6364136223846793005 + 1442695040888963407
    local high = sandbox.seed ~ (sandbox.seed >> 29)
    return (high * -4658895280553007687) >> 11
  end

  function numbers.random(...)
    local count, low, high = select("#", ...), ...
    dependences.chance()
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
    dependences.chance()
    sandbox.seed = to_whole(floor(tonumber(n) or 0)) or 0
  end

  -- os: the clock is the message's -------------------------------------------------------

  local system = {}

  -- Whatever it is given: on the platform, too, it returns the Timestamp (SEMANTICS A3).
  function system.time()
    dependences.clock()
    return sandbox.clock
  end

  function system.date(form, at)
    form = form or "%c"
    if at == nil then dependences.clock() end
    if sub(form, 1, 1) ~= "!" then form = "!" .. form end
    return date(form, at or floor((sandbox.clock or 0) / 1000))
  end

  function system.clock()
    dependences.clock()
    return 0.0
  end
  function system.difftime(a, b) return (a - (b or 0)) + 0.0 end

  local codes = {}
  for name, f in next, utf8 do codes[name] = f end
  codes.codepoint, codes.codes = handing_over(of_text(utf8.codepoint)), of_text(utf8.codes)
  codes.len, codes.offset = reading("len", of_text(utf8.len)), reading("offset", of_text(utf8.offset))
  codes.char = of_number(utf8.char)

  local running, isyieldable, yield = coroutine.running, coroutine.isyieldable, coroutine.yield

  -- On aos, handlers themselves run in a coroutine.
  local function is_handler()
    local _, is_main = running()
    return is_main
  end

  local threads = {
    create = limits.create, resume = limits.resume, wrap = limits.wrap, status = limits.status,
    running = function() return (running()), false end,
    isyieldable = function() return is_handler() or isyieldable() end,
    yield = function(...)
      if is_handler() then refuse("coroutine.yield: a handler that waits for a later message cannot be part of a state") end
      return yield(...)
    end,
  }
  local inspection = {
    traceback = function() refuse("debug.traceback: what it says of aos itself is not known here; take the error as it is, by function(e) return e end") end,
  }

  sandbox.libraries = {
    string = text, table = lists, math = numbers, utf8 = codes, os = system,
    coroutine = threads, debug = inspection, bit32 = bits,
  }
  local names = {}
  for name in next, sandbox.libraries do names[#names + 1] = name end
  sort(names)
  for _, name in ipairs(names) do std[name] = sandbox.view(sandbox.libraries[name]) end
  local string_meta = real_getmetatable("")
  string_meta.__index = std.string

  -- The globals: what a contract defines lies in the table itself, the rest behind it.
  local globals = {}
  local global_meta = {
    __index = std,
    __newindex = function(t, name, value)
      if not sandbox.may_change(t, name, value) then return end
      if value == nil and rawget(std, name) ~= nil then thaw(t) end
      rawset(t, name, value)
    end,
  }
  hidden[global_meta], real_of[globals], view_meta[globals] = true, std, global_meta
  sandbox.globals, sandbox.global_meta = globals, global_meta
  -- Until they are guarded, nothing is.
  function sandbox.stays(view, name) return name == open_of[view] end
  setmetatable(globals, global_meta)
  std._G = globals
  return sandbox
end
