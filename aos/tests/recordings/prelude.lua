-- What a snippet returned or threw, as text; the same on aos and in the host.

local function bytes(text)
  return (text:gsub('[%c"\\\127-\255]', function(c) return ('\\x%02x'):format(c:byte()) end))
end

local function by_text(a, b)
  if type(a) == type(b) and (type(a) == 'number' or type(a) == 'string') then return a < b end
  return type(a) < type(b)
end

local function shown(value)
  local kind = type(value)
  if kind == 'string' then return '"' .. bytes(value) .. '"' end
  if kind == 'function' then return 'a function' end
  if kind ~= 'table' then return tostring(value) end
  local keys, parts = {}, {}
  for key in pairs(value) do keys[#keys + 1] = key end
  table.sort(keys, by_text)
  for place, key in ipairs(keys) do
    parts[place] = (key == place and '' or '[' .. shown(key) .. ']=') .. shown(value[key])
  end
  return '{' .. table.concat(parts, ', ') .. '}'
end

local function outcome(fine, ...)
  if not fine then return 'throws ' .. shown((...)) end
  local parts = {}
  for place = 1, select('#', ...) do parts[place] = shown((select(place, ...))) end
  return table.concat(parts, ', ')
end
