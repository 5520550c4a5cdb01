//! What a contract asks AO itself for: processes that are spawned, messages that are assigned
//! (SEMANTICS A7). What aos does was recorded with a running aos 2.0.6.

mod common;

use aos::{Build, Dependence, Evaluation, References, Sent};
use common::{Host, action, item};

fn evaluated(build: Build, code: &str) -> (Host, Evaluation) {
    let source = format!("Handlers.add('a', 'A', function(msg)\n{code}\nend)");
    let host = Host::on(build, &source);
    let evaluation = host.step(&host.loaded, &action("A"));
    assert_eq!(evaluation.outcome, aos::Outcome::Done, "{code}");
    (host, evaluation)
}

fn printed(code: &str) -> String {
    evaluated(Build::Late, code).1.printed.join("\n")
}

fn tags(sent: &Sent) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let tag = |(name, value): &(Vec<u8>, aos::TagValue)| {
        format!("{}={}", text(name), text(value.text().expect("a text")))
    };
    sent.tags.iter().map(tag).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_process_that_is_spawned_is_part_of_what_is_sent() {
    let spawn = "local r = ao.reference
        S = ao.spawn('m', {Data = nil, A = 'b', Tags = {X = 'y'}})
        assert(ao.reference == r + 1 and S.Data == 'NODATA' and S.after == nil)
        Send({Target = 'x'})
        Spawn('m', {Data = 'text'}) Spawn({B = 'c'})";
    let (host, evaluation) = evaluated(Build::Late, spawn);
    let asked: Vec<_> = evaluation.sent.iter().map(Sent::asks_for).collect();
    assert_eq!(asked, [Some("Process"), None, Some("Process"), Some("Process")]);
    let said: Vec<_> = evaluation.sent.iter().map(tags).collect();
    let expected =
        ["Type=Process Module=m A=b X=y", "", "Type=Process Module=m", "Type=Process B=c"];
    assert_eq!(said, expected);
    assert!(evaluation.sent.iter().all(|sent| sent.asks_for().is_none() || !sent.is_deliverable()));
    assert_eq!(evaluation.sent[0].data, b"NODATA");
    assert_eq!(evaluation.references, 4);
    let notes = host.machine.notes().into_iter().map(|note| (note.what, note.place.map(|at| at.1)));
    assert_eq!(notes.collect::<Vec<_>>(), [3, 6].map(|line| (Dependence::Spawns, Some(line))));
    assert_eq!(host.another().step(&host.loaded, &action("A")), evaluation);
}

#[test]
fn a_message_that_is_assigned_is_part_of_what_is_sent() {
    let assign = "local r = ao.reference
        assert(ao.assign({Processes = {'p', 'q'}, Message = 'id'}) == nil and ao.reference == r)
        print(Assign({Processes = {}, Message = 'other'}))";
    let (host, evaluation) = evaluated(Build::Late, assign);
    assert_eq!(evaluation.printed, ["Assignment added to outbox."; 2]);
    let said: Vec<_> = evaluation.sent.iter().map(tags).collect();
    let expected =
        ["Type=Assignment Message=id Process=p Process=q", "Type=Assignment Message=other"];
    assert_eq!(said, expected);
    assert!(evaluation.sent.iter().all(|sent| sent.asks_for() == Some("Assignment")));
    assert_eq!(evaluation.references, 0);
    let notes = host.machine.notes();
    assert!(!notes.is_empty() && notes.iter().all(|note| note.what == Dependence::Assigns));
}

#[test]
fn what_aos_throws_at_is_thrown_at() {
    for (code, thrown) in [
        ("ao.spawn()", "[string \".process\"]:117: attempt to index a nil value (local 'msg')"),
        (
            "ao.spawn('m', 5)",
            "[string \".process\"]:117: attempt to index a number value (local 'msg')",
        ),
        ("ao.spawn(nil, 'x')", "[string \".ao\"]:523: Module source id is required!"),
        ("ao.spawn(1, {})", "[string \".ao\"]:523: Module source id is required!"),
        ("ao.spawn('m', 'x')", "[string \".ao\"]:525: Message must be a table"),
        ("Spawn('m')", "[string \".ao\"]:525: Message must be a table"),
        ("Spawn()", "[string \".ao\"]:523: Module source id is required!"),
        ("ao.assign()", "[string \".ao\"]:819: assignment should be a table"),
        ("ao.assign({})", "[string \".ao\"]:821: Processes should be a table"),
        ("ao.assign({Processes = {}})", "[string \".ao\"]:823: Message should be a string"),
        ("Assign(5)", "[string \".ao\"]:819: assignment should be a table"),
    ] {
        let said = printed(&format!("print(select(2, pcall(function() {code} end)))"));
        assert_eq!(said, thrown, "{code}");
    }
    assert_eq!(printed("print(Spawn('m', nil).output)"), "Spawn process request added to outbox");
}

#[test]
fn what_a_spawn_returns_is_what_aos_returns() {
    let tags = "local t = {} for _, tag in ipairs(ao.spawn('m', {A = 'b'}).Tags) do
          if tag.name ~= 'From-Module' then t[#t + 1] = tag.name .. '=' .. tag.value end
        end
        print(table.concat(t, ' '))";
    assert_eq!(
        printed(tags),
        "Data-Protocol=ao Variant=ao.TN.1 Type=Process From-Process=TIM3 Module=m Reference=1 A=b"
    );
    for code in ["X = ao.spawn('m', {}).Anchor", "X = ao.spawn('m', {}).Tags[5].value"] {
        let host = Host::of(&format!("Handlers.add('a', 'A', function()\n{code}\nend)"));
        let why = host.try_step(&host.loaded, &action("A")).expect_err("it is refused");
        assert_eq!(why.line, Some(2), "{why}");
    }
    let (_, evaluation) = evaluated(Build::Aos1, "print(Spawn('m', {}))");
    assert_eq!(evaluation.printed, ["Spawn process request added to outbox."]);
}

/// AO tells who asked which process it has become; nobody does here.
#[test]
fn whoever_waits_for_a_process_gets_the_message_that_names_it() {
    for ask in [
        "local r = ao.spawn('m', {}).receive() Got = r.Process",
        "local r = Spawn('m', {}).receive() Got = r.Process",
        "ao.spawn('m', {}).onReply(function(r) Got = r.Process end)",
    ] {
        let (host, asked) = evaluated(Build::Late, ask);
        let other = item("TIM3", &[("Action", "Spawned"), ("Reference", "2"), ("Process", "no")]);
        let state = host.after(&asked.state, &other);
        let told = item("TIM3", &[("Action", "Spawned"), ("Reference", "1"), ("Process", "new")]);
        let state = host.another().after(&state, &told);
        assert_eq!(host.text(&state, "Got"), "new", "{ask}");
        let named = References::Named("m.");
        let order = aos::PairsOrder::Sorted;
        let asked = host.machine.evaluate(&host.loaded, &action("A"), named, order);
        let told = item("TIM3", &[("Action", "Spawned"), ("Reference", "m.0"), ("Process", "it")]);
        let state = host.after(&asked.expect("it is not refused").state, &told);
        assert_eq!(host.text(&state, "Got"), "it", "{ask}");
    }
}
