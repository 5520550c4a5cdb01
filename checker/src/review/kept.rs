//! Searches from earlier reviews, cached in a folder: after an edit, only those run again that
//! the edit affects.
//!
//! A search is named by a digest of all that it depends on: the program that makes it, the source
//! of the handlers and how it is run, platform, bounds, limits, promises. What is kept of it are
//! the numbers, the verdicts, and the steps of each counterexample, sealed with a [`Key`]: what
//! somebody else wrote is not believed, and the search is made again. Of a search that was cut
//! nothing is kept.

use super::key::Key;
use crate::commands::{Failure, refusals};
use crate::exit_code::Exit;
use crate::files;
use crate::job::{self, Run, run_all};
use crate::limits::Cut;
use crate::progress::Watcher;
use crate::search::{Broken, Exploration, Found};
use crate::settings::Settings;
use crate::verdict::Verdict;
use crate::watch::watched;
use explorer::handlers::HandlersRecord;
use explorer::text_file::{self, LARGEST, TextError};
use explorer::trace::Trace;
use explorer::world::World;
use model::deployed::{Dependence, Note, Power, Reached};
use model::{Action, Deployed, Reduction, Reductions, Subject};
use properties::Property;
use rayon::ThreadPoolBuildError;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use std::{env, fs, io};

/// How the searches of a review are made.
#[derive(Clone, Copy)]
pub struct Searches<'a> {
    pub settings: Settings,
    /// Whom to tell about progress.
    pub watcher: &'a Watcher,
    /// The searches that are cached.
    pub kept: &'a Kept,
}

/// A folder of searches, or none.
#[derive(Default)]
pub struct Kept {
    folder: Option<Folder>,
    reused: AtomicUsize,
    made: AtomicUsize,
    /// Files that somebody else wrote.
    foreign: AtomicUsize,
    /// Why one could not be written.
    unwritten: Mutex<Option<String>>,
}

struct Folder {
    path: PathBuf,
    key: Key,
    /// The program that runs, by its content.
    program: String,
}

/// The name of a search, and where it is kept.
struct Place<'a> {
    folder: &'a Folder,
    name: String,
    path: PathBuf,
}

/// What is kept of a search.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    states: u64,
    unreduced: u64,
    transitions: u64,
    depth: u32,
    keys: u64,
    /// The simplifications that were used, by name.
    reductions: Vec<String>,
    nothing_inert: bool,
    /// Whether one of two contracts side by side threw and left something behind.
    left_half: bool,
    /// Whether it stopped at the first that was found, as it was asked to.
    found_first: bool,
    /// By property.
    verdicts: BTreeMap<String, Kind>,
    /// What each Lua file reads that is tried in one way.
    notes: Vec<Vec<NoteKept>>,
    /// What ran of each Lua file.
    reached: Vec<ReachedKept>,
    /// The powers that each search saw.
    powers: Vec<BTreeSet<Power>>,
}

/// The kind of a note, with file and line.
type NoteKept = (String, Option<(String, u32)>);

/// Branches and lines.
type ReachedKept = (BTreeSet<usize>, BTreeSet<u32>);

fn reached(lua: &Deployed) -> ReachedKept {
    let Reached { branches, lines } = lua.reached();
    (branches, lines)
}

fn notes(lua: &Deployed) -> Vec<NoteKept> {
    lua.notes().into_iter().map(|note| (note.what.name().to_owned(), note.place)).collect()
}

fn note(kept: &NoteKept) -> Option<Note> {
    let what = Dependence::ALL.into_iter().find(|one| one.name() == kept.0)?;
    Some(Note { what, place: kept.1.clone() })
}

/// What is kept of a verdict.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Kind {
    Holds,
    /// Nothing was found of it where the search stopped at the first that was.
    Unsettled,
    NotTried,
    Violated(Vec<Steps>),
}

/// What is kept of a counterexample.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Steps {
    actions: Vec<Action>,
    before: Option<u64>,
}

