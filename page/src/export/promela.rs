//! For Spin: `spin -a FILE`, then `cc -O2 -DSAFETY -DNOREDUCE -o pan pan.c` and `./pan -m1000000`.

use super::looks::{Flight, Key, Looks};
use super::{Delivery, Export, listed};
use search::actors::Faults;
use std::fmt::{self, Write};

/// The states and steps of the system as Promela, with its tables in C. `pan` counts the states,
/// and prints a line the first time that a promise fires.
///
/// # Panics
/// Never: a string takes all that is written.
#[must_use]
pub fn promela(export: &Export, _: &str) -> String {
    let mut text = String::new();
    write(export, &mut text).expect("a string takes all that is written");
    text
}

fn write(export: &Export, out: &mut String) -> fmt::Result {
    for remark in export.remarks() {
        writeln!(out, "/* {remark} */")?;
    }
    let (actors, messages) = (export.participants.len(), export.tables.messages.len().max(1));
    writeln!(out, "#define MESSAGES {messages}")?;
    writeln!(out, "#define AT(table, place) table[(place) / {PIECE}][(place) % {PIECE}]")?;
    tables(export, out)?;
    writeln!(out, "c_state \"unsigned int local[{actors}]\" \"Global\"")?;
    writeln!(out, "c_state \"unsigned char flight[{messages}]\" \"Global\"")?;
    writeln!(out, "c_state \"unsigned char faults[2]\" \"Global\"")?;
    writeln!(out, "c_code {{{STEPS}}}")?;
    promises(export, out)?;
    process(export, out)
}

fn tables(export: &Export, out: &mut String) -> fmt::Result {
    writeln!(out, "/* The participant that gets a message; -1: nobody. */")?;
    let receivers = export.tables.messages.iter().map(|one| one.receiver.map(number));
    array(out, "RECEIVER", receivers.map(|actor| actor.unwrap_or(-1)))?;
    let mut sent = Vec::new();
    let steps = export.steps.iter().flat_map(|step| {
        let begin = sent.len();
        sent.extend(step.sent.iter().map(|message| i64::from(*message)));
        [i64::from(step.local), number(begin), number(sent.len())]
    });
    writeln!(out, "/* Steps: the local state afterwards, and which part of SENT is sent. */")?;
    array(out, "STEP", steps.collect::<Vec<_>>())?;
    array(out, "SENT", sent)?;
    writeln!(out, "/* By local state and message: a step; -1: it stays; -2: they never meet. */")?;
    for actor in 0..export.participants.len() {
        let row = |local| export.messages().map(move |message| (local, message));
        let all = export.locals(actor).flat_map(row);
        let all = all.map(|(local, message)| match export.delivery(actor, local, message) {
            Delivery::Step(step) => number(step),
            Delivery::Stays => -1,
            Delivery::Never => -2,
        });
        array(out, &format!("DELIVERY_OF_{actor}"), all)?;
    }
    writeln!(out, "/* By local state: where its own steps begin in OWN, and where they end. */")?;
    for actor in 0..export.participants.len() {
        let mut own = Vec::new();
        let parts = export.locals(actor).flat_map(|local| {
            let begin = own.len();
            own.extend(export.own(actor, local).into_iter().map(number));
            [number(begin), number(own.len())]
        });
        array(out, &format!("OWN_PART_OF_{actor}"), parts.collect::<Vec<_>>())?;
        array(out, &format!("OWN_OF_{actor}"), own)?;
    }
    for name in ["DELIVERY", "OWN_PART", "OWN"] {
        let of_all = (0..export.participants.len()).map(|actor| format!("{name}_OF_{actor}"));
        let of_all = listed(of_all);
        writeln!(out, "c_decl {{ static const int *const *const {name}[] = {{{of_all}}}; }}")?;
    }
    writeln!(out, "/* What the promises look at where they fire, ascending. */")?;
    for (place, promise) in export.promises.iter().enumerate() {
        let rows = rows(export, &promise.looks);
        array(out, &format!("FIRES_{place}"), rows.into_iter().flatten().map(i64::from))?;
    }
    Ok(())
}

/// Spin takes at most 64 KiB of C in one piece.
const PIECE: usize = 4096;

/// A table in pieces. C has no empty arrays, so that there is a 0 at the end.
fn array(out: &mut String, name: &str, all: impl IntoIterator<Item = i64>) -> fmt::Result {
    let all: Vec<_> = all.into_iter().chain([0]).collect();
    for (place, piece) in all.chunks(PIECE).enumerate() {
        let piece = listed(piece);
        writeln!(out, "c_decl {{ static const int {name}_{place}[] = {{{piece}}}; }}")?;
    }
    let pieces = (0..all.len().div_ceil(PIECE)).map(|place| format!("{name}_{place}"));
    writeln!(out, "c_decl {{ static const int *const {name}[] = {{{}}}; }}", listed(pieces))
}

fn number(place: usize) -> i64 {
    i64::try_from(place).expect("tables fit into memory")
}

fn rows(export: &Export, looks: &Looks) -> Vec<Vec<u32>> {
    let row = |key: &Key| {
        let at_rest = (looks.flight == Flight::AtRest).then_some(u32::from(key.is_at_rest));
        let is_there = |message| u32::from(key.in_flight.contains(&message));
        let all = (looks.flight == Flight::All).then(|| export.messages().map(is_there));
        key.locals.iter().copied().chain(at_rest).chain(all.into_iter().flatten()).collect()
    };
    let mut rows: Vec<Vec<u32>> = looks.fires.iter().map(row).collect();
    rows.sort_unstable();
    rows
}

