//! Which users are alike: exchanging them maps runs to runs.

use crate::contract::Contract;
use crate::fault::Fault;
use crate::message::Address;
use crate::renaming::Renaming;
use crate::swap::Swap;
use crate::trick::Trick;
use crate::wallet::Wallet;

impl<C: Contract> Swap<C> {
    /// All exchanges of honest users under which the swap is the same: a group, the identity
    /// first. Users whom the stranger's tricks name stay where they are, and whoever pays a
    /// friend must still pay the friend.
    ///
    /// Handlers are taken to treat all names alike.
    pub fn symmetries(&self) -> Vec<Renaming> {
        let users: Vec<&Wallet> =
            self.wallets.iter().filter(|w| self.may_be_exchanged(w)).collect();
        let orders = permutations(users.len()).into_iter();
        let renaming = |order: Vec<usize>| {
            let to = order.iter().map(|place| users[*place].address.clone());
            Renaming::new(users.iter().map(|user| user.address.clone()).zip(to))
        };
        orders.map(renaming).filter(|names| self.is_kept_by(names)).collect()
    }

    fn may_be_exchanged(&self, wallet: &Wallet) -> bool {
        let named = self.budget(Fault::Trick) > 0 && Trick::NAMED.contains(&&*wallet.address);
        !wallet.is_stranger() && !named
    }

    /// Whether everybody's counterpart may do the same, to the counterparts of the same.
    fn is_kept_by(&self, names: &Renaming) -> bool {
        let of = |address: &Address| self.wallets.iter().find(|wallet| wallet.address == *address);
        self.wallets.iter().all(|wallet| {
            let same = Wallet {
                address: names.text(&wallet.address),
                friend: names.text(&wallet.friend),
                ..wallet.clone()
            };
            of(&same.address).is_some_and(|image| {
                let pays = wallet.transfers > 0;
                *image == Wallet { friend: image.friend.clone(), ..same.clone() }
                    && (!pays || image.friend == same.friend)
            })
        })
    }
}

/// All orders of the first `n` numbers, the natural one first.
fn permutations(n: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for _ in 0..n {
        let longer = |order: Vec<usize>| {
            let free: Vec<usize> = (0..n).filter(|next| !order.contains(next)).collect();
            free.into_iter().map(move |next| order.iter().copied().chain([next]).collect())
        };
        all = all.into_iter().flat_map(longer).collect();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bounds, Profile, Variant};

    fn order(profile: &str, users: u8, transfers: u8) -> usize {
        let bounds = Bounds { users, transfers, ..Bounds::default() };
        let profile: Profile = profile.parse().expect("a profile");
        Swap::new(Variant::Hardened, Variant::Hardened.usda(), profile, bounds).symmetries().len()
    }

    #[test]
    fn tricks_name_nobody_but_those_who_stay_where_they_are() {
        use crate::renaming::Rename;
        use crate::wallet::{STRANGER, USERS};
        let others: Vec<_> =
            USERS.into_iter().filter(|user| !Trick::NAMED.contains(user)).collect();
        let turned = others.iter().cycle().skip(1);
        let names = others.iter().zip(turned).map(|(from, to)| ((*from).into(), (*to).into()));
        let names = Renaming::new(names);
        for trick in Trick::ALL {
            let message = trick.message(STRANGER, 1);
            assert_eq!(message.renamed(&names), message, "{}", trick.name());
        }
    }

    #[test]
    fn idle_users_are_interchangeable_and_a_ring_can_only_be_turned() {
        assert_eq!(order("lossy", 3, 0), 6);
        assert_eq!(order("lossy", 4, 0), 24);
        assert_eq!(order("lossy", 3, 1), 3);
        assert_eq!(order("lossy", 2, 1), 2);
        assert_eq!(order("lossy", 1, 1), 1);
    }

    #[test]
    fn whom_the_stranger_names_or_who_pays_her_cannot_be_exchanged() {
        assert_eq!(order("hostile", 4, 0), 1);
        assert_eq!(order("hostile", 5, 0), 2);
        assert_eq!(order("hostile", 5, 1), 1);
    }
}
