//! The search for a state that breaks a promise.

use crate::actor::{Participant, Role};
use crate::deployed::Deployed;
use crate::end::End;
use crate::page::{Faults, Observe, Page, PageError, Promise, When};
use crate::process::{Process, Wrong};
use crate::promise::Judge;
use crate::read::{self, Place, Read, ReadFile};
use crate::schedule::{self, Happened, Schedule, Way};
use crate::steps::Steps;
use crate::system::{System, unknown_promise};
use crate::verdict::{Checked, Kind, NotTried, Noticed, Verdict};
use crate::way_out::{Goal, Question, stuck};
use aos::{Dependence, Note, stop};
use search::actors::{Action, ActorSystem, Global, Properties};
use search::report::Reason;
use search::{Fingerprint, Limits, Path, Progress, Report, Search, System as _, Until};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Words of 32 distinct messages each.
const MOST_WORDS: usize = 64;

/// Searches every state of a page, and of none of its variants.
///
/// # Errors
/// Why the page cannot be checked.
pub fn check_alone(
    place: Place<'_>,
    read_file: ReadFile,
    limits: &Limits,
    threads: usize,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Checked, PageError> {
    check_as(&How::default(), place, read_file, (limits, threads), progress)
}

/// What is searched, of what a page says.
#[derive(Clone, Copy, Default)]
pub struct How<'a> {
    /// What is changed on the page first.
    pub change: Option<&'a dyn Fn(&mut Page)>,
    /// Whether the mistakes on purpose are made, too, each in a search of its own.
    pub with_variants: bool,
    /// Where the evaluations of the page without them are kept.
    pub steps: Option<&'a Arc<Steps>>,
}

impl How<'_> {
    /// All that a page says.
    pub fn whole() -> Self {
        Self { with_variants: true, ..Self::default() }
    }
}

