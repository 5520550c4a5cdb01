//! The command line.

use crate::exit_code::Exit;
use crate::limits::Deadline;
use crate::manual;
use crate::settings::{Engine, Settings};
use aos::joined::is_module;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use explorer::escape::{Told, Visible};
use model::usda::Usda;
use model::{Bounds, Profile, Reduction, Reductions, Variant, bounds::UnknownBounds};
use properties::Property;
use std::path::{Path, PathBuf};
use std::{convert::Infallible, time::Duration};

/// Check the TIM3 swap exhaustively, on networks that reorder, lose and repeat messages.
#[derive(Debug, Parser)]
#[command(name = "tim3", version, after_help = exit_codes(), max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// The command line that the process was started with. Where it is none, that was said and the
/// process ended.
pub fn parsed() -> Cli {
    let words: Vec<_> = std::env::args_os().collect();
    let cli = Cli::try_parse_from(&words).unwrap_or_else(|error| {
        if !error.use_stderr() {
            error.exit();
        }
        // What is said repeats words of the command line, which can be names of files.
        let shown = words.iter().map(|word| Visible::of(&word.display()).as_str().to_owned());
        if let Err(error) = Cli::try_parse_from(shown) {
            error.exit();
        }
        crate::console::say(&Told::lines(&error.to_string()));
        std::process::exit(Exit::Usage as i32)
    });
    cli.with_lua_files()
}

impl Cli {
    /// The same with the Lua files that stand where a contract is named behind `--handlers`.
    #[must_use]
    pub fn with_lua_files(mut self) -> Self {
        match &mut self.command {
            Command::Check(args) => {
                for named in std::mem::take(&mut args.named) {
                    match named {
                        Named::File(path) => args.lua.handlers.push(path),
                        other => args.named.push(other),
                    }
                }
            }
            Command::Explore(args) => {
                if let Some(file) = args.what.take_if(|what| is_lua(what)) {
                    args.lua.handlers.push(file.into());
                }
            }
            _ => {}
        }
        self
    }
}

