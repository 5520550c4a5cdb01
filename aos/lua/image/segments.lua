-- Segments, each known once by its name and text: two of them are equal if they are the same.
-- Images, each with its segments in a list, which nobody changes.
--
-- Of a segment that is one value without structure, or a table of those by names, the value
-- or a copy of the table is kept beside the text, so that none is written or read anew.

local type, next, math_type = type, next, math.type
local pack, unpack, byte = string.pack, string.unpack, string.byte

-- How many segments are remembered, and which part of the memory they and images may take.
local MOST, SHARE = 4000, 16

-- Whether equal values are written alike, which 1 and 1.0, or 0.0 and -0.0, are not.
local function is_simple(value)
  local kind = type(value)
  return kind == "string" or kind == "boolean" or kind == "number" and math_type(value) == "integer"
end

return function(memory, lengths)
  local segments = {}
  local by_name, count, bytes, lists = {}, 0, 0, {}

  function segments.trim()
    by_name, count, bytes, lists = {}, 0, 0, {}
  end

  -- Makes room for so many bytes; says whether everything was forgotten to that end.
  local function reserve(size)
    bytes = bytes + size
    if count < MOST and bytes <= memory // SHARE then return false end
    segments.trim()
    bytes = size
    return true
  end

  function segments.known(name, text)
    local by_text = by_name[name]
    local known = by_text and by_text[text]
    if known then return known end
    known = { name = name, text = text, packed = pack("<s4s4", name, text) }
    if reserve(#known.packed) then by_text = nil end
    if not by_text then
      by_text = {}
      by_name[name] = by_text
    end
    by_text[text], count = known, count + 1
    return known
  end

  -- Remembers which segments an image has: `list` is the caller's no more.
  function segments.note_image(image, list)
    if lists[image] then return end
    reserve(#image)
    lists[image] = list
  end

  -- The segments of an image, and whether they are one.
  function segments.read(image)
    local is_whole = byte(image, 1) == 119 -- w
    local known = lists[image]
    if known then return known, is_whole end
    local list, at, size = {}, 2, #image
    while at <= size do
      local name, text
      name, text, at = unpack("<s4s4", image, at)
      list[#list + 1] = segments.known(name, text)
    end
    segments.note_image(image, list)
    return list, is_whole
  end

  local function note_entries(one, t)
    if lengths.meta_of(t) then return end
    local entries, size = {}, 0
    for key, value in next, t do
      if type(key) ~= "string" or not is_simple(value) then return end
      entries[key], size = value, size + 1
    end
    one.entries, one.size = entries, size
  end

  -- Keeps what a segment says beside its text, if that has no structure: a table of its own,
  -- not one of the host's by its name.
  function segments.note(one, value)
    if one.is_noted then return end
    one.is_noted = true
    if byte(one.text, 1) == 84 then note_entries(one, value) end -- T
    if is_simple(value) then one.value = value end
  end

  -- The value that is kept beside the segment's text; nothing if there is none.
  function segments.value(one)
    local entries = one.entries
    if not entries then return one.value end
    local t = lengths.table()
    for key, value in next, entries do t[key] = value end
    return t
  end

  return segments
end
