//! What each tool keeps of a list: the table behind every verdict. Checked by running the released
//! tools (`cargo test --test live -- exports`); the versions are those that were run.

use super::Tool;

/// The type of the list that a tool makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListType {
    /// As asked for.
    Asked,
    /// Always an OCI index.
    Oci,
    /// A Docker list if all images are Docker's, else an OCI index.
    DockerOfDocker,
    /// An OCI index if the first image, as the tool sorts them, is OCI's, else a Docker list
    /// (docker/cli 29.9.3 `cli/command/manifest/push.go`; distribution's
    /// `manifestlist.FromDescriptors`).
    OfFirst,
}

/// Which lists get the annotations of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListNotes {
    /// None.
    Dropped,
    /// An OCI index.
    OfOci,
    /// Both types (regclient 0.11.7 `types/docker/schema2/manifestlist.go`).
    Kept,
}

/// Where an entry's platform comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlatformFrom {
    /// The config, if it is an image's (oras 1.3.6, `cmd/oras/root/manifest/index/create.go`).
    ImageConfig,
    /// The config, whatever its type (go-containerregistry 0.22.1, `cmd/crane/cmd/index.go`).
    Config,
    /// The config, whatever its type (regclient 0.11.7, `cmd/regctl/index.go`), unless
    /// `--desc-platform` says another that regclient does not normalise.
    ConfigOrFlag,
    /// The config, with fields that flags set; no flag empties one.
    ConfigAndFlags,
    /// The config, with fields that `annotate` sets, `os.features` among them.
    ConfigAndAnnotate,
    /// The entry's descriptor; a system or an architecture that it lacks comes from the config,
    /// normalised, and the variant with the architecture (buildx 0.38.2
    /// `util/imagetools/create.go`, `loadPlatform`).
    Descriptor,
}

/// Which entries get an `artifactType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Types {
    /// None.
    Dropped,
    /// Those that have one.
    Kept,
    /// Artifacts: the manifest's, else their config's type.
    OfArtifacts,
    /// All manifests: the manifest's, else their config's type.
    OfAll,
}

/// Which annotations an entry gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notes {
    /// None.
    Dropped,
    /// The entry's.
    Kept,
    /// Those of the manifest itself (go-containerregistry 0.22.1, `pkg/v1/remote/fetcher.go`).
    OfManifest,
}

/// The order of a descriptor's fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Type, digest, size.
    DigestFirst,
    /// Type, size, digest.
    SizeFirst,
}

/// What a tool keeps.
#[derive(Debug)]
pub(super) struct Keeps {
    tool: Tool,
    /// The version that was run.
    pub(super) version: &'static str,
    pub(super) list: ListType,
    pub(super) list_annotations: ListNotes,
    /// `artifactType` of an OCI index; a Docker list has none anywhere.
    pub(super) list_artifact_type: bool,
    /// `subject` of an OCI index, which has to be in the target's repository; a Docker list has none
    /// anywhere.
    pub(super) subject: bool,
    pub(super) platform: PlatformFrom,
    /// Annotations of entries.
    pub(super) notes: Notes,
    /// `data` of entries.
    pub(super) data: bool,
    pub(super) types: Types,
    /// Whether one digest can be in the list twice.
    pub(super) twice: bool,
    /// Whether it takes a list as an entry.
    pub(super) nested: bool,
    /// Whether it takes what has no image config.
    pub(super) artifacts: bool,
    /// Whether it takes platforms that docker/cli does not know.
    pub(super) any_platform: bool,
    /// Whether it sorts entries by their references.
    pub(super) sorts: bool,
    /// Whether it takes images of other repositories.
    pub(super) copies: bool,
    pub(super) makes_empty_lists: bool,
    /// Spaces of one level of indentation.
    pub(super) indent: usize,
    pub(super) order: Order,
}

