-- A stand-in for aos: as much of it as the handlers of a TIM3 contract can see.
-- Written from SEMANTICS A1 (handlers) and A3 (messages); it is not aos source.
--
-- Returns spawn(id), which makes a process with an environment of its own:
--   globals                     what the contract reads and writes
--   load(source)                runs a source in it, as an Eval of the owner does
--   evaluate(item, references)  runs the handlers; the error they threw, or nil
--   outbox                      what the last evaluation sent: Target, Data, Tags
--   awaited()                   the References whose onReply has not run yet
--
-- An item has From, Owner, Id, Target, Data and Tags, a list of { name, value }. A real
-- Reference is a count; here entry i of an outbox carries references[i].

-- Fields that no tag can override (A3). Id is not among them.
local PROTECTED = {
  From = true, Owner = true, Target = true, Data = true, Tags = true, Anchor = true,
  Type = true, ["From-Process"] = true,
}

-- msg.Tags.X is the first tag of that name, msg.X the last (A3).
local function received(item)
  local msg = {
    From = item.From, Owner = item.Owner, Id = item.Id, Target = item.Target,
    Data = item.Data, Tags = {},
  }
  for _, tag in ipairs(item.Tags) do
    local name, value = tag[1], tag[2]
    if msg.Tags[name] == nil then msg.Tags[name] = value end
    if not PROTECTED[name] then msg[name] = value end
  end
  return msg
end

-- A JSON reader without \u, which contracts get from require("json") and in no other way.
local json = {}
local value

local function fail(position)
  error("unexpected character in JSON at " .. position, 0)
end

local function skip(text, position)
  return text:match("^[ \t\r\n]*()", position)
end

local ESCAPES = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ["/"] = "/", ['"'] = '"', ["\\"] = "\\" }

local function unescaped(raw, position)
  return (raw:gsub("\\(.)", function(c) return ESCAPES[c] or fail(position) end))
end

local function quoted(text, position)
  local from = position + 1
  local at = from
  while true do
    local c = text:sub(at, at)
    if c == "" or c:byte() < 32 then fail(at) end
    if c == '"' then return unescaped(text:sub(from, at - 1), from), at + 1 end
    at = at + (c == "\\" and 2 or 1)
  end
end

local function number(text, position)
  local numeral, after = text:match("^(%-?%d+%.?%d*[eE]?[+-]?%d*)()", position)
  local read = numeral and not numeral:match("^%-?0%d") and tonumber(numeral)
  if not read then fail(position) end
  return read, after
end

