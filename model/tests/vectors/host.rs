//! TIM3 of a recording on the host of `aos/`.

use crate::contracts::Contract;
use crate::item::arrived;
use crate::preset;
use crate::schema::{Item, Messages, Policy, State, Step};
use crate::setup::{Reason, Runtime};
use aos::{Admission, Build, Evaluation, Gate, Limits, Machine, Observed, Outcome};
use aos::{PairsOrder, Program, References, Settings};
use model::TIM3;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One process, from evaluation to evaluation.
pub struct Host<'a> {
    recording: &'a Messages,
    pub contract: Contract,
    pub runtime: Runtime,
    machine: Machine,
    pub now: Standing,
}

/// Everything that a process is left with.
#[derive(Clone)]
pub struct Standing {
    state: aos::State,
    /// The last Reference it gave out.
    pub references: i64,
    /// The number of messages in its Inbox.
    pub inbox: i64,
}

/// The result of a delivery.
pub struct Answer {
    /// What is left of it, as the policy has it.
    pub after: Standing,
    /// What memory holds, even if it does not survive.
    pub memory: Standing,
    pub sent: Vec<aos::Sent>,
    pub error: Option<String>,
    /// What handlers printed, if they got the item.
    pub printed: Option<Vec<String>>,
}

impl<'a> Host<'a> {
    /// Loads what the recording's TIM3 ran; the owner's Eval makes its state the recorded one.
    pub fn new(recording: &'a Messages, before: &State) -> Result<Self, Reason> {
        Self::running(Contract::of(recording)?, recording, before)
    }

    /// The same with something else to run.
    pub fn running(
        contract: Contract,
        recording: &'a Messages,
        before: &State,
    ) -> Result<Self, Reason> {
        let runtime = Runtime::of(&recording.runtime.module)?;
        let program = Arc::new(program(&contract, recording, runtime));
        let (machine, state) = Machine::new(&program).map_err(|error| error.to_string())?;
        let (references, inbox) = (preset::count(&before.reference), preset::count(&before.inbox));
        let now = Standing { state, references, inbox };
        let mut host = Self { recording, contract, runtime, machine, now };
        let eval = preset::eval(before, &recording.ids);
        host.now = host.evaluate(&eval, Policy::Cu)?.after;
        Ok(host)
    }

    /// Gives a step's item to the process, and moves on to what is left.
    pub fn deliver(&mut self, step: &Step) -> Result<Answer, Reason> {
        let item = &step.deliver.message;
        let answer = match self.admission(item) {
            Admission::Handled => self.evaluate(item, step.deliver.policy)?,
            Admission::AssignmentRefused => self.tells(item, Some(Admission::REFUSAL)),
            Admission::Untrusted => self.tells(item, self.told_to_the_untrusted()),
        };
        self.now = answer.after.clone();
        Ok(answer)
    }

    fn admission(&self, item: &Item) -> Admission {
        let is_notice = |(name, value): &(_, &str)| *name == "Action" && *value == "Credit-Notice";
        let is_assignable = self.contract.rules.notices_assignable
            && arrived(item).is_some_and(|tags| tags.iter().any(is_notice));
        let authorities = &self.contract.rules.authorities;
        let gate = Gate { process: TIM3, authorities, is_assignable };
        gate.admit(&item.owner, &item.from, &item.target)
    }

    fn told_to_the_untrusted(&self) -> Option<&'static str> {
        (self.runtime != Runtime::Late).then_some("Message is not trusted by this process!")
    }

    /// The answer without any handler: a text to the sender, or nothing.
    fn tells(&self, item: &Item, text: Option<&str>) -> Answer {
        let target = preset::id(&item.from, &self.recording.ids).as_bytes().to_vec();
        let sent =
            |text: &str| aos::Sent { target: Some(target), data: text.into(), tags: Vec::new() };
        let sent: Vec<_> = text.map(sent).into_iter().collect();
        let mut after = self.now.clone();
        after.references += i64::from(!sent.is_empty());
        Answer { memory: after.clone(), after, sent, error: None, printed: None }
    }

    fn evaluate(&self, item: &Item, policy: Policy) -> Result<Answer, Reason> {
        let item = preset::item(item, &self.recording.ids)?;
        let references = References::After(self.now.references);
        let state = &self.now.state;
        let result = self.machine.evaluate(state, &item, references, PairsOrder::Sorted);
        let result = result.map_err(|refused| format!("the host refuses it: {refused}"))?;
        Ok(self.answer(result, policy))
    }

    /// What the platform makes of an evaluation (SEMANTICS A2).
    fn answer(&self, result: Evaluation, policy: Policy) -> Answer {
        let error = match result.outcome {
            Outcome::Done => None,
            Outcome::Threw(text) | Outcome::Met(_, text) => Some(text),
            Outcome::Cut(why) => panic!("no recording is given up: {why}"),
        };
        // The aos 1 line tells its host only of what a handler reports, not of what it throws,
        // unless in an Eval. What was not thrown has no lines.
        let is_eval = result.ran.iter().any(|name| name == "_eval");
        let hidden = self.runtime == Runtime::Aos1 && !result.stack.is_empty() && !is_eval;
        let succeeds = error.is_none() || hidden;
        let memory = Standing {
            state: result.state,
            references: result.references,
            inbox: self.now.inbox + i64::from(result.to_inbox),
        };
        let survives = succeeds || policy == Policy::Keep;
        let after = if survives { memory.clone() } else { self.now.clone() };
        let sent = if succeeds { result.sent } else { Vec::new() };
        Answer { after, memory, sent, error, printed: Some(result.printed) }
    }

    /// What is at these paths in a state.
    pub fn observe<const N: usize>(&self, at: &Standing, paths: [&str; N]) -> [Observed; N] {
        let seen = self.machine.observe(&at.state, &paths.map(String::from));
        seen.try_into().expect("one for each path")
    }
}

fn program(contract: &Contract, recording: &Messages, runtime: Runtime) -> Program {
    let id = |label: &str| preset::id(label, &recording.ids).to_owned();
    let settings = Settings {
        process: id(TIM3),
        owner: id("owner"),
        authorities: contract.rules.authorities.iter().map(|label| id(label)).collect(),
        tags: BTreeMap::new(),
        build: match runtime {
            Runtime::Aos1 => Build::Aos1,
            Runtime::Early => Build::Early,
            Runtime::Late => Build::Late,
        },
        limits: Limits::default(),
    };
    let source = contract.source.replace("@USDA@", &id(model::USDA));
    Program::new(contract.file, source, settings)
}
