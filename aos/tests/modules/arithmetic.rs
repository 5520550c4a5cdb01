//! The operations of `bint.lua` against `num-bigint`, and against `ruint` where bits count.

use crate::bint::{Bint, TWO_POW_255, wrapped};
use num_bigint::{BigInt, Sign};
use proptest::prelude::*;
use ruint::aliases::U256;
use std::ops::Range;

/// The widths that are compared: one limb, two, an odd number, and what contracts use.
const WIDTHS: [u32; 5] = [32, 64, 96, 256, 512];

/// Limbs that often are the smallest or the largest of their length.
fn edgy_limbs(size: Range<usize>) -> impl Strategy<Value = Vec<u32>> {
    let edges = [0, 1, 2, 0xffff, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, u32::MAX];
    prop::collection::vec(prop::sample::select(edges.to_vec()), size)
}

/// Numbers of all sizes and signs, many of them near a power of two.
fn number(bits: u32) -> impl Strategy<Value = BigInt> {
    let random = (prop::collection::vec(any::<u8>(), 0..=(bits / 8) as usize), any::<bool>());
    let near = (0..bits, -3_i8..=3, any::<bool>());
    let signed = |negative, number: BigInt| if negative { -number } else { number };
    prop_oneof![
        any::<i8>().prop_map(BigInt::from),
        any::<i64>().prop_map(BigInt::from),
        random.prop_map(move |(b, minus)| signed(minus, BigInt::from_bytes_le(Sign::Plus, &b))),
        near.prop_map(move |(e, d, minus)| signed(minus, (BigInt::from(1) << e) + BigInt::from(d))),
        edgy_limbs(0..(bits / 32 + 1) as usize)
            .prop_map(|limbs| BigInt::from_slice(Sign::Plus, &limbs)),
    ]
    .prop_map(move |exact| wrapped(&exact, bits))
}

/// A width, and two numbers of that width.
fn two() -> impl Strategy<Value = (u32, BigInt, BigInt)> {
    prop::sample::select(&WIDTHS[..]).prop_flat_map(|bits| (Just(bits), number(bits), number(bits)))
}

/// The number as its bits stand for it when none is a sign.
fn unsigned(number: &BigInt, bits: u32) -> BigInt {
    if *number < BigInt::ZERO { number + (BigInt::from(1) << bits) } else { number.clone() }
}

/// Quotient and remainder, rounded down.
fn floor_division(x: &BigInt, y: &BigInt) -> (BigInt, BigInt) {
    let (quotient, rest) = (x / y, x % y);
    let crosses = rest != BigInt::ZERO && (rest < BigInt::ZERO) != (*y < BigInt::ZERO);
    if crosses { (quotient - 1, rest + y) } else { (quotient, rest) }
}

fn pattern(number: &BigInt) -> U256 {
    U256::from_str_radix(&unsigned(number, 256).to_str_radix(16), 16).expect("256 bits")
}

/// The text of a 256-bit pattern, as a signed number.
fn signed_text(pattern: U256) -> String {
    wrapped(&BigInt::from_bytes_le(Sign::Plus, &pattern.to_le_bytes::<32>()), 256).to_string()
}

/// Asserts that an expression about `a` and `b` gives this number, wrapped.
fn gives(
    (bits, x, y): &(u32, BigInt, BigInt),
    expression: &str,
    exact: &BigInt,
) -> Result<(), TestCaseError> {
    let (a, b) = (x.to_string(), y.to_string());
    let found = Bint::load().wide(*bits, expression, &a, &b).expect(expression);
    prop_assert_eq!(found, wrapped(exact, *bits).to_string(), "{} {} {}", expression, a, b);
    Ok(())
}

/// Asserts that an expression about `a` and `b` is true or false.
fn tells(
    (bits, x, y): &(u32, BigInt, BigInt),
    expression: &str,
    truth: bool,
) -> Result<(), TestCaseError> {
    let (a, b) = (x.to_string(), y.to_string());
    let found = Bint::load().wide(*bits, expression, &a, &b).expect(expression);
    prop_assert_eq!(found, truth.to_string(), "{} {} {}", expression, a, b);
    Ok(())
}

