//! The Lua of every variant gets the verdicts of its transcription.

use crate::searched::{bounds, lua_of, none_wrong, outline, run, without_steps};
use checker::job::Run;
use model::{Mutant, Profile, Reduction, Reductions, Subject, Variant};

/// How much of two searches is the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Likeness {
    /// Verdicts, faults, steps and states.
    Full,
    /// All of it without the reduction `inert-messages`, and verdicts and faults with it.
    WithoutInert,
    /// Verdicts, faults and steps: the Lua tells states apart that the transcription does not.
    SameVerdicts,
}

fn likeness(variant: Variant) -> Likeness {
    match variant {
        // Where some Transfer-Error matters, the transcription says of no message that it is
        // inert. The patterns of the Lua say that Debit-Notices are, so that fewer messages are
        // in flight, and the network is at rest sooner.
        Variant::Mutant(Mutant::RefundOnTransferError | Mutant::PauseOnTransferError) => {
            Likeness::WithoutInert
        }
        // Handlers that wait for an answer stand in the order of the releases, and in the
        // transcription in the order of their names.
        Variant::Mutant(Mutant::RefundByOnReply) => Likeness::SameVerdicts,
        _ => Likeness::Full,
    }
}

struct Both {
    rust: Run,
    lua: Run,
}

impl Both {
    fn search(variant: Variant, profile: Profile, reductions: Reductions) -> Self {
        let within = (bounds("tiny"), reductions);
        let of = |subject: Subject| run(&subject, profile, within, &properties::ALL);
        Self { rust: of(variant.into()), lua: of(Subject::Lua(lua_of(variant), variant.usda())) }
    }

    /// Verdicts, faults and, where asked, steps.
    fn differs(&self, with_steps: bool) -> Option<String> {
        let mut outlines = [&self.rust, &self.lua].map(|run| outline(run, &properties::ALL));
        if !with_steps {
            outlines = outlines.map(|outline| without_steps(&outline));
        }
        let [rust, lua] = outlines;
        let differs = rust.iter().zip(&lua).find(|(rust, lua)| rust != lua)?;
        Some(format!("{}: {differs:?}", self.what()))
    }

    fn counts(&self) -> [[u64; 3]; 2] {
        [&self.rust, &self.lua].map(|Run { exploration: found, .. }| {
            [found.states, found.unreduced, found.transitions]
        })
    }

    fn counts_differ(&self) -> Option<String> {
        let [rust, lua] = self.counts();
        (rust != lua).then(|| format!("{}: {rust:?} and {lua:?} states", self.what()))
    }

    fn what(&self) -> String {
        format!("{} under {}", self.rust.world.subject, self.rust.world.profile)
    }
}

fn wrong((variant, profile): (Variant, Profile)) -> Vec<String> {
    let likeness = likeness(variant);
    let both = Both::search(variant, profile, Reductions::default());
    let mut wrong = vec![both.differs(likeness != Likeness::WithoutInert)];
    match likeness {
        Likeness::Full => wrong.push(both.counts_differ()),
        Likeness::SameVerdicts => {}
        Likeness::WithoutInert => {
            let all = Reductions::default().without(Reduction::InertMessages);
            let both = Both::search(variant, profile, all);
            wrong.extend([both.differs(true), both.counts_differ()]);
        }
    }
    wrong.into_iter().flatten().collect()
}

fn everything() -> impl Iterator<Item = (Variant, Profile)> {
    Variant::all().flat_map(|variant| Profile::ALL.iter().map(move |profile| (variant, *profile)))
}

#[test]
fn lua_and_rust_of_every_variant_have_equal_verdicts_and_states() {
    none_wrong(everything(), wrong);
}

#[test]
fn the_exceptions_are_needed() {
    let hostile: Profile = "hostile".parse().expect("a profile");
    let exceptions = Variant::all().filter(|variant| likeness(*variant) != Likeness::Full);
    none_wrong(exceptions, |variant| {
        let both = Both::search(variant, hostile, Reductions::default());
        let same = both.counts_differ().is_none();
        same.then(|| format!("{variant} has as many states as its Lua")).into_iter().collect()
    });
}
