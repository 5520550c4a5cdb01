//! Whether the notices that TIM3 sends say what happened.

use crate::exact::Exact;
use crate::lua::Number;
use crate::message::{Address, BURN, Message, TIM3, Tags, USDA, tag};
use crate::shared::Shared;
use std::collections::BTreeMap;

/// The balances that changed, and by how much.
type Changes = [(Address, Exact)];

/// Whether the Credit-Notices and Debit-Notices that an evaluation of `message` sent say how much
/// each account got or gave, and from whom or to whom. Messages to USDA are not judged: it holds no TIM3.
pub(crate) fn are_true(message: &Message, changes: &Changes, sent: &[Shared<Message>]) -> bool {
    let mut told: BTreeMap<&str, Vec<Exact>> = BTreeMap::new();
    for sent in sent.iter().filter(|sent| sent.target != USDA) {
        let Some(notice) = Notice::of(sent) else { continue };
        if !notice.is_clear() || !notice.names_a_party(message, changes) {
            return false;
        }
        told.entry(notice.account(&sent.target, message)).or_default().push(notice.change());
    }
    let given_to_oneself = given_to_oneself(message);
    told.iter().all(|(account, told)| {
        let is_all = told.iter().cloned().sum::<Exact>().equals(&change_of(account, changes));
        let moved = changes.iter().map(|(_, change)| change);
        // Of what somebody gives himself, both notices are true, and each is alone.
        let own = given_to_oneself.as_ref().filter(|_| *account == message.from);
        let is_part = |told: &Exact| {
            *told == Exact::ZERO || moved.clone().chain(own).any(|moved| is_within(told, moved))
        };
        let is_own = matches!((&told[..], own), ([one], Some(own)) if is_within(own, one));
        told.iter().all(is_part) && (is_all || is_own && changes.is_empty())
    })
}

/// How much the sender asks to have moved from his account to the same.
fn given_to_oneself(message: &Message) -> Option<Exact> {
    let is_own = message.tags.first(tag::RECIPIENT) == Some(&message.from);
    is_own.then(|| quantity(&message.tags))
}

/// Whether one amount is no more than another, whichever way each goes.
fn is_within(amount: &Exact, most: &Exact) -> bool {
    let size = |amount: &Exact| if amount.is_negative() { -amount.clone() } else { amount.clone() };
    size(amount).at_most(&size(most))
}

