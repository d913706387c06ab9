//! The journal as the rest of the house sees it.

use std::collections::HashSet;
use std::io;
use std::path::PathBuf;

use bytes::Bytes;
use jiff::Timestamp;

use super::entry::{Line, NewEntry};
use super::file::Folder;
use crate::model::push::{Entry, Kept};
use crate::oci::{Class, Digest, Failure};

/// What pushes replaced. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Journal {
    folder: Folder,
    /// Whether anything is noted in it.
    is_written: bool,
}

impl Journal {
    /// The journal in this folder, which need not be there yet.
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self { folder: Folder(folder), is_written: true }
    }

    /// The same journal, in which nothing is noted; what it has can be read.
    #[must_use]
    pub fn unwritten(self) -> Self {
        Self { is_written: false, ..self }
    }

    /// The journal in platy's state folder; `None` if the system names none.
    #[must_use]
    pub fn of_user() -> Option<Self> {
        let dir = dirs::state_dir().or_else(dirs::data_local_dir)?;
        Some(Self::at(dir.join("platy").join("journal")))
    }

    /// All pushes that came about, oldest first. Lines that cannot be read are passed over.
    ///
    /// # Errors
    /// `Local` if the file is there and cannot be read.
    pub async fn entries(&self) -> Result<Vec<Entry>, Failure> {
        let lines = self.do_file(|folder| folder.lines()).await?;
        let lines: Vec<Line> = lines.iter().filter_map(|line| Line::parse(line)).collect();
        let ids = |of: fn(&Line) -> Option<&str>| lines.iter().filter_map(of).collect();
        let void: HashSet<&str> = ids(|line| match line {
            Line::Void(id) => Some(id),
            _ => None,
        });
        let seen: HashSet<&str> = ids(|line| match line {
            Line::Seen(id) => Some(id),
            _ => None,
        });
        let entries = lines.iter().filter_map(|line| match line {
            Line::Entry(entry) if !void.contains(entry.id.as_str()) => {
                let known = entry.seen || seen.contains(entry.id.as_str());
                Some(Entry { seen: known, ..Entry::clone(entry) })
            }
            _ => None,
        });
        Ok(entries.collect())
    }

    /// The bytes of what a push replaced, if they are kept and still right.
    ///
    /// # Errors
    /// `Local` if they are there and cannot be read.
    pub async fn bytes(&self, kept: &Kept) -> Result<Option<Bytes>, Failure> {
        let digest = kept.digest.clone();
        let bytes = self.do_file(move |folder| folder.kept(&digest)).await?.map(Bytes::from);
        Ok(bytes.filter(|bytes| {
            let algorithm = kept.digest.algorithm();
            crate::oci::manifest_digest(Some(&kept.media_type), algorithm, bytes) == kept.digest
        }))
    }

    /// Whether pushes can be noted. Nothing is noted by this.
    ///
    /// # Errors
    /// `Local` if the journal cannot be written, with what to do.
    pub async fn ready(&self) -> Result<(), Failure> {
        self.note(|folder| folder.ready()).await.map_err(unwritable)
    }

    /// Keeps content that a tag is about to lose.
    pub(in crate::work::push) async fn keep(
        &self,
        digest: &Digest,
        bytes: &Bytes,
    ) -> Result<(), Failure> {
        let (digest, bytes) = (digest.clone(), bytes.clone());
        self.note(move |folder| folder.keep(&digest, &bytes)).await
    }

    /// Content that was kept, if it is still right.
    pub(in crate::work::push) async fn content(
        &self,
        digest: &Digest,
    ) -> Result<Option<Bytes>, Failure> {
        let asked = digest.clone();
        let bytes = self.do_file(move |folder| folder.kept(&asked)).await?.map(Bytes::from);
        Ok(bytes.filter(|bytes| digest.matches(bytes)))
    }

    /// Notes a push that is about to be; gives its id. What it replaces is kept first.
    pub(in crate::work::push) async fn add(&self, new: NewEntry) -> Result<String, Failure> {
        let NewEntry { reference, before, after, undoes } = new;
        let (before, bytes) = match before {
            Some((kept, bytes)) => (Some(kept), bytes),
            None => (None, None),
        };
        let id = format!("{:016x}", fastrand::u64(..));
        let entry = Box::new(Entry {
            id: id.clone(),
            time: Timestamp::now(),
            reference,
            before: before.clone(),
            after,
            undoes,
            seen: false,
        });
        self.note(move |folder| {
            if let (Some(kept), Some(bytes)) = (before, bytes) {
                folder.keep(&kept.digest, &bytes)?;
            }
            folder.append(&Line::Entry(entry).text())
        })
        .await
        .map_err(unwritable)?;
        Ok(id)
    }

    /// Notes that a push did not come about.
    ///
    /// # Errors
    /// `Local` if the journal cannot be written.
    pub async fn void(&self, id: &str) -> Result<(), Failure> {
        let line = Line::Void(id.to_owned()).text();
        self.note(move |folder| folder.append(&line)).await
    }

    /// Notes that the tag was seen to hold what a push gave it.
    ///
    /// # Errors
    /// `Local` if the journal cannot be written.
    pub async fn seen(&self, id: &str) -> Result<(), Failure> {
        let line = Line::Seen(id.to_owned()).text();
        self.note(move |folder| folder.append(&line)).await
    }

    /// Writes, if anything is noted here.
    async fn note(
        &self,
        work: impl FnOnce(&Folder) -> io::Result<()> + Send + 'static,
    ) -> Result<(), Failure> {
        match self.is_written {
            true => self.do_file(work).await,
            false => Ok(()),
        }
    }

    async fn do_file<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> io::Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let folder = self.folder.clone();
        let path = folder.0.display().to_string();
        let done = tokio::task::spawn_blocking(move || work(&folder)).await;
        done.map_err(io::Error::other).and_then(|done| done).map_err(|error| {
            Failure::new(Class::Local, path, format!("the journal of pushes: {error}"))
        })
    }
}

