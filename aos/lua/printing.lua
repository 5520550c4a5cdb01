-- What aos has as `require(".pretty")`, `require(".stringify")` and `require(".dump")`: tables as
-- text (SEMANTICS A7).

local type, tostring, error, ipairs = type, tostring, error, ipairs
local concat, sort, rep, format, find, floor = table.concat, table.sort, string.rep, string.format, string.find, math.floor
local getmetatable, huge = debug.getmetatable, math.huge

local RED, GREEN, BLUE, RESET = "\27[31m", "\27[32m", "\27[34m", "\27[0m"
local NAME = "^[a-zA-Z_][a-zA-Z0-9_]*$"
local RESERVED = {}
for _, word in ipairs({
  "nil", "true", "false", "local", "function", "and", "or", "not", "if", "elseif", "else", "for", "in", "while",
  "until", "repeat", "break", "goto", "return", "then", "do", "end",
}) do
  RESERVED[word] = true
end

return function(sandbox, limits)
  local each = sandbox.each
  -- Refuses what shows an address.
  local shown = sandbox.std.tostring

  local pretty = {}
  function pretty.tprint(t, indent)
    local output = ""
    for key, value in each(t) do
      local head = rep(" ", indent or 0) .. key .. ": "
      if type(value) == "table" then
        output = output .. head .. "\n" .. pretty.tprint(value, (indent or 0) + 1)
      else
        if type(value) == "boolean" then value = tostring(value) end
        output = output .. head .. value .. "\n"
      end
    end
    return output
  end

  -- Stringify ---------------------------------------------------------------------------

  local stringify = {}

  function stringify.isSimpleArray(t)
    local place = 1
    for key, value in each(t) do
      if key ~= place or type(value) ~= "number" and type(value) ~= "string" then return false end
      place = place + 1
    end
    return true
  end

  local function coloured(value)
    if type(value) == "string" then return GREEN .. '"' .. value .. '"' .. RESET end
    return BLUE .. shown(value) .. RESET
  end

  local function in_line(list)
    local parts = {}
    for place, value in ipairs(list) do parts[place] = coloured(value) end
    return "{ " .. concat(parts, ", ") .. " }"
  end

  -- A table is taken for a list up to the first key that is out of place: what came before is left
  -- out then. Only behind it are circles found, and all of the table is left out with them.
  function stringify.format(t, indent, visited)
    indent = indent or 0
    if stringify.isSimpleArray(t) then return in_line(t) end
    local inner, parts, place, is_list = rep(" ", indent + 2), {}, 1, true
    for key, value in each(t) do
      if is_list and key ~= place then is_list, parts = false, {} end
      place = place + 1
      if type(value) ~= "table" then
        value = coloured(value)
      elseif is_list then
        value = stringify.format(value, indent + 2)
      else
        visited = visited or {}
        if visited[value] then return "<circular reference>" end
        visited[value] = true
        value = stringify.format(value, indent + 2, visited)
      end
      parts[#parts + 1] = inner .. (is_list and "" or RED .. key .. RESET .. " = ") .. value
    end
    if is_list then return "{\n" .. concat(parts, ",\n") .. "\n" .. rep(" ", indent) .. " }" end
    return "{\n " .. concat(parts, ",\n ") .. "\n" .. rep(" ", indent) .. "}"
  end

  -- Dump --------------------------------------------------------------------------------

  -- Numbers come first, then names.
  local function precedes(a, b)
    if type(a.key) == type(b.key) then return a.key < b.key end
    return type(a.key) == "number"
  end

  local function key_of(key)
    if type(key) == "number" then return key, "[" .. tostring(key) .. "]" end
    if type(key) ~= "string" then limits.refuse("dump of a table with a key that is neither a number nor a text") end
    if not RESERVED[key] and find(key, NAME) then return key, key end
    key = format("[%q]", key)
    return key, key
  end

  local function dumped(t, indent, step, visited)
    local meta = getmetatable(t)
    if visited[t] or meta and meta.__tostring then
      limits.refuse("dump of a table that lies in itself, or has a text of its own")
    end
    visited[t] = true
    local entries = {}
    for key, value in sandbox.pairs(t) do
      local by, name = key_of(key)
      if type(value) == "table" then
        value = dumped(value, indent .. step, step, visited)
      elseif type(value) == "number" or type(value) == "boolean" then
        value = tostring(value)
      else
        value = format("%q", shown(value))
      end
      entries[#entries + 1] = { key = by, text = indent .. step .. name .. " = " .. value }
    end
    visited[t] = nil
    if #entries == 0 then return "{}" end
    sort(entries, precedes)
    for place, entry in ipairs(entries) do entries[place] = entry.text end
    local break_ = step == "" and " " or "\n"
    return "{" .. break_ .. concat(entries, "," .. break_) .. break_ .. indent .. "}"
  end

  local function want_count(value, what)
    if value == nil then return end
    local is_count = type(value) == "number" and value < huge and value >= 0 and floor(value) == value
    if not is_count then error(what .. " must be unsigned integer", 3) end
  end

  -- Spaces as aos makes them: up to 99.
  local function spaces(count)
    if count == 0 then return "" end
    return format("%" .. tostring(count) .. "s", "")
  end

  local function dump(value, indent, padding, filter)
    want_count(indent, "indent")
    want_count(padding, "padding")
    if type(filter) == "function" then limits.refuse("dump with a filter: aos has it, this host does not") end
    if filter ~= nil then error("filter must be function", 2) end
    if type(value) ~= "table" then return format("%q", shown(value)) end
    return dumped(value, spaces(padding or 0), spaces(indent or 4), {})
  end

  return { pretty = pretty, stringify = stringify, dump = dump }
end
