//! Fewer states with the same verdicts: three reductions, each of them switched by
//! [`Reductions`], argued for here, and checked while it is in use.
//!
//! What the actors must be like for a reduction is claimed through [`Claims`]. Claims about
//! steps are checked on the interned records, once for each; claims about properties on every
//! state that is judged. A claim found wrong ends the search with a failure. So the question
//! is only: if no check fails, why is the verdict the same? For each property the same means
//! that it fires somewhere, and the fewest faults with which it does.
//!
//! # Dead deliveries
//!
//! Where an envelope in flight is [dead](Claims::is_dead) it is taken out. Consider the
//! relation between each real state and the one without its dead envelopes. To deliver a
//! dead one changes nothing but what is in flight, since it is ignored, and to keep or lose
//! one costs a fault at most; all these steps lead to a state whose counterpart is the same
//! one, if with more faults. All other steps are the same on both sides, and what was dead
//! before one is dead after it. So this is a bisimulation except for faults without effect, and
//! steps and fewest faults are kept.
//!
//! Checked: that a dead envelope is ignored, for every local state and envelope interned;
//! that what is dead before a memoised step is dead after it; that properties judge each
//! state the same if all that would be dead in it is put into flight, and before and after
//! dead envelopes are taken out. What is not checked is every choice of some of the dead
//! ones: a property that reads them must not do so in such a way that one of them changes
//! its verdict and all of them together do not.
//!
//! # Symmetry
//!
//! A state is replaced by one of its images under a [`Group`] of permutations of the actors,
//! the same one for all images: the least by fingerprint over the *whole* group, which,
//! unlike sorting by part of the state, finds the same one always. (Ip and Dill, "Better
//! verification through symmetry", 1996; Emerson and Sistla, "Symmetry and model checking",
//! 1996.) A permutation that commutes with all steps maps runs to runs; so if a state is
//! reachable the one that represents it has the same steps up to permutation, faults
//! included, and steps and fewest faults are kept.
//!
//! Checked: that permuting is an action of the group on all interned records; that the first
//! state is its own image; that each memoised step, its image taken by the real handler, is
//! the image of the step; that deadness is claimed of all images alike; that properties
//! judge each state like each of its images. As all members of the group are tried on every
//! step and state met, what is not met is the image of something checked.
//!
//! The images of a state are counted exactly, so [`Report::unreduced`](crate::Report) is
//! what the search would have counted with the other reductions alone.
//!
//! # Eager sources
//!
//! A *source* is an actor that nobody sends to, whose own steps no property sees, and that
//! cannot go on forever. All sources run to their ends before anything else happens, one
//! after the other in all their ways; only then other steps are taken.
//!
//! The steps of a source in a state are a persistent set (Godefroid, "Partial-order methods
//! for the verification of concurrent systems", 1996), or a stubborn set (Valmari, "Stubborn
//! sets for reduced state space generation", 1991) by D1 and D2:
//!
//! - D2: other steps cannot disable a step of a source, since its local state changes by
//!   its own steps only. All alternatives it has there are in the set.
//! - D1: a step of a source commutes with every sequence of other steps. It changes its own
//!   local state, which nobody else reads, and adds to what is in flight. Only its receiver
//!   or the network could care, when the envelope is there already: delivering, keeping or
//!   losing a message does not commute with sending it once more. But an envelope has its
//!   sender in it, so it can be there already only if the same source has sent it before;
//!   in a multiset, where copies are counted, even that commutes, and in a set a source that
//!   may send the same twice is refused.
//! - Faults are the network's alone. They have a common budget, so that one fault may
//!   exclude another; but no step of a source is one, allows one or excludes one that was
//!   possible before, and the budget left is the same on either order.
//!
//! So of any run, let those steps of sources that are in it be moved to its front, in their
//! order, and let each source go on to its end: that run is explored. It uses the same
//! faults. It ends in a state in which properties read the same, except for envelopes that
//! sources send, which are neutral. And as sources end, nothing is put off
//! forever: the condition on cycles of other partial-order reductions is not needed.
//!
//! Checked, before the search: that the local states of each source are finitely many
//! and without a cycle, that none of its steps changes its summary or sends what is not
//! [neutral](Claims::is_neutral), and that the verdict is the same in all states on the way.
//! While searching: that no envelope goes to a source, and that properties judge each state
//! the same without its neutral envelopes (all at once: as above, not every choice of them).
//!
//! Numbers of steps are *not* kept: a run to a violation is led by steps of sources that it
//! may not need, which are not counted, and its depth is not the least
//! ([`ReducedActors::certifies_depth`]). For the same reason a limit of depth means less.
//!
//! # Public hashes
//!
//! The representative of a state is chosen by its fingerprint, and which it is shows in paths. So
//! reductions are for actors whose [`Share`](super::Share) is a `u64`.
//!
//! # Together
//!
//! Taking out dead envelopes is done on every state, so the other two reduce the system in
//! which there are none; a source's step commutes there too, as both orders of two steps
//! lead to the same state without its dead envelopes. Sources are explored in an order of
//! actors that is not symmetric, but only the states after *all* have ended are
//! kept, and these are as symmetric as the sources; a group that mixes them with other
//! actors is refused. (On both at once: Emerson, Jha and Peled, "Combining partial order and
//! symmetry reductions", 1997.)
//!
//! A path of the reduced system is a run of the real one after some translation:
//! [`ReducedActors::actions`].
//!
//! Modules, in reading order: permutations (`group`), what is claimed (`claims`), the store
//! and whom to ask (`records`), deadness (`dead`), images (`orbit`, `images`, `commute`), all that a
//! thread knows (`facts`), sources (`source`, `run_up`), the system that is searched
//! (`reduced`), and its paths (`real`).

mod claims;
mod commute;
mod dead;
mod facts;
mod group;
mod images;
mod orbit;
mod real;
mod records;
mod reduced;
mod run_up;
mod source;

use std::collections::BTreeSet;

pub use claims::Claims;
pub use group::{Group, Permutation};
pub use reduced::{ReducedActors, Scratch};

/// Which reductions to make; the default makes none.
#[derive(Clone, Debug, Default)]
pub struct Reductions {
    /// Whether envelopes that are [dead](Claims::is_dead) are taken out of flight.
    pub dead: bool,
    /// Permutations of the actors under which the system is the same.
    pub symmetry: Option<Group>,
    /// Actors that nobody sends to and that no property sees act on their own.
    pub sources: Vec<usize>,
}

impl Reductions {
    /// Refuses what cannot apply to a system of `actors`.
    fn check(&self, actors: usize) -> Result<(), String> {
        let sources: BTreeSet<usize> = self.sources.iter().copied().collect();
        if let Some(beyond) = sources.iter().find(|source| **source >= actors) {
            return Err(format!("source {beyond} in a system of {actors} actors"));
        }
        if sources.len() < self.sources.len() {
            return Err(format!("sources named twice: {:?}", self.sources));
        }
        let Some(group) = &self.symmetry else {
            return Ok(());
        };
        if group.actors() != actors {
            let permuted = group.actors();
            return Err(format!("permutations of {permuted} actors for a system of {actors}"));
        }
        for permutation in group.permutations() {
            let moved = sources.iter().find(|source| !sources.contains(&permutation.of(**source)));
            if let Some(source) = moved {
                return Err(format!(
                    "source {source} may be swapped with actor {}, which is not named as a source",
                    permutation.of(*source)
                ));
            }
        }
        Ok(())
    }
}
