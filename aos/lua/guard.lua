-- Sees to it that what aos has and this host has not is refused by name, and that what aos
-- itself uses stays as it is: `registry.lua` says which names these are.

local type, next, rawget, rawset, rawequal, error = type, next, rawget, rawset, rawequal, error
local getmetatable, setmetatable = debug.getmetatable, debug.setmetatable
local find, format, gmatch, sub = string.find, string.format, string.gmatch, string.sub

-- Metamethods that a metatable of the globals may have: others say what the globals are as a
-- value.
local OF_GLOBALS = { __index = true, __newindex = true, __metatable = true, __mode = true, __gc = true, __name = true }
-- Keys of a metatable that a field of nothing has.
local EVENTS = {
  "__index", "__newindex", "__call", "__concat", "__len", "__unm", "__bnot", "__add", "__sub", "__mul", "__div",
  "__idiv", "__mod", "__pow", "__band", "__bor", "__bxor", "__shl", "__shr", "__eq", "__lt", "__le", "__tostring",
  "__pairs",
}

return function(registry, sandbox)
  local guard = { rules = {}, instead = {}, refuse = sandbox.refuse }
  local hidden, real_of, open_of = sandbox.hidden, sandbox.real_of, sandbox.open_of

  for object, rows in next, registry do
    local rules, instead = {}, {}
    for _, row in next, rows do
      for name in gmatch(row[3], "%S+") do rules[name], instead[name] = row[1], row[4] end
    end
    guard.rules[object], guard.instead[object] = rules, instead
  end

  local function path_of(object, name)
    if object == "_G" then return name end
    if find(name, "^[%a_][%w_]*$") then return object .. "." .. name end
    return format("%s['%s']", object, name)
  end

  local function way_out(object, name)
    local of_object = guard.instead[object] or {}
    local instead = of_object[name] or of_object["*"]
    return instead and "; " .. instead or ""
  end

  function guard.refuse_read(object, name)
    guard.refuse("%s is read: aos has it, this host does not%s", path_of(object, name), way_out(object, name))
  end

  local function refuse_change(object, name)
    guard.refuse("%s is changed: aos itself uses it, and this host does not follow that%s", path_of(object, name),
      way_out(object, name))
  end

  -- Whether this host lacks what aos has under this name.
  local function is_missing(rules, name)
    local rule = rules[name]
    if rule == nil and type(name) == "string" then rule = rules["*"] end
    return rule == "unread" or rule == "refused"
  end

  -- The caller knows what aos has under these names.
  function guard.know(object, names)
    for name in next, names do guard.rules[object][name] = "fixed" end
  end

  -- Views -------------------------------------------------------------------------------

  local object_of, lacks, fields_of = {}, {}, {}
  guard.object_of = object_of

  -- Guards what stands behind a view, which contracts know as `object`.
  function guard.view(object, view)
    local real, rules = real_of[view], guard.rules[object]
    object_of[view] = object
    for name in next, rules do
      if is_missing(rules, name) then lacks[view] = true end
    end
    local meta = {
      __index = function(_, name)
        if is_missing(rules, name) then guard.refuse_read(object, name) end
      end,
    }
    hidden[meta] = true
    setmetatable(real, meta)
    return view
  end

  -- Whether a name stays behind its view when the view is written to.
  function sandbox.stays(view, name)
    if name == open_of[view] then return true end
    local object = object_of[view]
    local rule = object and guard.rules[object][name]
    return rule == "fixed" or rule == "kept"
  end

  -- Refuses it, or says whether there is anything to change.
  function sandbox.may_change(view, name, value)
    local object = object_of[view]
    if not object then
      local meta = getmetatable(view)
      local fields = meta and fields_of[meta]
      if fields and fields.is_fixed(name) then refuse_change(fields.object, name) end
      return true
    end
    local rules = guard.rules[object]
    local rule = rules[name]
    if rule == nil and type(name) == "string" then rule = rules["*"] end
    if rule == nil or rule == "honoured" or rule == "unread" then return true end
    if rule == "kept" and rawequal(real_of[view][name], value) then return false end
    refuse_change(object, name)
  end

  -- What is read under a name that a view, written to or not, does not have itself.
  function sandbox.behind(view, name)
    local object = object_of[view]
    if sandbox.is_frozen(view) or sandbox.stays(view, name) then return real_of[view][name] end
    if object and is_missing(guard.rules[object], name) then guard.refuse_read(object, name) end
  end

  function sandbox.may_walk(view)
    if not lacks[view] then return end
    guard.refuse("all fields of %s are asked for: aos has more of them than this host", object_of[view])
  end

  -- What aos has as a module of this name, in the words of the registry; nothing if it has none.
  local function module_rule(name)
    if type(name) ~= "string" then return nil end
    return guard.rules.require[name] or find(name, "^%.crypto") and "refused" or nil
  end

  -- What aos has modules of, and this host not.
  function sandbox.may_require(name)
    if module_rule(name) ~= "refused" then return end
    guard.refuse("require('%s'): aos has that module, this host does not; it provides %s", name,
      "json, ao, .base64, .bint, .chance, .crypto, .dump, .handlers, .handlers-utils, .pretty, .stringify and .utils")
  end

  function sandbox.may_wear(view)
    local fields = sandbox.fields_behind(view)
    local object = object_of[view] or fields and fields.object
    if object then guard.refuse("a metatable for %s: aos itself uses that table", object) end
  end

  -- The globals under a metatable of the contract's -----------------------------------------

  local globals, own = sandbox.globals, nil
  local worn = {
    __index = function(t, name)
      local value = sandbox.behind(t, name)
      if value ~= nil then return value end
      local index = own and rawget(own, "__index")
      if index == nil then return nil end
      if type(index) == "function" then return index(t, name) end
      return index[name]
    end,
    __newindex = function(t, name, value)
      if not sandbox.may_change(t, name, value) then return end
      local assign = own and not guard.rules._G[name] and rawget(own, "__newindex")
      if not assign then return rawset(t, name, value) end
      if type(assign) == "function" then return assign(t, name, value) end
      assign[name] = value
    end,
  }
  hidden[worn], sandbox.worn_meta = true, worn

  -- The globals are no longer a view: what contracts see of their metatable is `meta`.
  function sandbox.wear(meta)
    own = meta
    setmetatable(globals, worn)
  end

  function sandbox.worn()
    if rawequal(getmetatable(globals), worn) then return own end
  end

  function sandbox.may_be_worn(meta)
    if meta == nil then return end
    for name in next, meta do
      if type(name) == "string" and sub(name, 1, 2) == "__" and not OF_GLOBALS[name] then
        guard.refuse("a metatable for _G with %s", name)
      end
    end
  end

  -- Fields that are made when they are asked for ---------------------------------------------

  -- What stands for a value that this host does not know, where all fields are asked for:
  -- whatever is done with it is refused.
  local function unknown(object, name)
    local meta = { __metatable = false }
    for _, event in next, EVENTS do
      meta[event] = function() guard.refuse_read(object, name) end
    end
    return setmetatable({}, meta)
  end

  -- The names of fields that were asked for and were not there, since somebody wanted to know:
  -- `*` stands for all of them.
  local asked
  function guard.asked()
    local before = asked or {}
    asked = {}
    sandbox.dependences.told = function(name) asked[name] = true end
    return before
  end

  -- What sets a field of such a table.
  local function guarding(object, is_fixed)
    return function(t, name, value)
      if is_fixed(name) then refuse_change(object, name) end
      rawset(t, name, value)
    end
  end

  -- A metatable for tables that contracts know as `object`. `makers` has what makes a field of
  -- such a table, `names` those that all of them have on aos.
  function guard.fields(object, makers, names)
    local rules, stand_ins = guard.rules[object], {}
    for name in gmatch(names or "", "%S+") do
      if is_missing(rules, name) or not makers[name] then stand_ins[name] = unknown(object, name) end
    end
    local meta = {
      __index = function(t, name)
        if asked then asked[name] = true end
        local maker = makers[name]
        if maker then return maker(t) end
        if is_missing(rules, name) then guard.refuse_read(object, name) end
      end,
    }
    local function is_fixed(name) return rules[name] == "refused" end
    if object == "ao.outbox" then meta.__newindex = guarding(object, is_fixed) end
    hidden[meta] = true
    local is_there = makers.is_there
    makers.is_there = nil
    fields_of[meta] = {
      is_there = is_there, object = object, makers = makers, names = names, stand_ins = stand_ins,
      index = meta.__index, is_fixed = is_fixed,
    }
    guard.stand_ins = guard.stand_ins or {}
    for name, stand_in in next, stand_ins do guard.stand_ins[object .. "." .. name] = stand_in end
    return meta
  end

  -- A metatable for package.loaded: what aos has there stays, the rest is the contract's.
  function guard.modules(libraries)
    local object = "package.loaded"
    local function is_fixed(name) return module_rule(name) ~= nil end
    local function index(_, name)
      local library = libraries[name]
      if library then return library() end
      if is_fixed(name) then guard.refuse_read(object, name) end
    end
    local meta = { __index = index, __newindex = guarding(object, is_fixed) }
    hidden[meta] = true
    fields_of[meta] = { object = object, makers = {}, stand_ins = {}, index = index, is_fixed = is_fixed }
    return meta
  end

  -- The fields behind such a table, for what goes through all of it.
  local function fields_behind(t)
    local meta = getmetatable(t)
    return meta and fields_of[meta]
  end
  sandbox.fields_behind = fields_behind

  function sandbox.keys_behind_fields(t, behind, keys)
    local count = 0
    if asked then asked["*"] = true end
    if not behind.names then guard.refuse("all fields of %s are asked for: aos has more of them than this host", behind.object) end
    for name in gmatch(behind.names, "%S+") do
      if rawget(t, name) == nil and not (behind.is_there and not behind.is_there(t, name)) then
        local stand_in, maker = behind.stand_ins[name], behind.makers[name]
        if stand_in or maker(t) ~= nil then
          count = count + 1
          keys[count] = name
        end
      end
    end
    return count
  end

  function sandbox.field_behind(t, behind, name, is_walk)
    if is_walk and behind.stand_ins[name] then return behind.stand_ins[name] end
    return behind.index(t, name)
  end

  -- What this host has, and what the registry says, as lists of texts: for tests.

  local function add_names(found, object, t)
    for name, value in next, t do
      if type(name) == "string" then found[#found + 1] = object .. "\t" .. name .. "\t" .. type(value) end
    end
  end

  -- `samples` are tables as contracts get them, `libraries` is what can be required.
  function guard.found(samples, libraries)
    local found = {}
    for view, object in next, object_of do add_names(found, object, real_of[view]) end
    for _, sample in next, samples do
      local fields = sandbox.fields_behind(sample)
      add_names(found, fields.object, sample)
      add_names(found, fields.object, fields.makers)
    end
    add_names(found, "require", libraries)
    return found
  end

  function guard.said()
    local said = {}
    for object, rules in next, guard.rules do
      for name, rule in next, rules do said[#said + 1] = object .. "\t" .. name .. "\t" .. rule end
    end
    return said
  end

  return guard
end
