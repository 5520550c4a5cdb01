//! Lua 5.3 numbers, as TIM3's handlers compute with them.
//!
//! aos runs Lua 5.3 with 64-bit integers and double floats.  TIM3's seed reads a quantity
//! with `tonumber`, adds it to totals and writes it with `tostring`; each of the three has
//! edges that matter (SEMANTICS A4, table "Quantity", and B.5; vectors `05_*.json`).

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::{Add, Sub};

/// Lua's white space: its own `lisspace`, which is that of the C locale.
const SPACES: [char; 6] = [' ', '\t', '\n', '\x0b', '\x0c', '\r'];

/// Significant digits of `tostring` on a float (`LUAI_NUMFFORMAT` is "%.14g").
const SIGNIFICANT_DIGITS: i32 = 14;

/// The NaN that arithmetic makes: a quiet one with its sign set.
const COMPUTED_NAN: f64 = f64::from_bits(0xfff8_0000_0000_0000);

/// A Lua number: one of the two subtypes of Lua 5.3 manual §2.1.
///
/// Equality, order and hash are those of the structure, for states of a model: they tell
/// `1` from `1.0` and know a place for NaN.  What a Lua program sees is [`Number::equals`],
/// [`Number::less_than`] and [`Number::less_or_equal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Number {
    /// The subtype "integer", which wraps around at 64 bits (Lua 5.3 manual §3.4.1).
    Integer(i64),
    /// The subtype "float" (vectors `05_*.json` show it as type `float`).
    Float(Float),
    /// No Lua number: a whole number beyond 64 bits that a contract keeps as decimal text, or
    /// in a big integer. Never what arithmetic makes.
    Wide(i128),
}

/// A double with a total order, so that states that hold one can be compared and hashed.
///
/// The order is [`f64::total_cmp`]: it tells all bit patterns apart, `-0.0` from `0.0` too,
/// which `tostring` can also tell apart (Lua 5.3 manual §3.4.3).
#[derive(Clone, Copy, Debug)]
pub struct Float(pub f64);

impl PartialEq for Float {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Float {}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Float {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Hash for Float {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

impl From<i64> for Number {
    /// An integer of Lua (Lua 5.3 manual §2.1).
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for Number {
    /// A float of Lua (Lua 5.3 manual §2.1).
    fn from(value: f64) -> Self {
        Self::Float(Float(value))
    }
}

impl Number {
    /// Lua's `tonumber(text)`; `None` is nil.
    ///
    /// White space around the numeral is skipped.  Hexadecimal integers wrap modulo 2^64,
    /// decimal integers beyond 64 bits become floats, and the words `inf` and `nan` are no
    /// numerals (Lua 5.3 manual §3.1 and §3.4.3; `lobject.c`, `luaO_str2num`; SEMANTICS A4).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(SPACES);
        let (negative, unsigned) = split_sign(text);
        let hexadecimal = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X"));
        match hexadecimal {
            Some(body) => parse_hexadecimal(negative, &Numeral::read(body, 16, ['p', 'P'])?),
            None => parse_decimal(text, &Numeral::read(unsigned, 10, ['e', 'E'])?),
        }
    }

    /// Whether the subtype is integer, `math.type(x) == "integer"`.
    ///
    /// This is about the subtype, not the value: `10.0` is no integer (Lua 5.3 manual §2.1;
    /// the `type` field of vectors `05_*.json`).
    pub fn is_integer(self) -> bool {
        !matches!(self, Self::Float(_))
    }

    /// A whole number written in decimal digits, with a minus where it is negative; nothing
    /// for any other text, or beyond 127 bits.
    pub fn from_decimal(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_decimal = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let whole: i128 = is_decimal.then(|| text.parse().ok()).flatten()?;
        Some(i64::try_from(whole).map_or(Self::Wide(whole), Self::Integer))
    }

    /// Lua's `x < 0`, which holds neither for `-0.0` nor for NaN (Lua 5.3 manual §3.4.4).
    pub fn is_negative(self) -> bool {
        self.less_than(Self::Integer(0))
    }

