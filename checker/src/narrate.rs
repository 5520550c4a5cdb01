//! A replay as a reviewer wants to read it.

use crate::coverage::ranges;
use crate::replay::{Replay, Trap};
use model::bint::Quantity;
use model::message::tag;
use model::{Action, Books, Copy, Evaluation, Exact, Fault, Intent, Message, Mistake, TIM3};
use std::fmt::Write;

/// The whole story: what breaks, the steps, the sheets, the verdict.
pub fn narrate(replay: &Replay, path: &str) -> String {
    let mut text = head(replay);
    for step in 1..replay.states.len() {
        text += &self::step(replay, step);
    }
    text += &verdict(replay);
    let _ = writeln!(text, "\nreproduce: cargo run --release -- replay {path}");
    text
}

fn head(replay: &Replay) -> String {
    let case = &replay.counterexample;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{} breaks {}: {}",
        case.job.subject, case.property.name, case.property.sentence
    );
    let _ = writeln!(text, "  why it matters  {}", case.property.why);
    let _ = writeln!(text, "  under           {}: {}", case.job.profile, case.job.profile.sentence);
    let _ = writeln!(text, "  bounds          {}", case.job.bounds);
    let _ = writeln!(text, "\n   0  at the start");
    text + &sheet(replay, 0)
}

fn step(replay: &Replay, step: usize) -> String {
    let action = &replay.counterexample.actions[step - 1];
    let evaluation = replay.evaluations[step - 1].as_deref();
    let last = step + 1 == replay.states.len();
    let mark = if last { '!' } else { ' ' };
    let mut text = format!("\n{mark}{step:>3}  {}\n", sentence(replay, step, action));
    if let Some(evaluation) = evaluation {
        text += &outcome(evaluation);
        text += &lua(replay, step, evaluation);
    }
    let changes = changes(replay, step);
    for change in &changes {
        let _ = writeln!(text, "        {change}");
    }
    if changes.is_empty() {
        text += "        no balance changes\n";
    }
    text += &sheet(replay, step);
    text
}

/// What happens, in the protocol's words.
fn sentence(replay: &Replay, step: usize, action: &Action) -> String {
    let message = replay.evaluations[step - 1].as_ref().map(|e| e.message.clone());
    match action {
        Action::Act { by, intent: Intent::Trick(trick) } => {
            format!("TRICK  {by} {}", trick.sentence())
        }
        Action::Act { by, .. } => match message {
            Some(message) => format!("{by} sends {} {}", message.target, describe(&message)),
            None => format!("{by} posts an item"),
        },
        Action::Deliver { message: name } => match message {
            Some(m) if m.target != TIM3 && m.target != model::USDA => {
                format!("ASSIGNED  {} for {} is assigned to TIM3  [{name}]", describe(&m), m.target)
            }
            Some(m) => format!("{} from {} reaches {}  [{name}]", describe(&m), m.from, m.target),
            None => format!("{name} is delivered"),
        },
        Action::Lose { message } => {
            let flying = replay.states[step - 1].network.in_flight();
            let lost = flying.into_iter().find(|m| m.identity == *message).map(|m| describe(m));
            format!("LOST  {} never arrives  [{message}]", lost.unwrap_or_default())
        }
        Action::Again { message: name, copy } => {
            let what =
                message.map(|m| format!("{} from {} reaches {}", describe(&m), m.from, m.target));
            format!("AGAIN  {} {}  [{name}]", what.unwrap_or_default(), manner(*copy))
        }
        Action::Owner { mistake } => format!("OWNER  {}", mistake_sentence(*mistake)),
        Action::Exit { by } => format!("{by} burns all it holds"),
    }
}

fn manner(copy: Copy) -> &'static str {
    match copy {
        Copy::SameId => "once more: the very same item, same Id",
        Copy::ReSign => "once more: signed again, new Id, same Reference and Pushed-For",
        Copy::RePush => "once more: re-pushed, new Id and Pushed-For, same Reference",
        Copy::Assignment => "once more: its own Id is assigned to it",
    }
}

