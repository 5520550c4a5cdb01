//! The search for a state that breaks a promise.

use crate::actor::{Participant, Role};
use crate::page::{PageError, When};
use crate::process::Wrong;
use crate::promise::Judge;
use crate::read::{self, Read, ReadFile};
use crate::schedule::{self, Schedule};
use crate::system::{System, unknown_promise};
use crate::verdict::{Checked, Kind, NotTried, Noticed, Verdict};
use aos::stop;
use search::actors::{ActorSystem, Properties};
use search::report::Reason;
use search::{Finding, Limits, Progress, Report, Search, System as _, Until};
use std::path::Path;

/// Words of 32 distinct messages each.
const MOST_WORDS: usize = 64;

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
        if stop::is_over() {
            break;
        }
        let mut read = read()?;
        read.page.change(variant)?;
        read.page.exceptions.clear();
        // It is enough that it is noticed.
        let promise = read.page.promises.iter().position(|one| one.name == variant.breaks);
        let fires = promise.map(|place| Until::Fires(Wrong::ALL.len() + place));
        let limits = Limits { until: fires.unwrap_or_default(), ..limits.clone() };
        let changed = search(read, &limits, threads, progress);
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
    read: Read,
    limits: &Limits,
    threads: usize,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Checked, PageError> {
    let run = Run { system: System::new(read)?, limits, threads };
    match run.system.participants.len() {
        ..=4 => run.sized::<4>(progress),
        5..=8 => run.sized::<8>(progress),
        _ => run.sized::<{ System::MOST }>(progress),
    }
}

struct Run<'a> {
    system: System,
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
        let report = Search::new(&system, self.threads).run(self.limits, progress);
        let failure = report.cut.as_ref().map(|cut| &cut.reason).filter(|_| !stop::is_over());
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
        let names = system.judges().names().zip(&report.findings).enumerate();
        let verdicts = names.map(|(place, ((name, when), finding))| Verdict {
            promise: name.to_owned(),
            kind: self.kind(name, when, finding.as_ref(), report.complete()),
            because: self.system.page.exception(name).map(|exception| exception.because.clone()),
            schedule: finding.as_ref().map(|finding| self.schedule(system, place, finding)),
        });
        Checked {
            page: self.system.page.file.clone(),
            cut: report.cut.as_ref().map(|cut| cut.reason.clone()),
            not_tried: self.not_tried(),
            never_done: self.system.never_done(),
            notes: self.system.notes(),
            verdicts: verdicts.collect(),
            variants: Vec::new(),
            states: report.states,
            depth: report.depth,
            lost: self.system.page.lost,
            repeated: self.system.page.repeated,
        }
    }

    fn schedule<const N: usize, const W: usize>(
        &self,
        system: &ActorSystem<Participant, Judge, N, W>,
        place: usize,
        finding: &Finding,
    ) -> Schedule {
        stop::never(|| self.told(system, place, finding))
    }

    fn told<const N: usize, const W: usize>(
        &self,
        system: &ActorSystem<Participant, Judge, N, W>,
        place: usize,
        finding: &Finding,
    ) -> Schedule {
        let states = finding.path.replay(system, &mut system.scratch());
        let states = states.expect("the search took every path again");
        let states: Vec<_> = states.iter().map(|state| system.local_states(state)).collect();
        let actions = system.actions(&finding.path);
        schedule::tell(&self.system.participants, system.judges(), place, &states, &actions)
    }

    fn not_tried(&self) -> Vec<NotTried> {
        let processes = self.system.participants.iter().filter_map(|one| match &one.role {
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
        let exception = self.system.page.exception(name);
        let is_known =
            |finding: &Finding| exception.is_some_and(|exception| finding.cost >= exception.faults);
        match (when, finding) {
            (When::Seen, Some(_)) => Kind::Seen,
            (_, Some(finding)) if is_known(finding) => Kind::Excepted,
            (_, Some(_)) => Kind::Violated,
            (_, None) if !is_complete => Kind::NotDecided,
            (When::Seen, None) => Kind::NotSeen,
            (_, None) if exception.is_some() => Kind::HoldsAfterAll,
            (_, None) => Kind::Holds,
        }
    }
}
