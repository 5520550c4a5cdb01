-- How long tables are that were part of a state: how such a table was filled is not part of it,
-- so that nobody knows what `#` says of one with a hole in its list on the platform.
--
-- Where a file asks for lengths, each table of a state without a metatable wears one of the
-- host's, which contracts do not see.

local type, rawequal, rawlen, error = type, rawequal, rawlen, error
local getmetatable, setmetatable = debug.getmetatable, debug.setmetatable

-- Entries that are looked at for what one instruction costs.
local ENTRIES_LOOKED_AT = 16

return function(sandbox, limits, plain)
  local lengths = {}
  local worn = nil

  local function has_hole(t)
    local length, entries = plain.length(t)
    limits.charge(entries // ENTRIES_LOOKED_AT)
    return not length, length
  end

  local function length_of(t)
    local is_unknown, length = has_hole(t)
    if is_unknown then
      sandbox.refuse("the length of a list with a hole depends on how an earlier evaluation filled it; fill the hole, or count by pairs")
    end
    return length
  end

  function lengths.is_worn(t) return worn ~= nil and rawequal(getmetatable(t), worn) end

  -- The metatable of a value, except for the host's own.
  function lengths.meta_of(value)
    local meta = getmetatable(value)
    if worn and rawequal(meta, worn) then return nil end
    return meta
  end

  -- Whether it has no metatable of its own, and a length that is known.
  function lengths.is_list(t)
    if lengths.is_worn(t) then return not has_hole(t) end
    return not getmetatable(t)
  end

  -- A table of a state, empty.
  function lengths.table() return setmetatable({}, worn) end

  -- A table of the contract's becomes part of a state.
  function lengths.keep(t)
    if worn then setmetatable(t, worn) end
  end

  -- What a table wears when a contract gives it this metatable.
  local function instead(t, meta)
    if meta == nil then return not sandbox.is_of_host(t) and worn or nil end
    if lengths.is_worn(t) and has_hole(t) then
      sandbox.refuse("a metatable for a list with a hole: the length of the list depends on how an earlier evaluation filled it")
    end
    return meta
  end

  -- From now on tables of states are guarded.
  function lengths.guard()
    worn = { __len = length_of }
    sandbox.hidden[worn] = true
    lengths.worn = worn
    plain.wear(worn)
    sandbox.guard_lengths(instead)
  end

  function sandbox.std.rawlen(t)
    if type(t) ~= "table" and type(t) ~= "string" then
      error("bad argument #1 to 'rawlen' (table or string expected)", 2)
    end
    if lengths.is_worn(t) then return length_of(t) end
    return rawlen(t)
  end

  return lengths
end