/// Whether this names a Lua file that is no page of a system.
fn is_lua(text: &str) -> bool {
    Path::new(text).extension().is_some_and(|end| end == "lua") && !is_page(text)
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Search every reachable state and judge every promise.
    ///
    /// Without a contract, checks all variants and compares the verdicts with those recorded in
    /// counterexamples/roster.json. With a contract, or other bounds, the exit code is 1 if any
    /// promise is broken.
    Check(Box<Check>),
    /// Judge what really happened: the logs of a system that is deployed.
    ///
    /// Replays every message of the logs through the page of the system. Exit code 0: nothing is
    /// broken, and nothing is open; 1: a promise is broken, or the handlers differ from what was
    /// recorded; 3: the logs leave something open.
    Audit(AuditArgs),
    /// Show what a text says of systems beside what a check of each says: V1 against V2, for one.
    ///
    /// The text names a system in backquotes, then promises of it, each with its verdict. Exit code
    /// 0: each verdict is as the text says; 1: one differs; 3: a search was cut short.
    Claims(ClaimsArgs),
    /// Run a counterexample again and tell what happens, step by step.
    Replay(ReplayArgs),
    /// Look at a counterexample, or at everything that can happen, in a browser.
    ///
    /// Serves a page on this machine alone, until you stop it.
    Explore(Box<Explore>),
    /// Compare two versions of a contract: what is better, what is worse, what differs.
    ///
    /// OLD and NEW are Lua files, built-in variants, or git:REV:PATH for a file of an earlier
    /// revision. Exit code 0: nothing is worse; 1: something is; 3: a search was cut short.
    Review(Box<Review>),
    /// Write a system for another model checker: Spin, or a checker of TLA+.
    ///
    /// The file has every part and step of the system as tables, so that the other tool counts
    /// the states and judges the promises without this engine.
    Export(ExportArgs),
    /// List all variants, platforms, promises, bounds, faults, tricks and reductions.
    List {
        /// What to list; everything by default.
        #[arg(value_enum)]
        what: Option<Listed>,
    },
    /// Print the Lua source of a variant.
    Lua {
        /// The name of a variant, as `list variants` has it.
        #[arg(value_parser = explorer::names::variant)]
        variant: Variant,
    },
    /// Print a script that completes commands, flags and names in a shell.
    Completions {
        /// The shell that reads the script.
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the manual page of tim3, or of one of its commands, in the format of `man`.
    Man {
        /// The command, such as `check`.
        #[arg(value_name = "COMMAND", value_parser = manual::command)]
        command: Option<String>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Listed {
    /// Built-in contracts.
    Variants,
    /// Networks and what AO does on them.
    #[value(alias = "profiles")]
    Platforms,
    /// What a contract has to keep.
    #[value(alias = "properties")]
    Promises,
    /// Sizes.
    Bounds,
    /// What may go wrong.
    Faults,
    /// What the stranger sends.
    Tricks,
    /// How the state space is made smaller.
    Reductions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs, in a versioned schema.
    Json,
}

/// The arguments of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// What to check: a Lua file, a built-in variant, or the folder of a system, such as
    /// systems/counter. Without any, all variants.
    #[arg(value_name = "FILE|VARIANT|FOLDER", value_parser = named)]
    pub named: Vec<Named>,
    /// The platforms to check on; all by default. May be repeated.
    #[arg(long = "platform", alias = "profile", value_name = "PLATFORM", value_parser = explorer::names::profile)]
    pub profiles: Vec<Profile>,
    /// The promises to check; all by default. May be repeated.
    #[arg(long = "promise", alias = "property", value_name = "PROMISE", value_parser = explorer::names::property)]
    pub properties: Vec<Property>,
    /// Print everything: each promise of each contract, each step, counts and coverage.
    #[arg(long, conflicts_with = "format")]
    pub all: bool,
    /// How to print the results.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Write the check of a system as one page, which any browser opens without a network. It
    /// shows each counterexample as a picture and step by step. OUT may be `-`: standard output.
    #[arg(long, value_name = "OUT")]
    pub html: Option<PathBuf>,
    /// Write each run of a system that the report tells of into this folder, as tests that the real
    /// aos runs.
    #[arg(long, value_name = "FOLDER")]
    pub on_aos: Option<PathBuf>,
    /// Write the counterexamples as files into this folder. Without a folder, record a
    /// complete run of all variants at their usual bounds in counterexamples/.
    #[arg(
        long,
        value_name = "FOLDER",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "counterexamples"
    )]
    pub write: Option<PathBuf>,
    #[command(flatten)]
    pub mistakes: MistakesArg,
    /// Do not show progress.
    #[arg(long, short)]
    pub quiet: bool,
    #[command(flatten)]
    pub bounds: BoundsArgs,
    /// Then try larger bounds: one more user, deposit, burn, transfer or fault in turn, with at
    /// most STATES states in each search. The exit code is 1 if something breaks only there.
    #[arg(
        long,
        value_name = "STATES",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "100000",
        value_parser = clap::value_parser!(u64).range(1..),
        help_heading = "Bounds"
    )]
    pub larger: Option<u64>,
    /// Do not require that this handler is called. Otherwise the check of a Lua file ends with
    /// exit code 3 if no message reached one of its handlers. May be repeated.
    #[arg(long, value_name = "HANDLER", help_heading = "Lua")]
    pub untried: Vec<String>,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub lua: LuaArgs,
    /// Only compare the Lua of each built-in variant with its transcription in Rust, in every
    /// evaluation of the search.
    #[arg(long, help_heading = "Lua", conflicts_with_all = ["handlers", "properties"])]
    pub conformance: bool,
    #[command(flatten)]
    pub search: SearchArgs,
}

/// Whether small mistakes are made.
#[derive(Clone, Copy, Debug, Args)]
pub struct MistakesArg {
    /// Also make small mistakes in the Lua of a system, one at a time, and say which of them a
    /// promise of its page notices, which nobody can see, and which survive. The result does not
    /// change the exit code, except that it is 3 if not all mistakes were tried. For a contract, see
    /// review --mutate.
    #[arg(long)]
    pub mutate: bool,
}

/// What `check` is asked to check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// A built-in contract.
    Variant(Variant),
    /// A contract in Lua.
    File(PathBuf),
    /// The page of a system, or its folder.
    Page(PathBuf),
}

impl Check {
    /// The variants that are named.
    pub fn variants(&self) -> Vec<Variant> {
        let variant = |named: &Named| match named {
            Named::Variant(variant) => Some(*variant),
            Named::File(_) | Named::Page(_) => None,
        };
        self.named.iter().filter_map(variant).collect()
    }