const TABLE: [Keeps; 6] = [
    Keeps {
        tool: Tool::Regctl,
        version: "0.11.7",
        list: ListType::Asked,
        list_annotations: ListNotes::Kept,
        list_artifact_type: true,
        subject: true,
        platform: PlatformFrom::ConfigOrFlag,
        notes: Notes::Kept,
        data: false,
        types: Types::Dropped,
        twice: false,
        nested: true,
        artifacts: true,
        any_platform: true,
        sorts: false,
        copies: true,
        makes_empty_lists: true,
        indent: 0,
        order: Order::DigestFirst,
    },
    Keeps {
        tool: Tool::Oras,
        version: "1.3.6",
        list: ListType::Oci,
        list_annotations: ListNotes::OfOci,
        list_artifact_type: true,
        subject: false,
        platform: PlatformFrom::ImageConfig,
        notes: Notes::Dropped,
        data: false,
        types: Types::OfArtifacts,
        twice: true,
        nested: true,
        artifacts: true,
        any_platform: true,
        sorts: false,
        copies: false,
        makes_empty_lists: true,
        indent: 0,
        order: Order::DigestFirst,
    },
    Keeps {
        tool: Tool::Imagetools,
        version: "0.38.2",
        list: ListType::DockerOfDocker,
        list_annotations: ListNotes::OfOci,
        list_artifact_type: false,
        subject: false,
        platform: PlatformFrom::Descriptor,
        notes: Notes::Kept,
        data: true,
        types: Types::Kept,
        twice: false,
        nested: false,
        artifacts: true,
        any_platform: true,
        sorts: false,
        copies: false,
        makes_empty_lists: false,
        indent: 2,
        order: Order::DigestFirst,
    },
    Keeps {
        tool: Tool::Crane,
        version: "0.22.1",
        list: ListType::Asked,
        list_annotations: ListNotes::Dropped,
        list_artifact_type: false,
        subject: false,
        platform: PlatformFrom::Config,
        notes: Notes::OfManifest,
        data: false,
        types: Types::OfAll,
        twice: true,
        nested: true,
        artifacts: true,
        any_platform: true,
        sorts: false,
        copies: true,
        makes_empty_lists: true,
        indent: 0,
        order: Order::DigestFirst,
    },
    Keeps {
        tool: Tool::Podman,
        version: "4.3.1",
        list: ListType::Oci,
        list_annotations: ListNotes::Dropped,
        list_artifact_type: false,
        subject: false,
        platform: PlatformFrom::ConfigAndFlags,
        notes: Notes::Kept,
        data: false,
        types: Types::Dropped,
        twice: false,
        nested: false,
        artifacts: false,
        any_platform: true,
        sorts: false,
        copies: true,
        makes_empty_lists: false,
        indent: 0,
        order: Order::DigestFirst,
    },
    Keeps {
        tool: Tool::Docker,
        version: "28.2.2",
        list: ListType::OfFirst,
        list_annotations: ListNotes::Dropped,
        list_artifact_type: false,
        subject: false,
        platform: PlatformFrom::ConfigAndAnnotate,
        notes: Notes::Dropped,
        data: false,
        types: Types::Dropped,
        twice: false,
        nested: false,
        artifacts: false,
        any_platform: false,
        sorts: true,
        copies: false,
        makes_empty_lists: false,
        indent: 3,
        order: Order::SizeFirst,
    },
];

impl Keeps {
    /// Whether an annotation of the list can be told to the tool. buildx 0.38.2 takes no key with
    /// a space in it (`util/buildflags`).
    pub(super) fn says_of_list(&self, key: &str, value: &str) -> bool {
        is_flag(key, value) && (self.tool != Tool::Imagetools || !key.contains(char::is_whitespace))
    }

    /// Whether an annotation of an entry can be told to the tool; buildx gets the entry as JSON.
    pub(super) fn says_of_entry(&self, key: &str, value: &str) -> bool {
        self.tool == Tool::Imagetools || is_flag(key, value)
    }

    /// The row of a tool.
    pub(super) fn of(tool: Tool) -> &'static Self {
        let [regctl, oras, imagetools, crane, podman, docker] = &TABLE;
        let row = match tool {
            Tool::Regctl => regctl,
            Tool::Oras => oras,
            Tool::Imagetools => imagetools,
            Tool::Crane => crane,
            Tool::Podman => podman,
            Tool::Docker => docker,
        };
        debug_assert_eq!(row.tool, tool);
        row
    }
}

/// The systems and architectures that `docker manifest` pushes (docker/cli
/// `cli/command/manifest/util.go`, 28.2.2).
pub(super) fn docker_knows(os: &str, architecture: &str) -> bool {
    let known: &[&str] = match os {
        "darwin" => &["386", "amd64", "arm", "arm64"],
        "dragonfly" | "solaris" => &["amd64"],
        "freebsd" | "netbsd" | "openbsd" => &["386", "amd64", "arm"],
        "linux" => {
            &["386", "amd64", "arm", "arm64", "ppc64le", "mips64", "mips64le", "riscv64", "s390x"]
        }
        "plan9" | "windows" => &["386", "amd64"],
        _ => &[],
    };
    known.contains(&architecture)
}

/// Whether `KEY=VALUE` says this annotation: all tools split it at the first `=`, and no argument
/// of a command has a NUL in it.
fn is_flag(key: &str, value: &str) -> bool {
    !key.is_empty() && !key.contains(['=', '\0']) && !value.contains('\0')
}
