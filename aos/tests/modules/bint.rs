//! `bint.lua`: what becomes a number, what a number becomes, and how numbers meet others.
//!
//! The expectations about texts are those of SEMANTICS A4, table "Quantity", and of the
//! transcription `model/src/bint.rs`.

use crate::Module;
use mlua::Value;
use num_bigint::{BigInt, Sign};
use proptest::prelude::*;
use std::rc::Rc;

const SOURCE: &str = include_str!("../../lua/bint.lua");

pub const TWO_POW_255: &str =
    "57896044618658097711785492504343953926634992332820282019728792003956564819968";
const TWO_POW_255_MINUS_1: &str =
    "57896044618658097711785492504343953926634992332820282019728792003956564819967";
const TWO_POW_256: &str =
    "115792089237316195423570985008687907853269984665640564039457584007913129639936";
const TWO_POW_256_PLUS_10: &str =
    "115792089237316195423570985008687907853269984665640564039457584007913129639946";

/// The module, called for a class of 256 bits in every test.
pub struct Bint(Module);

impl Bint {
    /// The module, loaded once for each thread.
    pub fn load() -> Rc<Self> {
        thread_local!(static LOADED: Rc<Bint> = Rc::new(Bint(Module::load(SOURCE))));
        LOADED.with(Rc::clone)
    }

    /// The text of what an expression about the class `bint` and `a`, `b` gives.
    pub fn evaluate(&self, expression: &str, a: &str, b: &str) -> mlua::Result<String> {
        self.wide(256, expression, a, b)
    }

    /// The same in a class of this many bits.
    pub fn wide(&self, bits: u32, expression: &str, a: &str, b: &str) -> mlua::Result<String> {
        let function = format!(
            "return function(module, a, b) local bint = module({bits}) \
             return tostring({expression}) end"
        );
        self.0.call(&function, (a, b))
    }

    /// The text of what an expression about the class gives.
    pub fn of(&self, expression: &str) -> String {
        self.evaluate(expression, "", "").expect(expression)
    }

    /// The error that an expression about the class throws.
    fn error(&self, expression: &str) -> String {
        let function =
            format!("return function(module) local bint = module() return {expression} end");
        self.0.error(&function, ())
    }

    /// What a text becomes, or `None` if it is not a number.
    fn parse(&self, text: &str) -> Option<String> {
        let read = self.evaluate("bint.fromstring(a)", text, "").expect("nothing thrown");
        (read != "nil").then_some(read)
    }

    /// Asserts that each expression about the class has this text.
    fn check(&self, table: &[(&str, &str)]) {
        for (expression, text) in table {
            assert_eq!(self.of(expression), *text, "{expression}");
        }
    }

    fn check_errors(&self, table: &[(&str, &str)]) {
        for (expression, message) in table {
            let error = self.error(expression);
            assert!(error.contains(message), "{expression}: {error}");
        }
    }
}

/// The number in the range of two's complement that an exact one wraps to.
pub fn wrapped(exact: &BigInt, bits: u32) -> BigInt {
    let modulus = BigInt::from(1) << bits;
    let unsigned = ((exact % &modulus) + &modulus) % &modulus;
    if unsigned >= &modulus >> 1 { unsigned - modulus } else { unsigned }
}

/// What a text of this sign and these digits means, computed with another library.
fn meaning(sign: &str, digits: &str, base: u32) -> Option<String> {
    let exact = BigInt::parse_bytes(digits.as_bytes(), base)?;
    Some(wrapped(&if sign == "-" { -exact } else { exact }, 256).to_string())
}