    /// The pages that are named.
    pub fn pages(&self) -> Vec<&Path> {
        fn page(named: &Named) -> Option<&Path> {
            match named {
                Named::Variant(_) | Named::File(_) => None,
                Named::Page(page) => Some(page),
            }
        }
        self.named.iter().filter_map(page).collect()
    }
}

impl Review {
    /// Whether two systems are compared.
    pub fn is_of_systems(&self) -> bool {
        [&self.old, &self.new].into_iter().any(|text| is_page(text))
    }
}

/// What a page is called in its folder.
pub const PAGE: &str = "system.lua";

/// The arguments of `audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// The folder of the system, such as systems/tim3-v2, or its page.
    pub system: PathBuf,
    /// The logs: pages of a scheduler, results, schedules of a node; or folders of such files. What each has to be called is in docs/AUDIT.md.
    #[arg(long, value_name = "FILE|FOLDER", required = true, num_args = 1..)]
    pub log: Vec<PathBuf>,
    /// The id of a process of the page, or the address of a person. Without this, a process is
    /// found by its tag Name, or by the name of its file. May be repeated.
    #[arg(long, value_name = "NAME=ID", value_parser = pair)]
    pub name: Vec<(String, String)>,
    /// Another version of the handlers of a process: the answer says which ran from when on. May
    /// be repeated.
    #[arg(long, value_name = "NAME=FILE", value_parser = pair)]
    pub version: Vec<(String, String)>,
    /// Put other words in the place of ids and addresses: the same for the same within one
    /// answer, and nobody can tell what they stood for.
    #[arg(long)]
    pub anonymous: bool,
    /// Wait for more, and look again every SECONDS, until something is broken.
    #[arg(
        long,
        value_name = "SECONDS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "60",
        value_parser = clap::value_parser!(u64).range(1..)
    )]
    pub follow: Option<u64>,
    /// How to print the answer: for programs, schema tim3-audit/1.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The folder of the system, such as systems/counter, or its page.
    pub system: PathBuf,
    /// Write Promela, for Spin.
    #[arg(long, value_name = "FILE", required_unless_present = "tla")]
    pub promela: Option<PathBuf>,
    /// Write a module of TLA+, and its settings in a file .cfg beside it.
    #[arg(long, value_name = "FILE")]
    pub tla: Option<PathBuf>,
    /// Give up where the system has more states.
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub max_states: usize,
}

/// A name and what it stands for.
fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("write a name, `=`, and what it stands for: tim3=ID".to_owned()),
    }
}

/// A path to a Lua file or to a folder is no variant.
fn named(text: &str) -> Result<Named, String> {
    let path = Path::new(text);
    if is_lua(text) || text.contains('/') && path.is_file() && !is_page(text) {
        return Ok(Named::File(path.to_owned()));
    }
    let is_folder = path.is_dir() || text.contains(['/', '\\']) && path.extension().is_none();
    if is_folder || is_page(text) {
        return Ok(Named::Page(path.to_owned()));
    }
    explorer::names::variant(text).map(Named::Variant)
}

/// Whether this names a page, or a folder that has one.
pub fn is_page(text: &str) -> bool {
    text.ends_with(PAGE) || Path::new(text).join(PAGE).is_file()
}

#[derive(Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Lua")]
pub struct LuaArgs {
    /// Check this Lua file as it would be deployed. `@USDA@` in it stands for the id of the USDA
    /// process. May be repeated. You can also name the file without this flag.
    #[arg(long, value_name = "FILE")]
    pub handlers: Vec<PathBuf>,
    #[command(flatten)]
    pub how: HowArgs,
}

