//! A Lua 5.3 with the source of one variant, and processes in it.

use crate::snapshot::Snapshot;
use mlua::{Function, Lua, Table, Value};
use model::contract::Tim3;
use model::lua::{Float, Number};
use model::message::{BURN, Outgoing, Tags, tag};
use model::{Identity, Message, TIM3, USDA, Variant};
use smol_str::SmolStr;

const AOS: &str = include_str!("aos.lua");

/// More than any evaluation sends.
const REFERENCES: usize = 8;

/// An interpreter that can make processes of one variant.
pub struct Machine {
    lua: Lua,
    spawn: Function,
    source: String,
}

/// One process.
pub struct Process<'a> {
    machine: &'a Machine,
    table: Table,
}

impl Machine {
    /// The interpreter for this variant.
    pub fn of(variant: Variant) -> Self {
        let lua = Lua::new();
        let source = variant.lua().expect("every edit applies").replace("@USDA@", USDA);
        let spawn = lua.load(AOS).set_name("=aos").eval().expect("aos.lua loads");
        Self { lua, spawn, source }
    }

    /// The version it says it has.
    pub fn version(&self) -> String {
        self.lua.globals().get("_VERSION").expect("a version")
    }

    /// A process that has just loaded the source.
    pub fn fresh(&self) -> Process<'_> {
        let table = self.spawn.call(TIM3).expect("a process");
        let process = Process { machine: self, table };
        process.load();
        process
    }

    /// A process in this state.
    pub fn restored(&self, state: &Tim3) -> Process<'_> {
        let process = self.fresh();
        state.pending.iter().for_each(|(reference, burnt)| process.await_answer(reference, burnt));
        process.set_books(state);
        process.set_keys("Seen", state.seen.iter());
        process.set_keys("Quarantine", state.quarantine.iter());
        if let Some(depositor) = &state.depositor {
            process.set("Depositor", depositor.as_str());
        }
        if state.paused {
            process.set("Paused", true);
        }
        process
    }

    fn item(&self, message: &Message) -> Table {
        let item = self.lua.create_table().expect("a table");
        let fields = [
            ("From", message.from.as_str()),
            ("Owner", &message.owner),
            ("Id", &message.id),
            ("Target", &message.target),
            ("Data", &message.data),
        ];
        for (name, text) in fields {
            item.raw_set(name, text).expect("a field");
        }
        let pushed_for = Some(("Pushed-For", message.pushed_for.as_str()));
        let pushed_for = pushed_for.filter(|(_, text)| !text.is_empty());
        let tags = message.tags.iter().chain(pushed_for).map(|(name, text)| [name, text]);
        item.raw_set("Tags", tags.collect::<Vec<_>>()).expect("tags");
        item
    }
}

