//! Lua out of Lua: other bytes, tokens and lines.

use crate::corpus::Corpus;
use crate::hostile::{EXPRESSIONS, SNIPPETS, WAITS};
use crate::random::Random;
use aos::joined::joined;

/// No source has more characters.
const MOST: usize = 40_000;

/// A source of the corpus, or handlers that wait, changed a few times; one in six in several files.
pub fn source(corpus: &Corpus, random: &mut Random) -> String {
    let mut source = match random.below(4) {
        0 => (0..=random.below(4)).map(|_| *random.of(&WAITS)).collect::<Vec<_>>().join("\n"),
        _ => random.of(&corpus.sources).clone(),
    };
    for _ in 0..random.below(6) {
        source = changed(&source, corpus, random);
        if source.len() > MOST {
            source = source.chars().take(MOST).collect();
        }
    }
    if random.once_in(6) { in_files(source, corpus, random) } else { source }
}

/// The source with two modules, where they can be joined.
fn in_files(source: String, corpus: &Corpus, random: &mut Random) -> String {
    let [one, two] = [(); 2].map(|()| random.of(&corpus.sources));
    let main = format!("local one = require('one')\n{source}");
    let read = |path: &str| {
        Ok(match path {
            "one.lua" => Some(format!("local two = require('two')\n{one}\nreturn two")),
            "two.lua" => Some(two.clone()),
            _ => None,
        })
    };
    joined("fuzz.lua", main, &read).unwrap_or(source)
}

fn changed(source: &str, corpus: &Corpus, random: &mut Random) -> String {
    match random.below(10) {
        0 => bytes(source, random),
        1 => spliced(source, corpus, random),
        2 => tokens(source, random, |tokens, at, random| {
            let other = random.below(tokens.len());
            tokens.swap(at, other);
        }),
        3 => tokens(source, random, |tokens, at, _| _ = tokens.remove(at)),
        4 => tokens(source, random, |tokens, at, _| tokens.insert(at, tokens[at])),
        5 | 6 => replaced(source, random, |random| (*random.of(&EXPRESSIONS)).to_owned()),
        7 => replaced(source, random, |random| random.of(&corpus.words).clone()),
        8 => lines(source, |lines| {
            let at = random.below(lines.len() + 1);
            lines.insert(at, *random.of::<&str>(&SNIPPETS));
        }),
        _ => lines(source, |lines| {
            let at = random.below(lines.len() + 1);
            lines.insert(at, random.of(&corpus.lines).as_str());
        }),
    }
}

fn bytes(source: &str, random: &mut Random) -> String {
    let mut bytes = source.as_bytes().to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len() + 1);
        let byte = u8::try_from(random.below(256)).expect("a byte");
        match random.below(3) {
            0 => bytes.insert(at, byte),
            1 if at < bytes.len() => _ = bytes.remove(at),
            _ if at < bytes.len() => bytes[at] = byte,
            _ => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The beginning of one and the end of another.
fn spliced(source: &str, corpus: &Corpus, random: &mut Random) -> String {
    let other = random.of(&corpus.sources);
    let (mine, theirs): (Vec<_>, Vec<_>) = (source.lines().collect(), other.lines().collect());
    let kept = &mine[..random.below(mine.len() + 1)];
    [kept, &theirs[random.below(theirs.len() + 1)..]].concat().join("\n")
}

fn lines<'a>(source: &'a str, change: impl FnOnce(&mut Vec<&'a str>)) -> String {
    let mut lines = source.lines().collect();
    change(&mut lines);
    lines.join("\n")
}

/// Words and single other characters.
fn tokens_of(source: &str) -> Vec<&str> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 128;
    let chunks = source.as_bytes().chunk_by(|a, b| is_word(a) && is_word(b));
    chunks.map(|chunk| std::str::from_utf8(chunk).unwrap_or(" ")).collect()
}

fn tokens(
    source: &str,
    random: &mut Random,
    change: impl FnOnce(&mut Vec<&str>, usize, &mut Random),
) -> String {
    let mut tokens = tokens_of(source);
    if !tokens.is_empty() {
        let at = random.below(tokens.len());
        change(&mut tokens, at, random);
    }
    tokens.concat()
}

/// A name or number becomes something else.
fn replaced(
    source: &str,
    random: &mut Random,
    other: impl FnOnce(&mut Random) -> String,
) -> String {
    let mut tokens = tokens_of(source);
    let is_word = |token: &&str| token.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let places: Vec<usize> = (0..tokens.len()).filter(|at| is_word(&tokens[*at])).collect();
    let other = other(random);
    if !places.is_empty() {
        tokens[*random.of(&places)] = &other;
    }
    tokens.concat()
}
