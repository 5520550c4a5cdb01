//! Contracts by chance: the Lua of known ones with a few edits of its text.

use crate::compare::Question;
use model::{Bounds, Profile, Variant};
use plain_checker::lua::Lua;
use plain_checker::search::Most;

/// More worlds than any contract by chance has at `tiny` that does not send messages without end.
const MOST: usize = 40_000;

/// Numbers by chance, the same for the same seed (splitmix64).
pub struct Chance(u64);

impl Chance {
    /// Of the contract of this number.
    pub fn new(seed: u64, number: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number.wrapping_mul(0xd1b5_4a32_d192_ed03))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// One of so many, from 0.
    pub fn below(&mut self, many: usize) -> usize {
        usize::try_from(self.next() % many.max(1) as u64).expect("less than a usize")
    }

    pub fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// A word, and what it may become.
const WORDS: [(&str, &[&str]); 30] = [
    (" + quantity", &[" - quantity", " + 1", " + quantity + quantity", ""]),
    (" - quantity", &[" + quantity", " - 1", ""]),
    (", quantity)", &[", -quantity)", ", quantity + 1)", ", quantity / 2)", ", 10)"]),
    (", -quantity)", &[", quantity)", ", 1 - quantity)", ", -10)"]),
    ("+ amount", &["- amount", "+ 1", "+ amount * 1.0"]),
    ("- amount", &["+ amount", "- 1"]),
    (" > ", &[" >= ", " < ", " ~= "]),
    (" >= ", &[" > ", " <= "]),
    (" == ", &[" ~= "]),
    (" ~= ", &[" == "]),
    (" or ", &[" and "]),
    ("not ", &[""]),
    ("msg.From", &["msg.Owner", "msg.Tags.Sender", "msg.Tags.Recipient", "\"alice\"", "ao.id"]),
    ("msg.Owner", &["msg.From", "msg.Target"]),
    ("msg.Tags.Sender", &["msg.From", "msg.Tags.Recipient", "msg.Sender", "\"bob\""]),
    ("msg.Tags.Recipient", &["msg.From", "msg.Recipient", "\"burn\""]),
    ("msg.Tags.Quantity", &["msg.Quantity", "msg.Tags[\"X-Quantity\"]", "\"10\"", "msg.Data"]),
    ("msg.Tags.Reference", &["msg.Tags[\"X-Reference\"]", "msg.Id", "\"1\"", "msg.Reference"]),
    ("msg.Id", &["msg.From", "msg.Tags[\"Pushed-For\"]", "Seen"]),
    ("Seen[id]", &["Seen[msg.Id]", "Seen[msg.From]", "Seen[\"once\"]", "Quarantine[id]"]),
    ("\"%d\"", &["\"%.1f\"", "\"0%d\"", "\"+%d\"", "\"%x\""]),
    ("^[1-9]%d*$", &["^%-?[1-9]%d*$", "^%d+$", "^.+$", "^[1-9]%d?$"]),
    ("tonumber(", &["tostring(", "math.tointeger(", "1 * tonumber("]),
    ("9000000000000000000", &["15", "9", "9223372036854775807"]),
    ("USDA_PROCESS_ID", &["msg.From", "\"ROGUE\"", "ao.id"]),
    ("return end", &["error(\"no\") end", "Quarantine[1] = true end"]),
    ("Action = \"Transfer\"", &["Action = \"Burn\"", "Action = \"Credit-Notice\""]),
    ("\"Credit-Notice\"", &["\"Debit-Notice\"", "\"Transfer\"", "\"Transfer-Error\""]),
    ("\"burn\"", &["\"Burn\"", "\"alice\""]),
    ("or {}", &["or setmetatable({}, { __newindex = function() end })", "and {}"]),
];

/// Lines that are put in somewhere.
const LINES: [&str; 22] = [
    "Count = (Count or 0) + 1",
    "Count = (Count or 0) + 1; if Count > 1 then return end",
    "Count = (Count or 0) + 1; if Count > 2 then error(\"too many\") end",
    "Last = msg.From",
    "if Last == msg.From then return end; Last = msg.From",
    "First = First or msg.From; if First ~= msg.From then return end",
    "if msg.From == \"bob\" then return end",
    "if msg.Tags.Sender == \"alice\" then return end",
    "pcall(function() Balances[msg.Tags.Sender] = (Balances[msg.Tags.Sender] or 0) + 1 end)",
    "pcall(function() error(\"swallowed\") end)",
    "Balances[msg.From] = Balances[msg.From] or 0",
    "Balances[msg.From] = nil",
    "TotalSupply = TotalSupply + 0.0",
    "UsdaCollateral = tostring(UsdaCollateral)",
    "UsdaCollateral = {}",
    "Send({ Target = msg.From, Action = \"Told\" })",
    "Send({ Target = USDA_PROCESS_ID, Action = \"Transfer\", Recipient = msg.From, Quantity = \"10\" })",
    "Send({ Target = USDA_PROCESS_ID, Action = \"Transfer\", Recipient = ao.id, Quantity = \"1\" })",
    "Send({ Target = ao.id, Action = \"Ping\" })",
    "Handlers.remove(\"TIM3.Transfer\")",
    "while TotalSupply > 10 do end",
    "if msg.Tags.Cast then error(\"cast\") end",
];

/// Platforms without a stranger have few worlds: of twenty contracts, one is asked of another.
const SMALL: [&str; 3] = ["reordering", "lossy", "reliable"];
const LARGE: [&str; 6] =
    ["legacynet", "legacynet-no-su-filter", "hyperbeam", "hyper-aos", "operator", "hostile"];

/// The question of this number.
pub fn question(seed: u64, number: u64, bounds: Bounds) -> Question {
    let sources = ["hardened", "hardened", "hardened", "seed-tags"];
    let variants = sources.map(|name| name.parse::<Variant>().expect("a variant"));
    let sources = variants.map(|variant| variant.lua().expect("its edits apply"));
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    let (text, edits) = contract(&sources, seed, number);
    let number = usize::try_from(number).unwrap_or(0);
    let name = match number % 20 {
        19 => LARGE[number / 20 % LARGE.len()],
        _ => SMALL[number % SMALL.len()],
    };
    let profile: Profile = name.parse().expect("a profile");
    let name = format!("random {seed}/{number}");
    Question {
        name,
        lua: Some(text),
        variant: Variant::Hardened,
        profile,
        bounds,
        most: Most::worlds(MOST),
        time: None,
        edits,
    }
}

/// The contract of this number: 1 to 3 edits of one of these sources, such that it loads. Second,
/// what was edited.
pub fn contract(sources: &[&str], seed: u64, number: u64) -> (String, Vec<String>) {
    let mut chance = Chance::new(seed, number);
    loop {
        let mut lines: Vec<String> = chance.of(sources).lines().map(str::to_owned).collect();
        let edits = 1 + chance.below(3);
        let done: Vec<String> = (0..edits).filter_map(|_| edit(&mut lines, &mut chance)).collect();
        let text = lines.join("\n") + "\n";
        if !done.is_empty() && Lua::new("random.lua", &text).is_ok() {
            return (text, done);
        }
    }
}

/// Makes one edit, and says which.
fn edit(lines: &mut Vec<String>, chance: &mut Chance) -> Option<String> {
    let is_code = |line: &&String| !line.trim().is_empty() && !line.trim().starts_with("--");
    let code: Vec<usize> = (0..lines.len()).filter(|n| is_code(&&lines[*n])).collect();
    let is_inner = |n: &usize| lines[*n].starts_with("    ");
    let inner: Vec<usize> = code.iter().copied().filter(is_inner).collect();
    let place = chance.of(&inner);
    match chance.below(10) {
        0 | 1 => {
            let gone = lines.remove(place);
            Some(format!("- {place}: {}", gone.trim()))
        }
        2 => {
            let again = lines[place].clone();
            lines.insert(place, again.clone());
            Some(format!("twice {place}: {}", again.trim()))
        }
        3 => {
            let other = place + 1;
            (other < lines.len()).then(|| lines.swap(place, other))?;
            Some(format!("swapped {place}: {}", lines[place].trim()))
        }
        4 | 5 => {
            let line = chance.of(&LINES);
            lines.insert(place, format!("    {line}"));
            Some(format!("+ {place}: {line}"))
        }
        _ => {
            let word = |(word, _): &&(&str, &[&str])| code.iter().any(|n| lines[*n].contains(word));
            let words: Vec<_> = WORDS.iter().filter(word).collect();
            let (word, others) = *chance.of(&words);
            let has_it = |n: &usize| lines[*n].contains(word);
            let places: Vec<usize> = code.iter().copied().filter(has_it).collect();
            let (place, other) = (chance.of(&places), chance.of(others));
            lines[place] = lines[place].replacen(word, other, 1);
            Some(format!("{place}: {word} becomes {other}"))
        }
    }
}
