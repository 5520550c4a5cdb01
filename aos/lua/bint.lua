-- Integers of a fixed number of bits, as contracts on AO get them from require(".bint").
--
-- The module is a function from a number of bits to a class. A number is a plain table of
-- limbs of 32 bits at 1..n, the lowest first, in two's complement; its metatable is the class.
-- Results wrap modulo 2^bits. What texts parse to is stated in SEMANTICS A4, table "Quantity".
--
-- All functions used are taken from the libraries here, once: a contract may patch those
-- later. Nothing in this file changes after it was loaded. What a local function calls a
-- `limbs` table has no metatable; `n` is always the number of limbs.

local abs, max, min, math_type = math.abs, math.max, math.min, math.type
local to_whole = math.tointeger
local find, format, match, sub = string.find, string.format, string.match, string.sub
local lower, reverse = string.lower, string.reverse
local concat = table.concat
local error, getmetatable, rawget, setmetatable = error, getmetatable, rawget, setmetatable
local tonumber, type = tonumber, type

local LIMB_BITS = 32
local LIMB = 0xffffffff
local SIGN = 0x80000000

-- Division works on halves of limbs, so that no intermediate result has more than 48 bits.
local HALF_BITS = 16
local HALF = 0xffff
local HALF_BASE = 0x10000

local DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

local NO_BINT = "value cannot be represented by a bint"
local BY_ZERO = "attempt to perform division by zero"

-- For each base: how many digits fit in a limb, and the base to that power.
local function chunks_of_bases()
  local lengths, powers = {}, {}
  for base = 2, 36 do
    local length, power = 1, base
    while power * base <= LIMB do length, power = length + 1, power * base end
    lengths[base], powers[base] = length, power
  end
  return lengths, powers
end

local CHUNK_LENGTHS, CHUNK_POWERS = chunks_of_bases()

-- Limbs and Lua integers.

-- The limbs of a Lua integer; `filling` is what the limbs above its 64 bits hold.
local function extended(integer, filling, n)
  if n == 8 then
    local low, high = integer & LIMB, integer >> LIMB_BITS
    return { low, high, filling, filling, filling, filling, filling, filling }
  end
  local limbs = { integer & LIMB }
  if n > 1 then limbs[2] = integer >> LIMB_BITS end
  for i = 3, n do limbs[i] = filling end
  return limbs
end

local function from_integer(integer, n)
  return extended(integer, integer < 0 and LIMB or 0, n)
end

local function is_negative(x, n)
  return x[n] >= SIGN
end

local function is_all(x, limb, n)
  for i = 1, n do
    if x[i] ~= limb then return false end
  end
  return true
end

local function is_one(x, n)
  if x[1] ~= 1 then return false end
  for i = 2, n do
    if x[i] ~= 0 then return false end
  end
  return true
end

-- The lowest 64 bits; of a single limb, those of the number it stands for.
local function low_bits(x, n)
  if n == 1 then return (x[1] ~ SIGN) - SIGN end
  return x[1] | x[2] << LIMB_BITS
end

-- The number as a Lua integer, or nil where that is too small for it.
local function as_integer(x, n)
  local low = low_bits(x, n)
  local filling = low < 0 and LIMB or 0
  for i = 3, n do
    if x[i] ~= filling then return nil end
  end
  return low
end

local function copy(x, n)
  if n == 8 then return { x[1], x[2], x[3], x[4], x[5], x[6], x[7], x[8] } end
  local limbs = {}
  for i = 1, n do limbs[i] = x[i] end
  return limbs
end

-- Sums, products and comparisons.

local function sum(x, y, n)
  local limbs, carry = extended(0, 0, n), 0
  for i = 1, n do
    local limb = x[i] + y[i] + carry
    limbs[i] = limb & LIMB
    carry = limb >> LIMB_BITS
  end
  return limbs
end

-- The difference is x + ~y + 1.
local function difference(x, y, n)
  local limbs, carry = extended(0, 0, n), 1
  for i = 1, n do
    local limb = x[i] + (y[i] ~ LIMB) + carry
    limbs[i] = limb & LIMB
    carry = limb >> LIMB_BITS
  end
  return limbs
end

local function complement(x, n)
  local limbs = extended(0, 0, n)
  for i = 1, n do limbs[i] = x[i] ~ LIMB end
  return limbs
end

local function negated(x, n)
  return difference(extended(0, 0, n), x, n)
end

local function magnitude(x, n)
  return is_negative(x, n) and negated(x, n) or x
