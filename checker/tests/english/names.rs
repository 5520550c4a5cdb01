//! Names of tests, and comments that only repeat a name.

/// More characters are no name but a sentence.
const LONGEST: usize = 60;

/// Words that say nothing beside a name.
const EMPTY: &str = "a all and an are as at each every for from his how in is it its of on one or \
                     that the their these they this those to what whether which whose with";

/// More words are taken to say something.
const FEW: usize = 4;

/// The name that a line declares: of a function, a type, a field or a variant.
fn declared(line: &str) -> &str {
    const BEFORE: [&str; 11] = [
        "fn", "struct", "enum", "const", "static", "type", "mod", "trait", "async", "unsafe", "mut",
    ];
    let line = line.trim_start();
    let line = match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with('(') => rest.split_once(')').map_or("", |(_, rest)| rest),
        Some(rest) if rest.starts_with(' ') => rest,
        _ => line,
    };
    let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.find(|word| !word.is_empty() && !BEFORE.contains(word)).unwrap_or_default()
}

/// `is_lost` and `IsLost` are the words `is` and `lost`.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for c in name.chars() {
        if c == '_' || c.is_uppercase() && parts.last().is_some_and(|part| has_lowercase(part)) {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut().filter(|_| c != '_') {
            part.push(c);
        }
    }
    parts.into_iter().map(|part| part.to_lowercase()).filter(|part| !part.is_empty()).collect()
}

fn has_lowercase(text: &str) -> bool {
    text.chars().any(char::is_lowercase)
}

/// Whether two words have one stem: `states` and `state`, `judges` and `judged`.
fn are_alike(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|word| word.trim_end_matches('s'));
    let short = one.len().min(other.len());
    one == other || short >= 4 && (one.starts_with(other) || other.starts_with(one))
}

/// Whether a comment says nothing but the name: not what it is of, in which unit or shape.
fn repeats(comment: &str, name: &str) -> bool {
    if comment.split_whitespace().count() > FEW
        || comment.contains(|c: char| c == '`' || c == '[' || c.is_ascii_digit())
    {
        return false;
    }
    let parts = parts(name);
    let words = comment.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase);
    let is_empty = |word: &String| word.is_empty() || EMPTY.split(' ').any(|one| one == word);
    let mut told = words.filter(|word| !is_empty(word));
    told.all(|word| parts.iter().any(|part| are_alike(part, &word)))
}

/// Comments of Rust that repeat the name below them, with their lines.
pub fn repeated(text: &str) -> Vec<(usize, String)> {
    let lines: Vec<&str> = text.lines().map(str::trim_start).collect();
    let comment = |line: &str| line.strip_prefix("///").map(|rest| rest.trim().to_owned());
    let mut found = Vec::new();
    for place in 0..lines.len() {
        let is_first = place == 0 || comment(lines[place - 1]).is_none();
        let Some(said) = comment(lines[place]).filter(|_| is_first) else { continue };
        let below = &lines[place + 1..];
        let is_alone = below.first().is_some_and(|line| comment(line).is_none());
        let item = below.iter().find(|line| !line.starts_with("#["));
        let name = item.map_or("", |line| declared(line));
        if is_alone && !name.is_empty() && repeats(&said, name) {
            found.push((place + 1, format!("`{said}` repeats the name `{name}`")));
        }
    }
    found
}

/// Tests in Rust whose names are too long, with their lines.
pub fn too_long(text: &str) -> Vec<(usize, String)> {
    let mut is_test = false;
    let mut found = Vec::new();
    for (line, number) in text.lines().map(str::trim_start).zip(1..) {
        let is_attribute = line.starts_with("#[");
        is_test |= is_attribute && (line.contains("test]") || line.contains("test("));
        let is_function = line.starts_with("fn ") || line.starts_with("async fn ");
        let name = if is_function { declared(line) } else { "" };
        if is_test && name.len() > LONGEST {
            found.push((number, format!("`{name}` has {} characters", name.len())));
        }
        is_test &= !is_function;
    }
    found
}

#[test]
fn a_comment_that_says_only_the_name_is_found() {
    for (comment, item) in [
        ("Its name.", "pub name: String,"),
        ("The property.", "pub const PROPERTY: Property = Property {"),
        ("Whether it is lost.", "pub(crate) is_lost: bool,"),
        ("What is judged.", "fn judges(&self) -> &P {"),
        ("What it is.", "pub kind: Kind,"),
    ] {
        let text = format!("    /// {comment}\n    #[serde(skip)]\n    {item}\n");
        assert_eq!(repeated(&text).len(), 1, "{text}");
    }
    for (comment, item) in [
        ("Base units.", "pub quantity: Quantity,"),
        ("By envelope id.", "envelopes: Vec<Entry>,"),
        ("Its number, from 1.", "pub step: usize,"),
        ("The name as in reports.", "pub name: String,"),
        ("`name`", "pub name: String,"),
        ("Its name.\n    /// Never empty.", "pub name: String,"),
    ] {
        let text = format!("    /// {comment}\n    {item}\n");
        assert_eq!(repeated(&text), [], "{text}");
    }
}

#[test]
fn a_test_with_a_long_name_is_found() {
    let long = "x".repeat(LONGEST + 1);
    for attribute in ["#[test]", "#[tokio::test(start_paused = true)]"] {
        assert_eq!(too_long(&format!("{attribute}\n#[ignore]\nfn {long}() {{}}")).len(), 1);
        assert_eq!(too_long(&format!("{attribute}\nfn {}() {{}}", &long[1..])), []);
    }
    assert_eq!(too_long(&format!("fn {long}() {{}}\n#[test]\nfn x() {{}}")), []);
}
