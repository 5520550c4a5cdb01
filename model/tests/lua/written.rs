//! Messages that no search sends: spellings, missing, empty and doubled tags, other bodies.

use model::message::{Outgoing, ROGUE, Tags};
use model::{Copy, Identity, Message, TIM3, USDA};

/// Messages one after the other, each with how often it was evaluated before.
pub struct Case {
    /// Whether the process was used before.
    pub is_used: bool,
    pub messages: Vec<(Message, u8)>,
}

/// Bodies of Credit-Notices of a token that writes JSON, or tries to.
const BODIES: &[&str] = &[
    r#"{"Sender":"alice","Quantity":"10"}"#,
    r#" { "Quantity" : "0x10", "Sender" : "alice" } "#,
    r#"{"Sender":"alice","Quantity":10}"#,
    r#"{"Sender":"alice","Quantity":1e2}"#,
    r#"{"Sender":"alice","Quantity":-2.5}"#,
    r#"{"Sender":"alice","Quantity":"1","Quantity":"2"}"#,
    r#"{"Sender":"alice"}"#,
    r#"{"Sender":"alice","Quantity":null}"#,
    r#"{"Sender":"alice","Quantity":[]}"#,
    r#"{"Quantity":"10"}"#,
    "{}",
    "[]",
    "7",
    "true",
    "null",
    r#""text""#,
    "",
    "{",
    "{} {}",
    "You received 10 from alice",
];

/// Quantities in the spellings that were tried on AO (SEMANTICS A4, B.5).
const QUANTITIES: &[&str] = &[
    "",
    "0",
    "-0",
    "-10",
    "+10",
    "10",
    "0010",
    " 10 ",
    "\t10\n",
    "1.5",
    "10.0",
    "1e1",
    "0x10",
    "0x1p4",
    "0b1010",
    "1_0",
    "1,0",
    "inf",
    "nan",
    "1e309",
    "10\0",
    "٣",
    "9000000000000000000",
    "8999999999999999980",
    "8999999999999999981",
    "9223372036854775807",
    "9223372036854775808",
];

type Pairs = &'static [(&'static str, &'static str)];

/// Tags behind the Reference that a process writes.
const TAGS: &[Pairs] = &[
    &[("Action", "Credit-Notice"), ("Quantity", "10")],
    &[("Action", "Credit-Notice"), ("Sender", ""), ("Quantity", "10")],
    &[("Action", "Credit-Notice"), ("Sender", TIM3), ("Quantity", "10")],
    &[("Action", "Credit-Notice"), ("Sender", "alice")],
    &[("Action", "Credit-Notice"), ("Sender", "alice"), ("Sender", "bob"), ("Quantity", "10")],
    &[("Action", "Credit-Notice"), ("Sender", "alice"), ("Quantity", "1"), ("Quantity", "2")],
    &[("Action", "Credit-Notice"), ("Action", "Transfer"), ("Sender", "alice"), ("Quantity", "10")],
    &[("Action", "Credit-Notice"), ("Sender", "alice"), ("Quantity", "10"), ("X-Quantity", "99")],
    &[("Action", "Credit-Notice"), ("Sender", "alice"), ("Quantity", "10"), ("X-Quantity", "")],
    &[("Action", "Credit-Notice"), ("Sender", "alice"), ("Quantity", "10"), ("Id", "chosen")],
    &[
        ("Action", "Credit-Notice"),
        ("Sender", "alice"),
        ("Quantity", "10"),
        ("Reference", "chosen"),
    ],
    &[("action", "Credit-Notice"), ("Sender", "alice"), ("Quantity", "10")],
    &[("Action", "credit-notice"), ("Sender", "alice"), ("Quantity", "10")],
    &[("Action", "Transfer"), ("Quantity", "10")],
    &[("Action", "Transfer"), ("Recipient", ""), ("Quantity", "10")],
    &[("Action", "Transfer"), ("Recipient", "burn")],
    &[("Action", "Transfer"), ("Recipient", "bob")],
    &[("Action", "Transfer"), ("Recipient", "BURN"), ("Quantity", "10")],
    &[("Action", "Transfer"), ("Recipient", "ROGUE"), ("Quantity", "10")],
    &[("Action", "Transfer"), ("Recipient", TIM3), ("Quantity", "10")],
    &[("Action", "Transfer"), ("Recipient", "bob"), ("Quantity", "10"), ("Cast", "true")],
    &[("Action", "Transfer"), ("Recipient", "bob"), ("Quantity", "10"), ("Cast", "")],
    &[("Action", "Transfer"), ("Recipient", "bob"), ("Recipient", "burn"), ("Quantity", "10")],
    &[("Action", "Transfer"), ("Recipient", "burn"), ("Recipient", "bob"), ("Quantity", "10")],
    &[
        ("Action", "Transfer"),
        ("Recipient", "bob"),
        ("Quantity", "10"),
        ("X-Note", "1"),
        ("x-note", "2"),
    ],
    &[
        ("Action", "Transfer"),
        ("Recipient", "bob"),
        ("Quantity", "10"),
        ("X-Note", "1"),
        ("X-Note", "2"),
    ],
    &[("Action", "Transfer"), ("Recipient", "burn"), ("Quantity", "10"), ("X-Reference", "7")],
    &[("Action", "Transfer-Error"), ("X-Reference", "7")],
    &[("Action", "Transfer-Error")],
    &[("Action", "Debit-Notice"), ("Recipient", "bob"), ("Quantity", "10")],
    &[("Quantity", "10")],
    &[],
];

