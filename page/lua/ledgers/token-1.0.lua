-- HyperBEAM's native token, the device token@1.0 (docs/MAINNET.md), as an aos process sees it:
-- keys in Title-Case, an integer as its decimal text, with its type in Ao-Types. An account is the
-- address in lower case; notices go to the address as it was written, and carry no Reference.
-- Where TAKES_TEXTS is true an amount may also be a text of digits, as in the newer variant.
Balances = {}
-- first balances
local TAKES_TEXTS = false -- takes texts

local function typed(quantity) return { Quantity = quantity, ["Ao-Types"] = 'quantity="integer"' } end

--- A whole number that is not negative, which is too large for every balance here from 2^62 on.
local function quantity_of(msg)
  local text, types = msg.Tags.Quantity, msg.Tags["Ao-Types"] or ""
  if types:lower():find('quantity="integer"', 1, true) then
    if not text:find("^%-?%d+$") then return nil end
  elseif not TAKES_TEXTS or not text:find("^[+-]?%d+$") then
    return nil
  end
  if text:find("^%-0*[1-9]") then return nil end
  local digits = text:gsub("^[+-]", ""):gsub("^0+", "")
  if #digits > 18 then return 1 << 62 end
  return digits == "" and 0 or math.tointeger(tonumber(digits))
end

-- Names that mean something to the table of accounts itself.
local RESERVED = { device = true, commitments = true, hashpath = true, get = true, set = true, keys = true }

local function why_no_address(text)
  local lower = text:lower()
  if text == "" then return "Address cannot be empty." end
  if #text > 128 or text:find("[^%w_-]") then return "Address contains unsupported characters." end
  if lower == "path" then return "Address uses the reserved path key." end
  if RESERVED[lower] then return "Address uses a reserved trie internal key." end
end

--- The keys of a request that both notices repeat.
local function forwarded(msg, tags)
  for name, value in pairs(msg.Tags) do
    if name:lower():sub(1, 2) == "x-" then tags[name] = value end
  end
  return tags
end

local function refuse(msg, why) ao.send({ Target = msg.From, Tags = { Reason = why } }) end

local function transfer(msg)
  local to = msg.Tags.Recipient
  if not to or not msg.Tags.Quantity then return refuse(msg, "not_found") end
  local quantity = quantity_of(msg)
  if not quantity and TAKES_TEXTS then return refuse(msg, "Quantity must be a non-negative integer.") end
  local why = why_no_address(msg.From) or why_no_address(to)
  if why then return refuse(msg, why) end
  local giver, taker = msg.From:lower(), to:lower()
  if not quantity then return refuse(msg, "Quantity must be a non-negative integer.") end
  if (Balances[giver] or 0) < quantity then return refuse(msg, "Insufficient balance.") end
  if giver ~= taker and (quantity > 0 or not TAKES_TEXTS) then
    Balances[giver] = (Balances[giver] or 0) - quantity
    Balances[taker] = (Balances[taker] or 0) + quantity
  end
  local credit = forwarded(msg, typed(string.format("%d", quantity)))
  credit.Action, credit.Sender = "Credit-Notice", msg.From
  local debit = forwarded(msg, typed(string.format("%d", quantity)))
  debit.Action, debit.Recipient = "Debit-Notice", to
  ao.send({ Target = to, Tags = credit })
  ao.send({ Target = msg.From, Tags = debit })
end

Handlers.add("token@1.0", function() return true end, function(msg)
  local action = (msg.Tags.Action or ""):lower()
  if action == "transfer" then return transfer(msg) end
  if action == "set" then
    -- Nobody here holds everything; the answer goes to whom the request names.
    if msg.Tags.From then
      ao.send({ Target = msg.Tags.From, Tags = { Reason = "Supply-threshold owner requirement not satisfied." } })
    end
    return
  end
  refuse(msg, "mint-device not configured")
end)
