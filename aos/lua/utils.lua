-- What aos has as `Utils` and `require(".utils")`: functions of lists and tables (SEMANTICS A7).

local type, rawget, select, floor, max = type, rawget, select, math.floor, math.max
local error, format, insert, unpack = error, string.format, table.insert, table.unpack
local getinfo, getmetatable = debug.getinfo, debug.getmetatable

return function(sandbox, limits, build)
  local utils = {}
  -- What functions that go into states are made of: the host knows these by name.
  local parts = {}
  local portable, text = sandbox.portable, sandbox.libraries.string
  local pairs = sandbox.std.pairs

  -- As aos says it, with its line.
  local function want(is_right, line, what)
    if not is_right then error(format('[string ".utils"]:%d: %s', line, what), 0) end
  end
  local function want_function(f, line) want(type(f) == "function", line, "first argument should be a unary function") end

  -- Lists -------------------------------------------------------------------------------

  -- The places of a table that are numbers from 1 on, and the last; nothing if it has others.
  local function places_of(t)
    local count, last = 0, 0
    for key in sandbox.pairs(t) do
      if type(key) ~= "number" or key < 1 or floor(key) ~= key then return nil end
      count, last = count + 1, max(last, key)
    end
    return count, last
  end

  local function is_list(t)
    if type(t) ~= "table" then return false end
    local count, last = places_of(t)
    if count and count < last then
      limits.refuse("Utils with a list that has a hole: what its length is depends on how it was filled")
    end
    return count ~= nil and last == #t
  end

  local function is_plain(t)
    local meta = getmetatable(t)
    return not (meta and rawget(meta, "__pairs"))
  end

  local function in_places(t, last)
    local place = 0
    return function()
      while place < last do
        place = place + 1
        local value = rawget(t, place)
        if value ~= nil then return place, value end
      end
    end
  end

  -- A list has one order on aos, too: any other table has one that nobody says.
  local function each(t)
    local count, last
    if is_plain(t) then count, last = places_of(t) end
    if count == last and count then return in_places(t, last) end
    return pairs(t)
  end

  sandbox.each = each

  -- Functions of some arguments ---------------------------------------------------------

  local function with_first(f, first)
    return function(...) return f(first, ...) end
  end

  local function taking(take, f, arity)
    return function(...) return take(f, arity, ...) end
  end

  local function curried(f, arity)
    if arity < 2 then return f end
    return portable(taking(parts.take, f, arity))
  end

  -- With fewer arguments than it takes, it is a function of the others. As on aos, only the
  -- first is kept then.
  function parts.take(f, arity, ...)
    local given = { ... }
    local count = #given
    if count >= arity then return f(unpack(given, 1, count)) end
    return curried(portable(with_first(f, (given[1]))), arity - count)
  end

  local function define(name, arity, f)
    parts[name] = f
    utils[name] = function(...) return parts.take(f, arity, ...) end
  end

  function utils.curry(f, arity)
    want(type(f) == "function", 345, "function is required as first argument")
    if not arity and sandbox.is_of_host(f) then
      limits.refuse("Utils.curry of a function of aos without a number: how many arguments it takes is not known here")
    end
    return curried(f, arity or getinfo(f, "u").nparams)
  end

  -- Going through tables ------------------------------------------------------------------

  local function reduce(f, result, t)
    for key, value in each(t) do
      if result == nil then result = value else result = f(result, value, key) end
    end
    return result
  end

  define("reduce", 3, function(f, initial, t)
    want(type(f) == "function", 443, "first argument should be a function that accepts (result, value, key)")
    want(is_list(t), 445, "third argument should be a table that is an array")
    return reduce(f, initial, t)
  end)

  define("map", 2, function(f, t)
    want_function(f, 485)
    want(is_list(t), 487, "second argument should be an Array")
    return reduce(function(result, value, key)
      result[key] = f(value, key)
      return result
    end, {}, t)
  end)

  define("filter", 2, function(f, t)
    want_function(f, 523)
    want(is_list(t), 525, "second argument should be an Array")
    return reduce(function(result, value)
      if f(value) then insert(result, value) end
      return result
    end, {}, t)
  end)

  local function find(f, t)
    for _, value in each(t) do
      if f(value) then return value end
    end
  end

  define("find", 2, function(f, t)
    want_function(f, 565)
    want(type(t) == "table", 567, "second argument should be a table that is an array")
    return find(f, t)
  end)

  define("includes", 2, function(wanted, t)
    want(type(t) == "table", 727, "argument needs to be a table")
    want(is_list(t), 729, "argument should be a table that is an array")
    return find(function(value) return value == wanted end, t) ~= nil
  end)

  define("concat", 2, function(one, other)
    want(type(one) == "table", 395, "first argument should be a table that is an array")
    want(type(other) == "table", 397, "second argument should be a table that is an array")
    want(is_list(one), 399, "first argument should be a table")
    want(is_list(other), 401, "second argument should be a table")
    local result = {}
    for i = 1, #one do result[i] = one[i] end
    for i = 1, #other do result[#one + i] = other[i] end
    return result
  end)

  define("prop", 2, function(name, object) return object[name] end)

  define("propEq", 3, function(name, value, object)
    want(type(name) == "string", 601, "first argument should be a string")
    want(type(value) == "string", 603, "second argument should be a string")
    want(type(object) == "table", 605, "third argument should be a table<object>")
    return object[name] == value
  end)

  function utils.reverse(t)
    want(type(t) == "table", 629, "argument needs to be a table that is an array")
    want(is_list(t), 445, "third argument should be a table that is an array")
    return reduce(function(result, value, i)
      result[#t - i + 1] = value
      return result
    end, {}, t)
  end

  function parts.apply(functions, value)
    for i = #functions, 1, -1 do
      want(type(functions[i]) == "function", 675, "each argument needs to be a function")
      value = functions[i](value)
    end
    return value
  end

  local function applying(apply, functions)
    return function(value) return apply(functions, value) end
  end

  define("compose", 2, function(...)
    local functions = { ... }
    for i = 1, select("#", ...) do
      if functions[i] == nil then limits.refuse("Utils.compose with nil in the place of a function") end
    end
    return portable(applying(parts.apply, functions))
  end)

  function utils.keys(t)
    want(type(t) == "table", 749, "argument needs to be a table")
    local keys = {}
    for key in each(t) do insert(keys, key) end
    return keys
  end

  function utils.values(t)
    want(type(t) == "table", 777, "argument needs to be a table")
    local values = {}
    for _, value in each(t) do insert(values, value) end
    return values
  end

  -- Texts -------------------------------------------------------------------------------

  function utils.capitalize(word)
    if type(word) ~= "string" or word == "" then return word end
    return text.upper(text.sub(word, 1, 1)) .. text.lower(text.sub(word, 2))
  end

  -- As names of tags are written: Title-Case, with dashes.
  function utils.normalize(name)
    if type(name) ~= "string" then return name end
    local dashed = text.lower(text.gsub(name, "_", "-"))
    return (text.gsub(text.gsub(dashed, "^%l", text.upper), "%-%l", text.upper))
  end

  -- Builds that take no text of a pattern for one of Lua have neither.
  if not build.loose_patterns then utils.capitalize, utils.normalize = nil, nil end

  utils.matchesPattern, utils.matchesSpec = sandbox.matches_pattern, sandbox.matches_spec

  local function going_on(matches, pattern)
    return function(msg)
      local matched = matches(msg, pattern)
      if not matched or matched == 0 or matched == "skip" then return matched end
      return 1
    end
  end

  -- What `Handlers.utils` has besides.
  function parts.continue(pattern) return portable(going_on(utils.matchesSpec, pattern)) end

  return utils, sandbox.view(utils), parts
end
