//! Output files that appear complete or not at all. What is no file (a device, a named pipe) is written when all is there; it is
//! never replaced by one.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::unfinished::Unfinished;
use crate::error::Error;

/// A file being written without a name, or under a temporary one beside its target; an error leaves what was there
/// before.
#[derive(Debug)]
pub struct PendingFile {
    target: PathBuf,
    file: Backing,
}

#[derive(Debug)]
enum Backing {
    /// Without a name: whatever ends the program, nothing of it stays (Linux, on most file systems).
    #[cfg(target_os = "linux")]
    Unnamed(File),
    Named(NamedTempFile, #[allow(dead_code, reason = "it acts when it is dropped")] Unfinished),
    /// For a target that is no file: what it will be given.
    ForSpecial(File),
}

/// What a name means: a link's target if it leads to a file, so that the link stays.
fn followed(target: &Path) -> PathBuf {
    let leads_to_file = target.is_symlink() && target.is_file();
    leads_to_file.then(|| target.canonicalize().ok()).flatten().unwrap_or_else(|| target.to_owned())
}

/// Whether there is something at a path (or where a link leads) that is neither a file nor a folder.
fn is_special(target: &Path) -> bool {
    target.metadata().is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

/// The folder a file lies in.
pub(super) fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}

/// Temporary names of files and folders; `mode` is what any new one has, and the process's mask applies.
pub(super) fn builder(
    #[allow(unused_variables, reason = "for systems with modes")] mode: u32,
) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tatum-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(mode));
    }
    builder
}

impl PendingFile {
    /// Begins a file.
    ///
    /// # Errors
    ///
    /// If the target's folder cannot be written to.
    pub fn create(target: &Path) -> Result<Self, Error> {
        let failed = |source| Error::io(target, source);
        if target.is_dir() {
            return Err(failed(std::io::Error::from(std::io::ErrorKind::IsADirectory)));
        }
        if is_special(target) {
            let file = tempfile::tempfile().map_err(failed)?;
            return Ok(Self { target: target.to_owned(), file: Backing::ForSpecial(file) });
        }
        let target = followed(target);
        let folder = folder_of(&target);
        #[cfg(target_os = "linux")]
        if let Some(file) = unnamed::create(folder) {
            return Ok(Self { target, file: Backing::Unnamed(file) });
        }
        let made = Unfinished::begin(|| builder(0o666).tempfile_in(folder), NamedTempFile::path);
        let (file, place) = made.map_err(|source| Error::io(&target, source))?;
        Ok(Self { target, file: Backing::Named(file, place) })
    }

    /// The open file.
    pub fn file(&mut self) -> &mut File {
        match &mut self.file {
            #[cfg(target_os = "linux")]
            Backing::Unnamed(file) => file,
            Backing::Named(file, _) => file.as_file_mut(),
            Backing::ForSpecial(file) => file,
        }
    }

    /// What has been written so far, read again.
    ///
    /// # Errors
    ///
    /// If it cannot be flushed or read.
    pub fn read_back(&mut self) -> Result<Vec<u8>, Error> {
        let mut bytes = Vec::new();
        let file = self.file();
        let read = file.flush().and_then(|()| file.rewind()).and_then(|()| file.read_to_end(&mut bytes));
        read.map(|_| bytes).map_err(|source| Error::io(&self.target, source))
    }

    /// Gives the file its name. One that replaces another is on the disk before; for a new one nobody has to wait: if
    /// the machine fails there was no file before either.
    ///
    /// # Errors
    ///
    /// If what was written does not get there, or the file cannot be renamed.
    pub fn finish(mut self) -> Result<(), Error> {
        self.file().flush().map_err(|source| Error::io(&self.target, source))?;
        let Self { target, file } = self;
        let settle = |file: &File| if target.exists() { file.sync_all() } else { Ok(()) };
        let named = match file {
            #[cfg(target_os = "linux")]
            Backing::Unnamed(file) => settle(&file).and_then(|()| unnamed::name(&file, &target)),
            Backing::Named(file, _) => settle(file.as_file())
                .and_then(|()| file.persist(&target).map(drop).map_err(|error| error.error)),
            Backing::ForSpecial(mut file) => give(&mut file, &target),
        };
        named.map_err(|source| Error::io(&target, source))
    }
}

/// Writes all of a file into something that is no file.
fn give(file: &mut File, special: &Path) -> std::io::Result<()> {
    file.rewind()?;
    std::io::copy(file, &mut File::options().write(true).open(special)?).map(drop)
}

/// Files without a name (`O_TMPFILE`), which get one when they are complete.
#[cfg(target_os = "linux")]
mod unnamed {
    use std::fs::File;
    use std::os::fd::AsRawFd;
    use std::path::{Path, PathBuf};

    use rustix::fs::{AtFlags, CWD, Mode, OFlags};
    use rustix::io::Errno;

    fn descriptor(file: &File) -> PathBuf {
        Path::new("/proc/self/fd").join(file.as_raw_fd().to_string())
    }

    /// None where the file system cannot do it, or `/proc`, which is needed later, is not there.
    pub(super) fn create(folder: &Path) -> Option<File> {
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        let mode = Mode::from_bits_truncate(0o666);
        let file = File::from(rustix::fs::open(folder, flags, mode).ok()?);
        descriptor(&file).exists().then_some(file)
    }

    /// A name can be given, but not taken from another file: then the file gets a temporary one for a moment.
    pub(super) fn name(file: &File, target: &Path) -> std::io::Result<()> {
        let link =
            |path: &Path| rustix::fs::linkat(CWD, descriptor(file), CWD, path, AtFlags::SYMLINK_FOLLOW);
        match link(target) {
            Err(Errno::EXIST) => {}
            result => return result.map_err(Into::into),
        }
        let builder = super::builder(0o666);
        let temporary = builder.make_in(super::folder_of(target), |path| link(path).map_err(Into::into))?;
        temporary.persist(target).map_err(|error| error.error)
    }
}