fn unwritable(failure: Failure) -> Failure {
    failure.with_next(
        "make it writable, or push with `--no-journal`; `platy undo` cannot put back then what is \
         replaced",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::MediaType;

    fn new(number: usize, bytes: Option<&'static str>) -> NewEntry {
        let kept = |text: &str| Kept {
            digest: Digest::sha256(text.as_bytes()),
            media_type: MediaType::parse("application/vnd.oci.image.index.v1+json"),
        };
        NewEntry {
            reference: format!("localhost:5000/a:t{number}").parse().unwrap(),
            before: bytes.map(|bytes| (kept(bytes), Some(Bytes::from_static(bytes.as_bytes())))),
            after: Some(kept("new")),
            undoes: None,
        }
    }

    #[tokio::test]
    async fn what_was_added_is_there_with_its_bytes() {
        let home = tempfile::tempdir().unwrap();
        let journal = Journal::at(home.path().join("journal"));
        assert_eq!(journal.entries().await.unwrap(), []);
        let id = journal.add(new(1, Some("{}"))).await.unwrap();
        let gone = journal.add(new(2, None)).await.unwrap();
        journal.void(&gone).await.unwrap();
        let entries = journal.entries().await.unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].id, id);
        let before = entries[0].before.as_ref().unwrap();
        assert_eq!(journal.bytes(before).await.unwrap().unwrap(), "{}");
        assert_eq!(journal.bytes(entries[0].after.as_ref().unwrap()).await.unwrap(), None);
        // Bytes that were changed meanwhile are not put back.
        let path = home.path().join("journal/manifests/sha256").join(before.digest.hex());
        std::fs::write(path, "[]").unwrap();
        assert_eq!(journal.bytes(before).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_half_written_line_costs_itself_only() {
        let home = tempfile::tempdir().unwrap();
        let journal = Journal::at(home.path().to_owned());
        journal.add(new(1, None)).await.unwrap();
        let path = home.path().join("pushes.jsonl");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{text}{}", &text[..20])).unwrap();
        journal.add(new(2, None)).await.unwrap();
        let tags: Vec<_> =
            journal.entries().await.unwrap().into_iter().map(|it| it.reference.tag).collect();
        assert_eq!(tags, [Some("t1".to_owned()), Some("t2".to_owned())]);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn writers_lose_nothing_to_each_other() {
        let home = tempfile::tempdir().unwrap();
        let writers = (0..40).map(|number| {
            // Each with a file of its own, as processes have it.
            let journal = Journal::at(home.path().to_owned());
            tokio::spawn(async move { journal.add(new(number, Some("{}"))).await.unwrap() })
        });
        futures_util::future::join_all(writers.collect::<Vec<_>>()).await;
        assert_eq!(Journal::at(home.path().to_owned()).entries().await.unwrap().len(), 40);
    }
}
