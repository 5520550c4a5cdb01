//! Fate of every entry of every outbox: processes joined by their logs.

use crate::changed::changed;
use crate::entry::{Entry, Kind, Post};
use crate::files::Log;
use crate::schedule::{Flaw, FlawKind, Schedule, flaw};
use std::collections::{BTreeMap, BTreeSet};

/// The outboxes of all processes, by process and slot.
pub type Outboxes = BTreeMap<(String, u64), Vec<Post>>;

/// A place in a log: the process, and the slot.
pub type Place = (String, u64);

/// Fate of an entry of an outbox that a process of the log was to get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fate {
    /// The evaluation that sent it.
    pub from: Place,
    /// Its place in the outbox, from 1.
    pub index: usize,
    /// The entry.
    pub post: Post,
    /// Who was to get it.
    pub to: String,
    /// Where it arrived, first arrival first.
    pub arrivals: Vec<Arrival>,
    /// What can be said of it.
    pub verdict: Verdict,
    /// Why that is so, or why nothing more can be said.
    pub why: String,
}

/// What can be said of an entry of an outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It arrived once.
    Delivered,
    /// It arrived more than once.
    DeliveredAgain,
    /// It did not arrive: it is lost, or still on its way.
    NeverArrived,
    /// The log does not say.
    CannotTell,
}

/// One arrival of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Its slot in the log of the receiver.
    pub slot: u64,
    /// How it came, if it was not the first.
    pub again: Option<Again>,
    /// Whether it is known to be that: of several equal ones nobody can tell which came first.
    pub is_certain: bool,
}

/// How a message comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Again {
    /// It was pushed again: another id, and another Pushed-For.
    RePushed,
    /// It was signed again: another id, and the same Pushed-For.
    ReSigned,
    /// It was assigned again: the same id.
    Assigned,
}

impl Again {
    /// How it can be told.
    pub fn told(self) -> &'static str {
        match self {
            Self::RePushed => "pushed again: another id, another Pushed-For",
            Self::ReSigned => "signed again: another id, the same content",
            Self::Assigned => "assigned again: the same id at another slot",
        }
    }
}

/// All fates, and what else the join shows.
#[derive(Debug, Default)]
pub struct Joined {
    /// Fate of each entry for a process of the log.
    pub fates: Vec<Fate>,
    /// Entries for others: wallets, and processes whose logs are not there.
    pub outside: usize,
    /// Entries that no messenger takes.
    pub untaken: usize,
    /// Items from processes whose logs are not there.
    pub from_outside: usize,
    /// Items of people that came again: place, first slot, and how.
    pub repeated: Vec<(Place, u64, Again)>,
    /// Items that nobody can be asked about, and why.
    pub cannot: Vec<(Place, String)>,
    /// What is wrong with items.
    pub flaws: Vec<Flaw>,
}

impl Joined {
    /// Arrivals of messages that had arrived before.
    pub fn copies(&self) -> impl Iterator<Item = Place> {
        self.fates.iter().flat_map(|fate| {
            let again = fate.arrivals.iter().filter(|arrival| arrival.again.is_some());
            again.map(|arrival| (fate.to.clone(), arrival.slot))
        })
    }
}

/// Posts and items that may be the same, between one sender and one receiver.
#[derive(Default)]
struct Group<'a> {
    posts: Vec<(Place, usize, &'a Post)>,
    items: Vec<&'a Entry>,
}

/// A key under which posts and items are the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Reference(String),
    Content(Vec<(String, String)>),
}

/// A messenger gives up after this time, milliseconds: tasks older than an hour are purged.
pub const GIVES_UP: i64 = 3_600_000;

