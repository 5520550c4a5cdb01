//! The table keeps its entries, and finds them, however it grows.

use proptest::collection::btree_set;
use proptest::prelude::*;
use search::table::{Claim, LINE, Offer, Table};

fn claim(fingerprint: u64) -> Claim {
    Claim::new(1, fingerprint.rotate_left(20))
}

/// Offers all, which must be answered so, and looks all up.
fn check(table: &Table, fingerprints: &[u64], offer: Offer) {
    for &fingerprint in fingerprints {
        assert_eq!(table.offer::<false>(fingerprint.into(), claim(fingerprint)), offer);
    }
    for &fingerprint in fingerprints {
        assert_eq!(table.claim(fingerprint.into()), Some(claim(fingerprint)));
    }
}

/// Fingerprints as they are, and in crowds at both ends, where probing goes round.
fn fingerprints() -> impl Strategy<Value = u64> {
    prop_oneof![any::<u64>(), 0..200_u64, u64::MAX - 200..=u64::MAX]
        .prop_map(|fingerprint| fingerprint.max(1))
}

proptest! {
    #[test]
    fn growing_keeps_every_entry(
        fingerprints in btree_set(fingerprints(), 1..64),
        sizes in prop::collection::vec(1_usize..40, 1..4),
    ) {
        let fingerprints: Vec<u64> = fingerprints.into_iter().collect();
        let mut slots = 22 * LINE;
        let mut table = Table::new(slots);
        check(&table, &fingerprints, Offer::New);
        for more in sizes {
            slots += LINE * more;
            table.grow(slots);
            prop_assert_eq!(table.len(), slots);
            check(&table, &fingerprints, Offer::Known);
        }
    }

    #[test]
    fn a_table_may_be_full(fingerprints in btree_set(fingerprints(), 5 * LINE)) {
        let fingerprints: Vec<u64> = fingerprints.into_iter().collect();
        let mut table = Table::new(5 * LINE);
        check(&table, &fingerprints, Offer::New);
        table.grow(6 * LINE);
        check(&table, &fingerprints, Offer::Known);
    }
}

#[test]
fn claims_rank_by_steps_then_priority_then_smaller_parent() {
    let claim =
        |depth, priority, parent: u64| Claim::new(depth, parent << 40).with_priority(priority);
    let worst_first =
        [claim(9, 255, 1), claim(8, 0, 1), claim(8, 3, 7), claim(8, 3, 6), claim(8, 4, 9)];
    assert!(worst_first.is_sorted());
    let table = Table::new(LINE);
    let offers = [(0, Offer::New), (1, Offer::Closer), (2, Offer::Known), (1, Offer::Known)];
    for (number, answer) in offers {
        assert_eq!(table.offer::<false>(5.into(), worst_first[number]), answer);
    }
    assert_eq!(table.claim(5.into()), Some(worst_first[2]));
    assert_eq!(table.claim(5.into()).map(Claim::depth), Some(8));
}