#[test]
fn spellings_that_are_no_bint_are_refused() {
    let bint = Bint::load();
    let refused = [
        "", "1.5", "1e3", "1e1", "10.0", "0x1p4", "1e309", "inf", "-inf", "nan", "ten", "1_0",
        "1,000", " 10 ", " 10", "10 ", "\t10\n", "10\n", "10\0", "\0", "١٠", "٣", "+", "-", "+-1",
        "--1", "- 1", "0x", "0b", "-0x", "0b102", "0xg", "x10", "00x10", "0x-1", "0x0x1", "ff",
        "b1", "０", "1-",
    ];
    for text in refused {
        assert_eq!(bint.parse(text), None, "{text:?}");
        assert_eq!(bint.evaluate("bint.tobint(a)", text, "").unwrap(), "nil", "{text:?}");
        for call in ["bint(a)", "bint.new(a)", "bint.ult(a, 1)", "bint.__band(a, 1)"] {
            let error = bint.evaluate(call, text, "").expect_err(call).to_string();
            assert!(error.contains("value cannot be represented by a bint"), "{text:?}: {error}");
        }
    }
}

#[test]
fn spellings_of_the_semantics_table_are_read_as_it_says() {
    let bint = Bint::load();
    let table = [
        ("0", "0"),
        ("-0", "0"),
        ("+0", "0"),
        ("000", "0"),
        ("0x0", "0"),
        ("0b0", "0"),
        ("-10", "-10"),
        ("-0x1", "-1"),
        ("-0b1", "-1"),
        ("10", "10"),
        ("+10", "10"),
        ("0010", "10"),
        ("0x10", "16"),
        ("0X1f", "31"),
        ("0b1010", "10"),
        ("0B1010", "10"),
        ("0x1000000000000000A", "18446744073709551626"),
        ("0xffffffffffffffff", "18446744073709551615"),
        ("-0xffffffffffffffff", "-18446744073709551615"),
        ("9007199254740993", "9007199254740993"),
        ("9223372036854775807", "9223372036854775807"),
        ("9223372036854775808", "9223372036854775808"),
        ("-9223372036854775809", "-9223372036854775809"),
        (TWO_POW_255_MINUS_1, TWO_POW_255_MINUS_1),
        (TWO_POW_256, "0"),
        (TWO_POW_256_PLUS_10, "10"),
    ];
    for (text, value) in table {
        assert_eq!(bint.parse(text).as_deref(), Some(value), "{text:?}");
        assert_eq!(bint.evaluate("bint(a)", text, "").unwrap(), value, "{text:?}");
    }
    assert_eq!(bint.parse(TWO_POW_255), Some(format!("-{TWO_POW_255}")));
    let sixty_five_digits = format!("0x1{}A", "0".repeat(63));
    assert_eq!(bint.parse(&sixty_five_digits).as_deref(), Some("10"));
    let minus_all_but_ten = format!("-0x{}6", "f".repeat(63));
    assert_eq!(bint.parse(&minus_all_but_ten).as_deref(), Some("10"));
}

/// The checks of the blueprint's Transfer: the quantity is positive and not above the balance.
#[test]
fn the_blueprint_moves_what_semantics_say() {
    let bint = Bint::load();
    let moves = "bint.__lt(0, bint(a)) and bint.__le(bint(a), bint(b)) \
                 and tostring(bint.__sub(b, a)) .. ' ' .. tostring(bint('5') + bint(a))";
    let table = [
        ("10", "90 15"),
        ("0x10", "84 21"),
        (TWO_POW_256_PLUS_10, "90 15"),
        ("0", "false"),
        ("-10", "false"),
        ("101", "false"),
        (TWO_POW_255, "false"),
        (TWO_POW_256, "false"),
    ];
    for (quantity, outcome) in table {
        assert_eq!(bint.evaluate(moves, quantity, "100").unwrap(), outcome, "{quantity}");
    }
}

