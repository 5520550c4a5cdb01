//! The Lua modules that contracts may `require`, each run by Lua 5.3.

#[path = "modules/arithmetic.rs"]
mod arithmetic;
#[path = "modules/bint.rs"]
mod bint;
#[path = "modules/json.rs"]
mod json;

use mlua::{FromLuaMulti, IntoLuaMulti, Lua, Table, Value};

/// The standard names that the modules may take when they are loaded.
const STANDARD: [&str; 12] = [
    "error",
    "getmetatable",
    "math",
    "next",
    "rawget",
    "setmetatable",
    "string",
    "table",
    "tonumber",
    "tostring",
    "type",
    "utf8",
];

/// A Lua in which one module was loaded and then everything it could have used was removed.
///
/// The module must have taken what it needs when it was loaded, since a contract may patch
/// the libraries. It was given neither `debug`, `io`, `os` nor `load`.
struct Module {
    lua: Lua,
    value: Value,
}

impl Module {
    fn load(source: &str) -> Self {
        let lua = Lua::new();
        let environment = lua.create_table().expect("a table");
        for name in STANDARD {
            let library = copied(&lua, lua.globals().get(name).expect("a standard name"));
            environment.set(name, library).expect("a field");
        }
        let chunk = lua.load(source).set_name("=module").set_environment(environment.clone());
        let value = chunk.eval().expect("the module loads");
        for name in STANDARD {
            if let Value::Table(library) = environment.get(name).expect("a field") {
                library.clear().expect("an emptied library");
            }
        }
        environment.clear().expect("an emptied environment");
        lua.load("getmetatable('').__index = nil").exec().expect("methods of strings removed");
        Self { lua, value }
    }

    /// Calls a Lua function that is given the module first.
    fn call<R: FromLuaMulti>(
        &self,
        function: &str,
        arguments: impl IntoLuaMulti,
    ) -> mlua::Result<R> {
        let mut arguments = arguments.into_lua_multi(&self.lua)?;
        arguments.push_front(self.value.clone());
        self.lua.load(function).set_name("=test").eval::<mlua::Function>()?.call(arguments)
    }

    /// The text of the error that a call throws, without where in the test it was called.
    fn error(&self, function: &str, arguments: impl IntoLuaMulti) -> String {
        let thrown = self.call::<Value>(function, arguments).expect_err(function).to_string();
        let first = thrown.lines().next().expect("a line");
        first.trim_start_matches("runtime error: ").to_owned()
    }
}

/// A library of its own for the module, so that the test keeps its own.
fn copied(lua: &Lua, value: Value) -> Value {
    let Value::Table(library) = value else { return value };
    let copy: Table = lua.create_table().expect("a table");
    for pair in library.pairs::<Value, Value>() {
        let (name, function) = pair.expect("a field");
        copy.set(name, function).expect("a field");
    }
    Value::Table(copy)
}
