//! A run of several processes in the terms of a real aos. Each that has a file has a course of its
//! own, with what it gets in the order of the run.

use super::course::{Course, Edge, NoCourse, Part, ProcessTold, Step};
use super::host::Host;
use super::told::{self, After, ItemTold, StateTold};
use aos::{Item, Program};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A process of a run.
pub struct OneProcess {
    pub name: String,
    pub program: Arc<Program>,
    /// What is looked at beside its globals.
    pub paths: Vec<String>,
    /// Whether an error leaves what was done before it.
    pub keeps: bool,
    /// Whether it is a file, and not built into `tim3`.
    pub is_file: bool,
}

/// A step of a run.
pub struct Happening {
    /// Its number and its name.
    pub step: String,
    /// What happens, in words.
    pub says: String,
    /// The place of the process that it is about.
    pub process: usize,
    /// What the process gets; nothing if it never does.
    pub given: Option<Given>,
}

/// What a process gets.
pub struct Given {
    pub item: Item,
    pub is_trusted: bool,
    /// How many messages it sends that somebody may get.
    pub sent: usize,
}

struct Running<'a> {
    of: &'a OneProcess,
    host: Host,
    /// The last Reference that it gave out.
    count: i64,
    first: StateTold,
    steps: Vec<Step>,
}

/// The courses of a run, one for each process with a file that gets something.
///
/// # Errors
/// Why there are none.
pub fn courses(
    title: &str,
    processes: &[OneProcess],
    happenings: &[Happening],
) -> Result<Vec<Course>, NoCourse> {
    let running = processes.iter().map(|of| {
        let host = Host::without_books(&of.program, of.paths.clone(), of.keeps);
        let host = host.map_err(NoCourse::Lua)?;
        Ok(Running { of, first: host.told(), host, count: 0, steps: Vec::new() })
    });
    let mut running = running.collect::<Result<Vec<_>, _>>()?;
    // The number of each Reference, by the name that it has in the run.
    let mut numbers = BTreeMap::new();
    let first = processes.iter().position(|one| one.is_file).unwrap_or_default();
    for Happening { step, says, process, given } in happenings {
        let part = match given {
            None => Part::Edge { by: Edge::Network, needs: None },
            Some(given) => running[*process].got(step, given, &mut numbers)?,
        };
        // What is built in has no course, so that the first that has one tells of it.
        let teller = if processes[*process].is_file { *process } else { first };
        let step = Step { step: step.clone(), says: says.clone(), part };
        running[teller].steps.push(step);
    }
    let has_items = |one: &Running<'_>| {
        one.of.is_file && one.steps.iter().any(|step| matches!(step.part, Part::Item { .. }))
    };
    let own = running.into_iter().filter(has_items);
    Ok(own.map(|one| one.course(title)).collect())
}

impl Running<'_> {
    fn got(
        &mut self,
        step: &str,
        given: &Given,
        numbers: &mut BTreeMap<String, String>,
    ) -> Result<Part, NoCourse> {
        let item = numbered(&given.item, numbers);
        let then = if given.is_trusted {
            self.host.evaluate(&item, self.count).map_err(NoCourse::Refused)?
        } else {
            self.host.nothing()
        };
        self.must_agree(step, given, &then)?;
        for place in 0..then.sent.len() {
            self.count += 1;
            let name = format!("{}/{place}", String::from_utf8_lossy(&item.id));
            numbers.insert(name, self.count.to_string());
        }
        if !self.of.is_file {
            return Ok(Part::Edge { by: Edge::Ledger, needs: None });
        }
        Ok(Part::Item { item: Box::new(ItemTold::of(&item)), needs: None, then: Box::new(then) })
    }

    fn must_agree(&self, step: &str, given: &Given, then: &After) -> Result<(), NoCourse> {
        if then.error.is_some() && !self.of.program.parts().all().is_empty() {
            return Err(NoCourse::SeveralFiles(step.to_owned()));
        }
        if given.sent > then.sent.len() {
            return Err(NoCourse::CountsReferences(step.to_owned()));
        }
        let settings = &self.of.program.settings;
        let (process, owner) = (settings.process.clone(), settings.owner.clone());
        let look = told::eval(
            b"EVAL".to_vec(),
            (process.into_bytes(), owner.into_bytes()),
            b"return 1".to_vec(),
        );
        if self.of.is_file && !self.host.keeps_still(&look) {
            return Err(NoCourse::HearsEval(step.to_owned()));
        }
        Ok(())
    }

    fn course(self, title: &str) -> Course {
        Course {
            title: format!("{title}: {}", self.of.name),
            process: ProcessTold::of(&self.of.program.settings),
            lua: self.of.program.source.clone(),
            state: self.first,
            steps: self.steps,
        }
    }
}

/// An item with numbers in the place of References.
fn numbered(item: &Item, numbers: &BTreeMap<String, String>) -> Item {
    let tag = |(name, value): &(Vec<u8>, Vec<u8>)| {
        let is_reference = [b"Reference".as_slice(), b"X-Reference"].contains(&name.as_slice());
        let number = std::str::from_utf8(value).ok().filter(|_| is_reference);
        let number = number.and_then(|value| numbers.get(value));
        (name.clone(), number.map_or_else(|| value.clone(), |number| number.clone().into_bytes()))
    };
    Item { tags: item.tags.iter().map(tag).collect(), ..item.clone() }
}
