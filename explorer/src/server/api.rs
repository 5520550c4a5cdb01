//! The questions that the page asks.

use super::library::{Run, Seen};
use super::{Desk, Library, desk::Question};
use crate::document::{Detail, Document, PropertyInfo};
use crate::judgement::{Choice, MOST};
use crate::parting::Parting;
use crate::svg::Drawing;
use crate::way_out::Patience;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use model::{Bounds, Profile};
use serde::{Deserialize, Serialize};

/// An answer, or why there is none.
pub(super) type Answer<T> = Result<Json<T>, Response>;

#[derive(Serialize)]
struct Refusal<'a> {
    error: &'a str,
}

/// An answer that says what is wrong.
pub(super) fn refuse(status: StatusCode, error: &str) -> Response {
    (status, Json(Refusal { error })).into_response()
}

pub(super) async fn nothing() -> Response {
    refuse(StatusCode::NOT_FOUND, "there is nothing at this address; the page is at /")
}

pub(super) async fn page(State(desk): State<Desk>) -> Html<String> {
    Html(crate::page::served(&desk.guard.nonce))
}

pub(super) async fn file(Path(name): Path<String>) -> Response {
    let Some(file) = crate::page::file(&name) else { return nothing().await };
    let kind = match name.rsplit_once('.') {
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    };
    ([(header::CONTENT_TYPE, kind)], file.data.into_owned()).into_response()
}

/// Where the page starts, and what it can choose from.
#[derive(Serialize)]
pub(super) struct Starting {
    run: Run,
    file: Option<String>,
    subjects: Vec<Named>,
    profiles: Vec<Named>,
    bounds: Vec<NamedBounds>,
    properties: Vec<PropertyInfo>,
}

/// Something to choose.
#[derive(Serialize)]
struct Named {
    name: String,
    sentence: String,
}

#[derive(Serialize)]
struct NamedBounds {
    name: &'static str,
    bounds: Bounds,
}

pub(super) async fn start(State(desk): State<Desk>) -> Json<Starting> {
    let library = &desk.library;
    let start = library.start();
    let subject = |subject: &model::Subject| Named {
        name: subject.name().to_owned(),
        sentence: crate::document::subject_sentence(subject),
    };
    let profile = |profile: &Profile| Named {
        name: profile.name.to_owned(),
        sentence: profile.sentence.to_owned(),
    };
    Json(Starting {
        run: start.run.clone(),
        file: start.replay.as_ref().map(|(_, file)| file.clone()),
        subjects: library.subjects().map(subject).collect(),
        profiles: Profile::ALL.iter().map(profile).collect(),
        bounds: Bounds::NAMED.map(|(name, bounds)| NamedBounds { name, bounds }).into(),
        properties: properties::ALL.iter().map(PropertyInfo::of).collect(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a question, an object")]
pub(super) struct OfRun {
    run: Run,
}

/// About some steps of a run.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a question, an object")]
pub(super) struct OfSteps {
    run: Run,
    first: usize,
    last: usize,
}

/// About the state after a step.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a question, an object")]
pub(super) struct OfStep {
    run: Run,
    step: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a question, an object")]
pub(super) struct OfTwo {
    run: Run,
    other: Run,
}

pub(super) async fn run(State(desk): State<Desk>, asked: Question<OfRun>) -> Answer<Document> {
    desk.answer(asked, |library, OfRun { run }| library.document(&run)).await
}

pub(super) async fn lanes(State(desk): State<Desk>, asked: Question<OfSteps>) -> Answer<Drawing> {
    desk.answer(asked, |library, OfSteps { run, first, last }| library.drawing(&run, first, last))
        .await
}

pub(super) async fn step(State(desk): State<Desk>, asked: Question<OfStep>) -> Answer<Detail> {
    desk.answer(asked, |library, OfStep { run, step }| {
        let seen = library.at(&run, step)?;
        Ok(Detail::of(&seen.trace, &seen.judges, step))
    })
    .await
}

pub(super) async fn choices(
    State(desk): State<Desk>,
    asked: Question<OfStep>,
) -> Answer<Vec<Choice>> {
    desk.answer_while_wanted(asked, |library, OfStep { run, step }, gone| {
        let seen = library.at(&run, step)?;
        let patience = Patience::of(MOST).until(gone);
        Ok(seen.judges.choices_within(&seen.trace, step, &patience))
    })
    .await
}

pub(super) async fn parting(State(desk): State<Desk>, asked: Question<OfTwo>) -> Answer<Parting> {
    desk.answer(asked, |library, OfTwo { run, other }| {
        Ok(Parting::of(&library.run(&run)?.trace, &library.run(&other)?.trace))
    })
    .await
}

impl Library {
    /// A run that has this step.
    fn at(&self, run: &Run, step: usize) -> Result<std::sync::Arc<Seen>, String> {
        let seen = self.run(run)?;
        let steps = seen.trace.len();
        if step > steps {
            return Err(format!("there is no step {step}: the run has {steps}"));
        }
        Ok(seen)
    }
}
