//! The layers of ordinary images.

use std::io;

use super::filler::filler;
use crate::oci::Platform;
use crate::sandbox::{ImageBuilder, Layer, RepositoryStore, TarFile, program};

/// The base: a small distribution, or what Windows images begin with.
pub(super) fn base(platform: &Platform, kib: usize) -> io::Result<Layer> {
    let seed = format!("base {platform}");
    let shell = program(platform, &filler(&seed, kib << 10));
    if platform.os == "windows" {
        return Layer::gzip(
            &format!("Apply image {}-amd64", platform.os_version),
            &[
                TarFile::Folder("Files/".to_owned()),
                TarFile::text("Files/License.txt", "This is not a real Windows.\r\n"),
                TarFile::program("Files/Windows/System32/cmd.exe", shell),
                TarFile::Folder("UtilityVM/".to_owned()),
            ],
        );
    }
    let release = format!(
        "NAME=\"Platy Linux\"\nID=platy\nVERSION_ID=3.20.1\nPRETTY_NAME=\"Platy Linux 3.20 ({})\"\n",
        platform.short()
    );
    Layer::gzip(
        "ADD platy-minirootfs.tar.gz / # buildkit",
        &[
            TarFile::Folder("bin/".to_owned()),
            TarFile::program("bin/busybox", shell),
            TarFile::Symlink { path: "bin/sh".to_owned(), target: "/bin/busybox".to_owned() },
            TarFile::Folder("etc/".to_owned()),
            TarFile::text("etc/os-release", &release),
            TarFile::text("etc/passwd", "root:x:0:0:root:/root:/bin/sh\napp:x:65532:65532::/:\n"),
            TarFile::Folder("tmp/".to_owned()),
        ],
    )
}

/// The program that the image is about.
pub(super) fn app(platform: &Platform, name: &str, kib: usize) -> io::Result<Layer> {
    let content = program(platform, &filler(&format!("{name} {platform}"), kib << 10));
    let (path, created_by) = if platform.os == "windows" {
        (format!("Files/{name}.exe"), format!("COPY {name}.exe C:\\{name}.exe # buildkit"))
    } else {
        (
            format!("usr/local/bin/{name}"),
            format!("COPY /out/{name} /usr/local/bin/{name} # buildkit"),
        )
    };
    Layer::gzip(&created_by, &[TarFile::program(&path, content)])
}

/// A few files that are the same for all platforms.
pub(super) fn notes(name: &str) -> io::Result<Layer> {
    let readme = format!("# {name}\n\nA sample image. Nothing in it runs.\n");
    Layer::gzip(
        &format!("COPY README.md LICENSE /usr/share/doc/{name}/ # buildkit"),
        &[
            TarFile::text(&format!("usr/share/doc/{name}/README.md"), &readme),
            TarFile::text(&format!("usr/share/doc/{name}/LICENSE"), "Do what you like.\n"),
        ],
    )
}

/// An image of base, program and notes with everything that a config can have.
pub(super) fn image(
    repository: &RepositoryStore,
    platform: &Platform,
    name: &str,
    kib: usize,
) -> io::Result<ImageBuilder> {
    let layers = [base(platform, kib)?, app(platform, name, kib / 2)?];
    Ok(configured(repository, platform, name, layers))
}

/// An image of these layers with everything that a config can have.
pub(super) fn configured(
    repository: &RepositoryStore,
    platform: &Platform,
    name: &str,
    [base, app]: [Layer; 2],
) -> ImageBuilder {
    let image = repository
        .image(&platform.os, &platform.architecture, &platform.variant)
        .os_version(&platform.os_version)
        .layer(base)
        .label("org.opencontainers.image.title", name)
        .label("org.opencontainers.image.licenses", "Apache-2.0")
        .label("org.opencontainers.image.source", &format!("https://example.com/platy/{name}"));
    if platform.os == "windows" {
        return image
            .layer(app)
            .empty_step(&format!("CMD [\"C:\\\\{name}.exe\"]"))
            .cmd(&[&format!("C:\\{name}.exe")])
            .runtime("User", "ContainerUser".into())
            .runtime("WorkingDir", "C:\\".into());
    }
    image
        .empty_step("ENV PATH=/usr/local/bin:/usr/bin:/bin")
        .layer(app)
        .empty_step("EXPOSE 8080/tcp")
        .empty_step("USER 65532:65532")
        .empty_step(&format!("ENTRYPOINT [\"/usr/local/bin/{name}\"]"))
        .empty_step("CMD [\"--help\"]")
        .env("PATH=/usr/local/bin:/usr/bin:/bin")
        .env("LANG=C.UTF-8")
        .entrypoint(&[&format!("/usr/local/bin/{name}")])
        .cmd(&["--help"])
        .runtime("User", "65532:65532".into())
        .runtime("WorkingDir", "/".into())
        .runtime("ExposedPorts", serde_json::json!({ "8080/tcp": {} }))
        .runtime("Volumes", serde_json::json!({ "/data": {} }))
}

/// A Windows platform.
pub(super) fn windows(version: &str) -> Platform {
    Platform { os_version: version.to_owned(), ..Platform::new("windows", "amd64", "") }
}
