//! A run in the terms of a real aos: what the process of the contract gets, and what must come of
//! it. The expectation is the host's, which runs the Lua once more with ids and counted References
//! as aos has them.

use super::InLua;
use super::host::Host;
use super::terms::Terms;
use super::told::{self, After, ItemTold, SentTold, StateTold};
use crate::trace::{self, Trace};
use crate::words::sentence;
use aos::{Admission, Settings};
use model::deployed::Ids;
use model::deployed::made;
use model::message::{MU, OWNER};
use model::{Action, Evaluation, Fault, Identity, Message, Mistake, TIM3, USDA};
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// A run, as the process of the contract has it.
#[derive(Clone, Debug, Serialize)]
pub struct Course {
    /// What the test is called.
    pub title: String,
    /// The process item: id, owner, authorities, and other tags.
    pub process: ProcessTold,
    /// What the owner has it load.
    pub lua: String,
    /// What must be there after that.
    pub state: StateTold,
    pub steps: Vec<Step>,
}

impl ProcessTold {
    /// The item of the process that a program runs as.
    pub(super) fn of(settings: &Settings) -> Self {
        let authorities = settings.authorities.iter().map(|id| ("Authority".into(), id.clone()));
        let known = settings.tags.iter();
        let known = known.filter_map(|(name, value)| Some((name.clone(), value.clone()?)));
        Self {
            id: settings.process.clone(),
            owner: settings.owner.clone(),
            tags: authorities.chain(known).collect(),
        }
    }
}

/// A process item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProcessTold {
    id: String,
    owner: String,
    tags: Vec<(String, String)>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// Its number and its action.
    pub step: String,
    /// What happens, in words.
    pub says: String,
    /// Who does it.
    #[serde(flatten)]
    pub part: Part,
}

/// Who does a step: the process, or somebody else.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// The process evaluates an item.
    Item {
        item: Box<ItemTold>,
        /// The Reference under which the process itself must have sent it.
        #[serde(skip_serializing_if = "Option::is_none")]
        needs: Option<String>,
        /// What must come of it.
        then: Box<After>,
    },
    /// Nothing here: who does it instead.
    Edge {
        /// Who.
        by: Edge,
        /// The Reference under which the process itself must have sent what is dealt with.
        #[serde(skip_serializing_if = "Option::is_none")]
        needs: Option<String>,
    },
}

/// Who does what the process of the contract does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edge {
    /// The ledger, which is built in and has no Lua.
    Ledger,
    /// The messenger and the scheduler: what they lose, or hold back.
    Network,
}

/// Why a run has no such test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoCourse {
    /// The contract is two contracts.
    Pair,
    /// Its Lua does not run.
    Lua(String),
    /// What a handler asks for is not done by the host.
    Refused(String),
    /// A handler hears the Eval by which its state is looked at.
    HearsEval(String),
    /// An error names a line of one file, and aos has all files in one.
    SeveralFiles(String),
    /// With counted References it does something else, or the model stops before the host does.
    CountsReferences(String),
}

impl fmt::Display for NoCourse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pair => f.write_str(
                "this run compares two contracts, and a process runs one; write the test of a counterexample of either",
            ),
            Self::Lua(why) => write!(f, "the Lua of the contract: {why}"),
            Self::Refused(why) => write!(f, "the host cannot say what aos does: {why}"),
            Self::HearsEval(step) => write!(
                f,
                "{step}: a handler does something whenever the owner sends an Eval, by which a test looks at the process; there is no test of this run"
            ),
            Self::SeveralFiles(step) => write!(
                f,
                "{step}: an error in a contract of several files, whose lines aos counts as those of one"
            ),
            Self::CountsReferences(step) => write!(
                f,
                "{step}: the host, which counts References as aos does, comes to something else than the model, which names them; there is no test of this run"
            ),
        }
    }
}

impl std::error::Error for NoCourse {}

