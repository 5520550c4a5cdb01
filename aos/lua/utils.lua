-- What aos has as `Utils` and `require(".utils")`: functions of lists and tables (SEMANTICS A7).

local type, assert, ipairs, select, floor, max = type, assert, ipairs, select, math.floor, math.max
local insert = table.insert

return function(sandbox, limits)
  local utils = {}
  local portable = sandbox.portable
  local pairs = sandbox.std.pairs

  local function with_first(f, first)
    return function(...) return f(first, ...) end
  end

  -- With fewer arguments than it takes, it is a function of the others. aos loses arguments
  -- where some are missing and it was not given exactly one.
  local function curried(name, arity, f)
    utils[name] = function(...)
      local given = #{ ... }
      if given >= arity then return f(...) end
      if given ~= 1 then limits.refuse("Utils.%s with %d of %d arguments: give one, or all", name, given, arity) end
      return portable(with_first(utils[name], (...)))
    end
  end

  local function want_table(t) assert(type(t) == "table", "last argument should be a table") end
  local function want_function_and_table(f, t)
    assert(type(f) == "function", "first argument should be a function")
    want_table(t)
  end

  local function is_list(t)
    if type(t) ~= "table" then return false end
    local last = 0
    for key in sandbox.pairs(t) do
      if type(key) ~= "number" or key < 1 or floor(key) ~= key then return false end
      last = max(last, key)
    end
    return last == #t
  end

  -- A list has one order on aos, too: any other table has one that nobody says.
  local function each(t)
    if is_list(t) then return ipairs(t) end
    return pairs(t)
  end

  local function reduce(f, result, t)
    for key, value in each(t) do
      if result == nil then result = value else result = f(result, value, key) end
    end
    return result
  end

  curried("reduce", 3, function(f, initial, t)
    want_function_and_table(f, t)
    return reduce(f, initial, t)
  end)

  curried("map", 2, function(f, t)
    want_function_and_table(f, t)
    return reduce(function(result, value, key)
      result[key] = f(value, key)
      return result
    end, {}, t)
  end)

  curried("filter", 2, function(f, t)
    want_function_and_table(f, t)
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

  curried("find", 2, function(f, t)
    want_function_and_table(f, t)
    return find(f, t)
  end)

  curried("includes", 2, function(wanted, t)
    want_table(t)
    return find(function(value) return value == wanted end, t) ~= nil
  end)

  curried("concat", 2, function(one, other)
    assert(is_list(one), "first argument should be a table that is an array")
    assert(is_list(other), "second argument should be a table that is an array")
    local result = {}
    for i = 1, #one do result[i] = one[i] end
    for i = 1, #other do result[#one + i] = other[i] end
    return result
  end)

  curried("prop", 2, function(name, object) return object[name] end)

  curried("propEq", 3, function(name, value, object)
    assert(type(name) == "string", "first argument should be a string")
    want_table(object)
    return object[name] == value
  end)

  function utils.reverse(t)
    want_table(t)
    return reduce(function(result, value, i)
      result[#t - i + 1] = value
      return result
    end, {}, t)
  end

  local function applies(functions, count)
    return function(value)
      for i = count, 1, -1 do value = functions[i](value) end
      return value
    end
  end

  curried("compose", 2, function(...) return portable(applies({ ... }, select("#", ...))) end)

  function utils.keys(t)
    want_table(t)
    local keys = {}
    for key in each(t) do insert(keys, key) end
    return keys
  end

  function utils.values(t)
    want_table(t)
    local values = {}
    for _, value in each(t) do insert(values, value) end
    return values
  end

  utils.matchesPattern, utils.matchesSpec = sandbox.matches_pattern, sandbox.matches_spec
  return utils, sandbox.view(utils)
end