#[derive(Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Lua")]
pub struct HowArgs {
    /// Where a Lua file keeps `Balances`, `TotalSupply` or `UsdaCollateral`: a global, a field
    /// such as State.supply, or `local NAME`. You can also write this in FILE.observe.json beside
    /// FILE.lua. May be repeated.
    #[arg(long, value_name = "NAME=PATH", value_parser = observable)]
    pub observe: Vec<(String, String)>,
    /// The file to load when a Lua file requires NAME. May be repeated.
    #[arg(long, value_name = "NAME=FILE", value_parser = module)]
    pub module: Vec<(String, PathBuf)>,
    /// A folder in which to look for modules that are not beside the Lua file. May be repeated.
    #[arg(long, value_name = "FOLDER")]
    pub module_path: Vec<PathBuf>,
    /// A flag of earlier versions, kept to say what to do instead.
    #[arg(long, hide = true, value_name = "GLOBAL", value_parser = left_out)]
    pub leave_out: Vec<Infallible>,
    /// Run every evaluation three times: once more, and once with `pairs` in reverse order.
    /// Without this flag, only evaluations that use `pairs` or `next` run in reverse order too.
    #[arg(long)]
    pub paranoid: bool,
    /// How many Lua instructions one evaluation may use; two million by default.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub instructions: Option<u64>,
    /// A tag with which the process is spawned: the file reads it from `ao.env.Process.Tags`.
    /// Without a value, the process has no such tag. `@USDA@` in it stands for the id of the USDA
    /// process. May be repeated.
    #[arg(long, value_name = "NAME[=VALUE]", value_parser = spawn_tag)]
    pub tag: Vec<(String, Option<String>)>,
    /// The id of the token whose deposits the Lua file takes, as the file has it. `@USDA@` and the
    /// id of the deployed USDA need no flag.
    #[arg(long, value_name = "ID", value_parser = process_id)]
    pub usda_id: Option<String>,
    /// The stranger sends only messages derived from the file, and none of `list tricks`.
    #[arg(long)]
    pub only_derived: bool,
    /// The version of the token blueprint that USDA runs; 2025 by default.
    #[arg(long, value_enum)]
    pub usda: Option<Blueprint>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Blueprint {
    /// October 2024 (accepts negative burns).
    #[value(name = "2024")]
    B2024,
    /// October 2025.
    #[value(name = "2025")]
    B2025,
}

impl From<Blueprint> for Usda {
    fn from(blueprint: Blueprint) -> Self {
        match blueprint {
            Blueprint::B2024 => Self::Blueprint2024,
            Blueprint::B2025 => Self::Blueprint2025,
        }
    }
}

/// Nothing can be left out of a state: that no decision depends on a global cannot be shown by
/// running the file, so a state without it may hide what the contract does later.
fn left_out(global: &str) -> Result<Infallible, String> {
    Err(format!(
        "every global is part of a state, because nothing shows that no decision depends on it; to check with fewer states, use smaller --bounds, or check a copy of the file without the lines that change {global}"
    ))
}

/// A module and its file.
fn module(text: &str) -> Result<(String, PathBuf), String> {
    let split = text.split_once('=').filter(|(name, file)| is_module(name) && !file.is_empty());
    let (name, file) =
        split.ok_or("not of the form NAME=FILE, such as lib.ledger=../ledger.lua")?;
    Ok((name.to_owned(), file.into()))
}

/// A tag and its value.
fn spawn_tag(text: &str) -> Result<(String, Option<String>), String> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (text, None),
    };
    match name {
        "" => Err("not of the form NAME=VALUE, such as Name=TIM3".to_owned()),
        "Authority" => Err("the platform says whom the process trusts".to_owned()),
        name => Ok((name.to_owned(), value)),
    }
}

/// The id of a process: 43 characters of base64url (SEMANTICS A3).
fn process_id(text: &str) -> Result<String, String> {
    aos::is_like_address(text.as_bytes()).then(|| text.to_owned()).ok_or_else(|| {
        format!("not an id: it has {} characters of letters, digits, - and _", aos::ID_LENGTH)
    })
}

fn observable(text: &str) -> Result<(String, String), String> {
    let split = text.split_once('=').filter(|(name, path)| !name.is_empty() && !path.is_empty());
    let split = split.map(|(name, path)| (name.to_owned(), path.to_owned()));
    split.ok_or_else(|| format!("`{text}` is not of the form NAME=PATH"))
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Search")]
pub struct SearchArgs {
    /// The search engine.
    #[arg(long = "search", value_enum, default_value_t = Engine::Layered)]
    pub engine: Engine,
    #[command(flatten)]
    pub threads: ThreadsArg,
    /// Show up to N counterexamples for each promise, each the smallest of its kind: with
    /// different faults, or with a different condition false.
    #[arg(
        long,
        value_name = "N",
        default_value = "1",
        value_parser = at_least_one,
        allow_negative_numbers = true
    )]
    pub distinct: usize,
    /// Search without this reduction, or without `all`; see `list reductions`. May be repeated.
    /// The verdicts and numbers of faults stay the same; only time and memory change.
    #[arg(long = "no-reduction", value_name = "NAME", value_parser = reduction)]
    pub without: Vec<Without>,
}

