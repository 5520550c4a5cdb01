//! Messages to try.

use crate::derived::{Derived, DerivedName, Way};
use crate::identity::Identity;
use crate::message::{BURN, Message, Outgoing, TIM3, Tags, USDA, tag};
use crate::process::{Evaluation, Process};
use crate::shared::Shared;
use crate::trick::TWO_255_MINUS_1;
use crate::usda::{Ledger, Usda};
use crate::wallet::STRANGER;
use aos::{ITS_DATA, Sent};
use ruint::aliases::U256;
use smol_str::SmolStr;

/// A message to try, as it reaches the contract.
#[derive(Clone)]
pub(super) struct Attempt {
    pub(super) way: Way,
    /// Who sends it, or pays it in, where that is not the stranger under her own address.
    sender: Option<SmolStr>,
    /// Whether a process sends it, by the messenger.
    is_pushed: bool,
    /// Of a deposit, the Quantity and those that the token forwards.
    tags: Tags,
    data: SmolStr,
    /// What was changed of it, for its name.
    words: Vec<SmolStr>,
}

impl Attempt {
    /// A message with this Action, and what most Actions need.
    pub(super) fn asking(action: &SmolStr) -> Self {
        let tags = Tags::default().with(tag::ACTION, action.clone()).with(tag::QUANTITY, "10");
        let tags = tags.with(tag::RECIPIENT, STRANGER).with(tag::REFERENCE, "1");
        Self { words: vec![action.clone()], ..Self::of(Way::Send, tags) }
    }

    /// A burn with this Action.
    pub(super) fn burning(action: &SmolStr) -> Self {
        let [burn, ..] = Self::money();
        let words = vec![action.clone(), SmolStr::new_static("to"), SmolStr::new_static(BURN)];
        Self { way: Way::Send, words, ..burn.once(tag::ACTION, action) }
    }

    /// A notice of a token, which a process sends that is none of the system's.
    pub(super) fn notice_from(process: &SmolStr, action: &SmolStr) -> Self {
        let tags = Tags::default().with(tag::ACTION, action.clone()).with(tag::SENDER, STRANGER);
        let tags = tags.with(tag::QUANTITY, "10").with(tag::RECIPIENT, STRANGER);
        let words = vec![action.clone(), process.clone()];
        let sender = Some(process.clone());
        Self { sender, is_pushed: true, words, ..Self::of(Way::Send, tags) }
    }

    /// Questions of the stranger's to USDA, which answers TIM3: what alice holds, and whether a
    /// stranger can mint (SEMANTICS A4).
    pub(super) fn questions() -> [Self; 2] {
        let ask = |action: &'static str| Tags::default().with(tag::ACTION, action);
        let balance = ask("Balance").with(tag::REPLY_TO, TIM3).with(tag::RECIPIENT, "alice");
        let mint = ask("Mint").with(tag::REPLY_TO, TIM3);
        [(balance, &["Balance", "alice"][..]), (mint, &["Mint"])].map(|(question, words)| {
            let words = words.iter().copied().map(SmolStr::new_static).collect();
            Self { words, ..Self::of(Way::Ask, question) }
        })
    }

    /// Transfers of the stranger's at USDA that name her next release: a deposit, and of too much
    /// and of one unit, where the answer goes to TIM3 (SEMANTICS A4).
    pub(super) fn reflected() -> [Self; 3] {
        let release = released("send");
        let name = SmolStr::new_static(tag::X_REFERENCE);
        let [.., deposit] = Self::money();
        let deposit = deposit.with(&name, &release.as_str().into());
        let [error, notice] =
            [(TWO_255_MINUS_1, "too-much"), ("1", "one")].map(|(quantity, word)| {
                let tags =
                    Tags::default().with(tag::ACTION, "Transfer").with(tag::RECIPIENT, "bob");
                let tags = tags.with(tag::QUANTITY, quantity).with(tag::REPLY_TO, TIM3);
                let tags = tags.with(tag::X_REFERENCE, release.as_str());
                let words = ["Transfer", "reflected", word].map(SmolStr::new_static);
                Self { words: words.into(), ..Self::of(Way::Ask, tags) }
            });
        [error, notice, deposit]
    }

