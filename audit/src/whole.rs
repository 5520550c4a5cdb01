//! An audit from start to end.

use crate::entry::Kind;
use crate::files::Log;
use crate::join::{self, Fate, Joined, Outboxes, Verdict};
use crate::json::LogError;
use crate::judge::{self, Stand};
use crate::money;
use crate::names::{self, Asked, Known};
use crate::order::order;
use crate::report::{Arrived, Audit, Deliveries, Delivery, Doubtful, OfProcess, Repeated, Unknown};
use crate::run::{Run, Track};
use crate::schedule::{Flaw, FlawKind, Schedule};
use crate::versions;
use page::deployed::Names;
use page::replay::Replay;
use page::{Page, Place, ReadFile, read};
use std::collections::BTreeMap;

/// Judges a log by the page of a system.
///
/// # Errors
/// What is wrong with the page, or what the command line must say.
pub fn audit(
    place: Place<'_>,
    read_file: ReadFile,
    log: &Log,
    asked: &Asked,
) -> Result<Audit, LogError> {
    let refuse = |error: page::PageError| LogError(error.0);
    let page = read::read(place, read_file).map_err(refuse)?.page;
    let mut known = names::known(&page, log, asked)?;
    versions::choose((place, read_file), &page, log, (asked, &mut known))?;
    let known = known;
    let replay = || -> Result<Replay, LogError> {
        let read = read::read_deployed(place, read_file, &known.deployed).map_err(refuse)?;
        Replay::new(read).map_err(refuse)
    };
    let mut outboxes = recorded(log);
    if is_unrecorded(log, &known) {
        let mut run = Run::new(log, &known, replay()?);
        run.play(&order(log, &join::join(log, &outboxes)));
        for (place, posts) in run.sent {
            outboxes.entry(place).or_insert(posts);
        }
    }
    let joined = join::join(log, &outboxes);
    let mut run = Run::new(log, &known, replay()?);
    let mut stand = Stand::new(&page, unheard(&page, &known));
    run.judge(&order(log, &joined), &joined, &mut stand).map_err(LogError)?;
    Ok(report(&page, log, &known, (&joined, &run), stand))
}

/// What was recorded that each evaluation sent.
fn recorded(log: &Log) -> Outboxes {
    let mut all = Outboxes::new();
    for (id, schedule) in &log.schedules {
        for (slot, outcome) in &schedule.outcomes {
            let posts = if outcome.error.is_some() { Vec::new() } else { outcome.posts.clone() };
            all.insert((id.clone(), *slot), posts);
        }
    }
    all
}

/// Whether an evaluation of a process of the page has no record.
fn is_unrecorded(log: &Log, known: &Known) -> bool {
    known.places.keys().any(|id| {
        let schedule = &log.schedules[id];
        let mut messages = schedule.entries.values().filter(|entry| entry.kind == Kind::Message);
        messages.any(|entry| !schedule.outcomes.contains_key(&entry.slot))
    })
}

/// Those of whom the log says nothing, and why.
fn unheard(page: &Page, known: &Known) -> BTreeMap<String, String> {
    let processes = page.processes.iter().enumerate();
    let processes = processes.filter(|(place, _)| !known.places.values().any(|at| at == place));
    let processes = processes.map(|(_, process)| {
        let name = process.name.to_string();
        let why = format!("there is no log of {name}; if there is one, say: --name {name}=ID");
        (name, why)
    });
    let people = page.people.iter().map(|person| {
        let name = person.name.to_string();
        let why = format!("it is about what {name} did, which no log says");
        (name, why)
    });
    processes.chain(people).collect()
}

