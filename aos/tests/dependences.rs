//! What is noted of what a contract reads.

mod common;

use aos::{Dependence, Item, Machine, PairsOrder, References, Value};
use common::{Host, action, item};

/// What is noted of a contract that gets these items: kinds and lines, 0 without one.
fn notes_of(source: &str, items: &[Item]) -> Vec<(Dependence, u32)> {
    let host = Host::of(source);
    let mut state = host.loaded.clone();
    for item in items {
        let named = References::Named("m/1");
        let evaluation = host.machine.evaluate(&state, item, named, PairsOrder::Sorted);
        state = evaluation.expect("nothing is refused").state;
    }
    noted(&host.machine)
}

fn noted(machine: &Machine) -> Vec<(Dependence, u32)> {
    let line = |place: Option<(String, u32)>| place.map_or(0, |(_, line)| line);
    machine.notes().into_iter().map(|note| (note.what, line(note.place))).collect()
}

/// Of a handler with this on its second line.
fn in_handler(body: &str) -> Vec<(Dependence, u32)> {
    let source = format!("Handlers.add('h', 'H', function(msg)\n{body}\nend)");
    notes_of(&source, &[item("alice", &[("Action", "H"), ("Reference", "a/0"), ("N", "5")])])
}

#[test]
fn the_clock_is_noted_however_it_is_read() {
    for body in [
        "X = msg.Timestamp",
        "X = os.time()",
        "X = os.date()",
        "X = os.clock()",
        "local name = 'Time' .. 'stamp' X = msg[name]",
        "X = rawget(msg, 'Timestamp')",
        "X = setmetatable({}, { __index = msg }).Timestamp",
        "X = ('Timestamp'):gsub('%w+', msg)",
        "local _ENV = msg; local x = Timestamp",
    ] {
        assert_eq!(in_handler(body), [(Dependence::Clock, 2)], "{body}");
    }
}

#[test]
fn all_fields_of_a_message_are_more_than_one_dependence() {
    let times = [(Dependence::Clock, 2), (Dependence::Block, 2)];
    let all = [times[0], times[1], (Dependence::Order, 2)];
    assert_eq!(in_handler("for k, v in pairs(msg) do X = k end"), all);
    assert_eq!(in_handler("X = next(msg)"), all);
}

#[test]
fn the_block_and_chance_are_noted() {
    assert_eq!(in_handler("X = msg['Block-Height']"), [(Dependence::Block, 2)]);
    assert_eq!(in_handler("X = math.random(2)"), [(Dependence::Chance, 2)]);
    assert_eq!(in_handler("math.randomseed(1)"), [(Dependence::Chance, 2)]);
    for draws in ["X = c.integer(1, 2)", "X = c.random()", "c.seed(1)"] {
        let body = format!("local c = require('.chance')\n{draws}");
        assert_eq!(in_handler(&body), [(Dependence::Chance, 3)], "{draws}");
    }
}

#[test]
fn the_order_of_pairs_is_noted_from_two_entries_on() {
    let order = [(Dependence::Order, 2)];
    assert_eq!(in_handler("for k in pairs({ a = 1, b = 2 }) do X = k end"), order);
    assert_eq!(in_handler("for k in next, { a = 1, b = 2 } do X = k end"), order);
    assert_eq!(in_handler("for k in pairs({ a = 1 }) do X = k end"), []);
    assert_eq!(in_handler("for k in ipairs({ 1, 2 }) do X = k end"), []);
    assert_eq!(in_handler("ao.send({ Target = 'a', A = 'b', Tags = { C = 'd', E = 'f' } })"), []);
}

