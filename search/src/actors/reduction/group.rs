//! Permutations of actors, and groups of them.

use std::collections::{BTreeMap, BTreeSet};

use stateright::actor::Id;

/// The most permutations of a group: the table of their products has the square of it.
const MOST: usize = 5040;

/// A way to swap actors: the one numbered `i` takes the place of the one numbered `of(i)`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permutation(Vec<usize>);

impl Permutation {
    /// The permutation that takes `i` to `images[i]`.
    ///
    /// # Errors
    /// If `images` does not name every actor once.
    pub fn new(images: Vec<usize>) -> Result<Self, String> {
        let named: BTreeSet<usize> = images.iter().copied().collect();
        if named.len() == images.len() && named.iter().copied().eq(0..images.len()) {
            Ok(Self(images))
        } else {
            Err(format!("{images:?} does not name each of 0..{} once", images.len()))
        }
    }

    /// Where an actor goes; numbers beyond the actors stay as they are.
    #[inline]
    pub fn of(&self, actor: usize) -> usize {
        self.0.get(actor).copied().unwrap_or(actor)
    }

    /// The same for an id.
    pub fn id(&self, id: Id) -> Id {
        Id::from(self.of(usize::from(id)))
    }

    /// A list with an entry for each of the first few actors, in the order after the swap.
    ///
    /// # Panics
    /// If an actor with an entry goes to where there is none.
    pub fn places<T: Clone>(&self, list: &[T]) -> Vec<T> {
        let mut moved = list.to_vec();
        for (actor, entry) in list.iter().enumerate() {
            moved[self.of(actor)].clone_from(entry);
        }
        moved
    }

    /// First `first`, then this one.
    fn after(&self, first: &Self) -> Self {
        Self(first.0.iter().map(|actor| self.of(*actor)).collect())
    }
}

/// A group of permutations: closed under composition, the identity first.
#[derive(Clone, Debug)]
pub struct Group {
    permutations: Vec<Permutation>,
    /// At `second * order + first` the one that does both.
    products: Vec<u16>,
    inverses: Vec<u16>,
    /// Generators: every member is a product of these.
    generators: Vec<usize>,
}

impl Group {
    /// The group with these members, in any order.
    ///
    /// # Errors
    /// If they are not a group of permutations of the same actors, or if they are more than
    /// 5,040.
    pub fn new(permutations: impl IntoIterator<Item = Permutation>) -> Result<Self, String> {
        let unique: BTreeSet<Permutation> = permutations.into_iter().collect();
        let permutations: Vec<Permutation> = unique.into_iter().collect();
        let order = permutations.len();
        if order > MOST {
            return Err(format!("{order} permutations; at most {MOST} can be tried on each state"));
        }
        // In the order of lists the identity comes first.
        let Some(first) = permutations.first().filter(|one| one.0.is_sorted()) else {
            return Err("a group contains the identity".to_owned());
        };
        if permutations.iter().any(|one| one.0.len() != first.0.len()) {
            return Err("a group permutes one set of actors".to_owned());
        }
        let numbers: BTreeMap<&Permutation, u16> = permutations.iter().zip(0..).collect();
        let mut products = Vec::with_capacity(order * order);
        let mut inverses = vec![0; order];
        for second in &permutations {
            for first in &permutations {
                let product = numbers.get(&second.after(first)).ok_or_else(|| {
                    format!("{first:?} and then {second:?} is not in the group itself")
                })?;
                if *product == 0 {
                    inverses[usize::from(numbers[first])] = numbers[second];
                }
                products.push(*product);
            }
        }
        let mut group = Self { permutations, products, inverses, generators: Vec::new() };
        group.generators = group.find_generators();
        Ok(group)
    }

    /// All ways to swap the actors of each set among themselves (the scalarsets of Ip and
    /// Dill, "Better verification through symmetry", 1996), out of `actors` in all.
    ///
    /// # Errors
    /// If a set names an actor that is not there or that was named before, or if there are
    /// more than 5,040 ways.
    pub fn interchangeable(actors: usize, sets: &[&[usize]]) -> Result<Self, String> {
        let mut named = BTreeSet::new();
        for actor in sets.iter().copied().flatten() {
            if *actor >= actors {
                return Err(format!("there is no actor {actor} among {actors}"));
            }
            if !named.insert(actor) {
                return Err(format!("actor {actor} is named twice"));
            }
        }
        let mut all = vec![(0..actors).collect::<Vec<usize>>()];
        for set in sets {
            // Each place of the set in turn swaps with itself and with each later one.
            for (at, place) in set.iter().enumerate() {
                let swap = |images: &Vec<usize>| {
                    let images = images.clone();
                    set[at..].iter().map(move |other| {
                        let mut swapped = images.clone();
                        swapped.swap(*place, *other);
                        swapped
                    })
                };
                all = all.iter().flat_map(swap).collect();
                if all.len() > MOST {
                    return Err(format!("more than {MOST} permutations to try on each state"));
                }
            }
        }
        Self::new(all.into_iter().map(Permutation))
    }