impl Searches<'_> {
    /// The runs of these worlds, in their order: those that are kept, and the others made.
    ///
    /// # Errors
    /// If the threads cannot be had, or the handlers ask for what the host does not do.
    pub fn of(&self, worlds: &[World], properties: &[Property]) -> Result<Vec<Run>, Failure> {
        let place = |world: &World| self.kept.place(world, properties, &self.settings);
        let known = |world: &World| self.known(&place(world)?, world, properties);
        let mut runs: Vec<_> = worlds.iter().map(known).collect();
        let missing = worlds.iter().zip(&runs).filter(|(_, run)| run.is_none());
        let missing: Vec<_> = missing.map(|(world, _)| world.clone()).collect();
        for run in runs.iter().flatten() {
            self.watcher.finished(run.exploration.states);
        }
        self.kept.count(worlds.len() - missing.len(), missing.len());
        let mut made = self.make(&missing, properties)?.into_iter();
        for (world, run) in worlds.iter().zip(&mut runs).filter(|(_, run)| run.is_none()) {
            *run = made.next();
            if let (Some(run), Some(place)) = (run, place(world)) {
                self.kept.write(&place, run);
            }
        }
        Ok(runs.into_iter().flatten().collect())
    }

    /// The run of one world, on the thread that asks.
    ///
    /// # Errors
    /// If the handlers ask for what the host does not do.
    pub fn one(&self, world: &World, properties: &[Property]) -> Result<Run, Failure> {
        let place = self.kept.place(world, properties, &self.settings);
        let known = place.as_ref().and_then(|place| self.known(place, world, properties));
        self.kept.count(usize::from(known.is_some()), usize::from(known.is_none()));
        if let Some(run) = known {
            return Ok(run);
        }
        let run = job::run(world, properties, &self.settings, &|_| ());
        refusals(std::iter::once(&world.subject))?;
        if let Some(place) = place {
            self.kept.write(&place, &run);
        }
        Ok(run)
    }

    /// The run that is kept there, whose counterexamples are run again within the limits.
    fn known(&self, place: &Place<'_>, world: &World, properties: &[Property]) -> Option<Run> {
        let record = self.kept.read(place)?;
        let (run, cut) = watched(self.settings.limits, || record.run(world, properties));
        // What was given up may be another run.
        run.filter(|_| cut.is_none())
    }

    fn make(&self, worlds: &[World], properties: &[Property]) -> Result<Vec<Run>, Failure> {
        if worlds.is_empty() {
            return Ok(Vec::new());
        }
        let internal = |error: ThreadPoolBuildError| Failure {
            message: error.to_string(),
            exit: Exit::Internal,
        };
        let runs = run_all(worlds, properties, &self.settings, self.watcher).map_err(internal)?;
        refusals(worlds.iter().map(|world| &world.subject))?;
        Ok(runs)
    }
}

impl Kept {
    /// No folder: every search is made.
    pub fn nothing() -> Self {
        Self::default()
    }

    /// The searches in this folder that the caller of the command kept.
    ///
    /// # Errors
    /// The folder or the key, and why it cannot be used.
    pub(super) fn of_caller(path: &Path, key_file: Option<&Path>) -> Result<Self, String> {
        // Where the folder is says where no key can be.
        files::prepare(path).map_err(|failure| format!("--cache {}", failure.message))?;
        Self::within(path, Key::of_caller(key_file, path)?)
    }

    /// The searches in this folder, which is made where it is not there, that were written with
    /// this key.
    ///
    /// # Errors
    /// The folder, and why it cannot be used.
    pub fn within(path: &Path, key: Key) -> Result<Self, String> {
        let cannot =
            |error: io::Error| format!("--cache {}: cannot be used: {error}", path.display());
        files::refuse_link(path).and_then(|()| fs::create_dir_all(path)).map_err(cannot)?;
        let program = fs::read(env::current_exe().map_err(cannot)?).map_err(cannot)?;
        let program = blake3::hash(&program).to_hex().to_string();
        let folder = Some(Folder { path: path.to_owned(), key, program });
        Ok(Self { folder, ..Self::default() })
    }

    fn count(&self, reused: usize, made: usize) {
        self.reused.fetch_add(reused, Ordering::Relaxed);
        self.made.fetch_add(made, Ordering::Relaxed);
    }

    /// What was reused, in words; nothing where no folder was named.
    pub fn said(&self) -> Option<String> {
        let folder = self.folder.as_ref()?.path.display();
        let of = |count: &AtomicUsize| count.load(Ordering::Relaxed);
        let (reused, made) = (of(&self.reused), of(&self.made));
        Some(format!("{reused} of {} searches reused from {folder}", reused + made))
    }

