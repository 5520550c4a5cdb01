//! Asks both engines the same questions and says where they differ.
//!
//! ```sh
//! cargo run --release -p plain-checker --example compare -- --roster --bounds small --limit 10 --within 1500
//! cargo run --release -p plain-checker --example compare -- --roster --lua
//! cargo run --release -p plain-checker --example compare -- --random 1000 --seed 1
//! cargo run --release -p plain-checker --example compare -- --file own.lua
//! ```
//!
//! `--limit SECONDS` is for each engine and search, `--within SECONDS` for all of it: a search
//! that is not done by then, or would begin later, is named at the end as not decided. `--most
//! WORLDS` limits the memory of the plain engine. `--threads N` asks so many questions at once;
//! one for each core without it.
//!
//! `--variant NAME` and `--platform NAME` choose among the roster, `--platform NAME` for a file;
//! `--first N` begins with a later random contract. The exit code is 1 where anything differs,
//! and 2 where the command line is wrong.

#[path = "../compare/mod.rs"]
mod compare;
#[path = "../compare/random.rs"]
mod random;

use compare::{Answer, Question, summary};
use model::{Bounds, Profile, Variant};
use rayon::prelude::*;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let arguments = Arguments(std::env::args().skip(1).collect());
    let asked = arguments.questions().and_then(|questions| {
        let end = arguments.seconds("--within")?.map(|all| Instant::now() + all);
        if let Some(threads) = arguments.number("--threads")? {
            let threads = usize::try_from(threads).unwrap_or(usize::MAX);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
            pool.map_err(|error| format!("--threads {threads}: {error}"))?;
        }
        Ok(ask(&questions, end))
    });
    asked.unwrap_or_else(|why| {
        eprintln!("{why}");
        ExitCode::from(2)
    })
}

/// The command line.
struct Arguments(Vec<String>);

impl Arguments {
    fn has(&self, flag: &str) -> bool {
        self.0.iter().any(|argument| argument == flag)
    }

    fn value(&self, flag: &str) -> Result<Option<&String>, String> {
        let place = self.0.iter().position(|argument| argument == flag);
        place.map(|place| self.0.get(place + 1).ok_or(format!("{flag} needs a value"))).transpose()
    }

    fn read<T: FromStr<Err: std::fmt::Display>>(&self, flag: &str) -> Result<Option<T>, String> {
        let read = |text: &String| text.parse().map_err(|error| format!("{flag} {text}: {error}"));
        self.value(flag)?.map(read).transpose()
    }

    fn number(&self, flag: &str) -> Result<Option<u64>, String> {
        self.read(flag)
    }

    fn seconds(&self, flag: &str) -> Result<Option<Duration>, String> {
        Ok(self.number(flag)?.map(Duration::from_secs))
    }

    /// What is asked for.
    fn questions(&self) -> Result<Vec<Question>, String> {
        let mut questions = self.unlimited()?;
        let (time, most) = (self.seconds("--limit")?, self.read("--most")?);
        for question in &mut questions {
            question.time = time;
            question.most.worlds = most.unwrap_or(question.most.worlds);
        }
        Ok(questions)
    }

    fn unlimited(&self) -> Result<Vec<Question>, String> {
        let bounds = self.value("--bounds")?.map_or("tiny", String::as_str);
        let bounds: Bounds = bounds.parse().map_err(|error| format!("--bounds: {error}"))?;
        if let Some(many) = self.number("--random")? {
            let seed = self.number("--seed")?.unwrap_or(1);
            let first = self.number("--first")?.unwrap_or(0);
            return Ok((first..first + many).map(|n| random::question(seed, n, bounds)).collect());
        }
        let (variant, profile) = (self.value("--variant")?, self.value("--platform")?);
        let chosen = |name: &str, of: Option<&String>| of.is_none_or(|of| of == name);
        let mut profiles: Vec<_> =
            Profile::ALL.iter().filter(|it| chosen(it.name, profile)).collect();
        // Where less can go wrong there is less to look at, and more is done in the time.
        profiles.sort_by_key(|it| it.faults.len());
        if let Some(path) = self.value("--file")? {
            let source = std::fs::read_to_string(path);
            let source = source.map_err(|error| format!("{path}: {error}"))?;
            let question = |on: &Profile| Question {
                name: path.clone(),
                lua: Some(source.clone()),
                ..Question::of(Variant::Hardened, on, false, bounds)
            };
            return Ok(profiles.into_iter().map(question).collect());
        }
        if !self.has("--roster") {
            return Err("nothing to do: --roster, --random N --seed S, or --file PATH".into());
        }
        let is_lua = self.has("--lua");
        let variants = || Variant::all().filter(|it| chosen(it.name(), variant));
        let on = |on: &'static Profile| {
            variants().map(move |variant| Question::of(variant, on, is_lua, bounds))
        };
        let questions: Vec<_> = profiles.into_iter().flat_map(on).collect();
        if questions.is_empty() {
            return Err("nothing to do: no such variant or platform".into());
        }
        Ok(questions)
    }
}

fn ask(questions: &[Question], end: Option<Instant>) -> ExitCode {
    let answer = |question: &Question| {
        let begun = Instant::now();
        let left = end.map(|end| end.saturating_duration_since(begun));
        if left == Some(Duration::ZERO) {
            return Answer { undecided: Some("not begun".into()), ..Answer::default() };
        }
        let time = [question.time, left].into_iter().flatten().min();
        let answer = Question { time, ..question.clone() }.ask();
        if begun.elapsed().as_secs() >= 20 {
            eprintln!("{question}: {:.1} s", answer.took.as_secs_f64());
        }
        for line in &answer.differences {
            println!("{line}");
        }
        answer
    };
    // Taken one after the other, so that those that are left at the end are the last.
    let asked = questions.iter().enumerate().par_bridge();
    let mut answers: Vec<_> = asked.map(|(number, it)| (number, answer(it))).collect();
    answers.sort_by_key(|(number, _)| *number);
    let answers: Vec<Answer> = answers.into_iter().map(|(_, answer)| answer).collect();
    let undecided = |(question, answer): (&Question, &Answer)| {
        let why = answer.undecided.as_ref()?;
        Some(format!("  {question}: {why}"))
    };
    let undecided: Vec<_> = questions.iter().zip(&answers).filter_map(undecided).collect();
    if !undecided.is_empty() {
        println!("not decided: {} searches\n{}", undecided.len(), undecided.join("\n"));
    }
    println!("{}", summary(&answers));
    ExitCode::from(u8::from(answers.iter().any(|answer| !answer.differences.is_empty())))
}
