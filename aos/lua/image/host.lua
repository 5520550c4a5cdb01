-- What belongs to the host: an image only ever names it. Tables among it that contracts may
-- change are compared with what they were.

local type, next, rawset, rawequal = type, next, rawset, rawequal
local getmetatable, setmetatable = debug.getmetatable, debug.setmetatable
local format, sort = string.format, table.sort

return function(hidden)
  local host = {}
  local name_of, named, pristine, watched = {}, {}, {}, {}
  host.name_of, host.watched = name_of, watched

  function host.register(name, value)
    if name_of[value] then return end
    name_of[value], named[name] = name, value
  end

  -- A table with all tables and functions in it.
  function host.register_all(name, t)
    host.register(name, t)
    for key, value in next, t do
      local kind = type(value)
      if (kind == "table" or kind == "function") and not name_of[value] then
        local path = name .. "." .. format("%s", key)
        if kind == "table" then host.register_all(path, value) else host.register(path, value) end
      end
    end
    local meta = getmetatable(t)
    if meta and not hidden[meta] then host.register_all(name .. ".meta", meta) end
  end

  -- A table that contracts may change.
  function host.watch(name, t)
    host.register(name, t)
    local was = { entries = {}, size = 0, meta = getmetatable(t), root = "\0" .. name, table = t }
    for key, value in next, t do was.entries[key], was.size = value, was.size + 1 end
    watched[#watched + 1], pristine[t] = was, was
    -- Not in the order in which a contract asked for them.
    sort(watched, function(a, b) return a.root < b.root end)
  end

  -- Whether a watched table is as it was.
  function host.is_pristine(was)
    local entries, found = was.entries, 0
    for key, value in next, was.table do
      if not rawequal(entries[key], value) then return false end
      found = found + 1
    end
    return found == was.size and rawequal(getmetatable(was.table), was.meta)
  end

  local function reset(was)
    local t = was.table
    for key in next, t do
      if was.entries[key] == nil then rawset(t, key, nil) end
    end
    for key, value in next, was.entries do rawset(t, key, value) end
    if not rawequal(getmetatable(t), was.meta) then setmetatable(t, was.meta) end
  end

  function host.reset(t) reset(pristine[t]) end

  function host.reset_all()
    for i = 1, #watched do reset(watched[i]) end
  end

  -- What has this name; some tables are made only when they are asked for.
  function host.find(name) return named[name] or host.late(name) end
  function host.named(name) return named[name] end

  return host
end
