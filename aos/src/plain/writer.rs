//! Writes what is plain.

use super::view::{Seen, View};
use std::cmp::Ordering;
use std::collections::HashSet;
use std::ops::Range;

/// How deep tables may lie in each other.
const DEEPEST: usize = 64;

#[derive(Default)]
pub(super) struct Writer {
    text: Vec<u8>,
    /// How long that may get. A text that lies in a table many times takes its bytes in Lua
    /// once only.
    longest: usize,
    /// The entries of the tables that are being written, those of the innermost last.
    entries: Vec<Entry>,
    /// A table while its entries are put in order.
    sorted: Vec<u8>,
    /// The tables that were written, by address.
    tables: HashSet<usize, foldhash::fast::RandomState>,
    /// Those of the value that is being written.
    added: Vec<usize>,
}

/// An entry of a table: its key, and where key and value are in the text.
struct Entry {
    key: Key,
    place: Range<usize>,
}

/// Keys in their order: numbers, texts, booleans.
enum Key {
    Integer(i64),
    /// Where its bytes are in the text.
    Text(Range<usize>),
    Boolean(bool),
}

impl Writer {
    pub(super) fn begin(&mut self, longest: usize) {
        self.tables.clear();
        self.longest = longest;
    }

    pub(super) fn has(&self, table: View<'_>) -> bool {
        matches!(table.seen(), Seen::Table(address) if self.tables.contains(&address))
    }

    /// The text of the value; nothing if it is not plain, or has a table in it that was
    /// written or met before.
    pub(super) fn write(&mut self, value: View<'_>, met: &[Option<View<'_>>]) -> Option<&[u8]> {
        self.text.clear();
        self.entries.clear();
        self.added.clear();
        if self.value(value, met, 0).is_none() {
            for table in self.added.drain(..) {
                self.tables.remove(&table);
            }
            return None;
        }
        Some(&self.text)
    }

    fn value(&mut self, value: View<'_>, met: &[Option<View<'_>>], depth: usize) -> Option<()> {
        let seen = value.seen();
        let Seen::Table(address) = seen else { return self.scalar(&seen) };
        let is_met = met.iter().flatten().any(|met| value.is_key_of(*met));
        if is_met || value.has_meta() || depth == DEEPEST || !self.tables.insert(address) {
            return None;
        }
        self.added.push(address);
        value.wear();
        self.table(value, met, depth + 1)
    }

    fn scalar(&mut self, seen: &Seen<'_>) -> Option<()> {
        match seen {
            Seen::Nil => self.text.push(b'n'),
            Seen::Boolean(one) => self.text.push(if *one { b't' } else { b'f' }),
            Seen::Integer(one) => self.field(b'i', &one.to_le_bytes()),
            Seen::Float(one) => self.field(b'd', &one.to_le_bytes()),
            Seen::Text(text) => {
                // What is no table is a text in Lua, too, as long as it is.
                let is_inner = !self.text.is_empty();
                if is_inner && text.len() > self.longest.saturating_sub(self.text.len()) {
                    return None;
                }
                self.field(b's', &u32::try_from(text.len()).ok()?.to_le_bytes());
                self.text.extend_from_slice(text);
            }
            Seen::Table(_) | Seen::Other => return None,
        }
        Some(())
    }

    fn key(&mut self, key: View<'_>) -> Option<Key> {
        let seen = key.seen();
        self.scalar(&seen)?;
        let end = self.text.len();
        Some(match seen {
            Seen::Integer(one) => Key::Integer(one),
            Seen::Boolean(one) => Key::Boolean(one),
            Seen::Text(text) => Key::Text(end - text.len()..end),
            _ => return None,
        })
    }

    fn field(&mut self, kind: u8, bytes: &[u8]) {
        self.text.push(kind);
        self.text.extend_from_slice(bytes);
    }

    fn table(&mut self, table: View<'_>, met: &[Option<View<'_>>], depth: usize) -> Option<()> {
        self.text.push(b'T');
        let (first, begin) = (self.entries.len(), self.text.len());
        table.entries(|key, value| {
            let start = self.text.len();
            let key = self.key(key)?;
            self.value(value, met, depth)?;
            self.entries.push(Entry { key, place: start..self.text.len() });
            Some(())
        })?;
        self.sort(first, begin)?;
        self.text.push(b'e');
        Some(())
    }

    /// Puts the entries from the first on, which are the text from `begin` on, in order.
    /// Nothing if they are a list with a hole.
    fn sort(&mut self, first: usize, begin: usize) -> Option<()> {
        let Self { text, entries, sorted, .. } = self;
        let own = &mut entries[first..];
        own.sort_unstable_by(|one, other| one.key.cmp(&other.key, text));
        if has_holes(own) {
            return None;
        }
        sorted.clear();
        for entry in own {
            sorted.extend_from_slice(&text[entry.place.clone()]);
        }
        text.truncate(begin);
        text.extend_from_slice(sorted);
        entries.truncate(first);
        Some(())
    }
}

impl Key {
    fn cmp(&self, other: &Self, text: &[u8]) -> Ordering {
        match (self, other) {
            (Self::Integer(one), Self::Integer(other)) => one.cmp(other),
            (Self::Boolean(one), Self::Boolean(other)) => one.cmp(other),
            (Self::Text(one), Self::Text(other)) => text[one.clone()].cmp(&text[other.clone()]),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Integer(_) => 0,
            Self::Text(_) => 1,
            Self::Boolean(_) => 2,
        }
    }
}

/// Whether places from 1 on are left out before the last.
fn has_holes(entries: &[Entry]) -> bool {
    let place = |entry: &Entry| match entry.key {
        Key::Integer(place) => Some(place),
        _ => None,
    };
    let places = entries.iter().map_while(place).filter(|place| *place > 0);
    places.zip(1..).any(|(place, expected)| place != expected)
}
