//! Where the stores of this user are: `storage.conf` (containers-storage.conf(5);
//! go.podman.io/storage v1.65.1 `types/options.go`).

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::source::regular;

/// The most bytes that are read of a `storage.conf`.
const MAX_CONF: u64 = 1 << 20;

/// What decides where stores are. The default knows none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StorePlaces {
    /// `storage.conf`: the first of these that exists.
    confs: Vec<PathBuf>,
    /// The store, if no file says another.
    root: Option<PathBuf>,
    /// Whether this is root, for whom `graphroot` is meant.
    is_root: bool,
    home: Option<PathBuf>,
    user: Option<u32>,
}

impl StorePlaces {
    /// What the environment of this process says.
    #[must_use]
    pub fn of_process() -> Self {
        Self::of(
            &|name| std::env::var_os(name).filter(|value| !value.is_empty()),
            dirs::home_dir(),
            crate::source::mirrors::user_id(),
        )
    }

    fn of(
        var: &dyn Fn(&str) -> Option<OsString>,
        home: Option<PathBuf>,
        user: Option<u32>,
    ) -> Self {
        let dir = |name: &str| var(name).map(PathBuf::from);
        let in_home = |path: &str| home.as_ref().map(|home| home.join(path));
        let is_root = user == Some(0);
        let system = ["/etc/containers/storage.conf", "/usr/share/containers/storage.conf"];
        let own = dir("XDG_CONFIG_HOME").or_else(|| in_home(".config"));
        let own = own.filter(|_| !is_root).map(|dir| dir.join("containers/storage.conf"));
        let confs = match dir("CONTAINERS_STORAGE_CONF") {
            Some(conf) => vec![conf],
            None => own.into_iter().chain(system.map(PathBuf::from)).collect(),
        };
        let data = dir("XDG_DATA_HOME").or_else(|| in_home(".local/share"));
        let root = match is_root {
            true => Some(PathBuf::from("/var/lib/containers/storage")),
            false => data.map(|dir| dir.join("containers/storage")),
        };
        Self { confs, root, is_root, home, user }
    }

    /// The folders of the stores: the user's own, then those beside it (`additionalimagestores`).
    pub(super) fn roots(&self) -> Vec<PathBuf> {
        let text = self.confs.iter().find_map(|conf| regular::text(conf, MAX_CONF).ok());
        let table: toml::Table = text.and_then(|text| text.parse().ok()).unwrap_or_default();
        let storage = table.get("storage").and_then(toml::Value::as_table);
        let key = if self.is_root { "graphroot" } else { "rootless_storage_path" };
        let said = storage.and_then(|it| it.get(key)?.as_str()).filter(|it| !it.is_empty());
        let own = said.map(|text| self.expanded(text)).or_else(|| self.root.clone());
        let more = storage
            .and_then(|it| it.get("options")?.get("additionalimagestores")?.as_array())
            .into_iter()
            .flatten();
        let more = more.filter_map(|it| Some(self.expanded(it.as_str()?)));
        own.into_iter().chain(more).collect()
    }

    /// With `$HOME`, `$UID` and `$USER` replaced, as `rootless_storage_path` has them.
    fn expanded(&self, text: &str) -> PathBuf {
        let home = self.home.as_deref().map(Path::to_string_lossy).unwrap_or_default();
        let uid = self.user.map(|user| user.to_string()).unwrap_or_default();
        PathBuf::from(text.replace("$HOME", &home).replace("$UID", &uid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(user: u32, conf: &Path) -> StorePlaces {
        let conf = conf.as_os_str().to_owned();
        let var = move |name: &str| (name == "CONTAINERS_STORAGE_CONF").then(|| conf.clone());
        StorePlaces::of(&var, Some("/home/me".into()), Some(user))
    }

    #[test]
    fn each_user_has_a_store_and_storage_conf_may_name_another() {
        let folder = tempfile::tempdir().unwrap();
        let conf = folder.path().join("storage.conf");
        let paths = |all: &[&str]| all.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(places(0, &conf).roots(), paths(&["/var/lib/containers/storage"]));
        let own = paths(&["/home/me/.local/share/containers/storage"]);
        assert_eq!(places(7, &conf).roots(), own);
        std::fs::write(
            &conf,
            "[storage]\ndriver = \"overlay\"\ngraphroot = \"/srv/root\"\n\
             rootless_storage_path = \"$HOME/store/$UID\"\n\
             [storage.options]\nadditionalimagestores = [\"/usr/lib/images\"]\n",
        )
        .unwrap();
        assert_eq!(places(0, &conf).roots(), paths(&["/srv/root", "/usr/lib/images"]));
        assert_eq!(places(7, &conf).roots(), paths(&["/home/me/store/7", "/usr/lib/images"]));
        std::fs::write(&conf, "not [ toml").unwrap();
        assert_eq!(places(7, &conf).roots(), own);
    }
}
