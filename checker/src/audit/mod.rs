//! What really happened: the logs of a system that is deployed, judged by the crate `audit`.

mod anonymous;
mod logs;
mod told;

use crate::cli::{AuditArgs, Format};
use crate::commands::{Answer, Failure};
use crate::console::{self, Output};
use crate::exit_code::Exit;
use crate::systems::{found, text_of};
use ::audit::{Asked, Audit};
use anonymous::Anonymous;
use explorer::escape::{Told, json_lines};
use explorer::escaped;
use page::Place;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Judges the logs of a system.
///
/// # Errors
/// What is wrong with the page, a log or the command line.
pub fn audit(args: &AuditArgs) -> Result<Answer, Failure> {
    let page = found(&args.system)?;
    let asked = asked(args)?;
    let Some(seconds) = args.follow else {
        return answer(args, &judged(args, &page, &asked)?);
    };
    let mut known = None;
    loop {
        let state = logs::state(&args.log)?;
        if known.as_ref() != Some(&state) {
            let audit = judged(args, &page, &asked)?;
            if audit.is_broken() {
                return answer(args, &audit);
            }
            let count: usize = audit.processes.iter().map(|process| process.entries).sum();
            console::say(&escaped!("{count} entries, and nothing is broken so far\n", count));
            known = Some(state);
        }
        std::thread::sleep(Duration::from_secs(seconds));
    }
}

fn judged(args: &AuditArgs, page: &Path, asked: &Asked) -> Result<Audit, Failure> {
    let log = logs::read(&args.log)?;
    let audit = ::audit::audit(Place::of(page), text_of, &log, asked);
    audit.map_err(|error| Failure::usage(&error))
}

fn asked(args: &AuditArgs) -> Result<Asked, Failure> {
    let version = |(name, file): &(String, String)| {
        let source = page::read::version(&PathBuf::from(file), text_of);
        source.map(|source| (name.clone(), source)).map_err(|error| Failure::usage(&error))
    };
    let versions = args.version.iter().map(version).collect::<Result<_, _>>()?;
    Ok(Asked { named: args.name.clone(), versions })
}

#[derive(serde::Serialize)]
struct Document<'a> {
    schema: &'static str,
    #[serde(flatten)]
    audit: &'a Audit,
    exit: Exit,
}

fn answer(args: &AuditArgs, audit: &Audit) -> Result<Answer, Failure> {
    let exit = exit_of(audit);
    let renamed = args.anonymous.then(Anonymous::random).transpose()?;
    let output = match args.format {
        Format::Json => {
            let document = Document { schema: "tim3-audit/1", audit, exit };
            let text = json_lines(&document);
            Output::Document(match renamed {
                Some(names) => names.told(&text),
                None => text,
            })
        }
        Format::Text => {
            let text = told::told(audit);
            Output::Told(match renamed {
                Some(names) => Told::lines(&names.told(text.as_str())),
                None => text,
            })
        }
    };
    Ok(Answer { output, exit })
}

fn exit_of(audit: &Audit) -> Exit {
    if audit.is_broken() {
        Exit::Violation
    } else if audit.is_open() {
        Exit::Inconclusive
    } else {
        Exit::Expected
    }
}
