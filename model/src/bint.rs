//! Quantities as USDA's token blueprint reads them, with `bint(256)` of lua-bint.
//!
//! The blueprint turns the `Quantity` tag into a 256-bit two's complement integer and
//! insists that it be positive.  It neither trims nor canonicalises the text, and overflow
//! wraps silently; that is why one amount has many spellings, and TIM3's `tonumber`
//! (see `lua.rs`) reads some differently (SEMANTICS A4, vectors 05, 09a and 09b).

use num_bigint::{BigInt, Sign};
use ruint::aliases::U256;

/// The 256-bit pattern of a `bint(256)`.
///
/// The pattern is two's complement: a set top bit means a negative number (SEMANTICS A4:
/// 2^255 "throws (negative after wrap)").
pub type Quantity = U256;

/// The most digits a canonical quantity can have: 2^255 - 1 has 77.
///
/// Every number of at most this many digits is below 2^256, so it cannot wrap.
const CANONICAL_DIGITS: usize = 77;

/// Reads a text as lua-bint's `fromstring` does, or returns `None` where that returns nil.
///
/// Accepted are an optional sign and then decimal digits, `0x` with hexadecimal digits, or
/// `0b` with binary digits; nothing may stand before or after.  The value wraps modulo
/// 2^256 and a minus sign negates it (SEMANTICS A4, table "Quantity"; vectors
/// `05_usda_transfer_q_*`, `09a_quantity_wraps_mod_2p256`).
pub fn parse(text: &str) -> Option<Quantity> {
    let (negative, digits) = split_sign(text);
    let magnitude = magnitude(digits)?;
    Some(if negative { magnitude.wrapping_neg() } else { magnitude })
}

/// Whether the number is greater than zero, read as a signed one.
///
/// This is the blueprint's check "Quantity must be greater than 0" (SEMANTICS A4).
pub fn is_positive(value: Quantity) -> bool {
    !value.is_zero() && !is_negative(value)
}

/// What a Transfer with this Quantity moves, or `None` where the blueprint throws.
///
/// The blueprint throws when the text is no bint and when it is not positive; the sender
/// is not told in either case (SEMANTICS A4).
pub fn transferable(text: &str) -> Option<Quantity> {
    parse(text).filter(|value| is_positive(*value))
}

/// Whether `left <= right` as signed numbers, as `bint.__le` compares.
///
/// This is the blueprint's check that the quantity does not exceed the balance
/// (SEMANTICS A4).
pub fn less_or_equal(left: Quantity, right: Quantity) -> bool {
    match (is_negative(left), is_negative(right)) {
        // Among equal signs, two's complement patterns are ordered like the numbers.
        (false, false) | (true, true) => left <= right,
        (left_is_negative, _) => left_is_negative,
    }
}

/// Whether the text is the plain decimal rendering of a positive quantity.
///
/// Such a text is `[1-9][0-9]*` with a value below 2^255.  All other spellings that
/// [`transferable`] accepts are aliases of one of these (SEMANTICS A4, vectors 09a, 09b).
pub fn is_canonical(text: &str) -> bool {
    text.len() <= CANONICAL_DIGITS
        && !text.starts_with('0')
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && transferable(text).is_some()
}

/// The pattern as an unsigned number of any size, for exact sums.
///
/// The unsigned reading is enough for balances: the blueprint never lets one become
/// negative (SEMANTICS A4, "must be > 0" and the balance check).
pub fn to_big(value: Quantity) -> BigInt {
    BigInt::from_bytes_le(Sign::Plus, &value.to_le_bytes::<32>())
}

/// Whether the top bit, the sign of two's complement, is set.
fn is_negative(value: Quantity) -> bool {
    value.bit(U256::BITS - 1)
}

/// Splits off an optional sign, and tells whether it was a minus.
fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Reads the unsigned part, choosing the base by its prefix.
fn magnitude(text: &str) -> Option<Quantity> {
    if let Some(digits) = strip_either(text, "0x", "0X") {
        fold_digits(digits, 16)
    } else if let Some(digits) = strip_either(text, "0b", "0B") {
        fold_digits(digits, 2)
    } else {
        fold_digits(text, 10)
    }
}

