//! The key that shows who wrote a cached search. Whoever can only write to the folder does not
//! have it.
//!
//! A folder of kept searches may come with a pull request, or be shared. A verdict in it counts
//! only if it was written with the key of whoever asks.

use crate::files;
use explorer::text_file;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the environment may have a key.
pub const VARIABLE: &str = "TIM3_CACHE_KEY";

/// What keys of other programs are not taken for.
const CONTEXT: &str = "tim3 2026-11 searches that are kept";

/// Bytes that a secret has at least: a shorter one can be guessed.
const SHORTEST: usize = 16;

/// Characters of a seal, and the end of its line.
const SEAL: usize = 2 * blake3::OUT_LEN + 1;

pub struct Key([u8; blake3::KEY_LEN]);

impl Key {
    /// The key of whoever asks: that of a file that was named, that of the environment, or one of
    /// their own that is made at first and stays on this machine.
    ///
    /// # Errors
    /// Where the key should be, what is wrong there, and the way out.
    pub fn of_caller(named: Option<&Path>, folder: &Path) -> Result<Self, String> {
        if let Some(file) = named {
            not_within(folder, file)?;
            return of_file(file).map_err(|error| format!("--cache-key-file {error}"));
        }
        if let Some(secret) = env::var_os(VARIABLE) {
            let secret = secret.into_encoded_bytes();
            return Self::of_secret(&secret).map_err(|error| format!("{VARIABLE}: {error}"));
        }
        let own = own_file()?;
        not_within(folder, &own)?;
        make(&own).and_then(|()| of_own_file(&own)).map_err(|error| {
            format!("{error}; name another key: --cache-key-file FILE, or {VARIABLE}")
        })
    }

    /// The key that a secret makes.
    ///
    /// # Errors
    /// If it is too short.
    pub fn of_secret(secret: &[u8]) -> Result<Self, String> {
        let secret = secret.trim_ascii();
        if secret.len() < SHORTEST {
            let length = secret.len();
            return Err(format!("a key of {length} bytes can be guessed; at least {SHORTEST}"));
        }
        Ok(Self(blake3::derive_key(CONTEXT, secret)))
    }

    /// What is kept under a name, behind its seal.
    pub fn sealed(&self, name: &str, body: &[u8]) -> Vec<u8> {
        let mut bytes = format!("{}\n", self.seal(name, body)).into_bytes();
        bytes.extend_from_slice(body);
        bytes
    }

    /// What was kept under this name with this key; nothing if it was not.
    pub fn opened<'a>(&self, name: &str, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let (seal, body) = bytes.split_at_checked(SEAL)?;
        let seal = blake3::Hash::from_hex(seal.strip_suffix(b"\n")?).ok()?;
        // Hashes are compared in constant time.
        (seal == self.seal(name, body)).then_some(body)
    }

    fn seal(&self, name: &str, body: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        // The length says where the name ends.
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes()).update(body).finalize()
    }
}

fn of_file(file: &Path) -> Result<Key, String> {
    let place = file.display();
    let secret = text_file::bytes(file);
    let secret = secret.map_err(|error| format!("{place}: {}", error.said("a key")))?;
    Key::of_secret(&secret).map_err(|error| format!("{place}: {error}"))
}

/// Whoever can write the searches could write the key as well.
fn not_within(folder: &Path, file: &Path) -> Result<(), String> {
    let is_within = |file: &Path| {
        let (Ok(folder), Ok(file)) = (folder.canonicalize(), file.canonicalize()) else {
            return false;
        };
        file.starts_with(folder)
    };
    if file.ancestors().any(is_within) {
        let (file, folder) = (file.display(), folder.display());
        return Err(format!(
            "{file}: a key within --cache {folder} shows nothing: whoever can write there could write it; name another folder"
        ));
    }
    Ok(())
}

/// Where a user's own key is.
fn own_file() -> Result<PathBuf, String> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|it| it.is_absolute());
    let state = absolute("XDG_STATE_HOME")
        .or_else(|| Some(absolute("HOME")?.join(".local").join("state")))
        .or_else(|| absolute("LOCALAPPDATA"));
    state.map(|state| state.join("tim3").join("cache.key")).ok_or_else(|| {
        format!(
            "--cache: the searches need a key, and there is no folder for one (XDG_STATE_HOME, HOME); name it: --cache-key-file FILE, or {VARIABLE}"
        )
    })
}

/// Makes a key where there is none. Of two who do at once, one wins.
fn make(file: &Path) -> Result<(), String> {
    if fs::symlink_metadata(file).is_ok() {
        return Ok(());
    }
    let mut random = [0; blake3::KEY_LEN];
    let made = getrandom::fill(&mut random).map_err(std::io::Error::other);
    let text = blake3::Hash::from_bytes(random).to_hex();
    made.and_then(|()| files::create_private(file, format!("{text}\n").as_bytes()))
        .map_err(|error| format!("{}: a key cannot be kept there: {error}", file.display()))
}

/// A key that nobody else could have read, or put there.
fn of_own_file(file: &Path) -> Result<Key, String> {
    let place = file.display();
    let is = fs::symlink_metadata(file).map_err(|error| format!("{place}: {error}"))?;
    if let Some(kind) = text_file::other_than_file(&is) {
        return Err(format!("{place}: it is {kind}, not a file with a key"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if is.uid() != rustix::process::geteuid().as_raw() {
            return Err(format!("{place}: this key belongs to another user"));
        }
        if is.mode() & 0o077 != 0 {
            return Err(format!("{place}: others can read this key; remove it"));
        }
    }
    of_file(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(secret: &str) -> Key {
        Key::of_secret(secret.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn only_what_was_sealed_under_a_name_can_be_opened() {
        let (own, other) = (key("0123456789abcdef"), key("0123456789abcdeg"));
        let sealed = own.sealed("name", b"holds");
        assert_eq!(own.opened("name", &sealed), Some(&b"holds"[..]));
        assert_eq!(own.opened("another", &sealed), None);
        assert_eq!(own.opened("nam", &own.sealed("name", b"holds")), None);
        assert_eq!(other.opened("name", &sealed), None);
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(own.opened("name", &changed), None, "byte {place}");
            assert_eq!(own.opened("name", &sealed[..place]), None, "{place} bytes");
        }
    }

    #[test]
    fn a_secret_that_can_be_guessed_is_refused() {
        assert!(Key::of_secret(b"0123456789abcde").is_err());
        assert!(Key::of_secret(b"            1          \n").is_err());
    }

    #[test]
    fn an_own_key_is_made_once_and_for_nobody_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("state").join("tim3").join("cache.key");
        let read = || make(&file).and_then(|()| of_own_file(&file));
        let (Ok(first), Ok(again)) = (read(), read()) else { panic!("it is made") };
        assert_eq!(first.0, again.0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{PermissionsExt, symlink};
            let is = fs::metadata(&file).expect("it is there");
            assert_eq!(is.permissions().mode() & 0o777, 0o600);
            fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("ours");
            assert!(read().is_err_and(|error| error.contains("others can read")));
            let link = folder.path().join("link");
            symlink(&file, &link).expect("a link");
            assert!(of_own_file(&link).is_err_and(|error| error.contains("a symbolic link")));
        }
    }

    #[test]
    fn a_key_among_the_searches_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let own = folder.path().join("not").join("there").join("key");
        assert!(not_within(folder.path(), &own).is_err());
        let beside = tempfile::tempdir().expect("a folder");
        assert_eq!(not_within(beside.path(), &own), Ok(()));
    }
}
