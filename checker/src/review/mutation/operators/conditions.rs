//! Conditions.

use crate::review::mutation::edit::Edit;
use crate::review::mutation::source::{Kind, Source};

/// Each side of each `and` and `or` left out. Of `a or b or c`, which is `(a or b) or c`, each
/// of the three is left out once.
pub fn dropped(source: &Source<'_>) -> Vec<Edit> {
    let mut edits = Vec::new();
    for part in &source.parts {
        let Kind::Binary(operator, sides) = &part.kind else { continue };
        let operator = &source.text[operator.clone()];
        if !["and", "or"].contains(&operator) {
            continue;
        }
        let [left, right] = sides.map(|side| &source.parts[side]);
        let is_chain = matches!(&left.kind,
            Kind::Binary(inner, _) if source.text[inner.clone()] == *operator);
        if !is_chain {
            edits.push(Edit::without(left.range.start..right.range.start));
        }
        edits.push(Edit::without(left.range.end..right.range.end));
    }
    edits
}

/// Each comparison taken for its neighbour.
pub fn turned(source: &Source<'_>) -> Vec<Edit> {
    let turned = source.parts.iter().filter_map(|part| {
        let Kind::Binary(operator, _) = &part.kind else { return None };
        let other = match &source.text[operator.clone()] {
            "<" => "<=",
            "<=" => "<",
            ">" => ">=",
            ">=" => ">",
            "==" => "~=",
            "~=" => "==",
            _ => return None,
        };
        Some(Edit::new(operator.clone(), other))
    });
    turned.collect()
}

/// Each `not` left out.
pub fn affirmed(source: &Source<'_>) -> Vec<Edit> {
    without(source, "not")
}

/// Each of these before something left out.
pub fn without(source: &Source<'_>, sign: &str) -> Vec<Edit> {
    let without = source.parts.iter().filter_map(|part| match &part.kind {
        Kind::Unary(operator, operand) if source.text[operator.clone()] == *sign => {
            Some(Edit::without(operator.start..source.parts[*operand].range.start))
        }
        _ => None,
    });
    without.collect()
}