proptest! {
    #[test]
    fn decimals_agree_with_num_bigint(sign in "[+-]?", digits in "[0-9]{1,120}") {
        let read = Bint::load().parse(&format!("{sign}{digits}"));
        prop_assert_eq!(read, meaning(&sign, &digits, 10));
    }

    #[test]
    fn hexadecimals_agree_with_num_bigint(
        sign in "[+-]?", prefix in "0[xX]", digits in "[0-9a-fA-F]{1,120}",
    ) {
        let read = Bint::load().parse(&format!("{sign}{prefix}{digits}"));
        prop_assert_eq!(read, meaning(&sign, &digits, 16));
    }

    #[test]
    fn binaries_agree_with_num_bigint(
        sign in "[+-]?", prefix in "0[bB]", digits in "[01]{1,400}",
    ) {
        let read = Bint::load().parse(&format!("{sign}{prefix}{digits}"));
        prop_assert_eq!(read, meaning(&sign, &digits, 2));
    }

    #[test]
    fn only_the_three_forms_are_read(text in "\\PC{0,12}|[+0-9xXbBa-f-]{0,9}") {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(&text).to_lowercase();
        let all = |rest: &str, base| !rest.is_empty() && rest.chars().all(|c| c.is_digit(base));
        let prefixed = |prefix, base| unsigned.strip_prefix(prefix).is_some_and(|r| all(r, base));
        let number = all(&unsigned, 10) || prefixed("0x", 16) || prefixed("0b", 2);
        prop_assert_eq!(Bint::load().parse(&text).is_some(), number);
    }

    #[test]
    fn bases_agree_with_num_bigint(
        bytes in prop::collection::vec(any::<u8>(), 0..40), negative: bool, base in 2_u32..=36,
    ) {
        let bint = Bint::load();
        let magnitude = BigInt::from_bytes_le(Sign::Plus, &bytes);
        let exact = if negative { -magnitude } else { magnitude };
        let (number, text) = (wrapped(&exact, 256), exact.to_str_radix(base));
        let read = format!("bint.frombase(a, {base})");
        for text in [text.clone(), text.to_uppercase()] {
            prop_assert_eq!(bint.evaluate(&read, &text, "").unwrap(), number.to_string());
        }
        let signed = format!("bint.tobase(bint(a), {base}, false)");
        let written = bint.evaluate(&signed, &number.to_string(), "").unwrap();
        prop_assert_eq!(written, number.to_str_radix(base));
        let modulus = BigInt::from(1) << 256;
        let pattern = if number < BigInt::ZERO { number.clone() + modulus } else { number.clone() };
        let unsigned = format!("bint.tobase(a, {base}, true)");
        let written = bint.evaluate(&unsigned, &number.to_string(), "").unwrap();
        prop_assert_eq!(written, pattern.to_str_radix(base));
    }

    #[test]
    fn integers_of_lua_go_in_and_out(integer: i64) {
        let bint = Bint::load();
        let signed = bint.evaluate(&format!("bint.frominteger({integer}|0)"), "", "").unwrap();
        prop_assert_eq!(&signed, &integer.to_string());
        let unsigned = bint.of(&format!("bint.fromuinteger({integer}|0)"));
        prop_assert_eq!(unsigned, integer.cast_unsigned().to_string());
        let back = "math.type(bint.tonumber(bint(a))) .. bint.tointeger(bint(a))";
        let text = integer.to_string();
        prop_assert_eq!(bint.evaluate(back, &text, "").unwrap(), format!("integer{text}"));
    }
}

#[test]
fn bases_are_known_from_2_to_36() {
    Bint::load().check(&[
        ("bint.frombase('zz', 36)", "1295"),
        ("bint.frombase('-ZZ', 36)", "-1295"),
        ("bint.frombase('10')", "10"),
        ("bint.frombase('10', 16.0)", "16"),
        ("bint.frombase('12', 2)", "nil"),
        ("bint.frombase('0x10', 16)", "nil"),
        ("bint.frombase('', 10)", "nil"),
        ("bint.frombase('1.5', 10)", "nil"),
        ("bint.frombase('1', 1)", "nil"),
        ("bint.frombase('1', 37)", "nil"),
        ("bint.frombase('1', 2.5)", "nil"),
        ("bint.frombase('1', 'x')", "nil"),
        ("bint.frombase(10, 10)", "nil"),
        ("bint.fromstring(10)", "nil"),
        ("bint.tobase(255, 16)", "ff"),
        ("bint.tobase(-255, 16, false)", "-ff"),
        ("bint.tobase(bint(-1), 16)", &"f".repeat(64)),
        ("bint.tobase(-7)", "-7"),
        ("bint.tobase('7', 2)", "111"),
        ("bint.tobase(0, 2)", "0"),
        ("bint.tobase(7, 1)", "nil"),
        ("bint.tobase(7.5)", "nil"),
    ]);
}