    /// What USDA tells of a release: that it was paid, or not.
    pub(super) fn outcomes() -> [Self; 2] {
        let release = Identity::signed(STRANGER, "burn", 9).caused(0, 0);
        let (name, release) = (SmolStr::new_static(tag::X_REFERENCE), release.as_str().into());
        ["Debit-Notice", "Transfer-Error"].map(|action| {
            let of_usda = Self::notice_from(&USDA.into(), &action.into());
            of_usda.with_unnamed(&name, &release)
        })
    }

    /// What honest users send to move money.
    pub(super) fn money() -> [Self; 3] {
        let transfer = |recipient| {
            let tags = Tags::default().with(tag::ACTION, "Transfer");
            tags.with(tag::RECIPIENT, recipient).with(tag::QUANTITY, "10")
        };
        [
            Self::of(Way::Burn, transfer(BURN)),
            Self::of(Way::Pay, transfer("alice")),
            Self::of(Way::Deposit, Tags::default().with(tag::QUANTITY, "10")),
        ]
    }

    fn of(way: Way, tags: Tags) -> Self {
        Self {
            way,
            sender: None,
            is_pushed: false,
            tags,
            data: SmolStr::default(),
            words: Vec::new(),
        }
    }

    /// The same with one more tag, as far as its name says so.
    pub(super) fn with(&self, name: &SmolStr, value: &SmolStr) -> Self {
        let words = [&self.words[..], &[shown(name), value.clone()]].concat();
        Self { words, ..self.with_unnamed(name, value) }
    }

    /// The same with one more tag, under the same name; or with this as its [Data](ITS_DATA).
    pub(super) fn with_unnamed(&self, name: &SmolStr, value: &SmolStr) -> Self {
        if name == ITS_DATA {
            return Self { data: value.clone(), ..self.clone() };
        }
        let tags = self.tags.clone().and([(name.clone(), value.clone())]);
        Self { tags, ..self.clone() }
    }

    /// The same from somebody else.
    pub(super) fn from(&self, sender: &SmolStr) -> Self {
        let words = [&self.words[..], &[SmolStr::new_static("from"), sender.clone()]].concat();
        Self { sender: Some(sender.clone()), words, ..self.clone() }
    }

    /// The same from the stranger, under her own address.
    pub(super) fn of_stranger(&self) -> Self {
        Self { sender: None, ..self.clone() }
    }

    /// The same as a message of a process, under a Reference that aos counts.
    pub(super) fn pushed(&self) -> Self {
        let tags = self.tags.iter().filter(|(name, _)| *name != tag::REFERENCE);
        Self { is_pushed: true, tags: tags.collect(), ..self.clone() }
    }

    /// The same as a message of a wallet.
    pub(super) fn of_wallet(&self) -> Self {
        Self { is_pushed: false, ..self.clone() }
    }

    /// Whether it is a message of a process.
    pub(super) fn is_pushed(&self) -> bool {
        self.is_pushed
    }

    /// The same to somebody else.
    pub(super) fn to(&self, recipient: &SmolStr) -> Self {
        let tags = self.tags.iter().map(|(name, value)| match name {
            tag::RECIPIENT => (name, recipient.as_str()),
            _ => (name, value),
        });
        let words = [&self.words[..], &[SmolStr::new_static("to"), recipient.clone()]].concat();
        Self { tags: tags.collect(), words, ..self.clone() }
    }

    /// The names of its tags but the Action.
    pub(super) fn names(&self) -> Vec<SmolStr> {
        let names = self.tags.iter().map(|(name, _)| SmolStr::from(name));
        names.filter(|name| name != tag::ACTION).collect()
    }

    /// The names of its tags but those that most Actions need.
    pub(super) fn parameters(&self) -> Vec<SmolStr> {
        let usual = [tag::ACTION, tag::QUANTITY, tag::RECIPIENT, tag::REFERENCE];
        let names = self.tags.iter().map(|(name, _)| name);
        names.filter(|name| !usual.contains(name)).map(SmolStr::from).collect()
    }

    /// The value of this tag of it, or nothing.
    pub(super) fn value(&self, name: &str) -> SmolStr {
        self.tags.first(name).unwrap_or_default().into()
    }

