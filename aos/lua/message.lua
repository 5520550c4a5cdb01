-- Messages as handlers get them, and as they send them (SEMANTICS A3, A4).

local type, error, ipairs, next, select, setmetatable, rawset = type, error, ipairs, next, select, setmetatable, rawset
local unpack = table.unpack
local gsub, lower, sub, upper = string.gsub, string.lower, string.sub, string.upper
local tonumber, tostring = tonumber, tostring

-- Fields that no tag can override. Id, Timestamp, Reference are not among them.
local PROTECTED = {
  From = true, Owner = true, Target = true, Data = true, Tags = true, TagArray = true, Anchor = true,
  Type = true, Variant = true, ["Data-Protocol"] = true, ["From-Process"] = true, ["From-Module"] = true,
  ["Read-Only"] = true,
}
-- Fields that aos puts on a message after its tags, so that they stay; Cron and what else a
-- messenger adds are there before, and a tag overrides them.
local AFTER_TAGS = { reply = true, forward = true }
-- Fields that are not forwarded.
local NOT_FORWARDED = {
  From = true, Owner = true, Target = true, Tags = true, TagArray = true, Anchor = true, Type = true, Variant = true,
  ["Data-Protocol"] = true, ["From-Process"] = true, ["From-Module"] = true, ["Read-Only"] = true,
  ["Hash-Chain"] = true, Timestamp = true, Nonce = true, Epoch = true, Signature = true, ["Forwarded-By"] = true,
  ["Pushed-For"] = true, Cron = true, ["Block-Height"] = true, Reference = true, Id = true, ["Reply-To"] = true,
}
-- Tags of every message, before its own (SEMANTICS A7).
local OF_PROTOCOL = { { "Data-Protocol", "ao" }, { "Variant", "ao.TN.1" }, { "Type", "Message" } }
-- The fields that all messages have on aos but do not show here until they are asked for, and
-- those of tags, and of what `ao.send` returns.
local OF_MESSAGE = "reply forward Cron TagArray Module Nonce Epoch Hash-Chain Anchor"
local OF_TAGS = "Data-Protocol Variant Type From-Module"
local OF_SENT = "Tags Anchor onReply receive"
-- Names of tags whose title is remembered.
local MOST_TITLES, LONG = 1000, 64

-- Fields of a draft that are no tags.
local FIELDS = { Target = true, Data = true, Tags = true, Anchor = true, From = true }

