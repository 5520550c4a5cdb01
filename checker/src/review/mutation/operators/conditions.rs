//! Conditions.

use crate::review::mutation::edit::Edit;
use crate::review::mutation::source::{Source, range};
use full_moon::ast::{BinOp, Expression, UnOp};
use std::mem::discriminant;

/// Each side of each `and` and `or` left out. Of `a or b or c`, which is `(a or b) or c`, each
/// of the three is left out once.
pub fn dropped(source: &Source<'_>) -> Vec<Edit> {
    let sides = |expression: &Expression| match expression {
        Expression::BinaryOperator { lhs, binop, rhs } if joins(binop) => {
            let (left, right) = (range(&**lhs), range(&**rhs));
            let is_chain = matches!(&**lhs, Expression::BinaryOperator { binop: inner, .. }
                if discriminant(inner) == discriminant(binop));
            let last = Edit::without(left.end..right.end);
            let first = Edit::without(left.start..right.start);
            if is_chain { vec![last] } else { vec![first, last] }
        }
        _ => Vec::new(),
    };
    source.expressions.iter().flat_map(sides).collect()
}

fn joins(operator: &BinOp) -> bool {
    matches!(operator, BinOp::And(_) | BinOp::Or(_))
}

/// Each comparison taken for its neighbour.
pub fn turned(source: &Source<'_>) -> Vec<Edit> {
    let turned = |expression: &Expression| {
        let Expression::BinaryOperator { binop, .. } = expression else { return None };
        let other = match binop {
            BinOp::LessThan(_) => "<=",
            BinOp::LessThanEqual(_) => "<",
            BinOp::GreaterThan(_) => ">=",
            BinOp::GreaterThanEqual(_) => ">",
            BinOp::TwoEqual(_) => "~=",
            BinOp::TildeEqual(_) => "==",
            _ => return None,
        };
        Some(Edit::new(range(binop.token()), other))
    };
    source.expressions.iter().filter_map(turned).collect()
}

/// Each `not` left out.
pub fn affirmed(source: &Source<'_>) -> Vec<Edit> {
    let without = |expression: &Expression| match expression {
        Expression::UnaryOperator { unop: unop @ UnOp::Not(_), expression } => {
            Some(Edit::without(range(unop.token()).start..range(&**expression).start))
        }
        _ => None,
    };
    source.expressions.iter().filter_map(without).collect()
}
