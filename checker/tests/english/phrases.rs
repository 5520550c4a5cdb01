//! Where a text has one of some phrases.

/// A word in lower case with its line, from 1; no word where punctuation ends a phrase.
type Token = (Option<String>, usize);

/// What is in a word; marks of comments, and what stands between words, are in none.
fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '\''
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            let end = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
            if end > 0 {
                tokens.push((Some(rest[..end].to_lowercase()), number));
                rest = &rest[end..];
                continue;
            }
            if ".;:,!?()[]{}<>\"`|=".contains(c) {
                tokens.push((None, number));
            }
            rest = &rest[c.len_utf8()..];
        }
    }
    tokens
}

/// The lines at which each of the phrases begins, with what to write instead.
pub fn found<'a>(text: &str, phrases: &[(&'a str, &'a str)]) -> Vec<(usize, &'a str, &'a str)> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    for &(phrase, instead) in phrases {
        let words: Vec<&str> = phrase.split(' ').collect();
        let is_here = |tokens: &&[Token]| {
            tokens.iter().zip(&words).all(|((token, _), word)| token.as_deref() == Some(*word))
        };
        let places = tokens.windows(words.len()).filter(is_here);
        found.extend(places.map(|tokens| (tokens[0].1, phrase, instead)));
    }
    found
}

#[test]
fn a_phrase_is_found_across_lines_and_not_across_sentences() {
    let phrases = [("of which", "whose")];
    assert_eq!(found("/// Some of\n/// Which.", &phrases), [(1, "of which", "whose")]);
    assert_eq!(found("x\nit is \"of which\"", &phrases), [(2, "of which", "whose")]);
    for other in ["of. Which", "of_which", "often which", "of: which", "of the which"] {
        assert_eq!(found(other, &phrases), [], "{other}");
    }
}
