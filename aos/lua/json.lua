-- JSON as contracts get it from require("json"): { decode = f, encode = f }.
--
-- null reads as nil, so that it leaves no field in an object and a hole in an array. All
-- functions used are taken from the libraries here, once: a contract may patch those later.

local byte, char, find, format = string.byte, string.char, string.find, string.format
local gsub, match, sub = string.gsub, string.match, string.sub
local concat, sort = table.concat, table.sort
local error, next, tonumber, type = error, next, tonumber, type
local math_type, huge = math.type, math.huge
local utf8_char = utf8.char

-- How many arrays and objects may be open at once in a text that is read.
local MOST_NESTED = 200

-- What stands for itself in no JSON string (RFC 8259, section 7).
local SPECIAL = '[\0-\31"\\]'

-- The letter after a backslash, and what the two mean (RFC 8259, section 7).
local MEANINGS = {
  ['"'] = '"', ["\\"] = "\\", ["/"] = "/",
  b = "\b", f = "\f", n = "\n", r = "\r", t = "\t",
}

local SHORT_ESCAPES = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f",
  ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t",
}

-- How every special character is written.
local function all_escapes()
  local escapes = { ['"'] = SHORT_ESCAPES['"'], ["\\"] = SHORT_ESCAPES["\\"] }
  for code = 0, 31 do
    local character = char(code)
    escapes[character] = SHORT_ESCAPES[character] or format("\\u%04x", code)
  end
  return escapes
end

local ESCAPES = all_escapes()

-- Reading. Functions named after a part of a text take the text and where the part begins,
-- and return what it means and where it ends, which is the place after it.

-- What stands at a place, as errors say it.
local function found(text, at)
  local code = byte(text, at)
  if not code then return "end of text" end
  if code > 32 and code < 127 then return format("'%s'", char(code)) end
  return format("byte %d", code)
end

local function unexpected(text, at, wanted)
  local message = "invalid JSON at position %d: unexpected %s, expected %s"
  error(format(message, at, found(text, at), wanted), 0)
end

local function skip(text, at)
  return match(text, "^[ \t\r\n]*()", at)
end

local function four_digits(text, at)
  local digits = match(text, "^%x%x%x%x", at)
  if digits then return tonumber(digits, 16) end
  local fine = match(text, "^%x*()", at)
  unexpected(text, fine, "four hexadecimal digits")
end

-- The second half of a surrogate pair, as an escape, or nil if there is none.
local function low_surrogate(text, at)
  local digits = match(text, "^\\u(%x%x%x%x)", at)
  local code = digits and tonumber(digits, 16)
  if code and code >= 0xDC00 and code <= 0xDFFF then return code end
end

-- What follows \u. Half a pair that stands alone is written like any other code point.
local function unicode_escape(text, at)
  local code = four_digits(text, at)
  if code < 0xD800 or code > 0xDBFF then return utf8_char(code), at + 4 end
  local low = low_surrogate(text, at + 4)
  if not low then return utf8_char(code), at + 4 end
  return utf8_char(0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00)), at + 10
end

-- What follows a backslash.
local function escape(text, at)
  local letter = sub(text, at, at)
  if letter == "u" then return unicode_escape(text, at + 1) end
  local meaning = MEANINGS[letter]
  if not meaning then unexpected(text, at, "an escape") end
  return meaning, at + 1
end

