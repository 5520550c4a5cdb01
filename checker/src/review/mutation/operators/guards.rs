//! Checks.

use crate::review::mutation::edit::Edit;
use crate::review::mutation::source::Source;
use crate::review::mutation::statements::{Purpose, statements};

/// Each check taken out.
pub fn removed(source: &Source<'_>) -> Vec<Edit> {
    let all = source.blocks.iter().flat_map(|block| statements(source, block));
    let guards = all.filter(|statement| statement.purpose == Purpose::Guard);
    guards.map(|guard| Edit::without(guard.range)).collect()
}