/// What `--no-reduction` switches off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Without {
    All,
    One(Reduction),
}

/// How many threads a command uses.
#[derive(Clone, Copy, Debug, Args)]
pub struct ThreadsArg {
    /// Number of threads for all searches together; all cores by default. Results do not depend
    /// on it.
    #[arg(long, value_name = "N", value_parser = at_least_one, allow_negative_numbers = true)]
    pub threads: Option<usize>,
}

impl ThreadsArg {
    /// As many as were asked for, or one for each core.
    pub fn count(self) -> usize {
        self.threads.unwrap_or(Settings::default().threads)
    }
}

impl SearchArgs {
    /// The simplifications that are left on.
    pub fn reductions(&self) -> Reductions {
        self.without.iter().fold(Reductions::default(), |on, off| match off {
            Without::All => Reductions::NONE,
            Without::One(reduction) => on.without(*reduction),
        })
    }
}

fn reduction(name: &str) -> Result<Without, String> {
    if name == "all" {
        Ok(Without::All)
    } else {
        explorer::names::reduction(name).map(Without::One)
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("at least 1 is needed".to_owned()),
        Ok(n) if n <= MOST_AT_ONCE => Ok(n),
        Ok(_) => Err(format!("at most {MOST_AT_ONCE}")),
        Err(_) => Err(format!("`{text}` is not a number from 1 to {MOST_AT_ONCE}")),
    }
}

/// More threads, or counterexamples of one promise, than anybody has a use for.
const MOST_AT_ONCE: usize = 1024;

/// The limits of the world, by name or one by one.
#[derive(Debug, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Bounds")]
pub struct BoundsArgs {
    /// Bounds by name: tiny, small, default or large. Without this flag, mutants are checked at
    /// small and everything else at default. The flags below change parts of it.
    #[arg(long, value_name = "NAME", value_parser = named_bounds)]
    pub bounds: Option<Bounds>,
    /// Number of wallets. If the platform has a stranger, the last wallet is the stranger's.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub users: Option<u8>,
    /// Deposits per wallet.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub deposits: Option<u8>,
    /// Burns per wallet.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub burns: Option<u8>,
    /// Plain TIM3 transfers per honest user.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub transfers: Option<u8>,
    /// Base units in each deposit, burn and transfer.
    #[arg(long, value_name = "UNITS", allow_negative_numbers = true)]
    pub quantity: Option<u64>,
    /// At most N faults of each kind.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub each_fault: Option<u8>,
    /// At most N faults of all kinds together.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub faults: Option<u8>,
}

impl BoundsArgs {
    /// The bounds that these arguments name for a variant, or for a file.
    ///
    /// # Errors
    /// The limit that is out of range.
    pub fn resolve(&self, variant: Option<Variant>) -> Result<Bounds, String> {
        let usual = || variant.map_or_else(Bounds::default, Bounds::usual);
        let named = self.bounds.unwrap_or_else(usual);
        let bounds = Bounds {
            users: self.users.unwrap_or(named.users),
            deposits: self.deposits.unwrap_or(named.deposits),
            burns: self.burns.unwrap_or(named.burns),
            transfers: self.transfers.unwrap_or(named.transfers),
            quantity: self.quantity.unwrap_or(named.quantity),
            each_fault: self.each_fault.unwrap_or(named.each_fault),
            faults: self.faults.unwrap_or(named.faults),
        };
        bounds.validate().map_err(|error| error.to_string())?;
        Ok(bounds)
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Limits (a search that reaches one says HOLDS UP TO)")]
pub struct LimitArgs {
    /// At most STEPS steps from the start, in each search.
    #[arg(long, value_name = "STEPS", allow_negative_numbers = true)]
    pub max_depth: Option<u32>,
    /// At most N distinct states, in each search.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub max_states: Option<u64>,
    /// At most SECONDS for the whole command: loading, all searches and all small mistakes.
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_negative_numbers = true)]
    pub max_time: Option<Deadline>,
    /// Memory of this process in MiB, which it exceeds by a tenth at most; three quarters of the
    /// free memory by default. The command itself needs about 30, and large states need more:
    /// less than 100 is rarely enough.
    #[arg(long, value_name = "MIB", allow_negative_numbers = true)]
    pub max_memory: Option<u64>,
}

