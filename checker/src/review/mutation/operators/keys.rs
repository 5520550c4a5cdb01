//! The keys by which messages are known that were carried out.

use crate::review::mutation::edit::Edit;
use crate::review::mutation::source::{Read, Source, range};
use full_moon::ast::{BinOp, Expression, Var};
use full_moon::visitors::{Visit, Visitor};
use std::collections::BTreeSet;

/// What a message could be known by.
const FIELDS: [&str; 4] = ["From", "Id", "Reference", "Pushed-For"];

/// Each field in a key taken for each of the others.
pub fn swapped(source: &Source<'_>) -> Vec<Edit> {
    let of_read = |read: Read| {
        let others = FIELDS.into_iter().filter(|field| *field != read.name).collect::<Vec<_>>();
        let known = FIELDS.contains(&read.name.as_str());
        others
            .into_iter()
            .filter(move |_| known)
            .map(move |field| Edit::new(read.range.clone(), written(&read.message, field)))
    };
    let reads = parts(source).into_iter().filter_map(|part| source.read(&part));
    once(reads.flat_map(of_read))
}

/// A field as text: it may not be there.
fn written(message: &str, field: &str) -> String {
    match field {
        "From" | "Id" => format!("{message}.{field}"),
        "Reference" => format!("tostring({message}.Tags.Reference)"),
        _ => format!("tostring({message}.Tags[\"{field}\"])"),
    }
}

/// Each key without one of the parts that are joined in it. Of `a .. b .. c`, which is
/// `a .. (b .. c)`, each of the three is left out once.
pub fn shortened(source: &Source<'_>) -> Vec<Edit> {
    let sides = |part: Expression| match part {
        Expression::BinaryOperator { lhs, binop: BinOp::TwoDots(_), rhs } => {
            let (left, right) = (range(&*lhs), range(&*rhs));
            let goes_on =
                matches!(&*rhs, Expression::BinaryOperator { binop: BinOp::TwoDots(_), .. });
            let tells = |side: &Expression| !matches!(side, Expression::String(_));
            let first = tells(&lhs).then(|| Edit::without(left.start..right.start));
            let last = (tells(&rhs) && !goes_on).then(|| Edit::without(left.end..right.end));
            first.into_iter().chain(last).collect()
        }
        _ => Vec::new(),
    };
    once(parts(source).into_iter().flat_map(sides))
}

/// Several statements may use one key.
fn once(edits: impl Iterator<Item = Edit>) -> Vec<Edit> {
    let mut known = BTreeSet::new();
    edits.filter(|edit| known.insert((edit.range.start, edit.range.end, edit.to.clone()))).collect()
}

/// All expressions in all keys.
fn parts(source: &Source<'_>) -> Vec<Expression> {
    let mut parts = Parts::default();
    for (base, index) in &source.indexes {
        let is_message = index_of_message(source, base, index);
        for key in keys(source, index).into_iter().filter(|_| !is_message) {
            key.visit(&mut parts);
        }
    }
    parts.0
}

/// Whether a tag of a message is looked up, which is no key of ours.
fn index_of_message(source: &Source<'_>, base: &str, index: &Expression) -> bool {
    source.is_message(base) || matches!(index, Expression::String(_))
}

/// What an index is made of. An account alone is none of these keys.
fn keys(source: &Source<'_>, index: &Expression) -> Vec<Expression> {
    let origins = match index {
        Expression::Var(Var::Name(name)) => source.functions.origins(&name.token().to_string()),
        _ => vec![index.clone()],
    };
    let is_account = |key: &Expression| source.read(key).is_some_and(|read| read.name == "From");
    origins.into_iter().filter(|key| !is_account(key)).collect()
}

/// A walk that notes every expression.
#[derive(Default)]
struct Parts(Vec<Expression>);

impl Visitor for Parts {
    fn visit_expression(&mut self, expression: &Expression) {
        self.0.push(expression.clone());
    }
}
