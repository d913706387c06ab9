//! Reading a layer by its table of contents: only the bytes that are needed.

use std::ops::Range;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;

use super::arriving::Arriving;
use super::reader::Reader;
use super::sums::Sums;
use super::table::{Announced, Form, Place, Table, chunked_json, estargz_json, estargz_table};
use super::unpack::Unpacked;
use super::{FileStart, Progress};
use crate::model::files::{Kind, Path};
use crate::oci::tarball::{Input as _, Pieces as _};
use crate::oci::{Class, Descriptor, Failure};

impl Reader {
    /// The table of contents that a layer announces: `None` if it announces none, the reason
    /// where the table cannot be used.
    pub(super) async fn table(
        &self,
        layer: &Descriptor,
    ) -> Result<Option<Result<Table, String>>, Failure> {
        let Some(announced) = Announced::of(layer) else { return Ok(None) };
        let (limits, room) = (self.limits, self.room.clone());
        let (begins, packed) = match &announced.form {
            Form::Chunked { table } => (table.start, self.table_bytes(layer, table).await?),
            Form::EStargz { footer } => {
                let end = self.range(layer, footer.clone()).await?;
                match estargz_table(&end, footer.start) {
                    Ok(table) => (table.start, self.table_bytes(layer, &table).await?),
                    Err(problem) => return Ok(Some(Err(problem))),
                }
            }
        };
        let packed = match packed {
            Ok(packed) => packed,
            Err(problem) => return Ok(Some(Err(problem))),
        };
        let parsed = self.workers.run(move |_| {
            let check = |bytes: &[u8]| match announced.digest.matches(bytes) {
                true => Ok(()),
                false => Err(format!("it does not hash to {}", announced.digest)),
            };
            let json = if announced.covers_json() {
                let json = estargz_json(&packed, limits.table)?;
                check(&json)?;
                json
            } else {
                check(&packed)?;
                chunked_json(&packed, limits.table)?
            };
            Table::parse(&json, begins, limits, &room)
        });
        Ok(parsed.await)
    }

    async fn table_bytes(
        &self,
        layer: &Descriptor,
        table: &Range<u64>,
    ) -> Result<Result<Bytes, String>, Failure> {
        let length = table.end - table.start;
        if length > self.limits.table {
            return Ok(Err(format!(
                "it has {length} bytes; at most {} are read",
                self.limits.table
            )));
        }
        self.range(layer, table.clone()).await.map(Ok)
    }

    /// Some bytes of a layer, which the caller has bounded. Not verified.
    async fn range(&self, layer: &Descriptor, range: Range<u64>) -> Result<Bytes, Failure> {
        let mut bytes = BytesMut::new();
        let mut stream = self.source.stream(layer, Some(range)).await?;
        while let Some(piece) = stream.next().await {
            bytes.extend_from_slice(&piece?);
        }
        Ok(bytes.freeze())
    }

    /// The start of what is at a path, if the layer has a table of contents: `Some(None)`
    /// where the table has no such path, `None` if there is no table.
    pub(super) async fn head_by_table(
        &self,
        layer: &Descriptor,
        path: &Path,
        most: u64,
    ) -> Result<Option<Option<FileStart>>, Failure> {
        let Some(Ok(table)) = self.table(layer).await? else { return Ok(None) };
        // The later counts, as in a tar.
        let entries = table.listing.entries.iter().rev();
        let Some(entry) = entries.into_iter().find(|it| it.path == *path && !it.kind.removes())
        else {
            // What was left out may be there all the same.
            return Ok((table.listing.left_out == 0).then_some(None));
        };
        let start = |bytes| Some(Some(FileStart { entry: entry.clone(), bytes }));
        let most = most.min(entry.size);
        if entry.kind != Kind::File || most == 0 {
            return Ok(start(Bytes::new()));
        }
        let Some(place) = table.place(path) else { return Ok(None) };
        Ok(start(self.content_at(layer, place, most).await?))
    }

    async fn content_at(
        &self,
        layer: &Descriptor,
        place: &Place,
        most: u64,
    ) -> Result<Bytes, Failure> {
        let (subject, limits) = (layer.digest.to_string(), self.limits);
        let inner = place.inner;
        let range = Some(place.packed.clone());
        let read = move |packed: &mut Arriving, _: &Sums| {
            let mut unpacked = Unpacked::new(packed, &subject, limits)?;
            unpacked.skip(inner)?;
            let mut bytes = Vec::new();
            let mut left = most;
            while left > 0 {
                let piece = unpacked.piece(left)?;
                bytes.extend_from_slice(&piece);
                left -= piece.len() as u64;
                if piece.is_empty() {
                    let detail = "a file ends before the size that the table of contents says";
                    return Err(Failure::new(Class::Malformed, &subject, detail));
                }
            }
            Ok(Bytes::from(bytes))
        };
        self.pump(layer, range, &mut |_: Progress| (), read, |_| false).await
    }
}
