//! A schedule of a system as lanes.

use explorer::lanes::{Arrow, Lanes, Party, Role, Shape};
use explorer::svg::{Drawing, Mark};
use model::Copy;
use page::schedule::{Letter, Schedule, Step, Taken};
use std::collections::HashMap;

/// The people and the processes, by name.
pub type Parties<'a> = (&'a [String], &'a [String]);

/// A schedule as an SVG file.
pub fn svg(parties: Parties<'_>, schedule: &Schedule, title: &str) -> String {
    let mark = |step| Mark { fault: fault(step), ..Mark::default() };
    let mut marks: Vec<_> = schedule.steps.iter().map(mark).collect();
    if let Some(last) = marks.last_mut() {
        last.breaks = true;
    }
    Drawing::of(&lanes(parties, schedule), &marks).file(title)
}

fn fault(step: &Step) -> Option<&'static str> {
    let taken = step.taken.as_ref()?;
    if taken.is_lost { Some("lost") } else { taken.comes_again.then_some("comes again") }
}

fn lanes((people, processes): Parties<'_>, schedule: &Schedule) -> Lanes {
    let party = |name: &String, role| Party { name: name.clone(), role };
    let people = people.iter().map(|name| party(name, Role::User));
    let processes = processes.iter().map(|name| party(name, Role::Process));
    let parties = people.chain(processes).collect();
    let mut drawer = Drawer { parties, arrows: Vec::new(), sent: HashMap::new() };
    for (number, step) in (1..).zip(&schedule.steps) {
        drawer.step(number, step);
    }
    drawer.still_flying(schedule.steps.len() + 1);
    let Drawer { parties, arrows, .. } = drawer;
    Lanes { parties, arrows }
}

struct Drawer<'a> {
    parties: Vec<Party>,
    arrows: Vec<Arrow>,
    /// What was sent and not yet taken: in which step, and whether it arrived before.
    sent: HashMap<&'a str, (&'a Letter, usize, bool)>,
}

impl<'a> Drawer<'a> {
    fn step(&mut self, number: usize, step: &'a Step) {
        if let Some(Taken { id, is_lost, comes_again }) = &step.taken
            && let Some((letter, sent, is_again)) = self.sent.remove(id.as_str())
        {
            let shape = match (is_lost, is_again) {
                (true, _) => Shape::Lost,
                (false, true) => Shape::Again(Copy::RePush),
                (false, false) => Shape::Plain,
            };
            self.arrow(letter, (sent, number), shape);
            if *comes_again {
                self.sent.insert(id, (letter, sent, true));
            }
        }
        for letter in &step.sent {
            if letter.is_read {
                self.sent.insert(&letter.id, (letter, number, false));
            } else {
                self.arrow(letter, (number, number), Shape::Notice);
            }
        }
    }

    fn still_flying(&mut self, end: usize) {
        let mut flying: Vec<_> = self.sent.drain().map(|(_, flying)| flying).collect();
        flying.sort_by_key(|(letter, sent, _)| (*sent, &letter.id));
        for (letter, sent, _) in flying {
            self.arrow(letter, (sent, end), Shape::Flying);
        }
    }

    /// Nothing is drawn to somebody who is not on the page.
    fn arrow(&mut self, letter: &Letter, (sent, arrives): (usize, usize), shape: Shape) {
        let lane = |name: &str| self.parties.iter().position(|party| party.name == name);
        let (Some(from), Some(to)) = (lane(&letter.from), lane(&letter.to)) else { return };
        let (identity, label) = (letter.id.to_string(), letter.says.clone());
        self.arrows.push(Arrow { identity, label, from, to, sent, arrives, shape });
    }
}
