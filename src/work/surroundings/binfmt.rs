//! The emulators that the kernel calls (`Documentation/admin-guide/binfmt-misc.rst`).

use std::fs;
use std::path::Path;

use crate::model::diagnose::{Emulator, Fact};

/// The most handlers that are looked at.
const MOST: usize = 200;

/// The handlers in this folder.
pub(super) fn emulators(folder: Option<&Path>) -> Fact<Vec<Emulator>> {
    let Some(folder) = folder else {
        return Fact::Missing("binfmt_misc is a matter of Linux".into());
    };
    let status = match fs::read_to_string(folder.join("status")) {
        Ok(status) => status,
        Err(error) => {
            let folder = folder.display();
            return Fact::Missing(
                format!("{folder} cannot be read ({error}); is it mounted?").into(),
            );
        }
    };
    let on = status.trim() == "enabled";
    let files = match fs::read_dir(folder) {
        Ok(files) => files,
        Err(error) => return Fact::Missing(format!("{}: {error}", folder.display()).into()),
    };
    let mut found: Vec<Emulator> = files
        .filter_map(Result::ok)
        .take(MOST)
        .filter_map(|file| {
            let name = file.file_name().to_string_lossy().into_owned();
            let text = fs::read_to_string(file.path()).ok()?;
            handler(&name, &text, on)
        })
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Fact::Known(found)
}

/// A handler as the kernel describes it; `None` for the two files of the folder that are none.
fn handler(name: &str, text: &str, on: bool) -> Option<Emulator> {
    let line = |key: &str| {
        text.lines().find_map(|line| line.strip_prefix(key)).map(|value| value.trim().to_owned())
    };
    let interpreter = line("interpreter ")?;
    Some(Emulator {
        enabled: on && text.lines().next() == Some("enabled"),
        fixed: line("flags:").is_some_and(|flags| flags.contains('F')),
        architecture: architecture(name),
        name: name.to_owned(),
        interpreter,
    })
}

/// Go's name for what a handler of QEMU, Rosetta or FEX runs.
fn architecture(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    let what = ["qemu-", "fex-"].iter().find_map(|prefix| name.strip_prefix(prefix));
    Some(match what.unwrap_or(&name) {
        "x86_64" | "rosetta" => "amd64",
        "i386" | "i486" | "x86" => "386",
        "aarch64" => "arm64",
        "arm" => "arm",
        "ppc64le" => "ppc64le",
        "ppc64" => "ppc64",
        "s390x" => "s390x",
        "riscv64" => "riscv64",
        "loongarch64" => "loong64",
        "mips64el" => "mips64le",
        "mips64" => "mips64",
        "mipsel" => "mipsle",
        "mips" => "mips",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_are_read_as_the_kernel_writes_them() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            std::fs::write(folder.path().join(name), text).unwrap();
        };
        assert!(emulators(Some(folder.path())).known().is_none());
        write("status", "enabled\n");
        write("register", "");
        write(
            "qemu-aarch64",
            "enabled\ninterpreter /usr/bin/qemu-aarch64\nflags: OCF\noffset 0\nmagic 7f454c46\n",
        );
        write("qemu-arm", "disabled\ninterpreter /usr/bin/qemu-arm\nflags: \noffset 0\n");
        write("python3.12", "enabled\ninterpreter /usr/bin/python3.12\nflags: \n");
        let found = emulators(Some(folder.path()));
        let found = found.known().unwrap();
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].architecture, None);
        assert_eq!(found[1].architecture, Some("arm64"));
        assert!(found[1].enabled && found[1].fixed && !found[2].enabled && !found[2].fixed);
    }
}
