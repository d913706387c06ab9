//! By what the packages of an SBOM are sorted.

use std::cmp::Ordering;

use crate::model::evidence::Package;
use crate::text::natural;

/// By what the packages of an SBOM are sorted; what is the same in that, by type, name and version.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PackageOrder {
    /// By type, then by name.
    #[default]
    Type,
    /// By name, whatever the type.
    Name,
    /// By version, numbers as numbers.
    Version,
    /// By licence; those without one last.
    Licence,
    /// By architecture; those without one last.
    Architecture,
}

impl PackageOrder {
    /// The one after this.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Type => Self::Name,
            Self::Name => Self::Version,
            Self::Version => Self::Licence,
            Self::Licence => Self::Architecture,
            Self::Architecture => Self::Type,
        }
    }

    /// In one word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Name => "name",
            Self::Version => "version",
            Self::Licence => "licence",
            Self::Architecture => "architecture",
        }
    }

    /// All packages in this order.
    pub(super) fn sorted(self, packages: &[Package]) -> Vec<&Package> {
        let mut sorted: Vec<&Package> = packages.iter().collect();
        sorted.sort_by(|a, b| self.of(a, b).then_with(|| a.cmp(b)));
        sorted
    }

    fn of(self, a: &Package, b: &Package) -> Ordering {
        let last = |a: Option<&str>, b: Option<&str>| (a.is_none(), a).cmp(&(b.is_none(), b));
        match self {
            Self::Type => Ordering::Equal,
            Self::Name => natural(&a.name, &b.name),
            Self::Version => natural(&a.version, &b.version),
            Self::Licence => last(a.licence.as_deref(), b.licence.as_deref()),
            Self::Architecture => last(a.architecture.as_deref(), b.architecture.as_deref()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_come_in_every_order() {
        let package = |kind: &str, name: &str, version: &str, licence: Option<&str>| Package {
            kind: kind.into(),
            name: name.into(),
            version: version.into(),
            architecture: licence.map(|_| "amd64".into()),
            licence: licence.map(Into::into),
        };
        let all = [
            package("npm", "a", "1.10", None),
            package("deb", "b", "1.9", Some("MIT")),
            package("deb", "c", "0.1", Some("BSD")),
        ];
        let mut order = PackageOrder::default();
        for (word, expected) in [
            ("type", "bca"),
            ("name", "abc"),
            ("version", "cba"),
            ("licence", "cba"),
            ("architecture", "bca"),
        ] {
            let names: String = order.sorted(&all).iter().map(|it| &*it.name).collect();
            assert_eq!((order.word(), names.as_str()), (word, expected));
            order = order.next();
        }
        assert_eq!(order, PackageOrder::default());
    }
}