/// Every list of tags in a fresh process and in a used one, and twice more after that; every
/// spelling and body in a used one.
pub fn cases() -> Vec<Case> {
    let listed = TAGS.iter().map(|tags| tags.iter().copied().collect::<Tags>());
    let repeated = listed.flat_map(|tags| sent(&tags)).flat_map(|message| repeated(&message));
    let spelt = spelt().flat_map(|tags| pushed(&tags));
    let once = spelt.chain(BODIES.iter().map(|body| notice(body)));
    repeated.chain(once.map(|message| case(true, [(message, 0)]))).collect()
}

fn spelt() -> impl Iterator<Item = Tags> {
    let roles = [
        ("Credit-Notice", "Sender", "alice"),
        ("Transfer", "Recipient", "burn"),
        ("Transfer", "Recipient", "bob"),
    ];
    QUANTITIES.iter().flat_map(move |quantity| {
        roles.map(|(action, role, party)| {
            [("Action", action), (role, party), ("Quantity", quantity)].into_iter().collect()
        })
    })
}

/// The same tags from everybody, and once addressed elsewhere.
fn sent(tags: &Tags) -> Vec<Message> {
    let [usda, rogue] = pushed(tags);
    let wallet = Message::signed(ROGUE, Identity::named("written"), TIM3, tags.clone());
    let elsewhere = Message { target: "mallory-2".into(), ..usda.clone() };
    let without_reference = Message { tags: tags.clone(), ..usda.clone() };
    vec![usda, rogue, wallet, elsewhere, without_reference]
}

/// The same tags from USDA and from a process of the stranger.
fn pushed(tags: &Tags) -> [Message; 2] {
    let sent = Outgoing { target: TIM3.into(), tags: tags.clone(), data: "".into() };
    let cause = Identity::named("written");
    [USDA, ROGUE].map(|process| Message::pushed(process, &cause, (0, 0), sent.clone()))
}

fn notice(body: &str) -> Message {
    let tags = [("Action", "Credit-Notice")].into_iter().collect();
    let sent = Outgoing { target: TIM3.into(), tags, data: body.into() };
    Message::pushed(USDA, &Identity::named("written"), (0, 0), sent)
}

fn repeated(message: &Message) -> [Case; 2] {
    let first = (message.clone(), 0);
    let copies = [(message.copy(Copy::Assignment, 1), 1), (message.copy(Copy::RePush, 2), 2)];
    let [second, third] = copies;
    [case(false, [first.clone()]), case(true, [first, second, third])]
}

fn case(is_used: bool, messages: impl IntoIterator<Item = (Message, u8)>) -> Case {
    Case { is_used, messages: messages.into_iter().collect() }
}
