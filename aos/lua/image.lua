-- The image of a process: everything that its handlers can have left behind, as text, and
-- back again.
--
-- Equal states have equal images, whatever the order in which tables were filled. An image
-- consists of segments, one for each root: a global, or a table of the host that was changed.
-- A segment that is as it was need not be read again. Where two roots share a table, a
-- function or a variable, all of them are one segment.
--
-- A value in a segment:
--   n t f            nil, true, false
--   i d s            integer, float, text
--   h name           something of the host
--   T ...            table: [m metatable] (key value)* e
--   F proto ...      function: its upvalues, each  e (the globals) | c value | k number
--   r number         a table or function that was met before

local type, next, rawget, rawset, rawequal, error = type, next, rawget, rawset, rawequal, error
local setmetatable, ipairs, load, select, sub = debug.setmetatable, ipairs, load, select, string.sub
local pack, unpack, byte, dump, format = string.pack, string.unpack, string.byte, string.dump, string.format
local sort, concat, spread, math_type = table.sort, table.concat, table.unpack, math.type
local getmetatable, getinfo = debug.getmetatable, debug.getinfo
local getupvalue, setupvalue, upvalueid, upvaluejoin = debug.getupvalue, debug.setupvalue, debug.upvalueid, debug.upvaluejoin

local WHOLE = "*"
-- Values that are remembered as they are written.
local MOST_VALUES, LONG = 4000, 100
-- Images that are remembered in parts, and which part of the memory they may take.
local MOST_IMAGES, SHARE = 2000, 16
-- Evaluations after which what is left out begins anew.
local MOST_REMAINS = 1000
-- Closures of one code that are kept for later.
local MOST_CLOSURES = 256
-- How deep values may lie in each other, and tables as keys in tables as keys.
local DEEPEST, DEEPEST_KEYS = 4000, 6

