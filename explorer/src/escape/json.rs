//! For JSON, which keeps every text as it is: what cannot be seen is written as `\u202e`.

use super::is_visible;
use super::visible::begins_mark;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};
use std::io::{self, Write};

/// A value on one line. Its maps have strings as keys: nothing else can fail.
pub fn json(value: &(impl Serialize + ?Sized)) -> String {
    written(value, Visibly(CompactFormatter))
}

/// A value on many lines; the last line is ended, too.
pub fn json_lines(value: &(impl Serialize + ?Sized)) -> String {
    written(value, Visibly(PrettyFormatter::new())) + "\n"
}

fn written(value: &(impl Serialize + ?Sized), formatter: impl Formatter) -> String {
    let mut bytes = Vec::new();
    // Nothing that we write can fail to become JSON, and writing to memory does not fail.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut bytes, formatter));
    String::from_utf8(bytes).unwrap_or_default()
}

/// Writes as another does, except for what cannot be seen, and what machines take for a command.
struct Visibly<F>(F);

/// Hands on what has to do with the layout.
macro_rules! as_the_other {
    ($($name:ident $(($argument:ident: $kind:ty))?),*) => {
        $(
            fn $name<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $kind)?) -> io::Result<()> {
                self.0.$name(writer $(, $argument)?)
            }
        )*
    };
}

impl<F: Formatter> Formatter for Visibly<F> {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut from = 0;
        for (place, c) in fragment.char_indices() {
            if is_visible(c) && !begins_mark(&fragment[place..]) {
                continue;
            }
            self.0.write_string_fragment(writer, &fragment[from..place])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            from = place + c.len_utf8();
        }
        self.0.write_string_fragment(writer, &fragment[from..])
    }

    as_the_other!(
        begin_array,
        end_array,
        begin_array_value(first: bool),
        end_array_value,
        begin_object,
        end_object,
        begin_object_key(first: bool),
        end_object_key,
        begin_object_value,
        end_object_value
    );
}

#[cfg(test)]
mod tests {
    use super::{json, json_lines};

    #[test]
    fn a_text_is_kept_and_all_of_it_can_be_seen() {
        let text = "a\u{1b}\u{7f}\u{85}\u{202e}\u{e0041}é ##[error]\n";
        let written = json(text);
        assert_eq!(written, r#""a\u001b\u007f\u0085\u202e\udb40\udc41é \u0023#[error]\n""#);
        assert_eq!(serde_json::from_str::<String>(&written).expect("JSON"), text);
        let value = serde_json::json!({ "\u{202e}": [text, 1, {}], "b": [] });
        let lines = json_lines(&value);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&lines).expect("JSON"), value);
        assert!(lines.starts_with("{\n  \"") && lines.contains('é'), "{lines}");
    }
}
