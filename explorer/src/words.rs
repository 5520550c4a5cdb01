//! The protocol's words for what happens.

use model::action::Share;
use model::message::tag;
use model::{Action, Copy, Evaluation, Intent, Message, Mistake, State, TIM3, Trick, USDA};
use num_bigint::BigInt;
use std::fmt::Write;

/// What an action does: `before` it, and with the evaluation in it, if there was one.
pub fn sentence<S>(before: &State<S>, action: &Action, evaluation: Option<&Evaluation>) -> String {
    let message = evaluation.map(|evaluation| &*evaluation.message);
    let from_to = |m: &Message| format!("{} from {} reaches {}", describe(m), m.from, m.target);
    match action {
        Action::Act { by, intent: Intent::Trick(Trick::Derived(_)) } => {
            let what = message.map(|m| format!("{} {}: {}", m.target, describe(m), tags(m)));
            format!("TRICK  {by} sends {}", what.unwrap_or_default())
        }
        Action::Act { by, intent: Intent::Trick(trick) } => {
            format!("TRICK  {by} {}", trick.sentence())
        }
        Action::Act { by, .. } => match message {
            Some(message) => format!("{by} sends {} {}", message.target, describe(message)),
            None => format!("{by} posts an item"),
        },
        Action::Deliver { message: name } => match message {
            Some(m) if m.target != TIM3 && m.target != USDA => {
                format!("ASSIGNED  {} for {} is assigned to TIM3  [{name}]", describe(m), m.target)
            }
            Some(m) => format!("{}  [{name}]", from_to(m)),
            None => format!("{name} is delivered"),
        },
        Action::Lose { message } => {
            let mut flying = before.network.in_flight();
            let lost = flying.find(|m| m.identity == *message).map(|m| describe(m));
            format!("LOST  {} never arrives  [{message}]", lost.unwrap_or_default())
        }
        Action::Again { message: name, copy } => {
            let what = message.map(from_to).unwrap_or_default();
            format!("AGAIN  {what} {}  [{name}]", manner(*copy))
        }
        Action::Owner { mistake } => format!("OWNER  {}", mistake_sentence(*mistake)),
        Action::Upgrade => "UPGRADE  the owner replaces the contract by its new version".into(),
        Action::Exit { by, share, late } => {
            let what = match share {
                Share::Whole => "all it holds",
                Share::Part => "as much of it as a deposit brings",
            };
            format!("{by} burns {what}{}", if *late { ", a year later" } else { "" })
        }
    }
}

fn tags(message: &Message) -> String {
    let tags: Vec<_> = message.tags.iter().map(|(name, value)| format!("{name}={value}")).collect();
    tags.join(", ")
}

fn manner(copy: Copy) -> &'static str {
    match copy {
        Copy::SameId => "once more: the very same item, same Id",
        Copy::ReSign => "once more: signed again, new Id, same Reference and Pushed-For",
        Copy::RePush => "once more: re-pushed, new Id and Pushed-For, same Reference",
        Copy::Assignment => "once more: its own Id is assigned to it",
    }
}

fn mistake_sentence(mistake: Mistake) -> &'static str {
    match mistake {
        Mistake::Reload => "the owner loads the contract's source again",
        Mistake::SelfTransfer => "the owner has TIM3 transfer USDA to itself",
        Mistake::OpenAssignments => "the owner makes Credit-Notices assignable",
    }
}

/// `Transfer 10 to TIM3`, `Credit-Notice of 10 from alice`.
pub fn describe(message: &Message) -> String {
    let tagged = |name| message.tags.first(name);
    let action = if message.action().is_empty() { "a message" } else { message.action() };
    let mut text = action.to_owned();
    if let Some(quantity) = tagged(tag::QUANTITY) {
        let _ = write!(text, " {}", shorten(quantity));
    }
    if let Some(sender) = tagged(tag::SENDER) {
        let _ = write!(text, " (Sender {sender})");
    }
    if let Some(recipient) = tagged(tag::RECIPIENT) {
        let _ = write!(text, " to {recipient}");
    }
    for name in [tag::REPLY_TO, tag::X_REFERENCE, tag::X_QUANTITY, tag::CAST] {
        if let Some(value) = tagged(name) {
            let _ = write!(text, ", {name} {value}");
        }
    }
    text
}

/// Long numbers as what they are next to a power of two, or by their ends and length; other
/// texts as they are.
pub fn shorten(number: &str) -> String {
    let digits = number.chars().count();
    let starts = number.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit());
    let is_number =
        starts && number.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    if digits <= 24 || !is_number {
        return number.to_owned();
    }
    if let Some(power) = near_power_of_two(number) {
        return power;
    }
    let head: String = number.chars().take(6).collect();
    let tail: String = number.chars().skip(digits - 4).collect();
    format!("{head}...{tail} ({digits} characters)")
}

/// How far from a power of two a number may be to be written as that.
const NEAR: i64 = 9999;

/// `2^256+10`: exact, and what somebody who sends such a number means by it.
fn near_power_of_two(number: &str) -> Option<String> {
    let size = number.trim_start_matches(['+', '-']);
    let sign = &number[..number.len() - size.len()];
    let is_plain = !size.starts_with('0') && size.chars().all(|c| c.is_ascii_digit());
    let size: BigInt = size.parse().ok().filter(|_| is_plain)?;
    [size.bits() - 1, size.bits()].into_iter().find_map(|power| {
        let beyond = i64::try_from(&size - (BigInt::from(1) << power)).ok()?;
        let beyond = if sign == "-" { -beyond } else { beyond };
        let rest = if beyond == 0 { String::new() } else { format!("{beyond:+}") };
        (beyond.abs() <= NEAR).then(|| format!("{sign}2^{power}{rest}"))
    })
}

/// `3, 7-9`.
pub fn ranges(lines: &[u32]) -> String {
    let runs = lines.chunk_by(|a, b| a + 1 == *b);
    let runs = runs.map(|run| match run {
        [first, .., last] => format!("{first}-{last}"),
        one => one.iter().map(ToString::to_string).collect(),
    });
    runs.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{ranges, shorten};

    #[test]
    fn long_numbers_are_cut_and_long_names_are_not() {
        assert_eq!(shorten(&"12".repeat(20)), "121212...1212 (40 characters)");
        assert_eq!(shorten(&format!("-{}", "12".repeat(20))), "-12121...1212 (41 characters)");
        let name = "mallory.burn-hex-minus-one.1";
        assert_eq!(shorten(name), name);
    }

    #[test]
    fn numbers_next_to_a_power_of_two_are_written_as_that() {
        let power =
            "115792089237316195423570985008687907853269984665640564039457584007913129639936";
        assert_eq!(shorten(power), "2^256");
        assert_eq!(shorten(&format!("{}46", &power[..76])), "2^256+10");
        assert_eq!(shorten(&format!("{}26", &power[..76])), "2^256-10");
        assert_eq!(shorten(&format!("-{}26", &power[..76])), "-2^256+10");
        assert_eq!(shorten(&format!("+{}46", &power[..76])), "+2^256+10");
        assert!(shorten(&format!("0{power}")).ends_with("(79 characters)"));
        assert!(shorten(&format!("{}.0", &power[..76])).ends_with("(78 characters)"));
        assert!(shorten(&format!("9{power}")).ends_with("(79 characters)"));
    }

    #[test]
    fn lines_that_follow_each_other_are_one_range() {
        assert_eq!(ranges(&[3, 7, 8, 9, 12]), "3, 7-9, 12");
        assert_eq!(ranges(&[]), "");
    }
}
