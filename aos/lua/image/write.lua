-- Writes values as text. A value:
--   n t f            nil, true, false
--   i d s            integer, float, text
--   h name           something of the host
--   T ...            table: [m metatable] (key value)* e
--   F proto ...      function: its upvalues, each  e (the globals) | c value | k number
--   c                a coroutine that has ended
--   r number         a table, function or coroutine that was met before

local type, next, rawget, rawequal = type, next, rawget, rawequal
local ipairs, pack, format, gsub, error = ipairs, string.pack, string.format, string.gsub, error
local sort, concat, spread, math_type = table.sort, table.concat, table.unpack, math.type
local getmetatable, getupvalue, upvalueid = debug.getmetatable, debug.getupvalue, debug.upvalueid
local status = coroutine.status

-- The root of all values, where they have something in common: no global has this name.
local WHOLE = "\0"
-- How deep values may lie in each other, and tables as keys in tables as keys.
local DEEPEST, DEEPEST_KEYS = 4000, 6

return function(sandbox, limits, host, functions, plain)
  local writer = {}
  local begin_plain, write_plain, was_plain = plain.begin, plain.write, plain.has
  local same_names, changed = plain.same_names, plain.changed
  local globals, name_of, dependences = sandbox.globals, host.name_of, sandbox.dependences
  local RANK, precedes = sandbox.RANK, sandbox.precedes
  local meta_of, keep = sandbox.lengths.meta_of, sandbox.lengths.keep

  local out, n, path, depth = {}, 0, {}, 0
  -- The bytes that were written, and how many may be: a text takes memory for each place that
  -- it lies in only now.
  local bytes, most_bytes = 0, 0
  -- What was met, by number and by root; whether two roots have something in common; the
  -- functions of each root.
  local seen, seen_in, count, root, shared, owned = {}, {}, 0, nil, false, nil
  -- Whether something was met since the beginning; what is plain need not be.
  local is_used = false
  local cells, cell_count, serial = {}, 0, 0
  -- How often keys that are tables lie in each other.
  local in_keys = 0
  -- Tables with holes in their lists, which are not guarded: what their length is depends on how
  -- they were filled. So they are read again before they are used again, as are functions that
  -- were merged.
  local rough, is_rough = {}, false
  -- Functions by their code and variables: Lua makes one or two of what is written once, as
  -- its memory happens to be.
  local twins, bare = {}, {}
  -- Whether only `Handlers` can change what its functions hold. What they are made of, and
  -- whether they were not looked at again.
  local constant, in_cell = false, 0
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
    n, bytes = n + 1, bytes + #text
    if bytes > most_bytes then error("not enough memory", 0) end
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

  function writer.key_text(key)
    in_keys, bytes, most_bytes = 0, 0, sandbox.memory
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
    if type(keys[1]) ~= "number" then return false end
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

  -- What `#` says of a table that cannot be guarded.
  local function refuse_hole()
    path[1], depth = gsub(path[1], "^%c", ""), depth - 1
    limits.refuse("%s is a list with a hole, and has a metatable or is a table of aos itself, and the file uses `#` or the table library: what they make of it is not part of a state", place())
  end

  local function write_table(t)
    if in_cell > 0 then constant = false end
    if depth >= DEEPEST then limits.refuse("%s lies more than %d tables and functions deep", place(), DEEPEST) end
    put("T")
    depth = depth + 1
    local meta = meta_of(t)
    local is_message = false
    -- Keys may be written while handlers still run.
    if not meta and in_keys == 0 then keep(t) end
    if meta then
      constant, path[depth] = false, "(metatable)"
      write_meta(meta)
      is_message = dependences.reveal(t)
    end
    if next(t) ~= nil then
      local keys, size = sorted_keys(t)
      if has_holes(keys, size) then
        if sandbox.asks_length and meta then refuse_hole() end
        if not sandbox.asks_length then is_rough, constant = true, false end
      end
      for i = 1, size do
        local key = keys[i]
        path[depth] = key
        write(key)
        write(rawget(t, key))
      end
    end
    if is_message then dependences.hide(t) end
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
    count, is_used = count + 1, true
    seen[value], seen_in[value] = count, root
    if is_short and in_handlers[value] or was_plain(value) then shared = true end
  end

  local function write_closure(f)
    local made_of = functions.code(f)
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

  local function write_thread(thread)
    if status(thread) ~= "dead" then
      limits.refuse("%s holds a coroutine that has not ended, which cannot be part of a state: let it end, or keep what it needs in a table and make it anew; to wait for a message, use receive", place())
    end
    note(thread)
    put("c")
  end

  local function write_object(value, kind)
    local name = name_of[value]
    if name then return put("h" .. pack("<s1", name)) end
    local known = seen[value]
    if known then return write_known(value, known) end
    if kind == "function" then return write_closure(value) end
    if kind == "thread" then return write_thread(value) end
    if kind ~= "table" then limits.refuse("%s holds a %s, which cannot be part of a state", place(), kind) end
    note(value)
    return write_table(value)
  end

  function write(value)
    local kind = type(value)
    if kind == "table" or kind == "function" or kind == "thread" or kind == "userdata" then
      return write_object(value, kind)
    end
    put(write_plain(value))
  end

  -- The keys under which a table of the host holds something else than it did.
  local function changed_keys(was)
    local t, entries, changed = was.table, was.entries, nil
    local function look(key)
      if not sandbox.stays(t, key) and not rawequal(rawget(t, key), entries[key]) then
        changed = changed or {}
        changed[key] = true
      end
    end
    for key in next, t do look(key) end
    for key in next, entries do
      if rawget(t, key) == nil then look(key) end
    end
    return changed
  end

  local function write_changes(was)
    local t, meta, changed = was.table, getmetatable(was.table), changed_keys(was)
    if not changed and rawequal(meta, was.meta) then return false end
    if sandbox.asks_length and has_holes(sorted_keys(t)) then
      depth = 2
      refuse_hole()
    end
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

  local function write_global_meta()
    put("g")
    write_meta(sandbox.worn())
  end

  -- Begins anew; `is_whole` says that all roots are one.
  function writer.begin(is_whole, most)
    bytes, most_bytes = 0, most
    if is_used then seen, seen_in, cells, twins, bare, rough = {}, {}, {}, {}, {}, {} end
    count, cell_count, serial, in_keys, is_short, is_used = 0, 0, 0, 0, false, false
    shared, owned = is_whole and WHOLE or false, {}
    begin_plain(sandbox.memory)
    writer.owned, writer.rough = owned, rough
  end

  -- Whether roots turned out to have something in common.
  function writer.is_shared() return shared == true end

  local function segment(name, write_what, argument)
    n, is_rough = 0, false
    root = shared == WHOLE and WHOLE or name
    if root ~= WHOLE then count, cell_count = 0, 0 end
    path[1], depth = name, 1
    if write_what(argument) == false then return nil end
    if is_rough then rough[name] = true end
    return concat(out, "", 1, n)
  end

  -- Whether the globals have just these names, which are the keys of a table.
  function writer.are_names(is_name, size) return same_names(globals, is_name, size) end

  -- The first place from `from` on in a list of names whose global is not what a segment of
  -- that name says, and its text, if it is plain; the place after `last` if there is none.
  function writer.first_changed(names, live, from, last)
    if shared == WHOLE then return from end
    return changed(globals, names, live, "text", from, last, seen, name_of, is_short and in_handlers)
  end

  -- The text of a global that is not plain.
  function writer.global(name, value) return segment(name, write, value) end

  -- How a table of the host has changed; nothing if it has not.
  function writer.changes(name, was) return segment(name, write_changes, was) end

  function writer.global_meta(name) return segment(name, write_global_meta) end

  -- The handlers and what they can see. If none of it is a table that they can reach, and no
  -- code assigns to a variable of an outer function, it changes only through `Handlers`, and
  -- need not be looked at again.

  -- What of the handlers another root must not have without being one with them.
  local function note_handlers(name)
    in_handlers, cells_of_handlers = {}, {}
    if not constant then return end
    for value, where in next, seen_in do
      if where == name then in_handlers[value] = true end
    end
    for sign, where in next, bare do
      if where == name then in_handlers[sign] = true end
    end
    for id, cell in next, cells do
      if cell.root == name then cells_of_handlers[id] = true end
    end
  end

  function writer.handlers(name, list)
    in_cell, constant = 0, true
    local text = segment(name, write, list)
    note_handlers(name)
    return text
  end

  -- Takes the handlers for what they were; not if that cannot be known.
  function writer.skip_handlers(name, closures)
    if not constant or shared then return false end
    owned[name], is_short = closures, true
    return true
  end

  -- Of a list that was put in place nothing is known yet.
  function writer.forget_handlers() constant = false end

  -- The sorted keys of a table, and how many.
  writer.sorted_keys = sorted_keys

  -- Gives back the memory of what is only remembered.
  function writer.trim()
    in_handlers, cells_of_handlers, seen, cells, twins, out, owned = {}, {}, {}, {}, {}, {}, {}
  end

  writer.WHOLE = WHOLE
  writer.begin(false, 0)
  return writer
end