    /// The same with this value of a tag that it has.
    pub(super) fn once(&self, name: &str, value: &str) -> Self {
        let tags = self.tags.iter().map(|(own, old)| (own, if own == name { value } else { old }));
        Self { tags: tags.collect(), ..self.clone() }
    }

    /// The same with this value of a tag, which it may have.
    pub(super) fn put(&self, name: &SmolStr, value: &SmolStr) -> Self {
        match self.tags.first(name) {
            Some(_) => self.once(name, value),
            None => self.with_unnamed(name, value),
        }
    }

    /// The same, as its name says.
    pub(super) fn put_named(&self, name: &SmolStr, value: &str) -> Self {
        let value = SmolStr::from(value);
        let words = [&self.words[..], &[shown(name), value.clone()]].concat();
        Self { words, ..self.put(name, &value) }
    }

    /// The same with this value of a tag that it has, or without it, as its name says.
    pub(super) fn changed(&self, name: &str, value: Option<&str>) -> Self {
        let of = |own: &str, old: &str| {
            if own == name { value.map(SmolStr::from) } else { Some(SmolStr::from(old)) }
        };
        let tags = self.tags.iter();
        let tags =
            tags.filter_map(|(own, old)| Some((SmolStr::from(own), of(own, old)?))).collect();
        let how = match value {
            Some(value) => [name, value],
            None => ["without", name],
        };
        let words = [&self.words[..], &how.map(SmolStr::from)].concat();
        Self { tags, words, ..self.clone() }
    }

    /// The same with the first of these values of a tag that it has, and the last behind all tags.
    pub(super) fn twice(&self, name: &str, [first, last]: [&str; 2]) -> Self {
        let mut changed = self.once(name, first);
        changed.tags = changed.tags.and([(name.into(), last.into())]);
        changed.words.extend([name, first, "and", last].map(SmolStr::from));
        changed
    }

