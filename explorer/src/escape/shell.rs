//! For a command that a reader can paste.

use super::visible::has_mark;
use super::{Visible, is_visible};
use std::ffi::OsStr;
use std::fmt::Write;

/// A word of a command as a shell takes it: as it is, in quotes, or, where something in it cannot
/// be seen, as `$'\x1b'`, which bash, zsh and ksh know.
pub fn shell_word(word: &OsStr) -> Visible {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_./:=,@+".contains(byte);
    let bytes = word.as_encoded_bytes();
    let is_seen = |text: &str| text.chars().all(is_visible) && !has_mark(text);
    let text = match word.to_str() {
        Some(text) if !text.is_empty() && bytes.iter().all(is_plain) => text.to_owned(),
        Some(text) if is_seen(text) => {
            format!("'{}'", text.replace('\'', "'\\''"))
        }
        _ => format!("$'{}'", ansi_c(bytes)),
    };
    Visible::already(text)
}

/// A command and its words.
pub fn shell_command(name: &'static str, words: &[impl AsRef<OsStr>]) -> Visible {
    let words = words.iter().map(|word| format!(" {}", shell_word(word.as_ref()).as_str()));
    Visible::already(words.fold(name.to_owned(), |command, word| command + &word))
}

/// Between `$'` and `'`.
fn ansi_c(bytes: &[u8]) -> String {
    let mut quoted = String::new();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            // Writing to memory does not fail.
            let _ = match c {
                '\\' | '\'' => write!(quoted, "\\{c}"),
                '\n' => write!(quoted, "\\n"),
                c if is_visible(c) && c != '#' => write!(quoted, "{c}"),
                c => write!(quoted, "{}", c.to_string().bytes().map(octal).collect::<String>()),
            };
        }
        quoted.extend(chunk.invalid().iter().map(|byte| octal(*byte)));
    }
    quoted
}

/// Three digits, behind which any digit can stand.
fn octal(byte: u8) -> String {
    format!("\\{byte:03o}")
}

#[cfg(test)]
mod tests {
    use super::shell_word;
    use std::process::Command;

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_the_word_that_was_meant() {
        use std::os::unix::ffi::OsStrExt;
        let words: [&[u8]; 9] = [
            b"plain-1.lua",
            b"",
            b"it's a \"word\" $(x) `y` \\n",
            b"a\nb\x1b[31m7\x079",
            "\u{202e}grün".as_bytes(),
            b"\xff\xfe'\\",
            b"-n",
            b"::error::x",
            b"##[error]x",
        ];
        for word in words {
            let shown = shell_word(std::ffi::OsStr::from_bytes(word));
            let script = format!("printf %s {}", shown.as_str());
            let said = Command::new("bash").args(["-c", &script]).output().expect("bash runs");
            assert_eq!(said.stdout, word, "{}", shown.as_str());
            assert!(!shown.as_str().contains("##["), "{}", shown.as_str());
        }
    }
}