/// A notice; a reader takes the last tag of each name.
enum Notice<'a> {
    Credit(&'a Tags),
    Debit(&'a Tags),
}

impl<'a> Notice<'a> {
    fn of(sent: &'a Message) -> Option<Self> {
        match sent.action() {
            "Credit-Notice" => Some(Self::Credit(&sent.tags)),
            "Debit-Notice" => Some(Self::Debit(&sent.tags)),
            _ => None,
        }
    }

    /// Whose balance it is about: a Debit-Notice goes where the sender asks for the answer, as that
    /// of USDA does (SEMANTICS A4).
    fn account<'b>(&self, target: &'b str, message: &'b Message) -> &'b str {
        let is_reply = message.tags.last(tag::REPLY_TO) == Some(target);
        if matches!(self, Self::Debit(_)) && is_reply { &message.from } else { target }
    }

    /// By how much it says that the balance rose.
    fn change(&self) -> Exact {
        match self {
            Self::Credit(tags) => quantity(tags),
            Self::Debit(tags) => -quantity(tags),
        }
    }

    /// Whether every reader takes the same from it: it has one amount, in decimal digits, and one
    /// other side.
    fn is_clear(&self) -> bool {
        let (Self::Credit(tags) | Self::Debit(tags)) = self;
        let is_one = |name| tags.first(name) == tags.last(name);
        let quantity = tags.last(tag::QUANTITY);
        let is_amount = quantity.is_none_or(|text| text.bytes().all(|c| c.is_ascii_digit()));
        is_amount && [tag::QUANTITY, tag::SENDER, tag::RECIPIENT].into_iter().all(is_one)
    }

    /// Whether the other side that it names, if any, is one.
    fn names_a_party(&self, message: &Message, changes: &Changes) -> bool {
        match self {
            Self::Credit(tags) => {
                tags.last(tag::SENDER).is_none_or(|name| is_payer(name, message, changes))
            }
            Self::Debit(tags) => {
                tags.last(tag::RECIPIENT).is_none_or(|name| is_payee(name, message, changes))
            }
        }
    }
}

/// What a Quantity says: decimal digits exactly, all else as `tonumber` reads it. Nothing where it
/// is unreadable.
fn quantity(tags: &Tags) -> Exact {
    let text = tags.last(tag::QUANTITY).unwrap_or_default();
    Number::from_decimal(text).or_else(|| Number::parse(text)).map(Exact::from).unwrap_or_default()
}

/// Who sent the message, TIM3 itself, whom USDA names as the depositor, or an account that fell.
fn is_payer(name: &str, message: &Message, changes: &Changes) -> bool {
    let is_depositor = message.from == USDA && is_in(&message.tags, tag::SENDER, name);
    name == message.from || name == TIM3 || is_depositor || change_of(name, changes).is_negative()
}

/// Whom the message names, `burn`, or an account that rose.
fn is_payee(name: &str, message: &Message, changes: &Changes) -> bool {
    is_in(&message.tags, tag::RECIPIENT, name)
        || name == BURN
        || change_of(name, changes).is_positive()
}

/// Whether the first or the last tag of this name has the value.
fn is_in(tags: &Tags, name: &str, value: &str) -> bool {
    [tags.first(name), tags.last(name)].contains(&Some(value))
}

fn change_of(account: &str, changes: &Changes) -> Exact {
    let change = changes.iter().find(|(name, _)| name == account);
    change.map_or(Exact::ZERO, |(_, change)| change.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Identity;
    use crate::message::Outgoing;

    /// What an evaluation of a message with these tags changed, and the notices that it sent: to
    /// whom, `+` or `-` for which, of how much, and whom each names.
    struct Case<'a> {
        from: &'a str,
        tags: &'a [(&'a str, &'a str)],
        changes: &'a [(&'a str, i128)],
        sent: &'a [(&'a str, &'a str)],
    }

    /// `+10 alice`: a Credit-Notice of 10 from alice.
    fn notice((target, text): (&str, &str)) -> Shared<Message> {
        let (action, party) = match &text[..1] {
            "+" => ("Credit-Notice", tag::SENDER),
            _ => ("Debit-Notice", tag::RECIPIENT),
        };
        let (quantity, name) = text[1..].split_once(' ').unwrap_or((&text[1..], ""));
        let tags = Tags::default().with(tag::ACTION, action).with(tag::QUANTITY, quantity);
        let tags = tags.with_some(party, Some(name).filter(|name| !name.is_empty()));
        let sent = Outgoing { target: target.into(), tags, data: "".into() };
        Shared::new(Message::pushed(TIM3, &Identity::named("x"), (0, 0), sent))
    }

    fn is_true(case: &Case<'_>) -> bool {
        let tags = case.tags.iter().copied().collect();
        let message = Message::signed(case.from, Identity::named("x"), TIM3, tags);
        let change = |(name, by): &(&str, i128)| (Address::from(*name), Exact::Whole(*by));
        let changes: Vec<_> = case.changes.iter().map(change).collect();
        let sent: Vec<_> = case.sent.iter().copied().map(notice).collect();
        are_true(&message, &changes, &sent)
    }

    fn transfer<'a>(sent: &'a [(&'a str, &'a str)]) -> Case<'a> {
        let changes = &[("alice", -10), ("bob", 10)];
        Case { from: "alice", tags: &[("Recipient", "bob")], changes, sent }
    }

    #[test]
    fn what_was_given_and_got_is_true() {
        assert!(is_true(&transfer(&[("bob", "+10 alice"), ("alice", "-10 bob")])));
        assert!(is_true(&transfer(&[("bob", "+10")])));
        assert!(is_true(&transfer(&[("bob", "+4"), ("bob", "+6")])));
        assert!(is_true(&transfer(&[])), "who is told nothing is not lied to");
    }

    #[test]
    fn another_amount_is_false() {
        for told in ["+11", "+1e2", "+ten", "-10 bob", "+", "+0xa", "+10.0", "+-10"] {
            assert!(!is_true(&transfer(&[("bob", told)])), "{told}");
        }
        assert!(!is_true(&transfer(&[("bob", "+1010"), ("bob", "-1000 burn")])));
        assert!(!is_true(&transfer(&[("bob", "+10"), ("bob", "+10")])));
        assert!(!is_true(&transfer(&[("carol", "+10 alice")])));
    }

    #[test]
    fn amounts_beyond_what_lua_holds_are_read_exactly() {
        let of = |told: &str| {
            let changes = &[("bob", i128::MAX)];
            is_true(&Case { from: "bob", tags: &[], changes, sent: &[("bob", told)] })
        };
        assert!(of("+170141183460469231731687303715884105727"));
        assert!(!of("+170141183460469231731687303715884105726"));
    }

    #[test]
    fn another_name_is_false() {
        assert!(!is_true(&transfer(&[("bob", "+10 bob")])));
        assert!(!is_true(&transfer(&[("alice", "-10 carol")])));
        assert!(is_true(&transfer(&[("bob", "+10 TIM3"), ("alice", "-10 burn")])));
    }

    #[test]
    fn a_transfer_to_oneself_is_true_with_both_notices_and_with_one() {
        let own = |sent| {
            let tags = &[("Recipient", "alice"), ("Quantity", "10")];
            is_true(&Case { from: "alice", tags, changes: &[], sent })
        };
        assert!(own(&[("alice", "+10 alice"), ("alice", "-10 alice")]));
        assert!(own(&[("alice", "+10 alice")]) && own(&[("alice", "-10 alice")]));
        assert!(!own(&[("alice", "+11 alice")]) && !own(&[("alice", "+9 alice")]));
        assert!(!own(&[("alice", "+11 alice"), ("alice", "-11 alice")]));
        assert!(!own(&[("alice", "+10 alice"), ("alice", "+10 alice")]));
    }

    #[test]
    fn a_mint_may_name_the_depositor_if_usda_does() {
        let mint = |from| Case {
            from,
            tags: &[("Sender", "alice")],
            changes: &[("bob", 10)],
            sent: &[("bob", "+10 alice")],
        };
        assert!(is_true(&mint(USDA)));
        assert!(!is_true(&mint("mallory")));
    }

    #[test]
    fn a_debit_may_name_either_tag_or_who_got_it() {
        let tags = &[("Recipient", "bob"), ("Recipient", "carol")];
        for (name, expected) in [("bob", true), ("carol", true), ("dora", true), ("erin", false)] {
            let told = format!("-10 {name}");
            let changes = &[("alice", -10), ("dora", 10)];
            let case = Case { from: "alice", tags, changes, sent: &[("alice", &told)] };
            assert_eq!(is_true(&case), expected, "{name}");
        }
    }

    #[test]
    fn a_debit_may_go_where_the_answer_is_asked_for() {
        let told = |sent| {
            let tags = &[("Recipient", "bob"), ("Reply-To", "carol")];
            is_true(&Case { tags, ..transfer(sent) })
        };
        assert!(told(&[("bob", "+10 alice"), ("carol", "-10 bob")]));
        assert!(!told(&[("carol", "-11 bob")]));
        assert!(!told(&[("carol", "+10 alice")]));
        assert!(!told(&[("dora", "-10 bob")]));
    }

    #[test]
    fn what_names_no_amount_says_nothing() {
        let nothing = |sent| Case { from: "alice", tags: &[], changes: &[], sent };
        assert!(is_true(&nothing(&[("alice", "+")])));
        assert!(
            !is_true(&nothing(&[("alice", "+10")])) && !is_true(&nothing(&[("alice", "+ten")]))
        );
    }

    #[test]
    fn usda_is_told_nothing() {
        assert!(is_true(&transfer(&[(USDA, "+1000 carol")])));
    }

    #[test]
    fn two_amounts_are_never_true() {
        let tags = Tags::default()
            .with(tag::ACTION, "Credit-Notice")
            .with(tag::QUANTITY, "10")
            .with(tag::QUANTITY, "1000");
        let sent = Outgoing { target: "bob".into(), tags, data: "".into() };
        let sent = [Shared::new(Message::pushed(TIM3, &Identity::named("x"), (0, 0), sent))];
        let message = Message::signed("alice", Identity::named("x"), TIM3, Tags::default());
        let told = |change| are_true(&message, &[("bob".into(), Exact::Whole(change))], &sent);
        assert!(!told(1000) && !told(10));
    }
}
