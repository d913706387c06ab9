//! 32-bit programs on a 64-bit kernel: engines select for what they were built for.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "32-bit-userland",
    says: "the host runs 32-bit programs on a 64-bit kernel: `uname -m` says 64 bits, and an \
           engine built for 32 bits selects 32-bit entries",
    threads: &[],
    needs: "the kernel's architecture",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(host) = &facts.host else { return Vec::new() };
    let Some(kernel) = &host.kernel else { return Vec::new() };
    let narrow = matches!(
        (host.host.architecture(), kernel.as_str()),
        ("arm", "arm64") | ("386", "amd64") | ("riscv32", "riscv64") | ("ppc", "ppc64")
    );
    if !narrow {
        return Vec::new();
    }
    let mut finding = RULE
        .finding(
            Severity::Warning,
            format!("32-bit programs ({}) run on a {kernel} kernel", host.host.architecture()),
        )
        .saw(format!("the system's own programs are for {}", host.host))
        .saw(format!("the kernel says {kernel}"))
        .next(format!(
            "ask the engine what it is (`docker version`): install its {kernel} build, or a \
             64-bit system, where 64-bit images are wanted"
        ));
    finding = finding.saw_all(facts.answering().map(|daemon| {
        format!("{} on {} is built for {}", daemon.kind, daemon.socket, daemon.architecture)
    }));
    if facts.answering().next().is_none() {
        finding = finding.unseen("what the engine was built for: none answered");
    }
    vec![finding]
}

#[cfg(test)]
mod tests {
    use super::super::super::Fact;
    use super::super::super::fixture::{daemon, listed, one, silent};
    use super::*;

    fn on_kernel(host: &str, kernel: Option<&str>) -> Facts {
        let mut facts = listed(host, &["linux/arm64", "linux/arm/v7"]);
        facts.host.as_mut().unwrap().kernel = kernel.map(str::to_owned);
        facts
    }

    #[test]
    fn a_64_bit_kernel_below_is_told() {
        let mut facts = on_kernel("linux/arm/v8", Some("arm64"));
        let found = one(&RULE, &facts);
        assert_eq!((found.severity, found.unknown.len()), (Severity::Warning, 1));
        facts.daemons = vec![Fact::Known(daemon("28.0.1", "arm"))];
        assert!(one(&RULE, &facts).evidence[2].contains("built for arm"));
    }

    #[test]
    fn one_width_is_no_finding() {
        silent(&RULE, &on_kernel("linux/arm/v7", None));
        silent(&RULE, &on_kernel("linux/arm64", Some("arm64")));
    }
}
