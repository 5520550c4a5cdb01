//! What may happen to messages on their way. Any order of delivery is always possible.

/// The behaviour of the network; the default loses and repeats nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// What sending a message that is already in flight means.
    pub delivery: Delivery,
    /// Messages delivered while a copy stays in flight. That copy comes at most once more.
    pub duplicates: Faults,
    /// Messages dropped.
    pub losses: Faults,
    /// What happens to a message that its receiver ignores.
    pub ignored: Ignored,
}

/// What sending a message that is already in flight means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delivery {
    /// In flight is a set: the message is as if sent once, afresh.
    #[default]
    Set,
    /// Copies are counted, up to three; duplicates are not offered.
    Multiset,
}

/// How often a fault may happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Faults {
    #[default]
    Never,
    /// Any number of times; not counted, so it costs nothing.
    Free,
    /// At most so many times in a run; each one costs 1.
    AtMost(u8),
}

impl Faults {
    pub(crate) fn allows(self, used: u8) -> bool {
        match self {
            Self::Never => false,
            Self::Free => true,
            Self::AtMost(most) => used < most,
        }
    }

    pub(crate) fn counted(self) -> bool {
        matches!(self, Self::AtMost(_))
    }
}

/// What happens to a message whose handler changes nothing and sends nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ignored {
    /// It is gone, like any other.
    #[default]
    Consumed,
    /// It is not delivered and stays in flight, as in stateright's unordered networks.
    Left,
}

impl Network {
    pub(crate) fn check(self) -> Result<(), String> {
        if self.delivery == Delivery::Multiset && self.duplicates != Faults::Never {
            return Err("duplicates need a set: a multiset has no mark for a kept copy".to_owned());
        }
        Ok(())
    }
}
