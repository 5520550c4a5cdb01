//! The recommended contract, and its variants that lack one guard.
//!
//! A transcription of `lua/hardened.lua`: each arm quotes the lines it stands for. The
//! rules come from SEMANTICS, "Hardened patterns".

use super::{Mutant, Tim3};
use crate::lua::Number;
use crate::message::{Address, BURN, Message, TIM3, Tags, USDA, tag};
use crate::process::{HandlerError, Handlers, Label, Outbox, first, forwarded, is_announced};
use smol_str::{SmolStr, ToSmolStr, format_smolstr};

/// `MAX_SUPPLY`: no total may pass it, so that Lua integers never wrap.
pub const MAX_SUPPLY: i64 = 9_000_000_000_000_000_000;

/// The hardened contract, less at most one guard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Hardened {
    /// The guard that is missing.
    pub lacks: Option<Mutant>,
}

type Handled = Result<Label, HandlerError>;

#[allow(clippy::unnecessary_wraps, reason = "handlers return it")]
fn done(label: &'static str) -> Handled {
    Ok(Label::new_static(label))
}

impl Handlers for Hardened {
    type State = Tim3;

    fn handle(&self, tim3: &mut Tim3, message: &Message, outbox: &mut Outbox<'_>) -> Handled {
        if self.is(Mutant::RefundByOnReply)
            && let Some(handled) = Self::on_reply(tim3, message)
        {
            return handled;
        }
        match (message.action(), first(message, tag::RECIPIENT)) {
            // lua: Handlers.utils.hasMatchingTag("Action", "Credit-Notice"),
            ("Credit-Notice", _) => self.credit_notice(tim3, message, outbox),
            // lua: function(msg) return msg.Tags.Action == "Transfer" and msg.Tags.Recipient == "burn" end,
            ("Transfer", BURN) if !self.is(Mutant::BurnIsATransfer) => {
                self.burn(tim3, message, outbox)
            }
            // lua: Handlers.utils.hasMatchingTag("Action", "Transfer"),
            ("Transfer", _) => self.transfer(tim3, message, outbox),
            ("Transfer-Error", _) => self.transfer_error(tim3, message),
            _ => done("inbox"),
        }
    }

    fn ignores(&self, message: &Message) -> bool {
        let waits = matches!(
            self.lacks,
            Some(
                Mutant::RefundByOnReply
                    | Mutant::RefundOnTransferError
                    | Mutant::PauseOnTransferError
            )
        );
        !waits && !matches!(message.action(), "Credit-Notice" | "Transfer")
    }
}

impl Hardened {
    fn is(self, mutant: Mutant) -> bool {
        self.lacks == Some(mutant)
    }

    fn credit_notice(self, tim3: &mut Tim3, message: &Message, outbox: &mut Outbox<'_>) -> Handled {
        // lua: if not addressed(msg) then return end
        if !self.is_addressed(message) {
            return done("refused: not addressed here");
        }
        // lua: if msg.From ~= USDA_PROCESS_ID then return end
        if message.from != USDA && !self.is(Mutant::SenderCheckOff) {
            return done("refused: not from USDA");
        }
        // lua: local sender = msg.Tags.Sender
        let sender = self.depositor(tim3, message);
        let sender = sender.as_str();
        // lua: if sender == ao.id then return end
        if sender == TIM3 && !self.is(Mutant::OwnUsdaMinted) {
            return done("refused: own USDA");
        }
        // lua: local id = key(msg)
        // lua: if Seen[id] then return end
        if self.is_repeated(tim3, message) {
            return done("refused: duplicate notice");
        }
        // lua: local quantity = amount(msg.Tags.Quantity)
        let quantity = self.amount(self.deposited(message));
        // lua: Seen[id] = true
        self.remember(tim3, message);
        // lua: if not sender or sender == "" or not msg.Tags.Reference or not quantity
        // lua: or quantity > MAX_SUPPLY - TotalSupply then
        let referenced = message.tags.first(tag::REFERENCE).is_some();
        let quantity = match quantity {
            Some(quantity) if referenced && !sender.is_empty() => quantity,
            _ => return self.quarantine(tim3, message, "quarantined: unreadable"),
        };
        let room = Number::Integer(MAX_SUPPLY) - tim3.books.total_supply;
        if room.less_than(quantity) && !self.is(Mutant::SupplyCapOff) {
            return self.quarantine(tim3, message, "quarantined: over the supply cap");
        }
        // lua: credit(sender, quantity)
        // lua: TotalSupply = TotalSupply + quantity
        // lua: UsdaCollateral = UsdaCollateral + quantity
        raise(tim3, sender, quantity);
        // lua: Send({ Target = sender, Action = "Credit-Notice", Sender = ao.id,
        // lua: Quantity = string.format("%d", quantity) })
        let tags = notice("Credit-Notice", (tag::SENDER, TIM3), whole(quantity)?);
        outbox.send(sender, tags);
        done("mint")
    }

