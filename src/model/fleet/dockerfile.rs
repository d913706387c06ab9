//! Dockerfiles: the images of `FROM`, `COPY --from` and `RUN --mount=from=`; stages are left out.
//!
//! Rules: Dockerfile reference of BuildKit 0.34 (`ARG` before the first `FROM` has a scope of its
//! own; `# escape=`; continued lines; a stage's name hides an image).

use super::mention::{Mention, Named, Served, Unresolved};
use super::mentions::Mentions;
use super::variables::{Patterns, expand};
use crate::model::select::Host;

/// Variables of BuildKit that hold the platform of the machine that builds.
const BUILD: [&str; 4] = ["BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT"];
/// Variables of BuildKit that hold the platform that is built for.
const TARGET: [&str; 4] = ["TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT"];

/// Architectures that BuildKit builds for.
const ARCHITECTURES: [&str; 8] =
    ["amd64", "arm64", "arm", "386", "ppc64le", "s390x", "riscv64", "loong64"];

pub(super) fn read(text: &str, arguments: &[(String, String)], found: &mut Mentions) {
    let mut file = File { arguments, defaults: Vec::new(), stages: Vec::new(), found };
    for (line, instruction) in instructions(text) {
        if file.found.is_full() {
            break;
        }
        file.instruction(line, &instruction);
    }
}

struct File<'a> {
    arguments: &'a [(String, String)],
    defaults: Vec<(String, Option<String>)>,
    stages: Vec<String>,
    found: &'a mut Mentions,
}

impl File<'_> {
    fn instruction(&mut self, line: usize, text: &str) {
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        match word.to_ascii_uppercase().as_str() {
            "ARG" if self.stages.is_empty() => self.argument(rest),
            "FROM" => self.from(line, rest),
            "COPY" | "ADD" => {
                for flag in flags(rest) {
                    if let Some(name) = flag.strip_prefix("--from=") {
                        self.other(line, name);
                    }
                }
            }
            "RUN" => {
                for flag in flags(rest) {
                    let mount = flag.strip_prefix("--mount=").unwrap_or_default();
                    if let Some(name) = mount.split(',').find_map(|it| it.strip_prefix("from=")) {
                        self.other(line, name);
                    }
                }
            }
            _ => {}
        }
    }

    fn argument(&mut self, rest: &str) {
        for word in words(rest) {
            let (name, value) = match word.split_once('=') {
                Some((name, value)) => (name.to_owned(), self.expand(value).ok()),
                None => (word.clone(), None),
            };
            self.defaults.push((name, value));
        }
    }

    fn from(&mut self, line: usize, rest: &str) {
        let mut words = words(rest).into_iter();
        let mut platform = None;
        let mut image = None;
        for word in words.by_ref() {
            match word.strip_prefix("--platform=") {
                Some(value) => platform = Some(value.to_owned()),
                None if word.starts_with("--") => {}
                None => {
                    image = Some(word);
                    break;
                }
            }
        }
        let Some(image) = image else { return };
        let stage = match (words.next(), words.next()) {
            (Some(word), Some(name)) if word.eq_ignore_ascii_case("as") => name,
            _ => self.stages.len().to_string(),
        };
        let served = self.served(platform.as_deref());
        let owner = format!("stage {stage}");
        self.name(line, &image, owner, served);
        self.stages.push(stage);
    }

    fn served(&self, platform: Option<&str>) -> Served {
        let Some(platform) = platform else { return Served::Targets };
        if BUILD.iter().any(|name| mentions(platform, name)) {
            return Served::BuildMachine;
        }
        if TARGET.iter().any(|name| mentions(platform, name)) {
            return Served::Targets;
        }
        let platform = self.expand(platform).ok().and_then(|it| it.parse::<Host>().ok());
        platform.map_or(Served::Targets, |host| Served::Only(host.platform().clone()))
    }

    /// An image that another instruction takes from; a stage, by name or number, is none.
    fn other(&mut self, line: usize, name: &str) {
        if name.parse::<usize>().is_err() {
            self.name(line, name, "copied from".to_owned(), Served::Targets);
        }
    }

    fn name(&mut self, line: usize, written: &str, owner: String, served: Served) {
        let named = match self.expand(written) {
            Ok(name) if name == "scratch" => return,
            Ok(name) if self.is_stage(&name) => return,
            Ok(name) => Named::of(&name),
            // `FROM base-${TARGETARCH}`: stages of this file, one for each platform.
            Err(Unresolved::Variable(name)) if self.selects_a_stage(written, &name) => return,
            Err(why) => Named::unresolved(written, why),
        };
        self.found.push(Mention { named, line, owner, served, pod: None, running: None });
    }

    /// Whether a name becomes that of a stage for some platform.
    fn selects_a_stage(&self, written: &str, variable: &str) -> bool {
        BUILD.iter().chain(&TARGET).any(|known| *known == variable)
            && ARCHITECTURES.iter().any(|architecture| {
                let value = |name: &str| match name {
                    "TARGETARCH" | "BUILDARCH" => Some((*architecture).to_owned()),
                    "TARGETOS" | "BUILDOS" => Some("linux".to_owned()),
                    "TARGETVARIANT" | "BUILDVARIANT" => Some(String::new()),
                    name => self.value(name),
                };
                expand(written, Patterns::Known, &value).is_ok_and(|name| self.is_stage(&name))
            })
    }

    fn is_stage(&self, name: &str) -> bool {
        self.stages.iter().any(|stage| stage.eq_ignore_ascii_case(name))
    }

    fn value(&self, name: &str) -> Option<String> {
        let declared = self.defaults.iter().rev().find(|(known, _)| known == name)?;
        let given = self.arguments.iter().rev().find(|(known, _)| known == name);
        given.map(|(_, value)| value.clone()).or_else(|| declared.1.clone())
    }

    fn expand(&self, text: &str) -> Result<String, Unresolved> {
        expand(text, Patterns::Known, &|name| self.value(name))
    }
}

