//! Asks both engines the same, and says where they differ.

use checker::job;
use checker::limits::{Cut, Deadline, Limits};
use checker::settings::Settings;
use checker::verdict::Verdict as Theirs;
use explorer::world::World;
use model::deployed::Manner;
use model::usda::Usda;
use model::{Bounds, Deployed, Faults, Profile, Reductions, Subject, Variant};
use plain_checker::contract::{Contract, Stop};
use plain_checker::lua::Lua;
use plain_checker::search::{Most, Verdict, search};
use plain_checker::world::Place;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::{Duration, Instant};

/// One question, asked of both.
#[derive(Clone, Debug)]
pub struct Question {
    /// What the contract is called.
    pub name: String,
    /// Its Lua; nothing for the transcription of a variant.
    pub lua: Option<String>,
    /// The variant, or the one whose USDA runs beside the Lua.
    pub variant: Variant,
    pub profile: Profile,
    /// How often what may be done.
    pub bounds: Bounds,
    /// How far the plain engine may go.
    pub most: Most,
    /// How long either engine may take, if that is limited.
    pub time: Option<Duration>,
    /// What was changed of a known contract.
    pub edits: Vec<String>,
}

/// The verdicts of both.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Where the engines differ, a line each.
    pub differences: Vec<String>,
    /// How many verdicts were compared, with their sets of faults and steps.
    pub compared: usize,
    /// How many of them are that a promise is broken.
    pub violated: usize,
    /// How many worlds the plain engine looked at.
    pub worlds: usize,
    /// Why neither engine gives verdicts, where neither does.
    pub refused: Option<String>,
    /// Why nothing was compared, where an engine reached a limit.
    pub undecided: Option<String>,
    /// How long the plain engine took.
    pub took: Duration,
}

type Verdicts = BTreeMap<&'static str, Verdict>;

/// Why the main engine gives no verdicts.
enum No {
    Refused(String),
    /// It reached a limit.
    Cut(Cut),
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} under {}", self.name, self.profile)
    }
}

impl Question {
    /// Of a variant on a platform: of its transcription, or of its Lua.
    ///
    /// # Panics
    /// If the edits that make the variant do not apply any more.
    pub fn of(variant: Variant, profile: &Profile, is_lua: bool, bounds: Bounds) -> Self {
        let lua = is_lua.then(|| variant.lua().expect("its edits apply"));
        let name = variant.name().into();
        let (most, edits) = (Most::worlds(50_000_000), Vec::new());
        Self { name, lua, variant, profile: *profile, bounds, most, time: None, edits }
    }

    pub fn ask(&self) -> Answer {
        let begun = Instant::now();
        let ours = self.ask_plain();
        let took = begun.elapsed();
        let worlds = ours.as_ref().map_or(0, |(_, worlds)| *worlds);
        let mut answer = Answer { worlds, took, ..Answer::default() };
        if let Err(why @ (Stop::TooMany(_) | Stop::TimeIsOver)) = &ours {
            return Answer { undecided: Some(why.to_string()), ..answer };
        }
        let mut differences = Vec::new();
        match (&ours, self.ask_main()) {
            (_, Err(No::Cut(cut))) => {
                answer.undecided = Some(format!("the main engine was {cut}"));
            }
            (Ok((ours, _)), Ok(theirs)) => {
                answer.compared = ours.len();
                let is_violated = |it: &&Verdict| matches!(it, Verdict::Violated(_));
                answer.violated = ours.values().filter(is_violated).count();
                differences = differ(ours, &theirs);
            }
            (Err(why), Err(No::Refused(_))) => answer.refused = Some(why.to_string()),
            (Err(why), Ok(_)) => differences.push(format!("only the plain engine: {why}")),
            (Ok(_), Err(No::Refused(why))) => {
                differences.push(format!("only the main engine: refused: {why}"));
            }
        }
        let place = |text: String| format!("{self}: {text}; {}", self.edits.join("; "));
        Answer { differences: differences.into_iter().map(place).collect(), ..answer }
    }

