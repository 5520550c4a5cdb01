//! Texts that try to be more than a text, in any format.

use proptest::prelude::*;
use proptest::sample::select;

/// What means something to a terminal, the log of a machine, or one of the formats.
const PARTS: [&str; 62] = [
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\0",
    "\x1b[31m",
    "\x1b]0;title\x07",
    "\x1b[2J",
    "\x08",
    "\x7f",
    "\u{85}",
    "\u{9b}31m",
    "\u{202e}",
    "\u{2066}",
    "\u{2069}",
    "\u{200e}",
    "\u{200f}",
    "\u{61c}",
    "\u{200b}",
    "\u{200d}",
    "\u{feff}",
    "\u{ad}",
    "\u{a0}",
    "\u{2028}",
    "\u{2029}",
    "\u{e0041}",
    "\u{e000}",
    "\u{378}",
    "\u{fffe}",
    "\u{ffff}",
    "\u{301}",
    "\u{fe0f}",
    "\u{3164}",
    "\u{10ffff}",
    "::error file=a::b",
    "::stop-commands::x",
    "##[error]",
    "##vso[task.complete]",
    "%0A",
    "<b>",
    "</script>",
    "<!--",
    "-->",
    "]]>",
    "&amp;",
    "\"",
    "'",
    "|",
    "`",
    "```\n",
    "~~~",
    "[a](javascript:b)",
    "![a](b)",
    "@all",
    "#1",
    "http://a.example",
    "{0}",
    "{{",
    "\\",
    "\\n",
    "end",
    ";",
];

/// A text made of such parts, letters, and whatever else there is.
pub fn hostile() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        6 => select(&PARTS[..]).prop_map(str::to_owned),
        2 => "[a-z ]{1,6}",
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

/// Undoes the escapes of a visible text.
pub fn undone(visible: &str) -> String {
    let mut text = String::new();
    let mut rest = visible.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        let digits = match rest.next().expect("an escape") {
            'n' => "a".to_owned(),
            'r' => "d".to_owned(),
            't' => "9".to_owned(),
            '\\' => "5c".to_owned(),
            'x' => rest.by_ref().take(2).collect(),
            'u' => rest.by_ref().skip(1).take_while(|c| *c != '}').collect(),
            other => panic!("`\\{other}` is no escape"),
        };
        let code = u32::from_str_radix(&digits, 16).expect("a number");
        text.push(char::from_u32(code).expect("a character"));
    }
    text
}

/// What [`harm`] finds in most texts.
pub const NO_LINES: [&str; 0] = [];

/// The lines of a text that have something in it that is not seen, or are a command.
pub fn harm(text: &str) -> Vec<String> {
    let is_command = |line: &str| {
        line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso[")
    };
    let is_seen = |c: char| c == ' ' || !(c.is_control() || c.is_whitespace() || is_hidden(c));
    let lines = text.split('\n').filter(|line| is_command(line) || !line.chars().all(is_seen));
    lines.map(|line| line.chars().take(2000).collect()).collect()
}

/// Some that are not seen, by their numbers alone: another list than that of the code.
fn is_hidden(c: char) -> bool {
    matches!(u32::from(c),
        0xad | 0x61c | 0x115f | 0x1160 | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164
        | 0xe000..=0xf8ff | 0xfe00..=0xfe0f | 0xfeff | 0xffa0 | 0xfff9..=0xfffb | 0xfffe | 0xffff
        | 0xe0000..=0xe01ef | 0xf_0000..)
}