    /// A note about searches that somebody else cached, if there were any.
    pub fn said_of_others(&self) -> Option<String> {
        let folder = self.folder.as_ref()?.path.display();
        let searches = match self.foreign.load(Ordering::Relaxed) {
            0 => return None,
            1 => "1 kept search was".to_owned(),
            n => format!("{n} kept searches were"),
        };
        Some(format!("{folder}: {searches} not written with your key: made again"))
    }

    /// Why a search could not be kept, if one could not.
    pub fn unwritten(&self) -> Option<String> {
        self.unwritten.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is kept there, if it was written with the key.
    fn read(&self, place: &Place<'_>) -> Option<Record> {
        let bytes = match text_file::bytes(&place.path) {
            Err(TextError::Unreadable(error)) if error.kind() == io::ErrorKind::NotFound => {
                return None;
            }
            bytes => bytes,
        };
        let body = |bytes: &Vec<u8>| -> Option<Record> {
            serde_json::from_slice(place.folder.key.opened(&place.name, bytes)?).ok()
        };
        let record = bytes.ok().as_ref().and_then(body);
        self.foreign.fetch_add(usize::from(record.is_none()), Ordering::Relaxed);
        record
    }

    /// Keeps a search that was not cut short. Whatever lies there is replaced.
    fn write(&self, place: &Place<'_>, run: &Run) {
        let Some(record) = Record::of(run) else { return };
        let written = serde_json::to_vec(&record).map_err(io::Error::other).and_then(|body| {
            let bytes = place.folder.key.sealed(&place.name, &body);
            // What is too large to be read again would only take room.
            if bytes.len() as u64 > LARGEST { Ok(()) } else { files::replace(&place.path, &bytes) }
        });
        if let Err(error) = written {
            let said = format!("--cache {}: cannot be written: {error}", place.path.display());
            let mut first = self.unwritten.lock().unwrap_or_else(PoisonError::into_inner);
            first.get_or_insert(said);
        }
    }

    /// Where a search is kept.
    fn place(&self, world: &World, properties: &[Property], how: &Settings) -> Option<Place<'_>> {
        let folder = self.folder.as_ref()?;
        let names: Vec<_> = properties.iter().map(|property| property.name).collect();
        let off: Vec<_> = Reduction::ALL.iter().map(|one| world.reductions.has(*one)).collect();
        let what = serde_json::to_vec(&(
            subject(&world.subject)?,
            (world.profile.name, world.bounds, off),
            (names, how.distinct, format!("{:?} {:?}", how.limits, how.engine)),
            &folder.program,
        ));
        let name = blake3::hash(&what.ok()?).to_hex().to_string();
        let path = folder.path.join(format!("{name}.json"));
        Some(Place { folder, name, path })
    }
}

/// All that there is to a contract.
fn subject(subject: &Subject) -> Option<serde_json::Value> {
    Some(match subject {
        Subject::Variant(variant) => variant.name().into(),
        Subject::Lua(..) => serde_json::to_value(HandlersRecord::of(subject)?).ok()?,
        Subject::Pair(pair) => serde_json::json!([
            pair.name,
            pair.called,
            pair.skips_inert,
            format!("{:?}", pair.evaluation),
            self::subject(&pair.one)?,
            self::subject(&pair.other)?,
        ]),
    })
}

/// Whether one of two contracts side by side threw and left something behind.
pub(super) fn left_half(subject: &Subject) -> bool {
    matches!(subject, Subject::Pair(pair) if pair.left_half.load(Ordering::Relaxed))
}

