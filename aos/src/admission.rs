//! Which items reach the handlers (SEMANTICS A3: trust, authorities, assignments).

/// The rules of one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gate<'a, A> {
    /// The id of the process.
    pub process: &'a str,
    /// The Authority tags of the process item. Without one, no pushed item gets in.
    pub authorities: &'a [A],
    /// Whether this item may be assigned although it is for another process.
    pub is_assignable: bool,
}

/// What aos does with an item before any handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// The handlers get it.
    Handled,
    /// It is dropped: neither signed by its sender nor pushed by an authority.
    Untrusted,
    /// It is refused, and its sender is told: it was assigned, and is not assignable.
    AssignmentRefused,
}

impl Admission {
    /// What the sender of a refused assignment is told.
    pub const REFUSAL: &'static str = "Assignment is not trusted by this process!";
}

/// Whether an item is believed to be from whom it says it is from, by those who trust these
/// authorities.
pub fn trusts(authorities: &[impl AsRef<str>], owner: &str, from: &str) -> bool {
    let is_authority = |one: &str| authorities.iter().any(|known| known.as_ref() == one);
    owner == from || is_authority(owner) || is_authority(from)
}

impl<A: AsRef<str>> Gate<'_, A> {
    /// Judges an item by who signed it, whom it is from and for whom. The address of an
    /// authority is trusted as a sender, too (vector 03e).
    pub fn admit(&self, owner: &str, from: &str, target: &str) -> Admission {
        let is_refused = target != self.process && !self.is_assignable;
        match (trusts(self.authorities, owner, from), is_refused) {
            (false, _) => Admission::Untrusted,
            (true, true) => Admission::AssignmentRefused,
            (true, false) => Admission::Handled,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(owner: &str, from: &str, target: &str) -> Admission {
        Gate { process: "P", authorities: &["MU"], is_assignable: false }.admit(owner, from, target)
    }

    #[test]
    fn only_the_signer_or_an_authority_is_believed() {
        assert_eq!(admit("alice", "alice", "P"), Admission::Handled);
        assert_eq!(admit("MU", "token", "P"), Admission::Handled);
        assert_eq!(admit("mallory", "MU", "P"), Admission::Handled, "vector 03e");
        assert_eq!(admit("mallory", "token", "P"), Admission::Untrusted);
        assert_eq!(admit("alice", "alice", "Q"), Admission::AssignmentRefused);
        assert_eq!(admit("mallory", "token", "Q"), Admission::Untrusted);
        let open = Gate { process: "P", authorities: &["MU"], is_assignable: true };
        assert_eq!(open.admit("alice", "alice", "Q"), Admission::Handled);
    }

    #[test]
    fn without_an_authority_nothing_that_is_pushed_gets_in() {
        let gate = Gate { process: "P", authorities: &[] as &[&str], is_assignable: false };
        assert_eq!(gate.admit("MU", "token", "P"), Admission::Untrusted);
    }
}