/// Removes one of two prefixes, if the text has it.
fn strip_either<'a>(text: &'a str, one: &str, other: &str) -> Option<&'a str> {
    text.strip_prefix(one).or_else(|| text.strip_prefix(other))
}

/// Adds up one or more digits modulo 2^256; `None` if there is none or a strange one.
fn fold_digits(digits: &str, base: u32) -> Option<Quantity> {
    if digits.is_empty() {
        return None;
    }
    let base_value = U256::from(base);
    digits.chars().try_fold(U256::ZERO, |value, character| {
        let digit = U256::from(character.to_digit(base)?);
        Some(value.wrapping_mul(base_value).wrapping_add(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TWO_POW_255: &str =
        "57896044618658097711785492504343953926634992332820282019728792003956564819968";
    const TWO_POW_255_MINUS_1: &str =
        "57896044618658097711785492504343953926634992332820282019728792003956564819967";
    const TWO_POW_256: &str =
        "115792089237316195423570985008687907853269984665640564039457584007913129639936";
    const TWO_POW_256_PLUS_10: &str =
        "115792089237316195423570985008687907853269984665640564039457584007913129639946";

    fn two_pow(exponent: usize) -> Quantity {
        U256::from(1) << exponent
    }

    #[test]
    fn spellings_that_are_no_bint_are_refused() {
        let refused = [
            "", "1.5", "1e3", "1e1", "10.0", "0x1p4", "1e309", "inf", "-inf", "nan", "ten", "1_0",
            "1,000", " 10 ", " 10", "10 ", "\t10\n", "10\n", "10\0", "\0", "١٠", "٣", "+", "-",
            "+-1", "--1", "- 1", "0x", "0b", "-0x", "0b102", "0xg", "x10", "00x10", "0x-1",
            "0x0x1", "ff", "b1", "０", "1-",
        ];
        for text in refused {
            assert_eq!(parse(text), None, "{text:?}");
            assert_eq!(transferable(text), None, "{text:?}");
            assert!(!is_canonical(text), "{text:?}");
        }
    }

    #[test]
    fn spellings_that_are_not_positive_parse_but_do_not_transfer() {
        for text in ["0", "-0", "+0", "000", "0x0", "0b0", "-10", "-0x1", "-0b1"] {
            assert!(parse(text).is_some(), "{text:?}");
            assert_eq!(transferable(text), None, "{text:?}");
            assert!(!is_canonical(text), "{text:?}");
        }
        assert_eq!(parse("-10"), Some(U256::from(10).wrapping_neg()));
        assert_eq!(parse("-1"), Some(U256::MAX));
    }

    #[test]
    fn spellings_of_the_semantics_table_move_what_it_says() {
        let table = [
            ("10", U256::from(10)),
            ("+10", U256::from(10)),
            ("0010", U256::from(10)),
            ("0x10", U256::from(16)),
            ("0X1f", U256::from(31)),
            ("0b1010", U256::from(10)),
            ("0B1010", U256::from(10)),
            ("0x1000000000000000A", two_pow(64) + U256::from(10)),
            ("0xffffffffffffffff", two_pow(64) - U256::from(1)),
            ("9007199254740993", two_pow(53) + U256::from(1)),
            ("9223372036854775807", two_pow(63) - U256::from(1)),
            ("9223372036854775808", two_pow(63)),
            (TWO_POW_255_MINUS_1, two_pow(255) - U256::from(1)),
            (TWO_POW_256_PLUS_10, U256::from(10)),
        ];
        for (text, value) in table {
            assert_eq!(transferable(text), Some(value), "{text:?}");
        }
    }

    #[test]
    fn the_sixty_five_digit_hexadecimal_wraps_to_ten() {
        let text = format!("0x1{}A", "0".repeat(63));
        assert_eq!(transferable(&text), Some(U256::from(10)));
    }

    #[test]
    fn the_boundaries_wrap_to_the_smallest_number_and_to_zero() {
        assert_eq!(parse(TWO_POW_255), Some(two_pow(255)));
        assert_eq!(transferable(TWO_POW_255), None);
        assert_eq!(parse(TWO_POW_256), Some(U256::ZERO));
        assert_eq!(transferable(TWO_POW_256), None);
        // Negation of a wrapped number can come out positive.
        let minus_all_but_ten = format!("-0x{}6", "f".repeat(63));
        assert_eq!(transferable(&minus_all_but_ten), Some(U256::from(10)));
    }

    #[test]
    fn only_the_plain_decimal_rendering_is_canonical() {
        for text in ["1", "10", "9223372036854775808", TWO_POW_255_MINUS_1] {
            assert!(is_canonical(text), "{text:?}");
        }
        let aliases = ["+10", "0010", "0x10", "0b1010", TWO_POW_255, TWO_POW_256_PLUS_10];
        for text in aliases {
            assert!(!is_canonical(text), "{text:?}");
        }
    }

    #[test]
    fn comparison_is_signed() {
        let minus_one = U256::MAX;
        assert!(less_or_equal(minus_one, U256::ZERO));
        assert!(!less_or_equal(U256::ZERO, minus_one));
        assert!(less_or_equal(two_pow(255), minus_one));
        assert!(less_or_equal(two_pow(255), two_pow(255) - U256::from(1)));
        assert!(less_or_equal(U256::from(7), U256::from(7)));
        assert!(!less_or_equal(U256::from(8), U256::from(7)));
    }

    /// The signed number a pattern stands for, computed with another library.
    fn signed(value: Quantity) -> BigInt {
        let modulus = BigInt::from(1) << 256;
        let unsigned = to_big(value);
        if unsigned >= &modulus >> 1 { unsigned - modulus } else { unsigned }
    }

    /// What the text means modulo 2^256, computed with another library.
    fn expected(sign: &str, digits: &str, base: u32) -> Option<BigInt> {
        let magnitude = BigInt::parse_bytes(digits.as_bytes(), base)?;
        let value = if sign == "-" { -magnitude } else { magnitude };
        let modulus = BigInt::from(1) << 256;
        Some(((value % &modulus) + &modulus) % &modulus)
    }

    fn check(sign: &str, prefix: &str, digits: &str, base: u32) -> Result<(), TestCaseError> {
        let value = parse(&format!("{sign}{prefix}{digits}"));
        prop_assert_eq!(value.map(to_big), expected(sign, digits, base));
        Ok(())
    }

    /// Whether the text matches one of lua-bint's three patterns, written another way.
    fn has_one_of_the_three_forms(text: &str) -> bool {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text).to_lowercase();
        let all = |rest: &str, base| {
            !rest.is_empty() && rest.chars().all(|character| character.is_digit(base))
        };
        let prefixed = |prefix, base| {
            let rest = unsigned.strip_prefix(prefix);
            rest.is_some_and(|rest| all(rest, base))
        };
        all(&unsigned, 10) || prefixed("0x", 16) || prefixed("0b", 2)
    }

    proptest! {
        #[test]
        fn decimals_agree_with_num_bigint(sign in "[+-]?", digits in "[0-9]{1,120}") {
            check(&sign, "", &digits, 10)?;
        }

        #[test]
        fn hexadecimals_agree_with_num_bigint(
            sign in "[+-]?", prefix in "0[xX]", digits in "[0-9a-fA-F]{1,120}",
        ) {
            check(&sign, &prefix, &digits, 16)?;
        }

        #[test]
        fn binaries_agree_with_num_bigint(
            sign in "[+-]?", prefix in "0[bB]", digits in "[01]{1,400}",
        ) {
            check(&sign, &prefix, &digits, 2)?;
        }

        #[test]
        fn comparison_agrees_with_num_bigint(left: [u8; 32], right: [u8; 32]) {
            let (left, right) = (U256::from_le_bytes(left), U256::from_le_bytes(right));
            prop_assert_eq!(less_or_equal(left, right), signed(left) <= signed(right));
            prop_assert_eq!(is_positive(left), signed(left) > BigInt::ZERO);
        }

        #[test]
        fn canonical_means_equal_to_the_rendering(
            text in prop_oneof![
                "[+-]?[0-9]{1,80}",
                "5789604461865809771178549250434395392[67][0-9]{39}",
            ],
        ) {
            let plain = transferable(&text).is_some_and(|value| value.to_string() == text);
            prop_assert_eq!(is_canonical(&text), plain);
        }

        #[test]
        fn only_the_three_forms_are_read(text in "\\PC{0,12}|[+0-9xXbBa-f-]{0,9}") {
            prop_assert_eq!(parse(&text).is_some(), has_one_of_the_three_forms(&text));
        }
    }
}