    /// Whom a deposit is credited to.
    fn depositor(self, tim3: &mut Tim3, message: &Message) -> Address {
        let sender = Address::from(first(message, tag::SENDER));
        if self.is(Mutant::FirstSenderKept) {
            if tim3.depositor.is_none() && message.tags.first(tag::SENDER).is_some() {
                tim3.depositor = Some(sender);
            }
            return tim3.depositor.clone().unwrap_or_default();
        }
        sender
    }

    /// The tag in which a deposit's amount is read.
    fn deposited(self, message: &Message) -> &str {
        let forwarded = message.tags.first(tag::X_QUANTITY);
        match forwarded.filter(|_| self.is(Mutant::ForwardedTagsTrusted)) {
            Some(text) => text,
            None => first(message, tag::QUANTITY),
        }
    }

    fn quarantine(self, tim3: &mut Tim3, message: &Message, label: &'static str) -> Handled {
        // lua: Quarantine[id] = { Sender = sender, Quantity = msg.Tags.Quantity }
        tim3.quarantine.insert(self.key(message));
        done(label)
    }

    fn burn(self, tim3: &mut Tim3, message: &Message, outbox: &mut Outbox<'_>) -> Handled {
        if let Some(refused) = self.refuses_to_move(tim3, message) {
            return refused;
        }
        // lua: local quantity = amount(msg.Tags.Quantity)
        // lua: if not quantity then return refuse(msg, "Burn-Error", "Quantity must be a whole number in digits") end
        let Some(quantity) = self.amount(first(message, tag::QUANTITY)) else {
            return refuse(message, outbox, "Burn-Error", "refused: burn unreadable");
        };
        if self.is(Mutant::EffectsBeforeChecks) {
            return self.burn_before_checks(tim3, message, quantity, outbox);
        }
        // lua: if quantity > (Balances[msg.From] or 0) then return refuse(msg, "Burn-Error", "Insufficient Balance!") end
        let balance = tim3.books.balance(&message.from);
        if balance.less_than(quantity) && !self.is(Mutant::BalanceCheckOff) {
            return refuse(message, outbox, "Burn-Error", "refused: burn not covered");
        }
        // lua: Seen[id] = true
        self.remember(tim3, message);
        // lua: credit(msg.From, -quantity)
        // lua: TotalSupply = TotalSupply - quantity
        // lua: UsdaCollateral = UsdaCollateral - quantity
        lower(tim3, &message.from, quantity);
        tim3.books.usda_collateral = tim3.books.usda_collateral - quantity;
        self.release(tim3, message, quantity, outbox)?;
        // lua: Send({ Target = msg.From, Action = "Debit-Notice", Recipient = "burn",
        // lua: Quantity = string.format("%d", quantity), ["X-Reference"] = msg.Tags.Reference })
        let tags = notice("Debit-Notice", (tag::RECIPIENT, BURN), whole(quantity)?);
        outbox.send(
            message.from.clone(),
            tags.with_some(tag::X_REFERENCE, message.tags.first(tag::REFERENCE)),
        );
        done("burn")
    }