proptest! {
    #[test]
    fn sums_and_products(case in two()) {
        let (_, x, y) = &case;
        gives(&case, "bint(a) + bint(b)", &(x + y))?;
        gives(&case, "bint(a) - bint(b)", &(x - y))?;
        gives(&case, "bint(a) * bint(b)", &(x * y))?;
        gives(&case, "bint.__add(a, b)", &(x + y))?;
        gives(&case, "-bint(a)", &-x)?;
        gives(&case, "bint.inc(a)", &(x + 1))?;
        gives(&case, "bint.dec(a)", &(x - 1))?;
        gives(&case, "bint(a):abs()", &if *x < BigInt::ZERO { -x } else { x.clone() })?;
    }

    #[test]
    fn divisions(case in two()) {
        let (bits, x, y) = &case;
        prop_assume!(*y != BigInt::ZERO);
        let second = |call: &str| format!("select(2, bint.{call}(a, b))");
        let (quotient, rest) = floor_division(x, y);
        gives(&case, "bint(a) // bint(b)", &quotient)?;
        gives(&case, "bint(a) % bint(b)", &rest)?;
        gives(&case, "bint.idivmod(a, b)", &quotient)?;
        gives(&case, &second("idivmod"), &rest)?;
        gives(&case, "bint.tdivmod(a, b)", &(x / y))?;
        gives(&case, &second("tdivmod"), &(x % y))?;
        gives(&case, "bint.tdiv(a, b)", &(x / y))?;
        gives(&case, "bint.tmod(a, b)", &(x % y))?;
        let (x, y) = (unsigned(x, *bits), unsigned(y, *bits));
        gives(&case, "bint.udivmod(a, b)", &(&x / &y))?;
        gives(&case, &second("udivmod"), &(&x % &y))?;
        gives(&case, "bint.udiv(a, b)", &(&x / &y))?;
        gives(&case, "bint.umod(a, b)", &(&x % &y))?;
    }

    /// Divisors of many lengths, for the guesses of long division.
    #[test]
    fn long_divisions(
        x in edgy_limbs(16..17), y in edgy_limbs(1..16),
    ) {
        let (x, y) = (BigInt::from_slice(Sign::Plus, &x), BigInt::from_slice(Sign::Plus, &y));
        prop_assume!(y != BigInt::ZERO);
        let case = (512, wrapped(&x, 512), wrapped(&y, 512));
        gives(&case, "bint.udiv(a, b)", &(&x / &y))?;
        gives(&case, "bint.umod(a, b)", &(&x % &y))?;
    }

    #[test]
    fn powers(
        x in number(256), exponent in prop_oneof![0_u32..70, Just(255), Just(256), Just(4096)],
    ) {
        let case = (256, x.clone(), BigInt::from(exponent));
        gives(&case, "bint.ipow(a, b)", &x.pow(exponent))?;
    }

    /// A negative exponent is read as the unsigned number of the same bits.
    #[test]
    fn powers_of_all_exponents(x in number(256), y in number(256)) {
        let modulus = BigInt::from(1) << 256;
        let power = unsigned(&x, 256).modpow(&unsigned(&y, 256), &modulus);
        gives(&(256, x, y), "bint.ipow(a, b)", &power)?;
    }

    #[test]
    fn orders(case in two()) {
        let (bits, x, y) = &case;
        tells(&case, "bint(a) < bint(b)", x < y)?;
        tells(&case, "bint(a) <= bint(b)", x <= y)?;
        tells(&case, "bint(a) > bint(b)", x > y)?;
        tells(&case, "bint.__lt(a, bint(b))", x < y)?;
        tells(&case, "bint.__le(bint(a), b)", x <= y)?;
        tells(&case, "bint(a) == bint(b)", x == y)?;
        tells(&case, "bint.__eq(bint(a), bint(a))", true)?;
        tells(&case, "bint.eq(a, b)", x == y)?;
        gives(&case, "bint.max(a, b)", x.max(y))?;
        gives(&case, "bint.min(a, b)", x.min(y))?;
        let (x, y) = (unsigned(x, *bits), unsigned(y, *bits));
        tells(&case, "bint.ult(a, b)", x < y)?;
        tells(&case, "bint.ule(a, b)", x <= y)?;
    }

    #[test]
    fn properties(case in two()) {
        let (_, x, _) = &case;
        let odd = x.bit(0);
        tells(&case, "bint(a):iszero()", *x == BigInt::ZERO)?;
        tells(&case, "bint(a):isone()", *x == BigInt::from(1))?;
        tells(&case, "bint(a):isminusone()", *x == BigInt::from(-1))?;
        tells(&case, "bint(a):isneg()", *x < BigInt::ZERO)?;
        tells(&case, "bint(a):ispos()", *x > BigInt::ZERO)?;
        tells(&case, "bint(a):iseven()", !odd)?;
        tells(&case, "bint(a):isodd()", odd)?;
    }

    #[test]
    fn bits_agree_with_ruint(x in number(256), y in number(256), count in 0_usize..300) {
        let bint = Bint::load();
        let of = |expression: &str| {
            bint.evaluate(expression, &x.to_string(), &y.to_string()).expect(expression)
        };
        let (a, b) = (pattern(&x), pattern(&y));
        prop_assert_eq!(of("bint(a) & bint(b)"), signed_text(a & b));
        prop_assert_eq!(of("bint(a) | bint(b)"), signed_text(a | b));
        prop_assert_eq!(of("bint(a) ~ bint(b)"), signed_text(a ^ b));
        prop_assert_eq!(of("~bint(a)"), signed_text(!a));
        let (up, down) = (signed_text(a << count), signed_text(a >> count));
        prop_assert_eq!(of(&format!("bint(a) << {count}")), up.clone());
        prop_assert_eq!(of(&format!("bint(a) >> {count}")), down.clone());
        prop_assert_eq!(of(&format!("bint(a) >> bint(-{count})")), up);
        prop_assert_eq!(of(&format!("bint(a) << '-{count}'")), down);
    }

    #[test]
    fn arithmetic_agrees_with_ruint(x in number(256), y in number(256)) {
        let bint = Bint::load();
        let of = |expression: &str| {
            bint.evaluate(expression, &x.to_string(), &y.to_string()).expect(expression)
        };
        let (a, b) = (pattern(&x), pattern(&y));
        prop_assert_eq!(of("bint(a) + bint(b)"), signed_text(a.wrapping_add(b)));
        prop_assert_eq!(of("bint(a) - bint(b)"), signed_text(a.wrapping_sub(b)));
        prop_assert_eq!(of("bint(a) * bint(b)"), signed_text(a.wrapping_mul(b)));
    }

    #[test]
    fn other_widths_shift_too((bits, x, _) in two(), count in 0_u32..600) {
        let case = (bits, x.clone(), BigInt::from(count));
        gives(&case, "bint(a) << bint(b)", &(unsigned(&x, bits) << count))?;
        gives(&case, "bint(a) >> bint(b)", &(unsigned(&x, bits) >> count))?;
    }

    #[test]
    fn floats_are_the_nearest(x in number(256), y in number(256)) {
        let bint = Bint::load();
        let (a, b) = (x.to_string(), y.to_string());
        let float = |text: &str| text.parse::<f64>().expect("a float");
        let bits = |expression: &str| {
            let text = format!("string.format('%.17g', {expression})");
            float(&bint.evaluate(&text, &a, &b).expect(expression)).to_bits()
        };
        prop_assert_eq!(bits("bint.tonumber(bint(a)) + 0.0"), float(&a).to_bits());
        if y != BigInt::ZERO {
            let quotient = float(&a) / float(&b);
            prop_assert_eq!(bits("bint(a) / bint(b)"), quotient.to_bits());
        }
    }
}

#[test]
fn the_smallest_number_is_its_own_negative() {
    let bint = Bint::load();
    let smallest = format!("-{TWO_POW_255}");
    let same = ["-bint(a)", "bint(a):abs()", "bint(a) // -1", "bint.tdiv(a, -1)", "bint(a) * -1"];
    for expression in same {
        assert_eq!(bint.evaluate(expression, &smallest, "").unwrap(), smallest, "{expression}");
    }
    assert_eq!(bint.evaluate("bint(a) % -1", &smallest, "").unwrap(), "0");
    assert_eq!(bint.evaluate("bint(a) - 1 == bint.maxinteger()", &smallest, "").unwrap(), "true");
}

#[test]
fn shifts_by_far_too_much_leave_nothing() {
    let bint = Bint::load();
    for count in ["256", "-256", "math.mininteger", "math.maxinteger", "bint.mininteger()"] {
        assert_eq!(bint.of(&format!("bint(-1) << {count}")), "0", "{count}");
        assert_eq!(bint.of(&format!("bint(-1) >> {count}")), "0", "{count}");
    }
}
