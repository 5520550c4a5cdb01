//! What permutations make of local states, envelopes and global states, checked.

use foldhash::fast::RandomState;
use hashbrown::HashSet;
use stateright::actor::{Actor, Envelope};

use super::claims::Claims;
use super::group::{Group, Permutation};
use super::orbit::{Broken, orbit};
use super::records::Records;
use crate::actors::properties::Properties;
use crate::actors::state::Global;
use crate::actors::store::small;

/// The images of all interned records under all permutations of a group.
pub struct Images {
    group: Group,
    /// By actor and local id.
    locals: Vec<Vec<Entry>>,
    /// By envelope id.
    envelopes: Vec<Entry>,
    /// Records looked at: of each actor, and of envelopes.
    seen: (Vec<usize>, usize),
    /// Steps that are images of one that was checked, by envelope, if any, and local state.
    pub implied: HashSet<(Option<u32>, Place), RandomState>,
}

/// What is known of the images of one record.
enum Entry {
    Unknown,
    /// They are not as a group would have them; the search has failed.
    Refuted,
    Known(Row),
}

/// The images of one record, by number of permutation.
struct Row {
    ids: Vec<u32>,
    /// Their shares of a fingerprint, for envelopes by status above zero.
    values: [Vec<u64>; 3],
}

/// A local state: its actor and its id.
pub type Place = (usize, u32);

impl Images {
    pub fn new(group: Group) -> Self {
        let actors = group.actors();
        let locals = (0..actors).map(|_| Vec::new()).collect();
        Self {
            group,
            locals,
            envelopes: Vec::new(),
            seen: (vec![0; actors], 0),
            implied: HashSet::default(),
        }
    }

    pub fn group(&self) -> &Group {
        &self.group
    }

