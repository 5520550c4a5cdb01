//! The table under every interleaving of two threads:
//! `RUSTFLAGS="--cfg loom" cargo test -p search --test loom --release`
#![cfg(loom)]

use loom::sync::Arc;
use loom::thread;
use search::table::{Claim, LINE, Offer, Table};

/// Offers by two threads, and what each was answered.
fn race(first: Vec<(u64, Claim)>, second: Vec<(u64, Claim)>) -> (Arc<Table>, Vec<Offer>) {
    let table = Arc::new(Table::new(LINE));
    let other = {
        let table = Arc::clone(&table);
        thread::spawn(move || offer_all(&table, second))
    };
    let mut answers = offer_all(&table, first);
    answers.extend(other.join().unwrap());
    (table, answers)
}

fn offer_all(table: &Table, offers: Vec<(u64, Claim)>) -> Vec<Offer> {
    let offers = offers.into_iter();
    offers.map(|(fingerprint, claim)| table.offer::<true>(fingerprint.into(), claim)).collect()
}

fn count(answers: &[Offer], answer: Offer) -> usize {
    answers.iter().filter(|one| **one == answer).count()
}

#[test]
fn a_state_offered_twice_is_new_once_with_the_smaller_parent() {
    loom::model(|| {
        let (small, large) = (Claim::new(3, 1 << 40), Claim::new(3, 2 << 40));
        let (table, answers) = race(vec![(7, large)], vec![(7, small)]);
        assert_eq!(count(&answers, Offer::New), 1);
        assert_eq!(count(&answers, Offer::Known), 1);
        assert_eq!(table.claim(7.into()), Some(small));
    });
}

#[test]
fn a_state_is_queued_once_for_each_depth_where_it_is_nearest() {
    loom::model(|| {
        let (near, far) = (Claim::new(2, 9 << 40), Claim::new(5, 1 << 40));
        let (table, answers) = race(vec![(7, far)], vec![(7, near)]);
        assert_eq!(count(&answers, Offer::New), 1);
        // Far first: near is closer. Near first: far is known.
        assert_eq!(count(&answers, Offer::Closer) + count(&answers, Offer::Known), 1);
        assert_eq!(table.claim(7.into()), Some(near));
    });
}

#[test]
fn states_that_probe_the_same_slots_do_not_displace_each_other() {
    loom::model(|| {
        let claim = |parent: u64| Claim::new(1, parent << 40);
        let (table, answers) =
            race(vec![(7, claim(1)), (8, claim(2))], vec![(8, claim(1)), (7, claim(2))]);
        assert_eq!(count(&answers, Offer::New), 2);
        assert_eq!(table.claim(7.into()), Some(claim(1)));
        assert_eq!(table.claim(8.into()), Some(claim(1)));
        assert_eq!(table.claim(9.into()), None);
    });
}
