//! A session: what was loaded of a reference, as a layout in one tar file. It lacks what was not
//! loaded, so that whoever opens it sees what was seen, and nothing is asked for.

use std::path::Path;

use super::fresh::{Fresh, unwritten};
use super::layout::MARKS;
use super::put;
use super::tarball::{END, Tarball, folder_of};
use crate::model::push::{Listed, index_file};
use crate::model::session::Session;
use crate::oci::{Class, Failure};
use crate::source::regular;

/// Writes it whole or not at all; the size of the file. What is not a regular file is not replaced.
///
/// # Errors
/// `Local` if it cannot be written.
pub async fn store_session(to: &Path, session: &Session) -> Result<u64, Failure> {
    if let Err(error) = regular::is_there(to) {
        let detail = format!("{error}, and is left as it is");
        return Err(Failure::new(Class::Local, to.display().to_string(), detail));
    }
    let Session { name, root, manifests, referrers, configs } = session;
    let mut listed = vec![Listed { document: root, name: Some(name), as_is: false }];
    listed.extend(referrers.iter().map(|document| Listed { document, name: None, as_is: false }));
    let malformed = |problem| Failure::new(Class::Malformed, to.display().to_string(), problem);
    let index = index_file(None, &listed).map_err(malformed)?;
    let mut tarball = Tarball(Fresh::create(&folder_of(to), to.to_owned())?);
    tarball.bytes("oci-layout", MARKS).await?;
    tarball.bytes("index.json", &index).await?;
    for document in manifests {
        tarball.bytes(&document.digest.layout_path(), &document.bytes).await?;
    }
    for config in configs {
        tarball.bytes(&config.digest.layout_path(), &config.bytes).await?;
    }
    put::bytes(&END, &mut tarball.0).await?;
    tarball.0.keep().await?;
    let facts = std::fs::metadata(to).map_err(|error| unwritten(to, &error))?;
    Ok(facts.len())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::FileTypeExt as _;
    use std::sync::Arc;

    use super::*;
    use crate::oci::{Algorithm, Document};

    #[tokio::test]
    async fn a_pipe_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("pipe.platy");
        assert!(std::process::Command::new("mkfifo").arg(&to).status().unwrap().success());
        let root = Document::parse(
            bytes::Bytes::from_static(b"{\"manifests\":[]}"),
            None,
            Algorithm::Sha256,
        );
        let root = Arc::new(root.unwrap());
        let session = Session {
            name: "a:1".to_owned(),
            manifests: vec![Arc::clone(&root)],
            root,
            referrers: Vec::new(),
            configs: Vec::new(),
        };
        let failure = store_session(&to, &session).await.unwrap_err();
        assert!(failure.detail.contains("not a regular file"), "{failure}");
        assert!(std::fs::symlink_metadata(&to).unwrap().file_type().is_fifo());
    }
}
