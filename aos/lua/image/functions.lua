-- The functions of a contract: which code they are made of, and closures to be used again.

local setmetatable, ipairs, next, load = debug.setmetatable, ipairs, next, load
local dump, getinfo, getupvalue, upvaluejoin = string.dump, debug.getinfo, debug.getupvalue, debug.upvaluejoin

-- Closures of one code that are kept for later.
local MOST_CLOSURES = 256

return function(protos, globals)
  local functions = {}
  -- Closures that are made of host code and may be kept, as a ready-made pattern, are marked.
  local code_of = setmetatable({}, { __mode = "k" })
  local portable = setmetatable({}, { __mode = "k" })
  local portable_code = {}
  -- Closures that no root holds, by their code; of those released in this reading, which were
  -- taken again.
  local free, released = {}, {}

  local function note_code(f, id, assigns, moves_globals)
    local known = { id = id, upvalues = getinfo(f, "u").nups, assigns = assigns, moves_globals = moves_globals }
    code_of[f] = known
    return known
  end

  -- Whether a function is made of code that is not part of a state.
  function functions.is_host_code(f)
    local info = getinfo(f, "S")
    return info.what == "C" or info.source == "=?" and not portable[f]
  end

  -- The code of a function; nothing if that is the host's.
  function functions.code(f)
    local known = code_of[f]
    if known then return known end
    if functions.is_host_code(f) then return nil end
    known = note_code(f, protos.add(dump(f)))
    if portable[f] then portable_code[known.id] = true end
    return known
  end

  function functions.portable(f)
    portable[f] = true
    -- In a state each has its variables to itself: no two may share one that is the host's.
    for i = 1, getinfo(f, "u").nups do
      local _, value = getupvalue(f, i)
      upvaluejoin(f, i, functions.fresh_holder(value), 1)
    end
    return f
  end

  function functions.is_portable(f) return portable[f] end

  -- A function with a variable of its own.
  function functions.fresh_holder(value)
    return function() return value end
  end

  -- A closure of this code, whose variables are anybody's guess.
  function functions.closure(id)
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

  -- Takes back closures that no root holds any more.
  function functions.release(closures)
    for _, f in ipairs(closures) do
      local id = code_of[f].id
      local pool = free[id]
      if not pool then
        pool = {}
        free[id] = pool
      end
      released[f] = true
      if #pool < MOST_CLOSURES then pool[#pool + 1] = f end
    end
  end

  -- What was not taken again must not share a variable with what was.
  function functions.detach()
    if next(released) == nil then return end
    for f in next, released do
      for i = 1, code_of[f].upvalues do upvaluejoin(f, i, functions.fresh_holder(nil), 1) end
    end
    released = {}
  end

  function functions.forget()
    free, released = {}, {}
  end

  return functions
end