impl From<&LimitArgs> for crate::limits::Limits {
    fn from(args: &LimitArgs) -> Self {
        Self {
            depth: args.max_depth,
            states: args.max_states,
            time: args.max_time,
            memory: args.max_memory.map(|mib| mib.saturating_mul(1 << 20)),
            ..Self::default()
        }
    }
}

impl Check {
    /// How each search is done.
    pub fn settings(&self) -> Settings {
        Settings {
            limits: (&self.limits).into(),
            engine: self.search.engine,
            threads: self.search.threads.count(),
            distinct: self.search.distinct,
        }
    }
}

#[derive(Debug, Args)]
pub struct ClaimsArgs {
    /// The text, in Markdown, such as docs/V1-V2.md.
    pub file: PathBuf,
    /// The folder of the systems that it names.
    #[arg(long, value_name = "FOLDER", default_value = "systems")]
    pub systems: PathBuf,
    /// Write the verdicts that were found into the text, where it says others.
    #[arg(long)]
    pub update: bool,
    /// How to print the results: for programs, schema tim3-claims/1.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Do not show progress.
    #[arg(long, short)]
    pub quiet: bool,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub threads: ThreadsArg,
}

impl ClaimsArgs {
    /// How each search is done.
    pub fn settings(&self) -> Settings {
        let threads = self.threads.count();
        Settings { limits: (&self.limits).into(), threads, ..Settings::default() }
    }
}

/// The arguments of `explore`.
#[derive(Debug, Args)]
pub struct Explore {
    /// A counterexample file, the name of a variant, or the folder of a system.
    #[arg(value_name = "FILE|VARIANT|FOLDER", required_unless_present = "handlers")]
    pub what: Option<String>,
    /// The platform of a variant or a Lua file; by default hostile, where everything can
    /// happen. A counterexample names its own platform.
    #[arg(long = "platform", alias = "profile", value_name = "PLATFORM", value_parser = explorer::names::profile)]
    pub profile: Option<Profile>,
    /// The port to listen on; any free port by default.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub port: u16,
    /// Do not open a browser.
    #[arg(long)]
    pub no_browser: bool,
    /// Serve stateright's own Explorer of the same model instead, on port 3000 unless you name
    /// another.
    #[arg(long)]
    pub stateright: bool,
    #[command(flatten)]
    pub bounds: BoundsArgs,
    #[command(flatten)]
    pub lua: LuaArgs,
}