    /// Lua's `self < other`: by mathematical value, false if either is NaN.
    ///
    /// An integer and a float are compared without loss of precision (Lua 5.3 manual §3.4.4).
    pub fn less_than(self, other: Self) -> bool {
        self.compare(other) == Some(Ordering::Less)
    }

    /// Lua's `self <= other`: by mathematical value, false if either is NaN.
    ///
    /// An integer and a float are compared without loss of precision (Lua 5.3 manual §3.4.4).
    pub fn less_or_equal(self, other: Self) -> bool {
        self.compare(other).is_some_and(Ordering::is_le)
    }

    /// Lua's `self == other`: by mathematical value, so `1 == 1.0`, but NaN is never equal.
    ///
    /// See Lua 5.3 manual §3.4.4.
    pub fn equals(self, other: Self) -> bool {
        self.compare(other) == Some(Ordering::Equal)
    }

    /// The exact value as a fraction, or `None` if there is none: infinite or NaN.
    ///
    /// A model needs it because a sum of floats is not exact: one float spoils all totals
    /// (SEMANTICS B.5, vector `05_float_contamination`).
    pub fn exact(self) -> Option<BigRational> {
        match self {
            Self::Integer(value) => Some(BigInt::from(value).into()),
            Self::Wide(value) => Some(BigInt::from(value).into()),
            Self::Float(Float(value)) => BigRational::from_float(value),
        }
    }

    /// The exact value if it is a whole number that fits; `None` otherwise.
    ///
    /// It tells whether a quantity is a count of base units at all (SEMANTICS B.5).
    pub fn as_i128(self) -> Option<i128> {
        match self {
            Self::Integer(value) => Some(value.into()),
            Self::Wide(value) => Some(value),
            Self::Float(Float(value)) if value.fract() == 0.0 => value.to_i128(),
            Self::Float(_) => None,
        }
    }

    /// Compares mathematical values; `None` if either is NaN (Lua 5.3 manual §3.4.4).
    fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => Some(left.cmp(&right)),
            (Self::Float(left), Self::Float(right)) => left.0.partial_cmp(&right.0),
            (Self::Integer(left), Self::Float(right)) => compare_mixed(left, right.0),
            (Self::Float(left), Self::Integer(right)) => {
                compare_mixed(right, left.0).map(Ordering::reverse)
            }
            // Rare, so by way of fractions.
            (Self::Wide(_), _) | (_, Self::Wide(_)) => match (self.exact(), other.exact()) {
                (Some(left), Some(right)) => Some(left.cmp(&right)),
                _ => self.to_float().partial_cmp(&other.to_float()),
            },
        }
    }

    /// The value as arithmetic with a float sees it, rounded to nearest if need be.
    #[allow(
        clippy::cast_precision_loss,
        reason = "the loss is Lua's own: it converts an integer operand to a float"
    )]
    fn to_float(self) -> f64 {
        match self {
            Self::Integer(value) => value as f64,
            Self::Wide(value) => value as f64,
            Self::Float(Float(value)) => value,
        }
    }
}

/// Lua's `+` (Lua 5.3 manual §3.4.1): two integers wrap, anything else is float addition.
///
/// The wrap is that of vector `05_credit_q_max_int64`.
impl Add for Number {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => left.wrapping_add(right).into(),
            _ => arithmetic_result(self.to_float() + other.to_float()),
        }
    }
}

/// Lua's `-` (Lua 5.3 manual §3.4.1): two integers wrap, anything else is float subtraction.
impl Sub for Number {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => left.wrapping_sub(right).into(),
            _ => arithmetic_result(self.to_float() - other.to_float()),
        }
    }
}

/// Lua's `tostring` (Lua 5.3 manual §3.4.3; the `text` field of vectors `05_*.json`).
///
/// A float is written with `%.14g`, and with `.0` behind it if it would look like an integer.
impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => write!(formatter, "{value}"),
            Self::Wide(value) => write!(formatter, "{value}"),
            Self::Float(Float(value)) => formatter.write_str(&float_text(*value)),
        }
    }
}

