//! What contracts find in this host is what aos has, or is refused by name (SEMANTICS A7).

mod common;

use aos::{Build, Field, Item, LoadError, Refused, Value};
use common::{Host, action, eval, item, refusal};
use std::collections::BTreeSet;

/// What a running aos has, by object and name.
const ON_AOS: &str = include_str!("registry/aos-2.0.6.txt");
/// What only a CU adds to a message, and what aos keeps only later.
const NOT_RECORDED: [(&str, &str); 9] = [
    ("msg", "Signature"),
    ("msg", "Forwarded-By"),
    ("msg", "Read-Only"),
    ("msg", "Type"),
    ("msg", "Variant"),
    ("msg", "Data-Protocol"),
    ("msg", "From-Process"),
    ("msg", "From-Module"),
    ("ao", "_hints"),
];

/// Runs whatever Lua it is sent, with the message at hand.
const RUNNER: &str = "Handlers.add('run', 'Run', function(msg)
  assert(load('local msg = ... ' .. msg.Data, 'sent'))(msg)
end)";

fn run(lua: &str) -> Item {
    let tags = [("Action", "Run"), ("Reference", "1")];
    Item { owner: b"MU".to_vec(), data: lua.into(), ..item("USDA", &tags) }
}

fn pair(field: &Field) -> (&str, &str) {
    (&field.object, &field.name)
}

/// An expression that leads to an object.
fn expression(object: &str) -> String {
    let expression = match object {
        "ao.send" => "ao.send({Target = 'x'})",
        "ao.spawn" => "ao.spawn('x', {})",
        "Spawn" => "Spawn('x', {})",
        "Send" => "Send({Target = 'x'})",
        "json" => "require('json')",
        other
            if ["base64", "pretty", "stringify", "chance"].contains(&other)
                || other.starts_with("crypto") =>
        {
            return format!("require('.{other}')");
        }
        other => other,
    };
    expression.to_owned()
}

fn refused(host: &Host, lua: &str) -> String {
    match host.try_step(&host.loaded, &run(lua)) {
        Err(Refused { text, .. }) => text,
        Ok(evaluation) => panic!("{lua} is not refused: {evaluation:?}"),
    }
}

fn is_there(kind: &str) -> bool {
    ["honoured", "kept", "fixed"].contains(&kind)
}

#[test]
fn the_registry_has_each_name_that_aos_has() {
    let registered = Host::of("").machine.registered_fields();
    let registered: BTreeSet<_> = registered.iter().map(pair).collect();
    let on_aos = ON_AOS.lines().filter(|line| !line.starts_with('#'));
    let on_aos: BTreeSet<_> = on_aos.map(|line| line.split_once(' ').expect("a pair")).collect();
    for (object, name) in &on_aos {
        let known = registered.contains(&(*object, *name)) || registered.contains(&(*object, "*"));
        assert!(known, "{object}.{name} is not in the registry");
    }
    let only_here = [("ao.env.Process.Tags", "Authority"), ("ao.outbox", "Error")];
    for (object, name) in registered {
        let known = on_aos.contains(&(object, name)) || NOT_RECORDED.contains(&(object, name));
        // What Lua 5.3 has there.
        let known = known || object == "package";
        assert!(known || name == "*" || only_here.contains(&(object, name)), "{object}.{name}");
    }
}

#[test]
fn the_registry_has_each_name_that_the_host_has() {
    let host = Host::of("-- Inbox, TagArray");
    let registered = host.machine.registered_fields();
    let found = host.machine.found_fields();
    for field in &found {
        let rule = registered.iter().find(|known| pair(known) == pair(field));
        let rule = rule.unwrap_or_else(|| panic!("{field:?} is not in the registry"));
        let kept_here = ["Inbox", "TagArray", "From-Module"].contains(&&*field.name);
        assert!(is_there(&rule.kind) || kept_here, "{field:?} is {rule:?}");
    }
    let made_when_sent = ["Error", "Block-Height", "Timestamp"];
    for rule in registered.iter().filter(|rule| is_there(&rule.kind)) {
        let is_found = found.iter().any(|field| pair(field) == pair(rule));
        assert!(is_found || made_when_sent.contains(&&*rule.name), "{rule:?} is not in the host");
    }
}