/// Joins the processes of a log.
pub fn join(log: &Log, outboxes: &Outboxes) -> Joined {
    let mut joined = Joined::default();
    let senders: BTreeSet<&String> = outboxes.keys().map(|(process, _)| process).collect();
    let mut groups: BTreeMap<(&str, &str), BTreeMap<Key, Group<'_>>> = BTreeMap::new();
    for ((process, slot), posts) in outboxes {
        for (index, post) in posts.iter().enumerate() {
            let Some(receiver) = post.receiver() else {
                joined.untaken += 1;
                continue;
            };
            if log.schedules.get(receiver).is_none_or(|one| one.entries.is_empty()) {
                joined.outside += 1;
                continue;
            }
            let group = groups.entry((process, receiver)).or_default();
            let group = group.entry(key(post.reference(), &post.tags)).or_default();
            group.posts.push(((process.clone(), *slot), index + 1, post));
        }
    }
    for (process, schedule) in &log.schedules {
        let mut seen: BTreeMap<&str, u64> = BTreeMap::new();
        for entry in schedule.entries.values() {
            if entry.kind == Kind::Process {
                continue;
            }
            if !entry.is_pushed() {
                repeat_of_person(&mut joined, &mut seen, entry);
                continue;
            }
            if let Some(why) = untrusted(schedule, entry) {
                joined.flaws.push(flaw(entry, FlawKind::Forged, why));
                continue;
            }
            let Some((sender, _)) = log.schedules.get_key_value(&entry.from) else {
                joined.from_outside += 1;
                continue;
            };
            if !senders.contains(sender) && !log.schedules[sender].entries.is_empty() {
                let why = "the log has no results of its sender";
                joined.cannot.push(((process.clone(), entry.slot), why.to_owned()));
                continue;
            }
            let groups = groups.entry((sender, process)).or_default();
            let by_reference = key(entry.reference(), &entry.tags);
            // A sender whose outbox is only replayed has no References in it.
            let by_content = key(None, &entry.tags);
            let key = if groups.contains_key(&by_reference) { by_reference } else { by_content };
            groups.entry(key).or_default().items.push(entry);
        }
    }
    for ((sender, receiver), groups) in groups {
        for group in groups.into_values() {
            decide(&mut joined, log, (sender, receiver), group);
        }
    }
    joined.fates.sort_by(|a, b| (&a.from, a.index).cmp(&(&b.from, b.index)));
    joined
}

/// Tags that say what a message is for, beside all that begin with `x-`.
const CONTENT: [&str; 4] = ["action", "sender", "recipient", "quantity"];

fn key(reference: Option<&str>, tags: &[(String, String)]) -> Key {
    if let Some(reference) = reference {
        return Key::Reference(reference.to_owned());
    }
    let content = tags.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
    let is_of_reply = |name: &str| ["x-reference", "x-origin"].contains(&name);
    let mut content: Vec<_> = content
        .filter(|(name, _)| {
            CONTENT.contains(&name.as_str()) || name.starts_with("x-") && !is_of_reply(name)
        })
        .collect();
    content.sort();
    Key::Content(content)
}

fn repeat_of_person<'a>(joined: &mut Joined, seen: &mut BTreeMap<&'a str, u64>, entry: &'a Entry) {
    match seen.get(entry.id()) {
        Some(first) if !entry.id().is_empty() && !entry.form.is_of_node() => {
            let place = (entry.process.clone(), entry.slot);
            joined.repeated.push((place, *first, Again::Assigned));
        }
        _ => {
            seen.insert(entry.id(), entry.slot);
        }
    }
}

/// Why a process does not believe that a pushed item is from whom it says, where that is known.
fn untrusted(schedule: &Schedule, entry: &Entry) -> Option<String> {
    let item = schedule.process_item()?;
    let authorities = item.tags.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Authority"));
    let listed: BTreeSet<_> = authorities.map(|(_, value)| value.as_str()).collect();
    let is_trusted = aos::trusts(&listed.iter().collect::<Vec<_>>(), &entry.owner, &entry.from);
    (!is_trusted).then(|| {
        format!(
            "says that it is from {}, and {} signed it, who is no authority of the process",
            entry.from, entry.owner
        )
    })
}

fn decide(
    joined: &mut Joined,
    log: &Log,
    (sender, receiver): (&str, &str),
    Group { posts, items }: Group<'_>,
) {
    if posts.is_empty() {
        for item in items {
            unsent(joined, &log.schedules[sender], item);
        }
        return;
    }
    // The Reference tells which entry an item belongs to. Equal ones without it look the same.
    let is_tied = posts.len() == 1 && posts[0].2.reference().is_some();
    let copies = items.len().saturating_sub(posts.len());
    for (place, (from, index, post)) in posts.iter().enumerate() {
        let is_last = place + 1 == posts.len();
        let own = items.get(place..(place + 1).min(items.len())).unwrap_or_default();
        let extra = if is_last { &items[items.len() - copies..] } else { &[] };
        let own: Vec<_> = own.iter().chain(extra).copied().collect();
        if is_tied {
            joined.flaws.extend(own.iter().filter_map(|item| changed(post, item, from)));
        }
        let arrivals = arrivals(&own, is_tied);
        let equal = (posts.len() > 1).then_some(posts.len());
        let (verdict, why) = verdict(log, (from, receiver), &arrivals, (equal, items.len()));
        joined.fates.push(Fate {
            from: from.clone(),
            index: *index,
            post: (*post).clone(),
            to: receiver.to_owned(),
            arrivals,
            verdict,
            why,
        });
    }
}