/// Makes a float the result of an operation, with one bit pattern for every NaN.
///
/// Neither Rust nor WebAssembly fixes the sign of a NaN that arithmetic makes.  A model's
/// states must not depend on what the compiler happened to do, so the sign is always set:
/// aos 2.0.6 writes "-nan" for inf - inf when it runs on x86-64.
fn arithmetic_result(value: f64) -> Number {
    if value.is_nan() { COMPUTED_NAN } else { value }.into()
}

/// Compares an integer with a float by value; `None` if the float is NaN.
fn compare_mixed(integer: i64, float: f64) -> Option<Ordering> {
    match float.to_i64() {
        // The float was truncated towards zero, so its fraction decides among equals.
        Some(whole) => match integer.cmp(&whole) {
            Ordering::Equal => 0.0.partial_cmp(&float.fract()),
            decided => Some(decided),
        },
        // Beyond all integers, where the sign decides, or NaN.
        None => 0.0.partial_cmp(&float),
    }
}

/// Splits off an optional sign, and tells whether it was a minus.
fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Splits off the leading digits of a base.
fn split_digits(text: &str, base: u32) -> (&str, &str) {
    let end = text.find(|character: char| !character.is_digit(base));
    text.split_at(end.unwrap_or(text.len()))
}

/// The parts of an unsigned numeral behind its prefix (Lua 5.3 manual §3.1).
struct Numeral<'a> {
    whole: &'a str,
    fraction: &'a str,
    /// The power of ten or two; enormous ones are cut off where they no longer matter.
    exponent: i64,
    /// Whether the numeral has neither a point nor an exponent.
    looks_integral: bool,
}

impl<'a> Numeral<'a> {
    /// Takes a numeral apart; `None` if it has no digit or anything is left over.
    fn read(text: &'a str, base: u32, mark: [char; 2]) -> Option<Self> {
        let (whole, rest) = split_digits(text, base);
        let (fraction, exponent) = match rest.strip_prefix('.') {
            Some(rest) => split_digits(rest, base),
            None => ("", rest),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        Some(Self {
            whole,
            fraction,
            exponent: read_exponent(exponent, mark)?,
            looks_integral: rest.is_empty(),
        })
    }
}

/// Reads an optional exponent with its mark; `None` if it is malformed.
fn read_exponent(text: &str, mark: [char; 2]) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let (negative, digits) = split_sign(text.strip_prefix(mark)?);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // No text is long enough for its digits to make up for an exponent of this size.
    let magnitude = digits.parse().unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    Some(if negative { -magnitude } else { magnitude })
}

/// Reads a decimal numeral that is known to be well formed.
///
/// The standard library reads the same numerals as C's `strtod` does, and rounds them alike.
fn parse_decimal(text: &str, numeral: &Numeral<'_>) -> Option<Number> {
    let integer = numeral.looks_integral.then(|| text.parse::<i64>().ok());
    match integer.flatten() {
        Some(value) => Some(value.into()),
        None => text.parse::<f64>().ok().map(Number::from),
    }
}

/// Reads a hexadecimal numeral: an integer modulo 2^64, or a float.
fn parse_hexadecimal(negative: bool, numeral: &Numeral<'_>) -> Option<Number> {
    if numeral.looks_integral {
        let magnitude = wrapping_hexadecimal(numeral.whole)?;
        let bits = if negative { magnitude.wrapping_neg() } else { magnitude };
        return Some(bits.cast_signed().into());
    }
    let magnitude = hexadecimal_float(numeral)?;
    Some(if negative { -magnitude } else { magnitude }.into())
}

/// Adds up hexadecimal digits modulo 2^64.
fn wrapping_hexadecimal(digits: &str) -> Option<u64> {
    digits.chars().try_fold(0_u64, |value, character| {
        let digit = character.to_digit(16)?;
        Some(value.wrapping_mul(16).wrapping_add(digit.into()))
    })
}

