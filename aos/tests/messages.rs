//! Messages as handlers get them and send them (SEMANTICS A3, A4).

mod common;

use aos::{
    Build, Evaluation, Item, Machine, Outcome, PairsOrder, References, Sent, TagValue, Value,
};
use common::{Host, item};

/// What a handler of every message does.
fn evaluation(build: Build, handle: &str, message: &Item) -> Evaluation {
    let source =
        format!("Handlers.add('all', function() return true end, function(msg) {handle} end)");
    let host = Host::on(build, &source);
    host.step(&host.loaded, message)
}

/// What a handler says of a message.
fn said(build: Build, expression: &str, message: &Item) -> String {
    let evaluation = evaluation(build, &format!("print({expression})"), message);
    assert_eq!(evaluation.outcome, Outcome::Done, "{expression}");
    evaluation.printed.concat()
}

fn sent(handle: &str, message: &Item) -> Vec<Sent> {
    let evaluation = evaluation(Build::Late, handle, message);
    assert_eq!(evaluation.outcome, Outcome::Done, "{handle}");
    evaluation.sent
}

/// The tags that are texts.
fn tags(sent: &Sent) -> Vec<(String, String)> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let known =
        sent.tags.iter().filter_map(|(name, value)| Some((text(name), text(value.text()?))));
    known.collect()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn tags_keeps_the_first_of_repeated_tags_the_message_the_last() {
    let message = item("alice", &[("X", "1"), ("Y", "2"), ("X", "3")]);
    for build in [Build::Late, Build::Early, Build::Aos1] {
        assert_eq!(said(build, "msg.Tags.X .. msg.X", &message), "13");
    }
    // Behind the three tags of the protocol.
    assert_eq!(said(Build::Late, "#msg.TagArray .. msg.TagArray[6].value", &message), "63");
}

#[test]
fn some_fields_cannot_be_overridden_and_some_can() {
    for name in ["From", "Owner", "Target", "Data", "Anchor", "Type", "From-Process"] {
        let message = item("alice", &[(name, "forged")]);
        let source =
            format!("Handlers.add('a', {{From = '_'}}, function(msg) Seen = msg['{name}'] end)");
        let host = Host::of(&source);
        // What nobody here knows is refused.
        let seen = host.try_step(&host.loaded, &message);
        let seen = seen.map(|seen| host.value(&seen.state, "Seen"));
        let forged = seen.is_ok_and(|seen| seen == Value::Text(b"forged".to_vec()));
        assert!(!forged, "{name}");
        assert_eq!(said(Build::Late, &format!("msg.Tags['{name}']"), &message), "forged");
    }
    for name in ["Id", "Timestamp", "Reference", "Block-Height", "Nonce"] {
        let message = item("alice", &[(name, "chosen")]);
        assert_eq!(said(Build::Late, &format!("msg['{name}']"), &message), "chosen");
    }
    let message = item("alice", &[("reply", "x"), ("forward", "x")]);
    assert_eq!(
        said(Build::Early, "type(msg.reply) .. type(msg.forward)", &message),
        "functionfunction"
    );
}

#[test]
fn names_of_tags_are_title_cased_in_late_builds_only() {
    let message = item("alice", &[("x-foo_bar", "1"), ("QUANTITY", "2")]);
    assert_eq!(said(Build::Late, "msg['X-Foo-Bar'] .. msg.Tags.Quantity", &message), "12");
    assert_eq!(said(Build::Early, "msg['x-foo_bar'] .. msg.Tags.QUANTITY", &message), "12");
}

#[test]
fn a_reply_goes_where_the_sender_wants_it() {
    let plain = sent("msg.reply({Action = 'Ok'})", &item("alice", &[("Reference", "5")]));
    assert_eq!(plain[0].target.as_deref(), Some(b"alice" as &[u8]));
    assert!(tags(&plain[0]).contains(&pair("X-Reference", "5")));
    let tagged =
        [("Reply-To", "bob"), ("X-Reference", "9"), ("Reference", "5"), ("X-Origin", "carol")];
    let chosen = sent("msg.reply({Action = 'Ok'})", &item("alice", &tagged));
    assert_eq!(chosen[0].target.as_deref(), Some(b"bob" as &[u8]));
    assert_eq!(
        tags(&chosen[0]),
        [pair("Action", "Ok"), pair("X-Origin", "carol"), pair("X-Reference", "9")]
    );
    assert_eq!(said(Build::Aos1, "msg.reply", &item("alice", &[])), "nil");
}

#[test]
fn what_is_forwarded_keeps_its_tags() {
    let message = item("alice", &[("Action", "Hi"), ("Reference", "5"), ("Pushed-For", "p")]);
    let forwarded = sent("msg.forward('bob', {Note = 'n'})", &message);
    assert_eq!(forwarded[0].target.as_deref(), Some(b"bob" as &[u8]));
    let expected = [
        pair("Action", "Hi"),
        pair("Note", "n"),
        pair("Reply-To", "alice"),
        pair("X-Origin", "alice"),
        pair("X-Reference", "5"),
    ];
    assert_eq!(tags(&forwarded[0]), expected);
}

