//! `docker manifest create`, `annotate` and `push` (docker/cli `cli/command/manifest`).

use super::super::super::{Field, Target};
use super::super::Tool;
use super::super::keeps::Keeps;
use super::super::script::{Script, csv, quoted, tags, words};
use super::super::source::Source;

pub(super) fn write(script: &mut Script, target: &Target, sources: &[&Source]) {
    // Without it docker manifest speaks HTTPS only, on loopback too.
    let insecure: &[&str] =
        if target.repository.host.is_loopback() { &["--insecure"] } else { &[] };
    let keeps = Keeps::of(Tool::Docker);
    for list in tags(target) {
        // What an earlier run left half made would be amended.
        let rm = words(&["docker", "manifest", "rm", &list]);
        script.line(&format!("{} >/dev/null 2>&1 || true", quoted(&rm)));
        let mut create = words(&["docker", "manifest", "create"]);
        create.extend(words(insecure));
        create.push(list.clone());
        create.extend(sources.iter().map(|source| source.named(target, keeps)));
        script.command(&create);
        for source in sources {
            let Some(platform) = source.descriptor.platform.as_ref() else { continue };
            let mut annotate =
                words(&["docker", "manifest", "annotate", &list, &source.named(target, keeps)]);
            for field in Field::ALL {
                if field == Field::OsFeatures {
                    for feature in &platform.os_features {
                        annotate.extend(["--os-features".to_owned(), csv(feature)]);
                    }
                    continue;
                }
                let value = field.value(platform);
                if !value.is_empty() {
                    annotate.extend([flag(field).to_owned(), value]);
                }
            }
            script.command(&annotate);
        }
        let mut push = words(&["docker", "manifest", "push", "--purge"]);
        push.extend(words(insecure));
        push.push(list);
        script.command(&push);
    }
}

fn flag(field: Field) -> &'static str {
    match field {
        Field::Os => "--os",
        Field::Architecture => "--arch",
        Field::Variant => "--variant",
        Field::OsVersion => "--os-version",
        Field::OsFeatures => "--os-features",
    }
}