#[test]
fn whole_numbers_become_bints_and_others_do_not() {
    let bint = Bint::load();
    bint.check(&[
        ("bint(10)", "10"),
        ("bint(10.0)", "10"),
        ("bint.new(-3)", "-3"),
        ("bint(math.mininteger)", "-9223372036854775808"),
        ("bint.frominteger(1.5)", "nil"),
        ("bint.frominteger(2.0^63)", "nil"),
        ("bint.frominteger(0/0)", "nil"),
        ("bint.frominteger('12')", "12"),
        ("bint.frominteger(nil)", "nil"),
        ("bint.fromuinteger(1.5)", "nil"),
        ("bint.fromuinteger(-1)", "18446744073709551615"),
        ("bint.tobint(1.5)", "nil"),
        ("bint.tobint({})", "nil"),
        ("bint.tobint(nil)", "nil"),
        ("bint.tobint(true)", "nil"),
        ("math.type(bint.parse('1.5'))", "float"),
        ("bint.parse(1.5)", "1.5"),
        ("bint.parse('1e3')", "1000.0"),
        ("bint.parse(' 10 ')", "10"),
        ("bint.isbint(bint.parse('10'))", "true"),
        ("bint.parse('ten')", "nil"),
        ("bint.parse({})", "nil"),
        ("bint.zero()", "0"),
        ("bint.one()", "1"),
        ("bint.maxinteger()", TWO_POW_255_MINUS_1),
        ("bint.mininteger()", &format!("-{TWO_POW_255}")),
    ]);
    let message = "value cannot be represented by a bint";
    for expression in ["bint(1.5)", "bint(1e300)", "bint(0/0)", "bint({})", "bint(nil)", "bint()"] {
        assert_eq!(bint.error(expression), message, "{expression}");
    }
}

#[test]
fn copies_are_tables_of_their_own() {
    Bint::load().check(&[
        ("(function(x) return rawequal(bint.tobint(x), x) end)(bint(1))", "true"),
        ("(function(x) return rawequal(bint.tobint(x, true), x) end)(bint(1))", "false"),
        ("(function(x) return rawequal(bint(x), x) end)(bint(1))", "false"),
        ("(function(x) return rawequal(bint.abs(x), x) end)(bint(1))", "false"),
        ("(function(x) return rawequal(bint.max(x, 0), x) end)(bint(1))", "false"),
        (
            "(function(x) local y = bint.inc(x) return tostring(x) .. tostring(y) end)(bint(1))",
            "12",
        ),
    ]);
}

#[test]
fn a_number_is_a_plain_table_of_limbs() {
    let bint = Bint::load();
    let limbs = "(function(x) local keys = {} for key, limb in pairs(x) do \
                 assert(math.type(key) == 'integer' and math.type(limb) == 'integer') \
                 assert(0 <= limb and limb < 2^32) keys[#keys + 1] = key end \
                 table.sort(keys) return table.concat(keys, ' ') end)";
    for made in ["bint(-1)", "bint(a)", "bint(a) * bint(b)", "bint(a) << 40", "bint(b) // bint(a)"]
    {
        let found = bint.evaluate(&format!("{limbs}({made})"), "-77", TWO_POW_256_PLUS_10);
        assert_eq!(found.unwrap(), "1 2 3 4 5 6 7 8", "{made}");
        let odd = bint.0.call::<String>(
            &format!(
                "return function(module, a, b) local bint = module(96) return {limbs}({made}) end"
            ),
            ("-77", TWO_POW_256_PLUS_10),
        );
        assert_eq!(odd.unwrap(), "1 2 3", "{made}");
    }
    bint.check(&[
        ("getmetatable(bint(1)) == bint", "true"),
        ("bint.__index == bint", "true"),
        ("bint(1)[1] .. ' ' .. bint('0x100000000')[2]", "1 1"),
        ("bint(5):iszero()", "false"),
    ]);
}

