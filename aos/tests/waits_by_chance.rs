//! Functions by chance that wait here and there do what they do in a coroutine of Lua's own.

mod common;

use aos::{Item, Outcome};
use common::{Host, action};
use mlua::{Function, Lua, Thread};
use proptest::prelude::*;

/// Code by chance: as long as bytes are left, each is a choice.
struct Writer<'a> {
    choices: std::slice::Iter<'a, u8>,
    lua: String,
    /// The locals that there are, and how many there were of all.
    locals: Vec<String>,
    made: usize,
}

impl Writer<'_> {
    fn choose(&mut self, most: u8) -> u8 {
        self.choices.next().map_or(0, |byte| byte % most)
    }

    fn line(&mut self, lua: &str) {
        self.lua.push_str(lua);
        self.lua.push('\n');
    }

    fn local(&mut self) -> String {
        let place = self.choose(250) as usize % self.locals.len();
        self.locals[place].clone()
    }

    fn fresh(&mut self) -> String {
        self.made += 1;
        format!("v{}", self.made)
    }

    /// A whole number.
    fn value(&mut self, depth: usize) -> String {
        if depth > 3 {
            return self.local();
        }
        let mut value = || self.value(depth + 1);
        let (a, b) = (value(), value());
        match self.choose(14) {
            0 => "1".into(),
            1 | 2 => self.local(),
            3 | 4 => "W()".into(),
            5 => format!("({a} + {b}) % 1000"),
            6 => format!("({a} - {b}) % 1000"),
            7 => format!("(({a} > 5 and {b}) or W())"),
            8 => format!("({{ {a}, W(), {b} }})[2]"),
            9 => format!("select('#', {a}, two({b}))"),
            10 => format!("pick(W(), two({a}))"),
            11 => format!("deep({a}, 2)"),
            12 => format!("#({a} .. 'x' .. W() .. {b})"),
            _ => format!("object:get({a}, W())"),
        }
    }

    fn statement(&mut self, depth: usize) {
        let (name, known, value) = (self.fresh(), self.local(), self.value(0));
        let before = self.locals.len();
        match self.choose(12) {
            0..=2 => {
                self.line(&format!("local {name} = {value}"));
                self.locals.push(name);
                return;
            }
            3 => self.line(&format!("{known} = {value}")),
            4 => self.line(&format!("log({value}, {known})")),
            5 if depth < 3 => {
                self.line(&format!("for {name} = 1, 2 do\nlog({name})"));
                self.locals.push(name);
                self.block(depth);
                self.line("end");
            }
            6 if depth < 3 => {
                self.line(&format!("for i, {name} in ipairs({{ {known}, W() }}) do"));
                self.locals.push(name);
                self.block(depth);
                self.line("end");
            }
            7 if depth < 3 => {
                self.line(&format!("if {value} > 3 then"));
                self.block(depth);
                self.locals.truncate(before);
                self.line("else");
                self.block(depth);
                self.line("end");
            }
            8 if depth < 3 => {
                self.line(&format!("local {name} = 0\nrepeat\n{name} = {name} + 1"));
                self.block(depth);
                self.line(&format!("until {name} > 1 or {value} > 900"));
            }
            9 => self.line(&format!("local function {name}() return {known} + W() end\nlog({name}())")),
            10 => self.line(&format!("local {name} = W()\nlocal function f{name}(n) {name} = {name} + n return {name} end\nlog(f{name}({known}), f{name}(1))")),
            _ => self.line(&format!("log(three({value}))")),
        }
        self.locals.truncate(before);
    }

    fn block(&mut self, depth: usize) {
        let before = self.locals.len();
        for _ in 0..=self.choose(3) {
            self.statement(depth + 1);
        }
        self.locals.truncate(before);
    }
}

/// Functions that the code calls.
const HELPERS: &str = "
local function two(x) local y = W() return x, y - W() end
local function three(x) return x, two(x) end
local function pick(a, b, c) return (a + b + c) % 1000 end
local function deep(x, n) if n == 0 then return W() end local y = deep(x, n - 1) return (x + y) % 1000 end
local object = { n = 3 }
function object:get(a, b) self.n = (self.n + a + b) % 1000 return self.n end
local function log(...) for _, value in ipairs({ ... }) do Log = Log .. value .. ' ' end end
";

fn body(choices: &[u8]) -> String {
    let lua = "local v0 = 7\n".into();
    let mut writer = Writer { choices: choices.iter(), lua, locals: vec!["v0".into()], made: 0 };
    while writer.choices.len() > 0 {
        writer.statement(0);
    }
    writer.lua
}

fn is_over(logs: &[String]) -> bool {
    logs.last().is_some_and(|log| log.ends_with("end "))
}

/// What is logged after each message: the first, and then one for each wait.
fn in_a_coroutine(body: &str, most: usize) -> Vec<String> {
    let lua = Lua::new();
    let whole = format!(
        "Log = ''\nlocal function W() return coroutine.yield() end\n{HELPERS}return function()\n{body}\nlog('end') end"
    );
    let handler: Function = lua.load(whole).eval().expect("it runs");
    let thread: Thread = lua.create_thread(handler).expect("a coroutine");
    let mut logs = vec![];
    for answer in 0..most {
        thread.resume::<()>(answer * 37 % 11).expect("it goes on");
        logs.push(lua.globals().get::<String>("Log").expect("a text"));
        if is_over(&logs) {
            break;
        }
    }
    logs
}

/// The same of a handler; as far as it is not refused.
fn in_states(body: &str, most: usize) -> Vec<String> {
    let whole = format!(
        "Log = ''\nlocal function W() return tonumber(Receive({{ Action = 'A' }}).Data) end\n{HELPERS}\
         Handlers.add('go', 'Go', function()\n{body}\nlog('end') end)"
    );
    let host = Host::of(&whole);
    let (mut state, mut logs) = (host.loaded.clone(), vec![]);
    for answer in 0..most {
        let name = if answer == 0 { "Go" } else { "A" };
        let data = (answer * 37 % 11).to_string().into_bytes();
        // Another machine has to read the state.
        let host = host.another();
        let Ok(evaluation) = host.try_step(&state, &Item { data, ..action(name) }) else { break };
        assert_eq!(evaluation.outcome, Outcome::Done, "{body}");
        state = evaluation.state;
        logs.push(host.text(&state, "Log"));
        if is_over(&logs) {
            break;
        }
    }
    logs
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn what_waits_does_the_same_as_a_coroutine(choices in prop::collection::vec(any::<u8>(), 0..200)) {
        let body = body(&choices);
        let states = in_states(&body, 30);
        let coroutine = in_a_coroutine(&body, states.len());
        prop_assert_eq!(states, coroutine, "{}", body);
    }
}