/// Searches every state of a page, and of each of its variants, which share the time.
///
/// # Errors
/// Why the page cannot be checked.
pub fn check(
    place: Place<'_>,
    read_file: ReadFile,
    limits: &Limits,
    threads: usize,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Checked, PageError> {
    check_as(&How::whole(), place, read_file, (limits, threads), progress)
}

/// Searches what is asked for.
///
/// # Errors
/// Why the page cannot be checked.
pub fn check_as(
    how: &How<'_>,
    place: Place<'_>,
    read_file: ReadFile,
    (limits, threads): (&Limits, usize),
    progress: &mut dyn FnMut(&Progress),
) -> Result<Checked, PageError> {
    let file = place.page;
    let end = End::of(limits);
    let read = || {
        let within = (&Deployed::default(), end.memory_left());
        let mut read = read::read_within(place, read_file, within)?;
        if let Some(change) = how.change {
            change(&mut read.page);
        }
        Ok(read)
    };
    let first = read()?;
    let variants = if how.with_variants { first.page.variants.clone() } else { Vec::new() };
    let steps = how.steps.cloned();
    let mut checked = search((first, steps), None, (limits, end.clone()), threads, progress)?;
    for variant in &variants {
        let open = || Noticed {
            variant: variant.name.clone(),
            verdict: Verdict::not_decided(&variant.breaks),
            states: 0,
        };
        if end.is_late() {
            checked.variants.push(open());
            continue;
        }
        let mut read = read()?;
        read.page.change(variant)?;
        // It is enough that it is noticed. What the page excepts is no notice.
        let is_excepted = read.page.exceptions_of(&variant.breaks).next().is_some();
        let is_soon = |one: &Promise| !is_excepted && !matches!(one.when, When::WayOut(_));
        let mut promises = read.page.promises.iter();
        let promise = promises.position(|one| one.name == variant.breaks && is_soon(one));
        let fires = promise.map(|place| Until::Fires(Wrong::ALL.len() + place));
        let limits = Limits { until: fires.unwrap_or_default(), ..limits.clone() };
        let own = end.of_another();
        let breaks = Some(&*variant.breaks);
        let changed = search((read, None), breaks, (&limits, own), threads, progress);
        if changed.is_err() && end.is_late() {
            checked.variants.push(open());
            continue;
        }
        let changed = changed.map_err(|PageError(why)| {
            PageError(format!(
                "{}:{}: variant \"{}\": {why}",
                file.display(),
                variant.line,
                variant.name
            ))
        })?;
        let mut verdicts = changed.verdicts.into_iter();
        let verdict = verdicts.find(|verdict| verdict.promise == variant.breaks);
        let verdict =
            verdict.ok_or_else(|| unknown_promise(file, variant.line, &variant.breaks))?;
        let (variant, states) = (variant.name.clone(), changed.states);
        checked.variants.push(Noticed { variant, verdict, states });
    }
    Ok(checked)
}

fn search(
    (read, steps): (Read, Option<Arc<Steps>>),
    only: Option<&str>,
    (limits, end): (&Limits, End),
    threads: usize,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Checked, PageError> {
    let run = Run { system: System::until(read, &end, steps)?, only, limits, end, threads };
    match run.system.participants.len() {
        ..=4 => run.sized::<4>(progress),
        5..=8 => run.sized::<8>(progress),
        _ => run.sized::<{ System::MOST }>(progress),
    }
}

struct Run<'a> {
    system: System,
    /// The one promise that is asked about, if not all are.
    only: Option<&'a str>,
    limits: &'a Limits,
    end: End,
    threads: usize,
}

impl Run<'_> {
    /// With room for `N` participants. How many distinct messages there are is only known
    /// afterwards, so it is tried with few first.
    fn sized<const N: usize>(
        mut self,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Checked, PageError> {
        self.system.fill(N);
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
                self.system.page.file,
                32 * MOST_WORDS
            ))
        })
    }

    /// Searches with room for `32 * W` distinct messages; nothing if there are more.
    fn run<const N: usize, const W: usize>(
        &self,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Option<Checked>, PageError> {
        let participants = self.system.participants.clone();
        let (network, judge) = (self.system.network(), self.system.judge());
        let system =
            ActorSystem::<_, _, N, W>::new(participants, network, judge).map_err(PageError)?;
        let report = Search::new(&system, self.threads).run(&self.limits(), progress);
        let failure = report.cut.as_ref().map(|cut| &cut.reason).filter(|_| !self.end.is_over());
        if let Some(Reason::Failure(why)) = failure {
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
        let mut ways_out = self.ways_out(system, report);
        let promises = system.judges().names().enumerate();
        let is_asked = |name: &str| self.only.is_none_or(|only| only == name);
        let promises = promises.filter(|(_, (name, when))| is_asked(name) && **when != When::WayIn);
        let verdicts =
            promises.map(|(place, (name, when))| match (when, ways_out.remove(&place)) {
                (_, Some(answer)) => self.way_out(system, place, name, answer),
                (When::Seen, None) => {
                    let found = report.findings[place].as_ref();
                    let kind = match found {
                        Some(_) => Kind::Seen,
                        None if report.complete() => Kind::NotSeen,
                        None => Kind::NotDecided,
                    };
                    let schedule = found.map(|found| self.schedule(system, place, &found.path));
                    Verdict { promise: name.to_owned(), kind, because: None, schedule }
                }
                _ => {
                    let found = report.findings[place].iter().chain(&report.others[place]);
                    let schedules =
                        found.map(|found| self.schedule(system, place, &found.path)).collect();
                    self.verdict(name, schedules, report.complete())
                }
            });
        Checked {
            verdicts: verdicts.collect(),
            page: self.system.page.file.clone(),
            processes: names_of(self.system.page.processes.iter().map(|one| &one.name)),
            people: names_of(self.system.page.people.iter().map(|one| &one.name)),
            cut: report.cut.as_ref().map(|cut| self.reason(&cut.reason)),
            not_tried: self.not_tried(),
            dependences: self.dependences(),
            never_done: self
                .never_there()
                .chain(self.system.never_done())
                .chain(system.judges().blind().map(|name| {
                    format!("the promise \"{name}\" looks at nothing that is observed, so it says nothing about the system")
                }))
                .collect(),
            notes: self.system.notes(),
            variants: Vec::new(),
            states: report.states,
            depth: report.depth,
            lost: self.system.page.lost,
            repeated: self.system.page.repeated,
            is_always_repeated: self.system.page.is_always_repeated,
        }
    }

    /// What is known of each promise of a way out, by its place: a state that has none, that
    /// there is no such state, or nothing.
    fn ways_out<const N: usize, const W: usize>(
        &self,
        system: &ActorSystem<Participant, Judge, N, W>,
        report: &Report,
    ) -> BTreeMap<usize, WayOut> {
        let promises = system.judges().names().enumerate();
        let asked: Vec<_> = promises
            .filter_map(|(place, (name, when))| match when {
                When::WayOut(by) if self.only.is_none_or(|only| only == name) => {
                    Some((place, by.clone()))
                }
                _ => None,
            })
            .collect();
        if asked.is_empty() {
            return BTreeMap::new();
        }
        let may: Vec<_> = asked
            .iter()
            .map(|(_, by)| |action| self.may_act(system, by.as_deref(), action))
            .collect();
        let from = |place: usize| {
            let is_from = system.judges().names().nth(place + 1);
            is_from.is_some_and(|(_, when)| *when == When::WayIn).then_some(1 << (place + 1))
        };
        let goals = asked.iter().zip(&may);
        let goals = goals.map(|((place, _), may)| Goal { from: from(*place), to: 1 << place, may });
        let question = Question {
            is_asked: &|state| ActorSystem::<Participant, Judge, N, W>::is_at_rest(state),
            goals: goals.collect(),
        };
        let found = report.complete().then(|| stuck(system, &question, &self.limits())).flatten();
        let places = asked.into_iter().map(|(place, _)| place);
        match found {
            Some(found) => places.zip(found.into_iter().map(WayOut::of)).collect(),
            None => places.map(|place| (place, WayOut::NotDecided)).collect(),
        }
    }

    /// Whether a step may be taken on a way out: of people, only some may act.
    fn may_act<const N: usize, const W: usize>(
        &self,
        system: &ActorSystem<Participant, Judge, N, W>,
        by: Option<&[SmolStr]>,
        action: u32,
    ) -> bool {
        let (Some(by), Action::Own(actor, _)) = (by, system.action(action)) else { return true };
        match &self.system.participants[usize::from(actor)].role {
            Role::Person(person) => by.contains(&person.name),
            _ => true,
        }
    }

    fn way_out<const N: usize, const W: usize>(
        &self,
        system: &ActorSystem<Participant, Judge, N, W>,
        place: usize,
        name: &str,
        answer: WayOut,
    ) -> Verdict {
        match answer {
            WayOut::Stuck(path) => {
                self.verdict(name, vec![self.schedule(system, place, &path)], true)
            }
            WayOut::Always => self.verdict(name, Vec::new(), true),
            WayOut::NotDecided => self.verdict(name, Vec::new(), false),
        }
    }

    /// How a promise stands that is broken in these ways.
    fn verdict(&self, name: &str, broken: Vec<Schedule>, is_complete: bool) -> Verdict {
        let page = &self.system.page;
        let excepted = |schedule: &Schedule| {
            let faults = Faults::of(schedule.lost, schedule.repeated);
            page.exceptions_of(name).find(|exception| faults.reach(exception.faults))
        };
        let because = broken.first().and_then(excepted);
        let (kind, because, schedule) = match broken.iter().find(|one| excepted(one).is_none()) {
            Some(violated) => (Kind::Violated, None, Some(violated.clone())),
            None if !broken.is_empty() => {
                let because = because.map(|exception| exception.because.clone());
                (Kind::Excepted, because, broken.into_iter().next())
            }
            None if !is_complete => (Kind::NotDecided, None, None),
            None if page.exceptions_of(name).next().is_some() => (Kind::HoldsAfterAll, None, None),
            None => (Kind::Holds, None, None),
        };
        Verdict { promise: name.to_owned(), kind, because, schedule }
    }

    fn schedule<const N: usize, const W: usize>(
        &self,
        system: &ActorSystem<Participant, Judge, N, W>,
        place: usize,
        path: &Path,
    ) -> Schedule {
        stop::never(|| {
            let states = path.replay(system, &mut system.scratch());
            let states = states.expect("the search took every path again");
            self.told(system, place, &states, &system.actions(path))
        })
    }

    fn told<const N: usize, const W: usize>(
        &self,
        system: &ActorSystem<Participant, Judge, N, W>,
        place: usize,
        states: &[Global<N, W, Fingerprint>],
        actions: &[Happened],
    ) -> Schedule {
        let in_flight = states.last().map(|last| system.in_flight(last)).unwrap_or_default();
        let in_flight: Vec<_> = in_flight.into_iter().map(|envelope| envelope.msg).collect();
        let states: Vec<_> = states.iter().map(|state| system.local_states(state)).collect();
        let way = Way { states: &states, actions, in_flight: &in_flight };
        schedule::tell(&self.system.participants, system.judges(), place, &way)
    }

    /// What is observed and was nothing in every state: a name may be misspelt.
    fn never_there(&self) -> impl Iterator<Item = String> {
        self.processes().flat_map(|process| {
            let name = &process.told.name;
            process.never_there().into_iter().map(move |Observe { name: shown, path, .. }| {
                format!("`{path}`, which {name} shows as '{shown}', is nothing in every state")
            })
        })
    }

    /// The limits, with the time that is left.
    fn limits(&self) -> Limits {
        Limits { time: self.end.left(), ..self.limits.clone() }
    }

    /// Why a search was cut. One that found its system unable to answer met a limit in an
    /// evaluation, if it met one.
    fn reason(&self, reason: &Reason) -> Reason {
        let met = matches!(reason, Reason::Failure(_)).then(|| self.end.reason()).flatten();
        met.unwrap_or_else(|| reason.clone())
    }

    fn not_tried(&self) -> Vec<NotTried> {
        let missed = self.written().flat_map(|process| {
            let lines = process.lines_missed();
            let branches = process.branches_missed().into_iter();
            // Of a line that never ran, no branch says more.
            let branches: Vec<_> = branches.filter(|(line, _)| !lines.contains(line)).collect();
            let of_file = |file: &str| {
                let own = |line: u32| Some(process.place(line)).filter(|(of, _)| *of == file);
                let own = |line| own(line).map(|(_, line)| line);
                let branches = branches.iter();
                let branches = branches.filter_map(|(line, way)| Some((own(*line)?, way)));
                NotTried {
                    file: file.to_owned(),
                    because: process.told.untried.clone(),
                    branches: branches.map(|(line, way)| format!("{line} ({way})")).collect(),
                    lines: lines.iter().filter_map(|line| own(*line)).collect(),
                }
            };
            process.files().map(of_file).collect::<Vec<_>>()
        });
        missed.filter(|missed| !missed.lines.is_empty() || !missed.branches.is_empty()).collect()
    }

    /// What files read that is one thing here and another on the platform. Of the order of
    /// `pairs` both are tried, and time may pass.
    fn dependences(&self) -> Vec<Note> {
        let has_clock = !self.system.page.instants.is_empty();
        let is_tried = |note: &Note| match note.what {
            Dependence::Order => true,
            Dependence::Clock => has_clock,
            _ => false,
        };
        let notes: BTreeSet<_> = self.written().flat_map(Process::dependences).collect();
        notes.into_iter().filter(|note| !is_tried(note)).collect()
    }

    /// The processes whose files somebody wrote for this page.
    fn written(&self) -> impl Iterator<Item = &Process> {
        self.processes().filter(|process| !process.told.is_built_in)
    }

    fn processes(&self) -> impl Iterator<Item = &Process> {
        self.system.participants.iter().filter_map(|one| match &one.role {
            Role::Process(process) => Some(&**process),
            _ => None,
        })
    }
}

pub(crate) fn names_of<'a>(names: impl Iterator<Item = &'a SmolStr>) -> Vec<String> {
    names.map(ToString::to_string).collect()
}

/// What is known of a way out.
enum WayOut {
    /// The path to a state that has none.
    Stuck(Path),
    /// There is always one.
    Always,
    /// A limit was met.
    NotDecided,
}

impl WayOut {
    fn of(found: Option<Path>) -> Self {
        found.map_or(Self::Always, Self::Stuck)
    }
}
