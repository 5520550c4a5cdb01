//! The lines of Lua that the transcriptions quote.

use model::Variant;
use model::contract::{HARDENED_LUA, Seed};

const SEED_RS: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/contract/seed.rs"));
const HARDENED_RS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/contract/hardened.rs"));

/// Every quotation that is not in a file it stands for.
pub fn missing() -> Vec<String> {
    let hardened = quotations(HARDENED_RS).map(|quoted| (quoted, vec![HARDENED_LUA.to_owned()]));
    let seed = quotations(SEED_RS).map(|quoted| (quoted, seeds(quoted)));
    let all: Vec<_> = hardened.chain(seed).collect();
    assert!(all.len() > 50, "only {} quotations were found", all.len());
    let missing =
        all.into_iter().filter(|(q, files)| !files.iter().all(|file| is_in(file, q.text)));
    missing.map(|(quoted, _)| format!("{} (above `{}`)", quoted.text, quoted.above)).collect()
}

/// A line of Lua and the Rust below it.
#[derive(Clone, Copy)]
struct Quotation<'a> {
    text: &'a str,
    above: &'a str,
}

fn quotations(rust: &str) -> impl Iterator<Item = Quotation<'_>> {
    let lines: Vec<_> = rust.lines().map(str::trim).collect();
    let below = move |i: usize| lines[i..].iter().find(|l| !l.starts_with("//")).copied();
    rust.lines().enumerate().filter_map(move |(i, line)| {
        let text = line.trim().strip_prefix("// lua: ")?.trim();
        Some(Quotation { text, above: below(i).unwrap_or_default() })
    })
}

/// The files that a quotation in `seed.rs` stands for: all, unless it is above one reading.
fn seeds(quoted: Quotation<'_>) -> Vec<String> {
    let readings =
        [("Self::Literal", Seed::Literal), ("Self::Json", Seed::Json), ("Self::Tags", Seed::Tags)];
    let one = readings.iter().find(|(name, _)| quoted.above.starts_with(name));
    let stands_for = readings.iter().filter(|(name, _)| one.is_none_or(|(own, _)| own == name));
    stands_for.map(|(_, seed)| Variant::Seed(*seed).lua().expect("a file")).collect()
}

fn is_in(lua: &str, quoted: &str) -> bool {
    lua.lines().any(|line| line.contains(quoted))
}
