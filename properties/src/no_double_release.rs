//! USDA executes each release at most once.

use crate::{Breach, Judge, Property, Witness};
use model::Situation;

pub const PROPERTY: Property = Property {
    name: "no-double-release",
    code: "2rl",
    sentence: "USDA pays each release at most once",
    broken: "USDA pays one release twice",
    why: "the second payment comes out of what other holders deposited",
    judge: Judge::Always(judge),
    needs: &[Witness::Payout],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    let mut releases = situation.history.releases.iter();
    let Some((name, release)) = releases.find(|(_, release)| release.payments > 1) else {
        return Ok(());
    };
    Err(Breach::of("payments of a release <= 1")
        .with("payments", release.payments)
        .with("release", name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn one_payment_satisfies_it() {
        Sample::default().paid("alice.burn.1/0", 1).satisfies(&PROPERTY);
    }

    #[test]
    fn a_second_payment_breaks_it() {
        Sample::default().paid("alice.burn.1/0", 2).breaks(&PROPERTY, "payments");
    }
}