local function quoted(text, at)
  local parts, from = {}, at + 1
  while true do
    local stop = find(text, SPECIAL, from)
    if not stop then unexpected(text, #text + 1, "a closing quote") end
    parts[#parts + 1] = sub(text, from, stop - 1)
    local code = byte(text, stop)
    if code == 34 then return concat(parts), stop + 1 end
    if code ~= 92 then unexpected(text, stop, "no control character in a string") end
    parts[#parts + 1], from = escape(text, stop + 1)
  end
end

-- A number is what tonumber makes of it: an integer if it is written as one and has 64 bits.
local function number(text, at)
  local after = match(text, "^%-?0()", at) or match(text, "^%-?[1-9]%d*()", at)
  if not after then
    local digit = match(text, "^%-?()", at)
    unexpected(text, digit, digit == at and "a value" or "a digit")
  end
  after = match(text, "^%.%d+()", after) or after
  after = match(text, "^[eE][+-]?%d+()", after) or after
  return tonumber(sub(text, at, after - 1)), after
end

local function word_or_number(text, at)
  local word = match(text, "^%l+", at)
  if word == "null" then return nil, at + 4 end
  if word == "true" then return true, at + 4 end
  if word == "false" then return false, at + 5 end
  return number(text, at)
end

-- The place after the bracket that opens at this place, and after the space there.
local function opened(text, at, depth)
  if depth >= MOST_NESTED then
    local message = "invalid JSON at position %d: more than %d arrays and objects in each other"
    error(format(message, at, MOST_NESTED), 0)
  end
  return skip(text, at + 1)
end

-- After an item: where the next begins, or nil and where the whole ends.
local function after_item(text, at, closing)
  at = skip(text, at)
  local character = sub(text, at, at)
  if character == closing then return nil, at + 1 end
  if character ~= "," then unexpected(text, at, format("',' or '%s'", closing)) end
  return skip(text, at + 1)
end

local value

local function array(text, at, depth)
  local items, count, after = {}, 0, nil
  at = opened(text, at, depth)
  if sub(text, at, at) == "]" then return items, at + 1 end
  repeat
    count = count + 1
    items[count], after = value(text, at, depth + 1)
    at, after = after_item(text, after, "]")
  until not at
  return items, after
end

-- A name and the colon after it.
local function name(text, at)
  if sub(text, at, at) ~= '"' then unexpected(text, at, "a name in quotes") end
  local read, after = quoted(text, at)
  after = skip(text, after)
  if sub(text, after, after) ~= ":" then unexpected(text, after, "':'") end
  return read, skip(text, after + 1)
end

local function object(text, at, depth)
  local fields, field, after = {}, nil, nil
  at = opened(text, at, depth)
  if sub(text, at, at) == "}" then return fields, at + 1 end
  repeat
    field, at = name(text, at)
    fields[field], after = value(text, at, depth + 1)
    at, after = after_item(text, after, "}")
  until not at
  return fields, after
end

function value(text, at, depth)
  local character = sub(text, at, at)
  if character == '"' then return quoted(text, at) end
  if character == "{" then return object(text, at, depth) end
  if character == "[" then return array(text, at, depth) end
  return word_or_number(text, at)
end

local function decode(text)
  if type(text) ~= "string" then
    error(format("JSON is read from a string, not from a %s", type(text)), 0)
  end
  local read, after = value(text, skip(text, 1), 0)
  after = skip(text, after)
  if after <= #text then unexpected(text, after, "end of text") end
  return read
end

-- Writing. `open` holds the tables that are being written, to find cycles.

local function write_string(text)
  return '"' .. gsub(text, SPECIAL, ESCAPES) .. '"'
end

local function write_number(given)
  if math_type(given) == "integer" then return format("%d", given) end
  if given ~= given then error("JSON has no NaN", 0) end
  if given == huge or given == -huge then error("JSON has no infinite numbers", 0) end
  return format("%.14g", given)
end

-- The names of a table, sorted, and how many positive integer keys it has and the largest of
-- these. What it returns, or that it throws, does not depend on the order of `next`.
local look_through

local function keys_of(given)
  if look_through then look_through(given) end
  local names, integers, largest, strange = {}, 0, 0, false
  for key in next, given do
    if type(key) == "string" then
      names[#names + 1] = key
    elseif math_type(key) == "integer" and key > 0 then
      integers = integers + 1
      if key > largest then largest = key end
    else
      strange = true
    end
  end
  if strange then error("JSON has no keys but names and the integers from 1", 0) end
  sort(names)
  return names, integers, largest
end

local write

local function write_array(given, length, open)
  local parts = {}
  for place = 1, length do parts[place] = write(given[place], open) end
  return "[" .. concat(parts, ",") .. "]"
end

local function write_object(given, names, open)
  local parts = {}
  for place = 1, #names do
    local field = names[place]
    parts[place] = write_string(field) .. ":" .. write(given[field], open)
  end
  return "{" .. concat(parts, ",") .. "}"
end

local function write_fields(given, open)
  local names, integers, largest = keys_of(given)
  if #names == 0 then
    if largest ~= integers then error("JSON has no arrays with holes", 0) end
    return write_array(given, integers, open)
  end
  if integers > 0 then error("JSON has no tables that are both array and object", 0) end
  return write_object(given, names, open)
end

-- Called with each table that is encoded.
local look = function() end

local function write_table(given, open)
  look(given)
  if open[given] then error("JSON has no tables that contain themselves", 0) end
  open[given] = true
  local text = write_fields(given, open)
  open[given] = nil
  return text
end

function write(given, open)
  local kind = type(given)
  if kind == "string" then return write_string(given) end
  if kind == "number" then return write_number(given) end
  if kind == "table" then return write_table(given, open) end
  if kind == "boolean" then return given and "true" or "false" end
  if kind == "nil" then return "null" end
  error(format("JSON has no values of type %s", kind), 0)
end

local function encode(given)
  return write(given, {})
end

-- For the host, which looks at every table before it is written: contracts get the other two.
local function watch(f)
  look = f
end

return { decode = decode, encode = encode, watch = watch }
