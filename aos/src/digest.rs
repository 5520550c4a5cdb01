//! Digests and secrets, which identify content where its bytes are not compared.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

/// The BLAKE3 digest of some content, 256 bits: the same in every run and on every machine.
///
/// Nobody can make two contents with the same digest, so a file under check cannot make one
/// content pass for another, although it says what the content is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// Of all that a value hashes. Equal values have equal digests; others do not, provided
    /// that their [`Hash`] covers all that their [`Eq`] compares, as a derived one does.
    ///
    /// What is hashed of numbers depends on the machine: how wide `usize` is, and the order of
    /// bytes.
    pub fn of_value(value: &(impl Hash + ?Sized)) -> Self {
        written(Parts::Digests, value, Self::of)
    }

    /// Hashes a part of a value that knows what is taken of it: by that of it which is taken of
    /// the whole. In tables, which compare what they hold, it counts by a number that is quicker
    /// to have.
    pub fn hash_part<H: Hasher>(hasher: &mut H, part: &impl Part) {
        match PARTS.get() {
            Parts::Quick => hasher.write_u64(part.quick()),
            Parts::Numbers => hasher.write_u64(part.number()),
            Parts::Orders => hasher.write_u64(part.order()),
            Parts::Digests => part.digest().hash(hasher),
        }
    }

    /// The digest of these bytes; nothing if they are not 32.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its first 8 bytes. Contents that share them can be made, so do not
    /// rely on them: they are for numbers that must only look random, and for shards.
    pub fn seed(&self) -> u64 {
        u64::from_le_bytes(std::array::from_fn(|place| self.0[place]))
    }
}

impl Hash for Digest {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write(&self.0);
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// A key that no file under check can know: another one each time.
///
/// Nothing that people see may depend on it.
#[derive(Clone)]
pub struct Secret {
    key: [u8; 32],
    of_values: RandomState,
}

impl Secret {
    /// A new one, from the random numbers of the operating system.
    pub fn random() -> Self {
        // The keys of a `RandomState` are from there; each answer tells of them only to who
        // can undo its hash and BLAKE3.
        let state = RandomState::new();
        let mut random = Vec::new();
        (0..8_u8).for_each(|place| random.extend(state.hash_one(place).to_le_bytes()));
        Self { key: *Digest::of(&random).bytes(), of_values: RandomState::new() }
    }

    /// A number for a value: the same for equal values and one purpose. For any others the
    /// chance of the same number is about 2⁻⁶⁴, whoever chose them: it is SipHash-1-3 under a
    /// key that nobody knows, of all that the value hashes.
    pub fn number_of(&self, value: &(impl Hash + ?Sized), purpose: u64) -> u64 {
        written(Parts::Numbers, value, |bytes| self.of_values.hash_one((purpose, bytes)))
    }

    /// A number for the content of this digest: the same for the same content and purpose. For
    /// any others the chance of the same number is 2⁻⁶⁴, whoever chose the content.
    pub fn number(&self, digest: &Digest, purpose: u64) -> u64 {
        let mut text = [0; 40];
        text[..32].copy_from_slice(digest.bytes());
        text[32..].copy_from_slice(&purpose.to_le_bytes());
        Digest(*blake3::keyed_hash(&self.key, &text).as_bytes()).seed()
    }
}

impl fmt::Debug for Secret {
    /// Does not tell it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// A number for a value that is the same in every run: for choices among equals that show.
/// Do not rely on it: values that share one can be made.
pub fn order_of(value: &(impl Hash + ?Sized)) -> u64 {
    let outer = PARTS.replace(Parts::Orders);
    let order = foldhash::quality::FixedState::with_seed(0x0a05).hash_one(value);
    PARTS.set(outer);
    order
}

/// A part of values that keeps what is taken of it, as many values have it in common.
pub trait Part {
    /// A number for tables, which compare what they hold.
    fn quick(&self) -> u64;
    /// A number of one secret of this run.
    fn number(&self) -> u64;
    /// Its [`order_of`].
    fn order(&self) -> u64;
    fn digest(&self) -> Digest;
}

/// By what of theirs parts are hashed.
#[derive(Clone, Copy)]
enum Parts {
    Quick,
    Numbers,
    Orders,
    Digests,
}

thread_local! {
    /// What this thread takes of a value at this moment.
    static PARTS: Cell<Parts> = const { Cell::new(Parts::Quick) };
    /// Room for what values hash, to be used again.
    static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Takes something of all that a value hashes.
fn written<T>(parts: Parts, value: &(impl Hash + ?Sized), take: impl FnOnce(&[u8]) -> T) -> T {
    let mut written = Written(BUFFER.take());
    let outer = PARTS.replace(parts);
    value.hash(&mut written);
    PARTS.set(outer);
    let taken = take(&written.0);
    written.0.clear();
    BUFFER.set(written.0);
    taken
}

/// Everything that a value hashes.
struct Written(Vec<u8>);

impl Hasher for Written {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn write_u8(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn finish(&self) -> u64 {
        Digest::of(&self.0).seed()
    }
}
