//! A refused request gets an answer.

use crate::{Breach, Judge, Property, Witness};
use model::Situation;

pub const PROPERTY: Property = Property {
    name: "refusals-answered",
    code: "ans",
    sentence: "a wallet whose burn or transfer changes nothing gets an answer",
    broken: "a wallet's burn or transfer does nothing, and it gets no answer",
    why: "nobody gets an error that is thrown: the user sees an accepted message, and waits",
    judge: Judge::Always(judge),
    needs: &[Witness::RefusedBurn],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    let Some(request) = situation.history.unanswered.first() else { return Ok(()) };
    Err(Breach::of("every refused request was answered").with("request", request))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn no_unanswered_request_satisfies_it() {
        Sample::default().satisfies(&PROPERTY);
    }

    #[test]
    fn a_silent_refusal_breaks_it() {
        Sample::default().unanswered("alice.burn.1").breaks(&PROPERTY, "request");
    }
}
