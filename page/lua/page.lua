-- The words of a page. Rust gives what only it can do, and gets the globals that a page sees
-- and the tables that they fill.
--   host.line()        the line of the page that is being run, or 0
--   host.file          the name of the page
--   host.read(name)    the text of a file beside the page, or nothing and why
--   host.profiles      what can be deployed, as profiles.lua has it
--   host.messenger     the address that signs what processes send
--   host.ledgers       the Lua of each token that is built in, by its kind
--   host.ids           the id of each process that is deployed, by its name here
--   host.runs           the file that one of these runs instead of its own: name and text
--   host.successors     the file by which that was replaced
--   host.balances      what the accounts of such a token hold at first: { account, amount } each
--   host.ready         adds the promises of ready.lua to the words
--   host.parse(text)   the value that a text in the form of `written` says
--   host.upvalue(f, i) as `debug.getupvalue`
--   host.source(f)     the name of what a function was read from
local host = ...

local said = {
  processes = {}, people = {}, promises = {}, exceptions = {}, variants = {}, records = {},
  instants = {}, lost = 1, repeated = 1, is_always_repeated = false, order = "any",
}
local known = {}
--- The line of the promise that is judged: a tail call leaves none of the page's own.
local judged = 0

local function refuse(line, text, ...)
  error(("%s:%d: %s"):format(host.file, line, text:format(...)), 0)
end

local function here()
  local line = host.line()
  return line > 0 and line or judged
end

-- The work of a pattern is no instruction of Lua, so that of a page's own is bounded by what it
-- could be.
local MOST_WORK, LONGEST = 100000000, 1000000
local raw_string = {}
for key, value in next, host.string do raw_string[key] = value end

-- What goes on with each call.
local is_iterator = setmetatable({}, { __mode = "k" })
local function iterator(f)
  is_iterator[f] = true
  return f
end

--- How many parts of a pattern can take more or less of a text, and how many are there or not.
local function quantifiers(pattern)
  local plain = raw_string.gsub(raw_string.gsub(pattern, "%%.", "x"), "%b[]", "x")
  local _, scans = raw_string.gsub(plain, "[*+-]", "")
  local _, options = raw_string.gsub(plain, "%?", "")
  return scans, options
end

local function bounded(find)
  return function(subject, pattern, ...)
    local length = #tostring(subject)
    local scans, options = quantifiers(tostring(pattern))
    if (length + 1.0) ^ (scans + 1) * 2.0 ^ options > MOST_WORK then
      refuse(here(), "the pattern '%s' may take too long on a text of %d bytes; write a simpler one", pattern, length)
    end
    return find(subject, pattern, ...)
  end
end

for _, key in ipairs { "find", "match", "gsub" } do
  host.string[key] = bounded(raw_string[key])
end
host.string.gmatch = bounded(function(...) return iterator(raw_string.gmatch(...)) end)

