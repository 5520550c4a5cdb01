//! Handlers as a whole.

use crate::review::mutation::edit::Edit;
use crate::review::mutation::source::Source;
use crate::review::mutation::statements::{Purpose, Statement, places};

/// Each handler taken out.
pub fn removed(source: &Source<'_>) -> Vec<Edit> {
    places(source, Purpose::Handler).map(Edit::without).collect()
}

/// Each handler without what it does.
pub fn emptied(source: &Source<'_>) -> Vec<Edit> {
    let bodies = source.blocks.iter().flatten().filter_map(|one| one.handled_by(source));
    bodies.filter(|body| !body.is_empty()).map(Edit::without).collect()
}

/// Each handler before the one that it stands after.
pub fn swapped(source: &Source<'_>) -> Vec<Edit> {
    let pair = |pair: &[Statement]| {
        let [one, other] = pair else { return None };
        let are = [one, other].iter().all(|it| it.purpose(source) == Purpose::Handler);
        are.then(|| Edit::swapped(one.range.clone(), other.range.clone()))
    };
    source.blocks.iter().flat_map(|block| block.windows(2).filter_map(pair)).collect()
}
