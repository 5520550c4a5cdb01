//! Which patterns are taken to need too long.

use aos::{Build, Evaluation, Item, Limits, Machine, PairsOrder, Program, References, Settings};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The result of `string.match(text, pattern)` in a handler.
fn matched(text: &str, pattern: &str) -> Evaluation {
    let source = "Handlers.add('m', function() return true end, function(msg)
        Found = string.match(msg.Text, msg.Pattern) or false
    end)";
    let settings = Settings {
        process: "P".into(),
        owner: "owner".into(),
        authorities: vec![],
        tags: BTreeMap::new(),
        build: Build::Late,
        limits: Limits::default(),
    };
    let program = Arc::new(Program::new("patterns.lua", source, settings));
    let (machine, state) = Machine::new(&program).expect("it loads");
    let tags = [("Text", text), ("Pattern", pattern)];
    let tags = tags.map(|(name, value)| (name.into(), value.into())).to_vec();
    let item = Item { from: "alice".into(), owner: "alice".into(), tags, ..Item::default() };
    let evaluation = machine.evaluate(&state, &item, References::After(0), PairsOrder::Sorted);
    evaluation.expect("nothing is refused")
}

fn is_refused(text: &str, pattern: &str) -> bool {
    matches!(matched(text, pattern).outcome, aos::Outcome::Met(..))
}

#[test]
fn what_is_escaped_in_a_set_or_optional_is_no_repetition() {
    let digits = "1".repeat(80);
    for pattern in ["^%-?[1-9]%d*$", "^[+-]?%d+%.?%d*$", "^[%]%-a-z-]*$", "%*%*%+%-%?%%%.%("] {
        assert!(!is_refused(&digits, pattern), "{pattern}");
    }
}

#[test]
fn many_repetitions_on_a_long_text_are_refused() {
    let text = "a".repeat(200);
    for pattern in [".-.-.-.-x", ".*.*.*.*x", "a+a+a+a+x", "%b()%b()%b()%b()", "(.*)(.*)%1%2x"] {
        assert!(is_refused(&text, pattern), "{pattern}");
    }
    let optional = "a?".repeat(40) + "x";
    assert!(is_refused(&text, &optional), "{optional}");
}
