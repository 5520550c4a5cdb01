//! Which parts of the checked Lua files ran.

use crate::not_tried::part_name;
use crate::powers;
use explorer::escape::Told;
use explorer::escaped;
use model::deployed::{Census, Coverage};
use model::{Contract, Deployed};

/// A global that took more values than this is named where a search was cut.
const MANY: u64 = 100;

/// What was run, how many branches of it, and, where a search was cut, what makes for many
/// states.
///
/// `steps` is how many steps the searches of it took.
pub fn text(lua: &Deployed, steps: u64, was_cut: bool) -> Told {
    let census = lua.census();
    let file = &lua.program().file;
    let Census { states, evaluations, .. } = census;
    let mut text: Told = escaped!(
        "{file}: {states} distinct contract states; {evaluations} distinct evaluations for {steps} steps of the search",
        file,
        states,
        evaluations,
        steps
    );
    // A small search also evaluates what it does not go on with.
    if steps > evaluations {
        let remembered = 100.0 * (1.0 - ratio(evaluations, steps));
        text += escaped!(": {} % were remembered", format!("{remembered:.2}"));
    }
    text += escaped!("\n");
    for derived in lua.derived().iter() {
        text += escaped!("  the stranger also tried {derived}\n", derived);
    }
    for line in powers::lines(lua) {
        text += escaped!("  seen to {line}\n", line);
    }
    text += coverage(lua.program().watched().0, &census.coverage);
    if was_cut {
        text += growth(lua, &census);
    }
    text
}

fn ratio(part: u64, of: u64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "for a percentage")]
    let ratio = part as f64 / of as f64;
    ratio
}

fn coverage(main: &str, parts: &[Coverage]) -> Told {
    let line = |part: &Coverage| {
        let (name, Coverage { file, ran, branches, .. }) = (part_name(part), part);
        let name = if file == main { name.to_owned() } else { format!("{file}: {name}") };
        if part.is_entered {
            escaped!("  {name}: {ran} of {branches} branches ran\n", name, ran, branches)
        } else {
            escaped!("  {name}: never called\n", name)
        }
    };
    parts.iter().map(line).sum()
}

/// The globals that took the most values, except for the books.
fn growth(lua: &Deployed, census: &Census) -> Told {
    let observables = &lua.manner().observables;
    let is_many = |(name, count): &&(String, u64)| *count > MANY && !observables.are_in(name);
    let many = census.globals.iter().filter(is_many);
    let names = Told::list(many.map(|(name, count)| format!("{name} ({count} values)")), ", ");
    if names.is_empty() {
        return names;
    }
    escaped!(
        "  the globals that took the most values: {names}. Where no decision depends on one of them, check a copy of the file that does not change it\n",
        names
    )
}