return function(sandbox, limits, protos)
  local image = {}
  local handlers, handlers_view
  local constant, in_cell = false, 0
  -- The segments that are alive now, by name, and whether they are one.
  local live, live_whole, live_image, live_count, owners = {}, false, nil, 0, {}
  local globals, hidden = sandbox.globals, sandbox.hidden
  local RANK, precedes = sandbox.RANK, sandbox.precedes

  -- What belongs to the host, by name, and back. Tables among it that can be written to are
  -- compared with what they were.
  local name_of, named, pristine, watched = {}, {}, {}, {}

  local function register(name, value)
    if name_of[value] then return end
    name_of[value], named[name] = name, value
  end
  image.register = register
  function image.named(name) return named[name] end
  function image.is_host(value) return name_of[value] ~= nil end

  function image.register_all(name, t)
    register(name, t)
    for key, value in next, t do
      local kind = type(value)
      if (kind == "table" or kind == "function") and not name_of[value] then
        local path = name .. "." .. format("%s", key)
        if kind == "table" then image.register_all(path, value) else register(path, value) end
      end
    end
    local meta = getmetatable(t)
    if meta and not hidden[meta] then image.register_all(name .. ".meta", meta) end
  end

  -- A table of the host that contracts may change.
  function image.watch(name, t)
    register(name, t)
    local was = { entries = {}, meta = getmetatable(t), root = "\0" .. name, table = t }
    for key, value in next, t do was.entries[key] = value end
    watched[#watched + 1], pristine[t] = was, was
    -- Not in the order in which a contract asked for them.
    sort(watched, function(a, b) return a.root < b.root end)
  end

  -- Functions: which code, and how many upvalues. Closures that are made of host code and may
  -- be kept, as a ready-made pattern, are marked.
  local code_of = setmetatable({}, { __mode = "k" })
  local portable = setmetatable({}, { __mode = "k" })
  local portable_code = {}

  local function note_code(f, id, assigns, moves_globals)
    local known = { id = id, upvalues = getinfo(f, "u").nups, assigns = assigns, moves_globals = moves_globals }
    code_of[f] = known
    return known
  end

  -- Whether a function is made of code that is no part of a state.
  function image.is_host_code(f)
    local info = getinfo(f, "S")
    return info.what == "C" or info.source == "=?" and not portable[f]
  end

  local function code(f)
    local known = code_of[f]
    if known then return known end
    if image.is_host_code(f) then return nil end
    known = note_code(f, protos.add(dump(f)))
    if portable[f] then portable_code[known.id] = true end
    return known
  end

  function image.portable(f)
    portable[f] = true
    return f
  end

  -- Writing -----------------------------------------------------------------------------

  local out, n, path, depth = {}, 0, {}, 0
  local seen, seen_in, count, root, shared, owned
  local cells, cell_count, serial
  -- How often keys that are tables lie in each other.
  local in_keys = 0
  -- Tables with holes in their lists: what their length is depends on how they were filled.
  -- So they are read again before they are used again, as are functions that were merged.
  local rough, is_rough = {}, false
  -- Functions by their code and variables: Lua makes one or two of what is written once, as
  -- its memory happens to be.
  local twins, bare
  -- What the handlers are made of, where they were not looked at again.
  local in_handlers, cells_of_handlers, is_short = {}, {}, false

  -- A name without what a contract may do to texts.
  local function shown(key)
    local kind = type(key)
    if kind == "string" then return key end
    if kind == "number" or kind == "boolean" then return format("%s", key) end
    return "(a " .. kind .. ")"
  end

  local function place()
    if depth > 20 then return shown(path[1]) .. " ... " .. shown(path[depth]) end
    local names = {}
    for i = 1, depth do names[i] = shown(path[i]) end
    return concat(names, ".")
  end

  local write

  local function put(text)
    n = n + 1
    out[n] = text
  end

  -- A table or function as key has no order; its content stands in for it.
  local function content_of(key)
    if name_of[key] then return name_of[key] end
    if in_keys >= DEEPEST_KEYS then limits.refuse("tables that are keys in each other, too deep or without end") end
    local saved = { out, n, seen, seen_in, count, cells, cell_count, path, depth, owned, root, twins, is_rough, bare }
    local short = is_short
    out, n, seen, seen_in, count, cells, cell_count, path, depth, owned = {}, 0, {}, {}, 0, {}, 0, {}, 0, {}
    root, twins, bare, is_short, in_keys = WHOLE, {}, {}, false, in_keys + 1
    write(key)
    local text = concat(out, "", 1, n)
    out, n, seen, seen_in, count, cells, cell_count, path, depth, owned, root, twins, is_rough, bare = spread(saved, 1, 14)
    is_short, in_keys = short, in_keys - 1
    return text
  end

  function image.key_text(key)
    in_keys, serial = 0, serial or 0
    return content_of(key)
  end

  local function sorted_nameless(keys, first, size)
    local texts, entries = {}, {}
    for i = first, size do entries[i + 1 - first] = { key = keys[i], text = content_of(keys[i]) } end
    sort(entries, function(a, b) return a.text < b.text end)
    for i, entry in ipairs(entries) do
      if texts[entry.text] then
        path[depth] = entry.key
        limits.refuse("%s is one of several keys that cannot be told apart: it cannot be part of a state", place())
      end
      texts[entry.text], keys[first + i - 1] = true, entry.key
    end
  end

  local function sorted_keys(t)
    local keys, size, plain, nameless = {}, 0, true, nil
    for key in next, t do
      local kind = type(key)
      if RANK[kind] then
        size = size + 1
        keys[size] = key
        if kind ~= "string" then plain = false end
      else
        nameless = nameless or {}
        nameless[#nameless + 1] = key
      end
    end
    if plain then sort(keys) else sort(keys, precedes) end
    if nameless then
      local first = size + 1
      for i = 1, #nameless do keys[size + i] = nameless[i] end
      size = size + #nameless
      if #nameless > 1 then sorted_nameless(keys, first, size) end
    end
    return keys, size
  end

  local function write_meta(meta)
    if type(meta) == "table" and (rawget(meta, "__mode") ~= nil or rawget(meta, "__gc") ~= nil) then
      limits.refuse("%s has a metatable with __mode or __gc: when memory is collected is not part of a state", place())
    end
    put("m")
    write(meta)
  end

  -- Whether a list has holes: its length is then not one of its own.
  local function has_holes(keys, size)
    local places = 0
    for i = 1, size do
      local key = keys[i]
      local kind = type(key)
      if kind ~= "number" then break end
      if key > 0 and math_type(key) == "integer" then
        places = places + 1
        if key ~= places then return true end
      end
    end
    return false
  end

  local function write_table(t)
    if in_cell > 0 then constant = false end
    if depth >= DEEPEST then limits.refuse("%s lies more than %d tables and functions deep", place(), DEEPEST) end
    put("T")
    depth = depth + 1
    local meta = getmetatable(t)
    if meta then
      constant, path[depth] = false, "(metatable)"
      write_meta(meta)
    end
    if next(t) ~= nil then
      local keys, size = sorted_keys(t)
      if type(keys[1]) == "number" and has_holes(keys, size) then
        -- What `#` says of it depends on how it was filled.
        if sandbox.asks_length then
          limits.refuse("%s is a list with a hole, and the file uses `#` or the table library: what they make of it is not part of a state", place())
        end
        is_rough, constant = true, false
      end
      for i = 1, size do
        local key = keys[i]
        path[depth] = key
        write(key)
        write(rawget(t, key))
      end
    end
    depth = depth - 1
    put("e")
  end

  -- Whether it is the variable through which code sees the globals. Nothing assigns to it,
  -- so it makes no difference who shares it.
  local function is_globals(name, value)
    return name == "_ENV" and rawequal(value, globals)
  end

  local function write_cell(f, i)
    local name, value = getupvalue(f, i)
    if is_globals(name, value) then return put("e") end
    local id = upvalueid(f, i)
    local known = cells[id]
    if known then
      if known.root ~= root then shared = true end
      return put("k" .. pack("<I4", known.number))
    end
    if is_short and cells_of_handlers[id] then shared = true end
    cell_count, serial = cell_count + 1, serial + 1
    cells[id] = { number = cell_count, root = root, serial = serial }
    put("c")
    depth, in_cell = depth + 1, in_cell + 1
    path[depth] = name ~= "" and name or "?"
    write(value)
    depth, in_cell = depth - 1, in_cell - 1
  end

  -- Equal where code and variables are the same; nothing while some are new.
  local function signature(f, made_of)
    local parts, is_bare = { made_of.id }, true
    for i = 1, made_of.upvalues do
      local name, value = getupvalue(f, i)
      if is_globals(name, value) then
        parts[i + 1] = "e"
      else
        local known = cells[upvalueid(f, i)]
        if not known then return nil end
        parts[i + 1], is_bare = pack("<I4", known.serial), false
      end
    end
    return concat(parts), is_bare
  end

  local function write_function(f, made_of)
    if depth >= DEEPEST then limits.refuse("%s lies more than %d tables and functions deep", place(), DEEPEST) end
    local list = owned[root]
    if not list then
      list = {}
      owned[root] = list
    end
    list[#list + 1] = f
    if made_of.assigns then constant = false end
    if made_of.moves_globals then limits.refuse("%s holds a function that assigns to _ENV: it cannot be part of a state", place()) end
    put("F" .. made_of.id)
    for i = 1, made_of.upvalues do write_cell(f, i) end
  end

  local function write_known(value, number)
    if seen_in[value] ~= root then shared = true end
    -- A table of the list that a function can reach, too, can be changed by it.
    if in_cell > 0 and type(value) == "table" then constant = false end
    return put("r" .. pack("<I4", number))
  end

  local function note(value)
    count = count + 1
    seen[value], seen_in[value] = count, root
    if is_short and in_handlers[value] then shared = true end
  end

  local function write_closure(f)
    local made_of = code(f)
    if not made_of then
      limits.refuse("%s holds a function that is not made of the contract's code: it cannot be part of a state", place())
    end
    local sign, is_bare = signature(f, made_of)
    if is_short and is_bare and in_handlers[sign] then shared = true end
    local twin = sign and twins[sign]
    if twin then
      is_rough, constant = true, false
      return write_known(twin, seen[twin])
    end
    note(f)
    write_function(f, made_of)
    sign, is_bare = signature(f, made_of)
    twins[sign] = f
    if is_bare then bare[sign] = root end
  end

  local function write_object(value, kind)
    local name = name_of[value]
    if name then return put("h" .. pack("<s1", name)) end
    local known = seen[value]
    if known then return write_known(value, known) end
    if kind == "function" then return write_closure(value) end
    if kind ~= "table" then
      limits.refuse("%s holds a %s, which cannot be part of a state", place(), kind == "thread" and "coroutine" or kind)
    end
    note(value)
    return write_table(value)
  end

  -- The same few texts and amounts are written again and again.
  local texts, integers, written = {}, {}, 0

  local function remember(known, value, text)
    if type(value) == "string" and #value > LONG then return text end
    if written > MOST_VALUES then
      texts, integers, written = {}, {}, 0
    else
      known[value], written = text, written + 1
    end
    return text
  end

  function write(value)
    local kind = type(value)
    if kind == "string" then
      put(texts[value] or remember(texts, value, pack("<c1s4", "s", value)))
    elseif kind == "number" then
      if math_type(value) == "integer" then
        put(integers[value] or remember(integers, value, pack("<c1j", "i", value)))
      else
        put("d" .. pack("<d", value))
      end
    elseif kind == "boolean" then
      put(value and "t" or "f")
    elseif kind == "nil" then
      put("n")
    else
      write_object(value, kind)
    end
  end

  local function write_changes(was)
    local t = was.table
    local changed
    local function look(key)
      if key == was.open then return end
      if not rawequal(rawget(t, key), was.entries[key]) then
        changed = changed or {}
        changed[key] = true
      end
    end
    for key in next, t do look(key) end
    for key in next, was.entries do
      if rawget(t, key) == nil then look(key) end
    end
    local meta = getmetatable(t)
    if not changed and rawequal(meta, was.meta) then return false end
    put("T")
    if not rawequal(meta, was.meta) then write_meta(meta) end
    path[2], depth = "(changes)", 2
    local keys, size = sorted_keys(changed or {})
    for i = 1, size do
      path[2], depth = keys[i], 2
      write(keys[i])
      write(rawget(t, keys[i]))
    end
    put("e")
    return true
  end

  local function segment(segments, name, writer, argument)
    n, is_rough = 0, false
    root = shared == WHOLE and WHOLE or name
    if root ~= WHOLE then count, cell_count = 0, 0 end
    path[1], depth = name, 1
    if writer(argument) == false then return end
    if is_rough then rough[name] = true end
    local text = concat(out, "", 1, n)
    local known = live[name]
    if not known or known.text ~= text then known = { name = name, text = text } end
    segments[#segments + 1] = known
  end

  local function segment_of_global(segments, name)
    local value, known = rawget(globals, name), live[name]
    local kind = type(value)
    if kind == "string" or kind == "boolean" then
      if not known or known.value ~= value then
        n = 0
        write(value)
        known = { name = name, text = out[1], value = value }
      end
      segments[#segments + 1] = known
      return
    end
    segment(segments, name, write, value)
  end

  -- The names of the contract's globals, sorted: mostly the same as last time.
  local names, is_name, name_count = {}, {}, 0

  local function sorted_names()
    local found, same = 0, true
    for name in next, globals do
      found = found + 1
      if not is_name[name] then same = false end
    end
    if same and found == name_count then return names, name_count end
    names, name_count = sorted_keys(globals)
    is_name = {}
    for i = 1, name_count do is_name[names[i]] = true end
    return names, name_count
  end

  -- The handlers and what they can see. If none of it is a table that they can reach, and no
  -- code assigns to a variable of an outer function, it changes only through `Handlers`, and
  -- need not be looked at again.
  local HANDLERS = "\3"

  -- What of the handlers another root must not have without being one with them.
  local function note_handlers()
    in_handlers, cells_of_handlers = {}, {}
    if not constant then return end
    for value, where in next, seen_in do
      if where == HANDLERS then in_handlers[value] = true end
    end
    for sign, where in next, bare do
      if where == HANDLERS then in_handlers[sign] = true end
    end
    for id, cell in next, cells do
      if cell.root == HANDLERS then cells_of_handlers[id] = true end
    end
  end

  local function segment_of_handlers(segments)
    local known = live[HANDLERS]
    if known and constant and not live_whole and shared == false and not sandbox.touched[handlers_view] then
      owned[HANDLERS] = owners[HANDLERS]
      segments[#segments + 1], is_short = known, true
      return
    end
    in_cell, constant = 0, true
    segment(segments, HANDLERS, write, handlers.list)
    note_handlers()
  end

  local function write_global_meta()
    put("g")
    write_meta(getmetatable(globals))
  end

  local function checked_name(key)
    if type(key) ~= "string" then limits.refuse("a global whose name is no text") end
    local first = byte(key, 1)
    if first and first < 4 then limits.refuse("a global whose name begins with a control character") end
    return key
  end

  local function all_segments(whole)
    local segments = {}
    seen, seen_in, cells, count, cell_count, owned = {}, {}, {}, 0, 0, {}
    shared = whole and WHOLE or false
    bare, twins, rough, serial, in_keys, is_short = {}, {}, {}, 0, 0, false
    for _, was in ipairs(watched) do segment(segments, was.root, write_changes, was) end
    if not rawequal(getmetatable(globals), sandbox.global_meta) then
      segment(segments, "\1", write_global_meta)
    end
    for _, view in ipairs(sandbox.views) do
      if not sandbox.is_frozen(view) then
        local open = sandbox.open_of[view]
        local was = { table = view, entries = sandbox.real_of[view], open = open, meta = open and getmetatable(view) }
        segment(segments, "\2" .. name_of[view], write_changes, was)
      end
    end
    segment_of_handlers(segments)
    local names, size = sorted_names()
    for i = 1, size do
      local key = checked_name(names[i])
      if not sandbox.left_out[key] then segment_of_global(segments, key) end
    end
    return segments
  end

  local function packed(segments, whole)
    local parts = { whole and "w" or "s" }
    for i = 1, #segments do
      local one = segments[i]
      one.packed = one.packed or pack("<s4s4", one.name, one.text)
      parts[i + 1] = one.packed
    end
    return concat(parts)
  end

  -- The table is filled anew only where other names are alive.
  local function set_live(segments)
    local same = live_count == #segments
    for i = 1, #segments do same = same and live[segments[i].name] end
    if not same then live = {} end
    live_count = #segments
    for i = 1, live_count do live[segments[i].name] = segments[i] end
  end

  local function settle(segments, whole, text)
    set_live(segments)
    live_whole, live_image, owners = whole, text, owned
  end

  local function is_live(segments, whole)
    if whole ~= live_whole then return false end
    if live_count ~= #segments then return false end
    for i = 1, live_count do
      if live[segments[i].name] ~= segments[i] then return false end
    end
    return true
  end

  -- The image of the process as it is; nothing if it is as it was.
  function image.take()
    local segments = all_segments(false)
    local whole = shared == true
    if whole then segments = all_segments(true) end
    sandbox.touched[handlers_view] = nil
    if live_image and is_live(segments, whole) then
      owners = owned
      return nil
    end
    local text = packed(segments, whole)
    settle(segments, whole, text)
    return text
  end

  -- Reading -----------------------------------------------------------------------------

  local text, at, objects, holders, used, current
  local read
  -- Closures that no root holds, by their code; of those released in this reading, which were
  -- taken again.
  local free, released = {}, {}

  local function fresh_holder(value)
    return function() return value end
  end
  -- The variable through which all code that was read sees the globals.
  local globals_holder = fresh_holder(globals)
  local globals_cell = upvalueid(globals_holder, 1)

  local function closure_of(id)
    local pool = free[id]
    local f = pool and pool[#pool]
    if f then
      pool[#pool] = nil
      released[f] = nil
      return f
    end
    local code, assigns, moves_globals = protos.get(id)
    f = load(code, "=?", "b", globals)
    note_code(f, id, assigns, moves_globals)
    if portable_code[id] then portable[f] = true end
    return f
  end

  local function read_cell(f, i)
    local kind = byte(text, at)
    at = at + 1
    if kind == 101 then -- e
      upvaluejoin(f, i, globals_holder, 1)
    elseif kind == 107 then -- k
      local number
      number, at = unpack("<I4", text, at)
      local holder = holders[number]
      upvaluejoin(f, i, holder[1], holder[2])
    else
      local id = upvalueid(f, i)
      if used[id] then
        upvaluejoin(f, i, fresh_holder(nil), 1)
        id = upvalueid(f, i)
      end
      used[id] = true
      holders[#holders + 1] = { f, i }
      setupvalue(f, i, (read()))
    end
  end

  local function read_function()
    local id = sub(text, at, at + 7)
    at = at + 8
    local f = closure_of(id)
    objects[#objects + 1] = f
    current[#current + 1] = f
    for i = 1, code_of[f].upvalues do read_cell(f, i) end
    return f
  end

  local function read_table(t)
    local meta
    local has_meta = byte(text, at) == 109 -- m
    if has_meta then
      at = at + 1
      meta = read()
    end
    while byte(text, at) ~= 101 do -- e
      local key = read()
      local value = read()
      rawset(t, key, value)
    end
    at = at + 1
    if has_meta then setmetatable(t, meta) end
    return t
  end

  function read()
    local kind = byte(text, at)
    at = at + 1
    if kind == 115 then -- s
      local value
      value, at = unpack("<s4", text, at)
      return value
    elseif kind == 105 then -- i
      local value
      value, at = unpack("<j", text, at)
      return value
    elseif kind == 84 then -- T
      local t = {}
      objects[#objects + 1] = t
      return read_table(t)
    elseif kind == 104 then -- h
      local name
      name, at = unpack("<s1", text, at)
      return named[name] or image.late(name)
    elseif kind == 70 then -- F
      return read_function()
    elseif kind == 116 then
      return true
    elseif kind == 102 then
      return false
    elseif kind == 110 then
      return nil
    elseif kind == 114 then -- r
      local number
      number, at = unpack("<I4", text, at)
      return objects[number]
    end
    local value
    value, at = unpack("<d", text, at)
    return value
  end

  -- Host tables that are made on demand by name: none, unless the host says otherwise.
  function image.late(name)
    error("the image names '" .. name .. "', which the host does not have", 0)
  end

  local function reset_watched(was)
    local t = was.table
    for key in next, t do
      if was.entries[key] == nil then rawset(t, key, nil) end
    end
    for key, value in next, was.entries do rawset(t, key, value) end
    if not rawequal(getmetatable(t), was.meta) then setmetatable(t, was.meta) end
  end

  -- The table of the host that a root is about; a class of numbers may be new here.
  local function host_table(root)
    local name = sub(root, 2)
    return named[name] or image.late(name)
  end

  local function clear(name)
    local first = byte(name, 1)
    if first == 0 then
      reset_watched(pristine[host_table(name)])
    elseif first == 1 then
      setmetatable(globals, sandbox.global_meta)
    elseif first == 2 then
      sandbox.freeze(host_table(name))
    elseif first == 3 then
      handlers.list = nil
    else
      rawset(globals, name, nil)
    end
  end

  local function fill(name)
    local first = byte(name, 1)
    if first == 0 or first == 2 then
      local t = host_table(name)
      at = at + 1
      if first == 2 then sandbox.thaw(t) end
      read_table(t)
    elseif first == 1 then
      at = at + 2
      setmetatable(globals, (read()))
    elseif first == 3 then
      -- Of a list that was put in place nothing is known yet.
      handlers.list, constant = read(), false
    else
      rawset(globals, name, (read()))
    end
  end

  local function release(root)
    if not owners[root] then return end
    for _, f in ipairs(owners[root]) do
      local id = code_of[f].id
      local pool = free[id]
      if not pool then
        pool = {}
        free[id] = pool
      end
      released[f] = true
      if #pool < MOST_CLOSURES then pool[#pool + 1] = f end
    end
    owners[root] = nil
  end

  -- What was not taken again must not share a variable with what was.
  local function detach()
    for f in next, released do
      for i = 1, code_of[f].upvalues do upvaluejoin(f, i, fresh_holder(nil), 1) end
    end
    released = {}
  end

  local function read_segments(segments, whole)
    if whole or live_whole then
      for root in next, owners do release(root) end
      owners = {}
    end
    objects, holders, used, current = {}, {}, { [globals_cell] = true }, {}
    for i = 1, #segments do
      local one = segments[i]
      local known = live[one.name]
      if whole or live_whole or not known or known.text ~= one.text or rough[one.name] then
        if not whole then
          release(one.name)
          if next(objects) ~= nil then objects = {} end
          if next(holders) ~= nil then holders = {} end
          if next(current) ~= nil then current = {} end
        end
        clear(one.name)
        text, at = one.text, 1
        fill(one.name)
        if next(current) ~= nil then owners[whole and WHOLE or one.name] = current end
      end
    end
  end

  -- Images are asked for again and again.
  local known_images, known_count, known_bytes = {}, 0, 0

  local function unpacked(from)
    local known = known_images[from]
    if known then return known, byte(from, 1) == 119 end -- w
    local segments, position = {}, 2
    while position <= #from do
      local name, content
      name, content, position = unpack("<s4s4", from, position)
      segments[#segments + 1] = { name = name, text = content }
    end
    known_bytes = known_bytes + #from
    if known_count > MOST_IMAGES or known_bytes > sandbox.memory // SHARE then
      known_images, known_count, known_bytes = {}, 0, #from
    end
    known_images[from], known_count = segments, known_count + 1
    return segments, byte(from, 1) == 119
  end

  local function remove_others(segments, whole)
    local wanted = {}
    for i = 1, #segments do wanted[segments[i].name] = true end
    for name in next, live do
      if not wanted[name] then
        clear(name)
        if not (whole or live_whole) then release(name) end
      end
    end
  end

  -- Globals that are no part of an image, as they were after loading.
  local left_out = {}

  function image.leave_out()
    local wanted = sandbox.left_out
    if next(wanted) == nil then return end
    sandbox.left_out = {}
    local segments = all_segments(false)
    sandbox.left_out = wanted
    if shared then
      limits.refuse("nothing can be left out: globals share tables with each other or with functions")
    end
    for i = 1, #segments do
      local one = segments[i]
      if wanted[one.name] then
        if owned[one.name] then limits.refuse("%s holds functions, and cannot be left out", one.name) end
        left_out[#left_out + 1] = one
      end
    end
    for name in next, wanted do
      if rawget(globals, name) == nil then limits.refuse("%s cannot be left out: there is no such global after loading", name) end
    end
  end

  -- What evaluations, one after the other, made of them: by name, the values themselves.
  local remains, remaining = {}, 0

  function image.keep_remains()
    remaining = remaining + 1
    for i = 1, #left_out do
      local name = left_out[i].name
      remains[name] = remaining < MOST_REMAINS and rawget(globals, name) or nil
    end
    if remaining >= MOST_REMAINS then remaining = 0 end
  end

  local function use_remains()
    for i = 1, #left_out do
      local name = left_out[i].name
      if remains[name] ~= nil then rawset(globals, name, remains[name]) end
    end
  end

  local function reset_left_out()
    for i = 1, #left_out do
      objects, text, at = {}, left_out[i].text, 1
      rawset(globals, left_out[i].name, (read()))
    end
  end

  -- Whether what is alive is what `live` says.
  local is_unknown = false

  -- Nothing is left of whatever the process is.
  local function wipe()
    for _, was in ipairs(watched) do reset_watched(was) end
    for name in next, globals do
      if not sandbox.left_out[name] then rawset(globals, name, nil) end
    end
    setmetatable(globals, sandbox.global_meta)
    for _, view in ipairs(sandbox.views) do sandbox.freeze(view) end
    handlers.list = nil
    live, live_whole, live_count, owners, free, released = {}, false, 0, {}, {}, {}
  end

  -- Brings the process to the state of an image; what is left out, to what it was after
  -- loading, unless it is kept.
  function image.restore(from, is_kept)
    reset_left_out()
    if is_kept then use_remains() end
    if from == live_image and next(rough) == nil then return end
    if is_unknown then wipe() end
    live_image, is_unknown = nil, true
    local segments, whole = unpacked(from)
    local kept = 0
    for i = 1, #segments do
      if live[segments[i].name] then kept = kept + 1 end
    end
    if kept < live_count then remove_others(segments, whole) end
    read_segments(segments, whole)
    detach()
    set_live(segments)
    live_whole, live_image = whole, from
    rough, is_unknown = {}, false
  end

  -- Where the list of handlers is, and what contracts see of it.
  function image.set_handlers(real, view)
    handlers, handlers_view = real, view
  end

  -- Says that what is alive is no longer what the last image says.
  function image.forget()
    live_image, is_unknown = nil, true
  end

  -- Gives back the memory of what is only remembered.
  function image.trim()
    image.forget()
    wipe()
    texts, integers, written = {}, {}, 0
    known_images, known_count, known_bytes = {}, 0, 0
    in_handlers, cells_of_handlers, seen, cells, twins, out, owned = {}, {}, {}, {}, {}, {}, {}
  end

  return image
end
