//! Whether a recording agrees with itself.

use crate::compare::Difference;
use crate::schema::{State, Step};
use std::collections::BTreeMap;
use std::fmt::Debug;

/// The last recorded state of every process.
#[derive(Default)]
pub struct Chain<'a> {
    last: BTreeMap<&'a str, &'a State>,
}

impl<'a> Chain<'a> {
    /// Where `step` does not continue the steps before it, or moves a process it is not on.
    pub fn broken_links(&mut self, step: &'a Step) -> Vec<Difference> {
        let mut found = Vec::new();
        for (label, before) in &step.before {
            let last = self.last.get(label.as_str()).copied();
            let field = format!("the recording itself: {label} before the step");
            found.extend(last.and_then(|last| unequal(field, last, before)));
        }
        for (label, after) in &step.expect.state {
            let idle = step.before.get(label).filter(|_| *label != step.deliver.on);
            let field = format!("the recording itself: {label}, which had no message");
            found.extend(idle.and_then(|before| unequal(field, before, after)));
            self.last.insert(label, after);
        }
        let deliver = &step.deliver;
        let elsewhere = deliver.on != deliver.message.target;
        let field = "the recording itself: assignment".into();
        found.extend(unequal(field, &elsewhere, &deliver.assignment));
        found
    }
}

fn unequal<T: Debug + PartialEq>(field: String, expected: &T, actual: &T) -> Option<Difference> {
    let (left, right) = (format!("{expected:?}"), format!("{actual:?}"));
    (expected != actual).then_some(Difference { field, expected: left, actual: right })
}