#[test]
fn what_a_reference_is_made_of_is_noted() {
    for body in [
        "X = tonumber(msg.Reference)",
        "X = math.tointeger(msg.Tags.Reference)",
        "X = tonumber(ao.reference)",
        "X = msg.Reference:match('^%d+$')",
        "X = msg.Reference:find('5', 1, true)",
        "X = msg.Reference:sub(1, 1)",
        "X = msg.Reference:byte()",
        "X = #msg.Reference",
        "local r = msg.Reference or '' X = r X = #r",
        "X = #ao.reference > 3",
        "X = ao.reference == 0",
        "X = type(ao.reference)",
        "X = tonumber('1' .. msg.Reference)",
        "X = pcall(load, msg.Reference)",
        "X = pcall(require('json').decode, msg.Reference)",
        "X = msg.Reference < '5'",
        "local r = msg.Reference X = coroutine.wrap(function() return r <= '5' end)()",
        "X = string.rep('x', 3, '') X = pcall(string.rep, 'x', msg.Reference)",
        "X = pcall(math.floor, msg.Reference)",
        "X = math.type(msg.Reference)",
        "X = ({})[tonumber(msg.Reference)]",
        "X = pcall(string.format, '%d', msg.Reference)",
        "X = pcall(select, msg.Reference, 1)",
        "X = utf8.len(msg.Reference)",
        "X = msg.Reference:upper()",
        "X = { msg.Reference, 'b' } table.sort(X)",
    ] {
        assert_eq!(in_handler(body), [(Dependence::Reference, 2)], "{body}");
    }
    for body in [
        "Seen = { [msg.From .. msg.Reference] = true } X = msg.Reference == 'b'",
        "X = tonumber(msg.N) + 1 local r = msg.Reference",
        "local r = msg.Reference; X = pcall(function() return msg.Action + 1 end)",
        "Send({ Target = msg.From, ['X-Reference'] = msg.Reference })",
        "X = ('%s:%s'):format(msg.From, msg.Reference) X = type(msg.Reference)",
        "Kept = ao.reference X = Kept == ao.reference X = ao.reference ~= nil",
        "X = require('json').encode({ [1] = msg.Reference })",
        "X = tostring(msg.Reference) X = msg.Reference .. ao.reference",
    ] {
        assert_eq!(in_handler(body), [], "{body}");
    }
}

#[test]
fn what_throws_only_as_a_reference_is_no_number_here_is_refused() {
    for body in [
        "X = ao.reference + 1",
        "local r = msg.Reference; X = r * 2",
        "X = msg.Reference + 0",
        "X = msg.Reference | 0",
        "X = ('1' .. msg.Reference) + 0",
        "local r = msg.Reference; X = r & 1",
        "X = pcall(function() return msg.Reference < 5 end)",
        "local r = msg.Reference; X = pcall(function() return r - 1 end)",
        "X = coroutine.resume(coroutine.create(function() local r = msg.Reference; return r + 1 end))",
    ] {
        let source = format!("Handlers.add('h', 'H', function(msg)\n{body}\nend)");
        let host = Host::of(&source);
        let message = item("alice", &[("Action", "H"), ("Reference", "a/0")]);
        let named = References::Named("m/1");
        let refused = host.machine.evaluate(&host.loaded, &message, named, PairsOrder::Sorted);
        let refused = refused.expect_err(body);
        assert_eq!(refused.line, Some(2), "{body}: {refused}");
        assert!(refused.text.contains("Reference"), "{body}: {refused}");
    }
}

#[test]
fn a_reference_that_is_a_number_is_tried_as_one() {
    let source = "Handlers.add('h', 'H', function(msg) X = tonumber(msg.Reference) end)";
    assert_eq!(notes_of(source, &[item("alice", &[("Action", "H"), ("Reference", "7")])]), []);
}

#[test]
fn what_an_address_is_made_of_is_noted() {
    for body in [
        "X = #msg.From // 43",
        "X = msg.From:find('[A-Z]')",
        "X = msg.From:sub(1, 3)",
        "X = msg.From:len() == 43",
        "X = string.match(msg.From, '^[%w-_]+$')",
        "X = utf8.len(msg.From)",
        "X = msg.From:upper()",
        "X = msg.From < 'b'",
        "X = msg.Id >= 'b'",
        "X = ('b'):find(msg.From)",
        "X = msg.From:gsub('a', 'b')",
        "local t = { msg.From, 'b' } table.sort(t)",
        "local t = { 'c', 'b', msg.From } table.sort(t, function(a, b) return a < b end)",
        "X = pcall(function() return msg.From > 'b' end)",
        "X = coroutine.wrap(function() return msg.From > 'b' end)()",
    ] {
        assert_eq!(in_handler(body), [(Dependence::Address, 2)], "{body}");
    }
    for body in [
        "Balances = { [msg.From] = 1 } X = msg.From == 'alice' X = Balances[msg.From]",
        "X = 'from ' .. msg.From .. msg.Id X = ('%s'):format(msg.From)",
        "Send({ Target = msg.From, Data = require('json').encode(msg.From) })",
        "X = msg.Action:sub(1, 1) X = #msg.N X = msg.N < msg.Action",
        "X = tostring(msg.From) print(msg.From)",
    ] {
        assert_eq!(in_handler(body), [], "{body}");
    }
    for shows in ["require('.pretty').tprint", "require('.stringify').format", "Utils.keys"] {
        let body = format!("X = {shows}({{ x = 1, b = 2 }}) Y = {shows}({{ 1, 2 }})");
        assert_eq!(in_handler(&body), [(Dependence::Order, 2)], "{shows}");
        assert_eq!(in_handler(&format!("X = {shows}({{ 1, 2 }})")), [], "{shows}");
    }
    assert_eq!(in_handler("X = require('.dump')({ x = 1, b = 2 })"), []);
    let goes_through = "Balances = { [msg.From] = 1, b = 2 } for k in pairs(Balances) do X = k end";
    assert_eq!(in_handler(goes_through), [(Dependence::Order, 2)]);
}

