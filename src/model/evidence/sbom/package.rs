//! A package of an SBOM.

use crate::model::evidence::purl::Purl;

/// A package.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Package {
    /// What kind of package: `deb`, `apk`, `npm`; empty if that is not said.
    pub kind: Box<str>,
    /// The name.
    pub name: Box<str>,
    /// The version; empty if that is not said.
    pub version: Box<str>,
    /// The architecture.
    pub architecture: Option<Box<str>>,
    /// The licence.
    pub licence: Option<Box<str>>,
}

impl Package {
    /// A package of a name, a version and a package URL, which may be missing or not be one.
    pub(super) fn new(name: &str, version: &str, url: Option<&str>) -> Self {
        let purl = url.and_then(Purl::parse);
        let named = || purl.as_ref().map_or_else(String::new, full_name);
        let name = if name.is_empty() { named() } else { name.to_owned() };
        let own = purl.as_ref().and_then(|it| it.version.as_deref()).unwrap_or_default();
        let version = if version.is_empty() { own } else { version };
        Self {
            kind: purl.as_ref().map_or("", |it| it.kind.as_str()).into(),
            name: name.into(),
            version: version.into(),
            architecture: purl.as_ref().and_then(|it| it.qualifier("arch")).map(Box::from),
            licence: None,
        }
    }

    /// The package with a licence.
    #[must_use]
    pub(super) fn licensed(mut self, licence: Option<String>) -> Self {
        self.licence = licence.map(String::into_boxed_str);
        self
    }
}

/// A version without the epoch that some tools write before it and others beside it.
#[must_use]
pub fn without_epoch(version: &str) -> &str {
    match version.split_once(':') {
        Some((epoch, rest)) if epoch.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => version,
    }
}

/// `@acme/x`, `github.com/a/b`: where the namespace is part of what people call the package.
fn full_name(purl: &Purl) -> String {
    match (&purl.namespace, purl.kind.as_str()) {
        (Some(namespace), "npm" | "golang" | "composer" | "github" | "swift") => {
            format!("{namespace}/{}", purl.name)
        }
        (Some(namespace), "maven") => format!("{namespace}:{}", purl.name),
        _ => purl.name.clone(),
    }
}
