//! Constants, and what is done with numbers.

use crate::review::mutation::edit::Edit;
use crate::review::mutation::functions::{called, last_argument};
use crate::review::mutation::source::{Source, range};
use full_moon::ast::{BinOp, Expression, Field, FunctionCall, UnOp};
use full_moon::tokenizer::TokenReference;

/// Each number, truth value and name of an action or an account turned into another.
pub fn changed(source: &Source<'_>) -> Vec<Edit> {
    source
        .expressions
        .iter()
        .flat_map(|expression| match expression {
            Expression::Number(number) => {
                vec![Edit::new(range(number), other_number(&text(number)))]
            }
            Expression::Symbol(symbol) => truth(symbol).into_iter().collect(),
            Expression::BinaryOperator {
                lhs,
                binop: BinOp::TwoEqual(_) | BinOp::TildeEqual(_),
                rhs,
            } => [lhs, rhs].into_iter().filter_map(|side| other_name(side)).collect(),
            Expression::TableConstructor(table) => {
                table.fields().iter().filter_map(action).collect()
            }
            Expression::FunctionCall(call) => matched(call),
            _ => Vec::new(),
        })
        .collect()
}

fn text(token: &TokenReference) -> String {
    token.token().to_string()
}

/// 0 becomes 1, a number that counts one more, and a limit nothing.
fn other_number(number: &str) -> String {
    match number.parse::<u64>() {
        Ok(small) if small < 1000 => (small + 1).to_string(),
        _ => "0".to_owned(),
    }
}

fn truth(symbol: &TokenReference) -> Option<Edit> {
    let other = match text(symbol).as_str() {
        "true" => "false",
        "false" => "true",
        _ => return None,
    };
    Some(Edit::new(range(symbol), other))
}

/// A name with more behind it.
fn other_name(expression: &Expression) -> Option<Edit> {
    let Expression::String(name) = expression else { return None };
    let end = range(name).end - 1;
    Some(Edit::new(end..end, "-Other"))
}

/// The action of a message that is sent.
fn action(field: &Field) -> Option<Edit> {
    match field {
        Field::NameKey { key, value, .. } if text(key) == "Action" => other_name(value),
        _ => None,
    }
}

/// What `hasMatchingTag` looks for.
fn matched(call: &FunctionCall) -> Vec<Edit> {
    let is_it = called(call).ends_with(".hasMatchingTag");
    let last = last_argument(call).filter(|_| is_it);
    last.and_then(other_name).into_iter().collect()
}

/// Each sum taken for a difference and so on; each minus left out.
pub fn turned(source: &Source<'_>) -> Vec<Edit> {
    let turned = |expression: &Expression| match expression {
        Expression::BinaryOperator { binop, .. } => {
            let other = match binop {
                BinOp::Plus(_) => "-",
                BinOp::Minus(_) => "+",
                BinOp::Star(_) => "//",
                BinOp::Slash(_) | BinOp::DoubleSlash(_) => "*",
                _ => return None,
            };
            Some(Edit::new(range(binop.token()), other))
        }
        Expression::UnaryOperator { unop: minus @ UnOp::Minus(_), expression } => {
            Some(Edit::without(range(minus.token()).start..range(&**expression).start))
        }
        _ => None,
    };
    source.expressions.iter().filter_map(turned).collect()
}
