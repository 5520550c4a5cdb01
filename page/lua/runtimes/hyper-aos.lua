-- hyper-aos: handlers get the assignment, and the message is its body.
local hyper = {}

local function with_assignment(f, what)
  if type(f) ~= "function" then refuse(what .. " that is a " .. type(f) .. ": on hyper-aos only functions were recorded") end
  return function(msg) return f(assignment_of(msg)) end
end

for _, how in ipairs({ "add", "append", "prepend" }) do
  hyper[how] = function(name, pattern, handle)
    return handlers_of_aos[how](name, with_assignment(pattern, "a pattern"), with_assignment(handle, "a handler"))
  end
end
hyper.remove = handlers_of_aos.remove
-- There is no msg.Tags, so that this throws for every message.
hyper.utils = setmetatable({
  hasMatchingTag = function(name, value) return function(msg) return msg.Tags[name] == value end end,
}, field_of("Handlers.utils"))

local function Send() refuse("Send: on hyper-aos use ao.send") end
local own = setmetatable({ id = of_aos.id, send = send }, field_of("ao"))
return setmetatable(hyper, field_of("Handlers")), own, Send, tonumber
