-- Provides the modules of aos that it does not use itself, and registers what is in them.

local next, ipairs, sort = next, ipairs, table.sort

return function(modules, sandbox, limits, guard, host, libraries, register_functions)
  local function provide(name, value, object)
    libraries[name] = function() return value end
    if object then guard.view(object, value) end
    host.register("module " .. name, value)
    local real = sandbox.real_of[value]
    if real then register_functions("module " .. name .. ".", real) end
  end

  local printing = modules.printing(sandbox, limits)
  provide(".base64", sandbox.view(modules.base64(sandbox, limits)), "base64")
  provide(".chance", sandbox.view(modules.chance(sandbox)), "chance")
  provide(".dump", printing.dump)
  provide(".pretty", sandbox.view(printing.pretty), "pretty")
  provide(".stringify", sandbox.view(printing.stringify), "stringify")

  local crypto, parts = modules.crypto(sandbox, limits, sandbox.dependences, modules.hashes, modules.crypto_util)
  register_functions("part of crypto: ", parts)
  -- What is in several modules gets the same name in each interpreter.
  local names = {}
  for name in next, crypto do names[#names + 1] = name end
  sort(names)
  for _, name in ipairs(names) do provide(name, crypto[name].value, crypto[name].object) end
end