impl Course {
    /// A run as the process of the contract has it. Of a transcription, its Lua is run.
    ///
    /// # Errors
    /// Why it cannot be.
    pub fn of(trace: &Trace, title: &str) -> Result<Self, NoCourse> {
        let lua = InLua::of(&trace.world.subject)?;
        let program = Arc::new(lua.program);
        let host =
            || Host::of(&program, &lua.manner, trace.swap.tim3.evaluation).map_err(NoCourse::Lua);
        // A message may be named before it is sent: the second time, its number is known.
        let mut first = Teller::new(trace, &lua.ids, host()?, Terms::default());
        let _ = first.tell();
        let mut teller = Teller::new(trace, &lua.ids, host()?, first.terms.again());
        let state = teller.host.told();
        let steps = teller.tell()?;
        let process = ProcessTold::of(&program.settings);
        let lua = program.source.clone();
        Ok(Self { title: title.into(), process, lua, state, steps })
    }

    /// How many steps are not the process' own.
    pub fn edges(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step.part, Part::Edge { .. })).count()
    }
}

struct Teller<'a> {
    trace: &'a Trace,
    ids: &'a Ids,
    terms: Terms,
    host: Host,
    evals: usize,
}

impl<'a> Teller<'a> {
    fn new(trace: &'a Trace, ids: &'a Ids, host: Host, terms: Terms) -> Self {
        Self { trace, ids, terms, host, evals: 0 }
    }

    fn tell(&mut self) -> Result<Vec<Step>, NoCourse> {
        let trace = self.trace;
        (1..).zip(trace.steps()).map(|(n, step)| self.step(n, step)).collect()
    }

    fn step(&mut self, n: usize, step: &trace::Step) -> Result<Step, NoCourse> {
        let before = self.trace.state(n - 1);
        let says =
            step.action.as_ref().map(|action| sentence(before, action, step.evaluation.as_deref()));
        let name = format!("{n}  {}", step.name);
        let part = match (&step.evaluation, &step.action) {
            (Some(evaluation), _) if evaluation.at == USDA => self.at_usda(evaluation),
            (Some(evaluation), _) => self.at_tim3(evaluation)?,
            (None, Some(Action::Owner { mistake })) => self.mistake(n, *mistake)?,
            (None, Some(Action::Upgrade)) => self.upgrade()?,
            (None, Some(Action::Lose { message })) => {
                Part::Edge { by: Edge::Network, needs: self.needs(message) }
            }
            (None, _) => Part::Edge { by: Edge::Network, needs: None },
        };
        if !self.host.agrees(&self.trace.books(n), self.ids) {
            return Err(NoCourse::CountsReferences(name));
        }
        if !self.host.keeps_still(&self.look()) {
            return Err(NoCourse::HearsEval(name));
        }
        Ok(Step { step: name, says: says.unwrap_or_default(), part })
    }

    /// An Eval that does nothing.
    fn look(&self) -> aos::Item {
        let [process, owner] = [TIM3, OWNER].map(|name| self.ids.of_name(name).as_bytes().to_vec());
        told::eval(b"EVAL".to_vec(), (process, owner), b"return 1".to_vec())
    }

    /// The Reference of a message that the process of the contract sent.
    fn needs(&self, identity: &Identity) -> Option<String> {
        let mut sent = self.trace.steps().iter().filter_map(|step| step.evaluation.as_ref());
        let is_own = sent.any(|evaluation| {
            evaluation.at == TIM3 && evaluation.sent.iter().any(|sent| sent.identity == *identity)
        });
        let begun = format!("{OWNER}.self-transfer.");
        let is_own = is_own || identity.causes() == 1 && identity.as_str().starts_with(&begun);
        self.terms.reference(identity).filter(|_| is_own).map(|number| number.to_string())
    }

    fn at_usda(&mut self, evaluation: &Evaluation) -> Part {
        for sent in &evaluation.sent {
            self.terms.send(USDA, &sent.identity);
        }
        Part::Edge { by: Edge::Ledger, needs: self.needs(&evaluation.message.identity) }
    }

