-- What aos has as `require(".crypto").utils`: streams, lists and queues of bytes, and hex
-- (SEMANTICS A7).

local char, sub, format, string_byte = string.char, string.sub, string.format, string.byte
local concat, error, ipairs, tonumber, type = table.concat, error, ipairs, tonumber, type

-- What a byte is written as, and which two digits are one: not those of different cases.
local DIGITS, BYTES = {}, {}
for byte = 0, 255 do
  DIGITS[byte] = format("%02X", byte)
  BYTES[format("%02X", byte)], BYTES[format("%02x", byte)] = byte, byte
end

return function(sandbox, limits, dependences, parts, method)
  local text = sandbox.libraries.string
  local read = dependences.of_text(string_byte)

  -- Queues ------------------------------------------------------------------------------

  -- Stands for nil among what is queued, so that there are no holes.
  function parts.nothing() end

  function parts.push(state, object)
    if object == nil then object = parts.nothing end
    state.head = state.head + 1
    state.items[state.head] = object
  end

  function parts.pop(state)
    if state.tail >= state.head then return nil end
    state.tail = state.tail + 1
    local object = state.items[state.tail]
    state.items[state.tail] = false
    if object == parts.nothing then return nil end
    return object
  end

  function parts.size(state) return state.head - state.tail end
  function parts.head(state) return state.head end
  function parts.tail(state) return state.tail end
  function parts.reset(state) state.items, state.head, state.tail = {}, 0, 0 end

  local function fresh() return { items = {}, head = 0, tail = 0 } end

  local function queue()
    local state = fresh()
    return {
      push = method(parts.push, state), pop = method(parts.pop, state), size = method(parts.size, state),
      getHead = method(parts.head, state), getTail = method(parts.tail, state), reset = method(parts.reset, state),
    }
  end

  -- Streams: functions that give the next byte, or nothing --------------------------------

  local function stream_of(list)
    local state, place = fresh(), 1
    while list[place] ~= nil do
      parts.push(state, list[place])
      place = place + 1
    end
    return method(parts.pop, state)
  end

  -- All that a stream has left, each as `made` makes it.
  local function drained(stream, made)
    local list, place = {}, 1
    local byte = stream()
    while byte ~= nil do
      list[place] = made(byte)
      place, byte = place + 1, stream()
    end
    return list
  end

  -- A list up to the first place without anything, each as `made` makes it.
  local function each_of(list, made)
    local result, place = {}, 1
    while list[place] ~= nil do
      result[place] = made(list[place])
      place = place + 1
    end
    return result
  end

  local function same(byte) return byte end
  local function digits(byte)
    return DIGITS[byte] or limits.refuse("hex of something that is no byte")
  end

  -- What each two digits stand for: nothing, where they are none.
  local function bytes_of_hex(hex, put)
    for i = 1, text.len(hex) / 2 do put(i, BYTES[sub(hex, i * 2 - 1, i * 2)]) end
  end

  -- On aos, what it is given is asked for `byte`.
  local function byte_at(given, place)
    local kind = type(given)
    if kind == "table" then limits.refuse("a stream or list of the bytes of a table") end
    if kind ~= "string" then error("attempt to index a " .. kind .. " value", 0) end
    return read(given, place)
  end

  function parts.next_byte(state)
    state.place = state.place + 1
    return byte_at(state.text, state.place)
  end

  local stream = {}
  function stream.fromString(given) return method(parts.next_byte, { text = given, place = 0 }) end
  function stream.toString(given) return concat(drained(given, char)) end
  function stream.fromArray(list) return stream_of(list) end
  function stream.toArray(given) return drained(given, same) end
  function stream.fromHex(hex)
    local state = fresh()
    bytes_of_hex(hex, function(_, byte) parts.push(state, byte) end)
    return method(parts.pop, state)
  end
  function stream.toHex(given) return concat(drained(given, digits)) end

  -- Lists -------------------------------------------------------------------------------

  local array = {}
  function array.size(list) return #list end
  function array.fromString(given)
    local place = 0
    return drained(function()
      place = place + 1
      return byte_at(given, place)
    end, same)
  end
  function array.toString(list) return concat(each_of(list, char)) end
  function array.fromStream(given) return drained(given, same) end
  function array.toStream(list) return stream_of(list) end
  function array.fromHex(hex)
    local list = {}
    bytes_of_hex(hex, function(place, byte) list[place] = byte end)
    return list
  end
  function array.toHex(list) return concat(each_of(list, digits)) end

  function array.readFromQueue(from, size)
    local list = {}
    for place = 1, size do list[place] = from.pop() end
    return list
  end
  function array.writeToQueue(to, list)
    for place = 1, #list do to.push(list[place]) end
  end

  function array.concat(one, other)
    local list = each_of(one, same)
    for _, byte in ipairs(other) do list[#list + 1] = byte end
    return list
  end
  function array.truncate(list, size)
    local result = {}
    for place = 1, size do result[place] = list[place] end
    return result
  end
  function array.slice(list, first, last)
    if first == nil then first = 1 elseif first < 0 then first = #list + first + 1 end
    if last == nil then last = #list elseif last < 0 then last = #list + last + 1 end
    local result = {}
    for place = first, last do result[#result + 1] = list[place] end
    return result
  end

  -- In any order: the result is the same.
  local function mapped(t, made)
    local result = {}
    for key, value in sandbox.pairs(t) do result[key] = made(value, key) end
    return result
  end
  function array.XOR(one, other)
    return mapped(one, function(value, key) return (value ~ other[key]) & 0xffffffff end)
  end
  function array.substitute(input, box) return mapped(input, function(value) return box[value] end) end
  function array.permute(input, box) return mapped(box, function(place) return input[place] end) end
  function array.copy(input) return mapped(input, same) end

  -- Hex ---------------------------------------------------------------------------------

  local hex = {}

  local function lower_digits(one) return format("%02x", string_byte(one)) end

  function hex.stringToHex(given, width, separator)
    if #given == 0 then return "" end
    if not width then return (text.gsub(given, ".", lower_digits)) end
    local count, result = text.len(given), {}
    for i = 1, count do
      local behind = i < count and (i % width == 0 and "\n" or separator) or ""
      result[i] = text.format("%s%s", lower_digits(sub(given, i, i)), behind)
    end
    return concat(result)
  end

  function hex.hexToString(given, is_unsafe)
    if not is_unsafe then
      given = text.gsub(given, "%s+", "")
      if text.find(given, "[^0-9A-Za-z]") or #given % 2 ~= 0 then
        error('[string ".crypto.util.hex"]:71: invalid hex string', 0)
      end
    end
    return (text.gsub(given, "%x%x", function(two) return char(tonumber(two, 16)) end))
  end

  return { queue = queue, stream = stream, array = array, hex = hex }, each_of
end
