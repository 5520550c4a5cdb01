//! The search for a state that breaks a promise.

use crate::actor::{Participant, Role, World};
use crate::court::Court;
use crate::message::Message;
use crate::page::{Page, PageError, When};
use crate::process::Process;
use crate::promise::Judge;
use crate::read::{self, PageLua, Read, ReadFile};
use crate::schedule::{self, Schedule};
use search::actors::{ActorSystem, Delivery, Faults, Ignored, Network, Properties};
use search::report::Reason;
use search::{Finding, Limits, Progress, Report, Search, System};
use serde::Serialize;
use smol_str::SmolStr;
use stateright::actor::Id;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// What the search of a page found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Checked {
    /// The page.
    pub page: String,
    /// Why the search ended early, if it did.
    #[serde(skip)]
    pub cut: Option<Reason>,
    /// What was not tried.
    pub not_tried: Vec<NotTried>,
    /// Of each promise.
    pub verdicts: Vec<Verdict>,
    /// What the mistakes lead to that the page makes on purpose.
    pub variants: Vec<Noticed>,
    /// Distinct states.
    pub states: u64,
    /// The most steps to one of them.
    pub depth: u32,
    /// The most messages that a run loses.
    pub lost: u8,
    /// The most messages that arrive a second time in a run.
    pub repeated: u8,
}

/// Lines of a process that never ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotTried {
    /// Its file.
    pub file: String,
    /// The lines with code, counted from 1, ascending.
    pub lines: Vec<u32>,
}

/// What notices a mistake that the page makes on purpose.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Noticed {
    /// The name of the variant.
    pub variant: String,
    /// The promise that is to notice it, and how it stands.
    pub verdict: Verdict,
}

/// What the search says of one promise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// Its name.
    pub promise: String,
    /// What it is.
    pub kind: Kind,
    /// Why the page says that it need not hold, where it does not.
    pub because: Option<String>,
    /// The shortest schedule with the fewest faults that breaks it, or that meets what is to be
    /// seen.
    pub schedule: Option<Schedule>,
}

/// How a promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It holds in every state.
    Holds,
    /// It is broken in one.
    Violated,
    /// It is broken, as the page says it is, with as many faults at least.
    Excepted,
    /// What is to be seen was seen.
    Seen,
    /// What is to be seen is in no state.
    NotSeen,
    /// The search ended before.
    NotDecided,
}

impl Checked {
    /// Whether a promise is broken.
    pub fn is_violated(&self) -> bool {
        self.verdicts.iter().any(|verdict| verdict.kind == Kind::Violated) || self.is_unnoticed()
    }

    /// Whether a mistake on purpose breaks nothing.
    fn is_unnoticed(&self) -> bool {
        self.variants.iter().any(|noticed| noticed.verdict.kind == Kind::Holds)
    }

    /// Whether something is not decided, or was to be seen and was not.
    pub fn is_inconclusive(&self) -> bool {
        let is_open = |kind| matches!(kind, Kind::NotDecided | Kind::NotSeen);
        self.cut.is_some() || self.verdicts.iter().any(|verdict| is_open(verdict.kind))
    }
}

/// Most participants of a page.
const MOST: usize = 16;
/// Words of 32 distinct messages each.
const MOST_WORDS: usize = 64;
/// The most promises a page may have, beside those that hold for every system.
const MOST_PROMISES: usize = 60;

