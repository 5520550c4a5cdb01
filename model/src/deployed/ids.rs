//! Ids as they are on AO: 43 characters that say nothing. The model calls everybody by name, and
//! so do its reports; contracts see only ids.
//!
//! A message names somebody in its sender, in a tag that is a name and nothing else, and in Data
//! between quotation marks. What a contract sends or throws may name them anywhere. Ids of
//! messages stay the names that the model gives them, and so do References, unless the contract
//! takes them for [numbers](super::references).

use super::references::Numbers;
use crate::derived::KNOWN;
use crate::message::{BURN, Message, TIM3, USDA, tag};
use crate::renaming::Renaming;
use crate::wallet::USERS;
use aos::{
    Digest, Evaluation, ID_LENGTH, Item, Outcome, Program, References, Sent, Settings, TagValue,
    Value,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use smol_str::SmolStr;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a contract's file says where the id of the USDA process belongs.
pub const USDA_PLACEHOLDER: &str = "@USDA@";

/// A process of somebody's, who holds what it was sent.
pub(super) const PROCESS: &str = "process-of-somebody";

/// The ids of people and processes, by name.
///
/// Where a file has such a name as a text in its code, it means that: then there is no other id.
#[derive(Clone, Debug)]
pub struct Ids {
    names: Vec<(&'static str, SmolStr)>,
    /// Where References are numbers.
    numbers: Option<Arc<Numbers>>,
}

/// The id of USDA on AO (SEMANTICS, at the beginning): a file that names it is checked as it is.
const USDA_ID: &str = "FBt9A5GA_KXMMSxA2DJ0xZbAq8sLLU2ak-YJe9zDvg8";

/// The id that stands for a name of the model: as base64url writes 32 bytes.
pub fn made(name: &str) -> SmolStr {
    if name == USDA {
        return SmolStr::new_static(USDA_ID);
    }
    URL_SAFE_NO_PAD.encode(Digest::of(name.as_bytes()).bytes()).into()
}

/// The same source with the placeholder where the id of USDA stands in its place.
fn unsettled(source: &str) -> String {
    source.replace(&*made(USDA), USDA_PLACEHOLDER)
}

/// What the model calls the text that is a name of somebody's.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

impl Ids {
    /// For a process that runs these sources, one after the other.
    pub fn of(sources: &[&str]) -> Self {
        Self::with_tags(sources, &BTreeMap::new())
    }

    /// The same for one that was spawned with these tags.
    pub(super) fn with_tags(sources: &[&str], tags: &BTreeMap<String, Option<String>>) -> Self {
        let mut values = tags.values().flatten();
        let is_tagged = values.any(|value| unsettled(value).contains(USDA_PLACEHOLDER));
        let sources = sources.iter().map(|source| unsettled(source));
        let texts = |source: String| {
            let mut texts = texts(&source);
            // It is said where the id belongs, so that the word means something else.
            if is_tagged || source.contains(USDA_PLACEHOLDER) {
                texts.remove(USDA.as_bytes());
            }
            // Nobody knows the id of a process before it is there.
            texts.remove(TIM3.as_bytes());
            texts
        };
        let texts: BTreeSet<_> = sources.flat_map(texts).collect();
        let names = KNOWN.into_iter().chain(USERS).chain([PROCESS]);
        let names = names.filter(|name| *name != BURN && !texts.contains(name.as_bytes()));
        Self { names: names.map(|name| (name, made(name))).collect(), numbers: None }
    }

    /// The same, with References that are numbers.
    pub(super) fn numbered(self) -> Self {
        Self { numbers: Some(Arc::default()), ..self }
    }

    /// Whether References are numbers.
    pub fn are_numbered(&self) -> bool {
        self.numbers.is_some()
    }

    /// How the entries of an outbox are numbered whose identities begin with this.
    pub(super) fn references<'a>(&self, prefix: &'a str) -> References<'a> {
        let cause = prefix.strip_suffix('/').unwrap_or(prefix);
        let before = self.numbers.as_ref().and_then(|numbers| numbers.before(cause));
        before.map_or(References::Named(prefix), References::After)
    }

    /// A source with the id of USDA where it belongs.
    pub(super) fn settle(&self, source: &str) -> String {
        unsettled(source).replace(USDA_PLACEHOLDER, self.of_name(USDA))
    }

    /// The id of this name; any other text is its own.
    pub fn of_name<'a>(&'a self, name: &'a str) -> &'a str {
        self.names.iter().find(|(known, _)| *known == name).map_or(name, |(_, id)| id)
    }

    /// The value of a tag: a name between quotation marks is no name but that text.
    fn of_value<'a>(&'a self, value: &'a str) -> &'a str {
        let text = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let text = text.filter(|text| self.of_name(text) != *text);
        text.unwrap_or_else(|| self.of_name(value))
    }

    /// The value of a tag of this name, in which a Reference may be a number.
    fn of_tag<'a>(&'a self, name: &str, value: &'a str) -> Cow<'a, str> {
        let is_reference =
            [tag::REFERENCE, tag::X_REFERENCE].iter().any(|known| name.eq_ignore_ascii_case(known));
        let numbers = self.numbers.as_ref().filter(|_| is_reference);
        match numbers.and_then(|numbers| numbers.of(value)) {
            Some(number) => Cow::Owned(number.into()),
            None => Cow::Borrowed(self.of_value(value)),
        }
    }

    fn of_data(&self, data: &str) -> String {
        let ids = self.names.iter();
        ids.fold(self.of_name(data).to_owned(), |data, (name, id)| {
            data.replace(&quoted(name), &quoted(id))
        })
    }

    /// A message as the process receives it.
    pub fn item(&self, message: &Message) -> Item {
        let bytes = |text: &str| text.as_bytes().to_vec();
        let id = |name: &str| bytes(self.of_name(name));
        let pushed_for = Some(("Pushed-For", message.pushed_for.as_str()));
        let pushed_for = pushed_for.filter(|(_, text)| !text.is_empty());
        let tags = message.tags.iter().chain(pushed_for);
        let tag = |(name, value)| (bytes(name), bytes(&self.of_tag(name, value)));
        Item {
            id: bytes(&message.id),
            from: id(&message.from),
            owner: id(&message.owner),
            target: id(&message.target),
            data: bytes(&self.of_data(&message.data)),
            tags: tags.map(tag).collect(),
            timestamp: message.time(),
            block_height: message.height(),
        }
    }

    /// The same evaluation with everybody called by name, except for its state.
    pub fn named(&self, evaluation: Evaluation) -> Evaluation {
        let outcome = match evaluation.outcome {
            Outcome::Done => Outcome::Done,
            Outcome::Threw(text) => Outcome::Threw(self.named_text(&text)),
            Outcome::Met(limit, text) => Outcome::Met(limit, self.named_text(&text)),
            Outcome::Cut(text) => Outcome::Cut(text),
        };
        let sent = evaluation.sent.iter().map(|sent| self.named_sent(sent)).collect();
        let printed = evaluation.printed.iter().map(|text| self.named_text(text)).collect();
        Evaluation { outcome, sent, printed, ..evaluation }
    }

    /// What is sent, with everybody called by name.
    pub(super) fn named_sent(&self, Sent { target, data, tags }: &Sent) -> Sent {
        let value = |value: &TagValue| match value {
            TagValue::Text(text) => TagValue::Text(self.named_tag(text)),
            TagValue::Other(kind, text) => TagValue::Other(kind.clone(), self.named_bytes(text)),
        };
        let tag = |(name, own): &(Vec<u8>, TagValue)| (self.named_bytes(name), value(own));
        Sent {
            target: target.as_deref().map(|target| self.named_bytes(target)),
            data: self.named_bytes(data),
            tags: tags.iter().map(tag).collect(),
        }
    }

    /// The value of a tag, with everybody called by name, and messages whose number it is.
    fn named_tag(&self, text: &[u8]) -> Vec<u8> {
        let number = self.numbers.as_ref().zip(str::from_utf8(text).ok());
        let identity = number.and_then(|(numbers, text)| numbers.identity_of(text));
        identity.map_or_else(|| self.named_bytes(text), |identity| identity.as_bytes().to_vec())
    }

    /// The same value, if it is a text, with everybody called by name.
    pub(super) fn named_value(&self, value: &Value) -> Value {
        match value {
            Value::Text(text) => Value::Text(self.named_bytes(text)),
            other => other.clone(),
        }
    }

    /// The text with everybody called by name.
    pub fn named_text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.named_bytes(text.as_bytes())).into_owned()
    }

    /// What an exchange of names exchanges in a state.
    pub(super) fn exchanged<'a>(&'a self, names: &'a Renaming) -> Vec<(&'a str, &'a str)> {
        let ids = names.pairs().map(|(from, to)| (self.of_name(from), self.of_name(to)));
        let has_id = |name: &str| name.len() == ID_LENGTH;
        let ids = ids.filter(|(from, to)| has_id(from) && has_id(to));
        names.pairs().chain(ids).collect()
    }

    /// Whose id this is; any other text is its own.
    fn name_of<'a>(&'a self, text: &'a [u8]) -> &'a [u8] {
        let known = self.names.iter().find(|(_, id)| id.as_bytes() == text);
        known.map_or(text, |(name, _)| name.as_bytes())
    }

    fn named_bytes(&self, text: &[u8]) -> Vec<u8> {
        if let Some((name, _)) = self.names.iter().find(|(name, _)| name.as_bytes() == text) {
            // Nobody is called that in the contract's world.
            return quoted(name).into_bytes();
        }
        let mut replaced = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some((first, behind)) = rest.split_first() {
            let Some(id) = rest.get(..ID_LENGTH) else {
                replaced.extend_from_slice(rest);
                break;
            };
            let name = self.name_of(id);
            if name.len() < ID_LENGTH {
                replaced.extend_from_slice(name);
                rest = &rest[ID_LENGTH..];
            } else {
                replaced.push(*first);
                rest = behind;
            }
        }
        replaced
    }
}

