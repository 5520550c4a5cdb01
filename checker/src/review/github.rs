//! On GitHub, a review also annotates the files, and becomes the summary of the job.

use super::formats::{annotations::annotations, markdown};
use super::summary::Summary;
use crate::commands::Failure;
use crate::exit_code::Exit;
use std::io::Write;
use std::{env, fs};

/// Writes the annotations and the summary of the job; nothing elsewhere. GitHub reads
/// annotations on standard error too, and standard output may have to be one document.
///
/// # Errors
/// If the summary cannot be written.
pub(super) fn tell(summary: &Summary) -> Result<(), Failure> {
    if env::var_os("GITHUB_ACTIONS").is_none_or(|value| value != "true") {
        return Ok(());
    }
    if let Some(place) = env::var_os("GITHUB_STEP_SUMMARY") {
        let opened = fs::OpenOptions::new().create(true).append(true).open(&place);
        let text = markdown(summary);
        opened.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| Failure {
            message: format!("GITHUB_STEP_SUMMARY {}: {error}", place.display()),
            exit: Exit::Usage,
        })?;
    }
    // If nobody reads them, the review is what it is.
    let _ = std::io::stderr().write_all(annotations(summary).as_str().as_bytes());
    Ok(())
}