    /// Finds the images of all records that are new, which makes new records of them.
    pub fn grow<A, P, C>(&mut self, records: &mut Records<'_, A, P, C>)
    where
        A: Actor<Timer: Ord>,
        P: Properties<A, Share = u64>,
        C: Claims<A>,
    {
        for actor in 0..self.locals.len() {
            while self.seen.0[actor] < records.store().locals[actor].len() {
                let first = (actor, small(self.seen.0[actor]));
                if matches!(self.local_entry(first), Entry::Unknown) {
                    self.local_orbit(records, first);
                }
                self.seen.0[actor] += 1;
            }
        }
        while self.seen.1 < records.store().envelopes.len() {
            let first = small(self.seen.1);
            if matches!(self.envelope_entry(first), Entry::Unknown) {
                self.envelope_orbit(records, first);
            }
            self.seen.1 += 1;
        }
    }

    fn local_orbit<A, P, C>(&mut self, records: &mut Records<'_, A, P, C>, first: Place)
    where
        A: Actor<Timer: Ord>,
        P: Properties<A, Share = u64>,
        C: Claims<A>,
    {
        let mut touched = vec![first];
        let rows = orbit(&self.group, first, &mut touched, |number, (actor, local)| {
            let permutation = &self.group.permutations()[number];
            let local = &records.store().locals[actor][local as usize].local;
            let local = records.claims.permuted(permutation, actor, local);
            let actor = permutation.of(actor);
            Ok::<Place, Flaw>((actor, records.local(actor, local)?))
        });
        match rows {
            Ok(rows) => {
                Self::check_events(records, first, &rows);
                for (member, row) in rows {
                    let value = |(actor, local): &Place| {
                        records.store().locals[*actor][*local as usize].share
                    };
                    let values = [row.iter().map(value).collect(), Vec::new(), Vec::new()];
                    let ids = row.iter().map(|place| place.1).collect();
                    *self.local_entry(member) = Entry::Known(Row { ids, values });
                }
            }
            Err(flaw) => {
                for one in touched {
                    *self.local_entry(one) = Entry::Refuted;
                }
                let what = records.show_local(first.0, first.1);
                records.note(Err(flaw.text(&self.group, &what)));
            }
        }
    }

    /// Checks that images have as many events. What these do is checked once they are taken,
    /// which nobody would do at a local state that has none.
    fn check_events<A, P, C>(
        records: &mut Records<'_, A, P, C>,
        first: Place,
        rows: &[(Place, Vec<Place>)],
    ) where
        A: Actor<Timer: Ord>,
        P: Properties<A, Share = u64>,
        C: Claims<A>,
    {
        let events = |(actor, local): Place| records.store().locals[actor][local as usize].events;
        if rows.iter().any(|(member, _)| events(*member) != events(first)) {
            let what = records.show_local(first.0, first.1);
            records.note(Err(format!(
                "the system is claimed to be symmetric, but an image of {what} has another \
                 number of timers and choices"
            )));
        }
    }

    fn envelope_orbit<A, P, C>(&mut self, records: &mut Records<'_, A, P, C>, first: u32)
    where
        A: Actor<Timer: Ord>,
        P: Properties<A, Share = u64>,
        C: Claims<A>,
    {
        let mut touched = vec![first];
        let rows = orbit(&self.group, first, &mut touched, |number, envelope| {
            let permutation = &self.group.permutations()[number];
            let sent = &records.store().envelopes[envelope as usize].envelope;
            let image = permuted(records.claims, permutation, sent);
            Ok::<u32, Flaw>(records.envelope(image)?)
        });
        match rows {
            Ok(rows) => {
                for (member, ids) in rows {
                    let values = [1, 2, 3].map(|status: usize| {
                        let values = |id: &u32| records.store().envelopes[*id as usize].shares;
                        ids.iter().map(|id| values(id)[status]).collect()
                    });
                    *self.envelope_entry(member) = Entry::Known(Row { ids, values });
                }
            }
            Err(flaw) => {
                for one in touched {
                    *self.envelope_entry(one) = Entry::Refuted;
                }
                let what = records.show_envelope(first);
                records.note(Err(flaw.text(&self.group, &what)));
            }
        }
    }

    fn local_entry(&mut self, (actor, local): Place) -> &mut Entry {
        entry(&mut self.locals[actor], local)
    }

    fn envelope_entry(&mut self, envelope: u32) -> &mut Entry {
        entry(&mut self.envelopes, envelope)
    }

    /// The image of an actor's local state, a local state of the actor in whose place it is.
    pub fn local(&self, number: usize, actor: usize, local: u32) -> Option<u32> {
        Some(self.locals[actor][local as usize].row()?.ids[number])
    }

    /// The image of an envelope.
    pub fn envelope(&self, number: usize, envelope: u32) -> Option<u32> {
        Some(self.envelopes[envelope as usize].row()?.ids[number])
    }

    /// The fingerprints of all images of a state; `None` where an image was refuted.
    pub fn fingerprints<const N: usize, const W: usize>(
        &self,
        state: &Global<N, W>,
        all: &mut Vec<u64>,
    ) -> Option<()> {
        all.clear();
        all.resize(self.group.order(), 0);
        let mut add =
            |values: &[u64]| all.iter_mut().zip(values).for_each(|(sum, one)| *sum ^= one);
        for (entries, local) in self.locals.iter().zip(state.locals) {
            add(&entries[local as usize].row()?.values[0]);
        }
        for (envelope, status) in state.in_flight() {
            add(&self.envelopes[envelope].row()?.values[usize::from(status) - 1]);
        }
        // What no permutation changes: the faults.
        let rest = state.fingerprint ^ all[0];
        for one in all {
            *one ^= rest;
        }
        Some(())
    }

    /// The image of a state whose fingerprint is known.
    pub fn state<const N: usize, const W: usize>(
        &self,
        number: usize,
        state: &Global<N, W>,
        fingerprint: u64,
    ) -> Option<Global<N, W>> {
        let mut image = Global { flight: [0; W], ..*state };
        for (actor, local) in state.locals.into_iter().enumerate() {
            let place = self.group.permutations()[number].of(actor);
            image.locals[place] = self.local(number, actor, local)?;
        }
        for (envelope, status) in state.in_flight() {
            let envelope = self.envelope(number, small(envelope))?;
            image.set(envelope as usize, 0, status, &[0; 4]);
        }
        image.fingerprint = fingerprint;
        Some(image)
    }
}

impl Entry {
    #[inline]
    fn row(&self) -> Option<&Row> {
        match self {
            Self::Known(row) => Some(row),
            Self::Unknown | Self::Refuted => None,
        }
    }
}

fn entry(entries: &mut Vec<Entry>, id: u32) -> &mut Entry {
    let id = id as usize;
    if entries.len() <= id {
        entries.resize_with(id + 1, || Entry::Unknown);
    }
    &mut entries[id]
}

/// An envelope with its message, sender and receiver permuted.
fn permuted<A: Actor, C: Claims<A>>(
    claims: &C,
    permutation: &Permutation,
    envelope: &Envelope<A::Msg>,
) -> Envelope<A::Msg> {
    Envelope {
        src: permutation.id(envelope.src),
        dst: permutation.id(envelope.dst),
        msg: claims.permuted_message(permutation, &envelope.msg),
    }
}

/// Why the images of a record are no good.
enum Flaw {
    Broken(Broken),
    Other(String),
}

impl From<Broken> for Flaw {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

impl From<String> for Flaw {
    fn from(other: String) -> Self {
        Self::Other(other)
    }
}

impl Flaw {
    fn text(self, group: &Group, what: &str) -> String {
        match self {
            Self::Broken(Broken(number)) => format!(
                "permuting {what} is not what a group of permutations does: seen at {:?}",
                group.permutations()[number]
            ),
            Self::Other(text) => text,
        }
    }
}
