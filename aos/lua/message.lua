-- Messages as handlers get them, and as they send them (SEMANTICS A3, A4).

local type, error, ipairs, next, setmetatable, rawset = type, error, ipairs, next, setmetatable, rawset
local getmetatable = debug.getmetatable
local gsub, lower, sub, upper = string.gsub, string.lower, string.sub, string.upper
local tonumber, tostring = tonumber, tostring

-- Fields that no tag can override. Id, Timestamp, Reference are not among them.
local PROTECTED = {
  From = true, Owner = true, Target = true, Data = true, Tags = true, TagArray = true, Anchor = true,
  Type = true, Variant = true, ["Data-Protocol"] = true, ["From-Process"] = true, ["From-Module"] = true,
}
-- Names of tags whose title is remembered.
local MOST_TITLES, LONG = 1000, 64

-- Fields of a draft that are no tags.
local FIELDS = { Target = true, Data = true, Tags = true, Anchor = true }

return function(sandbox, limits, build, json, Handlers)
  local ao = { id = sandbox.id, env = sandbox.env, authorities = sandbox.authorities, reference = 0 }
  local pairs, dependences = sandbox.pairs, sandbox.dependences
  local view = sandbox.view(ao)
  local process = { ao = ao, view = view, outbox = {}, prefix = nil }

  -- What the host says of the evaluation, where contracts look for it, changed table or not.
  local function tell(name, value)
    ao[name] = value
    if not sandbox.is_frozen(view) then rawset(view, name, value) end
  end

  -- x-foo_bar arrives as X-Foo-Bar, and REPLY-TO as Reply-To, from 2.0.4 on.
  local titles, count = {}, 0
  local function title_cased(name)
    if not build.title_case then return name end
    local known = titles[name]
    if known then return known end
    local words = gsub(lower(name), "_", "-")
    local title = gsub("-" .. words, "-(%l)", function(first) return "-" .. upper(first) end)
    if count > MOST_TITLES then titles, count = {}, 0 end
    title = sub(title, 2)
    if #name <= LONG then titles[name], count = title, count + 1 end
    return title
  end

  local methods, on_message = {}, {}

  local function all_tags(item)
    local tags = {}
    for place, name in ipairs(item.names) do
      tags[place] = { name = title_cased(name), value = item.values[place] }
    end
    return tags
  end

  -- msg.Tags.X is the first tag of that name, msg.X the last.
  function process.received(item)
    local tags = {}
    local msg = {
      From = item.From, Owner = item.Owner, Id = item.Id, Target = item.Target, Data = item.Data,
      Timestamp = sandbox.clock, ["Block-Height"] = sandbox.height, Anchor = item.Anchor,
      Tags = tags,
    }
    local names, values = item.names, item.values
    for place = 1, #names do
      local name, value = titles[names[place]] or title_cased(names[place]), values[place]
      if tags[name] == nil then tags[name] = value end
      if not PROTECTED[name] and not on_message[name] then msg[name] = value end
    end
    -- A tag can say what time it is.
    sandbox.clock = tonumber(msg.Timestamp)
    if sandbox.keep_tags then msg.TagArray = all_tags(item) end
    if tags["Content-Type"] == "application/json" then msg.Data = json.decode(item.Data) end
    dependences.begin(msg)
    return setmetatable(msg, methods.received)
  end

  local function tag_value(value)
    local kind = type(value)
    if kind == "string" then return value end
    -- Anything else leaves the process, but no messenger takes it (SEMANTICS A5, Loss).
    return { kind = kind, text = sandbox.std.tostring(value) }
  end

  -- An entry of the outbox is a list: target or false, data, then names and values of tags.
  local function add_tag(entry, name, value)
    if type(name) ~= "string" then name = sandbox.std.tostring(name) end
    local place = #entry
    entry[place + 1], entry[place + 2] = name, tag_value(value)
  end

  -- Either { { name =, value = }, ... } or { [name] = value, ... }.
  local function add_tags(entry, tags)
    if type(tags) ~= "table" then error("ao.send: Tags must be a table", 3) end
    if tags[1] == nil then
      for name, value in pairs(tags) do add_tag(entry, name, value) end
      return
    end
    for _, tag in ipairs(tags) do
      if type(tag) ~= "table" then error("ao.send: each of Tags must be { name =, value = }", 3) end
      add_tag(entry, tag.name, tag.value)
    end
  end

  local function body(data)
    local kind = type(data)
    if kind == "string" then return data end
    if kind == "table" then limits.refuse("a message with a table as Data; encode it first") end
    return data == nil and "" or sandbox.std.tostring(data)
  end

  -- Without a prefix, references are counted from the one after `first`.
  function process.reset(prefix, first)
    dependences.is_ordered = false
    if next(process.outbox) ~= nil then process.outbox = {} end
    process.prefix, process.count = prefix, first
    -- Made anew each time: a contract may have kept the last one.
    tell("outbox", { Output = {}, Messages = {}, Spawns = {}, Assignments = {} })
    tell("reference", prefix or first)
  end

  -- A Reference is a count; where the caller names messages by their causes, entry i of an
  -- outbox, from 0, carries the prefix and i.
  local function reference_of(place)
    if not process.prefix then
      process.count = process.count + 1
      tell("reference", process.count)
      return tostring(process.count)
    end
    local reference = process.prefix .. place - 1
    tell("reference", reference)
    return reference
  end

  function ao.send(draft)
    if type(draft) ~= "table" then error("ao.send: the message must be a table", 2) end
    local target = draft.Target
    if type(target) ~= "string" then target = false end
    local entry = { target, body(draft.Data) }
    for name, value in pairs(draft) do
      if not FIELDS[name] then add_tag(entry, name, value) end
    end
    if draft.Tags ~= nil then add_tags(entry, draft.Tags) end
    local place = #process.outbox + 1
    process.outbox[place] = entry
    local tags = {}
    for at = 3, #entry, 2 do tags[entry[at]] = entry[at + 1] end
    local sent = { Target = draft.Target, Data = draft.Data, Reference = reference_of(place), Tags = tags }
    return setmetatable(sent, methods.sent)
  end

  -- Send, and what replies and forwards, call what `ao.send` is at the time.
  function process.send(draft) return view.send(draft) end

  -- A reply goes to Reply-To, if the message has it, and repeats the X-Reference of the
  -- message, if it has one: both are chosen by whoever sent it.
  local function reply(msg, draft)
    local answer = {}
    for name, value in pairs(draft) do answer[name] = value end
    answer.Target = msg["Reply-To"] or draft.Target or msg.From
    answer["X-Reference"] = msg["X-Reference"] or msg.Reference
    if msg["X-Origin"] then answer["X-Origin"] = msg["X-Origin"] end
    return process.send(answer)
  end

  local function forward(msg, target, changes)
    local copy = { Data = msg.Data, Tags = {} }
    for name, value in pairs(msg.Tags) do
      if not PROTECTED[name] and name ~= "Reference" and name ~= "Pushed-For" then copy.Tags[name] = value end
    end
    for name, value in pairs(changes or {}) do
      if FIELDS[name] then copy[name] = value else copy.Tags[name] = value end
    end
    copy.Target = target
    copy.Tags["X-Reference"] = msg["X-Reference"] or msg.Reference
    copy.Tags["X-Origin"] = msg["X-Origin"] or msg.From
    return process.send(copy)
  end

  local function wait()
    Handlers.receive()
  end

  local function methods_of(makers)
    local meta = {
      __index = function(msg, name)
        local maker = makers[name]
        return maker and maker(msg)
      end,
    }
    sandbox.hidden[meta] = true
    return meta
  end

  function on_message.forward(msg)
    return function(target, changes) return forward(msg, target, changes) end
  end
  if build.replies then
    on_message.reply = function(msg)
      return function(draft) return reply(msg, draft) end
    end
    on_message.receive = function() return wait end
  end
  methods.received = methods_of(on_message)
  dependences.watch(methods.received)

  methods.sent = methods_of(build.replies and {
    onReply = function(sent)
      return function(...)
        local pattern = { From = sent.Target, ["X-Reference"] = sent.Reference }
        local first, second = ...
        if second ~= nil then pattern, first = first, second end
        Handlers.once(pattern, first)
      end
    end,
    receive = function() return wait end,
  } or {})
  process.methods = methods

  function ao.isTrusted() return true end
  function ao.spawn() limits.refuse("ao.spawn: spawning processes is not supported") end
  function ao.assign() limits.refuse("ao.assign: assigning messages is not supported") end
  function ao.log(...) sandbox.std.print(...) end
  function ao.addAssignable() limits.refuse("ao.addAssignable: what may be assigned is the platform's to say") end
  return process
end
