-- Globals that are no part of an image: in each evaluation they are what they were after
-- loading.

local next, rawget, rawset = next, rawget, rawset

-- Evaluations after which what is left out begins anew.
local MOST_REMAINS = 1000

return function(sandbox, limits, reader)
  local left_out = {}
  local globals = sandbox.globals
  local segments = {}

  -- Keeps, of the segments after loading, those that are left out from here on.
  function left_out.keep(all, size, owned)
    for i = 1, size do
      local one = all[i]
      if sandbox.left_out[one.name] then
        if owned[one.name] then limits.refuse("%s holds functions, and cannot be left out", one.name) end
        segments[#segments + 1] = one
      end
    end
    for name in next, sandbox.left_out do
      if rawget(globals, name) == nil then limits.refuse("%s cannot be left out: there is no such global after loading", name) end
    end
  end

  function left_out.reset()
    for i = 1, #segments do
      reader.begin()
      rawset(globals, segments[i].name, (reader.value(segments[i].text)))
    end
  end

  -- What evaluations, one after the other, made of them: by name, the values themselves.
  local remains, remaining = {}, 0

  function left_out.keep_remains()
    remaining = remaining + 1
    for i = 1, #segments do
      local name = segments[i].name
      remains[name] = remaining < MOST_REMAINS and rawget(globals, name) or nil
    end
    if remaining >= MOST_REMAINS then remaining = 0 end
  end

  function left_out.use_remains()
    for i = 1, #segments do
      local name = segments[i].name
      if remains[name] ~= nil then rawset(globals, name, remains[name]) end
    end
  end

  return left_out
end