#[test]
fn addresses_of_a_world_are_known_but_texts_of_the_file_are_not() {
    let source = "Ticker = 'TIM3' Handlers.add('h', 'H', function(msg)
        X = msg.To:lower()
        X = Ticker:lower()
      end)";
    let program = |world: &[&'static str]| {
        let program = common::program(source, aos::Build::Late);
        let program = std::sync::Arc::into_inner(program).expect("it is nobody's");
        std::sync::Arc::new(program.among(world.iter().copied()))
    };
    let message = item("alice", &[("Action", "H"), ("To", "carol")]);
    for (world, expected) in [(&["carol", "TIM3"] as &[_], vec![2]), (&["bob"], vec![])] {
        let (machine, loaded) = Machine::new(&program(world)).expect("it loads");
        let named = References::Named("m/1");
        machine.evaluate(&loaded, &message, named, PairsOrder::Sorted).expect("not refused");
        let lines: Vec<u32> = noted(&machine).into_iter().map(|(_, line)| line).collect();
        assert_eq!(lines, expected);
    }
}

#[test]
fn messages_that_nobody_here_does_anything_with_are_noted() {
    let elsewhere = "anotherProcessOfSomebodyThatIsNotHere_12345";
    let source = format!(
        "Handlers.add('h', 'H', function(msg)
        Send({{ Target = 'usda', Action = 'Transfer' }})
        Send({{ Target = 'usda', Action = 'Burn', Quantity = '10' }})
        Send({{ Target = 'usda', Tags = {{ {{ name = 'ACTION', value = 'Burn' }} }} }})
        Send({{ Target = 'usda' }})
        Send({{ Target = '{elsewhere}', Action = 'Transfer' }})
        Send({{ Target = msg.To, Action = 'Transfer' }})
      end)"
    );
    let program = || {
        let program = common::program(&source, aos::Build::Late);
        std::sync::Arc::into_inner(program).expect("it is nobody's")
    };
    let stranger = "x".repeat(aos::ID_LENGTH);
    let message = item("alice", &[("Action", "H"), ("To", &stranger)]);
    let expected = [
        (Dependence::Unheard, 3),
        (Dependence::Unheard, 4),
        (Dependence::Unheard, 5),
        (Dependence::Elsewhere, 6),
    ];
    for (program, expected) in [
        (program().beside("usda", &["Transfer", "Balance"]), &expected[..]),
        (program().beside("usda", &["Transfer", "Burn", ""]).among([elsewhere]), &[]),
        (program(), &[]),
    ] {
        let (machine, loaded) = Machine::new(&std::sync::Arc::new(program)).expect("it loads");
        let named = References::Named("m/1");
        machine.evaluate(&loaded, &message, named, PairsOrder::Sorted).expect("not refused");
        assert_eq!(noted(&machine), expected);
    }
}

#[test]
fn the_order_of_fields_in_json_is_noted() {
    let order = [(Dependence::Order, 2)];
    assert_eq!(in_handler("X = require('json').encode({ a = 1, b = 2 })"), order);
    assert_eq!(in_handler("X = require('json').encode({ { a = { b = 1, c = 2 } } })"), order);
    assert_eq!(in_handler("X = require('json').encode({ a = { 1, 2 } })"), []);
}

