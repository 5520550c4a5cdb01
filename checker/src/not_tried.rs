//! What a check of a Lua file did not try: branches that never ran, and what the file reads that
//! differs on the real platform.

use explorer::words::ranges;
use model::Deployed;
use model::deployed::{Coverage, Dependence, LeftOut, Missed, Note};
use std::collections::{BTreeMap, BTreeSet};

/// More tags than that are counted.
const MOST_NAMED: usize = 8;

/// What was not tried of a file, a line each: what it reads first, then by handler.
pub fn lines(lua: &Deployed) -> Vec<String> {
    all_lines(lua, &lua.notes())
}

/// The same where `pairs` was tried both ways.
pub fn lines_but_for_order(lua: &Deployed) -> Vec<String> {
    let mut read = lua.notes();
    read.retain(|note| note.what != Dependence::Order);
    all_lines(lua, &read)
}

/// Whether a promise may break in what was not tried, so that none is known to hold: the host
/// refuses a message of a stranger's, or USDA got one that is lost on the ledger of this check.
pub fn leaves_open(lua: &Deployed) -> bool {
    let is_unheard = |note: Note| note.what == Dependence::Unheard;
    !lua.left_out().refused.is_empty() || lua.notes().into_iter().any(is_unheard)
}

/// The handlers of a file, by name, each with whether a search called it.
fn called(lua: &Deployed) -> impl Iterator<Item = (String, bool)> {
    let parts = lua.census().coverage.into_iter();
    parts.filter(|part| !part.handler.is_empty()).map(|part| (part.handler, part.is_entered))
}

/// The handlers of a file, by name.
pub fn handlers(lua: &Deployed) -> BTreeSet<String> {
    called(lua).map(|(handler, _)| handler).collect()
}

/// Those that nobody called: no search, nor who looked for what a stranger can send.
pub fn never_called(lua: &Deployed) -> BTreeSet<String> {
    let never = called(lua).filter(|(handler, is_called)| !is_called && !lua.was_tried(handler));
    never.map(|(handler, _)| handler).collect()
}

fn all_lines(lua: &Deployed, read: &[Note]) -> Vec<String> {
    let census = lua.census();
    let file = &lua.program().file;
    let parts = census.coverage.iter().filter(|part| !part.is_whole());
    let (entered, never): (Vec<_>, Vec<_>) = parts.partition(|part| part.is_entered);
    let told = |part: &Coverage| format!("{}: {}", part.file, of_part(part));
    let left_out = left_out(lua.left_out()).map(|line| format!("{file}: {line}"));
    let never = never.into_iter().map(told);
    // Most handlers have a branch for what hardly happens: what stands here is more than that.
    let is_poor = |part: &&Coverage| 3 * part.ran < 2 * part.branches;
    let (poor, rest): (Vec<_>, Vec<_>) = entered.into_iter().partition(is_poor);
    let words = if lua.ids().are_numbered() { words_where_numbered } else { words };
    let poor = poor.into_iter().map(told);
    let rest = rest.into_iter().map(told);
    never.chain(poor).chain(told_with(words, read)).chain(left_out).chain(rest).collect()
}

/// What a stranger could send.
fn left_out(left_out: &LeftOut) -> impl Iterator<Item = String> {
    let LeftOut {
        texts,
        messages,
        tags,
        looked_into,
        other_values,
        most_tags,
        other_data,
        json,
        data,
        holders,
        owner,
        counters,
        refused,
        was_cut,
    } = left_out;
    let texts = (*texts > 0).then(|| {
        format!(
            "{texts} of its texts, which the stranger could send as Actions, tags, values or addresses"
        )
    });
    let messages = (*messages > 0)
        .then(|| format!("{messages} messages that its handlers treat differently from others"));
    let cut = was_cut.then(|| {
        "what its handlers do with all its texts as Actions, tags, values and addresses: there are too many, or they take too long".to_owned()
    });
    let tags = (!tags.is_empty()).then(|| {
        format!(
            "what its handlers do with the right value of {}: they look for that tag, and no text of the file makes a difference there",
            tags.join(", ")
        )
    });
    let data = data.then(|| {
        "what its handlers do with the right Data of a message: they read it, and treat all texts of the file alike there".to_owned()
    });
    let is_amount = |name: &&String| name.as_str() == "Quantity";
    let amounts = looked_into
        .iter()
        .any(|name| is_amount(&name))
        .then(|| "amounts other than 10, the file's numbers and those of `list tricks`".to_owned());
    let looked_into: Vec<_> = looked_into.iter().filter(|name| !is_amount(name)).cloned().collect();
    let looked_into = (!looked_into.is_empty()).then(|| {
        format!(
            "what its handlers do with each value of {}: they look into it; only texts that are in the file as they are were tried",
            looked_into.join(", ")
        )
    });
    let other_values = (!other_values.is_empty()).then(|| {
        let more = other_values.len().saturating_sub(MOST_NAMED);
        let more = (more > 0).then(|| format!("{more} more tags"));
        let names = other_values.iter().take(MOST_NAMED).cloned().chain(more);
        format!(
            "values of {} other than 3, 10, 25, mallory and the file's texts, its texts in two such tags at once, and one such tag twice",
            all_of(&names.collect::<Vec<_>>())
        )
    });
    let most_tags = most_tags.map(|most| {
        format!(
            "what its handlers do with a message of more than {most} tags, or with tags of other names: they go through the tags, or can count them"
        )
    });
    let other_data = other_data.then(|| {
        "what its handlers do with Data that is none of the file's texts: they read it".to_owned()
    });
    let of_tags =
        amounts.into_iter().chain(tags).chain(looked_into).chain(other_values).chain(most_tags);
    let json = json.then(|| {
        "what its handlers do with a burn or a transfer whose Data aos decodes (Content-Type application/json): they then need what this host cannot do".to_owned()
    });
    let holders = (!holders.is_empty()).then(|| {
        format!(
            "what happens when a holder is {}: its handlers treat a burn or a transfer of that holder differently",
            holders.join(", or ")
        )
    });
    let refused = refused.iter().map(|(action, why)| {
        format!("what a message of the stranger does, here with the Action {action}: this host refuses it: {why}")
    });
    let owner = owner.then(|| {
        "what happens when the owner sends a Credit-Notice or makes a deposit: its handlers treat the owner differently".to_owned()
    });
    let counters = (!counters.is_empty()).then(|| {
        format!(
            "what its handlers do once more messages have changed {}: it changes with nearly every message, and only a few were tried",
            all_of(counters)
        )
    });
    let of_data = data.into_iter().chain(other_data).chain(json);
    refused
        .chain(texts)
        .chain(messages)
        .chain(holders)
        .chain(owner)
        .chain(counters)
        .chain(of_tags)
        .chain(of_data)
        .chain(cut)
}