end

-- Adds x * factor to the limbs from place on. Each step fits 64 unsigned bits, since
-- (2^32 - 1)^2 + 2 * (2^32 - 1) = 2^64 - 1.
local function add_multiple(limbs, x, factor, place, n)
  local carry = 0
  for i = 1, n + 1 - place do
    local limb = x[i] * factor + limbs[place] + carry
    limbs[place] = limb & LIMB
    carry = limb >> LIMB_BITS
    place = place + 1
  end
end

local function product(x, y, n)
  local limbs = extended(0, 0, n)
  for place = 1, n do
    local factor = y[place]
    if factor ~= 0 then add_multiple(limbs, x, factor, place, n) end
  end
  return limbs
end

-- Multiplies and adds in place; neither number has more than 32 bits.
local function multiply_and_add(limbs, factor, carry, n)
  for i = 1, n do
    local limb = limbs[i] * factor + carry
    limbs[i] = limb & LIMB
    carry = limb >> LIMB_BITS
  end
end

local function unsigned_less(x, y, n)
  for i = n, 1, -1 do
    if x[i] ~= y[i] then return x[i] < y[i] end
  end
  return false
end

-- With the sign bit turned over, two's complement is ordered like unsigned numbers.
local function signed_less(x, y, n)
  local top_x, top_y = x[n] ~ SIGN, y[n] ~ SIGN
  if top_x ~= top_y then return top_x < top_y end
  return unsigned_less(x, y, n)
end

local function is_equal(x, y, n)
  for i = 1, n do
    if x[i] ~= y[i] then return false end
  end
  return true
end

-- x to the power of y, whose bits are read as an unsigned number.
local function power(x, y, n)
  local limbs = from_integer(1, n)
  for place = 1, n do
    if is_all(y, 0, n) then return limbs end
    local bits = y[place]
    y = copy(y, n)
    y[place] = 0
    for _ = 1, LIMB_BITS do
      if bits & 1 == 1 then limbs = product(limbs, x, n) end
      bits = bits >> 1
      x = product(x, x, n)
    end
  end
  return limbs
end

-- Bits.

local function conjunction(x, y, n)
  local limbs = extended(0, 0, n)
  for i = 1, n do limbs[i] = x[i] & y[i] end
  return limbs
end

local function disjunction(x, y, n)
  local limbs = extended(0, 0, n)
  for i = 1, n do limbs[i] = x[i] | y[i] end
  return limbs
end

local function exclusion(x, y, n)
  local limbs = extended(0, 0, n)
  for i = 1, n do limbs[i] = x[i] ~ y[i] end
  return limbs
end

-- Limb i of the number shifted up: `limbs` limbs and then `bits` bits, at most 31.
local function shifted_limb(x, i, limbs, bits)
  local from = x[i - limbs] or 0
  local below = x[i - limbs - 1] or 0
  return (from << bits | below >> LIMB_BITS - bits) & LIMB
end

-- Shifted towards the higher bits, by a negative count towards the lower ones. Zeros come in
-- at both ends. Down by 5 bits is down by a limb and up by 27 bits.
local function shifted(x, count, n)
  local limbs = extended(0, 0, n)
  local whole_limbs, bits = count // LIMB_BITS, count % LIMB_BITS
  for i = 1, n do limbs[i] = shifted_limb(x, i, whole_limbs, bits) end
  return limbs
end

-- Division of unsigned numbers.

-- The halves of limbs, lowest first, without zeros above; and how many there are.
local function halves(x, n)
  local parts = {}
  for i = 1, n do
    parts[2 * i - 1] = x[i] & HALF
    parts[2 * i] = x[i] >> HALF_BITS
  end
  local count = 2 * n
  while count > 0 and parts[count] == 0 do count = count - 1 end
  return parts, count
end

-- Limbs out of the first halves.
local function joined(parts, count, n)
  local limbs = extended(0, 0, n)
  for i = 1, (count + 1) // 2 do
    local high = 2 * i <= count and parts[2 * i] or 0
    limbs[i] = parts[2 * i - 1] | high << HALF_BITS
  end
  return limbs
end

-- Takes factor * v from the halves of u from place on; what is left above them.
local function take_multiple(u, place, v, count, factor)
  local carry = 0
  for i = 1, count do
    local half = u[place + i] - factor * v[i] + carry
    u[place + i] = half & HALF
    carry = half // HALF_BASE
  end
  return u[place + count + 1] + carry
