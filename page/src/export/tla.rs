//! For the checkers of TLA+: a module, and what they are asked about it.

use super::looks::{Flight, Key};
use super::{Delivery, Export, Promise, listed};
use search::actors::Faults;
use std::fmt::{self, Write};

/// The states and steps of the system as a module of TLA+ of this name.
///
/// # Panics
/// Never: a string takes all that is written.
#[must_use]
pub fn module(export: &Export, name: &str) -> String {
    let mut text = String::new();
    write(export, name, &mut text).expect("a string takes all that is written");
    text
}

/// The file of settings that belongs to the module: its promises as invariants.
#[must_use]
pub fn settings(export: &Export, _: &str) -> String {
    let broken = export.promises.iter().enumerate().filter(|(_, promise)| promise.is_broken);
    let invariants = broken.map(|(place, _)| format!("INVARIANT Holds{place}\n"));
    let all: String = invariants.collect();
    format!("INIT Init\nNEXT Next\nCHECK_DEADLOCK FALSE\n{all}")
}

fn write(export: &Export, name: &str, out: &mut String) -> fmt::Result {
    writeln!(out, "---- MODULE {name} ----")?;
    for remark in export.remarks() {
        writeln!(out, "\\* {remark}")?;
    }
    writeln!(out, "EXTENDS Naturals, Sequences\nVARIABLES local, flight, faults\n")?;
    tables(export, out)?;
    out.push_str(STEPS);
    let faults =
        [("Repeats", export.tables.network.duplicates), ("Losses", export.tables.network.losses)];
    for (name, faults) in faults {
        let most = match faults {
            Faults::Never => 0,
            Faults::Free => 1,
            Faults::AtMost(most) => most,
        };
        let counted = u8::from(faults != Faults::Free);
        writeln!(out, "Most{name} == {most}\nCounted{name} == {counted}")?;
    }
    out.push_str(NEXT);
    for (place, promise) in export.promises.iter().enumerate() {
        fires(promise, place, out)?;
    }
    writeln!(out, "====")
}

fn tables(export: &Export, out: &mut String) -> fmt::Result {
    let messages = &export.tables.messages;
    let receivers = messages.iter().map(|one| one.receiver.map_or(0, |actor| actor + 1));
    writeln!(out, "\\* The participant that gets a message, counted from 1; 0: nobody.")?;
    writeln!(out, "Receiver == <<{}>>", listed(receivers))?;
    let may_repeat = messages.iter().map(|one| if one.may_repeat { "TRUE" } else { "FALSE" });
    writeln!(out, "MayRepeat == <<{}>>", listed(may_repeat))?;
    let steps = export.steps.iter().map(|step| {
        let sent = listed(step.sent.iter().map(|message| message + 1));
        format!("[local |-> {}, sent |-> {{{sent}}}]", step.local + 1)
    });
    writeln!(out, "\\* The local state after a step, and what is sent.")?;
    writeln!(out, "Steps == <<{}>>", listed(steps))?;
    let rows = (0..export.participants.len()).map(|actor| {
        let row = |local| {
            let all =
                export.messages().map(|message| match export.delivery(actor, local, message) {
                    Delivery::Step(step) => (step + 1).to_string(),
                    Delivery::Stays => "0".to_owned(),
                    Delivery::Never => "-1".to_owned(),
                });
            format!("<<{}>>", listed(all))
        };
        format!("<<{}>>", listed(export.locals(actor).map(row)))
    });
    writeln!(out, "\\* By participant, local state and message: the step; 0: the message stays;")?;
    writeln!(out, "\\* -1: the two never meet, and an evaluation fails if they do.")?;
    writeln!(out, "Delivery == <<{}>>", listed(rows))?;
    let own = (0..export.participants.len()).map(|actor| {
        let all = export.locals(actor).map(|local| {
            format!("{{{}}}", listed(export.own(actor, local).into_iter().map(|step| step + 1)))
        });
        format!("<<{}>>", listed(all))
    });
    writeln!(out, "\\* By participant and local state: the steps of its own.")?;
    writeln!(out, "Own == <<{}>>\n", listed(own))
}

fn fires(promise: &Promise, place: usize, out: &mut String) -> fmt::Result {
    let looks = &promise.looks;
    let locals = looks.actors.iter().map(|actor| format!("local[{}]", actor + 1));
    let flight = match looks.flight {
        Flight::Nothing => None,
        Flight::AtRest => Some("AtRest"),
        Flight::All => Some("InFlight"),
    };
    let seen = listed(locals.chain(flight.map(str::to_owned)));
    let row = |key: &Key| {
        let locals = key.locals.iter().map(|local| (local + 1).to_string());
        let flight = match looks.flight {
            Flight::Nothing => None,
            Flight::AtRest => Some(key.is_at_rest.to_string().to_uppercase()),
            Flight::All => {
                Some(format!("{{{}}}", listed(key.in_flight.iter().map(|message| message + 1))))
            }
        };
        format!("<<{}>>", listed(locals.chain(flight)))
    };
    let said = if promise.is_broken { "broken" } else { "seen" };
    let name = super::plain(&promise.name);
    writeln!(out, "\\* Where Fires{place} is true, '{name}' is {said}.")?;
    if looks.fires.is_empty() {
        writeln!(out, "Fires{place} == FALSE")?;
    } else {
        let rows = listed(looks.fires.iter().map(row));
        writeln!(out, "Fires{place} == <<{seen}>> \\in {{{rows}}}")?;
    }
    writeln!(out, "Holds{place} == ~Fires{place}")
}

const STEPS: &str = r"Messages == 1..Len(Receiver)
Participants == 1..Len(Own)
AtRest == \A m \in Messages : flight[m] = 0
InFlight == {m \in Messages : flight[m] # 0}
\* A message is not there (0), fresh (1), or kept (2).
Init == /\ local = [a \in Participants |-> 1]
        /\ flight = [m \in Messages |-> 0]
        /\ faults = <<0, 0>>
Take(a, s, rest) ==
  /\ local' = [local EXCEPT ![a] = Steps[s].local]
  /\ flight' = [m \in Messages |-> IF m \in Steps[s].sent THEN 1 ELSE rest[m]]
";

const NEXT: &str = r"StepOf(m) == IF Receiver[m] = 0 THEN 0 ELSE Delivery[Receiver[m]][local[Receiver[m]]][m]
Deliver(m) ==
  /\ flight[m] # 0
  /\ StepOf(m) # 0
  /\ Take(Receiver[m], StepOf(m), [flight EXCEPT ![m] = 0])
  /\ UNCHANGED faults
Repeat(m) ==
  /\ flight[m] = 1
  /\ MayRepeat[m]
  /\ faults[1] < MostRepeats
  /\ StepOf(m) # 0
  /\ Take(Receiver[m], StepOf(m), [flight EXCEPT ![m] = 2])
  /\ faults' = [faults EXCEPT ![1] = faults[1] + CountedRepeats]
Lose(m) ==
  /\ flight[m] # 0
  /\ faults[2] < MostLosses
  /\ flight' = [flight EXCEPT ![m] = 0]
  /\ faults' = [faults EXCEPT ![2] = faults[2] + CountedLosses]
  /\ UNCHANGED local
Act(a) == \E s \in Own[a][local[a]] : Take(a, s, flight) /\ UNCHANGED faults
Next == \/ \E m \in Messages : Deliver(m) \/ Repeat(m) \/ Lose(m)
        \/ \E a \in Participants : Act(a)
";
