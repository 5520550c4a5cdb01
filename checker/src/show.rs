//! Showing a run: in the terminal, in files, in a browser.

use crate::cli::{BoundsArgs, Explore, ReplayArgs, RunsOn, is_page};
use crate::commands::{Answer, Failure};
use crate::console::Output;
use crate::exit_code::Exit;
use crate::outs::{self, Out, one_place_each};
use crate::systems;
use explorer::aos_test;
use explorer::counterexample::Counterexample;
use explorer::escape::{Told, shell_word};
use explorer::export::Format;
use explorer::narrate::narrate;
use explorer::replay::Replay;
use explorer::server::{self, Library, Start};
use explorer::world::World;
use model::{Profile, Reductions, Subject};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// What a counterexample is written as.
#[derive(Clone, Copy)]
enum Form {
    /// In a format that every counterexample has.
    Of(Format),
    /// As a test of its own.
    Test,
}

/// Runs a counterexample again, and tells it, or writes it as asked.
pub fn replay(args: &ReplayArgs) -> Result<Answer, Failure> {
    if let Some(recorded) = systems::read(&args.file)? {
        return systems::replay(args, &recorded);
    }
    if args.steps.is_some() {
        return Err(Failure::usage(&"--steps: that is for runs of systems; leave it out"));
    }
    let shown = PathBuf::from("-");
    let to_test = args.test.map(|RunsOn::Aos| args.write.as_ref().unwrap_or(&shown));
    let outs: Vec<_> = [
        Out::of("--html", args.html.as_ref(), Form::Of(Format::Html)),
        Out::of("--svg", args.svg.as_ref(), Form::Of(Format::Svg)),
        Out::of("--mermaid", args.mermaid.as_ref(), Form::Of(Format::Mermaid)),
        Out::of("--itf", args.itf.as_ref(), Form::Of(Format::Itf)),
        Out::of("--json", args.json.as_ref(), Form::Of(Format::Json)),
        Out::of("--test", to_test, Form::Test),
    ]
    .into_iter()
    .flatten()
    .collect();
    let replay = replayed(&args.file)?;
    one_place_each(&outs, &[&args.file])?;
    let test = args.test.map(|RunsOn::Aos| aos_test::written(&replay)).transpose();
    let test = test.map_err(|why| {
        Failure::usage(&format!("{}: no test on aos: {why}", args.file.display()))
    })?;
    let output = if outs.is_empty() {
        Output::Told(narrate(&replay, &shell_word(args.file.as_os_str())))
    } else {
        outs::write(&outs, |form| match form {
            Form::Of(format) => format.write(&replay),
            Form::Test => test.clone().unwrap_or_default(),
        })?
    };
    Ok(Answer { output, exit: Exit::Expected })
}

/// A counterexample file, run again.
fn replayed(path: &Path) -> Result<Replay, Failure> {
    let counterexample = Counterexample::read(path).map_err(|error| Failure::usage(&error))?;
    Replay::of(counterexample)
        .map_err(|error| Failure::usage(&format!("{}: does not replay: {error}", path.display())))
}

/// Serves the page until the process ends.
pub fn explore(args: &Explore) -> Result<Answer, Failure> {
    if let Some(what) = args.what.as_deref().filter(|what| is_page(what)) {
        return systems::explore(args, what);
    }
    let file = args.what.as_deref().filter(|what| explorer::names::is_file(what));
    let run = file.map(|file| systems::read(Path::new(file))).transpose()?.flatten();
    if let (Some(file), Some(run)) = (file, run) {
        return systems::explore_run(args, Path::new(file), &run);
    }
    let (start, more, world) = if let Some(file) = file {
        let replay = replayed(Path::new(file))?;
        only_of_worlds(args)?;
        let world = replay.trace.world.clone();
        (Start::replay(replay, file.to_owned()), Vec::new(), world)
    } else {
        let (world, more) = world(args).map_err(|error| Failure::usage(&error))?;
        (Start::world(&world), more, world)
    };
    let served = if args.stateright {
        explorer::stateright_explorer::serve(&world, args.port, |address| tell(address, false))
    } else {
        let ready = |address| tell(address, !args.no_browser);
        server::serve(Library::new(start, more), args.port, ready)
    };
    served.map_err(|error| {
        let port = args.port;
        Failure::usage(&format!("--port {port}: {error}; without --port any free one is taken"))
    })?;
    Ok(Answer { output: Output::Told(Told::new()), exit: Exit::Expected })
}

/// A counterexample has a world of its own.
fn only_of_worlds(args: &Explore) -> Result<(), Failure> {
    let Explore { profile, bounds, lua, .. } = args;
    if profile.is_none() && lua.handlers.is_empty() && *bounds == BoundsArgs::default() {
        return Ok(());
    }
    let message = "a counterexample has its own contract, platform and bounds: use --platform, --handlers and bounds with a variant or a Lua file. The page lets you choose others";
    Err(Failure::usage(&message))
}

/// What is to be explored, and the contracts in Lua that can be chosen.
fn world(args: &Explore) -> Result<(World, Vec<Subject>), String> {
    let named = args.what.as_deref().map(explorer::names::variant).transpose()?;
    let files = args.lua.subjects()?;
    let subject = match (named, files.first()) {
        (Some(variant), _) => variant.into(),
        (None, Some(file)) => file.clone(),
        (None, None) => return Err("name a counterexample file, a variant or --handlers".into()),
    };
    let bounds = args.bounds.resolve(None)?;
    let profile = args.profile.map_or_else(|| "hostile".parse::<Profile>(), Ok);
    let profile = profile.map_err(|error| error.to_string())?;
    Ok((World { subject, profile, bounds, reductions: Reductions::default() }, files))
}

/// Says where the page is, and opens it where there is a browser.
fn tell(address: SocketAddr, open: bool) {
    let page = format!("http://{address}/");
    let mut out = std::io::stdout();
    // Whoever does not read the address can still read the page.
    let _ = writeln!(out, "{page}\nstop with Ctrl-C");
    let _ = out.flush();
    if open {
        let _ = open::that_detached(page);
    }
}
