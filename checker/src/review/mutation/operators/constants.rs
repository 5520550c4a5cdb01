//! Constants, and what is done with numbers.

use super::conditions::without;
use crate::review::mutation::edit::Edit;
use crate::review::mutation::source::{Kind, Part, Source};

/// Each number, truth value and name of an action or an account turned into another.
pub fn changed(source: &Source<'_>) -> Vec<Edit> {
    let name = |place: &usize| other_name(&source.parts[*place]);
    let of_part = |part: &Part| {
        let text = &source.text[part.range.clone()];
        match &part.kind {
            Kind::Number => vec![Edit::new(part.range.clone(), other_number(text))],
            Kind::Symbol => other_truth(text)
                .map(|other| Edit::new(part.range.clone(), other))
                .into_iter()
                .collect(),
            Kind::Binary(operator, sides)
                if ["==", "~="].contains(&&source.text[operator.clone()]) =>
            {
                sides.iter().filter_map(name).collect()
            }
            Kind::Table(actions) => actions.iter().filter_map(name).collect(),
            // What it looks for.
            Kind::Call(call) if call.called.ends_with(".hasMatchingTag") => {
                call.last.iter().filter_map(name).collect()
            }
            _ => Vec::new(),
        }
    };
    source.parts.iter().flat_map(of_part).collect()
}

/// 0 becomes 1, a number that counts one more, and a limit nothing.
fn other_number(number: &str) -> String {
    match number.parse::<u64>() {
        Ok(small) if small < 1000 => (small + 1).to_string(),
        _ => "0".to_owned(),
    }
}

fn other_truth(truth: &str) -> Option<&'static str> {
    match truth {
        "true" => Some("false"),
        "false" => Some("true"),
        _ => None,
    }
}

/// A name with more behind it.
fn other_name(part: &Part) -> Option<Edit> {
    let end = part.range.end.checked_sub(1)?;
    matches!(part.kind, Kind::Text).then(|| Edit::new(end..end, "-Other"))
}

/// Each sum taken for a difference and so on; each minus left out.
pub fn turned(source: &Source<'_>) -> Vec<Edit> {
    let turned = source.parts.iter().filter_map(|part| {
        let Kind::Binary(operator, _) = &part.kind else { return None };
        let other = match &source.text[operator.clone()] {
            "+" => "-",
            "-" => "+",
            "*" => "//",
            "/" | "//" => "*",
            _ => return None,
        };
        Some(Edit::new(operator.clone(), other))
    });
    turned.chain(without(source, "-")).collect()
}
