//! The steps of one recording, in order.

use crate::compare::{Difference, differences};
use crate::hosted::Hosted;
use crate::integrity::Chain;
use crate::item::{may_replace_handlers, message, out_of_scope};
use crate::ledger::Recorded;
use crate::report::Report;
use crate::schema::{Messages, State, Step};
use crate::setup::{self, Reason, Runtime};
use model::contract::Tim3;
use model::process::{Handlers, Process};
use model::usda::Ledger;
use model::{TIM3, USDA};
use std::collections::BTreeSet;

/// Checks every step, or records why it cannot be checked.
pub fn walk(name: &str, recording: &Messages) -> Report {
    let mut report = Report::of(name);
    let mut chain = Chain::default();
    let mut walk = Walk { recording, tim3: None, usda: None, replaced: BTreeSet::new() };
    let mut hosted = Hosted::new(recording);
    for (index, step) in recording.steps.iter().enumerate() {
        report.at(index + 1, &step.note);
        report.mismatches(&chain.broken_links(step));
        match walk.step(step) {
            Ok(found) => report.checked(&found),
            Err(reason) => report.not_applicable(reason),
        }
        match hosted.step(step) {
            Ok(found) => report.checked_on_host(&found, hosted.is_reconstructed()),
            Err(reason) => report.not_on_host(reason),
        }
    }
    report
}

struct Walk<'a> {
    recording: &'a Messages,
    /// Our states after the last step: texts in vectors show only 14 digits of a float.
    tim3: Option<Tim3>,
    usda: Option<Ledger>,
    /// The processes that no longer run what the setup says.
    replaced: BTreeSet<&'a str>,
}

impl<'a> Walk<'a> {
    fn step(&mut self, step: &'a Step) -> Result<Vec<Difference>, Reason> {
        let on = step.deliver.on.as_str();
        if self.replaced.contains(on) {
            return Err("the owner's Eval may have replaced the handlers".into());
        }
        let runtime = Runtime::of(&self.recording.runtime.module)?;
        let evaluation = runtime.evaluation(step.deliver.policy);
        match on {
            TIM3 => {
                let process = setup::tim3(self.recording, evaluation)?;
                let carried = self.tim3.take();
                let (found, state) = self.evaluated(step, runtime, &process, carried)?;
                self.tim3 = Some(state);
                Ok(found)
            }
            USDA => {
                let process = setup::usda(self.recording, evaluation)?;
                let carried = self.usda.take();
                let (found, state) = self.evaluated(step, runtime, &process, carried)?;
                self.usda = Some(state);
                Ok(found)
            }
            other => Err(format!("{other} is not a process of the model")),
        }
    }

    fn evaluated<H: Handlers<State: Recorded>>(
        &mut self,
        step: &'a Step,
        runtime: Runtime,
        process: &Process<H>,
        carried: Option<H::State>,
    ) -> Result<(Vec<Difference>, H::State), Reason> {
        let item = &step.deliver.message;
        let message = message(item, runtime, &self.recording.ids)?;
        if let Some(reason) = out_of_scope(&message, &step.deliver.on, runtime) {
            if message.action() == "Eval" && may_replace_handlers(&message.data) {
                self.replaced.insert(&step.deliver.on);
            }
            return Err(reason);
        }
        let before = step.before.get(&step.deliver.on).ok_or("the process was not watched")?;
        let before = state_before(before, carried)?;
        let ours = process.evaluate(&before, &message, 0);
        let found = differences((self.recording, runtime), step, &message, &ours);
        Ok((found, ours.state))
    }
}

/// The carried state where it looks like the recorded one, else what can be read off that.
fn state_before<S: Recorded>(recorded: &State, carried: Option<S>) -> Result<S, Reason> {
    let same = |state: &S| state.fields() == S::recorded(recorded);
    carried.filter(same).map_or_else(|| S::restore(recorded), Ok)
}