/// Searches every state of a page, and of each of its variants.
///
/// # Errors
/// Why the page cannot be checked.
pub fn check(
    file: &Path,
    read_file: ReadFile,
    limits: &Limits,
    threads: usize,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Checked, PageError> {
    let read = || read::read(file, read_file);
    let first = read()?;
    let variants = first.page.variants.clone();
    let mut checked = search(first, limits, threads, progress)?;
    for variant in &variants {
        let mut read = read()?;
        read.page.change(variant)?;
        read.page.exceptions.clear();
        let changed = search(read, limits, threads, progress)?;
        let mut verdicts = changed.verdicts.into_iter();
        let verdict = verdicts.find(|verdict| verdict.promise == variant.breaks);
        let verdict =
            verdict.ok_or_else(|| unknown_promise(file, variant.line, &variant.breaks))?;
        checked.states += changed.states;
        checked.variants.push(Noticed { variant: variant.name.clone(), verdict });
    }
    Ok(checked)
}

fn unknown_promise(file: &Path, line: u32, name: &str) -> PageError {
    let file = file.display();
    PageError(format!("{file}:{line}: no promise is called \"{name}\"; name one of this page"))
}

fn search(
    read: Read,
    limits: &Limits,
    threads: usize,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Checked, PageError> {
    let Read { page, lua } = read;
    let known = |name: &String| page.promises.iter().any(|promise| promise.name == *name);
    if let Some(unknown) = page.exceptions.iter().find(|exception| !known(&exception.promise)) {
        return Err(unknown_promise(Path::new(&page.file), unknown.line, &unknown.promise));
    }
    let refuse = |text: String| Err(PageError(format!("{}: {text}", page.file)));
    if page.processes.is_empty() {
        return refuse("it names no process; name one: process \"counter\" { file = ... }".into());
    }
    let count = page.processes.len() + page.people.len();
    if count > MOST {
        return refuse(format!("{count} processes and people are more than {MOST}"));
    }
    if page.promises.len() > MOST_PROMISES {
        let count = page.promises.len();
        return refuse(format!("{count} promises are more than {MOST_PROMISES}"));
    }
    let (world, participants) = participants(&page, lua)?;
    let run = Run { page, world, participants, limits, threads };
    match count {
        ..=4 => run.sized::<4>(progress),
        5..=8 => run.sized::<8>(progress),
        _ => run.sized::<MOST>(progress),
    }
}

/// The processes, loaded, and the people.
fn participants(page: &Page, lua: PageLua) -> Result<(Arc<World>, Vec<Participant>), PageError> {
    let names = page.processes.iter().map(|process| &process.name);
    let names = names.chain(page.people.iter().map(|person| &person.name));
    let addresses: BTreeMap<_, _> =
        names.enumerate().map(|(place, name)| (name.clone(), Id::from(place))).collect();
    must_be_known(page, &addresses)?;
    let awaited = page.people.iter().map(|person| {
        let awaited = person.acts.iter().filter_map(|act| act.after.clone());
        (person.name.clone(), awaited.collect())
    });
    let awaited = awaited.collect();
    let repeats = page.repeated > 0;
    let world = Arc::new(World {
        addresses,
        awaited,
        repeats,
        promises: page.promises.clone(),
        court: Mutex::new(Court::new(lua)),
        failure: Mutex::default(),
    });
    let processes = page.processes.iter().map(|told| {
        let process = Process::load(told.clone())?;
        process.must_observe(&page.file)?;
        Ok(Role::Process(Arc::new(process)))
    });
    let people = page.people.iter().map(|person| Ok(Role::Person(Arc::new(person.clone()))));
    let participant = |role| Participant { role, world: Arc::clone(&world) };
    let participants = processes.chain(people).map(|role| role.map(participant));
    let participants = participants.collect::<Result<_, PageError>>()?;
    Ok((world, participants))
}

/// Whom people send to must be there.
fn must_be_known(page: &Page, addresses: &BTreeMap<SmolStr, Id>) -> Result<(), PageError> {
    let acts = page.people.iter().flat_map(|person| &person.acts);
    let messages: Vec<&Message> = acts.flat_map(|act| &act.messages).collect();
    match messages.iter().find(|message| !addresses.contains_key(&message.target)) {
        None => Ok(()),
        Some(Message { from, target, .. }) => {
            let known: Vec<_> = addresses.keys().map(SmolStr::as_str).collect();
            let known = known.join(", ");
            let file = &page.file;
            Err(PageError(format!(
                "{file}: {from} sends to '{target}', which is not there; there are {known}"
            )))
        }
    }
}

struct Run<'a> {
    page: Page,
    world: Arc<World>,
    participants: Vec<Participant>,
    limits: &'a Limits,
    threads: usize,
}

impl Run<'_> {
    /// With room for `N` participants. How many distinct messages there are is only known
    /// afterwards, so it is tried with few first.
    fn sized<const N: usize>(
        mut self,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Checked, PageError> {
        let nobody = Participant { role: Role::Nobody, world: Arc::clone(&self.world) };
        self.participants.resize(N, nobody);
        if let Some(checked) = self.run::<N, 1>(progress)? {
            return Ok(checked);
        }
        if let Some(checked) = self.run::<N, 8>(progress)? {
            return Ok(checked);
        }
        let checked = self.run::<N, MOST_WORDS>(progress)?;
        checked.ok_or_else(|| {
            PageError(format!(
                "{}: more than {} distinct messages; give people fewer acts or fewer values",
                self.page.file,
                32 * MOST_WORDS
            ))
        })
    }

    /// Searches with room for `32 * W` distinct messages; nothing if there are more.
    fn run<const N: usize, const W: usize>(
        &self,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Option<Checked>, PageError> {
        let network = Network {
            delivery: Delivery::Set,
            duplicates: Faults::AtMost(self.page.repeated),
            losses: Faults::AtMost(self.page.lost),
            ignored: Ignored::Consumed,
        };
        let judge = Judge::new(self.participants.clone(), Arc::clone(&self.world));
        let system = ActorSystem::<_, _, N, W>::new(self.participants.clone(), network, judge)
            .map_err(PageError)?;
        let report = Search::new(&system, self.threads).run(self.limits, progress);
        if let Some(Reason::Failure(why)) = report.cut.as_ref().map(|cut| &cut.reason) {
            let is_refused = system.judges().failure().is_some();
            let is_full = !is_refused && system.interned().1 == 32 * W;
            return if is_full { Ok(None) } else { Err(PageError(why.clone())) };
        }
        Ok(Some(self.checked(&system, &report)))
    }

    fn checked<const N: usize, const W: usize>(
        &self,
        system: &ActorSystem<Participant, Judge, N, W>,
        report: &Report,
    ) -> Checked {
        let names = system.judges().names().zip(&report.findings).enumerate();
        let verdicts = names.map(|(place, ((name, when), finding))| Verdict {
            promise: name.to_owned(),
            kind: self.kind(name, when, finding.as_ref(), report.complete()),
            because: self.page.exception(name).map(|exception| exception.because.clone()),
            schedule: finding.as_ref().map(|finding| self.schedule(system, place, finding)),
        });
        Checked {
            page: self.page.file.clone(),
            cut: report.cut.as_ref().map(|cut| cut.reason.clone()),
            not_tried: self.not_tried(),
            verdicts: verdicts.collect(),
            variants: Vec::new(),
            states: report.states,
            depth: report.depth,
            lost: self.page.lost,
            repeated: self.page.repeated,
        }
    }

    fn schedule<const N: usize, const W: usize>(
        &self,
        system: &ActorSystem<Participant, Judge, N, W>,
        place: usize,
        finding: &Finding,
    ) -> Schedule {
        let states = finding.path.replay(system, &mut system.scratch());
        let states = states.expect("the search took every path again");
        let states: Vec<_> = states.iter().map(|state| system.local_states(state)).collect();
        let actions = system.actions(&finding.path);
        schedule::tell(&self.participants, system.judges(), place, &states, &actions)
    }

    fn not_tried(&self) -> Vec<NotTried> {
        let processes = self.participants.iter().filter_map(|one| match &one.role {
            Role::Process(process) => Some(process),
            _ => None,
        });
        let missed = processes.map(|process| NotTried {
            file: process.told.file.clone(),
            lines: process.not_tried().into_iter().collect(),
        });
        missed.filter(|missed| !missed.lines.is_empty()).collect()
    }

    fn kind(&self, name: &str, when: When, finding: Option<&Finding>, is_complete: bool) -> Kind {
        let exception = self.page.exception(name);
        let is_known =
            |finding: &Finding| exception.is_some_and(|exception| finding.cost >= exception.faults);
        match (when, finding) {
            (When::Seen, Some(_)) => Kind::Seen,
            (_, Some(finding)) if is_known(finding) => Kind::Excepted,
            (_, Some(_)) => Kind::Violated,
            (_, None) if !is_complete => Kind::NotDecided,
            (When::Seen, None) => Kind::NotSeen,
            (_, None) => Kind::Holds,
        }
    }
}
