//! What an audit says, as text.

use ::audit::Audit;
use ::audit::join::{Again, Verdict};
use ::audit::money::{Loss, Sum};
use ::audit::report::{Arrived, Delivery, OfProcess, OfPromise, Repeated, Stands};
use explorer::escape::Told;
use explorer::escaped;

/// The answer of an audit.
pub fn told(audit: &Audit) -> Told {
    let entries: usize = audit.processes.iter().map(|process| process.entries).sum();
    let (entries, logs) = (count(entries, "message"), count(audit.processes.len(), "log"));
    let mut text = escaped!("{}: {entries} in {logs}\n", audit.system, entries, logs);
    text += section("The logs", audit.processes.iter().map(process).sum());
    let flaw = |flaw: &::audit::schedule::Flaw| {
        let slot = flaw.slot.map(|slot| format!(" {slot}")).unwrap_or_default();
        escaped!("  {}{slot}: {}\n", flaw.process, flaw.what, slot)
    };
    text += section("WRONG WITH THE LOGS", audit.flaws.iter().map(flaw).sum());
    text += section("What was sent", deliveries(audit));
    text += section("What that cost", audit.sums.iter().map(sum).sum());
    let judged = audit.promises.iter().filter(|promise| is_judged(promise));
    let width = judged.map(|promise| Told::of(&promise.promise).len()).max();
    let width = width.unwrap_or_default();
    text += section("The promises", promises(audit, width));
    text += section("The books at the end", audit.processes.iter().map(books).sum());
    let note = |note: &String| escaped!("  {note}\n", note);
    text += section("To know", audit.notes.iter().map(note).sum());
    text + Told::ours(verdict(audit))
}

/// A number of things: `1 log`, `2 logs`.
fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn section(title: &'static str, inner: Told) -> Told {
    if inner.is_empty() {
        return inner;
    }
    escaped!("\n{title}:\n{inner}", title = Told::ours(title), inner)
}

fn verdict(audit: &Audit) -> &'static str {
    if audit.is_broken() {
        "\nsomething is broken\n"
    } else if audit.is_open() {
        "\nnothing is broken as far as the logs say, and they leave something open\n"
    } else {
        "\nnothing is broken: the logs are complete, and every promise was kept\n"
    }
}

fn process(process: &OfProcess) -> Told {
    let OfProcess { id, name, first, last, .. } = process;
    let name = name.as_deref().unwrap_or("(not on the page)");
    let order = if process.is_complete { "complete and in order" } else { "NOT COMPLETE" };
    let chain = process
        .chain
        .map_or("no hash chain to check".to_owned(), |links| format!("{links} hashes fit"));
    let mut text = escaped!(
        "  {name} {id}: {first} to {last}, {order}, {chain}\n",
        name,
        id,
        first,
        last,
        order,
        chain
    );
    for ran in &process.versions {
        text += escaped!("    from {} on it ran {}\n", ran.from, ran.file);
    }
    let compared = process.compared;
    match &process.differs {
        Some(differs) => {
            text += escaped!("    DIFFERS at {}, {}\n", differs.slot, differs.message);
            text += escaped!("      expected: {}\n", differs.difference.expected);
            text += escaped!("      recorded: {}\n", differs.difference.recorded);
        }
        None if compared > 0 => {
            let answers = count(compared, "answer");
            text += escaped!("    as recorded: {answers}\n", answers);
        }
        None => {}
    }
    if process.unrecorded > 0 {
        let answers = count(process.unrecorded, "answer");
        text += escaped!("    without a record: {answers}\n", answers);
    }
    if let Some(unknown) = process.unknown.as_ref().filter(|_| process.differs.is_none()) {
        text += escaped!("    from {} on its state is not known: {}\n", unknown.slot, unknown.why);
    }
    text
}

fn deliveries(audit: &Audit) -> Told {
    let all = &audit.deliveries;
    let mut text = escaped!("  {} arrived once", all.delivered);
    for (count, what) in [
        (all.outside, "went to wallets, or to processes without a log here"),
        (all.untaken, "were for nobody"),
        (all.from_outside, "came from processes without a log here"),
    ] {
        if count > 0 {
            text += escaped!("; {count} {what}", count, what);
        }
    }
    text += Told::ours("\n");
    text += all.others.iter().map(delivery).sum();
    text += all.repeated.iter().map(repeated).sum();
    let doubtful = all.cannot_tell.iter();
    let doubtful = doubtful
        .map(|one| escaped!("  CANNOT TELL who sent {} {}: {}\n", one.process, one.slot, one.why));
    text + doubtful.sum()
}

