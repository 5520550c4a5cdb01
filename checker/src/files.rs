//! How files are written and removed.
//!
//! A folder may hold what somebody else put there, such as a pull request. So a file is
//! written under a name that nobody can guess, in the folder in which it belongs, and then moved
//! to its place as a whole. No link is followed, and only our own files are removed.

use crate::commands::Failure;
use crate::exit_code::Exit;
use explorer::text_file::{is_stream_of_this_process, other_than_file};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile};

/// Makes sure, before a long search, that files can be written to a folder, which is made where
/// it is not there.
///
/// # Errors
/// The folder, and why not.
pub fn prepare(folder: &Path) -> Result<(), Failure> {
    let cannot = |error: &io::Error| {
        Failure::usage(&format!("{}: cannot be written to: {error}", folder.display()))
    };
    refuse_link(folder).and_then(|()| fs::create_dir_all(folder)).map_err(|e| cannot(&e))?;
    unnamed(folder).map(drop).map_err(|error| cannot(&error))
}

/// Writes a file, whole or not at all. A device or a pipe that was named is written to.
///
/// # Errors
/// The file, and why it cannot be written.
pub fn save(path: &Path, text: &str) -> Result<(), Failure> {
    write(path, text.as_bytes()).map_err(|error| Failure {
        message: format!("{}: cannot be written: {error}", path.display()),
        exit: Exit::Internal,
    })
}

/// As [`save`], in a folder of this name within another, which is no link either.
///
/// # Errors
/// As [`save`].
pub fn save_within(folder: &Path, path: &Path, text: &str) -> Result<(), Failure> {
    let below = path.parent().filter(|below| *below != folder);
    if let Some(error) = below.and_then(|below| refuse_link(below).err()) {
        let message = format!("{}: cannot be written: {error}", path.display());
        return Err(Failure { message, exit: Exit::Internal });
    }
    save(path, text)
}

/// Removes a file that an earlier run wrote.
///
/// # Errors
/// The file, and why it cannot be removed.
pub fn remove(path: &Path) -> Result<(), Failure> {
    fs::remove_file(path).map_err(|error| Failure {
        message: format!("{}: cannot be removed: {error}", path.display()),
        exit: Exit::Internal,
    })
}

/// Writes a file, as [`save`].
///
/// # Errors
/// Why it cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(mut stream) = stream(path)? {
        return stream.write_all(bytes).and_then(|()| stream.flush());
    }
    replace(path, bytes)
}

/// Writes a file in the place of whatever is there, whole or not at all.
///
/// # Errors
/// Why it cannot be written.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    let mut file = unnamed(folder)?;
    file.write_all(bytes).and_then(|()| file.flush())?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// Writes a file that only this user can read, unless there is one.
///
/// # Errors
/// Why it cannot be written.
pub fn create_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    fs::create_dir_all(folder)?;
    // Such files are for their owner alone, unless something else is asked for.
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(bytes).and_then(|()| file.flush())?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}

/// Writes a file that nobody has named, into the folder for temporary files, and keeps it there.
///
/// # Errors
/// Why it cannot be written.
pub fn keep_temporary(prefix: &str, suffix: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    let mut file = tempfile::Builder::new().prefix(prefix).suffix(suffix).tempfile()?;
    file.write_all(bytes).and_then(|()| file.flush())?;
    let (_, path) = file.keep().map_err(|error| error.error)?;
    Ok(path)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A folder that somebody named is meant, and not what it leads to.
///
/// # Errors
/// If it is a symbolic link.
pub fn refuse_link(folder: &Path) -> io::Result<()> {
    // A slash behind the name would have the link followed.
    let named: PathBuf = folder.components().collect();
    if fs::symlink_metadata(&named).is_ok_and(|is| is.is_symlink()) {
        let what = "is a symbolic link, which is not followed; name the file that it leads to";
        return Err(io::Error::other(format!("{} {what}", named.display())));
    }
    Ok(())
}

/// A file under a name that nobody knows. It goes when it is dropped.
fn unnamed(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".tim3-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As of any other file: the rest is up to the mask of the user.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// What is there and no file: something to write to, which stays what it is.
fn stream(path: &Path) -> io::Result<Option<File>> {
    if is_stream_of_this_process(path) {
        return OpenOptions::new().append(true).open(path).map(Some);
    }
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(is) => match other_than_file(&is) {
            None => Ok(None),
            Some(_) if is_written_to(&is) => open_stream(path).map(Some),
            Some("a symbolic link") => refuse_link(path).map(|()| None),
            Some(kind) => Err(io::Error::other(format!("it is {kind}, not a file"))),
        },
    }
}

#[cfg(unix)]
fn is_written_to(is: &Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    is.file_type().is_char_device() || is.file_type().is_fifo()
}

#[cfg(not(unix))]
fn is_written_to(_: &Metadata) -> bool {
    false
}

/// Opens a device or a pipe: not what a link leads to, and a pipe only if somebody reads it soon.
#[cfg(unix)]
fn open_stream(path: &Path) -> io::Result<File> {
    use rustix::fs::{OFlags, fcntl_setfl};
    use std::os::unix::fs::OpenOptionsExt;
    use std::time::Duration;
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::NOFOLLOW;
    let mut options = OpenOptions::new();
    options.write(true).custom_flags(flags.bits().cast_signed());
    let nobody_reads = rustix::io::Errno::NXIO.raw_os_error();
    for _ in 0..100 {
        match options.open(path) {
            Err(error) if error.raw_os_error() == Some(nobody_reads) => {
                std::thread::sleep(Duration::from_millis(20));
            }
            opened => {
                let file = opened?;
                fcntl_setfl(&file, OFlags::WRONLY)?;
                return Ok(file);
            }
        }
    }
    Err(io::Error::other("it is a pipe that nobody reads"))
}

#[cfg(not(unix))]
fn open_stream(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).open(path)
}
