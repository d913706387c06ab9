//! Writing files and folders of an image to this machine's disk.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _, Write as _};
use std::ops::ControlFlow;
use std::path::{Component, Path as DiskPath, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::reader::Reader;
use super::visit::{Ask, Visitor};
use crate::model::files::{Entry, ExtractedFile, Extraction, Kind, Path, Summing};
use crate::oci::{Class, Descriptor, Failure};
use crate::source::UNFINISHED;
use crate::source::in_the_way::{self, Access};

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extracted {
    /// How many folders, the outermost among them.
    pub folders: usize,
    /// How many files, hard links among them.
    pub files: usize,
    /// The bytes of their contents, each once.
    pub bytes: u64,
    /// How many symbolic links.
    pub links: usize,
    /// How many of those have an absolute target in the image and a relative one here.
    pub made_relative: usize,
    /// What could not be written: its path from what is written, and why.
    pub failed: Vec<(Path, String)>,
}

/// What is written under a name that nothing has yet, in one move, once all of it is there. Each
/// content is checked against the layer's listing. Nothing is written through a link: all folders
/// are new, and links are made last.
///
/// # Errors
/// `Local` if there is something of that name, or if nothing can be written there. Single files
/// that fail are in what is returned.
pub async fn extract(
    reader: &Reader,
    layers: &[Option<Arc<Descriptor>>],
    plan: &Extraction,
    to: &DiskPath,
) -> Result<Extracted, Failure> {
    let failed = |why: &dyn std::fmt::Display| {
        let detail = format!("it cannot be written: {why}");
        Failure::new(Class::Local, to.display().to_string(), detail)
            .with_next("name a folder that you may write in")
    };
    free(to)?;
    let parent = match to.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => DiskPath::new("."),
    };
    in_the_way::make(parent, Access::Usual).map_err(|error| failed(&error))?;
    let local = |error: &io::Error| failed(&error.kind());
    let room = tempfile::Builder::new().prefix(UNFINISHED).tempdir_in(parent);
    let room = room.map_err(|error| local(&error))?;
    let top = room.path().join("new");
    let mut done = Extracted::default();
    for folder in &plan.folders {
        match at(&top, folder).and_then(fs::create_dir) {
            Ok(()) => done.folders += 1,
            Err(error) if folder.is_root() => return Err(local(&error)),
            Err(error) => done.failed(folder, &error),
        }
    }
    for (number, layer) in layers.iter().enumerate() {
        let wanted: Vec<&ExtractedFile> =
            plan.files.iter().filter(|file| file.layer == number).collect();
        if let (Some(layer), false) = (layer, wanted.is_empty()) {
            write(reader, layer, &wanted, &top, &mut done).await;
        }
    }
    for link in &plan.links {
        match at(&top, &link.path).and_then(|path| symlink(link.target.as_bytes(), &path)) {
            Ok(()) => {
                done.links += 1;
                done.made_relative += usize::from(link.was_absolute);
            }
            Err(error) => done.failed(&link.path, &error),
        }
    }
    if done.folders + done.files + done.links == 0 {
        let why = done.failed.first().map_or("nothing of it can be written", |(_, why)| why);
        return Err(Failure::new(Class::Local, to.display().to_string(), why));
    }
    free(to)?;
    // An empty folder is replaced by the new one; elsewhere than on Unix it must be gone before.
    if cfg!(not(unix)) && to.is_dir() {
        fs::remove_dir(to).map_err(|error| local(&error))?;
    }
    fs::rename(&top, to).map_err(|error| local(&error))?;
    Ok(done)
}

/// Whether a name is free: nothing has it, or an empty folder.
fn free(to: &DiskPath) -> Result<(), Failure> {
    let Ok(facts) = fs::symlink_metadata(to) else { return Ok(()) };
    let is_empty =
        facts.is_dir() && fs::read_dir(to).is_ok_and(|mut inside| inside.next().is_none());
    if is_empty {
        return Ok(());
    }
    let detail = "it is there already, and platy writes over nothing";
    Err(Failure::new(Class::Local, to.display().to_string(), detail)
        .with_next("name another folder, or move it away"))
}

