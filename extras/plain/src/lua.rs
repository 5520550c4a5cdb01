//! A contract in Lua: one fresh evaluation for every step, and nothing kept of it.

use crate::contract::{Address, Contract, Flaws, Handled, Stop, sending};
use aos::{
    Build, Item, LoadError, Machine, Observed, Outcome, PairsOrder, Program, References, Sent,
    Settings, TagValue, Value,
};
use model::books::Books;
use model::lua::Number;
use model::message::{MU, Message, OWNER, Outgoing, TIM3, USDA};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A Lua file in an interpreter.
pub struct Lua {
    machine: Machine,
    fresh: aos::State,
    /// What decides which messages have a handler; nothing where that cannot be known.
    decides: Option<Decides>,
    may_read_time: bool,
}

/// The globals that the patterns of handlers read, and what these are at first, with the list of
/// handlers.
struct Decides {
    globals: BTreeSet<Vec<u8>>,
    at_first: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Decides {
    fn of(machine: &Machine, fresh: &aos::State) -> Option<Self> {
        let globals = machine.read_by_patterns(fresh).filter(|_| fresh.has_separate_parts())?;
        let at_first = Self::parts(&globals, fresh);
        Some(Self { globals, at_first })
    }

    fn parts(globals: &BTreeSet<Vec<u8>>, state: &aos::State) -> Vec<(Vec<u8>, Vec<u8>)> {
        let read = state.globals().filter(|(name, _)| globals.contains(*name));
        let all = state.beside_globals().chain(read);
        all.map(|(name, value)| (name.to_vec(), value.to_vec())).collect()
    }
}

/// All that handlers can leave behind, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LuaState {
    image: aos::State,
    unfinished: bool,
}

impl Lua {
    /// The contract of this text.
    ///
    /// # Errors
    /// If it does not load, or its books are not there.
    pub fn new(file: &str, source: &str) -> Result<Self, Stop> {
        let settings = Settings {
            process: TIM3.into(),
            owner: OWNER.into(),
            authorities: vec![MU.into()],
            tags: BTreeMap::new(),
            build: Build::Late,
            limits: aos::Limits::default(),
        };
        let program = Program::new(file, source.replace("@USDA@", USDA), settings);
        let may_read_time = program.may_read_time();
        let loaded = Machine::new(&Arc::new(program));
        let (machine, fresh) = loaded.map_err(|error| Stop::Refused(error.to_string()))?;
        let decides = Decides::of(&machine, &fresh);
        let lua = Self { machine, fresh, decides, may_read_time };
        if lua.read(&lua.fresh).1 {
            return Err(Stop::Refused(format!("{file}: its books are not there")));
        }
        Ok(lua)
    }

    /// The books in a state, and whether any amount in them is not a number.
    fn read(&self, image: &aos::State) -> (Books, bool) {
        let paths = ["Balances", "TotalSupply", "UsdaCollateral"].map(str::to_owned);
        let seen = self.machine.observe(image, &paths);
        let mut books = Books::default();
        let mut unreadable = false;
        if let Observed::Entries(entries) = &seen[0] {
            for (account, amount) in entries {
                match number(amount) {
                    Some(amount) => _ = books.balances.insert(name(account), amount),
                    None => unreadable = true,
                }
            }
        } else {
            unreadable = true;
        }
        for (seen, total) in
            seen[1..].iter().zip([&mut books.total_supply, &mut books.usda_collateral])
        {
            let amount = if let Observed::Value(value) = seen { number(value) } else { None };
            unreadable |= amount.is_none();
            *total = amount.unwrap_or(*total);
        }
        (books, unreadable)
    }

    fn evaluate(
        &self,
        image: &aos::State,
        message: &Message,
        nth: u8,
    ) -> Result<aos::Evaluation, Stop> {
        let prefix = match nth {
            0 => format!("{}/", message.identity),
            _ => format!("{}~{nth}/", message.identity),
        };
        let references = References::Named(&prefix);
        let evaluated =
            self.machine.evaluate(image, &item(message), references, PairsOrder::Sorted);
        evaluated.map_err(|refused| Stop::Refused(refused.to_string()))
    }
}

impl Contract for Lua {
    type State = LuaState;

    fn fresh(&self) -> LuaState {
        LuaState { image: self.fresh.clone(), unfinished: false }
    }