fn mistake_sentence(mistake: Mistake) -> &'static str {
    match mistake {
        Mistake::Reload => "the owner loads the contract's source again",
        Mistake::SelfTransfer => "the owner has TIM3 transfer USDA to itself",
        Mistake::OpenAssignments => "the owner makes Credit-Notices assignable",
    }
}

/// `Transfer 10 to TIM3`, `Credit-Notice of 10 from alice`.
fn describe(message: &Message) -> String {
    let tagged = |name| message.tags.first(name);
    let action = if message.action().is_empty() { "a message" } else { message.action() };
    let mut text = action.to_owned();
    if let Some(quantity) = tagged(tag::QUANTITY) {
        let _ = write!(text, " {}", shorten(quantity));
    }
    if let Some(sender) = tagged(tag::SENDER) {
        let _ = write!(text, " (Sender {sender})");
    }
    if let Some(recipient) = tagged(tag::RECIPIENT) {
        let _ = write!(text, " to {recipient}");
    }
    for name in [tag::REPLY_TO, tag::X_REFERENCE, tag::X_QUANTITY, tag::CAST] {
        if let Some(value) = tagged(name) {
            let _ = write!(text, ", {name} {value}");
        }
    }
    text
}

/// Long numbers by their ends and length; other texts as they are.
fn shorten(number: &str) -> String {
    let digits = number.chars().count();
    let is_number = number.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if digits <= 24 || !is_number {
        return number.to_owned();
    }
    let head: String = number.chars().take(6).collect();
    let tail: String = number.chars().skip(digits - 4).collect();
    format!("{head}...{tail} ({digits} characters)")
}

fn outcome(evaluation: &Evaluation) -> String {
    let mut text = match &evaluation.outcome {
        Ok(label) => format!("        {}: {label}\n", evaluation.at),
        Err(error) => format!("        {} throws: {error}\n", evaluation.at),
    };
    for sent in &evaluation.sent {
        let _ =
            writeln!(text, "        {} sends {}: {}", evaluation.at, sent.target, describe(sent));
    }
    text
}

/// Where Lua ran: which handlers, which lines of the file, and where an error was thrown.
fn lua(replay: &Replay, step: usize, evaluation: &Evaluation) -> String {
    let Some(trace) = replay.trace(step) else { return String::new() };
    let file = replay.counterexample.job.subject.lua().map_or("", |lua| &lua.program().file);
    let mut text = String::new();
    if !trace.lines.is_empty() {
        let _ = writeln!(text, "        {file} lines {}", ranges(&trace.lines));
    }
    if evaluation.outcome.is_err() && !trace.stack.is_empty() {
        let stack: Vec<_> = trace.stack.iter().map(ToString::to_string).collect();
        let _ = writeln!(text, "        thrown in line {}", stack.join(", called from line "));
    }
    for line in trace.printed.iter().take(PRINTED) {
        let _ = writeln!(text, "        prints: {line}");
    }
    text
}

/// Lines of output that are shown of one evaluation.
const PRINTED: usize = 5;

/// What a step changed, account by account.
fn changes(replay: &Replay, step: usize) -> Vec<String> {
    let (before, after) = (&replay.states[step - 1], &replay.states[step]);
    let mut changes = Vec::new();
    for (account, balance) in &after.usda.balances {
        let old = before.usda.balance(account);
        if old != *balance {
            changes.push(format!("USDA {account} {}", usda_change(old, *balance)));
        }
    }
    let (old, new) = (replay.books(step - 1), replay.books(step));
    for account in new.changes_since(&old).map(|(account, _)| account) {
        let (old, new) = (old.balance(account), new.balance(account));
        changes.push(format!("TIM3 {account} {old} -> {new}"));
    }
    changes.extend(totals(&old, &new));
    changes
}

