//! Names on the command line and in files.

use properties::Property;

/// The property of this name.
///
/// # Errors
/// A message that lists the names there are.
pub fn property(name: &str) -> Result<Property, String> {
    properties::named(name).ok_or_else(|| {
        let names: Vec<_> = properties::ALL.iter().map(|p| p.name).collect();
        format!("no property is called `{name}`; there are: {}", names.join(", "))
    })
}
