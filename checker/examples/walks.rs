//! Random runs of contracts with random mistakes in them, a line of JSON each: what the host says
//! of each step. `explorer/tests/aos` compares that with the real aos.
//!
//! ```text
//! cargo run --release -p checker --example walks -- --seed 1 --items 2000
//! ```
//!
//! A run is a walk through the model, with all that its people, strangers and platforms can do. The
//! contract is one that is built in, or a file of the tests of this crate, mostly with a mistake that
//! the mutation analysis makes. A walk that has no course says why instead.

#[path = "../../aos/examples/fuzz/random.rs"]
#[allow(dead_code)]
mod random;

use checker::review::mutation::{MOST, mutants};
use explorer::aos_test::{Course, NoCourse, Part};
use explorer::trace::Trace;
use explorer::world::World;
use model::deployed::Manner;
use model::usda::Usda;
use model::{Action, Bounds, Deployed, Intent, Profile, Reductions, Subject, Variant};
use random::Random;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Walks of one contract, and the steps of each.
const WALKS: usize = 12;
const STEPS: usize = 24;
/// One contract in so many has no mistake in it.
const AS_IT_IS: usize = 4;

fn argument(name: &str, otherwise: u64) -> u64 {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

/// Where there is Lua for contracts, beside what is built in.
const FOLDERS: [&str; 3] = ["handlers", "answers/field/files", "answers/attack/files/contracts"];

/// The contracts: their names and texts.
fn contracts() -> io::Result<Vec<(String, String)>> {
    let built_in = Variant::all().filter_map(|one| Some((one.name().to_owned(), one.lua().ok()?)));
    let mut all: Vec<_> = built_in.collect();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut folders: Vec<_> = FOLDERS.iter().map(|folder| tests.join(folder)).collect();
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
        let mut paths = entries.collect::<io::Result<Vec<_>>>()?;
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "lua") {
                let name = path.strip_prefix(&tests).unwrap_or(&path).display().to_string();
                all.push((name, fs::read_to_string(path)?));
            }
        }
    }
    Ok(all)
}

/// A contract and what it is, or why there is none.
fn contract(
    all: &[(String, String)],
    random: &mut Random,
) -> Result<(String, Deployed), (String, String)> {
    let (file, text) = random.of(all);
    let found = mutants("walk.lua", text, MOST).unwrap_or_default().all;
    let (name, source) = if found.is_empty() || random.once_in(AS_IT_IS) {
        (file.clone(), text.clone())
    } else {
        let mutant = random.of(&found);
        let name = format!("{file}, line {}: {}", mutant.line, mutant.after);
        (name, mutant.source(text))
    };
    match Deployed::new("walk.lua", &source, Manner::default()) {
        Ok(lua) => Ok((name, lua)),
        Err(why) => Err((name, why.to_string())),
    }
}

/// What kinds of steps there are: each is as likely, however many of it are possible.
fn kind(action: &Action) -> usize {
    match action {
        Action::Act { intent: Intent::Trick(_), .. } => 0,
        Action::Act { .. } => 1,
        Action::Deliver { .. } => 2,
        Action::Again { .. } => 3,
        Action::Lose { .. } => 4,
        Action::Owner { .. } | Action::Upgrade | Action::Exit { .. } => 5,
    }
}

fn walk(world: World, random: &mut Random) -> Trace {
    let mut trace = Trace::start(world);
    for _ in 0..STEPS {
        let enabled = trace.enabled(trace.len());
        let mut kinds: Vec<_> = enabled.iter().map(kind).collect();
        kinds.dedup();
        // Most of what happens is that messages arrive.
        let among = if kinds.contains(&2) && random.once_in(2) { vec![2] } else { kinds };
        if among.is_empty() {
            break;
        }
        let wanted = *random.of(&among);
        let possible: Vec<_> =
            enabled.into_iter().filter(|action| kind(action) == wanted).collect();
        if trace.take(random.of(&possible)).is_err() {
            break;
        }
    }
    trace
}

fn main() -> io::Result<()> {
    let (seed, wanted) = (argument("--seed", 1), argument("--items", 2000));
    let (mut random, all) = (Random::new(seed), contracts()?);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut items = 0;
    while items < wanted {
        let (name, lua) = match contract(&all, &mut random) {
            Ok(found) => found,
            Err((title, why)) => {
                writeln!(out, "{}", serde_json::json!({ "title": title, "none": why }))?;
                continue;
            }
        };
        for n in 1..=WALKS {
            let profile = *random.of(Profile::ALL);
            let usda = *random.of(&[Usda::Blueprint2025, Usda::Blueprint2024]);
            let subject = Subject::Lua(lua.clone(), usda);
            let bounds: Bounds = "large".parse().unwrap_or_default();
            let reductions = Reductions::default();
            let trace = walk(World { subject, profile, bounds, reductions }, &mut random);
            let course = match lua.refusal() {
                Some(why) => Err(NoCourse::Refused(why)),
                None => Course::of(&trace, &format!("seed {seed}: {name}, walk {n} on {profile}")),
            };
            let line = match course {
                Ok(course) => {
                    let own =
                        |step: &&explorer::aos_test::Step| matches!(step.part, Part::Item { .. });
                    items += course.steps.iter().filter(own).count() as u64;
                    serde_json::to_string(&course)?
                }
                Err(why) => {
                    serde_json::json!({ "title": name, "none": why.to_string() }).to_string()
                }
            };
            writeln!(out, "{line}")?;
        }
    }
    out.flush()
}