/// The value of a hexadecimal float, rounded once as C's `strtod` does.
fn hexadecimal_float(numeral: &Numeral<'_>) -> Option<f64> {
    let mut mantissa = 0_u128;
    let mut exponent = numeral.exponent;
    for character in numeral.whole.chars() {
        exponent += push_digit(&mut mantissa, character.to_digit(16)?);
    }
    for character in numeral.fraction.chars() {
        exponent += push_digit(&mut mantissa, character.to_digit(16)?) - 4;
    }
    Some(round_to_float(mantissa, exponent))
}

/// Appends a digit, and returns by how much the exponent grows if there is no room for it.
///
/// A digit without room only leaves a mark in the lowest bit: all that rounding has to know
/// of it is whether it is zero, since the mantissa has many more bits than a float.
fn push_digit(mantissa: &mut u128, digit: u32) -> i64 {
    if *mantissa >> 120 == 0 {
        *mantissa = *mantissa << 4 | u128::from(digit);
        0
    } else {
        *mantissa |= u128::from(digit != 0);
        4
    }
}

/// The float nearest to `mantissa * 2^exponent`, ties to even.
fn round_to_float(mantissa: u128, exponent: i64) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let zeros = mantissa.leading_zeros();
    // The value lies between 2^magnitude and twice that.
    let magnitude = exponent + i64::from(127 - zeros);
    if magnitude > 1023 {
        return f64::INFINITY;
    }
    // Below 2^-1022 a float has fewer bits; below 2^-1075 all that is left rounds to zero.
    let Ok(bits) = u32::try_from(magnitude.saturating_add(1075).min(53)) else {
        return 0.0;
    };
    let significand = round_to_bits(mantissa << zeros, bits);
    // The hidden bit adds one to the exponent field, and so does a carry out of rounding:
    // both come out right by plain addition, even from the largest float to infinity.
    let field = u64::try_from(magnitude + 1022).unwrap_or(0);
    f64::from_bits((field << 52) + significand)
}

/// The leading `bits` (at most 53) of the mantissa, rounded to nearest, ties to even.
fn round_to_bits(mantissa: u128, bits: u32) -> u64 {
    let kept = u64::try_from(mantissa.checked_shr(128 - bits).unwrap_or(0)).unwrap_or(0);
    // With the kept bits shifted out, the rest is compared with one half.
    let rest = mantissa << bits;
    let up = match rest.cmp(&(1 << 127)) {
        Ordering::Less => false,
        Ordering::Equal => kept & 1 == 1,
        Ordering::Greater => true,
    };
    kept + u64::from(up)
}

/// A float as `tostring` writes it (`lobject.c`, `luaO_tostring`, with glibc's words).
fn float_text(value: f64) -> String {
    let magnitude = if value.is_nan() {
        "nan".to_owned()
    } else if value.is_infinite() {
        "inf".to_owned()
    } else {
        finite_text(value.abs())
    };
    let sign = if value.is_sign_negative() { "-" } else { "" };
    format!("{sign}{magnitude}")
}

