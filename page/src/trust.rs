//! Whom a process believes (docs/SEMANTICS.md, A3; docs/MAINNET.md, 10 to 12).

use std::collections::BTreeSet;

/// How a process tells whether a message is from whom it says it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// aos 2: its sender signed it, or an authority signed it or is its sender.
    Aos,
    /// hyper-aos: its sender is listed. Who signed it, nobody looks at.
    Value,
    /// The tokens of `HyperBEAM`: its sender signed it, or enough of those that are listed did.
    Signers,
    /// Everything is evaluated; the file looks for itself.
    Open,
}

/// Whom a process believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    pub rule: Rule,
    /// Its authorities.
    pub listed: Vec<String>,
    /// How many of them must sign what is from a process.
    pub matches: usize,
}

impl Trust {
    /// Whether a message with these signers is believed to be from `from`. What aos 2 believes
    /// is part of its state: it is told here as it is at first.
    pub fn admits(&self, signers: &[&str], from: &str) -> bool {
        let is_listed = |one: &str| self.listed.iter().any(|known| known == one);
        match self.rule {
            Rule::Aos => signers.iter().any(|owner| aos::trusts(&self.listed, owner, from)),
            Rule::Value => is_listed(from),
            Rule::Signers if signers == [from] => true,
            Rule::Signers => {
                let signers: BTreeSet<_> = signers.iter().filter(|one| is_listed(one)).collect();
                signers.len() >= self.matches
            }
            Rule::Open => true,
        }
    }
}