impl Extracted {
    fn failed(&mut self, path: &Path, error: &io::Error) {
        let why = match error.kind() {
            io::ErrorKind::Other => error.to_string(),
            kind => kind.to_string(),
        };
        self.failed.push((path.clone(), why));
    }
}

/// Where a path is on the disk. Each of its parts must be one plain name there: on Windows, `a\b`
/// and `C:` are more.
fn at(top: &DiskPath, path: &Path) -> io::Result<PathBuf> {
    let mut found = top.to_owned();
    for part in path.parts() {
        #[cfg(unix)]
        let name = Some(<OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(part));
        #[cfg(not(unix))]
        let name = str::from_utf8(part).ok().map(OsStr::new);
        let name = name.filter(|name| {
            let mut parts = DiskPath::new(name).components();
            matches!((parts.next(), parts.next()), (Some(Component::Normal(only)), None) if only == *name)
        });
        let name = name.ok_or_else(|| io::Error::other("no file can have this name here"))?;
        found.push(name);
    }
    Ok(found)
}

#[cfg(unix)]
fn symlink(target: &[u8], at: &DiskPath) -> io::Result<()> {
    use std::os::unix::ffi::OsStrExt as _;
    std::os::unix::fs::symlink(OsStr::from_bytes(target), at)
}

#[cfg(not(unix))]
fn symlink(_target: &[u8], _at: &DiskPath) -> io::Result<()> {
    Err(io::Error::other("symbolic links are not written on this system"))
}

/// A new file. It may be run if it may be run in the image; for the rest its permissions are those
/// of any new file.
fn new_file(path: &DiskPath, executable: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(if executable { 0o777 } else { 0o666 });
    }
    #[cfg(not(unix))]
    let _ = executable;
    options.open(path)
}

/// Writes the files whose content one layer has.
async fn write(
    reader: &Reader,
    layer: &Descriptor,
    wanted: &[&ExtractedFile],
    top: &DiskPath,
    done: &mut Extracted,
) {
    let mut jobs = Jobs::default();
    for file in wanted {
        let Some(first) = file.names.first() else { continue };
        match at(top, first) {
            Ok(path) => jobs.add(Job {
                entry: file.entry.clone(),
                path,
                executable: file.executable,
                state: State::Open,
            }),
            Err(error) => file.names.iter().for_each(|name| done.failed(name, &error)),
        }
    }
    let jobs = Arc::new(Mutex::new(jobs));
    let walked = reader.walk(layer, Writer(Arc::clone(&jobs)), &mut |_| ()).await;
    let broken = walked.err().map(|failure| failure.brief());
    let mut jobs = std::mem::take(&mut *lock(&jobs)).all;
    for file in wanted {
        let Some((first, others)) = file.names.split_first() else { continue };
        // What has no job was said to fail.
        let Some(job) = jobs.remove(&file.entry.path) else { continue };
        match job.end(broken.as_deref()) {
            Ok(path) => {
                done.files += 1;
                done.bytes = done.bytes.saturating_add(file.entry.size);
                for name in others {
                    match at(top, name).and_then(|other| fs::hard_link(&path, other)) {
                        Ok(()) => done.files += 1,
                        Err(error) => done.failed(name, &error),
                    }
                }
            }
            Err(error) => {
                for name in std::iter::once(first).chain(others) {
                    done.failed(name, &error);
                }
            }
        }
    }
}

/// A file to be written.
struct Job {
    entry: Entry,
    path: PathBuf,
    executable: bool,
    state: State,
}

enum State {
    /// It did not come by.
    Open,
    /// So many bytes of it were written, with this sum.
    Written(File, u64, Summing),
    /// It is what the listing says.
    Right,
    /// It cannot be made, or not be written to its end.
    Failed(io::Error),
}

