//! What contracts find in this host, and what `lua/registry.lua` says of it.

use crate::machine::Machine;
use mlua::LuaString;

/// A name under which contracts find something, or would on aos.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field {
    /// What it is a field of: `_G`, `ao`, `msg`; `require` for modules.
    pub object: String,
    pub name: String,
    /// Its type; of a line of the registry, how it is treated.
    pub kind: String,
}

impl Machine {
    /// What this host has under any name, sorted.
    ///
    /// # Panics
    /// If the host's own Lua is broken.
    pub fn found_fields(&self) -> Vec<Field> {
        self.fields("found")
    }

    /// What the registry says of each name, sorted. The name `*` stands for all others.
    ///
    /// # Panics
    /// If the host's own Lua is broken.
    pub fn registered_fields(&self) -> Vec<Field> {
        self.fields("said")
    }

    fn fields(&self, list: &str) -> Vec<Field> {
        let listed: Vec<LuaString> = self.ask(list, ()).expect("the host's own Lua runs");
        let field = |line: &LuaString| {
            let line = line.to_string_lossy();
            let mut parts = line.split('\t').map(str::to_owned);
            let mut next = || parts.next().unwrap_or_default();
            Field { object: next(), name: next(), kind: next() }
        };
        let mut fields: Vec<_> = listed.iter().map(field).collect();
        fields.sort();
        fields
    }
}
