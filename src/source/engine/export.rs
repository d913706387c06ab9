//! An image as an archive, `/images/NAME/get`, in a temporary file without a name.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

use super::api::Engine;
use crate::oci::{Class, Failure, Location};
use crate::source::Activity;
use crate::source::archive::opened;
use crate::source::layout::FileSource;

/// The longest wait for the next bytes of an archive; a graphdriver packs the whole image first.
const PATIENCE: Duration = Duration::from_secs(60);
/// The largest archive that is read, in bytes (64 GiB).
const MAX_ARCHIVE: u64 = 64 << 30;
/// How much of the end is looked at for an error, in bytes.
const TAIL: usize = 4 << 10;

/// Asks for the archive at `path`, and opens it. Dropping the future breaks it off.
pub(super) async fn export(
    engine: &Engine,
    location: &Location,
    path: &str,
    activity: &Activity,
) -> Result<FileSource, Failure> {
    let file = fetched(engine, location, path, activity).await?;
    let shown = location.to_string();
    let subject = shown.clone();
    let open = move |_: &std::path::Path, stop: &crate::source::workers::Stop| {
        opened(&subject, Arc::clone(&file), stop)
    };
    Ok(FileSource::new(location, std::path::Path::new(&shown), None, open))
}

async fn fetched(
    engine: &Engine,
    location: &Location,
    path: &str,
    activity: &Activity,
) -> Result<Arc<File>, Failure> {
    activity.request_sent();
    let asked = tokio::time::timeout(PATIENCE, engine.send(path)).await;
    let mut response = asked.map_err(|_| engine.silent(PATIENCE))??;
    if !response.status().is_success() {
        return Err(engine.refused(path, response).await);
    }
    let unwritten = |error: io::Error| {
        let detail = format!("its archive cannot be kept in a temporary file: {error}");
        Failure::new(Class::Local, location.to_string(), detail)
            .with_next("make room in the temporary folder, or set TMPDIR to another")
    };
    let file = tempfile::tempfile().map_err(unwritten)?;
    let mut writer = tokio::io::BufWriter::with_capacity(
        1 << 20,
        tokio::fs::File::from_std(file.try_clone().map_err(unwritten)?),
    );
    let (mut tail, mut written) = (Vec::new(), 0u64);
    loop {
        let next = tokio::time::timeout(PATIENCE, response.chunk()).await;
        let next = next.map_err(|_| engine.silent(PATIENCE))?;
        let Some(piece) = next.map_err(|error| engine.broken(&error))? else { break };
        activity.bytes_received(piece.len() as u64);
        written += piece.len() as u64;
        if written > MAX_ARCHIVE {
            let detail = format!("its archive has more than {}", crate::text::bytes(MAX_ARCHIVE));
            return Err(Failure::new(Class::TooLarge, location.to_string(), detail));
        }
        writer.write_all(&piece).await.map_err(unwritten)?;
        tail.extend_from_slice(&piece);
        tail.drain(..tail.len().saturating_sub(TAIL));
    }
    writer.flush().await.map_err(unwritten)?;
    match trouble(&tail) {
        Some(said) => Err(engine.failure(Class::Server, format!("the engine answers: {said}"))),
        None => Ok(Arc::new(file)),
    }
}

/// What went wrong after the first byte comes inside the answer, whose status is 200 already
/// (moby v2.0.0-beta.24 `daemon/server/router/image`): an error as JSON, where an archive ends
/// with zeros.
fn trouble(tail: &[u8]) -> Option<String> {
    let end = tail.trim_ascii_end();
    let starts = (0..end.len()).rev().filter(|at| end.get(*at) == Some(&b'{'));
    starts.take(8).find_map(|at| {
        let value: Value = serde_json::from_slice(end.get(at..)?).ok()?;
        let said = value.get("message").or_else(|| value.get("error"))?.as_str()?;
        Some(said.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_behind_the_first_byte_is_told_from_an_archive() {
        for (tail, said) in [
            (&b"{\"message\":\"no such image\"}\n"[..], Some("no such image")),
            (b"half a layer{\"errorDetail\":{\"message\":\"x\"},\"error\":\"gone\"}", Some("gone")),
            (b"{\"layers\":[]}\0\0\0\0", None),
            (b"{}", None),
            (b"", None),
        ] {
            assert_eq!(trouble(tail).as_deref(), said);
        }
    }
}
