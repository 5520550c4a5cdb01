//! The keys by which a contract recognises messages that it has carried out.

use crate::review::mutation::edit::Edit;
use crate::review::mutation::source::{Kind, Part, Read, Source};
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
    parts(source).filter_map(|part| source.read(part)).flat_map(of_read).collect()
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
    let is_joined = |part: &Part| match &part.kind {
        Kind::Binary(operator, _) => source.text[operator.clone()] == *"..",
        _ => false,
    };
    let sides = |part: &Part| {
        let Kind::Binary(_, sides) = &part.kind else { return [None, None] };
        let [left, right] = sides.map(|side| &source.parts[side]);
        let tells = |side: &Part| !matches!(side.kind, Kind::Text);
        let first = Edit::without(left.range.start..right.range.start);
        let last = Edit::without(left.range.end..right.range.end);
        let is_last = tells(right) && !is_joined(right);
        [Some(first).filter(|_| tells(left)), Some(last).filter(|_| is_last)]
    };
    parts(source).filter(|part| is_joined(part)).flat_map(sides).flatten().collect()
}

/// All expressions in all keys, each once.
fn parts<'a>(source: &'a Source<'_>) -> impl Iterator<Item = &'a Part> {
    // How many keys begin and end here: those within others are not gone through again.
    let mut depths = vec![(0_usize, 0_usize); source.parts.len() + 1];
    for key in keys(source) {
        depths[key].0 += 1;
        depths[source.parts[key].end].1 += 1;
    }
    let mut depth = 0;
    source.parts.iter().zip(depths).filter_map(move |(part, (begin, end))| {
        depth = depth + begin - end;
        (depth > 0).then_some(part)
    })
}

/// What indexes are made of. An account alone is none of these keys.
fn keys(source: &Source<'_>) -> BTreeSet<usize> {
    let (mut keys, mut names) = (BTreeSet::new(), BTreeSet::new());
    for (base, index) in &source.indexes {
        match &source.parts[*index].kind {
            _ if source.is_message(base) => {}
            // A tag of a message is looked up, which is no key of ours.
            Kind::Text => {}
            Kind::Name(name) => _ = names.insert(name),
            _ => _ = keys.insert(*index),
        }
    }
    // What a name is made from, through one function.
    let mut called = BTreeSet::new();
    for place in names.into_iter().flat_map(|name| source.functions.made_from(name)) {
        match &source.parts[*place].kind {
            Kind::Call(call) if source.functions.knows(&call.called) => {
                called.insert(call.called.as_str());
            }
            _ => _ = keys.insert(*place),
        }
    }
    keys.extend(source.functions.returned(called));
    let is_account =
        |key: usize| source.read(&source.parts[key]).is_some_and(|read| read.name == "From");
    keys.retain(|key| !is_account(*key));
    keys
}
