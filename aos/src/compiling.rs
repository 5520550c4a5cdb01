//! Sources that Lua's compiler takes too long for: nothing can stop it while it compiles.

/// The longest source, bytes. What is compiled or kept of one takes time in proportion.
pub const LONGEST_SOURCE: usize = 1 << 20;

/// Words that jump. The compiler of Lua 5.3 keeps jumps that lead to one place in a list, and goes
/// through that list for each that it adds (`luaK_concat` in `lcode.c`): many take the square of
/// their number.
const JUMPS: [&[u8]; 5] = [b"and", b"or", b"elseif", b"break", b"goto"];
const MOST_JUMPS: usize = 10_000;

/// Why a source is not compiled; nothing where it is.
pub fn too_much(source: &[u8]) -> Option<String> {
    if source.len() > LONGEST_SOURCE {
        return Some(format!(
            "a source of {} bytes: it may have up to {LONGEST_SOURCE}",
            source.len()
        ));
    }
    let words = source.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    let jumps = words.filter(|word| JUMPS.contains(word)).count();
    (jumps > MOST_JUMPS).then(|| {
        format!(
            "{jumps} times `and`, `or`, `elseif`, `break` or `goto` in one source: it may have up to {MOST_JUMPS}, as Lua takes the square of their number to compile them"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_too_long_is_named() {
        let ors = |count| format!("return f{}", " or f".repeat(count));
        assert_eq!(too_much(ors(MOST_JUMPS).as_bytes()), None);
        let why = too_much(ors(MOST_JUMPS + 1).as_bytes()).expect("too many");
        assert!(why.starts_with("10001 times `and`, `or`"), "{why}");
        assert_eq!(too_much(" ".repeat(LONGEST_SOURCE).as_bytes()), None);
        assert!(too_much(" ".repeat(LONGEST_SOURCE + 1).as_bytes()).is_some());
        assert_eq!(too_much("organ ".repeat(20_000).as_bytes()), None);
    }
}