#[test]
fn what_the_host_lacks_cannot_be_read_in_any_way() {
    let host = Host::of(RUNNER);
    let lacking = host.machine.registered_fields().into_iter();
    let lacking = lacking.filter(|rule| !is_there(&rule.kind) && rule.object != "require");
    let mut count = 0;
    for Field { object, name, .. } in lacking {
        let (from, name) = (expression(&object), if name == "*" { "Any" } else { &name });
        let (front, back) = name.split_at(1);
        for read in [
            format!("local x = {from}['{name}']"),
            format!("local a, b = '{front}', '{back}' if {from}[a .. b] then X = 1 end"),
            format!("local x = rawget({from}, '{name}')"),
            format!("X = pcall(function() return {from}['{name}'] end)"),
            format!("coroutine.wrap(function() pcall(rawget, {from}, '{name}') end)()"),
            format!("X = load('return ...', 'x', 't')({from})['{name}']"),
        ] {
            let text = refused(&host, &read);
            assert!(text.contains(name), "{read}: {text}");
            count += 1;
        }
    }
    assert!(count > 400, "{count}");
}

#[test]
fn what_aos_itself_uses_cannot_be_changed_in_any_way() {
    let host = Host::of(RUNNER);
    let kept = host.machine.registered_fields().into_iter();
    let kept = kept.filter(|rule| ["kept", "fixed", "refused"].contains(&&*rule.kind));
    for Field { object, name, .. } in kept.filter(|rule| rule.object != "require") {
        let (from, name) = (expression(&object), if name == "*" { "Any" } else { &name });
        for change in [
            format!("{from}['{name}'] = 5"),
            format!("{from}['{name}'] = nil"),
            format!("rawset({from}, '{name}', 5)"),
            format!("pcall(rawset, {from}, '{name}', 5)"),
        ] {
            let text = refused(&host, &change);
            assert!(text.contains(name) && text.contains("changed"), "{change}: {text}");
        }
    }
}

#[test]
fn nobody_else_becomes_the_owner_of_a_process() {
    for change in
        ["Owner = 'thief'", "_G['Ow' .. 'ner'] = 'thief'", "setmetatable(_G, {}) Owner = nil"]
    {
        let LoadError::Refused(refused) = refusal(&format!("\n{change}")) else {
            panic!("{change}")
        };
        assert_eq!(refused.line, Some(2), "{change}: {refused}");
        assert!(refused.text.contains("leave it as it is"), "{refused}");
    }
    let host = Host::of(RUNNER);
    for change in [
        "Owner = msg.From",
        "load('Owner = ...', 'x', 't', _G)('thief')",
        "local _ENV = setmetatable({}, {__newindex = _G}) Owner = 'thief'",
    ] {
        assert!(refused(&host, change).contains("Owner is changed"), "{change}");
    }
    // What it is anyway, it may be set to; and a state does not tell who did.
    let same = "Owner = Owner rawset(_G, 'Owner', ao.env.Process.Owner)";
    for base in [RUNNER.to_owned(), format!("{RUNNER} setmetatable(_G, {{}})")] {
        let host = Host::of(&base);
        assert_eq!(host.after(&host.loaded, &run(same)), host.after(&host.loaded, &run("")));
    }
    let fields =
        "local t = {} t.Owner = msg.From local o = setmetatable({}, {__index = _G}) o.Owner = 'x'";
    assert!(host.try_step(&host.loaded, &run(fields)).is_ok());
}

/// Writing to a table of the host's makes it the contract's own; what is refused stays so.
#[test]
fn a_table_that_was_written_to_is_guarded_as_before() {
    for object in ["_G", "ao", "Handlers", "string", "Handlers.utils", "ao.env", "debug"] {
        let host = Host::of(&format!("{RUNNER} {object}.own = 1 setmetatable(_G, {{}})"));
        assert!(host.text(&host.eval(&host.loaded, "T = type(print)"), "T") == "function");
        let rules = host.machine.registered_fields().into_iter();
        for Field { name, kind, .. } in rules.filter(|rule| rule.object == object) {
            let read = format!("local x = {object}['{name}']");
            if is_there(&kind) {
                let fine = host.try_step(&host.loaded, &run(&read));
                assert!(fine.is_ok(), "{read}: {fine:?}");
            } else if name != "*" {
                assert!(refused(&host, &read).contains(&name), "{read}");
            }
            if kind == "kept" || kind == "fixed" {
                assert!(refused(&host, &format!("{object}['{name}'] = 5")).contains(&name));
            }
        }
    }
}

