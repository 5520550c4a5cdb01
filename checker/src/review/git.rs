//! Files of another revision of the repository.

use explorer::text_file::LARGEST;
use std::io::Read;
use std::process::{Command, Stdio};

/// What an argument that names a revision begins with.
pub(super) const GIT: &str = "git:";

/// How a file of a revision is named.
pub(super) fn named(revision: &str, path: &str) -> String {
    format!("{GIT}{revision}:{path}")
}

/// A file of a revision, just as it was put there; a path that begins with `./` is one from here.
/// The inner error says that git does not have it.
///
/// # Errors
/// If git cannot be asked, or the file is no text that anybody would check.
pub(super) fn shown(revision: &str, path: &str) -> Result<Result<String, String>, String> {
    let cannot = |why: &str| format!("{}: {}", named(revision, path), why.trim());
    if revision.starts_with('-') {
        return Err(cannot("no revision begins with a dash"));
    }
    let not_run = |error| cannot(&format!("git cannot be run: {error}"));
    let mut git = Command::new("git");
    // A tree may have files in it that git would take for another repository.
    git.args(["-c", "safe.bareRepository=explicit"]);
    // What is there, without what the repository would have done to it to show it.
    git.args(["cat-file", "blob", &format!("{revision}:{path}")]);
    git.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = git.spawn().map_err(not_run)?;
    let (mut bytes, mut said) = (Vec::new(), Vec::new());
    if let Some(out) = running.stdout.take() {
        out.take(LARGEST + 1).read_to_end(&mut bytes).map_err(not_run)?;
    }
    if bytes.len() as u64 > LARGEST {
        let _ = running.kill();
        let _ = running.wait();
        return Err(cannot(&format!("too large; the limit is {LARGEST} bytes")));
    }
    if let Some(err) = running.stderr.take() {
        err.take(LARGEST).read_to_end(&mut said).map_err(not_run)?;
    }
    if !running.wait().map_err(not_run)?.success() {
        return Ok(Err(cannot(&String::from_utf8_lossy(&said))));
    }
    String::from_utf8(bytes).map(Ok).map_err(|_| cannot("not UTF-8"))
}
