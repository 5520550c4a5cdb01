//! Items as wallets, tokens and owners send them, and as nobody should.

use crate::corpus::Corpus;
use crate::hostile::SNIPPETS;
use crate::random::Random;
use aos::Item;

const NAMES: [&str; 24] = [
    "Action",
    "Action",
    "Action",
    "Quantity",
    "Quantity",
    "Recipient",
    "Sender",
    "Reference",
    "X-Reference",
    "Reply-To",
    "X-Origin",
    "Id",
    "Timestamp",
    "Content-Type",
    "From",
    "Tags",
    "action",
    "x-foo_bar",
    "reply",
    "Block-Height",
    "Nonce",
    "",
    "Data",
    "__index",
];
const ACTIONS: [&str; 14] = [
    "Transfer",
    "Credit-Notice",
    "Debit-Notice",
    "Balance",
    "Balances",
    "Info",
    "Burn",
    "Mint",
    "Eval",
    "Transfer-Error",
    "Total-Supply",
    "Redeem",
    "Pause",
    "",
];
const VALUES: [&str; 30] = [
    "0",
    "1",
    "10",
    "-1",
    "1.5",
    "1e309",
    "0x10",
    "nan",
    "inf",
    "+10",
    "0010",
    "",
    " 7 ",
    "9223372036854775807",
    "9223372036854775808",
    "burn",
    "alice",
    "bob",
    "USDA",
    "TIM3",
    "application/json",
    "%",
    "%s*(.-)%s*$",
    "[",
    "true",
    "nil",
    "_",
    "115792089237316195423570985008687907853269984665640564039457584007913129639946",
    "{\"Action\":\"Transfer\"}",
    "[1,null,{}]",
];
const SENDERS: [&str; 6] = ["alice", "bob", "USDA", "TIM3", "owner", ""];

fn value(corpus: &Corpus, random: &mut Random) -> Vec<u8> {
    match random.below(16) {
        0 => (0..random.below(12)).map(|_| random.next().to_le_bytes()[0]).collect(),
        1 => vec![b'9'; random.below(400)],
        2 => random.of(&corpus.words).clone().into_bytes(),
        3 if random.once_in(8) => vec![b"a0 (["[random.below(5)]; random.below(300_000)],
        4 | 5 => random.of(&ACTIONS).as_bytes().to_vec(),
        _ => random.of(&VALUES).as_bytes().to_vec(),
    }
}

fn tag(corpus: &Corpus, random: &mut Random) -> (Vec<u8>, Vec<u8>) {
    let name = match random.below(20) {
        0 => value(corpus, random),
        _ => random.of(&NAMES).as_bytes().to_vec(),
    };
    let value = match (&*name, random.below(4)) {
        (b"Action", 1..) => random.of(&ACTIONS).as_bytes().to_vec(),
        _ => value(corpus, random),
    };
    (name, value)
}

/// An item; one in eight is an Eval by the owner.
pub fn item(corpus: &Corpus, random: &mut Random) -> Item {
    let from = random.of(&SENDERS).as_bytes().to_vec();
    let mut item = Item {
        id: random.below(50).to_string().into_bytes(),
        owner: if random.once_in(3) { b"MU".to_vec() } else { from.clone() },
        from,
        target: b"TIM3".to_vec(),
        data: value(corpus, random),
        tags: (0..random.below(7)).map(|_| tag(corpus, random)).collect(),
        timestamp: i64::from_le_bytes(random.next().to_le_bytes()) >> random.below(64),
        block_height: 7,
    };
    if random.once_in(8) {
        item.from = b"owner".to_vec();
        item.tags = vec![(b"Action".to_vec(), b"Eval".to_vec())];
        item.data = random.of(&SNIPPETS).as_bytes().to_vec();
    }
    item
}
