//! The Lua that is mutated, and the texts in it.

use crate::hostile::{SNIPPETS, WAITS};
use std::path::{Path, PathBuf};

/// Where the repository has Lua for contracts.
const FOLDERS: [&str; 2] = ["../model/lua", "../checker/tests/handlers"];

pub struct Corpus {
    pub sources: Vec<String>,
    pub lines: Vec<String>,
    /// Names, numbers and quoted texts.
    pub words: Vec<String>,
}

impl Corpus {
    pub fn read() -> Self {
        let mut sources: Vec<String> =
            SNIPPETS.iter().chain(&WAITS).map(|one| (*one).to_owned()).collect();
        for folder in FOLDERS {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
            let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
                .expect("a folder with Lua")
                .map(|entry| entry.expect("a file").path())
                .filter(|path| path.extension().is_some_and(|extension| extension == "lua"))
                .collect();
            paths.sort();
            for path in paths {
                let source = std::fs::read_to_string(path).expect("a file of text");
                sources.push(source.replace("@USDA@", "USDA"));
            }
        }
        let lines = sources.iter().flat_map(|source| source.lines().map(str::to_owned)).collect();
        let mut words: Vec<String> = sources.iter().flat_map(|source| words_of(source)).collect();
        words.sort();
        words.dedup();
        Self { sources, lines, words }
    }
}

fn words_of(source: &str) -> Vec<String> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    let words = source.split(|letter| !is_part(letter)).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}
