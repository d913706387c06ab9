//! `podman manifest create`, `add` and `push` (podman `cmd/podman/manifest`).

use super::super::super::Target;
use super::super::Tool;
use super::super::keeps::Keeps;
use super::super::script::{Script, csv, tags, words};
use super::super::source::Source;

pub(super) fn write(script: &mut Script, target: &Target, sources: &[&Source]) {
    let tags = tags(target);
    let Some(first) = tags.first() else { return };
    let plain: &[&str] =
        if target.repository.host.is_loopback() { &["--tls-verify=false"] } else { &[] };
    // A list of that name in podman's store would get the entries besides its own.
    let (_, tag) = first.rsplit_once(':').unwrap_or((first, "latest"));
    let list = format!("localhost/platy-export:{tag}");
    script.line(&format!("podman manifest rm {list} >/dev/null 2>&1 || true"));
    script.command(&words(&["podman", "manifest", "create", &list]));
    let keeps = Keeps::of(Tool::Podman);
    for source in sources {
        let mut add = words(&["podman", "manifest", "add"]);
        add.extend(words(plain));
        if let Some(wanted) = source.descriptor.platform.as_ref() {
            let config = source.image_config.clone().unwrap_or_default();
            for (flag, value, own) in [
                ("--os", &wanted.os, &config.os),
                ("--arch", &wanted.architecture, &config.architecture),
                ("--variant", &wanted.variant, &config.variant),
                ("--os-version", &wanted.os_version, &config.os_version),
            ] {
                if value != own && !value.is_empty() {
                    add.push(format!("{flag}={value}"));
                }
            }
        }
        let annotations = source.descriptor.annotations.iter();
        for (key, value) in annotations.filter(|(k, v)| keeps.says_of_entry(k, v)) {
            add.push(format!("--annotation={}", csv(&format!("{key}={value}"))));
        }
        add.extend([list.clone(), format!("docker://{}", source.named(target, keeps))]);
        script.command(&add);
    }
    for tag in tags {
        let mut push = words(&["podman", "manifest", "push", "--all"]);
        push.extend(words(plain));
        push.extend([list.clone(), format!("docker://{tag}")]);
        script.command(&push);
    }
    script.line(&format!("podman manifest rm {list} >/dev/null"));
}
