//! Counterexample files.
//!
//! A file holds what is needed to run the steps again, and nothing that follows from them:
//! format version, variant, profile, bounds, property, and the actions by name.

use crate::escape::json;
use crate::handlers::HandlersRecord;
use crate::text_file::{self, TextError};
use crate::world::World;
use model::{Action, Bounds, Reduction, Reductions, Subject, Variant};
use properties::Property;
use serde::{Deserialize, Serialize};
use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

/// The format this version writes and reads.
pub const FORMAT: &str = "tim3-counterexample/1";

/// A file as written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a counterexample, an object")]
struct Record {
    format: String,
    /// The built-in variant; or else the handlers.
    #[serde(default)]
    variant: Option<String>,
    #[serde(default)]
    handlers: Option<HandlersRecord>,
    profile: String,
    bounds: Bounds,
    property: String,
    /// The reductions that were off, by name; mostly none.
    #[serde(default)]
    without: Vec<String>,
    actions: Vec<Action>,
}

/// The first field of any file, to tell a version from damage.
#[derive(Deserialize)]
#[serde(expecting = "a counterexample, an object")]
struct Versioned {
    format: String,
}

/// A counterexample: a run that breaks a property.
#[derive(Clone, Debug)]
pub struct Counterexample {
    pub world: World,
    /// The property it breaks.
    pub property: Property,
    pub actions: Vec<Action>,
}

/// Why a counterexample file cannot be used.
#[derive(Debug)]
pub enum FileError {
    Unreadable(PathBuf, io::Error),
    /// It is larger than any counterexample.
    TooLarge(PathBuf),
    /// It is no JSON of this format: where, and what is wrong there.
    Damaged(PathBuf, String),
    /// It is of another format version.
    OtherFormat(PathBuf, String),
    /// It names something that does not exist.
    Unknown(PathBuf, String),
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(path, error) => {
                write!(f, "{}: cannot be read: {error}", path.display())
            }
            Self::TooLarge(path) => write!(
                f,
                "{}: too large for a counterexample; the limit is {} bytes",
                path.display(),
                text_file::LARGEST
            ),
            Self::OtherFormat(path, format) => write!(
                f,
                "{}: the format is `{format}`; for a counterexample this version reads `{FORMAT}`. To write one: tim3 check --write=FOLDER",
                path.display()
            ),
            Self::Damaged(path, why) | Self::Unknown(path, why) => {
                write!(f, "{}: {why}", path.display())
            }
        }
    }
}

impl std::error::Error for FileError {}

impl Counterexample {
    /// Reads a file.
    ///
    /// # Errors
    /// What is wrong with the file, and where.
    pub fn read(path: &Path) -> Result<Self, FileError> {
        let text = text_file::read(path).map_err(|error| match error {
            TextError::Unreadable(error) => FileError::Unreadable(path.into(), error),
            other @ (TextError::NoFile(_) | TextError::Marked) => {
                FileError::Unknown(path.into(), other.said("a counterexample"))
            }
            TextError::TooLarge => FileError::TooLarge(path.into()),
            TextError::NotUtf8(place) => {
                FileError::Damaged(path.into(), format!("damaged: not UTF-8 at byte {place}"))
            }
        })?;
        if path.extension().is_some_and(|extension| extension == "lua") {
            let why = "it is a Lua file, not a counterexample; write counterexamples of it first: check FILE --write=FOLDER";
            return Err(FileError::Unknown(path.into(), why.to_owned()));
        }
        Self::parse(&text, path)
    }

    /// Reads the text of the file at `path`, which is used in messages only.
    ///
    /// # Errors
    /// What is wrong with the text, and where.
    pub fn parse(text: &str, path: &Path) -> Result<Self, FileError> {
        let versioned: Versioned = decode(text, path)?;
        if versioned.format != FORMAT {
            return Err(FileError::OtherFormat(path.into(), versioned.format));
        }
        let record: Record = decode(text, path)?;
        let unknown = |why: String| FileError::Unknown(path.into(), why);
        let subject = match (&record.variant, &record.handlers) {
            (Some(name), None) => crate::names::variant(name)
                .and_then(|variant| of_variant(variant, &record.property))
                .map_err(|e| unknown(format!("variant: {e}")))?,
            (None, Some(handlers)) => {
                handlers.subject().map_err(|e| unknown(format!("handlers: {e}")))?
            }
            _ => return Err(unknown("it must name either a variant or handlers".into())),
        };
        let profile =
            crate::names::profile(&record.profile).map_err(|e| unknown(format!("profile: {e}")))?;
        record.bounds.validate().map_err(|e| unknown(e.to_string()))?;
        let property = crate::names::property(&record.property)
            .map_err(|e| unknown(format!("property: {e}")))?;
        let mut reductions = Reductions::default();
        for name in &record.without {
            let one =
                crate::names::reduction(name).map_err(|e| unknown(format!("without: {e}")))?;
            reductions = reductions.without(one);
        }
        let world = World { subject, profile, bounds: record.bounds, reductions };
        Ok(Self { world, property, actions: record.actions })
    }

