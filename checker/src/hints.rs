//! What the author of a Lua file may have missed: why it mints for no deposit, or takes no burn,
//! where it does not; and what its handlers do that breaks no promise.

use crate::job::Run;
use crate::review::mutation::source::{LARGEST, parsed};
use crate::thrown::shortened;
use explorer::trace::Trace;
use explorer::world::World;
use full_moon::node::Node;
use full_moon::tokenizer::TokenType;
use model::deployed::USDA_PLACEHOLDER;
use model::{Action, Bounds, Deployed, Intent, Reduction, Reductions, Subject, TIM3, USDA};
use properties::Witness;

/// What happens to the first deposit when its Credit-Notice arrives.
enum Fate {
    Ignored,
    /// Something is kept or sent.
    Heard,
    /// The handlers throw this.
    Threw(String),
}

/// Hints for the author of the file that these runs searched.
pub fn all(runs: &[Run]) -> Vec<String> {
    let lua = runs.first().and_then(|run| run.world.subject.lua());
    let remarks = lua.into_iter().flat_map(Deployed::remarks).map(ToString::to_string);
    idle(runs).into_iter().chain(remarks).collect()
}

/// What to tell where none of these searches saw it mint for a deposit, or take a burn.
fn idle(runs: &[Run]) -> Option<String> {
    let Subject::Lua(lua, _) = &runs.first()?.world.subject else { return None };
    let saw = |run: &Run, what| run.exploration.witnesses.contains(&what);
    if runs.iter().any(|run| saw(run, Witness::Mint)) {
        let burns = runs.iter().any(|run| saw(run, Witness::Burn));
        return if burns { None } else { unburned(runs) };
    }
    let is_telling = |run: &&Run| run.exploration.cut.is_none() && saw(run, Witness::Deposit);
    let run = runs.iter().find(is_telling)?;
    let program = lua.program();
    let names_usda = |source: &str| names(source, lua.ids().of_name(USDA));
    let later = program.successor.as_ref().is_some_and(|later| names_usda(&later.text));
    let why = why(names_usda(&program.source) || later, &Fate::of(&run.world)?)?;
    Some(format!("no search saw {} mint for a deposit{why}", lua.name()))
}

fn unburned(runs: &[Run]) -> Option<String> {
    let run = runs.iter().find(|run| run.exploration.cut.is_none())?;
    let (name, Bounds { quantity, burns, .. }) = (run.world.subject.name(), run.world.bounds);
    (burns > 0 && quantity > 1).then(|| {
        format!(
            "no search saw {name} take a burn of {quantity}. If it limits what one burn may take, check it with smaller amounts: add --quantity 1"
        )
    })
}

fn why(names_usda: bool, fate: &Fate) -> Option<String> {
    let unnamed = format!(
        ", and no text in it is the id of the USDA process, which Credit-Notices come from. Where the file compares that id, write `{USDA_PLACEHOLDER}`, as in USDA_PROCESS_ID = \"{USDA_PLACEHOLDER}\"; the real one takes its place when you deploy"
    );
    let notice = "the Credit-Notice of the first one";
    match (names_usda, fate) {
        (true, Fate::Heard) => None,
        (true, Fate::Ignored) => Some(format!(
            ": {notice}, from the process that `{USDA_PLACEHOLDER}` stands for, changes nothing and sends nothing"
        )),
        (true, Fate::Threw(text)) => Some(format!(": {notice} makes it throw: {text}")),
        (false, Fate::Threw(text)) => {
            Some(format!("{unnamed}. Now {notice} makes it throw: {text}"))
        }
        (false, Fate::Heard | Fate::Ignored) => Some(unnamed),
    }
}

/// Whether a source has this id as a text of its own.
fn names(source: &str, id: &str) -> bool {
    let parsed = Some(source).filter(|text| text.len() <= LARGEST).map(parsed);
    let Some(Ok(ast)) = parsed else {
        return source.contains(&format!("\"{id}\"")) || source.contains(&format!("'{id}'"));
    };
    let is_id = |token: &TokenType| match token {
        TokenType::StringLiteral { literal, .. } => literal.as_str() == id,
        _ => false,
    };
    ast.nodes().tokens().any(|token| is_id(token.token_type()))
}

impl Fate {
    /// For the first deposit that an honest user can make in a world.
    fn of(world: &World) -> Option<Self> {
        // The notice is to arrive even if it is known to have no effect.
        let reductions = Reductions::NONE.with(Reduction::DirectWallets);
        let mut trace = Trace::start(World { reductions, ..world.clone() });
        let is_deposit =
            |action: &Action| matches!(action, Action::Act { intent: Intent::Deposit, .. });
        let deposit = trace.enabled(0).into_iter().find(is_deposit)?;
        trace.take(&deposit).ok()?;
        let is_arrival = |action: &Action| matches!(action, Action::Deliver { .. });
        let arrival = trace.enabled(1).into_iter().find(is_arrival)?;
        trace.take(&arrival).ok()?;
        let evaluation = trace.step(2).evaluation.as_ref().filter(|e| e.at == TIM3)?;
        Some(match &evaluation.outcome {
            Err(error) => Self::Threw(shortened(&error.0)),
            Ok(_) if evaluation.sent.is_empty() && trace.state(1).tim3 == trace.state(2).tim3 => {
                Self::Ignored
            }
            Ok(_) => Self::Heard,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::names;

    fn names_usda(source: &str) -> bool {
        names(source, "USDA")
    }

    #[test]
    fn what_a_comment_or_a_sentence_says_is_no_name() {
        assert!(names_usda("local id = 'USDA'"));
        assert!(names_usda("Ids = { [ [[USDA]] ] = true }"));
        assert!(!names_usda("-- put \"USDA\" here\nlocal id = 'x' --[[ 'USDA' ]]"));
        assert!(!names_usda("error('only USDA may')"));
        assert!(names_usda("not Lua: ` 'USDA'") && !names_usda("not Lua: USDA"));
    }
}
