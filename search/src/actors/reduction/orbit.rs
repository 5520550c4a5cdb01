//! The images of one thing under a group, checked to be the group's doing.

use super::group::Group;

/// The distinct images of `first`, each with its own images by number of permutation.
///
/// # Errors
/// With the number of a permutation at which `image` is seen not to be an action of the
/// group: the identity moves something, or one permutation after another does not do what
/// their product does. `touched` then has everything that `image` answered.
pub fn orbit<T: Copy + PartialEq, E: From<Broken>>(
    group: &Group,
    first: T,
    touched: &mut Vec<T>,
    mut image: impl FnMut(usize, T) -> Result<T, E>,
) -> Result<Vec<(T, Vec<T>)>, E> {
    let mut image = |permutation, of| {
        let image = image(permutation, of)?;
        touched.push(image);
        Ok::<T, E>(image)
    };
    let all = 0..group.order();
    let images = all.clone().map(|one| image(one, first)).collect::<Result<Vec<T>, E>>()?;
    if images[0] != first {
        return Err(Broken(0).into());
    }
    let mut rows: Vec<(T, Vec<T>)> = Vec::new();
    for one in all.clone() {
        let row: Vec<T> = all.clone().map(|then| images[group.product(then, one)]).collect();
        if let Some((_, known)) = rows.iter().find(|(member, _)| *member == images[one]) {
            if *known != row {
                return Err(Broken(one).into());
            }
            continue;
        }
        // That the others do follows, as they are products of these.
        for then in group.generators().iter().copied() {
            if image(then, images[one])? != row[then] {
                return Err(Broken(then).into());
            }
        }
        rows.push((images[one], row));
    }
    Ok(rows)
}

/// The number of a permutation that does not act as a member of its group.
pub struct Broken(pub usize);
