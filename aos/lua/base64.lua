-- What aos has as `require(".base64")` (SEMANTICS A7).

local char, concat, format = string.char, table.concat, string.format
local byte, sub, type, error = string.byte, string.sub, type, error

local ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
-- The digit that stands for no bits.
local PAD = 64

return function(sandbox, limits)
  local base64 = {}
  local text = sandbox.libraries.string

  local function want_text(value)
    if type(value) ~= "string" then error("attempt to encode or decode a " .. type(value) .. " value", 0) end
    text.len(value)
  end

  local function first_byte(given, otherwise)
    if not given then return byte(otherwise) end
    want_text(given)
    return byte(given)
  end

  -- The byte of each digit; of a text, the first.
  function base64.makeencoder(of_62, of_63, of_pad)
    local encoder = {}
    for digit = 0, 61 do encoder[digit] = byte(ALPHABET, digit + 1) end
    encoder[62], encoder[63], encoder[PAD] = first_byte(of_62, "+"), first_byte(of_63, "/"), first_byte(of_pad, "=")
    return encoder
  end

  -- Where two digits have one byte, the last is read, and 0 after all others.
  function base64.makedecoder(of_62, of_63, of_pad)
    local encoder, decoder = base64.makeencoder(of_62, of_63, of_pad), {}
    for digit = 1, PAD do decoder[encoder[digit]] = digit end
    decoder[encoder[0]] = 0
    return decoder
  end

  local ENCODER, DECODER = base64.makeencoder(), base64.makedecoder()

  -- Three bytes are four digits.
  local function digits(encoder, a, b, c)
    local bits = a << 16 | (b or 0) << 8 | (c or 0)
    return char(encoder[bits >> 18], encoder[bits >> 12 & 63], encoder[b and bits >> 6 & 63 or PAD],
      encoder[c and bits & 63 or PAD])
  end

  -- Whether it remembers what it made, nobody sees.
  function base64.encode(bytes, encoder)
    want_text(bytes)
    encoder = encoder or ENCODER
    local parts = {}
    for i = 1, #bytes, 3 do parts[#parts + 1] = digits(encoder, byte(bytes, i, i + 2)) end
    return concat(parts)
  end

  local function byte_of(decoder, digit)
    local found
    for code, value in sandbox.pairs(decoder) do
      if value == digit then
        if found then limits.refuse("base64.decode with two bytes for one digit: aos may take either") end
        found = code
      end
    end
    return char(found)
  end

  -- What is no digit is passed over: letters and numerals are taken for some, whatever the decoder
  -- says, and the byte for 62 or 63 makes a class of Lua's with the % before it.
  local function without_others(encoded, decoder)
    local others = format("[^%%w%%%s%%%s%%=]", byte_of(decoder, 62), byte_of(decoder, 63))
    return (text.gsub(encoded, others, ""))
  end

  local function bits_of(decoder, a, b, c, d)
    return decoder[a] * 0x40000 + decoder[b] * 0x1000 + (c and decoder[c] * 0x40 or 0) + (d and decoder[d] or 0)
  end

  local function bytes_of(bits) return char(bits >> 16 & 255, bits >> 8 & 255, bits & 255) end

  -- The last four, as they lie from the end: some may not be there.
  local function last_bytes(encoded, decoder, padding)
    local count = #encoded
    if padding == 1 then
      local a, b, c = byte(encoded, count - 3, count - 1)
      return sub(bytes_of(bits_of(decoder, a, b, c or error("attempt to decode a digit that is not there", 0))), 1, 2)
    end
    return sub(bytes_of(bits_of(decoder, byte(encoded, count - 3, count - 2))), 1, 1)
  end

  function base64.decode(encoded, decoder)
    want_text(encoded)
    decoder = decoder or DECODER
    encoded = without_others(encoded, decoder)
    local padding = sub(encoded, -2) == "==" and 2 or sub(encoded, -1) == "=" and 1 or 0
    local parts = {}
    for i = 1, padding > 0 and #encoded - 4 or #encoded, 4 do
      local a, b, c, d = byte(encoded, i, i + 3)
      if not d then error("attempt to decode a digit that is not there", 0) end
      parts[#parts + 1] = bytes_of(bits_of(decoder, a, b, c, d))
    end
    if padding > 0 then parts[#parts + 1] = last_bytes(encoded, decoder, padding) end
    return concat(parts)
  end

  return base64
end
