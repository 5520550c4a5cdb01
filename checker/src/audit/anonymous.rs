//! Other words in the place of ids and addresses.

use crate::commands::Failure;
use crate::exit_code::Exit;
use std::fmt::Write;

/// Puts the same word in the place of the same id, and nobody can tell which one it stood for:
/// the key is made for one answer, and forgotten.
pub struct Anonymous([u8; 32]);

impl Anonymous {
    /// With a key of its own.
    ///
    /// # Errors
    /// If the system has no random numbers.
    pub fn random() -> Result<Self, Failure> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(|error| Failure {
            message: format!("--anonymous: no random numbers: {error}"),
            exit: Exit::Internal,
        })?;
        Ok(Self(key))
    }

    /// A text with other words in the place of ids of Arweave and addresses of Ethereum.
    pub fn told(&self, text: &str) -> String {
        let mut told = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(is_of_id) {
            let (before, from) = rest.split_at(start);
            let end = from.find(|c| !is_of_id(c)).unwrap_or(from.len());
            let (word, behind) = from.split_at(end);
            told.push_str(before);
            self.put(&mut told, word);
            rest = behind;
        }
        told + rest
    }

    fn put(&self, told: &mut String, word: &str) {
        if is_id(word) {
            let hash = blake3::keyed_hash(&self.0, word.as_bytes());
            told.push_str("id-");
            for byte in &hash.as_bytes()[..8] {
                let _ = write!(told, "{byte:02x}");
            }
        } else {
            told.push_str(word);
        }
    }
}

fn is_of_id(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// What a word of these lengths hides is an id or an address, or it may hold one.
fn is_id(word: &str) -> bool {
    let is_of_ethereum = word.starts_with("0x") && word.len() == 42;
    is_of_ethereum || word.len() >= aos::ID_LENGTH
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "E7hPSQuMU6yic5J_XoHHvLg6bji_yOaELKBbFAORveg";

    #[test]
    fn the_same_id_is_the_same_word_within_one_answer() {
        let names = Anonymous::random().expect("random numbers");
        let told = names.told(&format!("{ID} pays \"{ID}\", at tim3 2"));
        let (first, rest) = told.split_once(' ').expect("words");
        assert!(!told.contains(ID) && first.starts_with("id-"), "{told}");
        assert_eq!(rest, format!("pays \"{first}\", at tim3 2"));
        let others = Anonymous::random().expect("random numbers");
        assert_ne!(others.told(ID), first, "another answer has other words");
    }

    #[test]
    fn words_and_numbers_stay() {
        let names = Anonymous::random().expect("random numbers");
        let text = "the supply is all balances: 1767225608655 at usda/2 (größer)";
        assert_eq!(names.told(text), text);
        assert_ne!(names.told("0x52908400098527886E0F7030069857D2E4169EE7"), text);
    }
}