fn promises(export: &Export, out: &mut String) -> fmt::Result {
    for (place, promise) in export.promises.iter().enumerate() {
        let looks = &promise.looks;
        let locals = looks.actors.iter().map(|actor| format!("now.local[{actor}]"));
        let at_rest = (looks.flight == Flight::AtRest).then(|| "at_rest()".to_owned());
        let is_there = |message| format!("now.flight[{message}] != 0");
        let all = (looks.flight == Flight::All).then(|| export.messages().map(is_there));
        let key: Vec<_> = locals.chain(at_rest).chain(all.into_iter().flatten()).collect();
        let (rows, width) = (looks.fires.len(), key.len());
        let key = listed(key.into_iter().chain(["0".to_owned()]));
        writeln!(out, "c_code {{ static int fires_{place}(void) {{")?;
        writeln!(out, "  const int key[] = {{{key}}};")?;
        writeln!(out, "  return has(FIRES_{place}, {rows}, {width}, key);\n}} }}")?;
    }
    writeln!(out, "/* Says which promises fire for the first time; never true. */")?;
    writeln!(out, "c_code {{ static int judged(void) {{")?;
    writeln!(out, "  static int known[{}];", export.promises.len().max(1))?;
    for (place, promise) in export.promises.iter().enumerate() {
        let said = if promise.is_broken { "broken" } else { "seen" };
        let name = super::plain(&promise.name);
        writeln!(
            out,
            "  if (!known[{place}] && fires_{place}()) {{ known[{place}] = 1; puts(\"{said}: {name}\"); }}"
        )?;
    }
    writeln!(out, "  return 0;\n}} }}")
}

/// Spin takes a name with `(` right behind it for a side effect, so there is a space between.
fn process(export: &Export, out: &mut String) -> fmt::Result {
    let network = export.tables.network;
    writeln!(out, "active proctype system() {{\nend: do\n  :: c_expr {{ judged () }} -> skip")?;
    let mut option = |guard: &str, effect: &str| {
        writeln!(out, "  :: d_step {{ c_expr {{ {guard} }} -> c_code {{ {effect}; }} }}")
    };
    for (place, message) in export.tables.messages.iter().enumerate() {
        option(&format!("may_deliver ({place})"), &format!("deliver({place}, 0)"))?;
        if message.may_repeat && network.duplicates != Faults::Never {
            let guard = match network.duplicates {
                Faults::AtMost(most) => format!("may_repeat ({place}) && now.faults[0] < {most}"),
                _ => format!("may_repeat ({place})"),
            };
            let counted = u8::from(network.duplicates != Faults::Free);
            option(&guard, &format!("deliver({place}, 2); now.faults[0] += {counted}"))?;
        }
        if network.losses != Faults::Never {
            let guard = match network.losses {
                Faults::AtMost(most) => format!("now.flight[{place}] && now.faults[1] < {most}"),
                _ => format!("now.flight[{place}]"),
            };
            let counted = u8::from(network.losses != Faults::Free);
            option(&guard, &format!("now.flight[{place}] = 0; now.faults[1] += {counted}"))?;
        }
    }
    for actor in 0..export.participants.len() {
        let most = export.locals(actor).map(|local| export.own(actor, local).len()).max();
        for own in 0..most.unwrap_or(0) {
            option(&format!("may_act ({actor}, {own})"), &format!("act({actor}, {own})"))?;
        }
    }
    writeln!(out, "  od\n}}")
}

const STEPS: &str = r#"
/* The step that a message in flight makes now. */
static int delivery(int message) {
  int actor = AT(RECEIVER, message);
  if (actor < 0) return -1;
  int step = AT(DELIVERY[actor], now.local[actor] * MESSAGES + message);
  if (step == -2) { puts("incomplete: a step is not in the tables"); exit(1); }
  return step;
}
static void take(int actor, int step) {
  now.local[actor] = AT(STEP, 3 * step);
  for (int place = AT(STEP, 3 * step + 1); place < AT(STEP, 3 * step + 2); place++)
    now.flight[AT(SENT, place)] = 1;
}
static int may_deliver(int message) { return now.flight[message] && delivery(message) >= 0; }
static int may_repeat(int message) { return now.flight[message] == 1 && delivery(message) >= 0; }
/* 0: it is gone; 2: a copy stays. */
static void deliver(int message, int status) {
  int step = delivery(message);
  now.flight[message] = status;
  take(AT(RECEIVER, message), step);
}
static int own_part(int actor, int end) {
  return AT(OWN_PART[actor], 2 * now.local[actor] + end);
}
static int may_act(int actor, int own) { return own_part(actor, 0) + own < own_part(actor, 1); }
static void act(int actor, int own) { take(actor, AT(OWN[actor], own_part(actor, 0) + own)); }
static int at_rest(void) {
  for (int message = 0; message < MESSAGES; message++)
    if (now.flight[message]) return 0;
  return 1;
}
/* Whether a key is among the rows of a table. */
static int has(const int *const *rows, int count, int width, const int *key) {
  int begin = 0, end = count;
  while (begin < end) {
    int middle = (begin + end) / 2, place = 0;
    while (place < width && AT(rows, middle * width + place) == key[place]) place++;
    if (place == width) return 1;
    if (AT(rows, middle * width + place) < key[place]) begin = middle + 1; else end = middle;
  }
  return 0;
}
"#;
