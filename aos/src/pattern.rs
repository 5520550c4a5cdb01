//! How long a Lua pattern can take to match. Only a look at the pattern can tell. In Lua, that
//! look would count as the contract's instructions.
#![allow(unsafe_code, reason = "is called by Lua at each match")]

use crate::hook::text;
use mlua::ffi::{lua_Integer, lua_State, lua_pushinteger, lua_pushnumber};
use std::ffi::c_int;

/// A set is as good as single characters for so many bytes of a pattern.
const LONG: usize = 32;

/// How often a pattern can go through a text, and in how many ways besides.
#[derive(Debug, PartialEq)]
struct Cost {
    exponent: lua_Integer,
    ways: f64,
}

/// The place behind a set that begins here.
fn behind_set(pattern: &[u8], mut at: usize) -> usize {
    at += if pattern.get(at + 1) == Some(&b'^') { 2 } else { 1 };
    loop {
        at += if pattern.get(at) == Some(&b'%') { 2 } else { 1 };
        if at >= pattern.len() || pattern[at] == b']' {
            return at + 1;
        }
    }
}

impl Cost {
    fn of(pattern: &[u8]) -> Self {
        // Without an anchor, it may begin anywhere.
        let mut exponent = lua_Integer::from(pattern.first() != Some(&b'^'));
        let (mut ways, mut at) = (1.0, 0);
        while let Some(first) = pattern.get(at) {
            let next = pattern.get(at + 1);
            let scans = match first {
                b'%' => next.is_some_and(|class| *class == b'b' || class.is_ascii_digit()),
                first => b"-*+".contains(first),
            };
            exponent += lua_Integer::from(scans);
            if *first == b'?' {
                ways *= 2.0;
            }
            at = match (first, next) {
                (b'[', _) => behind_set(pattern, at),
                (b'%', Some(b'b')) => at + 4,
                (b'%', _) => at + 2,
                _ => at + 1,
            };
        }
        #[allow(clippy::cast_precision_loss, reason = "no text is that long")]
        let sets = (1 + pattern.len() / LONG) as f64;
        Self { exponent, ways: ways * sets }
    }
}

/// `cost(pattern)`: how often it can go through the text, and in how many ways besides.
pub(crate) unsafe extern "C-unwind" fn cost(state: *mut lua_State) -> c_int {
    // SAFETY: the function has an argument, and there is room for two values.
    unsafe {
        let Cost { exponent, ways } = Cost::of(text(state, 1).unwrap_or_default());
        lua_pushinteger(state, exponent);
        lua_pushnumber(state, ways);
    }
    2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_costs_what_it_repeats() {
        let of = |pattern: &str| {
            let Cost { exponent, ways } = Cost::of(pattern.as_bytes());
            (exponent, ways)
        };
        assert_eq!(of("^%d+$"), (1, 1.0));
        assert_eq!(of("a"), (1, 1.0));
        assert_eq!(of(".-.-b"), (3, 1.0));
        assert_eq!(of("(.*)(.*)%1%2b"), (5, 1.0));
        assert_eq!(of("%bxya?b?"), (2, 4.0));
        assert_eq!(of("[^]*-+%]]*c"), (2, 1.0));
        assert_eq!(of("["), (1, 1.0));
        assert_eq!(of("%"), (1, 1.0));
        assert_eq!(of(&"a".repeat(64)), (1, 3.0));
    }
}
