//! Which lesser variants and architectures a processor also runs, best first
//! (containerd/platforms `compare.go`, `platformVector`).

use super::Version;

/// A ladder longer than this is cut: nothing has so many levels, and the number comes from
/// outside.
const LONGEST: i64 = 64;

/// Architecture and variant of everything that a processor runs, in the order of preference.
pub(super) fn ladder(architecture: &str, variant: &str, version: Version) -> Vec<(String, String)> {
    match architecture {
        "amd64" => {
            let mut steps = numbered("amd64", variant, 1);
            steps.push(("386".to_owned(), String::new()));
            steps
        }
        "arm" => numbered("arm", variant, 5),
        "arm64" => {
            let variant = if variant.is_empty() { "v8" } else { variant };
            match version {
                Version::V0_2_1 => arm64_without_minors(variant),
                Version::Rc0 => arm64_by_arithmetic(variant),
                _ => arm64_by_table(variant),
            }
        }
        _ => vec![(architecture.to_owned(), variant.to_owned())],
    }
}

/// `vN` and what is below it, down to `vFLOOR`; a variant without a number is alone.
fn numbered(architecture: &str, variant: &str, floor: i64) -> Vec<(String, String)> {
    let mut steps = vec![(architecture.to_owned(), variant.to_owned())];
    if let Some(top) = number(variant).filter(|top| *top > floor) {
        let next = (top - 1).min(floor + LONGEST);
        steps
            .extend((floor..=next).rev().map(|step| (architecture.to_owned(), format!("v{step}"))));
    }
    steps
}

fn number(variant: &str) -> Option<i64> {
    variant.strip_prefix('v').unwrap_or(variant).parse().ok()
}

fn arm64(major: i64, minor: i64) -> (String, String) {
    let variant = if minor == 0 { format!("v{major}") } else { format!("v{major}.{minor}") };
    ("arm64".to_owned(), variant)
}

/// Releases before v1.0.0: the variant itself, then 32-bit ARM of the same number.
fn arm64_without_minors(variant: &str) -> Vec<(String, String)> {
    let mut steps = vec![("arm64".to_owned(), variant.to_owned())];
    steps.extend(numbered("arm", variant, 5));
    steps
}

/// v1.0.0-rc.0: any major from 8 on, minors of one digit.
fn arm64_by_arithmetic(variant: &str) -> Vec<(String, String)> {
    let mut steps = vec![("arm64".to_owned(), variant.to_owned())];
    let (major, minor) = variant.split_once('.').unwrap_or((variant, ""));
    if let Some(major) = number(major).filter(|major| *major >= 8) {
        let minor = if variant.len() == 4 { minor.parse().unwrap_or(0) } else { 0 };
        if major == 9 {
            steps.extend((0..minor).rev().map(|minor| arm64(9, minor)));
            steps.extend((0..=minor + 5).rev().map(|minor| arm64(8, minor)));
        } else {
            steps.extend((0..minor).rev().map(|minor| arm64(major, minor)));
        }
    }
    // A variant without a minor is carried over to 32-bit ARM unchanged.
    let minor_known = variant.starts_with("v8.") || variant.starts_with("v9.");
    steps.extend(numbered("arm", if minor_known { "v8" } else { variant }, 5));
    steps
}

/// Since v1.0.0-rc.1: v8.0 to v8.9 and v9.0 to v9.7; every other variant runs nothing at all.
fn arm64_by_table(variant: &str) -> Vec<(String, String)> {
    let Some((major, minor)) = known(variant) else { return Vec::new() };
    let mut steps: Vec<_> = (0..=minor).rev().map(|minor| arm64(major, minor)).collect();
    if major == 9 {
        // v9.0 is v8.5 and more; v8 ends with v8.9.
        steps.extend((0..=(minor + 5).min(9)).rev().map(|minor| arm64(8, minor)));
    }
    steps.extend(numbered("arm", "v8", 5));
    steps
}

fn known(variant: &str) -> Option<(i64, i64)> {
    let (major, minor) = match variant.split_once('.') {
        Some((major, minor)) => (major, minor),
        None => (variant, "0"),
    };
    let digit = minor.parse().ok().filter(|_| minor.len() == 1)?;
    match major {
        "v8" => Some((8, digit)),
        "v9" if digit <= 7 => Some((9, digit)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(architecture: &str, variant: &str, version: Version) -> String {
        let steps = ladder(architecture, variant, version);
        steps.iter().map(|(a, v)| format!("{a}/{v}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn ladders_go_down() {
        assert_eq!(written("amd64", "v3", Version::Rc5), "amd64/v3 amd64/v2 amd64/v1 386/");
        assert_eq!(written("amd64", "", Version::Rc5), "amd64/ 386/");
        assert_eq!(written("arm", "v4", Version::Rc5), "arm/v4");
        assert_eq!(
            written("arm64", "v9.1", Version::Rc5),
            "arm64/v9.1 arm64/v9 arm64/v8.6 arm64/v8.5 arm64/v8.4 arm64/v8.3 arm64/v8.2 \
             arm64/v8.1 arm64/v8 arm/v8 arm/v7 arm/v6 arm/v5"
        );
        assert_eq!(written("arm64", "v10", Version::Rc5), "");
        assert_eq!(written("riscv64", "rva20u64", Version::Rc5), "riscv64/rva20u64");
    }

    #[test]
    fn a_number_from_outside_does_not_make_a_long_ladder() {
        assert!(ladder("amd64", "v9000000000", Version::Rc5).len() < 100);
        assert!(ladder("arm", "v-9000000000", Version::Rc5).len() == 1);
        assert!(ladder("arm64", "v9223372036854775807", Version::Rc0).len() < 200);
    }
}
