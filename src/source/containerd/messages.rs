//! What containerd is asked and answers, as far as it matters (containerd 2.4.2, module
//! `github.com/containerd/containerd/api`: `services/{images,content,namespaces,introspection}/v1`).
//! Fields that are not named here are skipped.

use std::collections::HashMap;

use prost::Message;

/// `containerd.types.Descriptor`.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct Target {
    #[prost(string, tag = "1")]
    pub(super) media_type: String,
    #[prost(string, tag = "2")]
    pub(super) digest: String,
    #[prost(int64, tag = "3")]
    pub(super) size: i64,
}

/// `containerd.services.images.v1.Image`: a name, and the root that it stands for.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct Image {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(message, optional, tag = "3")]
    pub(super) target: Option<Target>,
}

/// `GetImageRequest`, of `Images/Get`.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct GetImage {
    #[prost(string, tag = "1")]
    pub(super) name: String,
}

/// `GetImageResponse`.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct GotImage {
    #[prost(message, optional, tag = "1")]
    pub(super) image: Option<Image>,
}

/// `ListImagesRequest`, of `Images/List`, without filters.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct ListImages {}

/// `ListImagesResponse`.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct ListedImages {
    #[prost(message, repeated, tag = "1")]
    pub(super) images: Vec<Image>,
}

/// `ListNamespacesRequest`, of `Namespaces/List`, without a filter.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct ListNamespaces {}

/// `containerd.services.namespaces.v1.Namespace`.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct Namespace {
    #[prost(string, tag = "1")]
    pub(super) name: String,
}

/// `ListNamespacesResponse`.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct ListedNamespaces {
    #[prost(message, repeated, tag = "1")]
    pub(super) namespaces: Vec<Namespace>,
}

/// `PluginsRequest`, of `Introspection/Plugins`.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct ListPlugins {
    #[prost(string, repeated, tag = "1")]
    pub(super) filters: Vec<String>,
}

/// `containerd.services.introspection.v1.Plugin`.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct Plugin {
    #[prost(string, tag = "2")]
    pub(super) id: String,
    #[prost(map = "string, string", tag = "5")]
    pub(super) exports: HashMap<String, String>,
}

/// `PluginsResponse`.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct ListedPlugins {
    #[prost(message, repeated, tag = "1")]
    pub(super) plugins: Vec<Plugin>,
}

/// `InfoRequest`, of `Content/Info`.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct AskInfo {
    #[prost(string, tag = "1")]
    pub(super) digest: String,
}

/// `containerd.services.content.v1.Info`: what is known of a blob that is here.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct Info {
    #[prost(string, tag = "1")]
    pub(super) digest: String,
    #[prost(int64, tag = "2")]
    pub(super) size: i64,
    #[prost(map = "string, string", tag = "5")]
    pub(super) labels: HashMap<String, String>,
}

/// `InfoResponse`.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct GotInfo {
    #[prost(message, optional, tag = "1")]
    pub(super) info: Option<Info>,
}

/// `ListContentRequest`, of `Content/List`, without filters.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct ListContent {}

/// `ListContentResponse`: some of the content.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct ListedContent {
    #[prost(message, repeated, tag = "1")]
    pub(super) info: Vec<Info>,
}

/// `ListSnapshotsRequest`, of `Snapshots/List`, without filters.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct ListSnapshots {
    #[prost(string, tag = "1")]
    pub(super) snapshotter: String,
}

/// `containerd.services.snapshots.v1.Info`: layers that are unpacked. A committed one is named by
/// the chain ID of its layers.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct Snapshot {
    #[prost(string, tag = "1")]
    pub(super) name: String,
}

/// `ListSnapshotsResponse`: some of the snapshots.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct ListedSnapshots {
    #[prost(message, repeated, tag = "1")]
    pub(super) info: Vec<Snapshot>,
}

/// `ReadContentRequest`, of `Content/Read`. A size of 0 means everything from the offset on.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct ReadContent {
    #[prost(string, tag = "1")]
    pub(super) digest: String,
    #[prost(int64, tag = "2")]
    pub(super) offset: i64,
    #[prost(int64, tag = "3")]
    pub(super) size: i64,
}

/// `ReadContentResponse`.
#[derive(Clone, PartialEq, Eq, Message)]
pub(super) struct PartOfContent {
    #[prost(int64, tag = "1")]
    pub(super) offset: i64,
    #[prost(bytes = "bytes", tag = "2")]
    pub(super) data: bytes::Bytes,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a containerd answered, as it came.
    fn recorded<T: Message + Default>(hex: &str) -> T {
        let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
        let bytes: Vec<u8> = digits
            .chunks(2)
            .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
            .collect();
        T::decode(bytes.as_slice()).unwrap()
    }

    #[test]
    fn namespaces_and_plugins_of_containerd_2_4_2() {
        let listed: ListedNamespaces = recorded("0a090a0764656661756c740a080a066b38732e696f");
        let names: Vec<&str> = listed.namespaces.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["default", "k8s.io"]);
        let listed: ListedPlugins = recorded(
            "0a5e0a18696f2e636f6e7461696e6572642e636f6e74656e742e76311207636f6e74656e742a390a04726f6f\
         7412312f746d702f636c2f74776f2f726f6f742f696f2e636f6e7461696e6572642e636f6e74656e742e7631\
         2e636f6e74656e74",
        );
        let root = listed.plugins[0].exports.get("root").unwrap();
        assert_eq!(root, "/tmp/cl/two/root/io.containerd.content.v1.content");
    }

    /// Labels and times are skipped; 1.6.20 (Debian 12) and 2.4.2 write the same.
    #[test]
    fn an_image_of_containerd_1_6_20_and_of_2_4_2() {
        for answer in [
            "0ad0010a193132372e302e302e313a353035352f7465616d2f6170703a3112220a17696f2e6372692d636f6e\
         7461696e6572642e696d61676512076d616e616765641a750a276170706c69636174696f6e2f766e642e6f63\
         692e696d6167652e696e6465782e76312b6a736f6e12477368613235363a3961653338663562633438613234\
         3433646631386363313339646663646366343537346235623738616539393836316264393030373266646166\
         31376431333718970a3a0b08a491aed80610ddead343420b08a491aed80610f0e8e247",
            "0ad0010a193132372e302e302e313a353035352f7465616d2f6170703a3112220a17696f2e6372692d636f6e\
         7461696e6572642e696d61676512076d616e616765641a750a276170706c69636174696f6e2f766e642e6f63\
         692e696d6167652e696e6465782e76312b6a736f6e12477368613235363a3961653338663562633438613234\
         3433646631386363313339646663646366343537346235623738616539393836316264393030373266646166\
         31376431333718970a3a0b08a291aed80610d8b8d14a420b08a291aed80610eca2eb4d",
        ] {
            let image = recorded::<GotImage>(answer).image.unwrap();
            assert_eq!(image.name, "127.0.0.1:5055/team/app:1");
            let target = image.target.unwrap();
            assert_eq!(target.media_type, "application/vnd.oci.image.index.v1+json");
            assert_eq!(
                target.digest,
                "sha256:9ae38f5bc48a2443df18cc139dfcdcf4574b5b78ae99861bd90072fdaf17d137"
            );
            assert_eq!(target.size, 1303);
        }
    }
}
