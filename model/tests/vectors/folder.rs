//! Where the recordings are.

use crate::schema::Recording;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file of the folder: its name, and what is in it or why that cannot be read.
pub type Named = (String, Result<Recording, String>);

/// The recordings that belong to the project.
pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/vectors")
}

/// A folder with other recordings of the same schemas, if somebody named one.
///
/// A relative path is meant from the workspace, not from the package where tests run.
pub fn elsewhere() -> Option<PathBuf> {
    let named = std::env::var_os("AO_VECTORS").filter(|path| !path.is_empty())?;
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    Some(workspace.join(named))
}

/// All `.json` files of a folder, in the order of their names.
pub fn read(folder: &Path) -> Vec<Named> {
    let entries = fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("cannot list {}: {error}", folder.display()));
    let paths = entries.map(|entry| {
        let entry = entry.unwrap_or_else(|error| panic!("in {}: {error}", folder.display()));
        entry.path()
    });
    let mut files: Vec<_> = paths.filter(|p| p.extension().is_some_and(|e| e == "json")).collect();
    files.sort();
    files.iter().map(|path| (name(path), open(path))).collect()
}

/// The one fixture of this name, which must be well-formed.
pub fn fixture(name: &str) -> Recording {
    open(&fixtures().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn open(path: &Path) -> Result<Recording, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    Recording::parse(&text)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