#[test]
fn kinds_are_told_apart() {
    Bint::load().check(&[
        ("bint.isbint(bint(1))", "true"),
        ("bint.isbint(1)", "false"),
        ("bint.isbint('1')", "false"),
        ("bint.isbint({})", "false"),
        ("bint.isbint(nil)", "false"),
        ("bint.isintegral(bint(1))", "true"),
        ("bint.isintegral(1)", "true"),
        ("bint.isintegral(1.0)", "false"),
        ("bint.isintegral('1')", "false"),
        ("bint.isnumeric(bint(1))", "true"),
        ("bint.isnumeric(1.5)", "true"),
        ("bint.isnumeric('1')", "false"),
        ("bint.type(bint(1))", "bint"),
        ("bint.type(1.5)", "float"),
        ("bint.type('1')", "nil"),
    ]);
}

#[test]
fn properties_hold_of_numbers_of_lua_too() {
    Bint::load().check(&[
        ("bint.iszero(0)", "true"),
        ("bint.iszero(0.5)", "false"),
        ("bint.isone(1.0)", "true"),
        ("bint.isminusone(-1)", "true"),
        ("bint.isneg(-0.5)", "true"),
        ("bint.ispos(0)", "false"),
        ("bint.iseven(-4)", "true"),
        ("bint.isodd(-3)", "true"),
    ]);
}

#[test]
fn numbers_that_are_too_wide_for_lua_become_floats() {
    Bint::load().check(&[
        ("bint.tonumber(bint('9223372036854775808'))", "9.2233720368548e+18"),
        ("bint.tonumber(bint('9223372036854775808')) == 2.0^63", "true"),
        ("bint.tonumber(bint.mininteger()) == -2.0^255", "true"),
        ("bint.tonumber('1.5')", "1.5"),
        ("bint.tonumber('ten')", "nil"),
        ("bint.tointeger(bint('0x1000000000000000A'))", "10"),
        ("bint.tointeger(bint('9223372036854775808'))", "-9223372036854775808"),
        ("bint.tointeger(2.0)", "2"),
        ("bint.tointeger(2.5)", "nil"),
        ("bint.touinteger(bint(-1))", "-1"),
    ]);
}

#[test]
fn operands_may_be_numbers_and_numerals() {
    let bint = Bint::load();
    bint.check(&[
        ("bint('10') + 5", "15"),
        ("5 + bint('10')", "15"),
        ("bint(10) + '0b11'", "13"),
        ("'5' - bint(10)", "-5"),
        ("bint.__add('10', '5')", "15"),
        ("bint.isbint(bint.__add('10', 5))", "true"),
        ("bint.__sub('10', 15)", "-5"),
        ("bint.__mul(2, 3.0)", "6"),
        ("bint(7) // '2'", "3"),
        ("bint(-7) % 4", "1"),
        ("bint(1) << 8", "256"),
        ("bint(6) & '3'", "2"),
        ("bint.inc('9')", "10"),
        ("bint.dec(9)", "8"),
        ("bint.abs('-9')", "9"),
        ("bint.max('9', 10)", "10"),
        ("bint.min(bint(9), '0x10')", "9"),
        ("bint(1) < 2", "true"),
        ("2 <= bint(1)", "false"),
        ("bint(1) < '2'", "true"),
        ("bint.__lt('1', bint(2))", "true"),
        ("bint.__le('0x10', '16')", "true"),
        ("bint.eq('0x10', 16)", "true"),
        ("bint.eq(bint(1), 1.5)", "false"),
        ("bint.eq('x', 'x')", "true"),
        ("bint(1) == bint('1')", "true"),
        ("bint(1) == 1", "false"),
        ("bint(1) ~= bint(2)", "true"),
        ("bint(1) == {1}", "false"),
    ]);
}

