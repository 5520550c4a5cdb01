//! Tags as the process reads them that a message reaches (SEMANTICS A3).

use model::message::{Outgoing, Tags, tag};
use model::process::{Evaluation, Process};
use model::usda::{Ledger, Usda};
use model::{Identity, Message, TIM3, USDA};
use ruint::aliases::U256;

type Written = &'static [(&'static str, &'static str)];

fn sent(target: &str, written: Written) -> Message {
    let tags = written.iter().copied().collect::<Tags>();
    let sent = Outgoing { target: target.into(), tags, data: "".into() };
    Message::pushed(TIM3, &Identity::named("any"), (0, 0), sent)
}

/// What TIM3, which owns 100, pays to the thief with a message of these tags, and which of his
/// `X-` tags the thief is told.
fn paid(written: Written) -> (U256, Vec<(String, String)>) {
    let usda = Process::new(USDA, Usda::Blueprint2025, Evaluation::Atomic);
    let ledger = Ledger::new([(TIM3.into(), U256::from(100))]);
    let evaluated = usda.evaluate(&ledger, &sent(USDA, written), 0);
    let told = evaluated.sent.iter().filter(|notice| notice.target == "thief");
    let tags = told.flat_map(|notice| notice.tags.iter());
    let forwarded = tags.filter(|(name, _)| name.starts_with("X-"));
    let forwarded = forwarded.map(|(name, value)| (name.into(), value.into())).collect();
    (evaluated.state.balance("thief"), forwarded)
}

fn nothing_but(amount: u64) -> (U256, Vec<(String, String)>) {
    (U256::from(amount), Vec::new())
}

#[test]
fn usda_reads_names_in_whatever_case_they_are_sent() {
    for written in [
        &[("action", "Transfer"), ("recipient", "thief"), ("quantity", "10")] as Written,
        &[("ACTION", "Transfer"), ("rECIPIENT", "thief"), ("Quantity", "10")],
    ] {
        assert_eq!(paid(written), nothing_but(10), "{written:?}");
    }
    let silent = sent(USDA, &[("action", "Transfer"), ("cast", "")]);

    assert_eq!(silent.tags.last(tag::CAST), Some(""));
}

#[test]
fn of_two_tags_of_one_name_usda_reads_the_last() {
    let to = |written| paid(written);
    assert_eq!(
        to(&[
            ("Action", "Hello"),
            ("Action", "Transfer"),
            ("Recipient", "bob"),
            ("recipient", "thief"),
            ("Quantity", "10"),
            ("quantity", "20"),
        ]),
        nothing_but(20)
    );
    assert_eq!(
        to(&[
            ("Action", "Transfer"),
            ("action", "Hello"),
            ("Recipient", "thief"),
            ("Quantity", "10"),
        ]),
        nothing_but(0)
    );
}

const JSON: &str = "application/json";

/// SEMANTICS A2: aos decodes it before any handler, and throws.
#[test]
fn usda_ignores_data_that_is_not_the_json_it_claims_to_be() {
    let paid = |types: &[&'static str], data: &str| {
        let transfer = [("Action", "Transfer"), ("Recipient", "thief"), ("Quantity", "10")];
        let types = types.iter().map(|it| ("content-type", *it));
        let tags = transfer.into_iter().chain(types).collect::<Tags>();
        let sent = Outgoing { target: USDA.into(), tags, data: data.into() };
        let release = Message::pushed(TIM3, &Identity::named("any"), (0, 0), sent);
        let ledger = Ledger::new([(TIM3.into(), U256::from(100))]);
        let both = [Evaluation::Atomic, Evaluation::Partial].map(|evaluation| {
            let usda = Process::new(USDA, Usda::Blueprint2025, evaluation);
            let evaluated = usda.evaluate(&ledger, &release, 0);
            assert_eq!(evaluated.outcome.is_err(), evaluated.sent.is_empty());
            evaluated.state.balance("thief")
        });
        assert_eq!(both[0], both[1]);
        both[0] == U256::from(10)
    };
    for (types, data, is_paid) in [
        (&[JSON] as &[_], "paid", false),
        (&[JSON], "", false),
        (&[JSON], "{\"a\":[1,2", false),
        (&[JSON], " {\"a\":[1,2]} ", true),
        (&["text/plain"], "paid", true),
        (&[], "paid", true),
        // What aos reads is the first.
        (&[JSON, "text/plain"], "paid", false),
        (&["text/plain", JSON], "paid", true),
    ] {
        assert_eq!(paid(types, data), is_paid, "{types:?} {data:?}");
    }
}

#[test]
fn usda_forwards_the_last_of_each_name_in_title_case() {
    let (amount, forwarded) = paid(&[
        ("Action", "Transfer"),
        ("Recipient", "thief"),
        ("Quantity", "10"),
        ("X-Note", "1"),
        ("x_note", "2"),
        ("Note", "3"),
    ]);
    assert_eq!(amount, U256::from(10));
    assert_eq!(forwarded, [("X-Note".into(), "2".into())]);
}

#[test]
fn a_contract_can_read_either_of_two_tags_of_one_name() {
    let message = sent(TIM3, &[("Quantity", "1"), ("quantity", "2")]);
    assert_eq!(message.tags.first(tag::QUANTITY), Some("1"));
    assert_eq!(message.tags.last(tag::QUANTITY), Some("2"));
}

#[test]
fn names_are_title_cased_as_lua_on_aos_does_it() {
    for (written, read) in [
        ("x-foo_bar", "X-Foo-Bar"),
        ("REPLY-TO", "Reply-To"),
        ("1A--b_", "1a--B-"),
        ("éÉ", "éÉ"),
        ("", ""),
    ] {
        let tags: Tags = [(written, "")].into_iter().collect();
        assert_eq!(tags.title_cased().iter().next(), Some((read, "")));
    }
}
