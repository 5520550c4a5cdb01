-- The image of a process: everything that its handlers can have left behind, as text, and
-- back again.
--
-- Equal states have equal images, whatever the order in which tables were filled. An image
-- consists of segments, one for each root: a global, or a table of the host that was changed.
-- A segment that is as it was need not be read again. Where two roots share a table, a
-- function or a variable, all of them are one segment.

local type, next, rawget, rawset, rawequal = type, next, rawget, rawset, rawequal
local getmetatable, setmetatable, ipairs = debug.getmetatable, debug.setmetatable, ipairs
local byte, sub, concat = string.byte, string.sub, table.concat

-- Roots that are no global's name: those that begin with \0 are watched tables of the host,
-- with \2 libraries.
local GLOBAL_META, HANDLERS = "\1", "\3"

return function(modules, sandbox, limits, protos)
  local globals = sandbox.globals
  local host = modules.host(sandbox.hidden)
  local functions = modules.functions(protos, globals)
  local writer = modules.write(sandbox, limits, host, functions, modules.plain)
  local reader = modules.read(globals, host, functions, sandbox)
  local segments = modules.segments(sandbox.memory, sandbox.lengths)
  local image = { host = host, functions = functions }
  image.key_text = writer.key_text

  -- Where the list of handlers is, and what contracts see of it.
  local handlers, handlers_view
  function image.set_handlers(real, view)
    handlers, handlers_view = real, view
  end

  -- The segments that are alive, by name, and whether they are one; the image of them, if that
  -- is what the process is; the functions of each root.
  local live, live_count, live_whole, live_image, owners = {}, 0, false, nil, {}
  -- Whether what is alive is what `live` says.
  local is_unknown = false

  -- Taking ------------------------------------------------------------------------------

  -- The segments that were found, in a list that is used again and again; whether they are
  -- those that are alive, and whether at least all their names are.
  local all, size, is_same, are_known = {}, 0, true, true

  local function add(segment)
    size = size + 1
    all[size] = segment
  end

  local function add_text(name, text)
    if not text then return end
    local segment, known = segments.known(name, text), live[name]
    if segment ~= known then is_same, are_known = false, are_known and known ~= nil end
    add(segment)
  end

  local function add_view(view)
    local name = "\2" .. host.name_of[view]
    local was = { table = view, entries = sandbox.real_of[view], meta = getmetatable(view) }
    add_text(name, writer.changes(name, was))
  end

  local function add_host()
    local watched = host.watched
    for i = 1, #watched do
      local was = watched[i]
      if not host.is_pristine(was) then add_text(was.root, writer.changes(was.root, was)) end
    end
    if not rawequal(getmetatable(globals), sandbox.global_meta) then
      add_text(GLOBAL_META, writer.global_meta(GLOBAL_META))
    end
    if not sandbox.is_any_thawed() then return end
    for _, view in ipairs(sandbox.views) do
      if not sandbox.is_frozen(view) then add_view(view) end
    end
  end

  -- The segment of the handlers, if they need not be looked at again.
  local function skipped_handlers()
    local known = live[HANDLERS]
    local is_same = known and not live_whole and not sandbox.touched[handlers_view]
    return is_same and writer.skip_handlers(HANDLERS, owners[HANDLERS]) and known
  end

  local function add_handlers(skipped)
    if skipped then return add(skipped) end
    sandbox.complete_list = nil
    add_text(HANDLERS, writer.handlers(HANDLERS, handlers.list))
  end

  local function checked_name(name)
    if type(name) ~= "string" then limits.refuse("a global whose name is no text") end
    local first = byte(name, 1)
    if first and first < 4 then limits.refuse("a global whose name begins with a control character") end
    return name
  end

  -- The names of the contract's globals, sorted: mostly the same as last time.
  local names, is_name, name_count, are_names_found = {}, {}, 0, false

  local function find_names()
    if are_names_found and writer.are_names(is_name, name_count) then return end
    -- Should anything be thrown on the way, nothing is known.
    names, is_name, are_names_found = {}, {}, false
    local sorted, count = writer.sorted_keys(globals)
    for i = 1, count do
      local name = checked_name(sorted[i])
      is_name[name] = true
      names[i] = name
    end
    name_count, are_names_found = count, true
  end

  local function add_globals()
    local place, last = 1, #names
    local changed, text = writer.first_changed(names, live, place, last)
    if changed > last and is_same and live_image and not live_whole and size + last == live_count then
      -- Nothing has changed: nobody asks for the list.
      size = live_count
      return
    end
    while place <= last do
      for i = place, changed - 1 do
        size = size + 1
        all[size] = live[names[i]]
      end
      local name = names[changed]
      if name then add_text(name, text or writer.global(name, rawget(globals, name))) end
      place = changed + 1
      changed, text = writer.first_changed(names, live, place, last)
    end
  end

  local function add_all(is_whole, most)
    size, is_same, are_known = 0, true, true
    writer.begin(is_whole, most)
    -- Before anything is written: what is written is then seen not to be theirs, too.
    local skipped = skipped_handlers()
    add_host()
    add_handlers(skipped)
    find_names()
    add_globals()
  end

  -- The table is filled anew only where other names are alive.
  local function set_live(list, count, are_names)
    if not are_names then live, live_count = {}, count end
    for i = 1, count do live[list[i].name] = list[i] end
  end

  local parts = {}

  local function packed(is_whole)
    local list = {}
    parts[1] = is_whole and "w" or "s"
    for i = 1, size do list[i], parts[i + 1] = all[i], all[i].packed end
    local text = concat(parts, "", 1, size + 1)
    segments.note_image(text, list)
    return text
  end

  -- The image of the process as it is, of about `most` bytes at most; nothing if it is as it
  -- was.
  function image.take(most)
    add_all(false, most)
    local is_whole = writer.is_shared()
    if is_whole then add_all(true, most) end
    sandbox.touched[handlers_view] = nil
    owners = writer.owned
    local are_as_many = live_count == size
    if is_same and are_as_many and live_image and is_whole == live_whole then return nil end
    set_live(all, size, are_known and are_as_many)
    live_whole, live_image = is_whole, packed(is_whole)
    return live_image
  end

  -- Restoring ---------------------------------------------------------------------------

  local function clear(name)
    local first = byte(name, 1)
    if first == 0 then
      host.reset(host.find(sub(name, 2)))
    elseif first == 1 then
      setmetatable(globals, sandbox.global_meta)
    elseif first == 2 then
      sandbox.freeze(host.find(sub(name, 2)))
    elseif first == 3 then
      handlers.list = nil
    else
      rawset(globals, name, nil)
    end
  end

  -- In whole images a table is read in its place among the others, so that others can name it.
  local function fill_global(one, is_whole)
    local value
    if not is_whole then value = segments.value(one) end
    if value == nil then
      value = reader.value(one.text)
      if not is_whole then segments.note(one, value) end
    end
    rawset(globals, one.name, value)
  end

  local function fill(one, is_whole)
    local name, first = one.name, byte(one.name, 1)
    if first == 0 then
      reader.fill(host.find(sub(name, 2)), one.text)
    elseif first == 1 then
      sandbox.wear(reader.meta(one.text))
    elseif first == 2 then
      local view = host.find(sub(name, 2))
      sandbox.thaw(view)
      reader.fill(view, one.text)
    elseif first == 3 then
      handlers.list = reader.value(one.text)
      writer.forget_handlers()
    else
      fill_global(one, is_whole)
    end
  end

  local function release(root)
    if owners[root] then functions.release(owners[root]) end
    owners[root] = nil
  end

  local function release_all()
    for root in next, owners do release(root) end
  end

  local function remove_others(list)
    local wanted = {}
    for i = 1, #list do wanted[list[i].name] = true end
    for name in next, live do
      if not wanted[name] then
        clear(name)
        release(name)
      end
    end
  end

  local function replace(one, is_whole)
    if not is_whole then
      release(one.name)
      reader.begin_root()
    end
    clear(one.name)
    fill(one, is_whole)
    owners[is_whole and writer.WHOLE or one.name] = reader.closures()
  end

  -- The segments that are to be replaced, in a list that is used again and again.
  local stale = {}

  -- How many of a list are to be replaced, and whether its names are those that are alive.
  local function find_stale(list, is_all)
    local found, count, are_names, rough = 0, #list, true, writer.rough
    for i = 1, count do
      local one = list[i]
      local name = one.name
      local was = live[name]
      if was ~= one or is_all or rough[name] then
        found = found + 1
        stale[found] = one
        if not was then are_names = false end
      end
    end
    return found, are_names and count == live_count
  end

  local function replace_stale(found, is_all, is_whole)
    if is_all then release_all() end
    reader.begin()
    for i = 1, found do
      local one, value = stale[i], nil
      if not is_all and not owners[one.name] then value = segments.value(one) end
      if value ~= nil then
        -- A global without functions, before and after.
        rawset(globals, one.name, value)
      else
        replace(one, is_whole)
      end
    end
    functions.detach()
  end

  -- Nothing is left of whatever the process is.
  local function wipe()
    host.reset_all()
    for name in next, globals do rawset(globals, name, nil) end
    setmetatable(globals, sandbox.global_meta)
    for _, view in ipairs(sandbox.views) do sandbox.freeze(view) end
    handlers.list = nil
    live, live_count, live_whole, owners = {}, 0, false, {}
    functions.forget()
  end

  -- Brings the process to the state of an image.
  function image.restore(from)
    if from == live_image and next(writer.rough) == nil then return end
    if is_unknown then wipe() end
    live_image, is_unknown = nil, true
    local list, is_whole = segments.read(from)
    local is_all = is_whole or live_whole
    local found, are_names = find_stale(list, is_all)
    if not are_names then remove_others(list) end
    replace_stale(found, is_all, is_whole)
    if are_names then set_live(stale, found, true) else set_live(list, #list, false) end
    live_whole, live_image, is_unknown = is_whole, from, false
    if next(writer.rough) ~= nil then writer.rough = {} end
  end

  -- Says that what is alive is no longer what the last image says.
  function image.forget()
    live_image, is_unknown = nil, true
  end

  -- Gives back the memory of what is only remembered.
  function image.trim()
    image.forget()
    wipe()
    writer.trim()
    segments.trim()
    all, parts, size, stale = {}, {}, 0, {}
    names, is_name, are_names_found = {}, {}, false
  end

  return image
end
