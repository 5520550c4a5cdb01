-- What aos has as `require(".chance")`: another way to `math.random` (SEMANTICS A7).

local error, floor = error, math.floor

return function(sandbox)
  local random, seed = sandbox.libraries.math.random, sandbox.libraries.math.randomseed
  local chance = {}

  function chance.seed(number) seed(number & 0xffffffff) end
  function chance.random() return random() end
  function chance.integer(low, high)
    if high < low then error('[string ".chance"]:201: max must bigger than min', 0) end
    return floor(random() * (high - low + 1) + low)
  end

  return chance
end