end

-- One digit of the quotient, in base 2^16. Three halves of u over two of v are a guess that
-- is never too small. It is at most one too large: the two halves are at least 2^16, as
-- v[count] is not zero, and the halves left out change the quotient by less than one.
local function quotient_half(u, place, v, count)
  local top = place + count
  local above = u[top + 1] << 2 * HALF_BITS | u[top] << HALF_BITS | (u[top - 1] or 0)
  local guess = above // (v[count] << HALF_BITS | (v[count - 1] or 0))
  local left = take_multiple(u, place, v, count, guess)
  u[top + 1] = left
  if left == 0 then return guess end
  u[top + 1] = take_multiple(u, place, v, count, -1)
  return guess - 1
end

-- Long division of halves: the quotient and the remainder, as limbs.
local function long_division(x, y, n)
  local u, u_count = halves(x, n)
  local v, v_count = halves(y, n)
  if u_count < v_count then return extended(0, 0, n), copy(x, n) end
  local parts, parts_count = {}, u_count - v_count + 1
  u[u_count + 1] = 0
  for place = 0, parts_count - 1 do parts[place + 1] = 0 end
  for place = parts_count - 1, 0, -1 do
    parts[place + 1] = quotient_half(u, place, v, v_count)
  end
  return joined(parts, parts_count, n), joined(u, v_count, n)
end

