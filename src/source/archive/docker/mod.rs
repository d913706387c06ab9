//! What `docker save` writes (containers-transports(5), `docker-archive`).
//!
//! Since Docker 25 such a file holds an OCI layout, and the documents are read from there, byte
//! for byte. Older files hold `manifest.json`, configs and layers only, and no manifests: platy
//! makes a Docker schema 2 manifest for each image, as skopeo does, and an OCI index where there
//! are several images. Those documents exist in no registry, and neither do their digests; the
//! digests of configs and layers in them are real.
//!
//! A name is a reference (`alpine`, `alpine:3.20`), or `@` and a position in `manifest.json`,
//! from 0.

mod content;
mod names;
mod saved;
mod synthesis;

pub(crate) use content::DockerArchive;
