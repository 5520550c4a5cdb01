//! Where a run takes place.

use model::{Bounds, Profile, Reductions, Subject, Swap};

/// A contract on a platform, within bounds.
#[derive(Clone, Debug)]
pub struct World {
    pub subject: Subject,
    pub profile: Profile,
    pub bounds: Bounds,
    pub reductions: Reductions,
}

impl World {
    /// Its model.
    pub fn swap(&self) -> Swap<Subject> {
        Swap::new(self.subject.clone(), self.subject.usda(), self.profile, self.bounds)
            .reduced_by(self.reductions)
    }
}
