-- What aos has as `require(".crypto")`, except for its ciphers (SEMANTICS A7). What is computed is
-- computed by `hashes.rs`.

local byte, rep, unpack, format = string.byte, string.rep, string.unpack, string.format
local concat, next, type, error = table.concat, next, type, error
local floor, to_whole, char, sub = math.floor, math.tointeger, string.char, string.sub

-- What costs as much as one instruction: bytes of a digest, digests of something short.
local BYTES_DIGESTED, SHORT_DIGEST = 4, 50
-- Blocks of HMAC by itself, and in PBKDF2.
local BLOCK, BLOCK_OF_PBKDF2 = 32, 64
local DIGESTS = { sha1 = "sha1", sha256 = "sha2_256" }
-- As in `sandbox.lua`.
local LONGEST_TEXT = 1 << 20
local SPONGES = { "sha3_256", "sha3_512", "keccak256", "keccak512" }
local LENGTHS = { sha1 = 20, sha2_256 = 32 }

return function(sandbox, limits, dependences, hashes, make_util)
  -- What functions that go into states are made of: the host knows these by name.
  local parts = {}
  local portable, text = sandbox.portable, sandbox.libraries.string

  local function method_of(f, state)
    return function(...) return f(state, ...) end
  end
  local function method(f, state) return portable(method_of(f, state)) end

  local util, each_of = make_util(sandbox, limits, dependences, parts, method)
  local array = util.array

  -- A digest looks into all of a text.
  local function pay(given)
    text.len(given)
    dependences.number(given)
    limits.charge(#given // BYTES_DIGESTED + SHORT_DIGEST)
  end

  local function want_text(given)
    if type(given) ~= "string" then error("attempt to digest a " .. type(given) .. " value", 0) end
    pay(given)
  end

  local function char_of(value)
    local whole = to_whole(value)
    if not whole or whole < 0 or whole > 255 then limits.refuse("a digest of something that is no byte") end
    return char(whole)
  end

  -- What is left of a stream.
  local function drained(stream)
    local bytes = {}
    for one in stream do bytes[#bytes + 1] = char_of(one) end
    return concat(bytes)
  end

  -- A list of bytes up to its first place without one.
  local function text_of(list)
    return concat(each_of(list, char_of))
  end

  -- A key is digested by how long its list says it is.
  local function key_of(name, key, block)
    local bytes = #key
    local given = text_of(key)
    if bytes > block and #given <= block then given = hashes.digest(name, given) end
    pay(given)
    return given
  end

  -- Digests that are made at once -----------------------------------------------------------

  function parts.text(raw) return raw end
  function parts.itself(value) return value end
  function parts.bytes(raw) return { byte(raw, 1, -1) } end
  function parts.hex(raw) return format(rep("%02x", #raw), byte(raw, 1, -1)) end
  function parts.words(raw)
    local a, b, c, d, e, f, g, h = unpack(">i8i8i8i8i8i8i8i8", raw)
    return { a, b, c, d, e, f, g, h }
  end

  local function shown_as(raw, bytes)
    return { asBytes = bytes, asHex = method(parts.hex, raw), asString = method(parts.text, raw) }
  end

  local function of_bytes(raw) return shown_as(raw, method(parts.bytes, raw)) end

  local digest = {}
  for _, name in next, { "md2", "md4", "md5" } do
    digest[name] = function(stream)
      local given = drained(stream)
      pay(given)
      return of_bytes(hashes.digest(name, given))
    end
  end

  function digest.sha2_512(given)
    want_text(given)
    local raw = hashes.digest("sha2_512", given)
    return shown_as(raw, method(parts.words, raw))
  end

  for _, name in next, SPONGES do
    digest[name] = function(given)
      want_text(given)
      return shown_as(hashes.digest(name, given))
    end
  end

  -- Its bytes are texts, in one table that anybody may change.
  function digest.blake2b(given, length, key)
    length, key = length or 64, key or ""
    if type(key) ~= "string" then limits.refuse("BLAKE2b with a key that is no text") end
    if length < 1 or length > 64 or #key > 64 then return nil, "illegal parameters" end
    length = to_whole(length) or error("number has no integer representation", 0)
    want_text(given)
    pay(key)
    local raw, bytes = hashes.blake2b(given, length, key), {}
    for place = 1, length do bytes[place] = char(byte(raw, place)) end
    return shown_as(raw, method(parts.itself, bytes))
  end

  -- Digests that are made bit by bit --------------------------------------------------------

  function parts.init(state)
    state.text, state.raw = "", nil
    return state.object
  end

  local function want_open(state)
    if state.raw then limits.refuse("a digest that is finished, and goes on without init: this host does not follow that") end
  end

  function parts.update(state, stream)
    want_open(state)
    state.text = state.text .. drained(stream)
    return state.object
  end

  function parts.finish(state)
    want_open(state)
    pay(state.text)
    state.text, state.raw = "", hashes.digest(state.name, state.text)
    return state.object
  end

  local function finished(state)
    return state.raw or limits.refuse("a digest that is not finished: this host does not follow that")
  end
  function parts.bytes_of_state(state) return parts.bytes(finished(state)) end
  function parts.hex_of_state(state) return parts.hex(finished(state)) end
  parts.text_of_state = finished

  local function begun(name)
    local state = { name = name, text = "" }
    state.object = {
      init = method(parts.init, state), update = method(parts.update, state), finish = method(parts.finish, state),
      asBytes = method(parts.bytes_of_state, state), asHex = method(parts.hex_of_state, state),
      asString = method(parts.text_of_state, state),
    }
    return state.object, state
  end

  local function of_stream(name)
    return function(stream)
      local object, state = begun(name)
      parts.update(state, stream)
      return parts.finish(state)
    end
  end
  local sha1 = { sha1 = of_stream("sha1"), SHA1 = function() return (begun("sha1")) end }
  local sha256 = { sha2_256 = of_stream("sha2_256"), SHA2_256 = function() return (begun("sha2_256")) end }
  digest.sha1, digest.sha2_256 = sha1.sha1, sha256.sha2_256

  -- Keys --------------------------------------------------------------------------------

  local function digest_of(algorithm, module, line)
    if algorithm == nil then return "sha1" end
    return DIGESTS[algorithm] or error(format('[string "%s"]:%d: Unsupported algorithm: ', module, line) .. algorithm, 0)
  end

  function parts.unfollowed(name)
    limits.refuse("%s of what HMAC or PBKDF2 made: aos has it, this host does not", name)
  end

  local function with_unfollowed(object, names)
    for _, name in next, names do object[name] = method(parts.unfollowed, name) end
    return object
  end

  local function hmac(stream, key, algorithm)
    local name = digest_of(algorithm, ".crypto.mac.hmac", 217)
    key = key_of(name, key, BLOCK)
    local given = drained(stream)
    pay(given)
    local object = of_bytes(hashes.hmac(name, BLOCK, key, given))
    return with_unfollowed(object, { "setBlockSize", "setDigest", "setKey", "init", "update", "finish" })
  end

  local function pbkdf2(password, salt, rounds, length, algorithm)
    local name = digest_of(algorithm, ".crypto.kdf.pbkdf2", 277)
    rounds, length = floor(rounds), floor(length)
    if rounds < 0 then rounds = 0 end
    if length < 0 then length = 0 end
    password, salt = key_of(name, password, BLOCK_OF_PBKDF2), text_of(salt)
    pay(salt)
    limits.charge((length // LENGTHS[name] + 1.0) * rounds * 2 * SHORT_DIGEST)
    if length > LONGEST_TEXT then limits.trip_memory() end
    local raw = hashes.pbkdf2(name, password, salt, rounds, length)
    local bytes = array.fromString(raw)
    local object = {
      asBytes = method(parts.itself, bytes), asHex = method(array.toHex, bytes), asString = method(array.toString, bytes),
    }
    return with_unfollowed(object,
      { "setBlockLen", "setDKeyLen", "setIterations", "setSalt", "setPassword", "setPRF", "finish" })
  end

  -- Modules -----------------------------------------------------------------------------

  local view = sandbox.view
  util.stream, util.array, util.hex, util.bit = view(util.stream), view(array), view(util.hex), sandbox.std.bit32
  local digests, macs, kdfs, utils = view(digest), view({ createHmac = hmac }), view({ pbkdf2 = pbkdf2 }), view(util)
  local whole = { digest = digests, mac = macs, kdf = kdfs, utils = utils }

  -- By the name of the module what it is, and what the registry calls it.
  local modules = {}
  local function provide(name, value, object) modules[name] = { value = value, object = object } end

  -- aos loads each that has others within twice, by two names.
  local function provide_twice(name, value, again)
    local object = sub(name, 2)
    provide(name .. ".init", value, object)
    provide(name, again, object)
  end
  provide_twice(".crypto", view(whole), view(whole))
  provide_twice(".crypto.digest", digests, view(digest))
  provide_twice(".crypto.mac", macs, view({ createHmac = hmac }))
  provide_twice(".crypto.kdf", kdfs, view({ pbkdf2 = pbkdf2 }))
  provide_twice(".crypto.util", utils, view(util))

  local sha3 = {}
  for _, name in next, SPONGES do sha3[name] = digest[name] end
  for name, value in next, {
    ["digest.sha1"] = view(sha1), ["digest.sha2_256"] = view(sha256), ["digest.sha3"] = view(sha3),
    ["mac.hmac"] = view({ hmac = hmac }), ["kdf.pbkdf2"] = view({ pbkdf2 = pbkdf2 }),
    ["util.stream"] = util.stream, ["util.array"] = util.array, ["util.hex"] = util.hex,
  } do
    provide(".crypto." .. name, value, "crypto." .. name)
  end
  for _, name in next, { "md2", "md4", "md5", "sha2_512", "blake2b" } do
    provide(".crypto.digest." .. name, digest[name])
  end
  provide(".crypto.util.queue", util.queue)
  provide(".crypto.util.bit", util.bit)
  return modules, parts
end