#[test]
fn fractions_make_it_floats() {
    let bint = Bint::load();
    bint.check(&[
        ("bint(1) + 1.5", "2.5"),
        ("bint(1) - '1.5'", "-0.5"),
        ("bint(2) * 0.5", "1.0"),
        ("bint(7) // 1.5", "4.0"),
        ("bint(7) % 1.5", "1.0"),
        ("bint(1) < 1.5", "true"),
        ("bint(2) <= 1.5", "false"),
        ("bint.inc(0.5)", "1.5"),
        ("bint.dec(0.5)", "-0.5"),
        ("bint.abs(-0.5)", "0.5"),
        ("bint.max(1, 1.5)", "1.5"),
        ("bint(3) / 2", "1.5"),
        ("bint(4) / bint(2)", "2.0"),
        ("bint(2) ^ 10", "1024.0"),
        ("bint(2) ^ -1", "0.5"),
        ("table.concat({bint.tdivmod(-7, 1.5)}, ' ')", "-4.0 -1.0"),
    ]);
    bint.check_errors(&[
        ("bint(1) + 'ten'", "attempt to perform arithmetic on a nil value"),
        ("bint(1) < 'ten'", "attempt to compare"),
        ("bint(1) & 1.5", "value cannot be represented by a bint"),
        ("bint.ipow(2, 0.5)", "value cannot be represented by a bint"),
        ("bint(1) << 'x'", "value cannot be represented by a bint"),
    ]);
}

#[test]
fn nothing_is_divided_by_zero() {
    let message = "attempt to perform division by zero";
    Bint::load().check_errors(&[
        ("bint(1) // 0", message),
        ("bint(1) % bint(0)", message),
        ("bint.udivmod(1, 0)", message),
        ("bint.tdivmod(1, '0')", message),
        ("bint.idivmod(1, 0)", message),
    ]);
    Bint::load().check(&[("bint(1) / 0", "inf"), ("bint.ipow(0, 0)", "1")]);
}

#[test]
fn widths_are_multiples_of_32() {
    let bint = Bint::load();
    for bits in ["0", "-32", "100", "256.5", "'256'", "{}", "true", "1/0"] {
        let error = bint.0.error(&format!("return function(module) return module({bits}) end"), ());
        assert_eq!(error, "the number of bits of a bint must be a positive multiple of 32");
    }
    let ask = |bits: u32, text: &str| bint.wide(bits, "bint(a)", text, "").unwrap();
    assert_eq!(ask(32, "2147483648"), "-2147483648");
    assert_eq!(ask(32, "4294967297"), "1");
    assert_eq!(ask(64, "18446744073709551617"), "1");
    assert_eq!(ask(1024, TWO_POW_256_PLUS_10), TWO_POW_256_PLUS_10);
    assert_eq!(bint.of("module(256.0) == module()"), "true");
}

/// A source that is loaded again asks for the class again, and mixes numbers of both.
#[test]
fn classes_of_one_width_understand_each_other() {
    let bint = Bint::load();
    for (bits, same) in [(256, "true"), (512, "true"), (96, "false")] {
        let of = |expression: &str| bint.wide(bits, expression, "", "").unwrap();
        assert_eq!(of(&format!("module({bits}) == bint")), same);
        assert_eq!(of(&format!("bint(1) + module({bits})(2)")), "3");
        assert_eq!(of(&format!("bint(2) == module({bits})(2)")), "true");
        assert_eq!(of(&format!("bint(module({bits})(2))")), "2");
    }
    assert_eq!(bint.of("bint.tobint(module(512)(2))"), "nil");
    assert_eq!(bint.of("bint(2) == module(512)(2)"), "false");
}

#[test]
fn no_class_has_state() {
    let bint = Bint::load();
    let function = "return function(module) local bint = module() local one = bint.one() \
                    one[1] = 7 local zero = bint.zero() zero[1] = 7 \
                    return tostring(bint.one()) .. tostring(bint.zero()) end";
    assert_eq!(bint.0.call::<String>(function, ()).unwrap(), "10");
    let value: Value = bint.0.call("return function(module) return module end", ()).unwrap();
    assert!(value.is_function());
}
