-- The list of handlers and its rules (SEMANTICS A1).

local type, error, ipairs, select, tostring = type, error, ipairs, select, tostring
local rawequal, getinfo = rawequal, debug.getinfo
local insert, remove = table.insert, table.remove
local find, gsub, lower, match = string.find, string.gsub, string.lower, string.match

local INVALID = "Pattern result is not valid, it MUST be string, number, or boolean"

return function(sandbox, limits, build, wait)
  local Handlers = { list = {} }
  local view = sandbox.view(Handlers, "list")
  local pairs, portable = sandbox.pairs, sandbox.portable

  local function place(name)
    local list = Handlers.list
    for i = 1, #list do
      if list[i].name == name then return i end
    end
  end

  local function checked(name, pattern, handle)
    if type(name) ~= "string" then error("Handlers: the name of a handler must be a string", 3) end
    local kind = type(pattern)
    if kind ~= "function" and kind ~= "string" and kind ~= "table" then
      error("Handlers: the pattern of '" .. name .. "' must be a function, a string or a table", 3)
    end
    if type(handle) ~= "function" and type(handle) ~= "table" then
      error("Handlers: the handler of '" .. name .. "' must be a function or a table", 3)
    end
  end

  local function of_message_alone(handle)
    return function(msg) return handle(msg) end
  end

  -- The first pattern that matches says which function takes the message: which is the first of
  -- a table, nobody says.
  local function first_of(pairs, matches, resolvers)
    return function(msg)
      for pattern, handle in pairs(resolvers) do
        if matches(msg, pattern) then return handle(msg) end
      end
    end
  end

  -- What is added gets the message alone; what a contract puts into the list itself gets the
  -- environment besides.
  local function resolver(handle)
    if type(handle) == "table" then
      return portable(first_of(sandbox.std.pairs, sandbox.matches_spec, handle))
    end
    local info = getinfo(handle, "u")
    if info.nparams < 2 and not info.isvararg then return handle end
    return portable(of_message_alone(handle))
  end

  -- With two arguments the first is name and pattern.
  local function arguments(...)
    local name, pattern, handle, max_runs = ...
    if select("#", ...) == 2 then pattern, handle = name, pattern end
    checked(name, pattern, handle)
    return { name = name, pattern = pattern, handle = resolver(handle), maxRuns = max_runs }
  end

  local function changes()
    sandbox.touched[view] = true
  end

  -- A known name is overwritten where it stands.
  local function put(entry, otherwise)
    changes()
    local known = place(entry.name)
    if known then
      local old = Handlers.list[known]
      old.pattern, old.handle, old.maxRuns = entry.pattern, entry.handle, entry.maxRuns
    else
      insert(Handlers.list, otherwise or #Handlers.list + 1, entry)
    end
  end

  function Handlers.add(...)
    put(arguments(...))
    return #Handlers.list
  end
  function Handlers.append(...) put(arguments(...)) end
  function Handlers.prepend(...) put(arguments(...), 1) end

  -- The counter of the real list would make every order of events another state: the name is
  -- the first that is free.
  local function free_name()
    local n = 1
    while place("_once_" .. n) do n = n + 1 end
    return "_once_" .. n
  end

  function Handlers.once(...)
    local count = select("#", ...)
    local name, pattern, handle = ...
    if count == 2 then name, pattern, handle = free_name(), name, pattern end
    checked(name, pattern, handle)
    put({ name = name, pattern = pattern, handle = resolver(handle), maxRuns = 1 }, 1)
  end

  -- Beside a handler that is not there, nothing is added.
  local function beside(beside_name, offset)
    if type(beside_name) ~= "string" then error("Handlers: the name of a handler must be a string", 3) end
    local at = place(beside_name)
    return {
      add = function(name, pattern, handle, max_runs)
        checked(name, pattern, handle)
        if not at then return end
        changes()
        insert(Handlers.list, at + offset, { name = name, pattern = pattern, handle = resolver(handle), maxRuns = max_runs })
      end,
    }
  end
  function Handlers.before(name) return beside(name, 0) end
  function Handlers.after(name) return beside(name, 1) end

  function Handlers.remove(name)
    if type(name) ~= "string" then error("Handlers: the name of a handler must be a string", 2) end
    changes()
    if #Handlers.list == 1 and Handlers.list[1].name == name then Handlers.list = {} end
    local known = place(name)
    if known then remove(Handlers.list, known) end
  end

  -- The evaluation ends here, and what is left of it waits for a message in front of all others.
  function Handlers.receive(pattern)
    local rest = wait.rest()
    Handlers.once(pattern, rest)
    limits.wait()
  end

  -- Patterns ----------------------------------------------------------------------------

  -- A text with one of these is a Lua pattern. From 2.0.6 case does not matter: not even that of
  -- the pattern, so that %D becomes %d.
  local MAGIC = "[%^%$%(%)%%%.%[%]%*%+%?]"

  -- The text that is all that a pattern matches, as that of a Reference.
  local function literal(pattern)
    local inner = match(pattern, "^%^(.*)%$$")
    local text = inner and gsub(inner, "%%(%p)", "%1")
    return text and gsub(text, "%p", "%%%0") == inner and text
  end

  local function text_matches(wanted, value)
    -- Before 2.0.6 case matters; a Lua pattern is one on all builds.
    if build.loose_patterns then value, wanted = lower(value or ""), lower(wanted) end
    local text = literal(wanted)
    if text then return value == text end
    if find(wanted, MAGIC) then return sandbox.std.string.match(value, wanted) ~= nil end
    return value == wanted
  end

  local function value_matches(wanted, value, msg)
    if not wanted then return false end
    if wanted == "_" then return true end
    local kind = type(wanted)
    if kind == "function" then return wanted(value, msg) and true or false end
    if kind == "string" then return text_matches(wanted, value) end
    if kind ~= "table" then return false end
    for _, alternative in pairs(wanted) do
      if value_matches(alternative, value, msg) then return true end
    end
    return false
  end

  -- In late builds, either of the two values that a name can have will do.
  local function field_matches(msg, name, wanted)
    local value = msg[name]
    if not build.loose_patterns then return value and value_matches(wanted, value, msg) end
    local tag = msg.Tags and msg.Tags[name]
    if not value and not tag then return false end
    local matches, tag_matches = value_matches(wanted, value, msg), value_matches(wanted, tag, msg)
    return matches or tag_matches
  end

  local function table_matches(msg, pattern)
    for name, wanted in pairs(pattern) do
      if not field_matches(msg, name, wanted) then return false end
    end
    return true
  end

  -- As a function that contracts and tables of resolvers call: of a text, the Action.
  local function matches_spec(msg, pattern)
    local kind = type(pattern)
    if kind == "function" then return pattern(msg) end
    if kind == "table" then return table_matches(msg, pattern) end
    return kind == "string" and msg.Action == pattern
  end
  sandbox.matches_spec = matches_spec
  function sandbox.matches_pattern(pattern, value, msg) return value_matches(pattern, value, msg) end

  -- Branches are watched from where code of the contract runs.
  local see_branches, is_portable = limits.see_branches, sandbox.is_portable
  local is_of_host = {}
  function sandbox.set_always(entries)
    sandbox.always = entries
    for _, entry in ipairs(entries) do is_of_host[entry.pattern], is_of_host[entry.handle] = true, true end
  end

  local function result_of(pattern, msg)
    local kind = type(pattern)
    if kind == "function" then
      if not is_portable(pattern) and not is_of_host[pattern] then see_branches() end
      return pattern(msg)
    end
    if kind == "table" then
      see_branches()
      return table_matches(msg, pattern)
    end
    return msg.Action == pattern
  end

  -- Whether the handler runs, and whether it is the last.
  local function meaning(result)
    if result == true or result == false then return result, result end
    local kind = type(result)
    if kind ~= "number" and kind ~= "string" then error(INVALID, 0) end
    local last = result == "break" or (kind == "number" and result < 0)
    local runs = last or result == "continue" or (kind == "number" and result > 0)
    return runs, last
  end

  -- Whoever comes behind one that leaves is passed over, as on aos (SEMANTICS A7).
  local function count_run(entry)
    local left = entry.maxRuns
    if left == nil or left == "inf" then return end
    changes()
    entry.maxRuns = left - 1
    if entry.maxRuns == 0 then Handlers.remove(entry.name) end
  end

  -- aos adds these two again with every message.
  function sandbox.keep_always()
    for _, entry in ipairs(sandbox.always) do
      local at = place(entry.name)
      local known = at and Handlers.list[at]
      if not known or not rawequal(known.handle, entry.handle) or not rawequal(known.pattern, entry.pattern) then
        put({ name = entry.name, pattern = entry.pattern, handle = entry.handle })
      end
    end
  end

  -- Where a handler waits, `wait.lua` finds the arguments of these two.
  local function run_entry(entry, last, list, place, msg)
    entry.handle(msg, sandbox.env)
    count_run(entry)
  end
  local function run_default(entry, msg)
    entry.handle(msg, sandbox.env)
  end
  sandbox.run_entry, sandbox.run_default = run_entry, run_default

  -- Runs what matches in a list from a place on, as long as nothing is the last, and then the
  -- default.
  local function walk(list, i, msg, ran)
    while list[i] ~= nil do
      local entry = list[i]
      if entry.name ~= "_default" then
        local runs, last = meaning(result_of(entry.pattern, msg))
        if runs then
          ran[#ran + 1] = entry.name
          see_branches()
          run_entry(entry, last, list, i, msg)
        end
        if last then return end
      end
      i = i + 1
    end
    local default = place("_default")
    if default then
      ran[#ran + 1] = "_default"
      if not is_of_host[Handlers.list[default].handle] then see_branches() end
      run_default(Handlers.list[default], msg)
    end
  end

  -- Goes on with an evaluation after its handler, which waited, has ended.
  function sandbox.go_on(after)
    if after.entry then count_run(after.entry) end
    if not after.last then walk(after.list, after.place + 1, after.msg, sandbox.ran) end
  end

  -- Runs what matches; the names of what ran are noted in `ran`.
  function sandbox.evaluate(msg, ran)
    -- It is known whether anybody looked at a list that had them. A table of the host's own is
    -- the same one in every state, whatever is in it.
    local list = Handlers.list
    if not list or not rawequal(list, sandbox.complete_list) or sandbox.touched[view] then
      sandbox.keep_always()
      list = Handlers.list
      sandbox.complete_list = not sandbox.is_of_host(list) and list or nil
    end
    walk(list, 1, msg, ran)
  end
  Handlers.evaluate = function(msg) sandbox.evaluate(msg, {}) end

  -- Ready-made patterns and handlers -----------------------------------------------------

  local utils = {}
  Handlers.utils = sandbox.view(utils)

  local function has_tag(name, wanted)
    return function(msg) return msg.Tags[name] == wanted end
  end

  function utils.hasMatchingTag(name, wanted)
    if type(name) ~= "string" or type(wanted) ~= "string" then
      error('[string ".handlers-utils"]:45: invalid arguments: (name : string, value : string)', 0)
    end
    return portable(has_tag(name, wanted))
  end

  local function has_tag_of(name, values, has_tag)
    return function(msg)
      for _, wanted in ipairs(values) do
        if type(wanted) ~= "string" then has_tag(name, wanted) end
        if msg.Tags[name] == wanted then return true end
      end
      return 0
    end
  end

  function utils.hasMatchingTagOf(name, values)
    if type(name) ~= "string" or type(values) ~= "table" then
      error('[string ".handlers-utils"]:71: invalid arguments: (name : string, values : string[])', 0)
    end
    return portable(has_tag_of(name, values, utils.hasMatchingTag))
  end

  local function has_data(wanted)
    return function(msg) return msg.Data == wanted end
  end

  function utils.hasMatchingData(wanted)
    if type(wanted) ~= "string" then error('[string ".handlers-utils"]:109: invalid arguments: (value : string)', 0) end
    return portable(has_data(wanted))
  end

  local function replies(answer)
    return function(msg)
      msg.reply(type(answer) == "table" and answer or { Data = answer })
    end
  end

  function utils.reply(answer)
    if type(answer) ~= "table" and type(answer) ~= "string" then
      error('[string ".handlers-utils"]:131: invalid arguments: (input : table or string)', 0)
    end
    return portable(replies(answer))
  end

  return Handlers, view
end