fn arrivals(items: &[&Entry], is_tied: bool) -> Vec<Arrival> {
    let arrival = |(place, item): (usize, &&Entry)| Arrival {
        slot: item.slot,
        again: (place > 0).then(|| again(items[0], item)),
        is_certain: is_tied || items.len() == 1,
    };
    items.iter().enumerate().map(arrival).collect()
}

/// How an item came again after another one. A node may show both under one id, so that there
/// the id says nothing.
fn again(first: &Entry, item: &Entry) -> Again {
    if item.form.is_of_node() {
        return Again::ReSigned;
    }
    let all = || first.ids.iter();
    // The same entry can have come in more than one way; the id decides.
    if all().any(|id| item.ids.contains(id)) {
        Again::Assigned
    } else if first.tag("Pushed-For") == item.tag("Pushed-For") {
        Again::ReSigned
    } else {
        Again::RePushed
    }
}

fn verdict(
    log: &Log,
    (from, receiver): (&Place, &str),
    arrivals: &[Arrival],
    (equal, items): (Option<usize>, usize),
) -> (Verdict, String) {
    let schedule = &log.schedules[receiver];
    match arrivals {
        [_] => match equal {
            Some(equal) if items < equal => (
                Verdict::CannotTell,
                format!("{items} of {equal} equal ones arrived; which, nobody can tell"),
            ),
            _ => (Verdict::Delivered, String::new()),
        },
        [first, others @ ..] => {
            let how = others.iter().filter_map(|other| other.again).map(Again::told);
            let mut how: Vec<_> = how.collect();
            how.dedup();
            let which = if first.is_certain {
                ""
            } else {
                "; they are equal, so that nobody can tell which one is the copy"
            };
            (Verdict::DeliveredAgain, format!("{}{which}", how.join(", ")))
        }
        [] => {
            let sent =
                log.schedules[&from.0].entries.get(&from.1).map_or(0, |entry| entry.timestamp);
            let last = schedule.last().map_or(0, |entry| entry.timestamp);
            let is_incomplete = log.flaws.iter().any(|flaw| {
                flaw.process == receiver
                    && flaw.slot.is_none_or(|slot| slot > 0)
                    && matches!(flaw.kind, FlawKind::Gap | FlawKind::Unfinished)
            });
            if let Some(equal) = equal.filter(|_| items > 0) {
                (
                    Verdict::CannotTell,
                    format!("{items} of {equal} equal ones arrived; which, nobody can tell"),
                )
            } else if is_incomplete {
                (Verdict::CannotTell, "the log of the receiver is not complete".to_owned())
            } else if last < sent {
                (Verdict::CannotTell, "the log of the receiver ends before it was sent: it may have been read too early".to_owned())
            } else {
                (Verdict::NeverArrived, age(log, sent))
            }
        }
    }
}

fn age(log: &Log, sent: i64) -> String {
    let late = newest(log).saturating_sub(sent);
    if late > GIVES_UP {
        "lost: it was sent more than an hour before the end of the log, and by then messengers \
         give up"
            .to_owned()
    } else {
        "lost, or still on its way".to_owned()
    }
}

/// The time of the last entry of all logs.
pub fn newest(log: &Log) -> i64 {
    let last = log.schedules.values().filter_map(|one| Some(one.last()?.timestamp));
    last.max().unwrap_or_default()
}

/// An item that is from a process of the log, and in no outbox.
fn unsent(joined: &mut Joined, sender: &Schedule, item: &Entry) {
    let place = (item.process.clone(), item.slot);
    let last = sender.last().map_or(0, |entry| entry.timestamp);
    let evaluated = sender.outcomes.last_key_value().map_or(0, |(slot, _)| *slot);
    let is_behind = sender.last().is_some_and(|last| last.slot > evaluated);
    if last < item.timestamp || is_behind {
        joined.cannot.push((place, "the log of its sender may end before it was sent".to_owned()));
        return;
    }
    let what = format!(
        "{} says that it is from {}, whose outboxes have no such entry: it is forged, or that log \
         is not complete",
        item.action(),
        item.from
    );
    joined.flaws.push(flaw(item, FlawKind::Forged, what));
}