    fn handle(
        &self,
        state: &LuaState,
        message: &Message,
        nth: u8,
    ) -> Result<Handled<LuaState>, Stop> {
        let evaluation = self.evaluate(&state.image, message, nth)?;
        let met_limit = matches!(evaluation.outcome, Outcome::Met(..));
        let state = LuaState { image: evaluation.state, unfinished: state.unfinished || met_limit };
        let threw = evaluation.outcome != Outcome::Done;
        let sent = evaluation.sent.iter().map(outgoing).collect();
        Ok(Handled { state, sent, threw, says: Address::default() })
    }

    /// That an evaluation did not end is not undone by undoing what it did.
    fn undone(&self, before: &LuaState, after: &LuaState) -> LuaState {
        LuaState { unfinished: after.unfinished, ..before.clone() }
    }

    /// An Eval that fails leaves all as it was.
    fn reload(&self, state: &LuaState) -> Result<LuaState, Stop> {
        match self.machine.reload(&state.image) {
            Ok(image) => Ok(LuaState { image, ..state.clone() }),
            Err(LoadError::Refused(refused)) => Err(Stop::Refused(refused.to_string())),
            Err(error @ LoadError::Sends(_)) => Err(Stop::Refused(error.to_string())),
            Err(_) => Ok(state.clone()),
        }
    }

    fn books(&self, state: &LuaState) -> (Books, Flaws) {
        let (books, unreadable) = self.read(&state.image);
        (books, Flaws { unfinished: state.unfinished, unreadable })
    }

    /// Whether it has any effect at first.
    fn claims(&self, message: &Message) -> Result<bool, Stop> {
        let evaluation = self.evaluate(&self.fresh, message, 0)?;
        let is_idle = evaluation.ran.iter().all(|name| name == "_default")
            && evaluation.sent.is_empty()
            && evaluation.outcome == Outcome::Done
            && evaluation.state == self.fresh;
        Ok(!is_idle || self.decides.is_none())
    }

    fn claims_otherwise(&self, state: &LuaState) -> bool {
        let is_as_at_first = |decides: &Decides| {
            state.image.has_separate_parts()
                && Decides::parts(&decides.globals, &state.image) == decides.at_first
        };
        self.decides.as_ref().is_some_and(|decides| !is_as_at_first(decides))
    }

    fn is_lua(&self) -> bool {
        true
    }

    fn may_read_time(&self) -> bool {
        self.may_read_time
    }

    fn has_all_guards(&self) -> bool {
        false
    }
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Integer(n) => Some(Number::from(*n)),
        Value::Float(n) => Some(Number::from(*n)),
        Value::Text(text) => Number::from_decimal(std::str::from_utf8(text).ok()?),
        _ => None,
    }
}

fn name(account: &Value) -> Address {
    match account {
        Value::Text(text) => String::from_utf8_lossy(text).into(),
        Value::Integer(n) => n.to_string().into(),
        Value::Float(n) => Number::from(*n).to_string().into(),
        other => format!("{other:?}").into(),
    }
}

/// A message as the process receives it: Pushed-For is a tag, behind all others.
fn item(message: &Message) -> Item {
    let bytes = |text: &str| text.as_bytes().to_vec();
    let mut tags: Vec<_> = message.tags.iter().map(|(n, v)| (bytes(n), bytes(v))).collect();
    if !message.pushed_for.is_empty() {
        tags.push((bytes("Pushed-For"), bytes(&message.pushed_for)));
    }
    Item {
        id: bytes(&message.id),
        from: bytes(&message.from),
        owner: bytes(&message.owner),
        target: bytes(&message.target),
        data: bytes(&message.data),
        tags,
        timestamp: message.time(),
        block_height: message.height(),
    }
}

/// A message with a tag that is no text is taken by no messenger: it goes to nobody.
fn outgoing(sent: &Sent) -> Outgoing {
    let text = |bytes: &[u8]| Address::from(String::from_utf8_lossy(bytes));
    let target = sent.target.as_deref().filter(|_| sent.is_deliverable()).unwrap_or_default();
    let tags = sent.tags.iter().map(|(name, value)| match value {
        TagValue::Text(value) => (text(name), text(value)),
        TagValue::Other(kind, value) => (text(name), format!("<{kind} {}>", text(value)).into()),
    });
    sending(&text(target), tags.collect(), &text(&sent.data))
}
