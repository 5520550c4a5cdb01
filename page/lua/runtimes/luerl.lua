-- Lua as luerl runs it for the device lua@5.3a (docs/MAINNET.md, 15 to 17), as far as a contract sees it.
-- It runs before the file, and goes on in the file of one runtime. Rust looks at LUERL_LACKS: what
-- is asked for that is not here ends the check, whatever the contract catches.
local of_aos, handlers_of_aos, to_number = ao, Handlers, tonumber
local LARGEST = 1 << 62
LUERL_LACKS = false

local function refuse(what)
  LUERL_LACKS = LUERL_LACKS or what
  error(what, 0)
end

--- A text becomes a float, and what is too large for one becomes nothing.
local function tonumber(value, base)
  local number = to_number(value, base)
  if type(value) ~= "string" or not number then return number end
  number = number + 0.0
  return number - number == 0 and number or nil
end

--- The value that a text of the network says, and its type.
local function typed(text, kind)
  if kind == "integer" then
    local digits = text:match("^%-?0*(%d*)$")
    if not digits then refuse("an integer that is no whole number: " .. text) end
    local number = #digits < 19 and to_number(text) or math.tointeger(to_number(text))
    if not number or number >= LARGEST or number <= -LARGEST then
      refuse("an integer beyond 2^62 in a message, which luerl has: " .. text)
    end
    return number
  elseif kind == "float" then
    return to_number(text) + 0.0
  elseif kind == "atom" then
    return text == "true"
  end
  return text
end

local function types_of(msg)
  local types = {}
  for name, kind in (msg.Tags["Ao-Types"] or ""):gmatch('([^%s,=]+)="(%a+)"') do types[name:lower()] = kind end
  return types
end

-- What only aos 2 puts on a message, or what says no more than the commitments.
local UNKNOWN = { ["from-module"] = true, ["ao-types"] = true, ["pushed-for"] = true }

--- The message: keys in lower case, values with types, and who signed what.
local function body_of(msg)
  local is_pushed = msg.From ~= msg.Owner
  local body, types, content = { target = msg.Target }, types_of(msg), {}
  for place, tag in ipairs(msg.TagArray) do
    local name = tag.name:lower()
    local is_protocol = place <= 3
    if not UNKNOWN[name] and (is_pushed or not is_protocol) then
      body[name] = name == "variant" and "ao.N.1" or typed(tag.value, types[name])
      content[#content + 1] = name .. "=" .. tag.value
    end
  end
  if msg.Data ~= "" then body.data = msg.Data end
  -- The same for equal content, whoever signed it, and however often.
  local content_id = "content " .. table.concat(content, " ") .. " " .. tostring(msg.Data)
  body.commitments = {
    [msg.Id] = { committer = msg.Owner, type = "rsa-pss-sha512" },
    [content_id] = { type = "hmac-sha256", keyid = "constant:ao" },
  }
  return body
end

local function field_of(object)
  return { __index = function(_, name) refuse(object .. "." .. tostring(name) .. ": it is not here") end }
end

--- What a handler gets.
local function assignment_of(msg)
  local assignment = { type = "Assignment", epoch = "0", process = msg.Target, timestamp = msg.Timestamp, body = body_of(msg) }
  return setmetatable(assignment, field_of("req"))
end

local function title_cased(name)
  return ("-" .. name):gsub("%-(%l)", function(letter) return "-" .. letter:upper() end):sub(2)
end

--- A value as the network carries it, and its type if it is no text.
local function carried(name, value)
  if type(value) == "string" then return value end
  if math.type(value) == "integer" then return string.format("%d", value), "integer" end
  if math.type(value) == "float" then return string.format("%.20e", value), "float" end
  if type(value) == "boolean" then return tostring(value), "atom" end
  refuse("a message with a " .. type(value) .. " as '" .. name .. "'")
end

local function send(draft)
  local names, tags, types = {}, {}, {}
  for name in pairs(draft) do
    if type(name) ~= "string" then refuse("a message with a key that is no text") end
    names[#names + 1] = name
  end
  table.sort(names)
  for _, name in ipairs(names) do
    local key = name:lower()
    if key ~= "target" and key ~= "data" then
      local text, kind = carried(name, draft[name])
      tags[title_cased(key)] = text
      if kind then types[#types + 1] = key .. '="' .. kind .. '"' end
    end
  end
  if #types > 0 then tags["Ao-Types"] = table.concat(types, ", ") end
  of_aos.send({ Target = draft.target, Data = draft.data, Tags = tags })
end
