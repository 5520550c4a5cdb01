-- One aos process in one interpreter: brings it to a state, evaluates a message, and takes
-- the state that is left. The host calls what this chunk returns.

local pcall, type, next, ipairs, load, error, select = pcall, type, next, ipairs, load, error, select
local rawget, getmetatable, setmetatable = rawget, debug.getmetatable, debug.setmetatable
local getinfo, getupvalue = debug.getinfo, debug.getupvalue
local gmatch, gsub, match, sub, dump = string.gmatch, string.gsub, string.match, string.sub, string.dump
local rawequal, tointeger = rawequal, math.tointeger
local rawset, setupvalue, upvalueid = rawset, debug.setupvalue, debug.upvalueid
local concat, sort = table.concat, table.sort

-- No bint is wider: each width is a class that stays.
local WIDEST = 4096

return function(modules, settings, protos)
  local dependences = modules.dependences(modules.hook)
  local limits = modules.limits(modules.hook, settings.memory, dependences)
  -- The versions of the contract; the lines of the last are watched.
  local versions = { settings, settings.successor }
  local is_ours = {}
  for _, version in ipairs(versions) do
    limits.add_file(version.file, version.place_of)
    is_ours[limits.chunk] = true
  end
  local libraries = {}
  local sandbox = modules.sandbox(limits, libraries, dependences, modules.hook, modules.bit32(dependences))
  local lengths = modules.lengths(sandbox, limits, modules.plain)
  sandbox.lengths = lengths
  if settings.asks_length then lengths.guard() end
  local guard = modules.guard(modules.registry, sandbox)
  sandbox.dependences = dependences
  sandbox.id, sandbox.authorities, sandbox.guard = settings.id, settings.authorities, guard
  local tags = settings.tags
  local process_name = tags.Name or "aos"
  tags.Authority = settings.authorities[1]
  guard.know("ao.env.Process.Tags", tags)
  guard.know("ao.env.Process.Tags", settings.absent_tags)
  local spawned_with = guard.view("ao.env.Process.Tags", sandbox.view(tags))
  local own = { Id = settings.id, Owner = settings.owner, Tags = spawned_with }
  sandbox.env = guard.view("ao.env", sandbox.view({
    Process = guard.view("ao.env.Process", sandbox.view(own)),
    Module = guard.view("ao.env.Module", sandbox.view({})),
  }))
  sandbox.memory, sandbox.keep_tags = settings.memory, settings.keep_tags
  local globals, std = sandbox.globals, sandbox.std
  local image = modules.image(modules, sandbox, limits, protos)
  local host, functions = image.host, image.functions
  sandbox.portable, sandbox.key_text = functions.portable, image.key_text
  sandbox.is_portable = functions.is_portable
  function sandbox.is_of_host(value) return host.name_of[value] ~= nil end

  modules.json.watch(function(given)
    if sandbox.real_of[given] or sandbox.fields_behind(given) then
      guard.refuse("json.encode of what aos itself made: not all of it is known here")
    end
    dependences.look_through(given)
    dependences.written(given)
  end)
  modules.json.watch = nil
  local decode = modules.json.decode
  function modules.json.decode(text)
    dependences.number(text)
    return decode(text)
  end
  local json = guard.view("json", sandbox.view(modules.json))
  function sandbox.name_of(value) return host.name_of[value] end
  local wait = modules.wait(sandbox, limits, modules.frames)
  local Handlers, handlers_view = modules.handlers(sandbox, limits, settings.build, wait)
  local utils, utils_view, parts_of_utils = modules.utils(sandbox, limits, settings.build)
  sandbox.real_of[Handlers.utils].continue = parts_of_utils.continue
  local process = modules.message(sandbox, limits, settings.build, json, Handlers, modules.requests)
  local ao = process.ao

  -- The environment -----------------------------------------------------------------------

  local colors = { red = "\27[31m", green = "\27[32m", blue = "\27[34m", reset = "\27[0m", gray = "\27[90m" }
  std.ao, std.Handlers, std.Send, std.Colors = process.view, handlers_view, process.send, sandbox.view(colors)
  std.Spawn, std.Assign = process.Spawn, process.Assign
  std.Owner, std.Name, std.Receive, std.Bell = settings.owner, process_name, Handlers.receive, "\7"
  std.Errors, std.Utils = {}, utils_view
  local own_modules = sandbox.own_modules
  setmetatable(own_modules.loaded, guard.modules(libraries))
  std.package = sandbox.view(own_modules)
  if settings.keep_inbox then std.Inbox = {} end
  guard.view("ao", process.view)
  guard.view("Handlers", handlers_view)
  guard.view("Handlers.utils", Handlers.utils)
  guard.view("Utils", utils_view)
  guard.view("Colors", std.Colors)
  guard.view("package", std.package)
  guard.view("_G", globals)
  for name in next, sandbox.libraries do guard.view(name, std[name]) end
  sandbox.asks_length = settings.asks_length
  sandbox.keep_source = protos.keep_source

  local eval = {
    name = "_eval",
    pattern = function(msg) return msg.Action == "Eval" and msg.From == globals.Owner end,
    handle = function(msg)
      -- An expression is an Eval, too; its second value is an error.
      local chunk, why = limits.compiled(load("return " .. msg.Data, "aos", "t", globals))
      if not chunk then chunk, why = limits.compiled(load(msg.Data, "aos", "t", globals)) end
      if not chunk then error(why, 0) end
      local _, failed = chunk()
      if failed then error(failed, 0) end
    end,
  }
  local default = {
    name = "_default",
    pattern = function() return true end,
    handle = function(msg)
      if settings.keep_inbox then
        local inbox = globals.Inbox
        inbox[#inbox + 1] = msg
      end
      sandbox.to_inbox = true
    end,
  }
  Handlers.list = {}
  sandbox.set_always({ eval, default })

  -- A class is fixed when it is asked for; what a contract changes in it is part of the state.
  local bints = {}
  local function new_class(bits)
    local class = modules.bint(bits)
    host.register_all("bint" .. bits, class)
    host.watch("bint" .. bits, class)
    return class
  end

  local function bint_of(bits)
    bits = tointeger(bits or 256) or error("the number of bits of a bint must be an integer", 0)
    if bits <= 0 or bits % 32 ~= 0 then error("the number of bits of a bint must be a positive multiple of 32", 0) end
    if bits > WIDEST then limits.refuse("a bint of %d bits: it may have up to %d", bits, WIDEST) end
    bints[bits] = limits.once(bints[bits], new_class, bits)
    return bints[bits]
  end
  libraries.json = function() return json end
  libraries[".bint"] = function() return bint_of end
  libraries[".handlers"] = function() return handlers_view end
  libraries[".utils"] = function() return utils_view end
  libraries[".handlers-utils"] = function() return Handlers.utils end
  libraries.ao = function() return process.view end
  libraries[".ao"] = libraries.ao
  libraries.package = function() return std.package end
  libraries._G = function() return globals end
  for name in next, sandbox.libraries do
    libraries[name] = function() return std[name] end
  end
  -- By a name that is put together, code gets at lengths and does not show it.
  for _, name in ipairs({ "table", "_G" }) do
    local found = libraries[name]
    libraries[name] = settings.asks_length and found or function()
      limits.refuse("require('%s') by a name that is put together: write it in one piece", name)
    end
  end

  -- What belongs to the host: never part of an image but by its name.
  local function register_functions(prefix, t)
    for name, value in next, t do
      if type(value) == "function" then host.register(prefix .. name, value) end
    end
  end
  host.register("_G", globals)
  register_functions("", std)
  for name, library in next, sandbox.libraries do
    host.register(name, std[name])
    host.register_all("real " .. name, library)
  end
  -- The host's own functions that go into states use these.
  host.register("real type", type)
  host.register("real select", select)
  -- What handlers that wait use, or hold.
  host.register("go on", wait.go_on)
  host.register("ipairs step", (ipairs({})))
  host.register("bint", bint_of)
  if lengths.worn then host.register("lengths", lengths.worn) end
  if settings.keep_inbox then host.watch("Inbox", std.Inbox) end
  host.watch("Errors", std.Errors)
  host.register("package", std.package)
  host.watch("package.loaded", own_modules.loaded)
  host.watch("package.preload", own_modules.preload)
  host.watch("ao.authorities", settings.authorities)
  host.register("_eval.pattern", eval.pattern)
  host.register("_eval.handle", eval.handle)
  host.register("_default.pattern", default.pattern)
  host.register("_default.handle", default.handle)
  for name, meta in next, process.methods do host.register("fields of " .. name, meta) end
  for name, stand_in in next, guard.stand_ins do host.register("unknown " .. name, stand_in) end
  host.register("Colors", std.Colors)
  host.register("Handlers", handlers_view)
  host.register("Handlers.utils", Handlers.utils)
  host.register("Utils", utils_view)
  register_functions("Utils.", utils)
  register_functions("part of Utils: ", parts_of_utils)
  host.register("ao", process.view)
  host.register("ao.env", ao.env)
  host.register("ao.env.Process", ao.env.Process)
  host.register("ao.env.Process.Tags", ao.env.Process.Tags)
  host.register("ao.env.Module", ao.env.Module)
  host.register("json", json)
  register_functions("json.", modules.json)
  register_functions("Handlers.", Handlers)
  register_functions("Handlers.utils.", sandbox.real_of[Handlers.utils])
  register_functions("ao.", ao)
  modules.libraries(modules, sandbox, limits, guard, host, libraries, register_functions)
  host.watch("string metatable", getmetatable(""))
  image.set_handlers(Handlers, handlers_view)
  process.reset(nil, 0)

  function host.late(name)
    local bits = match(name, "^bint(%d+)")
    bits = bits and tointeger(bits)
    if bits and not bints[bits] then bints[bits] = new_class(bits) end
    return host.named(name)
  end

  -- Evaluating ----------------------------------------------------------------------------

  local api = { trim = image.trim }

  -- The instructions of the last evaluation.
  function api.used() return limits.used end

  local function text_of(thrown)
    if type(thrown) == "string" then return thrown end
    local fine, text = pcall(sandbox.shown, thrown)
    if type(thrown) == "table" then
      return fine and "an error that is a table: " .. text or "an error that is a table whose __tostring fails"
    end
    return fine and "an error that is a " .. type(thrown) .. ": " .. text or "an error without a text"
  end

  local stack
  local function on_error(thrown, known)
    stack = known or limits.stack()
    return thrown
  end

  -- Whether `f` ended under the limits, and what it returned or threw.
  local function guarded(f, ...)
    local fine, got = limits.call(f, on_error, ...)
    if not fine and limits.is_no_memory(got) then pcall(limits.trip_memory) end
    return fine and not limits.tripped, got
  end

  -- What an error says of itself, as far as it does so under the limits.
  local function words_of(thrown)
    if type(thrown) == "string" then return thrown end
    local before = stack
    limits.resume_watching()
    local _, text = guarded(text_of, thrown)
    stack = before
    return text
  end

  local function outcome(fine, thrown)
    if not fine then return "threw", words_of(thrown) end
    local reported = rawget(ao.outbox, "Error")
    if reported ~= nil then return "threw", words_of(reported) end
    if not rawequal(rawget(getmetatable(""), "__index"), std.string) then
      return "refused", "the __index of texts is changed: aos itself uses it, and this host does not follow that"
    end
    return "fine", nil
  end

  -- Runs `f`, which begins with work of the host or not; how it ended: fine, threw, or the kind
  -- of limit that was met.
  local function run(f, is_host, ...)
    stack, limits.refused_at = nil, nil
    limits.begin(settings.budget, false, is_host)
    local fine, thrown = guarded(f, ...)
    local kind, text = "fine", nil
    if not limits.tripped then kind, text = outcome(fine, thrown) end
    if not limits.tripped then return kind, text end
    stack = limits.refused_at or stack
    return limits.tripped.kind, limits.tripped.text
  end

  local function take()
    local fine, got = pcall(image.take, settings.memory)
    -- The host has more memory than a state may take.
    if fine and got and #got > settings.memory then fine, got = false, "not enough memory" end
    if fine then return got end
    image.forget()
    if limits.tripped then return nil, limits.tripped.kind, limits.tripped.text end
    if limits.is_no_memory(got) then return nil, "memory", "the state is more than the memory holds" end
    return nil, "refused", "the state cannot be described: " .. text_of(got)
  end

  local function begin(item, prefix, first)
    sandbox.clock, sandbox.height, sandbox.seed = item.clock, item.height, item.seed
    if next(sandbox.output) ~= nil then sandbox.output = {} end
    sandbox.to_inbox = false
    process.reset(prefix, first)
  end

  local function evaluate(item, ran)
    process.add_authorities()
    sandbox.ran = ran
    sandbox.evaluate(process.received(item), ran)
  end

  local function some(list)
    if list and #list > 0 then return list end
    return nil
  end

  local function result(kind, text, ran)
    local taken, refused, why
    if limits.tripped then image.forget() else taken, refused, why = take() end
    if refused then kind, text = refused, why end
    return kind, text, taken, some(process.outbox), some(ran), some(stack), some(sandbox.output),
      sandbox.to_inbox, process.count or 0, dependences.is_ordered
  end

  -- Evaluates an item in the state of an image. Without a prefix, references are counted from
  -- the one after `first`.
  function api.evaluate(before, item, prefix, first, order)
    image.restore(before)
    sandbox.order = order
    begin(item, prefix, first)
    local ran = {}
    local kind, text = run(evaluate, true, item, ran)
    return result(kind, text, ran)
  end

  -- Compiles the source of a version once; that of the last has numbers for its lines. Each
  -- time, its functions are new ones: a function that is run twice hands out the same.
  local dumps = {}
  local function compiled(version)
    local name = "@" .. version.file
    if dumps[version] then return load(dumps[version], name, "b", globals) end
    local chunk, why = load(version.source, name, "t", globals)
    if not chunk then return nil, why end
    dumps[version] = name == limits.chunk and modules.hook.code() or dump(chunk)
    return load(dumps[version], name, "b", globals)
  end

  local NOTHING = { clock = 0, height = 0, seed = 0 }

  -- Runs the source, or that of the successor, as an Eval by the owner does: in a fresh
  -- process, or in a state.
  function api.load(before, is_successor)
    if before then image.restore(before) end
    sandbox.order = "sorted"
    begin(NOTHING, nil, 0)
    local version = is_successor and settings.successor or settings
    local chunk, why = compiled(version)
    if not chunk then return limits.is_no_memory(why) and "memory" or "syntax", limits.plain(why) end
    if settings.keep_inbox and not before then rawset(globals, "Inbox", {}) end
    local kind, text = run(function()
      process.add_authorities()
      sandbox.keep_always()
      chunk()
    end, false)
    return result(kind, text, {})
  end

  -- Whom aos trusts in this state; nothing, and why, where that cannot be known.
  function api.authorities(before)
    image.restore(before)
    local found = {}
    local kind, text = run(function()
      process.add_authorities()
      for place, authority in ipairs(process.authorities()) do
        found[place] = type(authority) == "string" and authority or ""
      end
    end)
    image.forget()
    if kind == "fine" then return found end
    return nil, text
  end

  -- Observing -----------------------------------------------------------------------------

  -- The entries of the list of handlers, whatever a contract has made of it.
  local function entries()
    local found = {}
    if type(Handlers.list) ~= "table" then return found end
    local place, entry = 1, rawget(Handlers.list, 1)
    while entry ~= nil do
      if type(entry) == "table" then found[#found + 1] = entry end
      place = place + 1
      entry = rawget(Handlers.list, place)
    end
    return found
  end

  local function sorted_names(t)
    local names = {}
    for name in next, t do
      if type(name) == "string" then names[#names + 1] = name end
    end
    sort(names)
    return names
  end

  -- The value of a local variable of this name that some handler or module can see.
  local function find_local(name)
    local visited, found = {}, nil
    local function visit(value)
      if type(value) == "table" and rawequal(value, Handlers.list) then
        for _, entry in ipairs(entries()) do
          visit(rawget(entry, "pattern"))
          visit(rawget(entry, "handle"))
        end
      elseif type(value) == "function" and not visited[value] then
        visited[value] = true
        if not is_ours[getinfo(value, "S").source] then return end
        for i = 1, 255 do
          local known, inner = getupvalue(value, i)
          if not known then break end
          if known == name and found == nil then found = inner end
          visit(inner)
        end
      end
    end
    visit(Handlers.list)
    if found == nil then
      for _, global in ipairs(api.global_names()) do visit(rawget(globals, global)) end
    end
    if found == nil then
      for _, module in ipairs(sorted_names(own_modules.loaded)) do
        local value = rawget(own_modules.loaded, module)
        visit(value)
        if type(value) == "table" then
          for _, known in ipairs(sorted_names(value)) do visit(rawget(value, known)) end
        end
      end
    end
    return found
  end

  local function global(name)
    local value = rawget(globals, name)
    if value == nil and (sandbox.is_frozen(globals) or sandbox.stays(globals, name)) then value = rawget(std, name) end
    return value
  end

  -- The field of a table, as it lies there.
  local function field(value, name)
    if type(value) ~= "table" then return nil end
    local is_message = dependences.reveal(value)
    local inner = rawget(value, name)
    if inner == nil and match(name, "^%d+$") then inner = rawget(value, math.tointeger(tonumber(name))) end
    if is_message then dependences.hide(value) end
    return inner
  end

  -- What is below a value: names with dots.
  local function below(value, path)
    for part in gmatch(path, "[^.]+") do value = field(value, part) end
    return value
  end

  local function at_path(path)
    local inner = match(path, "^local (.+)$")
    local first, rest = match(inner or path, "^([^.]+)(.*)$")
    if not first then return nil end
    local value
    if inner then value = find_local(first) else value = global(first) end
    return below(value, rest)
  end

  -- Whether all values with __tostring together say more of themselves than one evaluation may
  -- do: then none of their answers counts, so that their order cannot matter.
  local has_said, says_too_much = false, false

  -- What a value with __tostring says of itself: code of the contract, so that what is left
  -- is no longer what was restored.
  local function said(value)
    image.forget()
    local fine, text = false, nil
    if not says_too_much then
      if has_said then limits.resume_watching() else limits.begin(settings.budget, true) end
      has_said = true
      fine, text = guarded(sandbox.shown, value)
      says_too_much = limits.tripped ~= nil
    end
    if not fine then return { kind = "table whose __tostring fails" } end
    return text
  end

  local function has_words(value)
    local meta = type(value) == "table" and getmetatable(value)
    return meta and rawget(meta, "__tostring") ~= nil
  end

  local function plain(value)
    if has_words(value) then return said(value) end
    if type(value) == "table" then return { kind = "table" } end
    if type(value) == "function" or type(value) == "thread" then return { kind = type(value) } end
    return value
  end

  -- Whether it shows 0 or nothing for each account that a table does not have.
  local function is_default(index)
    if type(index) == "table" then return next(index) == nil and not getmetatable(index) end
    return type(index) == "function" and not functions.is_host_code(index) and protos.is_nothing(dump(index))
  end

  -- The events through which somebody who reads a table of the contract's gets something else
  -- than lies in it; nothing if there are none.
  local function masks(t)
    local meta = getmetatable(t)
    if not meta or sandbox.hidden[meta] then return nil end
    local found = {}
    for _, event in ipairs({ "__index", "__len", "__pairs" }) do
      local shown = rawget(meta, event)
      if shown ~= nil and not (event == "__index" and is_default(shown)) then found[#found + 1] = event end
    end
    return found[1] and concat(found, ", ")
  end

  -- The entries of a table, one after the other: keys, and what is at a path below each value.
  local function entries_of(value, path)
    local flat, is_message = {}, dependences.reveal(value)
    for key, inner in next, value do
      local shown = below(inner, path)
      if shown ~= nil then
        flat[#flat + 1] = plain(key)
        flat[#flat + 1] = plain(shown)
      end
    end
    if is_message then dependences.hide(value) end
    return { entries = flat, masks = masks(value) }
  end

  local function observe(before, paths)
    image.restore(before)
    local seen = {}
    for place, path in ipairs(paths) do
      local whole, rest = match(path, "^(.-)%[%*%](.*)$")
      local value = at_path(whole or path)
      if type(value) == "table" and not has_words(value) then
        seen[place] = entries_of(value, rest or "")
      else
        seen[place] = plain(value)
      end
    end
    return seen
  end

  -- The texts that lie in a state, and the code that does, `most` of each at most. Longer texts
  -- than `longest` are left out.
  function api.texts(before, most, longest)
    image.restore(before)
    local texts, codes, visited = {}, {}, {}
    local function visit(value)
      local kind = type(value)
      if kind == "string" then
        if #value <= longest and #texts < most then texts[#texts + 1] = value end
        return
      end
      if kind ~= "table" and kind ~= "function" or visited[value] or host.name_of[value] then return end
      visited[value] = true
      if kind == "table" then
        for key, inner in next, value do
          visit(key)
          visit(inner)
        end
        return visit(getmetatable(value))
      end
      if functions.is_host_code(value) then return end
      if #codes < most then codes[#codes + 1] = dump(value) end
      for i = 1, 255 do
        local known, inner = getupvalue(value, i)
        if not known then break end
        visit(inner)
      end
    end
    for _, inner in next, globals do visit(inner) end
    for _, modules_of in next, own_modules do
      for name, inner in next, modules_of do
        visit(name)
        visit(inner)
      end
    end
    visit(Handlers.list)
    return texts, codes
  end

  -- The fields of messages that were asked for and not there since this was called last.
  function api.asked()
    local names = {}
    for name in next, guard.asked() do
      if type(name) == "string" then names[#names + 1] = name end
    end
    return names
  end

  -- What contracts find here, and what the registry says of it.
  function api.found()
    local item = { From = "a", Owner = "b", Id = "c", Target = "d", Data = "", names = {}, values = {} }
    process.reset(nil, 0)
    local msg = process.received(item)
    local sent = ao.send({ Target = "a", Data = "b" })
    local spawned = { ao.spawn("a", {}), process.Spawn("a", {}) }
    local samples = { msg, msg.Tags, sent, process.send({ Target = "a" }), ao.outbox, spawned[1], spawned[2] }
    process.reset(nil, 0)
    return guard.found(samples, libraries)
  end
  api.said = guard.said

  -- What is at each path, in the state of an image: a plain value, or a list of keys and
  -- values; nothing where there is nothing.
  function api.observe(before, paths)
    has_said, says_too_much = false, false
    local seen = observe(before, paths)
    return says_too_much and observe(before, paths) or seen
  end

  -- The names of what a contract defined: for messages.
  function api.global_names() return sorted_names(globals) end

  function api.globals(before)
    image.restore(before)
    return api.global_names()
  end

  -- The code of every function of the contract that can be reached from a value.
  --
  -- `found.is_opaque` says that the globals can be reached in another way than by their names.
  local function code_from(value, found, visited)
    local kind = type(value)
    if rawequal(value, globals) then found.is_opaque = true end
    if kind ~= "table" and kind ~= "function" or visited[value] then return end
    visited[value] = true
    if kind == "table" then
      for key, inner in next, value do
        code_from(key, found, visited)
        code_from(inner, found, visited)
      end
      local meta = getmetatable(value)
      if meta and not sandbox.hidden[meta] then code_from(meta, found, visited) end
      return
    end
    if functions.is_host_code(value) then return end
    found[#found + 1] = dump(value)
    for i = 1, 255 do
      local known, inner = getupvalue(value, i)
      if not known then break end
      if known ~= "_ENV" or not rawequal(inner, globals) then code_from(inner, found, visited) end
    end
  end

  -- The code that patterns are made of; with a name, the code that this global leads to, or
  -- nothing if the host has no such thing and the contract neither.
  function api.code(before, name)
    image.restore(before)
    local found, visited = {}, {}
    if name then
      code_from(rawget(globals, name), found, visited)
    else
      for _, entry in ipairs(entries()) do code_from(rawget(entry, "pattern"), found, visited) end
    end
    if found.is_opaque then return nil end
    return found
  end

  -- How long ids are: a word of so many characters is one.
  local ID = 43

  -- A text of characters that ids have, with ids in it exchanged.
  local function with_ids(text, ids)
    local parts, place = {}, 1
    while place <= #text do
      local id = sub(text, place, place + ID - 1)
      local other = ids[id]
      parts[#parts + 1] = other or sub(text, place, place)
      place = place + (other and ID or 1)
    end
    return concat(parts)
  end

  -- Exchanges words in every text of the state. They are of letters, digits and dashes; ids, which
  -- have underscores, too, are found wherever they are.
  function api.renamed(before, words)
    image.restore(before)
    local visited, names, ids = {}, {}, {}
    for word, other in next, words do
      if #word == ID then ids[word] = other else names[word] = other end
    end
    local function exchanged(part) return with_ids(part, ids) end
    local function text(value)
      local renamed = gsub(value, "[%w-]+", names)
      if #renamed < ID or not next(ids) then return renamed end
      return (gsub(renamed, "[%w_-]+", exchanged))
    end
    local visit
    local function renamed(value)
      if type(value) == "string" then return text(value) end
      visit(value)
      return value
    end
    local function rename_entries(t)
      local entries = {}
      dependences.reveal(t)
      for key, inner in next, t do entries[#entries + 1] = { key, inner } end
      for _, entry in ipairs(entries) do rawset(t, entry[1], nil) end
      for _, entry in ipairs(entries) do rawset(t, renamed(entry[1]), renamed(entry[2])) end
    end
    function visit(value)
      local kind = type(value)
      if kind ~= "table" and kind ~= "function" or visited[value] or host.name_of[value] then return end
      visited[value] = true
      if kind == "function" then
        for i = 1, 255 do
          local known, inner = getupvalue(value, i)
          if not known then break end
          local id = upvalueid(value, i)
          if not rawequal(inner, globals) and not visited[id] then
            visited[id] = true
            setupvalue(value, i, renamed(inner))
          end
        end
        return
      end
      rename_entries(value)
      visit(getmetatable(value))
    end
    for name, value in next, globals do rawset(globals, name, renamed(value)) end
    local authorities = process.view.authorities
    if type(authorities) == "table" and host.name_of[authorities] then
      for place, one in next, authorities do rawset(authorities, place, renamed(one)) end
    else
      visit(authorities)
    end
    for _, modules_of in next, own_modules do rename_entries(modules_of) end
    visit(Handlers.list)
    sandbox.touched[handlers_view] = true
    return image.take(math.huge) or before
  end

  -- The first of the numbers that stand for a function's lines.
  local function first_number(f)
    local first
    for number in next, getinfo(f, "L").activelines do
      if not first or number < first then first = number end
    end
    return first
  end

  function api.handlers(before)
    image.restore(before)
    local found = {}
    for _, entry in ipairs(entries()) do
      local name, handle = rawget(entry, "name"), rawget(entry, "handle")
      local info = type(handle) == "function" and getinfo(handle, "S")
      if info and not is_ours[info.source] and functions.code(handle) then
        -- What was added is one step further.
        local _, added = getupvalue(handle, 1)
        if type(added) == "function" then info = getinfo(added, "S") end
      end
      local ours = info and is_ours[info.source]
      found[#found + 1] = {
        name = type(name) == "string" and name or "a " .. type(name), first = ours and info.linedefined or 0,
        last = ours and info.lastlinedefined or 0, is_watched = ours and info.source == limits.chunk or false,
        number = ours and first_number(handle) or nil, runs_left = math.tointeger(rawget(entry, "maxRuns")),
      }
    end
    return found
  end

  return api
end
