//! Paths as arguments.

use std::path::Path;

/// The text of a path that this test made itself.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("temporary folders have names in UTF-8")
}
