//! The platforms, as far as they are one for a page.

use crate::commands::Failure;
use model::process::Evaluation;
use model::profile::Order;
use model::{Fault, Profile};
use page::Page;
use page::page::Errors;

/// Those that say what happens to messages and evaluations. The owner, and who is a process, a
/// page says itself.
pub fn must_be_of_pages(profiles: &[Profile]) -> Result<(), Failure> {
    let Some(other) = profiles.iter().find(|profile| !is_of_pages(profile)) else { return Ok(()) };
    let known: Vec<_> =
        Profile::ALL.iter().filter(|one| is_of_pages(one)).map(|one| one.name).collect();
    Err(Failure::usage(&format!(
        "--profile {}: a page says itself what its owner does, and which users are processes; name one of {}",
        other.name,
        known.join(", ")
    )))
}

fn is_of_pages(profile: &Profile) -> bool {
    !["operator", "processes"].contains(&profile.name)
}

/// Puts a page on a platform. What can happen there happens as often as the page says, and once
/// at least.
pub fn on(profile: &Profile, page: &mut Page) {
    let most = |fault, said: u8| if profile.allows(fault) { said.max(1) } else { 0 };
    page.lost = most(Fault::Loss, page.lost);
    page.repeated = most(Fault::RePush, page.repeated);
    page.is_ordered = profile.order == Order::Fifo;
    if profile.evaluation == Evaluation::Partial {
        let undone = page.processes.iter_mut().filter(|one| one.errors == Errors::Undo);
        undone.for_each(|process| process.errors = Errors::Keep);
    }
}