impl Process<'_> {
    /// Runs the source, once more if it ran before.
    pub fn load(&self) {
        let load: Function = self.table.raw_get("load").expect("load");
        load.call::<()>(&*self.machine.source).expect("the source loads");
    }

    /// Runs the handlers: the error they threw, if any.
    pub fn evaluate(&self, message: &Message, nth: u8) -> Option<String> {
        let references = (0..REFERENCES).map(|entry| message.identity.caused(nth, entry));
        let references: Vec<_> = references.map(|r| r.as_str().to_owned()).collect();
        let evaluate: Function = self.table.raw_get("evaluate").expect("evaluate");
        evaluate.call((self.machine.item(message), references)).expect("errors are caught")
    }

    /// What the last evaluation sent, with sorted tags.
    pub fn sent(&self) -> Vec<Outgoing> {
        let outbox: Vec<Table> = self.table.raw_get("outbox").expect("an outbox");
        outbox.iter().map(|entry| self.outgoing(entry)).collect()
    }

    /// All that the contract remembers.
    pub fn snapshot(&self) -> Snapshot {
        let globals = self.globals();
        let pending = self.keys("Pending").into_iter().chain(self.awaited());
        Snapshot {
            balances: self.texts(&globals, "Balances").into_iter().collect(),
            total_supply: self.text(&globals, "TotalSupply"),
            usda_collateral: self.text(&globals, "UsdaCollateral"),
            seen: self.keys("Seen").into_iter().collect(),
            quarantine: self.keys("Quarantine").into_iter().collect(),
            pending: pending.collect(),
            depositor: globals.raw_get("Depositor").expect("Depositor"),
            paused: globals.raw_get("Paused").expect("Paused"),
        }
    }

    /// How many handlers there are.
    pub fn handlers(&self) -> usize {
        let handlers: Table = self.globals().raw_get("Handlers").expect("Handlers");
        handlers.raw_get::<Table>("list").expect("a list").raw_len()
    }

    fn outgoing(&self, entry: &Table) -> Outgoing {
        let text = |name| self.text(entry, name).into();
        let mut tags = self.texts(entry, "Tags");
        tags.sort_unstable();
        Outgoing { target: text("Target"), data: text("Data"), tags: tags.into_iter().collect() }
    }

    fn text(&self, table: &Table, name: &str) -> String {
        text_of(&self.machine.lua, &table.raw_get(name).expect("a field"))
    }

    fn texts(&self, table: &Table, name: &str) -> Vec<(String, String)> {
        let table = table.raw_get::<Table>(name).expect("a table");
        let text = |value: &Value| text_of(&self.machine.lua, value);
        let pairs = table.pairs::<Value, Value>().map(|pair| pair.expect("a pair"));
        pairs.map(|(key, value)| (text(&key), text(&value))).collect()
    }

    fn globals(&self) -> Table {
        self.table.raw_get("globals").expect("globals")
    }

    fn set(&self, name: &str, value: impl mlua::IntoLua) {
        self.globals().raw_set(name, value).expect("a global");
    }

    fn set_books(&self, state: &Tim3) {
        let books = &state.books;
        let balances = books.balances.iter().map(|(account, n)| (account.as_str(), value_of(*n)));
        let balances = self.machine.lua.create_table_from(balances).expect("a table");
        self.set("Balances", balances);
        self.set("TotalSupply", value_of(books.total_supply));
        self.set("UsdaCollateral", value_of(books.usda_collateral));
    }

    /// Fills the table as the contract does, since it may have made one that forgets.
    fn set_keys<'k>(&self, name: &str, keys: impl Iterator<Item = &'k SmolStr>) {
        let Some(table) = self.globals().raw_get::<Option<Table>>(name).expect("a table") else {
            assert_eq!(keys.count(), 0, "the contract has no {name}");
            return;
        };
        table.clear().expect("a table");
        keys.for_each(|key| table.set(key.as_str(), true).expect("a key"));
    }

    /// Has the contract burn once, so that it waits for the answer to this release.
    fn await_answer(&self, reference: &str, (user, quantity): &(SmolStr, Number)) {
        let balances: Table = self.globals().raw_get("Balances").expect("Balances");
        balances.raw_set(user.as_str(), value_of(*quantity)).expect("a balance");
        let tags = Tags::default()
            .with(tag::ACTION, "Transfer")
            .with(tag::RECIPIENT, BURN)
            .with(tag::QUANTITY, quantity.to_string());
        let message = Message::signed(user, Identity::named(reference), TIM3, tags);
        let references = vec![reference; REFERENCES];
        let evaluate: Function = self.table.raw_get("evaluate").expect("evaluate");
        let thrown: Option<String> =
            evaluate.call((self.machine.item(&message), references)).expect("errors are caught");
        assert_eq!(thrown, None, "{reference} cannot be burned again");
    }

    fn awaited(&self) -> Vec<String> {
        let awaited: Function = self.table.raw_get("awaited").expect("awaited");
        awaited.call(()).expect("References")
    }

    /// The keys that are text; a table as key is never found again, so it is no key.
    fn keys(&self, name: &str) -> Vec<String> {
        let Some(table) = self.globals().raw_get::<Option<Table>>(name).expect("a table") else {
            return Vec::new();
        };
        let keys = table.pairs::<Value, Value>().map(|pair| pair.expect("a pair").0);
        keys.filter(Value::is_string).map(|key| text_of(&self.machine.lua, &key)).collect()
    }
}

fn value_of(number: Number) -> Value {
    match number {
        Number::Integer(value) => Value::Integer(value),
        Number::Float(Float(value)) => Value::Number(value),
        Number::Wide(_) => unreachable!("no contract here has any"),
    }
}

/// A text as it is, and anything else with its type, so that it equals no text.
fn text_of(lua: &Lua, value: &Value) -> String {
    let text = lua.coerce_string(value.clone()).expect("a text");
    let text = text.map(|text| text.to_string_lossy());
    match (value, text) {
        (Value::String(_), Some(text)) => text,
        (Value::Integer(_), Some(text)) => format!("<integer {text}>"),
        (Value::Number(n), Some(text)) => format!("<float {text} {:016x}>", n.to_bits()),
        (other, _) => format!("<{}>", other.type_name()),
    }
}
