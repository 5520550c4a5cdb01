//! Asks both engines the same questions and says where they differ.
//!
//! ```sh
//! cargo run --release -p plain-checker --example compare -- --roster --bounds small
//! cargo run --release -p plain-checker --example compare -- --roster --lua
//! cargo run --release -p plain-checker --example compare -- --random 1000 --seed 1
//! cargo run --release -p plain-checker --example compare -- --file own.lua
//! ```
//!
//! `--variant NAME` and `--profile NAME` choose among the roster, `--profile NAME` for a file; `--first N` begins with a later
//! random contract. The exit code is 1 where anything differs.

#[path = "../compare/mod.rs"]
mod compare;
#[path = "../compare/random.rs"]
mod random;

use compare::{Answer, Question, summary};
use model::{Bounds, Profile, Variant};
use rayon::prelude::*;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Instant;

fn main() -> ExitCode {
    match questions(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(questions) => ask(&questions),
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}

/// What is asked for on the command line.
fn questions(arguments: &[String]) -> Result<Vec<Question>, String> {
    let value = |flag: &str| {
        let place = arguments.iter().position(|argument| argument == flag);
        place
            .map(|place| arguments.get(place + 1).ok_or(format!("{flag} needs a value")))
            .transpose()
    };
    let number = |flag: &str| {
        value(flag)?
            .map(|it| it.parse::<u64>().map_err(|e| format!("{flag} {it}: {e}")))
            .transpose()
    };
    let bounds: Bounds = read(value("--bounds")?, "tiny".parse())?;
    if let Some(many) = number("--random")? {
        let seed = number("--seed")?.unwrap_or(1);
        let first = number("--first")?.unwrap_or(0);
        return Ok((first..first + many).map(|n| random::question(seed, n, bounds)).collect());
    }
    let (variant, profile) = (value("--variant")?, value("--profile")?);
    if let Some(path) = value("--file")? {
        let source = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        let chosen = Profile::ALL.iter().filter(|it| profile.is_none_or(|name| name == it.name));
        let question = |on: &Profile| Question {
            name: path.clone(),
            lua: Some(source.clone()),
            ..Question::of(Variant::Hardened, on, false, bounds)
        };
        return Ok(chosen.map(question).collect());
    }
    if !arguments.iter().any(|argument| argument == "--roster") {
        return Err("nothing to do: --roster, --random N --seed S, or --file PATH".into());
    }
    let is_lua = arguments.iter().any(|argument| argument == "--lua");
    let chosen = |name: &str, of: Option<&String>| of.is_none_or(|of| of == name);
    let variants = Variant::all().filter(|it| chosen(it.name(), variant));
    let profiles = || Profile::ALL.iter().filter(|it| chosen(it.name, profile));
    let question = |variant, profile: &Profile| Question::of(variant, profile, is_lua, bounds);
    Ok(variants.flat_map(|it| profiles().map(move |on| question(it, on))).collect())
}

fn read<T, E: std::fmt::Display>(
    value: Option<&String>,
    otherwise: Result<T, E>,
) -> Result<T, String>
where
    T: FromStr<Err = E>,
{
    value.map_or(otherwise, |text| text.parse()).map_err(|error| error.to_string())
}

fn ask(questions: &[Question]) -> ExitCode {
    let answer = |question: &Question| {
        let begun = Instant::now();
        let answer = question.ask();
        if begun.elapsed().as_secs() >= 20 {
            eprintln!("{} under {}: {answer:?}", question.name, question.profile);
        }
        if answer.too_large {
            println!("{} under {}: given up", question.name, question.profile);
        }
        for line in &answer.differences {
            println!("{line}");
        }
        answer
    };
    let answers: Vec<Answer> = questions.par_iter().with_max_len(1).map(answer).collect();
    println!("{}", summary(&answers));
    ExitCode::from(u8::from(answers.iter().any(|answer| !answer.differences.is_empty())))
}
