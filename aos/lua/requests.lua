-- What a contract asks AO itself for: to spawn a process, or to assign a message to others. Both
-- leave with the outbox, and have no effect here (SEMANTICS A7).

local type, error, ipairs, select, setmetatable, rawset = type, error, ipairs, select, setmetatable, rawset
local format = string.format

-- What all processes and messages have as tags on aos; those of the first, too.
local OF_PROCESS = { { "Data-Protocol", "ao" }, { "Variant", "ao.TN.1" }, { "Type", "Process" } }
-- Where the tags of the contract begin in an entry of the outbox: behind Type and Module.
local FIRST_OWN = 7

local function want(is_right, line, what)
  if not is_right then error(format('[string ".ao"]:%d: %s', line, what), 0) end
end

return function(sandbox, build, Handlers, process, outbox)
  local ao, guard, dependences = process.ao, sandbox.guard, sandbox.dependences
  local entry_of, methods = outbox.entry_of, process.methods

  -- The pattern of the message that says which process it is.
  local function spawned(sent)
    return { Action = "Spawned", From = ao.id, Reference = process.pattern_of(entry_of(sent).reference) }
  end

  local on_spawn, on_short = {}, {}
  if build.replies then
    on_spawn.onReply = outbox.kept(function(sent)
      return function(callback) Handlers.once(spawned(sent), callback) end
    end)
    on_spawn.receive = outbox.kept(function(sent)
      return function() return Handlers.receive(spawned(sent)) end
    end)
    on_short.receive = on_spawn.receive
  end

  function on_spawn.Tags(sent)
    local known = entry_of(sent)
    local tags = {}
    local function add(name, value) tags[#tags + 1] = { name = name, value = value } end
    for _, tag in ipairs(OF_PROCESS) do add(tag[1], tag[2]) end
    add("From-Process", ao.id)
    -- Nobody here knows the module of this process.
    tags[#tags + 1] = setmetatable({ name = "From-Module" }, methods.unknown_value)
    add("Module", known.module)
    add("Reference", known.reference)
    outbox.add_own_tags(tags, known.sent, FIRST_OWN)
    rawset(sent, "Tags", tags)
    return tags
  end
  methods.spawn = guard.fields("ao.spawn", on_spawn, "Tags Anchor onReply receive")
  methods.short_spawn = guard.fields("Spawn", on_short, "receive")

  -- Without a module, it is that of this process.
  local function spawn(module, msg)
    local data = msg.Data or "NODATA"
    local entry = { false, outbox.body(data), "Type", "Process" }
    if module then entry[5], entry[6] = "Module", module end
    outbox.add_tags_of(entry, msg)
    dependences.spawns()
    local sent = setmetatable({ Data = data }, methods.spawn)
    outbox.put(sent, entry).module = module
    return sent
  end

  local function check_spawn(is_module, msg)
    local kind = type(msg)
    -- aos looks for its Data first.
    if kind ~= "table" and kind ~= "string" then
      error(format("[string \".process\"]:117: attempt to index a %s value (local 'msg')", kind), 0)
    end
    want(is_module, 523, "Module source id is required!")
    want(kind == "table", 525, "Message must be a table")
  end

  function ao.spawn(module, msg)
    check_spawn(type(module) == "string", msg)
    return spawn(module, msg)
  end

  function process.Spawn(...)
    local module, msg = ...
    local is_own = select("#", ...) == 1
    if is_own then module, msg = nil, ... end
    msg = msg or {}
    check_spawn(is_own or type(module) == "string", msg)
    local sent = spawn(module, msg)
    if not build.replies then return "Spawn process request added to outbox." end
    local short = setmetatable({ output = "Spawn process request added to outbox" }, methods.short_spawn)
    outbox.alias(short, sent)
    return short
  end

  function ao.assign(assignment)
    want(type(assignment) == "table", 819, "assignment should be a table")
    want(type(assignment.Processes) == "table", 821, "Processes should be a table")
    want(type(assignment.Message) == "string", 823, "Message should be a string")
    local entry = { false, "", "Type", "Assignment", "Message", assignment.Message }
    for _, one in ipairs(assignment.Processes) do
      entry[#entry + 1] = "Process"
      entry[#entry + 1] = sandbox.shown(one)
    end
    dependences.assigns()
    outbox.put_entry(entry)
  end

  function process.Assign(assignment)
    ao.assign(assignment)
    sandbox.std.print("Assignment added to outbox.")
    return "Assignment added to outbox."
  end
end
