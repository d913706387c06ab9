//! Layers packed in every way that engines read.

use std::io;

use super::filler::filler;
use super::sample::Sample;
use crate::oci::Platform;
use crate::sandbox::{Layer, Store, TarFile, program};

pub(super) const SAMPLES: &[Sample] = &[Sample {
    reference: "demo/packed:latest",
    title: "gzip, zstd, eStargz, zstd:chunked",
    look_at: "the files of each layer, and what one layer replaces or removes of another",
}];

pub(super) fn fill(store: &Store) -> io::Result<()> {
    let repository = store.repository("demo/packed");
    let amd64 = Platform::new("linux", "amd64", "");
    let tool = |seed: &str| program(&amd64, &filler(seed, 40 << 10));
    let symlink = |path: &str, target: &str| TarFile::Symlink {
        path: path.to_owned(),
        target: target.to_owned(),
    };
    let base = [
        TarFile::Folder("usr/".to_owned()),
        TarFile::Folder("usr/bin/".to_owned()),
        TarFile::program("usr/bin/busybox", tool("busybox")),
        TarFile::HardLink { path: "usr/bin/sh".to_owned(), target: "usr/bin/busybox".to_owned() },
        symlink("bin", "usr/bin"),
        TarFile::Folder("etc/".to_owned()),
        TarFile::text("etc/motd", "Welcome.\n"),
        TarFile::text("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"),
        TarFile::Folder("var/cache/".to_owned()),
        TarFile::text("var/cache/index", &"package 1.0\n".repeat(2000)),
    ];
    let packages = [
        TarFile::program("usr/bin/tool", tool("tool 1")),
        TarFile::text("usr/share/doc/tool/README", "# tool\n\nIt does nothing.\n"),
        TarFile::text("usr/share/doc/tool/NEWS", "1.0: first\n"),
    ];
    let update = [
        TarFile::program("usr/bin/tool", tool("tool 2")),
        TarFile::text("usr/share/doc/tool/.wh.NEWS", ""),
        TarFile::text("etc/motd", "Welcome to the update.\n"),
    ];
    let clean = [
        TarFile::Folder("var/cache/".to_owned()),
        TarFile::text("var/cache/.wh..wh..opq", ""),
        TarFile::program("app/server", tool("server")),
        symlink("app/current", "server"),
    ];
    repository
        .image("linux", "amd64", "")
        .layer(Layer::gzip("ADD rootfs.tar.gz / # buildkit", &base)?)
        .layer(Layer::zstd("RUN install tool", &packages)?)
        .layer(Layer::estargz("RUN update tool", &update)?)
        .layer(Layer::zstd_chunked("COPY /out/ /app/ # buildkit", &clean)?)
        .env("PATH=/usr/bin:/app")
        .entrypoint(&["/app/current"])
        .push_tag("latest");
    Ok(())
}