fn totals(old: &Books, new: &Books) -> Vec<String> {
    let total = |name: &str, old, new| (old != new).then(|| format!("{name} {old} -> {new}"));
    [
        total("TotalSupply", old.total_supply, new.total_supply),
        total("UsdaCollateral", old.usda_collateral, new.usda_collateral),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn usda_change(old: Quantity, new: Quantity) -> String {
    let (old_text, new_text) = (shorten(&old.to_string()), shorten(&new.to_string()));
    if new >= old {
        format!("{old_text} -> {new_text} (+{})", shorten(&(new - old).to_string()))
    } else {
        format!("{old_text} -> {new_text} (-{})", shorten(&(old - new).to_string()))
    }
}

/// What USDA holds for TIM3 against what TIM3 owes, and what is in flight.
fn sheet(replay: &Replay, step: usize) -> String {
    let state = &replay.states[step];
    let situation = replay.swap.situation(state);
    let books = &situation.books;
    let surplus = replay.surplus(step);
    let verdict = if surplus == Exact::ZERO {
        "balanced".to_owned()
    } else if surplus.is_negative() {
        format!("SHORT BY {}", shorten(&(-surplus).to_string()))
    } else {
        format!("{} beyond what is owed", shorten(&surplus.to_string()))
    };
    let amount = |exact: &Exact| shorten(&exact.to_string());
    let mut text = format!(
        "        | held {} = balances {} + burns unpaid {} + deposits unminted {}?  {verdict}\n",
        shorten(&situation.held().to_string()),
        amount(&books.sum()),
        amount(&situation.history.owed()),
        amount(&situation.history.awaited()),
    );
    let _ = writeln!(
        text,
        "        | TotalSupply {}, UsdaCollateral {}, balances {}",
        books.total_supply,
        books.usda_collateral,
        balances(books),
    );
    let flying: Vec<_> =
        state.network.in_flight().map(|m| format!("{} to {}", describe(m), m.target)).collect();
    if !flying.is_empty() {
        let _ = writeln!(text, "        | in flight: {}", flying.join("; "));
    }
    text
}

fn balances(books: &Books) -> String {
    let each: Vec<_> = books.balances.iter().map(|(account, n)| format!("{account} {n}")).collect();
    if each.is_empty() { "none".to_owned() } else { each.join(", ") }
}

fn verdict(replay: &Replay) -> String {
    let case = &replay.counterexample;
    let faults = replay.states[replay.states.len() - 1].spent.faults;
    let mut text =
        format!("\nBROKEN after step {}: {}\n", case.actions.len(), replay.breach.conjunct);
    for (name, value) in &replay.breach.values {
        let _ = writeln!(text, "        {name} = {}", shorten(value));
    }
    if let Some(trap) = &replay.trap {
        text += &closed(trap, case.actions.len());
    }
    let _ = write!(text, "faults needed: {faults}\n{}", explain(faults));
    let diverges = (0..replay.states.len()).find(|step| replay.surplus(*step) != Exact::ZERO);
    let _ = match diverges {
        Some(step) => writeln!(text, "the books first diverge at step {step}"),
        None => writeln!(text, "TIM3's books never diverge from what USDA holds for it"),
    };
    text
}

/// How the last way out was closed.
fn closed(trap: &Trap, last: usize) -> String {
    let way: Vec<_> = trap.way_before.iter().map(ToString::to_string).collect();
    let before = if way.is_empty() {
        format!("before step {last} it was true")
    } else {
        format!("before step {last} there still was a way: {}", way.join("; "))
    };
    format!(
        "        and no way leads out: this is true in none of the states that can be reached with no further fault and everybody helping ({} in all)\n        {before}; step {last} closed it\n",
        trap.states
    )
}

/// Who can bring these faults about.
fn explain(faults: model::Faults) -> String {
    let used = Fault::ALL.into_iter().filter(|kind| faults.of(*kind) > 0);
    let lines = used.map(|kind| format!("        {kind}: caused by {}\n", kind.caused_by()));
    lines.collect::<Vec<_>>().concat()
}