function host.string.rep(subject, times, between)
  if (#tostring(subject) + #tostring(between or "")) * (tonumber(times) or 0) > LONGEST then
    refuse(here(), "a text of more than %d bytes", LONGEST)
  end
  return raw_string.rep(subject, times, between)
end

local function sorted(keys)
  table.sort(keys, function(a, b)
    if type(a) ~= type(b) then return type(a) < type(b) end
    if type(a) == "boolean" then return not a and b end
    return a < b
  end)
  return keys
end

local function keys(of)
  local found = {}
  for key in next, of do found[#found + 1] = key end
  return sorted(found)
end

--- Options: each known by name, of a type.
local function options(line, whose, given, allowed)
  if type(given) ~= "table" then
    refuse(line, "%s is written in braces: { ... }", whose)
  end
  for _, key in ipairs(keys(given)) do
    local wanted = allowed[key]
    if not wanted then
      refuse(line, "%s has no '%s'; it has %s", whose, tostring(key),
        table.concat(keys(allowed), ", "))
    elseif type(given[key]) ~= wanted then
      refuse(line, "'%s' of %s is a %s here; write a %s", key, whose, type(given[key]), wanted)
    end
  end
end

local function name(line, what, given)
  if type(given) ~= "string" or not given:find("^[%a_][%w_-]*$") then
    refuse(line, "a %s is named by letters, digits, - and _: %s \"alice\"", what, what)
  elseif known[given] then
    refuse(line, "'%s' is there already, from line %d; choose another name", given, known[given])
  end
  known[given] = line
  return given
end

--- What stands for an address: a process or a person, or its name.
local is_named = setmetatable({}, { __mode = "k" })
local function address(given)
  return is_named[given] or given
end

--- The same where Lua that is deployed sees it: the real id of a process.
local function deployed(given)
  given = address(given)
  return type(given) == "string" and host.ids[given] or given
end

local is_message = setmetatable({}, { __mode = "k" })

--- The messages that a process gets before anything else happens.
local function first_messages(line, id, given)
  local found = {}
  for place, one in ipairs(given or {}) do
    if not is_message[one] then
      refuse(line, "'start' of process \"%s\" is a list of messages: { from \"olga\" { Action = \"Configure\" } }", id)
    end
    found[place] = one
  end
  return found
end

--- The tags that a process is spawned with; `false` for one that it has not.
local function spawn_tags(line, id, given)
  local found = {}
  for _, key in ipairs(keys(given or {})) do
    local value = deployed(given[key])
    if type(key) ~= "string" or key == "Authority" or not (type(value) == "string" or value == false) then
      refuse(line, "'tags' of process \"%s\" gives each tag a text, or false where it has none: { Name = \"TIM3\" }", id)
    end
    found[#found + 1] = { key, value or nil }
  end
  return found
end

--- Whom a process believes: a list of addresses, and how many of those must sign.
local function authorities(line, id, given, trust)
  local found = {}
  for place, one in ipairs(given.authority or { host.messenger }) do
    found[place] = deployed(one)
    if type(found[place]) ~= "string" then
      refuse(line, "'authority' of \"%s\" is a list of addresses: { messenger, usda, \"alice\" }", id)
    end
  end
  local match = given.match or (trust == "signers" and #found > 0 and 1) or 0
  if math.type(match) ~= "integer" or match > #found or match < 0 or (given.match and match < 1) then
    refuse(line, "'match' of \"%s\" is how many of its %d authorities must sign, at least 1", id, #found)
  end
  return found, match
end

local TRUST = { aos = "aos", ["hyper-aos"] = "value", lua = "open" }
--- What an evaluation that throws leaves, where the page does not say.
local ERRORS_OF = { aos = "undo", ["hyper-aos"] = "keep", lua = "stop" }
--- The processes that tell a number from its text.
local is_typed = setmetatable({}, { __mode = "k" })

local function process(line, id, given, source)
  local observed, marks = {}, {}
  for mark, value in next, given.ids or {} do
    local text = deployed(value)
    if type(mark) ~= "string" or type(text) ~= "string" then
      refuse(line, "'ids' of %s gives an id to each placeholder: { [\"@USDA@\"] = usda }", id)
    elseif not host.runs[id] and not raw_string.find(source, mark, 1, true) then
      refuse(line, "%s has no '%s' in it, which 'ids' of %s replaces; leave it out", given.file, mark, id)
    end
    marks[#marks + 1] = { mark:gsub("%p", "%%%0"), (text:gsub("%%", "%%%%")) }
  end
  local function marked(text)
    for _, mark in ipairs(marks) do text = raw_string.gsub(text, mark[1], mark[2]) end
    return text
  end
  source = marked(source)
  -- A line that is a comment can speak of one.
  local code = raw_string.gsub("\n" .. source, "\n%s*%-%-[^\n]*", "\n")
  local left = raw_string.match(code, "@[%u_]+@")
  if left then
    refuse(line, "'%s' is left in %s; say what it stands for: ids = { [\"%s\"] = ... }", left, given.file, left)
  end
  for _, key in ipairs(keys(given.observe or { balances = source and "Balances" or nil })) do
    local path = (given.observe or { balances = "Balances" })[key]
    if type(key) ~= "string" or type(path) ~= "string" then
      refuse(line, "'observe' of %s gives a name to each path: { count = \"Count\" }", id)
    end
    local may_be_absent = path:sub(-1) == "?"
    observed[#observed + 1] = { key, marked(may_be_absent and path:sub(1, -2) or path), may_be_absent }
  end
  local runtime = given.runtime or "aos"
  local errors = given.errors or ERRORS_OF[runtime]
  local trust = given.trust or TRUST[runtime]
  local listed, match = authorities(line, id, given, trust)
  said.processes[#said.processes + 1] = {
    runtime = runtime, trust = trust, authority = listed, match = match,
    scheduler = given.scheduler or "scheduler@1.0", dedup = given.dedup, decimals = given.decimals,
    no_reference = runtime == "lua", name = id, owner = given.owner or "owner", file = given.file, source = source,
    observed = observed, line = line, start = first_messages(line, id, given.start),
    successor = host.successors[id] and marked(host.successors[id][2]),
    errors = errors, untried = given.untried, tags = spawn_tags(line, id, given.tags),
    can_stop = errors == "stop",
  }
  local handle = {}
  is_named[handle] = id
  is_typed[handle] = runtime ~= "aos" or nil
  return handle
end

--- The place of the process of this name among those of the page, and what it says.
local function find_process(id)
  for place, one in ipairs(said.processes) do
    if one.name == id then return place, one end
  end
end

local function observes(process, title)
  for _, observed in ipairs(process.observed) do
    if observed[1] == title then return true end
  end
  return false
end

local words = {}

local ERRORS = { undo = true, keep = true, stop = true }
local SCHEDULERS = { ["scheduler@1.0"] = true, L1 = true, SU = true }

--- Options that a process and a token share.
local function check_shared(line, id, given)
  if given.scheduler and not SCHEDULERS[given.scheduler] then
    refuse(line, "'scheduler' of \"%s\" is %s", id, table.concat(keys(SCHEDULERS), ", "))
  elseif given.decimals and (math.type(given.decimals) ~= "integer" or given.decimals < 0 or given.decimals > 18) then
    refuse(line, "'decimals' of \"%s\" is a whole number from 0 to 18", id)
  end
end

--- The address that signs what processes send.
words.messenger = host.messenger

function words.process(id)
  local line = here()
  name(line, "process", id)
  return function(given)
    options(line, "process \"" .. id .. "\"", given,
      { file = "string", owner = "string", observe = "table", ids = "table", start = "table",
        errors = "string", untried = "string", tags = "table", runtime = "string", authority = "table",
        scheduler = "string", decimals = "number", dedup = "boolean" })
    check_shared(line, id, given)
    if given.runtime and not TRUST[given.runtime] then
      refuse(line, "'runtime' of process \"%s\" is %s", id, table.concat(keys(TRUST), ", "))
    elseif given.runtime == "lua" and given.authority then
      refuse(line, "'authority' of process \"%s\": a file of your own on lua@5.3a sees who signed, and decides itself", id)
    elseif given.runtime == "hyper-aos" and not given.authority then
      refuse(line, "process \"%s\" says whom hyper-aos believes: authority = { messenger, usda, \"alice\" }", id)
    end
    if given.errors and not ERRORS[given.errors] then
      refuse(line, "'errors' of process \"%s\" is \"undo\", \"keep\" or \"stop\": what an evaluation that throws leaves, or that it stops the process", id)
    end
    if not given.file then
      refuse(line, "process \"%s\" has no file; name one beside the page: file = \"%s.lua\"", id, id)
    end
    local source, why = host.read(given.file)
    if not source then
      refuse(line, "%s", why)
    end
    if host.runs[id] then
      given.file, source = host.runs[id][1], host.runs[id][2]
    end
    return process(line, id, given, source)
  end
end

--- The options that a profile gives, which a page can add to or change.
local function on_profile(whose, options_of_it)
  return function(given)
    if type(given) ~= "table" then
      refuse(here(), "%s are written in braces: { ... }", whose)
    end
    local all = {}
    for key, value in next, options_of_it do all[key] = value end
    for key, value in next, given do all[key] = value end
    return all
  end
end

--- What can be deployed: options for a process, and for the token beside it.
function words.profile(name)
  local known = {}
  for _, one in ipairs(host.profiles) do
    if one.name == name then
      return { process = on_profile("the options of a process", one.process), token = on_profile("the options of a token", one.token) }
    end
    known[#known + 1] = ('"%s"'):format(one.name)
  end
  refuse(here(), "no profile is called '%s'; there are %s", tostring(name), table.concat(known, ", "))
end

--- The text of a whole number.
local function whole(line, whose, value)
  if math.type(value) ~= "integer" then
    refuse(line, "%s is a %s; write a whole number: 10", whose, type(value))
  end
  return tostring(value)
end

--- Whether an amount, or each of a list, is a number; a mixture has no one type.
local function is_number(amount)
  local list = type(amount) == "table" and amount or { amount }
  for _, one in ipairs(list) do
    if type(one) ~= type(list[1]) then
      refuse(here(), "this token tells a number from its text: write amounts of one act as numbers, or all as texts")
    end
  end
  return math.type(list[1]) == "integer"
end

local function transfer(self, given)
  local line = here()
  if type(given) ~= "table" or not given.to or not given.amount then
    refuse(line, "a transfer says 'to' and 'amount': usda:transfer { to = bob, amount = 10 }")
  end
  local tags = { Action = "Transfer", Recipient = given.to, Quantity = given.amount }
  if is_typed[self] and is_number(given.amount) then tags["Ao-Types"] = 'quantity="integer"' end
  for key, value in next, given do
    if key ~= "to" and key ~= "amount" then tags[key] = value end
  end
  return words.send(self)(tags, line)
end

--- The types of the values of a message that are numbers, as the network carries them.
local function types_of(given, is_option)
  local types = {}
  for _, key in ipairs(keys(given)) do
    if type(key) == "string" and not is_option[key] and not is_named[given[key]] and is_number(given[key]) then
      types[#types + 1] = ('%s="integer"'):format(key:lower())
    end
  end
  return #types > 0 and table.concat(types, ", ") or nil
end

local function as_written(account) return account end
local NATIVE = { ledger = "token-1.0", account = raw_string.lower, entry = "Balances[%q] = %s", is_typed = true }
local KINDS = {
  ["blueprint"] = { ledger = "blueprint", account = as_written, entry = "Balances[%q] = %q" },
  ["token@1.0"] = NATIVE,
  ["token@1.0 with texts"] = setmetatable({ takes_texts = true }, { __index = NATIVE }),
  ["hyper-token"] = { ledger = "hyper-token", account = as_written, entry = "Balances[%q] = %s", is_typed = true, is_hyper = true },
}

function words.token(id)
  local line = here()
  name(line, "token", id)
  return function(given)
    options(line, "token \"" .. id .. "\"", given, { balances = "table", owner = "string", kind = "string",
      authority = "table", match = "number", scheduler = "string", decimals = "number" })
    check_shared(line, id, given)
    local kind = KINDS[given.kind or "blueprint"]
    if not kind then
      refuse(line, "'kind' of token \"%s\" is %s", id, table.concat(keys(KINDS), ", "))
    end
    local first = {}
    for _, holder in ipairs(keys(given.balances or {})) do
      local whose = ("the balance of %s in token \"%s\""):format(address(holder), id)
      local amount = whole(line, whose, given.balances[holder])
      first[#first + 1] = (kind.entry):format(kind.account(address(holder)), amount)
    end
    if host.balances[id] then
      first = {}
      for place, held in ipairs(host.balances[id]) do
        first[place] = (kind.entry):format(kind.account(held[1]), held[2])
      end
    end
    local source = raw_string.gsub(host.ledgers[kind.ledger], "%-%- first balances", (raw_string.gsub(table.concat(first, " "), "%%", "%%%%")))
    if kind.takes_texts then source = raw_string.gsub(source, "false (%-%- takes texts)", "true %1") end
    if kind.is_hyper and given.authority and not given.match then given.match = #given.authority end
    given = { owner = given.owner, file = "the ledger of " .. id, trust = kind.is_typed and "signers",
      authority = given.authority, match = given.match, scheduler = given.scheduler, decimals = given.decimals }
    local token = process(line, id, given, source)
    local process = said.processes[#said.processes]
    process.is_built_in, process.no_reference, is_typed[token] = true, kind.is_typed, kind.is_typed
    token.transfer = transfer
    return token
  end
end

--- All combinations of a list of lists.
local function combined(lists)
  local found = { {} }
  for _, list in ipairs(lists) do
    local longer = {}
    for _, chosen in ipairs(found) do
      for _, one in ipairs(list) do
        local copy = table.move(chosen, 1, #chosen, 1, {})
        copy[#copy + 1] = one
        longer[#longer + 1] = copy
      end
    end
    found = longer
    if #found > 256 then return nil end
  end
  return found
end

local function text(line, key, value)
  value = address(value)
  if math.type(value) == "integer" then value = tostring(value) end
  if type(value) ~= "string" then
    refuse(line, "'%s' is a text, a whole number, a process, a person, or a list of these", key)
  end
  return value
end

local is_act = setmetatable({}, { __mode = "k" })
local is_answer = setmetatable({}, { __mode = "k" })

--- A value that is taken from the last message with this Action that the person received.
function words.answer(action, tag)
  if type(action) ~= "string" or type(tag) ~= "string" then
    refuse(here(), "'answer' names the Action of a message and a tag of it: answer(\"Quote\", \"Price\")")
  end
  local answer = { action = action, tag = tag }
  is_answer[answer] = true
  return answer
end

local MOST_TAGS = 64

--- The tags of a message: the names, every combination of their values, and what is taken from
--- answers. `options` are the keys that are no tags.
local function template(line, given, is_option)
  if type(given) ~= "table" then
    refuse(line, "a message is written in braces: { Action = \"Raise\" }")
  end
  local names, lists, answers = {}, {}, {}
  for _, key in ipairs(keys(given)) do
    local value = given[key]
    if type(key) ~= "string" then
      refuse(line, "a message has tags by name: { Action = \"Raise\" }")
    elseif is_answer[value] then
      answers[#answers + 1] = { name = key, action = value.action, tag = value.tag }
    elseif not is_option[key] then
      if not key:find("^%u") then
        refuse(line, "'%s' is not a tag: tags begin with a capital; other words here are %s", key,
          table.concat(keys(is_option), ", "))
      end
      if #names == MOST_TAGS then refuse(line, "a message with more than %d tags", MOST_TAGS) end
      local list = (type(value) == "table" and not is_named[value]) and value or { value }
      if #list == 0 then refuse(line, "'%s' is an empty list", key) end
      names[#names + 1], lists[#lists + 1] = key, {}
      for place, one in ipairs(list) do lists[#lists][place] = text(line, key, one) end
    end
  end
  local choices = combined(lists)
  if not choices then
    refuse(line, "a message with more than 256 combinations of values; make several of it")
  end
  return { names = names, choices = choices, answers = answers }
end

local OF_AN_ACT = { times = "number", after = "string", at = "string", as = "string" }

function words.send(target)
  local line = here()
  local to = address(target)
  if type(to) ~= "string" then
    refuse(line, "'send' needs a receiver: send(counter) { Action = \"Raise\" }")
  end
  return function(given, from)
    line = from or line
    if is_typed[target] and type(given) == "table" and not given["Ao-Types"] then
      local copy = {}
      for key, value in next, given do copy[key] = value end
      copy["Ao-Types"] = types_of(given, OF_AN_ACT)
      given = copy
    end
    local act = template(line, given, OF_AN_ACT)
    if given.times and (math.type(given.times) ~= "integer" or given.times < 1 or given.times > 8) then
      refuse(line, "'times' is a whole number from 1 to 8")
    elseif given.after and type(given.after) ~= "string" then
      refuse(line, "'after' is the Action of a message that the person waits for")
    elseif given.at and type(given.at) ~= "string" then
      refuse(line, "'at' is the name of an instant of the clock")
    end
    act.as = given.as and text(line, "as", given.as)
    act.target, act.times, act.after, act.at, act.line = to, given.times or 1, given.after, given.at, line
    is_act[act] = true
    return act
  end
end

--- A message with which anybody stops a process for good.
function words.stop(target)
  local line = here()
  local _, process = find_process(is_named[target])
  if not process then refuse(line, "'stop' is told which process: stop(vault)") end
  process.can_stop = true
  local act = { names = {}, choices = { {} }, answers = {}, target = process.name, times = 1, line = line, stops = true }
  is_act[act] = true
  return act
end

--- A message that a process gets at its start.
function words.from(sender)
  local line = here()
  local who = address(sender)
  if type(who) ~= "string" then
    refuse(line, "'from' says who sends a message at the start: from \"olga\" { Action = \"Configure\" }")
  end
  return function(given)
    local message = template(line, given, {})
    if #message.choices ~= 1 or #message.answers > 0 then
      refuse(line, "a message at the start has one value for each tag")
    end
    message.from, message.line = who, line
    is_message[message] = true
    return message
  end
end

function words.person(id)
  local line = here()
  name(line, "person", id)
  return function(given)
    if type(given) ~= "table" then
      refuse(line, "what person \"%s\" may do is written in braces: { raise = send(counter) { ... } }", id)
    end
    local acts = {}
    local most = given.most
    if most and (math.type(most) ~= "integer" or most < 1 or most > 64) then
      refuse(line, "'most' of person \"%s\" is how many acts he or she does in all, from 1 to 64", id)
    end
    for _, key in ipairs(keys(given)) do
      if key == "most" then goto next_key end
      if type(key) ~= "string" or not is_act[given[key]] then
        refuse(line, "'%s' of person \"%s\" is nothing to do; write: raise = send(counter) { Action = \"Raise\" }",
          tostring(key), id)
      end
      acts[#acts + 1] = { name = key, act = given[key] }
      ::next_key::
    end
    said.people[#said.people + 1] = { name = id, acts = acts, most = most, line = line }
    local handle = {}
    is_named[handle] = id
    return handle
  end
end

function words.network(given)
  local line = here()
  if type(given) == "table" and given.repeated == "always" then
    local copy = {}
    for key, value in next, given do copy[key] = value end
    given, copy.repeated, said.is_always_repeated = copy, nil, true
  end
  options(line, "network", given, { lost = "number", repeated = "number", order = "string" })
  if given.order and given.order ~= "any" and given.order ~= "sent" then
    refuse(line, "'order' is \"any\", or \"sent\": from one sender to one receiver as they were sent")
  end
  for key, value in next, given do
    if key ~= "order" and (math.type(value) ~= "integer" or value < 0 or value > 3) then
      refuse(line, "'%s' is a whole number from 0 to 3: how many messages of one run", key)
    end
    said[key] = value
  end
  if said.order == "sent" and said.lost > 0 then
    refuse(line, "messages that arrive in order are not lost; write lost = 0 beside order = \"sent\"")
  end
end

--- Named instants of time, in milliseconds.
function words.clock(given)
  local line = here()
  if type(given) ~= "table" or #said.instants > 0 then
    refuse(line, "one clock names its instants: clock { opening = 0, deadline = 86400000 }")
  end
  for name, at in next, given do
    if type(name) ~= "string" or math.type(at) ~= "integer" or at < 0 then
      refuse(line, "an instant has a name and a whole number of milliseconds: deadline = 86400000")
    end
    said.instants[#said.instants + 1] = { name = name, at = at }
  end
  table.sort(said.instants, function(a, b) return a.at < b.at end)
  for place = 2, #said.instants do
    if said.instants[place].at == said.instants[place - 1].at then
      refuse(line, "two instants are at %d; give each a time of its own", said.instants[place].at)
    end
  end
  if #said.instants < 2 or #said.instants > 8 then
    refuse(line, "a clock has 2 to 8 instants, and this one has %d", #said.instants)
  end
end

--- The place of a process among those of the page.
local function place_of(line, given)
  return find_process(is_named[given]) or refuse(line, "'of' names a process of this page")
end

--- A promise has a name of its own.
local function title_of(line, when, title)
  if type(title) ~= "string" or not title:find("%S") then
    refuse(line, "a promise has a name: %s \"what holds\" ...", when)
  end
  for _, other in ipairs(said.promises) do
    if other.name == title then
      refuse(line, "the promise \"%s\" is there already, from line %d", title, other.line)
    end
  end
end

local function promise(when)
  return function(title)
    local line = here()
    title_of(line, when, title)
    return function(holds)
      local of
      if when == "each_step" and type(holds) == "table" then
        options(line, ("each_step \"%s\""):format(title), holds, { of = "table", holds = "function" })
        of = place_of(line, holds.of)
        holds = holds.holds
      end
      if type(holds) ~= "function" then
        refuse(line, "what \"%s\" means is a function of what is observed: (function (s) ... end)", title)
      end
      said.promises[#said.promises + 1] =
        { name = title, when = when, line = line, holds = holds, of = of }
    end
  end
end
for _, when in ipairs { "always", "at_rest", "each_step", "seen" } do words[when] = promise(when) end

--- From every state at rest there is a way to a state in which `to` holds.
function words.way_out(title)
  local line = here()
  title_of(line, "way_out", title)
  return function(given)
    options(line, ("way_out \"%s\""):format(title), given,
      { by = "table", from = "function", to = "function" })
    if not given.to then
      refuse(line, "a way out leads somewhere: way_out \"%s\" { to = function (s) ... end }", title)
    end
    local by = given.by and (is_named[given.by] and { given.by } or given.by)
    local people = by and {}
    for place, one in ipairs(by or {}) do people[place] = text(line, "by", one) end
    said.promises[#said.promises + 1] =
      { name = title, when = "way_out", line = line, holds = given.to, by = people }
    if given.from then
      said.promises[#said.promises + 1] =
        { name = title .. " (from)", when = "way_in", line = line, holds = given.from }
    end
  end
end

--- Something that is remembered of what a process did.
function words.record(title)
  local line = here()
  if type(title) ~= "string" or not title:find("^[%a_][%w_]*$") then
    refuse(line, "a record is named by letters, digits and _: record \"paid\" { of = vault, ... }")
  end
  return function(given)
    options(line, ("record \"%s\""):format(title), given,
      { of = "table", on = "function", start = type(given) == "table" and type(given.start) or nil })
    if given.start == nil or not given.on or not is_named[given.of] then
      refuse(line, "a record says which process it is 'of', its value at the 'start', and its new value 'on' each evaluation")
    end
    local place = place_of(line, given.of)
    local process = said.processes[place]
    if observes(process, title) then
      refuse(line, "'%s' is observed of %s already; give the record another name", title, process.name)
    end
    said.records[#said.records + 1] =
      { name = title, process = place, start = given.start, on = given.on, line = line }
  end
end

function words.except(title)
  local line = here()
  return function(given)
    options(line, ("except \"%s\""):format(tostring(title)), given,
      { faults = "number", lost = "number", repeated = "number", because = "string" })
    local is_said = false
    for _, kind in ipairs { "faults", "lost", "repeated" } do
      local count = given[kind] or 0
      if math.type(count) ~= "integer" or count < 0 then
        refuse(line, "'%s' of an exception is a whole number", kind)
      end
      is_said = is_said or given[kind] ~= nil
    end
    if not is_said or not given.because then
      refuse(line, "an exception says with how many faults, and why: { faults = 1, because = \"...\" }, or { lost = 1, ... }, or { repeated = 1, ... }")
    end
    said.exceptions[#said.exceptions + 1] = { promise = title, faults = given.faults or 0,
      lost = given.lost or 0, repeated = given.repeated or 0, because = given.because, line = line }
  end
end

--- A process by its handle.
local function named_process(line, handle)
  return find_process(address(handle)) or refuse(line, "'edit' names a process in brackets: edit = { [counter] = { \"this\", \"that\" } }")
end

function words.variant(title)
  local line = here()
  if type(title) ~= "string" then
    refuse(line, "a variant has a name: variant \"anybody resets\" { edit = ..., breaks = ... }")
  end
  return function(given)
    options(line, ("variant \"%s\""):format(title), given, { edit = "table", breaks = "string" })
    if not given.edit or not given.breaks then
      refuse(line, "a variant says 'edit' and which promise it 'breaks'")
    end
    local edits = {}
    for handle, change in next, given.edit do
      local place = named_process(line, handle)
      local several = type(change) == "table" and type(change[1]) == "table" and change or { change }
      for _, one in ipairs(several) do
        if type(one) ~= "table" or type(one[1]) ~= "string" or type(one[2]) ~= "string" then
          refuse(line, "an edit is the text in the file, and the text in its place: { \"this\", \"that\" }")
        end
        edits[#edits + 1] = { process = place, from = one[1], to = one[2] }
      end
    end
    said.variants[#said.variants + 1] = { name = title, breaks = given.breaks, edits = edits, line = line }
  end
end

-- What promises are made of. Each answers with a clause: whether it holds, and its numbers.

--- A number out of what is observed: nothing is 0, and the text of a whole number is that.
local function number(value)
  if value == nil then return 0 end
  local whole = math.tointeger(tonumber(value))
  if type(value) == "string" and whole and value:find("^%-?%d+$") and math.type(tonumber(value)) == "integer" then
    return whole
  elseif type(value) == "number" then
    return whole or value
  end
  refuse(here(), "%s is no whole number", tostring(value))
end

local function clause(holds, text) return { holds = holds, text = text } end

local function compared(words_of_it, holds)
  return function(a, b)
    a, b = number(a), number(b)
    return clause(holds(a, b), ("%s is not %s %s"):format(a, words_of_it, b))
  end
end
words.at_least = compared("at least", function(a, b) return a >= b end)
words.at_most = compared("at most", function(a, b) return a <= b end)

function words.equal(a, b)
  if type(a) == "boolean" or type(b) == "boolean" then
    return clause(a == b, ("%s is not %s"):format(tostring(a), tostring(b)))
  end
  a, b = address(a), address(b)
  if type(a) == "table" or type(b) == "table" then
    refuse(here(), "'equal' compares texts and numbers, not tables; compare sum(...) of the table, or its entries with all(...)")
  end
  -- Texts that are no whole numbers are compared as they are written.
  local function is_number(value)
    return value == nil or type(value) == "number" or value:find("^%-?%d+$") and math.tointeger(tonumber(value))
  end
  if is_number(a) and is_number(b) then a, b = number(a), number(b) end
  return clause(a == b, ("%s is not %s"):format(tostring(a), tostring(b)))
end

function words.sum(of)
  local total = 0
  for _, value in words.pairs(of) do
    value = number(value)
    if math.type(value) == "integer" and math.type(total) == "integer"
      and (value > 0 and total > math.maxinteger - value or value < 0 and total < math.mininteger - value) then
      refuse(here(), "a sum is beyond 2^63, where whole numbers wrap around")
    end
    total = total + value
  end
  return total
end

--- An amount as a wallet shows it: by the decimals of its token, without needless zeros.
function words.shown(token, amount)
  local _, process = find_process(is_named[token])
  if not process or not process.decimals then
    refuse(here(), "'shown' is told a token that says its decimals: token \"usda\" { decimals = 12, ... }")
  end
  amount = number(amount)
  if math.type(amount) ~= "integer" then refuse(here(), "%s is no whole amount of base units", tostring(amount)) end
  local digits = tostring(amount):gsub("^%-", "")
  digits = ("0"):rep(process.decimals + 1 - #digits) .. digits
  local fraction = digits:sub(#digits - process.decimals + 1):gsub("0+$", "")
  local text = digits:sub(1, #digits - process.decimals) .. (fraction ~= "" and "." .. fraction or "")
  return amount < 0 and "-" .. text or text
end

-- What lies behind what a promise sees.
local behind, shown = setmetatable({}, { __mode = "k" }), nil

--- What an entry of a table is called: a table by its key, a message by its Action too.
local function entry(value, key)
  value = address(value)
  if type(value) ~= "table" then return tostring(value) end
  local raw = behind[value] and behind[value].raw or value
  return raw.action and ("%s to %s"):format(raw.action, raw.to) or tostring(key)
end

--- The first clause of a list that does not hold.
function words.all(clauses, holds)
  for key, value in words.pairs(clauses) do
    local one = value
    if holds then one = holds(address(value), key) end
    if not (one == true or type(one) == "table" and one.holds) then
      local text = type(one) == "table" and one.text or "false"
      return clause(false, holds and ("%s: %s"):format(entry(value, key), text) or text)
    end
  end
  return clause(true, "all hold")
end

--- Whether one clause of a list holds.
function words.any(clauses)
  local texts = {}
  for _, one in words.pairs(clauses) do
    if one == true or type(one) == "table" and one.holds then return clause(true, "one holds") end
    texts[#texts + 1] = type(one) == "table" and one.text or "false"
  end
  return clause(false, table.concat(texts, ", and "))
end

-- What a promise sees cannot be written, and has an order of its own.

--- `names` are those of a strict table that may hold nothing.
local function view(raw, whose, is_strict, note, names)
  local front = setmetatable({}, {
    __index = function(_, key)
      if note then note(key) end
      local value = raw[key]
      if value == nil and is_strict and key ~= nil and not (names and names[key]) then
        refuse(here(), "%s has no '%s'; it has %s", whose, tostring(key),
          table.concat(keys(raw), ", "))
      end
      return shown(value, whose, key)
    end,
    __len = function() return #raw end,
    __newindex = function() refuse(here(), "a promise writes to %s; it can only read", whose) end,
    __metatable = false,
  })
  behind[front] = { raw = raw, whose = whose, note = note }
  return front
end

--- A value of a table as a promise sees it.
function shown(value, whose, key)
  if type(value) ~= "table" or behind[value] or is_named[value] then return value end
  return view(value, ("%s.%s"):format(whose, tostring(key)), false)
end

function words.pairs(of)
  if type(of) ~= "table" then
    refuse(here(), "'pairs' is asked of a %s", type(of))
  end
  local front = behind[of] or { raw = of, whose = "a table" }
  local found, place = keys(front.raw), 0
  return iterator(function()
    place = place + 1
    local key = found[place]
    if key == nil then return end
    if front.note then front.note(key) end
    return key, shown(front.raw[key], front.whose, key)
  end)
end

--- A value as text: equal values, equal texts.
local function written(value, line, depth)
  local kind = type(value)
  if kind == "table" then
    local raw = behind[value] and behind[value].raw or value
    if depth == 0 then refuse(line, "a record is nested too deep, or contains itself") end
    local parts = {}
    for _, key in ipairs(keys(raw)) do
      parts[#parts + 1] = ("[%s]=%s"):format(written(key, line, 0), written(raw[key], line, depth - 1))
    end
    return ("{%s}"):format(table.concat(parts, ","))
  elseif kind == "string" then
    return ("%q"):format(value)
  elseif math.type(value) == "integer" or kind == "boolean" then
    return tostring(value)
  elseif kind == "number" and value - value == 0 then
    return ("%.17g"):format(value):gsub("^(-?%d+)$", "%1.0") .. ""
  end
  refuse(line, "a record is made of texts, whole numbers, booleans and tables of these, and has a %s in it", kind)
end

local MOST_OF_A_RECORD = 16384

local function record_text(value, line)
  local text = written(value, line, 8)
  if #text > MOST_OF_A_RECORD then
    refuse(line, "a record grows beyond %d bytes; keep less in it", MOST_OF_A_RECORD)
  end
  return text
end

for _, library in ipairs { "math", "string", "table" } do
  words[library] = view(host[library], library, true)
end
for _, word in ipairs { "ipairs", "select", "tonumber", "tostring", "type", "error", "assert" } do
  words[word] = host[word]
end

--- How many letters two words differ by.
local function distance(a, b)
  local row = {}
  for j = 0, #b do row[j] = j end
  for i = 1, #a do
    local corner = row[0]
    row[0] = i
    for j = 1, #b do
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      corner, row[j] = row[j], math.min(row[j] + 1, row[j - 1] + 1, corner + cost)
    end
  end
  return row[#b]
end

--- What somebody may have meant who wrote an unknown word.
local function meant(word)
  local nearest, least = nil, 3
  for _, known_word in ipairs(keys(words)) do
    local far = distance(word, known_word)
    if far < least then nearest, least = known_word, far end
  end
  return nearest and ("did you mean '%s'? "):format(nearest) or ""
end

-- The promises that are ready.
host.ready(words, function(handle)
  local _, process = find_process(is_named[handle])
  if process then return process.name, function(name) return observes(process, name) end end
end, address, function(text, ...) refuse(here(), text, ...) end)

local globals, is_read = {}, false
local environment = setmetatable({}, {
  __index = function(_, key)
    local value = globals[key]
    if value == nil then value = words[key] end
    if value == nil then
      refuse(here(), "there is no '%s' here; %sa page has %s", tostring(key), meant(tostring(key)),
        table.concat(keys(words), ", "))
    end
    return value
  end,
  __newindex = function(_, key, value)
    if is_read then
      refuse(here(), "a promise writes to '%s'; its answer may depend only on what is observed", tostring(key))
    end
    globals[key] = value
  end,
  __metatable = false,
})

--- One participant as promises see it: names and values, in the order of the page. Of a person
--- all is known by name.
local function observed(whose, names, values, is_person)
  local raw, known_names = {}, {}
  for place, key in ipairs(names) do
    local value = values[place]
    raw[key] = type(value) == "table" and view(value, whose .. "." .. key, is_person) or value
    known_names[key] = true
  end
  return view(raw, whose, true, nil, known_names)
end

--- Which functions are the page's own: asked once of each, as Rust answers.
local of_page = setmetatable({}, { __mode = "k" })
local function is_own(value)
  if type(value) == "table" then return value ~= environment end
  local known = of_page[value]
  if known == nil then
    known = host.source(value) == host.file
    of_page[value] = known
  end
  return known
end

--- All that a function of the page can reach beside what it is given, as a text that is another
--- one once any of it has changed.
local function reached(f, line, whose)
  local numbers, count, parts = {}, 0, {}
  local function put(part) parts[#parts + 1] = part end
  local walk
  local function walk_inside(value)
    if type(value) == "function" then
      local place = 1
      local name, inner = host.upvalue(value, place)
      while name do
        walk(inner)
        place = place + 1
        name, inner = host.upvalue(value, place)
      end
    else
      for key, inner in next, value do
        walk(key)
        walk(inner)
      end
    end
    put("end")
  end
  local function must_have_no_memory(value)
    if is_iterator[value] then
      refuse(line, "%s uses an iterator, of gmatch or pairs, that was made outside of it; make it where it is used", whose)
    end
  end
  function walk(value)
    local kind = type(value)
    if kind == "string" then
      put(("%d %s"):format(#value, value))
    elseif kind == "number" then
      put(math.type(value) .. (math.type(value) == "integer" and "%d" or "%.17g"):format(value))
    elseif kind ~= "table" and kind ~= "function" or not is_own(value) then
      must_have_no_memory(value)
      put(tostring(value))
    elseif numbers[value] then
      put("the same as " .. numbers[value])
    else
      count = count + 1
      numbers[value] = count
      put(kind)
      walk_inside(value)
    end
  end
  walk(f)
  walk(globals)
  return table.concat(parts, "\n")
end

--- What the functions that are asked could reach when the page was read.
local first_reached = {}

--- What one answers may depend on nothing but what it is given: it must leave all as it was.
local function must_forget(f, line, whose)
  if reached(f, line, whose) ~= first_reached[f] then
    refuse(line, "%s remembers something: it changes a variable or a table of the page; its answer may depend only on its arguments", whose)
  end
end

--- Asks a promise: whether it holds, why not, and what it read.
local function asked(place, of, whose)
  local promised, read = said.promises[place], {}
  judged = promised.line
  local seen = view(of, whose, true, function(key) read[#read + 1] = key end)
  local is_fine, answer = pcall(promised.holds, seen)
  if not is_fine then
    error(type(answer) == "string" and ("%s (in the promise \"%s\")"):format(answer, promised.name) or answer, 0)
  end
  must_forget(promised.holds, promised.line, ("the promise \"%s\""):format(promised.name))
  if type(answer) == "boolean" then return answer, "", read end
  if type(answer) == "table" and type(answer.holds) == "boolean" then
    return answer.holds, answer.text, read
  end
  refuse(promised.line,
    "the promise \"%s\" answers with a %s; answer with a comparison, such as equal(a, b), or a boolean",
    promised.name, type(answer))
end

--- Judges a promise of states.
local function judge(place, participants, in_flight, at_rest)
  local of = { at_rest = at_rest, in_flight = in_flight }
  for id, one in next, participants do of[id] = one end
  return asked(place, of, "what is observed")
end

--- Judges a promise of steps.
local function judge_step(place, event)
  return asked(place, event, "a step")
end

--- What a record is after an evaluation.
local function fold(place, before, event)
  local record = said.records[place]
  judged = record.line
  local after = record.on(host.parse(before), view(event, "a step", true))
  must_forget(record.on, record.line, ("the record \"%s\""):format(record.name))
  return record_text(after, record.line)
end

local function finish()
  is_read = true
  for _, record in ipairs(said.records) do record.start = record_text(record.start, record.line) end
  for _, one in ipairs(said.records) do
    first_reached[one.on] = reached(one.on, one.line, ("the record \"%s\""):format(one.name))
  end
  for _, one in ipairs(said.promises) do
    first_reached[one.holds] = reached(one.holds, one.line, ("the promise \"%s\""):format(one.name))
  end
end

return { environment = environment, said = said, finish = finish, observed = observed,
  judge = judge, judge_step = judge_step, fold = fold }
