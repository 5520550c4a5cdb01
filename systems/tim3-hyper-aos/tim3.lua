-- TIM3 on AO mainnet, on the device lua@5.3a: as handlers of hyper-aos, or by itself as `compute`.
--
-- Nothing there filters a message that comes twice, and on hyper-aos anybody can speak for a
-- process that is listed (docs/MAINNET.md). So this file looks itself at who signed a message, and
-- each request carries a number that its sender never uses again.
--
-- To deposit, send a USDA Transfer to this process, with a new x-deposit-id.
-- To burn, sign a Transfer to "burn" with quantity, account (your address) and a new nonce; so, too,
-- to give TIM3 to somebody. A process that asks leaves out account.
--
-- To deploy: put the four settings below. NODE alone pushes for this process; it is the address that
-- signs what processes send. DEPOSIT_KEY is "x-deposit-id" for token@1.0, "reference" for the
-- blueprint, and "none" for hyper-token.lua, whose notices carry no key: a copy of one then mints
-- again. AMOUNTS is "text" for the blueprint and "integer" for the others.
-- On hyper-aos, `authority` lists NODE, USDA, and everybody who may burn. By itself, all state is in
-- `base`.
--
-- Anybody can stop this process for good, whatever is written here.

local USDA, NODE = "@USDA@", "@NODE@"
local DEPOSIT_KEY, AMOUNTS = "@DEPOSIT_KEY@", "@AMOUNTS@"
local MAX_SUPPLY = 4000000000000000000

local function new_state()
  -- Base units by account; the sum; USDA received and not paid out; what was carried out; deposits
  -- that are not minted, by sender and amount, to be settled against USDA's own balance.
  return { balances = {}, supply = 0, collateral = 0, seen = {}, quarantine = {} }
end

--- An amount: an integer, or digits. `tonumber` would make a float of a text.
local function amount(value)
  if math.type(value) == "integer" then return value > 0 and value or nil end
  if type(value) ~= "string" or #value > 18 or not value:match("^[1-9]%d*$") then return nil end
  local total = 0
  for digit in value:gmatch("%d") do total = total * 10 + digit:byte() - 48 end
  return total
end

local function carried(quantity)
  return AMOUNTS == "text" and string.format("%d", quantity) or quantity
end

local function is_name(value) return type(value) == "string" and value ~= "" end

--- Whether this address signed the message: perhaps not alone, as nodes put signatures of equal
--- content together.
local function is_signed_by(body, who)
  for _, commitment in pairs(body.commitments) do
    if commitment.committer == who then return true end
  end
  return false
end

--- Who asks: a process that NODE pushes for, or who signed with the account.
local function asker(body)
  local process, account = body["from-process"], body.account
  if process then return is_signed_by(body, NODE) and process or nil end
  return is_signed_by(body, account) and account or nil
end

local function mint(state, body, own, send)
  if body["from-process"] ~= USDA then return end
  if not is_signed_by(body, NODE) then return end
  local sender, quantity = body.sender, amount(body.quantity)
  if not is_name(sender) or sender == own then return end
  if body.quantity == 0 then return end
  local number = body[DEPOSIT_KEY]
  local id = is_name(number) and sender .. ":" .. number
  if id and state.seen[id] then return end
  if not quantity or quantity > MAX_SUPPLY - state.supply or not (id or DEPOSIT_KEY == "none") then
    state.quarantine[sender .. ":" .. tostring(body.quantity)] = true
    return
  end
  if id then state.seen[id] = true end
  state.balances[sender] = (state.balances[sender] or 0) + quantity
  state.supply = state.supply + quantity
  state.collateral = state.collateral + quantity
  send({ target = sender, action = "Credit-Notice", sender = own, quantity = quantity })
end

local function move(state, body, own, send)
  local from, to = asker(body), body.recipient
  if not from then return end
  local id = is_name(body.nonce) and from .. ":nonce:" .. body.nonce
  if id and state.seen[id] then return end
  local quantity = amount(body.quantity)
  local why = not id and "nonce is required"
    or (not is_name(to) or to == own) and "recipient cannot hold TIM3"
    or not quantity and "quantity is no whole number"
    or quantity > (state.balances[from] or 0) and "insufficient balance"
  if why then return send({ target = from, action = "Transfer-Error", error = why }) end
  state.seen[id] = true
  state.balances[from] = state.balances[from] - quantity
  if to == "burn" then
    state.supply = state.supply - quantity
    state.collateral = state.collateral - quantity
    send({ target = USDA, action = "Transfer", recipient = from, quantity = carried(quantity) })
  else
    state.balances[to] = (state.balances[to] or 0) + quantity
    send({ target = to, action = "Credit-Notice", sender = from, quantity = quantity })
  end
  send({ target = from, action = "Debit-Notice", recipient = to, quantity = quantity })
end

local PARTS = { ["Credit-Notice"] = mint, Transfer = move }

if Handlers then
  State = State or new_state()
  Handlers.add("TIM3", function(req) return PARTS[req.body.action] ~= nil end, function(req)
    PARTS[req.body.action](State, req.body, ao.id, ao.send)
  end)
else
  function compute(base, req)
    local outbox, part = {}, PARTS[req.body.action]
    base.tim3 = base.tim3 or new_state()
    if part then part(base.tim3, req.body, req.process, function(message) outbox[#outbox + 1] = message end) end
    base.results = { outbox = outbox }
    return "ok", base
  end
end
