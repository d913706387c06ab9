//! The content service: what is known of a blob, and its bytes.

use std::ops::Range;
use std::path::PathBuf;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};

use super::connection::{Connection, Question};
use super::messages::{
    AskInfo, GotInfo, Info, ListPlugins, ListedPlugins, PartOfContent, Plugin, ReadContent,
};
use crate::oci::{Class, Descriptor, Digest, Failure};
use crate::source::{Activity, BlobStream};

/// The content of one namespace.
#[derive(Debug, Clone)]
pub(super) struct Remote {
    pub(super) connection: Connection,
    pub(super) namespace: String,
    pub(super) activity: Activity,
}

impl Remote {
    /// The plugins of a type (`io.containerd.content.v1`).
    pub(super) async fn plugins(&self, sort: &str) -> Result<Vec<Plugin>, Failure> {
        let message = ListPlugins { filters: vec![format!("type=={sort}")] };
        let method = "containerd.services.introspection.v1.Introspection/Plugins";
        let listed: ListedPlugins = self.connection.ask(self.question(method, &message)).await?;
        Ok(listed.plugins)
    }

    /// The folder of all content, as containerd says (`exports` of its content plugin).
    pub(super) async fn folder(&self) -> Result<Option<PathBuf>, Failure> {
        let plugins = self.plugins("io.containerd.content.v1").await?;
        let mut roots = plugins.into_iter().filter_map(|mut plugin| plugin.exports.remove("root"));
        Ok(roots.next().map(PathBuf::from))
    }

    /// What is known of a blob; `None` if it is not here.
    pub(super) async fn info(&self, digest: &Digest) -> Result<Option<Info>, Failure> {
        let message = AskInfo { digest: digest.to_string() };
        let method = "containerd.services.content.v1.Content/Info";
        match self.connection.ask::<GotInfo>(self.question(method, &message)).await {
            Err(failure) if failure.class == Class::NotFound => Ok(None),
            answered => Ok(answered?.info),
        }
    }

    /// A small blob, whole. Not verified yet.
    pub(super) async fn whole(&self, descriptor: &Descriptor, cap: u64) -> Result<Bytes, Failure> {
        let mut bytes = BytesMut::new();
        let mut parts = self.parts(&descriptor.digest, 0..0).await?;
        while let Some(part) = parts.next().await {
            bytes.extend_from_slice(&part?);
            if bytes.len() as u64 > cap.max(descriptor.size) {
                let detail = format!("it has more than {cap} bytes, the most that is read of it");
                return Err(Failure::new(Class::TooLarge, descriptor.digest.to_string(), detail));
            }
        }
        Ok(bytes.freeze())
    }

    /// A blob as a stream, verified at its end if it is whole.
    pub(super) async fn stream(
        &self,
        descriptor: &Descriptor,
        range: Option<Range<u64>>,
    ) -> Result<BlobStream, Failure> {
        let asked = descriptor.clone();
        let Some(range) = range else {
            let parts = self.parts(&asked.digest, 0..0).await?;
            return Ok(BlobStream::whole(parts, asked.digest.algorithm(), move |found, size| {
                judge(&asked, found, size)
            }));
        };
        // A size of 0 would be everything.
        let range = range.start..range.end.min(asked.size);
        Ok(BlobStream::part(match range.is_empty() {
            true => stream::empty().boxed(),
            false => self.parts(&asked.digest, range).await?,
        }))
    }

    /// The bytes of a range as they arrive; an empty one stands for everything.
    async fn parts(
        &self,
        digest: &Digest,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, Failure>>, Failure> {
        let number = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
        let message = ReadContent {
            digest: digest.to_string(),
            offset: number(range.start),
            size: number(range.end - range.start),
        };
        let method = "containerd.services.content.v1.Content/Read";
        self.activity.request_sent();
        let question = self.question(method, &message);
        let parts = self.connection.ask_for_many::<PartOfContent>(question).await?;
        let activity = self.activity.clone();
        let counted = parts.map(move |part| {
            let data = part?.data;
            activity.bytes_received(data.len() as u64);
            Ok(data)
        });
        Ok(counted.boxed())
    }

    pub(super) fn question<'a, T>(
        &'a self,
        method: &'static str,
        message: &'a T,
    ) -> Question<'a, T> {
        Question { method, namespace: &self.namespace, message }
    }
}

fn judge(asked: &Descriptor, found: &Digest, size: u64) -> Result<(), Failure> {
    if asked.digest == *found && asked.size == size {
        return Ok(());
    }
    let detail =
        format!("its {size} bytes hash to {found}, and the descriptor says {} bytes", asked.size);
    Err(Failure::new(Class::DigestMismatch, asked.digest.to_string(), detail)
        .with_found(found, size)
        .with_next("containerd's content was altered; get the image anew"))
}
