-- A file of one's own on lua@5.3a: its function `compute` gets the state and an assignment, and
-- returns "ok" and the state, whose results.outbox is sent.
Base = {}

local function by_text(a, b) return tostring(a) < tostring(b) end

local function in_order(outbox)
  local places = {}
  for place in pairs(outbox) do places[#places + 1] = place end
  table.sort(places, by_text)
  return places
end

-- What stands for results that were sent, so that they are sent once.
local SENT = {}

handlers_of_aos.add("compute", function() return true end, function(msg)
  if type(compute) ~= "function" then refuse("a file without a function `compute`") end
  local status, base = compute(Base, assignment_of(msg), {})
  if status ~= "ok" then error("compute returned " .. tostring(status), 0) end
  if type(base) ~= "table" then refuse("a state that is a " .. type(base)) end
  Base = base
  local results = base.results
  if results == SENT then refuse("the results of an earlier slot: write new ones in every slot") end
  local outbox = results and results.outbox
  local is_sent = outbox and next(outbox) ~= nil
  for _, place in ipairs(is_sent and in_order(outbox) or {}) do send(outbox[place]) end
  base.results = is_sent and SENT or nil
end)

return nil, nil, nil, tonumber