impl Record {
    /// What is kept of a search that was not cut short.
    fn of(run: &Run) -> Option<Self> {
        let Exploration { states, unreduced, transitions, depth, keys, .. } = run.exploration;
        let steps = |found: &Found| Steps { actions: found.actions.clone(), before: found.before };
        let kind = |verdict: &Verdict| match verdict {
            Verdict::Holds => Some(Kind::Holds),
            Verdict::NotTried(_) => Some(Kind::NotTried),
            Verdict::Violated(broken) => Some(Kind::Violated(broken.all().map(steps).collect())),
            Verdict::HoldsUpTo(Cut::Found) => Some(Kind::Unsettled),
            Verdict::HoldsUpTo(_) => None,
        };
        let cut = run.exploration.cut;
        let verdicts = run.verdicts.iter();
        let verdicts =
            verdicts.map(|(property, verdict)| Some((property.name.into(), kind(verdict)?)));
        Some(Self {
            verdicts: verdicts
                .collect::<Option<_>>()
                .filter(|_| matches!(cut, None | Some(Cut::Found)))?,
            notes: run.world.subject.luas().iter().map(|lua| notes(lua)).collect(),
            reached: run.world.subject.luas().iter().map(|lua| reached(lua)).collect(),
            powers: run.world.subject.luas().iter().map(|lua| lua.powers()).collect(),
            left_half: left_half(&run.world.subject),
            found_first: cut.is_some(),
            reductions: run.reductions.iter().map(|one| one.name().to_owned()).collect(),
            nothing_inert: run.world.subject.luas().iter().any(|lua| lua.nothing_is_inert()),
            states,
            unreduced,
            transitions,
            depth,
            keys,
        })
    }

    /// The run that this was, of this world; nothing if it is not.
    fn run(self, world: &World, properties: &[Property]) -> Option<Run> {
        let inert = world.subject.with_nothing_inert();
        let subject = if self.nothing_inert { inert } else { world.subject.clone() };
        if let (Subject::Pair(pair), true) = (&subject, self.left_half) {
            pair.left_half.store(true, Ordering::Relaxed);
        }
        let world = World { subject, ..world.clone() };
        let mut reductions = Reductions::NONE;
        for name in &self.reductions {
            reductions = reductions.with(name.parse().ok()?);
        }
        let verdict = |property: &Property| {
            let verdict = self.verdicts.get(property.name)?.verdict(&world, property)?;
            Some((*property, verdict))
        };
        let verdicts: Option<Vec<_>> = properties.iter().map(verdict).collect();
        let verdicts = verdicts?;
        let luas = world.subject.luas();
        let notes = self.notes.iter().map(|kept| kept.iter().map(note).collect());
        let notes = notes.collect::<Option<Vec<Vec<_>>>>().filter(|all| all.len() == luas.len())?;
        if self.reached.len() != luas.len() || self.powers.len() != luas.len() {
            return None;
        }
        luas.iter().zip(self.powers).for_each(|(lua, powers)| lua.add_powers(powers));
        luas.iter().zip(notes).for_each(|(lua, notes)| lua.add_notes(notes));
        for (lua, (branches, lines)) in luas.iter().zip(self.reached) {
            lua.add_reached(Reached { branches, lines });
        }
        let broken = verdicts.iter().filter_map(|(property, verdict)| match verdict {
            Verdict::Violated(broken) => Some((property.name, broken.clone())),
            _ => None,
        });
        let exploration = Exploration {
            found: broken.collect(),
            states: self.states,
            unreduced: self.unreduced,
            transitions: self.transitions,
            depth: self.depth,
            keys: self.keys,
            cut: self.found_first.then_some(Cut::Found),
            frontier: 0,
            witnesses: std::collections::HashSet::default(),
        };
        Some(Run { world, reductions, exploration, verdicts, took: Duration::ZERO })
    }
}

impl Kind {
    fn verdict(&self, world: &World, property: &Property) -> Option<Verdict> {
        Some(match self {
            Self::Holds => Verdict::Holds,
            Self::Unsettled => Verdict::HoldsUpTo(Cut::Found),
            Self::NotTried => Verdict::NotTried(Vec::new()),
            Self::Violated(all) => {
                let mut found = all.iter().map(|steps| steps.found(world, property));
                let first = found.next()??;
                Verdict::Violated(Broken { first, others: found.collect::<Option<_>>()? })
            }
        })
    }
}

impl Steps {
    /// The counterexample, if its steps are possible and break the property.
    fn found(&self, world: &World, property: &Property) -> Option<Found> {
        let trace = Trace::of(world.clone(), &self.actions).ok()?;
        let state = trace.state(trace.len());
        let breach = property.judge(&trace.swap.situation(state)).err()?;
        let (actions, before) = (self.actions.clone(), self.before);
        Some(Found { actions, faults: state.spent.faults, breach, before })
    }
}
