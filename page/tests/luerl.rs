//! Lua on `lua@5.3a`, whom processes believe there, and what comes twice (docs/MAINNET.md).

use page::verdict::Kind;
use page::{Checked, PageError, Place, check};
use search::Limits;
use std::cell::RefCell;
use std::path::Path;

thread_local! {
    static PAGE: RefCell<String> = const { RefCell::new(String::new()) };
    static SOURCE: RefCell<String> = const { RefCell::new(String::new()) };
}

fn read_file(path: &Path) -> Result<String, String> {
    match path.file_name().and_then(|name| name.to_str()) {
        Some("system.lua") => Ok(PAGE.with_borrow(Clone::clone)),
        Some("given.lua") => Ok(SOURCE.with_borrow(Clone::clone)),
        _ => Err("cannot be read: there is no such file".to_owned()),
    }
}

fn checked(source: &str, page: &str) -> Result<Checked, PageError> {
    SOURCE.set(source.to_owned());
    PAGE.set(page.to_owned());
    check(Place::of(Path::new("system.lua")), read_file, &Limits::default(), 1, &mut |_| ())
}

/// How the promise "p" stands.
#[track_caller]
fn kind(source: &str, page: &str) -> Kind {
    let checked = checked(source, page).unwrap_or_else(|error| panic!("{error}"));
    let verdict = checked.verdicts.into_iter().find(|verdict| verdict.promise == "p");
    verdict.expect("the promise").kind
}

#[track_caller]
fn refused(source: &str, page: &str, why: &str) {
    match checked(source, page) {
        Ok(checked) => panic!("this was checked: {page}\n{checked:#?}"),
        Err(error) => assert!(error.to_string().contains(why), "{error}"),
    }
}

/// A handler of hyper-aos that does this with each message.
fn handler(body: &str) -> String {
    format!(
        "Count, Last = 0, 0 Handlers.add('all', function() return true end, function(req) {body} end)"
    )
}

/// A page with a process of this runtime, and a person.
fn page(options: &str, acts: &str, promise: &str) -> String {
    format!(
        "local p = process \"p1\" {{ file = \"given.lua\", observe = {{ count = \"Count\", last = \"Last\" }}, {options} }}\n\
         person \"alice\" {{ {acts} }}\n\
         always \"p\" (function(s) return {promise} end)\n"
    )
}

const HYPER: &str = "runtime = \"hyper-aos\", authority = { messenger, \"alice\", \"bank\" }";
const RAISE: &str = "raise = send(p) { Action = \"Raise\", Quantity = 5 }";

#[test]
fn a_text_becomes_a_float_and_a_typed_integer_stays_one() {
    let typed = handler("Last = math.type(req.body.quantity) == 'integer' and 1 or 2");
    assert_eq!(kind(&typed, &page(HYPER, RAISE, "at_most(s.p1.last, 1)")), Kind::Holds);
    let text = handler("Last = math.type(tonumber('5')) == 'float' and 2 or 1");
    assert_eq!(kind(&text, &page(HYPER, RAISE, "at_most(s.p1.last, 1)")), Kind::Violated);
    let none = handler("if req.body.Quantity == nil and req.Tags == nil then Last = 1 end");
    refused(&none, &page(HYPER, RAISE, "true"), "req.Tags: it is not here");
}

#[test]
fn a_signed_item_comes_again_where_nothing_filters_it() {
    let count = handler("Count = Count + 1");
    let once = "at_most(s.p1.count, 1)";
    assert_eq!(kind(&count, &page(HYPER, RAISE, once)), Kind::Violated);
    let filtered = format!("{HYPER}, dedup = true");
    assert_eq!(kind(&count, &page(&filtered, RAISE, once)), Kind::Holds);
    let quiet = format!("network {{ repeated = 0 }}\n{}", page(HYPER, RAISE, once));
    assert_eq!(kind(&count, &quiet), Kind::Holds);
    let always = format!(
        "network {{ repeated = \"always\", lost = 0 }}\n{}except \"p\" {{ faults = 0, because = \"two nodes\" }}",
        page(HYPER, RAISE, once)
    );
    assert_eq!(kind(&count, &always), Kind::Excepted);
}

#[test]
fn hyper_aos_believes_a_name_and_not_a_signature() {
    let count = handler("if req.body['from-process'] == 'bank' then Count = Count + 1 end");
    let forge = "forge = send(p) { as = \"bank\", Action = \"Raise\" }";
    let never = "at_most(s.p1.count, 0)";
    assert_eq!(kind(&count, &page(HYPER, forge, never)), Kind::Violated);
    let looks = handler(
        "for _, one in pairs(req.body.commitments) do
           if one.committer == 'messenger-unit' then Count = Count + 1 end
         end",
    );
    assert_eq!(kind(&looks, &page(HYPER, forge, never)), Kind::Holds);
    let unlisted = "runtime = \"hyper-aos\", authority = { messenger }";
    assert_eq!(kind(&count, &page(unlisted, forge, never)), Kind::Holds);
    // aos 2 looks at who signed.
    let aos = "Count, Last = 0, 0 Handlers.add('all', function() return true end, function() Count = 1 end)";
    assert_eq!(kind(aos, &page("", forge, never)), Kind::Holds);
}

