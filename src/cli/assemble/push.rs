//! `platy push SPEC`

use std::io::{ErrorKind, Read as _};
use std::path::Path;

use super::args::PushArgs;
use super::create::all_docker;
use super::finish::{Voice, finish, give_up};
use super::job::{Job, Trouble, add, harvest, reach, set, tag_now};
use super::joining::Found;
use crate::cli::args::Args;
use crate::model::draft::{Choice, Draft, Field, Format, Spec, SpecEntry, Target, from_template};
use crate::oci::Location;
use crate::source::regular;

/// The largest spec that is read, in bytes.
const MAX_SPEC: u64 = 4 << 20;

pub(in crate::cli) async fn push(args: &Args, push: &PushArgs) -> u8 {
    match job(args, push).await {
        Ok(job) => finish(args, job, &push.pushing, Voice::Whole).await.code,
        Err(trouble) => give_up(&trouble, &push.pushing),
    }
}

async fn job(args: &Args, push: &PushArgs) -> Result<Job, Trouble> {
    let spec = spec(push)?;
    if spec.entries.is_empty() {
        return Err(Trouble::Said("the spec names no image".to_owned()));
    }
    let (sources, permits) = reach(args);
    let guard = tag_now(&sources, &spec.target).await?;
    let locations: Vec<Location> = spec.entries.iter().map(|entry| entry.image.clone()).collect();
    let found =
        harvest(&sources, &locations, &Choice::default(), false, permits, &mut Found::default())
            .await?;
    let draft = Draft::new(Format::Oci);
    let mut job = Job::new(draft, spec.target.clone(), guard, (sources, permits));
    for (entry, harvest) in spec.entries.iter().zip(found) {
        let is_list = harvest.gathered.root.media_type.is_index();
        let choice = choice(entry, is_list)?;
        if !entry.platform.features.is_empty() {
            let image = entry.image.familiar();
            let note = format!("features of {image} are left out: no engine goes by them");
            job.making.notes.push(note);
        }
        let came =
            add(&mut job.making, harvest, &choice).map_err(|trouble| at_line(entry, trouble))?;
        set(&mut job.making.draft, &came, &fields(entry))
            .map_err(|trouble| at_line(entry, trouble))?;
    }
    match push.format {
        Some(Format::Docker) => job.making.switch_to_docker()?,
        Some(Format::Oci) => {}
        // manifest-tool's default; an OCI image in it makes an OCI index.
        None if all_docker(&job.making.draft) => job.making.switch_to_docker()?,
        None => {}
    }
    Ok(job)
}

/// Of a list, the platform that the spec names.
fn choice(entry: &SpecEntry, is_list: bool) -> Result<Choice, Trouble> {
    let platform = &entry.platform;
    if !is_list || platform.os.is_empty() || platform.architecture.is_empty() {
        return Ok(Choice::default());
    }
    Ok(Choice { platforms: vec![platform.short().parse()?], attestations: true })
}

fn fields(entry: &SpecEntry) -> Vec<super::assign::Pair> {
    Field::ALL
        .into_iter()
        .map(|field| (field.as_str().to_owned(), field.value(&entry.platform)))
        .filter(|(_, value)| !value.is_empty())
        .collect()
}

fn at_line(entry: &SpecEntry, trouble: Trouble) -> Trouble {
    match trouble {
        Trouble::Said(text) if entry.line > 0 => {
            Trouble::Said(format!("line {}: {text}", entry.line))
        }
        other => other,
    }
}

fn spec(push: &PushArgs) -> Result<Spec, Trouble> {
    if let (Some(template), Some(target)) = (&push.template, &push.target) {
        let target = Target::of(target)?;
        return from_template(target, &push.platforms, template)
            .map_err(|error| Trouble::Said(error.to_string()));
    }
    let Some(path) = &push.spec else {
        return Err(Trouble::Said("name a spec file, or a --template".to_owned()));
    };
    let text = read(path).map_err(|error| {
        // Who is used to `docker manifest push` names the list.
        let hint = match error.kind() {
            ErrorKind::NotFound => {
                "; push reads a file that describes a list, and create and edit push what they make"
            }
            _ => "",
        };
        format!("{}: {error}{hint}", path.display())
    })?;
    Spec::parse(&text).map_err(|error| Trouble::Said(format!("{}, {error}", path.display())))
}

fn read(path: &Path) -> std::io::Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().take(MAX_SPEC).read_to_string(&mut text)?;
        return Ok(text);
    }
    let bytes = regular::named(path, MAX_SPEC)?;
    String::from_utf8(bytes).map_err(|error| std::io::Error::new(ErrorKind::InvalidData, error))
}
