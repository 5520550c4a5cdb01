//! Each schedule is told once. A schedule that begins like an earlier one is told from where
//! they differ.

use crate::review::schedule::Schedule;

/// The schedules that were told, each with what it shows.
#[derive(Default)]
pub(super) struct Told<'a>(Vec<(String, &'a Schedule)>);

/// How much of a schedule is to be told.
pub(super) struct Telling<'a> {
    /// What was told begins like this, and for how many steps.
    pub like: Option<(String, usize)>,
    /// Where the two versions part, unless that was told.
    pub parting: Parting<'a>,
}

/// Where the two versions part.
pub(super) enum Parting<'a> {
    /// Told before, or not known.
    Nothing,
    Never,
    /// At a step, and how.
    At(usize, &'a [String]),
}

impl<'a> Told<'a> {
    /// What is to be told of the schedule that shows this; it counts as told from now on.
    pub fn tell(&mut self, shows: &str, schedule: &'a Schedule) -> Telling<'a> {
        let begins =
            |(_, known): &&(String, &Schedule)| schedule.actions.starts_with(&known.actions);
        let like = self.0.iter().filter(begins).max_by_key(|(_, known)| known.actions.len());
        let like = like.map(|(shows, known)| (shows.clone(), *known));
        let parts_there = |known: &Schedule| {
            let differs = (known.parted, &known.differences);
            differs == (schedule.parted, &schedule.differences)
        };
        let parting = match (schedule.parted, &like) {
            (_, Some((_, known))) if parts_there(known) => Parting::Nothing,
            (Some(step), _) => Parting::At(step, &schedule.differences),
            (None, _) if schedule.is_compared => Parting::Never,
            (None, _) => Parting::Nothing,
        };
        if like.as_ref().is_none_or(|(_, known)| known.actions.len() < schedule.actions.len()) {
            self.0.push((shows.to_owned(), schedule));
        }
        Telling { like: like.map(|(shows, known)| (shows, known.actions.len())), parting }
    }
}