#[test]
fn all_fields_of_what_aos_has_more_of_cannot_be_asked_for() {
    let host = Host::of(RUNNER);
    for object in ["_G", "ao", "Handlers", "string", "debug", "ao.outbox", "ao.env.Process.Tags"] {
        for walk in ["for k in pairs(%) do X = k end", "X = next(%)", "pcall(next, %)"] {
            let text = refused(&host, &walk.replace('%', object));
            assert!(text.contains(&format!("all fields of {object}")), "{walk}: {text}");
        }
        for wear in ["setmetatable(%, {})", "pcall(setmetatable, %, {})"] {
            if object != "_G" {
                let text = refused(&host, &wear.replace('%', object));
                assert!(text.contains(&format!("a metatable for {object}")), "{wear}: {text}");
            }
        }
    }
    let encoded = refused(&host, "pcall(require('json').encode, {msg})");
    assert!(encoded.contains("json.encode"), "{encoded}");
}

/// The file and the line are those of the read, wherever it lies.
#[test]
fn a_refusal_says_where() {
    let places = [
        "Handlers.add('a', function(m)\n  return m.Nonce == 1\nend, function() end)",
        "Handlers.add('a', 'Do', function(m)\n  local n = m['Non' .. 'ce']\nend)",
        "Handlers.add('a', 'Do', function(m) pcall(function()\n  return m.Nonce\nend) end)",
        "Handlers.once('a', {Action = 'Do'}, function(m)\n  X = rawget(m, 'Nonce')\nend)",
        "Handlers.add('a', {Action = function(v, m)\n  return m.Nonce end\n}, print)",
        "Handlers.add('a', 'Do', function(m) X = coroutine.wrap(function()\n  return m.Nonce\nend)() end)",
        "local function deep(m)\n  return m.Nonce\nend\nHandlers.add('a', 'Do', function(m) table.sort({1, 2}, function() return deep(m) end) end)",
    ];
    for source in places {
        let host = Host::of(source);
        let refused = host.try_step(&host.loaded, &action("Do")).expect_err(source);
        let place = (refused.file.as_str(), refused.line);
        assert!(refused.text.contains("msg.Nonce"), "{source}: {refused}");
        assert_eq!(place, ("contract.lua", Some(2)), "{source}");
    }
    for source in
        ["X = 1\nY = Tab", "X = 1\npcall(require, '.crypto.cipher')", "\nao.isTrusted = print"]
    {
        let LoadError::Refused(refused) = refusal(source) else { panic!("{source}") };
        assert_eq!(refused.line, Some(2), "{refused}");
    }
}

#[test]
fn modules_are_those_of_aos() {
    let host = Host::of(RUNNER);
    let rules = host.machine.registered_fields().into_iter();
    for Field { name, kind, .. } in rules.filter(|rule| rule.object == "require") {
        let ask = format!("pcall(require, '{name}')");
        if is_there(&kind) {
            assert!(host.try_step(&host.loaded, &run(&format!("assert({ask})"))).is_ok(), "{ask}");
        } else {
            assert!(refused(&host, &ask).contains(&name), "{ask}");
        }
    }
    assert!(refused(&host, "pcall(require, '.crypto.cipher.aes')").contains(".crypto.cipher.aes"));
    // What aos has not either throws, as there.
    let state = host.eval(
        &host.loaded,
        "Fine = pcall(require, 'own_module') Same = require('string') == string and require('ao') == ao",
    );
    assert_eq!(host.value(&state, "Fine"), Value::Boolean(false));
    assert_eq!(host.value(&state, "Same"), Value::Boolean(true));
}