fn mentions(text: &str, variable: &str) -> bool {
    text.contains(&format!("${variable}")) || text.contains(&format!("${{{variable}"))
}

/// The flags at the beginning of an instruction.
fn flags(rest: &str) -> Vec<String> {
    words(rest).into_iter().take_while(|word| word.starts_with("--")).collect()
}

/// Words, with quotes removed.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for c in text.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, c) if c.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            (_, c) => word.push(c),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Every instruction on one line, with the line that it begins on.
fn instructions(text: &str) -> Vec<(usize, String)> {
    let escape = escape(text);
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut begun: Option<(usize, String)> = None;
    let mut heredocs: Vec<String> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if let Some(end) = heredocs.first() {
            if line.trim_start_matches('\t') == end {
                heredocs.remove(0);
            }
            continue;
        }
        let bare = line.trim();
        if bare.starts_with('#') || (bare.is_empty() && begun.is_some()) {
            continue;
        }
        let (content, continued) = match bare.strip_suffix(escape) {
            Some(content) => (content, true),
            None => (bare, false),
        };
        let (_, whole) = begun.get_or_insert_with(|| (at + 1, String::new()));
        whole.push_str(content);
        whole.push(' ');
        if !continued && let Some((line, whole)) = begun.take() {
            heredocs = heredoc_ends(&whole);
            found.push((line, whole.trim().to_owned()));
        }
    }
    found.extend(begun.map(|(line, whole)| (line, whole.trim().to_owned())));
    found
}

/// The words that end the here-documents which an instruction opens.
fn heredoc_ends(instruction: &str) -> Vec<String> {
    let word = instruction.split_whitespace().next().unwrap_or_default();
    if !["RUN", "COPY", "ADD"].iter().any(|it| it.eq_ignore_ascii_case(word)) {
        return Vec::new();
    }
    instruction
        .split("<<")
        .skip(1)
        .filter_map(|rest| {
            let rest = rest.strip_prefix('-').unwrap_or(rest);
            let end: String = rest
                .trim_start_matches(['"', '\''])
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            (!end.is_empty()).then_some(end)
        })
        .collect()
}

/// The character that continues a line: a backslash, or what `# escape=` says.
fn escape(text: &str) -> char {
    text.lines()
        .take_while(|line| line.trim().starts_with('#'))
        .find_map(|line| {
            let (name, value) = line.trim().trim_start_matches('#').split_once('=')?;
            name.trim().eq_ignore_ascii_case("escape").then(|| value.trim().chars().next())?
        })
        .unwrap_or('\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str, arguments: &[(&str, &str)]) -> Vec<(usize, String, Served)> {
        let arguments: Vec<_> =
            arguments.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let mut found = Mentions::default();
        read(text, &arguments, &mut found);
        found
            .into_iter()
            .map(|it| {
                let name = match it.named {
                    Named::Image(image) => image.familiar(),
                    Named::Unresolved { text, .. } => format!("? {text}"),
                };
                (it.line, name, it.served)
            })
            .collect()
    }

    #[test]
    fn stages_scratch_and_numbers_are_not_images() {
        let text = "ARG GO=1.26\nFROM --platform=$BUILDPLATFORM golang:${GO} AS Build\n\
                    FROM build AS test\nFROM scratch\nCOPY --from=build /a /a\n\
                    COPY --from=0 /b /b\nCOPY --from=busybox:1 /bin/sh /sh\n\
                    RUN --mount=type=bind,from=alpine:3,target=/x true\n";
        assert_eq!(
            names(text, &[]),
            [
                (2, "golang:1.26".to_owned(), Served::BuildMachine),
                (7, "busybox:1".to_owned(), Served::Targets),
                (8, "alpine:3".to_owned(), Served::Targets),
            ]
        );
        assert_eq!(names(text, &[("GO", "1.25")])[0].1, "golang:1.25");
    }

    #[test]
    fn continued_lines_comments_and_here_documents() {
        let text = "# escape=`\nFROM `\n# a remark\n  alpine:3 `\n  AS x\nRUN <<EOF\nFROM no:1\nEOF\n\
                    from debian:12\n";
        let found: Vec<_> = names(text, &[]).into_iter().map(|it| (it.0, it.1)).collect();
        assert_eq!(found, [(2, "alpine:3".to_owned()), (9, "debian:12".to_owned())]);
    }

    #[test]
    fn a_variable_without_a_value_is_named() {
        let mut found = Mentions::default();
        read("ARG BASE\nFROM ${BASE}:1\n", &[], &mut found);
        assert_eq!(
            found.as_slice()[0].named,
            Named::Unresolved {
                text: "${BASE}:1".to_owned(),
                why: Unresolved::Variable("BASE".to_owned())
            }
        );
    }

    #[test]
    fn a_stage_for_each_architecture_is_a_stage() {
        let text = "FROM alpine:3 AS base-amd64\nFROM debian:12 AS base-arm64\n\
                    FROM base-${TARGETARCH}\nFROM other-$TARGETARCH\n";
        let found: Vec<_> = names(text, &[]).into_iter().map(|it| it.1).collect();
        assert_eq!(found, ["alpine:3", "debian:12", "? other-$TARGETARCH"]);
    }

    #[test]
    fn a_fixed_platform_is_the_image_s_own() {
        assert_eq!(
            names("FROM --platform=linux/arm64 alpine\n", &[])[0].2,
            Served::Only("linux/arm64".parse::<Host>().unwrap().platform().clone())
        );
    }
}