    /// Whether the other is the same message.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let all = |one: &Self| {
            (one.way, one.sender.clone(), one.is_pushed, one.tags.clone(), one.data.clone())
        };
        all(self) == all(other)
    }

    /// Whether it could carry a tag of this name.
    pub(super) fn takes(&self, name: &str) -> bool {
        let is_forwarded = name.len() > 2 && name.starts_with("X-");
        if name == ITS_DATA {
            return self.way != Way::Deposit && self.data.is_empty();
        }
        let is_of_usda = matches!(self.way, Way::Deposit | Way::Ask);
        self.tags.first(name).is_none() && (!is_of_usda || is_forwarded)
    }

    /// What was changed of it.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(SmolStr::as_str)
    }

    /// Whether somebody sends it under another address.
    pub(super) fn has_sender(&self) -> bool {
        self.sender.is_some()
    }

    /// What reaches the contract.
    pub(super) fn message(&self) -> Message {
        let sender = self.sender.as_deref().unwrap_or(STRANGER);
        if self.way == Way::Deposit {
            let more = self.tags.iter();
            let more = more.map(|(name, value)| (SmolStr::from(name), SmolStr::from(value)));
            let cause = tried(sender);
            return pushed(USDA, &cause, 1, credit_of(sender).and(more), self.data.clone());
        }
        if self.way == Way::Ask {
            return answer_of_usda(self.tags.clone());
        }
        let identity = Identity::signed(STRANGER, "send", 1);
        if self.is_pushed {
            let message = pushed(sender, &identity, 0, self.tags.clone(), self.data.clone());
            return message.under_a_chosen_reference();
        }
        let message = Message::signed(sender, identity, TIM3, self.tags.clone());
        Message { data: self.data.clone(), ..message }
    }

    /// The Reference of the notice of a deposit that is tried, and the item that it is pushed for.
    pub(super) fn names_tried() -> [SmolStr; 2] {
        let tried = tried(STRANGER);
        [tried.caused(0, 1), tried].map(|name| SmolStr::new(name.as_str()))
    }

    /// The same of the [`notice`](Self::awaited) of alice's first deposit.
    pub(super) fn names_awaited() -> [SmolStr; 2] {
        [awaited().caused(0, 1), awaited()].map(|name| SmolStr::new(name.as_str()))
    }

    /// The notice of alice's first deposit. Its Id is a digest, which nobody knows before.
    pub(super) fn awaited() -> Message {
        let tags = credit_of("alice").with(tag::QUANTITY, "10");
        let notice = pushed(USDA, &awaited(), 1, tags, SmolStr::default());
        Message { id: SmolStr::new_static("a-digest-that-nobody-knows-before"), ..notice }
    }

    /// A message that TIM3 sends itself because of one that was tried.
    pub(super) fn echo(sent: &Sent, entry: usize) -> Message {
        let text = |bytes: &[u8]| SmolStr::from(String::from_utf8_lossy(bytes));
        let tags = sent.tags.iter();
        let tags = tags.filter_map(|(name, value)| Some((text(name), text(value.text()?))));
        let cause = Identity::signed(STRANGER, "send", 1);
        pushed(TIM3, &cause, entry, tags.collect(), text(&sent.data))
    }

    /// What the contract sent, as another process sends it back.
    pub(super) fn relayed(by: &SmolStr, sent: &Sent) -> Self {
        let Message { tags, data, .. } = Self::echo(sent, 0);
        let tags = tags.iter().filter(|(name, _)| *name != tag::REFERENCE).collect();
        let sender = Some(by.clone());
        Self { sender, is_pushed: true, data, ..Self::of(Way::Send, tags) }
    }

    /// What the stranger can send so that this reaches the contract.
    pub(super) fn derived(&self, taken: &[DerivedName]) -> Derived {
        let words: Vec<&str> = self.words.iter().map(SmolStr::as_str).collect();
        // In a search, the stranger's burn has another name.
        let [tried, own] = ["send", "burn"].map(released);
        let value = |text| if text == tried.as_str() { own.as_str() } else { text };
        let tags = self.tags.iter().map(|(name, text)| (name, value(text)));
        let of_deposit = [(tag::ACTION, "Transfer"), (tag::RECIPIENT, TIM3)];
        let (target, tags) = match self.way {
            Way::Deposit => (USDA, of_deposit.into_iter().chain(tags).collect()),
            Way::Ask => (USDA, tags.collect()),
            Way::Send | Way::Burn | Way::Pay => (TIM3, tags.collect()),
        };
        Derived {
            name: DerivedName::new(self.way, &words, taken),
            sender: self.sender.clone(),
            is_pushed: self.is_pushed,
            target: target.into(),
            tags,
            data: self.data.clone(),
        }
    }
}

/// The first thing that TIM3 sends because of this message of the stranger's: of a burn, the
/// release.
fn released(purpose: &str) -> Identity {
    Identity::signed(STRANGER, purpose, 1).caused(0, 0)
}

/// What names of messages call a tag.
fn shown(name: &SmolStr) -> SmolStr {
    if name == ITS_DATA { SmolStr::new_static("Data") } else { name.clone() }
}

/// What USDA answers to this question of the stranger's, where alice holds what a deposit brings.
fn answer_of_usda(question: Tags) -> Message {
    let usda = Process::new(USDA, Usda::default(), Evaluation::Atomic);
    let ledger = Ledger::new(["alice", STRANGER].map(|name| (name.into(), U256::from(10_u8))));
    let question = Message::signed(STRANGER, Identity::signed(STRANGER, "ask", 1), USDA, question);
    let answered = usda.evaluate(&ledger, &question, 0);
    let is_to_tim3 = |sent: &&Shared<Message>| sent.target == TIM3;
    let answer =
        answered.sent.iter().find(is_to_tim3).expect("each question has its answer sent to TIM3");
    Message::clone(answer)
}

/// A deposit that no search makes.
fn tried(sender: &str) -> Identity {
    Identity::signed(sender, "deposit", 9)
}

fn awaited() -> Identity {
    Identity::signed("alice", "deposit", 1)
}

/// What the notice of a deposit says, except for its Quantity.
fn credit_of(sender: &str) -> Tags {
    Tags::default().with(tag::ACTION, "Credit-Notice").with(tag::SENDER, sender)
}

fn pushed(from: &str, cause: &Identity, entry: usize, tags: Tags, data: SmolStr) -> Message {
    let sent = Outgoing { target: TIM3.into(), tags, data };
    Message::pushed(from, cause, (0, entry), sent)
}
