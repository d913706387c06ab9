//! Known exceptions: a file of images whose findings do not count until a day.

use jiff::Zoned;
use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use crate::model::fleet::{self, Fleet};
use crate::oci::Reference;
use crate::source::regular;
use crate::text::{toml_line, toml_problem};

/// The largest list of exceptions, in bytes (4 MiB).
const MAX_ALLOWED: u64 = 4 << 20;

/// Exceptions, with those that are over.
#[derive(Debug, Default)]
pub(super) struct Allowed(Vec<(Reference, fleet::Exception)>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    allow: Vec<Exception>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    image: Spanned<String>,
    reason: Spanned<String>,
    until: Spanned<String>,
}

/// How the file is written, for who did otherwise.
const WRITTEN: &str = "`platy help fleets` shows how exceptions are written";

impl Allowed {
    /// Reads the file (TOML: `[[allow]]` with `image`, `reason` and `until = "YYYY-MM-DD"`).
    pub(super) fn read(path: &std::path::Path) -> Result<Self, String> {
        let name = path.display();
        let bytes =
            regular::named(path, MAX_ALLOWED).map_err(|error| format!("{name}: {error}"))?;
        let text = String::from_utf8_lossy(&bytes);
        Self::parse(&text, Zoned::now().date()).map_err(|problem| format!("{name}: {problem}"))
    }

    fn parse(text: &str, today: Date) -> Result<Self, String> {
        let file: File =
            toml::from_str(text).map_err(|error| toml_problem(text, &error, WRITTEN))?;
        let mut allowed = Vec::new();
        for Exception { image, reason, until } in file.allow {
            let at = |span, problem: &str, next: &str| toml_line(text, Some(span), problem, next);
            let reference: Reference =
                image.get_ref().parse().map_err(|error: crate::oci::ReferenceError| {
                    at(image.span(), &error.to_string(), WRITTEN)
                })?;
            let end: Date = until.get_ref().parse().map_err(|_| {
                let problem = format!("{:?} is not a day", until.get_ref());
                at(until.span(), &problem, "write one as 2027-01-31")
            })?;
            if reason.get_ref().trim().is_empty() {
                let problem = format!("the exception for {} needs a reason", image.get_ref());
                return Err(at(reason.span(), &problem, WRITTEN));
            }
            let is_over = end < today;
            let (reason, until) = (reason.into_inner(), end);
            let exception = fleet::Exception { reason, until: until.to_string(), is_over };
            allowed.push((reference, exception));
        }
        Ok(Self(allowed))
    }

    /// Marks images whose findings are known exceptions. One that holds goes before one that is
    /// over.
    pub(super) fn mark(&self, fleet: &mut Fleet) {
        for image in &mut fleet.images {
            let mut all = self.0.iter().filter(|(known, _)| *known == image.reference);
            let holds = all.clone().find(|(_, it)| !it.is_over).or_else(|| all.next());
            image.exception = holds.map(|(_, exception)| exception.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_has_an_image_a_reason_and_an_end() {
        let of = |until: &str| {
            let text =
                format!("[[allow]]\nimage = \"a/b:1\"\nreason = \"old\"\nuntil = \"{until}\"\n");
            let allowed = Allowed::parse(&text, Date::constant(2026, 11, 28))?;
            let image = fleet::Image::new("docker.io/a/b:1".parse().unwrap());
            let mut fleet = Fleet { images: vec![image], ..Fleet::default() };
            allowed.mark(&mut fleet);
            let image = &fleet.images[0];
            Ok::<_, String>((image.allowed().map(str::to_owned), image.exception.is_some()))
        };
        assert_eq!(of("2026-11-28"), Ok((Some("old".to_owned()), true)));
        assert_eq!(of("2026-11-27"), Ok((None, true)));
        assert_eq!(
            of("soon"),
            Err("line 4: \"soon\" is not a day: `until = \"soon\"`; write one as 2027-01-31"
                .to_owned())
        );
        assert!(Allowed::parse("[[allow]]\nimage = \"a\"\n", Date::constant(2026, 1, 1)).is_err());
    }
}
