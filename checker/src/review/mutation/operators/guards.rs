//! Checks.

use crate::review::mutation::edit::Edit;
use crate::review::mutation::source::Source;
use crate::review::mutation::statements::{Purpose, places};

/// Each check taken out.
pub fn removed(source: &Source<'_>) -> Vec<Edit> {
    places(source, Purpose::Guard).map(Edit::without).collect()
}
