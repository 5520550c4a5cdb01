//! Lua files of a test, and checks of them.

use crate::command::{Said, tim3};
use model::Variant;
use serde_json::Value;
use std::fs;
use tempfile::TempDir;

/// Books for a file that is about something else.
pub const BOOKS: &str = "Balances, TotalSupply, UsdaCollateral = {}, 0, 0\n";

/// Lines of the hardened contract.
pub const ID: &str = "USDA_PROCESS_ID = \"@USDA@\"";
pub const FROM_USDA: &str = "if msg.From ~= USDA_PROCESS_ID then return end";
pub const CREDITED: &str = "    credit(sender, quantity)\n    TotalSupply";
pub const MOVED: &str = "    credit(msg.From, -quantity)\n    credit(recipient, quantity)\n";
/// Refuses TIM3 for the contract itself.
pub const SELF_CHECK: &str = "    if recipient == ao.id then return refuse(msg, \"Transfer-Error\", \"Nobody could spend TIM3 that TIM3 holds\") end\n";
/// A platform with a stranger.
pub const LEGACYNET: [&str; 2] = ["--profile", "legacynet"];
pub const NO_MINT: &str = "no-mint-without-deposit";

/// Two messages of the stranger's.
pub const TWO: [&str; 6] = ["--profile", "legacynet", "--faults", "2", "--each-fault", "2"];

/// The hardened contract with handlers of the file's own: their Actions, and what they do.
pub fn with_handlers(handlers: &[(&str, &str)]) -> String {
    let handler = |(action, body): &(&str, &str)| {
        format!("Handlers.add('h{action}', '{action}', function(msg) {body} end)\n")
    };
    hardened(&[]) + "\n" + &handlers.iter().map(handler).collect::<String>()
}

/// A folder with Lua files in it.
pub struct Folder(pub TempDir);

impl Folder {
    pub fn with(files: &[(&str, &str)]) -> Self {
        let folder = Self(TempDir::new().expect("a folder"));
        for (name, text) in files {
            fs::write(folder.path(name), text).expect("a file");
        }
        folder
    }

    pub fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("UTF-8").to_owned()
    }

    /// Checks a file at `tiny` bounds.
    pub fn check(&self, name: &str, flags: &[&str]) -> Said {
        let is_json = flags.contains(&"json");
        self.screen(name, &[flags, if is_json { &[] } else { &["--all"] }].concat())
    }

    /// What such a check says on one screen.
    pub fn screen(&self, name: &str, flags: &[&str]) -> Said {
        let file = self.path(name);
        tim3(&[&["check", &file, "--bounds", "tiny", "--quiet"], flags].concat())
    }

    /// The JSON report of such a check.
    pub fn report(&self, name: &str, flags: &[&str]) -> Value {
        let said = self.check(name, &[flags, &["--format", "json"]].concat());
        assert!(said.err.is_empty(), "{said:?}");
        serde_json::from_str(&said.out).expect("JSON")
    }
}

/// The JSON report on one file, under [`LEGACYNET`].
pub fn report(source: &str) -> Value {
    Folder::with(&[("a.lua", source)]).report("a.lua", &LEGACYNET)
}

/// What the stranger tries because the file listens for it; except for a payment to the contract
/// itself, which the recommended contract refuses.
pub fn derived(report: &Value) -> Vec<&str> {
    let all = report["lua"][0]["derived"].as_array().expect("a list").iter();
    let all = all.filter_map(Value::as_str);
    all.filter(|one| !one.starts_with("pay-with-to-TIM3:")).collect()
}

/// A handler of Transfers with this body, in a file with books.
pub fn handler(body: &str) -> String {
    format!("{BOOKS}Handlers.add('pay', 'Transfer', function(msg)\n{body}\nend)\n")
}

/// The Lua of the hardened contract with this in the place of that.
pub fn hardened(edits: &[(&str, &str)]) -> String {
    let lua = Variant::Hardened.lua().expect("it has no edits");
    edits.iter().fold(lua, |lua, (from, to)| {
        assert_eq!(lua.matches(from).count(), 1, "{from}");
        lua.replace(from, to)
    })
}

/// Of each run and property: the kind of verdict, the faults, and the number of steps.
pub fn verdicts(report: &Value) -> Vec<(String, Value, usize)> {
    let runs = report["runs"].as_array().expect("runs").iter();
    let all = runs.flat_map(|run| run["verdicts"].as_array().expect("verdicts"));
    let row = |one: &Value| {
        let steps = one["counterexample"]["actions"].as_array().map_or(0, Vec::len);
        (format!("{} {}", one["property"], one["verdict"]), one["fault_sets"].clone(), steps)
    };
    all.map(row).collect()
}

/// The kind of the verdict on one property in the only run.
pub fn verdict<'a>(report: &'a Value, property: &str) -> &'a str {
    let all = report["runs"][0]["verdicts"].as_array().expect("verdicts");
    let one = all.iter().find(|one| one["property"] == property).expect("it was judged");
    one["verdict"].as_str().expect("a word")
}