#[test]
fn tags_are_given_at_the_root_or_as_a_map_or_a_list() {
    let message = item("alice", &[]);
    let all = sent(
        "ao.send({Target = 'x', Data = 5, A = '1'}) Send({Target = 'x', Tags = {B = '2'}})
        Send({Target = 'x', Tags = {{name = 'C', value = '3'}, {name = 'C', value = '4'}}})",
        &message,
    );
    assert_eq!((&*all[0].data, tags(&all[0])), (b"5" as &[u8], vec![pair("A", "1")]));
    assert_eq!(tags(&all[1]), [pair("B", "2")]);
    assert_eq!(tags(&all[2]), [pair("C", "3"), pair("C", "4")]);
    assert!(all.iter().all(Sent::is_deliverable));
}

/// A table does not say which of two names comes last that are one where they arrive.
#[test]
fn names_that_become_one_are_in_no_order() {
    for (build, draft, is_ordered) in [
        (Build::Late, "A = '1', a = '2'", true),
        (Build::Late, "Tags = {x_y = '1', ['X-Y'] = '2'}", true),
        (Build::Early, "A = '1', a = '2'", false),
        (Build::Late, "a = '1', b = '2'", false),
        (Build::Late, "A = '1', Tags = {a = '2'}", false),
        (Build::Late, "Tags = {{name = 'A', value = '1'}, {name = 'a', value = '2'}}", false),
    ] {
        let send = format!("Send({{Target = 'x', {draft}}})");
        let seen = evaluation(build, &send, &item("alice", &[]));
        assert_eq!(seen.is_ordered, is_ordered, "{draft}");
    }
}

#[test]
fn what_no_messenger_takes_is_told_apart() {
    let all =
        sent("Send({Target = 'x', Quantity = 5}) Send({Quantity = '5'})", &item("alice", &[]));
    assert_eq!(
        all[0].tags,
        [(b"Quantity".to_vec(), TagValue::Other("number".into(), b"5".to_vec()))]
    );
    assert!(!all[0].is_deliverable() && !all[1].is_deliverable());
}

/// What aos puts on a message before its tags, they override; what it puts there after, they do
/// not.
#[test]
fn a_tag_overrides_what_was_there_before_it() {
    let tags = ["Cron", "Module", "Nonce", "Epoch", "Hash-Chain", "Id", "Timestamp", "Pushed-For"];
    for build in [Build::Early, Build::Late] {
        for name in tags {
            let sent = item("alice", &[(name, "17")]);
            assert_eq!(said(build, &format!("msg['{name}']"), &sent), "17", "{build:?} {name}");
            let all = format!(
                "(function() for k, v in pairs(msg) do if k == '{name}' then return v end end end)()"
            );
            assert_eq!(said(build, &all, &sent), "17", "{build:?} {name}");
        }
        for name in ["reply", "forward"] {
            let sent = item("alice", &[(name, "17")]);
            assert_eq!(said(build, &format!("type(msg.{name})"), &sent), "function", "{build:?}");
        }
        let told = said(build, "tostring(msg.Cron)", &item("alice", &[]));
        assert_eq!(told, "false");
    }
}

#[test]
fn references_are_counted_or_named() {
    let host = Host::of(
        "Handlers.add('all', function() return true end, function()
        local function sent() return ao.send({Target = 'x'}).Tags[4].value end
        R = sent() .. sent() .. ao.reference end)",
    );
    let with = |machine: &Machine, references| {
        let message = item("alice", &[]);
        let evaluation = machine.evaluate(&host.loaded, &message, references, PairsOrder::Sorted);
        let evaluation = evaluation.expect("not refused");
        (host.text(&evaluation.state, "R"), evaluation.references)
    };
    assert_eq!(with(&host.machine, References::After(7)), ("899".into(), 9));
    assert_eq!(with(&host.machine, References::Named("a/")).0, "a/0a/1a/1");
}

#[test]
fn data_of_the_type_json_is_decoded() {
    let json = |data: &str| Item {
        data: data.into(),
        ..item("alice", &[("Content-Type", "application/json")])
    };
    assert_eq!(said(Build::Late, "msg.Data.a[2]", &json("{\"a\":[1,2]}")), "2");
    let broken = evaluation(Build::Late, "X = 1", &json("{"));
    assert!(matches!(&broken.outcome, Outcome::Threw(text) if text.contains("invalid JSON")));
}

#[test]
fn a_message_in_the_state_is_still_a_message() {
    let source = "Handlers.add('keep', 'Keep', function(msg) Kept = msg end)
        Handlers.add('use', 'Use', function() Kept.reply({Data = #Kept.TagArray}) end)";
    let host = Host::of(source);
    let kept =
        host.after(&host.loaded, &item("alice", &[("Action", "Keep"), ("A", "1"), ("B", "2")]));
    let used = host.another().step(&kept, &item("bob", &[("Action", "Use")]));
    assert_eq!(used.sent[0].target.as_deref(), Some(b"alice" as &[u8]));
    assert_eq!(used.sent[0].data, b"6");
}