    fn at_tim3(&mut self, evaluation: &Evaluation) -> Result<Part, NoCourse> {
        let message = &*evaluation.message;
        self.refer_to(message);
        let before = self.terms.count(TIM3);
        let item = self.terms.item(message, self.ids);
        let needs = self.needs(&message.identity);
        let label = evaluation.outcome.as_ref().map_or("", |label| label.as_str());
        let then = match label {
            "dropped: not trusted" => self.host.nothing(),
            "refused: assignment" => {
                let to = self.ids.of_name(&message.from);
                let sent = SentTold::plain(to, before + 1, &[], Admission::REFUSAL);
                After { sent: vec![sent], ..self.host.nothing() }
            }
            _ => self.host.evaluate(&item, before).map_err(NoCourse::Refused)?,
        };
        let is_same = then.error.is_some() == evaluation.outcome.is_err()
            && then.sent.len() == evaluation.sent.len();
        if !is_same {
            return Err(NoCourse::CountsReferences(message.identity.to_string()));
        }
        for sent in &evaluation.sent {
            self.terms.send(TIM3, &sent.identity);
        }
        Ok(Part::Item { item: Box::new(ItemTold::of(&item)), needs, then: Box::new(then) })
    }

    /// What a process that nobody runs here has sent has a Reference of its own, too.
    fn refer_to(&mut self, message: &Message) {
        let is_pushed = message.owner == MU && message.from != MU;
        if is_pushed && self.terms.reference(&message.identity).is_none() {
            self.terms.send(&message.from, &message.identity);
        }
    }

    fn mistake(&mut self, n: usize, mistake: Mistake) -> Result<Part, NoCourse> {
        match mistake {
            Mistake::Reload => self.reload(),
            Mistake::OpenAssignments => {
                let lua = "ao.addAssignable(\"notices\", { Action = \"Credit-Notice\" })".into();
                Ok(self.eval(lua, self.host.nothing()))
            }
            Mistake::SelfTransfer => Ok(self.self_transfer(n)),
        }
    }

    fn reload(&mut self) -> Result<Part, NoCourse> {
        let (lua, then) = self.host.reload().map_err(NoCourse::Refused)?;
        Ok(self.eval(lua, then))
    }

    fn upgrade(&mut self) -> Result<Part, NoCourse> {
        let (lua, then) = self.host.upgrade().map_err(NoCourse::Refused)?;
        Ok(self.eval(lua, then))
    }

    fn self_transfer(&mut self, n: usize) -> Part {
        let nth = self.trace.state(n).spent.faults.of(Fault::Owner);
        let own = Identity::signed(OWNER, "self-transfer", nth).caused(0, 0);
        self.terms.send(TIM3, &own);
        let quantity = self.trace.swap.bounds.quantity.to_string();
        let [usda, tim3] = [USDA, TIM3].map(|name| self.ids.of_name(name));
        let lua = format!(
            "Send({{ Target = \"{usda}\", Action = \"Transfer\", Recipient = \"{tim3}\", Quantity = \"{quantity}\" }})"
        );
        let tags = [("Action", "Transfer"), ("Recipient", tim3), ("Quantity", &*quantity)];
        let sent = SentTold::plain(usda, self.terms.count(TIM3), &tags, "");
        self.eval(lua, After { sent: vec![sent], ..self.host.nothing() })
    }

    fn eval(&mut self, lua: String, then: After) -> Part {
        self.evals += 1;
        let [process, owner] = [TIM3, OWNER].map(|name| self.ids.of_name(name).as_bytes().to_vec());
        let id = made(&format!("{OWNER}.eval.{}", self.evals)).as_bytes().to_vec();
        let item = told::eval(id, (process, owner), lua.into_bytes());
        Part::Item { item: Box::new(ItemTold::of(&item)), needs: None, then: Box::new(then) }
    }
}
