//! Both engines say the same of the roster.

#[path = "../compare/mod.rs"]
mod compare;

use compare::{Answer, Question, summary};
use model::{Bounds, Profile, Variant};
use rayon::prelude::*;

fn question(variant: Variant, profile: &Profile, is_lua: bool) -> Question {
    Question::of(variant, profile, is_lua, "tiny".parse::<Bounds>().expect("bounds"))
}

fn none_differ(questions: &[Question]) {
    let answers: Vec<Answer> = questions.par_iter().map(Question::ask).collect();
    println!("{}", summary(&answers));
    let differences: Vec<_> = answers.iter().flat_map(|it| it.differences.clone()).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(answers.iter().all(|answer| answer.refused.is_none()));
}

#[test]
fn both_engines_say_the_same_of_every_transcription() {
    let all =
        Variant::all().flat_map(|it| Profile::ALL.iter().map(move |p| question(it, p, false)));
    none_differ(&all.collect::<Vec<_>>());
}
