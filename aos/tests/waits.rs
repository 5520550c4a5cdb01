//! Handlers that wait for a later message (SEMANTICS A7).

mod common;

use aos::{Evaluation, Item, Outcome, State};
use common::{Host, action, item};

/// What handlers noted, behind each other.
const LOG: &str = "Log = '' local function log(text) Log = Log .. text .. ';' end\n";

fn host(lua: &str) -> Host {
    Host::of(&format!("{LOG}{lua}"))
}

/// A message with an Id, so that it is known whose it is.
fn called(id: &str, action: &str) -> Item {
    Item { id: id.into(), ..common::action(action) }
}

fn answer(from: &str, reference: &str) -> Item {
    let mut item = item(from, &[("Action", "Answer"), ("X-Reference", reference)]);
    item.id = format!("from {from}").into();
    item
}

impl Host {
    fn run(&self, items: &[Item]) -> State {
        items.iter().fold(self.loaded.clone(), |state, item| self.after(&state, item))
    }

    fn log(&self, state: &State) -> String {
        self.text(state, "Log")
    }
}

#[test]
fn a_handler_waits_for_an_answer_and_goes_on_with_it() {
    let host = host(
        "Handlers.add('w', 'Go', function(m)
           log('a ' .. m.Id)
           local r = Send({ Target = 'T', Action = 'Ask' }).receive()
           log('b ' .. m.Id .. ' ' .. r.Id)
           local s = Receive({ Action = 'Two' })
           log('c ' .. s.Id)
           Send({ Target = 'T', Action = 'Done' })
         end)",
    );
    let asked = host.step(&host.loaded, &called("1", "Go"));
    assert_eq!((asked.sent.len(), asked.outcome), (1, Outcome::Done));
    let other = host.after(&asked.state, &answer("X", "1"));
    let other = host.after(&other, &answer("T", "2"));
    assert_eq!(other, asked.state, "answers to something else");
    let first = host.after(&other, &answer("T", "1"));
    assert_eq!(host.log(&first), "a 1;b 1 from T;");
    let second = host.step(&first, &called("2", "Two"));
    assert_eq!(host.log(&second.state), "a 1;b 1 from T;c 2;");
    assert_eq!(second.sent.len(), 1);
}