    fn ask_plain(&self) -> Result<(Verdicts, usize), Stop> {
        match &self.lua {
            None => self.search(&self.variant),
            Some(source) => self.search(&Lua::new(&self.name, source)?),
        }
    }

    fn search<C: Contract>(&self, contract: &C) -> Result<(Verdicts, usize), Stop> {
        let place = Place::new(contract, self.usda(), self.profile, self.bounds);
        let end = self.time.and_then(|time| Instant::now().checked_add(time));
        let findings = search(place, Most { until: end.or(self.most.until), ..self.most })?;
        Ok((findings.verdicts.into_iter().collect(), findings.worlds))
    }

    fn usda(&self) -> Usda {
        self.variant.usda()
    }

    /// With all its reductions.
    fn ask_main(&self) -> Result<Verdicts, No> {
        let subject = match &self.lua {
            None => Subject::from(self.variant),
            Some(source) => {
                let lua = Deployed::new(&self.name, source, Manner::default());
                Subject::Lua(lua.map_err(|error| No::Refused(error.to_string()))?, self.usda())
            }
        };
        let world = World {
            subject,
            profile: self.profile,
            bounds: self.bounds,
            reductions: Reductions::default(),
        };
        let mut properties = properties::ALL.to_vec();
        if self.lua.is_some() {
            // These two ask how the main engine runs Lua, and the plain one runs it once.
            let of_main = ["comes-to-rest", "handlers-deterministic"];
            let both = properties::OF_LUA.into_iter().filter(|one| !of_main.contains(&one.name));
            properties.extend(both);
        }
        let limits = Limits { time: self.time.map(Deadline::after), ..Limits::default() };
        let settings = Settings { threads: 1, limits, ..Settings::default() };
        let run = job::run(&world, &properties, &settings, &|_| ());
        if let Some(why) = world.subject.refusal() {
            return Err(No::Refused(why));
        }
        if let Some(cut) = run.exploration.cut {
            return Err(No::Cut(cut));
        }
        let verdict = |verdict: &Theirs| match verdict {
            Theirs::Holds => Verdict::Holds,
            Theirs::NotTried(_) => Verdict::NotTried,
            Theirs::HoldsUpTo(cut) => panic!("a search that was not cut says: {cut}"),
            Theirs::Violated(broken) => {
                let steps = |set: &Faults| {
                    let runs = broken.all().filter(|run| run.faults == *set);
                    runs.map(|run| run.actions.len()).min().expect("each set is of a run")
                };
                let sets = broken.fault_sets();
                Verdict::Violated(sets.iter().map(|set| (*set, steps(set))).collect())
            }
        };
        Ok(run.verdicts.iter().map(|(property, it)| (property.name, verdict(it))).collect())
    }
}

fn differ(ours: &Verdicts, theirs: &Verdicts) -> Vec<String> {
    let names: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
    let differ = names.into_iter().filter(|name| ours.get(*name) != theirs.get(*name));
    let said = |of: &Verdicts, name| of.get(name).map_or("not asked".into(), Verdict::to_string);
    let line = |name: &&'static str| {
        format!("{name} is {}, the main engine says {}", said(ours, *name), said(theirs, *name))
    };
    differ.map(line).collect()
}

/// The sum of several answers, as one line.
pub fn summary(answers: &[Answer]) -> String {
    let sum = |of: fn(&Answer) -> usize| answers.iter().map(of).sum::<usize>();
    let seconds: f64 = answers.iter().map(|answer| answer.took.as_secs_f64()).sum();
    format!(
        "{} searches, {} verdicts compared ({} of them violated), {} refused by both, {} not decided; {} worlds in {seconds:.1} s; {} differences",
        answers.len(),
        sum(|it| it.compared),
        sum(|it| it.violated),
        sum(|it| usize::from(it.refused.is_some())),
        sum(|it| usize::from(it.undecided.is_some())),
        sum(|it| it.worlds),
        sum(|it| it.differences.len()),
    )
}
