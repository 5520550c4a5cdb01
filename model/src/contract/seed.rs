//! The handlers of the design document, in the three readings of them.
//!
//! The Lua is in `lua/seed.lua`, `lua/seed-json.lua` and `lua/seed-tags.lua`; every
//! arm below quotes the lines it stands for, and a test compares the quotations with
//! the files.

use super::Tim3;
use crate::lua::Number;
use crate::message::{BURN, Message, Tags, USDA, tag};
use crate::process::{HandlerError, Handlers, Label, Outbox};
use smol_str::{SmolStr, ToSmolStr};

/// Where the handlers of the seed look for Sender and Quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seed {
    /// In `json.decode(msg.Data)`, with no `json`: the document taken literally.
    Literal,
    /// In `json.decode(msg.Data)`, with `local json = require("json")`.
    Json,
    /// In the tags: what its author meant.
    Tags,
}

impl Handlers for Seed {
    type State = Tim3;

    fn handle(
        &self,
        tim3: &mut Tim3,
        message: &Message,
        outbox: &mut Outbox<'_>,
    ) -> Result<Label, HandlerError> {
        match message.action() {
            // lua: Handlers.utils.hasMatchingTag("Action", "Credit-Notice"),
            "Credit-Notice" => self.credit_notice(tim3, message),
            // lua: Handlers.utils.hasMatchingTag("Action", "Transfer"),
            "Transfer" => transfer(tim3, message, outbox),
            _ => Ok(Label::new_static("inbox")),
        }
    }

    fn ignores(&self, message: &Message) -> bool {
        !matches!(message.action(), "Credit-Notice" | "Transfer")
    }
}

impl Seed {
    fn credit_notice(self, tim3: &mut Tim3, message: &Message) -> Result<Label, HandlerError> {
        // lua: if msg.From == USDA_PROCESS_ID then
        if message.from != USDA {
            return Ok(Label::new_static("swallowed: notice not from USDA"));
        }
        let (user, amount) = self.sender_and_quantity(message)?;
        mint(tim3, user, amount)?;
        // lua: UsdaCollateral = UsdaCollateral + amount
        if let Some(amount) = amount {
            tim3.books.usda_collateral = tim3.books.usda_collateral + amount;
        }
        Ok(Label::new_static("mint"))
    }

    fn sender_and_quantity(
        self,
        message: &Message,
    ) -> Result<(Option<SmolStr>, Option<Number>), HandlerError> {
        match self {
            // lua: local data = json.decode(msg.Data)
            Self::Literal => Err(HandlerError::new("attempt to index a nil value (global 'json')")),
            // lua: local data = json.decode(msg.Data)
            // lua: local user = data.Sender
            // lua: local amount = tonumber(data.Quantity)
            Self::Json => decode(&message.data),
            // lua: local user = msg.Tags.Sender
            // lua: local amount = tonumber(msg.Tags.Quantity)
            Self::Tags => Ok((
                message.tags.first(tag::SENDER).map(Into::into),
                message.tags.first(tag::QUANTITY).and_then(Number::parse),
            )),
        }
    }
}

/// `data.Sender` and `tonumber(data.Quantity)` of a JSON text.
fn decode(data: &str) -> Result<(Option<SmolStr>, Option<Number>), HandlerError> {
    let data: serde_json::Value = serde_json::from_str(data)
        .map_err(|_| HandlerError::new("unexpected character in JSON"))?;
    if data.is_number() || data.is_boolean() || data.is_null() {
        return Err(HandlerError::new("attempt to index a value that is no table (local 'data')"));
    }
    let quantity = match &data["Quantity"] {
        serde_json::Value::String(text) => Number::parse(text),
        serde_json::Value::Number(number) => Number::parse(&number.to_string()),
        _ => None,
    };
    Ok((data["Sender"].as_str().map(Into::into), quantity))
}

fn mint(
    tim3: &mut Tim3,
    user: Option<SmolStr>,
    amount: Option<Number>,
) -> Result<(), HandlerError> {
    let amount =
        amount.ok_or_else(|| HandlerError::new("attempt to perform arithmetic on a nil value"))?;
    // lua: Balances[user] = (Balances[user] or 0) + amount
    let user = user.ok_or_else(|| HandlerError::new("index is nil"))?;
    let balance = tim3.books.balance(&user) + amount;
    tim3.books.balances.insert(user, balance);
    // lua: TotalSupply = TotalSupply + amount
    tim3.books.total_supply = tim3.books.total_supply + amount;
    Ok(())
}

fn transfer(
    tim3: &mut Tim3,
    message: &Message,
    outbox: &mut Outbox<'_>,
) -> Result<Label, HandlerError> {
    // lua: if msg.Tags.Recipient == "burn" then
    if message.tags.first(tag::RECIPIENT) != Some(BURN) {
        return Ok(Label::new_static("swallowed: plain transfer"));
    }
    // lua: local amount = tonumber(msg.Tags.Quantity)
    let amount = message.tags.first(tag::QUANTITY).and_then(Number::parse);
    // lua: burn(msg.From, amount)
    let amount = burn(tim3, &message.from, amount)?;
    // lua: Send({
    // lua: Target = USDA_PROCESS_ID,
    // lua: Action = "Transfer",
    // lua: Recipient = msg.From,
    // lua: Quantity = tostring(amount)
    outbox.send(
        USDA,
        Tags::default()
            .with(tag::ACTION, "Transfer")
            .with(tag::RECIPIENT, message.from.clone())
            .with(tag::QUANTITY, amount.to_smolstr()),
    );
    // lua: UsdaCollateral = UsdaCollateral - amount
    tim3.books.usda_collateral = tim3.books.usda_collateral - amount;
    Ok(Label::new_static("burn"))
}

fn burn(tim3: &mut Tim3, user: &str, amount: Option<Number>) -> Result<Number, HandlerError> {
    let amount = amount.ok_or_else(|| HandlerError::new("attempt to compare nil with number"))?;
    // lua: assert((Balances[user] or 0) >= amount, "insufficient balance")
    if !amount.less_or_equal(tim3.books.balance(user)) {
        return Err(HandlerError::new("insufficient balance"));
    }
    // lua: Balances[user] = Balances[user] - amount
    let balance = tim3.books.balances.get_mut(user);
    let balance =
        balance.ok_or_else(|| HandlerError::new("attempt to perform arithmetic on a nil value"))?;
    *balance = *balance - amount;
    // lua: TotalSupply = TotalSupply - amount
    tim3.books.total_supply = tim3.books.total_supply - amount;
    Ok(amount)
}
