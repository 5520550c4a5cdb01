//! References, which are numbers for handlers that use them as numbers.

use crate::folder::{CREDITED, Folder, hardened, verdict, verdicts};

/// The line that knows a message of a process by its Reference, and the same by its number.
const KEY: &str = "return msg.From .. \":ref:\" .. msg.Tags.Reference";
const NUMBER: &str = "math.tointeger(msg.Tags.Reference)";
const SAID: &str = "references are numbers in this check";

#[test]
fn a_reference_is_a_number_where_handlers_take_it_for_one() {
    let by_number = KEY.replace("msg.Tags.Reference", NUMBER);
    let files = [("name.lua", &*hardened(&[])), ("number.lua", &hardened(&[(KEY, &by_number)]))];
    let folder = Folder::with(&files);
    let of = |file| verdicts(&folder.report(file, &[]));
    assert_eq!(of("number.lua"), of("name.lua"));
    let [named, numbered] = ["name.lua", "number.lua"].map(|file| folder.check(file, &[]));
    assert!(numbered.out.contains(SAID) && !named.out.contains(SAID), "{numbered:?}");
}

#[test]
fn only_ascending_references_lose_deposits_where_order_is_free() {
    let newest = format!(
        "    local nth = {NUMBER}\n    if nth <= (Newest or 0) then return end\n    Newest = nth\n"
    );
    let source = hardened(&[(CREDITED, &format!("{newest}{CREDITED}"))]);
    let report = Folder::with(&[("a.lua", &source)]).report("a.lua", &["--profile", "reliable"]);
    assert_eq!(verdict(&report, "deposits-minted-at-rest"), "violated");
    assert_eq!(verdict(&report, "burns-burn"), "holds", "those that are minted go on");
}

/// USDA answers a message by the number that the contract saw when it sent it.
#[test]
fn an_answer_says_the_number_of_what_it_answers() {
    let sent = "    Send({ Target = msg.From, Action = \"Debit-Notice\", Recipient = \"burn\"";
    let told = |found: &str| {
        let noted = format!("    Sent = ao.reference + 0\n{sent}");
        let answered = format!(
            "Handlers.add('paid', 'Debit-Notice', function(msg)\n  if msg.From ~= USDA_PROCESS_ID then return end\n  if tonumber(msg.Tags['X-Reference']) {found} Sent then Balances.alice = 0.5 end\nend)\n"
        );
        let source = hardened(&[(sent, &noted)]) + &answered;
        let flags = ["--profile", "reliable", "--users", "1"];
        let report = Folder::with(&[("a.lua", &source)]).report("a.lua", &flags);
        verdict(&report, "balances-whole").to_owned()
    };
    assert_eq!(told("~="), "holds");
    assert_eq!(told("=="), "violated");
}