-- Quotient and remainder of unsigned numbers, rounded down.
local function unsigned_division(x, y, n)
  if is_all(y, 0, n) then error(BY_ZERO, 0) end
  local small_x, small_y = as_integer(x, n), as_integer(y, n)
  if small_x and small_y and small_x >= 0 and small_y > 0 then
    return from_integer(small_x // small_y, n), from_integer(small_x % small_y, n)
  end
  return long_division(x, y, n)
end

-- Rounded towards zero: the remainder has the sign of x.
local function truncated_division(x, y, n)
  local quotient, rest = unsigned_division(magnitude(x, n), magnitude(y, n), n)
  local negative = is_negative(x, n)
  if negative ~= is_negative(y, n) then quotient = negated(quotient, n) end
  if negative then rest = negated(rest, n) end
  return quotient, rest
end

-- Rounded down: the remainder has the sign of y.
local function floor_division(x, y, n)
  local quotient, rest = truncated_division(x, y, n)
  if is_negative(x, n) ~= is_negative(y, n) and not is_all(rest, 0, n) then
    quotient, rest = difference(quotient, from_integer(1, n), n), sum(rest, y, n)
  end
  return quotient, rest
end

-- Texts.

-- The number that digits stand for, or nil where one is no digit of the base. Reads a chunk
-- of digits at a time; the first may be short.
local function from_digits(digits, base, n)
  local length, factor = CHUNK_LENGTHS[base], CHUNK_POWERS[base]
  local to = (#digits - 1) % length + 1
  local first = tonumber(sub(digits, 1, to), base)
  local limbs = first and from_integer(first, n)
  while limbs and to < #digits do
    local chunk = tonumber(sub(digits, to + 1, to + length), base)
    if not chunk then return nil end
    multiply_and_add(limbs, factor, chunk, n)
    to = to + length
  end
  return limbs
end

local function from_signed(sign, digits, base, n)
  local limbs = digits and from_digits(digits, base, n)
  if not limbs then return nil end
  return sign == "-" and negated(limbs, n) or limbs
end

-- A sign if any, and then digits in decimal, in hexadecimal after 0x or in binary after 0b,
-- and nothing else (SEMANTICS A4, table "Quantity").
local function from_text(text, n)
  if #text <= 18 and find(text, "^[+-]?[0-9]+$") then
    return from_integer(tonumber(text), n)
  end
  local sign, digits = match(text, "^([+-]?)([0-9]+)$")
  if sign then return from_signed(sign, digits, 10, n) end
  sign, digits = match(text, "^([+-]?)0[xX]([0-9a-fA-F]+)$")
  if sign then return from_signed(sign, digits, 16, n) end
  sign, digits = match(text, "^([+-]?)0[bB]([01]+)$")
  return from_signed(sign, digits, 2, n)
end

-- Divides in place by a number of at most 32 bits and returns the remainder.
local function divide_by_chunk(limbs, divisor, n)
  local rest = 0
  for i = n, 1, -1 do
    local high = rest << HALF_BITS | limbs[i] >> HALF_BITS
    local low = high % divisor << HALF_BITS | limbs[i] & HALF
    limbs[i] = high // divisor << HALF_BITS | low // divisor
    rest = low % divisor
  end
  return rest
end

-- The digits of an unsigned number, without zeros in front.
local function to_digits(x, base, n)
  local limbs, characters = copy(x, n), {}
  repeat
    local chunk = divide_by_chunk(limbs, CHUNK_POWERS[base], n)
    for _ = 1, CHUNK_LENGTHS[base] do
      local digit = chunk % base + 1
      characters[#characters + 1] = sub(DIGITS, digit, digit)
      chunk = chunk // base
    end
  until is_all(limbs, 0, n)
  return match(reverse(concat(characters)), "^0*(.+)$")
end

local function to_decimal(x, n)
  local small = as_integer(x, n)
  if small then return format("%d", small) end
  if is_negative(x, n) then return "-" .. to_digits(negated(x, n), 10, n) end
  return to_digits(x, 10, n)
end

-- The base that a caller gave, ten if none; nil if it is no base from 2 to 36.
local function known_base(base)
  if base == nil then return 10 end
  return CHUNK_LENGTHS[base] and to_whole(base)
end

-- A Lua integer out of a number or a numeral without fraction, or nil.
local function whole(x)
  local number = tonumber(x)
  if math_type(number) == "float" then return to_whole(number) end
  return number
end

-- Classes. Each of the functions below gives a class one group of its functions; those that
-- other groups need are fields of `own`, where a contract cannot patch them.

-- A number of a class of as many bits is a number of this one: it makes no difference how
-- often a contract asked for the class.
local function recogniser(bint)
  local bits = bint.bits
  return function(x)
    local class = getmetatable(x)
    if class == bint then return true end
    return type(x) == "table" and type(class) == "table" and rawget(class, "bits") == bits
  end
end

-- What becomes a number: one already, a number or a text without fraction.
local function converter(own, n)
  local is_bint, made = own.is_bint, own.made
  return function(x, clone)
    if is_bint(x) then return clone and made(copy(x, n)) or x end
    local kind = type(x)
    if kind == "string" then
      local limbs = from_text(x, n)
      return limbs and made(limbs)
    end
    local integer = kind == "number" and whole(x)
    return integer and made(from_integer(integer, n)) or nil
  end
end

-- What a class needs to make numbers and to read those that it is given.
local function inner_functions(bint, n)
  local own = { is_bint = recogniser(bint) }
  function own.made(limbs) return setmetatable(limbs, bint) end
  own.to_bint = converter(own, n)
  function own.needed(x) return own.to_bint(x) or error(NO_BINT, 0) end
  -- A Lua number: an integer where 64 bits hold it, else the nearest float.
  function own.to_number(x)
    if not own.is_bint(x) then return tonumber(x) end
    return as_integer(x, n) or tonumber(to_decimal(x, n))
  end
  -- The lowest 64 bits, or a Lua integer out of another value.
  function own.to_integer(x)
    if own.is_bint(x) then return low_bits(x, n) end
    return whole(x)
  end
  return own
end

local function add_constants(bint, own, n)
  local made = own.made
  function bint.zero() return made(from_integer(0, n)) end
  function bint.one() return made(from_integer(1, n)) end
  function bint.mininteger()
    local limbs = from_integer(0, n)
    limbs[n] = SIGN
    return made(limbs)
  end
  function bint.maxinteger()
    local limbs = from_integer(-1, n)
    limbs[n] = SIGN - 1
    return made(limbs)
  end
end

local function add_readers(bint, own, n)
  local made, to_bint, needed = own.made, own.to_bint, own.needed
  function bint.new(x)
    return own.is_bint(x) and made(copy(x, n)) or needed(x)
  end
  function bint.frominteger(x)
    local integer = whole(x)
    return integer and made(from_integer(integer, n))
  end
  function bint.fromuinteger(x)
    local integer = whole(x)
    return integer and made(extended(integer, 0, n))
  end
  function bint.frombase(text, base)
    base = known_base(base)
    if type(text) ~= "string" or not base then return nil end
    local sign, digits = match(lower(text), "^([+-]?)(%w+)$")
    local limbs = from_signed(sign, digits, base, n)
    return limbs and made(limbs)
  end
  function bint.fromstring(text)
    local limbs = type(text) == "string" and from_text(text, n)
    return limbs and made(limbs) or nil
  end
  bint.tobint = to_bint
  function bint.parse(x, clone) return to_bint(x, clone) or tonumber(x) end
end

local function add_writers(bint, own, n)
  bint.tonumber, bint.tointeger = own.to_number, own.to_integer
  -- The lowest 64 bits, whatever the sign; they are those of tointeger.
  bint.touinteger = own.to_integer
  -- Unsigned unless the base is ten, where nothing else is said.
  function bint.tobase(x, base, unsigned)
    local limbs = own.to_bint(x)
    base = known_base(base)
    if not limbs or not base then return nil end
    if unsigned == nil then unsigned = base ~= 10 end
    if unsigned or not is_negative(limbs, n) then return to_digits(limbs, base, n) end
    return "-" .. to_digits(negated(limbs, n), base, n)
  end
  function bint.__tostring(x) return to_decimal(own.needed(x), n) end
end

-- Which kind of number something is. A text is none.
local function add_kinds(bint, own)
  local is_bint = own.is_bint
  bint.isbint = is_bint
  function bint.isintegral(x) return is_bint(x) or math_type(x) == "integer" end
  function bint.isnumeric(x) return is_bint(x) or type(x) == "number" end
  function bint.type(x) return is_bint(x) and "bint" or math_type(x) end
end

-- What holds of a number of the class or of Lua.
local function add_properties(bint, own, n)
  local is_bint = own.is_bint
  local function property(of_bint, of_number)
    return function(x)
      if is_bint(x) then return of_bint(x) end
      return of_number(x)
    end
  end
  local function zero(x) return is_all(x, 0, n) end
  local function negative(x) return is_negative(x, n) end
  bint.iszero = property(zero, function(x) return x == 0 end)
  bint.isone = property(function(x) return is_one(x, n) end, function(x) return x == 1 end)
  bint.isminusone = property(
    function(x) return is_all(x, LIMB, n) end, function(x) return x == -1 end)
  bint.isneg = property(negative, function(x) return x < 0 end)
  bint.ispos = property(
    function(x) return not negative(x) and not zero(x) end, function(x) return x > 0 end)
  bint.iseven = property(
    function(x) return x[1] & 1 == 0 end, function(x) return abs(x) % 2 == 0 end)
  bint.isodd = property(
    function(x) return x[1] & 1 == 1 end, function(x) return abs(x) % 2 == 1 end)
end

-- Operations on what converts; on Lua numbers where an operand has a fraction.
local function loose(own, n)
  local to_bint, to_number, made = own.to_bint, own.to_number, own.made
  local function unary(exact, inexact)
    return function(x)
      local limbs = to_bint(x)
      if limbs then return made(exact(limbs, n)) end
      return inexact(to_number(x))
    end
  end
  local function binary(exact, inexact)
    return function(x, y)
      local left, right = to_bint(x), to_bint(y)
      if left and right then return made(exact(left, right, n)) end
      return inexact(to_number(x), to_number(y))
    end
  end
  return unary, binary
end

-- The same where both results matter.
local function division(own, n, exact, inexact)
  local to_bint, to_number, made = own.to_bint, own.to_number, own.made
  return function(x, y)
    local left, right = to_bint(x), to_bint(y)
    if not (left and right) then return inexact(to_number(x), to_number(y)) end
    local quotient, rest = exact(left, right, n)
    return made(quotient), made(rest)
  end
end

local function first(divide)
  return function(x, y) return (divide(x, y)) end
end

local function second(divide)
  return function(x, y)
    local _, rest = divide(x, y)
    return rest
  end
end

local function add_arithmetic(bint, own, n)
  local unary, binary = loose(own, n)
  local function incremented(x) return sum(x, from_integer(1, n), n) end
  local function decremented(x) return difference(x, from_integer(1, n), n) end
  local function absolute(x) return copy(magnitude(x, n), n) end
  bint.__add = binary(sum, function(x, y) return x + y end)
  bint.__sub = binary(difference, function(x, y) return x - y end)
  bint.__mul = binary(product, function(x, y) return x * y end)
  bint.__unm = unary(negated, function(x) return -x end)
  bint.inc = unary(incremented, function(x) return x + 1 end)
  bint.dec = unary(decremented, function(x) return x - 1 end)
  bint.abs = unary(absolute, abs)
  -- As in Lua, / and ^ are operations on floats; ipow is the power in integers.
  function bint.__div(x, y) return own.to_number(x) / own.to_number(y) end
  function bint.__pow(x, y) return own.to_number(x) ^ own.to_number(y) end
  function bint.ipow(x, y) return own.made(power(own.needed(x), own.needed(y), n)) end
end

local function add_divisions(bint, own, n)
  function bint.udivmod(x, y)
    local quotient, rest = unsigned_division(own.needed(x), own.needed(y), n)
    return own.made(quotient), own.made(rest)
  end
  bint.idivmod = division(own, n, floor_division, function(x, y) return x // y, x % y end)
  bint.tdivmod = division(own, n, truncated_division, function(x, y)
    local rest = abs(x) % abs(y)
    local quotient = abs(x) // abs(y)
    return (x < 0) ~= (y < 0) and -quotient or quotient, x < 0 and -rest or rest
  end)
  bint.udiv, bint.umod = first(bint.udivmod), second(bint.udivmod)
  bint.tdiv, bint.tmod = first(bint.tdivmod), second(bint.tdivmod)
  bint.__idiv, bint.__mod = first(bint.idivmod), second(bint.idivmod)
end

-- Whether the first is before the second; on Lua numbers where one has a fraction.
local function add_order(bint, own, n)
  local to_bint, to_number, needed = own.to_bint, own.to_number, own.needed
  function bint.__lt(x, y)
    local left, right = to_bint(x), to_bint(y)
    if left and right then return signed_less(left, right, n) end
    return to_number(x) < to_number(y)
  end
  function bint.__le(x, y)
    local left, right = to_bint(x), to_bint(y)
    if left and right then return not signed_less(right, left, n) end
    return to_number(x) <= to_number(y)
  end
  function bint.ult(x, y) return unsigned_less(needed(x), needed(y), n) end
  function bint.ule(x, y) return not unsigned_less(needed(y), needed(x), n) end
end

-- Lua asks __eq about two tables only: 5 is never equal to a number of the class, but eq
-- finds them equal.
local function add_equality(bint, own, n)
  function bint.__eq(x, y)
    return own.is_bint(x) and own.is_bint(y) and is_equal(x, y, n)
  end
  function bint.eq(x, y)
    local left, right = own.to_bint(x), own.to_bint(y)
    if left and right then return is_equal(left, right, n) end
    return x == y
  end
end

local function add_extremes(bint, own, n)
  local function larger(x, y) return copy(signed_less(x, y, n) and y or x, n) end
  local function smaller(x, y) return copy(signed_less(y, x, n) and y or x, n) end
  local _, binary = loose(own, n)
  bint.max, bint.min = binary(larger, max), binary(smaller, min)
end

local function add_bits(bint, own, n)
  local made, needed, bits = own.made, own.needed, n * LIMB_BITS
  local function bitwise(exact)
    return function(x, y) return made(exact(needed(x), needed(y), n)) end
  end
  local function shift(x, count)
    return made(shifted(needed(x), count or error(NO_BINT, 0), n))
  end
  -- The number of bits to shift by; what is out of range shifts everything out.
  local function count_of(y)
    local count = own.is_bint(y) and own.to_number(y) or own.to_integer(y)
    return count and max(-bits, min(bits, count))
  end
  bint.__band, bint.__bor, bint.__bxor =
    bitwise(conjunction), bitwise(disjunction), bitwise(exclusion)
  function bint.__bnot(x) return made(complement(needed(x), n)) end
  function bint.__shl(x, y) return shift(x, count_of(y)) end
  function bint.__shr(x, y)
    local count = count_of(y)
    return shift(x, count and -count)
  end
end

local GROUPS = {
  add_constants, add_readers, add_writers, add_kinds, add_properties, add_arithmetic,
  add_divisions, add_order, add_equality, add_extremes, add_bits,
}

local function new_class(bits)
  local n = bits // LIMB_BITS
  local bint = { bits = bits }
  bint.__index = bint
  local own = inner_functions(bint, n)
  for i = 1, #GROUPS do GROUPS[i](bint, own, n) end
  return setmetatable(bint, { __call = function(_, x) return bint.new(x) end })
end

-- Contracts ask for these widths (SEMANTICS A6), again whenever a source is loaded, and get
-- one class each time.
local USUAL = {
  [128] = new_class(128), [256] = new_class(256),
  [512] = new_class(512), [1024] = new_class(1024),
}

return function(bits)
  if bits == nil then bits = 256 end
  local width = math_type(bits) and to_whole(bits)
  if not width or width <= 0 or width % LIMB_BITS ~= 0 then
    error("the number of bits of a bint must be a positive multiple of 32", 0)
  end
  return USUAL[width] or new_class(width)
end
