//! The rows of `rows.txt`.

use crate::answer::Answer;
use std::path::{Path, PathBuf};

/// A file, how it is checked, and the right kind of answer.
pub struct Row {
    /// The set that it is of.
    set: &'static str,
    /// Its path below `files/`.
    pub file: String,
    /// Flags of `check`, beside the bounds where they are named elsewhere.
    pub flags: Vec<String>,
    /// The kind of answer that is right.
    pub kind: String,
    /// The promise that has to notice, where the row names one.
    pub promise: Option<String>,
    /// What the report has to say where nothing breaks, or why nothing does.
    pub why: Option<String>,
    /// What the file tries, in a few words.
    pub tries: String,
}

/// The folder of a set's files.
pub fn files(set: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/answers").join(set).join("files")
}

/// All rows of a set, in their order.
pub fn all(set: &'static str, rows: &str) -> Vec<Row> {
    let lines = rows.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| Row::of(set, line)).collect()
}

impl Row {
    /// `FILE | FLAGS | KIND | WHAT IT TRIES`, with `violated: PROMISE` or `KIND: WHY` as the kind;
    /// `~` stands for a space within a flag.
    fn of(set: &'static str, line: &str) -> Self {
        let fields: Vec<_> = line.split('|').map(str::trim).collect();
        let [file, flags, kind, tries] = fields[..] else { panic!("four fields: {line}") };
        let flags = flags.split_whitespace().map(|flag| flag.replace('~', " ")).collect();
        let (kind, more) = match kind.split_once(": ") {
            Some((kind, more)) => (kind, Some(more.to_owned())),
            None => (kind, None),
        };
        let (promise, why) = if kind == "violated" { (more, None) } else { (None, more) };
        Self { set, file: file.into(), flags, kind: kind.into(), promise, why, tries: tries.into() }
    }

    /// Where the file is.
    pub fn path(&self) -> PathBuf {
        files(self.set).join(&self.file)
    }

    /// What is wrong with an answer, if it is not the right one.
    pub fn objection(&self, answer: &Answer) -> Option<String> {
        let said = match &*self.kind {
            // Nothing breaks.
            "missed" | "told" => "clean",
            // What breaks is what it does otherwise.
            "another design" => "violated",
            "not tried" if self.set == "field" => "clean",
            kind => kind,
        };
        let is_noticed = || match &self.promise {
            Some(promise) => answer.notices(Some(promise)).is_some(),
            None => true,
        };
        let is_named = || match (&*self.kind, &self.why) {
            ("not tried" | "told", Some(why)) => answer.details.contains(why),
            _ => true,
        };
        let is_right = answer.kind == said && is_noticed() && is_named();
        let right = [Some(&self.kind), self.promise.as_ref(), self.why.as_ref()];
        let right: Vec<_> = right.into_iter().flatten().map(String::as_str).collect();
        let (right, Answer { kind, details, .. }) = (right.join(": "), answer);
        (!is_right).then(|| format!("{}: should be {right}, is {kind}: {details}", self.file))
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
