//! Sums and comparisons of money without rounding.
//!
//! Lua's totals may be floats and its integers wrap; USDA's are 256 bits wide. A
//! property that added them with either arithmetic could be fooled by the very error
//! it is to find, so properties add them here.

use crate::lua::Number;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use ruint::aliases::U256;
use std::{
    fmt,
    iter::Sum,
    ops::{Add, Neg, Sub},
};

/// An exact amount in base units, or the mark that there is none.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Exact {
    /// A whole number that fits: the ordinary case, and the fast one.
    Whole(i128),
    /// Anything else that is a number.
    Other(Box<BigRational>),
    /// An infinity or NaN has reached the books: no sum of it means anything.
    NotFinite,
}

impl Default for Exact {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Exact {
    pub const ZERO: Self = Self::Whole(0);

    fn from_rational(value: BigRational) -> Self {
        match value.is_integer().then(|| value.to_integer().to_i128()).flatten() {
            Some(whole) => Self::Whole(whole),
            None => Self::Other(Box::new(value)),
        }
    }

    fn rational(&self) -> Option<BigRational> {
        match self {
            Self::Whole(n) => Some(BigRational::from_integer(BigInt::from(*n))),
            Self::Other(n) => Some((**n).clone()),
            Self::NotFinite => None,
        }
    }

    /// `self <= other`; false when either is not finite.
    pub fn at_most(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => a <= b,
            _ => matches!((self.rational(), other.rational()), (Some(a), Some(b)) if a <= b),
        }
    }

    /// `self == other` as numbers; false when either is not finite.
    pub fn equals(&self, other: &Self) -> bool {
        *self != Self::NotFinite && self == other
    }

    /// Whether this is a number greater than zero.
    pub fn is_positive(&self) -> bool {
        !self.at_most(&Self::ZERO) && *self != Self::NotFinite
    }

    /// Whether this is a number less than zero.
    pub fn is_negative(&self) -> bool {
        !Self::ZERO.at_most(self) && *self != Self::NotFinite
    }

    /// This amount `n` times.
    #[must_use]
    pub fn times(&self, n: u8) -> Self {
        (0..n).map(|_| self.clone()).sum()
    }
}

impl From<Number> for Exact {
    fn from(number: Number) -> Self {
        if let Some(whole) = number.as_i128() {
            return Self::Whole(whole);
        }
        number.exact().map_or(Self::NotFinite, Self::from_rational)
    }
}

impl From<U256> for Exact {
    fn from(amount: U256) -> Self {
        i128::try_from(amount).map_or_else(
            |_| Self::from_rational(BigRational::from_integer(crate::bint::to_big(amount))),
            Self::Whole,
        )
    }
}

impl Add for Exact {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        if let (Self::Whole(a), Self::Whole(b)) = (&self, &other)
            && let Some(sum) = a.checked_add(*b)
        {
            return Self::Whole(sum);
        }
        match (self.rational(), other.rational()) {
            (Some(a), Some(b)) => Self::from_rational(a + b),
            _ => Self::NotFinite,
        }
    }
}

impl Neg for Exact {
    type Output = Self;

    fn neg(self) -> Self {
        if let Self::Whole(n) = self
            && let Some(negated) = n.checked_neg()
        {
            return Self::Whole(negated);
        }
        self.rational().map_or(Self::NotFinite, |n| Self::from_rational(-n))
    }
}

impl Sub for Exact {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Sum for Exact {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(n) => write!(f, "{n}"),
            Self::Other(n) if n.is_integer() => write!(f, "{}", n.to_integer()),
            Self::Other(n) => write!(f, "{}", n.to_f64().unwrap_or(f64::NAN)),
            Self::NotFinite => f.write_str("not a finite number"),
        }
    }
}
