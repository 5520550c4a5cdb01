//! Showing a run: in the terminal, in files.

use crate::cli::ReplayArgs;
use crate::commands::{Answer, Failure, save};
use crate::exit_code::Exit;
use explorer::counterexample::Counterexample;
use explorer::export::Format;
use explorer::narrate::narrate;
use explorer::replay::Replay;
use std::path::{Path, PathBuf};

/// Runs a counterexample again, and tells it, or writes it as asked.
pub fn replay(args: &ReplayArgs) -> Result<Answer, Failure> {
    let replay = replayed(&args.file)?;
    let wanted: Vec<_> = wanted(args).collect();
    let mut text = String::new();
    for (format, out) in &wanted {
        let written = format.write(&replay);
        if out.as_os_str() == "-" {
            text += &written;
        } else {
            save(out, &written)?;
            text += &format!("written to {}\n", out.display());
        }
    }
    if wanted.is_empty() {
        text = narrate(&replay, &args.file.display().to_string());
    }
    Ok(Answer { text, exit: Exit::Expected })
}

fn wanted(args: &ReplayArgs) -> impl Iterator<Item = (Format, &PathBuf)> {
    let outs = [
        (Format::Html, &args.html),
        (Format::Svg, &args.svg),
        (Format::Mermaid, &args.mermaid),
        (Format::Itf, &args.itf),
        (Format::Json, &args.json),
    ];
    outs.into_iter().filter_map(|(format, out)| Some((format, out.as_ref()?)))
}

/// A counterexample file, run again.
fn replayed(path: &Path) -> Result<Replay, Failure> {
    let counterexample = Counterexample::read(path).map_err(|error| Failure::usage(&error))?;
    Replay::of(counterexample)
        .map_err(|error| Failure::usage(&format!("{}: does not replay: {error}", path.display())))
}