    fn burn_before_checks(
        self,
        tim3: &mut Tim3,
        message: &Message,
        quantity: Number,
        outbox: &mut Outbox<'_>,
    ) -> Handled {
        self.remember(tim3, message);
        lower(tim3, &message.from, quantity);
        self.release(tim3, message, quantity, outbox)?;
        if tim3.books.balance(&message.from).is_negative() {
            return Err(HandlerError::new("insufficient balance"));
        }
        tim3.books.usda_collateral = tim3.books.usda_collateral - quantity;
        done("burn")
    }

    fn release(
        self,
        tim3: &mut Tim3,
        message: &Message,
        quantity: Number,
        outbox: &mut Outbox<'_>,
    ) -> Result<(), HandlerError> {
        // lua: Send({ Target = USDA_PROCESS_ID, Action = "Transfer", Recipient = msg.From,
        // lua: Quantity = string.format("%d", quantity) })
        let release = notice("Transfer", (tag::RECIPIENT, &*message.from), whole(quantity)?);
        let reference = outbox.send(USDA, release);
        if self.is(Mutant::RefundOnTransferError) || self.is(Mutant::RefundByOnReply) {
            let burnt = (message.from.clone(), quantity);
            tim3.pending.insert(reference.as_str().into(), burnt);
        }
        Ok(())
    }

    fn transfer(self, tim3: &mut Tim3, message: &Message, outbox: &mut Outbox<'_>) -> Handled {
        if self.is(Mutant::TransferSwallowed) {
            return done("swallowed: plain transfer");
        }
        if let Some(refused) = self.refuses_to_move(tim3, message) {
            return refused;
        }
        // lua: local recipient = msg.Tags.Recipient
        // lua: if not recipient or recipient == "" then return refuse(msg, "Transfer-Error", "Recipient is required!") end
        let recipient = first(message, tag::RECIPIENT);
        if recipient.is_empty() && !self.is(Mutant::RecipientCheckOff) {
            return refuse(message, outbox, "Transfer-Error", "refused: no recipient");
        }
        // lua: if recipient == ao.id then return refuse(msg, "Transfer-Error", "Nobody could spend TIM3 that TIM3 holds") end
        if recipient == TIM3 {
            return refuse(message, outbox, "Transfer-Error", "refused: to itself");
        }
        // lua: local quantity = amount(msg.Tags.Quantity)
        // lua: if not quantity then return refuse(msg, "Transfer-Error", "Quantity must be a whole number in digits") end
        let Some(quantity) = self.amount(first(message, tag::QUANTITY)) else {
            return refuse(message, outbox, "Transfer-Error", "refused: transfer unreadable");
        };
        if self.is(Mutant::NoticeBeforeChecks) && is_announced(message) {
            tell_recipient(message, recipient, whole(quantity)?, outbox);
        }
        // lua: if quantity > (Balances[msg.From] or 0) then return refuse(msg, "Transfer-Error", "Insufficient Balance!") end
        if tim3.books.balance(&message.from).less_than(quantity) {
            return refuse(message, outbox, "Transfer-Error", "refused: transfer not covered");
        }
        // lua: Seen[id] = true
        self.remember(tim3, message);
        self.move_balance(tim3, &message.from, message.tags.first(tag::RECIPIENT), quantity)?;
        // lua: if msg.Tags.Cast then return end
        if is_announced(message) {
            if !self.is(Mutant::NoticeBeforeChecks) {
                tell_recipient(message, recipient, whole(quantity)?, outbox);
            }
            tell_sender(message, recipient, whole(quantity)?, outbox);
        }
        done("transfer")
    }