/// The arguments of `review`.
#[derive(Debug, Args)]
pub struct Review {
    /// The current version: a variant, a Lua file, or the folder of a system.
    pub old: String,
    /// The new version. For systems, the page of the old one judges both.
    pub new: String,
    /// Write the review as a comment for a pull request. OUT may be `-`, here and below: standard
    /// output, which then gets nothing else.
    #[arg(long, value_name = "OUT")]
    pub markdown: Option<PathBuf>,
    /// Write it as one page, which any browser opens without a network.
    #[arg(long, value_name = "OUT")]
    pub html: Option<PathBuf>,
    /// Write it as data: schema tim3-review/1.
    #[arg(long, value_name = "OUT")]
    pub json: Option<PathBuf>,
    /// Write it as test results, in the XML of `JUnit`.
    #[arg(long, value_name = "OUT")]
    pub junit: Option<PathBuf>,
    /// Write it as SARIF 2.1.0: what is worse, with the lines of the new version.
    #[arg(long, value_name = "OUT")]
    pub sarif: Option<PathBuf>,
    /// The platforms to compare on; all by default. May be repeated.
    #[arg(long = "platform", alias = "profile", value_name = "PLATFORM", value_parser = explorer::names::profile)]
    pub profiles: Vec<Profile>,
    /// Write counterexamples into this folder, for replay and explore: of each changed promise, of
    /// what the upgrade breaks, and of the worst cases.
    #[arg(long, value_name = "FOLDER")]
    pub write: Option<PathBuf>,
    /// Also make small mistakes in the new version, one at a time, and say which of them a promise
    /// notices, which make no visible difference, and which survive: this shows how strong the
    /// promises are for this file. The result does not change the exit code, except that it is 3
    /// if not all mistakes were tried.
    #[arg(long)]
    pub mutate: bool,
    /// Do not require that this handler of NEW is called. Otherwise the review ends with exit code
    /// 3 if no message reached one of its handlers. May be repeated.
    #[arg(long, value_name = "HANDLER")]
    pub untried: Vec<String>,
    /// Cache results in this folder. A later review reuses those that its files do not change.
    #[arg(long, value_name = "FOLDER")]
    pub cache: Option<PathBuf>,
    /// Trust only cached results that were written with the key in this file (at least 16 bytes),
    /// or in the environment variable `TIM3_CACHE_KEY`. By default tim3 makes a key once and keeps
    /// it in `$XDG_STATE_HOME/tim3` or `~/.local/state/tim3`.
    #[arg(long, value_name = "FILE", requires = "cache")]
    pub cache_key_file: Option<PathBuf>,
    /// The differences that you mean: a list of strings, as a review prints them. By default those
    /// in OLD.accepted.json, beside OLD. A file beside NEW is part of the change, and is not used.
    #[arg(long, value_name = "FILE")]
    pub accepted: Option<PathBuf>,
    /// Where NEW keeps its balances and totals. By default as OLD.observe.json says, beside OLD. A
    /// file beside NEW is part of the change, and is not used.
    #[arg(long, value_name = "FILE")]
    pub new_observe: Option<PathBuf>,
    /// Do not show progress.
    #[arg(long, short)]
    pub quiet: bool,
    #[command(flatten)]
    pub bounds: BoundsArgs,
    #[command(flatten)]
    pub limits: LimitArgs,
    #[command(flatten)]
    pub threads: ThreadsArg,
    #[command(flatten)]
    pub how: HowArgs,
}

/// The arguments of `replay`.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// A counterexample: a file from counterexamples/, or one that check --write wrote.
    pub file: PathBuf,
    /// Of the run of a system, take the first N steps alone, and say what can happen next. Such a
    /// file can be edited: its steps are names of what can happen.
    #[arg(long, value_name = "N")]
    pub steps: Option<usize>,
    /// Write it as one page, which any browser opens without a network or a server. OUT may be
    /// `-`, here and below: standard output.
    #[arg(long, value_name = "OUT")]
    pub html: Option<PathBuf>,
    /// Write the messages as a picture.
    #[arg(long, value_name = "OUT")]
    pub svg: Option<PathBuf>,
    /// Write the messages as a Mermaid sequence diagram, for a comment in a review.
    #[arg(long, value_name = "OUT")]
    pub mermaid: Option<PathBuf>,
    /// Write the states in the trace format of Apalache and Quint.
    #[arg(long, value_name = "OUT")]
    pub itf: Option<PathBuf>,
    /// Write all that the page shows as data: schema tim3-trace/1.
    #[arg(long, value_name = "OUT")]
    pub json: Option<PathBuf>,
    /// Write the run as a test in JavaScript, which sends the same messages to this and compares
    /// each result.
    #[arg(long, value_enum, value_name = "WHERE")]
    pub test: Option<RunsOn>,
    /// Where the test goes; without it, to standard output.
    #[arg(long, value_name = "OUT", requires = "test")]
    pub write: Option<PathBuf>,
}

/// Where the test of a counterexample runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RunsOn {
    /// The wasm of aos 2.0.6, as AO's compute units run it.
    Aos,
}

fn named_bounds(name: &str) -> Result<Bounds, UnknownBounds> {
    name.parse()
}

/// The command starts when its arguments are read.
fn seconds(text: &str) -> Result<Deadline, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("`{text}` is not a number of seconds"))?;
    let limit = Duration::try_from_secs_f64(seconds);
    limit.map(Deadline::after).map_err(|e| format!("`{text}` seconds: {e}"))
}

fn exit_codes() -> String {
    let lines = Exit::MEANINGS.map(|(code, meaning)| format!("  {}  {meaning}\n", code as u8));
    format!("Exit codes:\n{}", lines.concat())
}
