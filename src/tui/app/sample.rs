//! The images that the demo offers.

/// An image worth looking at, listed by the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// What it is called: the reference without the demo's host.
    pub name: String,
    /// What to open.
    pub reference: String,
    /// What it is.
    pub title: String,
    /// What to look at.
    pub note: String,
}

/// What opens the demo's fleet; no reference is written so.
pub const FLEET: &str = "fleet:";

/// What a typed reference means in the demo: one of a sample's repository, whatever its tag or
/// digest, is in the demo's registry. `None` for all others.
pub(super) fn in_demo(samples: &[Sample], typed: &str) -> Option<String> {
    let typed = typed.trim();
    let repository = typed.split([':', '@']).next()?;
    let sample =
        samples.iter().find(|sample| sample.name.split([':', '@']).next() == Some(repository))?;
    Some(format!("{}{typed}", sample.reference.strip_suffix(&sample.name)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_name_is_in_the_demo_s_registry() {
        let samples = ["demo/app:latest", "demo/app:1"].map(|name| Sample {
            name: name.to_owned(),
            reference: format!("127.0.0.1:5000/{name}"),
            title: String::new(),
            note: String::new(),
        });
        for (typed, found) in [
            ("demo/app", Some("127.0.0.1:5000/demo/app")),
            (" demo/app:1 ", Some("127.0.0.1:5000/demo/app:1")),
            ("demo/app:none", Some("127.0.0.1:5000/demo/app:none")),
            ("demo/app@sha256:00", Some("127.0.0.1:5000/demo/app@sha256:00")),
            ("app", None),
            ("demo", None),
            ("", None),
        ] {
            assert_eq!(in_demo(&samples, typed).as_deref(), found, "{typed:?}");
        }
    }
}