/// `Cast`, `Cast and To`, `Cast, Kind and To`.
fn all_of(names: &[String]) -> String {
    match names {
        [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        _ => names.concat(),
    }
}

/// What a file reads, a line for each kind, with all places.
pub fn notes(notes: &[Note]) -> Vec<String> {
    told_with(words, notes)
}

fn told_with(words: fn(Dependence) -> Words, notes: &[Note]) -> Vec<String> {
    let mut by_kind: BTreeMap<Dependence, Vec<String>> = BTreeMap::new();
    for Note { what, place } in notes {
        let place = match place {
            Some((file, line)) => format!("{file}:{line}"),
            None => {
                "code without a line (a pattern that is a table, or a text that is loaded)".into()
            }
        };
        by_kind.entry(*what).or_default().push(place);
    }
    let line = |(what, places): (Dependence, Vec<String>)| {
        let (does, so) = words(what);
        format!("{does} at {}: {so}", places.join(", "))
    };
    by_kind.into_iter().map(line).collect()
}

/// What a file does, and what that means for the check.
type Words = (&'static str, &'static str);

/// The same where References are numbers.
fn words_where_numbered(what: Dependence) -> Words {
    match what {
        Dependence::Reference => (
            "treats a Reference as a number, or looks into it,",
            "references are numbers in this check, but of two senders always the same one has the higher numbers",
        ),
        other => words(other),
    }
}

fn words(what: Dependence) -> Words {
    match what {
        Dependence::Loaded => (
            "makes code from a text with `load`",
            "it is unknown which branches of that code ran, so some may not have been tried; write it as code of the file",
        ),
        Dependence::Clock => (
            "reads the clock",
            "time stands still in this check, so what happens later was not tried",
        ),
        Dependence::Block => (
            "reads the height of the block",
            "it stays the same in this check, so what happens later was not tried",
        ),
        Dependence::Chance => ("draws chance", "only one draw per message was tried"),
        Dependence::Order => (
            "goes through a table by pairs or json.encode",
            "no more than two orders were tried, one the reverse of the other",
        ),
        Dependence::Reference => (
            "treats a Reference as a number, or looks into it,",
            "references are names in this check, so what it does with numbers was not tried",
        ),
        Dependence::Address => (
            "looks into its own id, its owner's id, an address that the file names or the id of a message, or uses its length or order,",
            "these differ in this check, so what depends on the form of the real ones was not tried",
        ),
        Dependence::Unsent => (
            "sends a message without a Target, or with a tag that is not a text,",
            "no messenger takes it and nobody gets it, so its effect was not tried; write tostring(...) around the value, and a Target",
        ),
        Dependence::Unheard => (
            "sends USDA an Action that is neither a notice nor Transfer, Mint or Balance",
            "the ledger of this check does nothing with it (Burn: only with --usda 2024), so what the real USDA does with it was not tried",
        ),
        Dependence::Elsewhere => (
            "sends a message to an id in its code that nobody has in this check",
            "nobody answers it, so the effect of an answer was not tried",
        ),
        Dependence::Spawns => {
            ("asks AO to spawn a process", "nothing happens here, so its effect was not tried")
        }
        Dependence::Assigns => {
            ("asks AO to assign a message", "nothing happens here, so its effect was not tried")
        }
    }
}

/// How much of a handler ran, and which branches never did.
fn of_part(part: &Coverage) -> String {
    let Coverage { branches, ran, missed, lines_missed, stopped_before, .. } = part;
    let name = part_name(part);
    if !part.is_entered {
        return format!("{name}: never called");
    }
    let alike = missed.chunk_by(|one, other| one == other);
    let missed: Vec<_> = alike
        .map(|alike| match (alike.len(), alike[0]) {
            (1, Missed { line, way }) => format!("line {line} ({way})"),
            (n, Missed { line, way }) => format!("line {line} ({n} times {way})"),
        })
        .collect();
    let never = match (missed.is_empty(), lines_missed.len()) {
        (true, 1) => format!("line {} never ran", lines_missed[0]),
        (true, _) => format!("lines {} never ran", ranges(lines_missed)),
        (false, _) if stopped_before.is_empty() => format!("never: {}", missed.join(", ")),
        (false, _) => format!(
            "never: {}, and nothing from line {} on",
            missed.join(", "),
            stopped_before.iter().map(u32::to_string).collect::<Vec<_>>().join(" and ")
        ),
    };
    format!("{name}: {ran} of {branches} branches ran; {never}")
}

/// The name of a handler.
pub fn part_name(part: &Coverage) -> &str {
    if part.handler.is_empty() { "outside handlers" } else { &part.handler }
}
