//! Contents made in order to be taken for others: a million pairs for each kind of key.

use aos::{Digest, Part, Secret, order_of};
use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, Hasher};

const PAIRS: u64 = 1_000_000;

/// Constants that are public in the hash that digests stand in for.
const PUBLIC: [u64; 4] =
    [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344, 0xa409_3822_299f_31d0, 0xc0ac_29b7_c97c_50dd];

/// Two contents that differ in their first bytes alone; behind these, a word so often that the
/// products of a hash that has it as a constant are zero.
fn pair(number: u64) -> [Vec<u8>; 2] {
    let word = PUBLIC[3].to_le_bytes();
    let shift = usize::try_from(number % 8).expect("small");
    [number, number ^ 1 << (number % 61)].map(|first| {
        let mut content = first.to_le_bytes().to_vec();
        content.extend([b'-'; 8].iter().take(shift));
        content.extend(word.repeat(24));
        content
    })
}

/// Whether all of them are different, of at least as many as there are pairs.
fn are_distinct<T: Eq + Hash>(all: impl Iterator<Item = T>) -> bool {
    let (mut known, mut count) = (HashSet::new(), 0);
    let is_new = all.inspect(|_| count += 1).all(|one| known.insert(one));
    is_new && count >= PAIRS
}

#[test]
fn no_pair_shares_a_digest_though_many_share_a_public_hash() {
    let public = foldhash::quality::FixedState::with_seed(0x5117);
    let mut forged = 0;
    for number in 0..PAIRS {
        let [one, other] = pair(number);
        assert_ne!(Digest::of(&one), Digest::of(&other), "pair {number}");
        if number < 1000 {
            forged += u32::from(public.hash_one(&one[..]) == public.hash_one(&other[..]));
        }
    }
    assert!(forged > 100, "the pairs are harmless: {forged}");
}

#[test]
fn no_two_values_share_a_digest_because_their_parts_do_together() {
    let texts = ["", "a", "b", "ab", "\u{0}", "a\u{0}", "\u{0}b"];
    let of = |number: u64| {
        let digit =
            |place: u32| texts[usize::try_from(number / 7_u64.pow(place) % 7).expect("small")];
        let list = vec![digit(0), digit(1)];
        (
            list,
            digit(2).to_owned(),
            vec![digit(3).as_bytes(), digit(4).as_bytes()],
            digit(5),
            number / 7_u64.pow(6),
        )
    };
    assert!(are_distinct((0..PAIRS).map(|number| Digest::of_value(&of(number)))));
    // A list that is longer, a part that moves to the next.
    assert_ne!(Digest::of_value(&("ab", "c")), Digest::of_value(&("a", "bc")));
    assert_ne!(Digest::of_value(&vec![0_u8]), Digest::of_value(&vec![0_u8, 0]));
    assert_ne!(Digest::of_value(&(Some(0), None::<u8>)), Digest::of_value(&(None::<u8>, Some(0))));
}

/// A digest of these bytes, as nobody could find a content for.
fn digest(first: u64, last: u64) -> Digest {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&first.to_le_bytes());
    bytes[24..].copy_from_slice(&last.to_le_bytes());
    Digest::from_bytes(&bytes).expect("32 bytes")
}

#[test]
fn no_two_values_share_a_number_of_a_secret() {
    let secret = Secret::random();
    for number in 0..PAIRS {
        let [one, other] = pair(number).map(|value| secret.number_of(&value, 0));
        assert_ne!(one, other, "pair {number}");
    }
    assert_ne!(secret.number_of("value", 0), secret.number_of("value", 1), "by purpose");
    assert_ne!(secret.number_of("value", 0), Secret::random().number_of("value", 0));
}

#[test]
fn no_two_contents_share_a_number_of_a_secret() {
    let (one, other) = (Secret::random(), Secret::random());
    // They share what can be seen of them, and differ in a few bits elsewhere.
    let alike = (0..PAIRS).map(|number| one.number(&digest(PUBLIC[0], number), 1));
    assert!(are_distinct(alike));
    let content = digest(1, 2);
    assert_ne!(one.number(&content, 1), other.number(&content, 1), "a secret is known");
    assert_ne!(one.number(&content, 1), one.number(&content, 2));
    assert_eq!(one.number(&content, 1), one.clone().number(&content, 1));
    assert_eq!(format!("{one:?}"), "Secret", "it is told");
}

/// A part that knows its own digest, and has a quick number that says nothing.
struct Nested(u64);

impl Hash for Nested {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        Digest::hash_part(hasher, self);
    }
}

impl Part for Nested {
    fn quick(&self) -> u64 {
        7
    }

    fn number(&self) -> u64 {
        self.0
    }

    fn order(&self) -> u64 {
        7
    }

    fn digest(&self) -> Digest {
        Digest::of_value(&self.0)
    }
}

#[test]
fn parts_count_by_their_digests_however_they_are_nested() {
    assert_ne!(Digest::of_value(&Nested(1)), Digest::of_value(&Nested(2)));
    assert_ne!(
        Digest::of_value(&(Nested(1), Nested(2))),
        Digest::of_value(&(Nested(2), Nested(1)))
    );
    assert_eq!(
        Digest::of_value(&[Nested(1), Nested(2)]),
        Digest::of_value(&[Nested(1), Nested(2)])
    );
    let secret = Secret::random();
    assert_ne!(secret.number_of(&Nested(1), 0), secret.number_of(&Nested(2), 0));
    assert_eq!(order_of(&Nested(1)), order_of(&Nested(2)), "an order says nothing");
    let table = foldhash::fast::RandomState::default();
    assert_eq!(
        table.hash_one(Nested(1)),
        table.hash_one(Nested(2)),
        "tables have the quick number"
    );
}