/// A finite, non-negative float by `%.14g`, marked as a float if it looks like an integer.
fn finite_text(value: f64) -> String {
    // C decides between the two notations by the exponent after rounding.
    let scientific = format!("{value:.13e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..SIGNIFICANT_DIGITS).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        let mantissa = without_trailing_zeros(mantissa);
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    let decimals = usize::try_from(SIGNIFICANT_DIGITS - 1 - exponent).unwrap_or(0);
    let fixed = format!("{value:.decimals$}");
    let digits = without_trailing_zeros(&fixed);
    let suffix = if digits.contains('.') { "" } else { ".0" };
    format!("{digits}{suffix}")
}

/// Removes the zeros behind the point that `%g` does not write, and a point left bare.
fn without_trailing_zeros(digits: &str) -> &str {
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TWO_POW_255: &str =
        "57896044618658097711785492504343953926634992332820282019728792003956564819968";
    const TWO_POW_256_PLUS_10: &str =
        "115792089237316195423570985008687907853269984665640564039457584007913129639946";

    fn integer(value: i64) -> Number {
        Number::Integer(value)
    }

    fn float(value: f64) -> Number {
        Number::Float(Float(value))
    }

    fn tostring(value: f64) -> String {
        float(value).to_string()
    }

    #[test]
    fn texts_that_are_no_numeral_are_nil() {
        let refused = [
            "", " ", "inf", "-inf", "INF", "Inf", "nan", "NaN", "-nan", "infinity", "Infinity",
            "ten", "1_0", "1,000", "0b1010", "0B1", "10\0", "\0", "10\0 ", "١٠", "０", "0x", "0X",
            "-0x", "1e", "1e+", "1E-", "+-1", "--1", "- 1", "+ 1", "+", "-", ".", "e5", ".e5",
            "0x.", "0xp1", "0x.p1", "0x1p", "0x1p+", "0x1pf", "1 0", "1.5.5", "1e1.0", "0xg",
            "10f", "1e5e5", "0x 1", "x10", "\u{a0}10", "1p4", "nan(1)", "0xinf", "1.inf",
        ];
        for text in refused {
            assert_eq!(Number::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn integers_of_the_semantics_table() {
        let table = [
            ("0", 0),
            ("-0", 0),
            ("-10", -10),
            (" 10 ", 10),
            ("\t10\n", 10),
            ("\x0b\x0c\r10", 10),
            ("+10", 10),
            ("0010", 10),
            ("0x10", 16),
            ("0X1f", 31),
            ("-0x10", -16),
            ("0x1000000000000000A", 10),
            ("0xffffffffffffffff", -1),
            ("-0xffffffffffffffff", 1),
            ("0x8000000000000000", i64::MIN),
            ("9007199254740993", 9_007_199_254_740_993),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
            ("0000000000000000000000000000001", 1),
        ];
        for (text, value) in table {
            assert_eq!(Number::parse(text), Some(integer(value)), "{text:?}");
        }
        let wrapped = format!("0x1{}A", "0".repeat(63));
        assert_eq!(Number::parse(&wrapped), Some(integer(10)));
    }

    #[test]
    fn floats_of_the_semantics_table() {
        let table = [
            ("1.5", 1.5),
            ("1e3", 1000.0),
            ("1e1", 10.0),
            ("10.0", 10.0),
            ("5.", 5.0),
            (".5", 0.5),
            ("-0.0", -0.0),
            ("0x1p4", 16.0),
            ("0x.8", 0.5),
            ("0x8.", 8.0),
            ("0xA.8p1", 21.0),
            ("0xA.8P-1", 5.25),
            ("1e309", f64::INFINITY),
            ("-1e309", f64::NEG_INFINITY),
            ("1e-400", 0.0),
            ("9223372036854775808", 9_223_372_036_854_775_808.0),
            ("-9223372036854775809", -9_223_372_036_854_775_808.0),
            ("100000000000000000000000000000", 1e29),
            (TWO_POW_255, 2_f64.powi(255)),
            (TWO_POW_256_PLUS_10, 2_f64.powi(256)),
        ];
        for (text, value) in table {
            assert_eq!(Number::parse(text), Some(float(value)), "{text:?}");
        }
    }

    #[test]
    fn hexadecimal_floats_are_rounded_once() {
        let table = [
            ("0x1.fffffffffffff8p0", 2.0),
            ("0x1.00000000000008p0", 1.0),
            ("0x1.000000000000080000000000000000000000001p0", 1.0 + f64::EPSILON),
            ("0x1.00000000000018p0", 1.0 + 2.0 * f64::EPSILON),
            ("0x1p1023", 2_f64.powi(1023)),
            ("0x1p1024", f64::INFINITY),
            ("0x1.fffffffffffffp1023", f64::MAX),
            ("0x1.fffffffffffff8p1023", f64::INFINITY),
            ("0x1p-1074", f64::from_bits(1)),
            ("0x1p-1075", 0.0),
            ("0x1.1p-1075", f64::from_bits(1)),
            ("0x1.8p-1074", f64::from_bits(2)),
            ("0x1.ffp-1076", 0.0),
            ("0x1.fffffffffffffp-1023", f64::MIN_POSITIVE),
            ("0x0p99999999999999999999", 0.0),
            ("0x1p99999999999999999999", f64::INFINITY),
            ("0x1p-99999999999999999999", 0.0),
        ];
        for (text, value) in table {
            assert_eq!(Number::parse(text), Some(float(value)), "{text:?}");
        }
        let long = format!("0x{}p-4000", "f".repeat(1000));
        assert_eq!(Number::parse(&long), Some(float(1.0)));
        let tiny = format!("-0x.{}1p4000", "0".repeat(999));
        assert_eq!(Number::parse(&tiny), Some(float(-1.0)));
    }

    #[test]
    fn tostring_writes_what_the_vectors_show() {
        let table = [
            (98.5, "98.5"),
            (84.0, "84.0"),
            (16.0, "16.0"),
            (10.0, "10.0"),
            (1e29, "1e+29"),
            (1e15, "1e+15"),
            (1e14, "1e+14"),
            (99_999_999_999_999.0, "99999999999999.0"),
            (9_007_199_254_740_997.0, "9.007199254741e+15"),
            (9_223_372_036_854_775_808.0, "9.2233720368548e+18"),
            (2_f64.powi(255), "5.7896044618658e+76"),
            (2_f64.powi(256), "1.1579208923732e+77"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN.copysign(1.0), "nan"),
            (f64::NAN.copysign(-1.0), "-nan"),
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (0.0001, "0.0001"),
            (0.000_01, "1e-05"),
            (1e100, "1e+100"),
            (f64::from_bits(1), "4.9406564584125e-324"),
            // Ties go to the even digit.
            (100_000_000_000_005.0, "1e+14"),
            (100_000_000_000_015.0, "1.0000000000002e+14"),
        ];
        for (value, text) in table {
            assert_eq!(tostring(value), text);
        }
        assert_eq!(integer(i64::MIN).to_string(), "-9223372036854775808");
    }

    #[test]
    fn integer_arithmetic_wraps() {
        let text = "-9223372036854775709";
        assert_eq!((integer(i64::MAX) + integer(100)).to_string(), text);
        assert_eq!(integer(i64::MIN) - integer(1), integer(i64::MAX));
        assert_eq!(integer(100) - integer(-10), integer(110));
    }

    #[test]
    fn one_float_contaminates_a_total() {
        let total = integer(9_007_199_254_740_997) - float(1.0);
        assert_eq!(total, float(9_007_199_254_740_996.0));
        // 2^53 + 1 is no float: the operand is rounded before the sum.
        assert_eq!(integer((1 << 53) + 1) + float(0.0), float(2_f64.powi(53)));
        assert_eq!(integer(100) - float(1.5), float(98.5));
        assert_eq!(float(1.0) + integer(1), float(2.0));
    }

    #[test]
    fn every_computed_nan_is_the_same_state() {
        let infinity = float(f64::INFINITY);
        let computed = infinity - infinity;
        assert_eq!(computed.to_string(), "-nan");
        assert_eq!(float(f64::NEG_INFINITY) + infinity, computed);
        for nan in [f64::NAN.copysign(1.0), f64::NAN.copysign(-1.0)] {
            assert_eq!(float(nan) + integer(1), computed);
            assert_eq!(integer(1) - float(nan), computed);
        }
    }

    #[test]
    fn comparison_loses_no_precision() {
        let edge = integer(1 << 53);
        let above = integer((1 << 53) + 1);
        let edge_float = float(2_f64.powi(53));
        assert!(edge.equals(edge_float) && !above.equals(edge_float));
        assert!(edge_float.less_than(above) && !above.less_or_equal(edge_float));
        assert!(edge.less_or_equal(edge_float) && !edge.less_than(edge_float));
        let end = float(2_f64.powi(63));
        assert!(integer(i64::MAX).less_than(end) && !end.less_or_equal(integer(i64::MAX)));
        assert!(integer(i64::MIN).equals(float(-(2_f64.powi(63)))));
        assert!(float(-(2_f64.powi(64))).less_than(integer(i64::MIN)));
        assert!(integer(i64::MAX).less_than(float(f64::INFINITY)));
        assert!(float(f64::NEG_INFINITY).less_than(integer(i64::MIN)));
    }

    #[test]
    fn comparison_sees_the_fraction() {
        assert!(integer(1).less_than(float(1.5)) && float(1.5).less_than(integer(2)));
        assert!(float(-1.5).less_than(integer(-1)) && integer(-2).less_than(float(-1.5)));
        assert!(float(-0.5).less_than(integer(0)) && integer(0).less_than(float(0.5)));
        assert!(integer(0).equals(float(-0.0)) && integer(1).equals(float(1.0)));
    }

    #[test]
    fn nan_compares_with_nothing() {
        let nan = float(f64::NAN);
        for other in [nan, integer(0), float(1.0), float(f64::INFINITY)] {
            assert!(!nan.equals(other) && !other.equals(nan));
            assert!(!nan.less_than(other) && !other.less_than(nan));
            assert!(!nan.less_or_equal(other) && !other.less_or_equal(nan));
        }
        assert_eq!(nan, nan);
    }

    #[test]
    fn the_structural_order_tells_subtypes_apart() {
        assert_ne!(integer(1), float(1.0));
        assert_ne!(float(0.0), float(-0.0));
        assert!(integer(1).is_integer() && !float(1.0).is_integer());
    }

    #[test]
    fn negative_means_below_zero() {
        assert!(integer(-1).is_negative() && float(-0.5).is_negative());
        for number in [integer(0), float(-0.0), float(-f64::NAN), float(0.5)] {
            assert!(!number.is_negative());
        }
    }

    #[test]
    fn exact_values() {
        let half = BigRational::new(3.into(), 2.into());
        assert_eq!(float(1.5).exact(), Some(half));
        assert_eq!(float(1.5).as_i128(), None);
        assert_eq!(integer(i64::MIN).as_i128(), Some(i64::MIN.into()));
        assert_eq!(float(-0.0).as_i128(), Some(0));
        assert_eq!(float(2_f64.powi(63)).as_i128(), Some(1 << 63));
        assert_eq!(float(2_f64.powi(127)).as_i128(), None);
        assert_eq!(float(-(2_f64.powi(127))).as_i128(), Some(i128::MIN));
        let power = BigRational::from(BigInt::from(2).pow(256));
        assert_eq!(float(2_f64.powi(256)).exact(), Some(power));
        for value in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            assert_eq!(float(value).exact(), None);
            assert_eq!(float(value).as_i128(), None);
        }
    }

    fn any_number() -> impl Strategy<Value = Number> {
        prop_oneof![
            any::<i64>().prop_map(Number::from),
            any::<f64>().prop_map(Number::from),
            any::<u64>().prop_map(|bits| Number::from(f64::from_bits(bits))),
            (any::<i64>(), -3_i64..3)
                .prop_map(|(base, step)| float(integer(base).to_float())
                    + float(integer(step).to_float())),
            (-3_i64..3).prop_map(Number::from),
        ]
    }

    proptest! {
        #[test]
        fn comparison_agrees_with_the_exact_values(left in any_number(), right in any_number()) {
            if let (Some(a), Some(b)) = (left.exact(), right.exact()) {
                prop_assert_eq!(left.less_than(right), a < b);
                prop_assert_eq!(left.less_or_equal(right), a <= b);
                prop_assert_eq!(left.equals(right), a == b);
            }
        }

        #[test]
        fn whole_numbers_agree_with_the_exact_values(number in any_number()) {
            let whole = number.exact().filter(BigRational::is_integer);
            prop_assert_eq!(number.as_i128(), whole.and_then(|value| value.to_i128()));
        }

        #[test]
        fn integers_survive_the_round_trip(value: i64) {
            prop_assert_eq!(Number::parse(&value.to_string()), Some(integer(value)));
            prop_assert_eq!(Number::parse(&format!("{value:#x}")), Some(integer(value)));
        }

        #[test]
        fn floats_stay_floats_through_text(value: f64) {
            let read = Number::parse(&tostring(value));
            if value.is_finite() {
                prop_assert_eq!(read.map(Number::is_integer), Some(false));
            } else {
                prop_assert_eq!(read, None);
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,12}|[ +0-9xXpPeE.a-f-]{0,40}") {
            let _ = Number::parse(&text);
        }
    }
}