    /// Takes each member that is not yet a product of those taken before.
    fn find_generators(&self) -> Vec<usize> {
        let mut generators = Vec::new();
        let mut known = BTreeSet::from([0]);
        for member in 0..self.order() {
            if known.contains(&member) {
                continue;
            }
            generators.push(member);
            let mut rest: Vec<usize> = known.iter().copied().collect();
            while let Some(one) = rest.pop() {
                let products = generators.iter().map(|then| self.product(*then, one));
                rest.extend(products.filter(|product| known.insert(*product)));
            }
        }
        generators
    }

    /// How many permutations there are.
    pub fn order(&self) -> usize {
        self.permutations.len()
    }

    /// How many actors they permute.
    pub fn actors(&self) -> usize {
        self.permutations[0].0.len()
    }

    /// The permutations; a number below is an index into them, zero that of the identity.
    pub fn permutations(&self) -> &[Permutation] {
        &self.permutations
    }

    /// The number of "first `first`, then `second`".
    #[inline]
    pub(crate) fn product(&self, second: usize, first: usize) -> usize {
        usize::from(self.products[second * self.order() + first])
    }

    /// Numbers of generators: every member is a product of these.
    pub(crate) fn generators(&self) -> &[usize] {
        &self.generators
    }

    /// The number of the one that undoes another.
    pub(crate) fn inverse(&self, of: usize) -> usize {
        usize::from(self.inverses[of])
    }
}

#[cfg(test)]
mod tests {
    use super::{Group, Permutation};

    fn permutation(images: &[usize]) -> Permutation {
        Permutation::new(images.to_vec()).unwrap()
    }

    #[test]
    fn interchangeable_actors_have_all_permutations_of_each_set() {
        for (sets, order) in [
            (&[][..], 1),
            (&[&[1, 3][..]][..], 2),
            (&[&[0, 1, 2][..], &[3, 4][..]][..], 12),
            (&[&[4, 3, 2, 1, 0][..]][..], 120),
        ] {
            let group = Group::interchangeable(5, sets).unwrap();
            assert_eq!((group.order(), group.actors()), (order, 5));
            assert!(1 << group.generators().len() <= order);
            for one in 0..order {
                assert_eq!(group.product(group.inverse(one), one), 0);
                assert_eq!(group.product(one, 0), one);
            }
        }
    }

    #[test]
    fn products_are_compositions() {
        let group = Group::interchangeable(4, &[&[0, 1, 2]]).unwrap();
        for (second, then) in group.permutations().iter().enumerate() {
            for (first, before) in group.permutations().iter().enumerate() {
                let both = &group.permutations()[group.product(second, first)];
                assert!((0..4).all(|actor| both.of(actor) == then.of(before.of(actor))));
            }
        }
    }

    #[test]
    fn what_is_no_group_is_refused() {
        assert!(Group::new([]).is_err());
        assert!(Group::new([permutation(&[1, 0])]).is_err());
        let three = [permutation(&[0, 1, 2]), permutation(&[1, 2, 0])];
        assert!(Group::new(three).is_err());
        let two = [permutation(&[0, 1]), permutation(&[0, 1, 2])];
        assert!(Group::new(two).is_err());
        assert!(Permutation::new(vec![0, 0]).is_err());
        assert!(Permutation::new(vec![1, 2]).is_err());
        assert!(Group::interchangeable(3, &[&[0, 3]]).is_err());
        assert!(Group::interchangeable(3, &[&[0, 1], &[1, 2]]).is_err());
        assert!(Group::interchangeable(8, &[&[0, 1, 2, 3, 4, 5, 6, 7]]).is_err());
    }

    #[test]
    fn entries_move_with_their_actors() {
        let turn = permutation(&[1, 2, 0, 3]);
        assert_eq!(turn.places(&["a", "b", "c"]), ["c", "a", "b"]);
        assert_eq!(turn.of(7), 7);
    }
}
