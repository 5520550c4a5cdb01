//! Random runs of contracts with random mistakes in them, a line of JSON each: what the host says
//! of each step. `explorer/tests/aos` compares that with the real aos.
//!
//! ```text
//! cargo run --release -p checker --example walks -- --seed 1 --items 2000
//! ```
//!
//! A run is a walk through the model, with all that its people, strangers and platforms can do. The
//! contract is one that is built in, or one of them with a mistake that the mutation analysis makes.
//! A walk that has no course says why instead.

#[path = "../../aos/examples/fuzz/random.rs"]
#[allow(dead_code)]
mod random;

use checker::review::mutation::{MOST, mutants};
use explorer::aos_test::{Course, NoCourse, Part};
use explorer::trace::Trace;
use explorer::world::World;
use model::deployed::Manner;
use model::{Action, Bounds, Deployed, Intent, Profile, Reductions, Subject, Variant};
use random::Random;
use std::io::{self, BufWriter, Write};

/// Walks of one contract, and the steps of each.
const WALKS: usize = 12;
const STEPS: usize = 24;
/// One contract in so many has no mistake in it.
const AS_IT_IS: usize = 4;

fn argument(name: &str, otherwise: u64) -> u64 {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

/// A contract that loads, and what it is.
fn contract(random: &mut Random) -> Option<(String, Variant, Deployed)> {
    let variants: Vec<_> = Variant::all().collect();
    let variant = *random.of(&variants);
    let source = variant.lua().ok()?;
    let (name, source) = if random.once_in(AS_IT_IS) {
        (variant.name().to_owned(), source)
    } else {
        let found = mutants("walk.lua", &source, MOST).ok()?.all;
        let mutant = random.of(&found);
        let name = format!("{variant}, line {}: {}", mutant.line, mutant.after);
        (name, mutant.source(&source))
    };
    let lua = Deployed::new("walk.lua", &source, Manner::default()).ok()?;
    Some((name, variant, lua))
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
    let mut random = Random::new(seed);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut items = 0;
    while items < wanted {
        let Some((name, variant, lua)) = contract(&mut random) else {
            writeln!(out, "{}", serde_json::json!({ "none": "the contract does not load" }))?;
            continue;
        };
        for n in 1..=WALKS {
            let profile = *random.of(Profile::ALL);
            let subject = Subject::Lua(lua.clone(), variant.usda());
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
                Err(why) => serde_json::json!({ "none": why.to_string() }).to_string(),
            };
            writeln!(out, "{line}")?;
        }
    }
    out.flush()
}