impl Job {
    /// Begins it, or begins it again: of a path that is there twice the later counts, unless
    /// the earlier is what the listing says.
    fn begin(&mut self) -> io::Result<()> {
        let mut file = match std::mem::replace(&mut self.state, State::Open) {
            State::Written(file, ..) => file,
            _ => new_file(&self.path, self.executable)?,
        };
        file.set_len(0)?;
        file.rewind()?;
        self.state = State::Written(file, 0, Summing::default());
        Ok(())
    }

    /// Whether what was written is what the listing says; never if that has no checksum.
    fn is_right(&self) -> bool {
        let State::Written(_, _, sum) = &self.state else { return false };
        self.entry.digest.is_some_and(|digest| digest == sum.clone().finish())
    }

    /// Its path, if all of it was written and is right; else it is gone. What has no checksum is as
    /// right as the layer, so that it is not if reading that broke off.
    fn end(self, broken: Option<&str>) -> io::Result<PathBuf> {
        let told = match self.state {
            State::Right => return Ok(self.path),
            State::Failed(error) => return Err(error),
            State::Open => None,
            State::Written(_, size, _) => {
                let whole = size == self.entry.size && self.entry.digest.is_none();
                if whole && broken.is_none() {
                    return Ok(self.path);
                }
                fs::remove_file(&self.path)?;
                Some(size)
            }
        };
        Err(io::Error::other(match (broken, told) {
            (Some(why), _) => format!("its layer cannot be read: {why}"),
            (None, None) => "the layer holds no such file".to_owned(),
            (None, Some(0)) => "it is a sparse file whose holes cannot be filled".to_owned(),
            (None, Some(_)) => {
                "its content is not what the layer held when it was listed".to_owned()
            }
        }))
    }
}

/// The files of one layer that are to be written.
#[derive(Default)]
struct Jobs {
    all: HashMap<Path, Job>,
    /// How many are not at their end.
    open: usize,
}

impl Jobs {
    fn add(&mut self, job: Job) {
        self.open += 1;
        self.all.insert(job.entry.path.clone(), job);
    }
}

fn lock(jobs: &Mutex<Jobs>) -> MutexGuard<'_, Jobs> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes the files of a layer as they stream by.
struct Writer(Arc<Mutex<Jobs>>);

impl Visitor for Writer {
    fn entry(&mut self, entry: &Entry) -> Ask {
        let mut jobs = lock(&self.0);
        if jobs.open == 0 {
            return Ask::Enough;
        }
        let Some(job) = jobs.all.get_mut(&entry.path).filter(|_| entry.kind == Kind::File) else {
            return Ask::Pass;
        };
        if matches!(job.state, State::Right | State::Failed(_)) {
            return Ask::Pass;
        }
        match job.begin() {
            Ok(()) => Ask::Read(u64::MAX),
            Err(error) => {
                job.state = State::Failed(error);
                jobs.open = jobs.open.saturating_sub(1);
                Ask::Pass
            }
        }
    }

    fn content(&mut self, entry: &Entry, piece: &[u8]) -> ControlFlow<()> {
        let mut jobs = lock(&self.0);
        if let Some(job) = jobs.all.get_mut(&entry.path)
            && let State::Written(file, size, sum) = &mut job.state
        {
            match file.write_all(piece) {
                Ok(()) => {
                    *size = size.saturating_add(piece.len() as u64);
                    sum.update(piece);
                }
                Err(error) => {
                    drop(fs::remove_file(&job.path));
                    job.state = State::Failed(error);
                    jobs.open = jobs.open.saturating_sub(1);
                }
            }
        }
        ControlFlow::Continue(())
    }

    fn end(&mut self, entry: &Entry) -> ControlFlow<()> {
        let mut jobs = lock(&self.0);
        if let Some(job) = jobs.all.get_mut(&entry.path).filter(|job| job.is_right()) {
            job.state = State::Right;
            jobs.open = jobs.open.saturating_sub(1);
        }
        ControlFlow::Continue(())
    }

    fn wants_entries(&self) -> bool {
        false
    }
}
