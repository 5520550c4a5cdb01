//! For XML and HTML: elements and attributes in quotes.

use super::{Format, Visible};
use std::borrow::Cow;

/// XML, whose escapes HTML shares. The characters that XML does not know (XML 1.0,
/// section 2.2) are not visible, so that they are escapes before they come here.
#[derive(Clone, Copy, Debug)]
pub struct Xml;

impl Format for Xml {
    fn escape(text: &Visible) -> Cow<'_, str> {
        let text = text.as_str();
        if !text.contains(['&', '<', '>', '"', '\'']) {
            return text.into();
        }
        let mut escaped = String::with_capacity(text.len() + 16);
        for c in text.chars() {
            match c {
                '&' => escaped += "&amp;",
                '<' => escaped += "&lt;",
                '>' => escaped += "&gt;",
                '"' => escaped += "&quot;",
                '\'' => escaped += "&#39;",
                c => escaped.push(c),
            }
        }
        escaped.into()
    }
}
