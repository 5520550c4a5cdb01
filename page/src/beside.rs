//! Which files a page may name: a page that somebody sends must not show other files.

use std::env;
use std::path::{Path, PathBuf};

/// The file of this name beside a page.
///
/// # Errors
/// If it lies elsewhere than below the page's folder, the folder that the command was started in,
/// or the repository that the page is in.
pub fn beside(folder: &Path, name: &str) -> Result<PathBuf, String> {
    let path = folder.join(name);
    // What is not there is told by whoever reads it.
    let Ok(real) = path.canonicalize() else { return Ok(path) };
    let here = folder.canonicalize().ok();
    let started = env::current_dir().and_then(|folder| folder.canonicalize()).ok();
    let repository = here.as_ref().and_then(|here| {
        here.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned)
    });
    let mut roots = [here, started, repository].into_iter().flatten();
    if !Path::new(name).is_absolute() && roots.any(|root| real.starts_with(root)) {
        return Ok(path);
    }
    Err("a page names files of its own folder, or of the repository that it is in".to_owned())
}