#[test]
fn notes_are_taken_of_patterns_coroutines_and_loading() {
    let of_pattern =
        "Handlers.add('h', function(msg)\nreturn msg.Timestamp > 5 end, function() end)";
    assert_eq!(notes_of(of_pattern, &[action("H")]), [(Dependence::Clock, 2)]);
    let of_table = "Handlers.add('h', { Timestamp = '5' }, function() end)";
    assert_eq!(notes_of(of_table, &[action("H")]), [(Dependence::Clock, 0)]);
    assert_eq!(notes_of("\nX = os.time()", &[]), [(Dependence::Clock, 2)]);
    let wrapped = "coroutine.wrap(function()\nX = math.random() end)()";
    assert_eq!(in_handler(wrapped), [(Dependence::Chance, 3)]);
    let both = [(Dependence::Loaded, 2), (Dependence::Clock, 2)];
    assert_eq!(in_handler("X = load('return os.time()')()"), both);
    assert_eq!(in_handler("X = load('is no code')"), []);
    let of_text = "Handlers.add('h', 'H', load('X = os.time()'))";
    let both = [(Dependence::Loaded, 1), (Dependence::Clock, 0)];
    assert_eq!(notes_of(of_text, &[action("H")]), both);
}

#[test]
fn a_message_that_is_kept_still_says_when_it_was() {
    let source = "Handlers.add('keep', 'Keep', function(msg) Kept = msg end)
         Handlers.add('read', 'Read', function(msg) X = Kept.Timestamp end)
         Handlers.add('all', 'All', function(msg)
           local t = {}
           for k in pairs(Kept) do t[#t + 1] = k end
           X = table.concat(t, ' ')
         end)
         Handlers.add('change', 'Change', function(msg) Kept.Timestamp = nil X = Kept.Timestamp end)";
    let host = Host::of(source);
    let kept = host.after(&host.loaded, &action("Keep"));
    assert_eq!(noted(&host.machine), []);
    assert_eq!(host.value(&kept, "Kept.Timestamp"), Value::Integer(1000));
    assert_eq!(host.value(&kept, "Kept.Block-Height"), Value::Integer(7));
    for machine in [&host, &host.another()] {
        let all = machine.after(&kept, &action("All"));
        assert_eq!(
            machine.text(&all, "X"),
            "Action Anchor Block-Height Cron Data Epoch From Hash-Chain Id Module Nonce Owner TagArray Tags Target Timestamp forward reply"
        );
        let read = machine.after(&kept, &action("Read"));
        assert_eq!(machine.value(&read, "X"), Value::Integer(1000));
        let changed = machine.after(&read, &action("Change"));
        assert_eq!(machine.value(&changed, "X"), Value::Nil);
        assert_eq!(machine.value(&changed, "Kept.Timestamp"), Value::Nil);
        let lines = [
            (Dependence::Clock, 2),
            (Dependence::Clock, 5),
            (Dependence::Block, 5),
            (Dependence::Order, 5),
        ];
        assert_eq!(noted(&machine.machine), lines, "whatever was looked at before");
    }
}

#[test]
fn an_evaluation_says_whether_the_order_of_pairs_can_matter() {
    let source = "T = { a = 1, b = 2 } Handlers.add('h', 'H', function() for k in pairs(T) do X = k end end)";
    let host = Host::of(source);
    assert!(host.step(&host.loaded, &action("H")).is_ordered);
    assert!(!host.step(&host.loaded, &action("Other")).is_ordered);
}

#[test]
fn messages_that_nobody_takes_are_noted() {
    for body in [
        "ao.send({ Target = 'bob', Quantity = 5 })",
        "Send({ Target = 'bob', Tags = { Quantity = 5 } })",
        "ao.send({ Target = 'bob', Tags = { { name = 'Done', value = true } } })",
        "msg.reply({ Quantity = 5 })",
        "ao.send({ Action = 'Credit-Notice' })",
        "ao.send({ Target = 5 })",
        "ao.send({ Target = '' })",
    ] {
        assert_eq!(in_handler(body), [(Dependence::Unsent, 2)], "{body}");
    }
    for body in ["ao.send({ Target = 'bob', Quantity = '5', Data = 5 })", "msg.reply({ Data = 5 })"]
    {
        assert_eq!(in_handler(body), [], "{body}");
    }
}