    fn move_balance(
        self,
        tim3: &mut Tim3,
        from: &str,
        to: Option<&str>,
        quantity: Number,
    ) -> Result<(), HandlerError> {
        let read_first = tim3.books.balance(to.unwrap_or_default());
        // lua: credit(msg.From, -quantity)
        add(tim3, from, Number::Integer(0) - quantity);
        let to = to.ok_or_else(|| HandlerError::new("index is nil"))?;
        // lua: credit(recipient, quantity)
        if self.is(Mutant::SelfTransferInflates) {
            tim3.books.balances.insert(to.into(), read_first + quantity);
        } else {
            add(tim3, to, quantity);
        }
        Ok(())
    }

    /// The checks that a burn and a plain transfer share.
    fn refuses_to_move(self, tim3: &Tim3, message: &Message) -> Option<Handled> {
        // lua: if not addressed(msg) then return end
        if !self.is_addressed(message) {
            return Some(done("refused: not addressed here"));
        }
        if tim3.paused {
            return Some(done("refused: paused"));
        }
        // lua: local id = key(msg)
        // lua: if Seen[id] then return end
        self.is_repeated(tim3, message).then(|| done("refused: duplicate request"))
    }

    fn transfer_error(self, tim3: &mut Tim3, message: &Message) -> Handled {
        if message.from != USDA {
            return done("inbox");
        }
        if self.is(Mutant::PauseOnTransferError) {
            tim3.paused = true;
            return done("paused");
        }
        if self.is(Mutant::RefundOnTransferError) {
            return refund(tim3, first(message, tag::X_REFERENCE));
        }
        done("inbox")
    }

    /// `Send(release).onReply(...)`: runs before every handler, once, on anything from USDA
    /// whose X-Reference names the release (SEMANTICS A1, 09d).
    fn on_reply(tim3: &mut Tim3, message: &Message) -> Option<Handled> {
        let reference = first(message, tag::X_REFERENCE);
        if message.from != USDA || !tim3.pending.contains_key(reference) {
            return None;
        }
        if message.action() == "Transfer-Error" {
            return Some(refund(tim3, reference));
        }
        tim3.pending.remove(reference);
        Some(done("reply taken"))
    }

    fn is_addressed(self, message: &Message) -> bool {
        // lua: return msg.Target == ao.id
        message.target == TIM3 || self.is(Mutant::TargetCheckOff)
    }

    fn amount(self, text: &str) -> Option<Number> {
        // lua: if type(text) ~= "string" or not text:match("^[1-9]%d*$") then return nil end
        let digits = match self.lacks {
            Some(Mutant::PermissiveNumbers) => return Number::parse(text),
            Some(Mutant::SignCheckOff) => text.strip_prefix('-').unwrap_or(text),
            _ => text,
        };
        let is_amount = digits.bytes().all(|b| b.is_ascii_digit())
            && digits.bytes().next().is_some_and(|b| b != b'0');
        // lua: return tonumber(text)
        is_amount.then(|| Number::parse(text)).flatten()
    }

    fn key(self, message: &Message) -> SmolStr {
        let id = message.claimed_id();
        let given = message.tags.first(tag::REFERENCE);
        match (self.lacks, given) {
            (Some(Mutant::DedupeById), _) => return id.into(),
            (Some(Mutant::DedupeByReference), Some(reference)) => return reference.into(),
            (Some(Mutant::DedupeByPushedFor), Some(_)) if !message.is_signed_by_sender() => {
                let known = !message.pushed_for.is_empty();
                return if known { message.pushed_for.clone() } else { "nil".into() };
            }
            _ => {}
        }
        match given.filter(|_| !message.is_signed_by_sender()) {
            // lua: if msg.From == msg.Owner or not msg.Tags.Reference then return msg.From .. ":id:" .. tostring(msg.Id) end
            None => format_smolstr!("{}:id:{id}", message.from),
            // lua: return msg.From .. ":ref:" .. msg.Tags.Reference
            Some(reference) => format_smolstr!("{}:ref:{reference}", message.from),
        }
    }

