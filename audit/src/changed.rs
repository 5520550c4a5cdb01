//! Whether an item is what its sender sent.

use crate::entry::{Entry, Post, tag};
use crate::join::Place;
use crate::schedule::{Flaw, FlawKind, flaw, short};

/// Tags that a messenger leaves away or adds.
const OF_MESSENGER: [&str; 7] = [
    "data-protocol",
    "type",
    "from-process",
    "from-module",
    "assignments",
    "pushed-for",
    "variant",
];

/// How an item differs from the entry that it comes from, if it does.
pub(crate) fn changed(post: &Post, item: &Entry, from: &Place) -> Option<Flaw> {
    let is_own = |name: &str| !OF_MESSENGER.contains(&name.to_ascii_lowercase().as_str());
    let other = |(name, value): &&(String, String)| {
        is_own(name) && item.tag(name) != tag(&post.tags, name) && item.tag(name) != Some(value)
    };
    let added = |(name, _): &&(String, String)| is_own(name) && post.tag(name).is_none();
    let what = if let Some((name, value)) = post.tags.iter().find(other) {
        let now = item.tag(name).unwrap_or("nothing");
        format!("the tag {name} was sent as {}, and is {}", short(value), short(now))
    } else if let Some((name, value)) =
        item.tags.iter().filter(|_| !item.form.is_of_node()).find(added)
    {
        format!("the tag {name}, {}, was not sent", short(value))
    } else if !item.form.is_of_node() && item.data.as_ref().is_some_and(|data| *data != post.data) {
        "the Data are others than were sent".to_owned()
    } else if post.anchor.is_some() && item.anchor.is_some() && post.anchor != item.anchor {
        "the anchor is another than was sent".to_owned()
    } else {
        return None;
    };
    let what = format!("is not what {} {} sent: {what}", from.0, from.1);
    Some(flaw(item, FlawKind::Changed, what))
}
