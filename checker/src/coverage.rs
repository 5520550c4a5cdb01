//! What was run of the Lua files that were checked.

use explorer::escape::Told;
use explorer::escaped;
use explorer::words::ranges;
use model::Deployed;
use model::deployed::{Census, Unreached};

/// A global that took more values than this is named where a search was cut.
const MANY: u64 = 100;

/// What was run, which lines never were, and, where a search was cut, what makes for many
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
    let left_out = &lua.manner().left_out;
    if !left_out.is_empty() {
        text += escaped!(
            "  left out of states: {}. That nothing depends on it was tried in every evaluation, with what others had left there; it is not proved\n",
            Told::list(left_out, ", ")
        );
    }
    text += coverage(&census.unreached);
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

fn coverage(unreached: &[Unreached]) -> Told {
    let mut text = Told::new();
    for Unreached { handler, lines, of } in unreached {
        let what = if handler.is_empty() { "outside handlers" } else { handler };
        let reached = of - lines.len();
        text += escaped!("  {what}: {reached} of {of} lines with code ran", what, reached, of);
        if !lines.is_empty() {
            text += escaped!("; never lines {}", ranges(lines));
        }
        text += escaped!("\n");
    }
    text
}

/// The globals that took the most values, but for the books.
fn growth(lua: &Deployed, census: &Census) -> Told {
    let observables = &lua.manner().observables;
    let is_book = |name: &str| observables.in_global(|global| global == name).is_some();
    let many = census.globals.iter().filter(|(name, count)| *count > MANY && !is_book(name));
    let names = Told::list(many.map(|(name, count)| format!("{name} ({count} values)")), ", ");
    if names.is_empty() {
        return names;
    }
    escaped!(
        "  the globals that took the most values: {names}. One that no decision depends on can be left out: --leave-out NAME\n",
        names
    )
}
