//! Whether an evaluation has the result that was recorded.

use crate::entry::{Entry, Outcome, Post};
use crate::schedule::short;
use aos::{Outcome as Ended, Sent, TagValue};
use page::replay::Done;
use serde_json::Value;

/// Where an evaluation differs from what was recorded of it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Difference {
    /// What the handlers of the page do.
    pub expected: String,
    /// What was recorded.
    pub recorded: String,
}

impl Post {
    /// What a handler sent.
    pub fn of(sent: &Sent) -> Self {
        let mut post = Self {
            target: sent.target.as_deref().map(text),
            data: text(&sent.data),
            ..Self::default()
        };
        for (name, value) in &sent.tags {
            match value {
                TagValue::Text(value) => post.tags.push((text(name), text(value))),
                TagValue::Other(kind, _) => {
                    post.others.push((text(name), Value::String(kind.clone())));
                }
            }
        }
        post
    }

    /// In words: `Credit-Notice to bob (Quantity 10)`.
    pub fn told(&self) -> String {
        let tags = self
            .tags
            .iter()
            .filter(|(name, _)| is_own(name) && !name.eq_ignore_ascii_case("Action"));
        let mut tags: Vec<_> =
            tags.map(|(name, value)| format!("{name} {}", short(value))).collect();
        tags.sort();
        let to = self.target.as_deref().unwrap_or("nobody");
        let tags = if tags.is_empty() { String::new() } else { format!(" ({})", tags.join(", ")) };
        format!("{} to {to}{tags}", self.action())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Tags that the platform adds.
const OF_PLATFORM: [&str; 9] = [
    "data-protocol",
    "variant",
    "type",
    "reference",
    "ref_",
    "from-process",
    "from-module",
    "pushed-for",
    "assignments",
];

fn is_own(name: &str) -> bool {
    !OF_PLATFORM.contains(&name.to_ascii_lowercase().as_str())
}

/// A message that was sent, as it compares with another: the order of its tags means nothing.
type Normal = (Option<String>, Vec<(String, String)>, String);

fn normal(post: &Post, has_data: bool) -> Normal {
    let own = post.tags.iter().filter(|(name, _)| is_own(name));
    let own = own.map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let others =
        post.others.iter().map(|(name, _)| (name.to_ascii_lowercase(), "no text".to_owned()));
    let mut tags: Vec<_> = own.chain(others).collect();
    tags.sort();
    let data = if has_data { post.data.clone() } else { String::new() };
    (post.target.clone().filter(|target| !target.is_empty()), tags, data)
}

/// Compares an evaluation of the page's own Lua with what was recorded. `None` as `done` is a
/// message that the process does not trust.
pub fn compare(recorded: &Outcome, done: Option<&Done>) -> Option<Difference> {
    let sent: Vec<_> = done.iter().flat_map(|done| &done.sent).map(Post::of).collect();
    let threw = match done.map(|done| &done.outcome) {
        Some(Ended::Threw(text)) => Some(text.clone()),
        Some(Ended::Met(limit, _)) => Some(limit.to_string()),
        _ => None,
    };
    match (&threw, &recorded.error) {
        (Some(_), Some(_)) => return None,
        (Some(threw), None) => {
            let recorded = "no error".to_owned();
            return Some(Difference { expected: format!("it throws: {}", short(threw)), recorded });
        }
        (None, Some(error)) => {
            let expected = format!("no error, and {}", all(&sent));
            return Some(Difference { expected, recorded: format!("an error: {}", short(error)) });
        }
        (None, None) => {}
    }
    let normal = |posts: &[Post]| {
        let mut all: Vec<_> = posts.iter().map(|post| normal(post, recorded.is_whole)).collect();
        // A node does not keep the order of every outbox.
        if !recorded.is_whole {
            all.sort();
        }
        all
    };
    (normal(&sent) != normal(&recorded.posts)).then(|| differing(&sent, &recorded.posts))
}

/// The same of a token that is built in: only its Transfers, and of these only the notices.
pub fn compare_ledger(
    entry: &Entry,
    recorded: &Outcome,
    done: Option<&Done>,
) -> Option<Difference> {
    if !is_transfer(entry) {
        return None;
    }
    let sent: Vec<_> = done.iter().flat_map(|done| &done.sent).map(Post::of).collect();
    let own = notices(&sent);
    let theirs = if recorded.error.is_some() { Vec::new() } else { notices(&recorded.posts) };
    let all = |posts: &[&Post]| posts.iter().map(|post| of_notice(post)).collect::<Vec<_>>();
    let (mut one, mut other) = (all(&own), all(&theirs));
    one.sort();
    other.sort();
    let owned = |posts: Vec<&Post>| posts.into_iter().cloned().collect::<Vec<_>>();
    (one != other).then(|| differing(&owned(own), &owned(theirs)))
}

/// Whether a message is a Transfer whose notices can be compared: one with Cast has none.
pub fn is_transfer(entry: &Entry) -> bool {
    entry.action() == "Transfer" && entry.tag("Cast").is_none()
}

/// The notices of an outbox.
pub fn notices(posts: &[Post]) -> Vec<&Post> {
    let is_notice = |post: &&Post| ["Credit-Notice", "Debit-Notice"].contains(&post.action());
    posts.iter().filter(is_notice).collect()
}

fn of_notice(post: &Post) -> (Option<String>, Vec<(String, String)>) {
    let is_of_reply = |name: &str| ["x-reference", "x-origin"].contains(&name);
    let says = |name: &String| {
        ["action", "sender", "recipient", "quantity"].contains(&name.as_str())
            || name.starts_with("x-") && !is_of_reply(name)
    };
    let (target, mut tags, _) = normal(post, false);
    tags.retain(|(name, _)| says(name));
    (target, tags)
}

fn all(posts: &[Post]) -> String {
    if posts.is_empty() {
        return "it sends nothing".to_owned();
    }
    let posts: Vec<_> = posts.iter().map(Post::told).collect();
    format!("it sends {}", posts.join("; "))
}

fn differing(sent: &[Post], recorded: &[Post]) -> Difference {
    let (mut expected, mut found) = (all(sent), all(recorded));
    if expected == found {
        expected += ", with other Data or in another order";
        found += ", as recorded";
    }
    Difference { expected, recorded: found }
}