#[test]
fn what_throws_keeps_its_effects_or_stops_the_process() {
    let half = handler("Count = Count + 1 error('no')");
    assert_eq!(kind(&half, &page(HYPER, RAISE, "at_most(s.p1.count, 0)")), Kind::Violated);
    let own = "Count, Last = 0, 0 function compute(base, req) error('no') end";
    let lua = "runtime = \"lua\"";
    assert_eq!(kind(own, &page(lua, RAISE, "equal(s.p1.is_stopped, false)")), Kind::Violated);
    let fine = "Count, Last = 0, 0 function compute(base, req)
                  Count = Count + (req.body.quantity or 0) base.results = { outbox = {} } return 'ok', base end";
    assert_eq!(kind(fine, &page(lua, RAISE, "at_most(s.p1.count, 4)")), Kind::Violated);
}

#[test]
fn what_is_not_here_is_refused_by_name() {
    let sends = handler("pcall(Send, {})");
    refused(&sends, &page(HYPER, RAISE, "true"), "given.lua: Send: on hyper-aos use ao.send");
    let large = handler("Last = req.body.quantity * 1000000000000000000");
    refused(&large, &page(HYPER, RAISE, "true"), "a number beyond 2^62");
    let beyond = "raise = send(p) { Quantity = 5000000000000000000 }";
    refused(&handler(""), &page(HYPER, beyond, "true"), "an integer beyond 2^62 in a message");
    let infinite = handler("Last = 1 / 0");
    refused(&infinite, &page(HYPER, RAISE, "true"), "a number beyond 2^62");
    let table = "Count, Last = 0, 0 Handlers.add('all', { Action = 'Raise' }, function() end)";
    refused(table, &page(HYPER, RAISE, "true"), "a pattern that is a table");
}

#[test]
fn a_page_says_who_is_believed_and_where_it_runs() {
    let count = handler("Count = 1");
    refused(&count, &page("runtime = \"erlang\"", RAISE, "true"), "'runtime' of process \"p1\" is");
    refused(
        &count,
        &page("runtime = \"hyper-aos\"", RAISE, "true"),
        "says whom hyper-aos believes",
    );
    refused(&count, &page("authority = { 7 }", RAISE, "true"), "is a list of addresses");
    refused(&count, &page("scheduler = \"L2\"", RAISE, "true"), "'scheduler' of \"p1\" is L1");
    refused(&count, "profile \"moon\"", "no profile is called 'moon'; there are \"legacynet\"");
    refused(
        &count,
        "token \"t\" { kind = \"token@1.0\", match = 2 }",
        "how many of its 1 authorities",
    );
    assert_eq!(
        page::read::profiles().iter().map(|one| one.row).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    );
}

/// A token to which a stranger says that he is alice.
fn forged(options: &str) -> Kind {
    let page = format!(
        "local t = token \"t\" {{ kind = \"token@1.0\", balances = {{ alice = 10 }}, {options} }}
         person \"alice\" {{}}
         person \"mallory\" {{ steal = send(t) {{ as = \"alice\", Action = \"Transfer\", Recipient = \"mallory\", Quantity = 10 }} }}
         always \"p\" (function(s) return at_most(s.t.balances.mallory, 0) end)"
    );
    kind("", &page)
}

#[test]
fn a_token_believes_what_enough_authorities_signed() {
    assert_eq!(forged(""), Kind::Holds);
    assert_eq!(forged("authority = {}"), Kind::Violated);
    assert_eq!(forged("authority = { messenger, \"mallory\" }"), Kind::Violated);
    assert_eq!(forged("authority = { messenger, \"mallory\" }, match = 2"), Kind::Holds);
}

#[test]
fn a_wallet_shows_amounts_by_their_decimals() {
    let shown = |amount: &str, text: &str| {
        let page = format!(
            "local t = token \"t\" {{ balances = {{ alice = 10 }}, decimals = 6 }}
             person \"alice\" {{ pay = t:transfer {{ to = \"alice\", amount = 1 }} }}
             always \"p\" (function(s) return equal(shown(t, {amount} + 0 * (tonumber(s.t.balances.alice) or 0)), \"{text}\") end)"
        );
        assert_eq!(kind("", &page), Kind::Holds, "{amount}");
    };
    shown("1500000", "1.5");
    shown("1", "0.000001");
    shown("2000000", "2");
    shown("-10", "-0.00001");
    let none =
        "local t = token \"t\" {} always \"p\" (function(s) return equal(shown(t, 1), \"1\") end)";
    refused("", none, "'shown' is told a token that says its decimals");
}