fn delivery(delivery: &Delivery) -> Told {
    let verdict = match delivery.verdict {
        Verdict::Delivered => "arrived",
        Verdict::DeliveredAgain => "DELIVERED AGAIN",
        Verdict::NeverArrived => "NEVER ARRIVED",
        Verdict::CannotTell => "CANNOT TELL",
    };
    let reference = delivery.reference.as_ref().map(|one| format!(", Reference {one}"));
    let mut text = escaped!(
        "  {verdict}: {}, entry {} of {}{reference}: {}\n",
        delivery.from,
        delivery.index,
        delivery.slot,
        delivery.message,
        verdict,
        reference = reference.unwrap_or_default()
    );
    for arrived in &delivery.arrivals {
        text += arrival(&delivery.to, arrived);
    }
    text + escaped!("    {}\n", delivery.why)
}

fn arrival(to: &str, arrived: &Arrived) -> Told {
    let again = arrived.again.map_or(String::new(), |again| format!(", {}", word(again)));
    let effect = if arrived.again.is_some() { effect(arrived.has_effect) } else { "" };
    escaped!("    at {to} {} as {}{again}{effect}\n", arrived.slot, arrived.id, to, again, effect)
}

fn repeated(repeated: &Repeated) -> Told {
    let Repeated { process, slot, first, again, has_effect } = repeated;
    let (again, effect) = (word(*again), effect(*has_effect));
    escaped!(
        "  AGAIN: {process} {slot} is {first}, {again}{effect}\n",
        process,
        slot,
        first,
        again,
        effect
    )
}

fn word(again: Again) -> &'static str {
    match again {
        Again::RePushed => "pushed again",
        Again::ReSigned => "signed again",
        Again::Assigned => "assigned again",
    }
}

fn effect(has_effect: Option<bool>) -> &'static str {
    match has_effect {
        Some(true) => ", and it COUNTED",
        Some(false) => ", and it changed nothing",
        None => ", and nobody knows whether it counted",
    }
}

fn sum(sum: &Sum) -> Told {
    let kind = match sum.kind {
        Loss::Doubled => "DOUBLED",
        Loss::PerhapsDoubled => "perhaps doubled",
        Loss::Lost => "ordered, and the order never arrived",
        Loss::Stuck => "paid, and not credited",
    };
    let Sum { token, account, amount, messages, .. } = sum;
    let messages = count(*messages, "message");
    escaped!(
        "  {kind}: {amount} of {token}, for {account}, in {messages}\n",
        kind,
        amount,
        token,
        account,
        messages
    )
}

/// Whether a promise is one that a log can keep or break.
fn is_judged(promise: &OfPromise) -> bool {
    matches!(promise.kind, Stands::Kept | Stands::Broken | Stands::CannotTell)
}

fn promises(audit: &Audit, width: usize) -> Told {
    let judged = audit.promises.iter().filter(|promise| is_judged(promise));
    let mut text: Told = judged.map(|one| promise(one, width)).sum();
    for (kind, what) in [
        (Stands::Seen, "seen"),
        (Stands::NotSeen, "not seen"),
        (Stands::NotAsked, "not asked, as no log says what can still happen"),
    ] {
        let names = audit.promises.iter().filter(|promise| promise.kind == kind);
        let names: Vec<_> = names.map(|promise| promise.promise.as_str()).collect();
        if !names.is_empty() {
            text += escaped!("  {what}: {names}\n", what, names = names.join("; "));
        }
    }
    text
}

fn promise(promise: &OfPromise, width: usize) -> Told {
    let name = Told::of(&promise.promise).padded(width);
    let how = match promise.kind {
        Stands::Kept => "kept",
        Stands::Broken => "BROKEN",
        _ => "CANNOT TELL",
    };
    let mut text = escaped!("  {name}  {how}\n", name, how);
    if !matches!(promise.kind, Stands::Broken | Stands::CannotTell) {
        return text;
    }
    if let Some(at) = promise.at.as_ref().filter(|at| !at.process.is_empty()) {
        text += escaped!("    at {} {}, {} ({})\n", at.process, at.slot, at.message, at.id);
    }
    if !promise.why.is_empty() {
        text += escaped!("    {}\n", promise.why);
    }
    for (when, lines) in [("before", &promise.before), ("after", &promise.after)] {
        if !lines.is_empty() {
            text += escaped!("    {when}: {lines}\n", when, lines = lines.join(", "));
        }
    }
    text
}

fn books(process: &OfProcess) -> Told {
    match &process.name {
        Some(name) if !process.books.is_empty() => {
            escaped!("  {name}: {books}\n", name, books = process.books.join("; "))
        }
        _ => Told::new(),
    }
}
