//! Reads what is plain off the text of a state.

use crate::state::{Observed, Value};

/// What a text says that is one scalar, or a table of scalars; nothing if it says more.
pub(crate) fn observed(text: &[u8]) -> Option<Observed> {
    let mut reader = Reader(text);
    let seen = match text.first()? {
        b'T' => Observed::Entries(reader.entries()?),
        _ => Observed::Value(reader.scalar()?),
    };
    reader.0.is_empty().then_some(seen)
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take(&mut self, n: usize) -> Option<&[u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn entries(&mut self) -> Option<Vec<(Value, Value)>> {
        self.take(1)?;
        let mut entries = Vec::new();
        while self.0.first()? != &b'e' {
            entries.push((self.scalar()?, self.scalar()?));
        }
        self.take(1)?;
        Some(entries)
    }

    fn scalar(&mut self) -> Option<Value> {
        let [kind] = self.array()?;
        Some(match kind {
            b'n' => Value::Nil,
            b't' => Value::Boolean(true),
            b'f' => Value::Boolean(false),
            b'i' => Value::Integer(i64::from_le_bytes(self.array()?)),
            b'd' => Value::Float(f64::from_le_bytes(self.array()?)),
            b's' => {
                let length = u32::from_le_bytes(self.array()?);
                Value::Text(self.take(usize::try_from(length).ok()?)?.to_vec())
            }
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_and_tables_of_them_are_read_and_nothing_else_is() {
        assert_eq!(observed(b"t"), Some(Observed::Value(Value::Boolean(true))));
        let text = || Value::Text(b"a".to_vec());
        let entries = Observed::Entries(vec![(text(), Value::Boolean(false))]);
        assert_eq!(observed(b"Ts\x01\0\0\0afe"), Some(entries));
        for other in [&b""[..], b"T", b"Tt", b"Ttt", b"TtTee", b"Tmhxe", b"h\x01a", b"tt", b"s\x09"]
        {
            assert_eq!(observed(other), None, "{other:?}");
        }
    }
}