    fn is_remembered(self, message: &Message) -> bool {
        match self.lacks {
            Some(Mutant::DedupeOff) => false,
            Some(Mutant::WalletDedupeOff) => !message.is_signed_by_sender(),
            _ => true,
        }
    }

    fn is_repeated(self, tim3: &Tim3, message: &Message) -> bool {
        self.is_remembered(message) && tim3.seen.contains(&self.key(message))
    }

    fn remember(self, tim3: &mut Tim3, message: &Message) {
        if self.is_remembered(message) {
            tim3.seen.insert(self.key(message));
        }
    }
}

// lua: Balances[account] = (Balances[account] or 0) + quantity
fn add(tim3: &mut Tim3, account: &str, quantity: Number) {
    let balance = tim3.books.balance(account) + quantity;
    tim3.books.balances.insert(account.into(), balance);
}

fn raise(tim3: &mut Tim3, account: &str, quantity: Number) {
    add(tim3, account, quantity);
    tim3.books.total_supply = tim3.books.total_supply + quantity;
    tim3.books.usda_collateral = tim3.books.usda_collateral + quantity;
}

fn lower(tim3: &mut Tim3, account: &str, quantity: Number) {
    add(tim3, account, Number::Integer(0) - quantity);
    tim3.books.total_supply = tim3.books.total_supply - quantity;
}

fn refund(tim3: &mut Tim3, reference: &str) -> Handled {
    match tim3.pending.remove(reference) {
        Some((user, quantity)) => {
            raise(tim3, &user, quantity);
            done("refund")
        }
        None => done("inbox"),
    }
}

/// `string.format("%d", quantity)`: throws on a float with a fraction.
fn whole(quantity: Number) -> Result<SmolStr, HandlerError> {
    let whole = quantity.as_i128().and_then(|whole| i64::try_from(whole).ok());
    whole
        .map(|whole| whole.to_smolstr())
        .ok_or_else(|| HandlerError::new("number has no integer representation"))
}

fn notice(action: &'static str, (name, party): (&'static str, &str), quantity: SmolStr) -> Tags {
    Tags::default().with(tag::ACTION, action).with(name, party).with(tag::QUANTITY, quantity)
}

// lua: notice(recipient, "Credit-Notice", { name = "Sender", value = msg.From })
fn tell_recipient(message: &Message, recipient: &str, quantity: SmolStr, outbox: &mut Outbox<'_>) {
    let credit = notice("Credit-Notice", (tag::SENDER, &*message.from), quantity);
    outbox.send(recipient, credit.and(forwarded(message, Tags::first)));
}

// lua: notice(msg.From, "Debit-Notice", { name = "Recipient", value = recipient })
fn tell_sender(message: &Message, recipient: &str, quantity: SmolStr, outbox: &mut Outbox<'_>) {
    let debit = notice("Debit-Notice", (tag::RECIPIENT, recipient), quantity);
    outbox.send(message.from.clone(), debit.and(forwarded(message, Tags::first)));
}

fn refuse(
    message: &Message,
    outbox: &mut Outbox<'_>,
    action: &'static str,
    label: &'static str,
) -> Handled {
    // lua: Send({ Target = msg.From, Action = action, Error = why, ["X-Reference"] = msg.Tags.Reference })
    let why = match label {
        "refused: no recipient" => "Recipient is required!",
        "refused: to itself" => "Nobody could spend TIM3 that TIM3 holds",
        _ if label.ends_with("unreadable") => "Quantity must be a whole number in digits",
        _ => "Insufficient Balance!",
    };
    let tags = Tags::default().with(tag::ACTION, action).with(tag::ERROR, why);
    let reference = message.tags.first(tag::REFERENCE);
    outbox.send(message.from.clone(), tags.with_some(tag::X_REFERENCE, reference));
    done(label)
}
