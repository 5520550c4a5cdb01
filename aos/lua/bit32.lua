-- The library `bit32` of Lua 5.2, which the Lua of aos has, too (SEMANTICS A7).

local error, select, type = error, select, type

local MASK = 0xffffffff

return function(dependences)
  local bit32 = {}

  local function whole(value)
    if type(value) == "string" then
      dependences.number(value)
    elseif type(value) ~= "number" then
      error("bad argument to a function of bit32 (number expected, got " .. type(value) .. ")", 0)
    end
    return value | 0
  end

  local function folded(first, combine)
    return function(...)
      local result = first
      for place = 1, select("#", ...) do result = combine(result, whole((select(place, ...)))) end
      return result & MASK
    end
  end
  bit32.band = folded(MASK, function(a, b) return a & b end)
  bit32.bor = folded(0, function(a, b) return a | b end)
  bit32.bxor = folded(0, function(a, b) return a ~ b end)
  function bit32.btest(...) return bit32.band(...) ~= 0 end
  function bit32.bnot(value) return ~whole(value) & MASK end

  -- By 32 and more, either way, nothing is left.
  function bit32.lshift(value, by) return (whole(value) & MASK) << whole(by) & MASK end
  function bit32.rshift(value, by) return (whole(value) & MASK) >> whole(by) & MASK end

  function bit32.arshift(value, by)
    value, by = whole(value) & MASK, whole(by)
    if by < 0 or value >> 31 == 0 then return value >> by & MASK end
    return (value >> by | ~(MASK >> by)) & MASK
  end

  function bit32.lrotate(value, by)
    value, by = whole(value) & MASK, whole(by) & 31
    return (value << by | value >> 32 - by) & MASK
  end
  function bit32.rrotate(value, by) return bit32.lrotate(value, -whole(by)) end

  -- The lowest bits of a field, and where it begins.
  local function field_of(first, width)
    first, width = whole(first), width == nil and 1 or whole(width)
    if first < 0 then error("bad argument to a function of bit32 (field cannot be negative)", 3) end
    if width <= 0 then error("bad argument to a function of bit32 (width must be positive)", 3) end
    if first + width > 32 then error("trying to access non-existent bits", 3) end
    return MASK >> 32 - width, first
  end

  function bit32.extract(value, first, width)
    value = whole(value) & MASK
    local mask, by = field_of(first, width)
    return value >> by & mask
  end

  function bit32.replace(value, bits, first, width)
    value, bits = whole(value) & MASK, whole(bits)
    local mask, by = field_of(first, width)
    return value & ~(mask << by) | (bits & mask) << by
  end

  return bit32
end
