-- The seed with the one line it lacks: `json` is required.
local json = require("json")
USDA_PROCESS_ID = "@USDA@"
Balances = Balances or {}
TotalSupply = TotalSupply or 0
UsdaCollateral = UsdaCollateral or 0

function mint(user, amount)
  Balances[user] = (Balances[user] or 0) + amount
  TotalSupply = TotalSupply + amount
end

function burn(user, amount)
  assert((Balances[user] or 0) >= amount, "insufficient balance")
  Balances[user] = Balances[user] - amount
  TotalSupply = TotalSupply - amount
end

-- Receive USDA transfers and mint TIM3
Handlers.add("Credit-Notice",
  Handlers.utils.hasMatchingTag("Action", "Credit-Notice"),
  function(msg)
    if msg.From == USDA_PROCESS_ID then
      local data = json.decode(msg.Data)
      local user = data.Sender
      local amount = tonumber(data.Quantity)

      -- Mint TIM3 1:1 for received USDA
      mint(user, amount)

      -- Track USDA collateral
      UsdaCollateral = UsdaCollateral + amount
    end
  end
)

-- Burn TIM3 and release USDA
Handlers.add("Burn",
  Handlers.utils.hasMatchingTag("Action", "Transfer"),
  function(msg)
    if msg.Tags.Recipient == "burn" then
      local amount = tonumber(msg.Tags.Quantity)
      burn(msg.From, amount)

      -- Release USDA back to user
      Send({
        Target = USDA_PROCESS_ID,
        Action = "Transfer",
        Recipient = msg.From,
        Quantity = tostring(amount)
      })

      UsdaCollateral = UsdaCollateral - amount
    end
  end
)