fn report(
    page: &Page,
    log: &Log,
    known: &Known,
    (joined, run): (&Joined, &Run<'_>),
    stand: Stand,
) -> Audit {
    let names = &known.deployed.names;
    let mut flaws: Vec<_> = log.flaws.iter().chain(&joined.flaws).cloned().collect();
    flaws.sort();
    let processes = log.schedules.iter().filter(|(_, schedule)| !schedule.entries.is_empty());
    let processes =
        processes.map(|(id, schedule)| of_process(page, log, known, (id, schedule), run)).collect();
    for flaw in &mut flaws {
        flaw.process = names.told(&flaw.process).to_string();
        flaw.what = names.told(&flaw.what).to_string();
    }
    let mut sums = money::sums(joined, &run.effects);
    for sum in &mut sums {
        sum.token = names.told(&sum.token).to_string();
        sum.account = names.told(&sum.account).to_string();
    }
    let mut promises = stand.end();
    for promise in &mut promises {
        if let Some(at) = &mut promise.at {
            at.message = names.told(&at.message).to_string();
        }
    }
    Audit {
        system: page.file.clone(),
        processes,
        flaws,
        deliveries: deliveries(log, joined, run, names),
        sums,
        promises,
        notes: notes(log, known, run),
    }
}

fn of_process(
    page: &Page,
    log: &Log,
    known: &Known,
    (id, schedule): (&String, &Schedule),
    run: &Run<'_>,
) -> OfProcess {
    let names = &known.deployed.names;
    let place = known.places.get(id);
    let none = Track::default();
    let track = run.tracks.get(id).unwrap_or(&none);
    let of_page: Vec<_> = page.processes.iter().map(|process| process.name.to_string()).collect();
    let is_whole = |flaw: &&Flaw| {
        flaw.process == *id
            && !matches!(
                flaw.kind,
                FlawKind::Results | FlawKind::Changed | FlawKind::Forged | FlawKind::Stopped
            )
    };
    let mut differs = track.differs.clone();
    if let Some(differs) = &mut differs {
        differs.message = names.told(&differs.message).to_string();
        differs.difference.expected = names.told(&differs.difference.expected).to_string();
        differs.difference.recorded = names.told(&differs.difference.recorded).to_string();
    }
    let unknown = track.unknown.as_ref();
    OfProcess {
        id: id.clone(),
        name: place.map(|place| of_page[*place].clone()),
        entries: schedule.entries.len(),
        first: schedule.entries.keys().next().copied().unwrap_or_default(),
        last: schedule.entries.keys().next_back().copied().unwrap_or_default(),
        is_complete: !log.flaws.iter().any(|flaw| is_whole(&flaw)),
        chain: log.chains.get(id).filter(|chain| chain.without == 0).map(|chain| chain.links),
        compared: track.compared,
        unrecorded: track.unrecorded,
        evals: track.evals.clone(),
        versions: place
            .map(|place| versions::ran(&page.processes[*place], known, id))
            .unwrap_or_default(),
        differs,
        unknown: unknown
            .map(|unknown| Unknown { why: names.told(&unknown.why).into(), ..unknown.clone() }),
        books: place
            .map(|place| judge::summary(&run.replay().books(*place), &of_page))
            .unwrap_or_default(),
    }
}

fn deliveries(log: &Log, joined: &Joined, run: &Run<'_>, names: &Names) -> Deliveries {
    let is_plain = |fate: &&Fate| fate.verdict == Verdict::Delivered;
    let effect = |process: &str, slot: u64| run.effects.get(&(process.to_owned(), slot)).copied();
    let others = joined.fates.iter().filter(|fate| !is_plain(fate)).map(|fate| Delivery {
        verdict: fate.verdict,
        from: names.told(&fate.from.0).into(),
        slot: fate.from.1,
        index: fate.index,
        reference: fate.post.reference().map(str::to_owned),
        to: names.told(&fate.to).into(),
        message: names.told(&fate.post.told()).into(),
        arrivals: fate
            .arrivals
            .iter()
            .map(|arrival| Arrived {
                slot: arrival.slot,
                id: log.schedules[&fate.to].entries[&arrival.slot].id().to_owned(),
                again: arrival.again,
                has_effect: effect(&fate.to, arrival.slot),
            })
            .collect(),
        why: fate.why.clone(),
    });
    let repeated = joined.repeated.iter().map(|((process, slot), first, again)| Repeated {
        process: names.told(process).into(),
        slot: *slot,
        first: *first,
        again: *again,
        has_effect: effect(process, *slot),
    });
    let cannot_tell = joined.cannot.iter().map(|((process, slot), why)| Doubtful {
        process: names.told(process).into(),
        slot: *slot,
        why: why.clone(),
    });
    Deliveries {
        delivered: joined.fates.iter().filter(is_plain).count(),
        outside: joined.outside,
        untaken: joined.untaken,
        from_outside: joined.from_outside,
        others: others.collect(),
        repeated: repeated.collect(),
        cannot_tell: cannot_tell.collect(),
    }
}

fn notes(log: &Log, known: &Known, run: &Run<'_>) -> Vec<String> {
    let names = &known.deployed.names;
    let mut notes = Vec::new();
    for (id, track) in &run.tracks {
        let name = names.told(id);
        notes.extend(track.notes.iter().map(|note| format!("{name}: {note}")));
        if let [_, later @ ..] = &track.evals[..]
            && !later.is_empty()
        {
            let slots: Vec<_> = later.iter().map(u64::to_string).collect();
            notes.push(format!(
                "{name}: the owner's Evals at {} were not run; what they changed is not known",
                slots.join(", ")
            ));
        }
    }
    for (id, opening) in &known.openings {
        let name = names.told(id);
        if opening.guessed > 0 {
            let count = opening.guessed;
            notes.push(format!("{name}: nothing says what accounts held at first that sent something, {count} in all; each got just enough"));
        }
        for (slot, account, said, adds_up) in &opening.odd {
            let account = names.told(account);
            notes.push(format!("{name} at {slot}: it says that {account} holds {said}, and the Transfers add up to {adds_up}"));
        }
    }
    notes.extend(log.strays.iter().cloned());
    if !log.ignored.is_empty() {
        notes.push(format!("no logs, and not read: {}", log.ignored.join(", ")));
    }
    notes
}