    /// The text of its file: one action a line.
    pub fn to_text(&self) -> String {
        let World { subject, profile, bounds, reductions } = &self.world;
        let of = match HandlersRecord::of(subject) {
            Some(handlers) => format!("\"handlers\": {}", json(&handlers)),
            None => format!("\"variant\": {}", json(&subject.name())),
        };
        let off: Vec<_> = Reduction::ALL.into_iter().filter(|one| !reductions.has(*one)).collect();
        let off: Vec<_> = off.into_iter().map(Reduction::name).collect();
        let without = if off.is_empty() {
            String::new()
        } else {
            format!("\n  \"without\": {},", json(&off))
        };
        let actions: Vec<_> = self.actions.iter().map(|a| format!("    {}", json(a))).collect();
        format!(
            "{{\n  \"format\": {},\n  {of},\n  \"profile\": {},\n  \"bounds\": {},\n  \"property\": {},{without}\n  \"actions\": [\n{}\n  ]\n}}\n",
            json(FORMAT),
            json(&profile.name),
            json(&bounds),
            json(&self.property.name),
            actions.join(",\n"),
        )
    }

    /// Where its file belongs under a folder of counterexamples, as the `n`-th (from 1) for
    /// its property.
    pub fn path(&self, folder: &Path, n: usize) -> PathBuf {
        let name = self.property.name;
        let file = if n == 1 { format!("{name}.json") } else { format!("{name}.{n}.json") };
        folder.join(self.world.subject.name()).join(file)
    }
}

/// The files of a subject's and a property's counterexamples under a folder, except for the first
/// `kept`. Only files that are counterexamples: no links, and none that somebody else wrote.
///
/// # Errors
/// If the folder is there and cannot be read, or is a link.
pub fn files_beyond(
    folder: &Path,
    (subject, property): (&str, &Property),
    kept: usize,
) -> io::Result<Vec<PathBuf>> {
    let folder = folder.join(subject);
    match fs::symlink_metadata(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Ok(is) if is.is_symlink() => {
            return Err(io::Error::other(format!("{} is a symbolic link", folder.display())));
        }
        _ => {}
    }
    let paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    let is_beyond = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.and_then(|name| number(name, property)).is_some_and(|n| n > kept) && is_written(path)
    };
    Ok(paths.into_iter().filter(is_beyond).collect())
}

/// Whether a file is one that [`Counterexample::to_text`] begins: no link, and no file of
/// somebody else that happens to have the name.
pub fn is_written(path: &Path) -> bool {
    let begins = format!("{{\n  \"format\": \"{}/", FORMAT.split('/').next().unwrap_or(FORMAT));
    fs::symlink_metadata(path).is_ok_and(|is| is.is_file())
        && text_file::read(path).is_ok_and(|text| text.starts_with(&begins))
}

/// As the how manieth for this property [`Counterexample::path`] gives a file this name.
fn number(file: &str, property: &Property) -> Option<usize> {
    let middle = file.strip_prefix(property.name)?.strip_suffix(".json")?;
    if middle.is_empty() {
        return Some(1);
    }
    let n: usize = middle.strip_prefix('.')?.parse().ok()?;
    (n > 1 && middle == format!(".{n}")).then_some(n)
}

/// A transcription and its Lua can be compared.
fn of_variant(variant: Variant, property: &str) -> Result<Subject, String> {
    if property == properties::OF_TWINS.name {
        crate::handlers::twin(variant)
    } else {
        Ok(variant.into())
    }
}

fn decode<'a, T: Deserialize<'a>>(text: &'a str, path: &Path) -> Result<T, FileError> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let place = match error.path().to_string().as_str() {
            "." => String::new(),
            place => format!(" at `{place}`"),
        };
        FileError::Damaged(path.into(), format!("damaged{place}: {}", error.inner()))
    })?;
    let rest = reader.end();
    rest.map_err(|error| FileError::Damaged(path.into(), format!("damaged: {error}")))?;
    Ok(value)
}