/// The texts in the code of a source; none of one that is refused, as it takes too long to compile.
fn texts(source: &str) -> BTreeSet<Vec<u8>> {
    if aos::too_much(source.as_bytes()).is_some() {
        return BTreeSet::new();
    }
    let settings = Settings {
        process: String::new(),
        owner: String::new(),
        authorities: Vec::new(),
        tags: BTreeMap::new(),
        build: aos::Build::Late,
        limits: aos::Limits::default(),
    };
    Program::new("", source, settings).constants()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Identity;
    use crate::message::Tags;

    #[test]
    fn ids_look_like_real_ones() {
        let Ids { names: ids, .. } = Ids::of(&[]);
        let all: BTreeSet<_> = ids.iter().map(|(_, id)| id).collect();
        assert_eq!(all.len(), ids.len(), "they differ");
        for (name, id) in &ids {
            let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            assert!(id.len() == ID_LENGTH && id.chars().all(fits), "{name}: {id}");
            let has = |is: fn(&char) -> bool| id.chars().any(|c| is(&c));
            assert!(has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase), "{name}: {id}");
        }
        // Who thinks that they are letters and digits is wrong.
        let has = |c: char| USERS[..2].iter().any(|user| made(user).contains(c));
        assert!(has('-') || has('_'), "{:?}", USERS.map(made));
    }

    #[test]
    fn a_contract_sees_ids_and_is_told_of_by_name() {
        let ids = Ids::of(&["local USDA = '@USDA@'"]);
        let tags = Tags::default().with("Recipient", "bob").with("Note", "to bob");
        let identity = Identity::signed("alice", "send", 1);
        let message = Message::signed("alice", identity, TIM3, tags);
        let of_data = |data: &str| ids.item(&Message { data: data.into(), ..message.clone() }).data;
        assert_eq!(of_data("\"bob\""), quoted(&made("bob")).as_bytes(), "a text of JSON");
        let item = ids.item(&Message { data: "{\"Sender\":\"bob\"}".into(), ..message });
        assert_eq!(item.from, made("alice").as_bytes());
        assert_eq!(item.target, made(TIM3).as_bytes());
        assert_eq!(item.tags[0].1, made("bob").as_bytes());
        assert_eq!(item.tags[1].1, b"to bob");
        assert_eq!(item.data, format!("{{\"Sender\":\"{}\"}}", made("bob")).as_bytes());
        let text = format!("no {} for {}-1, alice", made("bob"), made("mallory"));
        assert_eq!(ids.named_text(&text), "no bob for mallory-1, alice");
        let swap = [("alice", "bob"), ("bob", "alice")].map(|(a, b)| (a.into(), b.into()));
        let swap = Renaming::new(swap);
        let wanted = [made("alice"), made("bob")];
        let exchanged: Vec<_> = ids.exchanged(&swap);
        assert!(exchanged.contains(&(&*wanted[0], &*wanted[1])), "{exchanged:?}");
        assert!(exchanged.contains(&("bob", "alice")) && exchanged.len() == 4, "{exchanged:?}");
    }

    #[test]
    fn who_is_called_by_name_is_somebody_else() {
        let ids = Ids::of(&[]);
        assert_eq!(ids.named_text("alice"), "\"alice\"");
        assert_eq!(ids.named_text(&made("alice")), "alice");
        let named = Ids::of(&["X = 'alice'"]);
        assert_eq!(named.named_text("alice"), "alice", "it has no other id");
    }

    #[test]
    fn names_in_the_code_of_a_file_are_what_they_are() {
        let ids = Ids::of(&["if x == 'alice' then y = 'USDA' z = 'TIM3' end"]);
        assert_eq!(["alice", USDA, BURN].map(|name| ids.of_name(name)), ["alice", USDA, BURN]);
        assert_ne!(ids.of_name("bob"), "bob");
        assert_ne!(ids.of_name(TIM3), TIM3);
        let ids = Ids::of(&["Ticker = 'USDA' Id = '@USDA@'"]);
        let settled = ids.settle("Ticker = 'USDA' Id = '@USDA@'");
        assert_eq!(settled, format!("Ticker = 'USDA' Id = '{}'", made(USDA)));
        // A kept file has the settled source: it has the same ids.
        assert_eq!(Ids::of(&[&settled]).names, ids.names);
        assert_eq!(ids.settle(&settled), settled);
        let both = Ids::of(&["Id = '@USDA@'", "Id = 'USDA'"]);
        assert_eq!(both.settle("Id = '@USDA@'"), "Id = 'USDA'");
    }
}