local function word(text, position)
  for name, meaning in pairs({ ["true"] = true, ["false"] = false }) do
    if text:sub(position, position + #name - 1) == name then return meaning, position + #name end
  end
  if text:sub(position, position + 3) == "null" then return nil, position + 4 end
  return number(text, position)
end

-- Reads items up to a closing bracket; read(position) reads one and says where it ends.
local function items(text, position, close, read)
  position = skip(text, position + 1)
  if text:sub(position, position) == close then return position + 1 end
  while true do
    position = skip(text, read(skip(text, position)))
    local c = text:sub(position, position)
    if c == close then return position + 1 end
    if c ~= "," then fail(position) end
    position = position + 1
  end
end

local function object(text, position)
  local read = {}
  return read, items(text, position, "}", function(at)
    if text:sub(at, at) ~= '"' then fail(at) end
    local name, after = quoted(text, at)
    after = skip(text, after)
    if text:sub(after, after) ~= ":" then fail(after) end
    read[name], after = value(text, skip(text, after + 1))
    return after
  end)
end

local function array(text, position)
  local read, count = {}, 0
  return read, items(text, position, "]", function(at)
    local after
    count = count + 1
    read[count], after = value(text, at)
    return after
  end)
end

function value(text, position)
  local c = text:sub(position, position)
  if c == "{" then return object(text, position) end
  if c == "[" then return array(text, position) end
  if c == '"' then return quoted(text, position) end
  return word(text, position)
end

function json.decode(text)
  local read, after = value(text, skip(text, 1))
  after = skip(text, after)
  if after <= #text then fail(after) end
  return read
end

local function matches_table(msg, pattern)
  for name, wanted in pairs(pattern) do
    if msg[name] ~= wanted then return false end
  end
  return true
end

local function result_of(pattern, msg)
  if type(pattern) == "function" then return pattern(msg) end
  if type(pattern) == "table" then return matches_table(msg, pattern) end
  return msg.Tags.Action == pattern
end

-- Whether a handler runs, and whether it is the last (A1).
local function meaning(result)
  local kind = type(result)
  if kind ~= "boolean" and kind ~= "number" and kind ~= "string" then
    error("Pattern result is not valid, it MUST be string, number, or boolean")
  end
  local last = result == true or result == "break" or (kind == "number" and result < 0)
  local runs = last or result == "continue" or (kind == "number" and result > 0)
  return runs, last
end

local function handler_list()
  local Handlers = { list = {}, utils = {}, once_count = 0 }

  local function place(name)
    for i, entry in ipairs(Handlers.list) do
      if entry.name == name then return i end
    end
  end

  -- A known name is overwritten where it stands; a new one goes to the end.
  function Handlers.add(name, pattern, handle, max_runs)
    if handle == nil then pattern, handle = name, pattern end
    local entry = { name = name, pattern = pattern, handle = handle, max_runs = max_runs }
    Handlers.list[place(name) or #Handlers.list + 1] = entry
  end

  -- Runs once, before every handler that is there now.
  function Handlers.once(pattern, handle)
    Handlers.once_count = Handlers.once_count + 1
    local name = "_once_" .. Handlers.once_count
    table.insert(Handlers.list, 1, { name = name, pattern = pattern, handle = handle, max_runs = 1 })
  end

  function Handlers.evaluate(msg)
    for _, entry in ipairs({ table.unpack(Handlers.list) }) do
      local runs, last = meaning(result_of(entry.pattern, msg))
      if runs then
        entry.handle(msg)
        entry.max_runs = entry.max_runs and entry.max_runs - 1
        if entry.max_runs == 0 then table.remove(Handlers.list, place(entry.name)) end
      end
      if last then return end
    end
  end

  function Handlers.utils.hasMatchingTag(name, wanted)
    return function(msg) return msg.Tags[name] == wanted end
  end

  return Handlers
end

local SENT_FIELDS = { Target = true, Data = true, Tags = true }

local function messenger(process, ao, Handlers)
  return function(draft)
    local entry = { Target = draft.Target, Data = draft.Data or "", Tags = {} }
    for name, text in pairs(draft) do
      if not SENT_FIELDS[name] then entry.Tags[name] = text end
    end
    for name, text in pairs(draft.Tags or {}) do entry.Tags[name] = text end
    table.insert(process.outbox, entry)
    local reference = process.references[#process.outbox]
    ao.reference = reference or error("the outbox is longer than the list of references")
    return {
      onReply = function(handle)
        Handlers.once({ From = draft.Target, ["X-Reference"] = reference }, handle)
      end,
    }
  end
end

local function environment(ao, Handlers)
  local globals = {}
  for name, standard in pairs(_G) do globals[name] = standard end
  globals._G, globals.ao, globals.Handlers, globals.Send = globals, ao, Handlers, ao.send
  globals.require = function(name)
    if name == "json" then return json end
    error("module '" .. name .. "' not found")
  end
  return globals
end

-- Sources are compiled once for all processes.
local compiled = {}

return function(id)
  local process = { outbox = {}, references = {} }
  local ao, Handlers = { id = id }, handler_list()
  ao.send = messenger(process, ao, Handlers)
  process.globals = environment(ao, Handlers)

  function process.load(source)
    compiled[source] = compiled[source] or string.dump(assert(load(source, "=contract", "t")))
    load(compiled[source], "=contract", "b", process.globals)()
  end

  function process.evaluate(item, references)
    process.outbox, process.references = {}, references
    local fine, thrown = pcall(Handlers.evaluate, received(item))
    if not fine then return tostring(thrown) end
  end

  function process.awaited()
    local references = {}
    for _, entry in ipairs(Handlers.list) do
      if entry.max_runs then table.insert(references, entry.pattern["X-Reference"]) end
    end
    return references
  end

  return process
end