return function(sandbox, limits, build, json, Handlers, requests)
  local ao = { id = sandbox.id, env = sandbox.env, authorities = sandbox.authorities, reference = 0 }
  local guard = sandbox.guard
  local pairs, dependences = sandbox.pairs, sandbox.dependences
  local view = sandbox.view(ao)
  local process = { ao = ao, view = view, outbox = {}, prefix = nil }

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

  -- A value that is made when it is asked for first, and stays the same.
  local function kept(make)
    local made = setmetatable({}, { __mode = "k" })
    return function(owner)
      local value = made[owner]
      if value == nil then
        value = make(owner)
        made[owner] = value
      end
      return value
    end
  end

  local methods, on_message, on_tags = {}, {}, {}
  function on_message.Cron() return false end
  for _, tag in ipairs(OF_PROTOCOL) do
    local name, value = tag[1], tag[2]
    on_tags[name] = function() return value end
  end
  -- Only what was pushed has the module of its sender, which nobody here knows.
  function on_tags.is_there(tags, name) return name ~= "From-Module" or tags["From-Process"] ~= nil end
  on_tags["From-Module"] = function(tags)
    if tags["From-Process"] ~= nil then guard.refuse_read("msg.Tags", "From-Module") end
  end
  methods.tags = guard.fields("msg.Tags", on_tags, OF_TAGS)
  methods.outbox = guard.fields("ao.outbox", {})
  local unknown_value = guard.fields("msg.Tags", {
    value = function() guard.refuse_read("msg.Tags", "From-Module") end,
  })
  methods.unknown_value = unknown_value

  -- All tags, with those that the platform adds.
  local function all_tags(item, pusher)
    local tags = {}
    for place, tag in ipairs(OF_PROTOCOL) do tags[place] = { name = tag[1], value = tag[2] } end
    for place, name in ipairs(item.names) do
      tags[#tags + 1] = { name = title_cased(name), value = item.values[place] }
    end
    if pusher then
      tags[#tags + 1] = { name = "From-Process", value = pusher }
      tags[#tags + 1] = setmetatable({ name = "From-Module" }, unknown_value)
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
      local stays = PROTECTED[name] or AFTER_TAGS[name] and on_message[name]
      if not stays then msg[name] = value end
    end
    -- From is what this tag says (SEMANTICS A3).
    local pusher = msg.From ~= msg.Owner and tags["From-Process"] == nil and msg.From or nil
    tags["From-Process"] = tags["From-Process"] or pusher
    local is_json = tags["Content-Type"] == "application/json"
    setmetatable(tags, methods.tags)
    -- A tag can say what time it is.
    sandbox.clock = tonumber(msg.Timestamp)
    if sandbox.keep_tags then msg.TagArray = all_tags(item, pusher) end
    if is_json then msg.Data = json.decode(item.Data) end
    dependences.begin(msg)
    return setmetatable(msg, methods.received)
  end

  local function tag_value(value)
    local kind = type(value)
    if kind == "string" then return value end
    -- Anything else leaves the process, but no messenger takes it (SEMANTICS A5, Loss).
    dependences.unsent()
    return { kind = kind, text = sandbox.shown(value), value = value }
  end

  -- An entry of the outbox is a list: target or false, data, then names and values of tags.
  local function add_tag(entry, name, value)
    if type(name) ~= "string" then name = sandbox.shown(name) end
    local place = #entry
    entry[place + 1], entry[place + 2] = name, tag_value(value)
  end

  -- Whether two of these names, from a place in the entry on, are one where they arrive.
  local function has_twins(entry, first)
    local known = {}
    for at = first, #entry, 2 do
      local title = title_cased(entry[at])
      if known[title] then return true end
      known[title] = true
    end
    return false
  end

  -- A table has no order: which of two names that become one is the last is nobody's to say.
  local function add_map(entry, map, no_tags)
    local first, is_renamed = #entry + 1, false
    for name, value in pairs(map) do
      if not no_tags[name] then
        add_tag(entry, name, value)
        local written = entry[#entry - 1]
        is_renamed = is_renamed or written ~= name or title_cased(written) ~= written
      end
    end
    if is_renamed and has_twins(entry, first) then dependences.order(2) end
  end

  -- Either { { name =, value = }, ... } or { [name] = value, ... }.
  local function add_tags(entry, tags)
    if type(tags) ~= "table" then error("ao.send: Tags must be a table", 3) end
    if tags[1] == nil then return add_map(entry, tags, {}) end
    for _, tag in ipairs(tags) do
      if type(tag) ~= "table" then error("ao.send: each of Tags must be { name =, value = }", 3) end
      add_tag(entry, tag.name, tag.value)
    end
  end

  local function add_tags_of(entry, draft)
    add_map(entry, draft, FIELDS)
    if draft.Tags ~= nil then add_tags(entry, draft.Tags) end
  end

  -- The Action under which an entry arrives, if that is a text.
  local function action_of(entry)
    for at = #entry - 1, 3, -2 do
      if title_cased(entry[at]) == "Action" then return entry[at + 1] end
    end
  end

  local function body(data)
    local kind = type(data)
    if kind == "string" then return data end
    if kind == "table" then limits.refuse("a message with a table as Data; encode it first") end
    return data == nil and "" or sandbox.shown(data)
  end

  -- Without a prefix, references are counted from the one after `first`.
  function process.reset(prefix, first)
    dependences.is_ordered = false
    if next(process.outbox) ~= nil then process.outbox = {} end
    process.prefix, process.count = prefix, first
    -- Made anew each time: a contract may have kept the last one.
    ao.outbox = setmetatable({ Output = {} }, methods.outbox)
    ao.reference = prefix or first
  end

  -- A Reference is a count; where the caller names messages by their causes, entry i of an
  -- outbox, from 0, carries the prefix and i.
  local function reference_of(place)
    if not process.prefix then
      process.count = process.count + 1
      ao.reference = process.count
      return tostring(process.count)
    end
    local reference = process.prefix .. place - 1
    ao.reference = reference
    return reference
  end

  -- What was sent, by what stands for it: a state has no room for that.
  local entries = setmetatable({}, { __mode = "k" })

  local function entry_of(sent)
    return entries[sent] or guard.refuse("what was sent in an earlier evaluation is asked for its tags or its reply")
  end

  local function put_entry(entry)
    local place = #process.outbox + 1
    process.outbox[place] = entry
    return place
  end

  -- Puts an entry into the outbox, which `sent` stands for; what is known of it.
  local function put(sent, entry)
    local known = { sent = entry, reference = reference_of(put_entry(entry)) }
    entries[sent] = known
    return known
  end

  function ao.send(draft)
    if type(draft) ~= "table" then error("ao.send: the message must be a table", 2) end
    local target = draft.Target
    if type(target) ~= "string" then target = false end
    if not target or target == "" then dependences.unsent() end
    local entry = { target, body(draft.Data) }
    add_tags_of(entry, draft)
    if target then dependences.sent(target, action_of(entry)) end
    local sent = setmetatable({ Target = draft.Target, Data = draft.Data }, methods.sent)
    put(sent, entry).target = draft.Target
    return sent
  end

  -- `Send` returns less than `ao.send`.
  function process.send(draft)
    local sent = ao.send(draft)
    local short = setmetatable({ output = "Message added to outbox" }, methods.short)
    entries[short] = entries[sent]
    return short
  end

  -- A reply goes to Reply-To, if the message has it, and repeats the X-Reference of the
  -- message, if it has one: both are chosen by whoever sent it.
  local function reply(msg, draft)
    draft.Target = msg["Reply-To"] or draft.Target or msg.From
    draft["X-Reference"] = msg["X-Reference"] or msg.Reference
    draft["X-Origin"] = msg["X-Origin"] or nil
    return ao.send(draft)
  end

  local function forward(msg, target, changes)
    local copy = {}
    for name, value in next, msg do
      if not NOT_FORWARDED[name] then copy[name] = value end
    end
    for name, value in pairs(changes or {}) do copy[name] = value end
    copy.Target = target
    copy["Reply-To"] = msg["Reply-To"] or msg.From
    copy["X-Reference"] = msg["X-Reference"] or msg.Reference
    copy["X-Origin"] = msg["X-Origin"] or msg.From
    ao.send(copy)
  end

  on_message.forward = kept(function(msg)
    return function(target, changes) return forward(msg, target, changes) end
  end)
  local on_sent, on_short = {}, {}
  if build.replies then
    on_message.reply = kept(function(msg)
      return function(draft) return reply(msg, draft) end
    end)
    on_sent.onReply = kept(function(sent)
      return function(...)
        local from, resolver = entry_of(sent).target, ...
        if select("#", ...) == 2 then from, resolver = ... end
        Handlers.once({ From = from, ["X-Reference"] = process.pattern_of(entry_of(sent).reference) }, resolver)
      end
    end)
    on_sent.receive = kept(function(sent)
      return function(...)
        local known, from = entry_of(sent), ...
        if select("#", ...) ~= 1 then from = known.target end
        return Handlers.receive({ From = from, ["X-Reference"] = process.pattern_of(known.reference) })
      end
    end)
    on_short.onReply, on_short.receive = on_sent.onReply, on_sent.receive
  end
  -- The tags of an entry from a place on, as a contract gave them.
  local function add_own_tags(tags, of, first)
    for at = first, #of, 2 do
      local value = of[at + 1]
      if type(value) == "table" then value = value.value end
      tags[#tags + 1] = { name = of[at], value = value }
    end
  end

  function on_sent.Tags(sent)
    local known = entry_of(sent)
    local tags, of = {}, known.sent
    for place, tag in ipairs(OF_PROTOCOL) do tags[place] = { name = tag[1], value = tag[2] } end
    tags[#tags + 1] = { name = "Reference", value = known.reference }
    add_own_tags(tags, of, 3)
    rawset(sent, "Tags", tags)
    return tags
  end
  methods.received = guard.fields("msg", on_message, OF_MESSAGE)
  dependences.watch(methods.received)
  methods.sent = guard.fields("ao.send", on_sent, OF_SENT)
  methods.short = guard.fields("Send", on_short, "onReply receive")
  process.methods = methods

  -- Where references are names of causes, their dots and dashes are no Lua pattern.
  function process.pattern_of(reference)
    if not build.loose_patterns then return reference end
    return "^" .. gsub(reference, "%p", "%%%0") .. "$"
  end

  local spawned_with = { unpack(sandbox.authorities) }

  -- The list of authorities as it is now.
  function process.authorities()
    local list = view.authorities
    if type(list) ~= "table" or sandbox.lengths.meta_of(list) then guard.refuse("ao.authorities is no plain list: whom that trusts cannot be told") end
    return list
  end

  local function is_in(list, wanted)
    for _, known in ipairs(list) do
      if known == wanted then return true end
    end
    return false
  end

  -- With each message aos adds the Authority tags of the process (SEMANTICS A7).
  function process.add_authorities()
    local list = process.authorities()
    if list[1] == spawned_with[1] and spawned_with[2] == nil then return end
    if not build.lists_all and list[1] ~= nil then return end
    for _, authority in ipairs(spawned_with) do
      if not is_in(list, authority) then list[#list + 1] = authority end
    end
  end

  function ao.isTrusted(msg)
    for _, authority in ipairs(view.authorities) do
      if msg.From == authority or msg.Owner == authority then return true end
    end
    return false
  end
  function ao.isAssignment(msg) return msg.Target ~= ao.id end
  requests(sandbox, build, Handlers, process, {
    kept = kept, body = body, add_tags_of = add_tags_of, add_own_tags = add_own_tags, put = put, put_entry = put_entry,
    entry_of = entry_of, alias = function(other, sent) entries[other] = entries[sent] end,
  })
  function ao.log(...)
    local outbox = ao.outbox
    if type(outbox.Output) == "string" then outbox.Output = { outbox.Output } end
    sandbox.std.table.insert(outbox.Output, (...))
    sandbox.std.print(...)
  end
  function ao.addAssignable() guard.refuse("ao.addAssignable: what may be assigned is the platform's to say") end
  return process
end