#[test]
fn what_honest_contracts_read_is_there() {
    let source = "Name = Name or 'x' Inbox = Inbox or {} Errors = Errors or {} Nonce = Nonce or 0
      Utils2 = Utils2 or {} Version = '1.0' Dump = function() return 'mine' end Tags = ao.env.Process.Tags
      Said = Name .. Version .. Dump() .. Nonce .. #Inbox .. #Errors .. Owner .. ao.id .. ao.env.Process.Id
      string.starts = function(s, p) return s:sub(1, #p) == p end
      Said = Said .. tostring(('abc'):starts('ab')) .. Tags.Authority";
    let host = Host::of(source);
    let said = host.text(&host.loaded, "Said");
    assert_eq!(said, "aos1.0mine000ownerTIM3TIM3trueMU");
}

/// As on a running aos 2.0.6.
#[test]
fn a_pushed_message_says_so_in_its_tags() {
    let host = Host::of(RUNNER);
    let told = "local t = msg.Tags Told = t['From-Process'] .. t.Variant .. t.Type .. t['Data-Protocol']
      local names = {} for name in pairs(t) do names[#names + 1] = name end Names = table.concat(names, ' ')
      Kept = msg.reply == msg.reply and msg.Cron == false";
    let pushed = host.after(&host.loaded, &run(told));
    assert_eq!(host.text(&pushed, "Told"), "USDAao.TN.1Messageao");
    let names = "Action Data-Protocol From-Module From-Process Reference Type Variant";
    assert_eq!(host.text(&pushed, "Names"), names);
    assert_eq!(host.value(&pushed, "Kept"), Value::Boolean(true));
    assert!(refused(&host, "X = msg.Tags['From-Module']").contains("From-Module"));
    // What a wallet signs itself has no such tags.
    let signed = Item {
        data: b"X = tostring(msg.Tags['From-Process']) .. tostring(msg.Tags['From-Module'])"
            .to_vec(),
        ..item("alice", &[("Action", "Run")])
    };
    assert_eq!(host.text(&host.after(&host.loaded, &signed), "X"), "nilnil");
}

#[test]
fn all_of_a_message_has_what_it_has_on_aos() {
    let host = Host::of(RUNNER);
    let told = "local names = {} for name in pairs(msg) do names[#names + 1] = name end Names = table.concat(names, ' ')";
    let names = "Action Anchor Block-Height Cron Data Epoch From Hash-Chain Id Module Nonce Owner Reference \
        TagArray Tags Target Timestamp forward reply";
    assert_eq!(host.text(&host.after(&host.loaded, &run(told)), "Names"), names);
    // An honest search for some of them goes through; whoever uses a value that is not known does not.
    let honest = "X = 0 for k, v in pairs(msg) do if k:sub(1, 2) == 'X-' then X = v end end";
    assert_eq!(host.value(&host.after(&host.loaded, &run(honest)), "X"), Value::Integer(0));
    for used in ["v .. ''", "v + 1", "tostring(v)", "#v", "v.x", "v()", "v < 1", "('%s'):format(v)"]
    {
        let lua = format!(
            "for k, v in pairs(msg) do if k == 'Nonce' then X = pcall(function() return {used} end) end end"
        );
        assert!(refused(&host, &lua).contains("msg.Nonce"), "{used}");
    }
}

#[test]
fn what_was_sent_has_the_fields_that_it_has_on_aos() {
    let host = Host::of(RUNNER);
    let told = "local short, sent = Send({Target = 'x'}), ao.send({Target = 'y', Data = 'd', A = '1'})
      Short = tostring(short.Target) .. tostring(short.Reference) .. short.output .. type(short.onReply)
      Long = sent.Target .. sent.Data .. sent.Tags[4].name .. sent.Tags[4].value .. sent.Tags[5].name .. #sent.Tags
      Names = '' for name in pairs(sent) do Names = Names .. name .. ' ' end";
    let state = host.after(&host.loaded, &run(told));
    assert_eq!(host.text(&state, "Short"), "nilnilMessage added to outboxfunction");
    assert_eq!(host.text(&state, "Long"), "ydReference2A5");
    assert_eq!(host.text(&state, "Names"), "Anchor Data Tags Target onReply receive ");
}

#[test]
fn words_that_the_file_does_not_have_cannot_be_computed() {
    let host = Host::of(RUNNER);
    for lua in
        ["X = #_G['In' .. 'box']", "X = #msg['Tag' .. 'Array']", "pcall(rawget, _G, 'In' .. 'box')"]
    {
        assert!(refused(&host, lua).contains("into the file"), "{lua}");
    }
    let host = Host::of(&format!("{RUNNER} -- Inbox, TagArray"));
    let state = host.after(&host.loaded, &run("X = #_G['In' .. 'box'] .. #msg['Tag' .. 'Array']"));
    assert_eq!(host.text(&state, "X"), "07");
}

/// Answers that a real machine gives by chance, and those that depend on how aos calls handlers.
#[test]
fn what_nobody_knows_is_not_made_up() {
    let host = Host::of(RUNNER);
    for (lua, said) in [
        ("X = collectgarbage('count') > 0", "collectgarbage('count')"),
        ("X = pcall(collectgarbage, 'setpause')", "collectgarbage('setpause')"),
        ("X = #debug.traceback('') > 5", "debug.traceback"),
        ("X = xpcall(error, debug.traceback)", "debug.traceback"),
        ("X = tostring({}) == tostring({})", "tostring of a table"),
        ("X = pcall(string.format, '%s', print)", "tostring of a function"),
        ("pcall(coroutine.yield, 1)", "coroutine.yield"),
    ] {
        assert!(refused(&host, lua).contains(said), "{lua}");
    }
    let lua = "local _, is_main = coroutine.running() X = tostring(is_main) .. tostring(coroutine.isyieldable())
      print({}) collectgarbage() Y = coroutine.wrap(function() return coroutine.yield(2) end)()";
    let state = host.after(&host.loaded, &run(lua));
    assert_eq!(host.text(&state, "X"), "falsetrue");
    assert_eq!(host.value(&state, "Y"), Value::Integer(2));
}

#[test]
fn a_metatable_of_the_globals_is_honoured() {
    let strict =
        "setmetatable(_G, {__newindex = function(_, name) error('global ' .. name, 2) end})";
    let host = Host::of(&format!("{RUNNER} X = 1 {strict}"));
    let threw = host.step(&host.loaded, &run("_G.Y = 1"));
    assert!(format!("{:?}", threw.outcome).contains("global Y"), "{threw:?}");
    assert!(refused(&host, "X = Tab").contains("Tab"));
    let state =
        host.another().after(&host.loaded, &run("X = getmetatable(_G) ~= nil rawset(_G, 'Z', 3)"));
    assert_eq!(host.value(&state, "Z"), Value::Integer(3));
    let host = Host::of(
        "setmetatable(_G, {__index = function(_, name) return name .. '!' end}) X = foo .. type(Owner)",
    );
    assert_eq!(host.text(&host.eval(&host.loaded, "Y = bar"), "Y"), "bar!");
    assert_eq!(host.text(&host.loaded, "X"), "foo!string");
}

/// Whom aos trusts is what the state lists, and the Authority tags of the process.
#[test]
fn authorities_are_those_of_the_state() {
    let listed = |source: &str| {
        let host = Host::of(source);
        host.machine.authorities(&host.loaded).expect("a list")
    };
    let names = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    assert_eq!(listed("X = 1"), None);
    assert_eq!(listed("ao.mine = 1"), names(&["MU"]));
    assert_eq!(listed("table.insert(ao.authorities, 'A')"), names(&["MU", "A"]));
    assert_eq!(listed("ao['auth' .. 'orities'][2] = 'A'"), names(&["MU", "A"]));
    assert_eq!(listed("rawset(ao, 'authorities', {'A', 5, 'B'})"), names(&["A", "", "B", "MU"]));
    // aos lists its Authority tags again with each message.
    assert_eq!(listed("table.remove(ao.authorities)"), names(&["MU"]));
    let host = Host::of("ao.authorities = setmetatable({}, {__index = print})");
    assert!(host.machine.authorities(&host.loaded).is_err());
    assert!(host.try_step(&host.loaded, &eval("X = 1")).is_err());
}

#[test]
fn trust_is_what_aos_makes_of_it() {
    let source = "ao.authorities[2] = 'A' function Trusted(from, owner) return ao.isTrusted({From = from, Owner = owner}) end
      T = {Trusted('x', 'A'), Trusted('MU', 'y'), Trusted('x', 'y'), ao.isAssignment({Target = 'x'})}
      S = tostring(T[1]) .. tostring(T[2]) .. tostring(T[3]) .. tostring(T[4])";
    let host = Host::on(Build::Late, source);
    assert_eq!(host.text(&host.loaded, "S"), "truetruefalsetrue");
}

#[test]
fn names_of_authorities_are_exchanged_with_all_others() {
    for source in ["table.insert(ao.authorities, 'alice')", "ao.authorities = {'MU', 'alice'}"] {
        let host = Host::of(source);
        let words = [("alice", "bob"), ("bob", "alice")];
        let renamed = host.machine.renamed(&host.loaded, &words);
        let listed = host.machine.authorities(&renamed).expect("a list");
        assert_eq!(listed.as_deref(), Some(&["MU".to_owned(), "bob".to_owned()][..]), "{source}");
        assert_eq!(host.machine.renamed(&renamed, &words), host.loaded);
    }
}

/// Builds of aos for 64 bits and for 32 do not agree on these (SEMANTICS A7).
#[test]
fn sizes_that_differ_between_builds_of_aos_are_refused() {
    let host = Host::of(RUNNER);
    for (call, native) in [
        ("string.packsize('T')", "T"),
        ("string.packsize('<!4 i8 l')", "l"),
        ("('L'):packsize()", "L"),
        ("string.pack('s', 'x')", "s"),
        ("string.pack('i4s', 1, 'x')", "s"),
        ("pcall(string.unpack, '!bXl', 'x')", "l"),
    ] {
        let text = refused(&host, &format!("X = {call}"));
        assert!(text.contains(&format!("'{native}'")) && text.contains("builds"), "{call}: {text}");
    }
    for (call, size) in [("jJdn", 32), ("iI", 8), ("hHf", 8), ("!bd", 16), ("!bj", 16)] {
        let state = host.after(&host.loaded, &run(&format!("X = string.packsize('{call}')")));
        assert_eq!(host.value(&state, "X"), Value::Integer(size), "{call}");
    }
    let state = host.after(&host.loaded, &run("X = string.pack('s4 z', 'ab', 'c')"));
    assert_eq!(host.text(&state, "X"), "\u{2}\0\0\0abc\0");
}

/// As measured in a running aos 2.0.6 (SEMANTICS A7).
#[test]
fn texts_that_lua_makes_are_those_of_aos() {
    let host = Host::of(RUNNER);
    let caught = |code: &str| format!("select(2, pcall({code}))");
    let syntax = |arguments: &str| format!("select(2, load('x ==', {arguments}))");
    let long = format!("'@{}'", "n".repeat(70));
    for (expression, expected) in [
        ("tostring(0/0)", "-nan".to_owned()),
        ("tostring(-(0/0))", "nan".to_owned()),
        ("('%f'):format(0/0)", "-nan".to_owned()),
        ("('%5.1f|%g'):format(0/0, -(0/0))", " -nan|nan".to_owned()),
        ("'' .. math.huge - math.huge", "-nan".to_owned()),
        ("tostring(math.sqrt(-1))", "-nan".to_owned()),
        ("tostring(-1/0)", "-inf".to_owned()),
        (&caught("error, 'x'"), "x".to_owned()),
        (&caught("load('error(\"q\")')"), "[string \"error(\"q\")\"]:1: q".to_owned()),
        (&caught("load('error(\"q\")', 'name')"), "[string \"name\"]:1: q".to_owned()),
        (&caught("load('error(\"q\")', '@name')"), "name:1: q".to_owned()),
        (&caught("load('error(\"q\")', '=name')"), "name:1: q".to_owned()),
        (&syntax("'nm'"), "[string \"nm\"]:1: syntax error near '=='".to_owned()),
        (&syntax("nil"), "[string \"x ==\"]:1: syntax error near '=='".to_owned()),
        (&syntax(&long), format!("...{}:1: syntax error near '=='", "n".repeat(56))),
        (&syntax("'=?'"), "(load):1: syntax error near '=='".to_owned()),
    ] {
        let state = host.after(&host.loaded, &run(&format!("X = {expression}")));
        assert_eq!(host.text(&state, "X"), expected, "{expression}");
    }
    let own = "Handlers.add('own', 'Own', function()
      X = select(2, pcall(function() error('x') end))
      error(X, 0)
    end)";
    let host = Host::of(own);
    let evaluation = host.step(&host.loaded, &action("Own"));
    assert_eq!(host.text(&evaluation.state, "X"), "[string \"aos\"]:2: x", "as an Eval of it");
    let thrown = aos::Outcome::Threw("contract.lua:2: x".into());
    assert_eq!(evaluation.outcome, thrown, "for people");
}
