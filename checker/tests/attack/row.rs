//! The rows of `rows.txt`.

use std::path::{Path, PathBuf};

/// A file, how it is checked, and the right kind of answer.
pub struct Row {
    /// Its path below `files/`.
    pub file: String,
    /// Flags of `check`, beside the bounds where they are named elsewhere.
    pub flags: Vec<String>,
    /// The kind of answer that is right.
    pub kind: String,
    /// What the file tries, in a few words.
    pub tries: String,
}

/// The folder of the files.
pub fn files() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attack/files")
}

/// All rows, in their order.
pub fn all() -> Vec<Row> {
    let lines = include_str!("rows.txt").lines().filter(|line| !line.starts_with('#'));
    lines.map(Row::of).collect()
}

impl Row {
    fn of(line: &str) -> Self {
        let fields: Vec<_> = line.split('|').map(str::trim).collect();
        let [file, flags, kind, tries] = fields[..] else { panic!("four fields: {line}") };
        // `~` stands for a space within a flag.
        let flags = flags.split_whitespace().map(|flag| flag.replace('~', " ")).collect();
        Self { file: file.into(), flags, kind: kind.into(), tries: tries.into() }
    }

    /// `contracts`.
    pub fn folder(&self) -> &str {
        self.file.split('/').next().unwrap_or_default()
    }

    /// `collide.lua`.
    pub fn name(&self) -> &str {
        self.file.split('/').next_back().unwrap_or_default()
    }

    /// The flags of the same check of the control, which has its books in the usual places.
    pub fn flags_of_control(&self) -> Vec<String> {
        let mut flags = Vec::new();
        let mut all = self.flags.iter();
        while let Some(flag) = all.next() {
            match flag.as_str() {
                "--observe" | "--leave-out" => _ = all.next(),
                _ => flags.push(flag.clone()),
            }
        }
        flags
    }
}
